"""The bench of emitted accelerators, with a stand-in for the accelerator that adds weights and inputs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rtlgen.bench import (
    LayerMeasurement,
    build_bench,
    differences,
    layer_names,
    outputs,
    run_layers,
    write_files,
)
from rtlgen.images import Placement, write_hex
from rtlgen.simulate import SimulationError

pytestmark = pytest.mark.rtl

DESIGNS = Path(__file__).parent / "designs"
NUMBERS = {
    "REGISTERS": 2,
    "COUNTERS": 2,
    **{f"{tensor}_BANKS": 2 for tensor in ("WEIGHTS", "INPUTS", "OUTPUTS")},
    **{f"{tensor}_ROWS": 5 for tensor in ("WEIGHTS", "INPUTS", "OUTPUTS")},
    "WEIGHTS_BITS": 8,
    "INPUTS_BITS": 8,
    "OUTPUTS_BITS": 16,
}
SHAPES = [(1, 9), (2, 4)]  # both need 5 or 4 of the rows


@pytest.fixture
def tree(tmp_path) -> Path:
    """Emitted tree with a blank in its path and two layers; the second one's sums are negative."""
    out = tmp_path / "emitted tree"
    (out / "rtl").mkdir(parents=True)
    shutil.copy(DESIGNS / "accelerator.sv", out / "rtl")
    (out / "rtl" / "files.f").write_text("accelerator.sv\n")
    write_files(out / "bench", NUMBERS)
    layers = []
    for index, (shape, added) in enumerate(zip(SHAPES, (3, -300), strict=True)):
        rng = np.random.default_rng(index)
        folder = out / "layers" / f"{index:02d}_layer"
        folder.mkdir(parents=True)
        narrow = Placement(("N", "K"), shape, 2, 8)
        tensors = rng.integers(-128, 128, (2, *shape))
        for name, tensor in zip(("weights", "inputs"), tensors, strict=True):
            write_hex(folder / f"{name}_bank", narrow.pack(tensor, ("N", "K")), 8)
        np.save(folder / "expected.npy", tensors.sum(axis=0) + added)
        (folder / "program.json").write_text('{"readback_requantise": 0}')
        (folder / "prediction.json").write_text('{"cycles": 5, "macs": 4294967306}')
        _set_program(folder, added, 0)
        where = {"array_axes": ["N", "K"], "axes": ["N", "K"], "sizes": shape, "banks": 2, "element_bits": 16}
        layers.append({"folder": folder.name, "name": "layer", "outputs": where})
    parameters = {
        "bits": {"W": 8, "I": 8, "O": 16},
        "tensors": {"outputs": {"l2_banks": 2}},
        "counters": ["cycles", "macs"],
        "layers": layers,
    }
    (out / "params.json").write_text(json.dumps(parameters))
    return out


def _set_program(folder: Path, added: int, trouble: int) -> None:
    (folder / "program.hex").write_text(f"{added & 0xFFFFFFFF:08x}\n{trouble:08x}\n")


def _expected(tree: Path, index: int) -> np.ndarray:
    return np.load(tree / "layers" / layer_names(tree)[index] / "expected.npy")


@pytest.mark.parametrize("through_host", [False, True], ids=["arrays", "host"])
def test_layers_run_one_after_the_other(tree, build_directory, simulator, through_host):
    measured = run_layers(
        tree, [1, 0, 1], simulator=simulator, through_host=through_host, build_directory=build_directory
    )
    assert [layer.index for layer in measured] == [1, 0, 1]
    for layer in measured:
        assert differences(tree, layer) == []
        assert dict(layer.counters) == {"cycles": 5, "macs": 10 + 2**32}
        np.testing.assert_array_equal(outputs(tree, layer), _expected(tree, layer.index))


def test_pauses_follow_the_seed(tree, build_directory, simulator):
    def cycles(seed: int) -> int:
        (layer,) = run_layers(tree, [0], seed, simulator, build_directory=build_directory)
        assert differences(tree, layer) == []  # cycles are not compared
        return layer.counters["cycles"]

    assert cycles(0) == 5
    counted = [cycles(seed) for seed in (1, 4, 3, 6)]
    assert counted[0] == cycles(1)
    assert max(counted) > 10
    assert 10 < sum(counted[:2]) < sum(counted[2:]), "seeds 3n pause more often"


@pytest.mark.parametrize(
    ("trouble", "lines"),
    [
        (2, [r"1 of 9 outputs differ", r"  N=0 K=7: hardware -?\d+, expected -?\d+"]),
        (3, [r"macs: hardware 4294967307, predicted 4294967306"]),
    ],
)
def test_differences_are_told(tree, build_directory, trouble, lines):
    _set_program(tree / "layers" / "00_layer", 3, trouble)
    (layer,) = run_layers(tree, [0], build_directory=build_directory)
    found = differences(tree, layer)
    assert len(found) == len(lines)
    for line, pattern in zip(found, lines, strict=True):
        assert re.search(pattern, line)


def test_outputs_of_an_earlier_layer_are_no_results(tree, build_directory, simulator, tmp_path):
    second = tree / "layers" / "01_layer"
    shutil.rmtree(second)
    shutil.copytree(tree / "layers" / "00_layer", second)
    _set_program(second, 3, 4)
    kept = tmp_path / "run"
    layers = run_layers(
        tree, [0, 1], simulator=simulator, build_directory=build_directory, run_directory=kept
    )
    assert differences(tree, layers[0]) == []
    assert all((bank == -1).all() for bank in layers[1].output_banks)
    assert (kept / "run.log").exists()


def test_layer_that_does_not_end_is_told(tree, build_directory, simulator):
    _set_program(tree / "layers" / "01_layer", 3, 1)
    with pytest.raises(SimulationError, match=r"layer 1: no done after \d+ cycles; busy is 1") as caught:
        run_layers(tree, simulator=simulator, build_directory=build_directory)
    assert caught.value.log is not None
    shutil.rmtree(caught.value.log.parent)


def test_wrong_arguments_are_refused(tree, build_directory, tmp_path):
    with pytest.raises(SimulationError, match=r"layers \[2\] are not all among the 2"):
        run_layers(tree, [2], build_directory=build_directory)
    with pytest.raises(SimulationError, match="holds no accelerator"):
        run_layers(tmp_path, build_directory=build_directory)
    assert run_layers(tree, [], build_directory=build_directory) == []
    (tree / "rtl" / "files.f").unlink()
    with pytest.raises(SimulationError, match="holds no accelerator"):
        build_bench(tree, build_directory=build_directory)
    with pytest.raises(ValueError, match="no parameter BANKS"):
        write_files(tmp_path, {"BANKS": 1})


def test_coverage_is_left_in_the_folder_of_the_run(tree, build_directory, tmp_path):
    run_layers(tree, [0], coverage=True, build_directory=build_directory, run_directory=tmp_path / "run")
    assert (tmp_path / "run" / "coverage.dat").read_text("latin-1").startswith("# SystemC::Coverage")


def _pytest(tree: Path, build_directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(tree)],
        env={**os.environ, "MAESTRO_RTL_BUILD": str(build_directory)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


def test_plain_pytest_runs_an_emitted_tree(tree, build_directory):
    passed = _pytest(tree, build_directory)
    assert passed.returncode == 0, passed.stdout
    assert "4 passed" in passed.stdout  # both layers, also with pauses
    _set_program(tree / "layers" / "00_layer", 3, 2)
    failed = _pytest(tree, build_directory)
    assert failed.returncode == 1
    assert "2 failed, 2 passed" in failed.stdout
    assert "00_layer: 1 of 9 outputs differ" in failed.stdout


def test_speed_build_shows_only_what_python_needs(tree, build_directory):
    log = build_bench(tree, build_directory=build_directory).log.read_text()
    assert "--public-flat-rw" not in log.splitlines()[0]
    control = (tree / "bench" / "public.vlt").read_text()
    assert control.count("public_flat_rw") == 5


def test_comparison_through_the_host_port_requantises(tree):
    folder = tree / "layers" / "01_layer"
    (folder / "program.json").write_text('{"readback_requantise": 1, "shift": 2, "relu": 1}')
    expected = _expected(tree, 1)
    scaled = np.clip(np.floor(expected / 4 + 0.5), 0, 127).astype(np.int64)
    banks = tuple(Placement(("N", "K"), SHAPES[1], 2, 16).pack(scaled, ("N", "K")))
    layer = LayerMeasurement(1, "01_layer", 0, True, {"cycles": 5, "macs": 4294967306}, banks)
    assert differences(tree, layer) == []

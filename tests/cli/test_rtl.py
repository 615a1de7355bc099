"""``rtl``, ``rtl-test`` and ``verify``: what is written, what is refused, what is printed."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from maestro_py.cli import verify
from maestro_py.rtl import LayerCheck
from rtlgen.tools import simulators

Run = Callable[..., Result]

MAPPING = """\
Network pair {
  Layer one {
    Type: CONV
    Dimensions { K: 4, C: 2, R: 3, S: 3, Y: 5, X: 5 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(1,1) Y';
      TemporalMap(1,1) X';
    }
  }
  Layer two {
    Type: CONV
    Dimensions { K: 6, C: 4, R: 3, S: 3, Y: 3, X: 3 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(1,1) Y';
      TemporalMap(1,1) X';
    }
  }
}
Accelerator small { PE { NumPEs: 3 } }
"""
LAYOUT = ("--layout", "C,C,K", "--noc-bandwidth", "4")


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """Two layers that share an accelerator."""
    path = tmp_path / "pair.m"
    path.write_text(MAPPING)
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_rtl_writes_hardware_programs_data_and_a_bench(run: Run, mapping: Path, tmp_path: Path) -> None:
    done = run("rtl", mapping, *LAYOUT, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        f"{tmp_path / 'out'}: 3 PEs, 8/8/8 b, sums 24 b, NoC 4 B/cycle, latency 1, 2 layers\n"
    )
    written = files(tmp_path / "out")
    for name in ("rtl/accelerator.sv", "rtl/files.f", "params.json", "bench/tb_top.sv"):
        assert written[name]
    listed = written["rtl/files.f"].decode().split()
    assert sorted(listed) == sorted(
        name[4:] for name in written if name.endswith(".sv") and name[:3] == "rtl"
    )
    for layer in ("00_one", "01_two"):
        for name in (
            "program.hex",
            "weights_bank0.hex",
            "inputs_bank0.hex",
            "expected.npy",
            "prediction.json",
        ):
            assert written[f"layers/{layer}/{name}"]


def test_same_input_same_bytes_and_the_seed_counts(run: Run, mapping: Path, tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert run("rtl", mapping, *LAYOUT, "-o", tmp_path / folder, "--seed", seed).exit_code == 0
    one, same, other = (files(tmp_path / folder) for folder in "abc")
    assert one == same
    assert one["layers/00_one/expected.npy"] != other["layers/00_one/expected.npy"]
    assert one["rtl/accelerator.sv"] == other["rtl/accelerator.sv"]


def test_prediction_is_that_of_the_analysis(run: Run, mapping: Path, tmp_path: Path) -> None:
    assert run("rtl", mapping, *LAYOUT, "-o", tmp_path / "out").exit_code == 0
    analysed = run("analyze", mapping, *LAYOUT, "-q", "-o", tmp_path / "all.json")
    assert analysed.exit_code == 0, analysed.output
    rows = json.loads((tmp_path / "all.json").read_text())["layers"]
    for folder, row in zip(("00_one", "01_two"), rows, strict=True):
        predicted = json.loads((tmp_path / "out" / "layers" / folder / "prediction.json").read_text())
        assert predicted["cycles"] == row["runtime_onchip_cycles"]
        assert predicted["macs"] == row["macs"]


def test_given_data_are_used(run: Run, mapping: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    np.save(data / "one.npy", np.zeros((1, 1, 2, 5, 5), dtype=np.int8))
    done = run("rtl", mapping, *LAYOUT, "-o", tmp_path / "out", "--inputs", data)
    assert done.exit_code == 0, done.output
    layers = tmp_path / "out" / "layers"
    assert not np.load(layers / "00_one" / "expected.npy").any()
    assert np.load(layers / "01_two" / "expected.npy").any()


@pytest.mark.parametrize(
    ("name", "array", "said"),
    [
        ("one", np.zeros((2, 5, 5), dtype=np.int8), "(2, 5, 5), the layer's are (1, 1, 2, 5, 5)"),
        ("one", np.full((1, 1, 2, 5, 5), 128), "do not fit 8 bits signed, -128 to 127"),
        ("one", np.zeros((1, 1, 2, 5, 5)), "does not hold whole numbers"),
        ("tow", np.zeros(1, dtype=np.int8), "did you mean 'two'?"),
    ],
)
def test_data_that_do_not_fit_are_refused(
    run: Run, mapping: Path, tmp_path: Path, name: str, array: np.ndarray, said: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    np.save(data / f"{name}.npy", array)
    done = run("rtl", mapping, *LAYOUT, "-o", tmp_path / "out", "--inputs", data)
    assert done.exit_code == 1
    assert "M512" in done.stderr
    assert said in " ".join(done.stderr.split())
    assert not (tmp_path / "out").exists()


def test_a_machine_that_skips_zeros(run: Run, mapping: Path, tmp_path: Path) -> None:
    done = run("rtl", mapping, *LAYOUT, "--zero-skip", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stderr.count("M510") == 1
    assert "skips zeros (ZeroSkip); PEs that skip are not built" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_density_changes_nothing_in_hardware(run: Run, mapping: Path, tmp_path: Path) -> None:
    assert run("rtl", mapping, *LAYOUT, "-o", tmp_path / "dense").exit_code == 0
    text = mapping.read_text()
    mapping.write_text(text.replace("Dimensions", "Density { W: 0.25, I: 0.5 } Dimensions"))
    done = run("rtl", mapping, *LAYOUT, "-o", tmp_path / "sparse")
    assert done.exit_code == 0, done.output
    names = [p.relative_to(tmp_path / "dense") for p in (tmp_path / "dense").rglob("*") if p.is_file()]
    assert len(names) > 20
    for name in names:
        left, right = ((tmp_path / tree / name).read_bytes() for tree in ("dense", "sparse"))
        assert left == right, name


def test_machine_without_layout_or_with_idealised_lanes(run: Run, mapping: Path, tmp_path: Path) -> None:
    done = run("rtl", mapping, "--vector-width", 4, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stderr.count("M510") == 2
    assert "--layout C,C,K" in done.stderr
    assert "--lanes C=8,K=4" in done.stderr
    assert not (tmp_path / "out").exists()
    assert run("rtl", mapping, "--layout", "auto", "-o", tmp_path / "out").exit_code == 2


def test_illegal_dataflow_is_refused_with_what_is_missing(run: Run, illegal: Path, tmp_path: Path) -> None:
    done = run("verify", illegal, *LAYOUT, "--bits", "8,8,24", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "M301" in done.stderr
    assert "4 of 8 indices of K are never computed" in done.stderr
    assert not (tmp_path / "out").exists()
    wide = ("--bits", "8,8,24", "--l1-bytes", "open")
    fine = run("rtl", illegal, *LAYOUT, *wide, "--layer", "fine", "-o", tmp_path / "out")
    assert fine.exit_code == 0, fine.output


def test_layers_of_other_directives_need_an_accelerator_each(run: Run, tmp_path: Path, mapping: Path) -> None:
    first, second = MAPPING.split("  Layer two")
    mapping.write_text(f"{first}  Layer two{second.replace('SpatialMap(1,1) K', 'SpatialMap(1,1) C')}")
    done = run("rtl", mapping, *LAYOUT, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "layer two: SpatialMap C of level 0 where layer one has SpatialMap K" in done.stderr


def test_partial_sums_need_wide_outputs(run: Run, mapping: Path, tmp_path: Path) -> None:
    mapping.write_text(MAPPING.replace("SpatialMap(1,1) K;", "TemporalMap(1,1) C; SpatialMap(1,1) K;"))
    done = run("rtl", mapping, *LAYOUT, "--layer", "one", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "leave the PEs before they are complete" in done.stderr
    assert (
        run("rtl", mapping, *LAYOUT, "--layer", "one", "--bits", "8,8,24", "-o", tmp_path / "out").exit_code
        == 0
    )


def test_unknown_layer_and_a_folder_in_use(run: Run, mapping: Path, tmp_path: Path) -> None:
    done = run("rtl", mapping, *LAYOUT, "--layer", "on", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "did you mean 'one'?" in done.stderr
    out = tmp_path / "full"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert "M511" in run("rtl", mapping, *LAYOUT, "-o", out, "--force").stderr
    assert (out / "mine.txt").read_text() == "mine"


def test_force_replaces_only_an_accelerator(run: Run, mapping: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("rtl", mapping, *LAYOUT, "-o", out).exit_code == 0
    assert run("rtl", mapping, *LAYOUT, "-o", out).exit_code == 1
    assert run("rtl", mapping, *LAYOUT, "-o", out, "--force", "--layer", "two").exit_code == 0
    assert [p.name for p in (out / "layers").iterdir()] == ["00_two"]


def test_rtl_test_of_no_accelerator(run: Run, tmp_path: Path) -> None:
    done = run("rtl-test", tmp_path)
    assert done.exit_code == 1
    assert "M513" in done.stderr


def test_rtl_test_of_a_damaged_tree(run: Run, mapping: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("rtl", mapping, *LAYOUT, "-o", out).exit_code == 0
    for name in ("prediction.json", "expected.npy", "weights_bank0.hex"):
        path = out / "layers" / "00_one" / name
        kept = path.read_bytes()
        path.unlink()
        done = run("rtl-test", out)
        assert done.exit_code == 1
        assert f"{name} is missing" in done.stderr
        assert "maestro-py rtl MAPPING -o FOLDER --force" in done.stderr
        path.write_bytes(kept)
    for text in ("{", "{}", "[]"):
        (out / "params.json").write_text(text)
        done = run("rtl-test", out)
        assert done.exit_code == 1
        assert "holds no accelerator" in done.stderr


def test_refusals_come_with_need_and_hint(run: Run, mapping: Path, tmp_path: Path) -> None:
    small = run("rtl", mapping, *LAYOUT, "--l1-bytes", 16, "-o", tmp_path / "out")
    assert small.exit_code == 1
    assert "layer one, two: the tiles need " in small.stderr
    assert "small has 16 B" in small.stderr
    assert "a larger L1: --l1-bytes N" in small.stderr
    file = tmp_path / "file"
    file.write_text("mine")
    for out in (file, file / "below"):
        done = run("rtl", mapping, *LAYOUT, "-o", out)
        assert done.exit_code == 1
        assert "M511" in done.stderr
        assert "    = choose " in done.stderr
    assert file.read_text() == "mine"
    assert not (tmp_path / "out").exists()


def test_alike_layers_are_refused_in_one_reason(run: Run, tmp_path: Path) -> None:
    done = run("rtl", "lenet5", "-d", "kcp_ws", "--hw", "eyeriss", *LAYOUT, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "layer pool1, pool2: 0 Cluster directives, 1 in layer conv1" in done.stderr
    assert "layer ip1, ip2: " in done.stderr


def test_additions_are_refused_beside_what_else_is_wrong(run: Run, mapping: Path, tmp_path: Path) -> None:
    """Every reason is told at once, and the layers that are left make hardware."""
    kinds = {"a": "CONV", "b": "ADD", "c": "POOL", "d": "ADD"}
    size = "{ C: 4, Y: 4, X: 4 }"
    layers = " ".join(f"Layer {name} {{ Type: {kind} Dimensions {size} }}" for name, kind in kinds.items())
    mapping.write_text(f"Network n {{ {layers} }}")
    small = ("--num-pes", 4, "--constant", "ClusterSize=4", "--layout", "C,C,K", "--bits", "8,8,24")
    arguments = ("rtl", mapping, "-d", "kcp_ws", *small, "-o", tmp_path / "out")
    done = run(*arguments)
    assert done.exit_code == 1
    assert "M510: layer b, d: ADD adds two activations, which the hardware leaves to the host" in done.stderr
    assert "    = leave ADD layers out: --layer NAME picks layers" in done.stderr
    assert "M510: layer c: 0 Cluster directives, 1 in layer a" in done.stderr
    assert not (tmp_path / "out").exists()
    fine = run(*arguments, "--layer", "a")
    assert fine.exit_code == 0, fine.output


def test_weights_of_a_layer_without_weights(run: Run, mapping: Path, tmp_path: Path) -> None:
    flow = "SpatialMap(1,1) C; TemporalMap(1,1) Y'; TemporalMap(1,1) X';"
    sizes = "Dimensions { C: 3, R: 2, S: 2, Y: 4, X: 4 }"
    mapping.write_text(
        f"Network n {{ Layer a {{ Type: POOL {sizes} Dataflow {{ {flow} }} }} }}"
        "Accelerator small { PE { NumPEs: 3 } }"
    )
    np.save(tmp_path / "a.npy", np.zeros(1, dtype=np.int8))
    arguments = ("rtl", mapping, "--layout", "C,C,C", "--bits", "8,8,24", "-o", tmp_path / "out")
    done = run(*arguments, "--weights", tmp_path)
    assert done.exit_code == 1
    assert "M512: layer a has no weights" in done.stderr
    fine = run(*arguments)
    assert fine.exit_code == 0, fine.output


def checked(**changes: Any) -> LayerCheck:
    check = LayerCheck(
        name="a",
        wrong_outputs=0,
        outputs=1200,
        predicted={"cycles": 1000, "macs": 5},
        measured={"cycles": 1000, "macs": 5, "stall_ingress": 3},
        found=np.zeros(1),
        paused=None,
        details=(),
    )
    return dataclasses.replace(check, **changes)


def shown(capsys: pytest.CaptureFixture[str], all_counters: bool, *checks: LayerCheck) -> list[str]:
    verify.show_checks(checks, all_counters)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_table_of_equal_layers(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, False, checked(paused=()))
    assert "a 1,200 equal 1,000 1,000 0 1 equal equal" in lines
    assert lines[-1] == "1 layer: outputs, counters and cycles as predicted (1,000 cycles)"
    assert "stall_ingress 3" in shown(capsys, True, checked())


def test_table_names_every_difference(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = checked(
        wrong_outputs=2, measured={"cycles": 1010, "macs": 4}, details=("where",), paused=("paused",)
    )
    assert not wrong.equal
    lines = shown(capsys, False, checked(), wrong)
    assert "a 2 of 1,200 wrong 1,000 1,010 +10 1 of 1 differ differ" in lines
    assert "macs 5 4 -1" in lines
    assert lines[-1] == "1 of 2 layers differ: a"
    assert {"where", "paused"} <= set(lines)


@pytest.mark.rtl
@pytest.mark.skipif(not simulators(), reason="no simulator is installed")
def test_verify_and_rtl_test_agree(
    run: Run, mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).resolve().parents[2]
    monkeypatch.setenv("MAESTRO_RTL_BUILD", str(root / "build" / "rtl"))
    out = tmp_path / "out"
    done = run("verify", mapping, *LAYOUT, "-o", out, "--pause-seed", 1)
    assert done.exit_code == 0, done.output
    assert "2 layers: outputs, counters and cycles as predicted" in done.stdout
    assert "simulating layer two with random pauses" in done.stderr
    prediction = out / "layers" / "01_two" / "prediction.json"
    predicted = json.loads(prediction.read_text())
    prediction.write_text(json.dumps({**predicted, "macs": predicted["macs"] + 1}))
    again = run("rtl-test", out, "--layer", "two")
    assert again.exit_code == 1
    assert again.stdout.splitlines()[-1] == "1 of 1 layers differ: two"
    assert run("rtl-test", out, "--layer", "one").exit_code == 0

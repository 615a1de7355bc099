"""The test bench of an emitted accelerator: its files, a run of layers on it, and the comparison.

Turns a design into ``bench/`` of the emitted tree (:func:`write`), an emitted tree into what the hardware
counted and left in its output memory (:func:`run_layers`), and that into a list of differences from what was
predicted and expected (:func:`differences`).

``tb_top.sv`` does all of a layer's work in SystemVerilog; Python waits. ``accelerator_bench.py`` becomes
``test_accelerator.py`` of the tree.

Non-goals: no golden model, no prediction; both are files of the tree.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rtlgen.golden import requantise
from rtlgen.images import Placement, read_hex
from rtlgen.simulate import Build, Simulator, Sources, build, default_build_directory, public_control, run
from rtlgen.tools import SimulationError

if TYPE_CHECKING:
    from rtlgen.design import Design

__all__ = [
    "LayerMeasurement",
    "build_bench",
    "differences",
    "expected_outputs",
    "layer_names",
    "outputs",
    "run_layers",
    "write",
]

Array = NDArray[np.int64]

PUBLIC = ("layer_index", "pause_seed", "request", "complete", "timed_out")
TIMEOUT_FACTOR = 50  # cycles after which a layer has hung, in predicted cycles
SHOWN_DIFFERENCES = 8
SHORT_CYCLES = 20_000  # of an accelerator that is run once: compiling for speed takes longer than it saves

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class LayerMeasurement:
    """What the hardware did in one layer.

    Attributes
    ----------
    index, name
        The layer's number and folder in the emitted tree.
    pause_seed
        Of the random pauses; 0 for none.
    readback
        Outputs were read word by word through the host port, which requantises where the program says so.
    counters
        All performance counters by name.
    output_banks
        Rows of each bank of the output memory.
    """

    index: int
    name: str
    pause_seed: int
    readback: bool
    counters: Mapping[str, int]
    output_banks: tuple[Array, ...]


def write(tree: Path, design: Design) -> None:
    """Write ``bench/`` of an emitted tree.

    Parameters
    ----------
    tree
        Folder of the emitted tree.
    design
        The machine.
    """
    from rtlgen.design import TENSOR_NAMES
    from rtlgen.program import registers
    from rtlgen.top import COUNTERS

    numbers = {"REGISTERS": len(registers(design)), "COUNTERS": len(COUNTERS)}
    for tensor, tensor_design in design.tensors.items():
        name = TENSOR_NAMES[tensor].upper()
        numbers[f"{name}_BITS"] = tensor_design.bits
        numbers[f"{name}_BANKS"] = tensor_design.l2_banks
        numbers[f"{name}_ROWS"] = tensor_design.l2_rows
    write_files(tree / "bench", numbers)


def write_files(folder: Path, numbers: Mapping[str, int]) -> None:
    """Write the bench of a machine with the given ``parameter`` values of ``tb_top``."""
    text = (_HERE / "tb_top.sv").read_text(encoding="utf-8")
    for name, value in numbers.items():
        text, found = re.subn(rf"(parameter int {name} *= )\d+", rf"\g<1>{value}", text)
        if found != 1:
            raise ValueError(f"the bench has no parameter {name}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tb_top.sv").write_text(text, encoding="utf-8")
    (folder / "public.vlt").write_text(public_control("tb_top", PUBLIC), encoding="utf-8")
    shutil.copyfile(_HERE / "accelerator_bench.py", folder / "test_accelerator.py")


def layer_names(out_dir: Path) -> list[str]:
    """Folders of the layers of an emitted tree, in order."""
    return [layer["folder"] for layer in _parameters(out_dir)["layers"]]


def build_bench(
    out_dir: Path,
    simulator: Simulator = "verilator",
    *,
    coverage: bool = False,
    waves: bool = False,
    optimise: bool | None = None,
    build_directory: Path | None = None,
) -> Build:
    """Compile an emitted accelerator with its bench, or find it compiled.

    Parameters
    ----------
    optimise
        As in :func:`rtlgen.simulate.build`; None: if its layers together take more than
        :data:`SHORT_CYCLES`.

    Raises
    ------
    SimulationError
        ``out_dir`` is no emitted tree, or does not compile.
    """
    rtl = out_dir / "rtl"
    try:
        names = (rtl / "files.f").read_text(encoding="utf-8").split()
    except OSError as error:
        raise SimulationError(f"{str(out_dir)!r} holds no accelerator: {error.strerror}") from error
    files = (*(rtl / name for name in names), out_dir / "bench" / "tb_top.sv")
    sources = Sources("tb_top", files, public=PUBLIC)
    directory = build_directory or default_build_directory()
    if optimise is None:
        optimise = sum(_prediction(out_dir, name)["cycles"] for name in layer_names(out_dir)) > SHORT_CYCLES
    return build(sources, directory, simulator, coverage=coverage, waves=waves, optimise=optimise)


def run_layers(
    out_dir: Path,
    layers: Sequence[int] | None = None,
    pause_seed: int = 0,
    simulator: Simulator = "verilator",
    coverage: bool = False,
    *,
    through_host: bool = False,
    readback: bool = False,
    waves: bool = False,
    run_directory: Path | None = None,
    build_directory: Path | None = None,
    timeout_seconds: float | None = None,
) -> list[LayerMeasurement]:
    """Run layers of an emitted accelerator one after the other on one simulated machine.

    Parameters
    ----------
    layers
        Their numbers; all if ``None``.
    pause_seed
        Random pauses at every handshake; a seed ``3n + 1`` pauses a quarter of the time, ``3n + 2`` half and
        ``3n`` three quarters. 0 for none.
    coverage
        Leave ``coverage.dat`` in ``run_directory`` (Verilator only).
    through_host
        Load and read the memories through the host port, word by word; slow.
    readback
        Read the outputs there, whatever the way in which memories are loaded.
    run_directory
        Keeps the log and all results; without it they are only kept after a failure.

    Raises
    ------
    SimulationError
        Something does not compile, a layer does not end, or there is no such layer.
    """
    chosen = _chosen(out_dir, layers)
    if not chosen:
        return []
    root = build_directory or default_build_directory()
    built = build_bench(out_dir, simulator, coverage=coverage, waves=waves, build_directory=root)
    (root / "runs").mkdir(parents=True, exist_ok=True)
    directory = (run_directory or Path(tempfile.mkdtemp(prefix="accelerator_", dir=root / "runs"))).absolute()
    directory.mkdir(parents=True, exist_ok=True)
    readback = readback or through_host
    timeout_cycles = _link_layers(out_dir, chosen, directory)
    # The bench's folders stay at its own, ".", so that no path with a blank becomes a plusarg.
    run(
        built,
        (out_dir / "bench" / "test_accelerator.py").resolve(),
        directory,
        plusargs=[f"+timeout={timeout_cycles}", f"+host={int(through_host)}", f"+readback={int(readback)}"],
        environment={"LAYERS": ",".join(map(str, chosen)), "PAUSE_SEED": str(pause_seed)},
        timeout_seconds=timeout_seconds,
    )
    measured = [_measurement(out_dir, index, directory, pause_seed, readback) for index in chosen]
    if run_directory is None:
        shutil.rmtree(directory)
    return measured


def _chosen(out_dir: Path, layers: Sequence[int] | None) -> list[int]:
    """Numbers of the layers to run."""
    known = len(_parameters(out_dir)["layers"])
    chosen = list(range(known) if layers is None else layers)
    if any(not 0 <= index < known for index in chosen):
        raise SimulationError(f"layers {chosen} are not all among the {known} of {out_dir}")
    return chosen


def _link_layers(out_dir: Path, chosen: Sequence[int], directory: Path) -> int:
    """Put what layers read beside the run; return after how many cycles one of them hangs."""
    names = layer_names(out_dir)
    for index in chosen:
        link = directory / f"layer_{index}"
        link.unlink(missing_ok=True)
        link.symlink_to((out_dir / "layers" / names[index]).resolve())
    cycles = max(_prediction(out_dir, names[index])["cycles"] for index in chosen)
    return int(min(TIMEOUT_FACTOR * cycles + 10_000, 2**31 - 1))  # an `int` of the bench


def _measurement(
    out_dir: Path, index: int, directory: Path, pause_seed: int, readback: bool
) -> LayerMeasurement:
    """Read what a layer's run has left."""
    known = _parameters(out_dir)
    output_bits = 32 if readback else known["bits"]["O"]
    return LayerMeasurement(
        index,
        layer_names(out_dir)[index],
        pause_seed,
        readback,
        _counters(directory / f"counters_{index}.hex", known["counters"]),
        tuple(
            read_hex(directory / f"outputs_{index}_bank{bank}.hex", output_bits)
            for bank in range(known["tensors"]["outputs"]["l2_banks"])
        ),
    )


def outputs(out_dir: Path, measured: LayerMeasurement) -> Array:
    """Output tensor of a layer, out of its banks."""
    where = _parameters(out_dir)["layers"][measured.index]["outputs"]
    placement = Placement(tuple(where["axes"]), tuple(where["sizes"]), where["banks"], where["element_bits"])
    return placement.unpack(measured.output_banks, where["array_axes"])


def differences(out_dir: Path, measured: LayerMeasurement) -> list[str]:
    """Lines that tell where a layer differs from its prediction and its expected outputs; none if nowhere.

    Stalls are not predicted; with pauses, cycles are not either.
    """
    lines = []
    for name, predicted in _prediction(out_dir, measured.name).items():
        counted = measured.counters.get(name)
        if counted != predicted and not (name == "cycles" and measured.pause_seed):
            lines.append(f"{measured.name}: {name}: hardware {counted}, predicted {predicted}")
    expected = expected_outputs(out_dir, measured)
    found = outputs(out_dir, measured).reshape(expected.shape)
    wrong = np.argwhere(found != expected)
    if len(wrong):
        lines.append(f"{measured.name}: {len(wrong)} of {expected.size} outputs differ; the first:")
    axes = _parameters(out_dir)["layers"][measured.index]["outputs"]["array_axes"]
    for place in wrong[:SHOWN_DIFFERENCES]:
        where = " ".join(f"{axis}={at}" for axis, at in zip(axes, place, strict=False))
        lines.append(f"  {where}: hardware {found[tuple(place)]}, expected {expected[tuple(place)]}")
    return lines


def expected_outputs(out_dir: Path, measured: LayerMeasurement) -> Array:
    """Outputs that a layer must leave in memory; through the host port, what its requantiser makes of them.

    Axes are those of ``expected.npy``.
    """
    folder = out_dir / "layers" / measured.name
    expected: Array = np.load(folder / "expected.npy")
    values = json.loads((folder / "program.json").read_text(encoding="utf-8"))
    if measured.readback and values["readback_requantise"]:
        bits = _parameters(out_dir)["bits"]["I"]
        return requantise(expected, values["shift"], bool(values["relu"]), bits)
    return expected


def requantises_readback(out_dir: Path) -> bool:
    """Whether the program of a layer has what the host reads requantised."""
    programs = (out_dir / "layers" / name / "program.json" for name in layer_names(out_dir))
    return any(json.loads(file.read_text(encoding="utf-8"))["readback_requantise"] for file in programs)


def _parameters(out_dir: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((out_dir / "params.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SimulationError(f"{str(out_dir)!r} holds no accelerator: {error}") from error
    return found


def _prediction(out_dir: Path, name: str) -> dict[str, int]:
    file = out_dir / "layers" / name / "prediction.json"
    found: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _counters(file: Path, names: Sequence[str]) -> dict[str, int]:
    words = read_hex(file, 33).tolist()  # one bit more, so that none is negative
    return {name: words[2 * i] + (words[2 * i + 1] << 32) for i, name in enumerate(names)}

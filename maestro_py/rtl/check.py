"""Simulates an emitted accelerator and sets measured beside predicted.

Turns an emitted tree into one :class:`LayerCheck` per layer: outputs compared bit by bit with the expected
ones, every counter and the cycles with the prediction, and the same again under random pauses at every
handshake, which may change nothing but cycles.

Codes: M513 a tool that is missing, a build or a simulation that failed.

Non-goals: the bench itself (``rtlgen.bench``), what was predicted (``plan``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from maestro_py.errors import InputError, SemanticError, did_you_mean
from maestro_py.rtl.plan import Array, Plan, write
from maestro_py.syntax.codes import diagnostic
from rtlgen import bench
from rtlgen.tools import SimulationError, ToolMissingError

Report = Callable[[str], None]

REWRITE_HINT = "write the accelerator again: maestro-py rtl MAPPING -o FOLDER --force"


@dataclass(frozen=True, slots=True)
class LayerCheck:
    """What one layer measured, beside what was predicted.

    Attributes
    ----------
    name
        The layer's.
    wrong_outputs, outputs
        Outputs that differ from the expected ones, and outputs there are.
    predicted, measured
        Counters by name; stalls are measured only.
    found
        Outputs that the hardware left, in the order of the layer's axes.
    paused
        Differences under random pauses, one line each; None if no such pass ran.
    details
        Lines that tell where outputs or counters differ.
    """

    name: str
    wrong_outputs: int
    outputs: int
    predicted: Mapping[str, int]
    measured: Mapping[str, int]
    found: Array = field(repr=False, compare=False)
    paused: tuple[str, ...] | None
    details: tuple[str, ...]

    @property
    def differing(self) -> tuple[str, ...]:
        """Names of counters that are not as predicted."""
        return tuple(name for name, value in self.predicted.items() if self.measured.get(name) != value)

    @property
    def equal(self) -> bool:
        """Whether outputs, counters and cycles are as predicted, with pauses too."""
        return not (self.wrong_outputs or self.differing or self.paused)


@contextmanager
def tool_errors() -> Iterator[None]:
    """Turn failures of tools into errors of the user.

    Raises
    ------
    InputError
        M513 with the tool's message.
    """
    try:
        yield
    except ToolMissingError as error:
        raise InputError([diagnostic("M513", str(error))]) from error
    except SimulationError as error:
        hint = "the simulation's log holds the rest" if error.log else REWRITE_HINT
        raise InputError([diagnostic("M513", str(error), None, hint)]) from error


def check_tree(
    tree: Path,
    layers: Sequence[str] = (),
    pause_seed: int = 0,
    *,
    readback: bool | None = None,
    build_directory: Path | None = None,
    report: Report = lambda _: None,
) -> list[LayerCheck]:
    """Simulate layers of an emitted tree and compare them.

    Parameters
    ----------
    layers
        Names or folders of the layers; none: all.
    pause_seed
        Seed of a second pass with random pauses; 0 for none.
    readback
        Read outputs word by word through the host port, which requantises where a program says so; None: if
        one does. Otherwise they are taken straight out of the memory, as sums.
    build_directory
        Where compiled simulations are kept; None: the user's cache.
    report
        Is told what is being done.

    Raises
    ------
    InputError
        M513 no emitted tree, one from which files are missing, or a tool failed.
    SemanticError
        M316 no such layer.
    """
    with tool_errors():
        _check_whole(tree)
        numbers = _numbers(tree, layers)
        report(f"compiling {tree.name}")
        bench.build_bench(tree, build_directory=build_directory)
        through = bench.requantises_readback(tree) if readback is None else readback
        return [
            _check(tree, number, name, pause_seed, through, build_directory, report)
            for number, name in numbers
        ]


def verify(
    planned: Plan,
    out: Path,
    pause_seed: int = 0,
    *,
    replace_tree: bool = False,
    readback: bool | None = None,
    build_directory: Path | None = None,
    report: Report = lambda _: None,
) -> list[LayerCheck]:
    """Write the accelerator to ``out``, simulate every layer and compare; see :func:`check_tree`."""
    report(f"writing {out}")
    write(planned, out, replace_tree)
    return check_tree(
        out,
        (),
        pause_seed,
        readback=readback,
        build_directory=build_directory,
        report=report,
    )


def _check_whole(tree: Path) -> None:
    """Refuse a folder from which files of an emitted tree are missing."""
    try:
        folders = bench.layer_names(tree)
        tensors = json.loads((tree / "params.json").read_text(encoding="utf-8"))["tensors"]
        banks = {name: int(tensors[name]["l2_banks"]) for name in ("weights", "inputs")}
    except (KeyError, TypeError, ValueError) as error:
        message = f"{tree} holds no accelerator: {tree / 'params.json'} is not as it was written"
        raise InputError([diagnostic("M513", message, None, REWRITE_HINT)]) from error
    images = [f"{name}_bank{bank}.hex" for name, count in banks.items() for bank in range(count)]
    names = ("program.hex", "program.json", "expected.npy", "prediction.json", *images)
    needed = [tree / "bench" / "test_accelerator.py"]
    needed += [tree / "layers" / folder / name for folder in folders for name in names]
    missing = [path for path in needed if not path.is_file()]
    if missing:
        raise InputError(
            [
                diagnostic("M513", f"{tree} is not whole: {path} is missing", None, REWRITE_HINT)
                for path in missing
            ]
        )


def _numbers(tree: Path, wanted: Sequence[str]) -> list[tuple[int, str]]:
    """Numbers and names of the layers of a tree."""
    folders = bench.layer_names(tree)
    known = json.loads((tree / "params.json").read_text(encoding="utf-8"))["layers"]
    names = [str(layer["name"]) for layer in known]
    unknown = [name for name in wanted if name not in names and name not in folders]
    if unknown:
        raise SemanticError(
            diagnostic("M316", f"{tree} has no layer {name!r}", None, did_you_mean(name, names, "layers"))
            for name in unknown
        )
    return [
        (number, name)
        for number, (name, folder) in enumerate(zip(names, folders, strict=True))
        if not wanted or name in wanted or folder in wanted
    ]


def _check(
    tree: Path,
    number: int,
    name: str,
    pause_seed: int,
    readback: bool,
    build_directory: Path | None,
    report: Report,
) -> LayerCheck:
    run = partial(bench.run_layers, readback=readback, build_directory=build_directory)
    report(f"simulating layer {name}")
    (measured,) = run(tree, [number], 0)
    details = bench.differences(tree, measured)
    folder = tree / "layers" / measured.name
    predicted: dict[str, int] = json.loads((folder / "prediction.json").read_text(encoding="utf-8"))
    expected = bench.expected_outputs(tree, measured)
    found = bench.outputs(tree, measured).reshape(expected.shape)
    paused: tuple[str, ...] | None = None
    if pause_seed:
        report(f"simulating layer {name} with random pauses")
        (again,) = run(tree, [number], pause_seed)
        paused = tuple(bench.differences(tree, again))
    return LayerCheck(
        name,
        int(np.count_nonzero(found != expected)),
        int(expected.size),
        predicted,
        dict(measured.counters),
        found,
        paused,
        tuple(details),
    )

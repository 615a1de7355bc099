"""SystemVerilog to gates: whether a design synthesises, and what it costs.

:func:`elaborate` reads the design with Yosys and says in seconds whether it can be built: no error, no
latch, no black box, no combinational loop, every used wire driven once. :func:`synthesise` also maps it to
Xilinx 7 series (``xc7``), Lattice ECP5 (``ecp5``) or gates (``generic``) and counts the cells of every
module. The hierarchy is kept, so that one processing element is mapped once however many there are.

Yosys ends its process on an error, so it runs in a child.

Sources of the weights of cells: AMD UG474 (a distributed memory's LUTs, 7 series), Lattice FPGA-TN-02204
(ECP5: a distributed memory takes four LUTs and the slice of two that addresses its writes).

Non-goals: no place and route, so no clock frequency; no area, power or timing of a cell library.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from importlib import util
from pathlib import Path
from typing import Any, Literal

from rtlgen.simulate import Parameter
from rtlgen.tools import INSTALL, ToolMissingError

Target = Literal["xc7", "ecp5", "generic"]
Rows = Mapping[str, Mapping[str, Any]]

_CHILD = r"""
import json, sys
from pyosys import libyosys as yosys
design = yosys.Design()
yosys.run_pass("script " + sys.argv[1], design)
modules = {}
for name in design.modules_:
    module = design.modules_[name]
    values = module.parameter_default_values
    modules[name.str()] = {
        "name": module.get_string_attribute(yosys.IdString("\\hdlname")),
        "parameters": {key.str(): [values[key].as_string(), values[key].is_fully_def()] for key in values},
    }
with open(sys.argv[2], "w") as file:
    json.dump(modules, file)
"""

_CHECKS = (
    "tee -q -o latches.txt select -list t:$dlatch t:$adlatch t:$dlatchsr",
    "tee -q -o boxes.txt select -list-mod =A:blackbox =A:whitebox",
    "tee -q -o check.txt check",
)
_MAPPING: Mapping[Target, tuple[str, ...]] = {
    "xc7": ("synth_xilinx -family xc7 -noiopad -noclkbuf", "tee -q -o mapped.txt check -mapped"),
    "ecp5": ("synth_ecp5 -noiopad -noflatten", "tee -q -o mapped.txt check -mapped"),
    # All of `synth` would make flip-flops of memories; here their bits are counted.
    "generic": (
        *("synth -run begin:fine", "opt -fast -full", "techmap", "opt -fast", "abc", "opt_clean"),
        "memory_unpack",
    ),
}

# LUTs that a cell takes, as logic and as memory or shift register.
_LUT = {**{f"LUT{inputs}": 1 for inputs in range(1, 7)}, "CCU2C": 2}
_LUT_MEMORY = {
    **dict.fromkeys(("RAM16X1S", "RAM32X1S", "RAM64X1S", "SRL16", "SRL16E", "SRLC16E", "SRLC32E"), 1),
    **dict.fromkeys(("RAM16X1D", "RAM32X1D", "RAM64X1D", "RAM128X1S"), 2),
    **dict.fromkeys(("RAM32M", "RAM64M", "RAM128X1D", "RAM256X1S"), 4),
    "TRELLIS_DPR16X4": 6,
}
_FLIP_FLOP = re.compile(r"FD[A-Z]{2}(_1)?$|TRELLIS_FF$|\$_(DFF|DFFE|SDFF|SDFFE|SDFFCE|ALDFF|ALDFFE|DFFSR)_")
_DSP = {"DSP48E1": 1, "MULT18X18D": 1}
_BRAM = {"RAMB18E1": 1, "RAMB36E1": 2, "DP16KD": 1, "PDPW16KD": 1}
_NO_CELL = re.compile(r"\$(memrd|memwr|meminit|scopeinfo)")  # ports of a memory that is not mapped, and notes
_COLUMNS: Mapping[Target, tuple[str, ...]] = {
    "xc7": ("lut", "lut_memory", "ff", "dsp", "bram"),
    "ecp5": ("lut", "lut_memory", "ff", "dsp", "bram"),
    "generic": ("cells", "ff", "memory_bits"),
}


class SynthesisError(Exception):
    """A design cannot be built.

    Attributes
    ----------
    problems
        What Yosys objects to, one text each: a syntax error, a module that is missing or a black box, a
        latch, a wire with no driver or with several, a combinational loop.
    """

    def __init__(self, top: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([f"{top!r} does not synthesise:", *self.problems]))


@dataclass(frozen=True, slots=True)
class Resources:
    """What a module takes.

    Attributes
    ----------
    lut, lut_memory
        Look-up tables as logic (ECP5: with those of carry chains), and as memory or shift register.
    ff
        Flip-flops.
    dsp
        Multipliers: DSP48E1 or MULT18X18D.
    bram
        Block memories of 18 kbit; a RAMB36E1 is two.
    memory_bits
        Bits of memories that are not mapped (``generic``).
    cells
        All cells that are not modules of the design.
    """

    lut: int = 0
    lut_memory: int = 0
    ff: int = 0
    dsp: int = 0
    bram: int = 0
    memory_bits: int = 0
    cells: int = 0

    def __add__(self, other: Resources) -> Resources:
        return Resources(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))

    def __mul__(self, times: int) -> Resources:
        return Resources(*(times * mine for mine in astuple(self)))


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """A module with one set of parameters.

    Attributes
    ----------
    name, parameters
        As in the text. A vector with undefined bits is text. Empty for the top module.
    instances
        How often the design holds it.
    own, total
        Of one instance: without, and with, the modules in it.
    cells
        Cells of one instance by type, without those of the modules in it.
    """

    name: str
    parameters: Mapping[str, int | str]
    instances: int
    own: Resources
    total: Resources
    cells: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What a design takes; the first module is the top."""

    target: Target
    modules: tuple[ModuleReport, ...]

    @property
    def total(self) -> Resources:
        """Of the whole design."""
        return self.modules[0].total

    def table(self) -> str:
        """Per module: how often it is there, and what one takes with the modules in it; then the whole.

        A module of several lines names the parameters in which the lines differ.
        """
        columns = _COLUMNS[self.target]
        rows = [["module", "instances", *columns]]
        for module in self.modules:
            same = [other.parameters for other in self.modules if other.name == module.name]
            differing = [
                f"{key}={value}"
                for key, value in module.parameters.items()
                if any(parameters.get(key) != value for parameters in same)
            ]
            values = [str(getattr(module.total, column)) for column in columns]
            rows.append([" ".join([module.name, *differing]), str(module.instances), *values])
        rows.append(["total", "", *(str(getattr(self.total, column)) for column in columns)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
            for row in rows
        ]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """All of it as JSON, in a fixed order."""
        modules = [asdict(module) for module in self.modules]
        content = {"target": self.target, "total": asdict(self.total), "modules": modules}
        return json.dumps(content, indent=2) + "\n"


def elaborate(
    files: Sequence[Path],
    top: str,
    parameters: Mapping[str, Parameter] | None = None,
    timeout_seconds: float = 600,
) -> None:
    """Check that the design ``top`` of ``files`` can be built, without mapping it.

    Parameters
    ----------
    files
        SystemVerilog files, in the order of compilation.
    top
        Name of the top module.
    parameters
        Of the top module; the defaults where not given. Text is passed as it is written in SystemVerilog.

    Raises
    ------
    SynthesisError
        It cannot; all problems are named unless one of them ended Yosys.
    ToolMissingError
        Yosys is not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        commands = [*_reading(files, top, parameters or {}), "memory_collect", *_CHECKS]
        _run(commands, top, Path(folder), timeout_seconds)


def synthesise(
    files: Sequence[Path],
    top: str,
    target: Target,
    parameters: Mapping[str, Parameter] | None = None,
    timeout_seconds: float = 3600,
) -> Report:
    """Map the design ``top`` of ``files`` to ``target`` and count its cells.

    The other parameters, and the exceptions, are those of :func:`elaborate`.
    """
    commands = [*_reading(files, top, parameters or {}), *_CHECKS, *_MAPPING[target]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run([*commands, "tee -q -o stat.json stat -json"], top, folder, timeout_seconds)
        counted = json.loads((folder / "stat.json").read_text(encoding="utf-8"))["modules"]
        described = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    return _report(counted, described, top, target)


def _reading(files: Sequence[Path], top: str, parameters: Mapping[str, Parameter]) -> Iterator[str]:
    for file in files:
        yield f'read_verilog -sv "{file.resolve()}"'
    if parameters:
        given = " ".join(f"-set {name} {_literal(value)}" for name, value in parameters.items())
        yield f"chparam {given} {top}"
    yield f"hierarchy -check -top {top}"
    yield "proc"


def _literal(value: Parameter) -> str:
    """Return ``value`` as Yosys reads it: without a minus, and with a width beyond 32 bits."""
    if isinstance(value, str):
        return value
    if -(2**31) <= value < 2**31:
        return f"32'sh{value % 2**32:08x}"
    return f"{value.bit_length()}'h{value:x}"


def _run(commands: Sequence[str], top: str, folder: Path, timeout_seconds: float) -> None:
    """Run Yosys in ``folder``, where the commands leave their results."""
    if util.find_spec("pyosys") is None:
        raise ToolMissingError(f"Yosys is not installed: {INSTALL}")
    (folder / "script.ys").write_text("\n".join([*commands, ""]), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, "script.ys", "modules.json"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SynthesisError(top, [f"Yosys did not end within {timeout_seconds:g} s"]) from error
    problems = list(_problems(folder))
    if done.returncode:
        errors = re.findall(r"^.*\bERROR:.*$", done.stderr, re.MULTILINE)
        problems += errors or [f"Yosys ended with code {done.returncode}: {done.stderr.strip()[-500:]}"]
    if problems:
        raise SynthesisError(top, problems)


def _problems(folder: Path) -> Iterator[str]:
    """What the files of the checks object to; those after an error do not exist."""
    found = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.txt")}
    for name, what in (("latches.txt", "latch"), ("boxes.txt", "black box")):
        yield from (f"{what}: {line}" for line in sorted(found.get(name, "").split("\n")) if line)
    for name in ("check.txt", "mapped.txt"):
        yield from re.findall(r"^Warning: (.*(?:\n    .*)*)", found.get(name, ""), re.MULTILINE)


def _report(counted: Rows, described: Rows, top: str, target: Target) -> Report:
    """Multiply what one instance of each module takes. Yosys marks most names with a backslash."""
    counted = {name.removeprefix("\\"): row for name, row in counted.items()}
    described = {name.removeprefix("\\"): row for name, row in described.items()}
    cells: Rows = {name: row["num_cells_by_type"] for name, row in counted.items()}
    leaves = {
        name: {kind: n for kind, n in sorted(row.items()) if kind not in cells and not _NO_CELL.match(kind)}
        for name, row in cells.items()
    }
    own = {name: _resources(leaves[name], counted[name]["num_memory_bits"]) for name in cells}
    instances: Counter[str] = Counter()
    totals: dict[str, Resources] = {}

    def visit(name: str, times: int) -> None:
        instances[name] += times
        for kind, count in cells[name].items():
            if kind in cells:
                visit(kind, times * count)
        inner = (totals[kind] * count for kind, count in cells[name].items() if kind in cells)
        totals[name] = sum(inner, own[name])

    def module(name: str) -> ModuleReport:
        text: str = described[name]["name"] or name
        values = {key.lstrip("\\"): _value(*bits) for key, bits in described[name]["parameters"].items()}
        parameters = dict(sorted(values.items()))
        text = text.removeprefix("\\")
        return ModuleReport(text, parameters, instances[name], own[name], totals[name], leaves[name])

    def order(item: ModuleReport) -> tuple[str, list[tuple[str, int, str]]]:
        values = item.parameters.items()
        return item.name, [(key, value if isinstance(value, int) else 0, str(value)) for key, value in values]

    visit(top, 1)
    others = sorted((module(name) for name in instances if name != top), key=order)
    return Report(target, (module(top), *others))


def _resources(cells: Mapping[str, int], memory_bits: int) -> Resources:
    def weighed(weights: Mapping[str, int]) -> int:
        return sum(weights.get(kind, 0) * n for kind, n in cells.items())

    return Resources(
        lut=weighed(_LUT),
        lut_memory=weighed(_LUT_MEMORY),
        ff=sum(n for kind, n in cells.items() if _FLIP_FLOP.match(kind)),
        dsp=weighed(_DSP),
        bram=weighed(_BRAM),
        memory_bits=memory_bits,
        cells=sum(cells.values()),
    )


def _value(bits: str, is_defined: bool) -> int | str:
    if not is_defined:
        return f"{len(bits)}'b{bits}"
    value = int(bits or "0", 2)
    return value - 2**32 if len(bits) == 32 and bits[0] == "1" else value  # 32 bits are an `int`

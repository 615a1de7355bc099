"""Accelerator blocks and the original's key-value hardware file, as an :class:`Accelerator`.

The block is that of the MAESTRO paper's Figure 8 with lanes, layout and the off-chip side added. The table
``SETTINGS`` is the list of what may stand in it.

Non-goals: no topology, energy or area (``maestro_py.hardware``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from maestro_py.errors import Span, did_you_mean
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.constants import Scope
from maestro_py.ir.nest import OUTPUT_NAMES
from maestro_py.ir.operators import TENSORS, Tensor
from maestro_py.syntax import ast
from maestro_py.syntax.codes import diagnostic

Kind = Literal["integer", "switch", "precision", "axis", "frequency", "word"]

_YES = ("true", "yes", "on")
_NO = ("false", "no", "off")
_PRECISION = re.compile(r"(U?INT|FP|BF)([0-9]{1,3})", re.IGNORECASE)
_UNITS_MHZ = {"": 1.0, "Hz": 1e-6, "kHz": 1e-3, "MHz": 1.0, "GHz": 1e3}


@dataclass(frozen=True, slots=True)
class SettingRule:
    """What a setting takes and which hardware number it is; ``least`` for integers."""

    target: str
    kind: Kind = "integer"
    least: int = 1


SETTINGS: dict[tuple[str, ...], SettingRule] = {
    ("PE", "NumPEs"): SettingRule("num_pes"),
    ("PE", "VectorWidth"): SettingRule("vector_width"),
    ("PE", "ZeroSkip"): SettingRule("zero_skip", "switch"),
    ("PE", "MultPrecision"): SettingRule("bits W I", "precision"),
    ("PE", "AddPrecision"): SettingRule("bits O", "precision"),
    ("PE", "Precision", "W"): SettingRule("bits W", "precision"),
    ("PE", "Precision", "I"): SettingRule("bits I", "precision"),
    ("PE", "Precision", "O"): SettingRule("bits O", "precision"),
    ("Buffer", "GlobalL2"): SettingRule("l2_bytes"),
    ("Buffer", "GlobalL2", "Size"): SettingRule("l2_bytes"),
    ("Buffer", "LocalL1"): SettingRule("l1_bytes"),
    ("Buffer", "LocalL1", "Size"): SettingRule("l1_bytes"),
    ("NoC", "Bandwidth"): SettingRule("noc_bandwidth_bytes_per_cycle"),
    ("NoC", "AvgLatency"): SettingRule("noc_latency_cycles", least=0),
    ("NoC", "Topology"): SettingRule("noc", "word"),
    ("NoC", "Multicast"): SettingRule("multicast", "switch"),
    ("NoC", "Reduction"): SettingRule("reduction", "switch"),
    ("NoC", "Layout", "W"): SettingRule("layout W", "axis"),
    ("NoC", "Layout", "I"): SettingRule("layout I", "axis"),
    ("NoC", "Layout", "O"): SettingRule("layout O", "axis"),
    ("OffChip", "Bandwidth"): SettingRule("dram_bandwidth_bytes_per_cycle"),
    ("OffChip", "Latency"): SettingRule("dram_latency_cycles", least=0),
    ("Frequency",): SettingRule("frequency_mhz", "frequency"),
}

LANES = ("PE", "Vector")
"""Section whose settings are lanes per dimension."""

LAYOUT = ("NoC", "Layout")
"""Section whose settings are the innermost axis of each tensor."""

HARDWARE_FILE: dict[str, SettingRule] = {
    "num_pes": SettingRule("num_pes"),
    "l1_size_cstr": SettingRule("l1_bytes"),
    "l2_size_cstr": SettingRule("l2_bytes"),
    "noc_bw_cstr": SettingRule("noc_bandwidth_bytes_per_cycle"),
    "NoC_NumHops": SettingRule("noc_latency_cycles", least=0),
    "offchip_bw_cstr": SettingRule("dram_bandwidth_bytes_per_cycle"),
}
"""Keys of the original's hardware file; its elements are bytes."""


def lane_dimensions() -> tuple[str, ...]:
    """Return every loop dimension in the language's spelling, by first appearance over the layer types."""
    found = dict.fromkeys(
        name
        for operator in operators.registry().values()
        for name in (*operator.dimensions, *operator.loop_dimensions)
        if name not in ("Y", "X")
    )
    return tuple(found)


def layout_axes(tensor: Tensor) -> tuple[str, ...]:
    """Return the axes that a tensor has in some layer type, in the names of SEMANTICS section 1."""
    sizes = {"Y": 1, "X": 1}
    found: dict[str, None] = {}
    for operator in operators.registry().values():
        problem = operator.problem(_UnitLayer(sizes))
        found.update(dict.fromkeys(problem.axes[tensor] or ()))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _UnitLayer:
    """A layer of size 1, to ask operators for their axes."""

    sizes: dict[str, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: operators.Padding = operators.NO_PADDING


@dataclass(slots=True)
class _Collected:
    """Numbers found so far; settings seen, so that none is given twice; places of sections."""

    numbers: dict[str, Any] = field(default_factory=dict)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    sections: dict[tuple[str, ...], Span | None] = field(default_factory=dict)
    lanes: dict[str, int] = field(default_factory=dict)


def lower_accelerator(node: ast.Accelerator, scope: Scope) -> Accelerator:
    """Return the machine of an ``Accelerator`` block; what is wrong goes to the scope."""
    lowering = _MachineLowering(scope)
    for names, item in _walk(node.items, ()):
        lowering.setting(names, item)
    return lowering.accelerator(node.name.text if node.name else "accelerator", node.span)


def lower_hardware_entries(entries: list[ast.HardwareEntry], scope: Scope) -> Accelerator:
    """Return the machine of a key-value hardware file; what is wrong goes to the scope."""
    lowering = _MachineLowering(scope)
    for entry in entries:
        setting = ast.Setting(entry.key, entry.value, entry.span)
        if lowering.first((entry.key.text,), setting):
            lowering.apply(HARDWARE_FILE[entry.key.text], setting)
    return lowering.accelerator("accelerator", entries[0].span)


def _walk(
    items: tuple[ast.AcceleratorItem, ...], outer: tuple[ast.Name, ...]
) -> Iterator[tuple[tuple[ast.Name, ...], ast.AcceleratorItem]]:
    """Yield sections, before what is in them, and settings, with their names from the outermost."""
    for item in items:
        match item:
            case ast.Section(name, inner):
                yield (*outer, name), item
                yield from _walk(inner, (*outer, name))
            case ast.Setting(key):
                yield (*outer, key), item
            case ast.Technology():
                yield (*outer, ast.Name("Technology", item.span)), item


def _has_section(path: tuple[str, ...]) -> bool:
    return any(known[: len(path)] == path and len(known) > len(path) for known in (*SETTINGS, (*LANES, "")))


class _MachineLowering:
    """Turns settings into hardware numbers."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.found = _Collected()

    def _error(self, code: str, message: str, span: Span | None, hint: str | None = None) -> None:
        self.scope.diagnostics.append(diagnostic(code, message, span, hint))

    def first(self, path: tuple[str, ...], item: ast.Setting | ast.Technology) -> bool:
        """Whether a setting stands for the first time; else say so."""
        if path in self.found.seen:
            self._error("M204", f"{path[-1]!r} is given twice", item.span)
            return False
        self.found.seen.add(path)
        return True

    def setting(self, names: tuple[ast.Name, ...], item: ast.AcceleratorItem) -> None:
        """Take in one section or setting of an ``Accelerator`` block."""
        path = tuple(name.text for name in names)
        if not _has_section(path[:-1]):
            return  # the section itself is reported
        if isinstance(item, ast.Section):
            self.found.sections[path] = item.name.span
            if not _has_section(path):
                self._unknown(path, item.name.span)
        elif not self.first(path, item):
            return
        elif isinstance(item, ast.Technology):
            self.found.numbers["technology"] = item.name.text
        elif path[:-1] == LANES:
            self._lane(item)
        elif path in SETTINGS:
            self.apply(SETTINGS[path], item)
        else:
            self._unknown(path, item.key.span)

    def _unknown(self, path: tuple[str, ...], span: Span | None) -> None:
        """Report a section or setting that its section does not know."""
        section = path[:-1]
        known = [*SETTINGS, LANES, ("Technology",)]
        choices = dict.fromkeys(
            k[len(section)] for k in known if len(k) > len(section) and k[: len(section)] == section
        )
        where = f"in {' '.join(section)}" if section else "in an Accelerator"
        self._error("M215", f"no {path[-1]!r} {where}", span, did_you_mean(path[-1], choices, where))

    def _lane(self, item: ast.Setting) -> None:
        name = item.key.text
        internal = OUTPUT_NAMES.get(name, name)
        known = lane_dimensions()
        if name not in known and name not in OUTPUT_NAMES.values():
            hint = did_you_mean(name, known, "dimensions")
            self._error("M203", f"Vector of {name!r}: no such loop dimension", item.key.span, hint)
            return
        value = self._integer(item, 1)
        if value is not None:
            self.found.lanes[internal] = value

    # ---- values -------------------------------------------------------------------------------------

    def apply(self, rule: SettingRule, item: ast.Setting) -> None:
        """Evaluate a setting and note it under its target."""
        readers = {
            "switch": self._switch,
            "precision": self._bits,
            "frequency": self._frequency,
            "word": self._word,
        }
        name, *tensors = rule.target.split()
        value: object
        if rule.kind == "integer":
            value = self._integer(item, rule.least)
        elif rule.kind == "axis":
            value = self._axis(item, tensors[0])
        else:
            value = readers[rule.kind](item)
        if value is None:
            return
        if not tensors:
            if name in self.found.numbers:
                self._error("M204", f"{item.key.text!r} is given twice", item.span)
            self.found.numbers[name] = value
            return
        general = len(tensors) > 1 or item.key.text == "AddPrecision"
        for tensor in tensors:
            key = f"{name} {tensor}"
            if not general or key not in self.found.numbers:  # Precision says more than MultPrecision
                self.found.numbers[key] = value

    def _integer(self, item: ast.Setting, least: int) -> int | None:
        if isinstance(item.value, ast.Quantity):
            self._error("M216", f"{item.key.text} takes a whole number", item.value.span)
            return None
        value = self.scope.number(item.value)
        if value is not None and value < least:
            self._error("M205", f"{item.key.text} is {value}; {least} is the least", item.value.span)
            return None
        return value

    def _switch(self, item: ast.Setting) -> bool | None:
        word = item.value.name.lower() if isinstance(item.value, ast.Reference) else ""
        if word in _YES or item.value == ast.Number(1):
            return True
        if word in _NO or item.value == ast.Number(0):
            return False
        self._error("M216", f"{item.key.text} is true or false", item.value.span, "write true or false")
        return None

    def _word(self, item: ast.Setting) -> str | None:
        if isinstance(item.value, ast.Reference):
            return item.value.name
        self._error("M216", f"{item.key.text} takes a name", item.value.span)
        return None

    def _bits(self, item: ast.Setting) -> int | None:
        if isinstance(item.value, ast.Reference) and item.value.name not in self.scope.values:
            match = _PRECISION.fullmatch(item.value.name)
            if match is None or int(match[2]) < 1:
                message = f"{item.value.name!r} is no precision"
                self._error("M216", message, item.value.span, "write a number of bits, or INT8 and the like")
                return None
            if match[1].upper() in ("FP", "BF"):
                message = f"{item.value.name} counts as {int(match[2])} bits"
                self._error("M253", message, item.value.span)
            return int(match[2])
        return self._integer(item, 1)

    def _axis(self, item: ast.Setting, tensor: str) -> str | None:
        name = item.value.name if isinstance(item.value, ast.Reference) else ""
        axis = OUTPUT_NAMES.get(name, name)
        known = next(layout_axes(t) for t in TENSORS if t == tensor)
        if axis in known:
            return axis
        spelling = {internal: written for written, internal in OUTPUT_NAMES.items()}
        hint = did_you_mean(name, [spelling.get(a, a) for a in known], f"axes of {tensor}")
        what = repr(name) if name else "this"
        self._error("M214", f"{what} is no axis of tensor {tensor}", item.value.span, hint)
        return None

    def _frequency(self, item: ast.Setting) -> float | None:
        if isinstance(item.value, ast.Quantity):
            value = item.value.value * _UNITS_MHZ[item.value.unit]
        else:
            number = self.scope.number(item.value)
            if number is None:
                return None
            value = float(number)
        if value <= 0:
            self._error("M205", "Frequency is above zero", item.value.span)
            return None
        return value

    # ---- result -------------------------------------------------------------------------------------

    def accelerator(self, name: str, span: Span | None) -> Accelerator:
        """Return the machine; numbers that are not given keep the defaults of :class:`Accelerator`."""
        numbers = dict(self.found.numbers)
        default = Accelerator()
        given = [f"bits {tensor}" in numbers for tensor in TENSORS]
        if any(given):
            numbers["bits"] = tuple(
                numbers.pop(f"bits {tensor}", default.bits[index]) for index, tensor in enumerate(TENSORS)
            )
        axes = {tensor: numbers.pop(f"layout {tensor}", None) for tensor in TENSORS}
        missing = [tensor for tensor in TENSORS if (*LAYOUT, tensor) not in self.found.seen]
        if len(missing) < len(axes):
            if missing:
                message = f"Layout has no axis for {' and '.join(missing)}"
                self._error(
                    "M216",
                    message,
                    self.found.sections[LAYOUT],
                    "Layout names an axis for each of W, I and O",
                )
            numbers["layout"] = tuple(axes[tensor] or "" for tensor in TENSORS)
        if self.found.lanes:
            numbers["lanes"] = dict(self.found.lanes)
        return Accelerator(name=name, span=span, **numbers)

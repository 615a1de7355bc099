"""What axes, columns and goals are called, and the units in which their numbers are read.

A :class:`Quantity` is a number of every design with the columns that it needs; a :class:`Unit` divides its
values. Nothing is rounded.

Non-goals: no drawing, no tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.analysis.columns import COLUMNS
from maestro_py.explore import sample
from maestro_py.explore.names import BITS, Names
from maestro_py.explore.space import Goal, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, and what values are divided by to be in it."""

    text: str
    divisor: float = 1.0


_LADDERS: Mapping[str, tuple[Unit, ...]] = {
    "pJ": (Unit("pJ"), Unit("nJ", 1e3), Unit("µJ", 1e6), Unit("mJ", 1e9), Unit("J", 1e12)),
    "us": (Unit("ns", 1e-3), Unit("µs"), Unit("ms", 1e3), Unit("s", 1e6)),
    "mW": (Unit("µW", 1e-3), Unit("mW"), Unit("W", 1e3)),
    "um2": (Unit("mm²", 1e6),),
    "bytes": (Unit("B"), Unit("KiB", 2**10), Unit("MiB", 2**20), Unit("GiB", 2**30)),
    "pJ us": (
        *(Unit("pJ·µs"), Unit("nJ·µs", 1e3), Unit("µJ·µs", 1e6), Unit("mJ·µs", 1e9), Unit("J·µs", 1e12)),
        *(Unit("J·ms", 1e15), Unit("J·s", 1e18)),
    ),
}
"""Units of a column, smallest first."""

_TITLES: Mapping[str, tuple[str, str]] = {
    "num_pes": ("PEs", ""),
    "vector_width": ("MACs per PE", ""),
    "bits": ("Bits of W/I/O", ""),
    **{f"bits_{tensor}": (f"Bits of {tensor}", "") for tensor in "WIO"},
    "l1_bytes": ("L1 per PE", "bytes"),
    "l2_bytes": ("L2", "bytes"),
    "noc": ("NoC", ""),
    "noc_bandwidth_bytes_per_cycle": ("NoC bandwidth", "B/cycle"),
    "noc_latency_cycles": ("NoC latency", "cycles"),
    "dram_bandwidth_bytes_per_cycle": ("DRAM bandwidth", "B/cycle"),
    "dram_latency_cycles": ("DRAM latency", "cycles"),
    "frequency_mhz": ("Clock", "MHz"),
    "runtime_onchip_cycles": ("Runtime without DRAM", "cycles"),
    "runtime_coarse_cycles": ("Runtime, coarse", "cycles"),
    "energy_mac_pj": ("Energy of MACs", "pJ"),
    "energy_onchip_pj": ("Energy on chip", "pJ"),
    "power_onchip_mw": ("Power on chip", "mW"),
    "edp_pj_us": ("Energy-delay product", "pJ us"),
}
_WORDS: Mapping[str, str] = {
    "l1": "L1", "l2": "L2", "noc": "NoC", "dram": "DRAM", "pes": "PEs", "pe": "PE", "macs": "MACs",
    "mac": "MAC", "W": "W", "I": "I", "O": "O", "edp": "EDP",
}  # fmt: skip
_UNIT_ENDS = (
    *("_bytes_per_cycle", "_bytes", "_cycles", "_fraction", "_pj_us", "_pj", "_us", "_mw", "_um2"),
    *("_gmacs_per_s", "_gmacs_per_j"),
)


def title(name: str) -> tuple[str, str]:
    """Return what a column or parameter is called, and its unit.

    >>> title("energy_l2_pj"), title("num_pes"), title("ClusterSize"), title("l1_bytes_required")
    (('Energy L2', 'pJ'), ('PEs', ''), ('ClusterSize', ''), ('L1 required', 'bytes'))
    """
    if name in _TITLES:
        return _TITLES[name]
    if name not in COLUMNS:
        return name, ""
    end = next((end for end in _UNIT_ENDS if name.endswith(end)), "")
    words = [_WORDS.get(word, word) for word in name.removesuffix(end).replace("_bytes_", "_").split("_")]
    unit = COLUMNS[name].unit
    plain = "" if unit in ("fraction", "MACs", "PE steps", "steps", "runs", "tiles") else unit
    text = " ".join(words)
    return text[0].upper() + text[1:], plain.replace("bytes/", "B/")


def unit_for(unit: str, largest: float) -> Unit:
    """Return the unit in which the largest value has one to four digits before the point.

    >>> unit_for("pJ", 2.5e9), unit_for("bytes", 4096), unit_for("cycles", 7)
    (Unit(text='mJ', divisor=1000000000.0), Unit(text='KiB', divisor=1024), Unit(text='cycles', divisor=1.0))
    """
    ladder = _LADDERS.get(unit)
    if ladder is None:
        return Unit(unit)
    return next((step for step in reversed(ladder) if largest >= step.divisor), ladder[0])


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of every design.

    Attributes
    ----------
    label
        What it is called.
    unit
        Of its values, or the empty string.
    columns
        What it is computed from.
    value
        Columns to values.
    """

    label: str
    unit: str
    columns: tuple[str, ...]
    value: Callable[[Mapping[str, Array]], Array]

    def of_row(self, row: Mapping[str, Any]) -> float:
        """Return the value of one design."""
        found = self.value({name: np.array([row[name]]) for name in ("design", *self.columns)})
        return float(np.ravel(found)[0])

    def scale(self, largest: float) -> Unit:
        """Return the unit to show values in."""
        return unit_for(self.unit, largest)

    def title(self, unit: Unit) -> str:
        """Return the text of an axis."""
        return f"{self.label} ({unit.text})" if unit.text else self.label


def of_text(names: Names, text: str, label: str, unit: str) -> Quantity:
    """Return the quantity of an expression."""
    expression = names.parse(text)
    return Quantity(
        label,
        unit,
        names.needed([expression]),
        lambda rows: _numbers(expression.evaluate(names.values(rows))),
    )


def of_column(names: Names, column: str) -> Quantity:
    """Return the quantity of a column or a hardware number."""
    columns = (column,) if column in names.columns else ()
    return Quantity(*title(column), columns, lambda rows: _numbers(names.values(rows)[column]))


def of_goal(names: Names, goal: Goal) -> Quantity:
    """Return what a goal compares; a column in another unit is taken in its own."""
    text = goal.expression.text.strip()
    found = names.resolve(text)
    if found is not None:
        return of_column(names, found[0])
    return of_text(names, text, text, "")


def unit_of_goal(names: Names, goal: Goal) -> float:
    """Return what a goal's values are divided by to be those of :func:`of_goal`."""
    found = names.resolve(goal.expression.text.strip())
    return 1.0 if found is None else 10.0 ** found[1]


def best_words(goal: str) -> str:
    """Return what the best design for a goal is called.

    >>> best_words("runtime"), best_words("min energy_onchip_pj")
    ('best runtime', 'least energy_onchip_pj')
    """
    which, _, rest = goal.partition(" ")
    return {"min": f"least {rest}", "max": f"greatest {rest}"}.get(which, f"best {goal}")


def throughput(names: Names) -> Quantity:
    """Return MACs per cycle."""
    label = "Throughput, coarse time" if names.space.time == "coarse" else "Throughput"
    return of_text(names, sample.throughput(names.space), label, "MACs/cycle")


def buffer(names: Names) -> Quantity:
    """Return the bytes of all L1 and of L2; what is left open is as large as needed."""
    needed = [level for level in ("l1_bytes", "l2_bytes") if None in names.space.axis_values(level)]
    read = tuple(name for name in ("num_pes", "l1_bytes", "l2_bytes") if name in names.columns)
    columns = (*read, *(f"{level}_required" for level in needed))

    def value(rows: Mapping[str, Array]) -> Array:
        found = names.values(rows)
        size = len(next(iter(rows.values())))

        def of(level: str) -> Array:
            known = found[level]
            own = np.broadcast_to(np.asarray(np.nan if known is None else known, float), (size,))
            if level not in needed:
                return own
            return np.where(np.isnan(own), rows[f"{level}_required"], own)

        return _numbers(found["num_pes"] * of("l1_bytes") + of("l2_bytes"))

    return Quantity("Buffer, all L1 and L2", "bytes", columns, value)


def _numbers(values: Any) -> Array:
    return np.asarray(values, float)


def value_text(name: str, value: Any) -> str:
    """Return a parameter's value as people write it.

    >>> value_text("l2_bytes", 65536), value_text("l1_bytes", None), value_text("bits", (8, 8, 32))
    ('64 KiB', 'needed', '8/8/32')
    """
    if value is None:
        return "needed"
    if isinstance(value, tuple):
        return "/".join(map(str, value)) if len(set(value)) > 1 else str(value[0])
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if title(name)[1] == "bytes":
        for factor, unit in ((2**20, "MiB"), (2**10, "KiB")):
            if value >= factor and value % (factor // 4) == 0:
                return f"{value / factor:g} {unit}"
        return f"{value:,g} B"
    return f"{value:,g}" if float(value) < 1e6 else f"{value:,.0f}"


def digits(value: float) -> str:
    """Return three significant digits.

    >>> digits(4.1), digits(123.4), digits(1234.5)
    ('4.10', '123', '1,234')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:#.3g}"


def design_text(space: Space, row: Mapping[str, Any]) -> str:
    """Return the parameters of a design in a line; only between parameters it can be broken."""
    parts = [str(row["dataflow"])] if len(space.branches) > 1 else []
    own = next((branch for branch in space.branches if branch.dataflow == row["dataflow"]), space.branches[0])
    for axis in own.axes:
        if len(axis.values) < 2:
            continue
        if axis.name == "bits":
            parts.append(f"{value_text('bits', tuple(int(row[name]) for name in BITS))} bits")
            continue
        value = row[axis.name]
        value = None if isinstance(value, float) and np.isnan(value) else value
        text = value_text(axis.name, value)
        label, unit = title(axis.name)
        if axis.name == "num_pes":
            parts.append(f"{text} PEs")
        elif unit in ("", "bytes"):
            parts.append(f"{label} {text}")
        else:
            parts.append(f"{label} {text} {unit}")
    return ", ".join(part.replace(" ", "\u00a0") for part in parts)

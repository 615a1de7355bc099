"""What names mean in constraints, goals and ``--where``: result columns, parameters, and both in other units.

A name is a column of a network's totals (``maestro_py.analysis.columns``), a hardware number, a constant of a
dataflow, ``dataflow`` or ``design``; or a column in another unit of energy, time, power, area or frequency. A
hardware number that is not swept has its one value.

Codes: M811 a name that has no value in this sweep.

Non-goals: no formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maestro_py.analysis.columns import COLUMNS
from maestro_py.errors import did_you_mean
from maestro_py.explore._tree import Kind
from maestro_py.explore._units import in_unit, scaled
from maestro_py.explore.expressions import Expression, ExpressionError, parse
from maestro_py.explore.space import BUFFER_AXES, HARDWARE_AXES, SWITCH_AXES, WORD_AXES, Axis, Space
from maestro_py.hardware.energy import area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

BITS = ("bits_W", "bits_I", "bits_O")
"""Columns of the axis ``bits``."""

FINE_ONLY = (
    *("runtime_cycles", "runtime_onchip_cycles"),
    *("dram_in_peak_bytes_per_cycle", "dram_out_peak_bytes_per_cycle"),
)
"""Columns that need fine time, and have no counterpart in coarse time."""

COLUMNS_LISTED_BY = "maestro-py explain"
"""The command that lists columns."""

_NEVER = ("legal", "repeat")
"""Columns that say nothing about a design: each one that runs is legal."""


def result_columns(space: Space) -> tuple[str, ...]:
    """Return the result columns that a sweep can have, in order: totals over the layers."""
    absent = FINE_ONLY if space.time == "coarse" else ()
    return tuple(
        name for name, column in COLUMNS.items() if column.total != "none" and name not in (*_NEVER, *absent)
    )


def axis_columns(space: Space) -> tuple[str, ...]:
    """Return the columns that say which design it is: ``design``, ``dataflow``, and every axis."""
    axes = (part for name in space.axis_names() for part in (BITS if name == "bits" else (name,)))
    return ("design", "dataflow", *axes)


def column_kind(name: str) -> str:
    """Return the type of a column: text, truth, whole or real."""
    if name in COLUMNS and COLUMNS[name].total != "none":
        return COLUMNS[name].kind
    if name in (*WORD_AXES, "dataflow", "goal"):
        return "text"
    if name in (*SWITCH_AXES, "feasible", "sampled"):
        return "truth"
    return "real" if name == "frequency_mhz" else "whole"


def values_of(axis: Axis, index: Array) -> dict[str, Array]:
    """Return the columns of an axis for indices of its values; NaN is "as large as needed".

    >>> import numpy as np
    >>> values_of(Axis("l1_bytes", (None, 512)), np.array([1, 0]))
    {'l1_bytes': array([512.,  nan])}
    """
    import numpy as np

    if axis.name == "bits":
        table = np.array(axis.values, np.int64)
        return {name: table[index, place] for place, name in enumerate(BITS)}
    if None in axis.values:
        known = np.array([np.nan if value is None else value for value in axis.values], float)
    else:
        known = np.array(axis.values)
    return {axis.name: known[index]}


class Names:
    """The names of one sweep, and where their values come from.

    ``resolve`` says which column a name reads; ``values`` makes a mapping of names from one of columns.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        fixed: dict[str, Any] = {}
        swept = space.axis_names()
        for name in HARDWARE_AXES:
            if name in swept:
                continue
            value = getattr(space.accelerator, name)
            fixed.update(zip(BITS, value, strict=True) if name == "bits" else [(name, value)])
        self.fixed = fixed
        self.columns = (*axis_columns(space), *result_columns(space))

    def resolve(self, name: str) -> tuple[str, int] | None:
        """Return the column or hardware number of a name, and the power of ten to it."""
        if name in self.columns or name in self.fixed:
            return name, 0
        return in_unit(name, (*self.columns, *self.fixed))

    def kind(self, name: str) -> Kind | None:
        """Return the kind of a name for an expression; None if there is none.

        Raises
        ------
        ExpressionError
            M811 where the name has no value in this sweep.
        """
        found = self.resolve(name)
        if found is None:
            if name in FINE_ONLY:
                hint = "write time: fine, or use runtime_coarse_cycles and what follows from it"
                raise ExpressionError("M811", f"{name} is fine time, and the sweep is coarse", 0, 0, hint)
            return None
        column, _ = found
        self._check_value(column)
        kinds: dict[str, Kind] = {"text": "text", "truth": "truth"}
        return kinds.get(column_kind(column), "number")

    def _check_value(self, column: str) -> None:
        stem = column.removesuffix("_available")
        if stem in BUFFER_AXES and self.space.axis_values(stem) == (None,):
            hint = f"{stem}_required is what the layers need"
            raise ExpressionError("M811", f"{stem} is left as large as needed", 0, 0, hint)

        if column == "area_um2" and not any(
            area(replace(self.space.accelerator, technology=name), 1, 1).area_um2
            for name in self.space.axis_values("technology")
        ):
            technology = " ".join(self.space.axis_values("technology"))
            hint = "sweep with a technology that has areas, as technology: cacti-28nm-lop"
            raise ExpressionError("M811", f"{technology} has no figures for areas", 0, 0, hint)

    def suggest(self, name: str) -> str:
        """Return a hint for a name that there is not."""
        texts = [branch.dataflow for branch in self.space.branches]
        texts += [value for word in WORD_AXES for value in self.space.axis_values(word)]
        if name in texts:
            return f"a text stands in quotes: '{name}'"
        if name.lower() in ("true", "false"):
            return "a name that is true or false is a condition by itself: multicast, not multicast"
        return did_you_mean(name, (*self.columns, *self.fixed), "columns", COLUMNS_LISTED_BY)

    def parse(self, text: str) -> Expression:
        """Return an expression over these names.

        Raises
        ------
        ExpressionError
            M805, M806 or M811, with its place in the text.
        """
        return parse(text, self.kind, self.suggest)

    def needed(self, expressions: Iterable[Expression]) -> tuple[str, ...]:
        """Return the columns that expressions read, in column order."""
        read = {found[0] for e in expressions for name in e.names() if (found := self.resolve(name))}
        return tuple(column for column in self.columns if column in read)

    def values(self, columns: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values of all names, taken from columns when they are asked for."""
        return _Values(self, columns)


class _Values(Mapping[str, Any]):
    def __init__(self, names: Names, columns: Mapping[str, Any]) -> None:
        self.names = names
        self.columns = columns

    def __getitem__(self, name: str) -> Any:
        found = self.names.resolve(name)
        if found is None:
            raise KeyError(name)
        column, power = found
        value = self.columns[column] if column in self.columns else self.names.fixed[column]
        return scaled(value, power) if power else value

    def __iter__(self) -> Iterator[str]:
        return iter((*self.names.columns, *self.names.fixed))

    def __len__(self) -> int:
        return len(self.names.columns) + len(self.names.fixed)

"""What a report's page embeds: the designs with their columns and units, and the table of the best.

The front comes first, then the best for each goal, then, where every feasible design or a sample was kept,
others that hashes of their numbers choose. Columns that are the same for every design are left out.

Non-goals: no HTML (``report``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.names import axis_columns, column_kind
from maestro_py.explore.space import BUFFER_AXES
from maestro_py.explore.store import TOP
from maestro_py.exporters._parquet_table import read_columns
from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import Unit, of_goal, title, unit_for, value_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MOST_DESIGNS = 4000
"""Designs that a page holds."""

MOST_ROWS = 200
"""Rows of a table."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the page: numbers or texts of every embedded design; None where there is nothing."""

    name: str
    label: str
    unit: Unit
    values: list[Any]
    number: bool
    goal: str = ""
    empty: str = ""

    @property
    def title(self) -> str:
        """Label and unit."""
        return f"{self.label} ({self.unit.text})" if self.unit.text else self.label

    @property
    def varies(self) -> bool:
        """Whether designs differ in it."""
        return any(value != self.values[0] for value in self.values)

    def text(self, place: int) -> str:
        """Return a cell as people read it."""
        value = self.values[place]
        if value is None:
            return self.empty
        if not self.number:
            return str(value)
        scaled = value / self.unit.divisor
        return f"{scaled:,.0f}" if scaled == int(scaled) else f"{scaled:,.4g}"


@dataclass(frozen=True, slots=True)
class Embedded:
    """The designs of a page.

    Attributes
    ----------
    numbers, front, best
        Of each: its number, whether it is on the front, and the goals, by place, that it is best for.
    columns
        Those in which the designs differ.
    table
        Names of the columns of the table.
    text
        Which designs these are.
    front_is_whole
        Whether the whole front is among them.
    """

    numbers: list[int]
    front: list[bool]
    best: list[list[int]]
    columns: list[Column]
    table: list[str]
    text: str
    front_is_whole: bool


def embed(kept: Kept) -> Embedded:
    """Return what the page of a sweep embeds."""
    front = kept.front if kept.space.keep != "top" or kept.has_all else None
    parts: list[dict[str, Array]] = [] if front is None else [_first(front, MOST_DESIGNS)]
    held = sum(len(part["design"]) for part in parts)
    parts.append(_best(kept))
    size = len(np.unique(np.concatenate([part["design"] for part in parts])))
    wanted = MOST_DESIGNS - size
    others = _others(kept, wanted) if wanted > 0 else []
    limited = sum(len(part["design"]) for part in others) < kept.cloud_size
    parts += others
    rows = {name: np.concatenate([part[name] for part in parts]) for name in kept.held}
    first = np.sort(np.unique(rows["design"], return_index=True)[1])[:MOST_DESIGNS]
    rows = {name: values[first] for name, values in rows.items()}
    on_front = np.zeros(len(first), bool) if front is None else np.isin(rows["design"], front["design"])
    best_numbers = [int(row["design"]) for row in kept.best_of_goals.values()]
    best = [[place for place, own in enumerate(best_numbers) if own == n] for n in rows["design"].tolist()]
    goals = _goal_columns(kept, rows)
    columns = [c for c in (*goals, *_columns(kept, rows, {goal.name for goal in goals})) if c.varies]
    names = {column.name for column in columns}
    wanted_names = (*axis_columns(kept.space), *(goal.name for goal in goals), *kept.objective.columns)
    whole = front is None or held == len(front["design"])
    return Embedded(
        [int(number) for number in rows["design"]],
        [bool(own) for own in on_front],
        best,
        columns,
        [name for name in dict.fromkeys(wanted_names) if name in names],
        _text(kept, None if front is None else len(front["design"]), held, len(first), size, limited),
        whole and front is not None,
    )


def _first(rows: dict[str, Array], most: int) -> dict[str, Array]:
    """Return at most so many rows, evenly spread over those that there are."""
    size = len(rows["design"])
    places = np.arange(size) if size <= most else np.arange(most) * size // most
    return {name: values[places] for name, values in rows.items()}


def _best(kept: Kept) -> dict[str, Array]:
    """Return the rows of the best designs for each goal."""
    if kept.finished:
        top = read_columns(kept.folder / TOP, kept.held)
        return _first(top, MOST_DESIGNS)
    rows = list(kept.best_of_goals.values())
    return {name: np.array([row[name] for row in rows]) for name in kept.held}


def _others(kept: Kept, wanted: int) -> list[dict[str, Array]]:
    found = []
    for rows in kept.cloud(kept.held):
        places = kept.some(rows["design"], wanted)
        found.append({name: rows[name][places] for name in kept.held})
    return found


def _text(kept: Kept, front: int | None, held: int, embedded: int, chosen: int, limited: bool) -> str:
    if front is None:
        parts = ["the best designs for each goal"]
    elif held < front:
        parts = [
            f"{held:,} of the {front:,} designs on the Pareto front, evenly spread",
            "the best for each goal",
        ]
    else:
        parts = [f"all {front:,} designs on the Pareto front", "the best for each goal"]
    if embedded > chosen:
        all_of_them = embedded >= kept.counts.feasible
        others = "all other" if all_of_them else f"a sample of {embedded - chosen:,} of the"
        parts.append(f"{others} feasible designs" + ("" if all_of_them else f" ({kept.counts.feasible:,})"))
    joined = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    limit = f" (a page holds at most {MOST_DESIGNS:,})" if limited or held < (front or 0) else ""
    return f"This page holds {embedded:,} designs{limit}: {joined}."


def _goal_columns(kept: Kept, rows: dict[str, Array]) -> list[Column]:
    """Return what the goals compare, under the column's name where it is one."""
    found = []
    size = len(rows["design"])
    for goal in kept.space.goals:
        quantity = of_goal(kept.names, goal)
        resolved = kept.names.resolve(goal.expression.text.strip())
        name = goal.name if resolved is None else resolved[0]
        values = np.broadcast_to(quantity.value(rows), (size,)).astype(float)
        unit = quantity.scale(float(values.max()))
        direction = "max" if goal.maximize else "min"
        found.append(Column(name, quantity.label, unit, _plain(values, "real"), True, direction))
    return found


def _columns(kept: Kept, rows: dict[str, Array], known: set[str]) -> list[Column]:
    found = []
    for name in kept.held:
        if name in ("design", "feasible") or name in known:
            continue
        kind = column_kind(name)
        values = _plain(rows[name], kind)
        label, unit = title(name)
        number = kind in ("whole", "real")
        known_values = [value for value in values if value is not None]
        sizes = [abs(value) for value in known_values if value] if number else []
        typical = min(sizes, default=0) if unit == "bytes" else max(sizes, default=0)
        if kind == "truth":
            values = [None if value is None else value_text(name, bool(value)) for value in values]
        empty = "needed" if name in BUFFER_AXES else ""
        label = "Dataflow" if name == "dataflow" else label
        found.append(Column(name, label, unit_for(unit, typical), values, number, empty=empty))
    return found


def _plain(values: Array, kind: str) -> list[Any]:
    """Return cells as JSON has them."""
    cells = values.tolist()
    if kind == "text":
        return [None if cell is None or cell != cell else str(cell) for cell in cells]
    if kind == "whole":
        return [None if cell is None or cell != cell else int(cell) for cell in cells]
    return [None if cell is None or cell != cell else cell for cell in cells]

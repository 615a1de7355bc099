"""What each value of each parameter can reach: how many feasible designs have it, and the best for each goal
among them, exactly, however many designs there are.

A batch is counted from its design numbers by mixed radix, the last parameter first: designs that differ in it
alone are joined before the next is looked at, so that little more than one pass over the designs is needed.
Tallies of batches add up to that of the sweep.

Non-goals: no medians, which a sample gives (``sample``); no evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.grid import Grid
from maestro_py.explore.space import Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MOST_VALUES = 4096
"""Values of a parameter up to which they are counted."""

Plain = dict[str, dict[str, list[list[Any]]]]
"""By dataflow and parameter: places of the values, designs with each, and the best for each goal."""


def tally(space: Space, numbers: Array, goals: Array) -> Plain:
    """Return the tally of feasible designs as plain data.

    Parameters
    ----------
    space
        The space.
    numbers
        Of designs, ``(n,)``, each once.
    goals
        ``(n, goals)``, each to be least.

    Examples
    --------
    >>> from maestro_py.explore.space import Axis, Branch
    >>> from maestro_py.ir.accelerator import Accelerator
    >>> from maestro_py.ir.network import Network
    >>> flow = Branch("ws", None, (Axis("num_pes", (8, 16)), Axis("vector_width", (1, 2, 4))))
    >>> space = Space(Network("n", ()), (flow,), Accelerator(), ())
    >>> tally(space, np.array([0, 1, 4]), np.array([[9.0], [7], [8]]))
    {'ws': {'vector_width': [[0, 1], [1, 2], [9.0, 7.0]], 'num_pes': [[0, 1], [2, 1], [7.0, 8.0]], \
'dataflow': [[0], [3], [7.0]]}}
    """
    found: Plain = {}
    if len(numbers) and (np.diff(numbers) < 0).any():
        order = np.argsort(numbers)
        numbers, goals = numbers[order], goals[order]
    for branch, places, local in Grid(space.branches).split(numbers):
        counts = np.ones(len(local), np.int64)
        reached = [np.ascontiguousarray(goals[places, goal]) for goal in range(goals.shape[1])]
        own = found[branch.dataflow] = {}
        for axis in reversed(branch.axes):
            size = len(axis.values)
            if size == 1:
                continue
            above = local // size
            if size <= MOST_VALUES:
                own[axis.name] = _by_value(local - above * size, size, counts, reached)
            first = np.flatnonzero(np.concatenate([[True], above[1:] != above[:-1]]))
            local, counts = above[first], np.add.reduceat(counts, first)
            reached = [np.minimum.reduceat(values, first) for values in reached]
        own["dataflow"] = [[0], counts.tolist(), *(values.tolist() for values in reached)]
    return found


class Tallies:
    """The sum of tallies."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.goals = len(space.goals)
        self._sums: dict[str, dict[str, dict[int, list[Any]]]] = {}

    def add(self, plain: Plain) -> None:
        """Take in a batch."""
        for flow, parameters in plain.items():
            for name, (places, *columns) in parameters.items():
                sums = self._sums.setdefault(flow, {}).setdefault(name, {})
                for place, designs, *best in zip(places, *columns, strict=True):
                    before = sums.get(place, [0, *[np.inf] * self.goals])
                    sums[place] = [before[0] + designs, *map(min, before[1:], best)]

    def rows(self) -> Iterator[tuple[str, str, Any, int, list[float]]]:
        """Yield dataflow, parameter, value, feasible designs with it, and the best for each goal, each to be
        least.

        Parameters are in canonical order; the value of ``dataflow`` is its name.
        """
        for branch in self.space.branches:
            own = self._sums.get(branch.dataflow, {})
            values = {axis.name: axis.values for axis in branch.axes} | {"dataflow": (branch.dataflow,)}
            for name in ("dataflow", *(axis.name for axis in branch.axes)):
                for place, (designs, *best) in sorted(own.get(name, {}).items()):
                    yield branch.dataflow, name, values[name][place], designs, best

    def table(self) -> tuple[dict[str, list[Any]], dict[str, str]]:
        """Return the rows as columns, and the kinds of these; of a goal to be greatest the greatest value."""
        goals = [f"best {goal.name}" for goal in self.space.goals]
        kinds = {"dataflow": "text", "parameter": "text", "value": "text", "number": "real"}
        kinds |= {"feasible": "whole", **dict.fromkeys(goals, "real")}
        table: dict[str, list[Any]] = {name: [] for name in kinds}
        for flow, name, value, designs, best in self.rows():
            signed = (-v if g.maximize else v for v, g in zip(best, self.space.goals, strict=True))
            number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
            cells = (flow, name, _text(value), number, designs, *signed)
            for column, cell in zip(table.values(), cells, strict=True):
                column.append(cell)
        return table, kinds

    def by_value(self, name: str, values: Sequence[Any]) -> tuple[Array, Array] | None:
        """Return feasible designs with each of a parameter's values, and the best for each goal, over all
        dataflows; None if it is not counted.
        """
        found = [row for row in self.rows() if row[1] == name]
        if not found:
            return None
        designs = np.zeros(len(values), np.int64)
        best = np.full((len(values), self.goals), np.inf)
        place_of = {value: place for place, value in enumerate(values)}
        for _, _, value, number, reached in found:
            designs[place_of[value]] += number
            best[place_of[value]] = np.minimum(best[place_of[value]], reached)
        return designs, best


def _text(value: Any) -> str:
    """Return a value as a space file has it."""
    if value is None or isinstance(value, bool):
        return "needed" if value is None else str(value).lower()
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _by_value(index: Array, size: int, counts: Array, reached: Sequence[Array]) -> list[list[Any]]:
    designs = np.bincount(index, weights=counts, minlength=size).astype(np.int64)
    there = np.flatnonzero(designs)
    columns = [there.tolist(), designs[there].tolist()]
    for values in reached:
        best = np.full(size, np.inf)
        np.minimum.at(best, index, values)
        columns.append(best[there].tolist())
    return columns

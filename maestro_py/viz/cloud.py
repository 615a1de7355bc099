"""Any number of designs to what can be drawn: each as a point, or, where they are many, cells of a grid.

A cell holds how many designs fall into it and the mean of their colours, so that memory does not grow with
the sweep, no design hides another by the order of drawing, and the same sweep gives the same picture.

Non-goals: no axes, no drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.viz.canvas import wide
from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MOST_POINTS = 40_000
"""Designs up to which each is a point."""

CELLS = (180, 140)
"""Cells along x and y."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """Designs in a plane.

    Attributes
    ----------
    designs
        How many there are.
    x, y, colour
        Of each, or, if ``edges`` are given, centres of the cells that hold any, and the mean colour there.
    edges
        Borders of the cells along x and y.
    grid
        Mean colour by cell, ``(y, x)``, NaN where there is no design.
    """

    designs: int
    x: Array
    y: Array
    colour: Array
    edges: tuple[Array, Array] | None = None
    grid: Array | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest value of a quantity; NaN if it has none."""

    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is any value."""
        return self.low == self.low

    def including(self, value: float) -> Range:
        """Return the range that holds a value, too."""
        return Range(float(np.fmin(self.low, value)), float(np.fmax(self.high, value)))

    def edges(self, cells: int) -> Array:
        """Return borders of cells, by factors where the range is wide."""
        low, high = self.low, self.high
        if low == high:
            low, high = low - 0.5, high + 0.5
        return np.geomspace(low, high, cells + 1) if wide(low, high) else np.linspace(low, high, cells + 1)


def clouds(
    kept: Kept, xs: Sequence[Quantity], y: Quantity, colour: Quantity
) -> tuple[dict[str, list[Cloud]], list[Range]]:
    """Return the designs of each dataflow in the planes of every x with y, and the ranges of x, y and colour.

    Parameters
    ----------
    kept
        A sweep that kept every feasible design, or a sample.
    xs, y, colour
        What is drawn.
    """
    quantities = [*xs, y, colour]
    if kept.cloud_size <= MOST_POINTS:
        return _points(kept, quantities)
    ranges = _ranges(kept, quantities)
    grids = {group: [_Grid(own, ranges[-2]) for own in ranges[:-2]] for group in kept.flows}
    for rows, values in _values(kept, quantities):
        for group in kept.flows:
            own = kept.of_flow(rows, group)
            for place, grid in enumerate(grids[group]):
                grid.add(values[place][own], values[-2][own], values[-1][own])
    return {group: [grid.cloud() for grid in own] for group, own in grids.items()}, ranges


def _values(kept: Kept, quantities: Sequence[Quantity]) -> Iterator[tuple[dict[str, Array], list[Array]]]:
    columns = (*kept.flow_column, *(name for quantity in quantities for name in quantity.columns))
    for rows in kept.cloud(columns):
        size = len(rows["design"])
        yield rows, [np.broadcast_to(quantity.value(rows), (size,)) for quantity in quantities]


def _ranges(kept: Kept, quantities: Sequence[Quantity]) -> list[Range]:
    low = np.full(len(quantities), np.inf)
    high = np.full(len(quantities), -np.inf)
    for _, values in _values(kept, quantities):
        for place, own in enumerate(values):
            finite = own[np.isfinite(own)]
            low[place] = finite.min(initial=low[place])
            high[place] = finite.max(initial=high[place])
    return [Range(a, b) if a <= b else Range(np.nan, np.nan) for a, b in zip(low, high, strict=True)]


def _points(kept: Kept, quantities: Sequence[Quantity]) -> tuple[dict[str, list[Cloud]], list[Range]]:
    parts: dict[str, list[Array]] = {group: [] for group in kept.flows}
    for rows, own in _values(kept, quantities):
        stacked = np.stack(own)
        for group in kept.flows:
            parts[group].append(stacked[:, kept.of_flow(rows, group)])
    values = {group: np.concatenate(own, axis=1) for group, own in parts.items()}
    found: dict[str, list[Cloud]] = {}
    for group, (*xs, y, colour) in values.items():
        found[group] = []
        for x in xs:
            known = np.isfinite(x) & np.isfinite(y)
            found[group].append(Cloud(int(known.sum()), x[known], y[known], colour[known]))
    everything = np.concatenate(list(values.values()), axis=1)
    return found, [_range(own[np.isfinite(own)]) for own in everything]


def _range(values: Array) -> Range:
    return Range(float(values.min()), float(values.max())) if values.size else Range(np.nan, np.nan)


class _Grid:
    """Counts and colours of designs by cell."""

    def __init__(self, x: Range, y: Range) -> None:
        self.known = x.known and y.known
        self.designs = 0
        if self.known:
            self.edges = x.edges(CELLS[0]), y.edges(CELLS[1])
        self.counts = np.zeros(CELLS[0] * CELLS[1], np.int64)
        self.colours = np.zeros(CELLS[0] * CELLS[1])

    def add(self, x: Array, y: Array, colour: Array) -> None:
        """Take in designs."""
        if not self.known:
            return
        finite = np.isfinite(x) & np.isfinite(y)
        column, row = (
            np.clip(np.searchsorted(edges, values[finite], side="right") - 1, 0, len(edges) - 2)
            for edges, values in zip(self.edges, (x, y), strict=True)
        )
        cell = row * CELLS[0] + column
        self.designs += len(cell)
        self.counts += np.bincount(cell, minlength=len(self.counts))
        self.colours += np.bincount(cell, weights=colour[finite], minlength=len(self.counts))

    def cloud(self) -> Cloud:
        """Return what was taken in."""
        if not self.known:
            nothing = np.empty(0)
            return Cloud(0, nothing, nothing, nothing)
        filled = self.counts > 0
        mean = np.divide(self.colours, self.counts, out=np.full(len(self.counts), np.nan), where=filled)
        row, column = np.divmod(np.flatnonzero(filled), CELLS[0])
        x, y = ((edges[1:] + edges[:-1]) / 2 for edges in self.edges)
        grid = mean.reshape(CELLS[1], CELLS[0])
        return Cloud(self.designs, x[column], y[row], mean[filled], self.edges, grid)

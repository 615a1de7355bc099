"""Design numbers to tables: every nest that occurs, one below another, by every number point that occurs.

A design's number is that of its nest times the number points of its branch, plus that of its point. What
depends on the nest alone is a column of a table, what depends on the point alone is a row; arithmetic on them
broadcasts, so that each is worked out once. A table may hold more designs than were asked for.

Non-goals: no evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.space import Axis, Branch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

WASTE = 64
"""Designs of a table for each that was asked for: at most; else tables have this many nests or fewer."""


@dataclass(frozen=True, slots=True)
class Product:
    """Designs of a branch as a table of nests by number points.

    Attributes
    ----------
    branch
        Whose designs.
    nests, points
        Numbers of the nests and of the number points; ``(k,)`` and ``(p,)``.
    places
        Where the designs stand among those that were asked for, in the order of ``cells``.
    cells
        Which cells of the table, row by row, are designs that were asked for; None: all.
    """

    branch: Branch
    nests: Array
    points: Array
    places: slice | Array
    cells: Array | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Nests and number points."""
        return len(self.nests), len(self.points)

    @property
    def size(self) -> int:
        """How many of its designs were asked for."""
        return len(self.cells) if self.cells is not None else len(self.nests) * len(self.points)

    def index(self, axis: Axis) -> Array:
        """Return which value of an axis each design has: ``(k, 1)`` for one of nests, else ``(1, p)``."""
        of_points = axis in self.branch.number_axes
        axes = self.branch.number_axes if of_points else self.branch.nest_axes
        stride = prod(len(other.values) for other in axes[axes.index(axis) + 1 :])
        if of_points:
            return (self.points // stride % len(axis.values))[None, :]
        return (self.nests // stride % len(axis.values))[:, None]

    def pick(self, values: Any) -> Array:
        """Return what the designs have in a table, or in what broadcasts to one."""
        flat: Array = np.broadcast_to(values, self.shape).reshape(-1)
        return flat if self.cells is None else flat[self.cells]

    def put(self, target: Array, values: Any) -> None:
        """Write the designs' values to their places."""
        if isinstance(self.places, slice):
            target[self.places].reshape(self.shape)[...] = values
        else:
            target[self.places] = self.pick(values)

    def part(self, rows: Array | slice, columns: Array | slice) -> Product:
        """Return the table of some nests and points."""
        at = np.full(self.shape, -1)
        at.reshape(-1)[slice(None) if self.cells is None else self.cells] = np.arange(self.size)
        inside = at[rows][:, columns].reshape(-1)
        cells = None if self.cells is None else np.flatnonzero(inside >= 0)
        inside = inside if cells is None else inside[cells]
        places = inside + self.places.start if isinstance(self.places, slice) else self.places[inside]
        return Product(self.branch, self.nests[rows], self.points[columns], places, cells)

    def split(self, rows: Sequence[Array], columns: Sequence[Array]) -> Iterator[Product]:
        """Yield a table for each combination of values that nests, and that points, have."""
        by_row, by_column = list(groups(rows, len(self.nests))), list(groups(columns, len(self.points)))
        if len(by_row) == len(by_column) == 1:
            yield self
            return
        for nests in by_row:
            for points in by_column:
                part = self.part(nests, points)
                if part.size:
                    yield part

    def each_nest(self) -> Iterator[Product]:
        """Yield a table of one row for each nest, with no more than the designs that were asked for."""
        if self.cells is None and len(self.nests) == 1:
            yield self
            return
        for row in range(len(self.nests)):
            part = self.part(slice(row, row + 1), slice(None))
            wanted = slice(None) if part.cells is None else part.cells
            if part.size:
                yield Product(part.branch, part.nests, part.points[wanted], part.places)

    def few_points(self, most: int) -> Iterator[Product]:
        """Yield tables of at most so many points."""
        if len(self.points) <= most:
            yield self
            return
        for start in range(0, len(self.points), most):
            yield self.part(slice(None), slice(start, start + most))


def products(branch: Branch, places: Array, local: Array, most: int) -> Iterator[Product]:
    """Yield tables of designs.

    Parameters
    ----------
    branch
        Whose designs.
    places
        Where each stands among those that were asked for.
    local
        Their numbers within the branch, in any order.
    most
        Cells of a table, if a nest has no more points.

    Examples
    --------
    >>> branch = Branch("ws", None, (Axis("num_pes", (8, 16, 32)), Axis("vector_width", (1, 2))))
    >>> [(found.nests.tolist(), found.places) for found in products(branch, np.arange(6), np.arange(6), 4)]
    [([0, 1], slice(0, 4, None)), ([2], slice(4, 6, None))]
    """
    step = np.diff(local)
    if (step == 1).all() and int(places[-1]) - int(places[0]) == len(places) - 1:
        yield from _range(branch, int(places[0]), int(local[0]), int(local[-1]) + 1, most)
        return
    if (step < 0).any():
        order = np.argsort(local, kind="stable")
        places, local = places[order], local[order]
        step = np.diff(local)
    again = np.concatenate([[False], step == 0])
    yield from _scattered(branch, places[~again], local[~again], most)
    if again.any():
        yield from products(branch, places[again], local[again], most)


def _range(branch: Branch, place: int, start: int, stop: int, most: int) -> Iterator[Product]:
    """Designs one after another, in order: whole nests together, what is left of others by itself."""
    points = branch.number_points
    while start < stop:
        nest, first = divmod(start, points)
        if first == 0 and stop - start >= points and points <= most:
            nests = min(stop - start, most) // points
            own = np.arange(points)
        else:
            nests = 1
            own = np.arange(first, min(points, first + most, first + stop - start))
        size = nests * len(own)
        yield Product(branch, np.arange(nest, nest + nests), own, slice(place, place + size))
        start, place = start + size, place + size


def _scattered(branch: Branch, places: Array, local: Array, most: int) -> Iterator[Product]:
    """Designs here and there, ascending: tables of all points that occur in them, of as many nests as do not
    waste too many cells.
    """
    nest, point = np.divmod(local, branch.number_points)
    size = len(np.unique(point))
    starts = np.concatenate([[0], np.flatnonzero(np.diff(nest)) + 1, [len(nest)]])
    wasteful = (len(starts) - 1) * size > WASTE * len(nest)
    rows = WASTE if wasteful else max(1, most // size)
    for first in range(0, len(starts) - 1, rows):
        begins = starts[first : first + rows + 1]
        own = slice(begins[0], begins[-1])
        points, column = np.unique(point[own], return_inverse=True)
        if (len(begins) - 1) * len(points) > most:
            for start, stop in pairwise(begins):
                yield Product(branch, nest[start : start + 1], point[start:stop], places[start:stop])
            continue
        row = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
        cells = row * len(points) + column
        yield Product(branch, nest[begins[:-1]], points, places[own], cells)


def groups(keys: Sequence[Array], size: int) -> Iterator[Array]:
    """Yield the places of each combination of values that occurs, in the order of its first place.

    >>> [found.tolist() for found in groups([np.array([7, 5, 7])], 3)]
    [[0, 2], [1]]
    """
    which = np.zeros(size, np.int64)
    for key in keys:
        found, place = np.unique(key, return_inverse=True)
        if len(found) > 1:
            _, which = np.unique(which * len(found) + place, return_inverse=True)
    order = np.argsort(which, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(which[order])) + 1)
    yield from sorted(parts, key=lambda members: int(members[0]))

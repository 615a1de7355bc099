"""Tiles: what a PE or a cluster holds, and how maps cut it (SEMANTICS section 2).

Turns a tile and one level's maps at given positions into the tile below: plain dimensions are cut on
their own, rows and outputs of a sliding window follow from each other.

Non-goals: which positions there are in time (``maestro_py.ir.nest``), elements of tensors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maestro_py.ir.operators import Problem, Window

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Map:
    """One directive with numbers: ``dimension`` is a loop dimension or the input name of a window.

    ``size`` and ``offset`` are the real ones, after the stride rule for input rows and columns.
    """

    spatial: bool
    dimension: str
    size: int
    offset: int

    def positions(self, extent: int) -> int:
        """Number of positions over ``extent``: ``ceil((E - m) / o) + 1``, 1 where ``E <= m``.

        >>> Map(False, "K", 4, 4).positions(10)
        3
        """
        if extent <= self.size:
            return 1
        return -((self.size - extent) // self.offset) + 1

    def cut(self, parent: Range, position: int) -> Range:
        """Sub-range of ``parent`` at ``position``, cut off at the parent's end.

        >>> Map(False, "K", 4, 4).cut((0, 10), 2)
        (8, 10)
        """
        start = parent[0] + position * self.offset
        return start, max(start, min(start + self.size, parent[1]))


@dataclass(frozen=True, slots=True)
class Tile:
    """What a PE (or a cluster) holds after some levels: one range per loop dimension, and input ranges.

    ``ranges`` has every loop dimension; ``inputs`` the padded input range of every window.
    """

    ranges: Mapping[str, Range]
    inputs: Mapping[str, Range]

    def range_of(self, dimension: str) -> Range:
        """Range of a loop dimension, or of a window's input."""
        return self.inputs[dimension] if dimension in self.inputs else self.ranges[dimension]


def whole(problem: Problem) -> Tile:
    """Return the tile that holds the whole layer."""
    ranges = {dimension: (0, size) for dimension, size in problem.sizes.items()}
    return Tile(ranges, {w.input: (0, problem.padded_extent(w)) for w in problem.windows})


def outputs_within(window: Window, outputs: Range, taps: Range, rows: Range) -> Range:
    """Outputs of ``outputs`` whose rows ``stride*p + dilation*r`` lie in ``rows`` for every tap ``r``.

    >>> outputs_within(Window("P", "R", "Y", 1, 1, 0, 1, 9), (0, 7), (0, 3), (2, 6))
    (2, 4)
    """
    first = -((window.dilation * taps[0] - rows[0]) // window.stride)
    last = (rows[1] - 1 - window.dilation * (taps[1] - 1)) // window.stride
    low, high = max(outputs[0], first), min(outputs[1], last + 1)
    return low, max(low, high)


def rows_of(window: Window, outputs: Range, taps: Range) -> Range:
    """Padded rows that ``outputs`` and ``taps`` span.

    >>> rows_of(Window("P", "R", "Y", 2, 1, 0, 1, 9), (1, 3), (0, 3))
    (2, 7)
    """
    start = window.stride * outputs[0] + window.dilation * taps[0]
    end = window.stride * (outputs[1] - 1) + window.dilation * (taps[1] - 1) + 1
    return start, max(start, end)


def cut(problem: Problem, tile: Tile, maps: Iterable[Map], positions: Iterable[int]) -> Tile | None:
    """Apply one level's maps at the given positions; None where a position does not exist.

    SEMANTICS section 2: plain dimensions are cut on their own; rows and outputs of a window follow from
    each other and from the level's filter range.
    """
    ranges, inputs = dict(tile.ranges), dict(tile.inputs)
    cut_outputs: set[str] = set()
    for level_map, position in zip(maps, positions, strict=True):
        source = inputs if level_map.dimension in inputs else ranges
        parent = source[level_map.dimension]
        if position >= level_map.positions(parent[1] - parent[0]):
            return None
        source[level_map.dimension] = level_map.cut(parent, position)
        cut_outputs.add(level_map.dimension)
    for window in problem.windows:
        taps, outputs = ranges[window.filter], ranges[window.output]
        if window.output in cut_outputs:
            inputs[window.input] = rows_of(window, outputs, taps)
        else:
            ranges[window.output] = outputs_within(window, outputs, taps, inputs[window.input])
    return Tile(ranges, inputs)

"""Walks the elements of one tile that are still to be moved, in the order of their coordinates.

A tile is a product of arithmetic progressions, one an axis. Coordinates are compared with the innermost
axis as the least significant, so the walk is that of an odometer. A beat covers ``WINDOW`` neighbouring
positions of the innermost axis from its base on; the tile takes the run of its elements from the walk's
position on that lie in the beat.

Parameters
----------
AXES
    Axes of the tensor; axis 0 is the innermost of the layout and the least significant field of a vector.
COORDINATE_BITS
    Bits of a coordinate; coordinates of a tile, and ``WINDOW``, are below ``2**COORDINATE_BITS``.
STEP_BITS
    Bits of the distance between elements of an axis, less than ``COORDINATE_BITS``.
WINDOW
    Positions that a beat covers.
PICKS
    Largest number of elements taken from a beat, at least that which any beat can hold of a tile.
SLIDE_AXIS
    Axis of which a part may be moved alone, below ``AXES``.
STRIDED
    Axes whose elements may lie more than 1 apart, a bit each; on others ``step`` is ignored.

Ports
-----
clk, rst : input
    Clock; synchronous reset: the walk is at its beginning.
mode[2], start, count[AXES*COORDINATE_BITS], step[AXES*STEP_BITS] : input;
part_low, part_high[COORDINATE_BITS] : input
    What is to be moved: with mode 0 nothing, with 1 all, with 2 the elements of indices ``part_low`` to
    ``part_high - 1`` of ``SLIDE_AXIS``. Element ``n`` of an axis is at ``start + n * step``; ``count`` is at
    least 1 unless the mode is 0. Steady during a step.
beat, served, base[AXES*COORDINATE_BITS] : input
    A beat lies at ``base``; only if the tile is ``served`` may it take from it, and the walk moves on past
    what it takes.
step_end : input
    The step is over; the next cycle begins the walk of the next one's tile.
wanted, wanted_after : output
    Elements are left, in this cycle and after this beat.
position, index[AXES*COORDINATE_BITS] : output
    The first element that is left: its coordinates and its indices in the tile. Meaningless unless
    ``wanted``.
taken, lane[COORDINATE_BITS] : output
    Number of elements that the beat gives, 0 unless ``served``, and the lane of the first of them.

Latency: outputs are combinational, and 0 in a cycle without a beat; the walk moves at the clock edge.
Throughput: a beat a cycle, also from one step to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

#: Coordinates or indices, the innermost axis first.
Place = tuple[int, ...]

NOTHING, ALL, PART = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Tile:
    """What a PE moves at a step; fields as the ports. Vectors begin with the innermost axis."""

    mode: int
    start: Place
    count: Place
    step: Place
    part_low: int = 0
    part_high: int = 0

    def elements(self, slide_axis: int) -> list[tuple[Place, Place]]:
        """Indices and coordinates of the elements that are moved, in the order of the walk."""
        return [(index, self.position(index)) for index in self._indices(slide_axis)]

    def position(self, index: Place) -> Place:
        """Coordinates of the element of an index."""
        return tuple(a + n * s for a, n, s in zip(self.start, index, self.step, strict=True))

    def _indices(self, slide_axis: int) -> Iterator[Place]:
        if self.mode == NOTHING:
            return
        ranges = [range(n) for n in self.count]
        if self.mode == PART:
            ranges[slide_axis] = range(self.part_low, self.part_high)
        for outermost_first in product(*reversed(ranges)):
            yield outermost_first[::-1]


class Walk:
    """The walk over the elements of a tile, one :meth:`take` for each beat."""

    def __init__(self, elements: Sequence[tuple[Place, Place]], window: int) -> None:
        self.elements = elements
        self.window = window
        self.next = 0

    @property
    def wanted(self) -> bool:
        return self.next < len(self.elements)

    def taken(self, base: Place) -> list[tuple[Place, int]]:
        """Indices, and lanes of the beat at ``base``, of the elements that it gives."""
        found = []
        for index, position in self.elements[self.next :]:
            lane = position[0] - base[0]
            if position[1:] != base[1:] or not 0 <= lane < self.window:
                break
            found.append((index, lane))
        return found

    def take(self, base: Place) -> None:
        """Move past what the beat at ``base`` gives."""
        self.next += len(self.taken(base))


model = Walk

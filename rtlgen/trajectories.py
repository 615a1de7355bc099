"""A nest taken apart: groups of dimensions that do not depend on each other, each walked whole.

Turns a nest into :class:`Part` objects. A part is a set of dimensions that share a window or a fold loop, the
loops that move them, and the units that spread them; no other part touches any of these. A part is small even
where the nest has billions of steps, so all its states (one per combination of its loops' positions) are
held, for all its units at once, and so are the moves between them that a step of the nest can make.

Loop counts are those of SEMANTICS section 2: at each entry of a level the largest that any cluster needs.
Clusters are told apart by the units of this part alone, which gives the same counts as long as some PE works.

Non-goals: what the ranges mean for tensors (``rtlgen.survey``), steps on which no PE works.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maestro_py.ir.nest import Level, Loop, Map, Nest
from maestro_py.ir.operators import Window

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LARGEST_PART = 2**24
"""States times units of a part; real layers stay a hundred times below."""


class PartTooLargeError(ValueError):
    """A dataflow ties so many dimensions together that their states cannot be held."""


@dataclass(frozen=True, slots=True)
class Move:
    """Pairs of states between which one step of the nest may move a part: ``before[i]`` to ``after[i]``."""

    before: Integers
    after: Integers


@dataclass(frozen=True, slots=True)
class Depth:
    """The states of a part when only its outer loops are fixed: nodes of a tree with a level per loop.

    Attributes
    ----------
    parent
        Node of the loop outside for every node, in order.
    first, last
        State with all loops inside at their first, at their last position.
    """

    parent: Integers
    first: Integers
    last: Integers


@dataclass(frozen=True, slots=True)
class Part:
    """Dimensions that move together, and everything they do.

    Attributes
    ----------
    dimensions
        Names of loop dimensions and of window inputs.
    loops
        Indices of its loops in the nest, outermost first.
    low, high
        Range of every dimension: an array of states by units.
    works
        Whether the positions exist and no range is empty: states by units.
    depths
        Entry ``k`` has one node for each combination of positions of the first ``k`` loops.
    """

    dimensions: frozenset[str]
    loops: tuple[int, ...]
    low: Mapping[str, Integers]
    high: Mapping[str, Integers]
    works: Flags
    depths: tuple[Depth, ...]

    def kind_of_move(self, loop: int) -> tuple[bool, int]:
        """What the part does when a loop of the nest advances: a key of :meth:`move`.

        Either one of its own loops advances (True), or not; and how many of its loops are outside of what
        moves, the advancing one included.
        """
        outside = bisect_left(self.loops, loop)
        own = outside < len(self.loops) and self.loops[outside] == loop
        return own, outside + own

    def move(self, own: bool, depth: int) -> Move:
        """All pairs of states for a kind of move; a part whose loops are all outside stands."""
        nodes = self.depths[depth]
        if not own:
            return Move(nodes.last, nodes.first)
        follows = nodes.parent[1:] == nodes.parent[:-1]
        return Move(nodes.last[:-1][follows], nodes.first[1:][follows])


def parts_of(nest: Nest) -> list[Part]:
    """Take a nest apart.

    Raises
    ------
    PartTooLargeError
        If a part has more than ``LARGEST_PART`` states and units.
    """
    return [_Builder(nest, names).part() for names in _independent(nest)]


def _independent(nest: Nest) -> list[frozenset[str]]:
    """Smallest sets of dimensions that share no window and no loop."""
    tied = [{window.input, window.output, window.filter} for window in nest.problem.windows]
    tied += [{dimension} for dimension in nest.problem.sizes]
    tied += [{nest.levels[loop.level].maps[i].dimension for i in loop.maps} for loop in nest.loops]
    found: list[set[str]] = []
    for names in tied:
        joined = names.union(*(other for other in found if other & names))
        found = [other for other in found if not other & names] + [joined]
    return [frozenset(names) for names in found]


class _Builder:
    """Walks one part, level by level, all states and units at once.

    ``low``, ``high`` and ``exists`` are arrays of states by units after the levels so far.
    """

    def __init__(self, nest: Nest, names: frozenset[str]) -> None:
        problem = nest.problem
        self.nest, self.names = nest, names
        self.windows = [window for window in problem.windows if window.input in names]
        extents = {window.input: problem.padded_extent(window) for window in self.windows}
        extents |= {d: size for d, size in problem.sizes.items() if d in names}
        self.low = {name: np.zeros((1, 1), dtype=np.int64) for name in extents}
        self.high = {name: np.full((1, 1), extent, dtype=np.int64) for name, extent in extents.items()}
        self.exists = np.ones((1, 1), dtype=np.bool_)
        self.loops: list[int] = []
        self.parents: list[Integers] = []

    def part(self) -> Part:
        for number in range(len(self.nest.levels)):
            self._enter(number)
        works = self.exists.copy()
        for dimension in self.names & self.nest.problem.sizes.keys():
            works &= self.low[dimension] < self.high[dimension]
        return Part(self.names, tuple(self.loops), self.low, self.high, works, tuple(self._depths()))

    def _enter(self, number: int) -> None:
        """Expand the part's loops of a level, then cut."""
        level = self.nest.levels[number]
        entered = np.arange(len(self.exists))  # state before the level, of each node
        positions: dict[int, Integers] = {}  # by map
        for index, loop in enumerate(self.nest.loops):
            dimensions = {level.maps[i].dimension for i in loop.maps} if loop.level == number else set()
            if not dimensions & self.names:
                continue
            counts = self._counts(level, loop)[entered]
            parent = np.repeat(np.arange(len(entered)), counts)
            entered = entered[parent]
            self._check_size(len(entered) * self.exists.shape[1] * (level.units if loop.fold else 1))
            positions = {i: steps[parent] for i, steps in positions.items()}
            first = np.cumsum(counts) - counts
            positions |= dict.fromkeys(loop.maps, np.arange(len(entered)) - first[parent])
            self.loops.append(index)
            self.parents.append(parent)
        if positions:
            self._cut(level, entered, positions)

    def _check_size(self, entries: int) -> None:
        if entries > LARGEST_PART:
            names = " ".join(sorted(self.names))
            raise PartTooLargeError(f"the dataflow ties {names} together: more than {LARGEST_PART} states")

    def _counts(self, level: Level, loop: Loop) -> Integers:
        """Iterations of a loop for every state before the level."""
        largest = np.ones(len(self.exists), dtype=np.int64)
        for i in loop.maps:
            level_map = level.maps[i]
            extent = self.high[level_map.dimension] - self.low[level_map.dimension]
            positions = np.where(self.exists, _positions(level_map, extent), 1)
            largest = np.maximum(largest, positions.max(axis=1))
        return -(-largest // level.units) if loop.fold else largest

    def _cut(self, level: Level, entered: Integers, positions: Mapping[int, Integers]) -> None:
        """Cut at the positions: the arrays of ``maestro_py.ir.tiles.cut``, with one more axis for units."""
        low = {name: values[entered][:, :, None] for name, values in self.low.items()}
        high = {name: values[entered][:, :, None] for name, values in self.high.items()}
        exists = self.exists[entered][:, :, None]
        unit = np.arange(level.units)
        spread = 1
        for i, steps in positions.items():
            level_map = level.maps[i]
            name, position = level_map.dimension, steps[:, None, None]
            if level_map.spatial:
                position, spread = position * level.units + unit, level.units
            exists = exists & (position < _positions(level_map, high[name] - low[name]))
            start = low[name] + position * level_map.offset
            high[name] = np.maximum(start, np.minimum(start + level_map.size, high[name]))
            low[name] = start
        cut = {level.maps[i].dimension for i in positions}
        for window in self.windows:
            _follow(window, window.output in cut, low, high)
        shape = (len(entered), self.exists.shape[1], spread)
        flat = (shape[0], shape[1] * shape[2])
        self.low = {name: np.broadcast_to(values, shape).reshape(flat) for name, values in low.items()}
        self.high = {name: np.broadcast_to(values, shape).reshape(flat) for name, values in high.items()}
        self.exists = np.broadcast_to(exists, shape).reshape(flat)

    def _depths(self) -> Sequence[Depth]:
        """First and last state below every node, from the innermost loop outwards."""
        states = np.arange(len(self.exists))
        found: list[Depth] = []
        first = last = states
        for parent in reversed(self.parents):
            found.append(Depth(parent, first, last))
            ends = np.flatnonzero(np.append(parent[1:] != parent[:-1], True))  # every node has a child
            starts = np.append(0, ends[:-1] + 1)
            first, last = first[starts], last[ends]
        found.append(Depth(np.zeros(1, dtype=np.int64), first, last))
        return found[::-1]


def _positions(level_map: Map, extent: Integers) -> Integers:
    """Number of positions over each extent (``Map.positions``)."""
    more = -((level_map.size - extent) // level_map.offset) + 1
    return np.where(extent <= level_map.size, 1, more)


def _follow(window: Window, outputs_cut: bool, low: dict[str, Integers], high: dict[str, Integers]) -> None:
    """Rows follow from outputs, or outputs from rows (``rows_of`` and ``outputs_within``)."""
    rows, outputs, taps = window.input, window.output, window.filter
    stride, dilation = window.stride, window.dilation
    if outputs_cut:
        low[rows] = stride * low[outputs] + dilation * low[taps]
        end = stride * (high[outputs] - 1) + dilation * (high[taps] - 1) + 1
        high[rows] = np.maximum(low[rows], end)
    else:
        first = -((dilation * low[taps] - low[rows]) // stride)
        last = (high[rows] - 1 - dilation * (high[taps] - 1)) // stride
        low[outputs] = np.maximum(low[outputs], first)
        high[outputs] = np.maximum(low[outputs], np.minimum(high[outputs], last + 1))

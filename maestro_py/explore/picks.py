"""Picks of a searcher to the designs that they stand for, and what became of those back to picks.

A searcher sees the space without the parameters that are enumerated (``Search.enumerate``). A *pick* is one
combination of the others, numbered as a design of that smaller space; its designs are all combinations of the
enumerated ones with it. Where nothing is enumerated a pick is a design, of the same number.

A batch of picks is evaluated in one or more shards: whole picks, or a part of one pick. A pick is as good as
its *outcome*: the Pareto front of its feasible designs, or where it has none, the one nearest to feasible.
The outcome of a pick follows from those of its parts.

Non-goals: no evaluation, no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.fine import needed
from maestro_py.explore.grid import BLOCKS_WANTED, Grid, block_sizes
from maestro_py.explore.objective import Decided
from maestro_py.explore.pareto import front
from maestro_py.explore.product import groups
from maestro_py.explore.space import NUMBER_AXES, Branch, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.objective import Judged, Objective
    from maestro_py.explore.searchers import Batch

    Array = NDArray[Any]

FEWEST = 2**12
"""Designs up to which a batch of picks is one shard."""

FEW = 64
"""Designs of a nest's group, on average, below which they are not evaluated group by group."""


@dataclass(frozen=True, slots=True)
class Part:
    """Designs of picks of one dataflow, as many of each, that one worker evaluates.

    Attributes
    ----------
    index
        Number of the shard.
    firsts
        The first design of each pick, ``(n,)``.
    inner
        How many values each enumerated parameter has, and how far apart two of them are in design numbers;
        outer first.
    start, stop
        Which combinations of the enumerated parameters.

    Examples
    --------
    >>> part = Part(0, np.array([0, 100]), ((2, 10), (3, 1)), 0, 6)
    >>> part.numbers().tolist()
    [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112]
    """

    index: int
    firsts: Array
    inner: tuple[tuple[int, int], ...]
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many designs."""
        return len(self.firsts) * (self.stop - self.start)

    @property
    def picks(self) -> int:
        """How many picks end here."""
        return len(self.firsts) if self.stop == prod(size for size, _ in self.inner) else 0

    def numbers(self) -> Array:
        """Return the design numbers, ascending."""
        rest = np.arange(self.start, self.stop, dtype=np.int64)
        offsets = np.zeros(len(rest), np.int64)
        for size, apart in reversed(self.inner):
            offsets += rest % size * apart
            rest //= size
        return np.sort((self.firsts[:, None] + offsets).ravel())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How good a pick is.

    Attributes
    ----------
    goals
        ``(n, goals)``, each to be least: of its front, or of the one design that is nearest to feasible.
    violation
        How far that one is from feasible, 0 if it is; infinite where no design can run.
    """

    goals: Array
    violation: float


class Picks:
    """The picks of a space.

    Attributes
    ----------
    grid
        Their numbering.
    """

    def __init__(self, space: Space) -> None:
        self.designs = Grid(space.branches)
        self.enumerated = frozenset(space.search.enumerate)
        self.grid = Grid(tuple(self._without(branch) for branch in space.branches))
        asked = min(space.search.designs or 0, self.grid.size) * (self.designs.size // self.grid.size)
        self.wanted = min(block_sizes(space)[1], max(FEWEST, -(-asked // BLOCKS_WANTED)))

    def _without(self, branch: Branch) -> Branch:
        return replace(branch, axes=tuple(a for a in branch.axes if a.name not in self.enumerated))

    # ---- to designs -------------------------------------------------------------------------------------

    def shards(self, batch: Batch, index: int) -> Iterator[Batch]:
        """Yield the designs of a batch of picks, shard by shard; ``index`` is the first shard's."""
        if not self.enumerated:
            yield batch
            return
        for branch, firsts in self._firsts(np.sort(batch.numbers())):
            apart = _apart(branch)
            axes = [axis for axis in branch.axes if axis.name in self.enumerated]
            inner = tuple((len(axis.values), apart[axis.name]) for axis in axes)
            each = prod(size for size, _ in inner)
            points = prod(len(axis.values) for axis in axes if axis.name in NUMBER_AXES)
            at_once = max(1, self.wanted // each)
            step = each if each <= self.wanted else self.wanted // points * points or self.wanted
            for place in range(0, len(firsts), at_once):
                for start in range(0, each, step):
                    own = firsts[place : place + at_once]
                    yield Part(index, own, inner, start, min(start + step, each))
                    index += 1

    def _firsts(self, picks: Array) -> Iterator[tuple[Branch, Array]]:
        """Yield each dataflow with the first design of each of its picks."""
        for outer, _, local in self.grid.split(picks):
            place = self.grid.branches.index(outer)
            branch = self.designs.branches[place]
            apart = _apart(branch)
            found = np.full(len(local), self.designs.starts[place])
            for name, index in Grid.indices(outer, local).items():
                found += index * apart[name]
            yield branch, found

    def alike(self, numbers: Array) -> Iterator[Array]:
        """Yield the places of designs that go well together: nests, each with the same number points.

        These are the designs whose picks have the same dataflow and nest parameters. Where there are few in
        each group, all are in one.
        """
        found: list[Array] = []
        for branch, places, local in self.designs.split(numbers):
            nest = [a.name for a in self._without(branch).axes if a.name not in NUMBER_AXES]
            indices = Grid.indices(branch, local)
            found += [places[members] for members in groups([indices[name] for name in nest], len(local))]
        several = 1 < len(found) <= len(numbers) / FEW
        yield from found if several else [np.arange(len(numbers))]

    # ---- from designs -----------------------------------------------------------------------------------

    def of(self, numbers: Array) -> Array:
        """Return the pick of each design."""
        if not self.enumerated:
            return numbers
        found = np.empty(len(numbers), np.int64)
        for branch, places, local in self.designs.split(numbers):
            place = self.designs.branches.index(branch)
            indices = Grid.indices(branch, local)
            own = np.zeros(len(local), np.int64)
            for axis in self.grid.branches[place].axes:
                own = own * len(axis.values) + indices[axis.name]
            found[places] = own + self.grid.starts[place]
        return found

    def decisive(self, judged: Judged, numbers: Array) -> Array:
        """Return the places of the designs that make the outcomes of their picks."""
        if not self.enumerated:
            return np.arange(len(numbers))
        found = [_decisive(judged, numbers, members) for members in self._members(numbers)]
        return np.sort(np.concatenate([np.empty(0, np.int64), *found]))

    def may_be_decisive(self, decided: Decided, bounds: Judged, numbers: Array) -> Array:
        """Return which designs may make the outcomes of their picks, where run time is only bounded.

        Parameters
        ----------
        decided
            What is known of the designs.
        bounds
            Their judgement by upper bounds: of a pick that surely has no feasible design the nearest by these
            is taken for the nearest.
        numbers
            Their numbers.
        """
        found = np.zeros(len(numbers), bool)
        for members in self._members(numbers):
            own = Decided(*(getattr(decided, item.name)[members] for item in fields(decided)))
            found[members] = needed(own, numbers[members], "pareto", 1)
            if not own.surely.any():
                found[_nearest(bounds, numbers, members)] = True
        return found

    def outcomes(self, picks: Array, objective: Objective, rows: Mapping[str, Array]) -> list[Outcome]:
        """Return the outcome of each pick from the rows of its shards."""
        judged = objective.judge(rows, len(rows["design"]), violation=True)
        nothing = Outcome(np.full((1, judged.goals.shape[1]), np.inf), np.inf)
        of = self.of(rows["design"])
        found: dict[int, Outcome] = {}
        for members in self._members(rows["design"]):
            chosen = _decisive(judged, rows["design"], members)
            found[int(of[chosen[0]])] = Outcome(judged.goals[chosen], float(judged.violation[chosen[0]]))
        return [found.get(pick, nothing) for pick in picks.tolist()]

    def _members(self, numbers: Array) -> Iterator[Array]:
        """Yield the places of the designs of each pick."""
        of = self.of(numbers)
        order = np.argsort(of, kind="stable")
        edges = np.flatnonzero(np.diff(of[order], prepend=-1, append=-1))
        for start, stop in pairwise(edges.tolist()):
            yield order[start:stop]


def _decisive(judged: Judged, numbers: Array, members: Array) -> Array:
    """Return which of the members, designs of one pick, make its outcome."""
    feasible = members[judged.feasible[members]]
    if not feasible.size:
        return _nearest(judged, numbers, members)
    return feasible[front(judged.goals[feasible], numbers[feasible])]


def _nearest(judged: Judged, numbers: Array, members: Array) -> Array:
    """Return which of the members is nearest to feasible; of equal ones that which is better, then lower."""
    keys = (numbers[members], judged.goals[members, 0], judged.violation[members])
    return members[np.lexsort(keys)[:1]]


def _apart(branch: Branch) -> dict[str, int]:
    """Return how far apart in design numbers two neighbouring values of each axis are.

    >>> from maestro_py.explore.space import Axis
    >>> _apart(Branch("ws", None, (Axis("num_pes", (8, 16)), Axis("vector_width", (1, 2, 4)))))
    {'num_pes': 3, 'vector_width': 1}
    """
    found: dict[str, int] = {}
    apart = 1
    for axis in reversed(branch.axes):
        found[axis.name] = apart
        apart *= len(axis.values)
    return dict(reversed(found.items()))

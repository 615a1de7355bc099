"""Evolution towards the Pareto front of all goals: NSGA-II (Deb et al., IEEE TEC 6(2), 2002) on design
coordinates.

Parents are drawn by tournament: feasible before infeasible, less violation, an earlier front, more room
around it. Where a pick stands for many designs, fronts of all these are peeled off one after another, each
with all designs of the picks that are on it; a pick has the room of the one that has most there. Children
take each coordinate from one of two parents; then some change: ordered ones by a step that is mostly small,
others at random.

Non-goals: no continuous parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.pareto import front
from maestro_py.explore.searchers import Option, Searcher
from maestro_py.explore.searchers._adaptive import Adaptive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.grid import Grid
    from maestro_py.explore.picks import Outcome
    from maestro_py.explore.space import Space

    Array = NDArray[Any]


class _Evolution(Adaptive):
    def __init__(self, space: Space, grid: Grid) -> None:
        population = int(space.search.options["population"])
        super().__init__(space, grid, population)
        self.population = population
        self.mutation = float(space.search.options["mutation"])
        self.random = np.random.default_rng(space.seed)
        self.coordinates: Array = np.empty((0, len(self.sizes)), np.int64)
        self.outcomes: list[Outcome] = []

    def suggest(self, count: int) -> Array:
        """Return random picks at first, then children of the population."""
        if len(self.coordinates) < self.population:
            return self.random.integers(0, np.array(self.sizes), (count, len(self.sizes)))
        parents = self._parents(2 * count)
        take = self.random.random((count, len(self.sizes))) < 0.5
        children = np.where(take, self.coordinates[parents[:count]], self.coordinates[parents[count:]])
        return self._mutated(children)

    def _parents(self, count: int) -> Array:
        """Return winners of tournaments of two; the population is in order of merit."""
        drawn: Array = self.random.integers(0, len(self.coordinates), (count, 2)).min(axis=1)
        return drawn

    def _mutated(self, children: Array) -> Array:
        sizes = np.array(self.sizes)
        chance = self.mutation / max(1, int((sizes > 1).sum()))
        change = self.random.random(children.shape) < chance
        steps = self.random.geometric(0.5, children.shape) * self.random.choice([-1, 1], children.shape)
        moved = np.clip(children + steps, 0, sizes - 1)
        drawn = self.random.integers(0, sizes, children.shape)
        far = self.random.random(children.shape) < 0.1
        changed = np.where(np.array(self.ordered) & ~far, moved, drawn)
        return np.where(change, changed, children)

    def learn(self, coordinates: Array, outcomes: Sequence[Outcome]) -> None:
        """Keep the best of the population and of what is new, in order of merit."""
        joined = np.concatenate([self.coordinates, coordinates])
        _, first = np.unique(joined, axis=0, return_index=True)
        first = np.sort(first)
        known = [*self.outcomes, *outcomes]
        order = first[merit([known[place] for place in first.tolist()])[: self.population]]
        self.coordinates, self.outcomes = joined[order], [known[place] for place in order.tolist()]


def merit(outcomes: Sequence[Outcome]) -> Array:
    """Return places in order of merit: less violation, then an earlier front, then more room.

    >>> from maestro_py.explore.picks import Outcome
    >>> goals = [[[2.0, 2]], [[1, 3]], [[3, 3], [0, 9]], [[0, 0]]]
    >>> merit([Outcome(np.array(own), away) for own, away in zip(goals, [0, 0, 0, 1.0])]).tolist()
    [0, 2, 1, 3]
    """
    violation = np.array([outcome.violation for outcome in outcomes])
    level, room = np.zeros(len(outcomes), np.int64), np.zeros(len(outcomes))
    feasible = np.flatnonzero(violation == 0)
    own = [outcomes[place].goals for place in feasible.tolist()]
    goals = np.concatenate([np.empty((0, outcomes[0].goals.shape[1])), *own])
    owners = np.repeat(feasible, [len(part) for part in own])
    now = 0
    while len(owners):
        different, which = np.unique(goals, axis=0, return_inverse=True)
        first = np.isin(which.ravel(), front(different, np.arange(len(different))))
        level[owners[first]] = now
        np.maximum.at(room, owners[first], _room(goals[first]))
        left = ~np.isin(owners, owners[first])
        goals, owners = goals[left], owners[left]
        now += 1
    return np.lexsort((np.arange(len(outcomes)), -room, level, violation))


def _room(goals: Array) -> Array:
    """Return the crowding distance: the sides of the box between the neighbours, infinite at the ends."""
    found = np.zeros(len(goals))
    for column in goals.T:
        order = np.argsort(column, kind="stable")
        width = column[order[-1]] - column[order[0]]
        found[order[[0, -1]]] = np.inf
        if width > 0 and len(order) > 2:
            found[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / width
    return found


SEARCHER = Searcher(
    "evolution towards the front of all goals (NSGA-II)",
    _Evolution,
    adaptive=True,
    options={"population": Option(64, 4, 4096), "mutation": Option(1.5, 0.0, 100.0)},
)

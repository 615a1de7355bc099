"""Evolution towards the Pareto front of all goals: NSGA-II (Deb et al., IEEE TEC 6(2), 2002) on design
coordinates.

Parents are drawn by tournament: feasible before infeasible, less violation, an earlier front, more room
around it. Children take each coordinate from one of two parents; then some change: ordered ones by a step
that is mostly small, others at random.

Non-goals: no continuous parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.pareto import ranks
from maestro_py.explore.searchers import Option, Searcher
from maestro_py.explore.searchers._adaptive import Adaptive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.grid import Grid
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
        self.goals: Array = np.empty((0, len(space.goals)))
        self.violation: Array = np.empty(0)

    def suggest(self, count: int) -> Array:
        """Return random designs at first, then children of the population."""
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

    def learn(self, coordinates: Array, goals: Array, violation: Array) -> None:
        """Keep the best of the population and of what is new, in order of merit."""
        joined = np.concatenate([self.coordinates, coordinates])
        _, first = np.unique(joined, axis=0, return_index=True)
        first = np.sort(first)
        joined = joined[first]
        all_goals = np.concatenate([self.goals, goals])[first]
        away = np.concatenate([self.violation, violation])[first]
        order = merit(all_goals, away)[: self.population]
        self.coordinates, self.goals, self.violation = joined[order], all_goals[order], away[order]


def merit(goals: Array, violation: Array) -> Array:
    """Return places in order of merit: less violation, then an earlier front, then more room.

    >>> merit(np.array([[2.0, 2], [1, 3], [3, 3], [0, 0]]), np.array([0, 0, 0, 1.0])).tolist()
    [0, 1, 2, 3]
    """
    feasible = np.flatnonzero(violation == 0)
    front = np.zeros(len(goals), np.int64)
    room = np.zeros(len(goals))
    front[feasible] = ranks(goals[feasible])
    for level in np.unique(front[feasible]):
        members = feasible[front[feasible] == level]
        room[members] = _room(goals[members])
    return np.lexsort((np.arange(len(goals)), -room, front, violation))


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

"""What searchers that learn share: a budget, batches of designs that are new, and memory of the others.

A searcher suggests coordinates (``Grid.coordinate_sizes``). Those of designs that are known are answered from
memory; where nothing new is suggested, designs are drawn at random, so that the budget is used and each
design is evaluated once.

Non-goals: no suggestion of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.searchers import Option, Picked
from maestro_py.explore.searchers._sampling import RandomOrder
from maestro_py.explore.space import SWITCH_AXES, WORD_AXES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.grid import Grid
    from maestro_py.explore.objective import Judged
    from maestro_py.explore.searchers import Batch
    from maestro_py.explore.space import Space

    Array = NDArray[Any]

BATCH = Option(32, 1, 4096)
"""Designs that are suggested before any of them is known."""

_TRIES = 8
_INFEASIBLE = 1e200
_MOST_VIOLATION = 1e6


class Adaptive(ABC):
    """A search that learns."""

    def __init__(self, space: Space, grid: Grid, batch: int) -> None:
        self.space = space
        self.grid = grid
        self.batch = batch
        self.sizes = grid.coordinate_sizes()
        names = [axis.name for branch in grid.branches for axis in branch.axes]
        unordered = (*WORD_AXES, *SWITCH_AXES, "bits")
        self.ordered = (False, *(name not in unordered for name in dict.fromkeys(names)))
        self.known: dict[int, tuple[Array, float]] = {}
        self.waiting: dict[int, Array] = {}
        self._order = RandomOrder(grid.size, space.seed)
        self._drawn = 0

    @abstractmethod
    def suggest(self, count: int) -> Array:
        """Return ``count`` coordinates, ``(count, coordinates)``."""

    @abstractmethod
    def learn(self, coordinates: Array, goals: Array, violation: Array) -> None:
        """Take in what became of coordinates; goals are to be least, a violation of 0 is feasible."""

    def batches(self) -> Iterator[Picked]:
        """Yield batches of designs that are not known; each is told before the next is asked for."""
        left = min(self.space.search.designs or 0, self.grid.size)
        index = 0
        while left:
            numbers = self._new(min(self.batch, left))
            left -= len(numbers)
            yield Picked(index, np.array(numbers, np.int64))
            index += 1

    def _new(self, count: int) -> list[int]:
        self.waiting = {}
        for _ in range(_TRIES):
            if len(self.waiting) >= count:
                break
            coordinates = self.suggest(count - len(self.waiting))
            for place, number in zip(coordinates, self.grid.numbers(coordinates).tolist(), strict=True):
                if number in self.known:
                    goals, violation = self.known[number]
                    self.learn(place[None, :], goals[None, :], np.array([violation]))
                else:
                    self.waiting.setdefault(number, place)
        while len(self.waiting) < count:
            number = int(self._order.at(np.array([self._drawn]))[0])
            self._drawn += 1
            if number not in self.known:
                self.waiting.setdefault(number, self.grid.coordinates_of(number))
        return list(self.waiting)

    def tell(self, batch: Batch, judged: Judged) -> None:
        """Take in what became of a batch."""
        for place, number in enumerate(batch.numbers().tolist()):
            self.known[number] = judged.goals[place], float(judged.violation[place])
        self.learn(np.array(list(self.waiting.values())), judged.goals, judged.violation)


def losses(goals: Array, violation: Array) -> Array:
    """Return one number per design, to be least: the first goal, or where it is not feasible how far it is
    from it.

    >>> losses(np.array([[3.0, 1], [1, 1]]), np.array([0.0, 0.5])).tolist()
    [3.0, 1.5e+200]
    """
    away = np.minimum(violation, _MOST_VIOLATION)
    return np.where(violation > 0, _INFEASIBLE * (1 + away), goals[:, 0])

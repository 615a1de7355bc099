"""What searchers that learn share: a budget, batches of picks that are new, and memory of the others.

A searcher suggests coordinates (``Grid.coordinate_sizes``). Those of picks that are known are answered from
memory; where nothing new is suggested, picks are drawn at random, so that the budget is used and each pick is
evaluated once.

Non-goals: no suggestion of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.searchers import Option, Picked
from maestro_py.explore.searchers._sampling import RandomOrder
from maestro_py.explore.space import SWITCH_AXES, WORD_AXES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.grid import Grid
    from maestro_py.explore.picks import Outcome
    from maestro_py.explore.searchers import Batch
    from maestro_py.explore.space import Space

    Array = NDArray[Any]

BATCH = Option(32, 1, 4096)
"""Picks that are suggested before any of them is known."""

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
        self.known: dict[int, Outcome] = {}
        self.waiting: dict[int, Array] = {}
        self._order = RandomOrder(grid.size, space.seed)
        self._drawn = 0

    @abstractmethod
    def suggest(self, count: int) -> Array:
        """Return ``count`` coordinates, ``(count, coordinates)``."""

    @abstractmethod
    def learn(self, coordinates: Array, outcomes: Sequence[Outcome]) -> None:
        """Take in what became of coordinates."""

    def batches(self) -> Iterator[Picked]:
        """Yield batches of picks that are not known; each is told before the next is asked for."""
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
                    self.learn(place[None, :], [self.known[number]])
                else:
                    self.waiting.setdefault(number, place)
        while len(self.waiting) < count:
            number = int(self._order.at(np.array([self._drawn]))[0])
            self._drawn += 1
            if number not in self.known:
                self.waiting.setdefault(number, self.grid.coordinates_of(number))
        return list(self.waiting)

    def tell(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Take in what became of a batch."""
        self.known.update(zip(batch.numbers().tolist(), outcomes, strict=True))
        self.learn(np.array(list(self.waiting.values())), outcomes)


def loss(outcome: Outcome) -> float:
    """Return one number, to be least: the first goal, or where a pick is not feasible how far it is from it.

    >>> from maestro_py.explore.picks import Outcome
    >>> loss(Outcome(np.array([[3.0, 1], [1, 2]]), 0.0)), loss(Outcome(np.array([[1.0, 1]]), 0.5))
    (1.0, 1.5e+200)
    """
    if outcome.violation > 0:
        return _INFEASIBLE * (1 + min(outcome.violation, _MOST_VIOLATION))
    return float(outcome.goals[:, 0].min())

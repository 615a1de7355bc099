"""Designs at random, each at most once.

Non-goals: no learning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maestro_py.explore.searchers import Picked, Searcher
from maestro_py.explore.searchers._sampling import RandomOrder, parts

if TYPE_CHECKING:
    from maestro_py.explore.grid import Grid
    from maestro_py.explore.picks import Outcome
    from maestro_py.explore.searchers import Batch
    from maestro_py.explore.space import Space


@dataclass(frozen=True, slots=True)
class _Random:
    space: Space
    grid: Grid

    def batches(self) -> Iterator[Picked]:
        order = RandomOrder(self.grid.size, self.space.seed)
        for index, first, end in parts(min(self.space.search.designs or 0, self.grid.size)):
            yield Picked(index, np.sort(order.at(np.arange(first, end))))

    def tell(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Nothing depends on it."""


SEARCHER = Searcher("designs at random, each at most once", _Random)

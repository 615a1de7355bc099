"""Designs spread evenly over all parameters: a scrambled Sobol sequence (scipy).

Each parameter is cut into as many equal parts as it has values. In a small space several points fall on one
design, which is asked for where the first of them is.

Non-goals: no learning.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maestro_py.explore.searchers import Picked, Searcher
from maestro_py.explore.searchers._sampling import parts

if TYPE_CHECKING:
    from maestro_py.explore.grid import Grid
    from maestro_py.explore.picks import Outcome
    from maestro_py.explore.searchers import Batch
    from maestro_py.explore.space import Space


@dataclass(frozen=True, slots=True)
class _Sobol:
    space: Space
    grid: Grid

    def batches(self) -> Iterator[Picked]:
        from scipy.stats.qmc import Sobol

        sizes = np.array(self.grid.coordinate_sizes())
        engine = Sobol(len(sizes), scramble=True, bits=_BITS, seed=self.space.seed)
        seen: set[int] = set()
        index = 0
        for _, first, end in parts(min(self.space.search.designs or 0, 2**_BITS)):
            with warnings.catch_warnings():  # a sample need not be a power of two
                warnings.simplefilter("ignore", UserWarning)
                points = engine.random(end - first)
            places = np.minimum((points * sizes).astype(np.int64), sizes - 1)
            new = sorted({*self.grid.numbers(places).tolist()} - seen)
            if new:
                seen.update(new)
                yield Picked(index, np.array(new, np.int64))
                index += 1

    def tell(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Nothing depends on it."""


_BITS = 60

SEARCHER = Searcher("designs spread evenly over all parameters (Sobol)", _Sobol)

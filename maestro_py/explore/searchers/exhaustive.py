"""Every design of the space, block by block.

Non-goals: no skipping.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maestro_py.explore.grid import block_sizes
from maestro_py.explore.searchers import Searcher

if TYPE_CHECKING:
    from maestro_py.explore.grid import Block, Grid
    from maestro_py.explore.picks import Outcome
    from maestro_py.explore.searchers import Batch
    from maestro_py.explore.space import Space


@dataclass(frozen=True, slots=True)
class _Exhaustive:
    space: Space
    grid: Grid

    def batches(self) -> Iterator[Block]:
        return self.grid.blocks(*block_sizes(self.space))

    def tell(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Nothing depends on it."""


SEARCHER = Searcher("every design of the space", _Exhaustive, needs_designs=False)

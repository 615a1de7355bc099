"""Simulated annealing (hyperopt): designs ever closer to those that were good for the first goal.

Non-goals: no front of its own; the front is over what was evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maestro_py.explore.searchers import Searcher
from maestro_py.explore.searchers._adaptive import BATCH
from maestro_py.explore.searchers._hyperopt import HyperoptSearch

if TYPE_CHECKING:
    from maestro_py.explore.grid import Grid
    from maestro_py.explore.space import Space


def _start(space: Space, grid: Grid) -> HyperoptSearch:
    from hyperopt import anneal

    return HyperoptSearch(space, grid, anneal.suggest)


SEARCHER = Searcher(
    "simulated annealing for the first goal (hyperopt)",
    _start,
    adaptive=True,
    first_goal=True,
    options={"batch": BATCH},
)

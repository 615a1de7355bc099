"""Batches of a fixed number of designs, and a random order of all design numbers.

A batch follows from its number alone, so that samples can be split between jobs.

Non-goals: no searcher of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.grid import BLOCKS_WANTED, FEWEST, MOST
from maestro_py.explore.sample import mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_ROUNDS = 6


def parts(designs: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number, first and end of each batch of ``designs`` picks.

    >>> list(parts(600))
    [(0, 0, 256), (1, 256, 512), (2, 512, 600)]
    """
    size = min(MOST["all"], max(FEWEST["fine"], -(-designs // BLOCKS_WANTED)))
    for index, first in enumerate(range(0, designs, size)):
        yield index, first, min(first + size, designs)


class RandomOrder:
    """A random order of 0 to ``size - 1``: what stands at a place is computed, so that no list is held.

    A Feistel network permutes the next power of four; places that land outside walk on.

    Examples
    --------
    >>> sorted(RandomOrder(10, seed=3).at(np.arange(10)).tolist()) == list(range(10))
    True
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.half = np.uint64(max(1, -(-(size - 1).bit_length() // 2)))
        keys = np.random.default_rng(seed).integers(0, 2**63, _ROUNDS)
        self.keys = [np.uint64(key) for key in keys]

    def at(self, places: Array) -> Array:
        """Return what stands at places below ``size``."""
        found = self._permuted(places.astype(np.uint64))
        outside = np.flatnonzero(found >= self.size)
        while outside.size:
            found[outside] = self._permuted(found[outside])
            outside = outside[found[outside] >= self.size]
        return found.astype(np.int64)

    def _permuted(self, values: Array) -> Array:
        mask = (np.uint64(1) << self.half) - np.uint64(1)
        left, right = values >> self.half, values & mask
        for key in self.keys:
            left, right = right, left ^ (mixed(right ^ key) & mask)
        joined: Array = (left << self.half) | right
        return joined

"""A systolic array: words enter at an edge and move from neighbour to neighbour.

In a square of ``n = sqrt(P)`` by ``n`` PEs a word enters its row or column at the edge and reaches one PE of
it after ``(n + 1) / 2`` hops on average; each further PE along the way is one hop more (Jouppi et al., TPU,
ISCA 2017, section 2).

Non-goals: no skew and no fill time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Systolic:
    """Square array fed at its edges."""

    name: str = "systolic"
    description: str = "square array, neighbour to neighbour; (sqrt(PEs)+1)/2 hops on average"

    def average_hops(self, num_pes: int) -> float:
        """Mean position along a row.

        >>> NOC.average_hops(65536)
        128.5
        """
        return (math.sqrt(num_pes) + 1) / 2

    def copy_hops(self, num_pes: int) -> float:
        """One link to a neighbour."""
        return 1.0


NOC = Systolic()

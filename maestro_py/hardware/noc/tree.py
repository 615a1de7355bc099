"""A binary (fat) tree with the PEs as leaves, as MAERI's distribution and reduction trees.

A unicast crosses ``log2 P`` links. A multicast to ``k`` neighbouring leaves crosses the ``2k - 2`` links of
their subtree below the branching point, so a further copy costs two links (Kwon et al., MAERI, ASPLOS 2018,
section 4). A fat tree has wider links towards the root and as many hops.

Non-goals: no wire length: links towards the root are longer in silicon.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tree:
    """Binary tree, buffer at the root."""

    name: str = "tree"
    description: str = "binary fat tree; log2(PEs) hops"

    def average_hops(self, num_pes: int) -> float:
        """Depth of the tree, at least one.

        >>> NOC.average_hops(64)
        6.0
        """
        return max(1.0, math.log2(num_pes))

    def copy_hops(self, num_pes: int) -> float:
        """Two links of the subtree."""
        return 2.0


NOC = Tree()

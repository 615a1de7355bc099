"""A two-dimensional mesh of routers, the buffer at one corner.

In a square of ``n = sqrt(P)`` by ``n`` PEs with one link into the corner, XY routing takes
``1 + 2 (n - 1) / 2 = n`` hops on average (Dally and Towles, Principles and Practices of Interconnection
Networks, 2004, hop counts of meshes). A multicast tree takes at least one more link per further PE; that
lower bound is used.

Non-goals: no other injection points and no rectangles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mesh:
    """Square mesh, corner injection, XY routing."""

    name: str = "mesh"
    description: str = "square mesh, buffer at a corner; sqrt(PEs) hops on average"

    def average_hops(self, num_pes: int) -> float:
        """Square root of the PEs.

        >>> NOC.average_hops(64)
        8.0
        """
        return math.sqrt(num_pes)

    def copy_hops(self, num_pes: int) -> float:
        """One link to a neighbour."""
        return 1.0


NOC = Mesh()

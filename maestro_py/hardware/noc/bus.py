"""A bus: one driver, all PEs on the same wires.

A word crosses the bus once and every PE can take it, so a multicast costs what a unicast costs. MAESTRO
(MICRO 2019, section 4) models its NoC this way: a pipe with a bandwidth and an average latency.

Non-goals: no length: a long bus costs as a short one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bus:
    """One hop to any number of PEs."""

    name: str = "bus"
    description: str = "shared bus; one hop, multicast included"

    def average_hops(self, num_pes: int) -> float:
        """One."""
        return 1.0

    def copy_hops(self, num_pes: int) -> float:
        """None: all PEs see the same wires."""
        return 0.0


NOC = Bus()

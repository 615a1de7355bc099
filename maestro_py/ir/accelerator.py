"""The machine: every hardware number the analysis needs.

What the language's ``Accelerator`` block (MAESTRO paper, Figure 8), the original's key-value
hardware file, and the graphs of ``maestro_py.hardware`` reduce to.

Non-goals: no energy or area (``maestro_py.hardware``), no topology (the networkx graph).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maestro_py.errors import Span


@dataclass(frozen=True, slots=True)
class Accelerator:
    """Hardware numbers of one accelerator.

    Attributes
    ----------
    num_pes
        Processing elements.
    lanes
        MAC lanes of a PE per loop dimension (``{"C": 8, "K": 4}``; output row and column are ``P`` and
        ``Q``), or None for the idealised ``vector_width``.
    vector_width
        MACs per cycle and PE when ``lanes`` is None.
    bits
        Element width of weights, inputs, outputs.
    l1_bytes, l2_bytes
        Scratchpad per PE and shared buffer; None is "as large as needed" (L1) and "the smallest that
        can run" (L2).
    noc_bandwidth_bytes_per_cycle, dram_bandwidth_bytes_per_cycle
        Per direction.
    noc_latency_cycles, dram_latency_cycles
        Arrival delay; does not occupy the channel.
    multicast, reduction
        Whether the NoC carries an element once for all PEs, and sums outputs on their way.
    layout
        Innermost axis of weights, inputs, outputs in memory (axis names of SEMANTICS section 1,
        ``Y``/``X`` for input row and column, ``P``/``Q`` for output row and column); None is the papers'
        ideal packing.
    zero_skip
        Whether PEs skip MACs with a zero operand, and operands with zeros are stored and moved compressed;
        without it zeros are gated (SEMANTICS section 7).
    noc
        Name of an interconnect in ``maestro_py.hardware.noc``; only energy depends on it.
    technology
        Name of an energy table in ``maestro_py.hardware.tech``.
    frequency_mhz
        Clock, for power and seconds.
    """

    name: str = "accelerator"
    num_pes: int = 256
    lanes: Mapping[str, int] | None = None
    vector_width: int = 1
    bits: tuple[int, int, int] = (8, 8, 8)
    l1_bytes: int | None = None
    l2_bytes: int | None = None
    noc_bandwidth_bytes_per_cycle: int = 64
    noc_latency_cycles: int = 1
    dram_bandwidth_bytes_per_cycle: int = 16
    dram_latency_cycles: int = 100
    multicast: bool = True
    reduction: bool = True
    layout: tuple[str, str, str] | None = None
    zero_skip: bool = False
    noc: str = "bus"
    technology: str = "maestro-28nm"
    frequency_mhz: float = 1000.0
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def lanes_per_pe(self) -> int:
        """MACs per cycle of one PE.

        >>> Accelerator(lanes={"C": 8, "K": 4}).lanes_per_pe
        32
        """
        if self.lanes is None:
            return self.vector_width
        product = 1
        for width in self.lanes.values():
            product *= width
        return product

"""MAERI: multiplier switches between two configurable trees, 28 nm.

H. Kwon, A. Samajdar, T. Krishna, "MAERI: Enabling Flexible Dataflow Mapping over DNN Accelerators via
Reconfigurable Interconnects", ASPLOS 2018:

- 64 multiplier switches (the size that the MAESTRO paper validates against), 16-bit, 200 MHz, 28 nm
- prefetch buffer of 80 KB
- distribution: a fat binary tree of 8 words per cycle at the root, with multicast
- collection: an augmented reduction tree, sums any group of neighbouring switches

The switches keep weights and inputs in FIFOs as deep as a mapping needs; they have no size here.

Assumed: 16 bytes of DRAM bandwidth per cycle and 100 cycles of latency.
"""

from __future__ import annotations

from maestro_py.hardware.topology import Topology


def build() -> Topology:
    """The parts of the chip."""
    switches = 64
    parts = Topology(
        name="maeri",
        source="Kwon et al., ASPLOS 2018",
        frequency_mhz=200.0,
        technology="cacti-28nm-lstp",
        noc="tree",
        bits_W=16,
        bits_I=16,
        bits_O=16,
    )
    parts.add_node(
        "DRAM",
        kind="memory",
        level="dram",
        count=1,
        word_bits=64,
        bandwidth_bytes_per_cycle=16,
        latency_cycles=100,
    )
    parts.add_node("Prefetch buffer", kind="memory", level="l2", count=1, size_bytes=80 * 1024, word_bits=128)
    parts.add_node(
        "Distribution and reduction trees",
        kind="data_path",
        level="noc",
        count=1,
        bandwidth_bytes_per_cycle=16,
        latency_cycles=1,
        multicast=True,
        reduction=True,
    )
    parts.add_node("Switch FIFOs", kind="memory", level="l1", count=switches, size_bytes=None, word_bits=16)
    parts.add_node("Multiplier", kind="compute", level="mac", count=switches, vector_width=1)
    parts.add_edge("DRAM", "Prefetch buffer", tensors="W I O")
    parts.add_edge("Prefetch buffer", "DRAM", tensors="O")
    parts.add_edge("Prefetch buffer", "Distribution and reduction trees", tensors="W I")
    parts.add_edge("Distribution and reduction trees", "Prefetch buffer", tensors="O")
    parts.add_edge("Distribution and reduction trees", "Switch FIFOs", tensors="W I")
    parts.add_edge("Switch FIFOs", "Multiplier", tensors="W I")
    parts.add_edge("Multiplier", "Distribution and reduction trees", tensors="O")
    return parts

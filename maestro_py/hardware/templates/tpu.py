"""TPU, first generation: 256 x 256 systolic array of int8 MACs, 28 nm.

N. P. Jouppi et al., "In-Datacenter Performance Analysis of a Tensor Processing Unit", ISCA 2017:

- 65,536 8-bit MACs at 700 MHz, 28 nm
- unified buffer 24 MiB; 256 bytes per cycle into the array (167 GiB/s)
- accumulators 4 MiB: 4096 entries of 256 32-bit sums
- weights from DDR3 at 34 GB/s, 48 bytes per cycle in whole bytes; double buffered in the array

A PE registers two weights, its activation and its partial sum on the way down the column. The accumulators
stand beside the unified buffer: sums that leave the array are accumulated there.

Assumed: DRAM latency 100 cycles. Activations come from the host by PCIe in the real chip; here they share the
DRAM's bandwidth. The high-performance device type is a guess; the paper names none.
"""

from __future__ import annotations

from maestro_py.hardware.topology import Topology


def build() -> Topology:
    """The parts of the chip."""
    columns = 256
    pes = columns * columns
    parts = Topology(
        name="tpu",
        source="Jouppi et al., ISCA 2017",
        frequency_mhz=700.0,
        technology="cacti-28nm-hp",
        noc="systolic",
        bits_W=8,
        bits_I=8,
        bits_O=8,
    )
    parts.add_node(
        "DDR3",
        kind="memory",
        level="dram",
        count=1,
        word_bits=64,
        bandwidth_bytes_per_cycle=48,
        latency_cycles=100,
    )
    parts.add_node(
        "Unified buffer", kind="memory", level="l2", count=1, size_bytes=24 * 2**20, word_bits=2048
    )
    parts.add_node(
        "Accumulators",
        kind="memory",
        level="l2",
        count=columns,
        size_bytes=4096 * 4,
        word_bits=32,
        stored_bits=32,
    )
    parts.add_node(
        "Systolic links",
        kind="data_path",
        level="noc",
        count=1,
        bandwidth_bytes_per_cycle=256,
        latency_cycles=1,
        multicast=True,
        reduction=True,
    )
    parts.add_node("Weight register", kind="memory", level="l1", count=pes, size_bytes=2, word_bits=8)
    parts.add_node("Activation register", kind="memory", level="l1", count=pes, size_bytes=2, word_bits=8)
    parts.add_node(
        "Sum register", kind="memory", level="l1", count=pes, size_bytes=8, word_bits=32, stored_bits=32
    )
    parts.add_node("MAC", kind="compute", level="mac", count=pes, vector_width=1)
    parts.add_edge("DDR3", "Unified buffer", tensors="W I")
    parts.add_edge("Unified buffer", "DDR3", tensors="O")
    parts.add_edge("Unified buffer", "Systolic links", tensors="W I")
    parts.add_edge("Systolic links", "Accumulators", tensors="O")
    parts.add_edge("Accumulators", "Unified buffer", tensors="O")
    parts.add_edge("Systolic links", "Weight register", tensors="W")
    parts.add_edge("Systolic links", "Activation register", tensors="I")
    parts.add_edge("Weight register", "MAC", tensors="W")
    parts.add_edge("Activation register", "MAC", tensors="I")
    parts.add_edge("MAC", "Sum register", tensors="O")
    parts.add_edge("Sum register", "Systolic links", tensors="O")
    return parts

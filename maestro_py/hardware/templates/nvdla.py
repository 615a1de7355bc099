"""NVDLA, the large configuration: 2048 int8 MACs, 512 KB convolution buffer, 1 GHz.

NVIDIA, nvdla.org hardware documentation and github.com/nvdla/hw, ``spec/defs/nv_large.spec``, 2018:

- 32 MAC cells (atomic K) of 64 multipliers (atomic C), int8
- convolution buffer: 16 banks of 512 entries of 64 bytes
- the sequence controller reads up to 128 bytes of data and 128 of weights per cycle (1024-bit ports)
- a stripe keeps its weights for at most 32 output positions, the depth of the accumulator; weights are double
  buffered (active and shadow); accumulators are 34 bits wide for int8
- 20 GB/s of DRAM bandwidth at 1 GHz in the published performance table for 2048 MACs

A PE here is one multiplier, so that dataflows choose how channels spread; the adder tree of a cell is the
network's reduction. A PE registers its weight twice, its input and its product once per pipeline half. The
accumulators stand beside the convolution buffer: outputs that leave a PE are accumulated there.

Assumed: 28 nm (the documentation gives no node for the RTL), DRAM latency 100 cycles.
"""

from __future__ import annotations

from maestro_py.hardware.topology import Topology


def build() -> Topology:
    """The parts of the core."""
    cells, multipliers = 32, 64
    pes = cells * multipliers
    parts = Topology(
        name="nvdla",
        source="nvdla.org and github.com/nvdla/hw spec/defs/nv_large.spec, 2018",
        frequency_mhz=1000.0,
        technology="cacti-28nm-lstp",
        noc="bus",
        bits_W=8,
        bits_I=8,
        bits_O=8,
    )
    parts.add_node(
        "DRAM",
        kind="memory",
        level="dram",
        count=1,
        word_bits=64,
        bandwidth_bytes_per_cycle=20,
        latency_cycles=100,
    )
    parts.add_node(
        "Convolution buffer", kind="memory", level="l2", count=16, size_bytes=512 * 64, word_bits=512
    )
    parts.add_node(
        "Accumulators",
        kind="memory",
        level="l2",
        count=cells,
        size_bytes=32 * 34 // 8,
        word_bits=34,
        stored_bits=34,
    )
    parts.add_node(
        "Sequence controller",
        kind="data_path",
        level="noc",
        count=1,
        bandwidth_bytes_per_cycle=128,
        latency_cycles=1,
        multicast=True,
        reduction=True,
    )
    parts.add_node("Weight register", kind="memory", level="l1", count=pes, size_bytes=2, word_bits=8)
    parts.add_node("Input register", kind="memory", level="l1", count=pes, size_bytes=2, word_bits=8)
    parts.add_node(
        "Product register", kind="memory", level="l1", count=pes, size_bytes=4, word_bits=16, stored_bits=16
    )
    parts.add_node("MAC", kind="compute", level="mac", count=pes, vector_width=1)
    parts.add_edge("DRAM", "Convolution buffer", tensors="W I")
    parts.add_edge("Accumulators", "DRAM", tensors="O")
    parts.add_edge("Convolution buffer", "Sequence controller", tensors="W I")
    parts.add_edge("Sequence controller", "Accumulators", tensors="O")
    parts.add_edge("Sequence controller", "Weight register", tensors="W")
    parts.add_edge("Sequence controller", "Input register", tensors="I")
    parts.add_edge("Weight register", "MAC", tensors="W")
    parts.add_edge("Input register", "MAC", tensors="I")
    parts.add_edge("MAC", "Product register", tensors="O")
    parts.add_edge("Product register", "Sequence controller", tensors="O")
    return parts

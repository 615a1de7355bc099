"""Eyeriss: row-stationary chip of 168 PEs, 65 nm.

Y.-H. Chen, T. Krishna, J. Emer, V. Sze, "Eyeriss: An Energy-Efficient Reconfigurable Accelerator for Deep
Convolutional Neural Networks", IEEE JSSC 52(1), 2017:

- 12 x 14 PEs, one 16-bit MAC each; 200 MHz core clock at 1.0 V, 65 nm LP
- global buffer 108 KB: 100 KB for inputs and partial sums, 8 KB for filters
- per PE: filter scratchpad 224 x 16 bits (SRAM), input 12 x 16 bits and partial sums 24 x 16 bits (registers)
- array network: buses with multicast by row and column identifiers, 64 bits for filters, 16 for inputs, 64
  for partial sums each way; taken as 10 bytes per cycle
- off-chip link: 64 bits at 60 MHz, 2.4 bytes per core cycle; taken as 2, whole bytes

Assumed: 100 cycles of DRAM latency, 1 cycle on the array network. Not modelled: compression, zero gating.
"""

from __future__ import annotations

from maestro_py.hardware.topology import Topology


def build() -> Topology:
    """The parts of the chip."""
    pes = 12 * 14
    parts = Topology(
        name="eyeriss",
        source="Chen et al., IEEE JSSC 52(1), 2017",
        frequency_mhz=200.0,
        technology="eyeriss-65nm",
        noc="bus",
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
        bandwidth_bytes_per_cycle=2,
        latency_cycles=100,
    )
    parts.add_node("Global buffer", kind="memory", level="l2", count=1, size_bytes=108 * 1024, word_bits=64)
    parts.add_node(
        "Array network",
        kind="data_path",
        level="noc",
        count=1,
        bandwidth_bytes_per_cycle=10,
        latency_cycles=1,
        multicast=True,
        reduction=True,
    )
    parts.add_node("Filter spad", kind="memory", level="l1", count=pes, size_bytes=224 * 2, word_bits=16)
    parts.add_node("Input spad", kind="memory", level="l1", count=pes, size_bytes=12 * 2, word_bits=16)
    parts.add_node("Psum spad", kind="memory", level="l1", count=pes, size_bytes=24 * 2, word_bits=16)
    parts.add_node("MAC", kind="compute", level="mac", count=pes, vector_width=1)
    parts.add_edge("DRAM", "Global buffer", tensors="W I O")
    parts.add_edge("Global buffer", "DRAM", tensors="O")
    parts.add_edge("Global buffer", "Array network", tensors="W I O")
    parts.add_edge("Array network", "Global buffer", tensors="O")
    parts.add_edge("Array network", "Filter spad", tensors="W")
    parts.add_edge("Array network", "Input spad", tensors="I")
    parts.add_edge("Array network", "Psum spad", tensors="O")
    parts.add_edge("Psum spad", "Array network", tensors="O")
    parts.add_edge("Filter spad", "MAC", tensors="W")
    parts.add_edge("Input spad", "MAC", tensors="I")
    parts.add_edge("Psum spad", "MAC", tensors="O")
    parts.add_edge("MAC", "Psum spad", tensors="O")
    return parts

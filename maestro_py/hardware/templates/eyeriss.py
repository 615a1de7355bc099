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

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


def build() -> nx.DiGraph:
    """Graph of the chip."""
    import networkx as nx

    pes = 12 * 14
    graph = nx.DiGraph(
        name="eyeriss",
        source="Chen et al., IEEE JSSC 52(1), 2017",
        frequency_mhz=200.0,
        technology="eyeriss-65nm",
        noc="bus",
        bits_W=16,
        bits_I=16,
        bits_O=16,
    )
    graph.add_node(
        "DRAM",
        kind="memory",
        level="dram",
        count=1,
        word_bits=64,
        bandwidth_bytes_per_cycle=2,
        latency_cycles=100,
    )
    graph.add_node("Global buffer", kind="memory", level="l2", count=1, size_bytes=108 * 1024, word_bits=64)
    graph.add_node(
        "Array network",
        kind="data_path",
        level="noc",
        count=1,
        bandwidth_bytes_per_cycle=10,
        latency_cycles=1,
        multicast=True,
        reduction=True,
    )
    graph.add_node("Filter spad", kind="memory", level="l1", count=pes, size_bytes=224 * 2, word_bits=16)
    graph.add_node("Input spad", kind="memory", level="l1", count=pes, size_bytes=12 * 2, word_bits=16)
    graph.add_node("Psum spad", kind="memory", level="l1", count=pes, size_bytes=24 * 2, word_bits=16)
    graph.add_node("MAC", kind="compute", level="mac", count=pes, vector_width=1)
    graph.add_edge("DRAM", "Global buffer", tensors="W I O")
    graph.add_edge("Global buffer", "DRAM", tensors="O")
    graph.add_edge("Global buffer", "Array network", tensors="W I O")
    graph.add_edge("Array network", "Global buffer", tensors="O")
    graph.add_edge("Array network", "Filter spad", tensors="W")
    graph.add_edge("Array network", "Input spad", tensors="I")
    graph.add_edge("Array network", "Psum spad", tensors="O")
    graph.add_edge("Psum spad", "Array network", tensors="O")
    graph.add_edge("Filter spad", "MAC", tensors="W")
    graph.add_edge("Input spad", "MAC", tensors="I")
    graph.add_edge("Psum spad", "MAC", tensors="O")
    graph.add_edge("MAC", "Psum spad", tensors="O")
    return graph

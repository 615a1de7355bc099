"""ShiDianNao: output-stationary array of 64 PEs next to an image sensor, 65 nm.

Z. Du, R. Fasthuber, T. Chen, P. Ienne, L. Li, T. Luo, X. Feng, Y. Chen, O. Temam, "ShiDianNao: Shifting
Vision Processing Closer to the Sensor", ISCA 2015:

- 8 x 8 PEs, one 16-bit MAC each, 1 GHz, 65 nm
- 288 KB of SRAM: NBin 64 KB (inputs), NBout 64 KB (outputs), SB 128 KB (weights), IB 32 KB (instructions)
- a neuron buffer has 16 banks, 16 bytes wide, and reads up to 64 neurons (128 bytes) per cycle
- PEs pass inputs on to their left and upper neighbours through FIFOs, so an input is read once from NBin

The instruction buffer holds no tensor and is not part of L2 here. The FIFOs are as deep as a kernel needs and
have no size. There is no DRAM; the node stands for the sensor and host, whose 16 bytes per cycle and 100
cycles are assumed.
"""

from __future__ import annotations

from maestro_py.hardware.topology import Topology


def build() -> Topology:
    """The parts of the chip."""
    pes = 8 * 8
    parts = Topology(
        name="shidiannao",
        source="Du et al., ISCA 2015",
        frequency_mhz=1000.0,
        technology="cacti-65nm-lop",
        noc="systolic",
        bits_W=16,
        bits_I=16,
        bits_O=16,
    )
    parts.add_node(
        "Sensor and host",
        kind="memory",
        level="dram",
        count=1,
        bandwidth_bytes_per_cycle=16,
        latency_cycles=100,
    )
    parts.add_node("NBin", kind="memory", level="l2", count=1, size_bytes=64 * 1024, word_bits=128)
    parts.add_node("SB", kind="memory", level="l2", count=1, size_bytes=128 * 1024, word_bits=128)
    parts.add_node("NBout", kind="memory", level="l2", count=1, size_bytes=64 * 1024, word_bits=128)
    parts.add_node(
        "Array network",
        kind="data_path",
        level="noc",
        count=1,
        bandwidth_bytes_per_cycle=128,
        latency_cycles=1,
        multicast=True,
        reduction=False,
    )
    parts.add_node("PE FIFOs", kind="memory", level="l1", count=pes, size_bytes=None, word_bits=16)
    parts.add_node("MAC", kind="compute", level="mac", count=pes, vector_width=1)
    parts.add_edge("Sensor and host", "NBin", tensors="I")
    parts.add_edge("Sensor and host", "SB", tensors="W")
    parts.add_edge("NBout", "Sensor and host", tensors="O")
    parts.add_edge("NBin", "Array network", tensors="I")
    parts.add_edge("SB", "Array network", tensors="W")
    parts.add_edge("Array network", "NBout", tensors="O")
    parts.add_edge("Array network", "PE FIFOs", tensors="W I")
    parts.add_edge("PE FIFOs", "Array network", tensors="O")
    parts.add_edge("PE FIFOs", "MAC", tensors="W I O")
    parts.add_edge("MAC", "PE FIFOs", tensors="O")
    return parts

"""Performance counters of the generated top, and what the host reads.

Turns wires of all sections into one increment a cycle for each counter that the analysis predicts (cycles,
beats, accesses, work) and for each reason to stall.

Source: SEMANTICS section 4; ``maestro_py/reference.py`` for what is counted. Non-goals: comparison with
predictions (``rtlgen.bench``).
"""

from __future__ import annotations

from collections.abc import Mapping

from maestro_py.ir.operators import Tensor
from rtlgen.top.text import Text, joined

#: Width of what a counter grows by in a cycle.
INCREMENT_BITS = 24
#: Order of the performance counters.
COUNTERS = (
    "cycles",
    "ingress_beats",
    "egress_beats",
    "l1_fill_W",
    "l1_fill_I",
    "l2_read_W",
    "l2_read_I",
    "l2_read_O",
    "l1_drain_O",
    "l2_write_O",
    "macs",
    "pe_steps",
    "steps",
    "compute_cycles",
    "stall_ingress",
    "stall_compute_data",
    "stall_compute_output",
    "stall_egress",
)


def counters(text: Text) -> None:
    """Sums over PEs and lanes, the counters, and the word that answers the host."""
    design = text.design
    text.section("Performance counters")
    width = INCREMENT_BITS
    sums = {
        "l1_fill_W": ("w_lands", "w_taken", "CW"),
        "l1_fill_I": ("i_lands", "i_taken", "CW"),
        "l1_drain_O": ("o_sent", "o_taken", "CW"),
        "macs": ("run", "macs", "16"),
        "pe_steps": ("write_step", "pe_active_now", "1"),
    }
    unions: Mapping[str, tuple[str, Tensor]] = {
        "l2_read_W": ("w_lands", "W"),
        "l2_read_I": ("i_lands", "I"),
        "l2_write_O": ("o_sent", "O"),
    }
    for name, (enable, wire, bits) in sums.items():
        text.add(f"wire [{width - 1}:0] {name}_now;")
        text.instance(
            "pe_sum",
            f"u_{name}",
            [("PES", "PES"), ("WIDTH", bits), ("SUM_BITS", width)],
            [("enable", enable), ("values", wire), ("sum", f"{name}_now")],
        )
    for name, (enable, tensor) in unions.items():
        text.add(f"wire [{width - 1}:0] {name}_now;")
        text.instance(
            "lane_union",
            f"u_{name}",
            [("PES", "PES"), ("LANES", design.tensors[tensor].window), ("SUM_BITS", width)],
            [("enable", enable), ("lanes", f"{tensor.lower()}_taken_lanes"), ("sum", f"{name}_now")],
        )
    flags = {
        "cycles": "counting",
        "ingress_beats": "ingress_beat",
        "egress_beats": "egress_beat",
        "steps": "compute_step_end",
        "compute_cycles": "run",
    }
    increments = {name: f"{width}'({flags.get(name, name)})" for name in COUNTERS}
    increments |= {name: f"{name}_now" for name in (*sums, *unions)}
    increments["l2_read_O"] = f"(outputs_found ? {width}'(outputs_reads) : {width}'d0)"
    index_bits = (2 * len(COUNTERS) - 1).bit_length()
    text.add("wire [31:0] counter_word;", "wire [1:0] read_space;")
    text.instance(
        "performance_counters",
        "u_counters",
        [("COUNTERS", len(COUNTERS)), ("INCREMENT_BITS", width)],
        [
            ("clk", "clk"),
            ("rst", "rst"),
            ("clear", "start"),
            ("increments", joined([increments[name] for name in COUNTERS])),
            ("read_index", f"host_address[{index_bits - 1}:0]"),
            ("read_data", "counter_word"),
        ],
    )
    text.instance(
        "stage_register",
        "u_read_space",
        [("WIDTH", 2)],
        [("clk", "clk"), ("load", "host_read"), ("next_value", "host_space"), ("value", "read_space")],
    )
    text.add(
        "assign host_read_data = read_space == 2'd0 ? counter_word : read_space == 2'd1 ? w_host_data :",
        "    read_space == 2'd2 ? i_host_data : o_host_data;",
    )

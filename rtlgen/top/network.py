"""Movement between L2 and the PEs in the generated top: control of steps, distribution and collection.

Turns beats of operands into one network of fixed latency to all PEs, and what PEs hand over into another to
the memory of outputs. One controller says which beat goes, when the PEs compute and when a layer ends.

Source: SEMANTICS section 4. Non-goals: beats and their data (``rtlgen.top.streams``,
``rtlgen.top.memories``), what happens inside a PE (``rtlgen.top.pes``).
"""

from __future__ import annotations

from maestro_py.ir.operators import TENSORS
from rtlgen.design import TensorDesign
from rtlgen.top.text import Text, joined

#: Cycles from start to the first that counts: the streams in front of the stages have filled by then.
PROLOGUE_CYCLES = 32
#: Items of outputs that wait for the PEs.
ITEM_DEPTH = 8


def control(text: Text) -> None:
    """Controller of ingress, compute and egress."""
    design = text.design
    latency = design.accelerator.noc_latency_cycles
    text.section("Ingress, compute, egress")
    text.add(
        "wire ingress_beat, w_sent, i_sent, w_step_sent, i_step_sent, ingress_slot, landed, landed_slot;",
        "wire run, all_last, compute_step_end, o_valid, o_empty, o_last, o_take, egress_beat, o_sent;",
        "wire egress_step_end, egress_in_flight, counting, control_busy, control_done, outputs_pending;",
        "wire stall_ingress, stall_compute_data, stall_compute_output, stall_egress;",
    )
    text.instance(
        "step_control",
        "u_control",
        [
            ("POINTER_BITS", "SLOT + 1"),
            *((f"{tensor}_PARTS", design.tensors[tensor].parts) for tensor in TENSORS),
            ("PROLOGUE", PROLOGUE_CYCLES),
            ("FLIGHT_BITS", max(2, (latency + 1).bit_length())),
        ],
        [
            ("clk", "clk"),
            ("rst", "rst"),
            ("start", "start"),
            ("pause", "pause[8:6]"),
            ("total_known", "total_known"),
            ("total", "written"),
            ("w_valid", "w_valid"),
            ("w_empty", "w_empty"),
            ("w_last", "w_last"),
            ("w_take", "w_take"),
            ("i_valid", "i_valid"),
            ("i_empty", "i_empty"),
            ("i_last", "i_last"),
            ("i_take", "i_take"),
            *((name, name) for name in ("ingress_beat", "w_sent", "i_sent", "w_step_sent", "i_step_sent")),
            ("ingress_slot", "ingress_slot"),
            ("landed", "landed"),
            ("landed_slot", "landed_slot"),
            ("run", "run"),
            ("all_last", "all_last"),
            ("compute_step_end", "compute_step_end"),
            ("compute_pointer", "compute_pointer"),
            ("o_valid", "o_valid"),
            ("o_empty", "o_empty"),
            ("o_last", "o_last"),
            ("o_take", "o_take"),
            ("egress_beat", "egress_beat"),
            ("o_sent", "o_sent"),
            ("egress_step_end", "egress_step_end"),
            ("egress_pointer", "egress_pointer"),
            ("egress_in_flight", "egress_in_flight"),
            ("counting", "counting"),
            ("busy", "control_busy"),
            ("done", "control_done"),
            ("stall_ingress", "stall_ingress"),
            ("stall_compute_data", "stall_compute_data"),
            ("stall_compute_output", "stall_compute_output"),
            ("stall_egress", "stall_egress"),
        ],
    )
    text.add(
        "assign busy = control_busy || outputs_pending;",
        "assign done = control_done && !outputs_pending;",
    )


def distribution(text: Text) -> None:
    """Network from the heads of the streams of operands to all PEs."""
    design = text.design
    latency = design.accelerator.noc_latency_cycles
    weights, inputs = design.tensors["W"], design.tensors["I"]
    axes = max(len(weights.axes), len(inputs.axes))
    bits = max(weights.window * weights.bits, inputs.window * inputs.bits)
    text.section(f"Distribution network of {latency} cycles latency")
    text.add(
        "wire ingress_event, landing_event, w_landed, i_landed, w_lands, i_lands;",
        "wire [TARGET-1:0] ingress_target, landed_target;",
        f"wire [{axes}*CW-1:0] ingress_coordinates, landed_coordinates;",
        f"wire [{bits - 1}:0] ingress_data, landed_data;",
        "assign ingress_event = w_sent || i_sent || w_step_sent || i_step_sent;",
        "assign ingress_target = w_sent ? w_target : i_target;",
        f"assign ingress_coordinates = w_sent ? {_widened_axes('w', weights, axes)} : "
        f"{_widened_axes('i', inputs, axes)};",
        f"assign ingress_data = w_sent ? {_widened('w_data', _data_bits(weights), bits)} : "
        f"{_widened('i_data', _data_bits(inputs), bits)};",
    )
    fields = ["ingress_data", "ingress_coordinates", "ingress_target", "ingress_slot"]
    fields += ["i_step_sent", "w_step_sent", "i_sent", "w_sent"]
    landed = ["landed_data", "landed_coordinates", "landed_target", "landed_slot"]
    landed += ["i_step_landed", "w_step_landed", "i_landed", "w_landed"]
    text.add("wire w_step_landed, i_step_landed;")
    text.instance(
        "delay_line",
        "u_distribution",
        [("WIDTH", f"{bits} + {axes} * CW + TARGET + 5"), ("LATENCY", latency)],
        [
            ("clk", "clk"),
            ("rst", "stream_reset"),
            ("in_valid", "ingress_event"),
            ("in_data", joined(fields)),
            ("out_valid", "landing_event"),
            ("out_data", joined(landed)),
            ("in_flight", ""),
        ],
    )
    text.add(
        "assign w_lands = landing_event && w_landed;",
        "assign i_lands = landing_event && i_landed;",
        "assign landed = w_lands || i_lands;",
        "assign w_land_step_end = landing_event && w_step_landed;",
        "assign i_land_step_end = landing_event && i_step_landed;",
    )


def collection(text: Text) -> None:
    """Items of outputs that wait, and the collection network."""
    design = text.design
    outputs = design.tensors["O"]
    axes, latency = len(outputs.axes), design.accelerator.noc_latency_cycles
    text.section(f"Collection network of {latency} cycles latency, accumulation in L2")
    text.add(
        f"wire [{outputs.window - 1}:0] collected_lanes, arrived_lanes;",
        f"wire [{outputs.window * outputs.bits - 1}:0] collected, arrived;",
        f"wire [{axes}*CW-1:0] arrived_coordinates;",
        "wire arrives;",
    )
    text.instance(
        "fifo",
        "u_o_items",
        [("WIDTH", f"{axes} * CW + TARGET + 2"), ("DEPTH", ITEM_DEPTH)],
        [
            ("clk", "clk"),
            ("rst", "stream_reset"),
            ("in_valid", "o_item_valid"),
            ("in_ready", "o_item_ready"),
            ("in_data", "{o_item_coordinates, o_item_target, o_item_empty, o_item_last}"),
            ("out_valid", "o_valid"),
            ("out_ready", "o_take"),
            ("out_data", "{o_coordinates, o_target, o_empty, o_last}"),
        ],
    )
    text.instance(
        "collector",
        "u_collector",
        [
            ("PES", "PES"),
            ("WINDOW", outputs.window),
            ("ACCUMULATOR_BITS", "SUM"),
            ("ELEMENT_BITS", outputs.bits),
        ],
        [
            ("requantise_enable", "requantise"),
            ("shift", "shift"),
            ("relu", "relu"),
            ("beat", "o_sent"),
            ("pe_lanes", "o_taken_lanes"),
            ("pe_sums", "o_taken_sums"),
            ("lanes", "collected_lanes"),
            ("elements", "collected"),
        ],
    )
    text.instance(
        "delay_line",
        "u_collection",
        [("WIDTH", f"{axes} * CW + {outputs.window * (outputs.bits + 1)}"), ("LATENCY", latency)],
        [
            ("clk", "clk"),
            ("rst", "stream_reset"),
            ("in_valid", "o_sent"),
            ("in_data", "{o_coordinates, collected_lanes, collected}"),
            ("out_valid", "arrives"),
            ("out_data", "{arrived_coordinates, arrived_lanes, arrived}"),
            ("in_flight", "egress_in_flight"),
        ],
    )


def _data_bits(tensor: TensorDesign) -> int:
    """Width of a beat's data."""
    return tensor.window * tensor.bits


def _widened(wire: str, bits: int, wanted: int) -> str:
    """A wire of a number of bits, with as many as wanted."""
    return wire if bits == wanted else f"{wanted}'({wire})"


def _widened_axes(letter: str, tensor: TensorDesign, axes: int) -> str:
    """Coordinates of a tensor's beat, with as many axes as wanted."""
    wire = f"{letter}_coordinates"
    return wire if len(tensor.axes) == axes else f"({axes} * CW)'({wire})"

"""L2 in the generated top: the memories of weights, inputs and outputs, and the fetch of operands.

Turns the items of a walker (places of elements, targets) into beats with data, and beats of outputs into
accumulation in memory; the host reaches all three.

Source: SEMANTICS section 4. Non-goals: what crosses the networks when (``rtlgen.top.network``), bases and
strides of rows (``rtlgen.program``).
"""

from __future__ import annotations

from maestro_py.ir.operators import Tensor
from rtlgen.design import TENSOR_NAMES, TensorDesign
from rtlgen.top.text import Text, joined

#: Beats that wait between L2 and the distribution network.
FETCH_DEPTH = 8


def operand_memories(text: Text) -> None:
    """L2 memories of the operands and the fetch in front of the network."""
    text.section("L2: weights and inputs, and their beats with data")
    operands: tuple[Tensor, Tensor] = ("W", "I")
    for number, tensor in enumerate(operands, 1):
        _operand_wires(text, tensor, number)
        _fetch(text, tensor)
        _operand_memory(text, tensor)


def _operand_wires(text: Text, tensor: Tensor, number: int) -> None:
    """Wires of an operand's memory and fetch; ``number`` is its space of host addresses."""
    letter, tensor_design = tensor.lower(), text.design.tensors[tensor]
    axes = len(tensor_design.axes)
    names = ("read", "valid", "head_valid", "empty", "last", "take")
    flags = ", ".join(f"{letter}_{name}" for name in names)
    text.add(
        f"wire {flags};",
        f"wire [{_row_bits(tensor_design) - 1}:0] {letter}_read_row;",
        f"wire [{_bank_bits(tensor_design) - 1}:0] {letter}_read_offset;",
        f"wire [{tensor_design.window * tensor_design.bits - 1}:0] {letter}_read_data, {letter}_data;",
        f"wire [{axes}*CW-1:0] {letter}_coordinates;",
        f"wire [TARGET-1:0] {letter}_target;",
        f"wire {letter}_host_write, {letter}_host_read;",
        f"wire [31:0] {letter}_host_data;",
        f"assign {letter}_host_write = host_write && host_space == 2'd{number};",
        f"assign {letter}_host_read = host_read && host_space == 2'd{number};",
        f"assign {letter}_valid = {letter}_head_valid && !pause[{3 + number}];",
    )


def _fetch(text: Text, tensor: Tensor) -> None:
    """Fetch of an operand: its beats, with data."""
    letter, tensor_design = tensor.lower(), text.design.tensors[tensor]
    axes = len(tensor_design.axes)
    text.instance(
        "l2_fetch",
        f"u_{letter}_fetch",
        [
            ("AXES", axes),
            ("COORDINATE_BITS", "CW"),
            ("ELEMENT_BITS", tensor_design.bits),
            ("WINDOW", tensor_design.window),
            ("BANKS", tensor_design.l2_banks),
            ("ROWS", tensor_design.l2_rows),
            ("TARGET_BITS", "TARGET"),
            ("DEPTH", FETCH_DEPTH),
        ],
        [
            ("clk", "clk"),
            ("rst", "stream_reset"),
            ("in_valid", f"{letter}_item_valid"),
            ("in_ready", f"{letter}_item_ready"),
            ("in_coordinates", f"{letter}_item_coordinates"),
            ("in_empty", f"{letter}_item_empty"),
            ("in_last", f"{letter}_item_last"),
            ("in_target", f"{letter}_item_target"),
            ("base_row", f"{letter}_base_row"),
            ("row_stride", _row_strides(tensor, tensor_design)),
            ("read_enable", f"{letter}_read"),
            ("read_row", f"{letter}_read_row"),
            ("read_offset", f"{letter}_read_offset"),
            ("read_data", f"{letter}_read_data"),
            ("out_valid", f"{letter}_head_valid"),
            ("out_ready", f"{letter}_take"),
            ("out_coordinates", f"{letter}_coordinates"),
            ("out_data", f"{letter}_data"),
            ("out_empty", f"{letter}_empty"),
            ("out_last", f"{letter}_last"),
            ("out_target", f"{letter}_target"),
        ],
    )


def _operand_memory(text: Text, tensor: Tensor) -> None:
    """Memory of an operand."""
    letter, tensor_design = tensor.lower(), text.design.tensors[tensor]
    text.instance(
        "l2_memory",
        f"u_l2_{TENSOR_NAMES[tensor]}",
        [
            ("ELEMENT_BITS", tensor_design.bits),
            ("WINDOW", tensor_design.window),
            ("BANKS", tensor_design.l2_banks),
            ("ROWS", tensor_design.l2_rows),
        ],
        [
            ("clk", "clk"),
            ("read_enable", f"{letter}_read"),
            ("read_row", f"{letter}_read_row"),
            ("read_offset", f"{letter}_read_offset"),
            ("read_data", f"{letter}_read_data"),
            ("host_write", f"{letter}_host_write"),
            ("host_read", f"{letter}_host_read"),
            ("host_row", _host_row(tensor_design)),
            ("host_bank", _host_bank(tensor_design)),
            ("host_write_data", "host_write_data"),
            ("host_read_data", f"{letter}_host_data"),
        ],
    )


def output_memory(text: Text) -> None:
    """L2 memory of outputs, which adds what arrives to what it holds."""
    design = text.design
    outputs = design.tensors["O"]
    text.add(
        "wire o_host_read, outputs_found;",
        "wire [31:0] o_host_data;",
        f"wire [{outputs.window.bit_length() - 1}:0] outputs_reads;",
        "assign o_host_read = host_read && host_space == 2'd3;",
    )
    text.instance(
        "l2_outputs",
        "u_l2_outputs",
        [
            ("AXES", len(outputs.axes)),
            ("COORDINATE_BITS", "CW"),
            ("ELEMENT_BITS", outputs.bits),
            ("READBACK_BITS", design.accelerator.bits[1]),
            ("WINDOW", outputs.window),
            ("BANKS", outputs.l2_banks),
            ("ROWS", outputs.l2_rows),
        ],
        [
            ("clk", "clk"),
            ("rst", "rst"),
            ("clear", "clear_outputs"),
            ("clearing", "clearing"),
            ("beat_valid", "arrives"),
            ("beat_coordinates", "arrived_coordinates"),
            ("beat_mask", "arrived_lanes"),
            ("beat_data", "arrived"),
            ("base_row", "o_base_row"),
            ("row_stride", _row_strides("O", outputs)),
            ("pending", "outputs_pending"),
            ("reads_valid", "outputs_found"),
            ("reads", "outputs_reads"),
            ("host_read", "o_host_read"),
            ("host_row", _host_row(outputs)),
            ("host_bank", _host_bank(outputs)),
            ("host_read_data", "o_host_data"),
            ("readback_requantise", "readback_requantise"),
            ("readback_shift", "shift"),
            ("readback_relu", "relu"),
        ],
    )


def _row_strides(tensor: Tensor, tensor_design: TensorDesign) -> str:
    """Registers of the distances in rows, the innermost axis of them lowest."""
    strides = [f"{tensor.lower()}_row_stride_{axis.lower()}" for axis in reversed(tensor_design.axes[:-1])]
    return joined(strides) if strides else "1'b0"


def _row_bits(tensor: TensorDesign) -> int:
    """Width of a row's number."""
    return max(1, (tensor.l2_rows - 1).bit_length())


def _bank_bits(tensor: TensorDesign) -> int:
    """Width of a bank's number."""
    return max(1, (tensor.l2_banks - 1).bit_length())


def _host_row(tensor: TensorDesign) -> str:
    """Row in an address of the host."""
    shift = (tensor.l2_banks - 1).bit_length()
    return f"host_address[{shift}+:{_row_bits(tensor)}]"


def _host_bank(tensor: TensorDesign) -> str:
    """Bank in an address of the host."""
    return "1'b0" if tensor.l2_banks == 1 else f"host_address[0+:{_bank_bits(tensor)}]"

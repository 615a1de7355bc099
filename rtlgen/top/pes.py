"""The PEs of the generated top: their parameters, and the wires that each of them sees.

Turns lanes, buffers and axes of the design into parameters that all PEs share, and rows of axes and reuse
rules into the ports of each PE: one set for the tile that lands, one for the step that is computed, one for
the tile that leaves.

Source: SEMANTICS sections 3 and 4; ``rtlgen/modules/pe`` for every parameter and port.
Non-goals: rows and rules themselves (``rtlgen.top.rows``, ``rtlgen.top.streams``).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from maestro_py.ir.operators import TENSORS, Tensor
from rtlgen.design import Design
from rtlgen.top.rows import (
    UNIT_RECIPROCAL,
    class_constants,
    field_of_row,
    fields_of_tile,
    part_of_tile,
    ring_index,
    spacings_of_axes,
    strided_bits,
    without_unread,
)
from rtlgen.top.text import Text, instance, joined, packed

Ports = list[tuple[str, str]]


def pes(text: Text) -> None:
    """All PEs, and the wires that collect what they hand over."""
    design = text.design
    text.section(f"{design.pes} PEs")
    outputs = design.tensors["O"]
    for name, width in (
        ("w_taken", "CW"),
        ("i_taken", "CW"),
        ("o_taken", "CW"),
        ("w_taken_lanes", str(design.tensors["W"].window)),
        ("i_taken_lanes", str(design.tensors["I"].window)),
        ("o_taken_lanes", str(outputs.window)),
        ("o_taken_sums", f"{outputs.window}*SUM"),
        ("macs", "16"),
        ("compute_last", "1"),
    ):
        text.add(f"wire [PES*{width}-1:0] {name};")
    text.add("assign all_last = &compute_last;")
    text.add(f"wire [{len(outputs.axes)}*CW-1:0] o_coordinates;", "wire [TARGET-1:0] o_target;")
    body = class_constants(design, "p", design.units)
    ports = _ports(text, body)
    body += instance("pe", "u_pe", _parameters(design), ports)
    text.repeat("p", "PES", "gen_pe", without_unread(body))


def _ports(text: Text, body: list[str]) -> Ports:
    """Ports of a PE; wide expressions become named wires in ``body``."""
    rows = [names[2].lower() for names in text.design.windows]
    return [
        ("clk", "clk"),
        ("rst", "stream_reset"),
        ("number", _named(body, "number", "TARGET", "TARGET'(p)")),
        ("weights_present", "weights_present"),
        ("w_present", "w_present"),
        ("i_present", "i_present"),
        ("o_present", "o_present"),
        ("summed", "summed"),
        ("insertion", joined([f"{row}_insertion" for row in rows]) if rows else "STEP'(1)"),
        (
            "insertion_reciprocal",
            joined([f"{row}_insertion_reciprocal" for row in rows]) if rows else UNIT_RECIPROCAL,
        ),
        *_landing_ports(text, body, "W"),
        *_landing_ports(text, body, "I"),
        ("beat_target", "landed_target"),
        ("w_taken", "w_taken[p*CW+:CW]"),
        ("w_taken_lanes", _lanes_of(text.design, "W")),
        ("i_taken", "i_taken[p*CW+:CW]"),
        ("i_taken_lanes", _lanes_of(text.design, "I")),
        *_compute_ports(text, body, rows),
        *_leaving_ports(text, body),
    ]


def _named(body: list[str], name: str, width: str, value: str, signed: bool = False) -> str:
    """Declare a wire for an expression; return its name."""
    body.append(f"wire {'signed ' if signed else ''}[{width}-1:0] {name};")
    body.append(f"assign {name} = {f'$signed({value})' if signed else value};")
    return name


def _shift(text: Text, body: list[str], name: str, tensor: Tensor, stage: str) -> str:
    """How far a tensor's tile moves at the step that a stage is at."""
    return _named(body, name, "CW+1", part_of_tile(text, tensor, stage, "shift"), signed=True)


def _landing_ports(text: Text, body: list[str], tensor: Tensor) -> Ports:
    """Tile of an operand that lands, and its beats."""
    tensor_design = text.design.tensors[tensor]
    letter, axes = tensor.lower(), len(tensor_design.axes)
    stage = f"{letter}_land"
    ports = [(f"{stage}_mode", f"{letter}_new_{stage}[p*2+:2]")]
    for field in ("start", "count"):
        value = fields_of_tile(text, tensor, stage, field)
        ports.append((f"{stage}_{field}", _named(body, f"own_{stage}_{field}", f"{axes}*CW", value)))
    if tensor == "I":
        value = spacings_of_axes(text.design, tensor_design.axes, 1)
        ports.append((f"{stage}_step", _named(body, f"own_{stage}_step", f"{axes}*STEP", value)))
    return [
        *ports,
        (f"{stage}_part_low", part_of_tile(text, tensor, stage, "new_low")),
        (f"{stage}_part_high", part_of_tile(text, tensor, stage, "new_high")),
        (f"{stage}_shift", _shift(text, body, f"own_{stage}_shift", tensor, stage)),
        (f"{stage}_step_end", f"{stage}_step_end"),
        (f"{letter}_beat", f"{letter}_lands"),
        (f"{letter}_base", f"landed_coordinates[{axes}*CW-1:0]"),
        (f"{letter}_data", f"landed_data[{tensor_design.window * tensor_design.bits - 1}:0]"),
    ]


def _compute_ports(text: Text, body: list[str], rows: Sequence[str]) -> Ports:
    """Step that is computed: extents of its loops, and the tiles that it reads and adds to."""
    dimensions = text.design.dimensions
    extents = joined([field_of_row(text, dimension, "compute", "count") for dimension in dimensions])
    ports = [
        ("run", "run"),
        ("active", "pe_active[p]"),
        ("compute_step_end", "compute_step_end"),
        ("extents", _named(body, "extents", f"{len(dimensions)}*CW", extents)),
        *_shape_ports(text, body, rows),
    ]
    for tensor in TENSORS:
        letter = tensor.lower()
        shift = _shift(text, body, f"own_{letter}_compute_shift", tensor, "compute")
        ports += [
            (f"{letter}_compute_mode", f"{letter}_new_compute[p*2+:2]"),
            (f"{letter}_compute_shift", shift),
        ]
    return [
        *ports,
        ("o_compute_part_low", part_of_tile(text, "O", "compute", "new_low")),
        ("o_compute_part_high", part_of_tile(text, "O", "compute", "new_high")),
        ("compute_last", "compute_last[p]"),
        ("macs", "macs[p*16+:16]"),
    ]


def _shape_ports(text: Text, body: list[str], rows: Sequence[str]) -> Ports:
    """How indices of input rows and columns follow from outputs and taps."""
    if not rows:
        return [
            ("window_first", "(CW + 2)'(0)"),
            ("window_output_step", "STEP'(1)"),
            ("window_tap_step", "STEP'(1)"),
            ("window_count", "CW'(1)"),
        ]
    ports = []
    for port, place, width in (
        ("window_first", "0", "CW+2"),
        ("window_output_step", "CW+2", "STEP"),
        ("window_tap_step", "CW+2+STEP", "STEP"),
    ):
        values = [f"{row}_shapes[{row.upper()}Class*(CW+2+2*STEP)+{place}+:{width}]" for row in rows]
        ports.append((port, _named(body, port, f"{len(rows)}*({width})", joined(values))))
    counts = [field_of_row(text, row.upper(), "compute", "count") for row in rows]
    ports.append(("window_count", _named(body, "window_count", f"{len(rows)}*CW", joined(counts))))
    return ports


def _leaving_ports(text: Text, body: list[str]) -> Ports:
    """Tile of outputs that leaves, and its beats."""
    outputs = text.design.tensors["O"]
    ports = [
        ("o_egress_mode", "o_new_egress[p*2+:2]"),
        ("o_egress_shift", _shift(text, body, "own_egress_shift", "O", "egress")),
        ("o_leave_mode", "o_leave_egress[p*2+:2]"),
    ]
    for field in ("start", "count"):
        value = fields_of_tile(text, "O", "egress", field)
        width = f"{len(outputs.axes)}*CW"
        ports.append((f"o_leave_{field}", _named(body, f"own_leave_{field}", width, value)))
    return [
        *ports,
        ("o_leave_part_low", part_of_tile(text, "O", "egress", "leave_low")),
        ("o_leave_part_high", part_of_tile(text, "O", "egress", "leave_high")),
        ("egress_step_end", "egress_step_end"),
        ("o_beat", "o_sent"),
        ("o_base", "o_coordinates"),
        ("o_target", "o_target"),
        ("o_taken", "o_taken[p*CW+:CW]"),
        ("o_taken_lanes", _lanes_of(text.design, "O")),
        ("o_taken_sums", f"o_taken_sums[p*{outputs.window}*SUM+:{outputs.window}*SUM]"),
    ]


def _lanes_of(design: Design, tensor: Tensor) -> str:
    """Bits of a PE in the wire of the lanes that it takes or hands over."""
    window = design.tensors[tensor].window
    return f"{tensor.lower()}_taken_lanes[p*{window}+:{window}]"


def _parameters(design: Design) -> list[tuple[str, object]]:
    """Parameters of a PE."""
    index = design.dimensions.index
    found: list[tuple[str, object]] = [
        ("TARGET_BITS", "TARGET"),
        ("MULTICAST", int(design.accelerator.multicast)),
        ("REDUCTION", int(design.accelerator.reduction)),
        ("COORDINATE_BITS", "CW"),
        ("STEP_BITS", "STEP"),
        ("ACCUMULATOR_BITS", "SUM"),
        *_lane_parameters(design),
        ("WINDOWS", max(1, len(design.windows))),
        ("INSERTED", int(design.inserted)),
    ]
    inputs = {rows: (outputs, taps, i) for i, (outputs, taps, rows) in enumerate(design.windows)}
    for tensor in TENSORS:
        tensor_design = design.tensors[tensor]
        axes = list(reversed(tensor_design.axes))
        numbers = [index(inputs[axis][0] if axis in inputs else axis) for axis in axes]
        found += [(f"{tensor}_AXES", len(axes)), (f"{tensor}_DIMENSION", packed(numbers, 8))]
        if tensor == "I":
            found += [
                ("I_TAP", packed([index(inputs[axis][1]) if axis in inputs else 255 for axis in axes], 8)),
                ("I_WINDOW_NUMBER", packed([inputs[axis][2] if axis in inputs else 0 for axis in axes], 8)),
                ("I_STRIDED", strided_bits(tensor_design)),
            ]
        if tensor != "O":
            found += [(f"{tensor}_BITS", tensor_design.bits), (f"{tensor}_BANKS", tensor_design.banks)]
        ring_places = tensor_design.places[tensor_design.axes.index(tensor_design.ring_axis)]
        found += [
            (f"{tensor}_WINDOW", tensor_design.window),
            (f"{tensor}_PICKS", tensor_design.picks),
            (f"{tensor}_SLIDE_AXIS", ring_index(tensor_design)),
            (f"{tensor}_RING_EXTENT", ring_places // 2),
            (f"{tensor}_ADDRESS_BITS", tensor_design.address_bits),
            (f"{tensor}_MULTIPLIERS", packed(list(reversed(tensor_design.multipliers)), 16)),
        ]
    return found


def _lane_parameters(design: Design) -> list[tuple[str, object]]:
    """Lanes along each dimension and the place values that number them, for the PE and each tensor."""
    dimensions = design.dimensions
    lanes = [design.lanes.get(dimension, 1) for dimension in dimensions]
    found: list[tuple[str, object]] = [
        ("DIMENSIONS", len(dimensions)),
        ("LANES", packed(lanes, 8)),
        ("LANE_DIVISOR", packed(_divisors(design, dimensions), 16)),
        ("VECTOR", prod(lanes)),
    ]
    for tensor in TENSORS:
        own = _tensor_dimensions(design, tensor)
        divisors = _divisors(design, own)
        found += [
            (f"{tensor}_DIVISOR", packed(divisors, 16)),
            (f"{tensor}_LANES", prod(design.lanes.get(dimension, 1) for dimension in own)),
            *_read_parameters(design, tensor, own, divisors),
        ]
    return found


def _read_parameters(
    design: Design, tensor: Tensor, own: Sequence[str], divisors: Sequence[int]
) -> list[tuple[str, object]]:
    """Indices that the lanes of a tensor make do with, axis by axis, and which of them each lane uses."""
    axes = list(reversed(design.tensors[tensor].axes))
    windows = {rows: (outputs, taps) for outputs, taps, rows in design.windows}
    lanes = [design.lanes.get(dimension, 1) for dimension in design.dimensions]
    vector = prod(design.lanes.get(dimension, 1) for dimension in own)
    #: Place of each lane along each dimension.
    places = [
        {
            dimension: lane // divisor % width if divisor else 0
            for dimension, divisor, width in zip(design.dimensions, divisors, lanes, strict=True)
        }
        for lane in range(vector)
    ]
    reads: dict[tuple[int, int, int], int] = {}
    lane_reads = []
    for axis in range(len(axes)):
        outputs, taps = windows.get(axes[axis], (axes[axis], None))
        for place in places:
            reads.setdefault((axis, place[outputs], place[taps] if taps else 0), len(reads))
    for place in places:
        for axis, name in enumerate(axes):
            outputs, taps = windows.get(name, (name, None))
            lane_reads.append(reads[axis, place[outputs], place[taps] if taps else 0])
    found: list[tuple[str, object]] = [
        (f"{tensor}_READS", len(reads)),
        (f"{tensor}_READ_AXIS", packed([axis for axis, _, _ in reads], 8)),
        (f"{tensor}_READ_OFFSET", packed([offset for _, offset, _ in reads], 8)),
    ]
    if tensor == "I":
        found.append(("I_READ_TAP_OFFSET", packed([offset for _, _, offset in reads], 8)))
    return [*found, (f"{tensor}_LANE_READS", packed(lane_reads, 16))]


def _tensor_dimensions(design: Design, tensor: Tensor) -> tuple[str, ...]:
    """Loop dimensions that tell the elements of a tensor apart."""
    axes = set(design.tensors[tensor].axes)
    for outputs, taps, rows in design.windows:
        if rows in axes:
            axes |= {outputs, taps}
    return tuple(dimension for dimension in design.dimensions if dimension in axes)


def _divisors(design: Design, own: Sequence[str]) -> list[int]:
    """Place value of each dimension in a lane number; 0 for dimensions that do not count."""
    lanes = [design.lanes.get(dimension, 1) for dimension in own]
    places = {dimension: prod(lanes[i + 1 :]) for i, dimension in enumerate(own)}
    return [places.get(dimension, 0) for dimension in design.dimensions]

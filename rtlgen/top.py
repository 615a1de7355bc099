"""The generated top: instances and wires of one machine, in SystemVerilog.

Turns a :class:`~rtlgen.design.Design` into the text of module ``accelerator``. The modules it instantiates
are hand-written (``rtlgen.modules``); nothing here computes, it only says how many of each there are and
what is connected. A reader finds the dataflow again in its sections: the loop nest, one section per level
of the hierarchy, one per tensor, the PEs.

Non-goals: registers' values (``rtlgen.program``), test bench (``rtlgen.bench``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from maestro_py.ir.operators import TENSORS, Tensor
from rtlgen.breaks import formatted
from rtlgen.design import STEP_BITS, Design, Group, TensorDesign
from rtlgen.program import map_name, map_text, registers

PROLOGUE_CYCLES = 32
INCREMENT_BITS = 24
FETCH_DEPTH = 8
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
#: Fields of a row of ``axis_history``: place in coordinate widths.
FIELDS = {"start": 0, "count": 1, "new_low": 2, "new_high": 3, "leave_low": 4, "leave_high": 5, "shift": 6}
#: Stages that read the rows of a tensor's axes, besides compute.
READERS: dict[Tensor, tuple[str, str]] = {
    "W": ("w_walk", "w_land"),
    "I": ("i_walk", "i_land"),
    "O": ("o_walk", "egress"),
}

PORTS = """\
module accelerator (
    input wire clk,
    // Synchronous, active high.
    input wire rst,
    // Host port, one word a cycle. Space 0: write program registers, read counters (two words each, low
    // first); 1 weights, 2 inputs, 3 outputs: L2 element row * banks + bank. Reads answer in the next cycle.
    input wire host_write,
    input wire host_read,
    input wire [1:0] host_space,
    input wire [31:0] host_address,
    input wire [31:0] host_write_data,
    output wire [31:0] host_read_data,
    // Forgets all outputs.
    input wire clear_outputs,
    output wire clearing,
    // Runs the layer whose program and data are loaded; `done` stays high until the next start.
    input wire start,
    output wire busy,
    output wire done,
    // Test hook: bit i holds interface i (0 sequencer, 1 to 3 items of W, I, O, 4 and 5 beats of W, I,
    // 6 ingress, 7 compute, 8 egress); 0 in use.
    input wire [15:0] pause
);
"""


class _Text:
    """Lines of the module; every section is one method."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.lines: list[str] = []
        #: Group name -> number of its present stage: ranges after so many levels that cut it.
        self.stage = {group.name: 0 for group in design.groups}
        self.history_ports: dict[str, list[str]] = {}
        #: Wires of which some bits may lead nowhere.
        self.unused: list[str] = []

    def add(self, *lines: str) -> None:
        """Append lines, indented once; an empty one stays empty."""
        for line in lines:
            self.lines += [f"  {part}" if part else "" for part in line.split("\n")]

    def instance(
        self,
        module: str,
        name: str,
        parameters: Iterable[tuple[str, object]],
        ports: Iterable[tuple[str, str]],
    ) -> None:
        """Append an instance with one parameter and one port a line."""
        self.add(*instance(module, name, parameters, ports))

    def may_be_unused(self, group: Group, dimension: str) -> None:
        """Note the present range of a dimension if levels below may not read it: that of a window's rows."""
        if group.window is not None and dimension == group.window[2]:
            name = f"{dimension.lower()}_{self.stage[group.name]}"
            self.unused += [f"{name}_low", f"{name}_high"]

    def section(self, title: str) -> None:
        """Start a section."""
        self.add("", f"// {title}", "")


def instance(
    module: str, name: str, parameters: Iterable[tuple[str, object]], ports: Iterable[tuple[str, str]]
) -> list[str]:
    """Lines of an instance."""
    values = [f"    .{key}({value})" for key, value in parameters]
    wires = [f"    .{port}({wire})" for port, wire in ports]
    head = [f"{module} #(", *_comma(values), f") {name} ("] if values else [f"{module} {name} ("]
    return [*head, *_comma(wires), ");"]


def _comma(lines: Sequence[str]) -> list[str]:
    return [*(f"{line}," for line in lines[:-1]), *lines[-1:]]


def packed(values: Sequence[int], width: int) -> str:
    """Packed constant of equally wide fields, value 0 lowest.

    >>> packed([1, 2], 8)
    "{8'd2, 8'd1}"
    """
    return "{" + ", ".join(f"{width}'d{value}" for value in reversed(values)) + "}"


def joined(wires: Sequence[str]) -> str:
    """Concatenation of wires, wire 0 lowest."""
    return "{" + ", ".join(reversed(wires)) + "}"


def class_of(variable: str, units: Sequence[int], levels: Sequence[int]) -> str:
    """Which class of a group a PE (or cluster) belongs to, as a constant expression of its number.

    Parameters
    ----------
    variable
        Number of the PE, its outermost unit counting most.
    units
        Units of the levels that the number counts.
    levels
        Those of them whose units tell the classes apart.

    >>> class_of("p", (4, 3, 2), (0, 2))
    '(p / 6) * 2 + (p % 2)'
    """
    chosen = [level for level in levels if level < len(units)]
    terms = []
    for level in chosen:
        below = prod(units[level + 1 :])
        place = prod(units[other] for other in chosen if other > level)
        term = variable if below == 1 else f"{variable} / {below}"
        if level > 0 and prod(units[:level]) > 1:
            term = f"({term}) % {units[level]}" if below > 1 else f"{term} % {units[level]}"
        if place > 1:
            term = f"({term}) * {place}"
        elif len(chosen) > 1:
            term = f"({term})"
        terms.append(term)
    return " + ".join(terms) or "0"


def generate_top(design: Design) -> str:
    """Return the text of ``accelerator.sv``."""
    text = _Text(design)
    _parameters(text)
    _program(text)
    _sequencer(text)
    for level in range(len(design.units)):
        _level(text, level)
    _tiles(text)
    _window(text)
    _histories(text)
    _modes(text)
    for tensor in TENSORS:
        _stream(text, tensor)
    _memories(text)
    _control(text)
    _pes(text)
    _collection(text)
    _counters(text)
    text.section("What of wide wires leads nowhere in this dataflow")
    unused = ", ".join(["1'b0", *text.unused])
    text.add("(* maybe_unused *) wire unused_bits;", f"assign unused_bits = &{{{unused}}};")
    return "\n".join(
        [
            "// Generated by maestro-py: the accelerator of one dataflow.",
            "`default_nettype none",
            "",
            PORTS + "\n".join(formatted(text.lines)),
            "",
            "endmodule",
            "",
            "`default_nettype wire",
            "",
        ]
    )


def _parameters(text: _Text) -> None:
    design = text.design
    text.section("Widths: coordinates, positions of loops, step pointers, PE numbers, sums")
    for name, value in (
        ("CW", design.coordinate_bits),
        ("PW", design.position_bits),
        ("STEP", STEP_BITS),
        ("SLOT", design.slot_bits),
        ("PES", design.pes),
        ("TARGET", design.target_bits),
        ("SUM", design.accumulator_bits),
    ):
        text.add(f"localparam int {name} = {value};")


def _program(text: _Text) -> None:
    found = registers(text.design)
    text.section("Program")
    text.add(
        "wire register_write, stream_reset;",
        f"wire [{32 * len(found) - 1}:0] registers;",
        "assign register_write = host_write && host_space == 2'd0;",
        "// A start empties what moves data.",
        "assign stream_reset = rst || start;",
    )
    text.unused += ["pause", "registers"]
    text.instance(
        "host_registers",
        "u_registers",
        [("REGISTERS", len(found))],
        [
            ("clk", "clk"),
            ("write", "register_write"),
            ("index", "host_address"),
            ("data", "host_write_data"),
            ("values", "registers"),
        ],
    )
    for number, register in enumerate(found):
        one = register.width == 1 and not register.is_vector
        bits = "" if one else f"[{register.width - 1}:0] "
        kind = "wire signed" if register.signed else "wire"
        field = f"registers[{32 * number}]" if one else f"registers[{32 * number}+:{register.width}]"
        value = f"$signed({field})" if register.signed else field
        text.add(
            f"// {register.meaning}", f"{kind} {bits}{register.name};", f"assign {register.name} = {value};"
        )


def _sequencer(text: _Text) -> None:
    design = text.design
    text.section("Loop nest: " + "; ".join(map_text(m) for m in design.maps))
    names = [map_name(m) for m in design.maps]
    text.add("wire step_valid, step_final, step_take;")
    for name in names:
        text.add(f"wire [PW-1:0] {name}_position, {name}_extent;")
    loops = [m.loop for m in design.maps]
    ports = [("clk", "clk"), ("rst", "rst"), ("start", "start")]
    if names:
        ports += [
            ("advance", joined([f"{name}_advance" for name in names])),
            ("reach", joined([f"{name}_reach" for name in names])),
            ("extent", joined([f"{name}_extent" for name in names])),
            ("positions", joined([f"{name}_position" for name in names])),
        ]
    else:
        text.add("wire [PW-1:0] no_position;")
        ports += [
            ("advance", "PW'(1)"),
            ("reach", "PW'(1)"),
            ("extent", "PW'(1)"),
            ("positions", "no_position"),
        ]
    ports += [("step_valid", "step_valid"), ("step_final", "step_final"), ("step_ready", "step_take")]
    text.instance(
        "loop_sequencer",
        "u_sequencer",
        [
            ("MAPS", max(1, len(names))),
            ("LOOPS", max(1, design.loops)),
            ("MAP_LOOP", packed(loops or [0], 8)),
            ("POSITION_BITS", "PW"),
        ],
        ports,
    )
    text.add("", "// The whole layer: one cluster")
    for group in design.groups:
        for dimension in group.dimensions:
            d = dimension.lower()
            text.add(
                f"wire [CW-1:0] {d}_0_low, {d}_0_high;",
                f"assign {d}_0_low = '0;",
                f"assign {d}_0_high = size_{d};",
            )
            text.may_be_unused(group, dimension)
        g = group.name.lower()
        text.add(f"wire [0:0] {g}_0_exists;", f"assign {g}_0_exists = 1'b1;")


def _level(text: _Text, level: int) -> None:
    design = text.design
    maps = [m for m in design.maps if m.level == level]
    text.section(f"Level {level}: " + ("; ".join(map_text(m) for m in maps) or "no maps"))
    clusters = prod(design.units[:level])
    if level == 0:
        for m in maps:
            name = map_name(m)
            text.add(f"assign {name}_extent = PW'(size_{m.dimension.lower()});")
    elif maps:
        _cluster_extents(text, level, clusters)
    for group in design.groups:
        if any(m.dimension in group.dimensions for m in maps):
            _cut_group(text, level, group)


def _cluster_extents(text: _Text, level: int, clusters: int) -> None:
    """Largest extents over the clusters of a level, for its loops."""
    design = text.design
    maps = [m for m in design.maps if m.level == level]
    dimensions = list(dict.fromkeys(m.dimension for m in maps))
    text.add(f"wire [{clusters - 1}:0] level_{level}_exists;")
    for dimension in dimensions:
        name = f"level_{level}_{dimension.lower()}"
        text.add(f"wire [{clusters}*CW-1:0] {name}_low, {name}_high;")
    text.add("generate", f"  for (genvar q = 0; q < {clusters}; q++) begin : gen_level_{level}")
    for group in design.groups:
        expression = class_of("q", design.units[:level], group.levels)
        text.add(f"    localparam int {group.name}Class = {expression};")
    exists = " && ".join(
        f"{g.name.lower()}_{text.stage[g.name]}_exists[{g.name}Class]" for g in design.groups
    )
    text.add(f"    assign level_{level}_exists[q] = {exists};")
    for dimension in dimensions:
        group = design.group_of(dimension)
        d, stage = dimension.lower(), text.stage[group.name]
        for end in ("low", "high"):
            text.add(
                f"    assign level_{level}_{d}_{end}[q*CW+:CW] = {d}_{stage}_{end}[{group.name}Class*CW+:CW];"
            )
    text.add("  end", "endgenerate")
    for m in maps:
        name, d = map_name(m), m.dimension.lower()
        text.add(f"wire [CW-1:0] {name}_largest;", f"assign {name}_extent = PW'({name}_largest);")
        text.instance(
            "extent_maximum",
            f"u_{name}_extent",
            [("COORDINATE_BITS", "CW"), ("CLUSTERS", clusters)],
            [
                ("low", f"level_{level}_{d}_low"),
                ("high", f"level_{level}_{d}_high"),
                ("exists", f"level_{level}_exists"),
                ("extent", f"{name}_largest"),
            ],
        )


def _cut_group(text: _Text, level: int, group: Group) -> None:
    """Ranges of a group after a level: one unit per class."""
    design = text.design
    old, new = text.stage[group.name], text.stage[group.name] + 1
    text.stage[group.name] = new
    units = design.units[level] if level in group.levels else 1
    classes = design.classes(group, level + 1)
    g = group.name.lower()
    maps = {m.dimension: m for m in design.maps if m.level == level and m.dimension in group.dimensions}
    for dimension in group.dimensions:
        d = dimension.lower()
        text.add(f"wire [{classes}*CW-1:0] {d}_{new}_low, {d}_{new}_high;")
        text.may_be_unused(group, dimension)
    text.add(f"wire [{classes - 1}:0] {g}_{new}_exists;")
    text.add("generate", f"  for (genvar i = 0; i < {classes}; i++) begin : gen_{g}_{new}")
    text.add(f"    localparam int Parent = i / {units};")
    exists = f"{g}_{old}_exists[Parent]"
    body: list[str] = []
    order = [d for d in group.dimensions if d in maps]
    for dimension in order:
        d, m = dimension.lower(), maps[dimension]
        body.append(f"wire {d}_cut_exists;")
        body += instance(
            "map_cut",
            f"u_{d}",
            [
                ("COORDINATE_BITS", "CW"),
                ("POSITION_BITS", "PW"),
                ("UNIT", f"i % {units}" if m.spatial else 0),
            ],
            [
                ("parent_low", f"{d}_{old}_low[Parent*CW+:CW]"),
                ("parent_high", f"{d}_{old}_high[Parent*CW+:CW]"),
                ("parent_exists", exists),
                ("position", f"{map_name(m)}_position"),
                ("size", f"{map_name(m)}_size"),
                ("offset", f"{map_name(m)}_offset"),
                ("low", f"{d}_{new}_low[i*CW+:CW]"),
                ("high", f"{d}_{new}_high[i*CW+:CW]"),
                ("exists", f"{d}_cut_exists"),
            ],
        )
        exists = f"{d}_cut_exists"
    body.append(f"assign {g}_{new}_exists[i] = {exists};")
    for dimension in group.dimensions:
        if dimension not in maps:
            body += _follow(text, group, dimension, set(maps), old, new)
    text.add(*(f"    {line}" for line in body), "  end", "endgenerate")


def _follow(text: _Text, group: Group, dimension: str, mapped: set[str], old: int, new: int) -> list[str]:
    """Range of a dimension of a window that a level does not map itself."""
    d = dimension.lower()
    assert group.window is not None
    outputs, taps, rows = group.window
    p, r, y = outputs.lower(), taps.lower(), rows.lower()
    if dimension == outputs and rows in mapped:
        return instance(
            "window_cut",
            f"u_{d}",
            [("COORDINATE_BITS", "CW"), ("STEP_BITS", "STEP"), ("STRIDED", int(text.design.is_strided))],
            [
                ("outputs_low", f"{p}_{old}_low[Parent*CW+:CW]"),
                ("outputs_high", f"{p}_{old}_high[Parent*CW+:CW]"),
                ("taps_low", f"{r}_{new}_low[i*CW+:CW]"),
                ("taps_high", f"{r}_{new}_high[i*CW+:CW]"),
                ("rows_low", f"{y}_{new}_low[i*CW+:CW]"),
                ("rows_high", f"{y}_{new}_high[i*CW+:CW]"),
                ("stride", f"{y}_stride"),
                ("dilation", f"{y}_dilation"),
                ("stride_reciprocal", f"{y}_stride_reciprocal"),
                ("low", f"{d}_{new}_low[i*CW+:CW]"),
                ("high", f"{d}_{new}_high[i*CW+:CW]"),
            ],
        )
    if dimension == rows and outputs in mapped:
        return instance(
            "window_rows",
            f"u_{d}",
            [("COORDINATE_BITS", "CW"), ("STEP_BITS", "STEP")],
            [
                ("outputs_low", f"{p}_{new}_low[i*CW+:CW]"),
                ("outputs_high", f"{p}_{new}_high[i*CW+:CW]"),
                ("taps_low", f"{r}_{new}_low[i*CW+:CW]"),
                ("taps_high", f"{r}_{new}_high[i*CW+:CW]"),
                ("stride", f"{y}_stride"),
                ("dilation", f"{y}_dilation"),
                ("low", f"{d}_{new}_low[i*CW+:CW]"),
                ("high", f"{d}_{new}_high[i*CW+:CW]"),
            ],
        )
    return [f"assign {d}_{new}_{end}[i*CW+:CW] = {d}_{old}_{end}[Parent*CW+:CW];" for end in ("low", "high")]


def _tiles(text: _Text) -> None:
    """Register of the step's ranges, between the loop nest and the rows."""
    design = text.design
    text.section("Ranges of one step")
    for group in design.groups:
        g, stage, classes = group.name.lower(), text.stage[group.name], design.classes(group)
        held = [d.lower() for d in group.dimensions if d not in ("Y", "X")]
        wires = [f"{d}_{stage}_{end}" for d in held for end in ("low", "high")] + [f"{g}_{stage}_exists"]
        outputs = [f"{d}_{end}" for d in held for end in ("low", "high")] + [f"{g}_exists"]
        for wire in outputs[:-1]:
            text.add(f"wire [{classes}*CW-1:0] {wire};")
        text.add(f"wire [{classes - 1}:0] {g}_exists, {g}_holds;")
        text.instance(
            "stage_register",
            f"u_{g}_ranges",
            [("WIDTH", f"{classes} * ({len(held) * 2} * CW + 1)")],
            [
                ("clk", "clk"),
                ("load", "step_take"),
                ("next_value", joined(wires)),
                ("value", joined(outputs)),
            ],
        )
        full = " && ".join(f"{d}_high[i*CW+:CW] > {d}_low[i*CW+:CW]" for d in held)
        text.add(
            "generate",
            f"  for (genvar i = 0; i < {classes}; i++) begin : gen_{g}_holds",
            f"    assign {g}_holds[i] = {g}_exists[i] && {full};",
            "  end",
            "endgenerate",
        )
    for names in design.windows:
        _window_sets(text, names)


def _window_sets(text: _Text, names: tuple[str, str, str]) -> None:
    design = text.design
    outputs, taps, rows = (name.lower() for name in names)
    classes = design.classes(design.group_of(names[2]))
    strided = names[2] in design.strided_windows
    text.add(
        f"wire [{classes}*CW-1:0] {rows}_start, {rows}_count;",
        f"wire [{classes}*STEP-1:0] {rows}_output_step, {rows}_tap_step;",
        f"wire [{classes}*(CW+2)-1:0] {rows}_first;",
        *([f"wire [{classes}*STEP-1:0] {rows}_spacing;"] if strided else []),
        *([f"wire [{classes}*21-1:0] {rows}_reciprocal;"] if strided else []),
        "generate",
        f"  for (genvar i = 0; i < {classes}; i++) begin : gen_{rows}_set",
    )
    body = instance(
        "window_set",
        "u_set",
        [
            ("COORDINATE_BITS", "CW"),
            ("STEP_BITS", "STEP"),
            ("STRIDED", int(strided)),
            ("INSERTED", int(design.inserted)),
        ],
        [
            ("outputs_low", f"{outputs}_low[i*CW+:CW]"),
            ("outputs_high", f"{outputs}_high[i*CW+:CW]"),
            ("taps_low", f"{taps}_low[i*CW+:CW]"),
            ("taps_high", f"{taps}_high[i*CW+:CW]"),
            *(
                (port, f"{rows}_{port}")
                for port in (
                    "stride",
                    "dilation",
                    "both_step",
                    "both_output_step",
                    "both_tap_step",
                    "insertion",
                    "stride_reciprocal",
                    "dilation_reciprocal",
                    "both_reciprocal",
                    "insertion_reciprocal",
                    "padding",
                    "real_size",
                )
            ),
            ("start", f"{rows}_start[i*CW+:CW]"),
            ("count", f"{rows}_count[i*CW+:CW]"),
            ("step", f"{rows}_spacing[i*STEP+:STEP]" if strided else ""),
            ("reciprocal", f"{rows}_reciprocal[i*21+:21]" if strided else ""),
            ("first", f"{rows}_first[i*(CW+2)+:CW+2]"),
            ("output_step", f"{rows}_output_step[i*STEP+:STEP]"),
            ("tap_step", f"{rows}_tap_step[i*STEP+:STEP]"),
        ],
    )
    text.add(*(f"    {line}" for line in body), "  end", "endgenerate")


def _window(text: _Text) -> None:
    text.section("Window of steps in flight")
    text.add(
        "wire write, write_step, total_known;",
        "wire [SLOT-1:0] write_slot;",
        "wire [SLOT:0] written, completed;",
    )
    readers = [name for pair in READERS.values() for name in pair if name != "egress"]
    for name in (*readers, "compute", "egress"):
        text.add(f"wire [SLOT:0] {name}_pointer;")
    text.unused.append("compute_pointer")
    for name in readers:
        text.add(f"wire {name}_step_end;")
        text.instance(
            "step_pointer",
            f"u_{name}_pointer",
            [("POINTER_BITS", "SLOT + 1")],
            [
                ("clk", "clk"),
                ("rst", "rst"),
                ("start", "start"),
                ("step_end", f"{name}_step_end"),
                ("pointer", f"{name}_pointer"),
            ],
        )
    text.instance(
        "step_window",
        "u_window",
        [("SLOT_BITS", "SLOT")],
        [
            ("clk", "clk"),
            ("rst", "rst"),
            ("start", "start"),
            ("pause", "pause[0]"),
            ("step_valid", "step_valid"),
            ("step_final", "step_final"),
            ("step_take", "step_take"),
            ("egress_pointer", "egress_pointer"),
            ("w_land_pointer", "w_land_pointer"),
            ("i_land_pointer", "i_land_pointer"),
            ("write", "write"),
            ("write_step", "write_step"),
            ("write_slot", "write_slot"),
            ("written", "written"),
            ("completed", "completed"),
            ("total_known", "total_known"),
        ],
    )


def _slots(ports: Sequence[str]) -> str:
    return joined([f"{port}_pointer[SLOT-1:0]" for port in ports])


def _axis_names(design: Design) -> list[str]:
    """Axes and dimensions that have a history: every dimension and every input of a window."""
    return [d for group in design.groups for d in group.dimensions]


def _slides(design: Design, axis: str) -> bool:
    return any(tensor.slide_axis == axis for tensor in design.tensors.values())


def _row_width(design: Design, axis: str) -> str:
    return "(7*CW+1)" if _slides(design, axis) else "(2*CW)"


def _histories(text: _Text) -> None:
    design = text.design
    text.section("What every axis holds at the steps in flight")
    for axis in _axis_names(design):
        a, group = axis.lower(), design.group_of(axis)
        classes = design.classes(group)
        is_rows = group.window is not None and axis == group.window[2]
        is_axis = any(axis in design.tensors[tensor].axes for tensor in TENSORS)
        ports = ["compute"] + [
            reader for tensor in TENSORS if axis in design.tensors[tensor].axes for reader in READERS[tensor]
        ]
        text.history_ports[axis] = ports
        text.unused.append(f"{a}_rows")
        width = _row_width(design, axis)
        text.add(
            *([f"wire [{classes - 1}:0] {a}_same;"] if is_axis else []),
            *([f"wire [{classes - 1}:0] {a}_overlaps;"] if _slides(design, axis) else []),
            f"wire [{classes}*{len(ports)}*{width}-1:0] {a}_rows;",
            "generate",
            f"  for (genvar i = 0; i < {classes}; i++) begin : gen_{a}_history",
        )
        if is_rows:
            strided = axis in design.strided_windows
            start, count = f"{a}_start[i*CW+:CW]", f"{a}_count[i*CW+:CW]"
            body = []
        else:
            strided = False
            body = [
                "wire [CW-1:0] extent;",
                f"assign extent = {a}_high[i*CW+:CW] - {a}_low[i*CW+:CW];",
            ]
            start, count = f"{a}_low[i*CW+:CW]", "extent"
        body += instance(
            "axis_history",
            "u_history",
            [
                ("COORDINATE_BITS", "CW"),
                ("SLOT_BITS", "SLOT"),
                ("PORTS", len(ports)),
                ("SLIDES", int(_slides(design, axis))),
                ("STEP_BITS", "STEP"),
                ("SPACED", int(strided)),
            ],
            [
                ("clk", "clk"),
                ("write", "write"),
                ("write_slot", "write_slot"),
                ("start", start),
                ("count", count),
                ("spacing", f"{a}_spacing[i*STEP+:STEP]" if strided else "STEP'(1)"),
                ("reciprocal", f"{a}_reciprocal[i*21+:21]" if strided else "21'h100000"),
                ("same", f"{a}_same[i]" if is_axis else ""),
                ("overlaps", f"{a}_overlaps[i]" if _slides(design, axis) else ""),
                ("read_slots", _slots(ports)),
                ("read_rows", f"{a}_rows[i*{len(ports)}*{width}+:{len(ports)}*{width}]"),
            ],
        )
        text.add(*(f"    {line}" for line in body), "  end", "endgenerate")
        if is_rows:
            _shapes(text, axis, classes)


def _shapes(text: _Text, axis: str, classes: int) -> None:
    """Table of how indices of a window's rows follow from outputs and taps, and of their spacing."""
    a = axis.lower()
    text.add(f"wire [{classes}*(CW+2+2*STEP)-1:0] {a}_shapes;")
    text.add("generate", f"  for (genvar i = 0; i < {classes}; i++) begin : gen_{a}_shape")
    body = instance(
        "step_table",
        "u_shape",
        [("WIDTH", "CW + 2 + 2 * STEP"), ("SLOT_BITS", "SLOT"), ("PORTS", 1)],
        [
            ("clk", "clk"),
            ("write", "write"),
            ("write_slot", "write_slot"),
            (
                "write_row",
                f"{{{a}_tap_step[i*STEP+:STEP], {a}_output_step[i*STEP+:STEP], {a}_first[i*(CW+2)+:CW+2]}}",
            ),
            ("read_slots", "compute_pointer[SLOT-1:0]"),
            ("read_rows", f"{a}_shapes[i*(CW+2+2*STEP)+:CW+2+2*STEP]"),
        ],
    )
    text.add(*(f"    {line}" for line in body), "  end", "endgenerate")
    if axis in text.design.strided_windows:
        text.add(f"wire [{classes}*2*STEP-1:0] {a}_spacings;")
        text.add("generate", f"  for (genvar i = 0; i < {classes}; i++) begin : gen_{a}_spacing")
        body = instance(
            "step_table",
            "u_spacing",
            [("WIDTH", "STEP"), ("SLOT_BITS", "SLOT"), ("PORTS", 2)],
            [
                ("clk", "clk"),
                ("write", "write"),
                ("write_slot", "write_slot"),
                ("write_row", f"{a}_spacing[i*STEP+:STEP]"),
                ("read_slots", _slots(READERS["I"])),
                ("read_rows", f"{a}_spacings[i*2*STEP+:2*STEP]"),
            ],
        )
        text.add(*(f"    {line}" for line in body), "  end", "endgenerate")


def _class_parameters(text: _Text, variable: str) -> list[str]:
    design = text.design
    return [
        f"localparam int {group.name}Class = {class_of(variable, design.units, group.levels)};"
        for group in design.groups
    ]


def _needed(body: Sequence[str]) -> list[str]:
    """Lines of a scope without the class constants that none of the others reads."""
    parts = [(line, line.split()[2] if line.startswith("localparam int ") else "") for line in body]
    return [line for line, name in parts if not name or sum(name in other for other in body) > 1]


def _always(design: Design, tensor: Tensor, axis: str) -> bool:
    """Every layer's tensor has the axis."""
    return all(axis in (layer.problem.axes[tensor] or ()) for layer in design.layers)


def _modes(text: _Text) -> None:
    """Reuse rule per PE and tensor, and whether a PE has work."""
    design = text.design
    text.section("Reuse of every PE: what is new and what leaves at each step")
    text.add("wire [PES-1:0] pe_active, pe_active_now;")
    text.add(*(f"wire [PES*2-1:0] {name};" for name in ("w_new", "i_new", "o_new", "o_leave")))
    text.add("generate", "  for (genvar p = 0; p < PES; p++) begin : gen_reuse")
    body = _class_parameters(text, "p")
    holds = " && ".join(f"{g.name.lower()}_holds[{g.name}Class]" for g in design.groups)
    body.append(f"assign pe_active_now[p] = write_step && {holds};")
    for tensor in TENSORS:
        t, tensor_design = tensor.lower(), design.tensors[tensor]
        axes = tensor_design.axes
        active = "pe_active_now[p]"
        if tensor == "W" and any(layer.problem.axes["W"] is None for layer in design.layers):
            active += " && weights_present"
        if tensor == "I":
            for names in design.windows:
                if names[2] in axes:
                    active += f" && {names[2].lower()}_count[{names[2]}Class*CW+:CW] != '0"
        body += [f"wire [{len(axes) - 1}:0] {t}_same;", f"wire {t}_active, {t}_overlaps;"]
        body.append(f"assign {t}_active = {active};")
        for i, axis in enumerate(reversed(axes)):
            same = f"{axis.lower()}_same[{design.group_of(axis).name}Class]"
            absent = "" if _always(design, tensor, axis) else f" || !{t}_present[{i}]"
            body.append(f"assign {t}_same[{i}] = {same}{absent};")
        slide = tensor_design.slide_axis
        overlaps = (
            "1'b0" if slide is None else f"{slide.lower()}_overlaps[{design.group_of(slide).name}Class]"
        )
        body.append(f"assign {t}_overlaps = {overlaps};")
        body += instance(
            "tile_mode",
            f"u_{t}_mode",
            [("AXES", len(axes)), ("SLIDE_AXIS", _ring_index(tensor_design))],
            [
                ("clk", "clk"),
                ("rst", "rst"),
                ("start", "start"),
                ("write", "write"),
                ("active", f"{t}_active"),
                ("same", f"{t}_same"),
                ("overlaps", f"{t}_overlaps"),
                ("new_mode", f"{t}_new[p*2+:2]"),
                ("leave_mode", "o_leave[p*2+:2]" if tensor == "O" else ""),
            ],
        )
    text.add(*(f"    {line}" for line in _needed(body)), "  end", "endgenerate")
    tables = [
        ("pe_active", "PES", "write_slot", "pe_active_now", ["compute"], ["pe_active"]),
        ("w_new", "PES * 2", "write_slot", "w_new", ["w_walk", "w_land", "compute"], None),
        ("i_new", "PES * 2", "write_slot", "i_new", ["i_walk", "i_land", "compute"], None),
        ("o_new", "PES * 2", "write_slot", "o_new", ["compute", "egress"], None),
        ("o_leave", "PES * 2", "left_slot", "o_leave", ["o_walk", "egress"], None),
    ]
    text.add("wire [SLOT-1:0] left_slot;", "assign left_slot = write_slot - SLOT'(1'b1);")
    for name, width, slot, row, ports, outputs in tables:
        wires = outputs or [f"{name}_{port}" for port in ports]
        if outputs is None:
            for wire in wires:
                text.add(f"wire [PES*2-1:0] {wire};")
        text.instance(
            "step_table",
            f"u_{name}_table",
            [("WIDTH", width), ("SLOT_BITS", "SLOT"), ("PORTS", len(ports))],
            [
                ("clk", "clk"),
                ("write", "write"),
                ("write_slot", slot),
                ("write_row", row),
                ("read_slots", _slots(ports)),
                ("read_rows", joined(wires)),
            ],
        )


def _ring_index(tensor: TensorDesign) -> int:
    """Number of the ring axis, the innermost being 0."""
    return len(tensor.axes) - 1 - tensor.axes.index(tensor.ring_axis)


def _field(text: _Text, axis: str, port: str, field: str) -> str:
    """A field of an axis's row at a stage, for the PE whose class constants are in scope."""
    design = text.design
    group, ports, width = design.group_of(axis), text.history_ports[axis], _row_width(design, axis)
    offset = f"({group.name}Class*{len(ports)}+{ports.index(port)})*{width}"
    place = FIELDS[field]
    where = offset + (f"+{place}*CW" if place else "")
    return f"{axis.lower()}_rows[{where}+:CW{'+1' if field == 'shift' else ''}]"


def _tile_fields(text: _Text, tensor: Tensor, port: str, field: str) -> str:
    """Starts or counts of a tensor's axes at a stage; an axis that a layer lacks holds element 0."""
    design = text.design
    axes = design.tensors[tensor].axes
    values = []
    for i, axis in enumerate(reversed(axes)):
        value = _field(text, axis, port, field)
        if not _always(design, tensor, axis):
            value = f"{tensor.lower()}_present[{i}] ? {value} : CW'({1 if field == 'count' else 0})"
            value = f"({value})"
        values.append(value)
    return joined(values)


def _part(text: _Text, tensor: Tensor, port: str, field: str) -> str:
    slide = text.design.tensors[tensor].slide_axis
    if slide is None:
        return "(CW + 1)'(0)" if field == "shift" else "CW'(0)"
    return _field(text, slide, port, field)


def _spacings(text: _Text, axes: Sequence[str], port: int) -> str:
    design = text.design
    values = []
    for axis in reversed(axes):
        if axis in design.strided_windows:
            values.append(f"{axis.lower()}_spacings[({axis}Class*2+{port})*STEP+:STEP]")
        else:
            values.append("STEP'(1)")
    return joined(values)


def _stream(text: _Text, tensor: Tensor) -> None:
    """Walker of a tensor, in front of everything that moves it."""
    design = text.design
    t, tensor_design = tensor.lower(), design.tensors[tensor]
    axes = len(tensor_design.axes)
    port = READERS[tensor][0]
    low, high = ("leave_low", "leave_high") if tensor == "O" else ("new_low", "new_high")
    shared = design.accelerator.reduction if tensor == "O" else design.accelerator.multicast
    text.section(f"Beats of tensor {tensor} [{', '.join(tensor_design.axes)}]")
    text.add(
        f"wire [PES*{axes}*CW-1:0] {port}_start, {port}_count;",
        f"wire [PES*{axes}*STEP-1:0] {port}_spacing;",
        f"wire [PES*CW-1:0] {port}_part_low, {port}_part_high;",
        "generate",
        f"  for (genvar p = 0; p < PES; p++) begin : gen_{port}",
    )
    body = _class_parameters(text, "p")
    for field in ("start", "count"):
        body.append(
            f"assign {port}_{field}[p*{axes}*CW+:{axes}*CW] = {_tile_fields(text, tensor, port, field)};"
        )
    spacing = _spacings(text, tensor_design.axes, 0) if tensor == "I" else f"{{{axes}{{STEP'(1)}}}}"
    body.append(f"assign {port}_spacing[p*{axes}*STEP+:{axes}*STEP] = {spacing};")
    body.append(f"assign {port}_part_low[p*CW+:CW] = {_part(text, tensor, port, low)};")
    body.append(f"assign {port}_part_high[p*CW+:CW] = {_part(text, tensor, port, high)};")
    text.add(*(f"    {line}" for line in _needed(body)), "  end", "endgenerate")
    available = "completed" if tensor == "O" else "written"
    number = TENSORS.index(tensor) + 1
    text.add(
        f"wire {t}_item_available, {t}_item_valid, {t}_item_ready, {t}_item_taken;",
        f"wire {t}_item_empty, {t}_item_last;",
        f"wire [TARGET-1:0] {t}_item_target;",
        f"wire [{axes}*CW-1:0] {t}_item_coordinates;",
        f"assign {t}_item_available = {port}_pointer != {available} && !pause[{number}];",
        f"assign {t}_item_taken = {t}_item_ready;",
    )
    text.instance(
        "stream_walker",
        f"u_{t}_walker",
        [
            ("PES", "PES"),
            ("SHARED", int(shared)),
            ("TARGET_BITS", "TARGET"),
            ("AXES", axes),
            ("COORDINATE_BITS", "CW"),
            ("STEP_BITS", "STEP"),
            ("WINDOW", tensor_design.window),
            ("PICKS", tensor_design.picks),
            ("SLIDE_AXIS", _ring_index(tensor_design)),
            ("STRIDED", _strided_bits(tensor_design)),
        ],
        [
            ("clk", "clk"),
            ("rst", "stream_reset"),
            ("mode", "o_leave_o_walk" if tensor == "O" else f"{t}_new_{port}"),
            ("start", f"{port}_start"),
            ("count", f"{port}_count"),
            ("step", f"{port}_spacing"),
            ("part_low", f"{port}_part_low"),
            ("part_high", f"{port}_part_high"),
            ("available", f"{t}_item_available"),
            ("step_end", f"{port}_step_end"),
            ("item_valid", f"{t}_item_valid"),
            ("item_ready", f"{t}_item_taken"),
            ("item_empty", f"{t}_item_empty"),
            ("item_last", f"{t}_item_last"),
            ("item_target", f"{t}_item_target"),
            ("item_coordinates", f"{t}_item_coordinates"),
        ],
    )


def _strided_bits(tensor: TensorDesign) -> str:
    bits = "".join("1" if axis in tensor.strided else "0" for axis in tensor.axes)
    return f"{len(bits)}'b{bits}"


def _memories(text: _Text) -> None:
    """L2 memories of the operands and the fetch in front of the network."""
    design = text.design
    text.section("L2: weights and inputs, and their beats with data")
    operands: tuple[Tensor, Tensor] = ("W", "I")
    for number, tensor in enumerate(operands, 1):
        t, tensor_design = tensor.lower(), design.tensors[tensor]
        axes, name = len(tensor_design.axes), ("weights", "inputs")[number - 1]
        row, bank = _row_bits(tensor_design), _bank_bits(tensor_design)
        strides = [f"{t}_row_stride_{axis.lower()}" for axis in tensor_design.axes[:-1]]
        text.add(
            f"wire {t}_read, {t}_valid, {t}_head_valid, {t}_empty, {t}_last, {t}_take;",
            f"wire [{row - 1}:0] {t}_read_row;",
            f"wire [{bank - 1}:0] {t}_read_offset;",
            f"wire [{tensor_design.window * tensor_design.bits - 1}:0] {t}_read_data, {t}_data;",
            f"wire [{axes}*CW-1:0] {t}_coordinates;",
            f"wire [TARGET-1:0] {t}_target;",
            f"wire {t}_host_write, {t}_host_read;",
            f"wire [31:0] {t}_host_data;",
            f"assign {t}_host_write = host_write && host_space == 2'd{number};",
            f"assign {t}_host_read = host_read && host_space == 2'd{number};",
            f"assign {t}_valid = {t}_head_valid && !pause[{3 + number}];",
        )
        text.instance(
            "l2_fetch",
            f"u_{t}_fetch",
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
                ("in_valid", f"{t}_item_valid"),
                ("in_ready", f"{t}_item_ready"),
                ("in_coordinates", f"{t}_item_coordinates"),
                ("in_empty", f"{t}_item_empty"),
                ("in_last", f"{t}_item_last"),
                ("in_target", f"{t}_item_target"),
                ("base_row", f"{t}_base_row"),
                ("row_stride", "{" + ", ".join(strides) + "}" if strides else "1'b0"),
                ("read_enable", f"{t}_read"),
                ("read_row", f"{t}_read_row"),
                ("read_offset", f"{t}_read_offset"),
                ("read_data", f"{t}_read_data"),
                ("out_valid", f"{t}_head_valid"),
                ("out_ready", f"{t}_take"),
                ("out_coordinates", f"{t}_coordinates"),
                ("out_data", f"{t}_data"),
                ("out_empty", f"{t}_empty"),
                ("out_last", f"{t}_last"),
                ("out_target", f"{t}_target"),
            ],
        )
        text.instance(
            "l2_memory",
            f"u_l2_{name}",
            [
                ("ELEMENT_BITS", tensor_design.bits),
                ("WINDOW", tensor_design.window),
                ("BANKS", tensor_design.l2_banks),
                ("ROWS", tensor_design.l2_rows),
            ],
            [
                ("clk", "clk"),
                ("read_enable", f"{t}_read"),
                ("read_row", f"{t}_read_row"),
                ("read_offset", f"{t}_read_offset"),
                ("read_data", f"{t}_read_data"),
                ("host_write", f"{t}_host_write"),
                ("host_read", f"{t}_host_read"),
                ("host_row", _host_row(tensor_design)),
                ("host_bank", _host_bank(tensor_design)),
                ("host_write_data", "host_write_data"),
                ("host_read_data", f"{t}_host_data"),
            ],
        )


def _row_bits(tensor: TensorDesign) -> int:
    return max(1, (tensor.l2_rows - 1).bit_length())


def _bank_bits(tensor: TensorDesign) -> int:
    return max(1, (tensor.l2_banks - 1).bit_length())


def _host_row(tensor: TensorDesign) -> str:
    shift = (tensor.l2_banks - 1).bit_length()
    return f"host_address[{shift}+:{_row_bits(tensor)}]"


def _host_bank(tensor: TensorDesign) -> str:
    return "1'b0" if tensor.l2_banks == 1 else f"host_address[0+:{_bank_bits(tensor)}]"


def _control(text: _Text) -> None:
    design = text.design
    latency = design.accelerator.noc_latency_cycles
    weights, inputs = design.tensors["W"], design.tensors["I"]
    axes = max(len(weights.axes), len(inputs.axes))
    bits = max(weights.window * weights.bits, inputs.window * inputs.bits)
    text.section(f"Ingress, compute, egress; distribution network of {latency} cycles latency")
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
            ("W_PARTS", weights.parts),
            ("I_PARTS", inputs.parts),
            ("O_PARTS", design.tensors["O"].parts),
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


def _data_bits(tensor: TensorDesign) -> int:
    return tensor.window * tensor.bits


def _widened(wire: str, bits: int, wanted: int) -> str:
    return wire if bits == wanted else f"{wanted}'({wire})"


def _widened_axes(letter: str, tensor: TensorDesign, axes: int) -> str:
    wire = f"{letter}_coordinates"
    return wire if len(tensor.axes) == axes else f"({axes} * CW)'({wire})"


def _lane_parameters(design: Design) -> list[tuple[str, object]]:
    """Lanes along each dimension and the place values that number them, for the PE and each tensor."""
    dimensions = design.dimensions
    lanes = [design.lanes.get(d, 1) for d in dimensions]
    found: list[tuple[str, object]] = [
        ("DIMENSIONS", len(dimensions)),
        ("LANES", packed(lanes, 8)),
        ("LANE_DIVISOR", packed(_divisors(design, dimensions), 16)),
        ("VECTOR", prod(lanes)),
    ]
    for tensor in TENSORS:
        own = tensor_dimensions(design, tensor)
        divisors = _divisors(design, own)
        found += [
            (f"{tensor}_DIVISOR", packed(divisors, 16)),
            (f"{tensor}_LANES", prod(design.lanes.get(d, 1) for d in own)),
        ]
    return found


def tensor_dimensions(design: Design, tensor: Tensor) -> tuple[str, ...]:
    """Loop dimensions that tell the elements of a tensor apart."""
    axes = set(design.tensors[tensor].axes)
    for outputs, taps, rows in design.windows:
        if rows in axes:
            axes |= {outputs, taps}
    return tuple(d for d in design.dimensions if d in axes)


def _divisors(design: Design, own: Sequence[str]) -> list[int]:
    """Place value of each dimension in a lane number; 0 for dimensions that do not count."""
    return [
        prod(design.lanes.get(other, 1) for other in own[own.index(d) + 1 :]) if d in own else 0
        for d in design.dimensions
    ]


def _pe_parameters(design: Design) -> list[tuple[str, object]]:
    accelerator = design.accelerator
    index = design.dimensions.index
    found: list[tuple[str, object]] = [
        ("TARGET_BITS", "TARGET"),
        ("MULTICAST", int(accelerator.multicast)),
        ("REDUCTION", int(accelerator.reduction)),
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
        found += [
            (f"{tensor}_AXES", len(axes)),
            (
                f"{tensor}_DIMENSION",
                packed([index(inputs[a][0] if a in inputs else a) for a in axes], 8),
            ),
        ]
        if tensor == "I":
            found += [
                ("I_TAP", packed([index(inputs[a][1]) if a in inputs else 255 for a in axes], 8)),
                ("I_WINDOW_NUMBER", packed([inputs[a][2] if a in inputs else 0 for a in axes], 8)),
                ("I_STRIDED", _strided_bits(tensor_design)),
            ]
        if tensor != "O":
            found += [(f"{tensor}_BITS", tensor_design.bits), (f"{tensor}_BANKS", tensor_design.banks)]
        found += [
            (f"{tensor}_WINDOW", tensor_design.window),
            (f"{tensor}_PICKS", tensor_design.picks),
            (f"{tensor}_SLIDE_AXIS", _ring_index(tensor_design)),
            (
                f"{tensor}_RING_EXTENT",
                tensor_design.places[tensor_design.axes.index(tensor_design.ring_axis)] // 2,
            ),
            (f"{tensor}_ADDRESS_BITS", tensor_design.address_bits),
            (f"{tensor}_MULTIPLIERS", packed(list(reversed(tensor_design.multipliers)), 16)),
        ]
    return found


def _pes(text: _Text) -> None:
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
    text.add("generate", "  for (genvar p = 0; p < PES; p++) begin : gen_pe")
    body = _class_parameters(text, "p")
    ports = _pe_ports(text, body)
    body += instance("pe", "u_pe", _pe_parameters(design), ports)
    text.add(*(f"    {line}" for line in _needed(body)), "  end", "endgenerate")


def _pe_ports(text: _Text, body: list[str]) -> list[tuple[str, str]]:
    """Ports of a PE; wide expressions become named wires in ``body``."""
    design = text.design
    axes = {t: design.tensors[t].axes for t in TENSORS}

    def named(name: str, width: str, value: str, signed: bool = False) -> str:
        body.append(f"wire {'signed ' if signed else ''}[{width}-1:0] {name};")
        body.append(f"assign {name} = {f'$signed({value})' if signed else value};")
        return name

    ports: list[tuple[str, str]] = [
        ("clk", "clk"),
        ("rst", "stream_reset"),
        ("number", named("number", "TARGET", "TARGET'(p)")),
        ("weights_present", "weights_present"),
        ("w_present", "w_present"),
        ("i_present", "i_present"),
        ("o_present", "o_present"),
        ("summed", "summed"),
    ]
    rows = [names[2].lower() for names in design.windows]
    ports += [
        ("insertion", joined([f"{y}_insertion" for y in rows]) if rows else "STEP'(1)"),
        (
            "insertion_reciprocal",
            joined([f"{y}_insertion_reciprocal" for y in rows]) if rows else "21'h100000",
        ),
    ]
    for tensor in ("W", "I"):
        t, count = tensor.lower(), len(axes[tensor])
        port = f"{t}_land"
        ports.append((f"{port}_mode", f"{t}_new_{port}[p*2+:2]"))
        for field in ("start", "count"):
            ports.append(
                (
                    f"{port}_{field}",
                    named(f"own_{port}_{field}", f"{count}*CW", _tile_fields(text, tensor, port, field)),
                )
            )
        if tensor == "I":
            ports.append(
                ("i_land_step", named("own_i_land_step", f"{count}*STEP", _spacings(text, axes["I"], 1)))
            )
        ports += [
            (f"{port}_part_low", _part(text, tensor, port, "new_low")),
            (f"{port}_part_high", _part(text, tensor, port, "new_high")),
            (f"{port}_shift", named(f"own_{port}_shift", "CW+1", _part(text, tensor, port, "shift"), True)),
            (f"{port}_step_end", f"{port}_step_end"),
            (f"{t}_beat", f"{t}_lands"),
            (f"{t}_base", f"landed_coordinates[{count}*CW-1:0]"),
            (
                f"{t}_data",
                f"landed_data[{design.tensors[tensor].window * design.tensors[tensor].bits - 1}:0]",
            ),
        ]
    ports += [
        ("beat_target", "landed_target"),
        ("w_taken", "w_taken[p*CW+:CW]"),
        ("w_taken_lanes", _lanes_of(design, "W", "w_taken_lanes")),
        ("i_taken", "i_taken[p*CW+:CW]"),
        ("i_taken_lanes", _lanes_of(design, "I", "i_taken_lanes")),
        ("run", "run"),
        ("active", "pe_active[p]"),
        ("compute_step_end", "compute_step_end"),
    ]
    extents = joined([_field(text, d, "compute", "count") for d in design.dimensions])
    ports.append(("extents", named("extents", f"{len(design.dimensions)}*CW", extents)))
    ports += _shape_ports(text, rows, named)
    for tensor in TENSORS:
        t = tensor.lower()
        ports += [
            (f"{t}_compute_mode", f"{t}_new_compute[p*2+:2]"),
            (
                f"{t}_compute_shift",
                named(f"own_{t}_compute_shift", "CW+1", _part(text, tensor, "compute", "shift"), True),
            ),
        ]
    ports += [
        ("o_compute_part_low", _part(text, "O", "compute", "new_low")),
        ("o_compute_part_high", _part(text, "O", "compute", "new_high")),
        ("compute_last", "compute_last[p]"),
        ("macs", "macs[p*16+:16]"),
        ("o_egress_mode", "o_new_egress[p*2+:2]"),
        ("o_egress_shift", named("own_egress_shift", "CW+1", _part(text, "O", "egress", "shift"), True)),
        ("o_leave_mode", "o_leave_egress[p*2+:2]"),
    ]
    for field in ("start", "count"):
        ports.append(
            (
                f"o_leave_{field}",
                named(f"own_leave_{field}", f"{len(axes['O'])}*CW", _tile_fields(text, "O", "egress", field)),
            )
        )
    ports += [
        ("o_leave_part_low", _part(text, "O", "egress", "leave_low")),
        ("o_leave_part_high", _part(text, "O", "egress", "leave_high")),
        ("egress_step_end", "egress_step_end"),
        ("o_beat", "o_sent"),
        ("o_beat_moves", "1'b1"),
        ("o_base", "o_coordinates"),
        ("o_target", "o_target"),
        ("o_taken", "o_taken[p*CW+:CW]"),
        ("o_taken_lanes", _lanes_of(design, "O", "o_taken_lanes")),
        (
            "o_taken_sums",
            f"o_taken_sums[p*{design.tensors['O'].window}*SUM+:{design.tensors['O'].window}*SUM]",
        ),
    ]
    return ports


def _lanes_of(design: Design, tensor: Tensor, wire: str) -> str:
    window = design.tensors[tensor].window
    return f"{wire}[p*{window}+:{window}]"


def _shape_ports(text: _Text, rows: Sequence[str], named: object) -> list[tuple[str, str]]:
    """How indices of input rows and columns follow from outputs and taps."""
    assert callable(named)
    if not rows:
        return [
            ("window_first", "(CW + 2)'(0)"),
            ("window_output_step", "STEP'(1)"),
            ("window_tap_step", "STEP'(1)"),
            ("window_count", "CW'(1)"),
        ]
    places = {"first": ("0", "CW+2"), "output_step": ("CW+2", "STEP"), "tap_step": ("CW+2+STEP", "STEP")}
    ports = []
    for field, (place, width) in places.items():
        values = [f"{y}_shapes[{y.upper()}Class*(CW+2+2*STEP)+{place}+:{width}]" for y in rows]
        ports.append((f"window_{field}", named(f"window_{field}", f"{len(rows)}*({width})", joined(values))))
    counts = [_field(text, y.upper(), "compute", "count") for y in rows]
    ports.append(("window_count", named("window_count", f"{len(rows)}*CW", joined(counts))))
    return ports


def _collection(text: _Text) -> None:
    design = text.design
    outputs = design.tensors["O"]
    axes, latency = len(outputs.axes), design.accelerator.noc_latency_cycles
    text.section(f"Collection network of {latency} cycles latency, accumulation in L2")
    text.add(
        "wire o_head_valid;",
        "assign o_valid = o_head_valid;",
        f"wire [{outputs.window - 1}:0] collected_lanes, arrived_lanes;",
        f"wire [{outputs.window * outputs.bits - 1}:0] collected, arrived;",
        f"wire [{axes}*CW-1:0] arrived_coordinates;",
        "wire arrives;",
    )
    text.instance(
        "fifo",
        "u_o_items",
        [("WIDTH", f"{axes} * CW + TARGET + 2"), ("DEPTH", 8)],
        [
            ("clk", "clk"),
            ("rst", "stream_reset"),
            ("in_valid", "o_item_valid"),
            ("in_ready", "o_item_ready"),
            ("in_data", "{o_item_coordinates, o_item_target, o_item_empty, o_item_last}"),
            ("out_valid", "o_head_valid"),
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
    strides = [f"o_row_stride_{axis.lower()}" for axis in outputs.axes[:-1]]
    text.add(
        "wire o_host_read, outputs_found;",
        "wire [31:0] o_host_data;",
        f"wire [{(outputs.window).bit_length() - 1}:0] outputs_reads;",
        "assign o_host_read = host_read && host_space == 2'd3;",
    )
    text.instance(
        "l2_outputs",
        "u_l2_outputs",
        [
            ("AXES", axes),
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
            ("row_stride", "{" + ", ".join(strides) + "}" if strides else "1'b0"),
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


def _counters(text: _Text) -> None:
    design = text.design
    text.section("Performance counters")
    width = INCREMENT_BITS
    sums = {
        "l1_fill_W": ("w_taken", "CW"),
        "l1_fill_I": ("i_taken", "CW"),
        "l1_drain_O": ("o_taken", "CW"),
        "macs": ("macs", "16"),
        "pe_steps": ("pe_active_now", "1"),
    }
    unions = {"l2_read_W": "W", "l2_read_I": "I", "l2_write_O": "O"}
    for name, (wire, bits) in sums.items():
        text.add(f"wire [{width - 1}:0] {name}_now;")
        text.instance(
            "pe_sum",
            f"u_{name}",
            [("PES", "PES"), ("WIDTH", bits), ("SUM_BITS", width)],
            [("values", wire), ("sum", f"{name}_now")],
        )
    tensor: Tensor
    for name, tensor in (("l2_read_W", "W"), ("l2_read_I", "I"), ("l2_write_O", "O")):
        text.add(f"wire [{width - 1}:0] {name}_now;")
        text.instance(
            "lane_union",
            f"u_{name}",
            [("PES", "PES"), ("LANES", design.tensors[tensor].window), ("SUM_BITS", width)],
            [("lanes", f"{tensor.lower()}_taken_lanes"), ("sum", f"{name}_now")],
        )
    flags = {
        "cycles": "counting",
        "ingress_beats": "ingress_beat",
        "egress_beats": "egress_beat",
        "steps": "compute_step_end",
        "compute_cycles": "run",
    }
    values = []
    for name in COUNTERS:
        if (name in sums and name != "pe_steps") or name in unions:
            values.append(f"{name}_now")
        elif name == "pe_steps":
            values.append(f"(write_step ? {name}_now : {width}'d0)")
        elif name == "l2_read_O":
            values.append(f"(outputs_found ? {width}'(outputs_reads) : {width}'d0)")
        else:
            values.append(f"{width}'({flags.get(name, name)})")
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
            ("increments", joined(values)),
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

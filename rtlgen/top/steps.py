"""Steps in flight in the generated top: their ranges, their pointers and what every axis holds at each.

Turns the ranges that the loop nest gives into one row per axis and class of PEs, kept for as many steps as
the window holds: what the axis's part of the tile is, and how it differs from the step before. The elements
that a window's outputs and taps touch are worked out first.

Source: SEMANTICS sections 2 and 3; ``maestro_py/ir/tiles.py``.
Non-goals: which tiles are new (``rtlgen.top.streams``), fields of a row (``rtlgen.top.rows``).
"""

from __future__ import annotations

from collections.abc import Sequence

from maestro_py.ir.operators import TENSORS
from rtlgen.design import Group
from rtlgen.program import RECIPROCAL_BITS
from rtlgen.top.rows import READERS, UNIT_RECIPROCAL, read_slots, row_width, slides
from rtlgen.top.text import Text, instance, joined


def step_ranges(text: Text) -> None:
    """Register of the step's ranges, between the loop nest and the rows."""
    design = text.design
    text.section("Ranges of one step")
    text.add("wire write, write_step;")
    for group in design.groups:
        group_name, stage, classes = group.name.lower(), text.stage[group.name], design.classes(group)
        held = [dimension.lower() for dimension in group.dimensions if dimension not in ("Y", "X")]
        wires = [f"{prefix}_{stage}_{end}" for prefix in held for end in ("low", "high")]
        outputs = [f"{prefix}_{end}" for prefix in held for end in ("low", "high")]
        for wire in outputs:
            text.add(f"wire [{classes}*CW-1:0] {wire};")
        text.add(f"wire [{classes - 1}:0] {group_name}_exists, {group_name}_holds;")
        text.instance(
            "stage_register",
            f"u_{group_name}_ranges",
            [("WIDTH", f"{classes} * ({len(held) * 2} * CW + 1)")],
            [
                ("clk", "clk"),
                ("load", "step_take"),
                ("next_value", joined([*wires, f"{group_name}_{stage}_exists"])),
                ("value", joined([*outputs, f"{group_name}_exists"])),
            ],
        )
        full = " && ".join(f"{prefix}_high[i*CW+:CW] > {prefix}_low[i*CW+:CW]" for prefix in held)
        holds = f"assign {group_name}_holds[i] = {group_name}_exists[i] && {full};"
        text.repeat("i", classes, f"gen_{group_name}_holds", [holds])
    for names in design.windows:
        _window_sets(text, names)


def _window_sets(text: Text, names: tuple[str, str, str]) -> None:
    """Elements of a window's input axis that outputs and taps touch, padding left out."""
    design = text.design
    outputs, taps, rows = (name.lower() for name in names)
    classes = design.classes(design.group_of(names[2]))
    strided = names[2] in design.strided_windows
    text.add(
        f"wire [{classes}*CW-1:0] {rows}_start, {rows}_count;",
        f"wire [{classes}*STEP-1:0] {rows}_output_step, {rows}_tap_step;",
        f"wire [{classes}*(CW+2)-1:0] {rows}_first;",
        *([f"wire [{classes}*STEP-1:0] {rows}_spacing;"] if strided else []),
        *([f"wire [{classes}*{RECIPROCAL_BITS}-1:0] {rows}_reciprocal;"] if strided else []),
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
            ("enable", "write"),
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
            ("reciprocal", f"{rows}_reciprocal[i*{RECIPROCAL_BITS}+:{RECIPROCAL_BITS}]" if strided else ""),
            ("first", f"{rows}_first[i*(CW+2)+:CW+2]"),
            ("output_step", f"{rows}_output_step[i*STEP+:STEP]"),
            ("tap_step", f"{rows}_tap_step[i*STEP+:STEP]"),
        ],
    )
    text.repeat("i", classes, f"gen_{rows}_set", body)


def step_window(text: Text) -> None:
    """Window of the steps in flight, and where each stage is in it."""
    text.section("Window of steps in flight")
    text.add(
        "wire total_known;",
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


def histories(text: Text) -> None:
    """Histories of all dimensions and of all inputs of windows."""
    text.section("What every axis holds at the steps in flight")
    for group in text.design.groups:
        for axis in group.dimensions:
            _history(text, group, axis)
            if group.window is not None and axis == group.window[2]:
                _shapes(text, axis, text.design.classes(group))
                if axis in text.design.strided_windows:
                    _spacings(text, axis, text.design.classes(group))


def _history(text: Text, group: Group, axis: str) -> None:
    """Rows of one axis at the steps in flight, for the stages that read them."""
    design = text.design
    prefix, classes = axis.lower(), design.classes(group)
    strided = axis in design.strided_windows
    tensors = [tensor for tensor in TENSORS if axis in design.tensors[tensor].axes]
    ports = ["compute", *(reader for tensor in tensors for reader in READERS[tensor])]
    text.history_ports[axis] = ports
    text.unused.append(f"{prefix}_rows")
    width = row_width(design, axis)
    text.add(
        *([f"wire [{classes - 1}:0] {prefix}_same;"] if tensors else []),
        *([f"wire [{classes - 1}:0] {prefix}_overlaps;"] if slides(design, axis) else []),
        f"wire [{classes}*{len(ports)}*{width}-1:0] {prefix}_rows;",
    )
    if group.window is None or axis != group.window[2]:
        text.add(
            f"wire [{classes}*CW-1:0] {prefix}_start, {prefix}_count;",
            f"assign {prefix}_start = {prefix}_low;",
        )
        extent = f"{prefix}_high[i*CW+:CW] - {prefix}_low[i*CW+:CW]"
        text.repeat("i", classes, f"gen_{prefix}_count", [f"assign {prefix}_count[i*CW+:CW] = {extent};"])
    text.instance(
        "axis_history",
        f"u_{prefix}_history",
        [
            ("CLASSES", classes),
            ("COORDINATE_BITS", "CW"),
            ("SLOT_BITS", "SLOT"),
            ("PORTS", len(ports)),
            ("SLIDES", int(slides(design, axis))),
            ("STEP_BITS", "STEP"),
            ("SPACED", int(strided)),
        ],
        [
            ("clk", "clk"),
            ("write", "write"),
            ("write_slot", "write_slot"),
            ("start", f"{prefix}_start"),
            ("count", f"{prefix}_count"),
            ("spacing", f"{prefix}_spacing" if strided else f"{{{classes}{{STEP'(1)}}}}"),
            ("reciprocal", f"{prefix}_reciprocal" if strided else f"{{{classes}{{{UNIT_RECIPROCAL}}}}}"),
            ("same", f"{prefix}_same" if tensors else ""),
            ("overlaps", f"{prefix}_overlaps" if slides(design, axis) else ""),
            ("read_slots", read_slots(ports)),
            ("read_rows", f"{prefix}_rows"),
        ],
    )


def _shapes(text: Text, axis: str, classes: int) -> None:
    """Table of how indices of a window's rows follow from outputs and taps."""
    prefix = axis.lower()
    fields = [
        f"{prefix}_first[i*(CW+2)+:CW+2]",
        f"{prefix}_output_step[i*STEP+:STEP]",
        f"{prefix}_tap_step[i*STEP+:STEP]",
    ]
    text.add(f"wire [{classes}*(CW+2+2*STEP)-1:0] {prefix}_shape, {prefix}_shapes;")
    line = f"assign {prefix}_shape[i*(CW+2+2*STEP)+:CW+2+2*STEP] = {joined(fields)};"
    text.repeat("i", classes, f"gen_{prefix}_shape", [line])
    _table(text, f"{prefix}_shape", f"{classes} * (CW + 2 + 2 * STEP)", ["compute"], f"{prefix}_shapes")


def _spacings(text: Text, axis: str, classes: int) -> None:
    """Table of how far apart a window's rows lie."""
    prefix = axis.lower()
    text.add(f"wire [2*{classes}*STEP-1:0] {prefix}_spacings;")
    _table(text, f"{prefix}_spacing", f"{classes} * STEP", READERS["I"], f"{prefix}_spacings")


def _table(text: Text, row: str, width: str, readers: Sequence[str], rows: str) -> None:
    """Table of one wire at the steps in flight."""
    text.instance(
        "step_table",
        f"u_{row}",
        [("WIDTH", width), ("SLOT_BITS", "SLOT"), ("PORTS", len(readers))],
        [
            ("clk", "clk"),
            ("write", "write"),
            ("write_slot", "write_slot"),
            ("write_row", row),
            ("read_slots", read_slots(readers)),
            ("read_rows", rows),
        ],
    )

"""Reuse and movement in the generated top: which parts of tiles are new or leave, and walks over their beats.

Turns rows of axes into one reuse rule per PE and tensor, kept for every step in flight, and these into
one walker per tensor that lists the beats of each step and the PEs that they are for.

Source: SEMANTICS sections 3 and 4; ``maestro_py/reference.py``.
Non-goals: data of the beats (``rtlgen.top.memories``), when they move (``rtlgen.top.network``).
"""

from __future__ import annotations

from collections.abc import Mapping

from maestro_py.ir.operators import TENSORS, Tensor
from rtlgen.top.rows import (
    READERS,
    class_constants,
    fields_of_tile,
    is_in_every_layer,
    part_of_tile,
    read_slots,
    ring_index,
    spacings_of_axes,
    strided_bits,
    without_unread,
)
from rtlgen.top.text import Text, instance, joined


def reuse_modes(text: Text) -> None:
    """Reuse rule per PE and tensor, and whether a PE has work."""
    design = text.design
    text.section("Reuse of every PE: what is new and what leaves at each step")
    text.add("wire [PES-1:0] pe_active, pe_active_now;")
    text.add(*(f"wire [PES*2-1:0] {name};" for name in ("w_new", "i_new", "o_new", "o_leave")))
    body = class_constants(design, "p", design.units)
    holds = " && ".join(f"{group.name.lower()}_holds[{group.name}Class]" for group in design.groups)
    body.append(f"assign pe_active_now[p] = write_step && {holds};")
    for tensor in TENSORS:
        letter, tensor_design = tensor.lower(), design.tensors[tensor]
        axes = tensor_design.axes
        active = "pe_active_now[p]"
        if tensor == "W" and any(layer.problem.axes["W"] is None for layer in design.layers):
            active += " && weights_present"
        if tensor == "I":
            for names in design.windows:
                if names[2] in axes:
                    active += f" && {names[2].lower()}_count[{names[2]}Class*CW+:CW] != '0"
        body += [f"wire [{len(axes) - 1}:0] {letter}_same;", f"wire {letter}_active, {letter}_overlaps;"]
        body.append(f"assign {letter}_active = {active};")
        for i, axis in enumerate(reversed(axes)):
            same = f"{axis.lower()}_same[{design.group_of(axis).name}Class]"
            absent = "" if is_in_every_layer(design, tensor, axis) else f" || !{letter}_present[{i}]"
            body.append(f"assign {letter}_same[{i}] = {same}{absent};")
        slide = tensor_design.slide_axis
        overlaps = (
            "1'b0" if slide is None else f"{slide.lower()}_overlaps[{design.group_of(slide).name}Class]"
        )
        body.append(f"assign {letter}_overlaps = {overlaps};")
        body += instance(
            "tile_mode",
            f"u_{letter}_mode",
            [("AXES", len(axes)), ("SLIDE_AXIS", ring_index(tensor_design))],
            [
                ("clk", "clk"),
                ("rst", "rst"),
                ("start", "start"),
                ("write", "write"),
                ("active", f"{letter}_active"),
                ("same", f"{letter}_same"),
                ("overlaps", f"{letter}_overlaps"),
                ("new_mode", f"{letter}_new[p*2+:2]"),
                ("leave_mode", "o_leave[p*2+:2]" if tensor == "O" else ""),
            ],
        )
    text.repeat("p", "PES", "gen_reuse", without_unread(body))
    _mode_tables(text)


def _mode_tables(text: Text) -> None:
    """Rules of the steps in flight, for the stages; how a tile leaves is known a step later."""
    text.add("wire [SLOT-1:0] left_slot;", "assign left_slot = write_slot - SLOT'(1'b1);")
    _table(text, "pe_active", "PES", "write_slot", "pe_active_now", {"compute": "pe_active"})
    for name, slot, stages in (
        ("w_new", "write_slot", ("w_walk", "w_land", "compute")),
        ("i_new", "write_slot", ("i_walk", "i_land", "compute")),
        ("o_new", "write_slot", ("compute", "egress")),
        ("o_leave", "left_slot", ("o_walk", "egress")),
    ):
        wires = {stage: f"{name}_{stage}" for stage in stages}
        text.add(*(f"wire [PES*2-1:0] {wire};" for wire in wires.values()))
        _table(text, name, "PES * 2", slot, name, wires)


def _table(text: Text, name: str, width: str, slot: str, row: str, wires: Mapping[str, str]) -> None:
    """Table of the steps in flight; ``wires`` has what each reading stage sees."""
    text.instance(
        "step_table",
        f"u_{name}_table",
        [("WIDTH", width), ("SLOT_BITS", "SLOT"), ("PORTS", len(wires))],
        [
            ("clk", "clk"),
            ("write", "write"),
            ("write_slot", slot),
            ("write_row", row),
            ("read_slots", read_slots(list(wires))),
            ("read_rows", joined(list(wires.values()))),
        ],
    )


def stream(text: Text, tensor: Tensor) -> None:
    """Walker of a tensor, in front of everything that moves it."""
    design = text.design
    letter, tensor_design = tensor.lower(), design.tensors[tensor]
    axes = len(tensor_design.axes)
    stage = READERS[tensor][0]
    low, high = ("leave_low", "leave_high") if tensor == "O" else ("new_low", "new_high")
    shared = design.accelerator.reduction if tensor == "O" else design.accelerator.multicast
    text.section(f"Beats of tensor {tensor} [{', '.join(tensor_design.axes)}]")
    text.add(
        f"wire [PES*{axes}*CW-1:0] {stage}_start, {stage}_count;",
        f"wire [PES*{axes}*STEP-1:0] {stage}_spacing;",
        f"wire [PES*CW-1:0] {stage}_part_low, {stage}_part_high;",
    )
    body = class_constants(design, "p", design.units)
    for field in ("start", "count"):
        body.append(
            f"assign {stage}_{field}[p*{axes}*CW+:{axes}*CW] = {fields_of_tile(text, tensor, stage, field)};"
        )
    spacing = spacings_of_axes(design, tensor_design.axes, 0) if tensor == "I" else f"{{{axes}{{STEP'(1)}}}}"
    body.append(f"assign {stage}_spacing[p*{axes}*STEP+:{axes}*STEP] = {spacing};")
    body.append(f"assign {stage}_part_low[p*CW+:CW] = {part_of_tile(text, tensor, stage, low)};")
    body.append(f"assign {stage}_part_high[p*CW+:CW] = {part_of_tile(text, tensor, stage, high)};")
    text.repeat("p", "PES", f"gen_{stage}", without_unread(body))
    available = "completed" if tensor == "O" else "written"
    number = TENSORS.index(tensor) + 1
    text.add(
        f"wire {letter}_item_available, {letter}_item_valid, {letter}_item_ready;",
        f"wire {letter}_item_empty, {letter}_item_last;",
        f"wire [TARGET-1:0] {letter}_item_target;",
        f"wire [{axes}*CW-1:0] {letter}_item_coordinates;",
        f"assign {letter}_item_available = {stage}_pointer != {available} && !pause[{number}];",
    )
    text.instance(
        "stream_walker",
        f"u_{letter}_walker",
        [
            ("PES", "PES"),
            ("SHARED", int(shared)),
            ("TARGET_BITS", "TARGET"),
            ("AXES", axes),
            ("COORDINATE_BITS", "CW"),
            ("STEP_BITS", "STEP"),
            ("WINDOW", tensor_design.window),
            ("PICKS", tensor_design.picks),
            ("SLIDE_AXIS", ring_index(tensor_design)),
            ("STRIDED", strided_bits(tensor_design)),
        ],
        [
            ("clk", "clk"),
            ("rst", "stream_reset"),
            ("mode", "o_leave_o_walk" if tensor == "O" else f"{letter}_new_{stage}"),
            ("start", f"{stage}_start"),
            ("count", f"{stage}_count"),
            ("step", f"{stage}_spacing"),
            ("part_low", f"{stage}_part_low"),
            ("part_high", f"{stage}_part_high"),
            ("available", f"{letter}_item_available"),
            ("step_end", f"{stage}_step_end"),
            ("item_valid", f"{letter}_item_valid"),
            ("item_ready", f"{letter}_item_ready"),
            ("item_empty", f"{letter}_item_empty"),
            ("item_last", f"{letter}_item_last"),
            ("item_target", f"{letter}_item_target"),
            ("item_coordinates", f"{letter}_item_coordinates"),
        ],
    )

"""The loop nest in the generated top: the sequencer, and the ranges that each level of the hierarchy cuts.

Turns maps into the counters that move them and, level by level, into one instance per map and class of
units that cuts the parent's range; the inputs of a window follow its outputs and taps, or these the inputs.

Source: SEMANTICS section 2. Non-goals: what becomes of a step's ranges (``rtlgen.top.steps``).
"""

from __future__ import annotations

from math import prod

from rtlgen.design import Group
from rtlgen.program import map_name, map_text
from rtlgen.top.rows import class_constants
from rtlgen.top.text import Text, instance, joined, packed


def sequencer(text: Text) -> None:
    """Loops over all steps, and the range of the whole layer for every dimension."""
    design = text.design
    text.section("Loop nest: " + "; ".join(map_text(hardware_map) for hardware_map in design.maps))
    names = [map_name(hardware_map) for hardware_map in design.maps]
    text.add("wire step_valid, step_final, step_take;")
    for name in names:
        text.add(f"wire [PW-1:0] {name}_position, {name}_extent;")
    loops = [hardware_map.loop for hardware_map in design.maps]
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
            prefix = dimension.lower()
            text.add(
                f"wire [CW-1:0] {prefix}_0_low, {prefix}_0_high;",
                f"assign {prefix}_0_low = '0;",
                f"assign {prefix}_0_high = size_{prefix};",
            )
            text.may_be_unused(group, dimension)
        group_name = group.name.lower()
        text.add(f"wire [0:0] {group_name}_0_exists;", f"assign {group_name}_0_exists = 1'b1;")


def level_ranges(text: Text, level: int) -> None:
    """Ranges of the clusters below a level, and extents of its own for its loops."""
    design = text.design
    maps = [hardware_map for hardware_map in design.maps if hardware_map.level == level]
    text.section(
        f"Level {level}: " + ("; ".join(map_text(hardware_map) for hardware_map in maps) or "no maps")
    )
    clusters = prod(design.units[:level])
    if level == 0:
        for hardware_map in maps:
            name = map_name(hardware_map)
            text.add(f"assign {name}_extent = PW'(size_{hardware_map.dimension.lower()});")
    elif maps:
        _cluster_extents(text, level, clusters)
    for group in design.groups:
        if any(hardware_map.dimension in group.dimensions for hardware_map in maps):
            _cut_group(text, level, group)


def _cluster_extents(text: Text, level: int, clusters: int) -> None:
    """Largest extents over the clusters of a level, for its loops."""
    design = text.design
    maps = [hardware_map for hardware_map in design.maps if hardware_map.level == level]
    dimensions = list(dict.fromkeys(hardware_map.dimension for hardware_map in maps))
    text.add(f"wire [{clusters - 1}:0] level_{level}_exists;")
    for dimension in dimensions:
        name = f"level_{level}_{dimension.lower()}"
        text.add(f"wire [{clusters}*CW-1:0] {name}_low, {name}_high;")
    body = class_constants(design, "q", design.units[:level])
    exists = " && ".join(
        f"{group.name.lower()}_{text.stage[group.name]}_exists[{group.name}Class]" for group in design.groups
    )
    body.append(f"assign level_{level}_exists[q] = {exists};")
    for dimension in dimensions:
        group = design.group_of(dimension)
        prefix, stage = dimension.lower(), text.stage[group.name]
        for end in ("low", "high"):
            value = f"{prefix}_{stage}_{end}[{group.name}Class*CW+:CW]"
            body.append(f"assign level_{level}_{prefix}_{end}[q*CW+:CW] = {value};")
    text.repeat("q", clusters, f"gen_level_{level}", body)
    for hardware_map in maps:
        name, prefix = map_name(hardware_map), hardware_map.dimension.lower()
        text.add(f"wire [CW-1:0] {name}_largest;", f"assign {name}_extent = PW'({name}_largest);")
        text.instance(
            "extent_maximum",
            f"u_{name}_extent",
            [("COORDINATE_BITS", "CW"), ("CLUSTERS", clusters)],
            [
                ("low", f"level_{level}_{prefix}_low"),
                ("high", f"level_{level}_{prefix}_high"),
                ("exists", f"level_{level}_exists"),
                ("extent", f"{name}_largest"),
            ],
        )


def _cut_group(text: Text, level: int, group: Group) -> None:
    """Ranges of a group after a level: one unit per class."""
    design = text.design
    old, new = text.stage[group.name], text.stage[group.name] + 1
    text.stage[group.name] = new
    units = design.units[level] if level in group.levels else 1
    classes = design.classes(group, level + 1)
    group_name = group.name.lower()
    maps = {
        hardware_map.dimension: hardware_map
        for hardware_map in design.maps
        if hardware_map.level == level and hardware_map.dimension in group.dimensions
    }
    for dimension in group.dimensions:
        prefix = dimension.lower()
        text.add(f"wire [{classes}*CW-1:0] {prefix}_{new}_low, {prefix}_{new}_high;")
        text.may_be_unused(group, dimension)
    text.add(f"wire [{classes - 1}:0] {group_name}_{new}_exists;")
    exists = f"{group_name}_{old}_exists[Parent]"
    body = [f"localparam int Parent = i / {units};"]
    for dimension in (name for name in group.dimensions if name in maps):
        prefix, hardware_map = dimension.lower(), maps[dimension]
        body.append(f"wire {prefix}_cut_exists;")
        body += instance(
            "map_cut",
            f"u_{prefix}",
            [
                ("COORDINATE_BITS", "CW"),
                ("POSITION_BITS", "PW"),
                ("UNIT", f"i % {units}" if hardware_map.spatial else 0),
            ],
            [
                ("parent_low", f"{prefix}_{old}_low[Parent*CW+:CW]"),
                ("parent_high", f"{prefix}_{old}_high[Parent*CW+:CW]"),
                ("parent_exists", exists),
                ("position", f"{map_name(hardware_map)}_position"),
                ("size", f"{map_name(hardware_map)}_size"),
                ("offset", f"{map_name(hardware_map)}_offset"),
                ("low", f"{prefix}_{new}_low[i*CW+:CW]"),
                ("high", f"{prefix}_{new}_high[i*CW+:CW]"),
                ("exists", f"{prefix}_cut_exists"),
            ],
        )
        exists = f"{prefix}_cut_exists"
    body.append(f"assign {group_name}_{new}_exists[i] = {exists};")
    for dimension in group.dimensions:
        if dimension not in maps:
            body += _follow(text, group, dimension, set(maps), old, new)
    text.repeat("i", classes, f"gen_{group_name}_{new}", body)


def _follow(text: Text, group: Group, dimension: str, mapped: set[str], old: int, new: int) -> list[str]:
    """Range of a dimension of a window that a level does not map itself."""
    prefix = dimension.lower()
    assert group.window is not None
    outputs, taps, rows = group.window
    output_prefix, tap_prefix, row_prefix = outputs.lower(), taps.lower(), rows.lower()
    if dimension == outputs and rows in mapped:
        return instance(
            "window_cut",
            f"u_{prefix}",
            [("COORDINATE_BITS", "CW"), ("STEP_BITS", "STEP"), ("STRIDED", int(text.design.is_strided))],
            [
                ("outputs_low", f"{output_prefix}_{old}_low[Parent*CW+:CW]"),
                ("outputs_high", f"{output_prefix}_{old}_high[Parent*CW+:CW]"),
                ("taps_low", f"{tap_prefix}_{new}_low[i*CW+:CW]"),
                ("taps_high", f"{tap_prefix}_{new}_high[i*CW+:CW]"),
                ("rows_low", f"{row_prefix}_{new}_low[i*CW+:CW]"),
                ("rows_high", f"{row_prefix}_{new}_high[i*CW+:CW]"),
                ("stride", f"{row_prefix}_stride"),
                ("dilation", f"{row_prefix}_dilation"),
                ("stride_reciprocal", f"{row_prefix}_stride_reciprocal"),
                ("low", f"{prefix}_{new}_low[i*CW+:CW]"),
                ("high", f"{prefix}_{new}_high[i*CW+:CW]"),
            ],
        )
    if dimension == rows and outputs in mapped:
        return instance(
            "window_rows",
            f"u_{prefix}",
            [("COORDINATE_BITS", "CW"), ("STEP_BITS", "STEP")],
            [
                ("outputs_low", f"{output_prefix}_{new}_low[i*CW+:CW]"),
                ("outputs_high", f"{output_prefix}_{new}_high[i*CW+:CW]"),
                ("taps_low", f"{tap_prefix}_{new}_low[i*CW+:CW]"),
                ("taps_high", f"{tap_prefix}_{new}_high[i*CW+:CW]"),
                ("stride", f"{row_prefix}_stride"),
                ("dilation", f"{row_prefix}_dilation"),
                ("low", f"{prefix}_{new}_low[i*CW+:CW]"),
                ("high", f"{prefix}_{new}_high[i*CW+:CW]"),
            ],
        )
    return [
        f"assign {prefix}_{new}_{end}[i*CW+:CW] = {prefix}_{old}_{end}[Parent*CW+:CW];"
        for end in ("low", "high")
    ]

"""Where stages find what belongs to a PE: its class in each group, and the rows of its axes.

Turns a PE's number into the class of PEs that share its ranges, and an axis, a stage and a field into the
slice of the axis's rows that holds it. An axis slides if tiles of a tensor move along it; only then do its
rows tell what is new, what leaves and how far the tile shifts.

Source: SEMANTICS section 3; ``rtlgen/modules/axis_history`` for the fields of a row.
Non-goals: the histories themselves (``rtlgen.top.steps``).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from maestro_py.ir.operators import Tensor
from rtlgen.design import Design, TensorDesign
from rtlgen.program import RECIPROCAL_BITS
from rtlgen.top.text import Text, joined

#: Fields of a row of ``axis_history``: place in coordinate widths.
FIELDS = {"start": 0, "count": 1, "new_low": 2, "new_high": 3, "leave_low": 4, "leave_high": 5, "shift": 6}
#: Reciprocal of a spacing of 1.
UNIT_RECIPROCAL = f"{RECIPROCAL_BITS}'h{1 << (RECIPROCAL_BITS - 1):x}"
#: Stages that read the rows of a tensor's axes, besides compute.
READERS: dict[Tensor, tuple[str, str]] = {
    "W": ("w_walk", "w_land"),
    "I": ("i_walk", "i_land"),
    "O": ("o_walk", "egress"),
}


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


def class_constants(design: Design, variable: str, units: Sequence[int]) -> list[str]:
    """Constants of a scope: class of the PE (or cluster) in every group. Units as in :func:`class_of`."""
    return [
        f"localparam int {group.name}Class = {class_of(variable, units, group.levels)};"
        for group in design.groups
    ]


def without_unread(body: Sequence[str]) -> list[str]:
    """Lines of a scope without the class constants that none of the others reads."""
    parts = [(line, line.split()[2] if line.startswith("localparam int ") else "") for line in body]
    return [line for line, name in parts if not name or sum(name in other for other in body) > 1]


def slides(design: Design, axis: str) -> bool:
    """Tiles of a tensor move along the axis."""
    return any(tensor.slide_axis == axis for tensor in design.tensors.values())


def row_width(design: Design, axis: str) -> str:
    """Bits of a row of the axis: all fields, or start and count alone."""
    return "(7*CW+1)" if slides(design, axis) else "(2*CW)"


def read_slots(stages: Sequence[str]) -> str:
    """Addresses of the steps that stages are at, in a table of the steps in flight."""
    return joined([f"{stage}_pointer[SLOT-1:0]" for stage in stages])


def field_of_row(text: Text, axis: str, stage: str, field: str) -> str:
    """A field of an axis's row at a stage, for the PE whose class constants are in scope."""
    design = text.design
    group, stages, width = design.group_of(axis), text.history_ports[axis], row_width(design, axis)
    offset = f"({stages.index(stage)}*{design.classes(group)}+{group.name}Class)*{width}"
    place = FIELDS[field]
    where = offset + (f"+{place}*CW" if place else "")
    return f"{axis.lower()}_rows[{where}+:CW{'+1' if field == 'shift' else ''}]"


def fields_of_tile(text: Text, tensor: Tensor, stage: str, field: str) -> str:
    """Starts or counts of a tensor's axes at a stage; an axis that a layer lacks holds element 0."""
    design = text.design
    axes = design.tensors[tensor].axes
    values = []
    for i, axis in enumerate(reversed(axes)):
        value = field_of_row(text, axis, stage, field)
        if not is_in_every_layer(design, tensor, axis):
            value = f"{tensor.lower()}_present[{i}] ? {value} : CW'({1 if field == 'count' else 0})"
            value = f"({value})"
        values.append(value)
    return joined(values)


def part_of_tile(text: Text, tensor: Tensor, stage: str, field: str) -> str:
    """A field of the axis that a tensor's tiles slide along, 0 if they never do."""
    slide = text.design.tensors[tensor].slide_axis
    if slide is None:
        return "(CW + 1)'(0)" if field == "shift" else "CW'(0)"
    return field_of_row(text, slide, stage, field)


def spacings_of_axes(design: Design, axes: Sequence[str], port: int) -> str:
    """Distances of the elements on each input axis, at a port of the table of spacings."""
    values = []
    for axis in reversed(axes):
        if axis in design.strided_windows:
            classes = design.classes(design.group_of(axis))
            values.append(f"{axis.lower()}_spacings[({port}*{classes}+{axis}Class)*STEP+:STEP]")
        else:
            values.append("STEP'(1)")
    return joined(values)


def is_in_every_layer(design: Design, tensor: Tensor, axis: str) -> bool:
    """Every layer's tensor has the axis."""
    return all(axis in (layer.problem.axes[tensor] or ()) for layer in design.layers)


def ring_index(tensor: TensorDesign) -> int:
    """Number of the ring axis, the innermost being 0."""
    return len(tensor.axes) - 1 - tensor.axes.index(tensor.ring_axis)


def strided_bits(tensor: TensorDesign) -> str:
    """Constant with a bit per axis, set where there may be gaps between elements."""
    bits = "".join("1" if axis in tensor.strided else "0" for axis in tensor.axes)
    return f"{len(bits)}'b{bits}"

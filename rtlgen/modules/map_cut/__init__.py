"""One map of a dataflow at one unit: cuts the unit's sub-range out of its parent's range.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate or an extent.
POSITION_BITS
    Bits of a distance from the start of a range, more than ``COORDINATE_BITS``.
UNIT
    Number of the unit along the level; 0 for a temporal map.

Ports
-----
parent_low, parent_high [COORDINATE_BITS], parent_exists : input
    Range of the cluster that holds the unit, its end excluded, and whether there is such a cluster.
position[POSITION_BITS] : input
    What the map's loop has advanced: a multiple of the offset. The unit stands ``UNIT * offset`` further;
    that sum must fit ``POSITION_BITS``.
size, offset [COORDINATE_BITS] : input
    Program registers, both at least 1.
low, high [COORDINATE_BITS], exists : output
    The unit's range, and whether its position exists: the first always does, another where the position
    before it leaves something of the parent's range uncovered. Without ``exists`` the range means nothing;
    an empty range has equal ends that may lie anywhere in the parent's.

Latency: 0, combinational. Throughput: one cut a cycle.
"""

from __future__ import annotations

from maestro_py.ir.tiles import Map, Range


def model(parent: Range | None, position: int, size: int, offset: int, unit: int) -> Range | None:
    """Range of the unit; ``None`` where its position, or its parent, does not exist.

    Examples
    --------
    >>> model((10, 20), position=4, size=4, offset=4, unit=1)
    (18, 20)
    """
    if parent is None:
        return None
    directive = Map(unit > 0, "", size, offset)
    number = position // offset + unit
    low, high = parent
    return directive.cut(parent, number) if number < directive.positions(high - low) else None

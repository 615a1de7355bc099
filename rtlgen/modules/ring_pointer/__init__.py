"""Where a tile starts in a buffer that slides along one axis.

The axis is a ring of ``2 * EXTENT`` places. A tile that is all new starts ``EXTENT`` places behind the one
before, so that it cannot meet it; one that keeps a part has its start moved by the shift of the set.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate.
RING_BITS
    Bits of a place: enough for ``2 * EXTENT - 1``.
EXTENT
    Largest extent of a tile along the axis.

Ports
-----
clk, rst : input
    Clock; synchronous reset: the tile before the first starts at place 0.
new_mode[2], shift[COORDINATE_BITS+1] : input
    What is new in the step's tile (as of ``tile_mode``), and the shift of its start (as of ``axis_change``):
    signed, less than ``EXTENT`` in magnitude where a part is new.
step_end : input
    The step's tile becomes the one before.
used : input
    ``tile_start`` is asked for.
tile_start[RING_BITS] : output
    Place of the first element of the step's tile; 0 in a cycle with neither ``used`` nor ``step_end``.

Latency: 0 from mode and shift to ``tile_start``. Throughput: one step a cycle.
"""

from __future__ import annotations

from rtlgen.modules.tile_mode import ALL, PART


def model(old_start: int, new_mode: int, shift: int, extent: int) -> int:
    """Start of a tile, from that of the one before.

    Examples
    --------
    >>> model(1, PART, -2, extent=4), model(5, ALL, 0, extent=4)
    (7, 1)
    """
    moves = {ALL: extent, PART: shift}
    return (old_start + moves.get(new_mode, 0)) % (2 * extent)

"""Padded input rows that a range of outputs and a range of taps span. Columns alike.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate or an extent.
STEP_BITS
    Bits of stride and dilation.

Ports
-----
outputs_low, outputs_high, taps_low, taps_high [COORDINATE_BITS] : input
    Ranges of the tile; ends are excluded.
stride, dilation [STEP_BITS] : input
    Program registers.
low, high [COORDINATE_BITS] : output
    Rows from the first that an output and a tap touch to the last; gaps between them belong to the range.
    Rows are reckoned modulo ``2**COORDINATE_BITS``.

Latency: 0, combinational. Throughput: one range a cycle.
"""

from __future__ import annotations

from maestro_py.ir.operators import Window
from maestro_py.ir.tiles import Range, rows_of


def model(outputs: Range, taps: Range, stride: int, dilation: int) -> Range:
    """Rows of the tile.

    Examples
    --------
    >>> model((1, 3), taps=(0, 3), stride=2, dilation=1)
    (2, 7)
    """
    return rows_of(Window("P", "R", "Y", stride, dilation, pad=0, insertion=1, real_size=1), outputs, taps)

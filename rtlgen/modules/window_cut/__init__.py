"""Outputs of a sliding window that a range of input rows completes.

These are the ``p`` of the parent's outputs for which ``stride*p + dilation*r`` lies in the rows for every
tap ``r``. Columns alike.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate or an extent, 1 to 16.
STEP_BITS
    Bits of stride and dilation, 1 to 4.
STRIDED
    1 where a stride above 1 can occur; with 0 nothing is divided.

Ports
-----
outputs_low, outputs_high, taps_low, taps_high, rows_low, rows_high [COORDINATE_BITS] : input
    Outputs of the parent, taps and padded rows of the tile; ends are excluded.
stride, dilation [STEP_BITS], stride_reciprocal[21] : input
    Program registers; the last is ``ceil(2**20 / stride)``.
low, high [COORDINATE_BITS] : output
    Outputs of the tile; equal ends where there are none.

Latency: 0, combinational. Throughput: one range a cycle.
"""

from __future__ import annotations

from maestro_py.ir.operators import Window
from maestro_py.ir.tiles import Range, outputs_within


def model(outputs: Range, taps: Range, rows: Range, stride: int, dilation: int) -> Range:
    """Outputs of the tile.

    Examples
    --------
    >>> model((0, 9), taps=(0, 3), rows=(2, 9), stride=2, dilation=1)
    (1, 4)
    """
    window = Window("P", "R", "Y", stride, dilation, pad=0, insertion=1, real_size=1)
    return outputs_within(window, outputs, taps, rows)

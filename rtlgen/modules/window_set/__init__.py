"""Real input rows that a box of outputs and taps touches, as an arithmetic progression. Columns alike.

Output ``p`` and tap ``r`` meet at row ``z = stride*p + dilation*r - padding``. The row is real if it is a
multiple of ``insertion`` and ``z / insertion``, its element, lies in ``[0, real_size)``. Elements of a box
lie ``stride`` apart where the box has one tap, ``dilation`` where it has one output, ``both_step`` where it
has several of both, and 1 apart where zeros are inserted.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate or an extent, 1 to 16.
STEP_BITS
    Bits of stride, dilation, insertion and steps, 1 to 4.
STRIDED
    1 where elements of a set can lie more than 1 apart; with 0 they are taken to be neighbours.
INSERTED
    1 where zeros can be inserted; with 0 ``insertion`` is ignored.

Ports
-----
enable : input
    The set is asked for; in a cycle without, all outputs are 0.
outputs_low, outputs_high, taps_low, taps_high [COORDINATE_BITS] : input
    The box; ends are excluded. What comes out for a box without outputs or taps means nothing.
stride, dilation, both_step, both_output_step, both_tap_step, insertion [STEP_BITS] : input
    Program registers. With several outputs and taps the set's elements lie ``both_step`` apart, and an
    output (a tap) further is ``both_output_step`` (``both_tap_step``) elements further. An insertion above
    1 needs stride and dilation 1.
stride_reciprocal, dilation_reciprocal, both_reciprocal, insertion_reciprocal [21] : input
    Program registers: ``ceil(2**20 / x)`` of the same.
padding[COORDINATE_BITS+1], real_size[COORDINATE_BITS] : input
    Program registers; the padding is signed.
start, count [COORDINATE_BITS], step[STEP_BITS], reciprocal[21] : output
    The set: its first element, how many, how far apart, and ``ceil(2**20 / step)``. Without elements the
    start means nothing.
first[COORDINATE_BITS+2], output_step, tap_step [STEP_BITS] : output
    Where rows stand in the set: output ``i`` and tap ``j`` of the box meet at its element
    ``(first + i*output_step + j*tap_step) / insertion``. That row is a zero if the quotient is no whole
    number or not in ``[0, count)``. ``first`` is signed.

Latency: 0, combinational. Throughput: one set a cycle.
"""

from __future__ import annotations

from maestro_py.ir.operators import Problem, Window
from maestro_py.ir.tiles import Range, Tile
from maestro_py.reference import touched


def model(window: Window, outputs: Range, taps: Range) -> frozenset[int]:
    """Elements that the box touches.

    Examples
    --------
    >>> window = Window("P", "R", "Y", stride=2, dilation=1, pad=1, insertion=1, real_size=9)
    >>> sorted(model(window, outputs=(0, 3), taps=(0, 1)))
    [1, 3]
    """
    box = Tile({window.output: outputs, window.filter: taps}, {})
    return touched(Problem({}, (window,), {}), box, window.input)


def element(window: Window, output: int, tap: int) -> int | None:
    """Element at which an output and a tap meet; ``None`` where there is a zero instead."""
    found = model(window, (output, output + 1), (tap, tap + 1))
    return next(iter(found), None)

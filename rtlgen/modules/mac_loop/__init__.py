"""The loop of one PE over the MACs of its box, a vector of them per cycle.

Counters run over the box in strides of the lanes, the last dimension innermost: a box takes the product over
its dimensions of ``ceil(extent / lanes)`` cycles. All PEs take a step together; one that is through waits.

Parameters
----------
DIMENSIONS
    Loop dimensions; dimension 0 is the outermost, and the least significant field of a vector.
COORDINATE_BITS
    Bits of an extent.
LANES
    Lanes along each dimension: 8 bits each, at least 1.

Ports
-----
clk, rst : input
    Clock; synchronous reset to the beginning of a box.
run : input
    The step's data are there and its outputs have room: the loop moves on. Without, it stands.
active, extents[DIMENSIONS*COORDINATE_BITS] : input
    The PE has a box at this step; its extents, at least 1 each. Steady during a step.
step_end : input
    All PEs are through at the end of this cycle; the next cycle begins the next step's box.
working : output
    A vector of MACs is done in this cycle, of which the first is at ``counters``.
last : output
    The loop moves on, and the PE is through at the end of this cycle; 0 without ``run``.
counters[DIMENSIONS*COORDINATE_BITS] : output
    Index of the vector's first MAC in the box.

Latency: outputs belong to the present cycle. Throughput: a vector a cycle, also across steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product


def model(extents: Sequence[int], lanes: Sequence[int]) -> list[tuple[int, ...]]:
    """Counters in each cycle that works on a box.

    Examples
    --------
    >>> model([2, 3], [1, 2])
    [(0, 0), (0, 2), (1, 0), (1, 2)]
    """
    ranges = [range(0, extent, width) for extent, width in zip(extents, lanes, strict=True)]
    return list(product(*ranges))

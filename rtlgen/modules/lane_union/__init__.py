"""Number of lanes of a beat that at least one PE takes, for the performance counters.

Parameters
----------
PES, LANES
    PEs that take part; lanes of a beat.
SUM_BITS
    Bits of the number, enough for ``LANES``.

Ports
-----
enable, lanes[PES*LANES] : input; sum[SUM_BITS] : output
    Which lanes each PE takes, PE 0 in the lowest bits; how many are taken, 0 in a cycle without ``enable``.

Latency: 0 (combinational). Throughput: a number a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence


def model(lanes: Sequence[int]) -> int:
    """Lanes taken, from a mask for each PE.

    Examples
    --------
    >>> model([0b0110, 0b0100, 0b1000])
    3
    """
    used = 0
    for mask in lanes:
        used |= mask
    return used.bit_count()

"""Sum of one number per PE, for the performance counters.

Parameters
----------
PES, WIDTH
    PEs that take part; bits of a PE's number.
SUM_BITS
    Bits of the sum, enough for it.

Ports
-----
enable, values[PES*WIDTH] : input; sum[SUM_BITS] : output
    Unsigned, PE 0 in the lowest bits. The sum is 0 in a cycle without ``enable``.

Latency: 0 (combinational). Throughput: a sum a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence


def model(values: Sequence[int]) -> int:
    """Return the sum."""
    return sum(values)

"""64-bit counters that add an increment in each cycle, and a port that reads them as 32-bit words.

Parameters
----------
COUNTERS
    Counters, at least 1.
INCREMENT_BITS
    Bits of an unsigned increment, 1 to 32.

Ports
-----
clk, rst : input
    Clock; synchronous reset, which sets all counters to 0.
clear : input
    Sets all counters to 0; increments of the same cycle are forgotten.
increments[COUNTERS*INCREMENT_BITS] : input
    Added in each cycle; counter 0 is the least significant field.
read_index[ceil(log2(2*COUNTERS))] : input; read_data[32] : output
    Word ``2*i`` is the low and ``2*i + 1`` the high half of counter ``i``; words past the last read 0.

Latency: ``read_data`` is there the cycle after ``read_index`` and has the increments of all cycles before
that of ``read_index``. Throughput: one increment for each counter and one word a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence


class Model:
    """The counters, one :meth:`clock` for each rising edge."""

    def __init__(self, counters: int) -> None:
        self.counts = [0] * counters
        self.read_data = 0

    def clock(self, clear: bool, increments: Sequence[int], read_index: int) -> None:
        """Read a word, then count."""
        counter, half = divmod(read_index, 2)
        known = counter < len(self.counts)
        self.read_data = self.counts[counter] >> (32 * half) & 0xFFFFFFFF if known else 0
        sums = zip(self.counts, increments, strict=True)
        self.counts = [0 if clear else (count + more) % 2**64 for count, more in sums]


model = Model

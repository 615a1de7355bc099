"""First-in first-out queue whose head is shown as soon as it is there.

Parameters
----------
WIDTH
    Bits of an item, at least 1.
DEPTH
    Items held: a power of two, at least 2.

Ports
-----
clk, rst : input
    Clock; synchronous reset, which empties the queue.
in_valid, in_data[WIDTH] : input; in_ready : output
    An item is taken in each cycle with ``in_valid`` and ``in_ready``. ``in_ready``: the queue is not full.
out_valid, out_data[WIDTH] : output; out_ready : input
    The head; it goes in a cycle with ``out_valid`` and ``out_ready``. ``out_valid``: the queue is not empty.

Latency: an item is shown the cycle after it was taken. Throughput: one item in and one out in each cycle.
``in_ready`` and ``out_*`` depend on registers alone, so a full queue takes nothing in the cycle in which its
head goes.
"""

from __future__ import annotations

from collections import deque


class Model:
    """The queue, one :meth:`clock` for each rising edge."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.items: deque[int] = deque()

    @property
    def in_ready(self) -> bool:
        return len(self.items) < self.depth

    @property
    def out_valid(self) -> bool:
        return bool(self.items)

    def clock(self, in_valid: bool, in_data: int, out_ready: bool) -> None:
        """Take and hand out what the ports agree on."""
        takes = in_valid and self.in_ready
        if out_ready and self.items:
            self.items.popleft()
        if takes:
            self.items.append(in_data)


model = Model

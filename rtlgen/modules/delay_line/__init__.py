"""Pipeline of registers for items that are never held up.

Parameters
----------
WIDTH
    Bits of an item, at least 1.
LATENCY
    Registers between input and output; 0 makes the module wires.

Ports
-----
clk, rst : input
    Clock; synchronous reset, which drops all items.
in_valid, in_data[WIDTH] : input
    An item comes in each cycle with ``in_valid``.
out_valid, out_data[WIDTH] : output
    The item that came ``LATENCY`` cycles before.
in_flight : output
    A register holds an item, the one at the output included; 0 where ``LATENCY`` is 0.

Latency: ``LATENCY`` cycles. Throughput: one item a cycle.
"""

from __future__ import annotations

from collections import deque


class Model:
    """The pipeline; ``None`` is no item."""

    def __init__(self, latency: int) -> None:
        self.stages: deque[int | None] = deque([None] * latency)

    def out(self, item: int | None) -> int | None:
        """Item at the output while ``item`` is at the input."""
        return self.stages[-1] if self.stages else item

    @property
    def in_flight(self) -> bool:
        return any(item is not None for item in self.stages)

    def clock(self, item: int | None) -> None:
        """Move all items on by one register."""
        if self.stages:
            self.stages.appendleft(item)
            self.stages.pop()


model = Model

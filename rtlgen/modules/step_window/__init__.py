"""The window of steps in flight: takes steps from the sequencer, writes their rows, counts them.

A step that is taken waits in a register (where its tiles are reckoned) and is written to the next slot as
soon as no stage needs what that slot, or the row that the write completes, held before. Writing a step
completes the row of the step before: what leaves it. Behind the last step one more, empty one is written to
complete the last row.

Parameters
----------
SLOT_BITS
    Bits of a slot number, at least 2: the row that completes another stands beside it. A pointer has one
    bit more and counts steps modulo its range.

Ports
-----
clk, rst : input
    Clock; synchronous reset.
start : input
    A layer starts.
pause : input
    Takes no step in this cycle; 0 in use.
step_valid, step_final : input; step_take : output
    The sequencer's step, whether it is the last, and that it is taken in this cycle.
egress_pointer, w_land_pointer, i_land_pointer [SLOT_BITS+1] : input
    Steps that the slowest readers of rows work on.
write, write_step, write_slot[SLOT_BITS] : output
    A row is written in this cycle; it is that of a step, not the empty one behind the last; its slot.
written, completed [SLOT_BITS+1] : output
    Steps whose rows can be read; steps whose rows say what leaves.
total_known : output
    The last step is written, so that ``written`` is the number of steps; until the next ``start``.

Latency: one cycle from a taken step to its write, and one more until ``written`` counts it. Throughput: one
step a cycle while fewer than ``2**SLOT_BITS - 1`` steps are written that a reader is not done with.
"""

from __future__ import annotations


class Model:
    """Counts without their modulus."""

    def __init__(self, slot_bits: int) -> None:
        self.room = (1 << slot_bits) - 1
        self.written = self.completed = 0
        self.waiting: bool | None = None
        self.closing = self.total_known = False

    def write(self, slowest: int) -> bool:
        """Whether a row is written, with ``slowest`` the step of the slowest reader."""
        return (self.waiting is not None or self.closing) and self.written - slowest < self.room

    def take(self, valid: bool, slowest: int, pause: bool) -> bool:
        """Whether a step is taken."""
        return valid and not pause and (self.waiting is None or self.write(slowest))

    def clock(self, valid: bool, final: bool, slowest: int, pause: bool) -> None:
        """One cycle."""
        take, write = self.take(valid, slowest, pause), self.write(slowest)
        if write:
            self.completed = self.written
            if self.waiting is None:
                self.closing = False
            else:
                self.written += 1
                self.closing = self.total_known = self.waiting
                self.waiting = None
        if take:
            self.waiting = final

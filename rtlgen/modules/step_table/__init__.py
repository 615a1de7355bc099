"""One row per step in flight: written by the sequencer, read by every stage at its own step.

Parameters
----------
WIDTH
    Bits of a row.
SLOT_BITS
    Bits of a slot number; there are ``2**SLOT_BITS`` rows.
PORTS
    Number of readers.

Ports
-----
clk : input
    Clock.
write, write_slot[SLOT_BITS], write_row[WIDTH] : input
    Replaces a row.
read_slots[PORTS*SLOT_BITS] : input; read_rows[PORTS*WIDTH] : output
    One row for each reader, reader 0 in the least significant field. A row that was never written means
    nothing.

Latency: a row is seen from the cycle after it was written; reads are combinational. Throughput: one row in
and ``PORTS`` rows out in a cycle. Reset does not touch the rows.
"""

from __future__ import annotations


class Model:
    """Rows by slot; ``None`` where none was written."""

    def __init__(self, slot_bits: int) -> None:
        self.rows: list[int | None] = [None] * (1 << slot_bits)

    def clock(self, write: bool, slot: int, row: int) -> None:
        """One cycle."""
        if write:
            self.rows[slot] = row

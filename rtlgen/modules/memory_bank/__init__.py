"""Memory with one port that writes and one that reads; maps to block RAM.

Parameters
----------
WIDTH
    Bits of a word, at least 1.
ROWS
    Words, at least 1. A row has ``max(1, ceil(log2(ROWS)))`` bits.

Ports
-----
clk : input
    Clock. The words (array ``mem``) and ``read_data`` are not reset.
write_enable, write_row, write_data[WIDTH] : input
    Writes a word.
read_enable, read_row : input; read_data[WIDTH] : output
    Reads a word: it is there the next cycle and stays until the next read.

Latency: 1 cycle. Throughput: one read and one write a cycle. A read of the row that is written in the same
cycle gives the old word.
"""

from __future__ import annotations


class Model:
    """The memory; a word that was never written is ``None``."""

    def __init__(self, rows: int) -> None:
        self.words: list[int | None] = [None] * rows
        self.read_data: int | None = None

    def clock(self, write: tuple[int, int] | None, read_row: int | None) -> None:
        """Read, then write ``(row, data)``; ``None`` for a port without enable."""
        if read_row is not None:
            self.read_data = self.words[read_row]
        if write is not None:
            self.words[write[0]] = write[1]


model = Model

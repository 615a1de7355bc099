"""Memory of one tensor (weights or inputs) in L2, interleaved along the innermost axis.

``WINDOW`` successive elements of a line are read at once, from any of them on: they lie in different banks.

Parameters
----------
ELEMENT_BITS
    Bits of a signed element, 1 to 32.
WINDOW
    Elements read at once, 1 to ``BANKS``.
BANKS
    Banks: a power of two. An offset has ``max(1, log2(BANKS))`` bits.
ROWS
    Rows of a bank, at least 1. A row has ``max(1, ceil(log2(ROWS)))`` bits.

Ports
-----
clk : input
    Clock. Nothing is reset.
read_enable, read_row, read_offset : input; read_data[WINDOW*ELEMENT_BITS] : output
    Reads a window whose first element is at ``(read_row, read_offset)``. Lane ``j`` (lane 0 is the least
    significant field) is the element ``j`` after it; banks below the offset read the next row.
host_write, host_read, host_row, host_bank, host_write_data[32] : input; host_read_data[32] : output
    Writes or reads one element; it is truncated, and sign-extended. The host must not read in a cycle with
    ``read_enable``.

Latency: data are there the cycle after their enable and stay until the next read of either kind; a word
written in the cycle of its read is read as it was. Throughput: one window a cycle. The element of bank ``b``
and row ``r`` is ``gen_bank[b].u_bank.mem[r]``.
"""

from __future__ import annotations

from rtlgen.modules import wrap


class Model:
    """The memory; elements that were never written are 0."""

    def __init__(self, element_bits: int, window: int, banks: int, rows: int) -> None:
        self.element_bits = element_bits
        self.window = window
        self.banks = [[0] * rows for _ in range(banks)]

    def write(self, row: int, bank: int, value: int) -> None:
        """Store the low bits of ``value``."""
        self.banks[bank][row] = wrap(value, self.element_bits)

    def read(self, row: int, offset: int) -> list[int | None]:
        """Window from ``(row, offset)`` on; ``None`` past the last row."""
        lanes: list[int | None] = []
        for position in range(offset, offset + self.window):
            carry, bank = divmod(position, len(self.banks))
            column = self.banks[bank]
            lanes.append(column[row + carry] if row + carry < len(column) else None)
        return lanes


model = Model

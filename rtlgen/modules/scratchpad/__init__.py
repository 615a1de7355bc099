"""Register file of one operand in one PE: one write port per bank, one read port per lane.

Neighbours on the innermost axis lie in neighbouring banks, so the elements of a beat never meet in a bank.

Parameters
----------
WIDTH
    Bits of a word.
BANKS
    A power of two.
ROW_BITS
    Bits of a row's number in a bank.
LANES
    Read ports.
ADDRESS_BITS
    Bits of an address, which is the row above the bank: ``ROW_BITS + log2(BANKS)``.

Ports
-----
clk : input
    Clock. The words are not reset.
write : input
    Enables all write ports; without, nothing is written.
write_enable[BANKS], write_rows[BANKS*ROW_BITS], write_data[BANKS*WIDTH] : input
    What each bank writes, bank 0 in the lowest bits.
read, read_addresses[LANES*ADDRESS_BITS] : input; read_data[LANES*WIDTH] : output
    Any lane reads any word; in a cycle without ``read`` all read 0.

Latency: reads are combinational; a word written in one cycle is read from the next on. Throughput: a word a
cycle at each port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Model:
    """The words by address; one that was never written is missing."""

    def __init__(self, banks: int) -> None:
        self.banks = banks
        self.words: dict[int, int] = {}

    def read(self, addresses: Sequence[int]) -> list[int | None]:
        return [self.words.get(address) for address in addresses]

    def write(self, rows: Mapping[int, tuple[int, int]]) -> None:
        """Write, for some banks, a row and its word."""
        self.words |= {row * self.banks + bank: word for bank, (row, word) in rows.items()}


model = Model

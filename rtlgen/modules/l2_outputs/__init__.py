"""Memory of the outputs in L2, which accumulates.

An element that was not written since the last clear is stored; to any other the new value is added modulo
``2**ELEMENT_BITS``. Elements lie as :mod:`rtlgen.modules.row_address` says.

Parameters
----------
AXES, COORDINATE_BITS, BANKS, ROWS
    As of ``row_address``.
ELEMENT_BITS
    Bits of a signed element, 2 to 32.
READBACK_BITS
    Bits of a requantised element, 2 to 32.
WINDOW
    Elements of a beat, 1 to ``BANKS``.

Ports
-----
clk, rst : input
    Clock; synchronous reset, which drops all beats and ends a clear. The memories are not reset: clear before
    the first beat.
clear : input; clearing : output
    A pulse forgets all elements; ``clearing`` is high in the ``ROWS`` cycles after it. No beat may be given,
    be pending or be read back meanwhile.
beat_valid, beat_coordinates[AXES*COORDINATE_BITS], beat_mask[WINDOW], beat_data[WINDOW*ELEMENT_BITS] : input
    A window of elements from the coordinates on (axis 0 is the most significant field); lane 0 is the least
    significant. Only lanes of the mask carry an element. Always taken.
base_row[32], row_stride[max(1, (AXES-1)*32)] : input
    Program registers, steady while ``pending``. Axis 0 is the most significant stride.
pending : output
    A beat that came before this cycle is not yet written and counted.
reads_valid, reads[ceil(log2(WINDOW+1))] : output
    Lanes of a beat's mask that found an earlier value: one count for each beat, in their order.
host_read, host_row, host_bank : input; host_read_data[32] : output
    Reads one element, sign-extended; 0 if it was not written. Only while ``pending`` and ``clearing`` are
    low.
readback_requantise, readback_shift[6], readback_relu : input
    With ``readback_requantise`` the host reads elements as :mod:`rtlgen.modules.requantise` makes them of
    ``READBACK_BITS`` bits, sign-extended. Steady until the data are there.

Latency: a beat is written at the end of the third cycle after its own and counted in the fourth, in which
``pending`` is still high; host data are there the cycle after ``host_read``. Throughput: one beat a cycle,
also on elements that the beat before touched. The element of bank ``b`` and row ``r`` is
``gen_bank[b].u_bank.mem[r]``.
"""

from __future__ import annotations

from collections.abc import Sequence

from rtlgen.modules import requantise, row_address, wrap


class Model:
    """The memory; an element that was not written is missing in ``elements``, whose keys are row and bank."""

    def __init__(self, element_bits: int, readback_bits: int, banks: int) -> None:
        self.element_bits = element_bits
        self.readback_bits = readback_bits
        self.banks = banks
        self.elements: dict[tuple[int, int], int] = {}

    def accumulate(
        self,
        coordinates: Sequence[int],
        mask: Sequence[bool],
        data: Sequence[int],
        base_row: int,
        strides: Sequence[int],
    ) -> int:
        """Take a beat; return how many of its elements found an earlier value."""
        *outer, first = coordinates
        reads = 0
        for lane, (present, value) in enumerate(zip(mask, data, strict=True)):
            if present:
                place = row_address.model((*outer, first + lane), base_row, strides, self.banks)
                reads += place in self.elements
                self.elements[place] = wrap(self.elements.get(place, 0) + value, self.element_bits)
        return reads

    def clear(self) -> None:
        """Forget all elements."""
        self.elements.clear()

    def read(self, row: int, bank: int, requantised: bool = False, shift: int = 0, relu: bool = False) -> int:
        """Element as the host reads it."""
        value = self.elements.get((row, bank), 0)
        if requantised:
            value = requantise.model(value, self.readback_bits, shift, relu, enable=True)
        return value


model = Model

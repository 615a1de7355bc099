"""What one axis holds at every step in flight, and how that differs from the step before.

All classes of PEs are written together, each with a set of its own, an arithmetic progression. A class's set
is compared with the one that it had before (:mod:`rtlgen.modules.axis_change`). Beside the set a row holds
what is new in it and, once the next step is written, what leaves it: ranges of numbers of its elements. The
rows lie in two :mod:`rtlgen.modules.step_table`, one for the set and what is new, one for what leaves.

Parameters
----------
CLASSES
    Classes of PEs.
COORDINATE_BITS, SLIDES, STEP_BITS, SPACED
    As of ``axis_change``; with ``SLIDES`` 0 a row holds only start and count.
SLOT_BITS
    Bits of a slot number; there are ``2**SLOT_BITS`` rows of each class.
PORTS
    Number of readers.
ROW_BITS
    Bits of a class's row; follows from the others.

Ports
-----
clk : input
    Clock. There is no reset: what the first sets are compared with means nothing.
write, write_slot[SLOT_BITS] : input
    A step is written; slots follow each other.
start, count [CLASSES*COORDINATE_BITS], spacing[CLASSES*STEP_BITS], reciprocal[CLASSES*21] : input
    The step's sets, class 0 in the least significant field: as of ``axis_change``.
same, overlaps [CLASSES] : output
    As of ``axis_change``, a bit a class: combinational, 0 in a cycle without ``write``.
read_slots[PORTS*SLOT_BITS] : input; read_rows[PORTS*CLASSES*ROW_BITS] : output
    Rows: that of class ``c`` for reader ``p`` is field ``p * CLASSES + c``. Fields of a row from the least
    significant on, of ``COORDINATE_BITS`` each: start, count; with ``SLIDES`` also new_low, new_high,
    leave_low, leave_high and, one bit wider and signed, shift. They mean what they mean in ``axis_change``,
    ``leave`` with regard to the step after.

Latency: a row is seen from the cycle after it was written, what leaves it from the cycle after the next step
was written. Throughput: one step a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rtlgen.modules import axis_change
from rtlgen.modules.axis_change import Change


@dataclass(frozen=True, slots=True)
class Row:
    """A set, how it differs from the one before, and how the one after differs from it.

    A change is ``None`` where the module does not say, that after also while there is no set after.
    """

    held: range
    change: Change | None
    after: Change | None = None


class Model:
    """Rows of all classes, class 0 first, by slot; a slot that was never written is missing."""

    def __init__(self, slot_bits: int) -> None:
        self.slots = 1 << slot_bits
        self.rows: dict[int, list[Row]] = {}

    def changes(self, slot: int, sets: Sequence[range]) -> list[Change | None]:
        """How the sets of a step differ from those of the step before, class by class."""
        before = self.rows.get((slot - 1) % self.slots)
        if before is None:
            return [None] * len(sets)
        return [axis_change.model(now, row.held) for now, row in zip(sets, before, strict=True)]

    def write(self, slot: int, sets: Sequence[range]) -> None:
        """Write a step; slots follow each other."""
        changes = self.changes(slot, sets)
        last = (slot - 1) % self.slots
        if last in self.rows:
            pairs = zip(self.rows[last], changes, strict=True)
            self.rows[last] = [replace(row, after=change) for row, change in pairs]
        self.rows[slot] = [Row(now, change) for now, change in zip(sets, changes, strict=True)]


model = Model

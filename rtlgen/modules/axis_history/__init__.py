"""What one axis holds at every step in flight, and how that differs from the step before.

A set is an arithmetic progression of ``count`` elements from ``start`` on, ``spacing`` apart. When a step is
written, its set is compared with that of the step written before. Two sets are compared element by element
in the progression that both belong to. Beside the set a row holds what is new in it and, once the next step
is written, what leaves it: ranges of numbers of its elements.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate or a count, 1 to 16.
SLOT_BITS
    Bits of a slot number; there are ``2**SLOT_BITS`` rows.
PORTS
    Number of readers.
SLIDES
    1 if a buffer slides along the axis; with 0 a row holds only start and count.
STEP_BITS
    Bits of a spacing, 1 to 4.
SPACED
    1 where elements can lie more than 1 apart; with 0 ``spacing`` and ``reciprocal`` are ignored.
ROW_BITS
    Bits of a row; follows from the others.

Ports
-----
clk : input
    Clock.
write, write_slot[SLOT_BITS] : input
    A step is written; slots follow each other.
start, count [COORDINATE_BITS], spacing[STEP_BITS], reciprocal[21] : input
    The step's set; the last is ``ceil(2**20 / spacing)``.
same, overlaps : output
    The set equals the one before; it shares elements with it. Sets of several elements and different
    spacings are taken to share nothing. If one of the two sets is
    empty, all that compares them means nothing. Combinational, for the step that is (or would be) written.
read_slots[PORTS*SLOT_BITS] : input; read_rows[PORTS*ROW_BITS] : output
    Rows, reader 0 in the least significant field. Fields from the least significant on, of
    ``COORDINATE_BITS`` each: start, count; with ``SLIDES`` also new_low, new_high, leave_low, leave_high and,
    one bit wider and signed, shift: the number that the set's first element has in the set before.

If the sets share elements, what is new is the range from ``new_low`` to ``new_high`` (excluded), empty where
both are equal; ``shift`` means nothing otherwise, and all of the set is new. A set that grows, or shrinks,
on both sides at once is not for this module.

Latency: a row is seen from the cycle after it was written, what leaves it from the cycle after the next step
was written. Throughput: one step a cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Change:
    """How a set differs from the one before.

    ``new`` holds numbers of elements of the set, ``leaves`` those of the set before.
    """

    same: bool
    overlaps: bool
    new: range
    leaves: range
    shift: int


def progression(start: int, count: int, spacing: int) -> range:
    """Return the elements of a set."""
    return range(start, start + count * spacing, spacing)


def model(now: range, before: range) -> Change | None:
    """Compare a set with the one before; ``None`` where the module does not say.

    Examples
    --------
    >>> model(progression(2, 3, 2), progression(0, 3, 2))
    Change(same=False, overlaps=True, new=range(2, 3), leaves=range(0, 1), shift=1)
    """
    shared = set(now) & set(before)
    if shared and len(now) > 1 and len(before) > 1 and now.step != before.step:
        return None
    everything = Change(set(now) == set(before), False, range(len(now)), range(len(before)), 0)
    if not shared:
        return everything
    new, leaves = _numbers(now, shared), _numbers(before, shared)
    if new is None or leaves is None:
        return None
    step = before.step if len(now) == 1 else now.step
    return Change(everything.same, True, new, leaves, (now.start - before.start) // step)


def _numbers(elements: range, shared: set[int]) -> range | None:
    """Numbers of the elements that are not shared; ``None`` if they are not neighbours."""
    found = [number for number, value in enumerate(elements) if value not in shared]
    if any(b - a > 1 for a, b in pairwise(found)):
        return None
    return range(found[0], found[-1] + 1) if found else range(0)

"""How what one axis holds differs from the step before, for one class of PEs.

A set is an arithmetic progression of ``count`` elements from ``start`` on, ``spacing`` apart. A set that is
written is compared with the one written before, element by element in the progression that both belong to:
what of it is new, and what of the set before leaves, are ranges of numbers of elements.
:mod:`rtlgen.modules.axis_history` keeps the two rows that come out.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate or a count, 1 to 16.
SLIDES
    1 if a buffer slides along the axis; with 0 the own row holds only start and count, and nothing leaves.
STEP_BITS
    Bits of a spacing, 1 to 4.
SPACED
    1 where elements can lie more than 1 apart; with 0 ``spacing`` and ``reciprocal`` are ignored.
OWN_BITS
    Bits of the own row; follows from the others.

Ports
-----
clk : input
    Clock. There is no reset: what the first set is compared with means nothing.
write : input
    A set is written: it is compared with the one before, whose place it takes at the clock edge.
start, count [COORDINATE_BITS], spacing[STEP_BITS], reciprocal[21] : input
    The set; the last is ``ceil(2**20 / spacing)``.
same, overlaps : output
    The set equals the one before; it shares elements with it. Sets of several elements and different
    spacings are taken to share nothing. If one of the two sets is empty, all that compares them means
    nothing.
own_row[OWN_BITS] : output
    Fields from the least significant on, of ``COORDINATE_BITS`` each: start, count; with ``SLIDES`` also
    new_low, new_high and, one bit wider and signed, shift: the number that the set's first element has in
    the set before. New are the elements of numbers ``new_low`` to ``new_high - 1``, all of them if the sets
    share none; ``shift`` means nothing then.
leave_row[2*COORDINATE_BITS] : output
    With ``SLIDES`` leave_low, leave_high: likewise what leaves of the set before; else 0.

Nothing is new, or leaves, where both ends of a range are equal. A set that grows, or shrinks, on both sides
at once is not for this module.

Latency: 0 from the set to all outputs. In a cycle without ``write`` they are 0, but for start and count in
the own row, which always are those on the ports. Throughput: a set a cycle.
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
    >>> model(progression(2, 3, 2), progression(2, 0, 2)) is None
    True
    """
    if not now or not before:
        return None
    shared = set(now) & set(before)
    if shared and len(now) > 1 and len(before) > 1 and now.step != before.step:
        return None
    if not shared:
        return Change(False, False, range(len(now)), range(len(before)), 0)
    new, leaves = _numbers(now, shared), _numbers(before, shared)
    if new is None or leaves is None:
        return None
    step = before.step if len(now) == 1 else now.step
    return Change(set(now) == set(before), True, new, leaves, (now.start - before.start) // step)


def _numbers(elements: range, shared: set[int]) -> range | None:
    """Numbers of the elements that are not shared; ``None`` if they are not neighbours."""
    found = [number for number, value in enumerate(elements) if value not in shared]
    if any(b - a > 1 for a, b in pairwise(found)):
        return None
    return range(found[0], found[-1] + 1) if found else range(0)

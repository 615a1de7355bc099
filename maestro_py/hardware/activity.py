"""Density to activity: the expected part of a dense layer's events that takes place (SEMANTICS section 7).

Each element is nonzero by itself with the probability of its tensor's density, so an event that needs a
nonzero operand happens in that part of the cases. What several lanes of a cycle share happens if any of them
needs it:

    any(p, n) = 1 - (1 - p)^n                            at least one of n

Without ``zero_skip`` a PE gates: it reads every input, a weight only for a nonzero input, and multiplies and
accumulates only where both are nonzero. Everything is stored and moved as it is.

    MAC  d_W * d_I      L1 read I  1      L1 read W  any(d_I, share_W)      L1 O  any(d_W * d_I, share_O)

With it, operands are stored and moved as their nonzero values with a mask of one bit per element, where that
saves bits. A PE reads the masks, and then values only where both operands are nonzero. An operand that is not
compressed has no mask: its zeros are found by reading it, the inputs' first if neither has one.

    MAC  d_W * d_I      L1 O  any(d_W * d_I, share_O)     moved  min(d_T + 1 / bits_T, 1)
    L1 read W  (d_W if masked) * any(d_I, share_W) + (1 / bits_W if masked)
    L1 read I  (d_I if masked) * (any(d_W, share_I) unless neither is masked) + (1 / bits_I if masked)

A layer that does not multiply (pooling) does all its operations; a mask spares reading the zeros.

Non-goals: the logic that finds pairs of nonzeros, codes and decodes: it is charged nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import truediv
from typing import Generic, TypeVar

from maestro_py.ir.density import MILLION, moved_microbits

Number = TypeVar("Number", float, Fraction)

DENSE_MILLIONTHS = (MILLION, MILLION, MILLION)


@dataclass(frozen=True, slots=True)
class Activity(Generic[Number]):
    """Parts of the events of the dense layer.

    Attributes
    ----------
    mac
        MACs that are computed.
    read
        L1 reads of W and I, in elements: a mask bit counts as its part of an element.
    accumulate
        L1 reads and writes of outputs by the MACs.
    moved
        Bits of each tensor that are stored and moved, of outputs only once they are final.
    """

    mac: Number
    read: Mapping[str, Number]
    accumulate: Number
    moved: Mapping[str, Number]


def activity(
    density: Sequence[int],
    bits: Sequence[int],
    share: Mapping[str, int],
    *,
    multiplies: bool,
    zero_skip: bool,
    part: Callable[[int, int], Number],
) -> Activity[Number]:
    """Return what a machine does of a dense layer's events.

    Parameters
    ----------
    density, bits
        Of W, I and O; density in millionths.
    share
        MACs of one cycle that use the same element of W, I and O.
    multiplies
        Whether a zero operand makes an operation needless.
    zero_skip
        Whether PEs skip zeros, or only gate.
    part
        Makes a number of a numerator and a denominator: ``Fraction``, or ``operator.truediv``.

    Examples
    --------
    >>> half = (500_000, 500_000, 1_000_000)
    >>> one = {"W": 1, "I": 1, "O": 1}
    >>> gated = activity(half, (8, 8, 8), one, multiplies=True, zero_skip=False, part=Fraction)
    >>> print(gated.mac, gated.read["W"], gated.read["I"])
    1/4 1/2 1
    >>> skipped = activity(half, (8, 8, 8), one, multiplies=True, zero_skip=True, part=Fraction)
    >>> print(skipped.read["W"], skipped.moved["W"])  # a quarter of the values, and a mask of 1 bit in 8
    3/8 5/8
    """
    one = part(1, 1)
    of_w, of_i = part(density[0], MILLION), part(density[1], MILLION)
    pairs = of_w * of_i if multiplies else one
    accumulate = _any(pairs, share["O"], one)
    for_w = _any(of_i, share["W"], one) if multiplies else one
    for_i = _any(of_w, share["I"], one) if multiplies else one
    if not zero_skip:
        return Activity(pairs, {"W": for_w, "I": one}, accumulate, {"W": one, "I": one, "O": one})
    microbits = [moved_microbits(d, width) for d, width in zip(density, bits, strict=True)]
    masked = [moved < width * MILLION for moved, width in zip(microbits, bits, strict=True)]
    read_w = of_w * for_w + part(1, bits[0]) if masked[0] else for_w
    if masked[1]:
        read_i = of_i * for_i + part(1, bits[1])
    else:
        read_i = for_i if masked[0] else one
    moved = {
        tensor: part(of_element, width * MILLION)
        for tensor, of_element, width in zip("WIO", microbits, bits, strict=True)
    }
    return Activity(pairs, {"W": read_w, "I": read_i}, accumulate, moved)


def _any(probability: Number, count: int, one: Number) -> Number:
    """Probability that at least one of ``count`` independent events happens."""
    none: Number = (one - probability) ** count
    return one - none


DENSE_ACTIVITY: Activity[float] = activity(
    DENSE_MILLIONTHS,
    (1, 1, 1),
    {"W": 1, "I": 1, "O": 1},
    multiplies=True,
    zero_skip=False,
    part=truediv,
)
"""Everything takes place."""

"""Brings a signed value to fewer (or more) bits.

Parameters
----------
IN_BITS
    Bits of the value that comes in, at least 2.
OUT_BITS
    Bits of the value that goes out, at least 2.

Ports
-----
in_value[IN_BITS] : input
    Signed value.
shift[6], relu, enable : input
    With ``enable``: the value is divided by ``2**shift`` and rounded to the nearest integer, halves up; where
    ``relu`` is set, negative results become 0; the result is saturated. Without: the value modulo
    ``2**OUT_BITS``, ``shift`` and ``relu`` ignored.
out_value[OUT_BITS] : output
    Signed value.

Latency: 0, combinational. Throughput: one value a cycle.
"""

from __future__ import annotations

from rtlgen.modules import wrap


def model(value: int, out_bits: int, shift: int, relu: bool, enable: bool) -> int:
    """Value that goes out.

    Examples
    --------
    >>> [model(value, 8, shift=1, relu=False, enable=True) for value in (3, -3, 300)]
    [2, -1, 127]
    """
    if not enable:
        return wrap(value, out_bits)
    if shift:
        value = (value + (1 << (shift - 1))) >> shift
    if relu:
        value = max(value, 0)
    half = 1 << (out_bits - 1)
    return min(max(value, -half), half - 1)

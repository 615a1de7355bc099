"""Collection network: adds what the PEs give to a beat, lane by lane, and brings it to an output's width.

The sum is a balanced tree of adders that wrap around; each lane then passes
:mod:`rtlgen.modules.requantise`.

Parameters
----------
PES
    PEs that take part.
WINDOW
    Lanes of a beat.
ACCUMULATOR_BITS, ELEMENT_BITS
    Bits of a partial sum and of an output element, at least 2 each.

Ports
-----
requantise_enable, shift[6], relu : input
    Program: as of ``requantise``.
beat : input
    A beat is collected.
pe_lanes[PES*WINDOW], pe_sums[PES*WINDOW*ACCUMULATOR_BITS] : input
    Which lanes a PE gives, and its sums, which are 0 on other lanes; PE 0 in the lowest bits.
lanes[WINDOW], elements[WINDOW*ELEMENT_BITS] : output
    Lanes that some PE gives, and the elements; 0 in a cycle without a beat.

Latency: 0 (combinational). Throughput: a beat a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence

from rtlgen.modules import requantise, wrap


def model(
    sums: Sequence[Sequence[int]],
    accumulator_bits: int,
    element_bits: int,
    shift: int,
    relu: bool,
    enable: bool,
) -> list[int]:
    """Elements of a beat, lane by lane, from the sums of each PE."""
    totals = [wrap(sum(lane), accumulator_bits) for lane in zip(*sums, strict=True)]
    return [requantise.model(total, element_bits, shift, relu, enable) for total in totals]

"""The beats that move a tensor's elements, step by step, ahead of the data.

Every PE walks what it has to move (:mod:`rtlgen.modules.tile_walk`); the first element that any of them
wants is the base of the next beat, so each line of their union is covered by windows from its lowest
element on. Without sharing the number of the PE leads the comparison, and a beat serves that PE alone.

Parameters
----------
PES, SHARED
    PEs that take part; whether a beat serves all of them.
TARGET_BITS
    Bits of a PE's number.
AXES, COORDINATE_BITS, STEP_BITS, WINDOW, PICKS, SLIDE_AXIS, STRIDED
    As of ``tile_walk``.

Ports
-----
clk, rst : input
    Clock; synchronous reset.
mode, start, count, step, part_low, part_high : input
    What each PE moves at the present step: the ports of ``tile_walk``, PE 0 in the lowest bits. Steady while
    ``available`` during a step; meaningless without.
available : input
    The rows of the present step are there. Once high, it stays so until ``step_end``.
step_end : output
    The step's last item goes; the next cycle shows the next step.
item_valid, item_empty, item_last, item_target[TARGET_BITS], item_coordinates[AXES*COORDINATE_BITS] : output;
item_ready : input
    A beat: whom it serves (0 if shared) and the coordinates of its first lane, axis 0 in the lowest bits.
    ``item_empty``: nobody moves anything at this step, its only item. ``item_last``: the step's last. All
    but ``item_valid`` are meaningful only in a cycle with ``item_ready``, which must not depend on them: the
    beat is not looked for while it cannot go.

Latency: combinational from the tiles to the item. Throughput: an item a cycle, also across steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rtlgen.modules.tile_walk import Place


@dataclass(frozen=True, slots=True)
class Item:
    """A beat: the PE that it serves and where it begins."""

    target: int
    base: Place


def model(positions: Sequence[Sequence[Place]], window: int, shared: bool) -> list[Item]:
    """Beats that carry the elements at each PE's ``positions`` (innermost axis first), in order.

    Examples
    --------
    >>> line = [[(0, 1), (1, 1), (2, 1)], [(2, 1), (3, 1)]]
    >>> [item.base for item in model(line, window=2, shared=True)]
    [(0, 1), (2, 1)]
    >>> [(item.target, item.base) for item in model(line, window=2, shared=False)]
    [(0, (0, 1)), (0, (2, 1)), (1, (2, 1))]
    """
    groups = [set().union(*positions)] if shared else [set(each) for each in positions]
    items: list[Item] = []
    for target, group in enumerate(groups):
        line, end = None, 0
        for position in sorted(group, key=lambda place: place[::-1]):
            if position[1:] != line or position[0] >= end:
                items.append(Item(target, position))
                line, end = position[1:], position[0] + window
    return items

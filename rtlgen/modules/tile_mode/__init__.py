"""The reuse rule for one tensor of one PE: what a step adds to the tile, and what leaves it.

Parameters
----------
AXES
    Axes of the tensor.
SLIDE_AXIS
    Number of the axis that the buffer slides along, the innermost being 0; ``AXES`` if there is none.

Ports
-----
clk, rst : input
    Clock; synchronous reset.
start : input
    A layer starts: there is no step before the next one.
write : input
    A step is written; ``active``, ``same`` and ``overlaps`` belong to it.
active : input
    The PE has a tile of the tensor at the step.
same[AXES], overlaps : input
    Which axes hold what they held at the step before; whether the sets of the axis that slides share
    elements. Where the step before had no tile they mean nothing.
new_mode[2] : output
    What of the step's tile is new: 0 nothing, 1 all, 2 the part that ``axis_history`` names.
leave_mode[2] : output
    What leaves of the tile of the step before; likewise.

Latency: 0 from the step's inputs to its modes, which are 0 in a cycle without ``write``. Throughput: one step
a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence

NOTHING, ALL, PART = range(3)


class Model:
    """The rule, step by step."""

    def __init__(self, slide_axis: int) -> None:
        self.slide_axis = slide_axis
        self.was_active = False

    def modes(self, active: bool, same: Sequence[bool], overlaps: bool) -> tuple[int, int]:
        """Mode of what is new, and of what leaves."""
        changed = [axis for axis, is_same in enumerate(same) if not is_same]
        if not changed:
            difference = NOTHING
        elif changed == [self.slide_axis] and overlaps:
            difference = PART
        else:
            difference = ALL
        if active and self.was_active:
            return difference, difference
        return (ALL if active else NOTHING), (ALL if self.was_active else NOTHING)

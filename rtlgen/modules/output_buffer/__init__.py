"""Partial sums of one PE: accumulates what the vector MAC yields and hands out what leaves the tile.

Two stages look at the buffer, each at its own step. Compute adds to the tile of a step while the network
collects, of the tile of the step before, what compute's tile does not keep. An output starts every residency
at zero: its first sum of a step in which it is new is stored instead of added. So a memory that keeps old
bits, as it has no reset, needs no clearing. Places and addresses are as in
:mod:`rtlgen.modules.operand_buffer`, without banks.

Parameters
----------
AXES, COORDINATE_BITS, WINDOW, PICKS, SLIDE_AXIS
    As of ``tile_walk``; outputs are never more than 1 apart.
MULTIPLIERS, RING_EXTENT, ADDRESS_BITS
    As of ``operand_buffer``, with one bank.
ACCUMULATOR_BITS
    Bits of a partial sum; sums wrap around.
LANES
    Outputs that receive a sum per cycle.
READS, READ_AXIS, LANE_READS
    Indices that the lanes share, as of ``operand_buffer``.

Ports
-----
clk, rst : input
    Clock; synchronous reset, before the first step.
compute_mode[2], compute_shift[COORDINATE_BITS+1], compute_part_low, compute_part_high : input
    Which outputs are new at compute's step: none, all, or those of a part; and how many elements the tile
    starts behind the one of the step before.
compute_step_end : input
    Compute's step is over, also together with its last sums.
run, first_sums, sum_valid[LANES] : input
    There may be sums: without ``run`` nothing is added. They are the first of the step for their outputs;
    which lanes carry one.
sum_indices[READS*COORDINATE_BITS], sums[LANES*ACCUMULATOR_BITS] : input
    Indices in compute's tile, and what each lane adds, lane 0 in the lowest bits. No two lanes with one
    output in a cycle.
egress_mode[2], egress_shift : input
    As of compute, at the step that is collected.
leave_mode[2], leave_start, leave_count, leave_part_low, leave_part_high : input
    What of that step's tile leaves: as of ``tile_walk``.
egress_step_end : input
    All of it has left, also together with its last beat.
beat, served, beat_base[AXES*COORDINATE_BITS] : input
    A beat lies there; whether it serves this PE. If so, what it takes is gone afterwards.
taken[COORDINATE_BITS], taken_lanes[WINDOW], taken_sums[WINDOW*ACCUMULATOR_BITS] : output
    How many outputs this PE gives to the beat, on which lanes, and their sums; 0 on other lanes. All are 0
    without a beat or if it serves others.

Latency: collection is combinational; a sum stored in one cycle can be collected in the next. Throughput: a
beat and ``LANES`` sums a cycle.
"""

from __future__ import annotations

from collections.abc import Mapping

from rtlgen.modules import wrap
from rtlgen.modules.tile_walk import ALL, PART, Place, Tile


class Model:
    """The tile of compute's step, as a map from indices to partial sums."""

    def __init__(self, slide_axis: int, accumulator_bits: int) -> None:
        self.slide_axis = slide_axis
        self.accumulator_bits = accumulator_bits
        self.sums: dict[Place, int] = {}

    def step(self, tile: Tile, shift: int) -> None:
        """Go on to the tile of the next step; outputs that it does not keep are forgotten."""
        if tile.mode == ALL:
            self.sums = {}
        elif tile.mode == PART:
            moved = {}
            for index, value in self.sums.items():
                place = list(index)
                place[self.slide_axis] -= shift
                if 0 <= place[self.slide_axis] < tile.count[self.slide_axis]:
                    moved[tuple(place)] = value
            self.sums = moved

    def add(self, sums: Mapping[Place, int]) -> None:
        """Add to outputs; one that is new starts at zero."""
        for index, value in sums.items():
            self.sums[index] = wrap(self.sums.get(index, 0) + value, self.accumulator_bits)


model = Model

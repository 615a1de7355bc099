"""One processing element: two operand buffers, a vector MAC and an output buffer around a loop over a box.

The box that the PE holds at a step is walked by :mod:`rtlgen.modules.mac_loop`. Lane ``v`` of the vector MAC
stands ``v // LANE_DIVISOR[d] % LANES[d]`` behind the counter of dimension ``d``; lanes that tell no two
elements of a tensor apart share a read port of it. On a plain axis the index of an element in the tile is
that of the MAC in the box; on the axis of a sliding window it is ::

    row = window_first + window_output_step * output + window_tap_step * tap
    index = row / insertion

and an input whose row lies outside of the tile (in the padding), or between real rows, counts as zero and is
multiplied like any other.

Parameters
----------
TARGET_BITS, MULTICAST, REDUCTION
    Bits of a PE's number; whether a beat of operands serves, and one of outputs collects from, all
    PEs. If not, the beat names a PE.
COORDINATE_BITS, STEP_BITS
    Bits of a coordinate and of the distance between elements of an axis.
ACCUMULATOR_BITS
    Bits of a partial sum, which wraps around.
DIMENSIONS, LANES, LANE_DIVISOR, VECTOR
    Loop dimensions, dimension 0 the outermost and in the lowest bits; lanes along each (8 bits); place value
    of each in the number of a lane (16 bits); all lanes together.
WINDOWS, INSERTED
    Sliding windows; whether zeros may be inserted between real rows.
W_AXES, W_DIMENSION, W_BITS, W_WINDOW, W_PICKS, W_SLIDE_AXIS, W_RING_EXTENT, W_BANKS, W_ADDRESS_BITS,
W_MULTIPLIERS; the same with I_ and O_
    Of :mod:`rtlgen.modules.operand_buffer` and :mod:`rtlgen.modules.output_buffer`. ``DIMENSION``: the loop
    dimension of each axis, 8 bits an axis.
W_LANES, W_DIVISOR; the same with I_ and O_
    Read ports, or sums; place value of each dimension in their number, 0 for a dimension that the tensor
    lacks.
W_READS, W_READ_AXIS, W_LANE_READS, W_READ_OFFSET; the same with I_ and O_
    Indices that these lanes share, as of the buffers; how far each stands behind the counter of its axis's
    dimension, 8 bits each.
I_TAP, I_WINDOW_NUMBER
    On the axis of a window: the dimension of its taps, and its number; ``I_DIMENSION`` is that of its
    outputs. On a plain axis ``I_TAP`` is 255.
I_READ_TAP_OFFSET
    How far each index stands behind the counter of the taps, 8 bits each; ignored on a plain axis.
I_STRIDED
    Axes whose elements may lie more than 1 apart, a bit each.

Ports
-----
clk, rst : input
    Clock; synchronous reset, before the first step.
number[TARGET_BITS] : input
    The PE's number, a constant: a port, so that all PEs are one module.
weights_present, w_present, i_present, o_present, summed[DIMENSIONS] : input
    The layer has weights (if not, they count as 1); which axes it has; which dimensions are summed over.
insertion[WINDOWS*STEP_BITS], insertion_reciprocal[WINDOWS*21] : input
    Distance of real rows, 1 without inserted zeros, and ``ceil(2**20 / it)``.
w_land_*, w_beat, w_base, w_data, i_land_*, i_beat, i_base, i_data, beat_target : input;
w_taken, w_taken_lanes, i_taken, i_taken_lanes : output
    As of ``operand_buffer``; whom a beat serves, if it does not serve all. The buffers read while ``run``.
run, active, compute_step_end, extents : input; compute_last : output
    As of ``mac_loop``.
window_first[WINDOWS*(COORDINATE_BITS+2)], window_output_step, window_tap_step[WINDOWS*STEP_BITS],
window_count[WINDOWS*COORDINATE_BITS] : input
    What the first row is (signed; times ``insertion``), and how many rows, or elements with gaps, the tile
    has.
w_compute_*, i_compute_*, o_compute_* : input
    As of the buffers, at compute's step.
macs[16] : output
    MACs of this cycle; 0 without ``run``.
o_egress_*, o_leave_*, egress_step_end, o_beat, o_base, o_target : input;
o_taken, o_taken_lanes, o_taken_sums : output
    As of ``output_buffer``; whom a beat collects from, if not from all. What it collects is gone.

Latency: a MAC reads, multiplies and accumulates in one cycle. Throughput: all lanes every cycle, also from
one step to the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rtlgen.modules import wrap
from rtlgen.modules.tile_walk import Place


@dataclass(frozen=True, slots=True)
class Window:
    """Which row an output and a tap meet; dimensions by their numbers, the rest as the ports."""

    outputs: int
    taps: int
    first: int
    output_step: int
    tap_step: int
    insertion: int = 1

    def index(self, mac: Sequence[int]) -> int | None:
        """Index of the row, ``None`` if zero was inserted there; it may lie outside of the tile."""
        row = self.first + self.output_step * mac[self.outputs] + self.tap_step * mac[self.taps]
        return None if row % self.insertion else row // self.insertion


def model(
    extents: Sequence[int],
    weight_axes: Sequence[int],
    weights: Mapping[Place, int],
    input_axes: Sequence[int | Window],
    inputs: Mapping[Place, int],
    output_axes: Sequence[int],
    accumulator_bits: int,
) -> dict[Place, int]:
    """What a box adds to the outputs of its tile, by index.

    Parameters
    ----------
    extents
        Of the box, dimension 0 first.
    weight_axes, input_axes, output_axes
        The dimension of each axis, axis 0 first, or the window.
    weights, inputs
        Elements of the tiles by index; inputs that are missing count as zero.
    accumulator_bits
        Bits of a sum.

    Examples
    --------
    >>> inputs = {(0,): 5, (1,): 6, (2,): 7}
    >>> window = Window(outputs=0, taps=1, first=-1, output_step=1, tap_step=1)
    >>> model([3, 2], [1], {(0,): 1, (1,): 10}, [window], inputs, [0], 16)
    {(0,): 50, (1,): 65, (2,): 76}
    """
    sums: dict[Place, int] = {}
    for mac in product(*map(range, extents)):
        places = [axis.index(mac) if isinstance(axis, Window) else mac[axis] for axis in input_axes]
        element = 0 if None in places else inputs.get(tuple(p for p in places if p is not None), 0)
        output = tuple(mac[axis] for axis in output_axes)
        contribution = weights[tuple(mac[axis] for axis in weight_axes)] * element
        sums[output] = wrap(sums.get(output, 0) + contribution, accumulator_bits)
    return sums

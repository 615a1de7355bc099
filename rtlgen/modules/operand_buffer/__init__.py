"""One operand (weights or inputs) of one PE: takes its elements out of beats, keeps two tiles, is read.

Two stages look at the buffer, each at its own step. Landing fills the tile of a step while compute reads
the tile of the same step (when all of it has landed) or of the one before. What two neighbouring tiles share
stays where it is: the axis along which tiles slide is a ring of ``2 * RING_EXTENT`` places
(:mod:`rtlgen.modules.ring_pointer`), and an element lies at its index from the tile's start there. On the
other axes it lies at its index. The address is the sum of these places, each times its multiplier.

Parameters
----------
AXES, COORDINATE_BITS, STEP_BITS, WINDOW, PICKS, SLIDE_AXIS, STRIDED
    As of ``tile_walk``.
ELEMENT_BITS
    Bits of an element.
BANKS
    Banks of the :mod:`rtlgen.modules.scratchpad`: a power of two, at least ``PICKS``.
MULTIPLIERS
    Address distance of neighbours, 16 bits an axis, that of axis 0 being 1 and the others multiples of
    ``BANKS``: see :func:`multipliers`.
RING_EXTENT
    Largest extent of a tile along ``SLIDE_AXIS``; along axis 0, half a multiple of ``BANKS``.
ADDRESS_BITS
    Bits of an address, 1 to 16, with at least one bit of the row.
LANES
    Elements read per cycle.
READS, READ_AXIS, LANE_READS
    Number of the indices that the lanes make do with, as lanes at one place of an axis share its index; the
    axis of each, 8 bits each, axis by axis; the number of the index that a lane uses on each axis, 16 bits
    each: lane 0 in the lowest bits, in a lane axis 0.

Ports
-----
clk, rst : input
    Clock; synchronous reset, before the first step.
land_mode[2], land_start, land_count, land_step, land_part_low, land_part_high : input
    What lands at landing's step: as of ``tile_walk``.
land_shift : input, signed, COORDINATE_BITS + 1
    With mode 2: how many elements the tile starts behind the one of the step before.
land_step_end : input
    Landing's step is over, also together with its last beat.
beat, served, beat_base[AXES*COORDINATE_BITS], beat_data[WINDOW*ELEMENT_BITS] : input
    A beat is there; whether it serves this PE. If so, the PE takes its elements of it.
taken[COORDINATE_BITS], taken_lanes[WINDOW] : output
    How many of the beat's elements are taken, and which; 0 without a beat or if it serves others.
compute_mode[2], compute_shift[COORDINATE_BITS+1], compute_step_end : input
    As of landing, at compute's step.
read, read_indices[READS*COORDINATE_BITS] : input; read_data[LANES*ELEMENT_BITS] : output
    Indices in compute's tile; the element that each lane reads there, lane 0 in the lowest bits. In a cycle
    without ``read`` all data are 0.

Latency: ``taken`` and ``read_data`` are combinational; what lands in one cycle can be read in the next.
Throughput: a beat and ``LANES`` reads a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence

from rtlgen.modules.tile_walk import ALL, PART, Place, Tile


def multipliers(extents: Sequence[int], slide_axis: int, banks: int = 1) -> tuple[list[int], int]:
    """Address distance of neighbours on each axis, axis 0 first, and the words of the buffer.

    Examples
    --------
    >>> multipliers([3, 2, 5], slide_axis=1, banks=4)
    ([1, 4, 16], 80)
    """
    found, words = [], 1
    for axis, extent in enumerate(extents):
        found.append(words)
        places = -(-extent // banks) * banks if axis == 0 else extent
        words *= 2 * places if axis == slide_axis else places
    return found, words


class Model:
    """The tile of one stage, as a map from indices to elements; two of them follow the two stages."""

    def __init__(self, slide_axis: int) -> None:
        self.slide_axis = slide_axis
        self.held: dict[Place, int] = {}

    def step(self, tile: Tile, shift: int, landing: dict[Place, int]) -> None:
        """Go on to the tile of the next step, of which the elements ``landing`` are new."""
        if tile.mode == ALL:
            self.held = {}
        elif tile.mode == PART:
            moved = {}
            for index, element in self.held.items():
                place = list(index)
                place[self.slide_axis] -= shift
                if 0 <= place[self.slide_axis] < tile.count[self.slide_axis]:
                    moved[tuple(place)] = element
            self.held = moved
        self.held |= landing


model = Model

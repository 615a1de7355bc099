"""Turns the items of a tensor's stream into beats with data.

An item names the first element of a window by its coordinates. The module reckons where it lies
(:mod:`rtlgen.modules.row_address`), reads the :mod:`rtlgen.modules.l2_memory` that stands beside it, and
hands the item on with the window. Items keep their order.

Parameters
----------
AXES, COORDINATE_BITS, BANKS, ROWS
    As of ``row_address``.
ELEMENT_BITS, WINDOW
    As of ``l2_memory``.
TARGET_BITS
    Bits of the target, which goes along with an item.
DEPTH
    Items between in and out at most: a power of two, at least 2.

Ports
-----
clk, rst : input
    Clock; synchronous reset, which drops all items.
in_valid, in_coordinates[AXES*COORDINATE_BITS], in_empty, in_last, in_target[TARGET_BITS] : input;
in_ready : output
    An item. Axis 0 is the most significant coordinate. ``in_empty``: a step without elements, for which
    nothing is read. ``in_last``: the step's last item.
base_row[32], row_stride[max(1, (AXES-1)*32)] : input
    Program registers, steady while items are under way. Axis 0 is the most significant stride.
read_enable, read_row, read_offset : output; read_data[WINDOW*ELEMENT_BITS] : input
    Read port of the ``l2_memory``; its data must be there the cycle after ``read_enable``.
out_valid, out_coordinates, out_data[WINDOW*ELEMENT_BITS], out_empty, out_last, out_target : output;
out_ready : input
    A beat. The data of an empty one, and of lanes past the line's end, mean nothing.

Latency: 4 cycles from a taken item to its beat at the output, where nothing waits before it. Throughput: one
item a cycle where ``DEPTH`` is at least 8. ``in_ready`` is low exactly while ``DEPTH`` items are under way;
it and ``out_*`` depend on registers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rtlgen.modules import l2_memory, row_address


@dataclass(frozen=True, slots=True)
class Item:
    """What comes in."""

    coordinates: tuple[int, ...]
    empty: bool
    last: bool
    target: int


def model(
    item: Item, size: int, base_row: int, strides: Sequence[int], memory: l2_memory.Model
) -> list[int | None]:
    """Data of an item's beat, element by element; ``None`` past the innermost axis's ``size``."""
    *outer, first = item.coordinates
    lanes: list[int | None] = []
    for inner in range(first, first + memory.window):
        row, bank = row_address.model((*outer, inner), base_row, strides, len(memory.banks))
        lanes.append(memory.banks[bank][row] if inner < size else None)
    return lanes

"""Where an element lies in an interleaved memory.

The element with coordinates ``(a_0, ..., a_{n-2}, c)`` lies in bank ``c % BANKS`` of row
``base_row + sum(a_i * row_stride_i) + c // BANKS``: a line along the innermost axis fills whole rows, and
successive elements of it lie in successive banks.

Parameters
----------
AXES
    Axes of the tensor with the innermost one, at least 1.
COORDINATE_BITS
    Bits of an unsigned coordinate, 1 to 32.
BANKS
    Banks: a power of two.
ROWS
    Rows of a bank. A row has ``max(1, ceil(log2(ROWS)))`` bits, an offset ``max(1, log2(BANKS))``.

Ports
-----
clk : input
    Clock.
coordinates[AXES*COORDINATE_BITS] : input
    Axis 0 is the most significant field, the innermost axis the least significant.
base_row[32], row_stride[max(1, (AXES-1)*32)] : input
    Program registers. Axis 0 is the most significant field of the strides; the innermost axis has none.
row, offset : output
    Row and bank of the element.

Latency: 2 cycles (products, then their sum). Throughput: one address a cycle. There is no valid: an address
belongs to the coordinates of two cycles before. Rows are reckoned modulo a power of two that is at least
``ROWS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod


def model(coordinates: Sequence[int], base_row: int, strides: Sequence[int], banks: int) -> tuple[int, int]:
    """Row and bank of an element.

    Examples
    --------
    >>> model((2, 9), base_row=3, strides=(5,), banks=4)
    (15, 1)
    """
    *outer, inner = coordinates
    steps = sum(coordinate * stride for coordinate, stride in zip(outer, strides, strict=True))
    return base_row + steps + inner // banks, inner % banks


def dense_strides(shape: Sequence[int], banks: int) -> tuple[tuple[int, ...], int]:
    """Row strides of a tensor whose lines follow each other without gaps, and the rows that it takes.

    Examples
    --------
    >>> dense_strides((2, 3, 9), banks=4)
    ((9, 3), 18)
    """
    *outer, inner = shape
    line_rows = -(-inner // banks)
    strides = tuple(line_rows * prod(outer[axis + 1 :]) for axis in range(len(outer)))
    return strides, line_rows * prod(outer)

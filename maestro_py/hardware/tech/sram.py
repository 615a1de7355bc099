"""SRAM energy, leakage and area from CACTI tables, interpolated log-log in size and word width.

A table is a grid over size (64 B to 4 MiB) and word width (8 to 256 bits). Between grid points the
logarithm of the quantity is bilinear in the logarithms of size and width (a single power law over the
whole range misses by 15 % in the median). :func:`sram_value` answers one point in plain Python and is
cached; :func:`sram_values` answers arrays with scipy and gives the same numbers.

Outside the grid the outermost slope goes on, and :func:`sram_caveats` says so. CACTI has no figure for a
word wider than 1/32 of the array; such cells are continued from the two widest words (energy) or held
(leakage, area), which is a caveat too. Below 512 B real designs use flip-flops or latches, which CACTI
does not model.

Non-goals: no banking (one bank holds the whole size), no access time limits.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from maestro_py.hardware.tech.tables import read_table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Quantity = Literal["read_pj", "write_pj", "leakage_mw", "area_um2"]
SMALLEST_TRUSTED_BYTES = 512
WIDEST_WORD_FRACTION = 32
_HELD: frozenset[str] = frozenset({"leakage_mw", "area_um2"})


@dataclass(frozen=True, slots=True)
class _Grid:
    """Natural logarithms: sizes (ascending), widths (ascending), values[size][width]."""

    sizes: tuple[float, ...]
    widths: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]


@cache
def _grid(device: str, node_nm: int, quantity: Quantity) -> _Grid:
    points: dict[int, dict[int, float]] = {}
    for row in read_table(f"sram_cacti_{device}"):
        if int(row["node_nm"]) == node_nm:
            line = points.setdefault(int(row["size_bytes"]), {})
            line[int(row["word_bits"])] = float(row[quantity])
    widths = sorted({width for line in points.values() for width in line})
    values = []
    for size in sorted(points):
        line = {width: math.log(value) for width, value in points[size].items()}
        known = sorted(line)
        slope = (line[known[-1]] - line[known[-2]]) / math.log(known[-1] / known[-2])
        if quantity in _HELD:
            slope = 0.0
        for width in widths:
            if width not in line:
                line[width] = line[known[-1]] + slope * math.log(width / known[-1])
        values.append(tuple(line[width] for width in widths))
    return _Grid(
        tuple(math.log(size) for size in sorted(points)),
        tuple(math.log(width) for width in widths),
        tuple(values),
    )


def _cell(axis: tuple[float, ...], at: float) -> tuple[int, float]:
    """Index of the cell that holds ``at`` (the outermost one beyond the ends), and the fraction in it."""
    index = min(max(bisect_right(axis, at) - 1, 0), len(axis) - 2)
    return index, (at - axis[index]) / (axis[index + 1] - axis[index])


@lru_cache(maxsize=65536)
def sram_value(device: str, node_nm: int, quantity: Quantity, size_bytes: int, word_bits: int) -> float:
    """One figure of a single-port SRAM.

    Parameters
    ----------
    device
        ``lstp``, ``lop`` or ``hp``.
    node_nm
        22, 28, 32, 45 or 65.
    quantity
        ``read_pj``, ``write_pj`` (per word), ``leakage_mw``, ``area_um2``.
    size_bytes, word_bits
        At least 1 each.

    Examples
    --------
    >>> sram_value("lstp", 28, "read_pj", 131072, 64)
    12.4272
    """
    grid = _grid(device, node_nm, quantity)
    row, along = _cell(grid.sizes, math.log(size_bytes))
    column, across = _cell(grid.widths, math.log(word_bits))
    low, high = grid.values[row], grid.values[row + 1]
    left = low[column] * (1 - along) + high[column] * along
    right = low[column + 1] * (1 - along) + high[column + 1] * along
    return float(f"{math.exp(left * (1 - across) + right * across):.12g}")


def sram_values(
    device: str,
    node_nm: int,
    quantity: Quantity,
    size_bytes: npt.ArrayLike,
    word_bits: npt.ArrayLike,
) -> npt.NDArray[np.float64]:
    """As :func:`sram_value` for arrays (broadcast against each other), by scipy; float64, same shape."""
    import numpy as np
    from scipy.interpolate import RegularGridInterpolator

    grid = _grid(device, node_nm, quantity)
    interpolate = RegularGridInterpolator(
        (np.array(grid.sizes), np.array(grid.widths)),
        np.array(grid.values),
        bounds_error=False,
        fill_value=None,
    )
    sizes, widths = np.broadcast_arrays(
        np.log(np.asarray(size_bytes, dtype=np.float64)), np.log(np.asarray(word_bits, dtype=np.float64))
    )
    return np.asarray(np.exp(interpolate(np.stack([sizes, widths], axis=-1))), dtype=np.float64)


@cache
def _table_range(device: str) -> tuple[int, int, int, int]:
    rows = read_table(f"sram_cacti_{device}")
    sizes = [int(row["size_bytes"]) for row in rows]
    widths = [int(row["word_bits"]) for row in rows]
    return min(sizes), max(sizes), min(widths), max(widths)


def sram_caveats(device: str, size_bytes: int, word_bits: int) -> tuple[str, ...]:
    """What to know about the figures for this size and width; empty inside the trusted range.

    >>> sram_caveats("lstp", 4096, 16)
    ()
    """
    smallest, largest, narrowest, widest = _table_range(device)
    caveats = []
    if size_bytes < SMALLEST_TRUSTED_BYTES:
        caveats.append(
            f"{size_bytes} B is below {SMALLEST_TRUSTED_BYTES} B: real designs use flip-flops there, "
            "which CACTI does not model"
        )
    if size_bytes < smallest:
        caveats.append(f"{size_bytes} B is extrapolated below the smallest table entry, {smallest} B")
    if size_bytes > largest:
        caveats.append(f"{size_bytes} B is extrapolated above the largest table entry, {largest} B")
    if not narrowest <= word_bits <= widest:
        caveats.append(f"a word of {word_bits} bits is extrapolated outside {narrowest} to {widest} bits")
    elif size_bytes >= smallest and word_bits * WIDEST_WORD_FRACTION > 8 * size_bytes:
        caveats.append(
            f"a word of {word_bits} bits is wider than CACTI builds at {size_bytes} B: extrapolated"
        )
    return tuple(caveats)

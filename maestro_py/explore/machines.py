"""Tables of designs to machines: what designs share, and arrays of the numbers in which they differ.

Non-goals: no evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.product import Product
from maestro_py.explore.space import BUFFER_AXES, HARDWARE_AXES, SWITCH_AXES, WORD_AXES, Axis
from maestro_py.ir.accelerator import Accelerator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def nest_values(table: Product) -> dict[str, Any]:
    """Return the values of the nest axes of a table's first design."""
    row = 0 if table.cells is None else int(table.cells[0]) // len(table.points)
    return {axis.name: axis.values[int(table.index(axis)[row, 0])] for axis in table.branch.nest_axes}


def machines(machine: Accelerator, table: Product) -> Iterator[tuple[Product, Accelerator, dict[str, Array]]]:
    """Yield the tables of designs that differ only in what can be an array.

    Words, switches, element widths and whether a buffer is open cannot. With each: the machine of what does
    not vary, and the arrays of the rest, ``(nests, 1)`` or ``(1, points)``.
    """
    apart: tuple[list[Array], list[Array]] = [], []
    fixed = [axis for axis in table.branch.axes if axis.name in (*SWITCH_AXES, *WORD_AXES, "bits")]
    for axis in fixed:
        apart[axis.name not in SWITCH_AXES].append(table.index(axis).reshape(-1))
    buffers = [axis for axis in table.branch.axes if axis.name in BUFFER_AXES and None in axis.values]
    apart[1].extend(_is_open(axis)[table.index(axis)[0]] for axis in buffers)
    for part in table.split(*apart):
        own: dict[str, Any] = {a.name: a.values[int(part.index(a).flat[0])] for a in fixed}
        own |= {a.name: None for a in buffers if a.values[int(part.index(a).flat[0])] is None}
        if any(axis.name == "vector_width" for axis in part.branch.axes):
            own["lanes"] = None
        points = numbers_of(part)
        if part.shape[0] == 1 and "num_pes" in points:
            own["num_pes"] = int(points["num_pes"][0, 0])
        yield part, replace(machine, **own), points


def _is_open(axis: Axis) -> Array:
    return np.array([value is None for value in axis.values])


def numbers_of(table: Product) -> dict[str, Array]:
    """Return arrays of the hardware numbers of a table, but those of buffers that are open in it."""
    found: dict[str, Array] = {}
    for axis in table.branch.axes:
        if axis.name in HARDWARE_AXES and axis.name not in (*SWITCH_AXES, *WORD_AXES, "bits"):
            index = table.index(axis)
            if axis.values[int(index.flat[0])] is not None:
                known = np.array([0 if value is None else value for value in axis.values])
                found[axis.name] = known[index]
    return found

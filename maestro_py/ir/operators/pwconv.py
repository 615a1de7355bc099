"""PWCONV: Pointwise (1x1) convolution."""

from __future__ import annotations

from maestro_py.ir.operators import LayerShape, Operator, Problem
from maestro_py.ir.operators._convolution import LOOP_DIMENSIONS, MEANINGS, convolution
from maestro_py.ir.operators._sliding import output_extent, windows


def problem(layer: LayerShape) -> Problem:
    """Loops and tensors of a PWCONV layer."""
    return convolution(layer, windows(layer), (output_extent(layer, 0), output_extent(layer, 1)))


OPERATOR = Operator(
    "PWCONV", MEANINGS, LOOP_DIMENSIONS, problem, "Pointwise (1x1) convolution.", fixed=("R", "S")
)

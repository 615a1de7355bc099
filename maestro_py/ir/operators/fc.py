"""FC: fully connected layer, N rows of C inputs to K outputs; a convolution whose filter is its input."""

from __future__ import annotations

from maestro_py.ir.operators import LayerShape, Operator, Problem
from maestro_py.ir.operators._convolution import LOOP_DIMENSIONS, MEANINGS, convolution
from maestro_py.ir.operators._sliding import output_extent, windows


def problem(layer: LayerShape) -> Problem:
    """Loops and tensors of an FC layer; inputs with rows and columns are given as ``Y X R S``."""
    return convolution(layer, windows(layer), (output_extent(layer, 0), output_extent(layer, 1)))


OPERATOR = Operator(
    "FC", MEANINGS, LOOP_DIMENSIONS, problem, "Fully connected layer: N rows, C inputs, K outputs."
)

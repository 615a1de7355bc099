"""TRCONV: transposed convolution, run at stride 1 over an input with zeros inserted (SEMANTICS section 1)."""

from __future__ import annotations

from maestro_py.ir.operators import LayerShape, Operator, Problem
from maestro_py.ir.operators._convolution import LOOP_DIMENSIONS, MEANINGS, convolution
from maestro_py.ir.operators._sliding import transposed_output_extent, transposed_windows


def problem(layer: LayerShape) -> Problem:
    """Loops and tensors of a transposed convolution with stride ``u``, cropped by its padding."""
    outputs = (transposed_output_extent(layer, 0), transposed_output_extent(layer, 1))
    return convolution(layer, transposed_windows(layer), outputs)


OPERATOR = Operator(
    "TRCONV", MEANINGS, LOOP_DIMENSIONS, problem, "Transposed convolution (stride inserts zeros)."
)

"""CONV: Convolution (grouped when G > 1): O[g,n,k,p,q] += W[g,k,c,r,s] * I[g,n,c,y,x]."""

from __future__ import annotations

from maestro_py.ir.operators import LayerShape, Operator, Problem
from maestro_py.ir.operators._convolution import LOOP_DIMENSIONS, MEANINGS, convolution
from maestro_py.ir.operators._sliding import output_extent, windows


def problem(layer: LayerShape) -> Problem:
    """Loops and tensors of a CONV layer."""
    return convolution(layer, windows(layer), (output_extent(layer, 0), output_extent(layer, 1)))


OPERATOR = Operator(
    "CONV",
    MEANINGS,
    LOOP_DIMENSIONS,
    problem,
    "Convolution (grouped when G > 1): O[g,n,k,p,q] += W[g,k,c,r,s] * I[g,n,c,y,x].",
    fixed=(),
)

"""DSCONV: depthwise convolution, K filters for each of C channels (SEMANTICS section 1)."""

from __future__ import annotations

from maestro_py.ir.operators import LayerShape, Operator, Problem
from maestro_py.ir.operators._sliding import output_extent, windows


def problem(layer: LayerShape) -> Problem:
    """``O[n,k,c,p,q] += W[k,c,r,s] * I[n,c,y,x]``; the output channel is (C, K)."""
    size = layer.sizes.get
    return Problem(
        sizes={
            "N": size("N", 1),
            "K": size("K", 1),
            "C": size("C", 1),
            "P": output_extent(layer, 0),
            "Q": output_extent(layer, 1),
            "R": size("R", 1),
            "S": size("S", 1),
        },
        windows=windows(layer),
        axes={"W": ("K", "C", "R", "S"), "I": ("N", "C", "Y", "X"), "O": ("N", "K", "C", "P", "Q")},
    )


OPERATOR = Operator(
    "DSCONV",
    {"N": "batch", "K": "filters of each channel", "C": "channels"}
    | {"Y": "input rows", "X": "input columns", "R": "filter rows", "S": "filter columns"},
    ("Y'", "X'"),
    problem,
    "Depthwise convolution: K filters per channel (K = 1 is the usual form).",
)

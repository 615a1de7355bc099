"""POOL: pooling over R x S windows, no weights (SEMANTICS section 1)."""

from __future__ import annotations

from maestro_py.ir.operators import REDUCTION, LayerShape, Operator, Problem
from maestro_py.ir.operators._sliding import output_extent, windows


def problem(layer: LayerShape) -> Problem:
    """``O[n,c,p,q]`` reduces ``I[n,c,y,x]``; one operation per window element."""
    size = layer.sizes.get
    return Problem(
        sizes={
            "N": size("N", 1),
            "C": size("C", 1),
            "P": output_extent(layer, 0),
            "Q": output_extent(layer, 1),
            "R": size("R", 1),
            "S": size("S", 1),
        },
        windows=windows(layer),
        axes={"W": None, "I": ("N", "C", "Y", "X"), "O": ("N", "C", "P", "Q")},
    )


OPERATOR = Operator(
    "POOL",
    {"N": "batch", "C": "channels"}
    | {"Y": "input rows", "X": "input columns", "R": "window rows", "S": "window columns"},
    ("Y'", "X'"),
    problem,
    "Pooling: no weights.",
    operation=REDUCTION,
)

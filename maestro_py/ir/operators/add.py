"""ADD: element-wise sum of two activations of one shape (SEMANTICS section 1)."""

from __future__ import annotations

from maestro_py.ir.operators import ADDITION, LayerShape, Operator, Problem, Window


def problem(layer: LayerShape) -> Problem:
    """``O[n,c,p,q] = I[n,c,y,x] + W[n,c,p,q]``; windows are of one element, so that it maps like pooling."""
    size = layer.sizes.get
    rows, columns = size("Y", 1), size("X", 1)
    return Problem(
        sizes={"N": size("N", 1), "C": size("C", 1), "P": rows, "Q": columns, "R": 1, "S": 1},
        windows=(Window("P", "R", "Y", 1, 1, 0, 1, rows), Window("Q", "S", "X", 1, 1, 0, 1, columns)),
        axes={"W": ("N", "C", "P", "Q"), "I": ("N", "C", "Y", "X"), "O": ("N", "C", "P", "Q")},
    )


OPERATOR = Operator(
    "ADD",
    {"N": "batch", "C": "channels", "Y": "rows", "X": "columns", "R": "always 1", "S": "always 1"},
    ("Y'", "X'"),
    problem,
    "Element-wise sum of two activations of one shape, the second one as W.",
    fixed=("R", "S"),
    operation=ADDITION,
    slides=False,
)

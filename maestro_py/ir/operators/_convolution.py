"""The grouped convolution that CONV, NGCONV, PWCONV, FC and TRCONV share (SEMANTICS section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maestro_py.ir.operators import LayerShape, Problem, Window

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "G": "groups",
        "N": "batch",
        "K": "output channels of a group",
        "C": "input channels of a group",
        "Y": "input rows",
        "X": "input columns",
        "R": "filter rows",
        "S": "filter columns",
    }
)
LOOP_DIMENSIONS = ("Y'", "X'")


def convolution(layer: LayerShape, windows: tuple[Window, ...], outputs: tuple[int, int]) -> Problem:
    """``O[g,n,k,p,q] += W[g,k,c,r,s] * I[g,n,c,y,x]``; ``C`` and ``K`` count channels per group."""
    size = layer.sizes.get
    return Problem(
        sizes={
            "G": size("G", 1),
            "N": size("N", 1),
            "K": size("K", 1),
            "C": size("C", 1),
            "P": outputs[0],
            "Q": outputs[1],
            "R": size("R", 1),
            "S": size("S", 1),
        },
        windows=windows,
        axes={
            "W": ("G", "K", "C", "R", "S"),
            "I": ("G", "N", "C", "Y", "X"),
            "O": ("G", "N", "K", "P", "Q"),
        },
    )

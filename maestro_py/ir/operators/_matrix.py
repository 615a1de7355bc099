"""The grouped matrix product that GEMM and BMM share (SEMANTICS section 1)."""

from __future__ import annotations

from maestro_py.ir.operators import LayerShape, Problem

DIMENSIONS = ("G", "M", "N", "K")


def matrix_product(layer: LayerShape) -> Problem:
    """``O[g,m,n] += I[g,m,k] * W[g,k,n]``."""
    size = layer.sizes.get
    return Problem(
        sizes={dimension: size(dimension, 1) for dimension in DIMENSIONS},
        windows=(),
        axes={"W": ("G", "K", "N"), "I": ("G", "M", "K"), "O": ("G", "M", "N")},
    )

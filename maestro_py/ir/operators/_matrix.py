"""The grouped matrix product that GEMM and BMM share (SEMANTICS section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maestro_py.ir.operators import LayerShape, Problem

MEANINGS: Mapping[str, str] = MappingProxyType(
    {"G": "independent products", "M": "rows of I and O", "N": "columns of W and O", "K": "terms of each sum"}
)


def matrix_product(layer: LayerShape) -> Problem:
    """``O[g,m,n] += I[g,m,k] * W[g,k,n]``."""
    size = layer.sizes.get
    return Problem(
        sizes={dimension: size(dimension, 1) for dimension in MEANINGS},
        windows=(),
        axes={"W": ("G", "K", "N"), "I": ("G", "M", "K"), "O": ("G", "M", "N")},
    )

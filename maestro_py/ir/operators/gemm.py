"""GEMM: Matrix product: O[m,n] += I[m,k] * W[k,n]."""

from __future__ import annotations

from maestro_py.ir.operators import Operator
from maestro_py.ir.operators._matrix import MEANINGS, matrix_product

OPERATOR = Operator("GEMM", MEANINGS, (), matrix_product, "Matrix product: O[m,n] += I[m,k] * W[k,n].")

"""BMM: Batched matrix product: G independent GEMMs."""

from __future__ import annotations

from maestro_py.ir.operators import Operator
from maestro_py.ir.operators._matrix import MEANINGS, matrix_product

OPERATOR = Operator("BMM", MEANINGS, (), matrix_product, "Batched matrix product: G independent GEMMs.")

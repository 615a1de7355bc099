"""GRU: Recurrent layer of 3 gates."""

from __future__ import annotations

from maestro_py.ir.composites._recurrent import recurrent

COMPOSITE = recurrent("GRU", "Recurrent layer of 3 gates.")

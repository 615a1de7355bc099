"""RNN: Recurrent layer without gates."""

from __future__ import annotations

from maestro_py.ir.composites._recurrent import recurrent

COMPOSITE = recurrent("RNN", "Recurrent layer without gates.")

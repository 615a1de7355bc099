"""LSTM: Recurrent layer of 4 gates; with P, its state is projected to P elements."""

from __future__ import annotations

from maestro_py.ir.composites._recurrent import recurrent

COMPOSITE = recurrent(
    "LSTM", "Recurrent layer of 4 gates; with P, its state is projected to P elements.", projects=True
)

"""Engine choice: one nest and one machine to counts and cycles, by the core or by the reference.

Both give the same fields with the same integers; the core is fast, the reference enumerates.

Non-goals: energy, units, tables.
"""

from __future__ import annotations

from typing import Literal

from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.nest import Nest

EngineName = Literal["core", "reference"]


def evaluate(nest: Nest, accelerator: Accelerator, engine: EngineName = "core") -> dict[str, int | bool]:
    """Evaluate one layer.

    Returns
    -------
    dict
        The fields of :func:`maestro_py.reference.evaluate`.
    """
    if engine == "reference":
        from maestro_py import reference

        return reference.evaluate(nest, accelerator)
    from maestro_py.analysis import core

    return core.evaluate(nest, accelerator)

"""Illegal layers in words: what is missing or repeated, how much, and where.

Codes: M301 MACs missing, M302 MACs repeated.

Non-goals: no counting (``engine``, ``core``).
"""

from __future__ import annotations

from collections.abc import Mapping

from maestro_py.analysis.engine import EngineName
from maestro_py.errors import Diagnostic
from maestro_py.ir.nest import Nest
from maestro_py.ir.network import Layer
from maestro_py.syntax.codes import diagnostic


def problems(
    layer: Layer, nest: Nest, counts: Mapping[str, int | bool], engine: EngineName
) -> list[Diagnostic]:
    """Return what is wrong with the coverage of a layer."""
    del nest, engine
    found: list[Diagnostic] = []
    total, covered = int(counts["total"]), int(counts["covered"])
    if covered < total:
        message = f"layer {layer.name!r} misses {total - covered:,} of {total:,} MACs"
        found.append(diagnostic("M301", message, layer.span))
    if counts["redundant"]:
        message = f"layer {layer.name!r} repeats MACs: {int(counts['redundant']):,} executions too many"
        found.append(diagnostic("M302", message, layer.span))
    return found

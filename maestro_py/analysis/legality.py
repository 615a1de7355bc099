"""Illegal layers in words: what is missing or repeated, how much, and where.

The groups of dimensions are walked by ``maestro_py.ir.legality``; where one is too large for that, the
engine's counts say how much is missing or repeated, without an example.

Codes: M301 MACs missing, M302 MACs repeated.

Non-goals: no counting (``engine``).
"""

from __future__ import annotations

from collections.abc import Mapping

from maestro_py.errors import Diagnostic
from maestro_py.ir import legality
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.nest import Nest
from maestro_py.ir.network import Layer
from maestro_py.syntax.codes import diagnostic


def problems(
    layer: Layer, dataflow: Dataflow, nest: Nest, counts: Mapping[str, int | bool]
) -> list[Diagnostic]:
    """Return what an illegal layer misses and repeats; ``counts`` are the engine's."""
    return legality.problems(layer, dataflow, nest) or from_counts(layer, counts)


def from_counts(layer: Layer, counts: Mapping[str, int | bool]) -> list[Diagnostic]:
    """Return what the counts say by themselves.

    Examples
    --------
    >>> counts = {"legal": False, "total": 8, "covered": 6, "redundant": 0}
    >>> [entry.message for entry in from_counts(Layer("a", "GEMM", {"K": 8}), counts)]
    ["layer 'a' misses 2 of 8 MACs"]
    """
    found: list[Diagnostic] = []
    total, covered = int(counts["total"]), int(counts["covered"])
    if covered < total:
        message = f"layer {layer.name!r} misses {total - covered:,} of {total:,} MACs"
        found.append(diagnostic("M301", message, layer.span))
    if counts["redundant"]:
        repeats = int(counts["redundant"])
        message = f"layer {layer.name!r} repeats MACs, {repeats:,} executions too many of {total:,} MACs"
        found.append(diagnostic("M302", message, layer.span))
    return found

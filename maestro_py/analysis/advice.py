"""Warnings with amounts: buffers too small, PEs idle, channels that hold layers up.

Codes: M351 L1 too small, M352 L2 too small, M353 PEs idle, M354 NoC-bound, M355 DRAM-bound.

Non-goals: no search for something better (``maestro_py.explore``).
"""

from __future__ import annotations

from collections.abc import Sequence

from maestro_py.analysis.columns import CHANNELS, Machine
from maestro_py.analysis.results import LayerResult
from maestro_py.errors import Diagnostic
from maestro_py.syntax.codes import diagnostic

IDLE_FRACTION = 0.5
"""PEs are reported idle where more than this part of them has no work on average."""

_CHANNEL_WORDS = {
    "noc_in": ("M354", "the NoC into the PEs"),
    "noc_out": ("M354", "the NoC out of the PEs"),
    "dram_in": ("M355", "reading from DRAM"),
    "dram_out": ("M355", "writing to DRAM"),
}


def warnings(layers: Sequence[LayerResult], machine: Machine) -> list[Diagnostic]:
    """Return the warnings of a network: one per kind and layer, in the order of the layers."""
    found: list[Diagnostic] = []
    for layer in layers:
        found += _buffers(layer)
        found += _idle(layer, machine)
        found += _channel(layer)
    return found


def _number(layer: LayerResult, name: str) -> float:
    value = layer.values[name]
    assert isinstance(value, int | float)
    return value


def _buffers(layer: LayerResult) -> list[Diagnostic]:
    found = []
    for code, level, owner in (("M351", "l1", "a PE's L1"), ("M352", "l2", "L2")):
        if layer.values[f"{level}_bytes_available"] is None:
            continue
        needed, there = _number(layer, f"{level}_bytes_required"), _number(layer, f"{level}_bytes_available")
        if needed > there:
            message = (
                f"layer {layer.name!r} needs {needed:,.0f} bytes of {owner}, which has {there:,.0f}: "
                f"{needed - there:,.0f} bytes too few"
            )
            found.append(diagnostic(code, message))
    return found


def _idle(layer: LayerResult, machine: Machine) -> list[Diagnostic]:
    active = _number(layer, "active_pes_fraction")
    if active >= 1 - IDLE_FRACTION:
        return []
    num_pes = machine.accelerator.num_pes
    message = (
        f"layer {layer.name!r} keeps {active * num_pes:,.1f} of {num_pes:,} PEs busy on average; "
        f"{1 - active:.0%} of them are idle"
    )
    return [diagnostic("M353", message)]


def _channel(layer: LayerResult) -> list[Diagnostic]:
    if layer.bound == "compute":
        return []
    code, words = _CHANNEL_WORDS[layer.bound]
    beats, compute = _number(layer, CHANNELS[layer.bound]), _number(layer, "compute_cycles")
    message = (
        f"layer {layer.name!r} is bound by {words}: {beats:,.0f} cycles of beats, "
        f"{beats - compute:,.0f} more than the {compute:,.0f} of computing"
    )
    return [diagnostic(code, message)]

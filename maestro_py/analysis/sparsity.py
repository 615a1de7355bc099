"""What density adds to a layer's results: the columns that depend on it, and what to say about them.

Turns a nest, a machine and the engine's counts into effective MACs and bytes (SEMANTICS section 7). Which of
the results are expectations and which are exact is said in notes, for a table of numbers does not show it.

Non-goals: no counting (``engine``), no energy (``maestro_py.hardware.activity``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maestro_py.hardware.energy import compressed_part
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.density import MILLION, TRILLION, effective_work, expected
from maestro_py.ir.nest import Nest
from maestro_py.ir.operators import TENSORS

DENSE = (MILLION, MILLION, MILLION)


def density_columns(nest: Nest, accelerator: Accelerator, counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the base columns that depend on density: fractions, effective MACs, bytes; numbers, or arrays.

    Examples
    --------
    >>> from maestro_py.ir.dataflow import Dataflow
    >>> from maestro_py.ir.nest import build_nest
    >>> from maestro_py.ir.network import Layer
    >>> nest = build_nest(Layer("a", "GEMM", {"M": 4}, density=(0.5, 0.5, 1.0)), Dataflow(()), 1)
    >>> counts = {"macs": 4, "l2_read_W": 1, "l2_read_I": 4, "l2_write_O": 4, "dram_read_O": 0}
    >>> counts |= {"dram_read_W": 1, "dram_read_I": 4, "dram_write_O": 4}
    >>> found = density_columns(nest, Accelerator(zero_skip=True), counts)
    >>> found["effective_macs"], found["noc_in_bytes"]  # of 4 MACs and of 5 bytes
    (1.0, 3.125)
    """
    moved = [part / MILLION / 8 for part in expected(nest, accelerator).microbits]
    width = accelerator.bits[2] / 8
    written = width * compressed_part(moved[2] / width, counts["dram_read_O"])
    axes = nest.problem.axes
    values: dict[str, Any] = {
        f"density_{tensor}": part / MILLION if axes[tensor] else None
        for tensor, part in zip(TENSORS, nest.density, strict=True)
    }
    values["effective_macs"] = counts["macs"] * (effective_work(nest) / TRILLION)
    values["noc_in_bytes"] = counts["l2_read_W"] * moved[0] + counts["l2_read_I"] * moved[1]
    values["noc_out_bytes"] = counts["l2_write_O"] * width
    values["dram_in_bytes"] = counts["dram_read_W"] * moved[0] + counts["dram_read_I"] * moved[1]
    values["dram_out_bytes"] = counts["dram_write_O"] * written
    return values


def density_notes(accelerator: Accelerator, nests: Sequence[Nest]) -> list[str]:
    """Return what a reader has to know about the numbers of layers with zeros."""
    sparse = [nest for nest in nests if nest.density != DENSE]
    if not sparse:
        unused = "the machine skips zeros (ZeroSkip), but no layer has a Density: all are costed as dense"
        return [unused] if accelerator.zero_skip and nests else []
    found = [
        f"of the layers with a Density ({len(sparse)} of {len(nests)}) effective MACs and energy are "
        "expectations, with each element nonzero by itself"
    ]
    if not accelerator.zero_skip:
        found[0] += "; the PEs gate zeros, which saves neither time nor traffic (--zero-skip would)"
        return found
    found[0] += ", and so are bytes moved"
    found.append(
        "their cycles are those of expected work in perfect balance: apart from rounding to whole cycles and "
        "beats a lower bound of the expected time, which uneven zeros only lengthen"
    )
    if accelerator.layout is not None:
        found.append("with a layout zeros save no beats: a beat is a window of positions")
    return found

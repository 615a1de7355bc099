"""Sizes of a layer by the language's names: what ``Sz(D)`` is, and how ``Y'`` and ``X'`` are called inside.

Non-goals: rules (``maestro_py.ir.rules``), positions (``maestro_py.ir.tiles``).
"""

from __future__ import annotations

from collections.abc import Mapping

from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Problem

#: The language's names of output row and column, and their loop dimensions.
OUTPUT_NAMES: Mapping[str, str] = {"Y'": "P", "X'": "Q"}


def language_sizes(problem: Problem, layer: Layer) -> dict[str, int]:
    """Values of ``Sz(D)``: sizes as written in the layer, and output rows and columns."""
    sizes = dict(problem.sizes)
    for window in problem.windows:
        sizes[window.input] = layer.sizes.get(window.input, 1)
    for name, dimension in OUTPUT_NAMES.items():
        if dimension in sizes:
            sizes[name] = sizes[dimension]
    return sizes

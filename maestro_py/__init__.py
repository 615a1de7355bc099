"""maestro-py: an exact cost model of DNN accelerators for dataflows in the MAESTRO language.

The public names are loaded on first use, so that importing the package is quick.

Non-goals: no code here but the list of names and where they live.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maestro_py.analysis.api import Analysis, Comparison, LayerResult, analyze, compare
    from maestro_py.analysis.batch import batch
    from maestro_py.analysis.columns import COLUMNS, explain
    from maestro_py.errors import Diagnostic, MaestroError
    from maestro_py.exporters import export
    from maestro_py.ir.accelerator import Accelerator
    from maestro_py.ir.dataflow import Dataflow
    from maestro_py.ir.lower import lower
    from maestro_py.ir.nest import build_nest
    from maestro_py.ir.network import Layer, Network
    from maestro_py.syntax.parser import parse, parse_file

__all__ = [
    "COLUMNS",
    "Accelerator",
    "Analysis",
    "Comparison",
    "Dataflow",
    "Diagnostic",
    "Layer",
    "LayerResult",
    "MaestroError",
    "Network",
    "analyze",
    "batch",
    "build_nest",
    "compare",
    "explain",
    "export",
    "lower",
    "parse",
    "parse_file",
]

_HOMES = {
    "COLUMNS": "analysis.columns",
    "Accelerator": "ir.accelerator",
    "Analysis": "analysis.results",
    "Comparison": "analysis.results",
    "Dataflow": "ir.dataflow",
    "Diagnostic": "errors",
    "Layer": "ir.network",
    "LayerResult": "analysis.results",
    "MaestroError": "errors",
    "Network": "ir.network",
    "analyze": "analysis.api",
    "batch": "analysis.batch",
    "build_nest": "ir.nest",
    "compare": "analysis.api",
    "explain": "analysis.columns",
    "export": "exporters",
    "lower": "ir.lower",
    "parse": "syntax.parser",
    "parse_file": "syntax.parser",
}


def __getattr__(name: str) -> object:
    """Load a public name from where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names before they are loaded."""
    return sorted({*globals(), *__all__})

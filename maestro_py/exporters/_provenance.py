"""Where a result comes from: tool, inputs, technology, machine, as a JSON-able tree.

Non-goals: no times and no machine names of the computer that ran it; the same inputs give the same file.
"""

from __future__ import annotations

from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from maestro_py.analysis.results import Analysis
from maestro_py.errors import Diagnostic

SCHEMA = "maestro-py/analysis"
SCHEMA_VERSION = 1
"""Raised when a field is renamed, removed or changes its meaning; new fields keep it."""


def tool_version() -> str:
    """Return the version of the installed package, or ``unknown`` in a bare source tree."""
    try:
        return version("maestro-py")
    except PackageNotFoundError:
        return "unknown"


def provenance(analysis: Analysis) -> dict[str, Any]:
    """Return tool, engine, technology, machine and hashes of the inputs."""
    accelerator = {
        item.name: getattr(analysis.accelerator, item.name)
        for item in fields(analysis.accelerator)
        if item.name != "span"
    }
    accelerator["lanes"] = dict(analysis.accelerator.lanes) if analysis.accelerator.lanes else None
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "maestro-py", "version": tool_version(), "engine": analysis.engine},
        "inputs_sha256": dict(analysis.inputs),
        "technology": analysis.accelerator.technology,
        "network": analysis.network_name,
        "dataflow": analysis.dataflow_name,
        "accelerator": accelerator,
    }


def diagnostic_tree(entry: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as a tree."""
    tree: dict[str, Any] = {"code": entry.code, "severity": entry.severity, "message": entry.message}
    if entry.span is not None:
        tree["file"], tree["line"], tree["column"] = entry.span.file, entry.span.line, entry.span.column
    if entry.hint:
        tree["hint"] = entry.hint
    return tree

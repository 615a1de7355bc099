"""Analysis to JSON: schema version, provenance, layers, totals, energy, warnings and errors.

Top level: the fields of ``_provenance.provenance``, then ``layers`` (one object per layer, the columns in
order), ``totals``, ``energy_pj`` (by component, then tensor), ``choice`` (the fields of
``maestro_py.analysis.best.Choice``; null where nothing was chosen), ``network_view`` (those of
``maestro_py.analysis.view.NetworkView``), ``warnings``, ``errors``, ``notes``.

Non-goals: no NaN or infinity; the columns have none.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from maestro_py.analysis.results import Analysis
from maestro_py.analysis.view import network_view
from maestro_py.exporters import Format
from maestro_py.exporters._provenance import diagnostic_tree, provenance


def render(analysis: Analysis) -> bytes:
    """Return the file."""
    tree = {
        **provenance(analysis),
        "layers": analysis.records(),
        "totals": dict(analysis.totals),
        "energy_pj": analysis.energy_by_level(),
        "choice": asdict(analysis.choice) if analysis.choice else None,
        "network_view": network_view(analysis).tree(),
        "warnings": [diagnostic_tree(entry) for entry in analysis.warnings],
        "errors": [diagnostic_tree(entry) for entry in analysis.errors],
        "notes": list(analysis.notes),
    }
    return (json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


FORMAT = Format(".json", "layers, totals, energy, warnings, and where they come from", render)

"""Analysis to JSON lines: one object per layer, the columns in order.

Non-goals: no totals and no provenance; ``.json`` has them.
"""

from __future__ import annotations

import json

from maestro_py.analysis.results import Analysis
from maestro_py.exporters import Format


def render(analysis: Analysis) -> bytes:
    """Return the file."""
    lines = (json.dumps(record, ensure_ascii=False, allow_nan=False) for record in analysis.records())
    return "".join(f"{line}\n" for line in lines).encode()


FORMAT = Format(".jsonl", "one JSON object per layer and line", render)

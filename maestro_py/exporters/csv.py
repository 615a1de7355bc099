"""Analysis to CSV: a header of column names, one row per layer (of one run; ``repeat``), UTF-8, comma, dot.

Empty where there is nothing to say; truth values are ``true`` and ``false``.

Non-goals: no totals row (a reader would add it up twice); ``.json`` has the totals.
"""

from __future__ import annotations

import csv
import io

from maestro_py.analysis.columns import COLUMNS, Value
from maestro_py.analysis.results import Analysis
from maestro_py.exporters import Format


def render(analysis: Analysis) -> bytes:
    """Return the file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in analysis.records():
        writer.writerow([_cell(record[name]) for name in COLUMNS])
    return stream.getvalue().encode()


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case _:
            return str(value)


FORMAT = Format(".csv", "one row per layer, every column", render)

"""Analysis to Parquet: one row per layer, the columns in order; provenance as JSON in the file's metadata.

The metadata key is ``maestro-py``. Column types follow from the table of columns, so a column without any
value has its type too.

Non-goals: no totals.
"""

from __future__ import annotations

from maestro_py.analysis.columns import COLUMNS
from maestro_py.analysis.results import Analysis
from maestro_py.exporters import Format
from maestro_py.exporters._parquet_table import table_bytes
from maestro_py.exporters._provenance import provenance


def render(analysis: Analysis) -> bytes:
    """Return the file.

    Raises
    ------
    InputError
        M333 if pyarrow is not installed.
    """
    rows = analysis.records()
    kinds = {column.name: column.kind for column in COLUMNS.values()}
    columns = {name: [row.get(name) for row in rows] for name in kinds}
    return table_bytes([columns], kinds, provenance(analysis))


FORMAT = Format(".parquet", "one typed row per layer; needs maestro-py[data]", render)

"""Analysis to Parquet: one row per layer, the columns in order; provenance as JSON in the file's metadata.

The metadata key is ``maestro-py``. Column types follow from the table of columns, so a column without any
value has its type too.

Non-goals: no totals.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from maestro_py.analysis.columns import COLUMNS
from maestro_py.analysis.results import Analysis
from maestro_py.errors import InputError
from maestro_py.exporters import Format
from maestro_py.exporters._provenance import provenance
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    import pyarrow as pa

METADATA_KEY = b"maestro-py"


def render(analysis: Analysis) -> bytes:
    """Return the file.

    Raises
    ------
    InputError
        M333 if pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise InputError([diagnostic("M333", "Parquet files need pyarrow")]) from error
    types: dict[str, pa.DataType] = {"text": pa.string(), "truth": pa.bool_()}
    types |= {"whole": pa.int64(), "real": pa.float64()}
    schema = pa.schema(
        [pa.field(column.name, types[column.kind]) for column in COLUMNS.values()],
        metadata={METADATA_KEY: json.dumps(provenance(analysis)).encode()},
    )
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(analysis.records(), schema=schema), stream)
    return stream.getvalue()


FORMAT = Format(".parquet", "one typed row per layer; needs maestro-py[data]", render)

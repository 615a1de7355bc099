"""Typed columns to Parquet and back; the only file that knows pyarrow.

A column is a list or an array; None and NaN are written as missing. The same columns give the same bytes.

Codes: M333 pyarrow is missing, M809 a file cannot be read.

Non-goals: which columns there are.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_py._files import reason
from maestro_py.errors import InputError
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from types import ModuleType

    import pyarrow as pa

METADATA_KEY = b"maestro-py"


def _modules() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError([diagnostic("M333", "Parquet files need pyarrow")]) from error
    return pyarrow, pyarrow.parquet


def check_library() -> None:
    """Check that Parquet can be written.

    Raises
    ------
    InputError
        M333 if pyarrow is not installed.
    """
    _modules()


class TableWriter:
    """Writes columns part by part, one row group each, to a path or a stream.

    Parameters
    ----------
    target
        Where to write.
    kinds
        Kind of each column in order: text, truth, whole or real.
    metadata
        Written as JSON under ``maestro-py``.

    Raises
    ------
    InputError
        M333 if pyarrow is not installed.
    """

    def __init__(
        self, target: Path | io.BytesIO, kinds: Mapping[str, str], metadata: Mapping[str, Any]
    ) -> None:
        pa, parquet = _modules()
        types = {"text": pa.string(), "truth": pa.bool_(), "whole": pa.int64(), "real": pa.float64()}
        described = {METADATA_KEY: json.dumps(metadata).encode()}
        self.schema = pa.schema(
            [pa.field(name, types[kind]) for name, kind in kinds.items()], metadata=described
        )
        self._writer = parquet.ParquetWriter(target, self.schema)

    def write(self, columns: Mapping[str, Any]) -> None:
        """Write a row group."""
        pa, _ = _modules()
        arrays = [_array(columns[field.name], field.type) for field in self.schema]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _array(values: Any, kind: pa.DataType) -> Any:
    pa, _ = _modules()
    if getattr(values, "dtype", None) is None or values.dtype.kind != "f":
        return pa.array(values, type=kind)
    missing = values != values
    if kind == pa.int64():
        whole = values.copy()
        whole[missing] = 0
        return pa.array(whole.astype("int64"), type=kind, mask=missing)
    return pa.array(values, type=kind, mask=missing)


def table_bytes(
    parts: Iterable[Mapping[str, Any]], kinds: Mapping[str, str], metadata: Mapping[str, Any]
) -> bytes:
    """Return a file with a row group for each part.

    Raises
    ------
    InputError
        M333 if pyarrow is not installed.
    """
    stream = io.BytesIO()
    writer = TableWriter(stream, kinds, metadata)
    for columns in parts:
        writer.write(columns)
    writer.close()
    return stream.getvalue()


def read_metadata(path: Path) -> Any:
    """Return what was written under ``maestro-py``.

    Raises
    ------
    InputError
        M809 if the file is no such table, M333 if pyarrow is not installed.
    """
    pa, parquet = _modules()
    try:
        found = parquet.read_schema(path).metadata or {}
        return json.loads(found[METADATA_KEY])
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_columns(path: Path, names: Collection[str] | None = None) -> dict[str, Any]:
    """Return columns as arrays; missing numbers are NaN, missing texts None.

    Raises
    ------
    InputError
        M809 if the file is damaged, M333 if pyarrow is not installed.
    """
    pa, parquet = _modules()
    try:
        table = parquet.read_table(path, columns=None if names is None else list(names))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return {name: table[name].to_numpy() for name in table.column_names}


def read_file(path: Path) -> bytes:
    """Return a file of a sweep.

    Raises
    ------
    InputError
        M809 if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    return forbidden(path, error) if isinstance(error, PermissionError) else damaged(path)


def forbidden(path: Path, error: OSError) -> InputError:
    """Return the error of a file of a sweep that may not be read."""
    message = f"cannot read {str(path)!r}: {reason(error)}"
    return InputError([diagnostic("M809", message, None, "see who may read it")])


def damaged(path: Path) -> InputError:
    """Return the error of a file of a sweep that is not as it was written."""
    both = "it" if path.name == "summary.json" else "it and summary.json"
    hint = f"remove {both}, and run the same sweep command again: only what is missing is computed"
    return InputError([diagnostic("M809", f"{str(path)!r} is damaged, or no file of a sweep", None, hint)])

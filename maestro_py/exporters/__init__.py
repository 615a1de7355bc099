"""Results to files: one module per format, chosen by the suffix of the file.

A module of this package that defines ``FORMAT`` is a format. A format turns an analysis into bytes;
:func:`export` writes them to a temporary file beside the target and renames it, so that a reader sees the old
file or the whole new one.

Codes: M331 unknown format, M332 cannot be written, M333 optional library missing.

Non-goals: no numbers of its own, no terminal.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from maestro_py._entries import entries
from maestro_py._files import writing
from maestro_py.analysis.results import Analysis
from maestro_py.errors import InputError
from maestro_py.syntax.codes import diagnostic

PLAIN = "default"
"""Name of the ordinary style of a format."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write an analysis.

    Attributes
    ----------
    suffix
        End of the file name, with the dot.
    summary
        One line for ``--help``.
    render
        The file's bytes.
    style
        Several formats may share a suffix; ``maestro`` is the original's CSV.
    """

    suffix: str
    summary: str
    render: Callable[[Analysis], bytes]
    style: str = PLAIN


@cache
def formats() -> Mapping[tuple[str, str], Format]:
    """Every format by suffix and style, sorted.

    >>> sorted({suffix for suffix, style in formats()})
    ['.csv', '.json', '.jsonl', '.parquet']
    """
    found: dict[tuple[str, str], Format] = {
        (entry.suffix, entry.style): entry for entry in entries(__name__, "FORMAT")
    }
    return MappingProxyType(dict(sorted(found.items())))


def format_of(path: str | Path, style: str = PLAIN) -> Format:
    """Return the format of a file name.

    Raises
    ------
    InputError
        M331 if the suffix, or the style of that suffix, is not known.
    """
    suffix = Path(path).suffix.lower()
    entry = formats().get((suffix, style))
    if entry is not None:
        return entry
    styles = [known for end, known in formats() if end == suffix]
    if styles:
        message = f"{suffix} files have no style {style!r}"
        raise InputError([diagnostic("M331", message, None, f"styles of {suffix}: {' '.join(styles)}")])
    raise InputError([diagnostic("M331", f"cannot write {str(path)!r}: no format has the suffix {suffix!r}")])


def export(analysis: Analysis, path: str | Path, csv_style: str = PLAIN) -> Path:
    """Write an analysis to a file; the suffix chooses the format.

    Parameters
    ----------
    analysis
        What to write.
    path
        Ends in ``.csv``, ``.json``, ``.jsonl`` or ``.parquet``. An existing file is replaced.
    csv_style
        ``maestro`` for the original's 52 columns (``.csv`` only).

    Raises
    ------
    InputError
        M331 unknown format, M332 the file cannot be written, M333 an optional library is missing. The file is
        then as it was before.
    """
    target = Path(path)
    data = format_of(target, csv_style).render(analysis)
    with writing(path):
        replace_file(target, data)
    return target


def replace_file(target: Path, data: bytes, durable: bool = False) -> None:
    """Write to a temporary file in the same folder, then rename it over the target.

    ``durable`` waits until the disk has the data and the name, so that a crash of the machine loses neither.
    """
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
        if durable:
            _synchronise(target.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _synchronise(folder: Path) -> None:
    """Wait until the disk has the names of a folder, where the system can say so."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

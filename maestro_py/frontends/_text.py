"""Text files with places, for the formats that are text; and what a library says, in a line.

Non-goals: no format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from maestro_py.errors import SemanticError, Span
from maestro_py.frontends import read_bytes
from maestro_py.syntax.codes import diagnostic

LARGEST_TEXT = 2**20
"""Bytes of a table; real ones are a tenth of it at most."""

MOST_FIELDS = 1000
"""Fields of a line that are read; remarks may follow the ones that have a meaning, but not as many."""


def read_text(path: Path, most: int | None = None) -> str:
    """Return the text of a file of at most ``most`` bytes, without a byte order mark.

    Raises
    ------
    InputError
        M001 if it cannot be read.
    SemanticError
        M402 if it is too large or not UTF-8.
    """
    most = LARGEST_TEXT if most is None else most
    data = read_bytes(path, most + 1)
    if len(data) > most:
        raise SemanticError([diagnostic("M402", f"{str(path)!r}: more than {most} bytes")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8 text"
        place = Span(str(path), line, column, line, column + 1)
        raise SemanticError([diagnostic("M402", message, place)]) from None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a table with its place."""

    text: str
    span: Span


_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=,|$)')


def fields_of(line: str, number: int, file: str) -> list[Field]:
    """Return the fields of a line of a CSV file; commas within quotation marks are text."""
    found = []
    for part, start in islice(_parts(line), MOST_FIELDS):
        quoted = _QUOTED.fullmatch(part)
        text = quoted[1].replace('""', '"').strip() if quoted else part.strip()
        column = start + len(part) - len(part.lstrip()) + 1
        found.append(Field(text, Span(file, number, column, number, column + max(len(part.strip()), 1))))
    return found


def _parts(line: str) -> Iterator[tuple[str, int]]:
    """Text between the commas that separate, and where it begins."""
    start = 0
    while True:
        quoted = _QUOTED.match(line, start)
        end = quoted.end() if quoted else line.find(",", start)
        end = len(line) if end < 0 else end
        yield line[start:end], start
        if end == len(line):
            return
        start = end + 1


def first_line(error: Exception) -> str:
    """Return the first line of what a library's error says; its kind where it says nothing."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0].strip() if lines else type(error).__name__

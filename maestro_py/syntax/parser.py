"""Text to tree.

:func:`parse` reads a whole text in the language of ``dsl/grammar.lark``: mapping and model files, dataflow
templates, accelerators, and the original's key-value hardware file. A text that is wrong raises one
:class:`~maestro_py.errors.DslSyntaxError` with every error that could be told apart. Time and memory are
bounded by the limits of ``_scan`` and ``_build`` for any input whatever.

Non-goals: no meaning (``maestro_py.ir.lower``).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from maestro_py.errors import Diagnostic, DslSyntaxError, InputError, Span
from maestro_py.syntax import ast
from maestro_py.syntax._grammar import START, reader
from maestro_py.syntax._scan import FATAL, MAXIMUM_CHARACTERS, scan
from maestro_py.syntax.codes import diagnostic

MAXIMUM_ERRORS = 50


def parse(text: str, filename: str = "<text>") -> ast.Document:
    """Return the tree of a text.

    Parameters
    ----------
    text
        A text in the language.
    filename
        What diagnostics call the text.

    Raises
    ------
    DslSyntaxError
        If the text is not in the language; holds every error found, at most 50.

    Examples
    --------
    >>> document = parse("Network n { Layer a { Type: GEMM Dimensions { M: 128, K 64 N 8 } } }")
    >>> document.items[0].layers[0].name.text
    'a'
    """
    from lark.exceptions import UnexpectedInput

    comments, problems = scan(text, filename)
    if any(problem.code in FATAL for problem in problems):
        raise DslSyntaxError(problems)
    machine = reader()
    machine.builder.reset(filename)
    try:
        document = cast("ast.Document", machine.lark.parse(text, start=START))  # what the builder makes
    except UnexpectedInput:
        from maestro_py.syntax._recover import syntax_errors

        machine.builder.reset(filename)
        places = {(d.span.line, d.span.column) for d in problems if d.span}
        problems += [
            error
            for error in syntax_errors(machine, text, filename, MAXIMUM_ERRORS)
            if error.span is None or (error.span.line, error.span.column) not in places
        ]
    problems += machine.builder.diagnostics
    if problems:
        raise DslSyntaxError(_in_order(problems))
    return replace(document, comments=comments)


def parse_file(path: str | Path) -> ast.Document:
    """Return the tree of a file.

    Raises
    ------
    InputError
        If the file cannot be read.
    DslSyntaxError
        If it is not UTF-8 text in the language.
    """
    return parse(read_source(path), str(path))


def read_source(path: str | Path) -> str:
    """Return the text of a file in the language (UTF-8, with or without a byte order mark).

    Raises
    ------
    InputError
        If the file cannot be read.
    DslSyntaxError
        If it is too large or not UTF-8.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(4 * MAXIMUM_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            [Diagnostic("M001", f"cannot read {name!r}: {reason}", None, "check the name")]
        ) from None
    if len(data) > 4 * MAXIMUM_CHARACTERS:
        message = f"the file has more than {4 * MAXIMUM_CHARACTERS} bytes"
        raise DslSyntaxError([diagnostic("M109", message, Span(name, 1, 1, 1, 1))])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8 text"
        raise DslSyntaxError(
            [diagnostic("M110", message, Span(name, line, column, line, column + 1))]
        ) from None


def _in_order(problems: list[Diagnostic]) -> list[Diagnostic]:
    """Sort by place; after the most that are reported, say so."""
    ordered = sorted(problems, key=lambda d: (d.span.line, d.span.column) if d.span else (0, 0))
    if len(ordered) > MAXIMUM_ERRORS:
        stop = ordered[MAXIMUM_ERRORS]
        return [
            *ordered[:MAXIMUM_ERRORS],
            diagnostic("M111", "too many errors; reading stops here", stop.span),
        ]
    return ordered

"""Diagnostics as text for people and as data for editors.

    dataflows/rs.m:14:9: error M226: SpatialMap on 'YY': no such dimension in CONV layer 'conv1'
       14 |         SpatialMap(1,1) YY;
          |         ^^^^^^^^^^^^^^^^^^ did you mean 'Y'? dimensions: N K C Y X R S

Non-goals: no colours, no printing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from maestro_py.errors import Diagnostic

DOCUMENTATION = "docs/errors.md"
_LONGEST_LINE = 160
_ELLIPSIS = "..."


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str] | None = None) -> str:
    r"""Return diagnostics for a person, one after another, with a count at the end.

    Parameters
    ----------
    diagnostics
        In the order to show them.
    sources
        Text of each file by name; without it the source lines are left out.

    Examples
    --------
    >>> from maestro_py.errors import Span
    >>> place = Span("a.m", 2, 4, 2, 7)
    >>> problem = Diagnostic("M206", "no constant 'Seq' is defined", place, "constants: Seq_Len")
    >>> print(render_text([problem], {"a.m": "first\nK: Seq\n"}))
    a.m:2:4: error M206: no constant 'Seq' is defined
        2 | K: Seq
          |    ^^^ constants: Seq_Len
    1 error
    """
    shown = list(diagnostics)
    lines_of = {file: _lines(text) for file, text in (sources or {}).items()}
    parts = [_render(problem, lines_of) for problem in shown]
    errors = sum(problem.severity == "error" for problem in shown)
    counts = [_count(errors, "error"), _count(len(shown) - errors, "warning")]
    return "\n".join([*parts, ", ".join(filter(None, counts)) or "no errors"])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _lines(text: str) -> list[str]:
    """Split as the parser counts lines (at line feeds only)."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def _render(problem: Diagnostic, lines_of: Mapping[str, list[str]]) -> str:
    head = f"{problem.severity} {problem.code}: {problem.message}"
    span = problem.span
    if span is None:
        return f"{head}\n    = {problem.hint}" if problem.hint else head
    head = f"{span.file}:{span.line}:{span.column}: {head}"
    lines = lines_of.get(span.file, [])
    if not 1 <= span.line <= len(lines):
        return f"{head}\n    = {problem.hint}" if problem.hint else head
    line = lines[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    shown, start, width = _window(line, span.column - 1, max(1, end - span.column))
    gutter = f"{span.line:>5} | "
    margin = "".join("\t" if character == "\t" else " " for character in shown[:start])
    caret = f"{' ' * (len(gutter) - 2)}| {margin}{'^' * width} {problem.hint}".rstrip()
    return f"{head}\n{gutter}{shown}\n{caret}"


def _window(line: str, start: int, width: int) -> tuple[str, int, int]:
    """Cut a long line around its caret; unprintable characters become dots."""
    text = "".join(c if c.isprintable() or c == "\t" else "." for c in line)
    if len(text) <= _LONGEST_LINE:
        return text, start, max(1, min(width, len(text) - start))
    first = max(0, start - _LONGEST_LINE // 4)
    last = min(len(text), first + _LONGEST_LINE)
    before = _ELLIPSIS if first else ""
    after = _ELLIPSIS if last < len(text) else ""
    return before + text[first:last] + after, len(before) + start - first, max(1, min(width, last - start))


def to_data(problem: Diagnostic) -> dict[str, object]:
    """Return a diagnostic as plain data for an editor; places are 1-based, ends exclusive."""
    span = problem.span
    return {
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "documentation": f"{DOCUMENTATION}#{problem.code.lower()}",
    }


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return diagnostics as a JSON array, one object a line."""
    rows = [json.dumps(to_data(problem), ensure_ascii=False) for problem in diagnostics]
    return "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"

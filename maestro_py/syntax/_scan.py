"""One look over the characters of a text before it is parsed: limits and comments.

Finds what the grammar cannot: a text, or a nesting, beyond the limits that keep time and memory bounded; a
comment that never ends. Keeps the comments, which the grammar skips, for the printer.

Non-goals: no tokens (``dsl/grammar.lark``).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from maestro_py.errors import Diagnostic, Span
from maestro_py.syntax.ast import Comment
from maestro_py.syntax.codes import diagnostic

MAXIMUM_CHARACTERS = 8 * 2**20
MAXIMUM_BRACE_DEPTH = 16
MAXIMUM_OPEN_STRINGS = 50
MAXIMUM_PARENTHESIS_DEPTH = 64

_MARKS = re.compile(r"""//[^\n]*|/\*[\s\S]*?\*/|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|/\*|[{}()]""")

_CLOSED_STRING = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"')


class Positions:
    """Lines and columns (1-based) of character offsets of one text."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span of the characters from ``start`` up to ``end``."""
        return Span(self._file, *self.place(start), *self.place(end))

    def blank_line_before(self, offset: int) -> bool:
        """Whether the line before that of ``offset`` is blank."""
        line, _ = self.place(offset)
        return line > 1 and not self._text[self._starts[line - 2] : self._starts[line - 1]].strip()


FATAL = frozenset({"M106", "M107", "M109"})
"""Codes of :func:`scan` after which a text is not parsed."""


def scan(text: str, file: str) -> tuple[tuple[Comment, ...], list[Diagnostic]]:
    """Return the comments of a text and what is wrong with it before any parsing."""
    if len(text) > MAXIMUM_CHARACTERS:
        message = f"the text has {len(text)} characters; {MAXIMUM_CHARACTERS} are the most"
        return (), [diagnostic("M109", message, Span(file, 1, 1, 1, 1))]
    comments: list[Comment] = []
    problems: list[Diagnostic] = []
    braces = parentheses = 0
    positions: Positions | None = None
    for match in _MARKS.finditer(text):
        mark = match.group()
        if mark == "(":
            parentheses += 1
            if parentheses > MAXIMUM_PARENTHESIS_DEPTH:
                return (), [_too_deep(text, file, match.start(), "parentheses", MAXIMUM_PARENTHESIS_DEPTH)]
        elif mark == ")":
            parentheses = max(0, parentheses - 1)
        elif mark == "{":
            braces += 1
            parentheses = 0
            if braces > MAXIMUM_BRACE_DEPTH:
                return (), [_too_deep(text, file, match.start(), "braces", MAXIMUM_BRACE_DEPTH)]
        elif mark == "}":
            braces = max(0, braces - 1)
            parentheses = 0
        elif mark[0] == "/":
            positions = positions or Positions(text, file)
            span = positions.span(match.start(), match.end())
            if mark == "/*":
                return (), [diagnostic("M106", "this comment is never closed", span)]
            blank = positions.blank_line_before(match.start())
            comments.append(Comment(mark.rstrip(), span, blank))
        elif not _CLOSED_STRING.fullmatch(mark) and len(problems) < MAXIMUM_OPEN_STRINGS:
            positions = positions or Positions(text, file)
            span = positions.span(match.start(), match.end())
            problems.append(diagnostic("M119", "this quoted name is not closed on its line", span))
    return tuple(comments), problems


def _too_deep(text: str, file: str, offset: int, what: str, limit: int) -> Diagnostic:
    span = Positions(text, file).span(offset, offset + 1)
    return diagnostic("M107", f"more than {limit} {what} within each other", span)

"""Expressions over result columns, as ``area_mm2 <= 16 and power_mw < 450``: text to a tree to numbers or
arrays.

Numbers, byte sizes (``2 KiB``), texts in quotes, names, ``+ - * / **``, ``min(a, b)``, ``max(a, b)``,
comparisons (chains too), ``and``, ``or``, ``not``. What a name means, and whether it is a number, is asked of
the caller by :data:`Kinds`, so that a misspelt name is told with its place before anything is evaluated.

Codes: M805 broken expression, M806 unknown name.

Non-goals: no Python ``eval``, no table of columns (``names``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from maestro_py.explore._tree import Kind, Node, evaluate, violation, walk

Kinds = Callable[[str], Kind | None]
"""Kind of a name; None if there is no such name."""


class ExpressionError(Exception):
    """What is wrong with an expression, and at which characters of it."""

    def __init__(self, code: str, message: str, start: int, end: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    Attributes
    ----------
    text
        As written.
    root
        The tree.
    """

    text: str
    root: Node

    @property
    def kind(self) -> Kind:
        """What it evaluates to."""
        return self.root.kind

    def names(self) -> tuple[str, ...]:
        """Return the names that it reads, by first appearance.

        >>> parse("a < b + a", lambda name: "number").names()
        ('a', 'b')
        """
        return tuple(dict.fromkeys(node.value for node in walk(self.root) if node.operator == "name"))

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Return its value for values of the names; arrays are taken elementwise.

        >>> parse("2 KiB >= size", lambda name: "number").evaluate({"size": 2048})
        True
        """
        return evaluate(self.root, values)

    def violation(self, values: Mapping[str, Any]) -> Any:
        """Return how far a condition is from holding: 0 where it holds, else relative to the larger side.

        >>> float(parse("a <= 8", lambda name: "number").violation({"a": 10}))
        0.2
        """
        return violation(self.root, values)


# ---- text to tree ---------------------------------------------------------------------------------------

SIZES: Mapping[str, int] = {
    "B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 10**3, "MB": 10**6, "GB": 10**9
}  # fmt: skip
"""Units of bytes that may stand behind a number."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<operator>\*\*|<=|>=|==|!=|[-+*/()<>,]))"
)
_COMPARISONS = ("<=", ">=", "==", "!=", "<", ">")
_FUNCTIONS = ("min", "max")
_WORDS = ("and", "or", "not")
_DEEPEST = 60
_MOST_DIGITS = 19


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            hint = (
                "write == to compare"
                if text[start] == "="
                else "operators: + - * / ** < <= > >= == != and or not"
            )
            raise ExpressionError("M805", f"{text[start]!r} has no meaning here", start, start + 1, hint)
        kind = str(match.lastgroup)
        word = match[kind]
        found.append(_Token("operator" if word in _WORDS else kind, word, match.start(kind), match.end()))
        place = match.end()
    found.append(_Token("end", "", end, end + 1))
    return found


def parse(text: str, kinds: Kinds, suggest: Callable[[str], str] | None = None) -> Expression:
    """Return the expression of a text.

    Parameters
    ----------
    text
        The expression.
    kinds
        Kind of each name that there is.
    suggest
        A hint for a name that there is not.

    Raises
    ------
    ExpressionError
        M805 if it is none, M806 for a name that ``kinds`` does not know.

    Examples
    --------
    >>> parse("1 + 2 * 3 ** 2", lambda name: None).evaluate({})
    19
    """
    parser = _Parser(_tokens(text), kinds, suggest)
    root = parser.condition()
    left = parser.token
    if left.kind != "end":
        unit = left.kind == "name" and left.text.lower() in {size.lower() for size in SIZES}
        hint = f"units of bytes: {' '.join(SIZES)}" if unit else _GOES_ON
        raise ExpressionError("M805", f"{left.text!r} is not expected here", left.start, left.end, hint)
    return Expression(text, root)


_GOES_ON = "an operator joins two values: area_mm2 <= 16 and power_mw < 450"


class _Parser:
    """Recursive descent; ``or`` binds least, then ``and``, ``not``, comparisons, sums, products, powers."""

    def __init__(self, tokens: list[_Token], kinds: Kinds, suggest: Callable[[str], str] | None) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0
        self.kinds = kinds
        self.suggest = suggest

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self, *operators: str) -> _Token | None:
        token = self.token
        if token.kind == "operator" and token.text in operators:
            self.place += 1
            return token
        return None

    def condition(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ExpressionError("M805", "nested too deeply", self.token.start, self.token.end)
        found = self._joined("or", lambda: self._joined("and", self._negation))
        self.depth -= 1
        return found

    def _joined(self, word: str, inner: Callable[[], Node]) -> Node:
        parts = [inner()]
        while self.take(word):
            parts.append(inner())
        if len(parts) == 1:
            return parts[0]
        self._check(parts, "truth", f"{word!r} joins conditions")
        return Node(word, tuple(parts), None, "truth", parts[0].start, parts[-1].end)

    def _negation(self) -> Node:
        word = self.take("not")
        if word is None:
            return self._comparison()
        inner = self._negation()
        self._check([inner], "truth", "'not' reverses a condition")
        return Node("not", (inner,), None, "truth", word.start, inner.end)

    def _comparison(self) -> Node:
        left = self._sum()
        parts: list[Node] = []
        while sign := self.take(*_COMPARISONS):
            right = self._sum()
            if left.kind != right.kind:
                message = f"a {left.kind} is compared with a {right.kind}"
                raise ExpressionError("M805", message, left.start, right.end, "compare like with like")
            if left.kind != "number" and sign.text not in ("==", "!="):
                message = f"{sign.text!r} orders numbers, not {left.kind}s"
                raise ExpressionError("M805", message, left.start, right.end, "compare with == or !=")
            parts.append(Node(sign.text, (left, right), None, "truth", left.start, right.end))
            left = right
        if len(parts) < 2:
            return parts[0] if parts else left
        return Node("and", tuple(parts), None, "truth", parts[0].start, parts[-1].end)

    def _sum(self) -> Node:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._signed))

    def _chain(self, signs: tuple[str, ...], inner: Callable[[], Node]) -> Node:
        left = inner()
        while sign := self.take(*signs):
            right = inner()
            self._check([left, right], "number", f"{sign.text!r} takes numbers")
            left = Node(sign.text, (left, right), None, "number", left.start, right.end)
        return left

    def _signed(self) -> Node:
        sign = self.take("-", "+")
        if sign is None:
            return self._power()
        self.depth += 1
        inner = self._signed() if self.depth <= _DEEPEST else self._power()
        self.depth -= 1
        self._check([inner], "number", f"{sign.text!r} takes a number")
        return (
            inner if sign.text == "+" else Node("negative", (inner,), None, "number", sign.start, inner.end)
        )

    def _power(self) -> Node:
        base = self._value()
        if not self.take("**"):
            return base
        exponent = self._signed()
        self._check([base, exponent], "number", "'**' takes numbers")
        return Node("**", (base, exponent), None, "number", base.start, exponent.end)

    def _value(self) -> Node:
        token = self.token
        self.place += 1
        if token.kind == "number":
            return self._number(token)
        if token.kind == "text":
            return Node("constant", (), token.text[1:-1], "text", token.start, token.end)
        if token.kind == "name":
            return self._function(token) if token.text in _FUNCTIONS else self._name(token)
        if token.kind == "operator" and token.text == "(":
            inner = self.condition()
            self._closed(token)
            return inner
        what = "the end" if token.kind == "end" else repr(token.text)
        hint = "a value is a number (16, 2 KiB), a name, or an expression in parentheses"
        raise ExpressionError("M805", f"a value is missing before {what}", token.start, token.end, hint)

    def _number(self, token: _Token) -> Node:
        text = token.text
        value: int | float = int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else float(text)
        end = token.end
        following = self.token
        if following.kind == "name" and following.text in SIZES:
            self.place += 1
            value *= SIZES[following.text]
            end = following.end
        return Node("constant", (), value, "number", token.start, end)

    def _name(self, token: _Token) -> Node:
        try:
            kind = self.kinds(token.text)
        except ExpressionError as error:
            raise ExpressionError(error.code, error.message, token.start, token.end, error.hint) from error
        if kind is None:
            hint = self.suggest(token.text) if self.suggest else None
            raise ExpressionError("M806", f"there is no {token.text!r}", token.start, token.end, hint)
        return Node("name", (), token.text, kind, token.start, token.end)

    def _function(self, token: _Token) -> Node:
        opening = self.take("(")
        if opening is None:
            hint = f"as {token.text}(num_pes, 64)"
            raise ExpressionError(
                "M805", f"{token.text} takes values in parentheses", token.start, token.end, hint
            )
        parts = [self._sum()]
        while self.take(","):
            parts.append(self._sum())
        self._check(parts, "number", f"{token.text} takes numbers")
        return Node(token.text, tuple(parts), None, "number", token.start, self._closed(opening).end)

    def _closed(self, opening: _Token) -> _Token:
        closing = self.take(")")
        if closing is None:
            message = "this parenthesis is not closed"
            raise ExpressionError(
                "M805", message, opening.start, opening.end, "write ')' behind the last value"
            )
        return closing

    def _check(self, nodes: Iterable[Node], kind: Kind, message: str) -> None:
        for node in nodes:
            if node.kind != kind:
                what = f"{message}; this is a {node.kind}"
                hint = "a condition compares: area_mm2 <= 16" if kind == "truth" else "use a number here"
                raise ExpressionError("M805", what, node.start, node.end, hint)

"""Grammar rules to tree nodes: one method per rule of ``dsl/grammar.lark``.

The parser calls the method named like a rule as soon as it has read it, with the rule's tokens and nodes
(Lark's inline transformer), so no intermediate tree exists. What is grammatical but beyond a limit is noted
in ``diagnostics``.

Non-goals: no meaning, no recovery (``_recover``).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Literal, Protocol, cast

from maestro_py.errors import Diagnostic, Span
from maestro_py.syntax import ast
from maestro_py.syntax.codes import diagnostic

MAXIMUM_DIGITS = 18
MAXIMUM_EXPRESSION_HEIGHT = 200

_PRIMES = re.compile("[`´‘’′ʹ]")
_LABEL_BLANKS = re.compile(r"[ \t,:;()>]+")


class PlacedToken(Protocol):
    """Lark's token as its lexer makes it, with a place; others may have none."""

    value: str
    line: int
    column: int
    end_line: int
    end_column: int


class Builder:
    """Makes the nodes of one text at a time; ``reset`` before each."""

    def __init__(self) -> None:
        self.reset("<text>")

    def reset(self, file: str) -> None:
        """Forget the last text; nodes made from now on lie in ``file``."""
        self.file = file
        self.diagnostics: list[Diagnostic] = []
        self._heights: dict[int, int] = {}

    # ---- places -------------------------------------------------------------------------------------

    def _at(self, token: PlacedToken) -> Span:
        return Span(self.file, token.line, token.column, token.end_line, token.end_column)

    def _over(self, first: PlacedToken, last: PlacedToken) -> Span:
        return Span(self.file, first.line, first.column, last.end_line, last.end_column)

    def _from(self, first: PlacedToken, last: Span | None) -> Span:
        assert last is not None
        return Span(self.file, first.line, first.column, last.end_line, last.end_column)

    def _name(self, token: PlacedToken) -> ast.Name:
        text = token.value
        if not text.isascii() or "`" in text:
            text = _PRIMES.sub("'", text)
        return ast.Name(text, self._at(token))

    def _integer(self, token: PlacedToken) -> int:
        digits = token.value.lstrip("0") or "0"
        if len(digits) > MAXIMUM_DIGITS:
            self.diagnostics.append(diagnostic("M108", _too_long(len(digits)), self._at(token)))
            return 1
        return int(digits)

    def _string(self, token: PlacedToken) -> ast.Name:
        try:
            text = json.loads(token.value, strict=False)
        except ValueError:
            message = "this quoted name has an escape that means nothing"
            self.diagnostics.append(diagnostic("M116", message, self._at(token)))
            text = token.value[1:-1]
        return ast.Name(text, self._at(token))

    # ---- document -----------------------------------------------------------------------------------

    def document(self, children: list[Any]) -> ast.Document:
        return ast.Document(tuple(children), self.file)

    def constant(self, children: list[Any]) -> ast.Constant:
        keyword, name, value = children
        return ast.Constant(self._name(name), value, self._from(keyword, value.span))

    def network(self, children: list[Any]) -> ast.Network:
        keyword, label, _, *layers, closing = children
        return ast.Network(label, tuple(layers), self._over(keyword, closing))

    def label(self, children: list[Any]) -> ast.Name:
        (token,) = children
        if token.type == "STRING":
            return self._string(token)
        return ast.Name(_LABEL_BLANKS.sub(" ", token.value), self._at(token))

    # ---- layer --------------------------------------------------------------------------------------

    def layer(self, children: list[Any]) -> ast.Layer:
        keyword, label, _, *statements, closing = children
        return ast.Layer(label, tuple(statements), self._over(keyword, closing))

    def layer_type(self, children: list[Any]) -> ast.LayerType:
        keyword, name = children
        return ast.LayerType(self._name(name), self._over(keyword, name))

    def repeat(self, children: list[Any]) -> ast.Repeat:
        keyword, value = children
        return ast.Repeat(value, self._from(keyword, value.span))

    def size_block(self, children: list[Any]) -> ast.SizeBlock:
        keyword, _, *entries, closing = children
        return ast.SizeBlock(keyword.value, tuple(entries), self._over(keyword, closing))

    def size_entry(self, children: list[Any]) -> ast.SizeEntry:
        name, value = children
        return ast.SizeEntry(self._name(name), value, self._from(name, value.span))

    def padding_entry(self, children: list[Any]) -> ast.SizeEntry:
        return self.size_entry(children)

    def pair(self, children: list[Any]) -> ast.Pair:
        opening, front, behind, closing = children
        return ast.Pair(front, behind, self._over(opening, closing))

    def density_block(self, children: list[Any]) -> ast.DensityBlock:
        keyword, _, *entries, closing = children
        return ast.DensityBlock(tuple(entries), self._over(keyword, closing))

    def density_entry(self, children: list[Any]) -> ast.DensityEntry:
        name, number = children
        digits = len(number.value.replace(".", ""))
        if digits > MAXIMUM_DIGITS:
            self.diagnostics.append(diagnostic("M108", _too_long(digits), self._at(number)))
        value = Decimal(number.value) if digits <= MAXIMUM_DIGITS else Decimal(1)
        return ast.DensityEntry(self._name(name), value, self._over(name, number))

    # ---- dataflow -----------------------------------------------------------------------------------

    def dataflow(self, children: list[Any]) -> ast.Dataflow:
        keyword, *head, closing = children
        name = head.pop(0) if isinstance(head[0], ast.Name) else None
        operators = head.pop(0) if isinstance(head[0], tuple) else ()
        return ast.Dataflow(name, tuple(head[1:]), operators, self._over(keyword, closing))

    def template_name(self, children: list[Any]) -> ast.Name:
        return self.label(children)

    def meant_for(self, children: list[Any]) -> tuple[ast.Name, ...]:
        return tuple(self._name(name) for name in children[1:-1])

    def map_directive(self, children: list[Any]) -> ast.MapDirective:
        keyword, name = children[0], children[-1]
        size, offset = (c for c in children[1:-1] if not isinstance(c, str))
        return ast.MapDirective(keyword.value, size, offset, self._name(name), self._over(keyword, name))

    def cluster_directive(self, children: list[Any]) -> ast.ClusterDirective:
        if len(children) == 5:
            keyword, _, size, kind, _ = children
        else:
            keyword, size, kind = children
        return ast.ClusterDirective(size, self._name(kind), self._over(keyword, children[-1]))

    # ---- accelerator --------------------------------------------------------------------------------

    def accelerator(self, children: list[Any]) -> ast.Accelerator:
        keyword, closing = children[0], children[-1]
        name = children[1] if isinstance(children[1], ast.Name) else None
        items = children[2 if name is None else 3 : -1]
        return ast.Accelerator(name, tuple(items), self._over(keyword, closing))

    def section(self, children: list[Any]) -> ast.Section:
        name, _, *items, closing = children
        return ast.Section(self._name(name), tuple(items), self._over(name, closing))

    def setting(self, children: list[Any]) -> ast.Setting:
        key, value = children
        return ast.Setting(self._name(key), value, self._from(key, value.span))

    def quantity(self, children: list[Any]) -> ast.Quantity:
        number = children[0]
        unit = children[1].value if len(children) == 2 else ""
        whole, _, fraction = number.value.partition(".")
        if len(whole) + len(fraction) > MAXIMUM_DIGITS:
            message = _too_long(len(whole) + len(fraction))
            self.diagnostics.append(diagnostic("M108", message, self._at(number)))
            return ast.Quantity(1.0, unit, self._over(number, children[-1]))
        return ast.Quantity(float(number.value), unit, self._over(number, children[-1]))

    def technology(self, children: list[Any]) -> ast.Technology:
        keyword, name = children
        node = self._string(name) if name.type == "STRING" else ast.Name(name.value, self._at(name))
        return ast.Technology(node, self._over(keyword, name))

    def hardware_entry(self, children: list[Any]) -> ast.HardwareEntry:
        key, value = children
        return ast.HardwareEntry(ast.Name(key.value, self._at(key)), value, self._from(key, value.span))

    # ---- sizes --------------------------------------------------------------------------------------

    def number(self, children: list[Any]) -> ast.Number:
        return ast.Number(self._integer(children[0]), self._at(children[0]))

    def reference(self, children: list[Any]) -> ast.Reference:
        name = self._name(children[0])
        return ast.Reference(name.text, name.span)

    def size_of(self, children: list[Any]) -> ast.SizeOf:
        dimension = children[2] if len(children) == 4 else children[1]
        return ast.SizeOf(self._name(dimension), self._over(children[0], children[-1]))

    def group(self, children: list[Any]) -> ast.Expression:
        return cast(ast.Expression, children[1])

    def sum(self, children: list[Any]) -> ast.Expression:
        return self._operation(children)

    def product(self, children: list[Any]) -> ast.Expression:
        return self._operation(children)

    def _operation(self, children: list[Any]) -> ast.Expression:
        left, operator, right = children
        span = Span(self.file, left.span.line, left.span.column, right.span.end_line, right.span.end_column)
        height = 1 + max(self._height(left), self._height(right))
        if height > MAXIMUM_EXPRESSION_HEIGHT:
            if height == MAXIMUM_EXPRESSION_HEIGHT + 1:
                message = f"more than {MAXIMUM_EXPRESSION_HEIGHT} operations within each other"
                self.diagnostics.append(diagnostic("M107", message, span))
            return ast.Number(1, span)
        kind: Literal["+", "-", "*", "/", "%"] = operator.value
        node = ast.BinaryOperation(kind, left, right, span)
        self._heights[id(node)] = height
        return node

    def _height(self, node: ast.Expression) -> int:
        return self._heights[id(node)] if isinstance(node, ast.BinaryOperation) else 0


def _too_long(digits: int) -> str:
    return f"a number of {digits} digits; {MAXIMUM_DIGITS} are the most"

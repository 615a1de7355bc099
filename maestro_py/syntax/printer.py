"""Tree to text: the canonical form, as ``maestro-py fmt`` writes it.

``parse(format_document(x)) == x`` for every tree without a pair of equals, and
``format_document(parse(text)) == text`` for canonical text. The form: two blanks of indent, one statement a
line, a blank line between blocks, ``Name: value;``, ``SpatialMap(1,1) K;``, ``Cluster(64, P);``,
``Padding { Y: (1, 2), X: 1 }``, where one number stands for two that are written alike.

Comments stay beside what they stood beside: on the same line after it, or on lines of their own before it; a
comment inside a one-line statement moves behind it.

Non-goals: no check of meaning.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from maestro_py.errors import Span
from maestro_py.syntax import ast

INDENT = "  "
_PLAIN_LABEL = re.compile(r"[\w.][\w.\-]*(?: [\w.\-]+)*")
_PLAIN_WORD = re.compile(r"[\w.][\w.\-]*")
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2}


def format_document(document: ast.Document) -> str:
    """Return the canonical text of a tree.

    Examples
    --------
    >>> from maestro_py.syntax.parser import parse
    >>> text = "Constant T (1+2)*3 Dataflow{SpatialMap(8+Sz(S)-1 , T) X’ Cluster 4 P}"
    >>> print(format_document(parse(text)), end="")
    Constant T (1+2)*3;
    <BLANKLINE>
    Dataflow {
      SpatialMap(8+Sz(S)-1,T) X';
      Cluster(4, P);
    }
    """
    printer = _Printer(document.comments)
    previous: ast.DocumentItem | None = None
    for item in document.items:
        block = not isinstance(item, ast.Constant | ast.HardwareEntry)
        if previous is not None and (block or type(previous) is not type(item)):
            printer.blank_line()
        printer.item(item)
        previous = item
    return printer.finish()


def format_expression(expression: ast.Expression) -> str:
    """Return a size as text, with no more parentheses than it needs."""
    match expression:
        case ast.Number(value):
            return str(value)
        case ast.Reference(name):
            return name
        case ast.SizeOf(dimension):
            return f"Sz({dimension.text})"
        case ast.BinaryOperation(operator, left, right):
            rank = _PRECEDENCE[operator]
            return f"{_operand(left, rank)}{operator}{_operand(right, rank + 1)}"


def _operand(expression: ast.Expression, least: int) -> str:
    text = format_expression(expression)
    if isinstance(expression, ast.BinaryOperation) and _PRECEDENCE[expression.operator] < least:
        return f"({text})"
    return text


def format_label(name: ast.Name) -> str:
    """Return the name of a block: bare where the language can read it bare, else in quotes."""
    return name.text if _PLAIN_LABEL.fullmatch(name.text) else _quoted(name.text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _entry(entry: ast.SizeEntry) -> str:
    value = entry.value
    if isinstance(value, ast.Pair) and value.front == value.behind:
        value = value.front
    if isinstance(value, ast.Pair):
        text = f"({format_expression(value.front)}, {format_expression(value.behind)})"
    else:
        text = format_expression(value)
    return f"{entry.dimension.text}: {text}"


def _plain(value: Decimal) -> str:
    """Return a number without an exponent and without zeros that say nothing."""
    return format(value.normalize(), "f")


def _value(value: ast.Expression | ast.Quantity) -> str:
    if not isinstance(value, ast.Quantity):
        return format_expression(value)
    digits = format(Decimal(repr(value.value)), "f")
    if value.unit:
        return f"{digits.removesuffix('.0')} {value.unit}"
    return digits if "." in digits else f"{digits}.0"


class _Printer:
    """Lines of canonical text, with the comments that come before the place reached."""

    def __init__(self, comments: tuple[ast.Comment, ...]) -> None:
        self.comments = comments
        self.next_comment = 0
        self.lines: list[str] = []
        self.depth = 0
        self.blank_wanted = False
        self.after_comment = False  # whether the last line is a comment of its own
        self.last_line = 0  # of the source, where what was printed last ends

    # ---- lines --------------------------------------------------------------------------------------

    def blank_line(self) -> None:
        """Ask for a blank line before what comes next, unless a block begins or ends there."""
        self.blank_wanted = True

    def line(self, text: str, span: Span | None) -> None:
        """Print one line for the source at ``span``; comments before it come first."""
        if span is not None:
            self._comments_before(span.line, span.column)
            if self.after_comment and span.line > self.last_line + 1:
                self.blank_line()
        self._write(text)
        self.after_comment = False
        if span is not None:
            self.last_line = span.end_line

    def _write(self, text: str) -> None:
        if self.blank_wanted and self.lines and not self.lines[-1].endswith("{") and text != "}":
            self.lines.append("")
        self.blank_wanted = False
        self.lines.append(INDENT * self.depth + text)

    def _comments_before(self, line: int, column: int) -> None:
        while self.next_comment < len(self.comments):
            comment = self.comments[self.next_comment]
            if (comment.span.line, comment.span.column) >= (line, column):
                return
            self.next_comment += 1
            if comment.span.line == self.last_line and self.lines and not self._ends_in_line_comment():
                self.lines[-1] += f" {comment.text}"
            else:
                if comment.blank_line_before:
                    self.blank_line()
                self._write(comment.text)
                self.after_comment = True
            self.last_line = comment.span.end_line

    def _ends_in_line_comment(self) -> bool:
        previous = self.comments[self.next_comment - 2] if self.next_comment > 1 else None
        return (
            previous is not None and previous.text.startswith("//") and self.lines[-1].endswith(previous.text)
        )

    def finish(self) -> str:
        """Print the comments that are left; return the text."""
        last = self.comments[-1].span if self.comments else None
        if last is not None:
            self._comments_before(last.line + 1, 1)
        return "".join(f"{line}\n" for line in self.lines)

    # ---- blocks -------------------------------------------------------------------------------------

    def _open(
        self,
        keyword: str,
        span: Span | None,
        name: ast.Name | None = None,
        operators: tuple[ast.Name, ...] = (),
    ) -> None:
        words = [keyword]
        if name is not None:
            words.append(format_label(name))
        if operators:
            words.append(f"({', '.join(operator.text for operator in operators)})")
        last = operators[-1] if operators else name
        start = None
        if span is not None:
            end_line = last.span.end_line if last is not None and last.span is not None else span.line
            start = Span(span.file, span.line, span.column, end_line, 1)
        self.line(" ".join([*words, "{"]), start)
        self.depth += 1

    def _close(self, span: Span | None) -> None:
        if span is not None:
            self._comments_before(span.end_line, span.end_column - 1)
        self.depth -= 1
        self._write("}")
        if span is not None:
            self.last_line = span.end_line

    # ---- statements ---------------------------------------------------------------------------------

    def item(self, item: ast.DocumentItem) -> None:
        """Print a statement of the top level."""
        match item:
            case ast.Constant(name, value):
                self.line(f"Constant {name.text} {format_expression(value)};", item.span)
            case ast.HardwareEntry(key, value):
                self.line(f"{key.text}: {format_expression(value)}", item.span)
            case ast.Network():
                self._network(item)
            case ast.Dataflow():
                self._dataflow(item)
            case ast.Accelerator():
                self._open("Accelerator", item.span, item.name)
                for part in item.items:
                    self._accelerator_item(part)
                self._close(item.span)

    def _network(self, network: ast.Network) -> None:
        self._open("Network", network.span, network.name)
        for layer in network.layers:
            self.blank_line()
            self._open("Layer", layer.span, layer.name)
            for statement in layer.statements:
                self._layer_statement(statement)
            self._close(layer.span)
        self._close(network.span)

    def _layer_statement(self, statement: ast.LayerStatement) -> None:
        match statement:
            case ast.LayerType(name):
                self.line(f"Type: {name.text};", statement.span)
            case ast.Repeat(value):
                self.line(f"Repeat: {format_expression(value)};", statement.span)
            case ast.SizeBlock(keyword, entries):
                inner = ", ".join(_entry(entry) for entry in entries)
                self.line(f"{keyword} {{ {inner} }}" if inner else f"{keyword} {{ }}", statement.span)
            case ast.DensityBlock(parts):
                inner = ", ".join(f"{part.tensor.text}: {_plain(part.value)}" for part in parts)
                self.line(f"Density {{ {inner} }}" if inner else "Density { }", statement.span)
            case ast.Dataflow():
                self._dataflow(statement)

    def _dataflow(self, dataflow: ast.Dataflow) -> None:
        self._open("Dataflow", dataflow.span, dataflow.name, dataflow.operators)
        for directive in dataflow.directives:
            match directive:
                case ast.MapDirective(kind, size, offset, dimension):
                    sizes = f"{format_expression(size)},{format_expression(offset)}"
                    self.line(f"{kind}({sizes}) {dimension.text};", directive.span)
                case ast.ClusterDirective(size, kind_name):
                    self.line(f"Cluster({format_expression(size)}, {kind_name.text});", directive.span)
        self._close(dataflow.span)

    def _accelerator_item(self, item: ast.AcceleratorItem) -> None:
        match item:
            case ast.Section(name, items):
                self._open(name.text, item.span)
                for part in items:
                    self._accelerator_item(part)
                self._close(item.span)
            case ast.Setting(key, value):
                self.line(f"{key.text}: {_value(value)};", item.span)
            case ast.Technology(name):
                text = name.text if _PLAIN_WORD.fullmatch(name.text) else _quoted(name.text)
                self.line(f"Technology: {text};", item.span)

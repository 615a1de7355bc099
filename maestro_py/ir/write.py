"""IR to text: a network as a file of the language.

:func:`network_text` turns a :class:`~maestro_py.ir.network.Network` into the text that ``maestro-py fmt``
leaves as it is, in the form of the shipped ``models/*.m``: what has its default is left out, but the
dimensions that a reader expects. ``lower(parse(network_text(n)))`` gives ``n`` again.

Non-goals: no constants and no grouping of layers (a network has neither), no accelerators, no layout of the
text (``maestro_py.syntax.printer``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from textwrap import wrap

from maestro_py.errors import Span
from maestro_py.ir import composites, operators
from maestro_py.ir.composites import CompositeLayer
from maestro_py.ir.dataflow import (
    ClusterDirective,
    Dataflow,
    Directive,
    Expression,
    Number,
    Reference,
    SizeOf,
)
from maestro_py.ir.density import DECIMALS, DENSE, MILLION, Density, millionths
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.operators import NO_PADDING, TENSORS
from maestro_py.syntax import ast
from maestro_py.syntax._build import MAXIMUM_DIGITS
from maestro_py.syntax.printer import format_document

DIMENSION_ORDER = ("G", "M", "N", "K", "C", "R", "S", "Y", "X")
ALWAYS_WRITTEN = {"M", "N", "K"}, {"K", "C"}
"""Dimensions that are written though their size is 1: of matrix products, of layers with rows and columns."""
ALWAYS_WRITTEN_OF_COMPOSITES = {"M", "T", "C", "K"}

HEADER_WIDTH = 100
_FILE = "<network>"


def network_text(network: Network, header: Mapping[str, str] | None = None) -> str:
    """Return a network as text.

    Parameters
    ----------
    network
        Layers have different names; their dataflows are written too.
    header
        Comment lines before it, ``// Key: text``, as ``maestro_py.catalog`` reads them (``Title``,
        ``Source``, ``Note``). Texts are wrapped; runs of blanks in them become one.

    Examples
    --------
    >>> layer = Layer("conv 1/a", "CONV", {"K": 8, "C": 1, "R": 3, "Y": 9, "X": 1}, stride=(2, 1))
    >>> print(network_text(Network("net", (layer,)), {"Title": "a layer"}), end="")
    // Title: a layer
    <BLANKLINE>
    Network net {
      Layer "conv 1/a" {
        Type: CONV;
        Stride { Y: 2, X: 1 }
        Dimensions { K: 8, C: 1, R: 3, Y: 9 }
      }
    }
    """
    return layers_text(network.name, network.layers, header)


def layers_text(
    name: str, layers: Iterable[Layer | CompositeLayer], header: Mapping[str, str] | None = None
) -> str:
    """Return a network of layers of which some stay composite, where :func:`network_text` has their parts."""
    comments = tuple(_comments(header or {}))
    # Only what has a place stands behind comments, and a line between is a blank line.
    place = Span(_FILE, len(comments) + 2, 1, len(comments) + 2, 1) if comments else None
    node = ast.Network(ast.Name(name), tuple(map(_layer, layers)), place)
    return format_document(ast.Document((node,), _FILE, comments))


def _comments(header: Mapping[str, str]) -> Iterable[ast.Comment]:
    lines: list[str] = []
    for key, text in header.items():
        lines += wrap(
            " ".join([f"{key}:", *text.split()]),
            HEADER_WIDTH,
            initial_indent="// ",
            subsequent_indent="//   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    for number, line in enumerate(lines, 1):
        yield ast.Comment(line, Span(_FILE, number, 1, number, 1 + len(line)))


def _layer(layer: Layer | CompositeLayer) -> ast.Layer:
    if isinstance(layer, CompositeLayer):
        return _composite_layer(layer)
    statements: list[ast.LayerStatement] = [ast.LayerType(ast.Name(layer.operator))]
    if layer.repeat != 1:
        statements.append(ast.Repeat(_number(layer.repeat)))
    if layer.stride != (1, 1):
        statements.append(_rows_and_columns("Stride", layer.stride))
    if layer.dilation != (1, 1):
        statements.append(_rows_and_columns("Dilation", layer.dilation))
    if layer.padding != NO_PADDING:
        statements.append(_rows_and_columns("Padding", layer.padding))
    statements.append(_dimensions(layer))
    if layer.density != DENSE:
        statements.append(_density(layer.density))
    if layer.dataflow is not None:
        statements.append(_dataflow(layer.dataflow))
    return ast.Layer(ast.Name(layer.name), tuple(statements))


def _composite_layer(layer: CompositeLayer) -> ast.Layer:
    statements: list[ast.LayerStatement] = [ast.LayerType(ast.Name(layer.composite))]
    if layer.repeat != 1:
        statements.append(ast.Repeat(_number(layer.repeat)))
    wanted = ALWAYS_WRITTEN_OF_COMPOSITES.union(layer.sizes)
    ordered = (d for d in composites.get(layer.composite).dimensions if d in wanted)
    entries = tuple(_entry(dimension, layer.sizes.get(dimension, 1)) for dimension in ordered)
    return ast.Layer(ast.Name(layer.name), (*statements, ast.SizeBlock("Dimensions", entries)))


def _rows_and_columns(keyword: ast.SizeKeyword, values: Iterable[int | tuple[int, int]]) -> ast.SizeBlock:
    entries = (_entry(axis, value) for axis, value in zip("YX", values, strict=True))
    return ast.SizeBlock(keyword, tuple(entries))


def _density(density: Density) -> ast.DensityBlock:
    parts = zip(TENSORS, millionths(density), strict=True)
    return ast.DensityBlock(
        tuple(
            ast.DensityEntry(ast.Name(tensor), Decimal(part).scaleb(-DECIMALS))
            for tensor, part in parts
            if part != MILLION
        )
    )


def _dimensions(layer: Layer) -> ast.SizeBlock:
    known = operators.get(layer.operator).dimensions
    matrices, windows = ALWAYS_WRITTEN
    wanted = (windows if "Y" in known else matrices).intersection(known).union(layer.sizes)
    ordered = (dimension for dimension in DIMENSION_ORDER if dimension in wanted)
    return ast.SizeBlock("Dimensions", tuple(_entry(d, layer.sizes.get(d, 1)) for d in ordered))


def _entry(dimension: str, value: int | tuple[int, int]) -> ast.SizeEntry:
    node = _number(value) if isinstance(value, int) else ast.Pair(_number(value[0]), _number(value[1]))
    return ast.SizeEntry(ast.Name(dimension), node)


def _number(value: int) -> ast.Expression:
    """Return a number as a size; one that is negative or has too many digits for the reader as a term."""
    if value < 0:
        return ast.BinaryOperation("-", ast.Number(0), _number(-value))
    if value < 10**MAXIMUM_DIGITS:
        return ast.Number(value)
    most = 10 ** (MAXIMUM_DIGITS - 1)
    left = ast.BinaryOperation("*", _number(value // most), ast.Number(most))
    return ast.BinaryOperation("+", left, ast.Number(value % most))


def _dataflow(dataflow: Dataflow) -> ast.Dataflow:
    return ast.Dataflow(
        ast.Name(dataflow.name) if dataflow.name else None,
        tuple(_directive(directive) for directive in dataflow.directives),
        tuple(ast.Name(operator) for operator in dataflow.operators),
    )


def _directive(directive: Directive) -> ast.Directive:
    size = _expression(directive.size)
    if isinstance(directive, ClusterDirective):
        return ast.ClusterDirective(size, ast.Name(directive.kind))
    return ast.MapDirective(
        directive.kind, size, _expression(directive.offset), ast.Name(directive.dimension)
    )


def _expression(expression: Expression) -> ast.Expression:
    match expression:
        case Number(value):
            return _number(value)
        case SizeOf(dimension):
            return ast.SizeOf(ast.Name(dimension))
        case Reference(name):
            return ast.Reference(name)
        case _:
            left, right = _expression(expression.left), _expression(expression.right)
            return ast.BinaryOperation(expression.operator, left, right)

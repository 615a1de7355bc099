"""Dataflows: directives with symbolic sizes, independent of any layer or machine.

A :class:`Dataflow` is what the language's ``Dataflow { .. }`` block means: an ordered list of
``SpatialMap``, ``TemporalMap`` and ``Cluster`` directives (MAESTRO, MICRO 2019, Section 3.1).
Sizes are expression trees because ``Sz(R)`` is only known once a layer is chosen; :func:`evaluate`
turns one into a number.

Non-goals: no text (``maestro_py.syntax``), no steps or positions (``maestro_py.ir.nest``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from maestro_py.errors import Span


@dataclass(frozen=True, slots=True)
class Number:
    """An integer literal (constants are already replaced by their value)."""

    value: int


@dataclass(frozen=True, slots=True)
class SizeOf:
    """``Sz(D)``: the extent of dimension ``D`` of the layer."""

    dimension: str


@dataclass(frozen=True, slots=True)
class BinaryOperation:
    """``left operator right`` over integers; division rounds down."""

    operator: Literal["+", "-", "*", "/", "%"]
    left: Expression
    right: Expression


Expression = Number | SizeOf | BinaryOperation


def evaluate(expression: Expression, sizes: Mapping[str, int]) -> int:
    """Return the integer value of a size expression for a layer.

    Parameters
    ----------
    expression
        Expression tree.
    sizes
        Extent of every dimension that ``Sz(..)`` may name.

    Raises
    ------
    KeyError
        If ``Sz(D)`` names a dimension that is not in ``sizes``.
    ZeroDivisionError
        If a divisor evaluates to zero.

    Examples
    --------
    >>> evaluate(BinaryOperation("-", BinaryOperation("+", Number(8), SizeOf("S")), Number(1)), {"S": 3})
    10
    """
    match expression:
        case Number(value):
            return value
        case SizeOf(dimension):
            return sizes[dimension]
        case BinaryOperation(operator, left, right):
            a, b = evaluate(left, sizes), evaluate(right, sizes)
            match operator:
                case "+":
                    return a + b
                case "-":
                    return a - b
                case "*":
                    return a * b
                case "/":
                    return a // b
                case _:
                    return a % b


@dataclass(frozen=True, slots=True)
class MapDirective:
    """``SpatialMap(size, offset) D`` or ``TemporalMap(size, offset) D``.

    ``dimension`` is the language's name in canonical spelling: ``Y'`` and ``X'`` for output row and
    column, plain letters otherwise.
    """

    kind: Literal["SpatialMap", "TemporalMap"]
    size: Expression
    offset: Expression
    dimension: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ClusterDirective:
    """``Cluster(size, P)`` (processing elements) or ``Cluster(size, L)`` (lanes inside one PE)."""

    size: Expression
    kind: Literal["P", "L"]
    span: Span | None = field(default=None, compare=False, repr=False)


Directive = MapDirective | ClusterDirective


@dataclass(frozen=True, slots=True)
class Dataflow:
    """An ordered list of directives, outermost first.

    ``name`` is for reports. ``operators`` lists the layer types that a template is meant for, written
    ``Dataflow NAME (CONV, PWCONV) { .. }`` in the language; empty means every type.
    """

    directives: tuple[Directive, ...]
    name: str = ""
    operators: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)

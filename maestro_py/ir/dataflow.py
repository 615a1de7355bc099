"""Dataflows: directives with symbolic sizes, independent of any layer or machine.

A :class:`Dataflow` is what the language's ``Dataflow { .. }`` block means: an ordered list of
``SpatialMap``, ``TemporalMap`` and ``Cluster`` directives (MAESTRO, MICRO 2019, Section 3.1).
Sizes are expression trees because ``Sz(R)`` is only known once a layer is chosen; :func:`evaluate`
turns one into a number.

Non-goals: no text (``maestro_py.syntax``), no steps or positions (``maestro_py.ir.nest``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from maestro_py.errors import Span


@dataclass(frozen=True, slots=True)
class Number:
    """An integer literal, or a constant's value."""

    value: int


@dataclass(frozen=True, slots=True)
class SizeOf:
    """``Sz(D)``: the extent of dimension ``D`` of the layer."""

    dimension: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A constant that has many values (``maestro_py.ir.nests``); others are replaced by their value."""

    name: str


@dataclass(frozen=True, slots=True)
class BinaryOperation:
    """``left operator right`` over integers; division rounds down."""

    operator: Literal["+", "-", "*", "/", "%"]
    left: Expression
    right: Expression


Expression = Number | SizeOf | Reference | BinaryOperation


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
        If ``Sz(D)`` names a dimension that is not in ``sizes``, or a constant has not been replaced.
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
        case Reference(name):
            raise KeyError(name)
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


def replaced(expression: Expression, constants: Mapping[str, int]) -> Expression:
    """Return an expression with numbers in place of constants.

    Raises
    ------
    KeyError
        If a constant is not among them.

    Examples
    --------
    >>> replaced(BinaryOperation("*", Number(2), Reference("T")), {"T": 8})
    BinaryOperation(operator='*', left=Number(value=2), right=Number(value=8))
    """
    match expression:
        case Reference(name):
            return Number(constants[name])
        case BinaryOperation(operator, left, right):
            return BinaryOperation(operator, replaced(left, constants), replaced(right, constants))
        case _:
            return expression


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

    def with_constants(self, constants: Mapping[str, int]) -> Dataflow:
        """Return the dataflow with numbers in place of constants.

        Raises
        ------
        KeyError
            If it names a constant that is not among them.
        """
        directives: list[Directive] = []
        for directive in self.directives:
            size = replaced(directive.size, constants)
            if isinstance(directive, MapDirective):
                offset = replaced(directive.offset, constants)
                directives.append(replace(directive, size=size, offset=offset))
            else:
                directives.append(replace(directive, size=size))
        return replace(self, directives=tuple(directives))

"""Expressions over columns of which only bounds are known: interval arithmetic, true of every value between.

A bound that is not known is NaN; every comparison with it stays undecided. Bounds hold of the exact value and
of the rounded one that ``expressions`` computes: each operation on bounds is rounded outwards by one unit in
the last place. Parts of an expression that read no bounded column are evaluated as they always are.

Non-goals: no knowledge of columns (``fine``, ``prune``); no bounds of powers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore._tree import Node, evaluate, walk
from maestro_py.explore.expressions import Expression
from maestro_py.explore.names import Names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Pair = tuple[Any, Any]
"""Least and most of a number; of a condition, whether it surely and whether it possibly holds."""

_EXACT = 2.0**53
"""Whole numbers below it are the same in floating point."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """Columns of designs, some of which lie between two values.

    Attributes
    ----------
    most
        Every column; of those that are bounded the largest values.
    least
        The smallest values of those that are bounded. NaN: not known.
    """

    most: Mapping[str, Any]
    least: Mapping[str, Any]

    def of(self, expression: Expression, names: Names) -> Pair:
        """Return the bounds of an expression.

        Examples
        --------
        >>> from maestro_py.explore.space import Space
        >>> from maestro_py.ir.accelerator import Accelerator
        >>> from maestro_py.ir.network import Network
        >>> names = Names(Space(Network("n", ()), (), Accelerator(), ()))
        >>> known = Bounded({"power_mw": np.array([3.0, 8, 9])}, {"power_mw": np.array([2.0, 4, 6])})
        >>> surely, possibly = known.of(names.parse("power_mw < 5"), names)
        >>> surely.tolist(), possibly.tolist()
        ([True, False, False], [True, True, False])
        """
        return _Evaluation(self, names).of(expression.root)


class _Evaluation:
    """Walks one expression."""

    def __init__(self, columns: Bounded, names: Names) -> None:
        self.names = names
        self.bounded = columns.least
        self.most = names.values(columns.most)
        self.least = names.values({**columns.most, **columns.least})

    def of(self, node: Node) -> Pair:
        if self._is_exact(node):
            value = evaluate(node, self.most)
            if node.kind == "truth":
                return np.asarray(value, bool), np.asarray(value, bool)
            return (value, value) if node.kind == "text" else _real(value, value)
        match node.operator:
            case "name":
                return self._name(node)
            case "and" | "or":
                join = np.logical_and if node.operator == "and" else np.logical_or
                pairs = [self.of(operand) for operand in node.operands]
                return join.reduce(np.broadcast_arrays(*(p[0] for p in pairs))), join.reduce(
                    np.broadcast_arrays(*(p[1] for p in pairs))
                )
            case "not":
                surely, possibly = self.of(node.operands[0])
                return ~possibly, ~surely
            case "min" | "max":
                extreme = np.minimum if node.operator == "min" else np.maximum
                pairs = [self.of(operand) for operand in node.operands]
                low, high = (extreme.reduce(np.broadcast_arrays(*ends)) for ends in zip(*pairs, strict=True))
                return low, high
        pairs = [self.of(operand) for operand in node.operands]
        if node.operator in _COMPARISONS:
            if node.operands[0].kind != "number":
                return np.False_, np.True_
            return _COMPARISONS[node.operator](*pairs)
        with np.errstate(all="ignore"):
            return _ARITHMETIC[node.operator](*pairs)

    def _is_exact(self, node: Node) -> bool:
        read = (part.value for part in walk(node) if part.operator == "name")
        columns = (found[0] for name in read if (found := self.names.resolve(name)))
        return not any(column in self.bounded for column in columns)

    def _name(self, node: Node) -> Pair:
        if node.kind == "text":
            return None, None
        if node.kind == "truth":
            return np.False_, np.True_
        return _real(self.least[node.value], self.most[node.value])


def _real(low: Any, high: Any) -> Pair:
    """Return bounds in floating point."""
    below, above = np.asarray(low, float), np.asarray(high, float)
    if np.asarray(low).dtype.kind == "f" and np.asarray(high).dtype.kind == "f":
        return below, above
    down = np.where(np.abs(below) < _EXACT, below, np.nextafter(below, -np.inf))
    return down, np.where(np.abs(above) < _EXACT, above, np.nextafter(above, np.inf))


def _outwards(low: Any, high: Any) -> Pair:
    return np.nextafter(low, -np.inf), np.nextafter(high, np.inf)


def _product(a: Pair, b: Pair) -> Pair:
    ends = np.stack(np.broadcast_arrays(*(left * right for left in a for right in b)))
    return _outwards(ends.min(axis=0), ends.max(axis=0))  # NaN, as of 0 times infinity, is not known


def _quotient(a: Pair, b: Pair) -> Pair:
    """Quotient; not known where the divisor may be 0."""
    crosses = ~((b[0] > 0) | (b[1] < 0))
    divisor = tuple(np.where(crosses, np.nan, end) for end in b)
    ends = np.stack(np.broadcast_arrays(*(left / right for left in a for right in divisor)))
    return _outwards(ends.min(axis=0), ends.max(axis=0))


def _unknown(*pairs: Pair) -> Pair:
    nothing = sum(end * np.nan for pair in pairs for end in pair)
    return nothing, nothing


_ARITHMETIC: Mapping[str, Callable[..., Pair]] = {
    "+": lambda a, b: _outwards(a[0] + b[0], a[1] + b[1]),
    "-": lambda a, b: _outwards(a[0] - b[1], a[1] - b[0]),
    "*": _product,
    "/": _quotient,
    "**": _unknown,
    "negative": lambda a: (-a[1], -a[0]),
}


def _same(a: Pair, b: Pair) -> tuple[Any, Any]:
    """Whether two numbers surely are equal, and whether they surely differ."""
    return (a[0] == a[1]) & (b[0] == b[1]) & (a[0] == b[0]), (a[1] < b[0]) | (a[0] > b[1])


_COMPARISONS: Mapping[str, Callable[[Pair, Pair], Pair]] = {
    "<": lambda a, b: (a[1] < b[0], ~(a[0] >= b[1])),
    "<=": lambda a, b: (a[1] <= b[0], ~(a[0] > b[1])),
    ">": lambda a, b: (a[0] > b[1], ~(a[1] <= b[0])),
    ">=": lambda a, b: (a[0] >= b[1], ~(a[1] < b[0])),
    "==": lambda a, b: (_same(a, b)[0], ~_same(a, b)[1]),
    "!=": lambda a, b: (_same(a, b)[1], ~_same(a, b)[0]),
}

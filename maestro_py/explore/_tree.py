"""The tree of an expression, and its value for numbers or arrays.

Whole numbers stay whole where 64 bits hold them; a quotient by 0 is infinite or no number.

Non-goals: no text (``expressions``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["number", "text", "truth"]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression: an operator with operands, a name or a constant."""

    operator: str
    operands: tuple[Node, ...] = ()
    value: Any = None
    kind: Kind = "number"
    start: int = 0
    end: int = 0


def walk(node: Node) -> Iterator[Node]:
    """Yield a tree's parts."""
    yield node
    for operand in node.operands:
        yield from walk(operand)


def evaluate(node: Node, values: Mapping[str, Any]) -> Any:
    """Return the value of a tree for values of its names."""
    match node.operator:
        case "constant":
            return node.value
        case "name":
            return values[node.value]
        case "and" | "or":
            return _logic(node, values)
        case "min" | "max":
            return _extreme(node, values)
    operands = [evaluate(operand, values) for operand in node.operands]
    found = _OPERATIONS[node.operator](*operands)
    return float(found) if isinstance(found, int) and abs(found) >= _LARGEST else found


_LARGEST = 2**63


def _product(left: Any, right: Any) -> Any:
    """Whole numbers stay whole unless the product may exceed 64 bits."""
    import numpy as np

    if isinstance(left, int | float) and isinstance(right, int | float):
        return left * right
    a, b = np.asarray(left), np.asarray(right)
    largest = [float(np.abs(part.astype(float)).max(initial=0)) for part in (a, b)]
    return a * b if largest[0] * largest[1] < _LARGEST else a.astype(float) * b


def _quotient(above: Any, below: Any) -> Any:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.true_divide(above, below)


def _raised(base: Any, exponent: Any) -> Any:
    """Power in floating point, unless both are plain whole numbers."""
    if isinstance(base, int) and isinstance(exponent, int) and 0 <= exponent <= 64:
        return base**exponent
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return np.power(np.asarray(base, float), exponent)


_OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": _product,
    "/": _quotient,
    "**": _raised,
    "negative": lambda a: -a,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "not": lambda a: not a if isinstance(a, bool) else ~a,
}


def _logic(node: Node, values: Mapping[str, Any]) -> Any:
    first, *rest = (evaluate(operand, values) for operand in node.operands)
    for other in rest:
        first = first & other if node.operator == "and" else first | other
    return first


def _extreme(node: Node, values: Mapping[str, Any]) -> Any:
    import numpy as np

    first, *rest = (evaluate(operand, values) for operand in node.operands)
    for other in rest:
        first = np.minimum(first, other) if node.operator == "min" else np.maximum(first, other)
    return first


def violation(node: Node, values: Mapping[str, Any]) -> Any:
    """Return how far a condition is from holding, 0 where it holds."""
    import numpy as np

    if node.operator in ("and", "or"):
        parts = [violation(operand, values) for operand in node.operands]
        if node.operator == "or":
            return np.minimum.reduce(np.broadcast_arrays(*parts)) + 0.0
        return sum(parts)
    holds = np.asarray(evaluate(node, values))
    if node.operator not in ("<", "<=", ">", ">=", "==") or node.operands[0].kind != "number":
        return np.where(holds, 0.0, 1.0)[()]
    left, right = (np.asarray(evaluate(operand, values), float) for operand in node.operands)
    scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), 1e-300)
    with np.errstate(invalid="ignore"):
        away = np.nan_to_num(np.abs(left - right) / scale, nan=1.0)
    return np.where(holds, 0.0, np.maximum(away, 1e-9))[()]

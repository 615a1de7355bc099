"""Values of small tensors that shapes are computed with, where ONNX's inference does not follow them.

The library's inference carries values through ``Shape``, ``Gather``, ``Concat`` and few more. Exporters also
divide, compare and choose. :func:`known_values` evaluates such nodes with numpy, from shapes that are known.

Source: https://onnx.ai/onnx/operators/.

Non-goals: tensors of more than :data:`MOST_ELEMENTS` elements, weights, results of operators with MACs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil, prod
from typing import Any

import numpy as np

from maestro_py.frontends._graph import Node

MOST_ELEMENTS = 1024

Array = np.ndarray[Any, Any]

_FLOATS = (1, 10, 11, 16)
_TRUTH = 9
"""Numbers of ONNX's element types: floating point, and bool. The others are whole numbers here."""


def known_values(nodes: Iterable[Node], given: Mapping[str, Array]) -> dict[str, Array]:
    """Return the values that follow from the given ones and from the shapes of tensors.

    Parameters
    ----------
    nodes
        In order, with shapes where they are known.
    given
        Constants by name.
    """
    values = dict(given)
    for node in nodes:
        evaluate = _EVALUATE.get(node.operator)
        if evaluate is None or node.domain or len(node.outputs) != 1 or node.outputs[0] is None:
            continue
        inputs = [values.get(tensor.name) if tensor else None for tensor in node.inputs]
        needs = (tensor is not None and tensor.name not in values for tensor in node.inputs)
        if node.operator not in ("Shape", "Size") and any(needs):
            continue
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(evaluate(node, inputs))
        except (ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError):
            continue  # a broken node says so when its shape is inferred
        if found.size <= MOST_ELEMENTS:
            values[node.outputs[0].name] = found
    return values


def _extents(node: Node) -> Array:
    tensor = node.inputs[0]
    if tensor is None or tensor.shape is None or not all(isinstance(e, int) for e in tensor.shape):
        raise ValueError("not known")
    return np.array(tensor.shape, np.int64)


def _shape(node: Node, _: Sequence[Any]) -> Array:
    extents = _extents(node)
    return np.asarray(extents[node.integer("start", 0) : node.integer("end", len(extents))])


def _cast(node: Node, inputs: Sequence[Any]) -> Array:
    wanted = node.integer("to", 0)
    kind = np.float64 if wanted in _FLOATS else np.bool_ if wanted == _TRUTH else np.int64
    return np.asarray(inputs[0]).astype(kind)


def _axes(node: Node, inputs: Sequence[Any]) -> tuple[int, ...]:
    """Axes of an attribute or, since opset 13, of the second input."""
    given = inputs[1] if len(inputs) > 1 and inputs[1] is not None else node.integers("axes")
    return tuple(int(axis) for axis in np.atleast_1d(given if given is not None else []))


def _squeeze(node: Node, inputs: Sequence[Any]) -> Array:
    return np.asarray(np.squeeze(inputs[0], _axes(node, inputs) or None))


def _slice(_: Node, inputs: Sequence[Any]) -> Array:
    data, starts, ends = inputs[:3]
    axes = inputs[3] if len(inputs) > 3 and inputs[3] is not None else range(len(starts))
    steps = inputs[4] if len(inputs) > 4 and inputs[4] is not None else [1] * len(starts)
    cuts = [slice(None)] * data.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        cuts[int(axis)] = slice(int(start), int(end), int(step))
    return np.asarray(data[tuple(cuts)])


def _divide(_: Node, inputs: Sequence[Any]) -> Array:
    first, second = inputs
    whole = np.issubdtype(first.dtype, np.integer) and np.issubdtype(second.dtype, np.integer)
    return np.asarray(first // second if whole else first / second)


def _filled(node: Node, inputs: Sequence[Any]) -> Array:
    shape = [int(extent) for extent in inputs[0]]
    if prod(shape) > MOST_ELEMENTS:
        raise ValueError("too large")
    value = node.attributes.get("value", (0,))
    return np.full(shape, value[0] if isinstance(value, tuple) else value)


def _range(_: Node, inputs: Sequence[Any]) -> Array:
    start, limit, step = (value.item() for value in inputs)
    if ceil((limit - start) / step) > MOST_ELEMENTS:
        raise ValueError("too large")
    return np.arange(start, limit, step)


def _expand(_: Node, inputs: Sequence[Any]) -> Array:
    shape = np.broadcast_shapes(inputs[0].shape, tuple(int(extent) for extent in inputs[1]))
    if prod(shape) > MOST_ELEMENTS:
        raise ValueError("too large")
    return np.broadcast_to(inputs[0], shape)


def _reshape(_: Node, inputs: Sequence[Any]) -> Array:
    data, wanted = inputs
    shape = [data.shape[i] if extent == 0 else int(extent) for i, extent in enumerate(wanted)]
    return np.reshape(data, shape)


def _product_of_all(node: Node, inputs: Sequence[Any]) -> Array:
    if inputs[0].ndim > 1:
        raise ValueError("not a list")
    return np.asarray(np.prod(inputs[0], keepdims=bool(node.integer("keepdims", 1))))


def _plain(function: Callable[..., Any], operands: int) -> Callable[[Node, Sequence[Any]], Any]:
    """Return the evaluation by a function of so many operands."""

    def evaluate(_: Node, inputs: Sequence[Any]) -> Any:
        if len(inputs) != operands:
            raise ValueError("another number of operands")
        return function(*inputs)

    return evaluate


_PLAIN: Mapping[str, tuple[Callable[..., Any], int]] = {
    "Abs": (np.abs, 1),
    "Ceil": (np.ceil, 1),
    "Floor": (np.floor, 1),
    "Identity": (np.asarray, 1),
    "Neg": (np.negative, 1),
    "Not": (np.logical_not, 1),
    "Round": (np.round, 1),
    "Sqrt": (np.sqrt, 1),
    "Add": (np.add, 2),
    "And": (np.logical_and, 2),
    "Equal": (np.equal, 2),
    "Greater": (np.greater, 2),
    "GreaterOrEqual": (np.greater_equal, 2),
    "Less": (np.less, 2),
    "LessOrEqual": (np.less_equal, 2),
    "Max": (np.maximum, 2),
    "Min": (np.minimum, 2),
    "Mod": (np.mod, 2),
    "Mul": (np.multiply, 2),
    "Or": (np.logical_or, 2),
    "Pow": (np.power, 2),
    "Sub": (np.subtract, 2),
    "Where": (np.where, 3),
}
"""Operators that are one function of numpy, with the number of their operands."""

_EVALUATE: Mapping[str, Callable[[Node, Sequence[Any]], Any]] = {
    "Shape": _shape,
    "Size": lambda node, _: np.array(prod(int(extent) for extent in _extents(node))),
    "Cast": _cast,
    "Concat": lambda node, inputs: np.concatenate(inputs, axis=node.integer("axis", 0)),
    "ConstantOfShape": _filled,
    "Div": _divide,
    "Expand": _expand,
    "Gather": lambda node, inputs: np.take(inputs[0], inputs[1], axis=node.integer("axis", 0)),
    "Range": _range,
    "ReduceProd": _product_of_all,
    "Reshape": _reshape,
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Unsqueeze": lambda node, inputs: np.expand_dims(inputs[0], _axes(node, inputs)),
    **{name: _plain(function, operands) for name, (function, operands) in _PLAIN.items()},
}

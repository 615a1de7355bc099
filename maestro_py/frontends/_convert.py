"""One operator of a graph, by its function: layers, a count, a warning or an error.

Non-goals: which operators there are (``_onnx_operators``, ``_torch_operators``), what is collected
(``_collect``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from maestro_py.frontends._collect import Collector
from maestro_py.frontends._graph import MissingShape, Node
from maestro_py.frontends._layers import LayerError, addition
from maestro_py.ir.network import Layer


class NotCosted(Exception):
    """A form of an operator that has MACs and becomes no layer; the text says why."""


def full_name(node: Node) -> str:
    """Name of a node's operator, behind whose it is where that is not the format itself."""
    return f"{node.domain}::{node.operator}" if node.domain else node.operator


def add_layers(node: Node, layers: Callable[[Node], list[Layer]], collector: Collector) -> None:
    """Add the layers of a node, or what keeps it from having any."""
    called = full_name(node)
    try:
        collector.add(layers(node))
    except MissingShape as error:
        collector.error("M405", f"node {node.name!r} ({called}): {error}")
    except LayerError as error:
        collector.error(error.code, f"node {node.name!r} ({called}): {error}")
    except NotCosted as reason:
        collector.leave_out(called, str(reason))
    except (IndexError, ZeroDivisionError):
        message = f"node {node.name!r} ({called}): its inputs have shapes that it cannot take"
        collector.error("M407", message)


def sums(node: Node, operands: Sequence[int]) -> list[Layer]:
    """Return an ADD layer for each operand of a sum but the first; none where it is no sum of activations.

    Operands (numbers of inputs) are activations of one known shape, of at most four dimensions. Biases and
    other weights, numbers and operands that are broadcast make no layer: such a sum is counted, not costed.
    """
    given = [index for index in operands if index < len(node.inputs)]
    try:
        shapes = {node.shape(index) for index in given}
        (shape,) = shapes if len(shapes) == 1 else ((),)
        if not shape or any(node.constant(index) for index in given):
            return []
        return [addition(node.name, shape) for _ in given[1:]]
    except (MissingShape, LayerError):
        return []


def add_sums(node: Node, operands: Sequence[int], collector: Collector) -> None:
    """Add the layers of a sum, or count it."""
    layers = sums(node, operands)
    if layers:
        collector.add(layers)
    else:
        collector.skip(full_name(node))

"""Graphs of PyTorch programs (``torch.fx``) as calls of operators.

Turns nodes into plain ones: tensors with shapes, arguments by name, the module that calls. Weights, and what
is computed from them alone, are told from data. Objects of torch are taken as they come; it is not imported.

Source: https://docs.pytorch.org/docs/stable/fx.html, and the IR of torch.export.

Non-goals: what operators mean (``_torch_nodes``), what is exported (``torch_export``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from maestro_py.frontends._graph import Attribute, Node, Tensor
from maestro_py.frontends._torch_nodes import Call, is_costed
from maestro_py.frontends._torch_operators import HIGHER_ORDER

ATEN = "aten"

WRAPPERS = frozenset(
    {
        "hints_wrapper",
        "invoke_subgraph",
        "tag_activation_checkpoint",
        "wrap",
        "wrap_activation_checkpoint",
        "wrap_with_autocast",
        "wrap_with_set_grad_enabled",
    }
)
"""Operators that run the graph that they hold, once."""


_CREATED = """
arange empty eye full full_like linspace ones ones_like scalar_tensor zeros zeros_like
"""
CREATED = frozenset(("", name) for name in _CREATED.split())
"""Operators whose results depend on no data: positions and the like are told from activations."""


def calls(graph_module: Any, constants: Iterable[bool], sizes: Mapping[Any, int]) -> list[Call]:
    """Return the calls of a graph and of the wrapped graphs in it, in order.

    Parameters
    ----------
    graph_module
        Holds the graph.
    constants
        Whether each of its inputs is weights.
    sizes
        Values of the symbols in shapes.
    """
    reader = _Reader(sizes)
    reader.read(graph_module, constants)
    return reader.calls


class _Reader:
    """Collects the calls of a graph, and of the graphs in it."""

    def __init__(self, sizes: Mapping[Any, int]) -> None:
        self.sizes = sizes
        self.calls: list[Call] = []

    def read(self, graph_module: Any, constants: Iterable[bool]) -> None:
        """Collect the calls of a graph whose inputs are weights where ``constants`` says so."""
        placeholders = [node for node in graph_module.graph.nodes if node.op == "placeholder"]
        weights = {node for node, constant in zip(placeholders, constants, strict=False) if constant}
        for node in graph_module.graph.nodes:
            if node.op == "get_attr":
                weights.add(node)
            elif node.op == "call_function":
                tensors = [other for other in node.all_input_nodes if _is_tensor(other)]
                made = _name_of(node.target) in CREATED
                if (tensors or made) and weights.issuperset(tensors):
                    weights.add(node)
                self._call(graph_module, node, weights)

    def _call(self, owner: Any, node: Any, weights: set[Any]) -> None:
        domain, operator = _name_of(node.target)
        if not operator or not _yields_tensors(node):
            return  # Python's own functions and assertions: arithmetic of shapes, parts of results
        graphs = [
            getattr(owner, other.target)
            for other in node.all_input_nodes
            if other.op == "get_attr" and hasattr(getattr(owner, other.target, None), "graph")
        ]
        if len(graphs) == 1 and operator in WRAPPERS:
            given = [other in weights for other in node.all_input_nodes if _is_tensor(other)]
            self.read(graphs[0], _for_last_inputs(graphs[0], given))
            return
        stack = list((node.meta.get("nn_module_stack") or {}).items())
        module_call, (module, *_) = stack[-1] if stack else ("", ("",))
        plain = self._plain(node, domain, operator, weights)
        holds = _inside(graphs) if graphs and not is_costed(plain) else None
        self.calls.append(Call(plain, module, module_call, _is_element_wise(node.target), holds))

    def _plain(self, node: Any, domain: str, operator: str, weights: set[Any]) -> Node:
        """A call with its arguments by name, and the tensors among them in order."""
        inputs: list[Tensor | None] = []
        attributes: dict[str, Attribute] = {}
        for name, is_tensor, value in _arguments(node):
            if is_tensor:
                tensors = value if isinstance(value, (list, tuple)) else [value]
                inputs += [self._tensor(tensor, weights) for tensor in tensors]
            elif (attribute := self._attribute(value)) is not None:
                attributes[name] = attribute
        return Node(operator, operator, domain, tuple(inputs), (), attributes)

    def _tensor(self, node: Any, weights: set[Any]) -> Tensor | None:
        if not hasattr(node, "meta"):
            return None  # left out, or a number in its place
        shape = getattr(node.meta.get("val"), "shape", None)
        extents = None if shape is None else tuple(self._extent(extent) for extent in shape)
        return Tensor(node.name, extents, node in weights)

    def _extent(self, extent: Any) -> int | str:
        """A number, or the expression where it follows from data."""
        if isinstance(extent, int):
            return extent
        value = extent.node.expr.subs(self.sizes)
        return int(value) if value.is_number else str(value)

    def _attribute(self, value: Any) -> Attribute | None:
        if hasattr(value, "meta"):
            value = value.meta.get("val")
        if hasattr(value, "node"):
            value = self._extent(value)
        if isinstance(value, (bool, int, float, str)):
            return int(value) if isinstance(value, bool) else value
        if isinstance(value, (list, tuple)):
            numbers = [self._attribute(item) for item in value]
            return tuple(number for number in numbers if isinstance(number, int))
        return None


def _name_of(target: Any) -> tuple[str, str]:
    """Library and name of what is called; both empty for a function of Python.

    That of ``aten`` is the empty library. A form in place has the name of the other.
    """
    schema = getattr(target, "_schema", None)
    if schema is not None:
        domain, _, operator = str(schema.name).partition("::")
        if domain == ATEN:
            return "", operator if operator.endswith("__") else operator.removesuffix("_")
        return domain, operator
    called = getattr(target, "name", None)
    return (HIGHER_ORDER, str(called())) if callable(called) else ("", "")


def _is_element_wise(target: Any) -> bool:
    """Whether torch tags a form of the operator so."""
    forms = getattr(target, "overloadpacket", None)
    overloads = [getattr(forms, name) for name in forms.overloads()] if forms is not None else []
    return any(tag.name == "pointwise" for overload in overloads for tag in overload.tags)


def _arguments(node: Any) -> Iterator[tuple[str, bool, Any]]:
    """Name of each argument, whether it is tensors, and its value."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        yield from (("", True, value) for value in node.args if _is_tensor(value))
        return
    for index, argument in enumerate(schema.arguments):
        default = argument.default_value if argument.has_default_value() else None
        value = node.args[index] if index < len(node.args) else node.kwargs.get(argument.name, default)
        yield argument.name, "Tensor" in str(argument.type), value


def _is_tensor(node: Any) -> bool:
    return hasattr(node, "meta") and hasattr(node.meta.get("val"), "shape")


def _yields_tensors(node: Any) -> bool:
    value = node.meta.get("val")
    results = value if isinstance(value, (list, tuple)) else [value]
    return any(hasattr(result, "shape") for result in results)


def _for_last_inputs(graph_module: Any, given: list[bool]) -> list[bool]:
    """What is known of the tensors that a wrapper takes, for the placeholders of its graph."""
    count = sum(node.op == "placeholder" for node in graph_module.graph.nodes)
    return [*[False] * (count - len(given)), *given][-count:] if count else []


def _inside(graphs: Iterable[Any]) -> Counter[str]:
    """Operators with MACs in graphs, and in the graphs that those hold."""
    found: Counter[str] = Counter()
    for graph_module in graphs:
        for node in graph_module.graph.nodes:
            if node.op == "get_attr" and hasattr(inner := getattr(graph_module, node.target), "graph"):
                found += _inside([inner])
            elif node.op == "call_function":
                domain, operator = _name_of(node.target)
                if is_costed(Node("", operator, domain, ())):
                    found[operator] += 1
    return found

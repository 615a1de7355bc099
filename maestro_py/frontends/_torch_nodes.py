"""Operator calls of a PyTorch program: their names, and their layers, counts and warnings.

A layer is called after the module that it is the only costed operator of (``layers.0.self_attn.q_proj``);
where a module has several, each is called after the module and the operator. So are sums of activations,
which do not count for the names of others.

Non-goals: no torch (``torch_export``), what operators cost (``_torch_operators``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from maestro_py.frontends._collect import Collector
from maestro_py.frontends._convert import add_layers, add_sums, full_name
from maestro_py.frontends._graph import Node
from maestro_py.frontends._torch_operators import COSTED, SUMS
from maestro_py.frontends._torch_without_macs import QUANTISING, WITHOUT_MACS

PRIMITIVES = "prims"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an operator.

    Attributes
    ----------
    node
        What is called; its name is not used.
    module
        Path of the innermost module that calls; empty for the whole network.
    module_call
        Differs where a module runs several times.
    element_wise
        Whether torch says that it is.
    holds
        Operators with MACs in the graphs that it holds; None where it holds no graphs.
    """

    node: Node
    module: str = ""
    module_call: str = ""
    element_wise: bool = False
    holds: Counter[str] | None = None


def is_costed(node: Node) -> bool:
    """Whether an operator has MACs that become layers."""
    return (node.domain, node.operator) in COSTED


def convert(calls: Sequence[Call], collector: Collector) -> None:
    """Add the layers of all calls, or count them."""
    alone = Counter((call.module, call.module_call) for call in calls if is_costed(call.node))
    for call in calls:
        if call.holds is not None:
            collector.hold(full_name(call.node), call.holds)
        elif is_costed(call.node):
            operator = call.node.operator.lstrip("_")
            parts = [call.module, operator] if call.module else [operator]
            if call.module and alone[call.module, call.module_call] == 1:
                parts = [call.module]
            node = replace(call.node, name=".".join(parts))
            add_layers(node, COSTED[node.domain, node.operator], collector)
        elif _is_plain_sum(call.node):
            name = f"{call.module}.{call.node.operator}" if call.module else call.node.operator
            operands = SUMS[call.node.domain, call.node.operator]
            add_sums(replace(call.node, name=name), operands, collector)
        elif call.element_wise or _without_macs(call.node):
            collector.skip(full_name(call.node))
        else:
            collector.leave_out(full_name(call.node), "the operator is not known")


def _is_plain_sum(node: Node) -> bool:
    """Whether a node adds two operands, neither of which is multiplied by a factor (``alpha``)."""
    return (node.domain, node.operator) in SUMS and node.attributes.get("alpha", 1) == 1


def _without_macs(node: Node) -> bool:
    known = node.operator in WITHOUT_MACS or node.operator.removesuffix("_copy") in WITHOUT_MACS
    return node.domain == QUANTISING or (node.domain in ("", PRIMITIVES) and known)

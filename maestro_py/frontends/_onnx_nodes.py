"""One node of an ONNX model: its layers, a count, a warning or an error.

Non-goals: what operators cost (``_onnx_operators``), files and shapes (``onnx``).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from maestro_py.frontends._collect import Collector
from maestro_py.frontends._convert import add_layers, add_sums, full_name
from maestro_py.frontends._graph import Node
from maestro_py.frontends._onnx_operators import COSTED, RUNTIME, SUMS, WITH_GRAPHS
from maestro_py.frontends._onnx_without_macs import WITHOUT_MACS


def convert(node: Node, held: Counter[str], collector: Collector) -> None:
    """Add a node's layers, or count it; ``held`` are the operators with MACs in graphs that it holds."""
    called = full_name(node)
    handler = COSTED.get((node.domain, node.operator))
    if handler is not None:
        add_layers(node, handler, collector)
    elif (node.domain, node.operator) in SUMS:
        operands = SUMS[node.domain, node.operator]
        add_sums(node, range(len(node.inputs)) if operands is None else operands, collector)
    elif node.operator in WITH_GRAPHS and not node.domain:
        collector.hold(called, held)
    elif node.operator in WITHOUT_MACS and node.domain in ("", RUNTIME):
        collector.skip(called)
    else:
        collector.leave_out(called, "the operator is not known")


def costed_inside(proto: Any) -> Counter[str]:
    """Operators with MACs in the graphs that a node holds."""
    found: Counter[str] = Counter()
    graphs = [graph for attribute in proto.attribute for graph in (attribute.g, *attribute.graphs)]
    for graph in graphs:
        for node in graph.node:
            domain = "" if node.domain == "ai.onnx" else node.domain
            if (domain, node.op_type) in COSTED:
                found[node.op_type] += 1
            found += costed_inside(node)
    return found

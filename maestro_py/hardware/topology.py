"""The parts of an accelerator and how data flows between them, as plain data.

What ``maestro_py.hardware.templates`` describes accelerators with: the nodes, edges and attributes of a
graph, without the graph library. The numbers of a machine need no more, and the library is slow to import; it
is loaded where somebody asks for a graph.

Non-goals: no meaning of attributes (``templates``), no graph algorithms (networkx has them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx


class Topology:
    """Nodes and directed edges with attributes, in the order they were added.

    Attributes
    ----------
    facts
        Attributes of the whole.
    nodes
        Attributes of each node, by its name.
    edges
        Attributes of each edge, by the two names.

    Examples
    --------
    >>> parts = Topology(name="pair")
    >>> parts.add_node("L2", level="l2")
    >>> parts.add_node("MAC", level="mac")
    >>> parts.add_edge("L2", "MAC", tensors="W I")
    >>> parts.of_level("mac")
    [('MAC', {'level': 'mac'})]
    """

    def __init__(self, **facts: Any) -> None:
        self.facts: dict[str, Any] = facts
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: dict[tuple[str, str], dict[str, Any]] = {}

    @classmethod
    def of_graph(cls, graph: nx.DiGraph) -> Topology:
        """The parts of a graph."""
        found = cls()
        found.facts = dict(graph.graph)
        found.nodes = {node: dict(data) for node, data in graph.nodes(data=True)}
        found.edges = {(upper, lower): dict(data) for upper, lower, data in graph.edges(data=True)}
        return found

    def add_node(self, name: str, **data: Any) -> None:
        """Add a node."""
        self.nodes[name] = data

    def add_edge(self, upper: str, lower: str, **data: Any) -> None:
        """Add an edge between two nodes that are there.

        Raises
        ------
        KeyError
            If one is not: a misspelt name would be a node without attributes in a graph.
        """
        for name in (upper, lower):
            if name not in self.nodes:
                raise KeyError(name)
        self.edges[upper, lower] = data

    def of_level(self, level: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Nodes whose ``level`` it is, with their attributes."""
        return [(name, data) for name, data in self.nodes.items() if data.get("level") == level]

    def graph(self) -> nx.DiGraph:
        """The same as a graph of networkx, which may be changed without changing this."""
        import networkx as nx

        made = nx.DiGraph(**self.facts)
        made.add_nodes_from((name, dict(data)) for name, data in self.nodes.items())
        made.add_edges_from((upper, lower, dict(data)) for (upper, lower), data in self.edges.items())
        return made

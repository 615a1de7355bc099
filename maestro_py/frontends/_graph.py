"""A graph of operators with shapes, apart from the library that read it.

Non-goals: what an operator means (``_onnx_operators``), how the graph is read (``onnx``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

Attribute = int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]

MOST_NAMED = 8
"""Nodes of a circle that are named."""

UNKNOWN = "?"
"""Extent of an axis of which nothing is known, not even a name."""


class MissingShape(Exception):
    """A shape, or an extent of it, that an operator needs and that is not known."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor by name.

    Attributes
    ----------
    name
        In the file.
    shape
        Extents; a name where one is symbolic. None where not even the rank is known.
    constant
        Whether it is computed from the file's own data only (weights).
    """

    name: str
    shape: tuple[int | str, ...] | None = None
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """An operator of the graph.

    Attributes
    ----------
    name
        That of the file, else one from operator and position.
    operator, domain
        What it does, and whose name that is; the domain of ONNX itself is empty.
    inputs, outputs
        Tensors; None where an optional one is absent.
    attributes
        Those that are numbers, words or lists of them.
    """

    name: str
    operator: str
    domain: str
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor | None, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    def has(self, index: int) -> bool:
        """Whether input ``index`` is given."""
        return index < len(self.inputs) and self.inputs[index] is not None

    def constant(self, index: int) -> bool:
        """Whether input ``index`` is weights."""
        tensor = self.inputs[index] if index < len(self.inputs) else None
        return tensor is not None and tensor.constant

    def shape(self, index: int) -> tuple[int, ...]:
        """Shape of input ``index``.

        Raises
        ------
        MissingShape
            The input is absent, or its shape is not known.
        """
        tensor = self.inputs[index] if index < len(self.inputs) else None
        if tensor is None:
            raise MissingShape(f"input {index} is missing")
        if tensor.shape is None:
            raise MissingShape(f"the shape of {tensor.name!r} is not known")
        found = tuple(extent for extent in tensor.shape if isinstance(extent, int))
        if len(found) < len(tensor.shape):
            shown = " x ".join(map(str, tensor.shape))
            raise MissingShape(f"the shape of {tensor.name!r} is known only as {shown}")
        return found

    def integer(self, name: str, absent: int) -> int:
        """An attribute that is a whole number."""
        value = self.attributes.get(name, absent)
        return value if isinstance(value, int) else absent

    def integers(self, name: str) -> tuple[int, ...] | None:
        """An attribute that is a list of whole numbers."""
        value = self.attributes.get(name)
        return tuple(n for n in value if isinstance(n, int)) if isinstance(value, tuple) else None

    def text(self, name: str, absent: str) -> str:
        """An attribute that is a word."""
        value = self.attributes.get(name, absent)
        return value if isinstance(value, str) else absent


def in_order(nodes: Sequence[Node], given: Collection[str]) -> tuple[list[int], list[tuple[str, str]]]:
    """Return positions of nodes with each behind what it reads, and what is wrong as code and text.

    ``given`` are the tensors that no node writes. Nodes that are in order stay as they are.
    """
    writers: dict[str, int] = {}
    problems = []
    for index, node in enumerate(nodes):
        for name in _names(node.outputs):
            if name in writers:
                first = nodes[writers[name]].name
                problems.append(("M402", f"nodes {first!r} and {node.name!r} both write {name!r}"))
            writers[name] = index
    reads: dict[int, list[int]] = {}
    for index, node in enumerate(nodes):
        names = [name for name in _names(node.inputs) if name not in given]
        reads[index] = [writers[name] for name in names if name in writers]
        for name in names:
            if name not in writers:
                problems.append(("M402", f"node {node.name!r} reads {name!r}, which nothing writes"))
    if all(other < index for index, others in reads.items() for other in others):
        return list(reads), problems
    try:
        return list(TopologicalSorter(reads).static_order()), problems
    except CycleError as error:
        names = [repr(nodes[index].name) for index in error.args[1]]
        if len(names) > MOST_NAMED:
            names[MOST_NAMED - 1 : -1] = [f"{len(names) - MOST_NAMED} others"]
        circle = " -> ".join(names)
        return list(reads), [*problems, ("M409", f"nodes read each other in a circle: {circle}")]


def _names(tensors: Iterable[Tensor | None]) -> list[str]:
    return [tensor.name for tensor in tensors if tensor is not None]

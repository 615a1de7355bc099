"""Layer types that stand for several layers: one file each, found by being here.

A :class:`Composite` turns the sizes of a recurrent layer or of an attention into ordinary layers, its
*parts*, whose types are those of ``maestro_py.ir.operators`` (SEMANTICS section 1). Networks hold parts only:
``maestro_py.ir.lower`` expands what a file says, the frontends what a model holds, the zoo what it
describes. Every module of this package defines ``COMPOSITE``; a new type needs nothing else.

Non-goals: no MACs and no dataflow of their own; what is element-wise (gates, softmax) is not costed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from maestro_py._entries import entries
from maestro_py.errors import did_you_mean
from maestro_py.ir import operators
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.network import Layer

Sizes = Mapping[str, int]
Rule = Callable[[Sizes], Iterator[tuple[str, str]]]
"""Yields a dimension and what is wrong with its size, in words that follow the name of a layer."""


@dataclass(frozen=True, slots=True)
class Composite:
    """A layer type that becomes several layers.

    Attributes
    ----------
    name
        Keyword of the language.
    meanings
        Dimensions that ``Dimensions { .. }`` may give, in the order in which they are written, each with
        what it counts.
    part_types
        Layer types of its parts.
    parts
        Turns a name and sizes into the parts of one run, whose names are the name, a dot and more.
    summary
        One line for lists and documentation.
    rules
        What sizes must keep to besides being 1 or more.
    """

    name: str
    meanings: Mapping[str, str]
    part_types: tuple[str, ...]
    parts: Callable[[str, Sizes], Iterable[Layer]]
    summary: str
    rules: tuple[Rule, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that ``Dimensions { .. }`` may give."""
        return tuple(self.meanings)

    @property
    def slides(self) -> bool:
        """No type of several layers has a window."""
        return False

    def problems(self, sizes: Sizes) -> Iterator[tuple[str, str]]:
        """Yield every breach of a rule as a dimension and a message."""
        for rule in self.rules:
            yield from rule(sizes)


@dataclass(frozen=True, slots=True)
class CompositeLayer:
    """A layer of a composite type, as it is written.

    Attributes
    ----------
    name
        Unique within the network.
    composite
        Registry key, e.g. ``"LSTM"``.
    sizes
        Extents as given. What an absent one means, the type says: not always 1.
    repeat
        How often the whole runs.
    """

    name: str
    composite: str
    sizes: Sizes
    repeat: int = 1

    def parts(self) -> tuple[Layer, ...]:
        """Return its parts; ``repeat`` multiplies that of each.

        Examples
        --------
        >>> for part in CompositeLayer("a", "GRU", {"T": 9, "C": 64, "K": 32}, repeat=2).parts():
        ...     print(part.name, part.operator, dict(part.sizes), part.repeat)
        a.input GEMM {'M': 9, 'N': 96, 'K': 64} 2
        a.recurrent GEMM {'N': 96, 'K': 32} 18
        """
        parts = get(self.composite).parts(self.name, self.sizes)
        return tuple(replace(part, repeat=self.repeat * part.repeat) for part in parts)


def too_large(part: Layer) -> Iterator[str]:
    """Yield a message for each size of a part, a product of given ones, that 64 bits cannot hold."""
    for what, size in {**part.sizes, "Repeat": part.repeat}.items():
        if size > LARGEST:
            yield f"{what} of its part {part.name!r} is {size:.3e}, too large".replace("e+", "e")


@cache
def registry() -> Mapping[str, Composite]:
    """Every composite type by name, sorted."""
    found: dict[str, Composite] = {entry.name: entry for entry in entries(__name__, "COMPOSITE")}
    return MappingProxyType(dict(sorted(found.items())))


def names() -> tuple[str, ...]:
    """Names of all composite types.

    >>> names()
    ('ATTENTION', 'GRU', 'LSTM', 'RNN')
    """
    return tuple(registry())


def get(name: str) -> Composite:
    """Return the composite type called ``name``.

    Raises
    ------
    KeyError
        If there is none.
    """
    return registry()[name]


def template_hint(name: str) -> str:
    """Return a hint for a name that is no layer type a dataflow can be meant for.

    >>> template_hint("LSTM")
    'LSTM layers become GEMM layers, which is what dataflows see: write GEMM'
    """
    if name not in registry():
        return did_you_mean(name, operators.names(), "layer types")
    types = ", ".join(get(name).part_types)
    return f"{name} layers become {types} layers, which is what dataflows see: write {types}"

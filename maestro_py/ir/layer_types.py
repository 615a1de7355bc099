"""All layer types in words: what they are, and what each dimension counts.

Turns the registries of ``maestro_py.ir.operators`` and ``maestro_py.ir.composites`` into lines of text.

Non-goals: what a dimension does in loops and tensors (SEMANTICS section 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maestro_py.ir import composites, operators
from maestro_py.ir.composites import Composite
from maestro_py.ir.operators import Operator


def registry() -> Mapping[str, Operator | Composite]:
    """Every layer type by name, those that become several layers last."""
    return MappingProxyType({**operators.registry(), **composites.registry()})


def titles() -> list[tuple[str, str]]:
    """Each type with its dimensions, and what it is."""
    return [(f"{kind.name} ({' '.join(kind.dimensions)})", kind.summary) for kind in registry().values()]


def meanings() -> list[tuple[str, str]]:
    """What each dimension counts, with the types that agree on it.

    >>> dict(meanings())["BMM GEMM"]
    'G: independent products; M: rows of I and O; N: columns of W and O; K: terms of each sum'
    """
    agreeing: dict[str, list[str]] = {}
    for name, kind in registry().items():
        words = "; ".join(f"{dimension}: {meaning}" for dimension, meaning in kind.meanings.items())
        agreeing.setdefault(words, []).append(name)
    return [(" ".join(names), words) for words, names in agreeing.items()]


def explain(name: str) -> str:
    """Return what a layer type is and what its dimensions count.

    Raises
    ------
    KeyError
        If there is none of that name.

    Examples
    --------
    >>> print(explain("GRU"))
    GRU
      Recurrent layer of 3 gates.
      N  sequences
      T  steps
      C  inputs of a step
      K  hidden units
      D  directions (1 or 2)
    """
    kind = registry()[name]
    dimensions = (f"  {dimension}  {meaning}" for dimension, meaning in kind.meanings.items())
    return "\n".join([name, f"  {kind.summary}", *dimensions])

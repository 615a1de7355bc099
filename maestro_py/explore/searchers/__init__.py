"""Ways to pick designs: one file each, found by being here.

A module of this package that defines ``SEARCHER`` is a searcher. It is asked for batches of design numbers,
each design at most once; an adaptive one is told what became of a batch before it is asked for the next. The
same space and seed ask for the same designs, so that a sweep that was stopped is resumed by asking again.

Non-goals: no evaluation, no files.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.grid import Grid
    from maestro_py.explore.objective import Judged
    from maestro_py.explore.space import Space

    Array = NDArray[Any]


class Batch(Protocol):
    """Designs that are evaluated together, and the number of their shard."""

    @property
    def index(self) -> int: ...
    @property
    def size(self) -> int: ...
    def numbers(self) -> Array: ...


@dataclass(frozen=True, slots=True)
class Picked:
    """A batch of design numbers that a searcher chose."""

    index: int
    designs: Array

    @property
    def size(self) -> int:
        """How many designs."""
        return len(self.designs)

    def numbers(self) -> Array:
        """Return the design numbers."""
        return self.designs


class Search(Protocol):
    """A search under way; ``tell`` is called for every batch of an adaptive one, in order."""

    def batches(self) -> Iterator[Batch]: ...
    def tell(self, batch: Batch, judged: Judged) -> None: ...


@dataclass(frozen=True, slots=True)
class Option:
    """A number that a searcher takes."""

    default: int | float
    least: int | float
    most: int | float

    def accepts(self, value: object) -> bool:
        """Whether a value is possible; a whole default takes whole numbers."""
        kinds = int | float if isinstance(self.default, float) else int
        return isinstance(value, kinds) and not isinstance(value, bool) and self.least <= value <= self.most

    def wanted(self) -> str:
        """Return what it takes in words.

        >>> Option(64, 2, 4096).wanted()
        'a whole number from 2 to 4096'
        """
        kind = "number" if isinstance(self.default, float) else "whole number"
        return f"a {kind} from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Searcher:
    """A way to search.

    Attributes
    ----------
    summary
        One line for ``--help``.
    start
        Begins a search of a space.
    adaptive
        Whether what it asks for depends on what it was told.
    needs_designs
        Whether the space file says how many designs it asks for.
    options
        Its numbers by name.
    """

    summary: str
    start: Callable[[Space, Grid], Search]
    adaptive: bool = False
    needs_designs: bool = True
    options: Mapping[str, Option] = field(default_factory=dict)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all searchers, sorted.

    >>> "exhaustive" in names()
    True
    """
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


def get(name: str) -> Searcher:
    """Return a searcher; its module is imported now.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    if name not in names():
        raise KeyError(name)
    found: Searcher = importlib.import_module(f"{__name__}.{name}").SEARCHER
    return found


def registry() -> Mapping[str, Searcher]:
    """Return every searcher by name."""
    return MappingProxyType({name: get(name) for name in names()})

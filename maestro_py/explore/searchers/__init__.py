"""Ways to pick designs: one file each, found by being here.

A module of this package that defines ``SEARCHER`` is a searcher. It is asked for batches of picks, each at
most once; an adaptive one is told what became of a batch before it is asked for the next. The same space and
seed ask for the same picks, so that a sweep that was stopped is resumed by asking again. A pick is a design,
or stands for many of them (``picks``); a searcher need not know which.

Non-goals: no evaluation, no files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from maestro_py._entries import entry, modules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.grid import Grid
    from maestro_py.explore.picks import Outcome
    from maestro_py.explore.space import Space

    Array = NDArray[Any]


class Batch(Protocol):
    """Picks of a searcher, or the designs of a shard: their numbers, how many, and how many picks are done
    with them.
    """

    @property
    def index(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def picks(self) -> int: ...
    def numbers(self) -> Array: ...


@dataclass(frozen=True, slots=True)
class Picked:
    """A batch of picks that a searcher chose."""

    index: int
    chosen: Array

    @property
    def size(self) -> int:
        """How many."""
        return len(self.chosen)

    @property
    def picks(self) -> int:
        """How many."""
        return len(self.chosen)

    def numbers(self) -> Array:
        """Return their numbers."""
        return self.chosen


class Search(Protocol):
    """A search under way; ``tell`` is called for every batch of an adaptive one, in order, with what became
    of each pick.
    """

    def batches(self) -> Iterator[Batch]: ...
    def tell(self, batch: Batch, outcomes: Sequence[Outcome]) -> None: ...


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
        Begins a search of a space; the grid numbers its picks.
    adaptive
        Whether what it asks for depends on what it was told.
    first_goal
        Whether it goes by the first goal alone.
    needs_designs
        Whether the space file says how many picks it asks for.
    options
        Its numbers by name.
    """

    summary: str
    start: Callable[[Space, Grid], Search]
    adaptive: bool = False
    first_goal: bool = False
    needs_designs: bool = True
    options: Mapping[str, Option] = field(default_factory=dict)


def names() -> tuple[str, ...]:
    """Return the names of all searchers, sorted.

    >>> "exhaustive" in names()
    True
    """
    return modules(__name__)


def get(name: str) -> Searcher:
    """Return a searcher; its module is imported now.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    found: Searcher = entry(__name__, name, "SEARCHER")
    return found

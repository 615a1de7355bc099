"""Design numbers: from a number to the values of a design, and blocks of numbers.

The designs of a branch are numbered by mixed radix over its axes, the last axis fastest, the branches one
behind another. A :class:`Block` is a range of numbers of one branch that one worker evaluates: whole nests
where a nest has few number points, else a part of one nest. Blocks follow from the space alone.

Non-goals: no evaluation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from maestro_py.explore.space import Branch, Kept, Space, Time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FEWEST: dict[Time, int] = {"fine": 2**8, "coarse": 2**18}
"""Designs of a block: at least; in coarse time they take a tenth of a second."""

MOST: Mapping[Kept, int] = {"pareto": 2**20, "top": 2**20, "feasible": 2**19, "all": 2**17}
"""Designs of a block: at most, by what is kept of it; in fine time 2**17."""

BLOCKS_WANTED = 256

LARGEST_SPACE = 2**62


@dataclass(frozen=True, slots=True)
class Block:
    """Designs ``start`` to ``stop`` (exclusive), and the number of their shard."""

    index: int
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many designs."""
        return self.stop - self.start

    @property
    def picks(self) -> int:
        """How many designs: each was picked."""
        return self.size

    def numbers(self) -> Array:
        """Return the design numbers."""
        import numpy as np

        return np.arange(self.start, self.stop, dtype=np.int64)


class Grid:
    """The numbering of a space.

    Examples
    --------
    >>> from maestro_py.explore.space import Axis, Branch
    >>> flow = Branch("ws", None, (Axis("num_pes", (8, 16)), Axis("vector_width", (1, 2, 4))))
    >>> Grid((flow,)).design(4)
    ('ws', {'num_pes': 16, 'vector_width': 2})
    """

    def __init__(self, branches: tuple[Branch, ...]) -> None:
        self.branches = branches
        self.starts = (0, *accumulate(branch.size for branch in branches))

    @property
    def size(self) -> int:
        """Designs of the space."""
        return self.starts[-1]

    def design(self, number: int) -> tuple[str, dict[str, Any]]:
        """Return the dataflow and the values of a design."""
        place = next(i for i, start in enumerate(self.starts[1:]) if number < start)
        branch, rest = self.branches[place], number - self.starts[place]
        found: dict[str, Any] = {}
        for axis in reversed(branch.axes):
            rest, index = divmod(rest, len(axis.values))
            found[axis.name] = axis.values[index]
        return branch.dataflow, dict(reversed(found.items()))

    def split(self, numbers: Array) -> Iterator[tuple[Branch, Array, Array]]:
        """Yield each branch that occurs, the places of its designs, and their numbers within it."""
        import numpy as np

        if not numbers.size:
            return
        first, last = (bisect_right(self.starts, int(end)) - 1 for end in (numbers.min(), numbers.max()))
        if first == last:
            yield self.branches[first], np.arange(len(numbers)), numbers - self.starts[first]
            return
        which = np.searchsorted(np.array(self.starts[1:]), numbers, side="right")
        for place, branch in enumerate(self.branches):
            members = np.flatnonzero(which == place)
            if members.size:
                yield branch, members, numbers[members] - self.starts[place]

    @staticmethod
    def indices(branch: Branch, numbers: Array) -> dict[str, Array]:
        """Return which value each axis of a branch has, for numbers within the branch."""
        rest = numbers
        found: dict[str, Array] = {}
        for axis in reversed(branch.axes):
            found[axis.name] = rest % len(axis.values)
            rest = rest // len(axis.values)
        return dict(reversed(found.items()))

    def blocks(self, fewest: int, most: int) -> Iterator[Block]:
        """Yield every block in order, of ``fewest`` to ``most`` designs as the space is large."""
        wanted = min(most, max(fewest, -(-self.size // BLOCKS_WANTED)))
        index = 0
        for branch, first, last in zip(self.branches, self.starts, self.starts[1:], strict=False):
            points = branch.number_points
            step = wanted // points * points if points <= wanted else points
            for start in range(first, last, step):
                stop = min(start + step, last)
                for part in range(start, stop, wanted):
                    yield Block(index, part, min(part + wanted, stop))
                    index += 1

    # ---- coordinates, for searchers -------------------------------------------------------------------

    def coordinate_sizes(self) -> tuple[int, ...]:
        """Return how many values each coordinate has: the branch, then every axis of any branch by name."""
        return (len(self.branches), *(max(sizes) for sizes in self._sizes_by_name().values()))

    def numbers(self, coordinates: Array) -> Array:
        """Return design numbers of an ``(n, coordinates)`` array; axes that a branch lacks are ignored.

        >>> import numpy as np
        >>> from maestro_py.explore.space import Axis, Branch
        >>> flow = Branch("ws", None, (Axis("num_pes", (8, 16)), Axis("vector_width", (1, 2, 4))))
        >>> Grid((flow,)).numbers(np.array([[0, 1, 1]])).tolist()
        [4]
        """
        import numpy as np

        names = list(self._sizes_by_name())
        found = np.zeros(len(coordinates), np.int64)
        for place, branch in enumerate(self.branches):
            members = coordinates[:, 0] == place
            local = np.zeros(int(members.sum()), np.int64)
            for axis in branch.axes:
                index = coordinates[members, 1 + names.index(axis.name)] % len(axis.values)
                local = local * len(axis.values) + index
            found[members] = local + self.starts[place]
        return found

    def coordinates_of(self, number: int) -> Array:
        """Return the coordinates of a design; axes that its branch lacks are at 0.

        >>> from maestro_py.explore.space import Axis, Branch
        >>> flow = Branch("ws", None, (Axis("num_pes", (8, 16)), Axis("vector_width", (1, 2, 4))))
        >>> Grid((flow,)).coordinates_of(4).tolist()
        [0, 1, 1]
        """
        import numpy as np

        names = list(self._sizes_by_name())
        found = np.zeros(1 + len(names), np.int64)
        for branch, _, local in self.split(np.array([number])):
            found[0] = self.branches.index(branch)
            for name, index in self.indices(branch, local).items():
                found[1 + names.index(name)] = index[0]
        return found

    def _sizes_by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for branch in self.branches:
            for axis in branch.axes:
                found.setdefault(axis.name, []).append(len(axis.values))
        return found


def block_sizes(space: Space) -> tuple[int, int]:
    """Return how many designs a block of a space has at least and at most."""
    most = MOST[space.keep]
    return FEWEST[space.time], min(most, MOST["all"]) if space.time == "fine" else most


def grid_of(space: Space) -> Grid:
    """Return the numbering of a space."""
    return Grid(space.branches)

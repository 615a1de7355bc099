"""A sample of the space's designs for pictures, where not every feasible design is kept.

A design is of the sample if a hash of its number and of the seed falls into a share of all hashes, so that it
follows from the design alone, whatever batch it is in and whoever evaluates it, and no period of the
numbering shows. Two samples with the same seed are nested: a smaller share chooses some of a larger one's.

Beside the sample stand the designs that the picture of the design space marks, exactly: for each dataflow
the one with the highest throughput, and the one with the least energy.

Non-goals: no evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from maestro_py.explore import searchers
from maestro_py.explore.grid import Grid
from maestro_py.explore.names import Names, result_columns
from maestro_py.explore.pareto import best
from maestro_py.explore.picks import Picks
from maestro_py.explore.space import Goal, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.intervals import Bounded
    from maestro_py.explore.objective import Decided

    Array = NDArray[Any]

_ALL = 2**64
_AT_ONCE = 2**15
"""Numbers that are hashed together, so that they stay in a core's cache."""


def mixed(values: Array) -> Array:
    """Return well mixed 64 bits (the finaliser of SplitMix64); products wrap.

    >>> [hex(value) for value in mixed(np.array([1, 2], np.uint64)).tolist()]
    ['0x5692161d100b05e5', '0xdbd238973a2b148a']
    """
    found = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return cast("Array", found ^ (found >> np.uint64(31)))


def chosen(numbers: Array, share: float, seed: int) -> Array:
    """Return which designs are of a sample.

    Parameters
    ----------
    numbers
        Design numbers, ``(n,)``.
    share
        Of all designs, 0 to 1.
    seed
        Of the sweep.

    Examples
    --------
    >>> small, large = (chosen(np.arange(10_000), share, 7) for share in (0.1, 0.2))
    >>> int(small.sum()), int(large.sum()), int((small & large).sum())
    (971, 1986, 971)
    """
    bound = int(share * _ALL)
    if bound >= _ALL:
        return np.ones(len(numbers), bool)
    start = mixed(np.array([seed], np.uint64))
    found = np.empty(len(numbers), bool)
    for first in range(0, len(numbers), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        found[part] = mixed(numbers[part].astype(np.uint64) + start) < np.uint64(bound)
    return found


def throughput(space: Space) -> str:
    """Return MACs per cycle as an expression, in the sweep's time."""
    return f"macs / {_cycles(space)}"


def energy(space: Space) -> str:
    """Return the energy that designs are judged by: without DRAM where that alone is asked for."""
    expressions = [*space.constraints, *(goal.expression for goal in space.goals)]
    judged = Names(space).needed(expressions)
    return "energy_onchip_pj" if "energy_onchip_pj" in judged and "energy_pj" not in judged else "energy_pj"


def _cycles(space: Space) -> str:
    return "runtime_coarse_cycles" if space.time == "coarse" else "runtime_cycles"


def refusal(keep: str, search: object) -> str | None:
    """Return why a space with these keys has no use for a sample, None if it has.

    >>> refusal("feasible", "random"), refusal("pareto", "random")
    ('a sample adds nothing: every feasible design is kept', None)
    """
    method = search.get("method") if isinstance(search, Mapping) else search
    if isinstance(method, str) and method in searchers.names() and searchers.get(method).adaptive:
        return f"a search by {method} looks where designs are good, so no sample of them is even"
    return "a sample adds nothing: every feasible design is kept" if keep in ("all", "feasible") else None


class Sample:
    """The sample of one space, and the designs that are marked beside it.

    Attributes
    ----------
    columns
        What the marks need; none if it is not all written.
    """

    def __init__(self, space: Space) -> None:
        self.size = space.sample
        self.seed = space.seed
        picks = Picks(space).grid.size
        asked = min(space.search.designs or picks, picks) * (space.size / picks)
        self.share = min(1.0, space.sample / asked)
        self.grid = Grid(space.branches)
        self.names = Names(space)
        fastest = Goal("throughput", self.names.parse(throughput(space)), maximize=True)
        if space.network_source is None:  # all designs have the same MACs
            fastest = Goal("throughput", self.names.parse(_cycles(space)))
        goals = (fastest, Goal("energy", self.names.parse(energy(space))))
        needed = self.names.needed(goal.expression for goal in goals)
        drawn = bool(self.size) and set(needed) <= {*(space.columns or result_columns(space))}
        self.goals = goals if drawn else ()
        self.columns = needed if drawn else ()

    def chosen(self, numbers: Array) -> Array:
        """Return which designs are of the sample."""
        return chosen(numbers, self.share, self.seed)

    def best(self, columns: Mapping[str, Array], numbers: Array) -> Array:
        """Return the places of the best design for each mark and dataflow; of equal ones the one that is
        better for the other mark, then the first by number.
        """
        values = self.names.values(columns)
        goals = np.empty((len(numbers), len(self.goals)))
        for place, goal in enumerate(self.goals):
            goals[:, place] = goal.expression.evaluate(values)
            if goal.maximize:
                goals[:, place] *= -1
        found = [np.empty(0, np.int64)]
        for places in self._flows(numbers):
            own, names = goals[places], numbers[places]
            found += [places[best(own, place, names, 1)] for place in range(len(self.goals))]
        return np.concatenate(found)

    def may_be_best(self, columns: Bounded, decided: Decided, numbers: Array) -> Array:
        """Return which designs, of some columns of which only bounds are known, may be marked."""
        found = np.zeros(len(numbers), bool)
        for goal in self.goals:
            low, high = columns.of(goal.expression, self.names)
            least, most = (-high, -low) if goal.maximize else (low, high)
            for places in self._flows(numbers):
                sure = most[places][decided.surely[places]]
                bound = sure[np.isfinite(sure)].min(initial=np.inf)
                found[places] |= ~(least[places] > bound)
        return found & decided.possibly

    def _flows(self, numbers: Array) -> Iterator[Array]:
        for _, places, _ in self.grid.split(numbers):
            yield places

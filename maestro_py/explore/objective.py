"""Columns to what a search compares: goals as numbers to be least, and which designs are feasible.

Goals are minimised; one to be greatest is negated. A design is feasible if every constraint holds and, unless
the space says otherwise, its tiles fit L1 and L2. A goal without a value (NaN) makes a design infeasible.

Non-goals: no search, no front (``pareto``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from maestro_py.explore.intervals import Bounded
from maestro_py.explore.names import Names
from maestro_py.explore.space import BUFFER_AXES, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

SHORT_GOALS: Mapping[str, tuple[str, bool]] = {
    "runtime": ("runtime_us", False),
    "energy": ("energy_pj", False),
    "edp": ("edp_pj_us", False),
    "power": ("power_mw", False),
    "area": ("area_um2", False),
    "utilization": ("utilization_fraction", True),
    "throughput": ("throughput_gmacs_per_s", True),
    "throughput_per_watt": ("throughput_per_watt_gmacs_per_j", True),
}
"""Goals with a name of their own: the column, and whether it is to be greatest."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Designs as a search sees them.

    Attributes
    ----------
    goals
        ``(n, goals)``, each to be least.
    feasible
        ``(n,)``.
    violation
        ``(n,)``: how far from feasible, 0 for feasible ones; empty if it was not asked for.
    broken
        Designs that break each condition, by its text.
    """

    goals: Array
    feasible: Array
    violation: Array
    broken: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Decided:
    """What is known of designs of which some columns are only bounded.

    Attributes
    ----------
    least, most
        Bounds of the goals, ``(n, goals)``, each to be least; NaN where there is none.
    surely, possibly
        Whether they are feasible with every value between the bounds, or with any.
    known
        Whether each condition by itself is decided.
    """

    least: Array
    most: Array
    surely: Array
    possibly: Array
    known: Array


class Objective:
    """Judges designs of a space."""

    def __init__(self, space: Space) -> None:
        self.names = Names(space)
        self.goals = space.goals
        self.conditions = list(space.constraints)
        for level in BUFFER_AXES if space.must_fit else ():
            if space.axis_values(level) != (None,):
                self.conditions.append(self.names.parse(f"{level}_required <= {level}"))
        self.open_buffers = {level for level in BUFFER_AXES if None in space.axis_values(level)}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that judging needs."""
        return self.names.needed([*self.conditions, *(goal.expression for goal in self.goals)])

    def judge(self, columns: Mapping[str, Array], size: int, *, violation: bool = False) -> Judged:
        """Return goals and feasibility of ``size`` designs; ``violation`` only if it is asked for."""
        import numpy as np

        values = self.names.values(columns)
        goals = np.empty((size, len(self.goals)))
        feasible: Array = np.ones(size, bool)
        for place, goal in enumerate(self.goals):
            found = goal.expression.evaluate(values)
            goals[:, place] = np.negative(found) if goal.maximize else found
            feasible &= np.isfinite(goals[:, place])
        away: Array = np.where(feasible, 0.0, 1.0) if violation else np.empty(0)
        broken: dict[str, int] = {}
        for condition in self.conditions:
            holds: Array = np.broadcast_to(condition.evaluate(values), (size,))
            unlimited = self._unlimited(condition.text, columns)
            holds = holds if unlimited is None else holds | unlimited
            broken[condition.text] = size - int(np.count_nonzero(holds))
            feasible &= holds
            if violation:
                amount = np.broadcast_to(condition.violation(values), (size,))
                away += amount if unlimited is None else np.where(unlimited, 0.0, amount)
        return Judged(goals, feasible, away, broken)

    def certainties(self, columns: Bounded) -> Iterator[tuple[Array, Array]]:
        """Yield of each condition for which designs it surely and possibly holds."""
        for condition in self.conditions:
            surely, possibly = columns.of(condition, self.names)
            unlimited = self._unlimited(condition.text, columns.most)
            yield (surely, possibly) if unlimited is None else (surely | unlimited, possibly | unlimited)

    def decide(self, columns: Bounded, size: int) -> Decided:
        """Return what is known of ``size`` designs."""
        import numpy as np

        least, most = np.empty((size, len(self.goals))), np.empty((size, len(self.goals)))
        for place, goal in enumerate(self.goals):
            low, high = columns.of(goal.expression, self.names)
            least[:, place], most[:, place] = (-high, -low) if goal.maximize else (low, high)
        surely = cast("Array", np.isfinite(least).all(axis=1) & np.isfinite(most).all(axis=1))
        possibly: Array = np.ones(size, bool)
        known = surely.copy()
        for holds, may_hold in self.certainties(columns):
            surely = surely & holds
            possibly = possibly & may_hold
            known = known & (holds == may_hold)
        return Decided(least, most, surely, possibly, known)

    def _unlimited(self, text: str, columns: Mapping[str, Array]) -> Array | None:
        """Where a buffer is as large as needed, its tiles fit; None for other conditions."""
        import numpy as np

        for level in self.open_buffers:
            if text == f"{level}_required <= {level}" and level in columns:
                return np.isnan(columns[level])
        return None

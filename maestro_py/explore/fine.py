"""Which designs need fine time: those whose feasibility or place among the best hangs on it.

Coarse time is never below fine time, and fine time is never below the busiest channel of a layer: in
SEMANTICS section 4 each of ``de``, ``ie``, ``ce``, ``oe`` and ``we`` grows with every step or L2 tile by at
least what its channel carries then, and no later stage is done before an earlier one. So for every layer

    max(compute_cycles, ingress_beats, egress_beats, dram_in_beats, dram_out_beats)
        <= runtime_cycles <= runtime_coarse_cycles

and the same holds of sums over layers. Energy and area do not depend on time. The columns of
:data:`FOLLOW_TIME` are quotients and products of run time with numbers that are not negative, so they rise,
or fall, with it all the way, in floating point too (rounding keeps order): their values at the two ends are
their bounds. Throughput per watt divides two that fall, and so is monotone but for rounding, for which its
bounds get :data:`SLACK`.

A design is dropped without fine time only if every condition is decided at both ends (so that counts of
feasible designs and of broken conditions are exact), and one of these holds:

1. a condition fails;
2. a design that is surely feasible is, with its upper bounds, at least as good in every goal as this one with
   its lower bounds, and better in one or of a lower number; and for each goal ``top`` surely feasible designs
   are better with their upper bounds.

Being beaten this way is transitive, so of the designs that beat a dropped one some are not dropped: the front
and the best are those of fine time for everything.

Non-goals: no evaluation; what is kept otherwise than as the front or the best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.pareto import front
from maestro_py.explore.space import Kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.objective import Decided

    Array = NDArray[Any]

FOLLOW_TIME = (
    *("runtime_cycles", "runtime_us", "utilization_fraction", "power_mw", "power_onchip_mw", "edp_pj_us"),
    *("throughput_gmacs_per_s", "throughput_per_watt_gmacs_per_j"),
    *(f"{channel}_average_bytes_per_cycle" for channel in ("noc_in", "noc_out", "dram_in", "dram_out")),
)
"""Columns that are monotone in run time and depend on nothing else that needs fine time."""

SLACK = {"throughput_per_watt_gmacs_per_j": 1e-14}
"""Relative error of columns that are not monotone in floating point; ten roundings are at most 1.2e-15."""

NEED_FINE = ("runtime_onchip_cycles", "dram_in_peak_bytes_per_cycle", "dram_out_peak_bytes_per_cycle")
"""Columns without bounds."""


def needed(decided: Decided, numbers: Array, keep: Kept, top: int) -> Array:
    """Return which designs need fine time.

    Parameters
    ----------
    decided
        What is known of the designs.
    numbers
        Their numbers, ``(n,)``.
    keep, top
        What the space keeps.

    Examples
    --------
    Three feasible designs with energies 5, 6 and 4 and run times of 10 to 20, 21 to 30 and 15 to 40: the
    second is beaten by the first, whatever the run times are.

    >>> from maestro_py.explore.objective import Decided
    >>> ends = np.array([[10.0, 5], [21, 6], [15, 4]]), np.array([[20.0, 5], [30, 6], [40, 4]])
    >>> yes = np.array([True, True, True])
    >>> needed(Decided(*ends, yes, yes, yes), np.arange(3), "pareto", 1).tolist()
    [True, False, True]
    """
    candidates = decided.possibly.copy()
    wanted = np.zeros(len(numbers), bool)
    for place in range(decided.least.shape[1]):
        wanted |= candidates & ~_behind(decided, place, top)
    if keep == "pareto":
        left = candidates & ~wanted
        wanted[left] = ~_beaten(decided, numbers, np.flatnonzero(left))
    return wanted | ~decided.known


def _behind(decided: Decided, place: int, top: int) -> Array:
    """Whether enough surely feasible designs are surely better for a goal."""
    upper = decided.most[decided.surely, place]
    upper = upper[np.isfinite(upper)]
    if len(upper) < top:
        return np.zeros(len(decided.surely), bool)
    bound = np.partition(upper, top - 1)[top - 1]
    found: Array = decided.least[:, place] > bound
    return found


def _beaten(decided: Decided, numbers: Array, places: Array) -> Array:
    """Whether some surely feasible design is surely at least as good, and stands before it."""
    sure = np.flatnonzero(decided.surely & np.isfinite(decided.most).all(axis=1))
    best = sure[front(decided.most[sure], numbers[sure])]
    beaten = np.zeros(len(places), bool)
    left = np.arange(len(places))
    for design in best[np.argsort(decided.most[best].sum(axis=1), kind="stable")]:
        if not left.size:
            break
        upper, lower = decided.most[design], decided.least[places[left]]
        before = (upper < lower).any(axis=1) | (numbers[design] < numbers[places[left]])
        hit = (upper <= lower).all(axis=1) & before
        beaten[left[hit]] = True
        left = left[~hit]
    return beaten

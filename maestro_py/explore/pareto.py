"""Which of many designs are on the Pareto front, and which are best for a goal; exact, and mergeable.

A design is on the front if no other is at least as good in every goal and better in one. Of designs that are
equal in every goal the one with the lowest number is kept, so that the front does not depend on the order in
which parts of it are found: the front of a union is the front of the union of fronts. The best of a union are
the best of the union of the best in the same way.

Non-goals: no columns, no files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_CHUNK = 4096
_PIVOTS = 8


def front(goals: Array, numbers: Array) -> Array:
    """Return the places of the Pareto front, by design number.

    Parameters
    ----------
    goals
        ``(n, goals)``, each to be least; finite.
    numbers
        Design numbers, ``(n,)``.

    Examples
    --------
    >>> import numpy as np
    >>> front(np.array([[1.0, 4], [2, 2], [3, 3], [2, 2]]), np.array([7, 5, 4, 3])).tolist()
    [3, 0]
    """
    import numpy as np

    places = _without_dominated(goals, np.arange(len(goals)))
    order = np.lexsort((numbers[places], *goals[places].T[::-1]))
    places = places[order]
    if len(places) > 1:
        new = (np.diff(goals[places], axis=0) != 0).any(axis=1)
        places = places[np.concatenate([[True], new])]
    if goals.shape[1] <= 2:
        found = _staircase(goals[places])
    else:
        found = _by_chunks(goals[places])
    places = places[found]
    return places[np.argsort(numbers[places], kind="stable")]


def _without_dominated(goals: Array, places: Array) -> Array:
    """Leave out what a few good designs dominate; this is cheap and leaves little."""
    import numpy as np

    for _ in range(_PIVOTS):
        if len(places) < _CHUNK:
            break
        part = goals[places]
        least, most = part.min(axis=0), part.max(axis=0)
        scaled = (part - least) / np.where(most > least, most - least, 1)
        weights = np.arange(1, part.shape[1] + 1) ** (_ % 3 - 1.0)
        pivot = part[np.argmin(scaled @ weights)]
        kept = (part < pivot).any(axis=1) | (part == pivot).all(axis=1)
        if kept.mean() > 0.9:
            break
        places = places[kept]
    return places


def _staircase(ordered: Array) -> Array:
    """One or two goals, ordered by the first, then the second: keep what lowers the last."""
    import numpy as np

    last = ordered[:, -1]
    before = np.concatenate([[np.inf], np.minimum.accumulate(last)[:-1]])
    found: Array = np.flatnonzero(last < before)
    return found


def _by_chunks(ordered: Array) -> Array:
    """Any number of goals, different and in lexical order: a design is dominated only by earlier ones."""
    import numpy as np

    kept: list[int] = []
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        alive = np.ones(len(chunk), bool)
        for first in range(0, len(kept), _CHUNK):
            for better in ordered[kept[first : first + _CHUNK]]:
                alive &= (chunk < better).any(axis=1)
        for place in range(len(chunk)):
            if alive[place]:
                later = alive[place + 1 :]
                later &= (chunk[place + 1 :] < chunk[place]).any(axis=1)
        kept += (start + np.flatnonzero(alive)).tolist()
    return np.array(kept, np.int64)


def best(goals: Array, place: int, numbers: Array, count: int) -> Array:
    """Return the places of the designs with the least value of a goal, best first.

    Of designs with equal values those come first that are better in the other goals, from the first goal to
    the last, then the one with the lowest number: so the first is on the front. Each goal is partitioned
    before the next is looked at, so that only the chosen are sorted.

    Parameters
    ----------
    goals
        ``(n, goals)``, each to be least; finite.
    place
        The goal.
    numbers
        Design numbers, ``(n,)``.
    count
        How many.

    Examples
    --------
    >>> import numpy as np
    >>> goals = np.array([[3.0, 1], [1, 9], [2, 5], [1, 7], [1, 7]])
    >>> best(goals, 0, np.array([0, 1, 2, 9, 4]), 4).tolist()
    [4, 3, 1, 2]
    """
    import numpy as np

    others = [other for other in range(goals.shape[1]) if other != place]
    keys = [*(goals[:, own] for own in (place, *others)), numbers]
    left: Any = slice(None)  # a view, as most designs go at the first goal
    size = len(numbers)
    chosen: list[Array] = []
    for key in keys:
        if size <= count:
            break
        values = key[left]
        bound = np.partition(values, count - 1)[count - 1]
        places = np.flatnonzero(values <= bound)
        below = values[places] < bound
        named = places if isinstance(left, slice) else left[places]
        chosen.append(named[below])
        left = named[~below]
        count, size = count - len(chosen[-1]), len(left)
    rest = np.arange(size) if isinstance(left, slice) else left[:count]
    found = np.concatenate([*chosen, rest])
    order = np.lexsort([key[found] for key in reversed(keys)])
    ordered: Array = found[order]
    return ordered

"""Functions of whole numbers, for arrays of them: every combination of values that occurs is asked for once.

Numpy is loaded only where there are arrays.

Non-goals: no interpolation of its own; results are the function's to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

ROOMY = 4
"""Combinations are ticked off in a table of up to this many times the elements, else sorted."""


def elementwise(function: Callable[..., float], *arguments: Any) -> Any:
    """Return ``function`` of ints, or of arrays that broadcast against each other and hold no value below 0.

    >>> import numpy as np
    >>> elementwise(max, 3, 5)
    5
    >>> elementwise(max, np.array([[3], [7]]), np.array([1, 5])).tolist()
    [[3.0, 5.0], [7.0, 7.0]]
    """
    if not any(hasattr(argument, "shape") for argument in arguments):
        return function(*arguments)
    import numpy as np

    which: Array = np.zeros((), np.int64)
    number = 1
    values: list[Array] = []
    for argument in arguments:
        known, place = _places(np.asarray(argument))
        which = which * len(known) + place
        number *= len(known)
        values.append(known)
    if number > ROOMY * which.size:
        occurring, flat = np.unique(which, return_inverse=True)
        which = flat.reshape(which.shape)
    else:
        occurs = np.zeros(number, bool)
        occurs[which] = True
        occurring = np.flatnonzero(occurs)
        which = np.cumsum(occurs)[which] - 1
    parts = np.unravel_index(occurring, [len(known) for known in values])
    columns = [known[part].tolist() for known, part in zip(values, parts, strict=True)]
    found = np.array([function(*row) for row in zip(*columns, strict=True)], np.float64)
    result: Array = found[which]
    return result


def _places(argument: Array) -> tuple[Array, Array]:
    """Return the values that occur, ascending, and where each element's stands among them."""
    import numpy as np

    largest = int(argument.max(initial=0))
    if largest > ROOMY * argument.size:
        known, place = np.unique(argument, return_inverse=True)
        return known, place.reshape(argument.shape)
    occurs = np.zeros(largest + 1, bool)
    occurs[argument] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[argument]

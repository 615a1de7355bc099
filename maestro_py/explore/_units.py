"""Units at the end of names: ``area_mm2`` is ``area_um2`` in another unit, and ``edp_j_s`` is ``edp_pj_us``.

Non-goals: no units of bytes, which are written behind numbers (``expressions``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_UNITS: Mapping[str, tuple[str, int]] = {
    "pj": ("energy", 0), "nj": ("energy", 3), "uj": ("energy", 6), "mj": ("energy", 9), "j": ("energy", 12),
    "ns": ("time", -3), "us": ("time", 0), "ms": ("time", 3), "s": ("time", 6),
    "uw": ("power", -3), "mw": ("power", 0), "w": ("power", 3),
    "um2": ("area", 0), "mm2": ("area", 6), "cm2": ("area", 8),
    "mhz": ("frequency", 0), "ghz": ("frequency", 3), "khz": ("frequency", -3),
}  # fmt: skip
"""Unit at the end of a column's name: what it measures, and its power of ten."""


def _units_of(name: str) -> tuple[str, tuple[str, ...], int]:
    """Return a name without the units at its end, what those measure, and their power of ten.

    >>> _units_of("edp_pj_us"), _units_of("area_mm2")
    (('edp', ('energy', 'time'), 0), ('area', ('area',), 6))
    """
    parts = name.split("_")
    kinds: list[str] = []
    power = 0
    while len(parts) > 1 and parts[-1] in _UNITS:
        kind, ten = _UNITS[parts.pop()]
        kinds.insert(0, kind)
        power += ten
    return "_".join(parts), tuple(kinds), power


def in_unit(name: str, known: Iterable[str]) -> tuple[str, int] | None:
    """Return the column that is meant by a name in another unit, and the power of ten between them.

    The column's values times ten to that power are those of the name.

    >>> in_unit("area_mm2", ["area_um2", "power_mw"])
    ('area_um2', -6)
    """
    wanted, kinds, power = _units_of(name)
    if not kinds:
        return None
    for column in known:
        stem, measures, own = _units_of(column)
        if (stem, measures) == (wanted, kinds):
            return column, own - power
    return None


def scaled(values: Any, power: int) -> Any:
    """Return values times ten to a power, rounded once.

    >>> scaled(16e6, -6), scaled(3, 3)
    (16.0, 3000)
    """
    return values * 10**power if power >= 0 else values / 10**-power

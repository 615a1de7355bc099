"""Interconnects: hops by formula, registered by being there."""

from __future__ import annotations

import math

import pytest

from maestro_py.errors import HardwareError
from maestro_py.hardware import noc


@pytest.mark.parametrize(
    ("name", "pes", "average", "copy"),
    [
        ("bus", 256, 1, 0),
        ("mesh", 256, 16, 1),
        ("systolic", 256, 8.5, 1),
        ("tree", 256, 8, 2),
        ("tree", 1, 1, 2),
        ("mesh", 168, math.sqrt(168), 1),
    ],
)
def test_hops(name: str, pes: int, average: float, copy: float) -> None:
    connection = noc.noc(name)
    assert connection.average_hops(pes) == pytest.approx(average)
    assert connection.copy_hops(pes) == copy


def test_corner_injection_of_a_mesh_by_enumeration() -> None:
    side = 7
    hops = [1 + x + y for x in range(side) for y in range(side)]
    assert noc.noc("mesh").average_hops(side * side) == pytest.approx(sum(hops) / len(hops))


def test_names_are_the_files() -> None:
    assert noc.names() == tuple(noc.noc(name).name for name in noc.names())


def test_unknown() -> None:
    with pytest.raises(HardwareError) as error:
        noc.noc("torus")
    assert error.value.diagnostics[0].code == "M608"

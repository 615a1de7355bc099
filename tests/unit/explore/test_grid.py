"""Design numbers: every design has one, blocks cover each once, coordinates and numbers agree."""

import itertools
import random

import numpy as np
import pytest

from maestro_py.explore.grid import Grid
from maestro_py.explore.names import values_of
from maestro_py.explore.space import NUMBER_AXES, Axis, Branch

NAMES = ("Tile", "num_pes", "multicast", "bits", "l1_bytes", "frequency_mhz")
VALUES = {
    "Tile": (1, 2, 3),
    "num_pes": (4, 8, 16, 32),
    "multicast": (True, False),
    "bits": ((8, 8, 8), (8, 8, 32)),
    "l1_bytes": (None, 512, 1024),
    "frequency_mhz": (200.0,),
}


def random_grid(seed: int) -> Grid:
    rng = random.Random(seed)
    branches = []
    for name in ("rs", "ws", "os")[: rng.randrange(1, 4)]:
        own = [axis for axis in NAMES if rng.random() < 0.7]
        branches.append(Branch(name, None, tuple(Axis(axis, VALUES[axis]) for axis in own)))
    return Grid(tuple(branches))


@pytest.mark.parametrize("seed", range(20))
def test_numbers_enumerate_the_product_of_the_axes(seed):
    grid = random_grid(seed)
    expected = [
        (branch.dataflow, dict(zip((axis.name for axis in branch.axes), values, strict=True)))
        for branch in grid.branches
        for values in itertools.product(*(axis.values for axis in branch.axes))
    ]
    assert [grid.design(number) for number in range(grid.size)] == expected


@pytest.mark.parametrize("seed", range(20))
def test_indices_of_arrays_are_those_of_single_designs(seed):
    grid = random_grid(seed)
    numbers = np.random.default_rng(seed).integers(0, grid.size, 50)
    seen = 0
    for branch, places, local in grid.split(numbers):
        indices = grid.indices(branch, local)
        seen += len(places)
        for at, place in enumerate(places):
            flow, values = grid.design(int(numbers[place]))
            assert flow == branch.dataflow
            for axis in branch.axes:
                assert axis.values[indices[axis.name][at]] == values[axis.name]
    assert seen == len(numbers)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("most", "fewest"), [(7, 1), (64, 16), (1000, 1000)])
def test_blocks_hold_every_design_once_and_no_more_than_allowed(seed, most, fewest):
    grid = random_grid(seed)
    blocks = list(grid.blocks(fewest, most))
    assert [block.index for block in blocks] == list(range(len(blocks)))
    assert np.concatenate([block.numbers() for block in blocks]).tolist() == list(range(grid.size))
    assert max(block.size for block in blocks) <= most
    for block in blocks:  # one branch, and whole nests where a nest fits
        (found,) = list(grid.split(block.numbers()))
        points = int(np.prod([len(a.values) for a in found[0].axes if a.name in NUMBER_AXES], initial=1))
        if points <= min(most, max(fewest, -(-grid.size // 256))):
            assert block.size % points == 0


@pytest.mark.parametrize("seed", range(20))
def test_every_design_has_coordinates(seed):
    grid = random_grid(seed)
    sizes = grid.coordinate_sizes()
    points = np.array(list(itertools.product(*(range(size) for size in sizes))))
    assert set(grid.numbers(points).tolist()) == set(range(grid.size))


def test_values_of_axes():
    index = np.array([1, 0])
    assert values_of(Axis("bits", ((8, 8, 8), (8, 4, 32))), index)["bits_I"].tolist() == [4, 8]
    assert values_of(Axis("noc", ("bus", "mesh")), index)["noc"].tolist() == ["mesh", "bus"]
    assert values_of(Axis("num_pes", (4, 8)), index)["num_pes"].dtype == np.int64

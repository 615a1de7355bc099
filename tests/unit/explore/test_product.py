"""Tables of designs: every design stands in one cell, with its own values, whatever is cut out."""

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py.explore.product import WASTE, Product, products
from maestro_py.explore.space import Axis, Branch

NAMES = ("Tile", "num_pes", "multicast", "vector_width", "l2_bytes", "frequency_mhz")


@st.composite
def branches(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=len(NAMES), max_size=len(NAMES)))
    return Branch("flow", None, tuple(Axis(n, tuple(range(s))) for n, s in zip(NAMES, sizes, strict=True)))


@st.composite
def designs(draw):
    branch = draw(branches())
    last = prod(len(axis.values) for axis in branch.axes) - 1
    number = st.integers(0, last)
    if draw(st.booleans()):
        first, stop = sorted((draw(number), draw(number)))
        return branch, np.arange(first, stop + 1)
    return branch, np.array(draw(st.lists(number, min_size=1, max_size=30)))


def values(branch, numbers):
    """Return the index of every axis for design numbers, by plain mixed radix."""
    found = {}
    for axis in reversed(branch.axes):
        numbers, found[axis.name] = np.divmod(numbers, len(axis.values))
    return found


def check(table: Product, numbers) -> None:
    """Compare what the designs of a table have with what their numbers say."""
    places = np.arange(10**4)[table.places] if isinstance(table.places, slice) else table.places
    assert len(places) == table.size
    own = table.nests[:, None] * table.branch.number_points + table.points
    assert table.pick(own).tolist() == numbers[places].tolist()
    for axis in table.branch.axes:
        expected = values(table.branch, numbers[places])[axis.name]
        assert table.pick(table.index(axis)).tolist() == expected.tolist()
    target = np.full(len(numbers), -1)
    table.put(target, own)
    assert target[places].tolist() == numbers[places].tolist()
    assert (np.delete(target, places) == -1).all()


def covered(tables, size):
    """Return how often each place stands in tables."""
    found = np.zeros(size, int)
    for table in tables:
        np.add.at(found, np.arange(size)[table.places], 1)
    return found.tolist()


@given(designs(), st.integers(1, 40))
def test_every_design_stands_in_one_table(asked, most):
    branch, numbers = asked
    found = list(products(branch, np.arange(len(numbers)), numbers, most))
    assert covered(found, len(numbers)) == [1] * len(numbers)
    for table in found:
        check(table, numbers)


@given(designs(), st.integers(1, 40), st.integers(1, 3))
def test_parts_of_tables_have_the_same_designs(asked, most, few):
    branch, numbers = asked
    size = len(numbers)
    tables = list(products(branch, np.arange(size), numbers, most))
    rows, columns = (branch.axes[2],), (branch.axes[3], branch.axes[4])

    def split(table):
        return table.split([table.index(a)[:, 0] for a in rows], [table.index(a)[0] for a in columns])

    ways = (Product.each_nest, split, lambda table: table.few_points(few))
    for way in ways:
        parts = [part for table in tables for part in way(table)]
        assert covered(parts, size) == [1] * size
        for part in parts:
            check(part, numbers)
    for part in (part for table in tables for part in split(table)):
        for axis in (*rows, *columns):
            assert len(np.unique(part.index(axis))) == 1
    assert all(part.shape[1] == part.size for table in tables for part in table.each_nest())


@pytest.mark.parametrize("points", [64, 65, 300])
def test_designs_here_and_there_waste_few_cells(points):
    axes = (Axis("num_pes", tuple(range(points))), Axis("l2_bytes", tuple(range(points))))
    diagonal = np.arange(points) * (points + 1)
    found = list(products(Branch("flow", None, axes), np.arange(points), diagonal, 10**6))
    assert covered(found, points) == [1] * points
    assert all(prod(table.shape) <= WASTE * table.size for table in found)
    assert len(found) == -(-points // WASTE)

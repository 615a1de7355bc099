"""Tallies: what each value can reach is that of all feasible designs, in whatever batches they come."""

import json

import numpy as np
import pandas
import pytest

from maestro_py.explore import grid as grid_module
from maestro_py.explore.run import sweep
from maestro_py.explore.space import Axis, Branch, Space
from maestro_py.explore.tally import Tallies, tally
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Network

from .test_sample import files, made


def space_of(*sizes):
    """A space of branches with so many values of axes."""
    flows = [
        Branch(
            f"flow{place}",
            None,
            tuple(Axis(f"{'abcdef'[axis]}", tuple(range(size))) for axis, size in enumerate(own)),
        )
        for place, own in enumerate(sizes)
    ]
    return Space(Network("n", ()), tuple(flows), Accelerator(), (None, None))


@pytest.mark.parametrize(
    "sizes", [[(4, 3, 5)], [(2, 1, 3), (7,)], [(1, 6, 1, 4)], [(3, 2), (2, 2, 2), (5, 1)]]
)
@pytest.mark.parametrize("share", [1, 0.3, 0])
def test_a_tally_is_a_count_by_value(sizes, share):
    space = space_of(*sizes)
    rng = np.random.default_rng(3)
    numbers = np.flatnonzero(rng.random(space.size) < share)
    goals = rng.integers(-9, 9, (len(numbers), 2)).astype(float)
    sums = Tallies(space)
    order = rng.permutation(len(numbers))
    for part in np.array_split(order, 3):
        sums.add(json.loads(json.dumps(tally(space, numbers[part], goals[part]))))
    expected = {}
    grid = grid_module.Grid(space.branches)
    for number, own in zip(numbers.tolist(), goals, strict=True):
        flow, values = grid.design(number)
        for name, value in {**values, "dataflow": flow}.items():
            count, best = expected.get((flow, name, value), (0, np.full(2, np.inf)))
            expected[flow, name, value] = count + 1, np.minimum(best, own)
    found = {row[:3]: row[3:] for row in sums.rows()}
    several = {(b.dataflow, axis.name) for b in space.branches for axis in b.axes if len(axis.values) > 1}
    wanted = {key: one for key, one in expected.items() if key[1] == "dataflow" or key[:2] in several}
    assert found.keys() == wanted.keys()
    for key, (count, best) in wanted.items():
        assert found[key] == (count, best.tolist())


def test_the_table_is_that_of_the_feasible_designs(folder, monkeypatch):
    space = made(folder, "switches", time="coarse", goals="[runtime, {max: macs / energy_pj}]")
    sweep(space, folder / "out")
    sweep(made(folder, "switches", time="coarse", goals="[runtime, {max: macs / energy_pj}]"), folder / "two",
          executor="processes", workers=2)  # fmt: skip
    assert files(folder / "out") == files(folder / "two")
    every = made(
        folder, "switches", time="coarse", goals="[runtime, {max: macs / energy_pj}]", keep="feasible"
    )
    sweep(every, folder / "every")
    rows = pandas.read_parquet(folder / "every" / "results")
    rows["bits"] = [f"{w}/{i}/{o}" for w, i, o in zip(rows.bits_W, rows.bits_I, rows.bits_O, strict=True)]
    rows["efficiency"] = rows.macs / rows.energy_pj
    table = pandas.read_parquet(folder / "out" / "sensitivity.parquet")
    assert set(table.parameter) == {"dataflow", "multicast", "reduction", "bits", "vector_width", "noc"}
    assert table[table.parameter == "dataflow"].feasible.sum() == len(rows)
    for (flow, name), own in table.groupby(["dataflow", "parameter"]):
        values = rows[rows.dataflow == flow][name]
        texts = values.astype(str).str.lower() if values.dtype == bool else values.astype(str)
        for _, members in rows[rows.dataflow == flow].groupby(texts):
            text = texts[members.index[0]]
            (row,) = own[own.value == text].itertuples(index=False)
            assert (row.feasible, row[5], row[6]) == (
                *(len(members), members.runtime_us.min(), members.efficiency.max()),
            )
    numbers = table[table.parameter == "vector_width"]
    assert numbers.number.tolist() == [float(value) for value in numbers.value]


def test_where_fine_time_is_left_out_nothing_is_counted(folder):
    sweep(made(folder, "clock"), folder / "out")
    assert not (folder / "out" / "sensitivity.parquet").exists()

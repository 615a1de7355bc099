"""Samples: the rows are those of keep: feasible, nothing else changes, and no batch or executor decides."""

import numpy as np
import pandas
import pytest

from maestro_py.explore import grid as grid_module
from maestro_py.explore.reading import load
from maestro_py.explore.run import collect, finish, sweep
from maestro_py.explore.sample import Sample, chosen

SPACES = {
    "clock": (
        "  num_pes: [4, 8, 16, 40]\n  frequency_mhz: [200, 500, 333.3]\n"
        "  noc_bandwidth_bytes_per_cycle: [1, 4, 32]\n"
        "  ClusterSize: [2, 4]\n  l2_bytes: [4 KiB, 64 KiB]\n",
        "[runtime, energy]",
        0.3,
    ),
    "tiles": ("  num_pes: [4, 12, 40]\n"
        "  FilterTile: [1, 2, 4, 8]\n  l1_bytes: [64, needed]\n  ClusterSize: 4\n"
        "  dram_bandwidth_bytes_per_cycle: {from: 1, to: 6, step: 1}\n", "[area, power]", 0.3),
    "switches": ("  multicast: [true, false]\n  reduction: [true, false]\n  bits: [8, 16, [8, 8, 32]]\n"
        "  vector_width: [1, 2, 4]\n  noc: [bus, mesh]\n  ClusterSize: 2\n",
        "[{max: utilization_fraction}]", 0.003),
}  # fmt: skip


def made(folder, name, **keys):
    parameters, goals, least = SPACES[name]
    keys = {"network": "small.m", "dataflow": "[kcp_ws, rs]", "accelerator": "nvdla", "goals": goals} | keys
    keys |= {"must_fit": "false", "constraints": f"utilization_fraction > {least}"}
    path = folder / "made.yaml"
    path.write_text(
        "".join(f"{key}: {value}\n" for key, value in keys.items()) + f"parameters:\n{parameters}"
    )
    return load(path)


def results(folder):
    return pandas.read_parquet(folder / "results").reset_index(drop=True)


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("time", ["fine", "coarse"])
@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("keep", ["pareto", "top"])
def test_a_sample_is_rows_of_keep_feasible(folder, name, keep, time):
    keys = {"top": "2", "seed": "9", "time": time}
    whole = made(folder, name, **keys, keep="feasible")
    few = made(folder, name, **keys, keep=keep)
    part = made(folder, name, **keys, keep=keep, sample=str(whole.size // 3))
    assert 20 < sweep(whole, folder / "whole")["feasible"] < whole.size
    summary = sweep(part, folder / "part")
    without = sweep(few, folder / "few")
    every, rows = results(folder / "whole"), results(folder / "part")
    assert rows["design"].is_unique
    same = every[every["design"].isin(rows["design"])].reset_index(drop=True)
    pandas.testing.assert_frame_equal(same, rows.drop(columns="sampled"))
    own = every[chosen(every["design"].to_numpy(), part.sample / part.size, 9)]
    assert 0 < len(own) < len(every)
    assert rows[rows["sampled"]]["design"].tolist() == own["design"].tolist()
    assert summary["sampled"] == len(own)
    assert without["sampled"] == 0
    other = {"sampled", "fine_time", *(["front"] if keep == "top" else [])}  # top: the front of what was kept
    assert {key: summary[key] for key in summary.keys() - other} == {
        key: without[key] for key in without.keys() - other
    }
    for name in ("front", "top")[keep == "top" :]:
        found, expected = (pandas.read_parquet(folder / out / f"{name}.parquet") for out in ("part", "few"))
        pandas.testing.assert_frame_equal(found.drop(columns="sampled"), expected)
    cycles = "runtime_coarse_cycles" if time == "coarse" else "runtime_cycles"
    for _, members in every.groupby("dataflow"):
        for marks in ([cycles, "energy_pj"], ["energy_pj", cycles]):
            assert members.sort_values([*marks, "design"]).design.iloc[0] in rows.design.tolist()


def test_neither_batches_nor_executors_nor_kills_choose(folder, monkeypatch):
    space = made(folder, "clock", sample="40", seed="5")
    sweep(space, folder / "one")
    sweep(space, folder / "two", executor="processes", workers=2)
    assert files(folder / "one") == files(folder / "two")
    for k in (2, 1):
        sweep(space, folder / f"part{k}", shard=(k, 2))
    collect([folder / "part1", folder / "part2"], folder / "merged")
    finish(folder / "merged")
    assert files(folder / "one") == files(folder / "merged")
    monkeypatch.setattr(grid_module, "BLOCKS_WANTED", 10)
    monkeypatch.setitem(grid_module.FEWEST, "fine", 8)
    sweep(space, folder / "small")
    one, small = (results(folder / name) for name in ("one", "small"))
    assert len(list((folder / "small" / "results").iterdir())) > 8
    assert one[one.sampled].design.tolist() == small[small.sampled].design.tolist()


def test_a_search_is_sampled_too(folder):
    space = made(folder, "switches", sample="60", search="{method: random, designs: 100}")
    assert space.size > 100
    summary = sweep(space, folder / "out")
    rows = results(folder / "out")
    assert 0 < summary["sampled"] == rows.sampled.sum() <= 80
    assert chosen(rows[rows.sampled].design.to_numpy(), 60 / 100, 0).all()


def test_samples_are_spread_evenly_and_nested_and_hang_on_the_seed():
    numbers = np.arange(7, 1_000_007)
    own = chosen(numbers, 0.01, 3)
    assert abs(own.sum() - 10_000) < 500
    for period in (2, 31, 64, 1000):
        counts = np.bincount(numbers[own] % period, minlength=period)
        expected = own.sum() / period
        assert ((counts - expected) ** 2 / expected).sum() < period + 5 * np.sqrt(2 * period)
    assert (own <= chosen(numbers, 0.02, 3)).all()
    assert (own & chosen(numbers, 0.01, 4)).sum() < 300
    assert chosen(numbers, 1, 3).all()
    assert not chosen(numbers, 0, 3).any()
    order = np.random.default_rng(0).permutation(len(numbers))
    np.testing.assert_array_equal(chosen(numbers[order], 0.01, 3), own[order])


def test_without_its_columns_nothing_is_marked(folder):
    space = made(folder, "tiles", sample="10", columns="[power_mw]", goals="[area]")
    assert Sample(space).columns == ()
    sweep(space, folder / "out")
    assert "energy_pj" not in results(folder / "out")

"""Enumerated parameters: picks and their designs, what a pick is judged by, and what a search then finds."""

import random
from dataclasses import replace
from math import prod

import numpy as np
import pandas
import pytest

from maestro_py.explore import picks as picks_module
from maestro_py.explore import searchers
from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.objective import Judged, Objective
from maestro_py.explore.pareto import front
from maestro_py.explore.picks import Picks
from maestro_py.explore.reading import load
from maestro_py.explore.run import finish, sweep
from maestro_py.explore.searchers import Picked
from maestro_py.explore.space import NUMBER_AXES, Search

from .conftest import random_space
from .test_run import Killed, Killer, files

PICKING = [name for name in searchers.names() if searchers.get(name).needs_designs]
LEARNING = [name for name in PICKING if searchers.get(name).adaptive]
BATCH = {"tpe": ", batch: 4", "anneal": ", batch: 4", "evolutionary": ", population: 4"}
TILES = "[ClusterSize, FilterTile, l2_bytes]"


def space_of(folder, method, designs=100, enumerate_=TILES, name="space", **keys):
    lines = {
        "search": f"{{method: {method}, designs: {designs}, enumerate: {enumerate_}{BATCH.get(method, '')}}}"
    }
    text = (folder / "space.yaml").read_text()
    for key, value in (lines | keys).items():
        text = "".join(line for line in text.splitlines(True) if not line.startswith(f"{key}:"))
        text += f"{key}: {value}\n"
    path = folder / f"{method}-{name}.yaml"
    path.write_text(text)
    return load(path)


@pytest.fixture
def small_shards(monkeypatch):
    """Batches in several shards, and picks in parts."""
    monkeypatch.setattr(picks_module, "FEWEST", 8)
    monkeypatch.setattr(picks_module, "FEW", 1)


def with_enumerated(space, rng):
    names = space.axis_names()
    return replace(space, search=Search("tpe", 7, {}, tuple(rng.sample(names, rng.randint(1, len(names))))))


@pytest.mark.parametrize("seed", range(20))
def test_every_design_is_of_one_pick_and_in_one_shard(folder, seed, small_shards):
    rng = random.Random(seed)
    space = with_enumerated(random_space(folder, seed), rng)
    picks = Picks(space)
    chosen = np.array(rng.sample(range(picks.grid.size), picks.grid.size))
    parts = list(picks.shards(Picked(0, chosen), 5))
    assert [part.index for part in parts] == list(range(5, 5 + len(parts)))
    assert sum(part.picks for part in parts) == picks.grid.size
    numbers = [part.numbers() for part in parts]
    assert [part.size for part in parts] == [len(own) for own in numbers]
    assert max(part.size for part in parts) <= picks.wanted
    assert sorted(np.concatenate(numbers).tolist()) == list(range(space.size))
    assert all((np.diff(own) > 0).all() for own in numbers)
    for number, pick in enumerate(picks.of(np.arange(space.size)).tolist()):
        flow, values = picks.designs.design(number)
        outer_flow, outer = picks.grid.design(pick)
        kept = {name: value for name, value in values.items() if name not in space.search.enumerate}
        assert (flow, kept) == (outer_flow, outer)
    one = rng.randrange(picks.grid.size)
    found = [part.numbers() for part in picks.shards(Picked(0, np.array([one])), 0)]
    assert np.concatenate(found).tolist() == np.flatnonzero(picks.of(np.arange(space.size)) == one).tolist()


@pytest.mark.parametrize("seed", range(20))
def test_what_is_evaluated_together_are_nests_on_the_same_points(folder, seed, monkeypatch):
    monkeypatch.setattr(picks_module, "FEW", 1)
    rng = random.Random(seed)
    space = with_enumerated(random_space(folder, seed), rng)
    picks = Picks(space)
    chosen = np.array(rng.sample(range(picks.grid.size), rng.randint(1, picks.grid.size)))
    for part in picks.shards(Picked(0, chosen), 0):
        numbers = part.numbers()
        places = list(picks.alike(numbers))
        assert sorted(np.concatenate(places).tolist()) == list(range(len(numbers)))
        for own in places:
            points = {}
            for number in numbers[own].tolist():
                flow, values = picks.designs.design(number)
                nest = (flow, *(value for name, value in values.items() if name not in NUMBER_AXES))
                points.setdefault(nest, []).append([values[n] for n in values if n in NUMBER_AXES])
            assert all(own == next(iter(points.values())) for own in points.values())


def test_few_designs_are_evaluated_in_one_go(space):
    picks = Picks(replace(space, search=Search("tpe", 7, {}, ("l2_bytes",))))
    (found,) = picks.alike(np.arange(40))
    assert found.tolist() == list(range(40))


def test_what_a_pick_is_judged_by(space):
    picks = Picks(replace(space, search=Search("tpe", 7, {}, ("l2_bytes", "noc_bandwidth_bytes_per_cycle"))))
    numbers = np.array([part.numbers() for n in (3, 1) for part in picks.shards(Picked(0, np.array([n])), 0)])
    assert numbers.shape == (2, 9)
    goals = np.array([[9.0, 9], [1, 5], [2, 2], [1, 5], [0, 0], [5, 1], [2, 3], [9, 9], [9, 9]])
    away = np.array([0, 0, 0, 0, 0.1, 0, 0, 0.3, 0])
    other = np.array([0.5, 0.2, 0.4, 0.2, 0.2, 0.9, 1, 1, 1])
    violation = np.concatenate([away, other])
    judged = Judged(np.concatenate([goals, goals[::-1]]), violation == 0, violation, {})
    # of the first the front, of equal ones the lowest; of the second the least violation, then the first goal
    assert picks.decisive(judged, numbers.ravel()).tolist() == [1, 2, 5, 9 + 4]


def by_design(path):
    return pandas.read_parquet(path).sort_values("design", ignore_index=True)


CASES = [(method, "pareto") for method in PICKING]
CASES += [(method, keep) for method in ("random", "anneal") for keep in ("all", "feasible", "top")]


@pytest.mark.parametrize(("method", "keep"), CASES)
def test_every_pick_finds_what_an_exhaustive_search_does(folder, method, keep, small_shards):
    # sobol asks for a pick where the first of its points falls: a few hundred points fall on each of 12
    found = sweep(space_of(folder, method, 1000 if method == "sobol" else 100, keep=keep), folder / "out")
    whole = sweep(load_with(folder, keep), folder / "whole")
    assert found["picked"] == 2 * 3 * 2 * 3
    assert found["asked_for"] == whole["asked_for"]
    same = (
        ("feasible", "front", "best", "cannot_run")
        if method in ("random", "sobol")
        else ("feasible", "front", "best")
    )
    for name in same:
        assert found[name] == whole[name]
    flag = ["feasible"] if method in LEARNING and keep != "all" else []
    front_rows = by_design(folder / "out" / "front.parquet").drop(columns=flag)
    pandas.testing.assert_frame_equal(front_rows, by_design(folder / "whole" / "front.parquet"))
    top = pandas.read_parquet(folder / "out" / "top.parquet").drop(columns=flag)
    pandas.testing.assert_frame_equal(top, pandas.read_parquet(folder / "whole" / "top.parquet"))
    kept = set(pandas.read_parquet(folder / "out" / "results").design)
    if keep in ("all", "feasible"):
        assert kept >= set(pandas.read_parquet(folder / "whole" / "results").design)


def load_with(folder, keep):
    (folder / "whole.yaml").write_text((folder / "space.yaml").read_text() + f"keep: {keep}\n")
    return load(folder / "whole.yaml")


@pytest.mark.parametrize("method", LEARNING)
@pytest.mark.parametrize("time", ["fine", "coarse"])
def test_of_each_pick_the_front_or_the_nearest_is_written_and_told(
    folder, method, time, small_shards, monkeypatch
):
    keys = {
        "time": time,
        "top": "1",
        "keep": "top",
        "constraints": "[power_mw < 150]",
    }
    space = space_of(folder, method, 8, **keys)
    told = {}
    kind = type(searchers.get(method).start(space, Picks(space).grid))
    tell = kind.tell

    def hears(self, batch, outcomes):
        told.update(zip(batch.numbers().tolist(), outcomes, strict=True))
        tell(self, batch, outcomes)

    monkeypatch.setattr(kind, "tell", hears)
    summary = sweep(space, folder / "out")
    picks, objective = Picks(space), Objective(space)
    assert len(told) == summary["picked"] == 8
    rows = pandas.read_parquet(folder / "out" / "results")
    written = rows.design.tolist()
    assert len(written) < summary["evaluated"] / 3
    feasible = 0
    for pick, outcome in told.items():
        numbers = np.flatnonzero(picks.of(np.arange(space.size)) == pick)
        found = Evaluator(space).evaluate(numbers, objective.columns)
        judged = objective.judge(found.columns, len(numbers), violation=True)
        runs = np.flatnonzero(found.runs)
        good = runs[judged.feasible[runs]]
        if not runs.size:
            assert np.isinf(outcome.violation)
        elif good.size:
            expected = good[front(judged.goals[good], numbers[good])]
            assert outcome.violation == 0
            assert sorted(outcome.goals.tolist()) == sorted(judged.goals[expected].tolist())
            assert set(numbers[expected]) <= set(written)
            feasible += 1
        else:
            least = judged.violation[runs].min()
            nearest = runs[judged.violation[runs] == outcome.violation]
            assert outcome.violation >= least > 0
            assert outcome.violation == least or time == "fine"  # the nearest by bounds of run time
            first = nearest[np.lexsort((numbers[nearest], judged.goals[nearest, 0]))[0]]
            assert outcome.goals.tolist() == [judged.goals[first].tolist()]
            assert numbers[first] in written
    assert 0 < feasible < 8
    assert summary["fine_time"] == 0 if time == "coarse" else 0 < summary["fine_time"] < summary["evaluated"]
    flags = dict(zip(rows.design, rows.feasible, strict=True))
    assert set(flags.values()) == {True, False}


@pytest.mark.parametrize("method", PICKING)
def test_a_stopped_search_ends_with_the_files_of_one_that_was_not(folder, method, small_shards):
    space = space_of(folder, method, 9)
    sweep(space, folder / "whole")
    assert len(list((folder / "whole" / "results").iterdir())) > 12
    for after in (0, 1, 3, 4):
        with pytest.raises(Killed):
            sweep(space, folder / "stopped", progress=Killer(after))
    sweep(space, folder / "stopped")
    assert files(folder / "whole") == files(folder / "stopped")
    other = sweep(space_of(folder, method, 9, name="other", seed=1), folder / "other")
    assert other["picked"] == 9
    assert files(folder / "other") != files(folder / "whole")


@pytest.mark.parametrize("method", ["sobol", "tpe"])
def test_workers_make_the_same_files(folder, method):
    space = space_of(folder, method, 9)
    sweep(space, folder / "one")
    sweep(space, folder / "two", executor="processes", workers=2)
    assert files(folder / "one") == files(folder / "two")


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_parts_of_a_sample_are_those_of_the_whole(folder, method, small_shards):
    space = space_of(folder, method, 9)
    sweep(space, folder / "whole")
    for k in (3, 1, 2):
        sweep(space, folder / "parts", shard=(k, 3))
    finish(folder / "parts")
    assert files(folder / "whole") == files(folder / "parts")


def test_a_pick_of_a_dataflow_has_its_own_constants_alone(folder):
    space = space_of(folder, "random", 100, "[ClusterSize, FilterTile]")
    picks = Picks(space)
    sizes = [
        branch.size // outer.size for branch, outer in zip(space.branches, picks.grid.branches, strict=True)
    ]
    own = [
        prod(len(axis.values) for axis in branch.axes if axis.name in ("ClusterSize", "FilterTile"))
        for branch in space.branches
    ]
    assert sizes == own
    assert len(set(sizes)) == 2

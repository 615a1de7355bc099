"""Every searcher, by being registered: budget, range, seed, resume, and that those that learn do learn."""

import math
from itertools import islice

import numpy as np
import pandas
import pytest

from maestro_py.explore import searchers
from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.grid import Grid
from maestro_py.explore.objective import Objective
from maestro_py.explore.picks import Outcome
from maestro_py.explore.reading import load
from maestro_py.explore.run import sweep
from maestro_py.explore.searchers._sampling import RandomOrder
from maestro_py.explore.searchers.evolutionary import merit

from .test_run import Killed, Killer, files

NAMES = searchers.names()
PICKING = [name for name in NAMES if searchers.get(name).needs_designs]
LEARNING = [name for name in NAMES if searchers.get(name).adaptive]


def space_of(folder, method, designs=None, **keys):
    options = {"designs": designs} if designs else {}
    search = ", ".join(
        f"{key}: {value}" for key, value in {"method": method, **options, **keys}.items() if key != "seed"
    )
    path = folder / f"{method}.yaml"
    path.write_text(
        (folder / "space.yaml").read_text() + f"search: {{{search}}}\nseed: {keys.get('seed', 0)}\n"
    )
    return load(path)


def test_the_shipped_searchers_are_found():
    assert set(NAMES) >= {"exhaustive", "random", "sobol", "tpe", "anneal", "evolutionary"}


def made_up(numbers, goals):
    """Outcomes that are smooth in the design number, and infeasible for every seventh."""
    values = np.stack([np.abs(numbers - 100.0 * (place + 1)) for place in range(goals)], axis=1)
    return [
        Outcome(row[None, :], 0.5 if number % 7 == 0 else 0.0)
        for row, number in zip(values, numbers.tolist(), strict=True)
    ]


def asked(space, count=10_000):
    """The designs that a search asks for, told a made-up judgement."""
    search = searchers.get(space.search.method).start(space, Grid(space.branches))
    found = []
    for batch in islice(search.batches(), count):
        found.append(batch.numbers())
        assert batch.size == len(batch.numbers())
        assert batch.index == len(found) - 1
        search.tell(batch, made_up(batch.numbers(), len(space.goals)))
    return np.concatenate(found)


BUDGETS = [(method, designs) for method in PICKING for designs in (1, 50)] + [
    (method, 100_000)
    for method in PICKING
    if method not in ("tpe", "anneal")  # there it takes minutes
]


@pytest.mark.parametrize(("method", "designs"), BUDGETS)
def test_designs_are_of_the_space_within_the_budget_and_fixed_by_the_seed(folder, method, designs):
    space = space_of(folder, method, designs)
    numbers = asked(space)
    assert 0 <= numbers.min() <= numbers.max() < space.size
    assert len(numbers) == len(set(numbers.tolist()))
    if method == "sobol":
        assert 0.5 * min(designs, space.size) < len(numbers) <= designs
    else:
        assert len(numbers) == min(designs, space.size)
    assert numbers.tolist() == asked(space).tolist()
    if designs == 50:
        assert numbers.tolist() != asked(space_of(folder, method, designs, seed=1)).tolist()


@pytest.mark.parametrize("method", LEARNING)
def test_a_space_of_one_design_is_searched(folder, method):
    (folder / "space.yaml").write_text("network: small.m\ndataflow: rs\naccelerator: nvdla\n")
    assert asked(space_of(folder, method, 5)).tolist() == [0]


@pytest.mark.parametrize("method", NAMES)
def test_a_stopped_search_ends_with_the_files_of_one_that_was_not(folder, method):
    options = (
        {"batch": 8} if method in ("tpe", "anneal") else {"population": 8} if method == "evolutionary" else {}
    )
    space = space_of(folder, method, 40 if method in PICKING else None, **options)
    sweep(space, folder / "whole")
    for _ in range(2):
        try:
            sweep(space, folder / "stopped", progress=Killer(1))
        except Killed:
            continue
    sweep(space, folder / "stopped")
    assert files(folder / "whole") == files(folder / "stopped")
    designs = pandas.read_parquet(folder / "whole" / "results")["design"]
    assert len(designs) > 0


@pytest.mark.parametrize("method", LEARNING)
def test_those_that_learn_find_more_than_chance(folder, method):
    space = space_of(
        folder, method, 60, **({"batch": 10} if method != "evolutionary" else {"population": 12})
    )
    objective = Objective(space)
    found = Evaluator(space).evaluate(np.arange(space.size), objective.columns)
    judged = objective.judge(found.columns, space.size)
    runtime = np.where(judged.feasible & found.runs, judged.goals[:, 0], np.inf)
    sweep(space, folder / "out")
    best = pandas.read_parquet(folder / "out" / "top.parquet").query("goal == 'runtime' and rank == 1")
    better = int((runtime < best["runtime_us"].iloc[0]).sum())
    # 60 designs at random would leave a median of about 1 in 60 of the space better
    assert better <= space.size * (1 - 0.5 ** (1 / 60))


def test_parts_of_a_sample_are_those_of_the_whole(folder):
    space = space_of(folder, "random", 60)
    sweep(space, folder / "whole")
    for k in (2, 1):
        sweep(space, folder / "parts", shard=(k, 2))
    from maestro_py.explore.run import finish

    finish(folder / "parts")
    assert files(folder / "whole") == files(folder / "parts")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64, 1000, 4097])
def test_a_random_order_holds_every_number_once(size):
    orders = [RandomOrder(size, seed).at(np.arange(size)).tolist() for seed in (0, 1)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(size))
    assert size < 64 or orders[0] != orders[1]
    assert RandomOrder(2**61, 0).at(np.arange(100)).max() < 2**61


def test_a_random_order_is_spread_evenly():
    drawn = RandomOrder(10**6, 3).at(np.arange(20_000))
    counts, _ = np.histogram(drawn, bins=20, range=(0, 10**6))
    expected = 1000
    assert ((counts - expected) ** 2 / expected).sum() < 60  # 19 degrees of freedom; chance below 1e-5
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 4 / math.sqrt(20_000)


@pytest.mark.parametrize("seed", range(10))
def test_merit_goes_by_fronts_of_all_designs_of_picks(seed):
    rng = np.random.default_rng(seed)
    own = [rng.integers(0, 6, (rng.integers(1, 4), 2)).astype(float) for _ in range(20)]
    away = np.where(rng.random(20) < 0.2, 0.5, 0.0)
    level = np.zeros(20)
    left, now = set(np.flatnonzero(away == 0).tolist()), 0
    while left:
        rows = [(row, place) for place in left for row in own[place]]
        on_front = {
            place for row, place in rows if not any((o <= row).all() and (o < row).any() for o, _ in rows)
        }
        level[list(on_front)] = now
        left -= on_front
        now += 1
    order = merit([Outcome(goals, float(violation)) for goals, violation in zip(own, away, strict=True)])
    assert sorted(order.tolist()) == list(range(20))
    ranked = [(away[place], level[place]) for place in order.tolist()]
    assert ranked == sorted(ranked)
    assert now > 2


def test_merit_puts_the_ends_of_the_front_first():
    goals = np.array([[2.0, 2.1], [0, 4], [4, 0], [1, 3], [9, 9]])
    order = merit([Outcome(own[None, :], 0.0) for own in goals]).tolist()
    assert set(order[:2]) == {1, 2}
    assert order[-1] == 4

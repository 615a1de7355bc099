"""Fronts and best designs against enumeration of all pairs, and merged from parts in any order."""

import numpy as np
import pytest

from maestro_py.explore import pareto
from maestro_py.explore.merge import Best, Ranking
from maestro_py.explore.pareto import best, front


def slow_front(goals, numbers):
    found = []
    for i, own in enumerate(goals):
        dominated = any(
            (other <= own).all() and ((other < own).any() or numbers[j] < numbers[i])
            for j, other in enumerate(goals)
            if j != i
        )
        if not dominated:
            found.append(i)
    return sorted(found, key=lambda place: numbers[place])


def sample(seed, size=200):
    rng = np.random.default_rng(seed)
    goals = rng.integers(0, rng.integers(2, 40), (size, rng.integers(1, 5))).astype(float)
    return goals, rng.permutation(10 * size)[:size]


@pytest.mark.parametrize("seed", range(60))
def test_front_is_that_of_all_pairs(seed):
    goals, numbers = sample(seed)
    assert front(goals, numbers).tolist() == slow_front(goals, numbers)


@pytest.mark.parametrize("seed", range(10))
def test_many_designs_are_thinned_without_loss(seed, monkeypatch):
    goals, numbers = sample(seed, 500)
    monkeypatch.setattr(pareto, "_CHUNK", 16)
    assert front(goals, numbers).tolist() == slow_front(goals, numbers)


@pytest.mark.parametrize("seed", range(20))
def test_parts_in_any_order_make_the_same_front_and_best(seed):
    goals, numbers = sample(seed)
    whole = Best(goals.shape[1], 7)
    whole.take(goals, numbers)
    order = np.random.default_rng(seed).permutation(len(goals))
    parts = Best(goals.shape[1], 7)
    for piece in np.array_split(order, 9):
        parts.take(goals[piece], numbers[piece])
    assert whole.front_numbers.tolist() == parts.front_numbers.tolist()
    assert [one.numbers.tolist() for one in whole.tops] == [one.numbers.tolist() for one in parts.tops]
    for place, ranking in enumerate(whole.tops):
        assert ranking.numbers.tolist() == [numbers[n] for n in sorting(goals, place, numbers)[:7]]


def sorting(goals, place, numbers):
    return sorted(range(len(goals)), key=lambda n: (goals[n, place], *goals[n], numbers[n]))


@pytest.mark.parametrize("seed", range(40))
def test_best_is_sorting(seed):
    goals, numbers = sample(seed)
    for place in range(goals.shape[1]):
        for count in (1, 9, 150, 400):
            found = best(goals, place, numbers, count)
            assert found.tolist() == sorting(goals, place, numbers)[:count]
        assert best(goals, place, numbers, 1)[0] in front(goals, numbers)


def test_a_design_that_comes_twice_counts_once():
    ranking = Ranking(2, 0, 3)
    for _ in range(2):
        ranking.take(np.array([[1.0, 5], [1, 4], [2, 1]]), np.array([3, 8, 5]))
    assert ranking.numbers.tolist() == [8, 3, 5]

"""The random samples are what they are meant to be: within bounds, varied, legal often enough, replayable."""

from __future__ import annotations

import json
from collections import Counter
from math import prod

import pytest

from maestro_py.ir import operators
from maestro_py.reference import evaluate
from tests.conformance import accelerator_of, nest_of
from tests.model import search
from tests.model.generate import MAXIMUM_MACS, MAXIMUM_STEPS, RandomDraw, Sample, TooLargeError, sample


def draw_samples(count: int) -> list[Sample]:
    found = []
    for number in range(count):
        try:
            found.append(sample(RandomDraw(f"shape/{number}"), uneven=number % 2 == 1))
        except TooLargeError:
            continue
    return found


@pytest.fixture(scope="module")
def drawn() -> list[Sample]:
    return draw_samples(1000)


def test_few_are_too_large(drawn):
    assert len(drawn) > 850
    assert all(s.nest.problem.macs <= MAXIMUM_MACS and s.nest.steps <= MAXIMUM_STEPS for s in drawn)


def test_every_layer_type_and_depth_is_drawn(drawn):
    assert {s.layer.operator for s in drawn} == set(operators.names())
    depths = Counter(len(s.nest.levels) for s in drawn)
    assert set(depths) == {1, 2, 3, 4}
    assert min(depths.values()) > 50


@pytest.mark.parametrize(
    "feature",
    [
        pytest.param(lambda s: max(s.layer.stride) == 3, id="stride 3"),
        pytest.param(lambda s: max(s.layer.dilation) == 2, id="dilation"),
        pytest.param(lambda s: s.layer.padding[0] == (2, 2), id="padding"),
        pytest.param(lambda s: s.layer.padding[0][0] > s.layer.padding[0][1], id="more padding in front"),
        pytest.param(lambda s: s.layer.padding[1][0] < s.layer.padding[1][1], id="more padding behind"),
        pytest.param(
            lambda s: s.layer.operator == "TRCONV" and any(w.pad < 0 for w in s.nest.problem.windows),
            id="cropped by more than the filter",
        ),
        pytest.param(
            lambda s: any(m.offset > m.size for level in s.nest.levels for m in level.maps), id="gap"
        ),
        pytest.param(
            lambda s: any(m.offset < m.size for level in s.nest.levels for m in level.maps), id="overlap"
        ),
        pytest.param(
            lambda s: any(sum(m.spatial for m in level.maps) > 1 for level in s.nest.levels),
            id="coupled spatial maps",
        ),
        pytest.param(
            lambda s: any(
                {"Y", "R"} <= {m.dimension for m in level.maps if m.spatial} for level in s.nest.levels
            ),
            id="rows and taps spread together",
        ),
        pytest.param(
            lambda s: any(level.lanes for level in s.nest.levels),
            id="lane cluster",
        ),
        pytest.param(lambda s: s.accelerator.layout is None, id="ideal packing"),
        pytest.param(lambda s: s.accelerator.lanes is not None, id="lanes"),
        pytest.param(lambda s: s.accelerator.l2_bytes is not None, id="L2 size"),
        pytest.param(
            lambda s: s.nest.num_pes > prod(level.units for level in s.nest.levels), id="PEs that stay idle"
        ),
    ],
)
def test_feature_occurs(drawn, feature):
    assert sum(map(feature, drawn)) >= 10


def test_legal_and_illegal_are_both_common():
    found = draw_samples(150)
    legal = sum(evaluate(s.nest, s.accelerator)["legal"] for s in found)
    assert 0.3 <= legal / len(found) <= 0.8


def test_text_and_hardware_replay_the_sample(drawn):
    for original in drawn[:200]:
        row = json.loads(original.replay("again"))
        accelerator = accelerator_of(row["hw"])
        assert accelerator == original.accelerator
        assert nest_of(row["m"], accelerator.num_pes) == original.nest


def test_a_seed_gives_the_same_sample():
    first, again = draw_samples(20), draw_samples(20)
    assert [s.replay("a") for s in first] == [s.replay("a") for s in again]
    assert len({s.replay("a") for s in first}) == len(first)


def test_search_reports_a_difference(drawn, monkeypatch):
    expected = evaluate(drawn[0].nest, drawn[0].accelerator)

    def wrong(nest, accelerator, engine):
        return {**expected, "cycles": expected["cycles"] + (engine == "core")}

    monkeypatch.setattr(search, "evaluate", wrong)
    _, lines = search.differences(drawn[0].nest, drawn[0].accelerator)
    assert lines == [f"cycles: reference {expected['cycles']}, core {expected['cycles'] + 1}"]


def test_search_counts_what_it_compared(capsys):
    assert search.main(["--count", "20", "--seed", "5"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" 0 differ")

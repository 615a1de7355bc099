"""Legality by groups: the same counts as enumeration, and what is said about each flaw."""

import itertools
from collections import Counter
from collections.abc import Mapping
from math import prod

import pytest
from hypothesis import HealthCheck, given, settings

from maestro_py import reference
from maestro_py.errors import Diagnostic
from maestro_py.ir import legality
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.ir.network import Layer
from maestro_py.syntax.parser import parse
from tests.model.generate import Sample
from tests.model.strategies import samples

CONV = "Type: CONV Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 8, X: 8 }"
GEMM = "Type: GEMM Dimensions { M: 6, N: 4, K: 8 }"


def nest_of(layer: str, directives: str, num_pes: int = 64) -> tuple[Layer, Nest]:
    text = f"Network n {{ Layer a {{ {layer} Dataflow {{ {directives} }} }} }}"
    found = lower(parse(text)).networks[0].layers[0]
    assert found.dataflow is not None
    return found, build_nest(found, found.dataflow, num_pes)


def problems_of(layer: str, directives: str) -> list[Diagnostic]:
    found, nest = nest_of(layer, directives)
    assert found.dataflow is not None
    problems = legality.problems(found, found.dataflow, nest)
    assert problems is not None
    return problems


def executions(nest: Nest) -> Mapping[tuple[int, ...], int]:
    counted: Counter[tuple[int, ...]] = Counter()
    for step in reference.Walk(nest).steps():
        for box in step.boxes:
            if box is not None:
                counted.update(itertools.product(*(range(*r) for r in box.ranges.values())))
    return counted


@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(samples())
def test_groups_count_what_enumeration_counts(drawn: Sample) -> None:
    groups = legality.coverage(drawn.nest)
    assert groups is not None
    counted = executions(drawn.nest)
    assert prod(group.total for group in groups) == drawn.nest.problem.macs
    assert prod(group.covered for group in groups) == len(counted)
    assert prod(group.executed for group in groups) == sum(counted.values())
    names = list(drawn.nest.problem.sizes)
    for group in groups:
        assert (group.missed is None) == (group.covered == group.total)
        assert (group.repeated is None) == (group.covered == group.executed)
        for flaw, count in ((group.missed, 0), (group.repeated, 2)):
            if flaw is None:
                continue
            assert flaw.of_points == prod(drawn.nest.problem.sizes[d] for d in flaw.dimensions)
            assert 1 <= flaw.points <= flaw.of_points
            of_example = [
                times
                for mac, times in counted.items()
                if all(mac[names.index(d)] == index for d, index in flaw.example.items())
            ]
            assert all(times >= count for times in of_example) if count else not of_example


@pytest.mark.parametrize(
    "directives",
    [
        "SpatialMap(1,1) K; TemporalMap(2,2) C;",
        "TemporalMap(3,1) Y; SpatialMap(3,1) X;",
        "SpatialMap(1,1) Y'; TemporalMap(4,4) X'; Cluster(4, P); SpatialMap(1,1) C;",
        "TemporalMap(3,3) K; SpatialMap(1,1) Y'; Cluster(2, P); SpatialMap(2,2) K;",
    ],
)
def test_legal_dataflows_have_no_problems(directives: str) -> None:
    assert problems_of(CONV, directives) == []


def test_gaps_are_missed_at_their_directive() -> None:
    (problem,) = problems_of(CONV, "TemporalMap(1,1) C; SpatialMap(2,3) K;")
    macs = 8 * 4 * 9 * 36
    missed = macs * 2 // 8
    assert problem.code == "M301"
    assert problem.message == (
        f"layer 'a' misses {missed:,} of {macs:,} MACs: 2 of 8 indices of K are never computed, "
        "for example K=2"
    )
    assert problem.hint == "SpatialMap(2,3) K leaves gaps: an offset of 2 leaves none"
    assert problem.span is not None
    assert problem.span.column == len(f"Network n {{ Layer a {{ {CONV} Dataflow {{ TemporalMap(1,1) C; ") + 1


def test_overlaps_are_repeated() -> None:
    (problem,) = problems_of(GEMM, "SpatialMap(2,1) K;")
    macs = 6 * 4 * 8
    assert problem.code == "M302"
    assert f"{6 * 4 * 6} executions too many of {macs} MACs: 6 of 8 indices of K" in problem.message
    assert problem.hint == "SpatialMap(2,1) K overlaps itself: an offset of 2 does not"


def test_two_flaws_are_two_problems() -> None:
    codes = [problem.code for problem in problems_of(GEMM, "SpatialMap(2,1) K; TemporalMap(1,2) M;")]
    assert sorted(codes) == ["M301", "M302"]


def test_spatial_maps_of_one_level_compute_a_diagonal() -> None:
    (problem,) = problems_of(GEMM, "SpatialMap(1,1) M; SpatialMap(1,1) N;")
    assert f"{6 * 4 - 4} of {6 * 4} combinations of M N are never computed" in problem.message
    assert problem.hint.startswith("SpatialMaps of M and N advance together")


@pytest.mark.parametrize(
    ("written", "code", "hint"),
    [
        ("TemporalMap(3,3) Y;", "M301", "should be 1 further each time"),
        ("TemporalMap(4,1) Y;", "M302", "should be 2 further each time"),
        ("TemporalMap(2,1) Y;", "M301", "holds no whole filter (3)"),
    ],
)
def test_maps_of_input_rows(written: str, code: str, hint: str) -> None:
    (problem,) = problems_of(CONV, f"SpatialMap(1,1) K; {written}")
    assert problem.code == code
    assert hint in problem.hint
    assert "map Y'" in problem.hint


def test_groups_join_windows_and_what_shares_a_unit() -> None:
    _, nest = nest_of(CONV, "SpatialMap(1,1) K; SpatialMap(1,1) C; TemporalMap(1,1) Y';")
    assert {frozenset(group) for group in legality.groups(nest)} >= {
        frozenset("KC"),
        frozenset("PR"),
        frozenset("QS"),
    }


def test_a_group_that_is_too_large_is_left_to_the_engine() -> None:
    layer = "Type: GEMM Dimensions { M: 600, N: 600, K: 2 }"
    found, nest = nest_of(
        layer, "SpatialMap(1,1) M; TemporalMap(1,1) N; Cluster(2, P); SpatialMap(1,1) N; SpatialMap(1,1) M;"
    )
    assert legality.MOST_BOXES < 600 * 600
    assert found.dataflow is not None
    assert legality.problems(found, found.dataflow, nest) is None

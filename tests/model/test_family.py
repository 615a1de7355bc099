"""Families = nest by nest: every field and status, on random layers, dataflows, constants and machines.

The ordinary run draws 400 families of six nests and six machines; ``-m long`` draws 20,000.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maestro_py import _core
from maestro_py.analysis import core
from maestro_py.analysis.family import Evaluated, Family
from maestro_py.errors import SemanticError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import (
    BinaryOperation,
    ClusterDirective,
    Dataflow,
    Directive,
    Expression,
    MapDirective,
    Number,
    Reference,
    SizeOf,
    evaluate,
)
from maestro_py.ir.nest import Nest, build_nest, language_sizes
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import get
from tests.model.generate import Sample, TooLargeError, sample
from tests.model.strategies import HypothesisDraw

ORDINARY_EXAMPLES = 400
LONG_EXAMPLES = 20_000
NESTS = POINTS = 6
FINE = ("cycles", "cycles_onchip")
COARSE = tuple(name for name in _core.RESULT_FIELDS if name not in FINE)
NUMBERS = {
    "vector_width": (0, 1, 2, 7),
    "lane_0": (1, 2, 3),
    "lane_1": (1, 3),
    "noc_bandwidth_bytes_per_cycle": (1, 2, 3, 5, 7, 64, 0),
    "dram_bandwidth_bytes_per_cycle": (1, 3, 16),
    "noc_latency_cycles": (0, 1, 9),
    "dram_latency_cycles": (0, 4, 100),
    "l2_bytes": (-1, 10, 60, 200, 1000, 10**6),
    "bits_W": (4, 8, 16),
    "bits_O": (8, 24),
}


@dataclass(frozen=True)
class Drawn:
    """A family with the values of its constants, and the hardware numbers that vary."""

    layer: Layer
    dataflow: Dataflow
    accelerator: Accelerator
    constants: dict[str, NDArray[np.int64]]
    num_pes: NDArray[np.int64]
    numbers: dict[str, NDArray[np.int64]]


@st.composite
def families(draw: st.DrawFn) -> Drawn:
    """Layers with dataflows whose sizes name constants, some of them with impossible values."""
    try:
        drawn = sample(HypothesisDraw(draw))
    except TooLargeError:
        reject()
    dataflow, constants = symbolic(draw, drawn)
    near = drawn.accelerator.num_pes
    pes = draw(st.lists(st.integers(max(1, near // 2), near + 5), min_size=NESTS, max_size=NESTS))
    names = draw(st.lists(st.sampled_from(sorted(NUMBERS)), unique=True, max_size=4))
    numbers = {
        n: draw(st.lists(st.sampled_from(NUMBERS[n]), min_size=POINTS, max_size=POINTS)) for n in names
    }
    accelerator = (
        drawn.accelerator if draw(st.integers(0, 2)) == 0 else replace(drawn.accelerator, layout=None)
    )
    arrays = {name: np.array(values, np.int64) for name, values in numbers.items()}
    return Drawn(drawn.layer, dataflow, accelerator, constants, np.array(pes, np.int64), arrays)


def symbolic(draw: st.DrawFn, drawn: Sample) -> tuple[Dataflow, dict[str, NDArray[np.int64]]]:
    """Put constants in place of some sizes; equal sizes often share one, as in ``(T,T)``."""
    sizes = language_sizes(get(drawn.layer.operator).problem(drawn.layer), drawn.layer)
    constants: dict[str, NDArray[np.int64]] = {}
    names: dict[int, str] = {}

    def constant(expression: Expression) -> Expression:
        value = evaluate(expression, sizes)
        kind = draw(st.sampled_from(("plain", "plain", "shared", "shared", "own", "sum", "quotient")))
        if kind == "plain":
            return expression
        name = names.get(value) if kind == "shared" else None
        if name is None:
            name = f"T{len(constants)}"
            steps = st.sampled_from((0, 0, 0, 0, 1, -1, 2, 3))
            near = draw(st.lists(steps, min_size=NESTS, max_size=NESTS))
            constants[name] = np.array([value + step for step in near], np.int64)
            if draw(st.integers(0, 15)) == 0:
                constants[name][draw(st.integers(0, NESTS - 1))] = draw(
                    st.sampled_from((0, -3, 2**62, 2**63 - 1))
                )
            if kind == "shared":
                names[value] = name
        if kind == "sum":
            term = BinaryOperation("*", Number(2), SizeOf(draw(st.sampled_from(sorted(sizes)))))
            return BinaryOperation("-", BinaryOperation("+", Reference(name), term), term)
        if kind == "quotient":
            return BinaryOperation("/", Number(12), Reference(name))
        return Reference(name)

    assert drawn.layer.dataflow is not None
    directives: list[Directive] = []
    for directive in drawn.layer.dataflow.directives:
        if isinstance(directive, ClusterDirective):
            directives.append(replace(directive, size=constant(directive.size)))
        else:
            size, offset = constant(directive.size), constant(directive.offset)
            directives.append(replace(directive, size=size, offset=offset))
    if not constants:
        constants["unused"] = np.arange(NESTS)
    return Dataflow(tuple(directives)), constants


def nest_of(drawn: Drawn, number: int) -> Nest | int:
    """One nest built by itself, or the number of the code that is reported first."""
    values = {name: int(array[number]) for name, array in drawn.constants.items()}
    layer = replace(drawn.layer, dataflow=None)
    try:
        return build_nest(layer, drawn.dataflow.with_constants(values), int(drawn.num_pes[number]))
    except SemanticError as error:
        return int(error.diagnostics[0].code[1:])


def legality_of(prepared: core.Prepared) -> int:
    """0, or the number of the code that says why a nest is illegal."""
    found = prepared.coverage()
    return 301 if found.covered < found.total else 302 if found.redundant else 0


def assert_equal(drawn: Drawn, *, fine: bool) -> None:
    family = Family(drawn.layer, drawn.dataflow, drawn.accelerator)
    points = family.points(drawn.numbers)
    names = _core.RESULT_FIELDS if fine else COARSE
    checked = family.evaluate(drawn.constants, drawn.num_pes, points, names)
    every = family.evaluate(drawn.constants, drawn.num_pes, points, names, legality=False)
    for number in range(NESTS):
        nest = nest_of(drawn, number)
        if not isinstance(nest, Nest):
            assert checked.status[number] == every.status[number] == nest
            continue
        prepared = core.prepare(nest, drawn.accelerator)
        results = np.zeros((len(points), len(_core.RESULT_FIELDS)), np.int64)
        status = np.zeros(len(points), np.int64)
        prepared.evaluate_batch(points, results, status, fine=fine)
        assert every.status[number] == 0
        assert checked.status[number] == legality_of(prepared)
        good = status == _core.OK
        assert every.point_status.tolist() == [0 if ok else 313 for ok in good]
        for name in names:
            expected = results[good, _core.RESULT_FIELDS.index(name)]
            for found in (every, checked) if checked.status[number] == 0 else (every,):
                assert values_of(found, name, number, good) == expected.tolist(), (name, nest)


def values_of(found: Evaluated, name: str, nest: int, points: NDArray[np.bool_]) -> list[int]:
    values: NDArray[Any] = found.fields[name][nest]
    return np.broadcast_to(values, points.shape)[points].tolist()


@pytest.mark.parametrize("fine", [False, True])
def test_a_family_equals_its_nests(fine: bool) -> None:
    run(ORDINARY_EXAMPLES // (8 if fine else 1), fine=fine)


@pytest.mark.long
def test_a_family_equals_its_nests_at_length() -> None:
    run(LONG_EXAMPLES, fine=False)


def run(examples: int, *, fine: bool) -> None:
    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(families())
    def compare(drawn: Drawn) -> None:
        assert_equal(drawn, fine=fine)

    compare()


def large(tile: Expression) -> Dataflow:
    return Dataflow(
        (
            MapDirective("SpatialMap", tile, tile, "K"),
            MapDirective("TemporalMap", Reference("C"), Reference("C"), "C"),
            MapDirective("TemporalMap", Number(1), Number(1), "Y'"),
            ClusterDirective(Number(16), "P"),
            MapDirective("SpatialMap", Number(1), Number(1), "C"),
        )
    )


def test_a_sweep_of_a_real_layer_needs_few_plans() -> None:
    """What is found once serves all nests, in any order and over several calls."""
    sizes = {"K": 64, "C": 64, "R": 3, "S": 3, "Y": 56, "X": 56}
    layer = Layer("a", "CONV", sizes, padding=((1, 1), (1, 1)))
    family = Family(layer, large(Reference("K")), Accelerator())
    k, c, pes = (
        a.ravel() for a in np.meshgrid(np.arange(1, 65), np.arange(1, 65), [64, 100, 256], indexing="ij")
    )
    points = family.points({"noc_bandwidth_bytes_per_cycle": np.arange(4, 128, 4)})
    order = np.random.default_rng(1).permutation(len(k))
    sums = []
    for shuffled in (np.arange(len(k)), order):
        constants = {"K": k[shuffled], "C": c[shuffled]}
        found = family.evaluate(constants, pes[shuffled], points, ("macs", "cycles_coarse"))
        assert not found.status.any()
        assert (found.fields["macs"] == 64 * 64 * 9 * 56 * 56).all()
        sums.append(found.fields["cycles_coarse"].sum(axis=1)[np.argsort(shuffled)])
    assert (sums[0] == sums[1]).all()
    program = family._core
    assert program is not None
    assert program.compiled == 0
    groups, plans = family.found()
    assert groups < 1000
    assert plans < 300


def test_what_exceeds_exact_doubles_is_compiled_by_itself() -> None:
    sizes = {"K": 1 << 20, "C": 1 << 20, "R": 3, "S": 3, "Y": 226, "X": 226}
    layer = Layer("a", "CONV", sizes)
    family = Family(layer, large(Reference("K")), Accelerator())
    constants = {"K": np.array([1, 2]), "C": np.array([16, 5])}
    found = family.evaluate(constants, 64, family.points({}), ("macs", "cycles_coarse"))
    assert found.status.tolist() == [0, 0]
    assert found.fields["macs"].tolist() == [(1 << 40) * 9 * 224 * 224] * 2
    assert family._core is not None
    assert family._core.compiled == 2
    for number, tile in enumerate(((1, 16), (2, 5))):
        dataflow = large(Reference("K")).with_constants({"K": tile[0], "C": tile[1]})
        alone = core.prepare(build_nest(layer, dataflow, 64), Accelerator()).evaluate(
            Accelerator(), fine=False
        )
        assert found.fields["cycles_coarse"][number] == alone["cycles_coarse"]


def test_counts_beyond_64_bits_are_a_status() -> None:
    sizes = dict.fromkeys("MNK", 3_000_000)
    tile = MapDirective("TemporalMap", Reference("T"), Reference("T"), "M")
    family = Family(Layer("a", "GEMM", sizes), Dataflow((tile,)), Accelerator())
    found = family.evaluate({"T": np.array([1, 0])}, 1, family.points({}), ("macs",))
    assert found.status.tolist() == [312, 222]


def test_rules_that_hold_for_all_values_are_raised() -> None:
    wrong = MapDirective("SpatialMap", Reference("T"), Number(1), "Q")
    family = Family(Layer("a", "GEMM", {"M": 4, "N": 4, "K": 4}), Dataflow((wrong,)), Accelerator())
    with pytest.raises(SemanticError, match="M226"):
        family.evaluate({"T": np.array([1, 2])}, 4, family.points({}), ("macs",))


def test_arrays_that_do_not_fit_are_refused() -> None:
    program = _core.Family(core.pack(build_nest(*small()), None), True, True)
    nests = np.ones((2, program.columns + 1), np.int64)
    empty = np.zeros(2, np.int64)
    results = np.zeros((2, 0), np.int64)
    with pytest.raises(ValueError, match="do not fit"):
        program.evaluate(
            nests,
            np.ones((1, len(_core.POINT_FIELDS)), np.int64),
            empty[:0],
            empty[:0],
            results,
            results.reshape(2, 0, 1),
            empty,
            empty[:1],
        )


def small() -> tuple[Layer, Dataflow, int]:
    tile = MapDirective("SpatialMap", Number(2), Number(2), "M")
    return Layer("a", "GEMM", {"M": 4, "N": 4, "K": 4}), Dataflow((tile,)), 2

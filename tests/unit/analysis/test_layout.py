"""Layouts: axes by role, and the search for the best."""

from dataclasses import replace
from itertools import product

import pytest

from maestro_py.analysis import layout_search
from maestro_py.analysis.api import analyze
from maestro_py.analysis.inputs import resolve
from maestro_py.analysis.layers import Evaluator, prepare
from maestro_py.analysis.layout import ROLES, checked, of_problem
from maestro_py.errors import HardwareError
from maestro_py.ir import operators
from maestro_py.ir.machine import layout_axes
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import TENSORS

SMALL = {"ClusterSize": 4}
SIZES = {name: dict.fromkeys(operator.dimensions, 1) for name, operator in operators.registry().items()}


def problem(operator: str):
    return operators.get(operator).problem(Layer("a", operator, SIZES[operator]))


@pytest.mark.parametrize("operator", operators.names())
def test_every_layout_becomes_axes_of_every_layer_type(operator):
    axes = problem(operator).axes
    for layout in product(*(layout_axes(tensor) for tensor in TENSORS)):
        found = of_problem(layout, problem(operator))
        for tensor, wanted, axis in zip(TENSORS, layout, found, strict=True):
            if axes[tensor] is not None:
                assert axis in axes[tensor]
                assert axis == wanted or wanted not in axes[tensor]


def test_every_axis_of_a_tensor_has_a_role():
    for tensor in TENSORS:
        in_roles = {axis for role in ROLES.values() for axis in role[tensor]}
        assert set(layout_axes(tensor)) <= in_roles


def test_channels_of_a_convolution_are_those_of_other_types():
    assert of_problem(("C", "C", "K"), problem("POOL")) == ("C", "C", "C")
    assert of_problem(("C", "C", "K"), problem("ADD")) == ("C", "C", "C")
    assert of_problem(("S", "X", "Q"), problem("ADD")) == ("Q", "X", "Q")
    assert of_problem(("C", "C", "K"), problem("GEMM")) == ("K", "K", "N")


@pytest.mark.parametrize("layout", [("Z", "C", "K"), ("C", "C"), "CCK", ("C", "P", "K"), 3])
def test_impossible_layouts(network, machine, layout):
    with pytest.raises(HardwareError) as caught:
        analyze(network, "kcp_ws", machine, layout=layout, constants=SMALL)
    assert caught.value.diagnostics[0].code == "M315"


def test_output_columns_are_written_as_in_the_language():
    assert checked(["C", "X", "X'"]) == ("C", "X", "Q")


@pytest.fixture
def searched(network, machine):
    resolved = resolve(network, "kcp_ws", machine, SMALL)
    jobs, errors = prepare(resolved, machine)
    assert not errors
    return jobs, Evaluator(machine, "core")


def all_cycles(jobs, evaluator):
    axes = [layout_search.candidates([job.nest.problem for job in jobs], tensor) for tensor in TENSORS]
    return {layout: evaluator.with_layout(layout).cycles(jobs) for layout in product(*axes)}


def test_the_search_finds_the_fewest_cycles(searched):
    jobs, evaluator = searched
    every = all_cycles(jobs, evaluator)
    found = layout_search.search(jobs, evaluator)
    assert len(set(every.values())) > 1
    assert found.cycles == min(every.values()) == every[found.layout]
    assert found.cycles_before == every["S", "X", "Q"]
    assert found.cycles_ideal <= found.cycles


def test_one_tensor_at_a_time_never_ends_where_one_change_helps(searched, monkeypatch):
    jobs, evaluator = searched
    monkeypatch.setattr(layout_search, "EVALUATIONS", 0)
    every = all_cycles(jobs, evaluator)
    found = layout_search.search(jobs, evaluator)
    neighbours = [
        layout for layout in every if sum(a != b for a, b in zip(layout, found.layout, strict=True)) == 1
    ]
    assert found.cycles <= min(every[layout] for layout in neighbours)
    assert found.cycles <= found.cycles_before


def test_the_layout_that_is_there_stays_where_nothing_is_better(searched, machine):
    jobs, evaluator = searched
    best = layout_search.search(jobs, evaluator).layout
    again = layout_search.search(jobs, evaluator.with_layout(best))
    assert again.layout == again.before == best
    assert again.is_given


def test_auto_uses_what_it_found_and_says_what_it_gains(network, machine):
    given = replace(machine, layout=("S", "X", "Q"))
    before = analyze(network, "kcp_ws", given, constants=SMALL)
    after = analyze(network, "kcp_ws", given, layout="auto", constants=SMALL)
    gain = before.totals["runtime_cycles"] - after.totals["runtime_cycles"]
    assert gain > 0
    assert f"{gain:,} (" in after.notes[0]
    assert "the given layout (W: S, I: X, O: X')" in after.notes[0]
    fixed = analyze(network, "kcp_ws", machine, layout=after.accelerator.layout, constants=SMALL)
    assert fixed.records() == after.records()

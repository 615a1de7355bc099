"""The best dataflow per layer: least for its goal, the numbers of each dataflow alone, precise refusals."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py.analysis import layers as layers_module
from maestro_py.analysis.api import analyze, compare
from maestro_py.analysis.best import GOAL_COLUMNS, Best
from maestro_py.analysis.choice import least_product
from maestro_py.catalog import dataflow_names, dataflow_path
from maestro_py.errors import InputError, MaestroError, SemanticError
from maestro_py.exporters import export
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import Dataflow, MapDirective, Number
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse

NETWORK = """
Network mixed {
  Layer wide { Type: CONV Repeat: 2; Padding { Y: 1, X: 1 }
    Dimensions { K: 4, C: 3, R: 3, S: 3, Y: 12, X: 12 } }
  Layer again { Type: CONV Padding { Y: 1, X: 1 } Dimensions { K: 4, C: 3, R: 3, S: 3, Y: 12, X: 12 } }
  Layer deep { Type: PWCONV Dimensions { K: 32, C: 16, Y: 2, X: 2 } }
  Layer depth { Type: DSCONV Dimensions { C: 8, R: 3, S: 3, Y: 8, X: 8 } }
  Layer pool { Type: POOL Stride { Y: 2, X: 2 } Dimensions { C: 4, R: 2, S: 2, Y: 6, X: 6 } }
  Layer fc { Type: FC Dimensions { K: 5, C: 36 } }
  Layer gemm { Type: GEMM Repeat: 3; Dimensions { M: 4, N: 6, K: 8 } }
}
"""
FLOWS = ("kcp_ws", "rs", "yxp_os", "ykp_os")
SMALL = {"ClusterSize": 4}
GOALS = tuple(GOAL_COLUMNS)
MACHINE = Accelerator(
    name="small",
    num_pes=16,
    bits=(8, 8, 16),
    l1_bytes=4096,
    l2_bytes=65536,
    noc_bandwidth_bytes_per_cycle=4,
    dram_bandwidth_bytes_per_cycle=2,
    technology="eyeriss-65nm",
)


@pytest.fixture(scope="module")
def mixed():
    return lower(parse(NETWORK)).networks[0]


@pytest.fixture(scope="module")
def alone(mixed):
    return {name: analyze(mixed, name, MACHINE, constants=constants(name)) for name in FLOWS}


def constants(*names):
    defines = [name for name in names if "Constant ClusterSize" in dataflow_path(name).read_text()]
    return SMALL if defines else None


def best_of(network, goal, flows=FLOWS, machine=MACHINE, **options):
    return analyze(network, Best(flows, goal=goal), machine, constants=constants(*flows), **options)


def message(error: MaestroError) -> str:
    assert {entry.code for entry in error.diagnostics} == {"M317"}
    return " ".join(f"{entry.message} {entry.hint}" for entry in error.diagnostics)


@pytest.mark.parametrize("goal", ["runtime", "energy"])
def test_every_layer_is_at_least_as_good_as_with_any_single_one(mixed, alone, goal):
    column = GOAL_COLUMNS[goal]
    found = best_of(mixed, goal)
    assert found.errors == ()
    for index, layer in enumerate(found.layers):
        values = {name: single.layers[index].values[column] for name, single in alone.items()}
        assert layer.values[column] == min(values.values())
        assert found.choice.layers[index].dataflow == min(
            FLOWS, key=values.__getitem__
        )  # the first of equals
    assert len({one.dataflow for one in found.choice.layers}) > 1


@pytest.mark.parametrize("goal", GOALS)
def test_no_other_combination_has_a_smaller_total(mixed, alone, goal):
    found = best_of(mixed, goal)
    repeats = [layer.repeat for layer in found.layers]

    def total(combination, column):
        rows = [alone[name].layers[index].values[column] for index, name in enumerate(combination)]
        return sum(value * times for value, times in zip(rows, repeats, strict=True))

    def cost(combination):
        cycles, energy_pj = total(combination, "runtime_cycles"), total(combination, "energy_pj")
        return {"runtime": cycles, "energy": energy_pj, "edp": cycles * energy_pj}[goal]

    least = min(cost(combination) for combination in product(FLOWS, repeat=len(repeats)))
    assert cost([one.dataflow for one in found.choice.layers]) == pytest.approx(least, rel=1e-12)


@pytest.mark.parametrize("goal", GOALS)
def test_rows_are_those_of_the_chosen_dataflow_alone(mixed, alone, goal):
    found = best_of(mixed, goal)
    for index, (layer, one) in enumerate(zip(found.layers, found.choice.layers, strict=True)):
        assert layer == alone[one.dataflow].layers[index]
        assert layer.name == one.layer


@pytest.mark.parametrize("goal", GOALS)
def test_the_gain_is_what_compare_shows(mixed, goal):
    choices = [(Best(FLOWS, goal=goal), MACHINE), *((name, MACHINE) for name in FLOWS)]
    rows = compare(mixed, choices, constants=SMALL).records()
    choice = best_of(mixed, goal).choice
    column = GOAL_COLUMNS[goal]
    totals = {row["dataflow"]: row[column] for row in rows[1:]}
    assert choice.best_single == min(FLOWS, key=totals.__getitem__)
    assert choice.gain == totals[choice.best_single] / rows[0][column] >= 1
    assert [single.totals[column] for single in choice.singles] == list(totals.values())
    assert [single.layers_served for single in choice.singles] == [7] * 4
    assert sum(single.layers_chosen for single in choice.singles) == 7


@pytest.mark.parametrize("goal", ["runtime", "energy"])
def test_a_layers_gain_is_over_the_best_single_one(mixed, alone, goal):
    found = best_of(mixed, goal)
    column = GOAL_COLUMNS[goal]
    single = alone[found.choice.best_single]
    for one, layer, reference in zip(found.choice.layers, found.layers, single.layers, strict=True):
        assert one.gain == pytest.approx(reference.values[column] / layer.values[column])
    assert {one.gain for one in best_of(mixed, "edp").choice.layers} == {None}


@pytest.mark.parametrize("goal", GOALS)
def test_one_dataflow_to_choose_from_is_that_dataflow(mixed, alone, goal):
    found = best_of(mixed, goal, ("rs",))
    assert replace(found, dataflow_name="rs", choice=None) == alone["rs"]
    assert (found.choice.best_single, found.choice.gain) == ("rs", 1.0)
    open_machine = replace(MACHINE, l1_bytes=None, l2_bytes=None)
    given_alone = analyze(mixed, "rs", open_machine)
    assert best_of(mixed, goal, ("rs",), open_machine).records() == given_alone.records()


def test_one_dataflow_gives_the_errors_that_it_gives_alone(mixed):
    few = replace(MACHINE, num_pes=2)
    for flow in ("kcp_ws", "dpt"):
        assert (
            best_of(mixed, "runtime", (flow,), few).errors
            == analyze(mixed, flow, few, constants=constants(flow)).errors
        )


def test_a_tie_goes_to_the_one_that_is_named_first(mixed):
    # both have the same template for depthwise layers
    for flows in (("dpt", "kcp_ws"), ("kcp_ws", "dpt")):
        found = best_of(mixed, "runtime", flows)
        chosen = {one.layer: one.dataflow for one in found.choice.layers}
        assert chosen["depth"] == flows[0]
        assert chosen["wide"] == "kcp_ws"


def test_identical_layers_and_directives_are_evaluated_once(mixed, monkeypatch):
    asked = []
    evaluate = layers_module.evaluate
    monkeypatch.setattr(
        layers_module, "evaluate", lambda nest, *rest: asked.append(nest) or evaluate(nest, *rest)
    )
    best_of(mixed, "edp")
    unique_layers = 6  # 'again' is 'wide'
    assert len(asked) == len({id(nest) for nest in asked}) <= unique_layers * len(FLOWS)


def test_engines_agree(mixed):
    for goal in GOALS:
        assert best_of(mixed, goal).records() == best_of(mixed, goal, engine="reference").records()
        assert best_of(mixed, goal).choice == best_of(mixed, goal, engine="reference").choice


def test_dataflows_that_serve_some_layers_compete_for_those(mixed):
    found = best_of(mixed, "runtime", ("dpt", "nmk"), replace(MACHINE, num_pes=256))
    assert [layer.name for layer in found.layers] == ["depth", "pool", "fc", "gemm"]
    assert found.choice.best_single is None
    assert found.choice.gain is None
    assert [single.totals for single in found.choice.singles] == [None, None]
    assert [(entry.code, entry.severity) for entry in found.errors] == [("M318", "error")] * 3
    assert "layer 'wide' can run with none of dpt, nmk: dpt: has no dataflow" in found.errors[0].message


def test_an_illegal_dataflow_is_not_chosen_though_it_is_faster(mixed):
    gaps = Dataflow((MapDirective("SpatialMap", Number(1), Number(3), "K"),), "gaps")
    found = best_of(mixed, "runtime", ("rs",))
    legal = analyze(mixed, Best((gaps, "rs")), MACHINE)
    faster = analyze(mixed, gaps, MACHINE, allow_illegal=True).layers[0]
    assert not faster.legal
    assert legal.layers[0] == found.layers[0]
    assert legal.choice.singles[0].totals is None


def test_layers_that_are_illegal_with_every_dataflow_name_them_all(mixed):
    gaps = Dataflow((MapDirective("SpatialMap", Number(1), Number(3), "K"),), "gaps", ("CONV",))
    twice = Dataflow((MapDirective("SpatialMap", Number(2), Number(1), "K"),), "twice", ("CONV",))
    found = analyze(mixed, Best((gaps, twice)), MACHINE)
    first = next(entry for entry in found.errors if "'wide'" in entry.message)
    assert first.code == "M318"
    assert "can run with none of gaps, twice: gaps: misses 7,776 of 15,552 MACs" in first.message
    assert "; twice: repeats" in first.message
    allowed = analyze(mixed, Best((gaps, twice)), MACHINE, allow_illegal=True)
    assert [layer.legal for layer in allowed.layers] == [False, False]
    assert allowed.errors == found.errors


def test_own_dataflows_serve_what_no_template_does():
    text = (
        "Network n { Layer a { Type: GEMM Dimensions { M: 2, N: 4, K: 8 } Dataflow { SpatialMap(1,1) N; } } }"
    )
    network = lower(parse(text)).networks[0]
    found = analyze(network, Best(("dpt",)), MACHINE)
    assert [one.dataflow for one in found.choice.layers] == ["own"]


def test_must_fit_leaves_out_what_needs_larger_buffers(mixed):
    tight = replace(MACHINE, l1_bytes=24)
    free = analyze(mixed, Best(("rs", "yxp_os")), tight)
    fits = analyze(mixed, Best(("rs", "yxp_os"), must_fit=True), tight)
    too_large = [layer.values["l1_bytes_required"] > 24 for layer in free.layers]
    assert any(too_large)
    assert (
        len(fits.layers) < len(free.layers) or fits.totals["runtime_cycles"] > free.totals["runtime_cycles"]
    )
    assert all(layer.values["l1_bytes_required"] <= 24 for layer in fits.layers)
    nothing = analyze(mixed, Best(("rs",), must_fit=True), replace(MACHINE, l1_bytes=1))
    assert not nothing.layers
    assert "bytes of L1 and the machine has 1" in nothing.errors[0].message


def test_all_shipped_ones_are_the_default(mixed):
    found = analyze(mixed, Best(), replace(MACHINE, num_pes=256))
    assert [single.name for single in found.choice.singles] == list(dataflow_names())
    assert found.errors == ()
    for single in found.choice.singles:
        assert single.totals is None or single.totals["runtime_cycles"] >= found.totals["runtime_cycles"]
    assert set(found.inputs) >= {"rs.m", "kcp_ws.m"}


def test_energy_needs_buffer_sizes(mixed):
    machine = replace(MACHINE, l1_bytes=None)
    for goal in ("energy", "edp"):
        with pytest.raises(SemanticError) as caught:
            best_of(mixed, goal, machine=machine)
        words = message(caught.value)
        assert "leaves L1 open" in words
        size = int(words.split("--l1-bytes ")[1].rstrip(")"))
        sized = best_of(mixed, goal, machine=replace(machine, l1_bytes=size))
        assert all(layer.values["l1_bytes_required"] <= size for layer in sized.layers)
    assert best_of(mixed, "runtime", machine=machine).errors == ()


def test_what_cannot_be_chosen_from_is_refused(mixed):
    for best, words in (
        (Best(()), "no dataflow is given"),
        (Best(("rs", "rs")), "'rs' is given twice"),
        (Best(("rs", "flows/rs.m")), "'rs' is given twice"),
        (Best(("rs",), goal="edb"), "did you mean 'edp'?"),
    ):
        with pytest.raises(SemanticError) as caught:
            analyze(mixed, best, MACHINE)
        assert words in message(caught.value)
    for inside in ({"CONV": Best(("rs",))}, ["dpt", Best(("rs",))], {"*": Best()}):
        with pytest.raises(SemanticError, match="no part of a list or a mapping"):
            analyze(mixed, inside, MACHINE)
    with pytest.raises(SemanticError, match="layout"):
        analyze(mixed, Best(("rs", "kcp_ws")), MACHINE, layout="auto")


def test_every_unknown_name_is_told(mixed):
    with pytest.raises(InputError) as caught:
        analyze(mixed, Best(("kcpws", "rs", "yxpos")), MACHINE)
    assert [entry.code for entry in caught.value.diagnostics] == ["M701", "M701"]
    hints = [entry.hint for entry in caught.value.diagnostics]
    assert "did you mean 'kcp_ws'?" in hints[0]
    assert "did you mean 'yxp_os'?" in hints[1]
    with pytest.raises(SemanticError, match="there is no constant 'Cluster'"):
        analyze(mixed, Best(("rs", "kcp_ws")), MACHINE, constants={"Cluster": 4})


def test_a_technology_that_is_not_there_is_the_same_error(mixed):
    with pytest.raises(MaestroError) as by_choice:
        best_of(mixed, "energy", machine=replace(MACHINE, technology="none"))
    with pytest.raises(MaestroError) as by_one:
        analyze(mixed, "rs", replace(MACHINE, technology="none"))
    assert by_choice.value.diagnostics == by_one.value.diagnostics


def test_files_carry_what_was_chosen(mixed, tmp_path):
    found = best_of(mixed, "energy")
    tree = json.loads(export(found, tmp_path / "out.json").read_text())
    assert tree["dataflow"] == "best:kcp_ws,rs,yxp_os,ykp_os for energy"
    assert tree["choice"]["goal"] == "energy"
    assert tree["choice"]["gain"] == found.choice.gain
    assert [one["dataflow"] for one in tree["choice"]["layers"]] == [o.dataflow for o in found.choice.layers]
    assert tree["choice"]["singles"][0]["totals"]["energy_pj"] == found.choice.singles[0].totals["energy_pj"]
    for row, one in zip(tree["layers"], tree["choice"]["layers"], strict=True):
        assert row["dataflow"].startswith(one["dataflow"])
    plain = json.loads(export(analyze(mixed, "rs", MACHINE), tmp_path / "rs.json").read_text())
    assert plain["choice"] is None


points = st.tuples(st.integers(0, 12), st.fractions(0, 12, max_denominator=4))


@given(st.lists(st.lists(points, min_size=1, max_size=5), max_size=5))
def test_the_least_product_is_that_of_all_combinations(layers):
    def cost(indices):
        taken = [layer[index] for layer, index in zip(layers, indices, strict=True)]
        return prod((sum(p[0] for p in taken), sum((p[1] for p in taken), Fraction(0))))

    everything = product(*(range(len(layer)) for layer in layers))
    assert cost(least_product(layers)) == min(cost(indices) for indices in everything)

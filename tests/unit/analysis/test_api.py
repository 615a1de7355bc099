"""``analyze`` and ``compare``: what is resolved, evaluated, left out and reported."""

from dataclasses import replace

import pytest

from maestro_py.analysis import layers as layers_module
from maestro_py.analysis.api import analyze, compare
from maestro_py.analysis.columns import COLUMNS
from maestro_py.catalog import dataflow_path
from maestro_py.errors import HardwareError, InputError, MaestroError, SemanticError
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Network
from maestro_py.syntax.parser import parse, parse_file

SMALL = {"ClusterSize": 4}

USER_TABLE = """
technology: mine
mac: {energy_pj: 0.5, multiply_bits: 8, add_bits: 16}
l1: {size_bytes: 512, word_bits: 16, read_pj: 0.1, write_pj: 0.2}
l2: {size_bytes: 131072, word_bits: 64, read_pj: 5, write_pj: 4}
noc: {hop_pj: 0.4, word_bits: 16}
dram: {access_pj: 512, word_bits: 64}
"""


def codes(error: MaestroError) -> list[str]:
    return [entry.code for entry in error.diagnostics]


def test_both_engines_give_the_same_table(network, machine, analysis):
    by_enumeration = analyze(network, "kcp_ws", machine, engine="reference", constants=SMALL)
    assert by_enumeration.records() == analysis.records()
    assert by_enumeration.totals == analysis.totals


def test_macs_are_the_products_of_the_dimensions(analysis):
    assert {layer.name: layer.values["macs"] for layer in analysis.layers} == {
        "conv": 4 * 3 * 3 * 3 * 6 * 6,
        "again": 4 * 3 * 3 * 3 * 6 * 6,
        "pool": 4 * 2 * 2 * 3 * 3,
        "fc": 5 * 36,
        "gemm": 4 * 6 * 8,
    }


def test_rows_have_every_column_in_order(analysis):
    assert all(list(record) == list(COLUMNS) for record in analysis.records())


def test_identical_layers_are_evaluated_once(monkeypatch, network, machine):
    evaluated = []

    def counted(nest, accelerator, engine):
        evaluated.append(nest)
        return original(nest, accelerator, engine)

    original = layers_module.evaluate
    monkeypatch.setattr(layers_module, "evaluate", counted)
    found = analyze(network, "kcp_ws", machine, constants=SMALL)
    assert len(found.layers) == 5
    assert len(evaluated) == 4
    first, second = found.layers[:2]
    assert {**first.values, "layer": ""} == {**second.values, "layer": ""}


def test_names_paths_and_objects_mean_the_same(network, machine):
    path = dataflow_path("kcp_ws")
    template = next(t for t in lower(parse_file(path)).dataflows if "CONV" in t.operators)
    only = Network("one", network.layers[:1])
    by_name, by_path, by_object = (
        analyze(only, given, replace(machine, num_pes=64)) for given in ("kcp_ws", path, template)
    )
    assert by_name.records() == by_path.records() == by_object.records()
    assert list(by_name.inputs) == ["kcp_ws.m"]
    assert len(by_name.inputs["kcp_ws.m"]) == 64


def test_a_template_per_layer_type(network, machine):
    found = analyze(network, {"CONV": "yxp_os", "*": "kcp_ws"}, machine, constants=SMALL)
    flows = {layer.name: layer.values["dataflow"] for layer in found.layers}
    assert flows["conv"].startswith("yxp_os")
    assert flows["pool"] == "kcp_ws_pool"
    assert found.dataflow_name == "CONV=yxp_os+kcp_ws"


def test_the_first_of_several_that_serves_a_type_wins(network, machine):
    found = analyze(network, ["dpt", "kcp_ws"], machine, constants=SMALL)
    flows = {layer.name: layer.values["dataflow"] for layer in found.layers}
    assert flows["pool"].startswith("dpt")
    assert flows["conv"] == "kcp_ws"


def test_layers_keep_their_own_dataflow_where_none_is_given(tmp_path):
    text = (
        "Network n { Layer a { Type: GEMM Dimensions { M: 2, N: 4, K: 8 } Dataflow { SpatialMap(1,1) N } } }"
    )
    (tmp_path / "mapping.m").write_text(text)
    (tmp_path / "hw.m").write_text("num_pes: 4\nnoc_bw_cstr: 100\n")
    found = analyze(tmp_path / "mapping.m", None, tmp_path / "hw.m")
    assert found.layers[0].values["compute_cycles"] == 2 * 8
    assert found.accelerator.name == "hw"
    assert sorted(found.inputs) == ["hw.m", "mapping.m"]


def test_no_dataflow_at_all_is_an_error(network):
    with pytest.raises(SemanticError) as caught:
        analyze(network)
    assert codes(caught.value) == ["M219"]


def test_layers_that_no_template_is_meant_for_are_reported_and_the_others_analysed(network, machine):
    found = analyze(network, "dpt", machine)
    assert [layer.name for layer in found.layers] == ["pool"]
    assert [entry.code for entry in found.errors] == ["M219"] * 4
    assert found.has_illegal


def test_a_layer_that_needs_more_pes_is_reported_and_the_others_analysed(network, machine):
    found = analyze(network, "kcp_ws", machine, overrides={"num_pes": 8})  # clusters of 64
    assert [layer.name for layer in found.layers] == ["pool"]
    assert {entry.code for entry in found.errors} == {"M223"}


@pytest.fixture
def half_legal():
    gaps = "Layer gaps { Type: GEMM Dimensions { M: 2, N: 8, K: 4 } Dataflow { SpatialMap(1,2) N } }"
    right = gaps.replace("gaps", "right").replace("(1,2)", "(1,1)")
    return lower(parse(f"Network n {{ {gaps} {right} }}")).networks[0]


def test_illegal_layers_are_reported_and_left_out(half_legal, machine):
    found = analyze(half_legal, None, machine)
    assert [layer.name for layer in found.layers] == ["right"]
    assert found.totals["macs"] == 2 * 8 * 4
    (error,) = found.errors
    assert error.code == "M301"
    assert "'gaps'" in error.message
    assert "32 of 64 MACs" in error.message
    assert "N=1" in error.message


def test_illegal_layers_are_marked_where_they_are_allowed(half_legal, machine):
    found = analyze(half_legal, None, machine, allow_illegal=True)
    assert [layer.legal for layer in found.layers] == [False, True]
    assert found.layers[0].values["missing_macs"] == 32
    assert found.layers[0].values["legal"] is False
    assert found.totals["legal"] is False
    assert found.has_illegal


def test_a_count_beyond_64_bits_is_the_error_of_its_layer(half_legal, machine):
    huge = replace(half_legal.layers[1], name="huge", sizes={"M": 10**7, "N": 10**7, "K": 10**7})
    found = analyze(Network("n", (huge, half_legal.layers[1])), None, machine)
    assert [layer.name for layer in found.layers] == ["right"]
    assert [entry.code for entry in found.errors] == ["M312"]
    assert "'huge'" in found.errors[0].message


def test_overrides_change_the_machine(network, machine):
    slow, fast = (
        analyze(
            network, "kcp_ws", machine, constants=SMALL, overrides={"noc_bandwidth_bytes_per_cycle": width}
        )
        for width in (1, 64)
    )
    assert slow.accelerator.noc_bandwidth_bytes_per_cycle == 1
    assert slow.totals["runtime_cycles"] > fast.totals["runtime_cycles"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pes", 4),
        ("num_pes", 0),
        ("num_pes", True),
        ("l1_bytes", -1),
        ("multicast", 1),
        ("frequency_mhz", 0),
        ("bits", (8, 8)),
        ("lanes", {"C": 0}),
        ("layout", ("C", "C")),
        ("technology", ""),
    ],
)
def test_impossible_overrides(network, name, value):
    with pytest.raises(HardwareError) as caught:
        analyze(network, "kcp_ws", overrides={name: value})
    assert codes(caught.value) == ["M314"]
    assert caught.value.diagnostics[0].hint


def test_a_vector_width_replaces_lanes(network, machine):
    laned = replace(machine, lanes={"C": 2})
    found = analyze(network, "kcp_ws", laned, constants=SMALL, overrides={"vector_width": 4})
    assert found.accelerator.lanes is None
    assert found.accelerator.lanes_per_pe == 4


def test_a_constant_that_no_file_defines(network):
    with pytest.raises(SemanticError) as caught:
        analyze(network, "kcp_ws", constants={"ClusterSise": 4})
    assert codes(caught.value) == ["M211"]
    assert "ClusterSize" in caught.value.diagnostics[0].hint


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("resnet5", "kcp_ws"), "M701"),
        (("lenet5", "kcpws"), "M701"),
        (("lenet5", "kcp_ws", "eyeris"), "M606"),
        (("no/such.m", "kcp_ws"), "M001"),
    ],
)
def test_unknown_names(arguments, code):
    with pytest.raises(InputError) as caught:
        analyze(*arguments)
    assert codes(caught.value) == [code]


def test_files_of_one_name_are_told_apart(tmp_path, network):
    paths = [tmp_path / folder / "same.m" for folder in "ab"]
    texts = ("num_pes: 8\n", "Dataflow { SpatialMap(1,1) K }")
    for path, text in zip(paths, texts, strict=True):
        path.parent.mkdir()
        path.write_text(text)
    found = analyze(network, paths[1], paths[0])
    assert len(found.inputs) == len(set(found.inputs.values())) == 2


def test_a_technology_of_the_users_is_an_input(tmp_path, network, machine):
    table = tmp_path / "mine.yaml"
    table.write_text(USER_TABLE)
    found = analyze(network, "kcp_ws", machine, constants=SMALL, overrides={"technology": str(table)})
    assert "mine.yaml" in found.inputs
    gemm = next(layer for layer in found.layers if layer.name == "gemm")
    assert gemm.values["energy_mac_pj"] == pytest.approx(0.5 * 4 * 6 * 8)


def test_an_unknown_technology_names_a_close_one(network, machine):
    with pytest.raises(InputError) as caught:
        analyze(network, "kcp_ws", machine, constants=SMALL, overrides={"technology": "maestro-28"})
    assert codes(caught.value) == ["M602"]


def test_open_buffers_are_as_large_as_the_largest_layer_needs(network, machine, analysis):
    fixed = replace(
        machine,
        l1_bytes=analysis.totals["l1_bytes_required"],
    )
    same = analyze(network, "kcp_ws", fixed, constants=SMALL)
    assert [layer.energy for layer in same.layers] == [layer.energy for layer in analysis.layers]
    assert same.totals["area_um2"] == analysis.totals["area_um2"]


def test_pooling_has_no_weights(analysis):
    pool = next(layer for layer in analysis.layers if layer.name == "pool")
    assert pool.energy.by_tensor()["W"] == 0
    assert pool.values["elements_W"] == 0


def test_compare_keeps_the_order(network, machine):
    found = compare(
        network, [("kcp_ws", machine), ("yxp_os", machine)], constants=None, overrides={"num_pes": 64}
    )
    rows = found.records()
    assert [row["dataflow"] for row in rows] == ["kcp_ws", "yxp_os"]
    assert [row["macs"] for row in rows] == [found.analyses[0].totals["macs"]] * 2


def test_twice_is_the_same(network, machine, analysis):
    assert analyze(network, "kcp_ws", machine, constants=SMALL) == analysis


def test_shipped_networks_say_what_they_do_not_cost():
    found = analyze("lenet5", "kcp_ws")
    assert any("not costed" in note for note in found.notes)
    assert found.totals["macs"] == sum(layer.values["macs"] for layer in found.layers)

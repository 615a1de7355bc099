"""Density from text to columns: effective MACs, bytes, energy, time and what is said about them."""

from dataclasses import replace

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.analysis.batch import batch
from maestro_py.analysis.best import Best
from maestro_py.analysis.columns import COLUMNS, explain
from maestro_py.analysis.core import prepare
from maestro_py.analysis.inputs import resolve
from maestro_py.errors import SemanticError
from maestro_py.ir.nest import build_nest
from maestro_py.ir.network import Layer, Network
from tests.unit.analysis.conftest import MACHINE
from tests.unit.analysis.test_batch import same

SKIPPING = replace(MACHINE, zero_skip=True)
SMALL = {"ClusterSize": 4}
DENSITY = (0.25, 0.5, 0.75)
EXPECTED = [name for name, column in COLUMNS.items() if column.unit.startswith("expected")]


def with_density(network, density):
    """The network with a density in every layer, of the tensors that it has."""
    without_weights = (1.0, *density[1:])
    layers = (
        replace(layer, density=without_weights if layer.operator == "POOL" else density)
        for layer in network.layers
    )
    return Network(network.name, tuple(layers))


@pytest.fixture(scope="module")
def sparse(network):
    return with_density(network, DENSITY)


def analysed(network, machine, **arguments):
    return analyze(network, "kcp_ws", machine, constants=SMALL, **arguments)


def test_density_1_is_dense_in_every_column(network, analysis):
    for machine in (MACHINE, SKIPPING):
        found = analysed(with_density(network, (1.0, 1.0, 1.0)), machine)
        assert [layer.values for layer in found.layers] == [layer.values for layer in analysis.layers]
        assert found.totals == analysis.totals


def test_gating_changes_energy_and_effective_macs_alone(sparse, analysis):
    found = analysed(sparse, MACHINE)
    pes = {"energy_mac_pj", "energy_l1_pj"}
    derived = {"energy_onchip_pj", "energy_pj", "edp_pj_us"}  # the technology knows total power alone
    given = {f"density_{tensor}" for tensor in "WIO"}
    for layer, dense in zip(found.layers, analysis.layers, strict=True):
        other = {name for name, value in layer.values.items() if value != dense.values[name]}
        if layer.operator == "POOL":
            assert other == {"density_I", "density_O"}
        else:
            assert other == pes | derived | given | {"effective_macs"}
            assert layer.values["effective_macs"] == dense.values["macs"] / 8
            assert layer.values["energy_pj"] < dense.values["energy_pj"]
    assert found.totals["runtime_cycles"] == analysis.totals["runtime_cycles"]


def test_skipping_takes_less_of_everything(sparse, analysis):
    found = analysed(sparse, SKIPPING)
    for layer, dense in zip(found.layers, analysis.layers, strict=True):
        v, d = layer.values, dense.values
        moved = (1 * 8 if v["density_W"] is None else 0.25 * 8 + 1, 0.5 * 8 + 1, 0.75 * 16 + 1)
        assert v["noc_in_bytes"] == (v["l2_read_W"] * moved[0] + v["l2_read_I"] * moved[1]) / 8
        assert v["noc_out_bytes"] == d["noc_out_bytes"] == 2 * v["l2_write_O"]
        assert v["dram_in_bytes"] == (v["dram_read_W"] * moved[0] + v["dram_read_I"] * moved[1]) / 8
        assert v["dram_out_bytes"] == v["dram_write_O"] * (16 if v["dram_read_O"] else moved[2]) / 8
        for name in ("runtime_cycles", "energy_pj", "ingress_beats", "dram_in_beats"):
            assert v[name] < d[name], (layer.name, name)
        for name in ("macs", "steps", "l1_fill_W", "l1_fill_I", "l1_bytes_required", "l2_bytes_required"):
            assert v[name] == d[name]
        slots = v["runtime_cycles"] * SKIPPING.num_pes
        assert v["utilization_fraction"] == v["effective_macs"] / slots <= 1


def test_layers_that_do_not_multiply_do_all_their_operations():
    pool = Layer("p", "POOL", {"C": 4, "R": 2, "S": 2, "Y": 6, "X": 6}, (2, 2), density=(1.0, 0.5, 0.5))
    add = Layer("a", "ADD", {"C": 4, "Y": 6, "X": 6}, density=(0.5, 0.5, 0.5))
    network = Network("n", (pool, add))
    for found in analysed(network, SKIPPING).layers:
        dense = analysed(
            Network("n", (replace(pool if found.name == "p" else add, density=(1, 1, 1)),)), SKIPPING
        )
        v, d = found.values, dense.layers[0].values
        assert v["effective_macs"] == v["macs"]
        assert v["compute_cycles"] == d["compute_cycles"]
        assert v["energy_mac_pj"] == d["energy_mac_pj"]
        assert v["energy_l1_pj"] < d["energy_l1_pj"]
        assert v["dram_in_bytes"] == d["dram_in_bytes"] * 5 / 8


def test_bytes_of_layers_of_different_density_add_up(network):
    first, second = network.layers[0], network.layers[1]
    mixed = Network("n", (replace(first, density=DENSITY), replace(second, repeat=3)))
    found = analysed(mixed, SKIPPING)
    for name in EXPECTED:
        a, b = (layer.values[name] for layer in found.layers)
        assert a < b or (a == b and name == "noc_out_bytes")  # sums move as they are
        assert found.totals[name] == a + 3 * b
    totals = found.totals
    average = totals["dram_in_bytes"] / totals["runtime_cycles"]
    assert totals["dram_in_average_bytes_per_cycle"] == average
    assert "density_W" not in totals


def test_layers_that_differ_in_density_alone_are_apart(network):
    layers = tuple(replace(network.layers[0], name=f"c{i}", density=(i / 10, 1.0, 1.0)) for i in range(1, 11))
    found = analysed(Network("n", layers), SKIPPING)
    macs = [layer.values["effective_macs"] for layer in found.layers]
    assert len(set(macs)) == 10
    assert macs == sorted(macs)


def test_with_a_layout_beats_are_those_of_dense_data(network, sparse):
    machine = replace(SKIPPING, layout=("C", "C", "K"))
    layers = tuple(layer for layer in sparse.layers if layer.operator == "CONV")
    dense = tuple(layer for layer in network.layers if layer.operator == "CONV")
    found, other = (analysed(Network("n", some), machine) for some in (layers, dense))
    for name in ("ingress_beats", "egress_beats", "dram_in_beats", "dram_out_beats"):
        assert found.totals[name] == other.totals[name]
    assert found.totals["noc_in_bytes"] < other.totals["noc_in_bytes"]
    assert found.totals["compute_cycles"] < other.totals["compute_cycles"]
    assert any("with a layout" in note for note in found.notes)


@pytest.mark.parametrize("engine", ["core", "reference"])
@pytest.mark.parametrize("machine", [MACHINE, SKIPPING], ids=["gating", "skipping"])
@pytest.mark.parametrize("name", ["conv", "pool", "gemm"])
def test_a_batch_is_many_analyses(sparse, name, machine, engine):
    layer = next(layer for layer in sparse.layers if layer.name == name)
    dataflow = resolve(Network("", ()), "kcp_ws", "eyeriss", SMALL).templates[layer.operator]
    numbers = {
        "noc_bandwidth_bytes_per_cycle": [1, 4, 64],
        "vector_width": [1, 2, 8],
        "l2_bytes": [100, 1000, 10**5],
        "num_pes": [8, 16, 8],
    }
    found = batch(layer, dataflow, machine, engine=engine, **numbers)
    for index in range(3):
        point = {field: values[index] for field, values in numbers.items()}
        one = analyze(Network("n", (layer,)), dataflow, machine, overrides=point).layers[0].values
        for column, values in found.items():
            value = values[index].item()
            assert same(one[column], value), (column, value, one[column])


def test_the_best_dataflow_is_chosen_by_what_is_left(sparse):
    found = analyze(sparse, Best(("kcp_ws", "rs")), SKIPPING, constants=SMALL)
    alone = analyze(sparse, "kcp_ws", SKIPPING, constants=SMALL)
    assert found.totals["runtime_cycles"] <= alone.totals["runtime_cycles"]


def test_elements_too_wide_for_64_bits_are_refused(sparse):
    machine = replace(SKIPPING, bits=(8, 10**15, 8))
    nest = build_nest(sparse.layers[-1], resolve(sparse, "kcp_ws", "eyeriss", SMALL).templates["GEMM"], 8)
    with pytest.raises(SemanticError, match="M312"):
        prepare(nest, machine).evaluate(machine)


def test_a_density_that_is_none_is_an_error():
    for density in ((0.0, 1.0, 1.0), (1.0, 1.5, 1.0), (1.0, 1.0, 0.1234567), (float("nan"), 1.0, 1.0)):
        layer = Layer("a", "GEMM", {"M": 4, "N": 6, "K": 8}, density=density)
        found = analysed(Network("n", (layer,)), MACHINE)
        assert [error.code for error in found.errors] == ["M228"]


def test_what_is_expected_and_what_is_exact_is_said(network, sparse):
    assert not any("Density" in note for note in analysed(network, MACHINE).notes)
    (unused,) = (note for note in analysed(network, SKIPPING).notes if "Density" in note)
    assert "no layer has a Density" in unused
    (gating,) = (note for note in analysed(sparse, MACHINE).notes if "Density" in note)
    assert "5 of 5" in gating
    assert "gate zeros" in gating
    skipping = analysed(sparse, SKIPPING).notes
    assert any("bytes moved" in note for note in skipping)
    assert any("lower bound of the expected time" in note for note in skipping)
    assert "expected" in explain("effective_macs")
    assert "lower bound of the expected time" in explain("runtime_cycles")
    assert "else exact" in explain("energy_pj")
    assert EXPECTED == ["effective_macs", "noc_in_bytes", "noc_out_bytes", "dram_in_bytes", "dram_out_bytes"]

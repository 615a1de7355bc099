"""Layers that run several times, and layers that are alike: counted once each, totals over all runs."""

import csv
import io
import json
from dataclasses import replace

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.analysis.batch import batch
from maestro_py.analysis.columns import COLUMNS, explain
from maestro_py.analysis.inputs import resolve
from maestro_py.analysis.layers import prepare
from maestro_py.exporters import formats
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Network
from maestro_py.syntax.parser import parse

MACHINE = Accelerator(
    num_pes=64, l1_bytes=512, l2_bytes=108 * 1024, lanes={"C": 2}, technology="eyeriss-65nm"
)
"""Buffers have sizes, so that energy does not depend on the other layers."""

TEXT = """
Constant Blocks 3;
Network n {
  Layer conv { Type: CONV Repeat: Blocks; Padding { Y: (0, 1), X: 1 }
    Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 9, X: 8 } }
  Layer product { Type: GEMM Repeat: 2*Blocks; Dimensions { M: 4, N: 96, K: 32 } }
  Layer once { Type: GEMM Dimensions { M: 4, N: 32, K: 32 } }
}
"""
FLOW = "kcp_ws"


@pytest.fixture(scope="module")
def network() -> Network:
    (found,) = lower(parse(TEXT)).networks
    return found


def written_out(network: Network) -> Network:
    """The same runs, each a layer of its own."""
    layers = [
        replace(layer, name=f"{layer.name}.{run}", repeat=1)
        for layer in network.layers
        for run in range(layer.repeat)
    ]
    return replace(network, layers=tuple(layers))


def close(values):
    """Floats are sums in another order."""
    return {k: pytest.approx(v, rel=1e-12) if isinstance(v, float) else v for k, v in values.items()}


@pytest.mark.parametrize("engine", ["core", "reference"])
def test_totals_are_those_of_the_layer_written_as_often(network, engine):
    short = analyze(network, FLOW, MACHINE, engine=engine)
    long = analyze(written_out(network), FLOW, MACHINE, engine=engine)
    assert [len(short.layers), len(long.layers)] == [3, 10]
    assert [short.errors, long.errors] == [(), ()]
    assert short.totals == close(long.totals)
    assert list(short.totals) == list(long.totals)
    assert short.totals["repeat"] == 10
    for name in ("energy_by_component", "energy_by_tensor"):
        assert getattr(short, name)() == close(getattr(long, name)())
    for level, parts in short.energy_by_level().items():
        assert parts == close(long.energy_by_level()[level])
    assert sum(short.energy_by_component().values()) == pytest.approx(short.totals["energy_pj"])


def test_a_row_is_one_run(network):
    short = analyze(network, FLOW, MACHINE)
    long = analyze(written_out(network), FLOW, MACHINE)
    rows = {layer.name.split(".")[0]: layer for layer in long.layers}
    for layer in short.layers:
        expected = dict(rows[layer.name].values, layer=layer.name, repeat=layer.repeat)
        assert layer.values == expected
        assert list(layer.values) == list(COLUMNS)
    assert [layer.repeat for layer in short.layers] == [3, 6, 1]


def test_layers_that_are_alike_give_what_each_gives_alone(network):
    """Among them layers that differ from another in one thing."""
    conv, product, once = network.layers
    changes = [
        {"sizes": {**conv.sizes, "K": 9}},
        {"stride": (2, 1)},
        {"dilation": (1, 2)},
        {"padding": ((1, 0), (1, 1))},
        {"operator": "NGCONV"},
        {},
    ]
    layers = [conv, product, once, *(replace(conv, **change) for change in changes)]
    layers = [*layers, *layers]
    named = tuple(replace(layer, name=str(number)) for number, layer in enumerate(layers))
    together = analyze(replace(network, layers=named), FLOW, MACHINE)
    assert len(together.layers) == len(named)
    for layer, found in zip(named, together.layers, strict=True):
        (alone,) = analyze(replace(network, layers=(layer,)), FLOW, MACHINE).layers
        assert found == alone


def test_an_engine_is_asked_once_for_layers_that_are_alike(network, monkeypatch):
    from maestro_py.analysis import layers

    asked = []
    evaluate = layers.evaluate
    monkeypatch.setattr(layers, "evaluate", lambda nest, *rest: asked.append(nest) or evaluate(nest, *rest))
    analyze(written_out(network), FLOW, MACHINE)
    assert len(asked) == 3
    jobs, _ = prepare(resolve(written_out(network), FLOW, MACHINE, None, None), MACHINE)
    assert len({id(job.nest) for job in jobs}) == 3


def test_every_layer_that_is_wrong_is_named(network):
    text = "Dataflow { SpatialMap(1,2) M; } Network n { Layer a { Type: GEMM Dimensions { M: 8 } } }"
    program = lower(parse(text))
    layer = program.networks[0].layers[0]
    both = replace(network, layers=(layer, replace(layer, name="b")))
    found = analyze(both, program.dataflows[0], MACHINE).errors
    assert [(error.code, error.message[:9]) for error in found] == [
        ("M301", "layer 'a'"),
        ("M301", "layer 'b'"),
    ]
    clusters = lower(parse("Dataflow { Cluster(128,P); SpatialMap(1,1) M; }")).dataflows[0]
    found = analyze(both, clusters, MACHINE).errors
    assert [error.code for error in found] == ["M223", "M223"]


def test_a_layout_is_chosen_for_all_runs(network):
    found = analyze(network, FLOW, MACHINE, layout="auto")
    assert f"takes {found.totals['runtime_cycles']:,} cycles" in found.notes[0]


def test_files_carry_the_number_of_runs(network):
    analysis = analyze(network, FLOW, MACHINE)
    by_style = {key: form.render(analysis) for key, form in formats().items() if key[0] != ".parquet"}
    rows = list(csv.DictReader(io.StringIO(by_style[".csv", "default"].decode())))
    assert [row["repeat"] for row in rows] == ["3", "6", "1"]
    tree = json.loads(by_style[".json", "default"])
    assert [layer["repeat"] for layer in tree["layers"]] == [3, 6, 1]
    assert tree["totals"]["repeat"] == 10
    lines = by_style[".jsonl", "default"].decode().splitlines()
    assert [json.loads(line)["repeat"] for line in lines] == [3, 6, 1]
    original = list(csv.reader(io.StringIO(by_style[".csv", "maestro"].decode())))
    assert [row[1] for row in original[1:]] == ["conv x3", "product x6", "once"]


def test_points_of_a_batch_are_one_run(network):
    dataflow = resolve(network, FLOW, MACHINE, None, None).templates["CONV"]
    found = batch(network.layers[0], dataflow, MACHINE, dram_latency_cycles=[1, 9])
    assert found["repeat"].tolist() == [3, 3]
    assert found["macs"][0] == analyze(network, FLOW, MACHINE).layers[0].values["macs"]


def test_the_column_is_explained():
    assert "total of a network: the sum over layers, each as often as it runs" in explain("macs")
    assert explain("repeat").endswith("total of a network: the sum over layers")

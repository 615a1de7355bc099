"""``batch`` equals ``analyze`` point by point."""

import math

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.analysis.batch import batch
from maestro_py.analysis.columns import COLUMNS
from maestro_py.analysis.inputs import resolve
from maestro_py.errors import HardwareError
from maestro_py.hardware.load import load_accelerator
from maestro_py.ir.network import Network

NUMBERS = {
    "buffers": {"l1_bytes": [64, 128, 64], "l2_bytes": [100, 1000, 100000]},
    "channels": {
        "noc_bandwidth_bytes_per_cycle": [1, 4, 64],
        "dram_bandwidth_bytes_per_cycle": [8, 2, 1],
        "noc_latency_cycles": [0, 1, 9],
        "dram_latency_cycles": [0, 100, 7],
    },
    "array": {"num_pes": [8, 16, 8], "multicast": [True, False, False], "reduction": [True, True, False]},
    "clock and width": {"vector_width": [1, 2, 8], "frequency_mhz": [100.0, 500.0, 1000.0]},
}


@pytest.fixture(params=["conv", "pool", "gemm"])
def layer(request, network):
    return next(layer for layer in network.layers if layer.name == request.param)


@pytest.fixture
def dataflow(layer):
    return resolve(Network("", ()), "kcp_ws", "eyeriss", {"ClusterSize": 4}).templates[layer.operator]


def same(left, right) -> bool:
    if left is None:
        return math.isnan(right)
    return left == right or (isinstance(left, float) and math.isclose(left, right, rel_tol=1e-12))


@pytest.mark.parametrize("engine", ["core", "reference"])
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_a_batch_is_many_analyses(layer, dataflow, machine, numbers, engine):
    found = batch(layer, dataflow, machine, engine=engine, **numbers)
    assert list(found) == [name for name in COLUMNS if name not in ("layer", "operator", "dataflow")]
    for index in range(3):
        point = {name: values[index] for name, values in numbers.items()}
        one = analyze(Network("n", (layer,)), dataflow, machine, overrides=point).layers[0].values
        assert [n for n, values in found.items() if not same(one[n], values[index].item())] == []


def test_a_machine_with_lanes_and_figures_for_area(layer, dataflow):
    nvdla = load_accelerator("nvdla")
    found = batch(layer, dataflow, nvdla, l2_bytes=[1000, 100000])
    for index, size in enumerate((1000, 100000)):
        one = analyze(Network("n", (layer,)), dataflow, nvdla, overrides={"l2_bytes": size}).layers[0].values
        assert [n for n, values in found.items() if not same(one[n], values[index].item())] == []


def test_one_value_serves_all_points(layer, dataflow, machine):
    found = batch(layer, dataflow, machine, l2_bytes=[1000], dram_latency_cycles=[1, 2, 3])
    assert {len(values) for values in found.values()} == {3}


def test_without_arrays_there_is_one_point(layer, dataflow, machine):
    one = analyze(Network("n", (layer,)), dataflow, machine).layers[0].values
    assert batch(layer, dataflow, machine)["runtime_cycles"].tolist() == [one["runtime_cycles"]]


@pytest.mark.parametrize(
    "arrays",
    [
        {"bits": [8]},
        {"num_pes": [4, 0]},
        {"num_pes": [4.5]},
        {"multicast": [1]},
        {"frequency_mhz": [0.0]},
        {"l1_bytes": []},
        {"l1_bytes": [[1]]},
        {"l1_bytes": [1, 2], "l2_bytes": [1, 2, 3]},
    ],
)
def test_impossible_arrays(layer, dataflow, machine, arrays):
    with pytest.raises(HardwareError) as caught:
        batch(layer, dataflow, machine, **arrays)
    assert [entry.code for entry in caught.value.diagnostics] == ["M314"]

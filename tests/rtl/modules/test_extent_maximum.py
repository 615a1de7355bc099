"""The largest extent against the model, with clusters that are empty or do not exist."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from rtlgen.modules import extent_maximum, pack
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    bits, clusters = p["COORDINATE_BITS"], p["CLUSTERS"]
    for trial in range(2000):
        pace = (0.0, 0.5, 0.9, 1.0)[trial % 4]
        ranges = []
        for _ in range(clusters):
            low, high = sorted(random.getrandbits(bits) for _ in range(2))
            ranges.append((low, random.choice([low, high, high])))
        exist = [random.random() < pace for _ in ranges]
        dut.low.value = pack([low for low, _ in ranges], bits)
        dut.high.value = pack([high for _, high in ranges], bits)
        dut.exists.value = pack(exist, 1)
        await Timer(1, "ns")
        wanted = extent_maximum.model(r if e else None for r, e in zip(ranges, exist, strict=True))
        assert dut.extent.value == wanted, f"{ranges} {exist}"


@pytest.mark.rtl
@pytest.mark.parametrize(("coordinate_bits", "clusters"), [(6, 1), (8, 3), (16, 12)])
def test_extent_maximum(coordinate_bits, clusters, simulator, build_directory):
    parameters = {"COORDINATE_BITS": coordinate_bits, "CLUSTERS": clusters}
    run_bench("extent_maximum", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

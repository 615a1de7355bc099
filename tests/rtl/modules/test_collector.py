"""Sums and masks of random beats against the model, requantised and not; nothing without a beat."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from rtlgen.modules import collector, pack, unpack
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    pes, window, bits = p["PES"], p["WINDOW"], p["ACCUMULATOR_BITS"]
    silent = 0
    for _ in range(600):
        masks = [random.getrandbits(window) & random.getrandbits(window) for _ in range(pes)]
        magnitude = random.choice([4, bits // 2, bits - 1])
        sums = [
            [
                random.randint(-1 << magnitude, (1 << magnitude) - 1) * (mask >> lane & 1)
                for lane in range(window)
            ]
            for mask in masks
        ]
        enable, relu, shift = bool(random.getrandbits(1)), bool(random.getrandbits(1)), random.randrange(bits)
        dut.requantise_enable.value, dut.relu.value, dut.shift.value = enable, relu, shift
        beat = random.random() < 0.8
        dut.beat.value, dut.pe_lanes.value = beat, pack(masks, window)
        dut.pe_sums.value = pack((value for each in sums for value in each), bits)
        await Timer(1, "ns")
        if not beat:
            assert int(dut.lanes.value) == int(dut.elements.value) == 0
            silent += any(masks)
            continue
        assert unpack(int(dut.lanes.value), window, 1) == [
            int(any(mask >> lane & 1 for mask in masks)) for lane in range(window)
        ]
        found = unpack(int(dut.elements.value), window, p["ELEMENT_BITS"], signed=True)
        assert found == collector.model(sums, bits, p["ELEMENT_BITS"], shift, relu, enable)
    assert silent > 10


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("pes", "window", "bits", "element_bits"),
    [(1, 1, 24, 8), (2, 3, 24, 24), (7, 4, 32, 16), (12, 2, 24, 32)],
)
def test_collector(pes, window, bits, element_bits, simulator, build_directory):
    parameters = {"PES": pes, "WINDOW": window, "ACCUMULATOR_BITS": bits, "ELEMENT_BITS": element_bits}
    run_bench("collector", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Rows against the model; without outputs a long filter still spans rows."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from rtlgen.modules import window_rows
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    largest, steps = (1 << p["COORDINATE_BITS"]) - 1, (1 << p["STEP_BITS"]) - 1
    tried = beyond_empty = 0
    for _ in range(10000):
        stride, dilation = random.randint(1, steps), random.randint(1, steps)
        outputs_low, taps_low = random.randint(0, largest // stride), random.randint(0, random.choice([0, 3]))
        outputs = outputs_low, outputs_low + random.choice([0, 1, random.randint(0, 20)])
        taps = taps_low, taps_low + random.choice([0, 1, random.randint(0, 5)])
        wanted = window_rows.model(outputs, taps, stride, dilation)
        if max(*wanted, *outputs, *taps) > largest:
            continue
        for name, (low, high) in (("outputs", outputs), ("taps", taps)):
            getattr(dut, f"{name}_low").value, getattr(dut, f"{name}_high").value = low, high
        dut.stride.value, dut.dilation.value = stride, dilation
        await Timer(1, "ns")
        given = int(dut.low.value), int(dut.high.value)
        assert given == wanted, f"{outputs=} {taps=} {stride=} {dilation=} {wanted=} {given=}"
        tried += 1
        beyond_empty += outputs[0] == outputs[1] and wanted[0] < wanted[1]
    assert tried > 2000
    assert beyond_empty > 50


@pytest.mark.rtl
@pytest.mark.parametrize(("coordinate_bits", "step_bits"), [(6, 4), (8, 2), (16, 4)])
def test_window_rows(coordinate_bits, step_bits, simulator, build_directory):
    parameters = {"COORDINATE_BITS": coordinate_bits, "STEP_BITS": step_bits}
    run_bench("window_rows", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

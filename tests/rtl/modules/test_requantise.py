"""Values, shifts and modes against the formula: every value of small widths, the edges of large ones."""

import random
from pathlib import Path

import cocotb
import numpy as np
import pytest
from cocotb.triggers import Timer

from rtlgen import golden
from rtlgen.modules import requantise
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    parameters = bench_parameters()
    in_bits, out_bits = parameters["IN_BITS"], parameters["OUT_BITS"]
    half = 1 << (in_bits - 1)
    values = range(-half, half)
    if in_bits > 8:
        near = [
            sign * (1 << power) + step for power in range(in_bits) for sign in (-1, 1) for step in (-1, 0, 1)
        ]
        values = {*near, *(random.randrange(-half, half) >> random.randrange(in_bits) for _ in range(40))}
    shifts = {*range(min(in_bits + 2, 64)), 63}
    for value in (value for value in values if -half <= value < half):
        for shift in shifts if in_bits <= 8 else random.sample(sorted(shifts), 12):
            for relu in (False, True):
                for enable in (False, True):
                    dut.in_value.value = value % (2 * half)
                    dut.shift.value, dut.relu.value, dut.enable.value = shift, relu, enable
                    await Timer(1, "ns")
                    wanted = requantise.model(value, out_bits, shift, relu, enable)
                    given = dut.out_value.value.to_signed()
                    assert given == wanted, f"{value} {shift=} {relu=} {enable=}: {given}, not {wanted}"


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("in_bits", "out_bits"), [(6, 4), (5, 8), (8, 8), (7, 2), (32, 8), (24, 32), (70, 32)]
)
def test_requantise(in_bits, out_bits, simulator, build_directory):
    parameters = {"IN_BITS": in_bits, "OUT_BITS": out_bits}
    run_bench("requantise", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)


@pytest.mark.parametrize("shift", [0, 1, 5, 31])
@pytest.mark.parametrize("relu", [False, True])
def test_model_agrees_with_golden_results(shift, relu):
    values = np.array([0, 1, -1, 15, -16, 16, -17, 127, 128, -128, -129, 5000, -(2**31), 2**31 - 1])
    wanted = [requantise.model(int(value), 8, shift, relu, enable=True) for value in values]
    assert golden.requantise(values, shift, relu, 8).tolist() == wanted

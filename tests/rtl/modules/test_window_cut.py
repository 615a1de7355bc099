"""Outputs against the model, with rows that complete none, and ranges that are empty."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from rtlgen.modules import window_cut
from rtlgen.simulate import bench_parameters, run_bench


def some_range(largest, longest):
    low = random.randint(0, largest)
    return low, min(largest, low + random.randint(0, longest))


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    largest, steps = (1 << p["COORDINATE_BITS"]) - 1, (1 << p["STEP_BITS"]) - 1
    found = 0
    for _ in range(8000):
        stride, dilation = random.randint(1, steps) if p["STRIDED"] else 1, random.randint(1, steps)
        size = random.choice([20, largest])
        outputs = some_range(min(size, largest) // stride, size)
        taps = some_range(min(5, largest), 4)
        if random.random() < 0.7:
            # Rows around those that the box touches.
            near = stride * outputs[0] + dilation * taps[0] + random.randint(-3, 3)
            low = min(largest, max(0, near))
            rows = low, min(largest, low + random.randint(0, 3 * steps))
        else:
            rows = some_range(largest, size)
        for name, (low, high) in (("outputs", outputs), ("taps", taps), ("rows", rows)):
            getattr(dut, f"{name}_low").value, getattr(dut, f"{name}_high").value = low, high
        dut.stride.value, dut.dilation.value = stride, dilation
        dut.stride_reciprocal.value = -(-(1 << 20) // stride)
        await Timer(1, "ns")
        wanted = window_cut.model(outputs, taps, rows, stride, dilation)
        given = int(dut.low.value), int(dut.high.value)
        what = f"{outputs=} {taps=} {rows=} {stride=} {dilation=} {wanted=} {given=}"
        if wanted[0] == wanted[1]:
            assert given[0] == given[1], what
        else:
            assert given == wanted, what
            found += 1
    assert found > 1000


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("coordinate_bits", "step_bits", "strided"), [(6, 4, 1), (6, 4, 0), (10, 2, 1), (16, 4, 1), (16, 4, 0)]
)
def test_window_cut(coordinate_bits, step_bits, strided, simulator, build_directory):
    parameters = {"COORDINATE_BITS": coordinate_bits, "STEP_BITS": step_bits, "STRIDED": strided}
    run_bench("window_cut", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

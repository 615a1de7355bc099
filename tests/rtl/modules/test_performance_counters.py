"""The counters against their model, cycle by cycle, with carries into the upper word."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import pack, performance_counters
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    parameters = bench_parameters()
    counters, bits = parameters["COUNTERS"], parameters["INCREMENT_BITS"]
    indices = 2 ** (2 * counters - 1).bit_length()
    dut.rst.value = 1
    dut.clear.value = dut.read_index.value = 0
    dut.increments.value = 2 ** (counters * bits) - 1
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    await RisingEdge(dut.clk)
    dut.rst.value = 0
    model = performance_counters.Model(counters)
    for clears in (0.0, 0.05):
        for _ in range(600):
            # Mostly large, so that 32-bit increments reach the upper word within a few cycles.
            increments = [random.choice([0, 2**bits - 1, random.getrandbits(bits)]) for _ in range(counters)]
            clear, index = random.random() < clears, random.randrange(indices)
            dut.clear.value, dut.read_index.value = clear, index
            dut.increments.value = pack(increments, bits)
            await RisingEdge(dut.clk)
            model.clock(clear, increments, index)
            await FallingEdge(dut.clk)
            assert dut.read_data.value == model.read_data
        assert bits < 32 or clears or max(model.counts) >= 2**32


@pytest.mark.rtl
@pytest.mark.parametrize(("counters", "bits"), [(1, 32), (4, 1), (18, 8), (3, 32)])
def test_performance_counters(counters, bits, simulator, build_directory):
    parameters = {"COUNTERS": counters, "INCREMENT_BITS": bits}
    run_bench(
        "performance_counters", Path(__file__), parameters, build_directory, simulator=simulator, seed=1
    )

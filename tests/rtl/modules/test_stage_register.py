"""The value is that of the last load, from the cycle after it."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def holds_what_was_loaded(dut):
    width = bench_parameters()["WIDTH"]
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    held = None
    for _ in range(300):
        load, value = random.random() < 0.4, random.getrandbits(width)
        dut.load.value, dut.next_value.value = load, value
        await FallingEdge(dut.clk)
        if held is not None:
            assert dut.value.value == held
        await RisingEdge(dut.clk)
        if load:
            held = value


@pytest.mark.rtl
@pytest.mark.parametrize("width", [1, 100])
def test_stage_register(width, simulator, build_directory):
    run_bench(
        "stage_register", Path(__file__), {"WIDTH": width}, build_directory, simulator=simulator, seed=1
    )

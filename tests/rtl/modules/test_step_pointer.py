"""The pointer counts ends of steps; reset and start win over one that ends in the same cycle."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def counts_steps(dut):
    bits = bench_parameters()["POINTER_BITS"]
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    wanted = None
    for cycle in range(600):
        reset, start = cycle == 0 or random.random() < 0.01, random.random() < 0.01
        ends = random.random() < 0.6
        dut.rst.value, dut.start.value, dut.step_end.value = reset, start, ends
        await FallingEdge(dut.clk)
        if wanted is not None:
            assert dut.pointer.value == wanted % (1 << bits)
        await RisingEdge(dut.clk)
        wanted = 0 if reset or start else wanted + ends


@pytest.mark.rtl
@pytest.mark.parametrize("bits", [2, 5])
def test_step_pointer(bits, simulator, build_directory):
    run_bench(
        "step_pointer", Path(__file__), {"POINTER_BITS": bits}, build_directory, simulator=simulator, seed=1
    )

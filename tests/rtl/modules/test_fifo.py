"""The queue against its model, cycle by cycle, at every pace of both sides."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import fifo
from rtlgen.simulate import bench_parameters, run_bench


async def started(dut):
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.rst.value = 1
    dut.in_valid.value = dut.out_ready.value = 1
    dut.in_data.value = 0
    for _ in range(3):
        await RisingEdge(dut.clk)
    dut.rst.value = 0


@cocotb.test()
async def agrees_with_model(dut):
    await started(dut)
    parameters = bench_parameters()
    model = fifo.Model(parameters["DEPTH"])
    seen_full = seen_empty = 0
    for in_pace, out_pace in ((1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.9, 0.3), (0.3, 0.9), (0.5, 0.5)):
        for _ in range(300):
            in_valid, out_ready = random.random() < in_pace, random.random() < out_pace
            data = random.getrandbits(parameters["WIDTH"])
            dut.in_valid.value, dut.in_data.value, dut.out_ready.value = in_valid, data, out_ready
            await FallingEdge(dut.clk)
            assert dut.in_ready.value == model.in_ready
            assert dut.out_valid.value == model.out_valid
            if model.out_valid:
                assert dut.out_data.value == model.items[0]
            seen_full += not model.in_ready
            seen_empty += not model.out_valid
            await RisingEdge(dut.clk)
            model.clock(in_valid, data, out_ready)
    assert seen_full
    assert seen_empty


@cocotb.test()
async def keeps_one_item_a_cycle(dut):
    """Both sides always willing: after the first item, one leaves in every cycle."""
    await started(dut)
    dut.in_valid.value = dut.out_ready.value = 1
    await RisingEdge(dut.clk)
    for _ in range(100):
        await FallingEdge(dut.clk)
        assert dut.in_ready.value == 1
        assert dut.out_valid.value == 1
        await RisingEdge(dut.clk)


@pytest.mark.rtl
@pytest.mark.parametrize(("width", "depth"), [(1, 2), (8, 4), (70, 16)])
def test_fifo(width, depth, simulator, build_directory):
    parameters = {"WIDTH": width, "DEPTH": depth}
    run_bench("fifo", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""The pipeline against its model, cycle by cycle, with gaps between items and a reset under way."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import delay_line
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    parameters = bench_parameters()
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    for pace in (1.0, 0.5, 0.1):
        # Without a gap before it, this reset meets the items of the last pace.
        dut.rst.value = 1
        dut.in_valid.value = dut.in_data.value = 0
        await RisingEdge(dut.clk)
        dut.rst.value = 0
        model = delay_line.Model(parameters["LATENCY"])
        for _ in range(200):
            item = random.getrandbits(parameters["WIDTH"]) if random.random() < pace else None
            dut.in_valid.value = item is not None
            dut.in_data.value = random.getrandbits(parameters["WIDTH"]) if item is None else item
            await FallingEdge(dut.clk)
            out = model.out(item)
            assert dut.out_valid.value == (out is not None)
            assert dut.in_flight.value == model.in_flight
            if out is not None:
                assert dut.out_data.value == out
            await RisingEdge(dut.clk)
            model.clock(item)


@pytest.mark.rtl
@pytest.mark.parametrize(("width", "latency"), [(8, 0), (1, 1), (8, 2), (40, 5)])
def test_delay_line(width, latency, simulator, build_directory):
    parameters = {"WIDTH": width, "LATENCY": latency}
    run_bench("delay_line", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""The memory against its model: random reads and writes, many of them of one row in one cycle."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import memory_bank
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    parameters = bench_parameters()
    rows, width = parameters["ROWS"], parameters["WIDTH"]
    model = memory_bank.Model(rows)
    dut.write_enable.value = dut.read_enable.value = 0
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    await RisingEdge(dut.clk)
    collisions = 0
    for _ in range(1000):
        write = (random.randrange(rows), random.getrandbits(width)) if random.random() < 0.7 else None
        read = random.randrange(rows) if random.random() < 0.7 else None
        if write and read is not None and random.random() < 0.5:
            read = write[0]
        collisions += bool(write) and read == write[0]
        dut.write_enable.value, dut.read_enable.value = write is not None, read is not None
        dut.write_row.value, dut.write_data.value = write or (
            random.randrange(rows),
            random.getrandbits(width),
        )
        dut.read_row.value = random.randrange(rows) if read is None else read
        await RisingEdge(dut.clk)
        model.clock(write, read)
        await FallingEdge(dut.clk)
        if model.read_data is not None:
            assert dut.read_data.value == model.read_data
    assert collisions > 100


@pytest.mark.rtl
@pytest.mark.parametrize(("width", "rows"), [(1, 1), (8, 13), (33, 64)])
def test_memory_bank(width, rows, simulator, build_directory):
    parameters = {"WIDTH": width, "ROWS": rows}
    run_bench("memory_bank", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Words against a list; what is written beyond the last register changes nothing."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import unpack
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def holds_what_was_written(dut):
    count = bench_parameters()["REGISTERS"]
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    words = {}
    for _ in range(60 * count):
        write, data = random.random() < 0.7, random.getrandbits(32)
        index = random.choice([random.randrange(count), count, count + 1 << 8, 1 << 31])
        dut.write.value, dut.index.value, dut.data.value = write, index, data
        await FallingEdge(dut.clk)
        values = unpack(int(dut.values.value), count, 32)
        assert all(values[number] == word for number, word in words.items())
        await RisingEdge(dut.clk)
        if write and index < count:
            words[index] = data
    assert len(words) == count


@pytest.mark.rtl
@pytest.mark.parametrize("registers", [1, 9])
def test_host_registers(registers, simulator, build_directory):
    run_bench(
        "host_registers",
        Path(__file__),
        {"REGISTERS": registers},
        build_directory,
        simulator=simulator,
        seed=1,
    )

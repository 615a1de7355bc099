"""cocotb tests of the counter; cocotb drives the clock. Each is one way in which a run can end."""

import os
import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, Timer

from rtlgen.simulate import bench_parameters


async def _start(dut):
    Clock(dut.clk, 10, unit="ns").start()
    dut.rst.value = 1
    await ClockCycles(dut.clk, 2)
    dut.rst.value = 0


@cocotb.test()
async def counts(dut):
    await _start(dut)
    await ClockCycles(dut.clk, 6)
    assert dut.count.value == 5
    assert len(dut.count) == bench_parameters().get("WIDTH", 8)


@cocotb.test()
async def tells(dut):
    await _start(dut)
    value = dut.forgotten.value
    cocotb.log.info("forgotten %s", value.to_unsigned() if value.is_resolvable else "x")
    cocotb.log.info("drawn %d", random.getrandbits(32))
    cocotb.log.info("told %s", os.environ.get("TOLD"))


@cocotb.test()
async def fails(dut):
    await _start(dut)
    await ClockCycles(dut.clk, 3)
    assert dut.count.value == 99, "the count is another"


@cocotb.test()
async def hangs(dut):
    Clock(dut.clk, 10, unit="ns").start()
    await Timer(1000, "sec")

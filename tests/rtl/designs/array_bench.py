"""cocotb test of the array: waits for its end and compares the checksum with a model of it."""

import os

import cocotb
import numpy as np
from cocotb.triggers import RisingEdge, Timer


def model(cells: int, cycles: int) -> int:
    """Return the checksum after ``cycles`` cycles of which two are the reset."""
    index = np.arange(cells)
    total = index.astype(np.int32)
    right = np.ones(cells, np.int16)
    history = [(index + i).astype(np.int16) for i in range(4)]
    checksum = 0
    for _ in range(cycles - 1):
        left = np.roll(right, 1)
        checksum = ((checksum << 1 | checksum >> 31) & 0xFFFFFFFF) ^ (int(right[-1]) & 0xFFFF)
        right = (total >> 4).astype(np.int16)
        added = history[3].astype(np.int32) * left
        history = [left ^ total.astype(np.int16), *(h + np.int16(3) for h in history[:3])]
        total = total + added
    return checksum


@cocotb.test()
async def checksum(dut):
    await RisingEdge(dut.done)
    await Timer(1, "ns")
    cells, cycles = int(os.environ["CELLS"]), int(os.environ["CYCLES"])
    assert int(dut.checksum.value) == model(cells, cycles)
    cocotb.log.info("inside is %s", "visible" if hasattr(dut, "cycles") else "hidden")

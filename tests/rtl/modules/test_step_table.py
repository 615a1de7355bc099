"""Rows against the model: every reader at its own slot, in each cycle, while rows change."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import pack, step_table, unpack
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    slots, width = p["SLOT_BITS"], p["WIDTH"]
    model = step_table.Model(slots)
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    checked = 0
    for _ in range(400):
        write, slot, row = random.random() < 0.5, random.getrandbits(slots), random.getrandbits(width)
        reads = [slot if random.random() < 0.3 else random.getrandbits(slots) for _ in range(p["PORTS"])]
        dut.write.value, dut.write_slot.value, dut.write_row.value = write, slot, row
        dut.read_slots.value = pack(reads, slots)
        await FallingEdge(dut.clk)
        rows = unpack(int(dut.read_rows.value), p["PORTS"], width)
        for read, found in zip(reads, rows, strict=True):
            if model.rows[read] is not None:
                assert found == model.rows[read]
                checked += 1
        await RisingEdge(dut.clk)
        model.clock(write, slot, row)
    assert checked > 200


@pytest.mark.rtl
@pytest.mark.parametrize(("width", "slot_bits", "ports"), [(1, 1, 1), (8, 3, 1), (70, 4, 5)])
def test_step_table(width, slot_bits, ports, simulator, build_directory):
    parameters = {"WIDTH": width, "SLOT_BITS": slot_bits, "PORTS": ports}
    run_bench("step_table", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

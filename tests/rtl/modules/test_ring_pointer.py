"""Starts against the model, with the largest shifts both ways, and cycles in which nobody asks."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import ring_pointer, tile_mode
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    extent, bits = p["EXTENT"], p["COORDINATE_BITS"] + 1
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    old, silent = None, 0
    for _ in range(3000):
        reset = old is None or random.random() < 0.01
        mode = random.choice([tile_mode.NOTHING, tile_mode.ALL, tile_mode.PART, tile_mode.PART])
        shift = random.choice([random.randint(1 - extent, extent - 1), extent - 1, 1 - extent])
        if mode != tile_mode.PART:
            shift = random.randrange(-(1 << bits - 1), 1 << bits - 1)
        ends, used = random.random() < 0.5, random.random() < 0.5
        dut.rst.value, dut.new_mode.value = reset, mode
        dut.step_end.value, dut.used.value = ends, used
        dut.shift.value = shift % (1 << bits)
        await FallingEdge(dut.clk)
        if old is not None:
            wanted = ring_pointer.model(old, mode, shift, extent)
            expected = wanted if used or ends else 0
            assert dut.tile_start.value == expected, f"{old=} {mode=} {shift=} {used=} {ends=}"
            silent += expected != wanted
            if ends:
                old = wanted
        if reset:
            old = 0
        await RisingEdge(dut.clk)
    assert silent > 200


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("coordinate_bits", "ring_bits", "extent"), [(6, 1, 1), (6, 3, 3), (6, 7, 64), (16, 9, 255), (8, 12, 5)]
)
def test_ring_pointer(coordinate_bits, ring_bits, extent, simulator, build_directory):
    parameters = {"COORDINATE_BITS": coordinate_bits, "RING_BITS": ring_bits, "EXTENT": extent}
    run_bench("ring_pointer", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

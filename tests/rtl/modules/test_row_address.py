"""Addresses against the formula, one in every cycle, with all bits of coordinates and strides in use."""

import random
from collections import deque
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import pack, row_address
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    parameters = bench_parameters()
    axes, bits, banks = parameters["AXES"], parameters["COORDINATE_BITS"], parameters["BANKS"]
    modulus = 2 ** max(1, (parameters["ROWS"] - 1).bit_length())
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    for _ in range(20):
        base, strides = random.getrandbits(32), [random.getrandbits(32) for _ in range(axes - 1)]
        dut.base_row.value, dut.row_stride.value = base, pack(reversed(strides), 32)
        expected = deque([None, None])
        for _ in range(50):
            coordinates = [random.getrandbits(bits) for _ in range(axes)]
            dut.coordinates.value = pack(reversed(coordinates), bits)
            expected.append(row_address.model(coordinates, base, strides, banks))
            await FallingEdge(dut.clk)
            place = expected.popleft()
            if place is not None:
                row, bank = place
                assert dut.row.value == row % modulus
                assert dut.offset.value == bank
            await RisingEdge(dut.clk)


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("axes", "bits", "banks", "rows"), [(1, 1, 1, 1), (1, 4, 8, 13), (2, 8, 1, 256), (4, 12, 8, 5000)]
)
def test_row_address(axes, bits, banks, rows, simulator, build_directory):
    parameters = {"AXES": axes, "COORDINATE_BITS": bits, "BANKS": banks, "ROWS": rows}
    run_bench("row_address", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)


def test_dense_lines_neither_overlap_nor_leave_rows_free():
    strides, rows = row_address.dense_strides((3, 2, 9), banks=4)
    lines = {
        row_address.model((a, b, c), 7, strides, 4) for a in range(3) for b in range(2) for c in range(9)
    }
    assert len(lines) == 3 * 2 * 9
    assert {row for row, _ in lines} == set(range(7, 7 + rows))

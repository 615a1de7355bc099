"""Cuts against the model: maps that overlap, that leave gaps, that reach past the end of empty ranges."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from rtlgen.modules import map_cut
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    largest, unit = (1 << p["COORDINATE_BITS"]) - 1, p["UNIT"]
    kinds = dict.fromkeys(("absent", "empty", "cut off", "whole"), 0)
    for _ in range(6000):
        scale = random.choice([12, 40, largest])
        low = random.randint(0, min(scale, largest))
        high = min(low + random.randint(0, scale), largest)
        # Units and iterations such that the unit often stands near the end of the range.
        offset = random.randint(1, max(1, 2 * (high - low) // (unit + 2)))
        size = random.choice([offset, random.randint(1, offset), random.randint(offset, 3 * offset)])
        number = random.randint(0, max(1, (high - low) // offset - unit + 2))
        position = number * offset
        if position + unit * offset >= 1 << p["POSITION_BITS"] or max(size, offset) > largest:
            continue
        parent = (low, high) if random.random() < 0.95 else None
        dut.parent_low.value, dut.parent_high.value, dut.parent_exists.value = low, high, parent is not None
        dut.position.value, dut.size.value, dut.offset.value = position, size, offset
        await Timer(1, "ns")
        wanted = map_cut.model(parent, position, size, offset, unit)
        what = f"{parent=} {position=} {size=} {offset=} {wanted=}"
        assert dut.exists.value == (wanted is not None), what
        if wanted is None:
            kinds["absent"] += 1
            continue
        given = int(dut.low.value), int(dut.high.value)
        if wanted[0] == wanted[1]:
            assert given[0] == given[1], what
            assert low <= given[0] <= high, what
            kinds["empty"] += 1
        else:
            assert given == wanted, what
            kinds["whole" if wanted[1] - wanted[0] == size else "cut off"] += 1
    assert all(count > 20 for count in kinds.values()), kinds


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("coordinate_bits", "position_bits", "unit"), [(6, 8, 0), (6, 9, 1), (8, 12, 5), (16, 17, 0), (16, 20, 3)]
)
def test_map_cut(coordinate_bits, position_bits, unit, simulator, build_directory):
    parameters = {"COORDINATE_BITS": coordinate_bits, "POSITION_BITS": position_bits, "UNIT": unit}
    run_bench("map_cut", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

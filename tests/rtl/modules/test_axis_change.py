"""Sets against the model: they slide, grow, shrink, jump, and change their spacing, with pauses between."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import axis_change, pack, unpack, wrap
from rtlgen.simulate import bench_parameters, run_bench
from tests.rtl.modules.random_sets import drive_sets, next_set, random_set


def check(dut, now, change, before, p):
    """Hold the outputs of a cycle with a write against the model."""
    bits, what = p["COORDINATE_BITS"], f"{now=} {before=} {change=}"
    own, leave = int(dut.own_row.value), int(dut.leave_row.value)
    assert unpack(own, 2, bits) == [now.start, len(now)], what
    if not p["SLIDES"]:
        assert leave == 0
    if change is None:
        return
    assert dut.same.value == change.same, what
    assert dut.overlaps.value == change.overlaps, what
    if p["SLIDES"]:
        new, leaves = unpack(own >> 2 * bits, 2, bits), unpack(leave, 2, bits)
        assert range(*new) == change.new, f"{what} {new=}"
        assert range(*leaves) == change.leaves, f"{what} {leaves=}"
        if change.overlaps:
            assert wrap(own >> 4 * bits, bits + 1) == change.shift, what
        else:
            assert new[0] == leaves[0] == 0, what


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.write.value = 0
    await RisingEdge(dut.clk)
    before = None
    seen = dict.fromkeys(("same", "slides up", "slides down", "jumps", "one element", "passes by"), 0)
    for _ in range(8000):
        write = random.random() < 0.8
        # What is shown without a write may be anything, and is not what the next set is compared with.
        now = next_set(before, p) if write else random_set(before, p)
        dut.write.value = write
        drive_sets(dut, [now], p)
        await FallingEdge(dut.clk)
        change = axis_change.model(now, before) if before is not None else None
        if write:
            check(dut, now, change, before, p)
        else:
            assert not any(int(port.value) for port in (dut.same, dut.overlaps, dut.leave_row))
            # Of the own row the set alone, without what is new of it.
            assert dut.own_row.value == pack([now.start, len(now)], p["COORDINATE_BITS"])
        await RisingEdge(dut.clk)
        if change is not None:
            seen["passes by"] += not write and change.overlaps
        if change is not None and write:
            seen["same"] += change.same
            seen["slides up"] += change.overlaps and change.shift > 0
            seen["slides down"] += change.overlaps and change.shift < 0
            seen["jumps"] += not change.overlaps
            seen["one element"] += change.overlaps and len(now) == 1 < len(before)
        before = now if write else before
    assert all(count > 50 for count in seen.values()), seen


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("coordinate_bits", "slides", "spaced"), [(6, 1, 0), (8, 1, 1), (8, 0, 1), (16, 1, 1), (8, 0, 0)]
)
def test_axis_change(coordinate_bits, slides, spaced, simulator, build_directory):
    parameters = {"COORDINATE_BITS": coordinate_bits, "SLIDES": slides, "SPACED": spaced, "STEP_BITS": 4}
    run_bench("axis_change", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Counters over random boxes against the nested loops, under holds and waits for other PEs."""

import random
from math import prod
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import mac_loop, pack, unpack
from rtlgen.simulate import bench_parameters, run_bench
from tests.random_tiles import literal


def lanes_of(parameters):
    vector = int(str(parameters["LANES"]).partition("'d")[2])
    return unpack(vector, parameters["DIMENSIONS"], 8)


@cocotb.test()
async def agrees_with_the_nested_loops(dut):
    p = bench_parameters()
    lanes, bits = lanes_of(p), p["COORDINATE_BITS"]
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.rst.value = 1
    dut.run.value = dut.active.value = dut.step_end.value = 0
    for _ in range(2):
        await RisingEdge(dut.clk)
    dut.rst.value = 0
    largest = min((1 << bits) - 1, max(2, int(200 ** (1 / len(lanes)))))
    held = held_last = 0
    for _ in range(100):
        extents = [random.randint(1, largest) for _ in lanes]
        if random.random() < 0.1:
            extents = [1] * len(lanes)
            extents[random.randrange(len(lanes))] = min((1 << bits) - 1, 40)
        active = random.random() < 0.9
        expected = mac_loop.model(extents, lanes) if active else []
        cycles = prod(-(-extent // width) for extent, width in zip(extents, lanes, strict=True))
        assert len(expected) == cycles * active
        # Cycles that another PE takes longer; with 0 the step ends in this PE's last cycle.
        wait = random.choice([0, 0, 3])
        pace = random.choice([1.0, 1.0, 0.6])
        done = 0
        dut.active.value, dut.extents.value = active, pack(extents, bits)
        while True:
            run = random.random() < pace
            through = done >= len(expected) - 1
            ends = run and through and wait == 0
            dut.run.value, dut.step_end.value = run, ends
            await FallingEdge(dut.clk)
            working = run and done < len(expected)
            assert dut.working.value == working
            assert dut.last.value == (run and through)
            held += not run
            held_last += not run and through
            if active and done < len(expected):
                # Also while the loop stands.
                assert tuple(unpack(int(dut.counters.value), len(lanes), bits)) == expected[done]
            await RisingEdge(dut.clk)
            done += working
            wait -= run and through and wait > 0
            if ends:
                break
    assert held > 50
    assert held_last > 5


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("lanes", "bits"), [([1], 4), ([4], 6), ([1, 1, 1], 5), ([2, 1, 3, 1], 6), ([1, 8, 1, 1, 1, 1, 2, 1], 8)]
)
def test_mac_loop(lanes, bits, simulator, build_directory):
    parameters = {
        "DIMENSIONS": len(lanes),
        "COORDINATE_BITS": bits,
        "LANES": literal(pack(lanes, 8), 8 * len(lanes)),
    }
    run_bench("mac_loop", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Walks over random tiles under beats of other tiles and beats for others, against the model."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import pack, tile_walk, unpack
from rtlgen.simulate import bench_parameters, run_bench
from tests.random_tiles import literal, random_tile, steps_of


def drive_tile(dut, tile, p):
    bits = p["COORDINATE_BITS"]
    dut.mode.value = tile.mode
    dut.start.value, dut.count.value = pack(tile.start, bits), pack(tile.count, bits)
    dut.step.value = steps_of([tile], p)
    dut.part_low.value, dut.part_high.value = tile.part_low, tile.part_high


def random_base(walk, p):
    """A beat that the walk's next element may lie in, or just miss, or that lies anywhere before it."""
    ceiling = (1 << p["COORDINATE_BITS"]) - 1
    if not walk.wanted or random.random() < 0.1:
        return tuple(random.randint(0, ceiling) for _ in range(p["AXES"]))
    position = list(walk.elements[walk.next][1])
    position[0] = max(0, position[0] - random.randint(0, p["WINDOW"]))
    axis = random.randrange(p["AXES"])
    if axis and random.random() < 0.1:
        position[axis] = max(0, position[axis] - 1)
    return tuple(position)


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.rst.value = 1
    dut.step_end.value = dut.beat.value = dut.served.value = 0
    for _ in range(2):
        await RisingEdge(dut.clk)
    dut.rst.value = 0
    moved = spared = 0
    for _ in range(300):
        tile = random_tile(p)
        drive_tile(dut, tile, p)
        walk = tile_walk.model(tile.elements(p["SLIDE_AXIS"]), p["WINDOW"])
        stops_early = random.random() < 0.1
        while True:
            base = random_base(walk, p)
            beat, served = random.random() < 0.8, random.random() < 0.8
            taken = walk.taken(base) if beat and served else []
            ends = (walk.next + len(taken) >= len(walk.elements) and random.random() < 0.5) or (
                stops_early and random.random() < 0.2
            )
            dut.base.value = pack(base, p["COORDINATE_BITS"])
            dut.beat.value, dut.served.value, dut.step_end.value = beat, served, ends
            await FallingEdge(dut.clk)
            assert dut.wanted.value == (beat and walk.wanted)
            assert dut.wanted_after.value == (beat and walk.next + len(taken) < len(walk.elements))
            assert dut.taken.value == len(taken)
            if not beat:
                assert not any(int(port.value) for port in (dut.index, dut.position, dut.lane))
            if beat and walk.wanted:
                index, position = walk.elements[walk.next]
                for port, expected in ((dut.index, index), (dut.position, position)):
                    assert tuple(unpack(int(port.value), p["AXES"], p["COORDINATE_BITS"])) == expected
            if taken:
                assert dut.lane.value == taken[0][1]
                moved += len(taken)
            spared += not (beat and served) and len(walk.taken(base)) > 0
            await RisingEdge(dut.clk)
            if beat and served:
                walk.take(base)
            if ends:
                break
    assert moved > 300
    assert spared > 100


CASES = {
    "line": {"axes": 1, "window": 1, "slide": 0, "strided": 0},
    "wide line": {"axes": 1, "window": 8, "slide": 0, "strided": 0},
    "spaced line": {"axes": 1, "window": 6, "slide": 0, "strided": 1},
    "slides inside": {"axes": 3, "window": 4, "slide": 0, "strided": 0},
    "slides outside": {"axes": 4, "window": 3, "slide": 3, "strided": 0},
    "spaced outside": {"axes": 2, "window": 5, "slide": 0, "strided": 0b10},
    "spaced inside and outside": {"axes": 3, "window": 16, "slide": 1, "strided": 0b011},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tile_walk(case, simulator, build_directory):
    parameters = {
        "AXES": case["axes"],
        "COORDINATE_BITS": 6,
        "STEP_BITS": 3,
        "WINDOW": case["window"],
        "PICKS": min(case["window"], 7),
        "SLIDE_AXIS": case["slide"],
        "STRIDED": literal(case["strided"], case["axes"]),
    }
    run_bench("tile_walk", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Beats of random steps against the model and against the reference's count of windows."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from maestro_py.reference import _windows
from rtlgen.modules import pack, stream_walker, unpack
from rtlgen.modules.tile_walk import NOTHING
from rtlgen.simulate import bench_parameters, run_bench
from tests.random_tiles import literal, random_tile, steps_of


class Bench:
    """The module and the items that are expected of it."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        dut.available.value = dut.item_ready.value = 0
        self.drive([random_tile(self.p) for _ in range(self.p["PES"])])
        cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
        for _ in range(2):
            await RisingEdge(dut.clk)
        dut.rst.value = 0

    def drive(self, tiles):
        dut, bits = self.dut, self.p["COORDINATE_BITS"]
        dut.mode.value = pack((tile.mode for tile in tiles), 2)
        dut.start.value = pack((a for tile in tiles for a in tile.start), bits)
        dut.count.value = pack((n for tile in tiles for n in tile.count), bits)
        dut.step.value = steps_of(tiles, self.p)
        dut.part_low.value = pack((tile.part_low for tile in tiles), bits)
        dut.part_high.value = pack((tile.part_high for tile in tiles), bits)

    def random_tiles(self):
        """Tiles of all PEs at a step: alike as with a broadcast, or each its own, or hardly any."""
        tiles = [random_tile(self.p) for _ in range(self.p["PES"])]
        kind = random.random()
        if kind < 0.2:
            return [tiles[0]] * len(tiles)
        if kind < 0.5:
            idle = [not random.random() < 0.2 for _ in tiles]
            return [self.nothing(tile) if off else tile for tile, off in zip(tiles, idle, strict=True)]
        return tiles

    def nothing(self, tile):
        return type(tile)(NOTHING, tile.start, tile.count, tile.step)

    def expected(self, tiles):
        """Beats of a step; as many as the reference counts."""
        p = self.p
        positions = [[place for _, place in tile.elements(p["SLIDE_AXIS"])] for tile in tiles]
        shared = bool(p["SHARED"])
        items = stream_walker.model(positions, p["WINDOW"], shared)
        sets = [frozenset().union(*positions)] if shared else [frozenset(each) for each in positions]
        assert len(items) == sum(_windows(each, 0, p["WINDOW"]) for each in sets)
        return items

    async def step(self, pace, available_pace):
        """Run a step and check its items; return the cycles that it took."""
        dut, p = self.dut, self.p
        tiles = self.random_tiles()
        items = self.expected(tiles)
        shown, cycles, available = 0, 0, False
        while True:
            available = available or random.random() < available_pace
            ready = random.random() < pace
            self.drive(tiles if available else self.random_tiles())
            dut.available.value, dut.item_ready.value = available, ready
            await FallingEdge(dut.clk)
            cycles += 1
            assert dut.item_valid.value == available
            last = shown >= len(items) - 1
            assert dut.step_end.value == (available and ready and last)
            if available and ready:
                assert dut.item_empty.value == (not items)
                assert dut.item_last.value == last
                if items:
                    base = unpack(int(dut.item_coordinates.value), p["AXES"], p["COORDINATE_BITS"])
                    assert stream_walker.Item(int(dut.item_target.value), tuple(base)) == items[shown]
            await RisingEdge(dut.clk)
            if available and ready:
                shown += 1
                if last:
                    return cycles, max(len(items), 1)


@cocotb.test()
async def beats_agree_with_model_at_every_pace(dut):
    bench = Bench(dut)
    await bench.start()
    for _ in range(120):
        await bench.step(random.choice([0.3, 1.0]), random.choice([0.3, 1.0]))


@cocotb.test()
async def keeps_one_item_a_cycle(dut):
    bench = Bench(dut)
    await bench.start()
    for _ in range(80):
        cycles, items = await bench.step(1.0, 1.0)
        assert cycles == items


CASES = {
    "one PE": {"pes": 1, "shared": 1, "axes": 1, "window": 1, "slide": 0, "strided": 0},
    "shared": {"pes": 5, "shared": 1, "axes": 2, "window": 4, "slide": 0, "strided": 0},
    "shared, spaced": {"pes": 4, "shared": 1, "axes": 2, "window": 5, "slide": 1, "strided": 0b11},
    "shared, three axes": {"pes": 8, "shared": 1, "axes": 3, "window": 3, "slide": 2, "strided": 0b010},
    "alone": {"pes": 3, "shared": 0, "axes": 2, "window": 4, "slide": 1, "strided": 0},
    "alone, spaced": {"pes": 6, "shared": 0, "axes": 3, "window": 2, "slide": 0, "strided": 0b001},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_stream_walker(case, simulator, build_directory):
    parameters = {
        "PES": case["pes"],
        "SHARED": case["shared"],
        "TARGET_BITS": max(1, (case["pes"] - 1).bit_length()),
        "AXES": case["axes"],
        "COORDINATE_BITS": 6,
        "STEP_BITS": 3,
        "WINDOW": case["window"],
        "PICKS": case["window"],
        "SLIDE_AXIS": case["slide"],
        "STRIDED": literal(case["strided"], case["axes"]),
    }
    run_bench("stream_walker", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

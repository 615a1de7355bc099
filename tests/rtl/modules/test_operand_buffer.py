"""Tiles that slide, land out of beats meant for many, and are read meanwhile, against a map of elements.

Beats that serve others pass by; cycles without a beat or a read look like one on all other ports.
"""

import os
import random
from itertools import product
from math import prod
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import operand_buffer, pack, stream_walker, tile_walk, unpack
from rtlgen.modules.operand_buffer import multipliers
from rtlgen.simulate import bench_parameters, run_bench
from tests.random_tiles import literal, random_steps, random_tile, steps_of
from tests.rtl.modules.lane_reads import shared_reads

STEPS = 500


class Bench:
    """The module at a landing step and a compute step, and a map of elements for each."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        extents = tuple(map(int, os.environ["EXTENTS"].split()))
        #: Lanes along each axis.
        self.lanes = tuple(map(int, os.environ["LANES"].split()))
        self.steps = random_steps(self.p, extents, STEPS)
        self.landing_step = self.compute_step = 0
        self.landing = operand_buffer.model(self.p["SLIDE_AXIS"])
        #: Tiles that have landed and are not yet computed, each as a map of elements.
        self.landed = {}
        self.reads = self.takes = 0
        #: Elements of this PE in beats that serve others or are none; reads that would have found some.
        self.passed = self.idled = self.silent = 0

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        dut.land_step_end.value = dut.beat.value = dut.compute_step_end.value = 0
        cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
        for _ in range(2):
            await RisingEdge(dut.clk)
        dut.rst.value = 0
        self.begin_landing()

    def begin_landing(self):
        """Prepare the beats of landing's step: this PE's elements among those of others."""
        p, slide = self.p, self.p["SLIDE_AXIS"]
        if self.landing_step == len(self.steps):
            self.beats = []
            return
        tile = self.steps[self.landing_step].tile
        elements = tile.elements(slide)
        others = [random_tile(p) for _ in range(random.randint(0, 2))]
        positions = [[place for _, place in elements]]
        positions += [[place for _, place in other.elements(slide)] for other in others]
        self.beats = [item.base for item in stream_walker.model(positions, p["WINDOW"], shared=True)]
        self.walk = tile_walk.model(elements, p["WINDOW"])
        self.new = {}

    def land(self):
        """Drive landing for a cycle; return how many elements and which lanes are taken."""
        dut, p = self.dut, self.p
        may_land = self.landing_step <= min(self.compute_step + 1, len(self.steps) - 1)
        dut.beat.value = dut.land_step_end.value = 0
        dut.served.value = random.getrandbits(1)
        dut.beat_base.value = random.getrandbits(p["AXES"] * p["COORDINATE_BITS"])
        dut.beat_data.value = random.getrandbits(p["WINDOW"] * p["ELEMENT_BITS"])
        if self.landing_step < len(self.steps):
            self.drive_stage("land", self.steps[self.landing_step])
        if not may_land or random.random() < 0.2:
            return 0, 0
        if not self.beats:
            dut.land_step_end.value = 1
            self.end_landing()
            return 0, 0
        base = self.beats[0]
        data = [random.getrandbits(p["ELEMENT_BITS"]) for _ in range(p["WINDOW"])]
        beat, served = random.random() < 0.9, random.random() < 0.8
        dut.beat.value, dut.served.value = beat, served
        dut.beat_base.value = pack(base, p["COORDINATE_BITS"])
        dut.beat_data.value = pack(data, p["ELEMENT_BITS"])
        taken = self.walk.taken(base)
        if not (beat and served):
            self.passed += len(taken) * beat
            self.idled += len(taken) * (not beat)
            return 0, 0
        self.walk.take(self.beats.pop(0))
        self.new |= {index: data[lane] for index, lane in taken}
        self.takes += len(taken)
        if not self.beats and random.random() < 0.7:
            dut.land_step_end.value = 1
            self.end_landing()
        return len(taken), sum(1 << lane for _, lane in taken)

    def end_landing(self):
        step = self.steps[self.landing_step]
        assert not self.walk.wanted
        self.landing.step(step.tile, step.shift, self.new)
        self.ended = dict(self.landing.held)

    def drive_stage(self, stage, step):
        dut, p = self.dut, self.p
        # Without a part that is new nobody looks at the shift.
        shift = step.shift if step.tile.mode == tile_walk.PART else random.getrandbits(p["COORDINATE_BITS"])
        getattr(dut, f"{stage}_mode").value = step.tile.mode
        getattr(dut, f"{stage}_shift").value = pack([shift], p["COORDINATE_BITS"] + 1)
        if stage == "land":
            dut.land_start.value = pack(step.tile.start, p["COORDINATE_BITS"])
            dut.land_count.value = pack(step.tile.count, p["COORDINATE_BITS"])
            dut.land_step.value = steps_of([step.tile], p)
            dut.land_part_low.value, dut.land_part_high.value = step.tile.part_low, step.tile.part_high

    def compute(self):
        """Drive compute for a cycle; return what the lanes should read and whether the step ends.

        What they should read is None where a tile has no elements that could be asked for.
        """
        dut, p = self.dut, self.p
        step = self.steps[self.compute_step]
        self.drive_stage("compute", step)
        held = self.landed.get(self.compute_step)
        read = random.random() < 0.8
        indices = [[random.getrandbits(p["COORDINATE_BITS"])] * width for width in self.lanes]
        if held:
            # A tile is a box: any of its indices on one axis go with any on the others.
            places = [sorted(set(axis)) for axis in zip(*held, strict=True)]
            indices = [random.choices(places[a], k=width) for a, width in enumerate(self.lanes)]
        dut.read.value = read
        dut.read_indices.value = pack((index for axis in indices for index in axis), p["COORDINATE_BITS"])
        ends = held is not None and random.random() < 0.15
        dut.compute_step_end.value = ends
        expected = [held[index] for index in product(*indices)] if held else None
        if not read:
            self.silent += any(expected or [])
            expected = [0] * p["LANES"]
        self.reads += read and expected is not None
        return expected, ends

    async def run(self):
        dut, p = self.dut, self.p
        while self.compute_step < len(self.steps):
            self.ended = None
            taken, lanes = self.land()
            expected, ends = self.compute()
            await FallingEdge(dut.clk)
            assert dut.taken.value == taken
            assert dut.taken_lanes.value == lanes
            if expected is not None:
                assert unpack(int(dut.read_data.value), p["LANES"], p["ELEMENT_BITS"]) == expected
            await RisingEdge(dut.clk)
            if self.ended is not None:
                self.landed[self.landing_step] = self.ended
                self.landing_step += 1
                self.begin_landing()
            if ends:
                del self.landed[self.compute_step]
                self.compute_step += 1


@cocotb.test()
async def tiles_slide_land_and_are_read(dut):
    bench = Bench(dut)
    await bench.start()
    await bench.run()
    assert bench.reads > STEPS
    assert bench.takes > STEPS // 4
    assert min(bench.passed, bench.idled, bench.silent) > STEPS // 50


CASES = {
    "line": {"extents": (4,), "window": 1, "slide": 0},
    "one element": {"extents": (1,), "window": 4, "slide": 0, "bits": 3},
    "wide line": {"extents": (5,), "window": 4, "slide": 0, "lanes": (3,)},
    "uneven ring": {"extents": (9,), "window": 4, "slide": 0},
    "slides inside": {"extents": (3, 2), "window": 8, "slide": 0, "lanes": (2, 1), "bits": 16},
    "slides outside": {"extents": (5, 1, 3), "window": 3, "slide": 2, "lanes": (1, 1, 2)},
    "slides between": {"extents": (2, 4, 2), "window": 2, "slide": 1, "lanes": (1, 2, 2)},
    "spaced inside": {"extents": (4, 3), "window": 6, "slide": 0, "strided": 0b01},
    "spaced, slides outside": {"extents": (3, 3), "window": 5, "slide": 1, "strided": 0b11, "lanes": (2, 2)},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_operand_buffer(case, simulator, build_directory):
    extents, slide, axes = case["extents"], case["slide"], len(case["extents"])
    picks = min(case["window"], extents[0])
    banks = 1 << (picks - 1).bit_length()
    distances, words = multipliers(extents, slide, banks)
    lanes = case.get("lanes", (1,) * axes)
    rounded = -(-extents[0] // banks) * banks
    parameters = {
        "AXES": axes,
        "COORDINATE_BITS": 6,
        "STEP_BITS": 3,
        "ELEMENT_BITS": case.get("bits", 8),
        "WINDOW": case["window"],
        "PICKS": picks,
        "SLIDE_AXIS": slide,
        "STRIDED": literal(case.get("strided", 0), axes),
        "BANKS": banks,
        "MULTIPLIERS": literal(pack(distances, 16), 16 * axes),
        "RING_EXTENT": extents[slide] if slide else rounded,
        "ADDRESS_BITS": max((words - 1).bit_length(), banks.bit_length()),
        "LANES": prod(lanes),
        **shared_reads(list(product(*map(range, lanes))))[0],
    }
    run_bench(
        "operand_buffer",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment={"EXTENTS": " ".join(map(str, extents)), "LANES": " ".join(map(str, lanes))},
    )

"""Partial sums of tiles that slide, collected while the next tile accumulates, against a map of sums."""

import os
import random
from itertools import product
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import output_buffer, pack, stream_walker, tile_walk, unpack
from rtlgen.modules.operand_buffer import multipliers
from rtlgen.simulate import bench_parameters, run_bench
from tests.random_tiles import literal, random_steps, random_tile

STEPS = 400


class Bench:
    """The module at a compute step and an egress step, which follows."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        extents = tuple(map(int, os.environ["EXTENTS"].split()))
        self.steps = random_steps(self.p, extents, STEPS)
        self.compute_step = self.egress_step = 0
        self.model = output_buffer.model(self.p["SLIDE_AXIS"], self.p["ACCUMULATOR_BITS"])
        # Sums of steps that are computed and not yet collected.
        self.computed = {}
        self.collected = self.kept = 0

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        dut.beat.value = dut.beat_moves.value = dut.sum_valid.value = 0
        dut.compute_step_end.value = dut.egress_step_end.value = 0
        cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
        for _ in range(2):
            await RisingEdge(dut.clk)
        dut.rst.value = 0
        self.begin_compute()
        self.begin_egress()

    def begin_compute(self):
        """Prepare the sums: each output of the tile first once, then any a few times more."""
        self.work = []
        if self.compute_step == len(self.steps):
            return
        step = self.steps[self.compute_step]
        if not step.active:
            return
        self.model.step(step.tile, step.shift)
        self.kept += len(self.model.sums)
        places = list(product(*(range(n) for n in step.tile.count)))
        for repetition in range(random.randint(1, 3)):
            random.shuffle(places)
            lanes = self.p["LANES"]
            cycles = [places[n : n + lanes] for n in range(0, len(places), lanes)]
            self.work += [(repetition == 0, cycle) for cycle in cycles]

    def compute(self):
        """Drive compute for a cycle; return whether its step ends."""
        dut, p = self.dut, self.p
        dut.sum_valid.value, dut.compute_step_end.value = 0, 0
        dut.first_sums.value = random.getrandbits(1)
        dut.sum_indices.value = random.getrandbits(p["LANES"] * p["AXES"] * p["COORDINATE_BITS"])
        if self.compute_step == len(self.steps):
            return False
        step = self.steps[self.compute_step]
        self.drive_stage("compute", step)
        dut.compute_part_low.value = step.tile.part_low
        dut.compute_part_high.value = step.tile.part_high
        if self.compute_step >= self.egress_step + 2 or random.random() < 0.2:
            return False
        if self.work:
            first, places = self.work.pop(0)
            bits = p["ACCUMULATOR_BITS"]
            lanes = random.sample(range(p["LANES"]), len(places))
            sums = {place: random.randint(-1 << (bits - 1), (1 << (bits - 1)) - 1) for place in places}
            self.model.add(sums)
            by_lane = dict(zip(lanes, places, strict=True))
            rows = [by_lane.get(v, (0,) * p["AXES"]) for v in range(p["LANES"])]
            dut.sum_valid.value = sum(1 << lane for lane in lanes)
            dut.first_sums.value = first
            dut.sum_indices.value = pack((a for row in rows for a in row), p["COORDINATE_BITS"])
            dut.sums.value = pack((sums.get(by_lane.get(v), 0) for v in range(p["LANES"])), bits)
        ends = not self.work
        dut.compute_step_end.value = ends
        return ends

    def drive_stage(self, stage, step):
        dut, p = self.dut, self.p
        shift = step.shift if step.tile.mode == tile_walk.PART else random.getrandbits(p["COORDINATE_BITS"])
        getattr(dut, f"{stage}_mode").value = step.tile.mode
        getattr(dut, f"{stage}_shift").value = pack([shift], p["COORDINATE_BITS"] + 1)

    def begin_egress(self):
        """Prepare the beats: what leaves this PE's tile among what leaves others'."""
        p, slide = self.p, self.p["SLIDE_AXIS"]
        self.beats = []
        if self.egress_step == len(self.steps):
            return
        elements = self.steps[self.egress_step].leave.elements(slide)
        others = [random_tile(p) for _ in range(random.randint(0, 2))]
        positions = [[place for _, place in elements]]
        positions += [[place for _, place in other.elements(slide)] for other in others]
        self.beats = [item.base for item in stream_walker.model(positions, p["WINDOW"], shared=True)]
        self.walk = tile_walk.model(elements, p["WINDOW"])

    def egress(self):
        """Drive collection for a cycle; return the sums by lane, whether they go and the step ends."""
        dut, p = self.dut, self.p
        dut.beat.value = dut.beat_moves.value = dut.egress_step_end.value = 0
        dut.beat_base.value = random.getrandbits(p["AXES"] * p["COORDINATE_BITS"])
        if self.egress_step == len(self.steps):
            return {}, False, False
        step = self.steps[self.egress_step]
        self.drive_stage("egress", step)
        bits, leave = p["COORDINATE_BITS"], step.leave
        dut.leave_mode.value = leave.mode
        dut.leave_start.value, dut.leave_count.value = pack(leave.start, bits), pack(leave.count, bits)
        dut.leave_part_low.value, dut.leave_part_high.value = leave.part_low, leave.part_high
        if self.egress_step not in self.computed or random.random() < 0.3:
            return {}, False, False
        if not self.beats:
            dut.egress_step_end.value = 1
            return {}, False, True
        base, moves = self.beats[0], random.random() < 0.8
        dut.beat.value, dut.beat_moves.value = 1, moves
        dut.beat_base.value = pack(base, bits)
        held = self.computed[self.egress_step]
        found = {lane: held[index] for index, lane in self.walk.taken(base)}
        ends = moves and len(self.beats) == 1 and random.random() < 0.7
        dut.egress_step_end.value = ends
        return found, moves, ends

    async def run(self):
        dut, p = self.dut, self.p
        while self.egress_step < len(self.steps):
            # The sums of a step as they are before compute touches what it keeps of them.
            compute_ends = self.compute()
            found, moves, egress_ends = self.egress()
            await FallingEdge(dut.clk)
            assert dut.taken.value == len(found)
            assert dut.taken_lanes.value == sum(1 << lane for lane in found)
            sums = unpack(int(dut.taken_sums.value), p["WINDOW"], p["ACCUMULATOR_BITS"], signed=True)
            assert sums == [found.get(lane, 0) for lane in range(p["WINDOW"])]
            await RisingEdge(dut.clk)
            if moves:
                self.collected += len(found)
                self.walk.take(self.beats.pop(0))
            if compute_ends:
                self.computed[self.compute_step] = dict(self.model.sums)
                self.compute_step += 1
                self.begin_compute()
            if egress_ends:
                assert not self.walk.wanted
                del self.computed[self.egress_step]
                self.egress_step += 1
                self.begin_egress()


@cocotb.test()
async def sums_live_as_long_as_their_tile(dut):
    bench = Bench(dut)
    await bench.start()
    await bench.run()
    assert bench.collected > STEPS // 4
    assert bench.kept > STEPS // 10


CASES = {
    "line": {"extents": (4,), "window": 1, "slide": 0},
    "one output": {"extents": (1,), "window": 2, "slide": 0, "bits": 4},
    "wide line": {"extents": (5,), "window": 4, "slide": 0, "lanes": 3},
    "slides inside": {"extents": (3, 2), "window": 8, "slide": 0, "lanes": 2, "bits": 32},
    "slides outside": {"extents": (5, 1, 3), "window": 3, "slide": 2},
    "slides between": {"extents": (2, 4, 2), "window": 2, "slide": 1, "lanes": 4},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_output_buffer(case, simulator, build_directory):
    extents, slide, axes = case["extents"], case["slide"], len(case["extents"])
    distances, words = multipliers(extents, slide)
    parameters = {
        "AXES": axes,
        "COORDINATE_BITS": 6,
        "ACCUMULATOR_BITS": case.get("bits", 24),
        "WINDOW": case["window"],
        "PICKS": min(case["window"], extents[0]),
        "SLIDE_AXIS": slide,
        "MULTIPLIERS": literal(pack(distances, 16), 16 * axes),
        "RING_EXTENT": extents[slide],
        "ADDRESS_BITS": max(1, (words - 1).bit_length()),
        "LANES": case.get("lanes", 1),
    }
    run_bench(
        "output_buffer",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment={"EXTENTS": " ".join(map(str, extents))},
    )

"""Partial sums of tiles that slide, collected while the next tile accumulates, against a map of sums.

Beats that serve others pass by; cycles without a beat or a run look like one on all other ports.
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

from rtlgen.modules import output_buffer, pack, stream_walker, tile_walk, unpack
from rtlgen.modules.operand_buffer import multipliers
from rtlgen.simulate import bench_parameters, run_bench
from tests.random_tiles import literal, random_steps, random_tile
from tests.rtl.modules.lane_reads import shared_reads

STEPS = 400


def chunks(extent, width):
    """Indices of one axis in any order, at once as many as lanes stand along it, or what is left."""
    order = random.sample(range(extent), extent)
    return [order[n : n + width] for n in range(0, extent, width)]


class Bench:
    """The module at a compute step and an egress step, which follows."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        extents = tuple(map(int, os.environ["EXTENTS"].split()))
        # Lanes along each axis.
        self.lanes = tuple(map(int, os.environ["LANES"].split()))
        self.steps = random_steps(self.p, extents, STEPS)
        self.compute_step = self.egress_step = 0
        self.model = output_buffer.model(self.p["SLIDE_AXIS"], self.p["ACCUMULATOR_BITS"])
        # Sums of steps that are computed and not yet collected.
        self.computed = {}
        self.collected = self.kept = 0
        # Sums that are shown without a run; outputs in beats that serve others or are none.
        self.ignored = self.passed = self.idled = 0

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        dut.beat.value = dut.run.value = 0
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
        for repetition in range(random.randint(1, 3)):
            axes = [chunks(n, width) for n, width in zip(step.tile.count, self.lanes, strict=True)]
            cycles = list(product(*axes))
            random.shuffle(cycles)
            self.work += [(repetition == 0, cycle) for cycle in cycles]

    def compute(self):
        """Drive compute for a cycle; return whether its step ends."""
        dut, p = self.dut, self.p
        # Without work either nothing runs, whatever the lanes show, or no lane has a sum.
        run = random.getrandbits(1)
        valid = 0 if run else random.getrandbits(p["LANES"])
        dut.run.value, dut.sum_valid.value, dut.compute_step_end.value = run, valid, 0
        dut.first_sums.value = random.getrandbits(1)
        dut.sum_indices.value = random.getrandbits(p["READS"] * p["COORDINATE_BITS"])
        dut.sums.value = random.getrandbits(p["LANES"] * p["ACCUMULATOR_BITS"])
        self.ignored += valid.bit_count()
        if self.compute_step == len(self.steps):
            return False
        step = self.steps[self.compute_step]
        self.drive_stage("compute", step)
        dut.compute_part_low.value = step.tile.part_low
        dut.compute_part_high.value = step.tile.part_high
        if self.compute_step >= self.egress_step + 2 or random.random() < 0.2:
            return False
        if self.work:
            first, axes = self.work.pop(0)
            self.add(first, axes)
        ends = not self.work
        dut.compute_step_end.value = ends
        return ends

    def add(self, first, axes):
        """Add to the outputs at these indices of each axis; lanes that stand elsewhere have no sum."""
        dut, p = self.dut, self.p
        bits = p["ACCUMULATOR_BITS"]
        shown = [
            [*indices, *(random.getrandbits(p["COORDINATE_BITS"]) for _ in range(width - len(indices)))]
            for indices, width in zip(axes, self.lanes, strict=True)
        ]
        values = [random.randint(-1 << (bits - 1), (1 << (bits - 1)) - 1) for _ in range(p["LANES"])]
        sums, valid = {}, 0
        for lane, places in enumerate(product(*map(range, self.lanes))):
            if all(place < len(indices) for place, indices in zip(places, axes, strict=True)):
                sums[tuple(indices[place] for place, indices in zip(places, axes, strict=True))] = values[
                    lane
                ]
                valid |= 1 << lane
        self.model.add(sums)
        dut.run.value, dut.sum_valid.value, dut.first_sums.value = 1, valid, first
        dut.sum_indices.value = pack((index for axis in shown for index in axis), p["COORDINATE_BITS"])
        dut.sums.value = pack(values, bits)

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
        dut.beat.value = dut.egress_step_end.value = 0
        dut.served.value = random.getrandbits(1)
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
        base, beat, served = self.beats[0], random.random() < 0.9, random.random() < 0.8
        dut.beat.value, dut.served.value = beat, served
        dut.beat_base.value = pack(base, bits)
        held = self.computed[self.egress_step]
        found = {lane: held[index] for index, lane in self.walk.taken(base)}
        if not (beat and served):
            self.passed += len(found) * beat
            self.idled += len(found) * (not beat)
            return {}, False, False
        ends = len(self.beats) == 1 and random.random() < 0.7
        dut.egress_step_end.value = ends
        return found, True, ends

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
    assert min(bench.ignored, bench.passed, bench.idled) > STEPS // 50


CASES = {
    "line": {"extents": (4,), "window": 1, "slide": 0},
    "one output": {"extents": (1,), "window": 2, "slide": 0, "bits": 4},
    "wide line": {"extents": (5,), "window": 4, "slide": 0, "lanes": (3,)},
    "slides inside": {"extents": (3, 2), "window": 8, "slide": 0, "lanes": (2, 1), "bits": 32},
    "slides outside": {"extents": (5, 1, 3), "window": 3, "slide": 2, "lanes": (1, 1, 2)},
    "slides between": {"extents": (2, 4, 2), "window": 2, "slide": 1, "lanes": (1, 2, 2)},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_output_buffer(case, simulator, build_directory):
    extents, slide, axes = case["extents"], case["slide"], len(case["extents"])
    lanes = case.get("lanes", (1,) * axes)
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
        "LANES": prod(lanes),
        **shared_reads(list(product(*map(range, lanes))))[0],
    }
    run_bench(
        "output_buffer",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment={"EXTENTS": " ".join(map(str, extents)), "LANES": " ".join(map(str, lanes))},
    )

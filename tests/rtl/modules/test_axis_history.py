"""Rows of all classes against the model, while slots go round and sets of each class move by themselves."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import axis_history, pack, unpack, wrap
from rtlgen.simulate import bench_parameters, run_bench
from tests.rtl.modules.random_sets import drive_sets, next_set

FIELDS = ("start", "count", "new_low", "new_high", "leave_low", "leave_high")


class Bench:
    """Sets written one step after the other, and what the rows should hold."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        self.model = axis_history.Model(self.p["SLOT_BITS"])
        self.before, self.slot = [None] * self.p["CLASSES"], 0
        self.seen = {"new": 0, "leaves": 0, "jumps": 0, "passes by": 0}

    async def clock(self):
        dut, p = self.dut, self.p
        sets = [next_set(before, p) for before in self.before]
        write = random.random() < 0.8
        # The slot that is being written shows what it held before.
        reads = [random.choice([*self.model.rows, self.slot]) for _ in range(p["PORTS"])]
        dut.write.value, dut.write_slot.value = write, self.slot
        drive_sets(dut, sets, p)
        dut.read_slots.value = pack(reads, p["SLOT_BITS"])
        await FallingEdge(dut.clk)
        self.check_changes(write, self.model.changes(self.slot, sets))
        fields = p["PORTS"] * p["CLASSES"]
        rows = unpack(int(dut.read_rows.value), fields, len(dut.read_rows) // fields)
        for reader, slot in enumerate(reads):
            for number, row in enumerate(self.model.rows.get(slot, [])):
                self.check_row(rows[reader * p["CLASSES"] + number], row)
        await RisingEdge(dut.clk)
        if write:
            self.model.write(self.slot, sets)
            self.before, self.slot = sets, (self.slot + 1) % self.model.slots

    def check_changes(self, write, changes):
        dut = self.dut
        if not write:
            assert int(dut.same.value) == int(dut.overlaps.value) == 0
            self.seen["passes by"] += any(change is not None and change.overlaps for change in changes)
            return
        same, overlaps = int(dut.same.value), int(dut.overlaps.value)
        for number, change in enumerate(changes):
            if change is not None:
                assert same >> number & 1 == change.same, f"{number=} {change}"
                assert overlaps >> number & 1 == change.overlaps, f"{number=} {change}"

    def check_row(self, found, row):
        bits, what = self.p["COORDINATE_BITS"], str(row)
        if not self.p["SLIDES"]:
            assert unpack(found, 2, bits) == [row.held.start, len(row.held)], what
            return
        fields = dict(zip(FIELDS, unpack(found, len(FIELDS), bits), strict=True))
        assert (fields["start"], fields["count"]) == (row.held.start, len(row.held)), what
        if row.change is not None:
            assert range(fields["new_low"], fields["new_high"]) == row.change.new, f"{what} {fields}"
            self.seen["new" if row.change.overlaps else "jumps"] += 1
            if row.change.overlaps:
                assert wrap(found >> len(FIELDS) * bits, bits + 1) == row.change.shift, what
        if row.after is not None:
            assert range(fields["leave_low"], fields["leave_high"]) == row.after.leaves, f"{what} {fields}"
            self.seen["leaves"] += row.after.overlaps


@cocotb.test()
async def agrees_with_model(dut):
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.write.value = 0
    await RisingEdge(dut.clk)
    bench = Bench(dut)
    for _ in range(3000):
        await bench.clock()
    needed = bench.seen if bench.p["SLIDES"] else ["passes by"]
    assert all(bench.seen[kind] > 50 for kind in needed), bench.seen


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("classes", "coordinate_bits", "slot_bits", "ports", "slides", "spaced"),
    [(1, 6, 2, 1, 1, 0), (3, 8, 3, 3, 1, 1), (4, 8, 3, 2, 0, 0), (2, 16, 3, 1, 1, 1), (2, 8, 1, 1, 0, 1)],
)
def test_axis_history(classes, coordinate_bits, slot_bits, ports, slides, spaced, simulator, build_directory):
    parameters = {
        "CLASSES": classes,
        "COORDINATE_BITS": coordinate_bits,
        "SLOT_BITS": slot_bits,
        "PORTS": ports,
        "SLIDES": slides,
        "SPACED": spaced,
        "STEP_BITS": 4,
    }
    run_bench("axis_history", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Rows against the model: sets that slide, grow, shrink, jump, and change their spacing."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import axis_history, pack, unpack, wrap
from rtlgen.simulate import bench_parameters, run_bench

FIELDS = ("start", "count", "new_low", "new_high", "leave_low", "leave_high")


def next_set(before, p):
    """Return a set like those of a machine: near the one before or anywhere, some empty."""
    largest, steps = (1 << p["COORDINATE_BITS"]) - 1, (1 << p["STEP_BITS"]) - 1
    spacing = random.randint(1, steps) if p["SPACED"] else 1
    count = random.choice([1, random.randint(1, 5), random.randint(0, 12)])
    start = random.choice([random.randint(0, largest), random.randint(0, min(largest, 20))])
    if before is not None and len(before) and random.random() < 0.8:
        spacing = random.choice([spacing, before.step, before.step])
        count = random.choice([count, len(before), len(before)])
        start = before.start + random.randint(-4, 4) * random.choice([1, before.step, spacing])
    start = min(max(0, start), largest)
    count = min(count, (largest - start) // spacing + 1, largest)
    return axis_history.progression(start, count, spacing)


class Bench:
    """Sets written one after the other; what a row should hold by slot."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        self.before, self.slot, self.step = None, 0, 0
        self.rows, self.seen = {}, {"shares": 0, "jumps": 0, "one element": 0}

    def changes(self):
        """Return the next set and how it differs: None where a set is empty, never what is refused."""
        while True:
            now = next_set(self.before, self.p)
            if not self.before or not now:
                return now, None
            change = axis_history.model(now, self.before)
            if change is not None:
                return now, change

    async def clock(self):
        dut, p = self.dut, self.p
        now, change = self.changes()
        write, slots = random.random() < 0.8, 1 << p["SLOT_BITS"]
        reads = [random.choice([*self.rows, self.slot]) for _ in range(p["PORTS"])]
        dut.write.value, dut.write_slot.value = write, self.slot
        dut.start.value, dut.count.value = now.start, len(now)
        dut.spacing.value, dut.reciprocal.value = now.step, -(-(1 << 20) // now.step)
        dut.read_slots.value = pack(reads, p["SLOT_BITS"])
        await FallingEdge(dut.clk)
        if change is not None:
            what = f"{now=} {self.before=} {change=}"
            assert dut.same.value == change.same, what
            assert dut.overlaps.value == change.overlaps, what
        rows = unpack(int(dut.read_rows.value), p["PORTS"], len(dut.read_rows) // p["PORTS"])
        for read, row in zip(reads, rows, strict=True):
            if read in self.rows:
                self.check_row(row, *self.rows[read])
        await RisingEdge(dut.clk)
        if write:
            last = (self.slot - 1) % slots
            if last in self.rows:
                self.rows[last] = (*self.rows[last][:2], change)
            if change is not None:
                self.seen["shares" if change.overlaps else "jumps"] += 1
                self.seen["one element"] += change.overlaps and len(now) == 1 < len(self.before)
            self.rows[self.slot] = (now, change, None)
            # The next row of the ring is about to lose what leaves it.
            self.rows.pop((self.slot + 1) % slots, None)
            self.before, self.slot = now, (self.slot + 1) % slots

    def check_row(self, row, now, change, leaving):
        bits = self.p["COORDINATE_BITS"]
        fields = dict(zip(FIELDS, unpack(row, len(FIELDS), bits), strict=True))
        assert (fields["start"], fields["count"]) == (now.start, len(now))
        if not self.p["SLIDES"]:
            return
        if change is not None and change.overlaps:
            assert range(fields["new_low"], fields["new_high"]) == change.new, f"{now} {change} {fields}"
            assert wrap(row >> 6 * bits, bits + 1) == change.shift, f"{now} {change}"
        elif change is not None:
            assert (fields["new_low"], fields["new_high"]) == (0, len(now))
        if leaving is not None:
            leaves = range(fields["leave_low"], fields["leave_high"])
            assert leaves == leaving.leaves, f"{now} {leaving} {fields}"


@cocotb.test()
async def agrees_with_model(dut):
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.write.value = 0
    await RisingEdge(dut.clk)
    bench = Bench(dut)
    for _ in range(6000):
        await bench.clock()
    assert all(count > 50 for count in bench.seen.values()), bench.seen


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("coordinate_bits", "slot_bits", "ports", "slides", "spaced"),
    [(6, 2, 1, 1, 0), (8, 3, 3, 1, 1), (16, 3, 1, 1, 1), (8, 3, 2, 0, 0), (8, 3, 1, 0, 1)],
)
def test_axis_history(coordinate_bits, slot_bits, ports, slides, spaced, simulator, build_directory):
    parameters = {
        "COORDINATE_BITS": coordinate_bits,
        "SLOT_BITS": slot_bits,
        "PORTS": ports,
        "SLIDES": slides,
        "SPACED": spaced,
        "STEP_BITS": 4,
    }
    run_bench("axis_history", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

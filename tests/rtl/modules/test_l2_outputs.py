"""Accumulated outputs, counts of reads and the host's view against the model; beats back to back too."""

import os
import random
from collections import deque
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import l2_outputs, pack, row_address, wrap
from rtlgen.simulate import bench_parameters, run_bench

LATENCY = 4


class Bench:
    """The module beside its model, and a tensor's shape."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        p = self.p
        self.model = l2_outputs.Model(p["ELEMENT_BITS"], p["READBACK_BITS"], p["BANKS"])
        self.shape = tuple(map(int, os.environ["SHAPE"].split()))
        self.strides, rows = row_address.dense_strides(self.shape, p["BANKS"])
        self.base = random.randint(0, p["ROWS"] - rows)
        # Counts of reads of the cycles before this one; None for a cycle without a beat.
        self.counts = deque([None] * LATENCY)

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        for name in ("clear", "beat_valid", "host_read", "host_row", "host_bank", "readback_requantise"):
            getattr(dut, name).value = 0
        dut.base_row.value = self.base
        dut.row_stride.value = pack(reversed(self.strides), 32)
        cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
        for _ in range(3):
            await RisingEdge(dut.clk)
        dut.rst.value = 0
        await self.clear()

    async def clear(self):
        dut = self.dut
        dut.clear.value = 1
        await RisingEdge(dut.clk)
        dut.clear.value = 0
        self.model.clear()
        cycles = 0
        await FallingEdge(dut.clk)
        while dut.clearing.value:
            cycles += 1
            await RisingEdge(dut.clk)
            await FallingEdge(dut.clk)
        assert cycles == self.p["ROWS"]
        await RisingEdge(dut.clk)

    def random_beat(self, near=None):
        """Return coordinates, mask and data; ``near`` another beat's coordinates to overlap it."""
        p = self.p
        size = self.shape[-1]
        coordinates = list(near or (random.randrange(extent) for extent in self.shape))
        if near:
            low, high = max(0, near[-1] - p["WINDOW"]), min(size - 1, near[-1] + p["WINDOW"])
            coordinates[-1] = random.randint(low, high)
        lanes = range(p["WINDOW"])
        mask = [coordinates[-1] + lane < size and random.random() < 0.8 for lane in lanes]
        data = [wrap(random.getrandbits(32), p["ELEMENT_BITS"]) for _ in lanes]
        return tuple(coordinates), mask, data

    async def clock(self, beat):
        """One cycle with a beat, or ``None``."""
        dut, p = self.dut, self.p
        dut.beat_valid.value = beat is not None
        if beat is None:  # what is not valid must not matter
            dut.beat_mask.value = 2 ** p["WINDOW"] - 1
        else:
            coordinates, mask, data = beat
            dut.beat_coordinates.value = pack(reversed(coordinates), p["COORDINATE_BITS"])
            dut.beat_mask.value, dut.beat_data.value = pack(mask, 1), pack(data, p["ELEMENT_BITS"])
        await FallingEdge(dut.clk)
        count = self.counts[0]
        assert dut.pending.value == any(item is not None for item in self.counts)
        assert dut.reads_valid.value == (count is not None)
        if count is not None:
            assert dut.reads.value == count
        await RisingEdge(dut.clk)
        self.counts.popleft()
        self.counts.append(beat and self.model.accumulate(*beat, self.base, self.strides))

    async def drain(self):
        while any(item is not None for item in self.counts):
            await self.clock(None)

    async def check_all(self):
        """Every element as the host reads it, one a cycle, in a random mode each."""
        dut, p = self.dut, self.p
        dut.host_read.value = 1
        for row in range(p["ROWS"]):
            for bank in range(p["BANKS"]):
                requantised, relu = random.random() < 0.5, random.random() < 0.5
                shift = random.randrange(p["ELEMENT_BITS"])
                dut.host_row.value, dut.host_bank.value = row, bank
                dut.readback_requantise.value = requantised
                dut.readback_shift.value, dut.readback_relu.value = shift, relu
                await RisingEdge(dut.clk)
                await FallingEdge(dut.clk)
                wanted = self.model.read(row, bank, requantised, shift, relu)
                assert dut.host_read_data.value.to_signed() == wanted, f"row {row} bank {bank}"
        dut.host_read.value = 0
        await RisingEdge(dut.clk)
        for (row, bank), value in self.model.elements.items():
            assert int(dut.gen_bank[bank].u_bank.mem[row].value) == value % 2 ** p["ELEMENT_BITS"]


@cocotb.test()
async def accumulates_as_the_model(dut):
    bench = Bench(dut)
    await bench.start()
    await bench.check_all()
    for pace, nearness in ((1.0, 0.0), (1.0, 0.9), (0.5, 0.9), (0.2, 0.5)):
        last = None
        for _ in range(250):
            beat = None
            if random.random() < pace:
                beat = bench.random_beat(last if random.random() < nearness else None)
                last = beat[0]
            await bench.clock(beat)
        await bench.drain()
        await bench.check_all()


@cocotb.test()
async def sums_back_to_back_beats_on_one_element(dut):
    """At every distance of two beats, in bursts of several lengths."""
    bench = Bench(dut)
    await bench.start()
    coordinates = tuple(size - 1 for size in bench.shape)
    mask = [True] + [False] * (bench.p["WINDOW"] - 1)
    for gap in range(6):
        for beats in (1, 2, 3, 7):
            for _ in range(beats):
                await bench.clock((coordinates, mask, bench.random_beat()[2]))
                for _ in range(gap):
                    await bench.clock(None)
    await bench.drain()
    await bench.check_all()


@cocotb.test()
async def forgets_when_cleared(dut):
    bench = Bench(dut)
    await bench.start()
    for _ in range(3):
        for _ in range(60):
            await bench.clock(bench.random_beat())
        await bench.drain()
        await bench.check_all()
        await bench.clear()
        await bench.check_all()


CASES = {
    "line": {"shape": (9,), "bits": 32, "readback": 8, "window": 1, "banks": 1, "rows": 16},
    "one element": {"shape": (1,), "bits": 8, "readback": 4, "window": 1, "banks": 1, "rows": 1},
    "whole rows": {"shape": (3, 8), "bits": 32, "readback": 32, "window": 4, "banks": 4, "rows": 8},
    "five lanes": {"shape": (2, 2, 21), "bits": 24, "readback": 8, "window": 5, "banks": 8, "rows": 13},
    "few of many": {"shape": (2, 1, 2, 17), "bits": 8, "readback": 16, "window": 3, "banks": 16, "rows": 8},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_l2_outputs(case, simulator, build_directory):
    parameters = {
        "AXES": len(case["shape"]),
        "COORDINATE_BITS": 5,
        "ELEMENT_BITS": case["bits"],
        "READBACK_BITS": case["readback"],
        "WINDOW": case["window"],
        "BANKS": case["banks"],
        "ROWS": case["rows"],
    }
    run_bench(
        "l2_outputs",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment={"SHAPE": " ".join(map(str, case["shape"]))},
    )

"""Beats against what the items ask of a modelled memory: contents, order, latency, pace and credit."""

import os
import random
from collections import deque
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import l2_fetch, l2_memory, pack, row_address, unpack
from rtlgen.simulate import bench_parameters, run_bench

LATENCY = 4


class Bench:
    """The module, a modelled memory at its read port, and a tensor of random elements in it."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        p = self.p
        self.memory = l2_memory.Model(p["ELEMENT_BITS"], p["WINDOW"], p["BANKS"], p["ROWS"])
        for row in range(p["ROWS"]):
            for bank in range(p["BANKS"]):
                self.memory.write(row, bank, random.getrandbits(32))
        self.shape = tuple(map(int, os.environ["SHAPE"].split()))
        self.strides, rows = row_address.dense_strides(self.shape, p["BANKS"])
        self.base = random.randint(0, p["ROWS"] - rows)
        # Items under way: the item and the cycle in which it was taken.
        self.expected = deque()
        self.cycle = 0
        self.taken = self.reads = 0

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        dut.in_valid.value = dut.out_ready.value = 0
        dut.base_row.value = self.base
        dut.row_stride.value = pack(reversed(self.strides), 32)
        cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
        for _ in range(3):
            await RisingEdge(dut.clk)
        dut.rst.value = 0

    def random_item(self):
        coordinates = tuple(random.randrange(size) for size in self.shape)
        target = random.getrandbits(self.p["TARGET_BITS"])
        return l2_fetch.Item(coordinates, random.random() < 0.2, random.random() < 0.3, target)

    async def clock(self, item, out_ready):
        """One cycle: offer ``item`` (``None``: nothing), check the head; return (item taken, beat given)."""
        dut, p = self.dut, self.p
        dut.in_valid.value, dut.out_ready.value = item is not None, out_ready
        if item is not None:
            dut.in_coordinates.value = pack(reversed(item.coordinates), p["COORDINATE_BITS"])
            dut.in_empty.value, dut.in_last.value, dut.in_target.value = item.empty, item.last, item.target
        await FallingEdge(dut.clk)
        assert dut.in_ready.value == (len(self.expected) < p["DEPTH"])
        takes = item is not None and bool(dut.in_ready.value)
        gives = bool(dut.out_valid.value) and out_ready
        if dut.out_valid.value:
            self.check_head()
        else:
            assert not self.expected or self.cycle < self.expected[0][1] + LATENCY, "late beat"
        # Data come the cycle after the enable, and only then.
        lanes = [random.getrandbits(p["ELEMENT_BITS"]) for _ in range(p["WINDOW"])]
        if dut.read_enable.value:
            self.reads += 1
            found = self.memory.read(int(dut.read_row.value), int(dut.read_offset.value))
            lanes = [noise if value is None else value for noise, value in zip(lanes, found, strict=True)]
        await RisingEdge(dut.clk)
        dut.read_data.value = pack(lanes, p["ELEMENT_BITS"])
        if gives:
            self.expected.popleft()
        if takes:
            self.expected.append((item, self.cycle))
            self.taken += 1
        self.cycle += 1
        return takes, gives

    def check_head(self):
        dut, p = self.dut, self.p
        assert self.expected, "beat without item"
        item, taken = self.expected[0]
        assert self.cycle >= taken + LATENCY
        given = unpack(int(dut.out_coordinates.value), p["AXES"], p["COORDINATE_BITS"])
        assert tuple(reversed(given)) == item.coordinates
        assert dut.out_empty.value == item.empty
        assert dut.out_last.value == item.last
        assert dut.out_target.value == item.target
        if not item.empty:
            wanted = l2_fetch.model(item, self.shape[-1], self.base, self.strides, self.memory)
            lanes = unpack(int(dut.out_data.value), p["WINDOW"], p["ELEMENT_BITS"], signed=True)
            assert [a for a, b in zip(lanes, wanted, strict=True) if b is not None] == [
                b for b in wanted if b is not None
            ]


@cocotb.test()
async def beats_agree_with_model_at_every_pace(dut):
    bench = Bench(dut)
    await bench.start()
    full_items = 0
    for in_pace, out_pace in ((1.0, 1.0), (1.0, 0.4), (0.4, 1.0), (0.7, 0.7), (1.0, 0.1)):
        item = None
        for _ in range(300):
            if item is None and random.random() < in_pace:
                item = bench.random_item()
            takes, _ = await bench.clock(item, random.random() < out_pace)
            if takes:
                full_items += not item.empty
                item = None
    while bench.expected:
        await bench.clock(None, True)
    assert bench.reads == full_items, "a window is read once for each item that is not empty"


@cocotb.test()
async def keeps_one_item_a_cycle(dut):
    bench = Bench(dut)
    await bench.start()
    given = 0
    for _ in range(200):
        takes, gives = await bench.clock(bench.random_item(), True)
        assert takes or bench.p["DEPTH"] < 8
        given += gives
    if bench.p["DEPTH"] >= 8:
        assert given == 200 - LATENCY


@cocotb.test()
async def takes_no_more_than_it_can_hold(dut):
    bench = Bench(dut)
    await bench.start()
    for _ in range(3 * bench.p["DEPTH"]):
        await bench.clock(bench.random_item(), False)
    assert bench.taken == bench.p["DEPTH"]
    while bench.expected:
        await bench.clock(None, True)


CASES = {
    "line": {"shape": (9,), "bits": 8, "window": 1, "banks": 1, "rows": 16, "depth": 8},
    "one element": {"shape": (1,), "bits": 8, "window": 1, "banks": 1, "rows": 1, "depth": 8},
    "whole rows": {"shape": (6, 8), "bits": 8, "window": 4, "banks": 4, "rows": 16, "depth": 8},
    "five lanes": {"shape": (2, 3, 21), "bits": 16, "window": 5, "banks": 8, "rows": 23, "depth": 16},
    "few of many": {"shape": (3, 1, 2, 17), "bits": 4, "window": 3, "banks": 16, "rows": 32, "depth": 2},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_l2_fetch(case, simulator, build_directory):
    parameters = {
        "AXES": len(case["shape"]),
        "COORDINATE_BITS": 5,
        "ELEMENT_BITS": case["bits"],
        "WINDOW": case["window"],
        "BANKS": case["banks"],
        "ROWS": case["rows"],
        "TARGET_BITS": 7,
        "DEPTH": case["depth"],
    }
    shape = {"SHAPE": " ".join(map(str, case["shape"]))}
    run_bench(
        "l2_fetch",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment=shape,
    )

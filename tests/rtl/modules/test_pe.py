"""Boxes of a convolution in one PE, from the beats of its operands to those of its outputs.

Dimensions: 0 output channels, 1 input channels, 2 outputs of a row, 3 taps. Steps do not overlap here: the
benches of the buffers let them.
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

from rtlgen.modules import pack, pe, stream_walker, tile_walk, unpack, wrap
from rtlgen.modules.operand_buffer import multipliers
from rtlgen.modules.tile_walk import ALL, NOTHING, Tile
from rtlgen.simulate import bench_parameters, run_bench
from tests.random_tiles import literal
from tests.rtl.modules.lane_reads import shared_reads

#: Largest extent of a box along each dimension, and of an input tile along the rows.
EXTENTS = (3, 2, 4, 3)
ROWS = 6
#: Dimensions of the axes, axis 0 first; the rows of the inputs stand for a window.
WEIGHTS, INPUTS, OUTPUTS = (3, 1, 0), (2, 1), (2, 0)
SUMMED = 0b1010
#: Axis along which each tensor's tiles slide.
SLIDES = {"w": 2, "i": 0, "o": 1}
BITS = 6


class Bench:
    """The PE, and the tile of outputs that it holds."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        self.lanes = tuple(map(int, os.environ["LANES"].split()))
        self.number = int(os.environ["NUMBER"])
        self.macs = 0
        #: Cycles in which a beat is for another PE, or none is there though all else looks like one.
        self.others = self.idle = 0

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        for name in ("w_beat", "i_beat", "o_beat", "run", "w_land_step_end", "i_land_step_end"):
            getattr(dut, name).value = 0
        dut.compute_step_end.value = dut.egress_step_end.value = 0
        # No tile slides here, so nobody looks at shifts and parts.
        dut.number.value = self.number
        dut.summed.value = SUMMED
        cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
        for _ in range(2):
            await RisingEdge(dut.clk)
        dut.rst.value = 0

    def random_tile(self, count, step=1):
        ceiling = (1 << BITS) - 1
        steps = (step, *[1] * (len(count) - 1))
        start = tuple(random.randint(0, ceiling - (n - 1) * s) for n, s in zip(count, steps, strict=True))
        return Tile(ALL, start, count, steps)

    async def land(self, t, tile, bits):
        """Land random elements of a tile, among beats for other PEs; return them by index."""
        dut, p = self.dut, self.p
        window = p[f"{t.upper()}_WINDOW"]

        def port(name):
            return getattr(dut, f"{t}_{name}")

        port("land_mode").value = tile.mode
        port("land_start").value, port("land_count").value = pack(tile.start, BITS), pack(tile.count, BITS)
        if t == "i":
            dut.i_land_step.value = pack(tile.step, p["STEP_BITS"])
        elements = tile.elements(SLIDES[t])
        values = {index: random.randint(-1 << (bits - 1), (1 << (bits - 1)) - 1) for index, _ in elements}
        beats = [item.base for item in stream_walker.model([[a for _, a in elements]], window, shared=True)]
        walk = tile_walk.model(elements, window)
        while beats:
            named, beat = random.random() < 0.7, random.random() < 0.8
            mine = beat and (named or bool(p["MULTICAST"]))
            data = [random.getrandbits(bits) for _ in range(window)]
            taken = walk.taken(beats[0])
            if mine:
                for index, lane in taken:
                    data[lane] = values[index]
            port("beat").value, port("base").value = beat, pack(beats[0], BITS)
            port("data").value = pack(data, bits)
            dut.beat_target.value = self.number if named else self.number ^ random.randint(1, 3)
            self.idle += not beat and len(taken) > 0
            self.others += beat and not mine and len(taken) > 0
            await FallingEdge(dut.clk)
            assert port("taken").value == (len(taken) if mine else 0)
            assert port("taken_lanes").value == (sum(1 << lane for _, lane in taken) if mine else 0)
            await RisingEdge(dut.clk)
            if mine:
                walk.take(beats.pop(0))
        assert not walk.wanted
        port("beat").value, port("land_step_end").value = 0, 1
        await RisingEdge(dut.clk)
        port("land_step_end").value = 0
        return values

    async def compute(self, extents):
        """Run the loop over the box, held now and then."""
        dut = self.dut
        dut.extents.value, dut.active.value = pack(extents, BITS), 1
        cycles = macs = 0
        while True:
            run = random.random() < 0.8
            dut.run.value = run
            await FallingEdge(dut.clk)
            ends = bool(dut.compute_last.value)
            dut.compute_step_end.value = ends
            macs += int(dut.macs.value)
            if not run:
                assert int(dut.macs.value) == int(dut.compute_last.value) == 0
            await RisingEdge(dut.clk)
            cycles += run
            if ends:
                break
        dut.run.value = dut.compute_step_end.value = 0
        assert macs == prod(extents)
        assert cycles == prod(-(-n // width) for n, width in zip(extents, self.lanes, strict=True))
        self.macs += macs

    async def collect(self, tile, sums):
        """Collect what leaves a tile of outputs and compare it."""
        dut, p = self.dut, self.p
        window, bits = p["O_WINDOW"], p["ACCUMULATOR_BITS"]
        dut.o_leave_mode.value = tile.mode
        dut.o_leave_start.value, dut.o_leave_count.value = pack(tile.start, BITS), pack(tile.count, BITS)
        elements = tile.elements(SLIDES["o"])
        walk = tile_walk.model(elements, window)
        for item in stream_walker.model([[a for _, a in elements]], window, shared=True):
            # An output leaves once; with reduction nobody looks at the target.
            while walk.taken(item.base):
                named, beat = random.random() < 0.7, random.random() < 0.8
                mine = beat and (named or bool(p["REDUCTION"]))
                dut.o_beat.value, dut.o_base.value = beat, pack(item.base, BITS)
                dut.o_target.value = self.number if named else self.number ^ random.randint(1, 3)
                self.idle += not beat
                self.others += beat and not mine
                await FallingEdge(dut.clk)
                expected = {lane: sums[index] for index, lane in walk.taken(item.base)} if mine else {}
                assert dut.o_taken.value == len(expected)
                assert dut.o_taken_lanes.value == sum(1 << lane for lane in expected)
                found = unpack(int(dut.o_taken_sums.value), window, bits, signed=True)
                assert found == [expected.get(lane, 0) for lane in range(window)]
                await RisingEdge(dut.clk)
                if mine:
                    walk.take(item.base)
        assert not walk.wanted
        dut.o_beat.value, dut.egress_step_end.value = 0, 1
        await RisingEdge(dut.clk)
        dut.egress_step_end.value = 0

    def random_window(self):
        insertion = random.randint(1, 3) if self.p["INSERTED"] else 1
        first = random.randint(-3, 1) * insertion + random.randrange(insertion)
        return pe.Window(2, 3, first, random.randint(1, 2), random.randint(1, 2), insertion)

    async def step(self, extents, outputs, held):
        """Compute a box whose outputs are new or were ``held``; return the sums of its outputs."""
        dut, p = self.dut, self.p
        window = self.random_window()
        step = random.randint(1, 3) if int(p["I_STRIDED"][-1]) else 1
        has_weights, all_channels = random.random() < 0.8, random.random() < 0.8
        # A layer without input channels in its weights has that axis with one element.
        weight_tile = self.random_tile((extents[3], extents[1] if all_channels else 1, extents[0]))
        input_tile = self.random_tile((random.randint(1, ROWS), extents[1]), step)
        dut.weights_present.value, dut.w_present.value = has_weights, 0b111 if all_channels else 0b101
        dut.i_present.value, dut.o_present.value = 0b11, 0b11
        if not has_weights:
            weight_tile = Tile(NOTHING, weight_tile.start, weight_tile.count, weight_tile.step)
        weights = await self.land("w", weight_tile, p["W_BITS"])
        inputs = await self.land("i", input_tile, p["I_BITS"])
        if not has_weights:
            weights = dict.fromkeys(product(*map(range, weight_tile.count)), 1)
        if not all_channels:
            weights = {(r, c, k): v for (r, _, k), v in weights.items() for c in range(extents[1])}
        dut.insertion.value = window.insertion
        dut.insertion_reciprocal.value = -(-(1 << 20) // window.insertion)
        dut.window_first.value = pack([window.first], BITS + 2)
        dut.window_output_step.value, dut.window_tap_step.value = window.output_step, window.tap_step
        dut.window_count.value = input_tile.count[0]
        dut.w_compute_mode.value, dut.i_compute_mode.value = weight_tile.mode, ALL
        dut.o_compute_mode.value = NOTHING if held else ALL
        await self.compute(extents)
        found = pe.model(extents, WEIGHTS, weights, (window, 1), inputs, OUTPUTS, p["ACCUMULATOR_BITS"])
        return {index: wrap(found[index] + held.get(index, 0), p["ACCUMULATOR_BITS"]) for index in found}


@cocotb.test()
async def sums_agree_with_model(dut):
    bench = Bench(dut)
    await bench.start()
    for _ in range(40):
        extents = tuple(random.randint(1, n) for n in EXTENTS)
        outputs = bench.random_tile((extents[2], extents[0]))
        held = {}
        # The outputs stay for some steps, whose boxes differ in what is summed over.
        residency = random.randint(1, 3)
        for number in range(residency):
            extents = (extents[0], random.randint(1, EXTENTS[1]), extents[2], random.randint(1, EXTENTS[3]))
            mode = NOTHING if held else ALL
            held = await bench.step(extents, outputs, held)
            leaves = number == residency - 1
            dut.o_egress_mode.value = mode
            leaving = Tile(ALL if leaves else NOTHING, outputs.start, outputs.count, outputs.step)
            await bench.collect(leaving, held)
    assert bench.macs > 300
    assert bench.idle > 50
    assert bench.others > 20 or (bench.p["MULTICAST"] and bench.p["REDUCTION"])


@cocotb.test()
async def an_idle_pe_is_through_at_once(dut):
    bench = Bench(dut)
    await bench.start()
    dut.active.value, dut.extents.value = 0, pack(EXTENTS, BITS)
    for run in (1, 0, 1):
        dut.run.value = run
        await FallingEdge(dut.clk)
        assert dut.compute_last.value == run
        assert dut.macs.value == 0


def divisors(lanes, own):
    """Place values of the dimensions in the number of a lane, the last dimension's the lowest."""
    return [prod(lanes[e] for e in own if e > d) if d in own else 0 for d in range(len(lanes))]


def buffer_parameters(tensor, extents, window, has_banks):
    slide = SLIDES[tensor.lower()]
    picks = min(window, extents[0])
    banks = 1 << (picks - 1).bit_length() if has_banks else 1
    distances, words = multipliers(extents, slide, banks)
    rounded = -(-extents[0] // banks) * banks
    found = {
        "AXES": len(extents),
        "WINDOW": window,
        "PICKS": picks,
        "SLIDE_AXIS": slide,
        "RING_EXTENT": extents[slide] if slide else rounded,
        "ADDRESS_BITS": max((words - 1).bit_length(), banks.bit_length()),
        "MULTIPLIERS": literal(pack(distances, 16), 16 * len(extents)),
        **({"BANKS": banks} if has_banks else {}),
    }
    return {f"{tensor}_{name}": value for name, value in found.items()}


def read_parameters(tensor, lanes, own):
    """Indices that the lanes of a tensor share; a row is told by the places of its output and tap."""
    axes = {"W": [(d, None) for d in WEIGHTS], "I": [(2, 3), (1, None)], "O": [(d, None) for d in OUTPUTS]}
    values = divisors(lanes, own)
    places = [
        [
            tuple(v // values[d] % lanes[d] if d is not None else 0 for d in dimensions)
            for dimensions in axes[tensor]
        ]
        for v in range(prod(lanes[d] for d in own))
    ]
    found, reads = shared_reads(places)
    offsets = {"READ_OFFSET": [offset for _, (offset, _) in reads]}
    if tensor == "I":
        offsets["READ_TAP_OFFSET"] = [offset for _, (_, offset) in reads]
    found |= {name: literal(pack(values, 8), 8 * len(values)) for name, values in offsets.items()}
    return {f"{tensor}_{name}": value for name, value in found.items()}


CASES = {
    "scalar": {"lanes": (1, 1, 1, 1), "windows": (1, 1, 1)},
    "lanes yield": {"lanes": (2, 1, 3, 1), "windows": (3, 4, 2), "reduction": 0, "number": 2},
    "lanes add": {"lanes": (1, 2, 1, 2), "windows": (2, 8, 4), "multicast": 0},
    "both, alone": {"lanes": (2, 1, 1, 3), "windows": (4, 2, 1), "multicast": 0, "reduction": 0, "number": 1},
    "inserted": {"lanes": (1, 1, 2, 1), "windows": (1, 4, 2), "inserted": 1, "bits": (4, 16)},
    "spaced": {"lanes": (1, 1, 1, 1), "windows": (2, 6, 3), "strided": 1, "bits": (16, 12), "sum": 32},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_pe(case, simulator, build_directory):
    lanes, (w_window, i_window, o_window) = case["lanes"], case["windows"]
    owned = {"W": set(WEIGHTS), "I": {1, 2, 3}, "O": set(OUTPUTS)}
    w_bits, i_bits = case.get("bits", (8, 8))
    parameters = {
        "TARGET_BITS": 2,
        "MULTICAST": case.get("multicast", 1),
        "REDUCTION": case.get("reduction", 1),
        "COORDINATE_BITS": BITS,
        "STEP_BITS": 4,
        "ACCUMULATOR_BITS": case.get("sum", 24),
        "DIMENSIONS": 4,
        "LANES": literal(pack(lanes, 8), 32),
        "LANE_DIVISOR": literal(pack(divisors(lanes, range(4)), 16), 64),
        "VECTOR": prod(lanes),
        "INSERTED": case.get("inserted", 0),
        "W_BITS": w_bits,
        "I_BITS": i_bits,
        "W_DIMENSION": literal(pack(WEIGHTS, 8), 24),
        "I_DIMENSION": literal(pack(INPUTS, 8), 16),
        "I_TAP": literal(pack((3, 255), 8), 16),
        "O_DIMENSION": literal(pack(OUTPUTS, 8), 16),
        "I_STRIDED": literal(case.get("strided", 0), 2),
        **buffer_parameters("W", [EXTENTS[d] for d in WEIGHTS], w_window, has_banks=True),
        **buffer_parameters("I", [ROWS, EXTENTS[1]], i_window, has_banks=True),
        **buffer_parameters("O", [EXTENTS[d] for d in OUTPUTS], o_window, has_banks=False),
    }
    for tensor, own in owned.items():
        parameters[f"{tensor}_DIVISOR"] = literal(pack(divisors(lanes, own), 16), 64)
        parameters[f"{tensor}_LANES"] = prod(lanes[d] for d in own)
        parameters |= read_parameters(tensor, lanes, own)
    run_bench(
        "pe",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment={"LANES": " ".join(map(str, lanes)), "NUMBER": str(case.get("number", 0))},
    )

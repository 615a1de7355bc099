"""Steps against a nest of loops whose counts change with the positions of the loops around them."""

import json
import os
import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge, Timer

from maestro_py.ir.tiles import Map
from rtlgen.modules import loop_sequencer, pack, unpack
from rtlgen.simulate import bench_parameters, run_bench


class Nest:
    """Random maps of the loops given, and extents that depend on the positions of outer levels."""

    def __init__(self, loops):
        self.loops = loops
        self.seed = random.random()
        self.units, self.maps = {}, {}
        for loop in loops:
            shared = random.choice([1, 1, 2, 3]) if len(loop) == 1 else random.randint(1, 3)
            for number in loop:
                size = random.randint(1, 4)
                self.units[number] = shared
                self.maps[number] = Map(shared > 1, "", size, random.randint(1, 4))

    def extent(self, number, outer):
        """Return an extent that depends on the positions of outer maps; sometimes nothing is left."""
        chance = random.Random(f"{self.seed} {number} {outer}")
        return chance.choice([0, 1, chance.randint(0, 9), chance.randint(0, 16)])

    def outer(self, number, positions):
        """Positions of the maps of all loops around that of a map."""
        before = [n for loop in self.loops[: self.loop_of(number)] for n in loop]
        return tuple(positions[n] for n in before)

    def loop_of(self, number):
        return next(i for i, loop in enumerate(self.loops) if number in loop)

    def steps(self):
        count = len(self.maps)
        return loop_sequencer.model(
            [self.maps[n] for n in range(count)],
            [self.units[n] for n in range(count)],
            self.loops,
            self.extent,
        )


class Bench:
    def __init__(self, dut):
        self.dut, self.bits = dut, bench_parameters()["POSITION_BITS"]

    async def start(self, nest):
        """Load a nest and pulse start."""
        dut, numbers = self.dut, range(len(nest.maps))
        advance = [nest.units[n] * nest.maps[n].offset for n in numbers]
        reach = [(nest.units[n] - 1) * nest.maps[n].offset + nest.maps[n].size for n in numbers]
        dut.advance.value, dut.reach.value = pack(advance, self.bits), pack(reach, self.bits)
        dut.start.value = 1
        await RisingEdge(dut.clk)
        dut.start.value = 0

    async def step(self, nest, ready):
        """One cycle; positions if a step is there, and whether it is the last."""
        dut = self.dut
        dut.step_ready.value = ready
        await Timer(1, "step")
        found = None
        await FallingEdge(dut.clk)
        if dut.step_valid.value:
            positions = tuple(unpack(int(dut.positions.value), len(nest.maps), self.bits))
            extents = [nest.extent(n, nest.outer(n, positions)) for n in range(len(nest.maps))]
            dut.extent.value = pack(extents, self.bits)
            await Timer(100, "ps")
            found = positions, bool(dut.step_final.value)
        await RisingEdge(dut.clk)
        return found


@cocotb.test()
async def agrees_with_model_at_every_pace(dut):
    loops = json.loads(os.environ["LOOPS_OF_MAPS"])
    bench = Bench(dut)
    dut.rst.value = 1
    dut.start.value = dut.step_ready.value = dut.extent.value = 0
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    await RisingEdge(dut.clk)
    await RisingEdge(dut.clk)
    dut.rst.value = 0
    for trial in range(40):
        nest, pace = Nest(loops), (1.0, 0.5)[trial % 2]
        steps = list(nest.steps())[:500]
        await bench.start(nest)
        for number, wanted in enumerate(steps):
            ready = random.random() < pace
            while True:
                found = await bench.step(nest, ready)
                assert found is not None, "a step stays valid and one follows at once"
                assert found[0] == wanted
                if number + 1 < len(steps):
                    assert not found[1]
                if ready:
                    break
                ready = True
        if len(steps) < 500:
            assert found[1]
            assert await bench.step(nest, True) is None


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("loops", "position_bits"),
    [([[0]], 7), ([[0], [1], [2]], 8), ([[0], [1, 2], [3], [4]], 12), ([[0, 1, 2]], 8)],
)
def test_loop_sequencer(loops, position_bits, simulator, build_directory):
    maps = sum(map(len, loops))
    codes = sum(number << 8 * map_ for number, loop in enumerate(loops) for map_ in loop)
    parameters = {
        "MAPS": maps,
        "LOOPS": len(loops),
        "MAP_LOOP": f"{8 * maps}'d{codes}",
        "POSITION_BITS": position_bits,
    }
    run_bench(
        "loop_sequencer",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment={"LOOPS_OF_MAPS": json.dumps(loops)},
    )

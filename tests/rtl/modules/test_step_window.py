"""Steps of random layers through the window, against the model and against what readers may rely on."""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from rtlgen.modules import step_window
from rtlgen.simulate import bench_parameters, run_bench

POINTERS = ("egress_pointer", "w_land_pointer", "i_land_pointer")


class Layer:
    """A sequencer of ``steps`` steps in front of the window, and three readers behind it."""

    def __init__(self, dut, steps, paces):
        self.dut, self.steps, self.paces = dut, steps, paces
        self.slots = 1 << bench_parameters()["SLOT_BITS"]
        self.model = step_window.Model(bench_parameters()["SLOT_BITS"])
        self.taken = 0
        self.readers = dict.fromkeys(POINTERS, 0)
        # Rows that a reader can still ask for: step of each slot, and of the row whose leaving part it has.
        self.rows, self.leaving = {}, {}

    async def clock(self):
        """One cycle, checked."""
        dut, model = self.dut, self.model
        source, pause, *readers = self.paces
        valid, paused = self.taken < self.steps and random.random() < source, random.random() < pause
        final = self.taken == self.steps - 1
        for name, pace in zip(POINTERS, readers, strict=True):
            # Egress needs to know what leaves; the others need the row alone.
            end = model.completed if name == "egress_pointer" else model.written
            if self.readers[name] < end and random.random() < pace:
                self.readers[name] += 1
            getattr(dut, name).value = self.readers[name] % (2 * self.slots)
        dut.step_valid.value, dut.step_final.value, dut.pause.value = valid, valid and final, paused
        slowest = min(self.readers.values())
        await FallingEdge(dut.clk)
        assert dut.step_take.value == model.take(valid, slowest, paused)
        assert dut.write.value == model.write(slowest)
        assert dut.write_step.value == (model.write(slowest) and model.waiting is not None)
        assert dut.written.value == model.written % (2 * self.slots)
        assert dut.completed.value == model.completed % (2 * self.slots)
        assert dut.total_known.value == model.total_known
        self.check_rows(slowest)
        takes = bool(dut.step_take.value)
        await RisingEdge(dut.clk)
        model.clock(valid, final, slowest, paused)
        self.taken += takes

    def check_rows(self, slowest):
        """No row that a reader still needs is overwritten."""
        dut, step = self.dut, self.model.written
        if not dut.write.value:
            return
        slot = int(dut.write_slot.value)
        assert slot == step % self.slots
        assert self.rows.get(slot, -1) < slowest
        self.rows[slot] = step
        before = (slot - 1) % self.slots
        assert self.leaving.get(before, -1) < slowest
        if step:
            self.leaving[before] = step - 1
            assert self.rows[before] == step - 1


@cocotb.test()
async def agrees_with_model_at_every_pace(dut):
    slots = 1 << bench_parameters()["SLOT_BITS"]
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.rst.value, dut.start.value = 1, 0
    for name in ("pause", "step_valid", "step_final", *POINTERS):
        getattr(dut, name).value = 0
    await RisingEdge(dut.clk)
    await RisingEdge(dut.clk)
    dut.rst.value = 0
    for trial in range(40):
        steps = random.choice([1, 2, slots - 1, slots, slots + 1, random.randint(1, 60)])
        paces = (1.0, 0.0, 1.0, 1.0, 1.0)
        if trial % 4:
            paces = tuple(random.choice([0.1, 0.5, 1.0]) for _ in range(5))
            paces = (paces[0], 1 - paces[1] if paces[1] < 1 else 0.0, *paces[2:])
        dut.start.value, dut.step_valid.value = 1, 0
        for name in POINTERS:
            getattr(dut, name).value = 0
        await RisingEdge(dut.clk)
        dut.start.value = 0
        layer = Layer(dut, steps, paces)
        # Every fifth layer is given up under way.
        wanted = steps if trial % 5 else steps // 2
        for _ in range(20000):
            if layer.model.completed >= wanted and (trial % 5 == 0 or layer.model.completed == steps):
                break
            await layer.clock()
        assert layer.model.completed >= wanted
        if trial % 5:
            assert layer.model.total_known
            for _ in range(5):
                await layer.clock()
                assert not dut.write.value


@cocotb.test()
async def keeps_one_step_a_cycle(dut):
    """Readers that follow at once: a step is taken and one is written in every cycle."""
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    dut.rst.value = 1
    await RisingEdge(dut.clk)
    dut.rst.value = dut.start.value = 0
    layer = Layer(dut, 1000, (1.0, 0.0, 1.0, 1.0, 1.0))
    for _ in range(100):
        await layer.clock()
    assert layer.taken == 100


@pytest.mark.rtl
@pytest.mark.parametrize("slot_bits", [2, 4])
def test_step_window(slot_bits, simulator, build_directory):
    parameters = {"SLOT_BITS": slot_bits}
    run_bench("step_window", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

"""Cycles of random layers against the recurrences of the pipeline, and what holds at every pace."""

import os
import random
from dataclasses import dataclass
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from maestro_py.reference import StepCost
from rtlgen.modules import step_control
from rtlgen.simulate import bench_parameters, run_bench

# Steps that are known ahead of the one that is computed, as the window of the accelerator holds them.
AHEAD = 12

FLAGS = [
    "w_take",
    "i_take",
    "o_take",
    "ingress_beat",
    "w_sent",
    "i_sent",
    "w_step_sent",
    "i_step_sent",
    "run",
    "compute_step_end",
    "egress_beat",
    "o_sent",
    "egress_step_end",
    "counting",
    "busy",
    "done",
    "stall_ingress",
    "stall_compute_data",
    "stall_compute_output",
    "stall_egress",
]


@dataclass(frozen=True)
class Step:
    """Elements of a step and the cycles in which the PEs work on it."""

    weights: int
    inputs: int
    outputs: int
    compute: int


class Stream:
    """Items of a tensor, step by step."""

    def __init__(self, counts):
        self.items = [
            (step, count == 0, k == max(count, 1) - 1)
            for step, count in enumerate(counts)
            for k in range(max(count, 1))
        ]
        self.next = 0

    @property
    def head(self):
        return self.items[self.next] if self.next < len(self.items) else None


class Bench:
    """The module with streams, networks and PEs in software."""

    def __init__(self, dut):
        self.dut, self.p = dut, bench_parameters()
        self.latency = int(os.environ["LATENCY"])
        self.modulus = 1 << self.p["POINTER_BITS"]

    async def start(self):
        dut = self.dut
        dut.rst.value = 1
        dut.start.value = dut.pause.value = dut.landed.value = dut.egress_in_flight.value = 0
        cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
        for _ in range(3):
            await RisingEdge(dut.clk)
        dut.rst.value = 0
        await FallingEdge(dut.clk)
        assert dut.busy.value == 0
        assert dut.done.value == 0
        await RisingEdge(dut.clk)

    def cost(self, step):
        p = self.p
        ingress = step.weights * p["W_PARTS"] + step.inputs * p["I_PARTS"]
        return StepCost(step.compute, ingress, step.outputs * p["O_PARTS"])

    def offer(self, name, stream, pace):
        """Show a stream's head; what a stream shows while it has none means nothing."""
        head = stream.head if random.random() < pace else None
        _, empty, last = head or (0, random.getrandbits(1), random.getrandbits(1))
        getattr(self.dut, f"{name}_valid").value = head is not None
        getattr(self.dut, f"{name}_empty").value = empty
        getattr(self.dut, f"{name}_last").value = last

    async def run(self, steps, pace=1.0, pause=0.0):
        """Run a layer and check every cycle; return in how many cycles each output was high."""
        dut = self.dut
        state = State(steps, self.latency)
        seen = dict.fromkeys(FLAGS, 0)
        dut.start.value = 1
        await RisingEdge(dut.clk)
        dut.start.value = 0
        for _ in range(10_000):
            for name, stream in state.streams.items():
                self.offer(name, stream, pace)
            written = min(state.computed + AHEAD, len(steps))
            dut.total_known.value = written == len(steps)
            dut.total.value = written % self.modulus
            dut.pause.value = sum((random.random() < pause) << bit for bit in range(3))
            dut.all_last.value = state.is_last_cycle
            dut.egress_in_flight.value = any(state.collection)
            lands = state.network[-1] if self.latency else None
            dut.landed.value, dut.landed_slot.value = lands is not None, (lands or 0) % 2
            await FallingEdge(dut.clk)
            flags = {name: int(getattr(dut, name).value) for name in FLAGS}
            assert flags["busy"] + flags["done"] == 1
            if flags["done"]:
                break
            assert dut.compute_pointer.value == state.computed % self.modulus
            assert dut.egress_pointer.value == state.left % self.modulus
            element = state.ingress(flags)
            if element is not None:
                assert dut.ingress_slot.value == element % 2
            if not self.latency:  # the network is wires: what is sent lands
                dut.landed.value, dut.landed_slot.value = element is not None, (element or 0) % 2
            state.clock(flags, element)
            for name, value in flags.items():
                seen[name] += value
            await RisingEdge(dut.clk)
        else:
            raise AssertionError("the layer does not end")
        state.check_end()
        costs = [self.cost(step) for step in steps]
        assert seen["ingress_beat"] == sum(cost.ingress for cost in costs)
        assert seen["egress_beat"] == sum(cost.egress for cost in costs)
        assert seen["run"] == sum(cost.compute for cost in costs)
        await RisingEdge(dut.clk)
        return seen


class State:
    """Where a layer stands: what was sent, landed, computed and collected."""

    def __init__(self, steps, latency):
        self.steps, self.latency = steps, latency
        self.streams = {
            "w": Stream([s.weights for s in steps]),
            "i": Stream([s.inputs for s in steps]),
            "o": Stream([s.outputs for s in steps]),
        }
        # Registers of both networks, the youngest first: the step of an element; whether there is one.
        self.network, self.collection = [None] * latency, [False] * latency
        self.computed = self.worked = self.left = 0
        self.landed = [0] * len(steps)
        self.sent_steps = {"w": 0, "i": 0}

    @property
    def is_last_cycle(self):
        """Whether the PEs are in the last cycle of the present step; they say so even while they are held."""
        return self.computed < len(self.steps) and self.worked == self.steps[self.computed].compute - 1

    def ingress(self, flags):
        """Check what enters the network and return the step of the element, if it is whole."""
        element = None
        for name in ("w", "i"):
            stream = self.streams[name]
            if not flags[f"{name}_take"]:
                assert not flags[f"{name}_sent"]
                assert not flags[f"{name}_step_sent"]
                continue
            step, empty, last = stream.head
            assert flags[f"{name}_sent"] != empty, "an item goes when its element was sent"
            assert flags[f"{name}_step_sent"] == last
            assert step < self.computed + 2, "a buffer is overwritten that is still read"
            if not empty:
                assert element is None, "two elements in a cycle"
                element = step
            stream.next += 1
            self.sent_steps[name] += last
        assert self.sent_steps["w"] >= self.sent_steps["i"], "weights come first"
        assert flags["ingress_beat"] or element is None
        return element

    def clock(self, flags, element):
        """Check compute and egress, and go on to the next cycle."""
        self.network = [element, *self.network]
        landed = self.network.pop()
        if landed is not None:
            self.landed[landed] += 1
        assert flags["compute_step_end"] == (flags["run"] and self.is_last_cycle)
        if flags["o_take"]:
            step, empty, last = self.streams["o"].head
            assert flags["o_sent"] != empty
            assert flags["egress_step_end"] == last
            assert step == self.left < self.computed, "outputs leave that are not computed"
            self.streams["o"].next += 1
            self.left += last
        else:
            assert not flags["o_sent"]
            assert not flags["egress_step_end"]
        if flags["run"]:
            step = self.steps[self.computed]
            # Landed in an earlier cycle; an element that lands now is not there yet.
            there = self.landed[self.computed] - (landed == self.computed)
            assert there == step.weights + step.inputs, "computed without its data"
            # What left in an earlier cycle; `left` has moved already if a step ended now.
            assert self.computed < self.left - flags["egress_step_end"] + 2, "outputs have no room"
            self.worked += 1
        if flags["compute_step_end"]:
            self.computed, self.worked = self.computed + 1, 0
        self.collection = [bool(flags["o_sent"]), *self.collection][: self.latency]

    def check_end(self):
        assert self.computed == len(self.steps)
        assert not any(self.collection)
        assert self.landed == [step.weights + step.inputs for step in self.steps]
        leftover = self.streams["o"].items[self.streams["o"].next :]
        assert all(empty for _, empty, _ in leftover), "outputs are left"


def random_steps(kind):
    """A layer: 1 to 40 steps whose stages are often idle, all idle, or busy in turns."""
    length = random.choice([1, 1, 2, 3, random.randint(4, 40)])
    most = random.choice([1, 3, 8])

    def count(probability):
        return random.randint(1, most) if random.random() < probability else 0

    steps = []
    for number in range(length):
        phase = number // 5 % 3 if kind == "turns" else None
        load = {"idle": 0.0, "sparse": 0.25, "dense": 0.9, "full": 1.0}.get(kind, 0.5)
        steps.append(
            Step(
                count(load if phase is None else phase == 0),
                count(load if phase is None else phase == 0),
                count(load if phase is None else phase == 1),
                random.randint(1, random.choice([1, 2, most + 1, 3 * most])),
            )
        )
    return steps


KINDS = ("idle", "sparse", "half", "dense", "full", "turns")


@cocotb.test()
async def cycles_are_those_of_the_pipeline(dut):
    bench = Bench(dut)
    await bench.start()
    for number in range(int(os.environ["LAYERS"])):
        steps = random_steps(KINDS[number % len(KINDS)])
        seen = await bench.run(steps)
        costs = [bench.cost(step) for step in steps]
        expected = step_control.model(costs, bench.latency)
        assert seen["counting"] == expected, (steps, bench.latency)
        idle = expected - seen["run"]
        assert seen["stall_compute_data"] + seen["stall_compute_output"] <= idle


@cocotb.test()
async def order_holds_at_every_pace(dut):
    bench = Bench(dut)
    await bench.start()
    for number in range(int(os.environ["LAYERS"]) // 4):
        steps = random_steps(KINDS[number % len(KINDS)])
        pace, pause = random.choice([(1.0, 0.5), (0.4, 0.0), (0.6, 0.3)])
        seen = await bench.run(steps, pace, pause)
        costs = [bench.cost(step) for step in steps]
        assert seen["counting"] >= step_control.model(costs, bench.latency)


@cocotb.test()
async def a_reset_ends_a_layer(dut):
    bench = Bench(dut)
    await bench.start()
    for cycles in (1, 5, 20):
        dut.start.value = 1
        await RisingEdge(dut.clk)
        dut.start.value = 0
        for _ in range(cycles):
            await RisingEdge(dut.clk)
        dut.rst.value = 1
        await RisingEdge(dut.clk)
        dut.rst.value = 0
        await FallingEdge(dut.clk)
        assert not dut.busy.value
        assert not dut.done.value
        await RisingEdge(dut.clk)
        steps = random_steps("dense")
        seen = await bench.run(steps)
        assert seen["counting"] == step_control.model([bench.cost(s) for s in steps], bench.latency)


CASES = {
    "wires": {"latency": 0, "parts": (1, 1, 1), "pointer": 4, "prologue": 6, "flight": 2},
    "one cycle": {"latency": 1, "parts": (1, 1, 1), "pointer": 5, "prologue": 32, "flight": 2},
    "two cycles, parts": {"latency": 2, "parts": (3, 1, 2), "pointer": 5, "prologue": 6, "flight": 2},
    "three cycles": {"latency": 3, "parts": (1, 1, 4), "pointer": 4, "prologue": 6, "flight": 3},
    "three cycles, parts": {"latency": 3, "parts": (2, 4, 3), "pointer": 6, "prologue": 6, "flight": 3},
}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_step_control(case, simulator, build_directory):
    parameters = {
        "POINTER_BITS": case["pointer"],
        "W_PARTS": case["parts"][0],
        "I_PARTS": case["parts"][1],
        "O_PARTS": case["parts"][2],
        "PROLOGUE": case["prologue"],
        "FLIGHT_BITS": case["flight"],
    }
    run_bench(
        "step_control",
        Path(__file__),
        parameters,
        build_directory,
        simulator=simulator,
        seed=1,
        environment={"LATENCY": str(case["latency"]), "LAYERS": "240"},
    )

"""Time on machines that skip zeros: the bound over every pattern of zeros, and density 1 beside dense.

The bound is Jensen's: the pipeline is run on every pattern of zeros of tiny layers, with what the pattern
really takes, and the expectation of its cycles, an exact fraction, is compared with the cycles of the
expected work.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, lcm

import pytest

from maestro_py.analysis.engine import evaluate
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Directive, MapDirective, Number
from maestro_py.ir.density import MILLION, moved_microbits
from maestro_py.ir.nest import Nest, Tile, build_nest
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import TENSORS, Tensor
from maestro_py.reference import (
    BITS_INDEX,
    Block,
    Counter,
    StepCost,
    TileCost,
    difference,
    elements,
    fine_cycles,
)

Cell = tuple[Tensor, tuple[int, ...]]
Rounding = Callable[[Fraction], Fraction]


def maps(text: str) -> list[Directive]:
    """Directives of a word each: ``M2`` a temporal map of 2 on M, ``*K1`` a spatial one, ``/2`` a cluster."""
    found: list[Directive] = []
    for word in text.split():
        if word[0] == "/":
            found.append(ClusterDirective(Number(int(word[1:])), "P"))
            continue
        name, size = word.removeprefix("*")[:-1], Number(int(word[-1]))
        found.append(MapDirective("SpatialMap" if word[0] == "*" else "TemporalMap", size, size, name))
    return found


SLOW = Accelerator(
    num_pes=2,
    zero_skip=True,
    noc_bandwidth_bytes_per_cycle=1,
    dram_bandwidth_bytes_per_cycle=1,
    dram_latency_cycles=3,
    noc_latency_cycles=1,
)
QUICK = replace(SLOW, noc_bandwidth_bytes_per_cycle=64, dram_bandwidth_bytes_per_cycle=64)
LAYERS = {
    "columns in steps": (Layer("a", "GEMM", {"M": 2, "N": 2, "K": 2}), "*M1 N1"),
    "sums in steps": (Layer("a", "GEMM", {"M": 2, "K": 3}), "*M1 K1"),
    "shares of a sum": (Layer("a", "GEMM", {"M": 1, "K": 4}), "M1 /2 *K2"),
    "a window": (Layer("a", "CONV", {"Y": 5, "R": 2, "K": 1}), "*Y'1"),
}
MACHINES = {
    "slow channels": SLOW,
    "quick channels": QUICK,
    "lanes": replace(QUICK, lanes={"K": 2, "N": 2}),
    "ideal lanes": replace(QUICK, vector_width=2),
    "L2 of a few bytes": replace(SLOW, l2_bytes=24, bits=(16, 8, 8)),
}
DENSITIES = ((0.5, 0.5, 1.0), (0.2, 0.7, 0.5), (0.9, 0.3, 0.25))


@dataclass(frozen=True)
class Piece:
    """A step or L2 tile: bits of a pattern for what it carries of each tensor, and for its lanes' MACs."""

    carried: Mapping[Tensor, int]
    lanes: tuple[tuple[tuple[int, int], ...], ...] = ()
    steps: int = 1


class Timeline:
    """A nest on a machine, to be run on patterns of zeros: integers with a bit for each nonzero element."""

    def __init__(self, nest: Nest, machine: Accelerator) -> None:
        self.nest, self.machine = nest, machine
        self.cells = cells(nest)
        self.bit = {cell: 1 << i for i, cell in enumerate(self.cells)}
        counter = Counter(nest, machine)
        steps, tiles = counter.steps, counter.choose_cut()
        self.steps = [
            Piece(
                {t: self.moved(t, [step.tiles[t] for step in steps], at) for t in TENSORS},
                tuple(lane for box in step.boxes if box is not None for lane in self.lanes(box)),
            )
            for at, step in enumerate(steps)
        ]
        self.tiles = [
            Piece(
                {t: self.moved(t, [(tile.blocks[t],) for tile in tiles], at) for t in TENSORS},
                steps=tile.steps,
            )
            for at, tile in enumerate(tiles)
        ]
        self.writes_sums = int(evaluate(nest, machine, "reference")["dram_read_O"]) > 0

    def moved(self, tensor: Tensor, blocks: list[tuple[Block, ...]], at: int) -> int:
        """Bits of what a step or tile newly holds, or no longer holds after it, in any PE."""
        neighbour = at + 1 if tensor == "O" else at - 1
        others = blocks[neighbour] if 0 <= neighbour < len(blocks) else (None,) * len(blocks[at])
        found = 0
        for block, other in zip(blocks[at], others, strict=True):
            for element in elements(difference(block, other)):
                found |= self.bit[tensor, element]
        return found

    def lanes(self, box: Tile) -> list[tuple[tuple[int, int], ...]]:
        """Bits of the two operands of each MAC, by lane; ideal lanes share all MACs."""
        lanes = self.machine.lanes or {}
        found: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        for at in itertools.product(*(range(*r) for r in box.ranges.values())):
            index = dict(zip(box.ranges, at, strict=True))
            lane = tuple((index[d] - box.ranges[d][0]) % width for d, width in lanes.items())
            mac = (self.bit["W", self.element("W", index)], self.bit["I", self.element("I", index)])
            found.setdefault(lane, []).append(mac)
        return [tuple(macs) for macs in found.values()]

    def element(self, tensor: Tensor, index: Mapping[str, int]) -> tuple[int, ...]:
        """Element of a MAC, in a layer of stride 1 without padding."""
        windows = {window.input: window for window in self.nest.problem.windows}
        return tuple(
            index[windows[axis].output] + index[windows[axis].filter] if axis in windows else index[axis]
            for axis in self.nest.problem.axes[tensor] or ()
        )

    def cycles(self, pattern: int | None, rounding: Rounding) -> Fraction:
        """Fine time under a pattern of zeros, or of the average of all."""
        machine = self.machine
        noc, dram = machine.noc_bandwidth_bytes_per_cycle, machine.dram_bandwidth_bytes_per_cycle
        steps = [
            (
                max(Fraction(1), *(rounding(self.work(lane, pattern)) for lane in piece.lanes)),
                *self.beats(piece, pattern, rounding, noc),
            )
            for piece in self.steps
        ]
        tiles = [self.beats(piece, pattern, rounding, dram, noc=False) for piece in self.tiles]
        unit = lcm(*(value.denominator for values in (*steps, *tiles) for value in values))  # of whole times
        found = fine_cycles(
            [StepCost(*(int(value * unit) for value in values)) for values in steps],
            [
                TileCost(int(inward * unit), int(outward * unit), piece.steps)
                for (inward, outward), piece in zip(tiles, self.tiles, strict=True)
            ],
            machine.noc_latency_cycles * unit,
            machine.dram_latency_cycles * unit,
        )
        return Fraction(found, unit)

    def beats(
        self, piece: Piece, pattern: int | None, rounding: Rounding, bandwidth: int, *, noc: bool = True
    ) -> tuple[Fraction, Fraction]:
        """Beats of a step or L2 tile, in and out."""
        w, i, o = (rounding(self.bits(t, piece, pattern, noc) / (8 * bandwidth)) for t in TENSORS)
        return w + i, o

    def work(self, lane: tuple[tuple[int, int], ...], pattern: int | None) -> Fraction:
        """Cycles of the MACs of a lane that have two nonzero operands."""
        width = 1 if self.machine.lanes is not None else self.machine.vector_width
        if pattern is None:
            part = Fraction(self.nest.density[0] * self.nest.density[1], MILLION**2)
            return part * len(lane) / width
        return Fraction(sum(pattern & w != 0 and pattern & i != 0 for w, i in lane), width)

    def bits(self, tensor: Tensor, piece: Piece, pattern: int | None, noc: bool) -> Fraction:
        """Bits of what is carried: nonzero values and a mask where that is shorter on average."""
        carried, number = piece.carried[tensor], BITS_INDEX[tensor]
        width, density = self.machine.bits[number], self.nest.density[number]
        count = carried.bit_count()
        is_sum = tensor == "O" and (noc or self.writes_sums)
        if is_sum or moved_microbits(density, width) == width * MILLION:
            return Fraction(count * width)
        nonzero = Fraction(count * density, MILLION) if pattern is None else (carried & pattern).bit_count()
        return Fraction(nonzero * width + count)

    def probability(self, pattern: int) -> Fraction:
        """Probability of a pattern."""
        found = Fraction(1)
        for cell, bit in self.bit.items():
            density = self.nest.density[BITS_INDEX[cell[0]]]
            found *= Fraction(density if pattern & bit else MILLION - density, MILLION)
        return found


def cells(nest: Nest) -> list[Cell]:
    """Every element of every tensor."""
    real = {window.input: window.real_size for window in nest.problem.windows}
    found: list[Cell] = []
    for tensor in TENSORS:
        axes = nest.problem.axes[tensor] or ()
        sizes = (range(real[axis] if axis in real else nest.problem.sizes[axis]) for axis in axes)
        found += [(tensor, element) for element in itertools.product(*sizes)]
    return found


def up(value: Fraction) -> Fraction:
    return Fraction(ceil(value))


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_cycles_of_the_expected_work_are_a_bound_of_the_expected_cycles(layer, machine):
    shape, directives = layer
    strict = 0
    for density in DENSITIES:
        nest = build_nest(replace(shape, density=density), Dataflow(tuple(maps(directives))), machine.num_pes)
        line = Timeline(nest, machine)
        for engine in ("core", "reference"):
            assert evaluate(nest, machine, engine)["cycles"] == line.cycles(None, up)
        weights = [(pattern, line.probability(pattern)) for pattern in range(1 << len(line.cells))]
        assert sum(weight for _, weight in weights) == 1
        expected = sum(weight * line.cycles(pattern, up) for pattern, weight in weights if weight)
        bound = line.cycles(None, Fraction)
        assert bound <= expected
        strict += bound < expected
    assert strict  # zeros are uneven somewhere

"""The oracle: counts and cycles of one layer by enumeration, written from the definitions.

Turns a nest and a machine into every number of SEMANTICS sections 2 to 4 and 7 by walking all steps and all
PEs with sets of elements. It is slow and obvious on purpose; the core must equal it in every field.
Runs with ``--engine reference`` and as the oracle of tests and benches.

Non-goals: speed; energy (``maestro_py.hardware.energy``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.density import MILLION, TRILLION, expected
from maestro_py.ir.nest import Level, Loop, Nest, Tile, cut, whole
from maestro_py.ir.operators import TENSORS, Problem, Tensor

Axis = frozenset[int]
#: A tile of one tensor: one set of real element indices per axis; None where a PE holds nothing.
Block = tuple[Axis, ...] | None
#: A set of elements, each an index tuple.
Elements = frozenset[tuple[int, ...]]

BITS_INDEX: Mapping[Tensor, int] = {"W": 0, "I": 1, "O": 2}


@dataclass(frozen=True)
class Step:
    """One step: where the loops stand, the box of every PE (None: idle), and the tiles of every tensor."""

    indices: tuple[int, ...]
    boxes: tuple[Tile | None, ...]
    tiles: Mapping[Tensor, tuple[Block, ...]]


class Walk:
    """Walks a nest step by step."""

    def __init__(self, nest: Nest) -> None:
        self.nest = nest
        self.tensors: tuple[Tensor, ...] = tuple(t for t in TENSORS if nest.problem.axes[t])
        self._blocks: dict[tuple[int, Tensor], Block] = {}
        self._tiles: dict[int, Tile] = {}
        self._cuts: dict[tuple[int, int, tuple[int, ...]], Tile | None] = {}

    def steps(self) -> Iterator[Step]:
        """Yield every step in time order (SEMANTICS section 2)."""
        for indices, tiles in self._level(0, (), [self._keep(whole(self.nest.problem))]):
            boxes = tuple(tile if tile and not _is_empty(tile) else None for tile in tiles)
            yield Step(indices, boxes, {t: tuple(self.block(box, t) for box in boxes) for t in self.tensors})

    def _keep(self, tile: Tile) -> Tile:
        self._tiles[id(tile)] = tile
        return tile

    def _level(
        self, number: int, outer: tuple[int, ...], parents: list[Tile | None]
    ) -> Iterator[tuple[tuple[int, ...], list[Tile | None]]]:
        """Yield loop indices and every PE's tile, for the levels from ``number`` on."""
        if number == len(self.nest.levels):
            yield outer, parents
            return
        level = self.nest.levels[number]
        loops = [loop for loop in self.nest.loops if loop.level == number]
        for indices in itertools.product(*(range(self._count(level, loop, parents)) for loop in loops)):
            positions = [0] * len(level.maps)
            children: list[Tile | None] = []
            for parent in parents:
                for unit in range(level.units):
                    for loop, index in zip(loops, indices, strict=True):
                        for i in loop.maps:
                            positions[i] = index * level.units + unit if loop.fold else index
                    children.append(self._cut(number, parent, tuple(positions)))
            yield from self._level(number + 1, outer + indices, children)

    def _count(self, level: Level, loop: Loop, parents: Sequence[Tile | None]) -> int:
        """Iterations of a loop: the largest that any cluster needs, one where all idle."""
        largest = 1
        for parent in parents:
            if parent is None:
                continue
            for i in loop.maps:
                low, high = parent.range_of(level.maps[i].dimension)
                largest = max(largest, level.maps[i].positions(high - low))
        return -(-largest // level.units) if loop.fold else largest

    def _cut(self, number: int, parent: Tile | None, positions: tuple[int, ...]) -> Tile | None:
        if parent is None:
            return None
        key = (number, id(parent), positions)
        if key not in self._cuts:
            child = cut(self.nest.problem, parent, self.nest.levels[number].maps, positions)
            self._cuts[key] = child if child is None else self._keep(child)
        return self._cuts[key]

    def block(self, box: Tile | None, tensor: Tensor) -> Block:
        """Tile of ``tensor`` at a box: the real elements that the box touches, as one set per axis."""
        if box is None:
            return None
        key = (id(box), tensor)
        if key not in self._blocks:
            axes = self.nest.problem.axes[tensor]
            assert axes is not None
            block = tuple(touched(self.nest.problem, box, axis) for axis in axes)
            self._blocks[key] = block if all(block) else None
        return self._blocks[key]


def _is_empty(tile: Tile) -> bool:
    return any(low >= high for low, high in tile.ranges.values())


def touched(problem: Problem, box: Tile, axis: str) -> Axis:
    """Real element indices of ``axis`` that a box touches (SEMANTICS sections 1 and 3)."""
    for window in problem.windows:
        if axis == window.input:
            rows = (
                window.stride * p + window.dilation * r - window.pad
                for p in range(*box.ranges[window.output])
                for r in range(*box.ranges[window.filter])
            )
            gap, end = window.insertion, window.real_size * window.insertion
            return frozenset(y // gap for y in rows if 0 <= y < end and y % gap == 0)
    return frozenset(range(*box.ranges[axis]))


def difference(block: Block, other: Block) -> Block:
    """Part of ``block`` that ``other`` does not keep, by the reuse rule: a block or nothing.

    No axis differs: all kept. Exactly one axis differs: the intersection on it is kept. Otherwise, or
    where ``other`` is empty: nothing is kept (SEMANTICS section 3).
    """
    if block is None or other is None:
        return block
    changed = [i for i, (a, b) in enumerate(zip(block, other, strict=True)) if a != b]
    if len(changed) > 1:
        return block
    if not changed:
        return None
    rest = block[changed[0]] - other[changed[0]]
    if not rest:
        return None
    return tuple(rest if i == changed[0] else axis for i, axis in enumerate(block))


def elements(block: Block) -> Elements:
    """All index tuples of a block."""
    return frozenset() if block is None else frozenset(itertools.product(*block))


def volume(block: Block) -> int:
    """Number of elements of a block."""
    return 0 if block is None else prod(len(axis) for axis in block)


def dense_microbits(accelerator: Accelerator) -> dict[Tensor, int]:
    """Millionths of a bit of an element that is not compressed."""
    return {tensor: accelerator.bits[BITS_INDEX[tensor]] * MILLION for tensor in TENSORS}


class Packing:
    """Beats of element sets on a channel of ``bandwidth`` bytes per cycle (SEMANTICS sections 4 and 7).

    ``microbits`` is what an element of each tensor moves where packing is ideal, in millionths of a bit;
    None: all its bits.
    """

    def __init__(
        self,
        accelerator: Accelerator,
        problem: Problem,
        bandwidth: int,
        microbits: Mapping[Tensor, int] | None = None,
    ) -> None:
        self.bits = accelerator.bits
        self.microbits = microbits or dense_microbits(accelerator)
        self.layout = accelerator.layout
        self.problem = problem
        self.bandwidth = bandwidth

    def beats(self, tensor: Tensor, sets: Sequence[Elements]) -> int:
        """Beats that carry ``sets`` one by one."""
        bits = self.bits[BITS_INDEX[tensor]]
        if self.layout is None:
            carried = sum(len(s) for s in sets)
            return -(-carried * self.microbits[tensor] // (8 * MILLION * self.bandwidth))
        window = 8 * self.bandwidth // bits
        if window == 0:
            return sum(len(s) for s in sets) * -(-bits // (8 * self.bandwidth))
        axes = self.problem.axes[tensor]
        assert axes is not None
        innermost = axes.index(self.layout[BITS_INDEX[tensor]])
        return sum(_windows(s, innermost, window) for s in sets)


def _windows(carried: Elements, innermost: int, width: int) -> int:
    lines: dict[tuple[int, ...], list[int]] = {}
    for element in carried:
        lines.setdefault(element[:innermost] + element[innermost + 1 :], []).append(element[innermost])
    beats = 0
    for line in lines.values():
        end = None
        for position in sorted(line):
            if end is None or position >= end:
                beats += 1
                end = position + width
    return beats


@dataclass(frozen=True)
class StepCost:
    """Cycles and beats of one step."""

    compute: int
    ingress: int
    egress: int


@dataclass(frozen=True)
class TileCost:
    """DRAM-in and DRAM-out beats of one L2 tile, and how many steps it serves."""

    dram_in: int
    dram_out: int
    steps: int


@dataclass(frozen=True)
class L2Tile:
    """What L2 holds of each tensor during ``steps`` consecutive steps."""

    blocks: Mapping[Tensor, Block]
    steps: int


class Counter:
    """Everything one pass over the steps yields."""

    def __init__(self, nest: Nest, accelerator: Accelerator) -> None:
        self.nest = nest
        self.accelerator = accelerator
        walk = Walk(nest)
        self.steps = list(walk.steps())
        self.tensors = walk.tensors
        self.counts: dict[str, int] = {}
        self.expected = expected(nest, accelerator)
        self.compressed: dict[Tensor, int] = dict(zip(TENSORS, self.expected.microbits, strict=True))
        self.dense = dense_microbits(accelerator)

    def compute_cycles(self, box: Tile | None) -> int:
        """Cycles of a PE's box: product over dimensions of ``ceil(extent / lanes)``.

        Of machines that skip zeros: the part of it that is expected.
        """
        if box is None:
            return 0
        extents = {d: high - low for d, (low, high) in box.ranges.items()}
        lanes = self.accelerator.lanes
        work = self.expected.work
        if lanes is None:
            return -(-prod(extents.values()) * work // (TRILLION * self.accelerator.vector_width))
        return -(-prod(-(-extent // lanes.get(d, 1)) for d, extent in extents.items()) * work // TRILLION)

    def coverage(self) -> dict[str, int | bool]:
        """Legality: every MAC exactly once (SEMANTICS section 2)."""
        executions: dict[tuple[int, ...], int] = {}
        for step in self.steps:
            for box in step.boxes:
                if box is not None:
                    for mac in itertools.product(*(range(*r) for r in box.ranges.values())):
                        executions[mac] = executions.get(mac, 0) + 1
        total, executed = self.nest.problem.macs, sum(executions.values())
        redundant = executed - len(executions)
        return {
            "legal": len(executions) == total and redundant == 0,
            "covered": len(executions),
            "total": total,
            "redundant": redundant,
        }

    def traffic(self) -> list[StepCost]:
        """Count section 3's numbers on the NoC side and return the cost of every step."""
        acc, counts = self.accelerator, self.counts
        microbits = {**self.compressed, "O": self.dense["O"]}  # partial sums have no zeros to leave out
        packing = Packing(acc, self.nest.problem, acc.noc_bandwidth_bytes_per_cycle, microbits)
        for name in ("l1_fill_W", "l1_fill_I", "l2_read_W", "l2_read_I", "l1_drain_O", "l2_write_O"):
            counts[name] = 0
        for name in ("l1_tile_W", "l1_tile_I", "l1_tile_O", "macs", "pe_steps"):
            counts[name] = 0
        idle: tuple[Block, ...] = (None,) * len(self.steps[0].boxes)
        costs = []
        for t, step in enumerate(self.steps):
            beats = {"W": 0, "I": 0, "O": 0}
            for tensor in self.tensors:
                neighbour = t + 1 if tensor == "O" else t - 1
                inside = 0 <= neighbour < len(self.steps)
                others = self.steps[neighbour].tiles[tensor] if inside else idle
                moved = [elements(difference(a, b)) for a, b in zip(step.tiles[tensor], others, strict=True)]
                shared = acc.reduction if tensor == "O" else acc.multicast
                carried = [frozenset().union(*moved)] if shared else moved
                counts["l1_drain_O" if tensor == "O" else f"l1_fill_{tensor}"] += sum(map(len, moved))
                counts["l2_write_O" if tensor == "O" else f"l2_read_{tensor}"] += sum(map(len, carried))
                largest = max(map(volume, step.tiles[tensor]))
                counts[f"l1_tile_{tensor}"] = max(counts[f"l1_tile_{tensor}"], largest)
                beats[tensor] = packing.beats(tensor, carried)
            busy = [box for box in step.boxes if box is not None]
            counts["pe_steps"] += len(busy)
            counts["macs"] += sum(prod(high - low for low, high in box.ranges.values()) for box in busy)
            compute = max([1, *(self.compute_cycles(box) for box in busy)])
            costs.append(StepCost(compute, beats["W"] + beats["I"], beats["O"]))
        counts["l2_read_O"] = counts["l2_write_O"] - self.output_size()
        return costs

    def output_size(self) -> int:
        """Elements of the output tensor."""
        axes = self.nest.problem.axes["O"]
        assert axes is not None
        return prod(self.nest.problem.sizes[axis] for axis in axes)

    def bytes_of(self, tensor: Tensor, count: int) -> int:
        """``ceil(elements * bits / 8)``."""
        return -(-count * self.accelerator.bits[BITS_INDEX[tensor]] // 8)

    def l2_tiles(self, outer_loops: int) -> list[L2Tile]:
        """L2 tiles when the first ``outer_loops`` loops are outside: per-axis unions of the PEs' tiles."""
        tiles = []
        for _, group in itertools.groupby(self.steps, key=lambda step: step.indices[:outer_loops]):
            steps = list(group)
            blocks = {tensor: _union([b for s in steps for b in s.tiles[tensor]]) for tensor in self.tensors}
            tiles.append(L2Tile(blocks, len(steps)))
        return tiles

    def l2_bytes(self, tiles: Sequence[L2Tile]) -> int:
        """L2 bytes that hold the largest tile of every tensor, ping-pong unless there is a single tile."""
        copies = 1 if len(tiles) == 1 else 2
        largest = {t: max(volume(tile.blocks[t]) for tile in tiles) for t in self.tensors}
        return sum(copies * self.bytes_of(t, elements) for t, elements in largest.items())

    def choose_cut(self) -> list[L2Tile]:
        """Outermost cut whose L2 tiles fit, else all loops outside (SEMANTICS section 3)."""
        if self.accelerator.l2_bytes is not None:
            for outer_loops in range(len(self.nest.loops)):
                tiles = self.l2_tiles(outer_loops)
                if self.l2_bytes(tiles) <= self.accelerator.l2_bytes:
                    return tiles
        return self.l2_tiles(len(self.nest.loops))

    def dram(self) -> list[TileCost]:
        """Count the DRAM side and return the cost of every L2 tile."""
        acc, counts = self.accelerator, self.counts
        tiles = self.choose_cut()
        counts["l2_tiles"] = len(tiles)
        counts["l2_bytes_required"] = self.l2_bytes(tiles)
        for name in ("dram_read_W", "dram_read_I", "dram_write_O"):
            counts[name] = 0
        for tensor in TENSORS:
            counts[f"l2_tile_{tensor}"] = max((volume(tile.blocks.get(tensor)) for tile in tiles), default=0)
        moved: list[dict[Tensor, Elements]] = []
        for u, tile in enumerate(tiles):
            moved.append({})
            for tensor in self.tensors:
                neighbour = u + 1 if tensor == "O" else u - 1
                other = tiles[neighbour].blocks[tensor] if 0 <= neighbour < len(tiles) else None
                moved[u][tensor] = elements(difference(tile.blocks[tensor], other))
                counts["dram_write_O" if tensor == "O" else f"dram_read_{tensor}"] += len(moved[u][tensor])
        counts["dram_read_O"] = counts["dram_write_O"] - self.output_size()
        microbits = dict(self.compressed)
        if counts["dram_read_O"] > 0:  # what leaves is partial sums too
            microbits["O"] = self.dense["O"]
        packing = Packing(acc, self.nest.problem, acc.dram_bandwidth_bytes_per_cycle, microbits)
        costs = []
        for tile, sets in zip(tiles, moved, strict=True):
            beats = {"W": 0, "I": 0, "O": 0}
            for tensor in self.tensors:
                beats[tensor] = packing.beats(tensor, [sets[tensor]])
            costs.append(TileCost(beats["W"] + beats["I"], beats["O"], tile.steps))
        return costs


def _union(blocks: Sequence[Block]) -> Block:
    held = [block for block in blocks if block is not None]
    if not held:
        return None
    return tuple(frozenset().union(*axis) for axis in zip(*held, strict=True))


def fine_cycles(
    steps: Sequence[StepCost], tiles: Sequence[TileCost], noc_latency: int, dram_latency: int
) -> int:
    """Cycles of the elastic pipeline (SEMANTICS section 4, fine time).

    >>> steps = [StepCost(4, 2, 0), StepCost(4, 2, 3)]
    >>> fine_cycles(steps, [TileCost(0, 0, 2)], noc_latency=1, dram_latency=0)
    15
    """
    ie: list[int] = []
    ce: list[int] = []
    oe: list[int] = []
    de: list[int] = []
    we: list[int] = []
    tile_ie: list[int] = []
    latest = 0

    def at(times: list[int], index: int) -> int:
        return times[index] if index >= 0 else 0

    for u, tile in enumerate(tiles):
        de.append(max(at(de, u - 1), at(tile_ie, u - 2)) + tile.dram_in)
        arrival = de[u] + (dram_latency if tile.dram_in else 0)
        for t in range(len(ie), len(ie) + tile.steps):
            step = steps[t]
            ie.append(max(at(ie, t - 1), at(ce, t - 2), arrival) + step.ingress)
            ready = ie[t] + (noc_latency if step.ingress else 0)
            ce.append(max(ready, at(ce, t - 1), at(oe, t - 2)) + step.compute)
            oe.append(max(ce[t], at(oe, t - 1), at(we, u - 2)) + step.egress)
            latest = max(latest, oe[t] + (noc_latency if step.egress else 0))
        tile_ie.append(ie[-1])
        we.append(max(latest, at(we, u - 1)) + tile.dram_out)
    return we[-1] + (dram_latency if tiles[-1].dram_out else 0)


def coarse_cycles(
    steps: Sequence[StepCost], tiles: Sequence[TileCost], noc_latency: int, dram_latency: int
) -> int:
    """Cycles when stages of one step overlap but steps do not (SEMANTICS section 4, coarse time)."""

    def late(beats: int, latency: int) -> int:
        return beats + latency if beats else 0

    total, start = late(tiles[0].dram_in, dram_latency), 0
    for u, tile in enumerate(tiles):
        part = steps[start : start + tile.steps]
        start += tile.steps
        onchip = late(part[0].ingress, noc_latency) + late(part[-1].egress, noc_latency)
        for t, step in enumerate(part):
            following = late(part[t + 1].ingress, noc_latency) if t + 1 < len(part) else 0
            previous = late(part[t - 1].egress, noc_latency) if t else 0
            onchip += max(step.compute, following, previous)
        following = late(tiles[u + 1].dram_in, dram_latency) if u + 1 < len(tiles) else 0
        previous = late(tiles[u - 1].dram_out, dram_latency) if u else 0
        total += max(onchip, following, previous)
    return total + late(tiles[-1].dram_out, dram_latency)


def evaluate(nest: Nest, accelerator: Accelerator) -> dict[str, int | bool]:
    """Every count and cycle of a layer, by enumeration.

    Returns
    -------
    dict
        The names of SEMANTICS section 6 except ``utilization``: ``legal``, ``covered``, ``total``,
        ``redundant``, ``steps``, ``macs``, ``pe_steps``, the counts of section 3, beats and cycles.
    """
    counter = Counter(nest, accelerator)
    costs = counter.traffic()
    tiles = counter.dram()
    counts = counter.counts
    counts["steps"] = len(costs)
    counts["l1_bytes_required"] = sum(2 * counter.bytes_of(t, counts[f"l1_tile_{t}"]) for t in TENSORS)
    counts["compute_cycles"] = sum(cost.compute for cost in costs)
    counts["ingress_beats"] = sum(cost.ingress for cost in costs)
    counts["egress_beats"] = sum(cost.egress for cost in costs)
    counts["dram_in_beats"] = sum(tile.dram_in for tile in tiles)
    counts["dram_out_beats"] = sum(tile.dram_out for tile in tiles)
    noc, dram = accelerator.noc_latency_cycles, accelerator.dram_latency_cycles
    counts["cycles_onchip"] = fine_cycles(costs, [TileCost(0, 0, len(costs))], noc, dram)
    counts["cycles"] = fine_cycles(costs, tiles, noc, dram)
    counts["cycles_coarse"] = coarse_cycles(costs, tiles, noc, dram)
    return {**counter.coverage(), **counts}

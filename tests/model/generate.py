"""Random layers, dataflows and machines, small enough for the reference.

One generator serves Hypothesis (``strategies.py``), the plain search (``search.py``) and the case files
(``make_cases.py``): it only asks a :class:`Draw` for choices. Dataflows are of two kinds: careful ones,
which aim at computing every MAC once, and wild ones with gaps, overlaps and several spatial maps.

Non-goals: mistakes that ``build_nest`` reports (``tests/unit/ir``), realistic sizes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from maestro_py.errors import SemanticError
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import (
    BinaryOperation,
    ClusterDirective,
    Dataflow,
    Directive,
    Expression,
    MapDirective,
    Number,
    SizeOf,
)
from maestro_py.ir.density import DENSE, MILLION, Density
from maestro_py.ir.nest import Nest, build_nest, language_sizes
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.operators import TENSORS, Problem, Window
from maestro_py.ir.write import network_text

T = TypeVar("T")

MAXIMUM_MACS = 500
MAXIMUM_PE_STEPS = 1500
MAXIMUM_STEPS = 400
MAXIMUM_PES = 24

OPERATORS = (
    *("CONV", "TRCONV", "DSCONV", "NGCONV", "POOL", "GEMM") * 2,
    *("CONV", "CONV", "CONV", "TRCONV", "PWCONV", "FC", "BMM", "ADD"),
)
"""Layer types by how often they are drawn."""
PLAIN_LIMITS = (7, 7, 7, 7, 7, 7, 100)
OUTPUT_LIMITS = (5, 5, 5, 5, 5, 5, 40)
"""Largest extents by how often they hold: few are long, so that loops have a steady state."""

BITS = (8, 8, 8, 4, 16, 24, 32)
BANDWIDTHS = (1, 2, 3, 4, 5, 8, 16, 64)
LATENCIES = (0, 1, 2, 3, 7, 20)


class Draw(Protocol):
    """Where choices come from."""

    def integer(self, low: int, high: int) -> int:
        """Return an integer from ``low`` to ``high``, both included."""
        ...

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        ...


class RandomDraw:
    """Choices of a seeded generator."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def choice(self, options: Sequence[T]) -> T:
        return options[int(self.random.random() * len(options))]


class TooLargeError(Exception):
    """The reference would take too long for what was drawn."""


@dataclass(frozen=True)
class Sample:
    """A layer with its dataflow, a machine, and the nest they make."""

    layer: Layer
    accelerator: Accelerator
    nest: Nest

    def text(self) -> str:
        """Return the layer as a network in the language."""
        return network_text(Network("sample", (self.layer,)))

    def hardware(self) -> dict[str, Any]:
        """Return the machine as ``hw`` of a conformance case."""
        machine = self.accelerator
        row: dict[str, Any] = {
            "num_pes": machine.num_pes,
            "noc_bw": machine.noc_bandwidth_bytes_per_cycle,
            "noc_latency": machine.noc_latency_cycles,
            "multicast": machine.multicast,
            "reduction": machine.reduction,
            "dram_bw": machine.dram_bandwidth_bytes_per_cycle,
            "dram_latency": machine.dram_latency_cycles,
            "bits": list(machine.bits),
        }
        if machine.lanes is None:
            row["vector_width"] = machine.vector_width
        else:
            row["vector"] = dict(machine.lanes)
        if machine.l2_bytes is not None:
            row["l2_bytes"] = machine.l2_bytes
        if machine.zero_skip:
            row["zero_skip"] = True
        if machine.layout is not None:
            row["layout"] = {t: axis for t, axis in zip(TENSORS, machine.layout, strict=True) if axis}
        return row

    def replay(self, name: str) -> str:
        """Return one line of JSON from which the sample can be run again."""
        return json.dumps({"name": name, "hw": self.hardware(), "m": self.text()})


def sample(draw: Draw, operator: str | None = None, *, uneven: bool = False, sparse: bool = False) -> Sample:
    """Draw a layer, a dataflow and a machine.

    ``uneven``: with different padding in front and behind. ``sparse``: with densities, and mostly on a
    machine that skips zeros.

    Raises
    ------
    TooLargeError
        If the reference would take more than a few milliseconds.
    """
    layer = draw_layer(draw, operator or draw.choice(OPERATORS), uneven=uneven)
    problem = operators.get(layer.operator).problem(layer)
    if problem.macs > MAXIMUM_MACS:
        raise TooLargeError
    dataflow, clusters = DataflowDraw(draw, layer, problem).dataflow()
    idle = draw.choice((0, 0, clusters.product // 2, clusters.product - 1))
    num_pes = clusters.units * clusters.product + idle
    layer = replace(layer, dataflow=dataflow, density=draw_density(draw, problem) if sparse else DENSE)
    try:
        nest = build_nest(layer, dataflow, num_pes)
    except SemanticError as error:
        text = network_text(Network("sample", (layer,)))
        raise AssertionError(f"{text} on {num_pes} PEs: {error}") from error
    pes = 1
    for level in nest.levels:
        pes *= level.units
    if nest.steps > MAXIMUM_STEPS or nest.steps * pes > MAXIMUM_PE_STEPS or pes > MAXIMUM_PES:
        raise TooLargeError
    machine = draw_accelerator(draw, problem, num_pes)
    if sparse:
        machine = replace(machine, zero_skip=bool(draw.integer(0, 3)))
    return Sample(layer, machine, nest)


# ---- layers -------------------------------------------------------------------------------------------


def draw_layer(draw: Draw, operator: str, *, uneven: bool = False) -> Layer:
    """Draw a layer of a type, with at least one output and at most ``MAXIMUM_MACS`` MACs.

    ``uneven``: the padding in front and behind are drawn apart.
    """
    description = operators.get(operator)
    if "Y" not in description.dimensions:
        names = list(description.dimensions)
        return Layer("L", operator, plain_sizes(draw, names, 3 * MAXIMUM_MACS // 4))
    if operator == "FC" and draw.integer(0, 2):
        return Layer("L", operator, plain_sizes(draw, ["N", "K", "C"], MAXIMUM_MACS))
    rows = draw_axis(draw, operator, 0, uneven)
    columns = draw_axis(draw, operator, draw.choice((0, 0, 1, 2)), uneven)
    sizes = {"Y": rows.real, "X": columns.real, "R": rows.taps, "S": columns.taps}
    window_macs = rows.outputs * rows.taps * columns.outputs * columns.taps
    plain = [d for d in description.dimensions if d not in sizes and (d != "G" or operator != "PWCONV")]
    sizes = {**plain_sizes(draw, plain, max(1, MAXIMUM_MACS // window_macs)), **sizes}
    if description.fixed and draw.integer(0, 1):
        for dimension in description.fixed:
            del sizes[dimension]
    return Layer(
        "L",
        operator,
        sizes,
        (rows.stride, columns.stride),
        (rows.dilation, columns.dilation),
        (rows.padding, columns.padding),
    )


def draw_density(draw: Draw, problem: Problem) -> Density:
    """Draw the fraction of nonzero elements of each tensor that there is."""
    weights, inputs, outputs = (
        draw.choice((1, draw.integer(1, 9) * 10**5, draw.integer(1, MILLION))) / MILLION
        if problem.axes[tensor]
        else 1.0
        for tensor in TENSORS
    )
    return weights, inputs, outputs


def plain_sizes(draw: Draw, names: list[str], budget: int) -> dict[str, int]:
    """Draw sizes of dimensions without a window whose product stays within a budget."""
    sizes = dict.fromkeys(names, 1)
    order = list(names)
    while order:
        name = order.pop(draw.integer(0, len(order) - 1))
        high = 2 if name == "N" and len(names) > 3 else draw.choice(PLAIN_LIMITS)
        sizes[name] = draw.integer(1, max(1, min(high, budget)))
        budget //= sizes[name]
    return sizes


@dataclass(frozen=True)
class AxisSizes:
    """Rows or columns of a layer."""

    real: int
    taps: int
    outputs: int
    stride: int
    dilation: int
    padding: tuple[int, int]


def draw_axis(draw: Draw, operator: str, plainness: int, uneven: bool) -> AxisSizes:
    """Draw rows or columns; ``plainness`` 1 has a single tap, 2 a single output."""
    if not operators.get(operator).slides:
        size = draw.integer(1, draw.choice(OUTPUT_LIMITS))
        return AxisSizes(size, 1, size, 1, 1, (0, 0))
    taps = 1 if operator == "PWCONV" or plainness else draw.choice((1, 2, 3, 3, 4))
    outputs = 1 if plainness == 2 else draw.integer(1, draw.choice(OUTPUT_LIMITS))
    stride, dilation = draw.choice((1, 1, 2, 3)), draw.choice((1, 1, 2))
    front = draw.choice((0, 0, 1, 2))
    padding = front, draw.choice((0, 1, 3)) if uneven else front
    if operator == "TRCONV":
        return transposed_axis(draw, taps, stride, dilation, uneven)
    extent = dilation * (taps - 1) + 1
    real = stride * (outputs - 1) + extent - sum(padding) + draw.integer(0, stride - 1)
    while real < 1:
        real += stride
        outputs += 1
    return AxisSizes(real, taps, outputs, stride, dilation, padding)


def transposed_axis(draw: Draw, taps: int, stride: int, dilation: int, uneven: bool) -> AxisSizes:
    """Draw an axis of a transposed convolution, cropped by up to all but one of its outputs."""
    real = draw.integer(1, draw.choice(OUTPUT_LIMITS) - 1)
    full = (real - 1) * stride + dilation * (taps - 1) + 1
    front = min(draw.choice((0, 0, 1, 2, 3)), (full - 1) // 2)
    padding = front, min(draw.choice((0, 1, 4)), full - 1 - front) if uneven else front
    return AxisSizes(real, taps, full - sum(padding), stride, dilation, padding)


# ---- dataflows ----------------------------------------------------------------------------------------


@dataclass
class Clusters:
    """Units of the outermost level and the product of the cluster sizes."""

    units: int
    product: int


@dataclass
class DrawnMap:
    """A directive in the making."""

    dimension: str
    size: int
    offset: int
    spatial: bool = False


@dataclass
class WindowExtents:
    """Extents of the first tile along an axis after the levels so far."""

    rows: int
    outputs: int
    taps: int


@dataclass
class DataflowDraw:
    """Draws the directives of one layer, level by level."""

    draw: Draw
    layer: Layer
    problem: Problem
    extents: dict[str, int] = field(init=False)
    windows: dict[str, WindowExtents] = field(init=False)
    wild: bool = field(init=False)

    def __post_init__(self) -> None:
        """Start from the whole layer."""
        windowed = {name for w in self.problem.windows for name in (w.output, w.filter)}
        self.extents = {d: size for d, size in self.problem.sizes.items() if d not in windowed}
        self.windows = {
            w.input: WindowExtents(
                self.problem.padded_extent(w), self.problem.sizes[w.output], self.problem.sizes[w.filter]
            )
            for w in self.problem.windows
        }
        self.wild = self.draw.integer(0, 9) < 6

    def dataflow(self) -> tuple[Dataflow, Clusters]:
        """Return a dataflow and the units it is meant for."""
        draw = self.draw
        levels = draw.choice((1, 1, 2, 2, 2, 3, 3, 4))
        clusters = Clusters(draw.choice((1, 2, 3, 4, 5) if levels < 3 else (1, 2, 3)), 1)
        directives: list[Directive] = []
        for number in range(levels):
            units = clusters.units
            if number:
                units = draw.choice((1, 2, 3, 4) if levels < 3 else (1, 2, 2, 3))
                clusters.product *= units
                directives.append(ClusterDirective(self.expression(units), draw.choice(("P", "P", "L"))))
            directives += [self.directive(m) for m in self.level(units)]
        return Dataflow(tuple(directives)), clusters

    def level(self, units: int) -> list[DrawnMap]:
        """Return the maps of one level in order."""
        maps: list[DrawnMap] = []
        for dimension in self.extents:
            if self.draw.integer(0, 9) < (4 if self.extents[dimension] == 1 else 6):
                maps.append(self.plain(dimension))
        for window in self.problem.windows:
            maps += self.window(window)
        self.shuffle(maps)
        if units > 1 or self.draw.integer(0, 3) == 0:
            self.spread(maps)
        self.shrink(maps)
        return maps

    def shuffle(self, maps: list[DrawnMap]) -> None:
        """Bring maps into any order."""
        for i in range(len(maps) - 1, 0, -1):
            j = self.draw.integer(0, i)
            maps[i], maps[j] = maps[j], maps[i]

    def spread(self, maps: list[DrawnMap]) -> None:
        """Make maps spatial: one, or in wild dataflows and for rows of a filter several."""
        if any(m.spatial for m in maps) and self.draw.integer(0, 4):
            return
        if not maps:
            maps.append(self.plain(self.draw.choice(list(self.extents))))
        self.draw.choice(maps).spatial = True
        if self.wild and len(maps) > 1 and self.draw.integer(0, 2) == 0:
            self.draw.choice(maps).spatial = True

    def size(self, extent: int) -> int:
        """Draw a tile size, mostly small."""
        return self.draw.integer(1, self.draw.choice((1, 2, extent, extent + 1)))

    def offset(self, careful: int) -> int:
        """Return the careful offset, or now and then in a wild dataflow another one."""
        if self.wild and self.draw.integer(0, 2) == 0:
            return self.draw.integer(1, careful + 2)
        return careful

    def plain(self, dimension: str) -> DrawnMap:
        """Draw a map of a dimension without a window, or of a filter or output dimension."""
        size = self.size(self.extents.get(dimension, 3))
        return DrawnMap(dimension, size, self.offset(size))

    def window(self, window: Window) -> list[DrawnMap]:
        """Draw the maps of one axis: none, outputs, rows, taps, or rows and taps together."""
        extents = self.windows[window.input]
        kind = self.draw.choice(("none", "none", "outputs", "outputs", "rows", "rows", "taps", "both"))
        maps: list[DrawnMap] = []
        if kind == "outputs":
            size = self.size(extents.outputs)
            maps.append(DrawnMap(f"{window.input}'", size, self.offset(size)))
        elif kind in ("rows", "both"):
            maps.append(self.rows(window, extents))
        if kind == "both" and extents.outputs == 1 and self.draw.integer(0, 2):
            return self.diagonal(window, extents)
        too = {"taps": True, "outputs": bool(self.draw.integer(0, 1)), "both": self.wild}
        if too.get(kind, False):
            size = self.size(extents.taps)
            maps.append(DrawnMap(window.filter, size, self.offset(size)))
        return maps

    def rows(self, window: Window, extents: WindowExtents) -> DrawnMap:
        """Draw a map of input rows that holds a number of outputs."""
        reach = window.dilation * (extents.taps - 1) + 1
        outputs = self.size(extents.outputs)
        size = reach + (outputs - 1) * window.stride
        if self.wild and self.draw.integer(0, 3) == 0:
            size = self.size(extents.rows)
        return DrawnMap(window.input, size, self.offset(outputs * window.stride))

    def diagonal(self, window: Window, extents: WindowExtents) -> list[DrawnMap]:
        """Row stationary: each unit holds the same taps of filter and input."""
        size = self.size(extents.taps)
        reach = window.dilation * (size - 1) + 1
        maps = [
            DrawnMap(window.input, reach, window.dilation * size, True),
            DrawnMap(window.filter, size, size, True),
        ]
        if self.wild:
            maps[self.draw.integer(0, 1)].spatial = bool(self.draw.integer(0, 1))
        return maps

    def shrink(self, maps: list[DrawnMap]) -> None:
        """Note what the first tile of the level holds."""
        sizes = {m.dimension: m.size for m in maps}
        for dimension in self.extents:
            self.extents[dimension] = min(self.extents[dimension], sizes.get(dimension, 10**9))
        for window in self.problem.windows:
            extents = self.windows[window.input]
            extents.taps = min(extents.taps, sizes.get(window.filter, extents.taps))
            reach = window.dilation * (extents.taps - 1) + 1
            if f"{window.input}'" in sizes:
                extents.outputs = min(extents.outputs, sizes[f"{window.input}'"])
                extents.rows = (extents.outputs - 1) * window.stride + reach
            else:
                extents.rows = min(extents.rows, sizes.get(window.input, extents.rows))
                fitting = max(1, (extents.rows - reach) // window.stride + 1)
                extents.outputs = min(extents.outputs, fitting)

    def directive(self, drawn: DrawnMap) -> MapDirective:
        """Return a directive, its numbers sometimes written with ``Sz``."""
        kind = "SpatialMap" if drawn.spatial else "TemporalMap"
        return MapDirective(kind, self.expression(drawn.size), self.expression(drawn.offset), drawn.dimension)

    def expression(self, value: int) -> Expression:
        """Write a number, one time in four relative to a size of the layer."""
        if self.draw.integer(0, 3):
            return Number(value)
        sizes = language_sizes(self.problem, self.layer)
        name = self.draw.choice([d for d in sizes if d not in ("P", "Q")])
        if sizes[name] == value:
            return SizeOf(name)
        operator = "+" if sizes[name] < value else "-"
        number = Number(abs(value - sizes[name]))
        return BinaryOperation("+" if operator == "+" else "-", SizeOf(name), number)


# ---- machines -----------------------------------------------------------------------------------------


def draw_accelerator(draw: Draw, problem: Problem, num_pes: int) -> Accelerator:
    """Draw every hardware number that a result depends on."""
    bits = (draw.choice(BITS), draw.choice(BITS), draw.choice((8, 8, 16, 32, 24, 4)))
    lanes = None
    if draw.integer(0, 1):
        loops = list(problem.sizes)
        lanes = {draw.choice(loops): draw.integer(1, 4) for _ in range(draw.integer(1, 3))}
    layout = None
    if draw.integer(0, 2):
        weights, inputs, outputs = (
            draw.choice(axes) if (axes := problem.axes[tensor]) else "" for tensor in TENSORS
        )
        layout = (weights, inputs, outputs)
    l2_bytes = None
    if draw.integer(0, 2):
        l2_bytes = draw.integer(1, draw.choice((16, 64, 200, 2 * whole_bytes(problem, bits))))
    return Accelerator(
        num_pes=num_pes,
        lanes=lanes,
        vector_width=draw.integer(1, 4) if lanes is None else 1,
        bits=bits,
        l2_bytes=l2_bytes,
        noc_bandwidth_bytes_per_cycle=draw.choice(BANDWIDTHS),
        noc_latency_cycles=draw.choice(LATENCIES),
        dram_bandwidth_bytes_per_cycle=draw.choice(BANDWIDTHS),
        dram_latency_cycles=draw.choice(LATENCIES),
        multicast=bool(draw.integer(0, 1)),
        reduction=bool(draw.integer(0, 1)),
        layout=layout,
    )


def whole_bytes(problem: Problem, bits: Sequence[int]) -> int:
    """Bytes that hold all tensors, rows and columns counted with padding."""
    extents = dict(problem.sizes)
    for window in problem.windows:
        extents[window.input] = problem.padded_extent(window)
    total = 1
    for tensor, width in zip(TENSORS, bits, strict=True):
        elements = 1
        for axis in problem.axes[tensor] or ():
            elements *= extents[axis]
        total += elements * width // 8
    return total

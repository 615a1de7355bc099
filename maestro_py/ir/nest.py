"""The nest: a dataflow applied to a layer and a number of PEs, as one global loop nest.

Turns directives into levels of maps with plain numbers and one list of loops, outermost first
(SEMANTICS section 2). It is the meeting place of the project: the reference walks it, the core sums over
it, the RTL sequencer runs it. Nothing else knows how directives become steps.

Non-goals: no counts or cycles, no machine beyond the number of PEs, no text positions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from maestro_py.errors import SemanticError
from maestro_py.ir import operators
from maestro_py.ir.dataflow import Dataflow, MapDirective, evaluate
from maestro_py.ir.density import MILLION, millionths
from maestro_py.ir.loop_counts import position_counts
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Problem
from maestro_py.ir.rules import check_dataflow, check_units, levels_of
from maestro_py.ir.sizes import OUTPUT_NAMES, language_sizes
from maestro_py.ir.tiles import Map, Range, Tile, cut, outputs_within, rows_of, whole

__all__ = [
    "OUTPUT_NAMES",
    "Level",
    "Loop",
    "Map",
    "Nest",
    "Range",
    "Tile",
    "build_nest",
    "cut",
    "language_sizes",
    "outputs_within",
    "rows_of",
    "whole",
]


@dataclass(frozen=True, slots=True)
class Level:
    """The maps between two ``Cluster`` lines, for ``units`` units; ``lanes`` marks ``Cluster(n, L)``."""

    units: int
    maps: tuple[Map, ...]
    lanes: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop of the global nest: a temporal map, or the folds of a level's spatial maps.

    ``maps`` are indices into the level's maps.
    """

    level: int
    maps: tuple[int, ...]
    fold: bool
    count: int


@dataclass(frozen=True, slots=True)
class Nest:
    """A dataflow applied to a layer and a machine.

    Attributes
    ----------
    problem
        Loop dimensions, windows and tensors of the layer.
    levels
        Outermost first; ``product(units)`` PEs take part.
    loops
        Outermost first, each with the largest count that it ever runs.
    num_pes
        PEs of the machine, including those that never take part.
    density
        Nonzero elements of W, I and O in millionths.
    """

    problem: Problem
    levels: tuple[Level, ...]
    loops: tuple[Loop, ...]
    num_pes: int
    density: tuple[int, int, int] = (MILLION, MILLION, MILLION)

    @property
    def multiplies(self) -> bool:
        """Whether the layer multiplies two operands, so that a zero in either spares the work."""
        return self.problem.operation.multiplies

    @property
    def steps(self) -> int:
        """Steps if every loop always runs its largest count; fewer where an outer edge cuts a level short."""
        return prod(loop.count for loop in self.loops)


def build_nest(layer: Layer, dataflow: Dataflow, num_pes: int) -> Nest:
    """Apply ``dataflow`` to ``layer`` on a machine of ``num_pes`` PEs.

    Raises
    ------
    SemanticError
        If the layer's density is none (M228); if the dataflow breaks a rule of ``maestro_py.ir.rules`` on
        this layer (codes M212, M220-M222, M225, M226), or on this number of PEs (M223, M224, M227). All
        problems of either kind are reported together.

    Examples
    --------
    >>> from maestro_py.ir.dataflow import Number
    >>> rows = MapDirective("SpatialMap", Number(1), Number(1), "M")
    >>> nest = build_nest(Layer("a", "GEMM", {"M": 10, "N": 4, "K": 4}), Dataflow((rows,)), 4)
    >>> nest.steps
    3
    """
    operator = operators.get(layer.operator)
    wrong = check_dataflow(dataflow, layer, operator)
    if wrong:
        raise SemanticError(wrong)
    problem = operator.problem(layer)
    sizes = language_sizes(problem, layer)
    wrong = check_units(dataflow, layer, sizes, num_pes)
    if wrong:
        raise SemanticError(wrong)
    parts = levels_of(dataflow)
    clusters = [1 if part.cluster is None else evaluate(part.cluster.size, sizes) for part in parts]
    clusters[0] = num_pes // prod(clusters)
    levels = tuple(
        Level(
            units,
            tuple(_map(directive, problem, sizes) for directive in part.maps),
            part.cluster is not None and part.cluster.kind == "L",
        )
        for units, part in zip(clusters, parts, strict=True)
    )
    counts = position_counts(problem, [level.maps for level in levels])
    return Nest(problem, levels, loops_of(levels, counts), num_pes, millionths(layer.density))


def _map(directive: MapDirective, problem: Problem, sizes: Mapping[str, int]) -> Map:
    """Return a directive with numbers, after the stride rule."""
    dimension = OUTPUT_NAMES.get(directive.dimension, directive.dimension)
    size, offset = evaluate(directive.size, sizes), evaluate(directive.offset, sizes)
    if dimension not in problem.sizes:
        size, offset = _stride_rule(problem, dimension, size, offset)
    return Map(directive.kind == "SpatialMap", dimension, size, offset)


def _stride_rule(problem: Problem, dimension: str, size: int, offset: int) -> tuple[int, int]:
    """A map on input rows that covers a whole filter moves by whole outputs (SEMANTICS section 2)."""
    window = problem.window_of(dimension)
    assert window is not None, dimension
    filter_extent = window.dilation * (problem.sizes[window.filter] - 1) + 1
    if window.stride == 1 or size < filter_extent:
        return size, offset
    outputs = (size - filter_extent) // window.stride + 1
    return (outputs - 1) * window.stride + filter_extent, outputs * window.stride


def loops_of(levels: tuple[Level, ...], counts: Sequence[Sequence[int]]) -> tuple[Loop, ...]:
    """Level by level the maps in written order, the fold loop where the first spatial map stands.

    ``counts`` are the positions of every map of every level.
    """
    loops: list[Loop] = []
    for index, level in enumerate(levels):
        spatial = tuple(i for i, level_map in enumerate(level.maps) if level_map.spatial)
        for i, level_map in enumerate(level.maps):
            if not level_map.spatial:
                loops.append(Loop(index, (i,), False, counts[index][i]))
            elif i == spatial[0]:
                largest = max(counts[index][j] for j in spatial)
                loops.append(Loop(index, spatial, True, -(-largest // level.units)))
    return tuple(loops)

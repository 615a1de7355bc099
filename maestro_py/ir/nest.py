"""The nest: a dataflow applied to a layer and a number of PEs, as one global loop nest.

Turns directives into levels of maps with plain numbers and one list of loops, outermost first
(SEMANTICS section 2). It is the meeting place of the project: the reference walks it, the core sums over
it, the RTL sequencer runs it. Nothing else knows how directives become steps.

Non-goals: no counts or cycles, no machine beyond the number of PEs, no text positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from maestro_py.errors import Diagnostic, SemanticError, Span
from maestro_py.ir import operators
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Expression, MapDirective, evaluate
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Problem, Window

Range = tuple[int, int]

#: The language's names of output row and column, and their loop dimensions.
OUTPUT_NAMES: Mapping[str, str] = {"Y'": "P", "X'": "Q"}


@dataclass(frozen=True, slots=True)
class Map:
    """One directive with numbers: ``dimension`` is a loop dimension or the input name of a window.

    ``size`` and ``offset`` are the real ones, after the stride rule for input rows and columns.
    """

    spatial: bool
    dimension: str
    size: int
    offset: int

    def positions(self, extent: int) -> int:
        """Number of positions over ``extent``: ``ceil((E - m) / o) + 1``, 1 where ``E <= m``.

        >>> Map(False, "K", 4, 4).positions(10)
        3
        """
        if extent <= self.size:
            return 1
        return -((self.size - extent) // self.offset) + 1

    def cut(self, parent: Range, position: int) -> Range:
        """Sub-range of ``parent`` at ``position``, cut off at the parent's end."""
        start = parent[0] + position * self.offset
        return start, max(start, min(start + self.size, parent[1]))


@dataclass(frozen=True, slots=True)
class Level:
    """The directives between two ``Cluster`` lines, for ``units`` units; ``lanes`` marks ``Cluster(n, L)``."""

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
        Outermost first; their counts multiply to the number of steps.
    num_pes
        PEs of the machine, including those that never take part.
    """

    problem: Problem
    levels: tuple[Level, ...]
    loops: tuple[Loop, ...]
    num_pes: int

    @property
    def steps(self) -> int:
        """Steps of the whole nest."""
        product = 1
        for loop in self.loops:
            product *= loop.count
        return product


@dataclass(frozen=True, slots=True)
class Tile:
    """What a PE (or a cluster) holds after some levels: one range per loop dimension, and input ranges.

    ``ranges`` has every loop dimension; ``inputs`` the padded input range of every window.
    """

    ranges: Mapping[str, Range]
    inputs: Mapping[str, Range]

    def range_of(self, dimension: str) -> Range:
        """Range of a loop dimension, or of a window's input."""
        return self.inputs[dimension] if dimension in self.inputs else self.ranges[dimension]


def whole(problem: Problem) -> Tile:
    """Return the tile that holds the whole layer."""
    ranges = {dimension: (0, size) for dimension, size in problem.sizes.items()}
    return Tile(ranges, {w.input: (0, problem.padded_extent(w)) for w in problem.windows})


def outputs_within(window: Window, outputs: Range, taps: Range, rows: Range) -> Range:
    """Outputs of ``outputs`` whose rows ``stride*p + dilation*r`` lie in ``rows`` for every tap ``r``.

    >>> outputs_within(Window("P", "R", "Y", 1, 1, 0, 1, 9), (0, 7), (0, 3), (2, 6))
    (2, 4)
    """
    first = -((window.dilation * taps[0] - rows[0]) // window.stride)
    last = (rows[1] - 1 - window.dilation * (taps[1] - 1)) // window.stride
    low, high = max(outputs[0], first), min(outputs[1], last + 1)
    return low, max(low, high)


def rows_of(window: Window, outputs: Range, taps: Range) -> Range:
    """Padded rows that ``outputs`` and ``taps`` span."""
    start = window.stride * outputs[0] + window.dilation * taps[0]
    end = window.stride * (outputs[1] - 1) + window.dilation * (taps[1] - 1) + 1
    return start, max(start, end)


def cut(problem: Problem, tile: Tile, maps: Iterable[Map], positions: Iterable[int]) -> Tile | None:
    """Apply one level's maps at the given positions; None where a position does not exist.

    SEMANTICS section 2: plain dimensions are cut on their own; rows and outputs of a window follow from
    each other and from the level's filter range.
    """
    ranges, inputs = dict(tile.ranges), dict(tile.inputs)
    cut_outputs: set[str] = set()
    for level_map, position in zip(maps, positions, strict=True):
        source = inputs if level_map.dimension in inputs else ranges
        parent = source[level_map.dimension]
        if position >= level_map.positions(parent[1] - parent[0]):
            return None
        source[level_map.dimension] = level_map.cut(parent, position)
        cut_outputs.add(level_map.dimension)
    for window in problem.windows:
        taps, outputs = ranges[window.filter], ranges[window.output]
        if window.output in cut_outputs:
            inputs[window.input] = rows_of(window, outputs, taps)
        else:
            ranges[window.output] = outputs_within(window, outputs, taps, inputs[window.input])
    return Tile(ranges, inputs)


def language_sizes(problem: Problem, layer: Layer) -> dict[str, int]:
    """Values of ``Sz(D)``: sizes as written in the layer, and output rows and columns."""
    sizes = dict(problem.sizes)
    for window in problem.windows:
        sizes[window.input] = layer.sizes.get(window.input, 1)
    for name, dimension in OUTPUT_NAMES.items():
        if dimension in sizes:
            sizes[name] = sizes[dimension]
    return sizes


def build_nest(layer: Layer, dataflow: Dataflow, num_pes: int) -> Nest:
    """Apply ``dataflow`` to ``layer`` on a machine of ``num_pes`` PEs.

    Raises
    ------
    SemanticError
        If a directive names a dimension the layer lacks, a size is not positive, input and output rows
        are both mapped at one level, the clusters need more PEs than there are, or a level with several
        units has no ``SpatialMap``. All problems are reported together.
    """
    problem = operators.get(layer.operator).problem(layer)
    sizes = language_sizes(problem, layer)
    builder = _Builder(layer, problem, sizes)
    groups, clusters = builder.split(dataflow)
    units = builder.units(clusters, num_pes)
    level_maps = [builder.maps(group) for group in groups]
    if not builder.diagnostics:
        builder.check_spatial(units, level_maps, groups)
    if builder.diagnostics:
        raise SemanticError(builder.diagnostics)
    kinds = [False, *(cluster.kind == "L" for cluster in clusters)]
    levels = tuple(Level(u, maps, lanes) for u, maps, lanes in zip(units, level_maps, kinds, strict=True))
    return Nest(problem, levels, _loops(problem, levels), num_pes)


class _Builder:
    """Evaluates directives for one layer and collects what is wrong with them."""

    def __init__(self, layer: Layer, problem: Problem, sizes: Mapping[str, int]) -> None:
        self.layer = layer
        self.problem = problem
        self.sizes = sizes
        self.diagnostics: list[Diagnostic] = []

    def error(self, code: str, message: str, span: Span | None, hint: str) -> None:
        self.diagnostics.append(Diagnostic(code, f"layer '{self.layer.name}': {message}", span, hint))

    def split(self, dataflow: Dataflow) -> tuple[list[list[MapDirective]], list[ClusterDirective]]:
        groups: list[list[MapDirective]] = [[]]
        clusters: list[ClusterDirective] = []
        for directive in dataflow.directives:
            if isinstance(directive, ClusterDirective):
                clusters.append(directive)
                groups.append([])
            else:
                groups[-1].append(directive)
        return groups, clusters

    def value(self, expression: Expression, what: str, span: Span | None) -> int:
        try:
            number = evaluate(expression, self.sizes)
        except KeyError as missing:
            known = " ".join(sorted(self.sizes))
            self.error("M220", f"Sz({missing.args[0]}) is not a dimension of this layer", span, f"dimensions: {known}")
            return 1
        except ZeroDivisionError:
            self.error("M221", f"{what} divides by zero", span, "check the divisor for this layer's sizes")
            return 1
        if number < 1:
            self.error("M222", f"{what} is {number}", span, "sizes and offsets are at least 1")
            return 1
        return number

    def units(self, clusters: list[ClusterDirective], num_pes: int) -> list[int]:
        sizes = [self.value(cluster.size, "the cluster size", cluster.span) for cluster in clusters]
        product = 1
        for size in sizes:
            product *= size
        if num_pes < product:
            span = clusters[0].span if clusters else None
            self.error(
                "M223",
                f"the clusters need {product} PEs and the machine has {num_pes}",
                span,
                "use smaller clusters or more PEs",
            )
        return [max(1, num_pes // product), *sizes]

    def maps(self, group: list[MapDirective]) -> tuple[Map, ...]:
        maps: list[Map] = []
        seen: dict[str, MapDirective] = {}
        for directive in group:
            level_map = self.map(directive)
            if level_map is None:
                continue
            window = self.problem.window_of(level_map.dimension)
            key = level_map.dimension
            if key in seen:
                self.error("M224", f"'{directive.dimension}' is mapped twice at one level", directive.span, "keep one")
            elif window and key in (window.input, window.output) and {window.input, window.output} & set(seen):
                self.error(
                    "M225",
                    f"input and output of '{window.input}' are both mapped at one level",
                    directive.span,
                    f"map either {window.input} or {window.input}'",
                )
            seen[key] = directive
            maps.append(level_map)
        return tuple(maps)

    def map(self, directive: MapDirective) -> Map | None:
        dimension = OUTPUT_NAMES.get(directive.dimension, directive.dimension)
        inputs = {window.input for window in self.problem.windows}
        if dimension not in self.problem.sizes and dimension not in inputs:
            known = " ".join(self.language_dimensions())
            self.error(
                "M226",
                f"{directive.kind} on '{directive.dimension}': no such dimension in a {self.layer.operator} layer",
                directive.span,
                f"dimensions: {known}",
            )
            return None
        size = self.value(directive.size, "the map size", directive.span)
        offset = self.value(directive.offset, "the map offset", directive.span)
        if dimension in inputs:
            size, offset = self.stride_rule(dimension, size, offset)
        return Map(directive.kind == "SpatialMap", dimension, size, offset)

    def language_dimensions(self) -> list[str]:
        names = {dimension: name for name, dimension in OUTPUT_NAMES.items()}
        plain = [names.get(dimension, dimension) for dimension in self.problem.sizes]
        return plain + [window.input for window in self.problem.windows]

    def stride_rule(self, dimension: str, size: int, offset: int) -> tuple[int, int]:
        """A map on input rows that covers a whole filter moves by whole outputs (SEMANTICS section 2)."""
        window = self.problem.window_of(dimension)
        assert window is not None
        filter_extent = window.dilation * (self.problem.sizes[window.filter] - 1) + 1
        if window.stride == 1 or size < filter_extent:
            return size, offset
        outputs = (size - filter_extent) // window.stride + 1
        return (outputs - 1) * window.stride + filter_extent, outputs * window.stride

    def check_spatial(
        self, units: list[int], level_maps: list[tuple[Map, ...]], groups: list[list[MapDirective]]
    ) -> None:
        for index, (count, maps) in enumerate(zip(units, level_maps, strict=True)):
            if count > 1 and not any(level_map.spatial for level_map in maps):
                span = groups[index][0].span if groups[index] else None
                self.error(
                    "M227",
                    f"level {index + 1} has {count} units and no SpatialMap",
                    span,
                    "spread one dimension over the units with a SpatialMap",
                )


def _loops(problem: Problem, levels: tuple[Level, ...]) -> tuple[Loop, ...]:
    counts = _position_counts(problem, levels)
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


def _position_counts(problem: Problem, levels: tuple[Level, ...]) -> list[list[int]]:
    """Largest number of positions of every map, over all parents that occur."""
    counts = [[1] * len(level.maps) for level in levels]
    grouped: set[str] = set()
    for window in problem.windows:
        grouped |= {window.output, window.filter, window.input}
        _count_window(problem, window, levels, counts)
    for dimension, size in problem.sizes.items():
        if dimension not in grouped:
            _count_plain(dimension, size, levels, counts)
    return counts


def _count_plain(dimension: str, size: int, levels: tuple[Level, ...], counts: list[list[int]]) -> None:
    """The largest tile is the first one, so its extents give the largest counts."""
    extent = size
    for level, level_counts in zip(levels, counts, strict=True):
        for i, level_map in enumerate(level.maps):
            if level_map.dimension == dimension:
                level_counts[i] = level_map.positions(extent)
                extent = min(extent, level_map.size)


@dataclass(frozen=True, slots=True)
class _WindowState:
    """Extents of rows, outputs and taps, and where the rows start relative to the first output's."""

    rows: int
    outputs: int
    taps: int
    lead: int


def _count_window(
    problem: Problem, window: Window, levels: tuple[Level, ...], counts: list[list[int]]
) -> None:
    names = (window.input, window.output, window.filter)
    states = {_WindowState(problem.padded_extent(window), problem.sizes[window.output], problem.sizes[window.filter], 0)}
    for level, level_counts in zip(levels, counts, strict=True):
        maps = {level_map.dimension: (i, level_map) for i, level_map in enumerate(level.maps) if level_map.dimension in names}
        if not maps:
            continue
        following: set[_WindowState] = set()
        for state in states:
            extents = {window.input: state.rows, window.output: state.outputs, window.filter: state.taps}
            for name, (i, level_map) in maps.items():
                level_counts[i] = max(level_counts[i], level_map.positions(extents[name]))
            following |= _window_children(window, state, {name: m for name, (_, m) in maps.items()})
        states = following


@cache
def _window_children_cached(
    window: Window, state: _WindowState, maps: tuple[Map, ...]
) -> frozenset[_WindowState]:
    by_name = {level_map.dimension: level_map for level_map in maps}
    taps_parent = (0, state.taps)
    outputs_parent = (0, state.outputs)
    rows_parent = (state.lead, state.lead + state.rows)
    found: set[_WindowState] = set()
    for taps in _sub_ranges(by_name.get(window.filter), taps_parent):
        if window.output in by_name:
            for outputs in _sub_ranges(by_name[window.output], outputs_parent):
                found.add(_WindowState(rows_of(window, outputs, taps)[1] - rows_of(window, outputs, taps)[0],
                                       outputs[1] - outputs[0], taps[1] - taps[0], 0))
            continue
        for rows in _sub_ranges(by_name.get(window.input), rows_parent):
            outputs = outputs_within(window, outputs_parent, taps, rows)
            lead = rows[0] - window.stride * outputs[0] - window.dilation * taps[0]
            found.add(_WindowState(rows[1] - rows[0], outputs[1] - outputs[0], taps[1] - taps[0], lead))
    return frozenset(found)


def _window_children(window: Window, state: _WindowState, maps: Mapping[str, Map]) -> frozenset[_WindowState]:
    return _window_children_cached(window, state, tuple(maps.values()))


def _sub_ranges(level_map: Map | None, parent: Range) -> list[Range]:
    if level_map is None:
        return [parent]
    return [level_map.cut(parent, i) for i in range(level_map.positions(parent[1] - parent[0]))]

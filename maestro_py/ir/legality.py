"""Whether a nest computes every MAC of its layer exactly once, and if not, where it fails.

A dataflow is legal if it misses no MAC and repeats none (SEMANTICS section 2). Dimensions that share a window
or the unit index of a level form a group; how often a MAC is computed is the product over groups of how often
its indices in the group are visited, so each group is walked on its own. What a group misses or repeats
becomes a diagnostic with the dimension, the numbers, an example and a hint.

Codes: M301 MACs are missed, M302 MACs are repeated.

Non-goals: cost, time; groups of more than :data:`MOST_BOXES` tiles, for which the engine's counts decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from maestro_py.errors import Diagnostic, Span
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, MapDirective
from maestro_py.ir.nest import OUTPUT_NAMES, Level, Map, Nest, Tile, cut, whole
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Problem, Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_BOXES = 200_000
MOST_CELLS = 20_000_000

_LANGUAGE_NAMES = {dimension: name for name, dimension in OUTPUT_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a group misses or repeats.

    Attributes
    ----------
    dimensions
        The loop dimensions that it depends on.
    group
        All dimensions of the group.
    points
        Index combinations of ``dimensions`` that are missed, or visited more than once.
    of_points
        Index combinations that there are.
    example
        The first one.
    """

    dimensions: tuple[str, ...]
    group: tuple[str, ...]
    points: int
    of_points: int
    example: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """How often the index combinations of one group are visited.

    ``covered`` of ``total`` are visited at all, ``executed`` counts all visits.
    """

    dimensions: tuple[str, ...]
    total: int
    covered: int
    executed: int
    missed: Flaw | None
    repeated: Flaw | None


def coverage(nest: Nest) -> tuple[GroupCoverage, ...] | None:
    """Return the coverage of every group, or None where a group is too large to walk.

    Examples
    --------
    >>> from maestro_py.ir.dataflow import Dataflow, MapDirective, Number
    >>> from maestro_py.ir.nest import build_nest
    >>> gaps = Dataflow((MapDirective("SpatialMap", Number(1), Number(2), "K"),))
    >>> groups = coverage(build_nest(Layer("a", "GEMM", {"M": 2, "N": 2, "K": 8}), gaps, 4))
    >>> [(group.dimensions, group.covered, group.total) for group in groups if group.missed]
    [(('K',), 4, 8)]
    """
    found = []
    for dimensions in groups(nest):
        window_names = {n for w in nest.problem.windows if w.output in dimensions for n in (w.input,)}
        names = {*dimensions, *window_names}
        levels = tuple(tuple(m for m in level.maps if m.dimension in names) for level in nest.levels)
        sizes = tuple((d, nest.problem.sizes[d]) for d in dimensions)
        windows = tuple(w for w in nest.problem.windows if w.output in dimensions)
        group = _group_coverage(sizes, windows, levels)
        if group is None:
            return None
        found.append(group)
    return tuple(found)


def groups(nest: Nest) -> list[tuple[str, ...]]:
    """Return the loop dimensions by group: those of a window, and those that a level's units share."""
    parts = [{dimension} for dimension in nest.problem.sizes]

    def join(names: set[str]) -> None:
        touched = [part for part in parts if part & names]
        for part in touched:
            parts.remove(part)
        parts.append(set().union(*touched))

    output_of = {window.input: window.output for window in nest.problem.windows}
    for window in nest.problem.windows:
        join({window.output, window.filter})
    for level in nest.levels:
        spatial = {output_of.get(m.dimension, m.dimension) for m in level.maps if m.spatial}
        if len(spatial) > 1:
            join(spatial)
    order = list(nest.problem.sizes)
    return sorted((tuple(sorted(part, key=order.index)) for part in parts), key=lambda p: order.index(p[0]))


@lru_cache(maxsize=1024)
def _group_coverage(
    sizes: tuple[tuple[str, int], ...], windows: tuple[Window, ...], levels: tuple[tuple[Map, ...], ...]
) -> GroupCoverage | None:
    dimensions = tuple(name for name, _ in sizes)
    if not any(levels):
        total = prod(size for _, size in sizes)
        return GroupCoverage(dimensions, total, total, total, None, None)
    import numpy as np

    problem = Problem(dict(sizes), windows, MappingProxyType({}))
    found: list[tuple[int, ...]] = []
    for tile in _leaves(problem, levels, whole(problem)):
        ranges = [tile.ranges[d] for d in dimensions]
        if all(low < high for low, high in ranges):
            found.append(tuple(edge for pair in ranges for edge in pair))
            if len(found) > MOST_BOXES:
                return None
    boxes = np.array(found, dtype=np.int64).reshape(len(found), len(dimensions), 2)
    edges = [np.unique(np.concatenate([boxes[:, i].ravel(), [0, n]])) for i, (_, n) in enumerate(sizes)]
    if prod(len(e) for e in edges) > MOST_CELLS:
        return None
    visits = _visits(boxes, edges)
    volume = _volume(edges)
    return GroupCoverage(
        dimensions,
        int(volume.sum()),
        int(volume[visits > 0].sum()),
        int((volume * visits).sum()),
        _flaw(dimensions, edges, visits == 0),
        _flaw(dimensions, edges, visits > 1),
    )


def _leaves(problem: Problem, levels: tuple[tuple[Map, ...], ...], tile: Tile) -> Iterator[Tile]:
    """Yield every box of a group: all positions of all maps, those of one level's spatial maps together."""
    if not levels:
        yield tile
        return
    maps = levels[0]
    counts = [m.positions(tile.range_of(m.dimension)[1] - tile.range_of(m.dimension)[0]) for m in maps]
    shared = min((count for m, count in zip(maps, counts, strict=True) if m.spatial), default=1)
    free = [range(1) if m.spatial else range(count) for m, count in zip(maps, counts, strict=True)]
    for unit in range(shared):
        for temporal in product(*free):
            positions = [unit if m.spatial else i for m, i in zip(maps, temporal, strict=True)]
            child = cut(problem, tile, maps, positions)
            if child is not None:
                yield from _leaves(problem, levels[1:], child)


def _visits(boxes: NDArray[np.int64], edges: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Visits of every cell between neighbouring edges: corners are counted, then summed along each axis."""
    import numpy as np

    visits = np.zeros([len(edge) for edge in edges], dtype=np.int64)
    for corner in product((0, 1), repeat=len(edges)):
        at = tuple(np.searchsorted(edges[i], boxes[:, i, side]) for i, side in enumerate(corner))
        np.add.at(visits, at, (-1) ** sum(corner))
    for axis in range(len(edges)):
        visits = np.cumsum(visits, axis=axis)
    return visits[tuple(slice(0, -1) for _ in edges)]


def _flaw(
    dimensions: tuple[str, ...],
    edges: list[NDArray[np.int64]],
    bad: NDArray[np.bool_],
) -> Flaw | None:
    """Describe the bad cells by the dimensions that they depend on."""
    import numpy as np

    if not bad.any():
        return None
    axes = [i for i in range(bad.ndim) if (bad != bad.take([0], axis=i)).any()] or [*range(bad.ndim)]
    bad = bad[tuple(slice(None) if i in axes else 0 for i in range(bad.ndim))]
    kept = [edges[i] for i in axes]
    cell = np.unravel_index(int(np.argmax(bad)), bad.shape)
    example = {dimensions[i]: int(edges[i][k]) for i, k in zip(axes, cell, strict=True)}
    volume = _volume(kept)
    return Flaw(tuple(example), dimensions, int(volume[bad].sum()), int(volume.sum()), example)


def _volume(edges: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return how many index combinations every cell holds."""
    import numpy as np

    volume = np.ones([len(edge) - 1 for edge in edges], dtype=np.int64)
    for i, edge in enumerate(edges):
        volume *= np.diff(edge).reshape([-1 if i == j else 1 for j in range(len(edges))])
    return volume


# ---- in words -----------------------------------------------------------------------------------------


def problems(layer: Layer, dataflow: Dataflow, nest: Nest) -> list[Diagnostic] | None:
    """Return what the dataflow misses and repeats on a layer, one diagnostic per group and kind.

    None where a group is too large to be walked.
    """
    found = coverage(nest)
    if found is None:
        return None
    total, covered = prod(g.total for g in found), prod(g.covered for g in found)
    repeats = prod(g.executed for g in found) - covered
    diagnostics = []
    for group in found:
        if group.missed is not None:
            words = f"misses {total - covered:,} of {total:,} MACs"
            said = _flaw_words(group.missed, "never computed")
            diagnostics.append(_diagnostic("M301", layer, dataflow, nest, group.missed, f"{words}: {said}"))
        if group.repeated is not None:
            words = f"repeats MACs, {repeats:,} executions too many of {total:,} MACs"
            said = _flaw_words(group.repeated, "computed more than once")
            diagnostics.append(_diagnostic("M302", layer, dataflow, nest, group.repeated, f"{words}: {said}"))
    return diagnostics


def _named(dimension: str) -> str:
    return _LANGUAGE_NAMES.get(dimension, dimension)


def _flaw_words(flaw: Flaw, what: str) -> str:
    names = [_named(d) for d in flaw.dimensions]
    example = ", ".join(f"{_named(d)}={i}" for d, i in flaw.example.items())
    if len(names) == 1:
        noun = f"{flaw.points:,} of {flaw.of_points:,} indices of {names[0]}"
    else:
        noun = f"{flaw.points:,} of {flaw.of_points:,} combinations of {' '.join(names)}"
    verb = "is" if flaw.points == 1 else "are"
    return f"{noun} {verb} {what}, for example {example}"


def _diagnostic(
    code: Literal["M301", "M302"], layer: Layer, dataflow: Dataflow, nest: Nest, flaw: Flaw, words: str
) -> Diagnostic:
    span, hint = (
        _wrong_map(code, dataflow, nest, flaw)
        or (_spatial_together(dataflow, nest, flaw) if code == "M301" else None)
        or (dataflow.span or layer.span, _general_hint(code, nest, flaw))
    )
    return Diagnostic(code, f"layer {layer.name!r} {words}", span, hint)


def _general_hint(code: str, nest: Nest, flaw: Flaw) -> str:
    names = _listed([_named(d) for d in flaw.dimensions])
    mapped = {m.dimension for level in nest.levels for m in level.maps}
    for window in nest.problem.windows:
        if window.output in flaw.dimensions and window.input in mapped:
            return f"map {window.input}' in place of {window.input}: output indices cannot be cut through"
    if code == "M301":
        return f"let the maps of {names} at the inner levels cover what the outer levels give them"
    return f"let the maps of {names} take every index once: offsets as large as sizes"


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _wrong_map(code: str, dataflow: Dataflow, nest: Nest, flaw: Flaw) -> tuple[Span | None, str] | None:
    """Return the directive that explains a flaw, if one does, and what to change in it."""
    inputs = {w.input: w for w in nest.problem.windows if w.output in flaw.group}
    for directive, level_map in _with_maps(dataflow, nest.levels):
        size, offset = level_map.size, level_map.offset
        written = f"{directive.kind}({size},{offset}) {directive.dimension}"
        if level_map.dimension in inputs:
            hint = _window_hint(code, nest.problem, inputs[level_map.dimension], level_map, written)
            if hint:
                return directive.span, hint
        elif level_map.dimension in flaw.dimensions:
            if code == "M301" and offset > size:
                return directive.span, f"{written} leaves gaps: an offset of {size} leaves none"
            if code == "M302" and offset < size:
                return directive.span, f"{written} overlaps itself: an offset of {size} does not"
    return None


def _window_hint(code: str, problem: Problem, window: Window, level_map: Map, written: str) -> str:
    """Return what is wrong with a map of input rows or columns; empty if nothing is."""
    filter_extent = window.dilation * (problem.sizes[window.filter] - 1) + 1
    if level_map.size < filter_extent:
        if code == "M302":
            return ""
        wanted = f"make it {filter_extent} or more, or map {window.input}'"
        return f"{written} holds no whole filter ({filter_extent}): {wanted}"
    right = ((level_map.size - filter_extent) // window.stride + 1) * window.stride
    if (code == "M301" and level_map.offset > right) or (code == "M302" and level_map.offset < right):
        return f"{written} should be {right} further each time: make that its offset, or map {window.input}'"
    return ""


def _spatial_together(dataflow: Dataflow, nest: Nest, flaw: Flaw) -> tuple[Span | None, str] | None:
    """Several spatial maps of one level take the same unit index: only their diagonal is computed."""
    outputs = {w.input: w.output for w in nest.problem.windows}
    for level in nest.levels:
        spatial = [m for m in level.maps if m.spatial and outputs.get(m.dimension, m.dimension) in flaw.group]
        if len(spatial) > 1:
            names = _listed([_named(m.dimension) for m in spatial])
            spans = [d.span for d, m in _with_maps(dataflow, nest.levels) if m is spatial[1]]
            hint = (
                f"SpatialMaps of {names} advance together: keep one, put another below a Cluster or in time"
            )
            return (spans[0] if spans else None), hint
    return None


def _with_maps(dataflow: Dataflow, levels: tuple[Level, ...]) -> Iterator[tuple[MapDirective, Map]]:
    """Yield the directives of a dataflow with their maps."""
    maps = (m for level in levels for m in level.maps)
    directives = (d for d in dataflow.directives if not isinstance(d, ClusterDirective))
    yield from zip(directives, maps, strict=True)

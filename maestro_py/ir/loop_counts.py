"""Loop counts: the largest number of positions of every map, over all tiles that it may cut.

A plain dimension's largest tile is its first. A window needs more care: a tile at the edge may hold fewer
outputs but more rows than its outputs need. Only tiles that differ in extents or in how rows and outputs lie
to each other are followed, so the work does not grow with the layer.

Source: SEMANTICS section 2. Non-goals: time order and folds (``maestro_py.ir.nest``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from maestro_py.ir.operators import Problem, Window
from maestro_py.ir.tiles import Map, Range, outputs_within, rows_of

LevelMaps = Sequence[tuple[Map, ...]]


def position_counts(problem: Problem, levels: LevelMaps) -> list[list[int]]:
    """Return the largest number of positions of every map of every level."""
    counts = [[1] * len(maps) for maps in levels]
    grouped: set[str] = set()
    for window in problem.windows:
        grouped |= {window.output, window.filter, window.input}
        count_window(problem, window, levels, counts)
    for dimension, size in problem.sizes.items():
        if dimension not in grouped:
            _count_plain(dimension, size, levels, counts)
    return counts


def _count_plain(dimension: str, size: int, levels: LevelMaps, counts: list[list[int]]) -> None:
    """Count a plain dimension: its first tile has the largest extent."""
    extent = size
    for maps, level_counts in zip(levels, counts, strict=True):
        for i, level_map in enumerate(maps):
            if level_map.dimension == dimension:
                level_counts[i] = level_map.positions(extent)
                extent = min(extent, level_map.size)


@dataclass(frozen=True, slots=True)
class _WindowState:
    """Extents of rows, outputs and taps, and where the rows start relative to the first output's.

    Without outputs the start (``lead``) means nothing and is 0.
    """

    rows: int
    outputs: int
    taps: int
    lead: int


def count_window(problem: Problem, window: Window, levels: LevelMaps, counts: list[list[int]]) -> None:
    """Count the maps of a window into ``counts``, which holds 1 for each of them."""
    names = (window.input, window.output, window.filter)
    outputs, taps = problem.sizes[window.output], problem.sizes[window.filter]
    states = {_WindowState(problem.padded_extent(window), outputs, taps, 0)}
    for maps, level_counts in zip(levels, counts, strict=True):
        cutting = {m.dimension: (i, m) for i, m in enumerate(maps) if m.dimension in names}
        if not cutting:
            continue
        by_name = {name: level_map for name, (_, level_map) in cutting.items()}
        following: set[_WindowState] = set()
        for state in states:
            extents = {window.input: state.rows, window.output: state.outputs, window.filter: state.taps}
            for name, (i, level_map) in cutting.items():
                level_counts[i] = max(level_counts[i], level_map.positions(extents[name]))
            following.update(_children(window, state, by_name))
        states = following


def _children(window: Window, state: _WindowState, maps: Mapping[str, Map]) -> Iterator[_WindowState]:
    """Yield the states of all tiles that one level cuts from a tile, some more than once."""
    parent_taps, parent_outputs = (0, state.taps), (0, state.outputs)
    parent_rows = (state.lead, state.lead + state.rows)
    if window.output in maps:
        for taps in _ends(maps.get(window.filter), parent_taps):
            for outputs in _ends(maps[window.output], parent_outputs):
                yield _state(window, rows_of(window, outputs, taps), outputs, taps)
        return
    for taps in _all(maps.get(window.filter), parent_taps):
        for rows in _telling_rows(window, maps.get(window.input), parent_rows, state.outputs, taps):
            yield _state(window, rows, outputs_within(window, parent_outputs, taps, rows), taps)


def _state(window: Window, rows: Range, outputs: Range, taps: Range) -> _WindowState:
    lead = rows[0] - window.stride * outputs[0] - window.dilation * taps[0]
    held = outputs[1] - outputs[0]
    return _WindowState(rows[1] - rows[0], held, taps[1] - taps[0], lead if held else 0)


def _all(level_map: Map | None, parent: Range) -> list[Range]:
    """Sub-ranges at all positions."""
    if level_map is None:
        return [parent]
    return [level_map.cut(parent, i) for i in range(level_map.positions(parent[1] - parent[0]))]


def _ends(level_map: Map | None, parent: Range) -> list[Range]:
    """Sub-ranges at the first and the last position: all others are as long as the first."""
    if level_map is None:
        return [parent]
    last = level_map.positions(parent[1] - parent[0]) - 1
    return [level_map.cut(parent, i) for i in {0, last}]


def _telling_rows(
    window: Window, level_map: Map | None, rows: Range, outputs: int, taps: Range
) -> list[Range]:
    """Row ranges that give every state there is; ``rows`` are relative to the first of ``outputs``.

    Positions whose outputs the parent does not clip repeat with the stride. Before and behind them come
    those that hold some of the first or last outputs, then those that hold none; the last position may
    have fewer rows.
    """
    if level_map is None:
        return [rows]
    count = level_map.positions(rows[1] - rows[0])
    size, offset, stride = level_map.size, level_map.offset, window.stride
    start = rows[0] - window.dilation * taps[0]  # of the first tap, relative to output 0
    end = rows[0] + size - 1 - window.dilation * (taps[1] - 1)  # of the last tap
    reaching = _ceil(-end, offset)  # first position that reaches output 0
    inside = _ceil(1 - stride - start, offset)  # first whose outputs begin there or later
    leaving = _ceil(stride * outputs - end, offset)  # first whose outputs would go on behind the last
    beyond = (stride * (outputs - 1) - start) // offset + 1  # first that begins behind the last output
    period = stride // gcd(stride, offset)
    chosen = {0, count - 1, beyond}
    chosen.update(range(max(reaching, 0), min(inside, count)))
    chosen.update(range(max(inside, 0), min(max(inside, 0) + period, leaving, count)))
    chosen.update(range(max(leaving, 0), min(beyond, count)))
    return [level_map.cut(rows, i) for i in chosen if 0 <= i < count]


def _ceil(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)

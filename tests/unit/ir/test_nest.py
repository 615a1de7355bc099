"""The nest: positions, stride rule, loops and their counts, mistakes (SEMANTICS section 2)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py.errors import SemanticError
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Directive, MapDirective, Number, SizeOf
from maestro_py.ir.loop_counts import position_counts
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Problem, Window
from maestro_py.ir.tiles import Map, Tile, cut, whole

CONV = Layer("c", "CONV", {"K": 4, "C": 6, "Y": 8, "X": 8, "R": 3, "S": 3})


def temporal(dimension: str, size: int, offset: int | None = None) -> MapDirective:
    return MapDirective("TemporalMap", Number(size), Number(offset or size), dimension)


def spatial(dimension: str, size: int, offset: int | None = None) -> MapDirective:
    return MapDirective("SpatialMap", Number(size), Number(offset or size), dimension)


def cluster(size: int) -> ClusterDirective:
    return ClusterDirective(Number(size), "P")


def nest_of(*directives: Directive, layer: Layer = CONV, num_pes: int = 1) -> Nest:
    return build_nest(layer, Dataflow(directives), num_pes)


# ---- positions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extent", "size", "offset", "ranges"),
    [
        (6, 6, 6, [(0, 6)]),
        (6, 9, 1, [(0, 6)]),
        (6, 2, 2, [(0, 2), (2, 4), (4, 6)]),
        (7, 2, 2, [(0, 2), (2, 4), (4, 6), (6, 7)]),
        (5, 3, 1, [(0, 3), (1, 4), (2, 5)]),
        (6, 3, 2, [(0, 3), (2, 5), (4, 6)]),
        (5, 1, 3, [(0, 1), (3, 4), (6, 6)]),
    ],
    ids=["all", "larger", "even", "edge", "overlap", "overlap and edge", "gap and nothing at the end"],
)
def test_positions(extent, size, offset, ranges):
    level_map = Map(False, "K", size, offset)
    assert level_map.positions(extent) == len(ranges)
    assert [level_map.cut((0, extent), i) for i in range(len(ranges))] == ranges


@given(st.integers(1, 60), st.integers(1, 20), st.integers(1, 20))
def test_positions_reach_the_end_and_stop_there(extent, size, offset):
    level_map = Map(False, "K", size, offset)
    count = level_map.positions(extent)
    assert (count - 1) * offset + size >= extent
    assert count == 1 or (count - 2) * offset + size < extent


# ---- windows ------------------------------------------------------------------------------------------


def strided(stride: int, dilation: int = 1) -> Layer:
    return Layer("s", "CONV", {"Y": 20, "X": 1, "R": 3}, (stride, 1), (dilation, 1))


@pytest.mark.parametrize(
    ("stride", "dilation", "size", "offset", "real"),
    [
        (1, 1, 5, 2, (5, 2)),  # stride 1 keeps what is written
        (2, 1, 3, 1, (3, 2)),  # one output: a filter, moved by the stride
        (2, 1, 5, 1, (5, 4)),  # two outputs
        (2, 1, 6, 9, (5, 4)),  # a row that no third output can use
        (2, 1, 2, 1, (2, 1)),  # less than a filter keeps what is written
        (3, 2, 8, 8, (8, 6)),  # a dilated filter covers 5 rows: two outputs of stride 3
        (3, 2, 4, 4, (4, 4)),
    ],
)
def test_stride_rule(stride, dilation, size, offset, real):
    nest = nest_of(temporal("Y", size, offset), layer=strided(stride, dilation))
    (level_map,) = nest.levels[0].maps
    assert (level_map.size, level_map.offset) == real


def test_stride_rule_asks_for_the_whole_filter_where_the_level_holds_a_part():
    nest = nest_of(temporal("R", 1), cluster(1), temporal("Y", 2, 1), layer=strided(2))
    assert nest.levels[1].maps[0] == Map(False, "Y", 2, 1)


def test_output_maps_cut_outputs_and_rows_follow():
    problem = nest_of(layer=strided(2)).problem
    assert problem.sizes["P"] == 9
    tile = cut(problem, whole(problem), [Map(False, "P", 2, 2)], [1])
    assert tile is not None
    assert tile.ranges["P"] == (2, 4)
    assert tile.inputs["Y"] == (2 * 2, 2 * 3 + 3)


def test_row_maps_give_the_outputs_whose_taps_all_lie_inside():
    problem = nest_of(layer=strided(2)).problem
    tile = cut(problem, whole(problem), [Map(False, "Y", 6, 6)], [1])
    assert tile is not None
    assert tile.inputs["Y"] == (6, 12)
    assert tile.ranges["P"] == (3, 5)  # rows 6..8 and 8..10; 10..12 would need one more


def test_a_position_that_does_not_exist_idles():
    problem = nest_of().problem
    assert cut(problem, whole(problem), [Map(True, "K", 2, 2)], [2]) is None


# ---- levels and loops ---------------------------------------------------------------------------------


def test_units_of_levels_and_pes_that_stay_idle():
    nest = nest_of(spatial("K", 1), cluster(2), spatial("C", 1), cluster(3), spatial("Y'", 1), num_pes=26)
    assert [level.units for level in nest.levels] == [26 // 6, 2, 3]
    assert nest.num_pes == 26


def test_loops_stand_in_written_order_with_the_fold_at_the_first_spatial_map():
    nest = nest_of(
        temporal("C", 4), spatial("Y'", 1), temporal("K", 1), spatial("R", 1), num_pes=4, layer=CONV
    )
    assert [(loop.maps, loop.fold, loop.count) for loop in nest.loops] == [
        ((0,), False, 2),  # 6 channels by 4
        ((1, 3), True, 2),  # 6 output rows, 3 taps: the larger over 4 units
        ((2,), False, 4),
    ]
    assert nest.steps == 2 * 2 * 4


def test_sizes_are_those_of_the_layer_without_padding():
    padded = Layer("p", "CONV", {"Y": 8, "X": 8, "R": 3, "S": 3}, padding=((1, 1), (1, 1)))
    rows = MapDirective("TemporalMap", SizeOf("Y"), SizeOf("Y'"), "Y")
    (level_map,) = nest_of(rows, layer=padded).levels[0].maps
    assert (level_map.size, level_map.offset) == (8, 8)
    assert nest_of(rows, layer=padded).steps == 2  # of 10 padded rows


def enumerated_counts(problem: Problem, levels: list[tuple[Map, ...]]) -> list[list[int]]:
    """Largest position counts by cutting every tile at every position."""
    counts = [[1] * len(maps) for maps in levels]
    tiles: list[Tile] = [whole(problem)]
    for maps, level_counts in zip(levels, counts, strict=True):
        following: dict[tuple, Tile] = {}
        for tile in tiles:
            extents = [high - low for low, high in (tile.range_of(m.dimension) for m in maps)]
            held = [m.positions(extent) for m, extent in zip(maps, extents, strict=True)]
            level_counts[:] = map(max, level_counts, held)
            positions = [()]
            for count in held:
                positions = [(*p, i) for p in positions for i in range(count)]
            for place in positions:
                child = cut(problem, tile, maps, place)
                assert child is not None
                following[(*child.ranges.values(), *child.inputs.values())] = child
        tiles = list(following.values())
    return counts


@st.composite
def windows_with_maps(draw):
    outputs, taps = draw(st.integers(1, 14)), draw(st.integers(1, 4))
    window = Window("P", "R", "Y", draw(st.integers(1, 4)), draw(st.integers(1, 3)), 0, 1, 99)
    axes = {"W": ("R",), "I": ("Y",), "O": ("P",)}
    problem = Problem({"P": outputs, "R": taps}, (window,), axes)
    levels = []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.sampled_from(["", "P", "Y", "R", "PR", "YR"]))
        sizes, offsets = st.integers(1, 12), st.integers(1, 8)
        levels.append(tuple(Map(False, name, draw(sizes), draw(offsets)) for name in names))
    return problem, levels


@given(windows_with_maps())
def test_counts_of_a_window_equal_enumeration(drawn):
    problem, levels = drawn
    assert position_counts(problem, levels) == enumerated_counts(problem, levels)


def test_counts_do_not_enumerate_positions():
    rows = 10**9
    layer = Layer("long", "CONV", {"Y": rows, "R": 3}, (2, 1))
    start = time.perf_counter()
    nest = nest_of(temporal("Y", 7, 1), cluster(1), temporal("Y", 3, 1), layer=layer)
    assert time.perf_counter() - start < 0.1
    outputs = (rows - 3) // 2 + 1
    assert [loop.count for loop in nest.loops] == [-(-outputs // 3), 3]


# ---- mistakes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("directives", "num_pes", "codes"),
    [
        ([MapDirective("TemporalMap", SizeOf("M"), Number(1), "K")], 1, ["M220"]),
        ([MapDirective("TemporalMap", Number(0), Number(0), "K")], 1, ["M222", "M222"]),
        ([ClusterDirective(Number(0), "P")], 1, ["M222"]),
        ([temporal("K", 2**63)], 1, ["M212", "M212"]),
        ([spatial("K", 1), cluster(4), spatial("C", 1)], 3, ["M223"]),
        ([temporal("K", 1), temporal("K", 1)], 1, ["M224"]),
        ([temporal("Y", 3, 1), temporal("Y'", 1)], 1, ["M225"]),
        ([temporal("X'", 1), temporal("X", 3, 1)], 1, ["M225"]),
        ([temporal("M", 1)], 1, ["M226"]),
        ([temporal("P", 1)], 1, ["M226"]),
        ([temporal("K", 1)], 2, ["M227"]),
        ([spatial("K", 1), cluster(2), temporal("C", 1)], 4, ["M227"]),
        ([temporal("M", 1), temporal("K", 0 - 1)], 1, ["M226", "M222", "M222"]),
        ([temporal("K", 1), temporal("K", 1), cluster(2)], 4, ["M224", "M227", "M227"]),
    ],
)
def test_mistakes_are_reported_together(directives, num_pes, codes):
    with pytest.raises(SemanticError) as caught:
        nest_of(*directives, num_pes=num_pes)
    assert sorted(d.code for d in caught.value.diagnostics) == sorted(codes)
    assert all("'c'" in d.message and d.hint for d in caught.value.diagnostics)


def test_levels_may_map_a_dimension_again():
    nest = nest_of(temporal("K", 2), temporal("Y", 3, 1), cluster(1), temporal("K", 1), temporal("Y'", 1))
    assert [loop.count for loop in nest.loops] == [2, 6, 2, 1]


def test_one_unit_needs_no_spatial_map():
    assert nest_of().steps == 1

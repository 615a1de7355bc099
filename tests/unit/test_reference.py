"""The reference against numbers found by hand: closed forms, and figures that the MAESTRO paper prints."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Directive, MapDirective, Number
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.ir.network import Layer
from maestro_py.reference import (
    Counter,
    Packing,
    StepCost,
    TileCost,
    Walk,
    coarse_cycles,
    difference,
    evaluate,
    fine_cycles,
    touched,
    volume,
)


def temporal(dimension: str, size: int, offset: int | None = None) -> MapDirective:
    return MapDirective("TemporalMap", Number(size), Number(offset or size), dimension)


def spatial(dimension: str, size: int, offset: int | None = None) -> MapDirective:
    return MapDirective("SpatialMap", Number(size), Number(offset or size), dimension)


def nest_of(layer: Layer, num_pes: int, *directives: Directive) -> Nest:
    return build_nest(layer, Dataflow(directives), num_pes)


# ---- the paper's row-stationary example (Figure 7, sections 3.3, 4.2.2 and 4.4) -----------------------

FIGURE_7 = Layer("figure7", "CONV", {"N": 2, "K": 4, "C": 6, "Y": 8, "X": 8, "R": 3, "S": 3})
"""K, R and S are the paper's; its other sizes are not printed."""

OUTPUTS = 6
MACS = 2 * 4 * 6 * OUTPUTS**2 * 3**2


def figure_7(k: MapDirective | None = None, c: MapDirective | None = None) -> Nest:
    return nest_of(
        FIGURE_7,
        6,
        temporal("N", 1),
        k or temporal("K", 2),
        c or temporal("C", 3),
        spatial("Y", 3, 1),
        temporal("X", 3, 1),
        ClusterDirective(Number(3), "P"),
        spatial("Y", 1),
        spatial("R", 1),
        temporal("S", 3),
    )


def test_figure_7_tile_of_a_pe_and_its_buffer():
    found = evaluate(figure_7(), Accelerator(num_pes=6))
    assert found["l1_tile_W"] == 2 * 3 * 1 * 3
    assert found["l1_tile_I"] == 1 * 3 * 1 * 3
    assert found["l1_tile_O"] == 2
    assert found["l1_bytes_required"] == 2 * (18 + 9 + 2) == 58


def test_figure_7_inputs_multicast_and_weights_kept():
    first, second, *_ = Walk(figure_7()).steps()
    rows_of_tiles = {tile[3] for tile in first.tiles["I"]}
    assert rows_of_tiles == {frozenset({0}), frozenset({1}), frozenset({2}), frozenset({3})}
    moved = sum(map(volume, first.tiles["I"]))
    distinct = 4 * 3 * 3  # rows 0..3, channels, columns
    assert moved - distinct == 18
    for before, after in zip(first.tiles["W"], second.tiles["W"], strict=True):
        assert difference(after, before) is None
        assert volume(after) == 18


@pytest.mark.parametrize("shared", [True, False], ids=["multicast and reduction", "neither"])
def test_figure_7_counts(shared):
    found = evaluate(figure_7(), Accelerator(num_pes=6, multicast=shared, reduction=shared))
    outer = 2 * 2 * 2  # N, K, C
    folds = OUTPUTS // 2  # two clusters take two output rows
    steps = outer * folds * OUTPUTS
    assert found["legal"]
    assert found["macs"] == found["total"] == found["covered"] == MACS
    assert found["steps"] == steps
    assert found["pe_steps"] == 6 * steps
    assert found["l1_fill_W"] == 6 * 18 * outer
    assert found["l2_read_W"] == (3 * 18 if shared else 6 * 18) * outer  # both clusters hold the same
    columns = 3 + (OUTPUTS - 1)  # one new column a step
    assert found["l1_fill_I"] == 6 * 3 * columns * outer * folds
    assert found["l2_read_I"] == (4 if shared else 6) * 3 * columns * outer * folds
    assert found["l1_drain_O"] == 6 * 2 * steps
    assert found["l2_write_O"] == (2 if shared else 6) * 2 * steps
    assert found["l2_read_O"] == found["l2_write_O"] - 2 * 4 * OUTPUTS**2


def test_section_3_3_coverage():
    found = evaluate(figure_7(k=temporal("K", 2, 4)), Accelerator(num_pes=6))
    assert not found["legal"]
    assert (found["covered"], found["redundant"]) == (MACS // 2, 0)


def test_section_3_3_redundancy():
    found = evaluate(figure_7(c=temporal("C", 2, 1)), Accelerator(num_pes=6))
    assert not found["legal"]
    channels = 5 * 2  # five positions of two channels; six would do
    assert (found["covered"], found["redundant"]) == (MACS, MACS * (channels - 6) // 6)


def test_section_3_3_bound_is_cut_off():
    """A map larger than its dimension holds what there is (SEMANTICS section 2)."""
    found = evaluate(figure_7(k=temporal("K", 5)), Accelerator(num_pes=6))
    assert found["legal"]
    assert found["l1_tile_W"] == 4 * 3 * 1 * 3


# ---- elements -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Layer("a", "CONV", {"Y": 4, "R": 3}, padding=((1, 1), (0, 0))), {0, 1, 2, 3}),
        (Layer("a", "CONV", {"Y": 4, "R": 3}, padding=((0, 2), (0, 0))), {0, 1, 2, 3}),
        (Layer("a", "CONV", {"Y": 4, "R": 3}, stride=(2, 1), padding=((0, 1), (0, 0))), {0, 1, 2, 3}),
        (Layer("a", "CONV", {"Y": 4, "R": 3}, stride=(2, 1), padding=((1, 0), (0, 0))), {0, 1, 2, 3}),
        (Layer("a", "CONV", {"Y": 5, "R": 2}, stride=(3, 1), padding=((2, 0), (0, 0))), {1, 2}),
        (Layer("a", "CONV", {"Y": 8, "R": 1}, stride=(3, 1)), {0, 3, 6}),
        (Layer("a", "CONV", {"Y": 5, "R": 2}, dilation=(3, 1)), {0, 1, 3, 4}),
        (Layer("a", "CONV", {"Y": 1, "R": 1}, padding=((2, 2), (0, 0))), {0}),
        (Layer("a", "TRCONV", {"Y": 3, "R": 2}, stride=(2, 1)), {0, 1, 2}),
        (Layer("a", "TRCONV", {"Y": 4, "R": 1}, padding=((1, 1), (0, 0))), {1, 2}),
        (Layer("a", "TRCONV", {"Y": 4, "R": 1}, padding=((2, 0), (0, 0))), {2, 3}),
        (Layer("a", "TRCONV", {"Y": 4, "R": 1}, padding=((0, 3), (0, 0))), {0}),
    ],
)
def test_rows_that_a_box_touches(layer, expected):
    nest = nest_of(layer, 1)
    (step,) = Walk(nest).steps()
    box = step.boxes[0]
    assert box is not None
    assert touched(nest.problem, box, "Y") == expected


def axes(*sets: set[int]) -> tuple[frozenset[int], ...]:
    return tuple(map(frozenset, sets))


@pytest.mark.parametrize(
    ("now", "before", "new"),
    [
        (axes({0, 1}, {2}), axes({0, 1}, {2}), None),
        (axes({1, 2}, {2}), axes({0, 1}, {2}), axes({2}, {2})),
        (axes({1, 2}, {3}), axes({0, 1}, {2}), axes({1, 2}, {3})),
        (axes({1}, {2}), axes({0, 1}, {2}), None),
        (axes({5}, {2}), axes({0}, {2}), axes({5}, {2})),
        (axes({0}, {2}), None, axes({0}, {2})),
        (None, axes({0}, {2}), None),
    ],
    ids=["same", "slides", "two axes", "shrinks", "disjoint", "idle before", "idle now"],
)
def test_reuse_rule(now, before, new):
    assert difference(now, before) == new


@pytest.mark.parametrize(
    ("machine", "cycles"),
    [
        (Accelerator(vector_width=1), 5 * 3 * 2),
        (Accelerator(vector_width=4), 8),
        (Accelerator(lanes={"M": 2, "K": 2}), 3 * 2 * 2),
        (Accelerator(lanes={"N": 8}), 5 * 3),
        (Accelerator(lanes={"G": 4}), 5 * 3 * 2),
    ],
    ids=["one", "idealised", "two dimensions", "more lanes than elements", "lanes of an extent 1"],
)
def test_cycles_of_a_box(machine, cycles):
    nest = nest_of(Layer("a", "GEMM", {"M": 5, "N": 2, "K": 3}), 1)
    assert evaluate(nest, machine)["compute_cycles"] == cycles


def test_a_step_takes_a_cycle_even_if_all_idle():
    layer = Layer("a", "GEMM", {"M": 4, "N": 1, "K": 1})
    found = evaluate(nest_of(layer, 1, temporal("M", 1, 5)), Accelerator(num_pes=1))
    assert found["steps"] == found["compute_cycles"] == 2  # the second position begins behind the end
    assert found["pe_steps"] == found["macs"] == found["covered"] == 1


# ---- packing ------------------------------------------------------------------------------------------


def beats(positions: set[int], bits: int, bandwidth: int, layout: bool) -> int:
    machine = Accelerator(bits=(bits, bits, bits), layout=("K", "K", "N") if layout else None)
    problem = operators.get("GEMM").problem(Layer("a", "GEMM", {"M": 2, "N": 2, "K": 99}))
    carried = frozenset((0, row, k) for k in positions for row in (0, 1))
    return Packing(machine, problem, bandwidth).beats("I", [carried])


@pytest.mark.parametrize(
    ("positions", "bits", "bandwidth", "layout", "expected"),
    [
        ({0, 1, 2, 5}, 8, 2, True, 2 * 3),  # two lines: 0-1, 2-3, 5-6
        ({1, 2, 3, 4}, 8, 2, True, 2 * 2),  # windows begin at the lowest element
        ({0, 3}, 8, 4, True, 2),
        ({0, 1, 2, 5}, 4, 2, True, 2 * 2),  # four to a beat: 0-3, 5-8
        ({0, 1, 2, 5}, 24, 4, True, 2 * 4),  # one to a beat
        ({0, 1, 2, 5}, 32, 2, True, 2 * 4 * 2),  # two beats for each
        ({0, 1, 2, 5}, 8, 3, False, 3),  # eight bytes by three
        ({0, 1, 2, 5}, 4, 3, False, 2),
        (set(), 8, 1, True, 0),
        (set(), 8, 1, False, 0),
    ],
)
def test_packing(positions, bits, bandwidth, layout, expected):
    assert beats(positions, bits, bandwidth, layout) == expected


def test_without_multicast_sets_are_added_up_before_ideal_rounding_and_one_by_one_in_a_layout():
    problem = operators.get("GEMM").problem(Layer("a", "GEMM", {"M": 2, "N": 2, "K": 9}))
    sets = [frozenset({(0, 0, 0)}), frozenset({(0, 0, 1)})]
    ideal = Accelerator()
    assert Packing(ideal, problem, 2).beats("I", sets) == 1
    assert Packing(replace(ideal, layout=("K", "K", "N")), problem, 2).beats("I", sets) == 2


# ---- L2 -----------------------------------------------------------------------------------------------

PRODUCT = Layer("a", "GEMM", {"M": 2, "N": 3, "K": 4})
ROW_WISE = (temporal("M", 1), temporal("N", 1), temporal("K", 1))
L2_BYTES = [
    12 + 8 + 6,  # everything, once
    2 * (12 + 4 + 3),  # per row of M, ping-pong
    2 * (4 + 4 + 1),  # per output
    2 * (1 + 1 + 1),  # per MAC
]


@pytest.mark.parametrize("outer_loops", range(4))
@pytest.mark.parametrize("spare", [0, 1])
def test_the_outermost_cut_that_fits(outer_loops, spare):
    found = evaluate(
        nest_of(PRODUCT, 1, *ROW_WISE), Accelerator(num_pes=1, l2_bytes=L2_BYTES[outer_loops] + spare)
    )
    wanted = 0 if L2_BYTES[outer_loops] + spare >= L2_BYTES[0] else outer_loops
    assert found["l2_tiles"] == [1, 2, 6, 24][wanted]
    assert found["l2_bytes_required"] == L2_BYTES[wanted]


@pytest.mark.parametrize("l2_bytes", [None, 5], ids=["not given", "none fits"])
def test_all_loops_outside_otherwise(l2_bytes):
    found = evaluate(nest_of(PRODUCT, 1, *ROW_WISE), Accelerator(num_pes=1, l2_bytes=l2_bytes))
    assert found["l2_tiles"] == 24
    assert found["l2_bytes_required"] == L2_BYTES[3]


def test_dram_counts_of_whole_rows():
    found = evaluate(nest_of(PRODUCT, 1, *ROW_WISE), Accelerator(num_pes=1, l2_bytes=L2_BYTES[2]))
    assert found["dram_read_W"] == 2 * 12  # every column again for every row
    assert found["dram_read_I"] == 8  # a row stays while its outputs change
    assert found["dram_write_O"] == 6
    assert found["dram_read_O"] == 0


def test_bytes_are_rounded_up_per_tensor():
    machine = Accelerator(num_pes=1, bits=(4, 24, 4), l2_bytes=10**6)
    found = evaluate(nest_of(PRODUCT, 1, *ROW_WISE), machine)
    assert found["l1_bytes_required"] == 2 * (1 + 3 + 1)
    assert found["l2_bytes_required"] == 12 // 2 + 8 * 3 + 6 // 2


# ---- time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 10])
@pytest.mark.parametrize("step", [(9, 2, 3), (2, 9, 3), (2, 3, 9), (5, 5, 5)], ids=str)
def test_equal_steps_run_at_the_pace_of_the_slowest_stage(count, step):
    compute, ingress, egress = step
    steps = [StepCost(compute, ingress, egress)] * count
    found = fine_cycles(steps, [TileCost(0, 0, count)], noc_latency=0, dram_latency=0)
    assert found == sum(step) + (count - 1) * max(step)


def test_latency_delays_arrival_once():
    steps = [StepCost(9, 2, 3)] * 10
    tiles = [TileCost(0, 0, 10)]
    without, with_latency = (fine_cycles(steps, tiles, latency, 0) for latency in (0, 7))
    assert with_latency == without + 2 * 7  # into the first step and out of the last


def test_latency_is_for_what_moves():
    assert fine_cycles([StepCost(4, 0, 0)], [TileCost(0, 0, 1)], noc_latency=50, dram_latency=50) == 4


def test_ping_pong_holds_the_next_step_only():
    """The third fill waits for the first computation: a buffer has two halves."""
    steps = [StepCost(10, 1, 0), StepCost(10, 1, 0), StepCost(1, 5, 0)]
    # fills end at 1, 2 and (after the first computation, 11) 16; computations at 11, 21, 22
    assert fine_cycles(steps, [TileCost(0, 0, 3)], 0, 0) == 22
    late = [StepCost(10, 1, 0), StepCost(1, 1, 0), StepCost(1, 5, 0)]
    assert fine_cycles(late, [TileCost(0, 0, 3)], 0, 0) == 11 + 5 + 1


def test_a_full_output_buffer_stops_computation():
    steps = [StepCost(1, 0, 10)] * 3
    # computations at 1, 2 and (after the first has left, 11) 12; they leave at 11, 21, 31
    assert fine_cycles(steps, [TileCost(0, 0, 3)], 0, 0) == 31


def test_tiles_come_from_dram_ahead_by_one():
    steps = [StepCost(4, 1, 0)] * 3
    tiles = [TileCost(6, 0, 1)] * 3
    # arrivals at 6 + 5, 12 + 5, and (after the first fill, 12, and the second transfer, 12) 18 + 5
    assert fine_cycles(steps, tiles, noc_latency=0, dram_latency=5) == 18 + 5 + 1 + 4


def test_results_go_to_dram_when_a_tile_ends():
    steps = [StepCost(4, 0, 1)] * 2
    # outputs leave at 5 and 9; DRAM takes 5..8 and 9..12
    tiles = [TileCost(0, 3, 1)] * 2
    assert fine_cycles(steps, tiles, noc_latency=0, dram_latency=20) == 12 + 20


def test_coarse_time_of_equal_steps():
    steps = [StepCost(9, 2, 3)] * 10
    tiles = [TileCost(0, 0, 10)]
    assert coarse_cycles(steps, tiles, 0, 0) == 2 + 10 * 9 + 3
    assert coarse_cycles(steps, tiles, 8, 0) == 10 + (9 + 1) + 8 * 11 + (9 + 2) + 11


def test_coarse_time_of_equal_tiles():
    steps = [StepCost(9, 2, 3)] * 4
    tiles = [TileCost(30, 7, 2)] * 2
    onchip = 2 + 2 * 9 + 3
    assert coarse_cycles(steps, tiles, 0, 0) == 30 + max(onchip, 30) + max(onchip, 7) + 7


beat_counts = st.integers(0, 9)


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 9), beat_counts, beat_counts), min_size=1, max_size=4).flatmap(
            lambda steps: st.tuples(st.just(steps), beat_counts, beat_counts)
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_fine_time_is_between_each_channel_and_coarse_time(drawn, noc_latency, dram_latency):
    steps = [StepCost(*step) for part, _, _ in drawn for step in part]
    tiles = [TileCost(dram_in, dram_out, len(part)) for part, dram_in, dram_out in drawn]
    fine = fine_cycles(steps, tiles, noc_latency, dram_latency)
    assert fine <= coarse_cycles(steps, tiles, noc_latency, dram_latency)
    assert fine >= sum(step.compute for step in steps)
    assert fine >= sum(step.ingress for step in steps)
    assert fine >= sum(step.egress for step in steps)
    assert fine >= sum(tile.dram_in for tile in tiles)
    assert fine >= sum(tile.dram_out for tile in tiles)


# ---- whole layers -------------------------------------------------------------------------------------


def test_every_layer_type_computes_its_macs_in_one_box():
    for name in operators.names():
        description = operators.get(name)
        sizes = {d: 1 if d in description.fixed else 2 for d in description.dimensions}
        nest = nest_of(Layer("a", name, sizes), 1)
        found = evaluate(nest, Accelerator(num_pes=1))
        assert found["legal"]
        assert found["macs"] == nest.problem.macs == prod(nest.problem.sizes.values())
        tensors = Counter(nest, Accelerator(num_pes=1)).tensors
        assert ("W" in tensors) == (name != "POOL") == (found["l1_tile_W"] > 0)

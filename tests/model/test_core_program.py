"""The compiled core beyond single small samples: reuse of one program, large layers, bad points."""

from __future__ import annotations

import random

import numpy as np
import pytest

from maestro_py import _core, reference
from maestro_py.analysis import core
from maestro_py.errors import SemanticError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Directive, MapDirective, Number
from maestro_py.ir.nest import build_nest
from maestro_py.ir.network import Layer
from tests.model.generate import RandomDraw, TooLargeError, sample

WIDTHS = {"noc": 9, "dram": 10, "noc_latency": 11, "dram_latency": 12, "l2": 13, "bits_W": 14}


def temporal(size: int, dimension: str) -> Directive:
    return MapDirective("TemporalMap", Number(size), Number(size), dimension)


def spatial(size: int, dimension: str) -> Directive:
    return MapDirective("SpatialMap", Number(size), Number(size), dimension)


def varied(point: list[int], rng: random.Random) -> list[int]:
    """The same machine with other bandwidths, latencies, L2 size, widths and lanes."""
    other = list(point)
    other[0] = rng.choice([0, 1, 2, 7])
    other[1:9] = [rng.choice([1, 1, 2, 3]) for _ in range(8)]
    other[WIDTHS["noc"]] = rng.choice([1, 2, 5, 64])
    other[WIDTHS["dram"]] = rng.choice([1, 3, 16])
    other[WIDTHS["noc_latency"]] = rng.choice([0, 1, 9])
    other[WIDTHS["dram_latency"]] = rng.choice([0, 4, 100])
    other[WIDTHS["l2"]] = rng.choice([-1, 10, 60, 200, 1000])
    other[WIDTHS["bits_W"]] = rng.choice([4, 8, 16])
    return other


@pytest.mark.parametrize("part", range(4))
def test_a_program_forgets_the_points_before(part: int) -> None:
    rng = random.Random(part)
    compared = 0
    for number in range(60):
        try:
            drawn = sample(RandomDraw(f"program/{part}/{number}"))
        except TooLargeError:
            continue
        together = core.prepare(drawn.nest, drawn.accelerator)
        points = [varied(together.point(drawn.accelerator), rng) for _ in range(12)]
        table = np.array([points[i] for i in (*range(12), *range(11, -1, -1), 3, 3, 7)], dtype=np.int64)
        results = np.zeros((len(table), len(_core.RESULT_FIELDS)), dtype=np.int64)
        status = np.zeros(len(table), dtype=np.int64)
        together.evaluate_batch(table, results, status)
        assert not status.any()
        for row, result in zip(table, results, strict=True):
            alone = np.zeros((1, len(_core.RESULT_FIELDS)), dtype=np.int64)
            core.prepare(drawn.nest, drawn.accelerator).evaluate_batch(row.reshape(1, -1), alone, status[:1])
            assert alone[0].tolist() == result.tolist(), drawn.replay(f"program/{part}/{number}")
            compared += 1
    assert compared > 500


def large_product(size: int) -> core.Prepared:
    """A GEMM of ``size`` cubed: rows spread over 256 clusters of 32 PEs that reduce."""
    layer = Layer("large", "GEMM", {"M": size, "N": size, "K": size})
    dataflow = Dataflow(
        (
            spatial(1, "M"),
            temporal(1, "N"),
            temporal(32, "K"),
            ClusterDirective(Number(32), "P"),
            spatial(1, "K"),
        )
    )
    nest = build_nest(layer, dataflow, 256 * 32)
    return core.Prepared(nest, None, True, True)


def test_a_gemm_of_a_hundred_thousand_cubed() -> None:
    size, clusters, lanes = 100_000, 256, 32  # 32 divides the size: no PE idles before the end
    prepared = large_product(size)
    machine = Accelerator(noc_bandwidth_bytes_per_cycle=1 << 20, noc_latency_cycles=0)
    counts = prepared.evaluate(machine)
    folds, tiles = -(-size // clusters), -(-size // lanes)
    assert counts["macs"] == size**3
    assert counts["steps"] == folds * size * tiles
    assert counts["pe_steps"] == size**3
    assert counts["compute_cycles"] == counts["steps"]
    assert counts["l2_read_W"] == folds * size * size  # shared by all rows of a fold
    assert counts["l2_read_I"] == size**2 * size  # a row's K tiles return for every column
    assert counts["l2_write_O"] == size**2
    # a beat of weights and a beat of inputs enter every step; the last one still computes and drains
    assert counts["cycles_onchip"] == 2 * counts["steps"] + 2
    assert prepared.coverage().legal


def test_offsets_near_the_largest_integer_end_behind_the_layer() -> None:
    """The second unit of a cluster begins so far behind the last channel that its start overflows."""
    layer = Layer("a", "GEMM", {"M": 4, "N": 3, "K": 2})
    far = MapDirective("SpatialMap", Number(1), Number(2**63 - 1), "M")
    nest = build_nest(layer, Dataflow((spatial(2, "M"), ClusterDirective(Number(2), "P"), far)), 4)
    assert core.evaluate(nest, Accelerator()) == reference.evaluate(nest, Accelerator())


def test_overflow_is_reported_and_not_wrapped() -> None:
    prepared = large_product(3_000_000)
    with pytest.raises(SemanticError, match="M312"):
        prepared.evaluate(Accelerator())


def test_a_bad_point_does_not_stop_the_others() -> None:
    prepared = large_product(100)
    good = prepared.point(Accelerator())
    bad = list(good)
    bad[WIDTHS["noc"]] = 0
    results = np.zeros((3, len(_core.RESULT_FIELDS)), dtype=np.int64)
    status = np.zeros(3, dtype=np.int64)
    prepared.evaluate_batch(np.array([good, bad, good], dtype=np.int64), results, status)
    assert status.tolist() == [_core.OK, _core.BAD_POINT, _core.OK]
    assert results[0].tolist() == results[2].tolist()


def test_shapes_are_checked() -> None:
    prepared = large_product(10)
    with pytest.raises(ValueError, match="shapes"):
        prepared.evaluate_batch(
            np.zeros((2, 17), dtype=np.int64), np.zeros((2, 30), dtype=np.int64), np.zeros(2, dtype=np.int64)
        )


def test_a_size_of_63_bits_that_moves_by_whole_outputs() -> None:
    whole = MapDirective("SpatialMap", Number(LARGEST), Number(1), "X")
    nest = build_nest(Layer("a", "CONV", {"X": 7}, stride=(1, 2)), Dataflow((whole,)), 2)
    assert nest.levels[0].maps[0].offset > LARGEST
    assert core.evaluate(nest, Accelerator()) == reference.evaluate(nest, Accelerator())

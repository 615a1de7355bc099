"""Modes against the model over random tiles, with idle cycles, idle steps and new layers in between.

Without a simulator: the models of ``tile_mode`` and ``axis_change`` together are the reuse rule of the
reference, for tiles that overlap along one axis only.
"""

import random
from pathlib import Path

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from maestro_py.reference import difference
from rtlgen.modules import axis_change, pack, tile_mode
from rtlgen.simulate import bench_parameters, run_bench


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    cocotb.start_soon(Clock(dut.clk, 2, "ns").start())
    model, silent = None, 0
    for cycle in range(3000):
        reset, start = cycle == 0 or random.random() < 0.005, random.random() < 0.01
        write, active, overlaps = random.random() < 0.7, random.random() < 0.8, random.random() < 0.5
        same = [random.random() < 0.7 for _ in range(p["AXES"])]
        dut.rst.value, dut.start.value, dut.write.value = reset, start, write
        dut.active.value, dut.overlaps.value, dut.same.value = active, overlaps, pack(same, 1)
        await FallingEdge(dut.clk)
        if model is not None:
            modes = int(dut.new_mode.value), int(dut.leave_mode.value)
            expected = model.modes(active, same, overlaps)
            assert modes == (expected if write else (tile_mode.NOTHING, tile_mode.NOTHING))
            silent += not write and any(expected)
        await RisingEdge(dut.clk)
        if reset or start:
            model = tile_mode.Model(p["SLIDE_AXIS"])
        elif write:
            model.was_active = active
    assert silent > 200


@pytest.mark.rtl
@pytest.mark.parametrize(("axes", "slide_axis"), [(1, 0), (1, 1), (4, 0), (4, 3), (4, 4)])
def test_tile_mode(axes, slide_axis, simulator, build_directory):
    parameters = {"AXES": axes, "SLIDE_AXIS": slide_axis}
    run_bench("tile_mode", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)


def named_part(tile, mode, axis, numbers):
    """Set of each axis of what a mode names of a tile; None for nothing."""
    if tile is None or mode == tile_mode.NOTHING:
        return None
    sets = [frozenset(elements) for elements in tile]
    if mode == tile_mode.PART:
        sets[axis] = frozenset(tile[axis][number] for number in numbers)
    return tuple(sets) if all(sets) else None


@pytest.mark.parametrize("seed", range(5))
def test_models_together_are_the_reuse_rule(seed):
    rng = random.Random(seed)
    axes, slide = 3, 1
    model = tile_mode.Model(slide)
    before, tried = None, 0
    for _ in range(3000):
        tile = None
        if rng.random() < 0.9:
            tile = before or tuple(axis_change.progression(0, 2, 1) for _ in range(axes))
            for axis in rng.sample(range(axes), rng.choice([0, 1, 1, 2])):
                # Off the axis that slides, neighbours share nothing.
                start = rng.randint(0, 6) if axis == slide else 10 * rng.randint(0, 3)
                moved = axis_change.progression(start, rng.randint(1, 5), rng.choice([1, 1, 2]))
                tile = (*tile[:axis], moved, *tile[axis + 1 :])
        if before is None or tile is None:
            same, change = [False] * axes, None
        else:
            same = [set(a) == set(b) for a, b in zip(tile, before, strict=True)]
            change = axis_change.model(tile[slide], before[slide])
            if change is None or any(
                not s and set(a) & set(b)
                for axis, (s, a, b) in enumerate(zip(same, tile, before, strict=True))
                if axis != slide
            ):
                continue  # refused when the machine is designed
        new_mode, leave_mode = model.modes(tile is not None, same, change is not None and change.overlaps)
        new = named_part(tile, new_mode, slide, change.new if change else ())
        leaves = named_part(before, leave_mode, slide, change.leaves if change else ())
        blocks = [None if t is None else tuple(frozenset(axis) for axis in t) for t in (tile, before)]
        assert new == difference(*blocks)
        assert leaves == difference(*reversed(blocks))
        model.was_active, before = tile is not None, tile
        tried += 1
    assert tried > 500

"""The survey against its definition, enumerated with the reference, and on layers of real networks."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from maestro_py import catalog
from maestro_py.ir.apply_template import apply, templates_by_operator
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Directive, MapDirective, Number
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import TENSORS
from maestro_py.reference import Walk
from maestro_py.syntax.parser import parse
from rtlgen import trajectories
from rtlgen.survey import AxisSurvey, PartTooLargeError, Survey, survey
from tests.conformance import nest_of, read_cases
from tests.model.generate import RandomDraw, TooLargeError, sample

FILES = sorted((Path(__file__).parents[2] / "model" / "cases").glob("*.jsonl"))


def spacings(elements) -> set[int]:
    return {b - a for a, b in pairwise(sorted(elements))}


def by_definition(nest: Nest) -> Survey:
    """Walk all steps and PEs."""
    steps = list(Walk(nest).steps())
    return Survey(
        {
            tensor: tuple(axis_by_definition(nest, steps, tensor, i, axis) for i, axis in enumerate(axes))
            if (axes := nest.problem.axes[tensor])
            else ()
            for tensor in TENSORS
        }
    )


def axis_by_definition(nest: Nest, steps, tensor: str, i: int, axis: str) -> AxisSurvey:
    window = nest.problem.window_of(axis)
    is_window = window is not None and axis == window.input
    extent, strided, arithmetic, both = 0, False, True, set()
    for step in steps:
        for box, tile in zip(step.boxes, step.tiles.get(tensor, ()), strict=False):
            extent = max(extent, 0 if tile is None else len(tile[i]))
            if box is None or not is_window:
                continue
            outputs, taps = (range(*box.ranges[d]) for d in (window.output, window.filter))
            found = spacings({window.stride * p + window.dilation * r for p in outputs for r in taps})
            if window.insertion > 1:
                arithmetic &= found <= {1}
                continue
            strided |= bool(found - {1})
            arithmetic &= len(found) <= 1
            if len(outputs) > 1 and len(taps) > 1:
                both |= found
    common = len(both) <= 1
    slides = mixed_slide = two_sided = False
    for old_step, new_step in pairwise(steps):
        for old, new in zip(old_step.tiles.get(tensor, ()), new_step.tiles.get(tensor, ()), strict=True):
            if old is None or new is None or [k for k in range(len(old)) if old[k] != new[k]] != [i]:
                continue
            kept = old[i] & new[i]
            if kept:
                slides = True
                one, other = spacings(old[i]), spacings(new[i])
                mixed_slide |= bool(one and other and one != other)
                moved = old[i] - new[i] if tensor == "O" else new[i] - old[i]
                before_all = all(a < b for a in moved for b in kept)
                after_all = all(a > b for a in moved for b in kept)
                two_sided |= not (before_all or after_all)
    return AxisSurvey(
        axis,
        extent,
        strided,
        arithmetic and common,
        min(both) if both and common else 1,
        slides,
        mixed_slide,
        two_sided,
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases(path):
    nests = [nest_of(case.text, case.hardware["num_pes"]) for case in read_cases(path)]
    assert nests
    for nest in nests:
        assert survey(nest) == by_definition(nest)


def test_random_nests():
    compared = 0
    names = ("strided", "arithmetic", "slides", "mixed_slide")
    seen: set[tuple[str, bool]] = set()
    for seed in range(600):
        try:
            drawn = sample(RandomDraw(f"survey {seed}"))
        except TooLargeError:
            continue
        found = survey(drawn.nest)
        assert found == by_definition(drawn.nest), drawn.replay(str(seed))
        compared += 1
        seen |= {(n, getattr(axis, n)) for axes in found.tensors.values() for axis in axes for n in names}
    assert compared > 300
    assert len(seen) == 2 * len(names), seen


# ---- by hand ------------------------------------------------------------------------------------------


def temporal(dimension: str, size: int, offset: int | None = None) -> MapDirective:
    return MapDirective("TemporalMap", Number(size), Number(offset or size), dimension)


def spatial(dimension: str, size: int) -> MapDirective:
    return MapDirective("SpatialMap", Number(size), Number(size), dimension)


def of(layer: Layer, num_pes: int, *directives: Directive) -> Survey:
    nest = build_nest(layer, Dataflow(directives), num_pes)
    found = survey(nest)
    assert found == by_definition(nest)
    return found


STRIDED = Layer("a", "CONV", {"K": 4, "C": 3, "Y": 9, "X": 1, "R": 3, "S": 1}, stride=(2, 1))


def test_rows_slide_by_the_stride_and_keep_the_overlap():
    rows = of(STRIDED, 1, temporal("K", 4), temporal("Y'", 1)).axis("I", "Y")
    assert rows == AxisSurvey("Y", 3, slides=True)


def test_outputs_within_the_loop_of_a_channel_keep_rows_from_sliding():
    rows = of(STRIDED, 1, temporal("Y'", 1), temporal("C", 1)).axis("I", "Y")
    assert rows == AxisSurvey("Y", 3)


def test_single_taps_are_strided():
    """Rows 0 2 4 6, then 1 3 5 7: nothing is kept."""
    found = of(STRIDED, 1, temporal("R", 1), temporal("K", 1))
    assert found.axis("I", "Y") == AxisSurvey("Y", 4, strided=True)
    assert found.axis("W", "R").extent == 1


def test_dilated_taps_slide_with_a_gap():
    """Rows 0 2 4, then 2 4 6."""
    layer = Layer("a", "CONV", {"Y": 9, "X": 1, "R": 3, "S": 1}, stride=(2, 1), dilation=(2, 1))
    rows = of(layer, 1, temporal("Y'", 1)).axis("I", "Y")
    assert rows == AxisSurvey("Y", 3, strided=True, slides=True)


def test_tiles_that_grow_on_both_sides():
    """Channel 4 of 0-4 is followed by channels 3-5 of 3-7."""
    layer = Layer("a", "GEMM", {"M": 1, "N": 1, "K": 8})
    inner = (ClusterDirective(Number(1), "P"), temporal("K", 3, 4))
    assert of(layer, 1, temporal("K", 5, 3), *inner).axis("W", "K").two_sided
    assert not of(layer, 1, temporal("K", 5, 5), *inner).axis("W", "K").two_sided


def test_outputs_that_leave_on_both_sides():
    """Rows 10-19 hold outputs 6-15 of tap 4, then outputs 7-14 of taps 3-5."""
    layer = Layer("a", "CONV", {"Y": 40, "X": 1, "R": 8, "S": 1})
    inner = (ClusterDirective(Number(4), "P"), spatial("Y", 10), temporal("R", 3, 4))
    found = of(layer, 4, temporal("R", 5, 3), *inner)
    assert found.axis("O", "P").two_sided


def test_several_taps_of_a_filter_with_gaps_are_no_progression():
    """Taps 0 and 1 at stride 3 touch rows 0 1 3 4."""
    layer = Layer("a", "CONV", {"K": 1, "C": 1, "Y": 6, "X": 1, "R": 2, "S": 1}, stride=(3, 1))
    assert not of(layer, 1).axis("I", "Y").arithmetic
    with_dilation = Layer("a", "CONV", {"Y": 5, "X": 1, "R": 2, "S": 1}, stride=(2, 1), dilation=(2, 1))
    rows = of(with_dilation, 1).axis("I", "Y")
    assert (rows.extent, rows.arithmetic, rows.both_step) == (3, True, 2)


def test_a_tensor_without_an_axis_has_no_survey():
    found = of(Layer("a", "POOL", {"C": 2, "Y": 4, "X": 4, "R": 2, "S": 2}), 1)
    assert found.tensors["W"] == ()
    with pytest.raises(KeyError, match="K"):
        found.axis("O", "K")


# ---- real layers --------------------------------------------------------------------------------------

SECONDS = 0.5
"""Of processor time for the slowest layer; fifty times what it takes on an idle machine."""


@pytest.mark.parametrize(
    ("model", "dataflow"),
    [("alexnet", "rs"), ("vgg16", "kcp_ws"), ("mobilenetv2", "yxp_os"), ("bert_base", "nmk")],
)
def test_layers_of_real_networks_take_a_moment(model, dataflow):
    templates = lower(parse(catalog.dataflow_path(dataflow).read_text())).dataflows
    network = lower(parse(catalog.model_path(model).read_text())).networks[0]
    seen = set()
    for layer in apply(network, templates_by_operator(templates)).layers:
        shape = (layer.operator, *layer.sizes.items(), layer.stride)
        if shape in seen or layer.dataflow is None:
            continue
        seen.add(shape)
        start = time.process_time()
        found = survey(build_nest(layer, layer.dataflow, 256))
        assert time.process_time() - start < SECONDS, layer.name
        assert all(axis.extent for axes in found.tensors.values() for axis in axes)


def test_dimensions_tied_together_are_refused_when_they_are_too_large(monkeypatch):
    layer = Layer("a", "GEMM", {"M": 40, "N": 40, "K": 40})
    directives = (spatial("M", 1), spatial("N", 1), ClusterDirective(Number(2), "P"), spatial("K", 1))
    assert of(layer, 4, *directives).axis("I", "K").extent == 1
    monkeypatch.setattr(trajectories, "LARGEST_PART", 30)
    with pytest.raises(PartTooLargeError, match="ties"):
        of(layer, 4, *directives)

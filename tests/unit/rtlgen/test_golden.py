"""The software model against plain loops over the definition, and against numbers found by hand."""

from __future__ import annotations

import itertools
import random
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maestro_py.ir import operators
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Problem
from rtlgen import golden
from tests.model.generate import RandomDraw, draw_layer

BITS = (8, 8, 32)


def problem_of(operator: str, stride: int = 1, padding: int = 0, **sizes: int) -> Problem:
    layer = Layer("a", operator, sizes, (stride, stride), (1, 1), ((padding, padding), (padding, padding)))
    return operators.get(operator).problem(layer)


def plain_loops(problem: Problem, tensors) -> np.ndarray:
    """Every MAC on its own, straight from SEMANTICS section 1."""
    total = np.zeros([problem.sizes[d] for d in problem.axes["O"]], dtype=object)
    for point in itertools.product(*(range(size) for size in problem.sizes.values())):
        at = dict(zip(problem.sizes, point, strict=True))
        real = True
        for window in problem.windows:
            place = window.stride * at[window.output] + window.dilation * at[window.filter] - window.pad
            at[window.input] = place // window.insertion
            real &= place % window.insertion == 0 and 0 <= at[window.input] < window.real_size
        if real:
            value = int(tensors["I"][tuple(at[axis] for axis in problem.axes["I"])])
            if problem.axes["W"]:
                value *= int(tensors["W"][tuple(at[axis] for axis in problem.axes["W"])])
            total[tuple(at[axis] for axis in problem.axes["O"])] += value
    return total


@pytest.mark.parametrize("operator", operators.names())
@pytest.mark.parametrize("bits", [BITS, (24, 24, 64)])
def test_outputs_are_those_of_plain_loops(operator, bits):
    for seed in range(40):
        layer = draw_layer(RandomDraw(f"{operator} {seed}"), operator, uneven=seed % 2 == 1)
        problem = operators.get(operator).problem(layer)
        tensors = golden.random_tensors(problem, bits, seed)
        found = golden.outputs(problem, tensors)
        assert found.dtype == np.int64
        assert found.tolist() == plain_loops(problem, tensors).tolist(), (problem, seed)


def test_sums_beyond_the_precision_of_floats_are_exact():
    problem = problem_of("GEMM", M=1, N=1, K=3)
    tensors = {"W": np.array([[[2**40], [1], [-(2**40)]]]), "I": np.array([[[2**20, 1, 2**20]]])}
    assert golden.outputs(problem, tensors).item() == 1
    tensors["W"][0, 2, 0] = 2**40 - 1
    assert golden.outputs(problem, tensors).item() == 2**60 + 1 + 2**60 - 2**20


def test_sums_beyond_64_bits_wrap():
    problem = problem_of("GEMM", M=1, N=1, K=4)
    tensors = {"W": np.full((1, 4, 1), -(2**31)), "I": np.full((1, 1, 4), -(2**31))}
    tensors["I"][0, 0, 0] -= 1
    assert golden.outputs(problem, tensors).item() == 2**31


@pytest.mark.parametrize(("operator", "terms"), [("CONV", 5 * 9), ("DSCONV", 9), ("POOL", 9)])
def test_ones_count_the_terms_inside(operator, terms):
    sizes = {"C": 5, "Y": 6, "X": 7, "R": 3, "S": 3, **({} if operator == "POOL" else {"K": 2})}
    problem = problem_of(operator, padding=1, **sizes)
    tensors = {
        t: np.ones(golden.tensor_shape(problem, t), dtype=np.int64) for t in ("W", "I") if problem.axes[t]
    }
    found = golden.outputs(problem, tensors)
    assert found[..., 2, 2].tolist() == np.full(found.shape[:-2], terms).tolist()
    assert found[..., 0, 0].flat[0] == terms * 4 // 9


def test_identity_filter_returns_the_input():
    problem = problem_of("CONV", padding=1, C=1, K=1, Y=5, X=4, R=3, S=3)
    tensors = golden.random_tensors(problem, BITS, 3)
    tensors["W"][:] = 0
    tensors["W"][0, 0, 0, 1, 1] = 1
    assert (golden.outputs(problem, tensors)[0, 0, 0] == tensors["I"][0, 0, 0]).all()


def test_transposed_convolution_is_the_adjoint_of_a_convolution():
    """<conv(x), y> = <x, trconv(y)> with the filter turned by half a turn."""
    forward = problem_of("CONV", stride=2, padding=1, C=1, K=1, Y=7, X=9, R=3, S=3)
    backward = problem_of("TRCONV", stride=2, padding=1, C=1, K=1, Y=4, X=5, R=3, S=3)
    ahead = golden.random_tensors(forward, BITS, 1)
    back = {"I": golden.random_tensors(backward, BITS, 2)["I"], "W": ahead["W"][..., ::-1, ::-1]}
    left = (golden.outputs(forward, ahead) * back["I"]).sum()
    assert left == (ahead["I"] * golden.outputs(backward, back)).sum()


def padded_and_slid(layer: Layer, inputs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A layer of one group and image by ``np.pad`` and plain loops, from its sizes alone."""
    (top, bottom), (left, right) = layer.padding
    (down, across), (reach_down, reach_across) = layer.stride, layer.dilation
    rows, columns = weights.shape[-2:]
    if layer.operator == "TRCONV":
        height = (inputs.shape[-2] - 1) * down + reach_down * (rows - 1) + 1
        width = (inputs.shape[-1] - 1) * across + reach_across * (columns - 1) + 1
        whole = np.zeros((weights.shape[0], height, width), dtype=np.int64)
        for y, x, r, s in itertools.product(*map(range, (*inputs.shape[-2:], rows, columns))):
            # The hardware's filter is not turned: the tap (r, s) adds to rows from the far end.
            at = y * down + reach_down * (rows - 1 - r), x * across + reach_across * (columns - 1 - s)
            whole[:, at[0], at[1]] += weights[:, :, r, s] @ inputs[:, y, x]
        return whole[:, top : height - bottom, left : width - right]
    filled = np.pad(inputs, ((0, 0), (top, bottom), (left, right)))
    found = []
    for y in range(0, filled.shape[1] - reach_down * (rows - 1), down):
        ends = y + reach_down * (rows - 1) + 1
        found.append([])
        for x in range(0, filled.shape[2] - reach_across * (columns - 1), across):
            box = filled[:, y:ends:reach_down, x : x + reach_across * (columns - 1) + 1 : reach_across]
            found[-1].append(np.tensordot(weights, box, 3))
    return np.moveaxis(np.array(found), 2, 0)


@pytest.mark.parametrize("operator", ["CONV", "TRCONV"])
@given(st.data())
def test_uneven_padding_is_numpys(operator, data):
    pair = st.tuples(st.integers(0, 3), st.integers(0, 3))
    layer = Layer(
        "a",
        operator,
        {
            "K": 2,
            "C": 3,
            "Y": 5,
            "X": 6,
            "R": data.draw(st.integers(1, 4)),
            "S": data.draw(st.integers(1, 4)),
        },
        data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        data.draw(st.tuples(st.integers(1, 2), st.integers(1, 2))),
        (data.draw(pair), data.draw(pair)),
    )
    problem = operators.get(operator).problem(layer)
    assume(min(problem.sizes.values()) >= 1)
    tensors = golden.random_tensors(problem, BITS, 1)
    expected = padded_and_slid(layer, tensors["I"][0, 0], tensors["W"][0])
    assert golden.outputs(problem, tensors)[0, 0].tolist() == expected.tolist()


# ---- tensors ------------------------------------------------------------------------------------------


def test_random_tensors_are_repeatable_and_use_the_whole_range():
    problem = problem_of("CONV", C=16, K=16, Y=40, X=40, R=3, S=3)
    first, second = (golden.random_tensors(problem, (3, 8, 32), 7) for _ in range(2))
    for tensor, bits in (("W", 3), ("I", 8)):
        assert (first[tensor] == second[tensor]).all()
        assert (first[tensor].min(), first[tensor].max()) == (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    assert (golden.random_tensors(problem, (3, 8, 32), 8)["I"] != first["I"]).any()


def test_random_tensors_are_the_same_everywhere():
    drawn = golden.random_tensors(problem_of("GEMM", M=1, N=2, K=3), BITS, 0)
    assert drawn["W"].ravel().tolist() == [89, 35, 2, -59, -50, -118]


def test_pooling_has_no_weights():
    assert list(golden.random_tensors(problem_of("POOL", C=2, Y=4, X=4, R=2, S=2), BITS, 0)) == ["I"]


# ---- output stage -------------------------------------------------------------------------------------


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 63), st.booleans(), st.integers(1, 64))
def test_requantise_is_rounding_clipping_and_saturating(value, shift, relu, bits):
    expected = (value + (2 ** (shift - 1) if shift else 0)) // 2**shift
    expected = max(0, expected) if relu else expected
    expected = min(max(expected, -(2 ** (bits - 1))), 2 ** (bits - 1) - 1)
    assert golden.requantise(np.array([value]), shift, relu, bits).tolist() == [expected]


@given(st.integers(-(2**63), 2**63 - 1), st.integers(1, 64))
def test_wrap_is_modular(value, bits):
    (found,) = golden.wrap(np.array([value]), bits).tolist()
    assert (found - value) % 2**bits == 0
    assert -(2 ** (bits - 1)) <= found < 2 ** (bits - 1)


@pytest.mark.parametrize("operator", ["GEMM", "CONV", "POOL"])
def test_worst_case_bits_holds_the_worst_data_and_no_bit_less_does(operator):
    generator = random.Random(operator)
    for _ in range(60):
        sizes = {"M": 1, "N": 1, "K": generator.randint(1, 40)}
        if operator != "GEMM":
            rows, columns = generator.randint(1, 4), generator.randint(1, 4)
            sizes = {"C": generator.randint(1, 5), "Y": rows, "X": columns, "R": rows, "S": columns}
        problem = problem_of(operator, **sizes)
        bits = (generator.randint(1, 9), generator.randint(1, 9), 32)
        sums = []
        for corner in itertools.product((0, 1), repeat=2):
            tensors = {
                t: np.full(
                    golden.tensor_shape(problem, t), 2 ** (width - 1) - 1 if top else -(2 ** (width - 1))
                )
                for t, width, top in zip("WI", bits[:2], corner, strict=True)
                if problem.axes[t]
            }
            sums += golden.outputs(problem, tensors).ravel().tolist()
        needed = next(b for b in range(1, 64) if min(sums) >= -(2 ** (b - 1)) and max(sums) < 2 ** (b - 1))
        assert golden.worst_case_bits(problem, bits) == needed, (problem, bits)


# ---- mistakes and speed -------------------------------------------------------------------------------


def test_mistakes_are_named():
    problem = problem_of("GEMM", M=2, N=2, K=2)
    tensors = golden.random_tensors(problem, BITS, 0)
    with pytest.raises(golden.GoldenError, match="W is missing"):
        golden.outputs(problem, {"I": tensors["I"]})
    with pytest.raises(golden.GoldenError, match=r"I is \(1, 2\)"):
        golden.outputs(problem, {**tensors, "I": tensors["I"][:, 0]})
    with pytest.raises(golden.GoldenError, match="shift"):
        golden.requantise(tensors["I"], 64, False, 8)
    with pytest.raises(golden.GoldenError, match="width"):
        golden.wrap(tensors["I"], 0)
    with pytest.raises(golden.GoldenError, match="no tensor W"):
        golden.tensor_shape(problem_of("POOL", C=1, Y=1, X=1, R=1, S=1), "W")


def test_layers_of_real_networks_agree_with_a_second_formula():
    """AlexNet's third convolution; a column of outputs by a direct sum."""
    problem = problem_of("CONV", padding=1, C=256, K=384, Y=13, X=13, R=3, S=3)
    assert prod(problem.sizes.values()) > 10**8
    tensors = golden.random_tensors(problem, BITS, 0)
    found = golden.outputs(problem, tensors)
    patch = tensors["I"][0, 0, :, 4:7, 6:9]
    assert found[0, 0, :, 5, 7].tolist() == (tensors["W"][0] * patch).sum(axis=(1, 2, 3)).tolist()

"""Timeloop problems of all versions: the layer by the projections, and what is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py import frontends
from maestro_py.errors import MaestroError, SemanticError
from maestro_py.ir import operators
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer
from maestro_py.ir.write import network_text
from maestro_py.syntax.parser import parse

SHAPE = """\
    name: CNN
    dimensions: [C, M, R, S, N, P, Q]
    coefficients:
      - {name: Wstride, default: 1}
      - {name: Hstride, default: 1}
      - {name: Wdilation, default: 1}
      - {name: Hdilation, default: 1}
    data_spaces:
      - name: Weights
        projection: [[[C]], [[M]], [[R]], [[S]]]
      - name: Inputs
        projection: [[[N]], [[C]], [[R, Wdilation], [P, Wstride]], [[S, Hdilation], [Q, Hstride]]]
      - name: Outputs
        projection: [[[N]], [[M]], [[Q]], [[P]]]
        read_write: true
"""
ALEXNET = "{C: 3, M: 96, R: 11, S: 11, N: 1, P: 55, Q: 55, Wstride: 4, Hstride: 4}"
VERSION_4 = f"problem:\n  version: 0.4\n  instance: {ALEXNET}\n  shape:\n{SHAPE}"
CONV1 = Layer("net", "CONV", {"K": 96, "C": 3, "R": 11, "S": 11, "Y": 227, "X": 227}, stride=(4, 4))

GEMM = """\
problem:
  version: 0.4
  shape:
    name: GEMM
    dimensions: [M, N, K]
    data_spaces:
      - {name: A, projection: [[[M]], [[K]]]}
      - {name: B, projection: [[[K]], [[N]]]}
      - {name: Z, projection: [[[M]], [[N]]], read_write: true}
  instance: {M: 128, N: 3072, K: 768}
"""


def imported(tmp_path, text, name="net.yaml"):
    path = tmp_path / name
    path.write_text(text)
    return frontends.read(path)


def layer_of(tmp_path, text) -> Layer:
    (layer,) = imported(tmp_path, text).network.layers
    return layer


def macs(layer: Layer) -> int:
    return operators.get(layer.operator).problem(layer).macs


def test_version_4(tmp_path):
    found = imported(tmp_path, VERSION_4)
    assert found.network.layers == (CONV1,)
    assert macs(CONV1) == 105_415_200
    assert found.warnings == ()
    assert lower(parse(network_text(found.network))).networks == (found.network,)


def test_version_3_has_dashes(tmp_path):
    text = VERSION_4.replace("data_spaces", "data-spaces").replace("read_write", "read-write")
    assert layer_of(tmp_path, text.replace("0.4", "0.3")) == CONV1


def test_version_2_names_its_shape_and_has_sizes_beside_it(tmp_path):
    sizes = "\n".join(f"  {part}" for part in ALEXNET.replace("M: 96", "K: 96").strip("{}").split(", "))
    assert layer_of(tmp_path, f"problem:\n  shape: cnn-layer\n{sizes}\n") == CONV1
    assert layer_of(tmp_path, f"problem:\n{sizes}\n") == CONV1


def test_a_shape_in_another_file_is_merged(tmp_path):
    base = "problem_base: &problem_base\n  version: 0.4\n  instance: {N: 1, Wstride: 7}\n  shape:\n" + SHAPE
    (tmp_path / "base.yaml").write_text(base)
    text = (
        "{{include_text('base.yaml')}}\nproblem:\n  <<<: *problem_base\n  name: conv1\n  instance: " + ALEXNET
    )
    layer = layer_of(tmp_path, text)
    assert layer.name == "conv1"
    assert layer.sizes == CONV1.sizes
    assert layer.stride == (4, 4)


def test_own_names_of_dimensions_rows_without_columns_and_dilation(tmp_path):
    text = """\
problem:
  shape:
    dimensions: [in, out, tap, place]
    data_spaces:
      - {name: Signal, projection: [[[in]], [[place, 2], [3, tap]]]}
      - {name: Taps, projection: [in, out, tap]}
      - {name: Result, projection: [out, place], read_write: true}
  instance: {in: 8, out: 16, tap: 5, place: 100}
"""
    assert layer_of(tmp_path, text) == Layer(
        "net", "CONV", {"K": 16, "C": 8, "S": 5, "X": 211}, stride=(1, 2), dilation=(1, 3)
    )


def test_matrix_product(tmp_path):
    assert layer_of(tmp_path, GEMM) == Layer("net", "GEMM", {"M": 128, "N": 3072, "K": 768})


def test_batched_product_and_weights_named_first(tmp_path):
    text = GEMM.replace("[M, N, K]", "[H, M, N, K]").replace("[[[", "[[[H]], [[").replace("{M:", "{H: 12, M:")
    assert layer_of(tmp_path, text).sizes == {"G": 12, "M": 128, "N": 3072, "K": 768}
    text = GEMM.replace("name: A", "name: Weights")
    assert layer_of(tmp_path, text).sizes == {"M": 3072, "N": 128, "K": 768}


@pytest.mark.parametrize(("filters", "operator"), [(1, "DSCONV"), (2, "DSCONV")])
def test_depthwise(filters, operator, tmp_path):
    text = VERSION_4.replace("projection: [[[N]], [[M]], ", "projection: [[[N]], [[M]], [[C]], ")
    text = text.replace(ALEXNET, f"{{C: 32, M: {filters}, R: 3, S: 3, P: 14, Q: 14}}")
    layer = layer_of(tmp_path, text)
    assert layer.operator == operator
    assert macs(layer) == 32 * filters * 9 * 196


def test_grouped(tmp_path):
    text = VERSION_4.replace("[C, M, R", "[G, C, M, R").replace("projection: [", "projection: [[[G]], ")
    layer = layer_of(tmp_path, text.replace("{C: 3", "{G: 2, C: 3"))
    assert layer.operator == "NGCONV"
    assert {name: layer.sizes[name] for name in "GCK"} == {"G": 2, "C": 3, "K": 96}


@given(*(st.integers(1, 6) for _ in range(7)), *(st.integers(1, 3) for _ in range(4)))
def test_macs_are_the_product_of_the_sizes(tmp_path_factory, c, m, r, s, n, p, q, ws, hs, wd, hd):
    sizes = {"C": c, "M": m, "R": r, "S": s, "N": n, "P": p, "Q": q}
    steps = {"Wstride": ws, "Hstride": hs, "Wdilation": wd, "Hdilation": hd}
    layer = layer_of(tmp_path_factory.getbasetemp(), VERSION_4.replace(ALEXNET, str(sizes | steps)))
    problem = operators.get(layer.operator).problem(layer)
    assert problem.macs == c * m * r * s * n * p * q
    assert {problem.sizes[name] for name in "PQ"} == {p, q}
    assert layer.stride == (ws, hs)
    if layer.operator == "CONV":
        assert layer.dilation == (wd, hd)


def test_a_list_of_problems_is_a_layer_each(tmp_path):
    text = "problem:\n- {shape: cnn-layer, K: 8, name: a}\n- {shape: cnn-layer, K: 9, name: b}\n"
    layers = imported(tmp_path, text).network.layers
    assert [(layer.name, macs(layer)) for layer in layers] == [("a", 8), ("b", 9)]


@pytest.mark.parametrize(
    ("given", "density"),
    [
        ("densities: {Inputs: 0.5}", (1.0, 0.5, 1.0)),
        ("densities: {Weights: {distribution: fixed-structured, density: 0.25}}", (0.25, 1.0, 1.0)),
        ("densities: {Outputs: {distribution: hypergeometric, density: 0.3333333}}", (1.0, 1.0, 0.333333)),
        ("commonDensity: 0.4", (0.4, 0.4, 0.4)),
        ("commonDensity: 0.4, densities: {Inputs: 1}", (0.4, 1.0, 0.4)),
    ],
)
def test_densities_that_are_a_number_are_read(tmp_path, given, density):
    found = imported(tmp_path, VERSION_4.replace("Hstride: 4}", f"Hstride: 4, {given}}}"))
    assert found.warnings == ()
    assert [layer.density for layer in found.network.layers] == [density]


def test_other_distributions_are_a_warning(tmp_path):
    given = "densities: {Weights: {distribution: banded, band_width: 3}, Inputs: 0.5}"
    found = imported(tmp_path, VERSION_4.replace("Hstride: 4}", f"Hstride: 4, {given}}}"))
    assert [(warning.code, warning.message) for warning in found.warnings] == [
        ("M453", "the density of Weights is no single number and is not read; costed as dense")
    ]
    assert [layer.density for layer in found.network.layers] == [(1.0, 0.5, 1.0)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("densities: {Inputs: 0}", "M407"),
        ("densities: {Inputs: 1.5}", "M407"),
        ("densities: {Inputs: true}", "M407"),
        ("densities: {Inputs: x}", "M407"),
        ("densities: {Imputs: 0.5}", "M402"),
        ("densities: 0.5", "M402"),
    ],
)
def test_impossible_densities_are_errors(tmp_path, given, code):
    with pytest.raises(SemanticError, match=code):
        imported(tmp_path, VERSION_4.replace("Hstride: 4}", f"Hstride: 4, {given}}}"))


BROKEN = {
    "empty": ("", "M402", 1, "a Timeloop problem was expected"),
    "a list": ("- 1\n", "M402", 1, "a Timeloop problem was expected"),
    "another file of Timeloop": ("architecture: {version: 0.4}\n", "M402", 1, "problem was expected"),
    "no problem": ("problem: 5\n", "M402", 1, "a Timeloop problem was expected"),
    "not YAML": ("problem: [1, 2\n", "M600", 2, ""),
    "unknown shape": ("problem:\n  shape: cnn-layer-2\n", "M408", 2, "the shape 'cnn-layer-2'"),
    "shape of another kind": ("problem:\n  shape: 7\n", "M402", 2, "neither a name nor a mapping"),
    "no dimensions": ("problem:\n  shape: {name: x}\n", "M402", 2, "dimensions of the shape is no list"),
    "no data spaces": ("problem:\n  shape: {dimensions: [C]}\n", "M402", 2, "no list of data_spaces"),
    "unknown size": (VERSION_4.replace("M: 96", "K: 96"), "M402", 3, "no dimension 'K'"),
    "zero": (VERSION_4.replace("M: 96", "M: 0"), "M407", 3, "M is 0"),
    "negative": (VERSION_4.replace("Wstride: 4", "Wstride: -4"), "M407", 3, "Wstride is -4"),
    "a word": (VERSION_4.replace("M: 96", "M: many"), "M407", 3, "M is 'many'"),
    "a truth": (VERSION_4.replace("M: 96", "M: true"), "M407", 3, "M is True"),
    "default of zero": (VERSION_4.replace("default: 1", "default: 0"), "M407", 7, "default of Wstride"),
    "too large": (VERSION_4.replace("M: 96", f"M: {2**70}"), "M407", 3, f"M is {2**70}"),
    "instance of another kind": ("problem: {instance: 4}\n", "M402", 1, "no mapping of sizes"),
    "unknown coefficient": (VERSION_4.replace("[P, Wstride]", "[P, Wst]"), "M402", 16, "['P', 'Wst']"),
    "no projection": (
        VERSION_4.replace("projection: [[[C", "places: [[[C"),
        "M402",
        13,
        "of Weights is no list",
    ),
    "nothing is written": (
        VERSION_4.replace("read_write: true", ""),
        "M408",
        4,
        "3 data spaces that are read",
    ),
    "three operands": (
        VERSION_4 + "      - {name: More, projection: [[[C]]]}\n",
        "M408",
        4,
        "3 data spaces that are read and 1 that are written",
    ),
    "output that slides": (
        VERSION_4.replace("[[N]], [[M]], [[Q]], [[P]]", "[[N]], [[M]], [[Q], [R]], [[P]]"),
        "M408",
        4,
        "Outputs has an axis of two dimensions",
    ),
    "window of two filters": (
        VERSION_4.replace("[P, Wstride]", "[M, Wstride]"),
        "M408",
        4,
        "no sliding window",
    ),
    "dimension used twice": (
        VERSION_4.replace("[[C]], [[M]], [[R]]", "[[C]], [[C]], [[R]]"),
        "M408",
        14,
        "twice",
    ),
    "dimension of one operand": (
        GEMM.replace("[M, N, K]", "[M, N, K, L]").replace("{M: 128", "{L: 2, M: 128"),
        "M408",
        3,
        "L = 2 indexes neither",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_problem(name, tmp_path):
    text, code, line, said = BROKEN[name]
    with pytest.raises(MaestroError) as caught:
        imported(tmp_path, text)
    first = caught.value.diagnostics[0]
    assert first.code == code
    assert said in first.message
    assert first.span is not None
    assert first.span.line == line
    assert first.hint


def test_includes_that_fail(tmp_path):
    with pytest.raises(MaestroError, match=r"M001: cannot read .*missing\.yaml"):
        imported(tmp_path, "{{include_text('missing.yaml')}}\n")
    with pytest.raises(MaestroError, match="more than 16 includes"):
        imported(tmp_path, "{{include_text('net.yaml')}}\n")
    (tmp_path / "base.yaml").write_text("a: 1\n")
    with pytest.raises(MaestroError, match=r"M402: '.*net\.yaml': a Timeloop problem was expected"):
        imported(tmp_path, "{{include_text('base.yaml')}}\n")


def test_aliases_do_not_multiply_the_work(tmp_path):
    lines = ["l0: &l0 [1, 1]"] + [f"l{i}: &l{i} [*l{i - 1}, *l{i - 1}]" for i in range(1, 60)]
    text = "\n".join([*lines, "problem: {shape: *l59}", ""])
    with pytest.raises(MaestroError, match="neither a name nor a mapping"):
        imported(tmp_path, text)

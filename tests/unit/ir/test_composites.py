"""Composite types: their parts, by hand, by closed forms, and as the imports make them of the same thing."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx.helper import make_node

from maestro_py.catalog import dataflow_info, dataflow_names, dataflow_path
from maestro_py.check import check_text
from maestro_py.errors import SemanticError
from maestro_py.frontends._graph import Node, Tensor
from maestro_py.frontends._layers import LayerError, composite
from maestro_py.frontends._torch_operators import COSTED
from maestro_py.ir import composites, operators
from maestro_py.ir.apply_template import apply, templates_by_operator
from maestro_py.ir.composites import CompositeLayer
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import build_nest
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.write import layers_text
from maestro_py.syntax.parser import parse, parse_file
from tests.unit.frontends.onnx_models import imported, macs, model

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
PES = 256


def network(body: str, **constants: int) -> Network:
    return lower(parse(f"Network n {{ {body} }}"), constants).networks[0]


def parts(body: str) -> tuple[Layer, ...]:
    """Parts of the layer ``a`` that a body makes."""
    return network(f"Layer a {{ {body} }}").layers


def closed_form(kind: str, sizes: Mapping[str, int]) -> int:
    """MACs of one run: every weight of a recurrence once per step; two products per pair of an attention."""
    n = dict.fromkeys("NTCKDGHM", 1) | dict(sizes)
    if kind == "ATTENTION":
        return n["N"] * n["G"] * n["H"] * n["M"] * n["T"] * (n["K"] + n.get("V", n["K"]))
    weights = GATES[kind] * n["K"] * (n["C"] + n.get("P", n["K"])) + n.get("P", 0) * n["K"]
    return n["D"] * n["N"] * n["T"] * weights


@st.composite
def composite_layers(draw: st.DrawFn, largest: int = 6) -> CompositeLayer:
    """Layers of any composite type with any of its dimensions."""
    made = composites.get(draw(st.sampled_from(composites.names())))
    given_sizes = draw(st.lists(st.sampled_from(made.dimensions), unique=True))
    sizes = {dimension: draw(st.integers(1, largest)) for dimension in given_sizes}
    if "D" in sizes:
        sizes["D"] = draw(st.sampled_from([1, 2]))
    if sizes.get("P", 0) >= sizes.get("K", 1):
        del sizes["P"]
    return CompositeLayer("a", made.name, sizes, draw(st.integers(1, 3)))


# ---- parts --------------------------------------------------------------------------------------------

BY_HAND = {
    "LSTM, GNMT's second layer": (
        "Type: LSTM Dimensions { T: 25, C: 2048, K: 1024 }",
        (
            Layer("a.input", "GEMM", {"M": 25, "N": 4096, "K": 2048}),
            Layer("a.recurrent", "GEMM", {"N": 4096, "K": 1024}, repeat=25),
        ),
    ),
    "GRU both ways, a batch": (
        "Type: GRU Dimensions { N: 2, T: 9, C: 64, K: 32, D: 2 }",
        (
            Layer("a.forward.input", "GEMM", {"M": 18, "N": 96, "K": 64}),
            Layer("a.forward.recurrent", "GEMM", {"M": 2, "N": 96, "K": 32}, repeat=9),
            Layer("a.backward.input", "GEMM", {"M": 18, "N": 96, "K": 64}),
            Layer("a.backward.recurrent", "GEMM", {"M": 2, "N": 96, "K": 32}, repeat=9),
        ),
    ),
    "projected to one element": (
        "Type: LSTM Dimensions { T: 9, C: 64, K: 32, P: 1 }",
        (
            Layer("a.input", "GEMM", {"M": 9, "N": 128, "K": 64}),
            Layer("a.recurrent", "GEMM", {"N": 128}, repeat=9),
            Layer("a.projection", "GEMM", {"K": 32}, repeat=9),
        ),
    ),
    "outputs fed back": (
        "Type: RNN Repeat: 40 Dimensions { T: 1, C: 64, K: 32 }",
        (
            Layer("a.input", "GEMM", {"N": 32, "K": 64}, repeat=40),
            Layer("a.recurrent", "GEMM", {"N": 32, "K": 32}, repeat=40),
        ),
    ),
    "repeated": (
        "Type: GRU Repeat: 3 Dimensions { T: 5, C: 4, K: 2 }",
        (
            Layer("a.input", "GEMM", {"M": 5, "N": 6, "K": 4}, repeat=3),
            Layer("a.recurrent", "GEMM", {"N": 6, "K": 2}, repeat=15),
        ),
    ),
    "Llama 3 8B, a decode step of a batch": (
        "Type: ATTENTION Dimensions { N: 2, G: 8, H: 4, T: 2048, K: 128 }",
        (
            Layer("a.qk", "BMM", {"G": 16, "M": 4, "N": 2048, "K": 128}),
            Layer("a.av", "BMM", {"G": 16, "M": 4, "N": 128, "K": 2048}),
        ),
    ),
    "values of one element, one head": (
        "Type: ATTENTION Dimensions { M: 7, T: 5, K: 3, V: 1 }",
        (Layer("a.qk", "BMM", {"M": 7, "N": 5, "K": 3}), Layer("a.av", "BMM", {"M": 7, "K": 5})),
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_parts_by_hand(case):
    body, expected = BY_HAND[case]
    assert parts(body) == expected


@given(composite_layers())
def test_macs_follow_the_closed_form(layer):
    found = lower(parse(layers_text("n", [layer]))).networks[0].layers
    assert found == layer.parts()
    assert {part.operator for part in found} == set(composites.get(layer.composite).part_types)
    assert sum(map(macs, found)) == layer.repeat * closed_form(layer.composite, layer.sizes)


PRODUCTS = [name for name in dataflow_names() if {"GEMM", "BMM"} <= set(dataflow_info(name).layer_types)]


@pytest.mark.parametrize("name", PRODUCTS)
@settings(max_examples=10, deadline=None)
@given(layer=composite_layers(largest=12))
def test_every_part_is_legal_under_the_shipped_dataflows(name, layer):
    templates = templates_by_operator(lower(parse_file(dataflow_path(name))).dataflows)
    for part in apply(Network("n", layer.parts()), templates).layers:
        assert part.dataflow is not None
        nest = build_nest(part, part.dataflow, PES)
        assert nest.problem.macs == macs(part) // part.repeat
    text = layers_text("n", apply(Network("n", layer.parts()), templates).layers)
    checked = check_text(text, num_pes=PES)
    assert (checked.has_errors, checked.layers) == (False, len(layer.parts()))


@given(composite_layers())
def test_a_dataflow_inside_is_that_of_every_part(layer):
    flow = "Dataflow own { SpatialMap(1,1) N; TemporalMap(2,2) K; Cluster(Sz(N), P); SpatialMap(1,1) M; }"
    text = layers_text("n", [layer])
    end = text.rindex("  }\n}")
    text = f"{text[:end]}{flow}{text[end:]}"
    found = lower(parse(text)).networks[0].layers
    assert [part.dataflow and part.dataflow.name for part in found] == ["own"] * len(layer.parts())
    assert not check_text(text, num_pes=PES).has_errors


# ---- against imports ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("directions", [1, 2])
def test_onnx_recurrences_become_the_same_parts(kind, directions, tmp_path: Path):
    gates = GATES[kind]
    direction = "forward" if directions == 1 else "bidirectional"
    node = make_node(kind, ["x", "w", "r"], ["y"], name="a", hidden_size=16, direction=direction)
    weights = {"w": (directions, gates * 16, 24), "r": (directions, gates * 16, 16)}
    found = imported(model([node], {"x": (50, 2, 24)}, weights), tmp_path).network.layers
    assert found == parts(f"Type: {kind} Dimensions {{ N: 2, T: 50, C: 24, K: 16, D: {directions} }}")


def torch_layers(operator: str, *shapes: tuple[int, ...], **attributes: int) -> tuple[Layer, ...]:
    tensors = tuple(Tensor(f"t{index}", shape) for index, shape in enumerate(shapes))
    return tuple(COSTED["", operator](Node("a", operator, "", tensors, (), attributes)))


def test_torch_projection_becomes_the_same_parts():
    """Input, two states, weights of input and state, two biases, those of the projection (``proj_size``)."""
    weights = (64, 24), (64, 8), (64,), (64,), (8, 16)
    shapes = (50, 2, 24), (1, 2, 8), (1, 2, 16), *weights
    found = torch_layers("lstm", *shapes, num_layers=1, bidirectional=0, batch_first=0)
    assert found == parts("Type: LSTM Dimensions { N: 2, T: 50, C: 24, K: 16, P: 8 }")


def test_torch_attention_becomes_the_same_parts():
    shapes = (2, 32, 1, 128), (2, 8, 2048, 128), (2, 8, 2048, 64)
    found = torch_layers("scaled_dot_product_attention", *shapes)
    assert found == parts("Type: ATTENTION Dimensions { N: 2, G: 8, H: 4, T: 2048, K: 128, V: 64 }")


def test_onnx_attention_becomes_the_same_parts(tmp_path: Path):
    inputs = {"q": (2, 32, 64, 128), "k": (2, 8, 100, 128), "v": (2, 8, 100, 64)}
    node = make_node("Attention", ["q", "k", "v"], ["y"], name="a")
    found = imported(model([node], inputs, opset=23), tmp_path).network.layers
    assert found == parts("Type: ATTENTION Dimensions { N: 2, G: 8, H: 4, M: 64, T: 100, K: 128, V: 64 }")


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"T": 0}, "T is 0; sizes are 1 to 9223372036854775807"),
        ({"D": 3}, "D is 3; a sequence has 1 or 2 directions"),
        ({"K": 4, "P": 4}, "P is 4; a state is projected to fewer than its K = 4 elements"),
        ({"N": 2**40, "T": 2**40}, f"M is {2**80}; sizes are 1 to 9223372036854775807"),
    ],
)
def test_a_model_with_impossible_sizes_is_refused(sizes, message):
    with pytest.raises(LayerError) as caught:
        composite("a", "LSTM", sizes)
    assert str(caught.value) == message


# ---- names, types -------------------------------------------------------------------------------------


def test_parts_give_way_to_the_names_of_layers():
    gemm = "{ Type: GEMM Dimensions { M: 2 } }"
    rnn = "{ Type: RNN Dimensions { T: 2, C: 3, K: 4 } }"
    program = lower(
        parse(
            f'Network n {{ Layer a {rnn} Layer a {rnn} Layer "a.input" {gemm} '
            f'Layer "a#2.recurrent" {gemm} Layer "a.input" {gemm} }}'
        )
    )
    assert [layer.name for layer in program.networks[0].layers] == [
        "a.input#2",
        "a.recurrent",
        "a#2.input",
        "a#2.recurrent#2",
        "a.input",
        "a#2.recurrent",
        "a.input#3",
    ]
    assert [(warning.code, warning.message) for warning in program.warnings] == [
        ("M251", "there is a layer 'a.input' already; this part of 'a' is called 'a.input#2'"),
        ("M251", "there is a layer 'a' already; this one is called 'a#2'"),
        ("M251", "there is a layer 'a#2.recurrent' already; this part of 'a#2' is called 'a#2.recurrent#2'"),
        ("M251", "there is a layer 'a.input' already; this one is called 'a.input#3'"),
    ]


def test_parts_of_two_layers_may_meet():
    both = "{ Type: RNN Dimensions { T: 2, D: 2 } }"
    one = "{ Type: RNN Dimensions { T: 2 } }"
    found = network(f'Layer a {both} Layer "a.forward" {one}').layers
    names = [layer.name for layer in found]
    assert names[-2:] == ["a.forward.input#2", "a.forward.recurrent#2"]
    assert len(set(names)) == len(names) == 6


def test_a_dataflow_is_meant_for_the_types_of_parts():
    (gemm,) = lower(parse("Dataflow d { SpatialMap(1,1) N; }")).dataflows
    with pytest.raises(SemanticError) as caught:
        apply(network("Layer a { Type: GRU Dimensions { T: 2 } }"), {"GRU": gemm, "GEMM": gemm})
    (problem,) = caught.value.diagnostics
    assert problem.code == "M201"
    assert problem.hint == "GRU layers become GEMM layers, which is what dataflows see: write GEMM"


def test_types_have_different_names_and_dimensions_that_the_language_knows():
    assert not set(composites.names()) & set(operators.names())
    for name, made in composites.registry().items():
        assert set(made.part_types) <= set(operators.names()), name
        assert made.summary.endswith("."), name

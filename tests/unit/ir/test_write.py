"""Networks to text and back: nothing is lost, and the text is canonical."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_py.catalog import model_names, model_path, read_header
from maestro_py.ir import composites, operators
from maestro_py.ir.composites import CompositeLayer
from maestro_py.ir.dataflow import BinaryOperation, Dataflow, MapDirective, Number, SizeOf
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.rules import check_dataflow
from maestro_py.ir.write import layers_text, network_text
from maestro_py.syntax import ast
from maestro_py.syntax.parser import parse, parse_file
from maestro_py.syntax.printer import format_document
from tests.model.strategies import samples

NAMES = st.one_of(
    st.text(max_size=12), st.sampled_from(["Layer", "a-b.c", "/conv/Conv", "a  b", 'the "x"', ""])
)


def read(text: str) -> Network:
    """Return the only network of a text that says nothing else."""
    program = lower(parse(text))
    assert program.warnings == ()
    (network,) = program.networks
    return network


@st.composite
def layers(draw: st.DrawFn, operator: str) -> Layer:
    """Layers of a type with or without a dataflow, some of them with a dimension beyond 18 digits."""
    layer = draw(samples(operator)).layer  # some with densities
    flow = layer.dataflow
    assert flow is not None
    if draw(st.booleans()):
        name, types = draw(NAMES), draw(st.lists(st.sampled_from(operators.names()), max_size=2))
        layer = replace(layer, dataflow=replace(flow, name=name, operators=tuple(types)))
    layer = replace(layer, repeat=draw(st.sampled_from([1, 1, 32, 10**18])))
    if draw(st.booleans()):
        plain = "N" if "N" in operators.get(operator).dimensions else "C"
        layer = replace(layer, dataflow=None, sizes={**layer.sizes, plain: draw(st.integers(1, 2**63 - 1))})
    return layer


@pytest.mark.parametrize("operator", operators.names())
@settings(max_examples=40)
@given(st.data())
def test_every_network_survives_writing(operator, data):
    names = data.draw(st.lists(NAMES, unique=True, max_size=3))
    found = tuple(replace(data.draw(layers(operator)), name=name) for name in names)
    network = Network(data.draw(NAMES), found)
    text = network_text(network)
    assert read(text) == network
    assert format_document(parse(text)) == text


expressions = st.recursive(
    st.one_of(st.builds(Number, st.integers(0, 99)), st.builds(SizeOf, st.sampled_from(["K", "R", "Y'"]))),
    lambda inner: st.builds(BinaryOperation, st.sampled_from("+-*/%"), inner, inner),
    max_leaves=6,
)


@settings(max_examples=200)
@given(expressions)
def test_every_size_of_a_dataflow_survives_writing(expression):
    flow = Dataflow((MapDirective("SpatialMap", expression, Number(1), "K"),))
    layer = Layer("a", "CONV", {"K": 64, "R": 3, "S": 3, "Y": 9, "X": 9})
    if not check_dataflow(flow, layer, operators.get("CONV")):
        network = Network("n", (replace(layer, dataflow=flow),))
        assert read(network_text(network)) == network


def test_a_negative_number_of_a_constant_is_written_as_a_difference():
    body = "Type: GEMM Dimensions { M: 8 } Dataflow { TemporalMap(A+Sz(M),9+A) M }"
    (network,) = lower(parse(f"Constant A 1-8; Network n {{ Layer a {{ {body} }} }}")).networks
    text = network_text(network)
    assert "TemporalMap(0-7+Sz(M),9+(0-7)) M;" in text
    assert network_text(read(text)) == text


def has_composites(document: ast.Document) -> bool:
    layers = (layer for item in document.items if isinstance(item, ast.Network) for layer in item.layers)
    types = (s.name.text for la in layers for s in la.statements if isinstance(s, ast.LayerType))
    return not set(composites.names()).isdisjoint(types)


@pytest.mark.parametrize("name", model_names())
def test_a_shipped_network_is_written_as_it_stands(name):
    """But for comments between layers, constants and composite types, which a network has not."""
    document = parse_file(model_path(name))
    header = read_header(model_path(name).read_text(encoding="utf-8").splitlines())
    network = lower(document).networks[0]
    text = network_text(network, header)
    assert read_header(text.splitlines()) == header
    assert read(text) == network
    if not any(hasattr(item, "value") for item in document.items) and not has_composites(document):
        own = replace(document, comments=())
        assert text.split("\n\n", 1)[1] == format_document(own)


def test_sizes_of_one_are_left_out_but_those_a_reader_expects():
    def dimensions(operator: str, **sizes: int) -> str:
        text = network_text(Network("n", (Layer("a", operator, sizes),)))
        return next(line.strip() for line in text.splitlines() if "Dimensions" in line)

    assert dimensions("PWCONV", G=1, N=1, K=8, C=1, R=1, S=1, Y=4, X=1) == "Dimensions { K: 8, C: 1, Y: 4 }"
    assert dimensions("DSCONV", C=8, R=3, Y=4) == "Dimensions { K: 1, C: 8, R: 3, Y: 4 }"
    assert dimensions("POOL", X=2, S=2) == "Dimensions { C: 1, S: 2, X: 2 }"
    assert dimensions("GEMM", K=8) == "Dimensions { M: 1, N: 1, K: 8 }"
    assert dimensions("BMM", G=2, K=8) == "Dimensions { G: 2, M: 1, N: 1, K: 8 }"


def test_composite_layers_are_written_with_what_a_reader_expects():
    lstm = CompositeLayer("a", "LSTM", {"T": 9, "K": 4, "P": 1})
    decode = CompositeLayer("b", "ATTENTION", {"T": 64, "H": 4}, repeat=3)
    text = layers_text("n", [lstm, Layer("c", "GEMM", {"M": 4}), decode])
    assert [line.strip() for line in text.splitlines() if "Dimensions" in line] == [
        "Dimensions { T: 9, C: 1, K: 4, P: 1 }",
        "Dimensions { M: 4, N: 1, K: 1 }",
        "Dimensions { H: 4, M: 1, T: 64, K: 1 }",
    ]
    assert "Repeat: 3;" in text
    assert format_document(parse(text)) == text
    assert read(text).layers == (*lstm.parts(), Layer("c", "GEMM", {"M": 4}), *decode.parts())


def test_a_header_is_wrapped_and_read_back():
    header = {"Title": "a  net\nof two lines", "Source": "words " * 60 + "x" * 120, "Note": ""}
    text = network_text(Network("n", ()), header)
    lines = text.split("\n\n")[0].splitlines()
    assert read_header(lines) == {key: " ".join(value.split()) for key, value in header.items()}
    assert [line for line in lines if len(line) > 100] == ["//   " + "x" * 120]
    assert format_document(parse(text)) == text

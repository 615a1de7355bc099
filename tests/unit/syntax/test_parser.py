"""What the parser takes: every spelling that files of the original use, in snippets of our own."""

import pytest

from maestro_py.errors import DslSyntaxError, InputError, Span
from maestro_py.syntax import ast
from maestro_py.syntax.parser import parse, parse_file


def layer(body: str) -> ast.Layer:
    """Return the layer that a body makes."""
    (network,) = parse(f"Network n {{ Layer a {{ {body} }} }}").items
    return network.layers[0]


def directives(body: str) -> tuple:
    """Return the directives of a dataflow body."""
    (dataflow,) = parse(f"Dataflow {{ {body} }}").items
    return dataflow.directives


SIZES = layer("Dimensions { K: 64, C: 3 }").statements
MAP = directives("SpatialMap(1,2) K;")
CLUSTER = directives("Cluster(4, P);")


@pytest.mark.parametrize(
    "body",
    [
        "Dimensions { K 64,C 3 }",
        "Dimensions { K: 64, C:3 R }".replace(" R ", " "),
        "Dimensions { K: 64 C: 3 }",
        "Dimensions{K:64;C:3;}",
        "Dimensions: { K->64, C , 3 };",
        "Dimensions { K: 64 /* filters */, // and\n C: 3 }",
    ],
)
def test_separators_of_sizes_are_optional_and_interchangeable(body):
    assert layer(body).statements == SIZES


@pytest.mark.parametrize(
    "body",
    [
        "SpatialMap (1,2) K",
        "SpatialMap(1 2) K",
        "SpatialMap 1,2 K",
        "SpatialMap 1 2 K;",
        "SpatialMap(1;2), K;;",
        "SpatialMap( 1 , 2 )\nK",
        "SpatialMap((1),(2)) K",
    ],
)
def test_separators_of_maps_are_optional_and_interchangeable(body):
    assert directives(body) == MAP


@pytest.mark.parametrize("body", ["Cluster(4,P)", "Cluster (4 P);", "Cluster 4, P", "Cluster 4 P"])
def test_separators_of_clusters_are_optional_and_interchangeable(body):
    assert directives(body) == CLUSTER


@pytest.mark.parametrize("prime", ["'", "’", "′", "‘", "`", "´", "ʹ"])
def test_primes_of_every_typography_are_one(prime):
    (directive,) = directives(f"TemporalMap(1,1) Y{prime};")
    assert directive.dimension.text == "Y'"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Conv2d-1", "Conv2d-1"),
        ("torch.models.squeeze_net", "torch.models.squeeze_net"),
        ("my first  layer", "my first layer"),
        ("3rd", "3rd"),
        ("Type", "Type"),
        ("a, b: c", "a b c"),
        ('"any {thing} \\"at\\" all"', 'any {thing} "at" all'),
    ],
)
def test_names_of_layers_and_networks(written, name):
    (network,) = parse(f"Network {written} {{ Layer {written} {{ }} }}").items
    assert network.name.text == network.layers[0].name.text == name


def test_several_items_without_separators_and_a_comment_before_the_first():
    document = parse(
        "//x\nConstant T 8;Constant U T;\n\nNetwork n{}Dataflow{}Accelerator{}num_pes:4 NoC_NumHops 2"
    )
    assert [type(item).__name__ for item in document.items] == [
        "Constant",
        "Constant",
        "Network",
        "Dataflow",
        "Accelerator",
        "HardwareEntry",
        "HardwareEntry",
    ]


def test_precedence_is_that_of_arithmetic():
    (constant,) = parse("Constant A 8+Sz(S)*2-1").items
    assert constant.value == ast.BinaryOperation(
        "-",
        ast.BinaryOperation(
            "+", ast.Number(8), ast.BinaryOperation("*", ast.SizeOf(ast.Name("S")), ast.Number(2))
        ),
        ast.Number(1),
    )


def test_a_blank_before_a_minus_is_no_separator():
    (directive,) = directives("SpatialMap(8 -1, 1) K")
    assert directive.size == ast.BinaryOperation("-", ast.Number(8), ast.Number(1))


def test_a_template_may_name_its_layer_types():
    (dataflow,) = parse("Dataflow ws (CONV, FC) { }").items
    assert (dataflow.name.text, [name.text for name in dataflow.operators]) == ("ws", ["CONV", "FC"])


def test_the_accelerator_of_figure_8():
    (node,) = parse(
        "Accelerator { PE { NumPEs: 256; VectorWidth: 4; MultPrecision: INT8; AddPrecision: INT16 } "
        "Buffer { GlobalL2: 2048; LocalL1: 64} NoC {Bandwidth: 64; AvgLatency: 2 } }"
    ).items
    assert {s.name.text: [i.key.text for i in s.items] for s in node.items} == {
        "PE": ["NumPEs", "VectorWidth", "MultPrecision", "AddPrecision"],
        "Buffer": ["GlobalL2", "LocalL1"],
        "NoC": ["Bandwidth", "AvgLatency"],
    }


@pytest.mark.parametrize("value", ["NumPEs: 256", "NumPEs 256", "NumPEs: 256;", "NumPEs, 256"])
def test_value_forms_of_settings(value):
    (node,) = parse(f"Accelerator {{ PE {{ {value} }} }}").items
    assert node.items[0].items == (ast.Setting(ast.Name("NumPEs"), ast.Number(256)),)


def test_places_are_exact():
    document = parse("Network n {\n  Layer a {\n    Dataflow { SpatialMap(1,Tile) Y'; }\n  }\n}", "f.m")
    (network,) = document.items
    (directive,) = network.layers[0].statements[0].directives
    assert network.span == Span("f.m", 1, 1, 5, 2)
    assert directive.span == Span("f.m", 3, 16, 3, 37)
    assert directive.offset.span == Span("f.m", 3, 29, 3, 33)
    assert directive.dimension.span == Span("f.m", 3, 35, 3, 37)


def test_files_may_begin_with_a_byte_order_mark(tmp_path):
    (tmp_path / "a.m").write_bytes(b"\xef\xbb\xbfConstant A 1;")
    assert parse_file(tmp_path / "a.m") == parse("Constant A 1;")


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "a.m").write_bytes(b"Constant A 1;\nab\xff")
    with pytest.raises(DslSyntaxError) as caught:
        parse_file(tmp_path / "a.m")
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.span.line, problem.span.column) == ("M110", 2, 3)


@pytest.mark.parametrize("name", ["missing.m", "a\0b", "."])
def test_a_file_that_cannot_be_read(tmp_path, name):
    with pytest.raises(InputError, match="M001"):
        parse_file(tmp_path / name)


def test_an_empty_text_is_a_document():
    assert parse("").items == parse(" \n // nothing\n").items == ()

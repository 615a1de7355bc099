"""The mapping of PyTorch's operators, without torch: plain nodes in, layers and counts out."""

from collections import Counter
from contextlib import suppress
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py.errors import MaestroError
from maestro_py.frontends import Imported
from maestro_py.frontends._collect import Collector
from maestro_py.frontends._graph import Node, Tensor
from maestro_py.frontends._torch_nodes import Call, convert
from maestro_py.frontends._torch_operators import COSTED
from maestro_py.frontends._torch_without_macs import WITHOUT_MACS
from maestro_py.ir import operators
from maestro_py.ir.network import Layer

PADDED = {"stride": (2, 2), "padding": (1, 1), "dilation": (1, 1)}


def node(operator: str, *shapes: tuple | None, domain: str = "", **attributes: object) -> Node:
    tensors = tuple(None if shape is None else Tensor(f"t{i}", shape) for i, shape in enumerate(shapes))
    return Node("n", operator, domain, tensors, (), attributes)


def imported(*calls: Call | Node) -> Imported:
    collector = Collector(Path("net"))
    convert([call if isinstance(call, Call) else Call(call) for call in calls], collector)
    return collector.finish()


def layers(*calls: Call | Node) -> tuple[Layer, ...]:
    return imported(*calls).network.layers


def macs(layer: Layer) -> int:
    return operators.get(layer.operator).problem(layer).macs * layer.repeat


CONVOLUTIONS = {
    "conv2d": (
        node("conv2d", (2, 3, 9, 9), (8, 3, 3, 3), None, **PADDED),
        Layer(
            "conv2d",
            "CONV",
            {"N": 2, "K": 8, "C": 3, "R": 3, "S": 3, "Y": 9, "X": 9},
            stride=(2, 2),
            padding=((1, 1), (1, 1)),
        ),
    ),
    "one number for both axes, no batch": (
        node("conv2d", (3, 9, 9), (8, 3, 3, 3), None, stride=(2,), padding=1),
        Layer(
            "conv2d",
            "CONV",
            {"K": 8, "C": 3, "R": 3, "S": 3, "Y": 9, "X": 9},
            stride=(2, 2),
            padding=((1, 1), (1, 1)),
        ),
    ),
    "same, even filter": (
        node("conv2d", (1, 3, 9, 9), (8, 3, 4, 1), None, padding="same", dilation=(3, 1)),
        Layer(
            "conv2d",
            "CONV",
            {"K": 8, "C": 3, "R": 4, "Y": 9, "X": 9},
            dilation=(3, 1),
            padding=((4, 5), (0, 0)),
        ),
    ),
    "valid": (
        node("conv2d", (1, 3, 9, 9), (8, 3, 1, 1), None, padding="valid"),
        Layer("conv2d", "PWCONV", {"K": 8, "C": 3, "Y": 9, "X": 9}),
    ),
    "one dimension, grouped": (
        node("conv1d", (1, 8, 20), (4, 4, 5), None, stride=(3,), padding=(2,), dilation=(2,), groups=2),
        Layer(
            "conv1d",
            "NGCONV",
            {"G": 2, "K": 2, "C": 4, "S": 5, "X": 20},
            stride=(1, 3),
            dilation=(1, 2),
            padding=((0, 0), (2, 2)),
        ),
    ),
    "depthwise with two filters a channel": (
        node("convolution", (1, 8, 9, 9), (16, 1, 3, 3), None, **PADDED, transposed=0, groups=8),
        Layer(
            "convolution",
            "DSCONV",
            {"K": 2, "C": 8, "R": 3, "S": 3, "Y": 9, "X": 9},
            stride=(2, 2),
            padding=((1, 1), (1, 1)),
        ),
    ),
    "transposed": (
        node("conv_transpose2d", (1, 8, 7, 7), (8, 2, 3, 3), None, **PADDED, output_padding=(1, 0), groups=2),
        Layer(
            "conv_transpose2d",
            "TRCONV",
            {"G": 2, "K": 2, "C": 4, "R": 3, "S": 3, "Y": 7, "X": 7},
            stride=(2, 2),
            padding=((1, 0), (1, 1)),
        ),
    ),
    "transposed, decomposed": (
        node("convolution", (1, 8, 7), (8, 2, 3), None, stride=(2,), padding=(0,), transposed=1),
        Layer("convolution", "TRCONV", {"K": 2, "C": 8, "S": 3, "X": 7}, stride=(1, 2)),
    ),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution(name):
    given_node, expected = CONVOLUTIONS[name]
    assert layers(given_node) == (expected,)


@given(*(st.integers(1, 5) for _ in range(2)), *(st.integers(1, 3) for _ in range(3)), st.booleans())
def test_pooling_has_as_many_outputs_as_torch_says(more, taps, stride, padding, dilation, ceil):
    """Its formula, from the page of MaxPool2d."""
    size, padding = dilation * (taps - 1) + more, min(padding, taps // 2)
    pool = node(
        "max_pool2d",
        (2, 5, size, size),
        kernel_size=(taps,),
        stride=(stride, stride),
        padding=padding,
        dilation=(dilation,),
        ceil_mode=int(ceil),
    )
    span = size + 2 * padding - dilation * (taps - 1) - 1
    outputs = (-(-span // stride) if ceil else span // stride) + 1
    if ceil and (outputs - 1) * stride >= size + padding:
        outputs -= 1
    (layer,) = layers(pool)
    assert macs(layer) == 2 * 5 * (outputs * taps) ** 2


def test_pooling_without_a_stride_takes_that_of_its_window():
    (layer,) = layers(node("avg_pool1d", (1, 4, 9), kernel_size=(3,), stride=()))
    assert layer == Layer("avg_pool1d", "POOL", {"C": 4, "S": 3, "X": 9}, stride=(1, 3))


def test_adaptive_pooling():
    (layer,) = layers(node("adaptive_avg_pool2d", (1, 4, 9, 8), output_size=(3, 1)))
    assert layer == Layer("adaptive_avg_pool2d", "POOL", {"C": 4, "R": 3, "S": 8, "Y": 9, "X": 8}, (3, 8))
    found = imported(
        node("adaptive_avg_pool2d", (1, 4, 9, 8), output_size=(7, 7)), node("mm", (2, 3), (3, 4))
    )
    assert [warning.message for warning in found.warnings] == [
        "adaptive_avg_pool2d (1 time) is not costed: of 9 x 8 to 7 x 7, with windows of unequal sizes"
    ]


PRODUCTS = {
    "linear": (node("linear", (2, 5, 8), (16, 8), (16,)), {"M": 10, "N": 16, "K": 8}),
    "linear of a vector": (node("linear", (8,), (16, 8), None), {"N": 16, "K": 8}),
    "addmm": (node("addmm", (16,), (5, 8), (8, 16)), {"M": 5, "N": 16, "K": 8}),
    "addmv": (node("addmv", (5,), (5, 8), (8,)), {"M": 5, "K": 8}),
    "mm": (node("mm", (5, 8), (8, 16)), {"M": 5, "N": 16, "K": 8}),
    "mv": (node("mv", (5, 8), (8,)), {"M": 5, "K": 8}),
    "dot": (node("dot", (8,), (8,)), {"K": 8}),
    "bmm": (node("bmm", (3, 5, 8), (3, 8, 16)), {"G": 3, "M": 5, "N": 16, "K": 8}),
    "baddbmm": (node("baddbmm", (1,), (3, 5, 8), (3, 8, 16)), {"G": 3, "M": 5, "N": 16, "K": 8}),
    "matmul with a shared operand": (node("matmul", (3, 5, 8), (8, 16)), {"M": 15, "N": 16, "K": 8}),
    "packed in 8 bits": (node("_weight_int8pack_mm", (5, 8), (16, 8), (16,)), {"M": 5, "N": 16, "K": 8}),
    "einsum": (
        node("einsum", (2, 4, 5, 8), (2, 4, 7, 8), equation="bhqd,bhkd->bhqk"),
        {"G": 8, "M": 5, "N": 7, "K": 8},
    ),
    "tensordot": (
        node("tensordot", (3, 4, 5), (5, 4, 6), dims_self=(1, -1), dims_other=(1, 0)),
        {"M": 3, "N": 6, "K": 20},
    ),
    "inner": (node("inner", (2, 3, 8), (6, 8)), {"M": 6, "N": 6, "K": 8}),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_product(name):
    given_node, sizes = PRODUCTS[name]
    (layer,) = layers(given_node)
    assert layer.sizes == sizes
    assert layer.operator == ("BMM" if "G" in sizes else "GEMM")


def test_weights_in_front_are_the_weights():
    weights, data = Tensor("w", (4, 8), constant=True), Tensor("x", (8, 50))
    for operator, attributes in (("mm", {}), ("einsum", {"equation": "ij,jk->ik"}), ("tensordot", {})):
        dims = {"dims_self": (1,), "dims_other": (0,)} if operator == "tensordot" else attributes
        (layer,) = layers(Node("n", operator, "", (weights, data), (), dims))
        assert layer.sizes == {"M": 50, "N": 4, "K": 8}


@pytest.mark.parametrize("heads", [(8, 8), (8, 2), (8, 1)])
def test_attention(heads):
    of_query, of_keys = heads
    shapes = (2, of_query, 5, 16), (2, of_keys, 7, 16), (2, of_keys, 7, 24)
    found = layers(node("scaled_dot_product_attention", *shapes, is_causal=1))
    assert found[0].sizes == {"G": 2 * of_keys, "M": 5 * of_query // of_keys, "N": 7, "K": 16}
    assert found[1].sizes == {"G": 2 * of_keys, "M": 5 * of_query // of_keys, "N": 24, "K": 7}
    assert layers(node("flex_attention", *shapes, domain="higher_order")) == tuple(
        Layer(layer.name.replace("scaled_dot_product", "flex"), layer.operator, layer.sizes)
        for layer in found
    )


def test_attention_without_heads_or_batch():
    first, second = layers(node("scaled_dot_product_attention", (5, 16), (7, 16), (7, 16)))
    assert (first.sizes, second.sizes) == ({"M": 5, "N": 7, "K": 16}, {"M": 5, "N": 16, "K": 7})


def test_attention_with_its_projections():
    found = layers(node("_native_multi_head_attention", *[(2, 5, 32)] * 3, num_head=4))
    assert [layer.name.partition(".")[2] for layer in found] == ["q", "k", "v", "qk", "av", "out"]
    assert sum(map(macs, found)) == 4 * 10 * 32 * 32 + 2 * 2 * 5 * 5 * 32


def recurrent(operator: str, gates: int, states: int, *, projection: int = 0, layer_count: int = 1) -> Node:
    """A bidirectional recurrence of width 24, 16 hidden elements, 50 steps and a batch of 2."""
    state = projection or 16
    weights = []
    for index in range(layer_count):
        width = 24 if index == 0 else 2 * state
        one = [(gates * 16, width), (gates * 16, state), (gates * 16,), (gates * 16,)]
        weights += [*one, *([(projection, 16)] if projection else [])] * 2
    shapes = [(50, 2, 24), *[(2 * layer_count, 2, state)] * states, *weights]
    attributes = {"num_layers": layer_count, "bidirectional": 1, "batch_first": 0}
    return node(operator, *shapes, **attributes)


@pytest.mark.parametrize(
    ("operator", "gates", "states"), [("lstm", 4, 2), ("gru", 3, 1), ("rnn_tanh", 1, 1), ("rnn_relu", 1, 1)]
)
def test_recurrence(operator, gates, states):
    found = layers(recurrent(operator, gates, states, layer_count=2))
    assert [layer.name for layer in found] == [
        f"{operator}.{index}.{direction}.{part}"
        for index in (0, 1)
        for direction in ("forward", "backward")
        for part in ("input", "recurrent")
    ]
    assert found[0].sizes == {"M": 100, "N": gates * 16, "K": 24}
    assert found[4].sizes == {"M": 100, "N": gates * 16, "K": 32}
    assert [layer.repeat for layer in found] == [1, 50] * 4
    assert sum(map(macs, found)) == 50 * 2 * 2 * gates * 16 * (24 + 16 + 32 + 16)


def test_projected_lstm():
    found = layers(recurrent("lstm", 4, 2, projection=8))
    assert found[:3] == (
        Layer("lstm.forward.input", "GEMM", {"M": 100, "N": 64, "K": 24}),
        Layer("lstm.forward.recurrent", "GEMM", {"M": 2, "N": 64, "K": 8}, repeat=50),
        Layer("lstm.forward.projection", "GEMM", {"M": 2, "N": 8, "K": 16}, repeat=50),
    )


@pytest.mark.parametrize(
    ("operator", "gates", "states"), [("lstm_cell", 4, 2), ("gru_cell", 3, 1), ("rnn_tanh_cell", 1, 1)]
)
def test_cell(operator, gates, states):
    shapes = [(3, 24), *[(3, 16)] * states, (gates * 16, 24), (gates * 16, 16), None, None]
    found = layers(node(operator, *shapes))
    assert [layer.sizes for layer in found] == [
        {"M": 3, "N": gates * 16, "K": 24},
        {"M": 3, "N": gates * 16, "K": 16},
    ]


def test_what_becomes_no_layer_is_a_warning_with_its_count():
    found = imported(
        node("mm", (2, 3), (3, 4)),
        node("einsum", (2, 3), (3, 4), (4, 5), equation="ij,jk,kl->il"),
        node("lstm", (90, 24), (50,), (1, 2, 16)),
        node("deform_conv2d", (1, 2, 3, 3), domain="torchvision"),
        node("deform_conv2d", (1, 2, 3, 3), domain="torchvision"),
        node("fft_fft", (8,)),
        Call(node("cond", (1,), domain="higher_order"), holds=Counter({"linear": 2})),
    )
    assert [(warning.code, warning.message) for warning in found.warnings] == [
        ("M451", "einsum (1 time) is not costed: of 3 operands; two are costed"),
        ("M451", "fft_fft (1 time) is not costed: the operator is not known"),
        ("M451", "lstm (1 time) is not costed: of packed sequences"),
        ("M451", "torchvision::deform_conv2d (2 times) is not costed: the operator is not known"),
        (
            "M452",
            "what higher_order::cond nodes hold is not costed, nobody knows how often it runs: linear 2",
        ),
    ]
    assert found.not_costed == {"higher_order::cond": 1}


def test_what_has_no_macs_is_counted():
    found = imported(
        node("mm", (2, 3), (3, 4)),
        node("embedding", (9, 8), (2,)),
        node("permute_copy", (2, 3)),
        node("convert_element_type", (2,), domain="prims"),
        node("dequantize_per_tensor", (2,), domain="quantized_decomposed"),
        *[Call(node("softsign", (2,)), element_wise=True)] * 2,
    )
    assert found.warnings == ()
    assert found.not_costed == {
        "embedding": 1,
        "permute_copy": 1,
        "prims::convert_element_type": 1,
        "quantized_decomposed::dequantize_per_tensor": 1,
        "softsign": 2,
    }


def test_no_operator_is_in_both_lists():
    assert not {name for domain, name in COSTED if not domain} & WITHOUT_MACS


def test_layers_are_called_after_their_modules():
    product = node("mm", (2, 3), (3, 4))
    found = layers(
        Call(product, "block.0.q", "q"),
        Call(product, "block.0.q", "q@1"),
        Call(product, "block.0", "block"),
        Call(node("_int_mm", (2, 3), (3, 4)), "block.0", "block"),
        Call(product),
        Call(product),
    )
    assert [layer.name for layer in found] == [
        "block.0.q",
        "block.0.q#2",
        "block.0.mm",
        "block.0.int_mm",
        "mm",
        "mm#2",
    ]


WRONG = {
    "three dimensions": (node("conv3d", (1, 3, 9, 9, 9), (4, 3, 3, 3, 3)), "M408", "3 spatial dimensions"),
    "pooling in three": (node("max_pool3d", (1, 3, 9, 9, 9), kernel_size=(2,)), "M408", "3 spatial"),
    "channels": (node("conv2d", (1, 5, 9, 9), (4, 3, 3, 3)), "M407", "5 channels, 1 groups"),
    "channels, transposed": (node("conv_transpose2d", (1, 5, 9, 9), (4, 3, 3, 3)), "M407", "5 channels"),
    "rank of the input": (node("conv2d", (9, 9), (4, 3, 3, 3)), "M407", "an input of shape (9, 9)"),
    "numbers": (
        node("conv2d", (1, 3, 9, 9), (4, 3, 3, 3), stride=(1, 1, 1)),
        "M407",
        "stride has 3 numbers for 2",
    ),
    "depth": (node("mm", (2, 3), (4, 5)), "M407", "cannot be multiplied"),
    "contraction": (node("inner", (2, 3), (4, 5)), "M407", "cannot be contracted"),
    "empty": (node("mm", (0, 3), (3, 5)), "M407", "M is 0"),
    "expression": (node("mm", ("2*s0", 3), (3, 5)), "M405", "known only as 2*s0 x 3"),
    "no tensor": (node("mm", (2, 3)), "M405", "input 1 is missing"),
    "heads": (node("scaled_dot_product_attention", *[(1, 3, 5, 8), *[(1, 2, 5, 8)] * 2]), "M407", "3 query"),
    "vectors": (node("scaled_dot_product_attention", (8,), (8,), (8,)), "M407", "queries of shape (8,)"),
    "width": (node("_native_multi_head_attention", *[(1, 5, 9)] * 3, num_head=4), "M407", "num_head = 4"),
    "weights of a recurrence": (
        node("gru", (5, 2, 8), (1, 2, 4), (12, 8), num_layers=1, batch_first=0, bidirectional=1),
        "M407",
        "and 1 weights",
    ),
    "sizes of a recurrence": (
        node("gru", (5, 2, 8), (1, 2, 4), (12, 8), (9, 4), num_layers=1, batch_first=0),
        "M407",
        "weights of shapes (12, 8) and (9, 4)",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_node(name):
    given_node, code, said = WRONG[name]
    with pytest.raises(MaestroError) as caught:
        layers(Call(given_node, "block.a"), Call(given_node, "block.b"))
    found = caught.value.diagnostics
    assert [entry.code for entry in found] == [code, code]
    assert all(said in entry.message for entry in found), found
    assert [entry.message.split("node ")[1][:9] for entry in found] == ["'block.a'", "'block.b'"]


@given(st.data())
def test_no_shapes_are_more_than_an_error(data):
    """Every operator, with inputs of any rank and size."""
    domain, operator = data.draw(st.sampled_from(sorted(COSTED)))
    extents = st.one_of(st.integers(0, 4), st.just("s0"))
    shapes = data.draw(st.lists(st.lists(extents, max_size=5).map(tuple), max_size=6))
    values = st.one_of(st.integers(-1, 3), st.lists(st.integers(-1, 3), max_size=3).map(tuple))
    names = "stride padding dilation groups kernel_size output_size num_layers batch_first dims_self num_head"
    attributes = data.draw(st.dictionaries(st.sampled_from(names.split()), values))
    with suppress(MaestroError):
        found = layers(node(operator, *shapes, domain=domain, **attributes))
        assert prod(macs(layer) for layer in found) > 0

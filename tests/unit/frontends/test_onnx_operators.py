"""Every operator of ONNX with MACs: layers, and MACs by the closed form."""

from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")

from onnx.helper import make_node  # noqa: E402

from maestro_py.frontends._onnx_operators import COSTED, WITH_GRAPHS  # noqa: E402
from maestro_py.frontends._onnx_without_macs import WITHOUT_MACS  # noqa: E402
from maestro_py.ir.network import Layer  # noqa: E402
from tests.unit.frontends.onnx_models import imported, macs, model, result_shape  # noqa: E402

RUNTIME = "com.microsoft"


def one(layers: tuple[Layer, ...]) -> Layer:
    (layer,) = layers
    return layer


def test_every_operator_of_the_library_is_in_one_list_or_known_to_be_left_out():
    """A new version of the library brings new operators; each needs a place."""
    known = {name for domain, name in COSTED if not domain} | WITHOUT_MACS | WITH_GRAPHS
    left_out = {"CausalConvWithState", "DFT", "DeformConv", "Det", "LinearAttention", "STFT"}
    of_library = {schema.name for schema in onnx.defs.get_all_schemas() if not schema.domain}
    assert of_library - known == left_out & of_library
    assert not {name for domain, name in COSTED if not domain} & WITHOUT_MACS


# ---- windows ------------------------------------------------------------------------------------------


def conv(shape, filters, folder, operator="Conv", **attributes) -> tuple[Layer, int]:
    """The layer of a convolution, and the MACs that follow from the library's output shape."""
    built = model([make_node(operator, ["x", "w"], ["y"], **attributes)], {"x": shape}, {"w": filters})
    layer = one(imported(built, folder).network.layers)
    return layer, prod(result_shape(built)) * prod(filters[1:])


CONVOLUTIONS = {
    "plain": ((2, 3, 32, 30), (8, 3, 3, 5), {}, "CONV"),
    "strided": ((1, 3, 224, 224), (64, 3, 7, 7), {"strides": [2, 2], "pads": [3, 3, 3, 3]}, "CONV"),
    "pointwise": ((1, 16, 8, 8), (32, 16, 1, 1), {}, "PWCONV"),
    "pointwise with stride": ((1, 16, 9, 8), (32, 16, 1, 1), {"strides": [2, 2]}, "PWCONV"),
    "dilated": ((1, 4, 20, 20), (4, 4, 3, 3), {"dilations": [2, 3]}, "CONV"),
    "grouped": ((1, 12, 10, 10), (8, 3, 3, 3), {"group": 4}, "NGCONV"),
    "grouped pointwise": ((1, 12, 10, 10), (8, 3, 1, 1), {"group": 4}, "NGCONV"),
    "depthwise": ((1, 12, 10, 10), (12, 1, 3, 3), {"group": 12, "pads": [1, 1, 1, 1]}, "DSCONV"),
    "depthwise with multiplier": ((1, 12, 10, 10), (36, 1, 3, 3), {"group": 12}, "DSCONV"),
    "one dimension": ((2, 80, 3000), (384, 80, 3), {"pads": [1, 1]}, "CONV"),
    "one dimension, strided": ((1, 8, 100), (8, 8, 5), {"strides": [3], "dilations": [2]}, "CONV"),
    "one dimension, pointwise": ((1, 8, 100), (8, 8, 1), {}, "PWCONV"),
    "same upper": ((1, 3, 224, 224), (8, 3, 3, 3), {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, "CONV"),
    "same lower": ((1, 3, 224, 225), (8, 3, 3, 2), {"auto_pad": "SAME_LOWER", "strides": [2, 2]}, "CONV"),
    "valid": ((1, 3, 15, 15), (8, 3, 3, 3), {"auto_pad": "VALID"}, "CONV"),
    "unequal sides": ((1, 3, 15, 15), (8, 3, 4, 4), {"pads": [0, 1, 2, 3], "strides": [2, 1]}, "CONV"),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution(name, tmp_path):
    shape, filters, attributes, operator = CONVOLUTIONS[name]
    layer, expected = conv(shape, filters, tmp_path, **attributes)
    assert layer.operator == operator
    assert macs(layer) == expected


def test_sizes_and_padding_of_convolutions(tmp_path):
    layer, _ = conv((1, 12, 10, 10), (36, 1, 3, 3), tmp_path, group=12, pads=[1, 0, 2, 3])
    assert layer == Layer(
        "Conv_0",
        "DSCONV",
        {"K": 3, "C": 12, "R": 3, "S": 3, "Y": 10, "X": 10},
        padding=((1, 2), (0, 3)),
    )
    layer, _ = conv((1, 12, 100), (8, 3, 5), tmp_path, group=4, pads=[1, 2], strides=[2], dilations=[3])
    assert layer == Layer(
        "Conv_0",
        "NGCONV",
        {"G": 4, "K": 2, "C": 3, "S": 5, "X": 100},
        stride=(1, 2),
        dilation=(1, 3),
        padding=((0, 0), (1, 2)),
    )
    layer, _ = conv((1, 3, 224, 224), (8, 3, 3, 3), tmp_path, auto_pad="SAME_UPPER", strides=[2, 2])
    assert layer.padding == ((0, 1), (0, 1))
    layer, _ = conv((1, 3, 224, 224), (8, 3, 3, 3), tmp_path, auto_pad="SAME_LOWER", strides=[2, 2])
    assert layer.padding == ((1, 0), (1, 0))


@st.composite
def convolutions(draw):
    """Input, filters and attributes of a convolution that has an output."""
    rank = draw(st.integers(1, 2))
    group, channels, filters = (draw(st.integers(1, 3)) for _ in range(3))
    taps, stride, dilation = ([draw(st.integers(1, most)) for _ in range(rank)] for most in (4, 3, 2))
    size = [d * (t - 1) + 1 + draw(st.integers(0, 9)) for t, d in zip(taps, dilation, strict=True)]
    attributes = {"group": group, "strides": stride, "dilations": dilation}
    mode = draw(st.sampled_from(["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]))
    if mode != "NOTSET":
        attributes["auto_pad"] = mode
    elif draw(st.booleans()):
        attributes["pads"] = [draw(st.integers(0, 3)) for _ in range(2 * rank)]
    shape = (draw(st.integers(1, 2)), group * channels, *size)
    return shape, (group * filters, channels, *taps), attributes


@settings(max_examples=150, deadline=None)
@given(convolutions())
def test_every_convolution_has_the_output_that_the_library_infers(case):
    shape, filters, attributes = case
    with TemporaryDirectory() as folder:
        layer, expected = conv(shape, filters, Path(folder), **attributes)
    assert macs(layer) == expected


TRANSPOSED = {
    "plain": ((1, 8, 7, 9), (8, 4, 3, 3), {}),
    "strided": ((2, 8, 7, 9), (8, 4, 4, 4), {"strides": [2, 2], "pads": [1, 1, 1, 1]}),
    "grouped": ((1, 8, 7, 9), (8, 4, 3, 3), {"group": 2, "strides": [2, 3]}),
    "one dimension": ((1, 8, 50), (8, 4, 4), {"strides": [2], "pads": [1, 1]}),
    "output padding": (
        (1, 8, 7, 7),
        (8, 4, 3, 3),
        {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]},
    ),
    "output shape": ((1, 8, 7, 7), (8, 4, 3, 3), {"strides": [2, 2], "output_shape": [14, 13]}),
    "same": ((1, 8, 7, 7), (8, 4, 4, 4), {"strides": [2, 2], "auto_pad": "SAME_UPPER"}),
    "dilated": ((1, 8, 7, 7), (8, 4, 3, 3), {"dilations": [2, 2], "pads": [1, 0, 2, 1]}),
}


@pytest.mark.parametrize("name", TRANSPOSED)
def test_transposed_convolution(name, tmp_path):
    """Its MACs by SEMANTICS are those of the stride-1 convolution over the stretched input."""
    shape, filters, attributes = TRANSPOSED[name]
    node = make_node("ConvTranspose", ["x", "w"], ["y"], **attributes)
    built = model([node], {"x": shape}, {"w": filters})
    layer = one(imported(built, tmp_path).network.layers)
    groups = attributes.get("group", 1)
    assert layer.operator == "TRCONV"
    assert (layer.sizes.get("G", 1), layer.sizes["K"], layer.sizes["C"]) == (groups, 4, 8 // groups)
    assert macs(layer) == prod(result_shape(built)) * (shape[1] // groups) * prod(filters[2:])


def test_outputs_that_no_input_reaches_are_not_costed(tmp_path):
    """With a stride as long as the filter, output padding adds rows that hold the bias alone."""
    node = make_node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2], output_padding=[1, 1])
    built = model([node], {"x": (1, 8, 7, 7)}, {"w": (8, 4, 2, 2)})
    assert result_shape(built) == (1, 4, 15, 15)
    assert macs(one(imported(built, tmp_path).network.layers)) == 4 * 14 * 14 * 8 * 4


@pytest.mark.parametrize(
    ("mode", "sides"), [("NOTSET", (2, 1)), ("SAME_LOWER", (2, 1)), ("SAME_UPPER", (1, 2))]
)
def test_output_shape_says_what_is_cut_off(mode, sides, tmp_path):
    node = make_node("ConvTranspose", ["x", "w"], ["y"], output_shape=[6, 6], auto_pad=mode)
    layer = one(imported(model([node], {"x": (1, 8, 7, 7)}, {"w": (8, 4, 3, 3)}), tmp_path).network.layers)
    assert layer.padding == (sides, sides)


POOLS = {
    "max": ("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}),
    "average": ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    "norm": ("LpPool", {"kernel_shape": [2, 3]}),
    "ceil": ("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}),
    "ceil, window behind": (
        "MaxPool",
        {"kernel_shape": [1, 2], "strides": [4, 4], "pads": [0, 0, 1, 1], "ceil_mode": 1},
    ),
    "same": ("AveragePool", {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"}),
    "dilated": ("MaxPool", {"kernel_shape": [3, 3], "dilations": [2, 2]}),
}


@pytest.mark.parametrize("name", POOLS)
def test_pooling(name, tmp_path):
    operator, attributes = POOLS[name]
    node = make_node(operator, ["x"], ["y"], **attributes)
    built = model([node], {"x": (2, 5, 14, 17)}, opset=22)  # the library's earlier ones round up too often
    layer = one(imported(built, tmp_path).network.layers)
    assert layer.operator == "POOL"
    assert macs(layer) == prod(result_shape(built)) * prod(attributes["kernel_shape"])


def test_rounding_up_is_padding_behind(tmp_path):
    node = make_node("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    layer = one(imported(model([node], {"x": (1, 64, 56, 57)}), tmp_path).network.layers)
    assert layer.padding == ((0, 1), (0, 0))


@pytest.mark.parametrize("operator", ["GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"])
def test_global_pooling_covers_its_input(operator, tmp_path):
    built = model([make_node(operator, ["x"], ["y"])], {"x": (2, 64, 7, 5)})
    layer = one(imported(built, tmp_path).network.layers)
    assert layer.sizes == {"N": 2, "C": 64, "R": 7, "S": 5, "Y": 7, "X": 5}
    assert macs(layer) == 2 * 64 * 35


# ---- products -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("second", [0, 1])
def test_gemm(first, second, tmp_path):
    left, right = (8, 32) if not first else (32, 8), (32, 10) if not second else (10, 32)
    node = make_node("Gemm", ["x", "w", "b"], ["y"], transA=first, transB=second)
    layers = imported(model([node], {"x": left}, {"w": right, "b": (10,)}), tmp_path).network.layers
    assert layers == (Layer("Gemm_0", "GEMM", {"M": 8, "N": 10, "K": 32}),)


PRODUCTS = {
    "matrices": ((4, 8), (8, 16), {"M": 4, "N": 16, "K": 8}),
    "vectors": ((8,), (8,), {"K": 8}),
    "vector first": ((8,), (8, 16), {"N": 16, "K": 8}),
    "vector second": ((3, 4, 8), (8,), {"M": 12, "K": 8}),
    "weights without a batch": ((2, 3, 4, 8), (8, 16), {"M": 24, "N": 16, "K": 8}),
    "weights with a batch of one": ((2, 3, 4, 8), (1, 1, 8, 16), {"M": 24, "N": 16, "K": 8}),
    "batched": ((2, 3, 4, 8), (2, 3, 8, 16), {"G": 6, "M": 4, "N": 16, "K": 8}),
    "second shared along an axis": ((2, 3, 4, 8), (1, 3, 8, 16), {"G": 3, "M": 8, "N": 16, "K": 8}),
    "first shared": ((4, 8), (5, 8, 16), {"G": 5, "M": 4, "N": 16, "K": 8}),
    "shared both ways": ((2, 1, 4, 8), (3, 8, 16), {"G": 3, "M": 8, "N": 16, "K": 8}),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_matmul(name, tmp_path):
    left, right, sizes = PRODUCTS[name]
    built = model([make_node("MatMul", ["a", "b"], ["y"])], {"a": left, "b": right})
    layer = one(imported(built, tmp_path).network.layers)
    assert layer == Layer("MatMul_0", "BMM" if "G" in sizes else "GEMM", sizes)
    assert macs(layer) == prod(result_shape(built)) * left[-1]


def test_constant_first_operand_is_the_weights(tmp_path):
    built = model([make_node("MatMul", ["w", "x"], ["y"])], {"x": (5, 8, 16)}, {"w": (4, 8)})
    assert one(imported(built, tmp_path).network.layers).sizes == {"M": 80, "N": 4, "K": 8}


def test_what_is_computed_from_weights_is_weights(tmp_path):
    nodes = [
        make_node("Cast", ["w"], ["c"], to=1),
        make_node("Transpose", ["c"], ["t"], perm=[1, 0]),
        make_node("MatMul", ["t", "x"], ["y"]),
    ]
    built = model(nodes, {"x": (5, 8, 16)}, {"w": (8, 4)})
    assert one(imported(built, tmp_path).network.layers).sizes == {"M": 80, "N": 4, "K": 8}


EINSUMS = {
    "bhqd,bhkd->bhqk": ((2, 12, 5, 64), (2, 12, 7, 64), {"G": 24, "M": 5, "N": 7, "K": 64}),
    "bhqk,bhkd->bhqd": ((2, 12, 5, 7), (2, 12, 7, 64), {"G": 24, "M": 5, "N": 64, "K": 7}),
    "bsd,dhe->bshe": ((2, 5, 8), (8, 4, 3), {"M": 10, "N": 12, "K": 8}),
    "ij,jk": ((4, 8), (8, 16), {"M": 4, "N": 16, "K": 8}),
    "...ij,...jk->...ik": ((2, 3, 4, 8), (3, 8, 16), {"G": 3, "M": 8, "N": 16, "K": 8}),
    "...d,...d->...": ((4, 8), (4, 8), {"G": 4, "K": 8}),
    "i,j->ij": ((4,), (8,), {"M": 4, "N": 8}),
    "bij,bjk->ik": ((2, 4, 8), (2, 8, 16), {"M": 4, "N": 16, "K": 16}),
    "bij,jk->ik": ((2, 4, 8), (8, 16), {"M": 4, "N": 16, "K": 8}),
}


@pytest.mark.parametrize("equation", EINSUMS)
def test_einsum(equation, tmp_path):
    left, right, sizes = EINSUMS[equation]
    built = model([make_node("Einsum", ["a", "b"], ["y"], equation=equation)], {"a": left, "b": right})
    layer = one(imported(built, tmp_path).network.layers)
    assert layer == Layer("Einsum_0", "BMM" if "G" in sizes else "GEMM", sizes)


def test_quantised_operators_cost_what_their_float_forms_do(tmp_path):
    scale = {"s": (), "z": ()}
    nodes = [
        make_node("QLinearConv", ["x", "s", "z", "w", "s", "z", "s", "z"], ["a"], pads=[1, 1, 1, 1]),
        make_node("ConvInteger", ["x", "w"], ["b"], strides=[2, 2]),
        make_node("QLinearMatMul", ["m", "s", "z", "n", "s", "z", "s", "z"], ["c"]),
        make_node("MatMulInteger", ["m", "n"], ["d"]),
    ]
    built = model(nodes, {"x": (1, 3, 9, 9), "m": (4, 8)}, {"w": (8, 3, 3, 3), "n": (8, 16), **scale})
    layers = imported(built, tmp_path).network.layers
    assert [layer.operator for layer in layers] == ["CONV", "CONV", "GEMM", "GEMM"]
    assert [macs(layer) for layer in layers] == [81 * 8 * 27, 16 * 8 * 27, 512, 512]


# ---- recurrence and attention -------------------------------------------------------------------------


@pytest.mark.parametrize(("operator", "gates"), [("LSTM", 4), ("GRU", 3), ("RNN", 1)])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("layout", [0, 1])
def test_recurrence(operator, gates, directions, layout, tmp_path):
    steps, batch, width, hidden = 50, 2, 24, 16
    node = make_node(
        operator,
        ["x", "w", "r"],
        ["y"],
        name="rnn",
        hidden_size=hidden,
        direction="bidirectional" if directions == 2 else "forward",
        layout=layout,
    )
    constants = {
        "w": (directions, gates * hidden, width),
        "r": (directions, gates * hidden, hidden),
    }
    shape = (batch, steps, width) if layout else (steps, batch, width)
    layers = imported(model([node], {"x": shape}, constants), tmp_path).network.layers
    prefixes = ["rnn"] if directions == 1 else ["rnn.forward", "rnn.backward"]
    assert layers == tuple(
        layer
        for prefix in prefixes
        for layer in (
            Layer(f"{prefix}.input", "GEMM", {"M": 100, "N": gates * hidden, "K": width}),
            Layer(f"{prefix}.recurrent", "GEMM", {"M": 2, "N": gates * hidden, "K": hidden}, repeat=steps),
        )
    )
    per_step = batch * gates * hidden * (width + hidden)
    assert sum(map(macs, layers)) == directions * steps * per_step


def test_attention_with_shared_keys_and_a_past(tmp_path):
    """Llama-3-8B's decode step: 32 query heads, 8 of keys, 2048 tokens before."""
    node = make_node(
        "Attention",
        ["q", "k", "v", "", "pk", "pv"],
        ["y", "a", "b"],
        q_num_heads=32,
        kv_num_heads=8,
        name="a",
    )
    past = (1, 8, 2048, 128)
    inputs = {"q": (1, 1, 4096), "k": (1, 1, 1024), "v": (1, 1, 1024), "pk": past, "pv": past}
    layers = imported(model([node], inputs, opset=23), tmp_path).network.layers
    assert layers == (
        Layer("a.qk", "BMM", {"G": 8, "M": 4, "N": 2049, "K": 128}),
        Layer("a.av", "BMM", {"G": 8, "M": 4, "N": 128, "K": 2049}),
    )
    assert sum(map(macs, layers)) == 2 * 32 * 2049 * 128


def test_attention_of_heads_apart(tmp_path):
    node = make_node("Attention", ["q", "k", "v"], ["y"])
    inputs = {"q": (2, 12, 5, 64), "k": (2, 12, 7, 64), "v": (2, 12, 7, 32)}
    layers = imported(model([node], inputs, opset=23), tmp_path).network.layers
    assert [macs(layer) for layer in layers] == [24 * 5 * 7 * 64, 24 * 5 * 7 * 32]


def test_attention_of_onnx_runtime_has_its_projection(tmp_path):
    node = make_node("Attention", ["x", "w", "b"], ["y"], num_heads=12, domain=RUNTIME, name="a")
    built = model([node], {"x": (1, 128, 768)}, {"w": (768, 2304), "b": (2304,)})
    layers = imported(built, tmp_path).network.layers
    assert [layer.name for layer in layers] == ["a.qkv", "a.qk", "a.av"]
    assert [macs(layer) for layer in layers] == [128 * 768 * 2304, 128 * 128 * 768, 128 * 128 * 768]


@pytest.mark.parametrize(
    ("operator", "shapes", "attributes", "expected"),
    [
        ("MultiHeadAttention", [(2, 5, 768), (2, 7, 768), (2, 7, 768)], {}, (24, 5, 7, 64)),
        ("MultiHeadAttention", [(2, 5, 12, 3, 64)], {}, (24, 5, 5, 64)),
        ("MultiHeadAttention", [(2, 5, 768), (2, 7, 12, 2, 64)], {}, (24, 5, 7, 64)),
        ("MultiHeadAttention", [(2, 5, 768), (2, 12, 7, 64), (2, 12, 7, 64)], {}, (24, 5, 7, 64)),
        ("GroupQueryAttention", [(1, 5, 768), (1, 5, 256), (1, 5, 256)], {"kv_num_heads": 4}, (4, 15, 5, 64)),
        ("GroupQueryAttention", [(1, 5, 1280)], {"kv_num_heads": 4}, (4, 15, 5, 64)),
    ],
)
def test_attention_of_onnx_runtime_without_projection(operator, shapes, attributes, expected, tmp_path):
    node = make_node(
        operator, [f"x{i}" for i in range(len(shapes))], ["y"], num_heads=12, domain=RUNTIME, **attributes
    )
    built = model([node], {f"x{i}": shape for i, shape in enumerate(shapes)})
    first, second = imported(built, tmp_path).network.layers
    groups, rows, keys, head = expected
    assert first.sizes == {"G": groups, "M": rows, "N": keys, "K": head}
    assert second.sizes == {"G": groups, "M": rows, "N": head, "K": keys}


def test_shapes_are_known_behind_operators_of_onnx_runtime(tmp_path):
    """A chain of operators that the library cannot infer; a product reads the last."""

    def chain(operator: str, *inputs: str, **attributes: object) -> None:
        before = nodes[-1].output[0] if nodes else "x"
        taken = [before if name == "." else name for name in inputs]
        nodes.append(make_node(operator, taken, [f"t{len(nodes)}"], domain=RUNTIME, **attributes))

    nodes: list[onnx.NodeProto] = []
    chain("SkipLayerNormalization", ".", "x", "g")
    chain("Attention", ".", "qkv", "b", num_heads=4)
    chain("BiasGelu", ".", "b")
    chain("FusedMatMul", ".", "turned", transB=1)
    chain("MatMulNBits", ".", "packed", "b", K=24, N=40)
    chain("GroupQueryAttention", ".", num_heads=3, kv_num_heads=1)
    chain("QLinearAdd", ".", "s", "s", ".", "s", "s", "s", "s")
    chain("DynamicQuantizeMatMul", ".", "last", "s")
    constants = {
        "g": (32,),
        "qkv": (32, 96),
        "b": (96,),
        "turned": (24, 32),
        "packed": (40, 1, 12),
        "s": (),
        "last": (24, 8),
    }
    layers = imported(model(nodes, {"x": (1, 7, 32)}, constants), tmp_path).network.layers
    assert [macs(layer) for layer in layers] == [
        *(7 * 32 * 96, 7 * 7 * 32, 7 * 7 * 32),
        7 * 32 * 24,
        7 * 24 * 40,
        *(3 * 7 * 7 * 8, 3 * 7 * 7 * 8),
        7 * 24,  # additions
        7 * 24 * 8,
    ]


# ---- sums ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((7,), {"C": 7}),
        ((2, 5), {"N": 2, "C": 5}),
        ((2, 7, 5), {"N": 2, "C": 5, "Y": 7}),
        ((2, 3, 4, 5), {"N": 2, "C": 3, "Y": 4, "X": 5}),
    ],
)
def test_sums_of_activations_are_layers(shape, sizes, tmp_path):
    nodes = [
        make_node("Relu", ["x"], ["a"]),
        make_node("Add", ["a", "x"], ["b"], name="block/Add"),
        make_node("Sum", ["a", "b", "x"], ["y"], name="block/Sum"),
    ]
    found = imported(model(nodes, {"x": shape}), tmp_path)
    assert [layer.name for layer in found.network.layers] == ["block/Add", "block/Sum", "block/Sum#2"]
    assert {layer.operator for layer in found.network.layers} == {"ADD"}
    assert all(layer.sizes == sizes and macs(layer) == prod(shape) for layer in found.network.layers)
    assert found.not_costed == {"Relu": 1}


def test_other_sums_are_counted_and_make_no_layer(tmp_path):
    """Of weights, of what is broadcast or of five dimensions; of positions, which follow from shapes."""
    nodes = [
        make_node("MatMul", ["x", "w"], ["a"]),
        make_node("Add", ["a", "b"], ["biased"]),
        make_node("Add", ["biased", "row"], ["broadcast"]),
        make_node("Sum", ["broadcast"], ["alone"]),
        make_node("Shape", ["alone"], ["extents"]),
        make_node("Expand", ["b", "extents"], ["positions"]),
        make_node("Add", ["alone", "positions"], ["placed"]),
        make_node("Add", ["extents", "extents"], ["twice"]),
        make_node("Add", ["deep", "deep"], ["deeper"]),
        make_node("Identity", ["placed"], ["y"]),
    ]
    inputs = {"x": (4, 8), "row": (1, 6), "deep": (1, 1, 2, 2, 2)}
    found = imported(model(nodes, inputs, {"w": (8, 6), "b": (6,)}), tmp_path)
    assert [layer.operator for layer in found.network.layers] == ["GEMM"]
    assert found.not_costed == {"Add": 5, "Expand": 1, "Identity": 1, "Shape": 1, "Sum": 1}
    assert found.note.startswith("Not costed: Add 5, ")


# ---- versions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("opset", [11, 13, 15, 17, 19, 21, onnx.defs.onnx_opset_version()])
def test_every_opset_is_read(opset, tmp_path):
    nodes = [
        make_node("Conv", ["x", "w"], ["a"]),
        make_node("MaxPool", ["a"], ["b"], kernel_shape=[2, 2], ceil_mode=1),
        make_node("Flatten", ["b"], ["c"]),
        make_node("Gemm", ["c", "v"], ["y"], transB=1),
    ]
    built = model(nodes, {"x": (1, 3, 8, 8)}, {"w": (4, 3, 3, 3), "v": (10, 100)}, opset=opset)
    found = imported(built, tmp_path)
    assert [macs(layer) for layer in found.network.layers] == [36 * 4 * 27, 100 * 4, 1000]
    assert found.not_costed == {"Flatten": 1}

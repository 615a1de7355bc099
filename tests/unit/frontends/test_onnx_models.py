"""Whole ONNX models: names, dimensions, what is not costed, and the way back from the written text."""

import time

import pytest

onnx = pytest.importorskip("onnx")

import numpy as np  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.helper import make_node  # noqa: E402

from maestro_py import frontends  # noqa: E402
from maestro_py.errors import SemanticError  # noqa: E402
from maestro_py.ir.lower import lower  # noqa: E402
from maestro_py.ir.write import network_text  # noqa: E402
from maestro_py.syntax.parser import parse  # noqa: E402
from tests.unit.frontends.onnx_models import imported, macs, model, weights  # noqa: E402


def residual_network(blocks: int) -> tuple[onnx.ModelProto, int]:
    """A ResNet of bottleneck blocks as an exporter writes it, and its MACs without pooling and additions."""
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, tuple[int, ...]] = {}
    total = 0

    def conv(data: str, channels: int, filters: int, taps: int, stride: int, size: int) -> str:
        nonlocal total
        name = f"/layer{len(nodes)}/Conv"
        constants[f"{name}.w"] = (filters, channels, taps, taps)
        pads = [taps // 2] * 4
        attributes = {"kernel_shape": [taps, taps], "strides": [stride, stride], "pads": pads}
        nodes.append(make_node("Conv", [data, f"{name}.w"], [f"{name}.y"], name=name, **attributes))
        total += (size // stride) ** 2 * channels * filters * taps * taps
        return f"{name}.y"

    def relu(data: str) -> str:
        nodes.append(make_node("Relu", [data], [f"{data}.relu"], name=f"{data}/Relu"))
        return f"{data}.relu"

    data = relu(conv("x", 3, 64, 7, 2, 224))
    nodes.append(
        make_node("MaxPool", [data], ["pooled"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    )
    data, channels, size = "pooled", 64, 56
    for block in range(blocks):
        stride = 2 if block and block % 11 == 0 else 1
        width = 64 * stride if block == 0 else channels // 4 * stride
        inner = relu(conv(data, channels, width, 1, 1, size))
        inner = relu(conv(inner, width, width, 3, stride, size))
        inner = conv(inner, width, 4 * width, 1, 1, size // stride)
        if channels != 4 * width or stride > 1:
            data = conv(data, channels, 4 * width, 1, stride, size)
        size, channels = size // stride, 4 * width
        nodes.append(make_node("Add", [inner, data], [f"sum{block}"]))
        data = relu(f"sum{block}")
    nodes.append(make_node("GlobalAveragePool", [data], ["gap"]))
    nodes.append(make_node("Flatten", ["gap"], ["flat"]))
    constants["fc.w"], constants["fc.b"] = (1000, channels), (1000,)
    nodes.append(make_node("Gemm", ["flat", "fc.w", "fc.b"], ["y"], transB=1, name="/fc/Gemm"))
    return model(nodes, {"x": ("batch", 3, 224, 224)}, constants), total + 1000 * channels


def test_three_hundred_nodes_survive_writing_and_parsing(tmp_path):
    built, total = residual_network(42)
    assert len(built.graph.node) >= 300
    started = time.process_time()
    found = imported(built, tmp_path, batch=1)
    assert time.process_time() - started < 2
    layers = found.network.layers
    assert sum(macs(layer) for layer in layers if layer.operator not in ("POOL", "ADD")) == total
    assert len([layer for layer in layers if layer.operator == "ADD"]) == 42
    program = lower(parse(network_text(found.network, {"Title": "t"})))
    assert program.networks == (found.network,)
    assert program.warnings == ()
    assert found.not_costed == {"Flatten": 1, "Relu": 127}
    assert layers[0].name == "/layer0/Conv"
    assert layers[-1].name == "/fc/Gemm"


def test_the_batch_multiplies_macs(tmp_path):
    built, _ = residual_network(1)
    assert sum(map(macs, imported(built, tmp_path, batch=3).network.layers)) == 3 * sum(
        map(macs, imported(built, tmp_path, batch=1).network.layers)
    )


def test_names_are_unique_and_printable(tmp_path):
    names = ["fc", "fc", "", "fc#2", "a\nb", " "]
    nodes = [make_node("MatMul", [f"t{i}", "w"], [f"t{i + 1}"], name=name) for i, name in enumerate(names)]
    layers = imported(model(nodes, {"t0": (4, 8)}, {"w": (8, 8)}), tmp_path).network.layers
    assert [layer.name for layer in layers] == ["fc", "fc#2", "MatMul_2", "fc#2#2", "a_b", "MatMul_5"]


def test_the_network_is_called_after_its_file(tmp_path):
    built = model([make_node("MatMul", ["x", "w"], ["y"])], {"x": (4, 8)}, {"w": (8, 8)})
    assert imported(built, tmp_path).network.name == "net"


def test_what_is_not_known_is_named_once_with_its_count(tmp_path):
    nodes = [
        make_node("MatMul", ["x", "w"], ["a"]),
        make_node("Mystery", ["a"], ["b"], domain="acme"),
        make_node("Mystery", ["a"], ["c"], domain="acme"),
        make_node("Det", ["a"], ["d"]),
        make_node("Einsum", ["a"], ["e"], equation="ij->ji"),
        make_node("Einsum", ["a", "x", "x"], ["f"], equation="ij,ij,ij->"),
        make_node("Relu", ["a"], ["g"]),
    ]
    found = imported(model(nodes, {"x": (8, 8)}, {"w": (8, 8)}), tmp_path)
    assert [warning.message for warning in found.warnings] == [
        "Det (1 time) is not costed: the operator is not known",
        "Einsum (1 time) is not costed: of 1 operand; two are costed",
        "Einsum (1 time) is not costed: of 3 operands; two are costed",
        "acme::Mystery (2 times) is not costed: the operator is not known",
    ]
    assert {warning.code for warning in found.warnings} == {"M451"}
    assert found.not_costed == {"Relu": 1}
    assert found.note == "Not costed: Relu 1."


def test_branches_and_loops_are_a_warning(tmp_path):
    def branch(name: str, *nodes: onnx.NodeProto) -> onnx.GraphProto:
        result = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, (4, 8))
        return helper.make_graph(nodes, name, [], [result])

    inner = make_node(
        "If",
        ["condition"],
        ["p"],
        then_branch=branch("c", make_node("MatMul", ["x", "w"], ["p1"])),
        else_branch=branch("d", make_node("Relu", ["x"], ["p2"])),
    )
    outer = make_node(
        "If",
        ["condition"],
        ["y"],
        then_branch=branch("a", make_node("MatMul", ["x", "w"], ["q1"]), inner),
        else_branch=branch("b", make_node("Identity", ["x"], ["q2"])),
    )
    nodes = [make_node("MatMul", ["x", "w"], ["a"]), outer]
    built = model(nodes, {"x": (4, 8), "condition": ()}, {"w": (8, 8)})
    found = imported(built, tmp_path)
    (warning,) = found.warnings
    assert warning.code == "M452"
    assert warning.message == "what If nodes hold is not costed, nobody knows how often it runs: MatMul 2"
    assert found.not_costed == {"If": 1}
    assert len(found.network.layers) == 1


def test_functions_of_the_model_are_costed_where_they_are_called(tmp_path):
    body = [make_node("MatMul", ["a", "b"], ["t"], name="inner"), make_node("Relu", ["t"], ["c"])]
    function = helper.make_function("own", "Linear", ["a", "b"], ["c"], body, [helper.make_opsetid("", 20)])
    nodes = [
        make_node("Linear", ["x", "w"], ["y"], domain="own"),
        make_node("Linear", ["y", "w"], ["z"], domain="own"),
    ]
    built = model(nodes, {"x": (4, 8)}, {"w": (8, 8)}, functions=[function])
    built.opset_import.append(helper.make_opsetid("own", 1))
    found = imported(built, tmp_path)
    assert [macs(layer) for layer in found.network.layers] == [256, 256]
    assert len({layer.name for layer in found.network.layers}) == 2
    assert found.warnings == ()


def test_nodes_in_another_order_are_sorted_and_keep_their_names(tmp_path):
    nodes = [
        make_node("MatMul", ["b", "w"], ["y"]),
        make_node("MatMul", ["x", "v"], ["a"]),
        make_node("Relu", ["a"], ["b"]),
    ]
    built = model(nodes, {"x": (4, 8)}, {"v": (8, 16), "w": (16, 2)})
    layers = imported(built, tmp_path).network.layers
    assert [(layer.name, macs(layer)) for layer in layers] == [("MatMul_1", 512), ("MatMul_0", 128)]


def test_weights_that_claim_two_gigabytes_are_never_read(tmp_path):
    built = model([make_node("MatMul", ["x", "w"], ["y"])], {"x": (1, 16384)}, {"w": (16384, 65536)})
    assert sum(int(entry.value) for entry in built.graph.initializer[0].external_data[1:]) >= 2**31
    layers = imported(built, tmp_path).network.layers
    assert [macs(layer) for layer in layers] == [2**30]
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]


def test_large_constants_are_weights_wherever_they_stand(tmp_path):
    """As an initialiser that is an input too, as a node, and without its data."""
    value = numpy_helper.from_array(np.zeros((64, 64), np.float32))
    nodes = [
        make_node("Constant", [], ["c"], value=value),
        make_node("MatMul", ["c", "x"], ["a"]),
        make_node("MatMul", ["w", "a"], ["y"]),
    ]
    built = model(nodes, {"x": (2, 64, 8), "w": (64, 64)}, {"w": (64, 64)})
    found = imported(built, tmp_path)
    assert [layer.sizes for layer in found.network.layers] == [{"M": 16, "N": 64, "K": 64}] * 2


def test_shapes_that_are_computed_are_followed(tmp_path):
    """View to heads as exporters write it: Shape, Gather, Concat, Reshape."""

    def integers(name: str, *values: int, shape: tuple[int, ...] = (1,)) -> onnx.TensorProto:
        return helper.make_tensor(name, TensorProto.INT64, shape, values)

    nodes = [
        make_node("Shape", ["x"], ["shape"]),
        make_node("Gather", ["shape", "zero"], ["batch"]),
        make_node("Unsqueeze", ["batch", "axis"], ["first"]),
        make_node("Concat", ["first", "rest"], ["wanted"], axis=0),
        make_node("Reshape", ["x", "wanted"], ["heads"]),
        make_node("Transpose", ["heads"], ["q"], perm=[0, 2, 1, 3]),
        make_node("Transpose", ["heads"], ["k"], perm=[0, 2, 3, 1]),
        make_node("MatMul", ["q", "k"], ["y"], name="scores"),
    ]
    constants = [integers("zero", 0, shape=()), integers("axis", 0), integers("rest", -1, 12, 64, shape=(3,))]
    built = model(nodes, {"x": ("batch", "length", 768)}, initializers=constants)
    (layer,) = imported(built, tmp_path, batch=2, length=128).network.layers
    assert layer.operator == "BMM"
    assert layer.sizes == {"G": 24, "M": 128, "N": 128, "K": 64}


def test_a_dimension_without_a_name_is_called_by_its_place(tmp_path):
    built = model([make_node("MatMul", ["x", "w"], ["y"])], {"x": (None, 8)}, {"w": (8, 8)})
    path = tmp_path / "net.onnx"
    path.write_bytes(built.SerializeToString())
    assert frontends.read(path, {"x.0": 5}).network.layers[0].sizes["M"] == 5


def test_a_symbol_of_an_intermediate_result_may_be_given(tmp_path):
    """What the library cannot infer may stand in the file as a name."""
    nodes = [
        make_node("Mystery", ["x"], ["a"], domain="acme"),
        make_node("MatMul", ["a", "w"], ["y"]),
    ]
    built = model(nodes, {"x": (4, 8)}, {"w": (8, 8)})
    built.graph.value_info.append(helper.make_tensor_value_info("a", TensorProto.FLOAT, ("found", 8)))
    assert imported(built, tmp_path, found=6).network.layers[0].sizes == {"M": 6, "N": 8, "K": 8}


def test_a_file_without_a_suffix_is_known_by_its_first_bytes(tmp_path):
    built = model([make_node("MatMul", ["x", "w"], ["y"])], {"x": (4, 8)}, {"w": (8, 8)})
    path = tmp_path / "download"
    path.write_bytes(built.SerializeToString())
    found = frontends.find(path)
    assert found is not None
    assert found.name == "onnx"


def test_small_external_data_are_not_read_either(tmp_path):
    """The shape of a Reshape in a file that is missing: what follows has no known shape."""
    shape = weights("shape", (2,))
    shape.data_type = TensorProto.INT64
    nodes = [
        make_node("Reshape", ["x", "shape"], ["a"]),
        make_node("MatMul", ["a", "w"], ["y"], name="fc"),
    ]
    built = model(nodes, {"x": (4, 8)}, {"w": (8, 8)}, initializers=[shape])
    with pytest.raises(SemanticError, match=r"node 'fc' \(MatMul\): the shape of 'a'"):
        imported(built, tmp_path)

"""Small ONNX models for tests, built node by node."""

from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from maestro_py import frontends
from maestro_py.frontends import Imported
from maestro_py.ir import operators
from maestro_py.ir.network import Layer

Shape = tuple[int | str | None, ...]


def weights(name: str, shape: Iterable[int]) -> onnx.TensorProto:
    """An initialiser whose data lie in another file, which does not exist."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=list(shape))
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="missing.bin")
    tensor.external_data.add(key="length", value=str(4 * prod(tensor.dims)))
    return tensor


def model(
    nodes: Iterable[onnx.NodeProto],
    inputs: Mapping[str, Shape | None],
    constants: Mapping[str, tuple[int, ...]] | None = None,
    opset: int = 20,
    initializers: Iterable[onnx.TensorProto] = (),
    **more: object,
) -> onnx.ModelProto:
    """A model whose constants have no data; results are those that no node reads."""
    nodes = list(nodes)
    read = {name for node in nodes for name in node.input}
    results = [name for node in nodes for name in node.output if name and name not in read]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in results],
        [*(weights(name, shape) for name, shape in (constants or {}).items()), *initializers],
    )
    imports = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=imports, **more)


def imported(built: onnx.ModelProto, folder: Path, **dims: int) -> Imported:
    """What the frontend makes of a model."""
    path = folder / "net.onnx"
    path.write_bytes(built.SerializeToString())
    return frontends.read(path, dims)


def macs(layer: Layer) -> int:
    """MACs of a layer in all its repetitions."""
    return operators.get(layer.operator).problem(layer).macs * layer.repeat


def result_shape(built: onnx.ModelProto) -> tuple[int, ...]:
    """Shape of the first result by the library."""
    inferred = onnx.shape_inference.infer_shapes(built)
    return tuple(dim.dim_value for dim in inferred.graph.output[0].type.tensor_type.shape.dim)

"""ONNX models: shapes only, by the ONNX library.

Turns a model into a network. Weights are never needed: data of initialisers that are larger than a shape is
dropped, files of external data are not opened. Symbolic dimensions are replaced first, then the library
infers shapes, then every node with MACs becomes layers (``_onnx_nodes``). Functions of the model are put
in their callers' places. Nodes keep their names.

Codes: M402 no ONNX model, M403 dimension without a size, M404 no such dimension, M405 shape not known, M407
and M408 a node that makes no layer, M409 cyclic graph, M410 library missing, M451 and M452 not costed.

Non-goals: no values (but those that shapes follow from), no check of the model beyond what costs need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_py.errors import InputError, SemanticError, did_you_mean
from maestro_py.frontends import Frontend, Imported, Options, read_bytes
from maestro_py.frontends._collect import Collector
from maestro_py.frontends._graph import UNKNOWN, Attribute, Node, Tensor, in_order
from maestro_py.frontends._onnx_nodes import convert, costed_inside
from maestro_py.frontends._onnx_operators import COSTED, RUNTIME
from maestro_py.frontends._onnx_stand_ins import stand_ins
from maestro_py.frontends._text import first_line
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    import onnx

    from maestro_py.frontends._onnx_values import Array

LARGEST_FILE = 2**31
"""Bytes that protobuf can read."""

LARGEST_SHAPE_DATA = 1024
"""Elements of initialisers that are kept, for shapes may follow from them."""

_VERSION_FIELD = 0x08  # the first byte of a model: field 1, the version of the format
_NEXT_FIELDS = (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42)


def _recognises(head: bytes) -> bool:
    return len(head) > 2 and head[0] == _VERSION_FIELD and head[1] < 64 and head[2] in _NEXT_FIELDS


def read(path: Path, options: Options) -> Imported:
    """Return the network of an ONNX model.

    Raises
    ------
    InputError
        M001 the file cannot be read, M410 the library is missing.
    SemanticError
        What is wrong with the model, all of it.
    """
    model = _inlined(_load(path), path)
    if any(isinstance(text, bytes) for text in _words(model.graph)):
        raise _broken(path, "a name in it is not UTF-8 text")
    collector = Collector(path)
    graph = model.graph
    for index, proto in enumerate(graph.node):
        proto.name = proto.name.strip() or f"{proto.op_type}_{index}"
    weights = _drop_data(graph)
    _set_dimensions(model, weights, options.dims, collector)
    collector.raise_errors()
    nodes = _sort(graph, list(_plain(graph, weights)), weights, collector)
    collector.raise_errors()
    nodes = _infer(model, nodes, weights, path)
    while _lack_shapes(nodes) and _fold(graph, nodes):
        nodes = _infer(model, nodes, weights, path)
    for node, proto in zip(nodes, graph.node, strict=True):
        convert(node, costed_inside(proto), collector)
    return collector.finish()


# ---- file ---------------------------------------------------------------------------------------------


def _library() -> Any:
    try:
        import onnx
    except ImportError as error:
        message = f"reading ONNX models needs the library onnx: {error}"
        raise InputError([diagnostic("M410", message, None, 'pip install "maestro-py[onnx]"')]) from error
    return onnx


def _load(path: Path) -> onnx.ModelProto:
    read_bytes(path, 1)
    library = _library()
    if path.stat().st_size >= LARGEST_FILE:
        hint = "save the model with external data"
        raise _broken(path, "it is larger than the 2 GiB that an ONNX file may have", hint)
    data = read_bytes(path, LARGEST_FILE)
    if not data:
        raise _broken(path, "the file is empty")
    try:
        model: onnx.ModelProto = library.load_model_from_string(data)
    except Exception:  # noqa: BLE001  # protobuf's own, and what C++ throws
        raise _broken(path, "this is no ONNX model, or it was cut off: its bytes cannot be decoded") from None
    if not model.HasField("graph") or not model.graph.node:
        raise _broken(path, "there is no graph of operators in it")
    return model


def _words(graph: onnx.GraphProto) -> Iterator[str | bytes]:
    """Every name in a graph; the library gives bytes where one is not text."""
    for info in (*graph.input, *graph.output, *graph.value_info):
        yield info.name
        yield from (dimension.dim_param for dimension in info.type.tensor_type.shape.dim)
    for tensor in graph.initializer:
        yield tensor.name
    for sparse in graph.sparse_initializer:
        yield sparse.values.name
    for node in graph.node:
        yield from (node.name, node.op_type, node.domain, *node.input, *node.output)
        for attribute in node.attribute:
            yield attribute.name
            for inner in (attribute.g, *attribute.graphs):
                yield from _words(inner)


def _broken(path: Path, message: str, hint: str | None = None) -> SemanticError:
    return SemanticError([diagnostic("M402", f"{str(path)!r}: {message}", None, hint)])


def _inlined(model: onnx.ModelProto, path: Path) -> onnx.ModelProto:
    """Put the bodies of the model's own functions where they are called."""
    if not model.functions:
        return model
    from onnx import inliner

    try:
        return inliner.inline_local_functions(model)
    except Exception as error:  # noqa: BLE001  # the library raises what its C++ part throws
        raise _broken(path, f"its functions cannot be put in place: {first_line(error)}") from None


# ---- shapes that the file gives -----------------------------------------------------------------------


def _shape_of(info: onnx.ValueInfoProto) -> tuple[int | str, ...] | None:
    kind = info.type.tensor_type
    if not info.type.HasField("tensor_type") or not kind.HasField("shape"):
        return None
    return tuple(_extent(dimension) for dimension in kind.shape.dim)


def _extent(dimension: onnx.TensorShapeProto.Dimension) -> int | str:
    if dimension.HasField("dim_value"):
        return dimension.dim_value
    return dimension.dim_param or UNKNOWN


def _drop_data(graph: onnx.GraphProto) -> dict[str, tuple[int, ...]]:
    """Make inputs of all large constants, whose data nobody needs; return the shapes of all constants."""
    from onnx import TensorProto, helper

    shapes: dict[str, tuple[int, ...]] = {}
    inputs = {info.name for info in graph.input}

    def is_shape_data(tensor: onnx.TensorProto) -> bool:
        external = tensor.data_location == TensorProto.EXTERNAL
        count = 1
        for extent in tensor.dims:
            count *= extent
        return count <= LARGEST_SHAPE_DATA and not external

    def drop(name: str, tensor: onnx.TensorProto | onnx.SparseTensorProto, kind: int) -> None:
        shapes[name] = tuple(tensor.dims)
        if name not in inputs:
            graph.input.append(helper.make_tensor_value_info(name, kind, tuple(tensor.dims)))

    kept = []
    for tensor in graph.initializer:
        if is_shape_data(tensor):
            shapes[tensor.name] = tuple(tensor.dims)
            kept.append(tensor)
        else:
            drop(tensor.name, tensor, tensor.data_type)
    for sparse in graph.sparse_initializer:
        drop(sparse.values.name, sparse, sparse.values.data_type)
    del graph.sparse_initializer[:]
    small = [type(tensor).FromString(tensor.SerializeToString()) for tensor in kept]
    del graph.initializer[:]
    graph.initializer.extend(small)
    _drop_constants(graph, is_shape_data, drop)
    return shapes


def _drop_constants(graph: onnx.GraphProto, is_shape_data: Any, drop: Any) -> None:
    """Make inputs of the nodes that are large constants."""
    large = []
    for index, node in enumerate(graph.node):
        values = [attribute.t for attribute in node.attribute if attribute.name == "value"]
        if node.op_type == "Constant" and values and node.output and not is_shape_data(values[0]):
            drop(node.output[0], values[0], values[0].data_type)
            large.append(index)
    for index in reversed(large):
        del graph.node[index]


# ---- symbolic dimensions ------------------------------------------------------------------------------


def _set_dimensions(
    model: onnx.ModelProto, weights: Mapping[str, Any], dims: Mapping[str, int], collector: Collector
) -> None:
    """Give symbolic dimensions their sizes; remember which are missing or impossible.

    A dimension of an input without a name is called by the input and its axis, as ``x.0``.
    """
    graph = model.graph
    known: dict[str, None] = {}
    missing: dict[str, str] = {}
    inputs = [(info, info.name not in weights) for info in graph.input]
    for info, required in [*inputs, *((info, False) for info in (*graph.value_info, *graph.output))]:
        shape = _shape_of(info)
        if shape is None:
            if required and info.type.HasField("tensor_type"):
                collector.error("M405", f"input {info.name!r} has no shape", "export the model with shapes")
            continue
        for axis, extent in enumerate(shape):
            symbolic = isinstance(extent, str) and extent != UNKNOWN
            is_open = isinstance(extent, str) or extent < 1
            name = str(extent) if symbolic else f"{info.name}.{axis}"
            if not is_open or not (symbolic or required):
                continue
            known[name] = None
            if name in dims:
                info.type.tensor_type.shape.dim[axis].dim_value = dims[name]
            elif required and isinstance(extent, str):
                missing.setdefault(name, f"axis {axis} of input {info.name!r}")
            elif required and isinstance(extent, int) and extent < 0:
                hint = f"give it a size: --dim {name}=1"
                collector.error("M407", f"axis {axis} of input {info.name!r} is {extent}", hint)
    if missing:
        named = ", ".join(f"{name} ({place})" for name, place in missing.items())
        hint = "give each a size: " + " ".join(f"--dim {name}=1" for name in missing)
        collector.error("M403", f"dimensions without a size: {named}", hint)
    for name in dims:
        if name not in known:
            hint = did_you_mean(name, known, "dimensions") if known else "all its dimensions are numbers"
            collector.error("M404", f"there is no symbolic dimension {name!r}", hint)


# ---- order --------------------------------------------------------------------------------------------


def _sort(
    graph: onnx.GraphProto, nodes: list[Node], weights: Iterable[str], collector: Collector
) -> list[Node]:
    """Put nodes behind what they read; remember what keeps them from it."""
    given = {*weights, *(info.name for info in graph.input)}
    order, problems = in_order(nodes, given)
    for code, message in problems:
        collector.error(code, message)
    if order != sorted(order):
        protos = [type(proto).FromString(proto.SerializeToString()) for proto in graph.node]
        del graph.node[:]
        graph.node.extend(protos[index] for index in order)
    return [nodes[index] for index in order]


# ---- inference ----------------------------------------------------------------------------------------


def _infer(
    model: onnx.ModelProto, nodes: Iterable[Node], weights: Mapping[str, tuple[int, ...]], path: Path
) -> list[Node]:
    """Return the nodes with the shapes that the library infers."""
    from onnx import shape_inference

    try:
        inferred = shape_inference.infer_shapes(_inferable(model, nodes), data_prop=True)
    except Exception as error:  # noqa: BLE001  # the library raises what its C++ part throws
        raise _broken(path, f"shapes cannot be inferred: {first_line(error)}") from None
    shapes: dict[str, tuple[int | str, ...] | None] = dict(weights)
    for info in [*inferred.graph.value_info, *inferred.graph.output, *inferred.graph.input]:
        if shapes.get(info.name) is None:
            shapes[info.name] = _shape_of(info)

    def with_shapes(tensors: Iterable[Tensor | None]) -> tuple[Tensor | None, ...]:
        return tuple(tensor and replace(tensor, shape=shapes.get(tensor.name)) for tensor in tensors)

    return [
        replace(node, inputs=with_shapes(node.inputs), outputs=with_shapes(node.outputs)) for node in nodes
    ]


def _plain(graph: onnx.GraphProto, weights: Mapping[str, tuple[int, ...]]) -> Iterator[Node]:
    """Nodes without the library; what depends on constants and shapes alone is constant."""
    constant = set(weights)
    for proto in graph.node:
        of_shapes = proto.op_type in ("Shape", "Size")
        of_constants = all(name in constant for name in proto.input if name)
        if of_shapes or (of_constants and not proto.op_type.startswith("Random")):
            constant.update(proto.output)

        def tensors(names: Iterable[str]) -> tuple[Tensor | None, ...]:
            return tuple(
                Tensor(name, weights.get(name), name in constant) if name else None for name in names
            )

        domain = "" if proto.domain == "ai.onnx" else proto.domain
        yield Node(
            proto.name,
            proto.op_type,
            domain,
            tensors(proto.input),
            tensors(proto.output),
            _attributes(proto),
        )


def _attributes(proto: onnx.NodeProto) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for attribute in proto.attribute:
        kinds = type(attribute)
        match attribute.type:
            case kinds.INT:
                found[attribute.name] = attribute.i
            case kinds.FLOAT:
                found[attribute.name] = attribute.f
            case kinds.STRING:
                found[attribute.name] = attribute.s.decode("utf-8", errors="replace")
            case kinds.INTS:
                found[attribute.name] = tuple(attribute.ints)
            case kinds.TENSOR if (value := _value(attribute.t)) is not None:
                found[attribute.name] = tuple(value.ravel().tolist())
            case _:
                pass  # graphs, tensors and the like are read where they matter
    return found


def _inferable(model: onnx.ModelProto, nodes: Iterable[Node]) -> onnx.ModelProto:
    """Return the model with operators of ONNX in place of those that the library does not know."""
    from onnx import helper

    named = {entry.domain for entry in model.opset_import}
    missing = dict.fromkeys(node.domain for node in nodes if node.domain not in named and node.domain)
    model.opset_import.extend(helper.make_opsetid(domain, 1) for domain in missing)
    if not any(node.domain == RUNTIME or node.operator.startswith("Simplified") for node in nodes):
        return model
    changed = type(model)()
    changed.CopyFrom(model)
    graph = changed.graph
    del graph.node[:]
    for node, proto in zip(nodes, model.graph.node, strict=True):
        known = node.domain != RUNTIME and not node.operator.startswith("Simplified")
        steps, made = ([], []) if known else stand_ins(node)
        if not steps:
            graph.node.append(proto)
        for step in steps:
            made_node = helper.make_node(step.operator, step.inputs, step.outputs)
            made_node.attribute.extend(helper.make_attribute(*item) for item in step.attributes.items())
            graph.node.append(made_node)
        for tensor in made:
            shape = [extent for extent in tensor.shape or () if isinstance(extent, int)]
            graph.input.append(helper.make_tensor_value_info(tensor.name, 1, shape))
    return changed


# ---- values that shapes follow from -------------------------------------------------------------------

_NUMBERS = (1, 6, 7, 9, 11)  # element types: float, int32, int64, bool, double


def _value(tensor: onnx.TensorProto) -> Array | None:
    """Elements of a tensor of numbers; None where they are of another kind, in another file, or broken."""
    from onnx import TensorProto, numpy_helper

    if tensor.data_type not in _NUMBERS or tensor.data_location == TensorProto.EXTERNAL:
        return None
    try:
        return numpy_helper.to_array(tensor)
    except Exception:  # noqa: BLE001  # whatever the data make numpy raise; shapes then stay unknown
        return None


def _lack_shapes(nodes: Iterable[Node]) -> bool:
    """Whether a node that is costed has an input without a full shape."""
    return any(
        tensor is not None and (tensor.shape is None or any(isinstance(e, str) for e in tensor.shape))
        for node in nodes
        if (node.domain, node.operator) in COSTED
        for tensor in node.inputs
    )


def _fold(graph: onnx.GraphProto, nodes: list[Node]) -> bool:
    """Put constants in place of nodes whose values are known; say whether there are any."""
    from onnx import helper, numpy_helper

    from maestro_py.frontends._onnx_values import known_values

    constants = [(tensor.name, tensor) for tensor in graph.initializer]
    for proto in graph.node:
        if proto.op_type == "Constant":
            constants += [(proto.output[0], a.t) for a in proto.attribute if a.name == "value"]
    values = {name: _value(tensor) for name, tensor in constants}
    known = known_values(nodes, {name: value for name, value in values.items() if value is not None})
    folded = False
    for proto in graph.node:
        if proto.op_type != "Constant" and len(proto.output) == 1 and proto.output[0] in known:
            name, output = proto.name, proto.output[0]
            value = numpy_helper.from_array(known[output])
            proto.CopyFrom(helper.make_node("Constant", [], [output], name=name, value=value))
            folded = True
    return folded


FRONTEND = Frontend(
    "onnx", "ONNX model, opset 11 and later; shapes only", (".onnx",), _recognises, read, takes_dims=True
)

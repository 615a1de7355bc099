"""Stand-ins of ONNX for operators of ONNX Runtime, so that ONNX's shape inference goes on behind them.

An optimised model holds operators of the domain ``com.microsoft``, whose shapes the ONNX library does not
know. :func:`stand_ins` names operators of ONNX whose results have the same shapes; they are inferred in
their place and say nothing about cost.

Source: ContribOperators.md of ONNX Runtime.

Non-goals: no values, no types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maestro_py.frontends._graph import Attribute, Node, Tensor

_NAMES = """
    BiasAdd BiasGelu BiasSoftmax DequantizeLinear FastGelu Gelu GroupNorm GroupQueryAttention
    MultiHeadAttention QLinearLeakyRelu QLinearSigmoid QLinearSoftmax QuantizeLinear QuickGelu RotaryEmbedding
    SimplifiedLayerNormalization SkipGroupNorm SkipLayerNormalization SkipSimplifiedLayerNormalization
"""
_SAME_SHAPE = frozenset(_NAMES.split())
"""First result has the shape of the first input; so have further ones, where anyone reads them."""

_ALIKE: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "DynamicQuantizeMatMul": ("MatMul", (0, 1)),
    "EmbedLayerNormalization": ("Gather", (2, 0)),
    "FusedConv": ("Conv", (0, 1)),
    "FusedGemm": ("Gemm", (0, 1)),
    "MatMulIntegerToFloat": ("MatMul", (0, 1)),
    "QGemm": ("Gemm", (0, 3)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearMul": ("Mul", (0, 3)),
}
"""Operator -> the one of ONNX with the same first result, and which inputs it takes."""

_TRANSPOSING = ("FusedMatMul", "TransposeMatMul")
_PRODUCTS = ("MatMulNBits", "MatMulBnb4", "Attention", "QAttention")


@dataclass(frozen=True, slots=True)
class StandIn:
    """An operator of ONNX by the names of its inputs and outputs."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


def stand_ins(node: Node) -> tuple[list[StandIn], list[Tensor]]:
    """Return what stands in for an operator, and tensors to be made for it; nothing where unknown."""
    inputs = [tensor.name if tensor else "" for tensor in node.inputs]
    outputs = [tensor.name for tensor in node.outputs if tensor]
    if not inputs or not outputs:
        return [], []
    if node.operator == "GroupQueryAttention" and not node.has(1):
        return _first_heads(node, inputs[0], outputs[0]), []
    if node.operator in _SAME_SHAPE:
        return [StandIn("Identity", (inputs[0],), (output,)) for output in outputs], []
    if node.operator in _ALIKE:
        operator, wanted = _ALIKE[node.operator]
        if max(wanted) < len(inputs):
            taken = tuple(inputs[i] for i in wanted)
            return [StandIn(operator, taken, (outputs[0],), node.attributes)], []
    if node.operator in _TRANSPOSING and len(inputs) > 1:
        left = _batch(node, 0) + ("ki" if node.integer("transA", 0) else "ik")
        right = _batch(node, 1) + ("jk" if node.integer("transB", 0) else "kj")
        equation = f"{left},{right}->{max(_batch(node, 0), _batch(node, 1))}ij"
        return [StandIn("Einsum", (inputs[0], inputs[1]), (outputs[0],), {"equation": equation})], []
    if node.operator in _PRODUCTS:
        return _product(node, inputs[0], outputs[0])
    return [], []


def _batch(node: Node, index: int) -> str:
    """Ellipsis of an operand in an einsum; the library takes none where there is no batch."""
    tensor = node.inputs[index]
    return "" if tensor is not None and tensor.shape is not None and len(tensor.shape) == 2 else "..."


def _product(node: Node, data: str, output: str) -> tuple[list[StandIn], list[Tensor]]:
    """A product with weights of which only the width of the result counts."""
    if node.operator.startswith("MatMul"):
        depth, width = node.integer("K", 0), node.integer("N", 0)
    else:
        weights = node.inputs[1] if node.has(1) else None
        if weights is None or weights.shape is None or len(weights.shape) != 2:
            return [], []
        shape = [extent if isinstance(extent, int) else 0 for extent in weights.shape]
        depth, width = shape[0], (node.integers("qkv_hidden_sizes") or (shape[1] // 3,))[-1]
    made = Tensor(f"{output}.weights_of_its_shape", (depth, width), constant=True)
    return [StandIn("MatMul", (data, made.name), (output,))], [made]


def _first_heads(node: Node, packed: str, output: str) -> list[StandIn]:
    """Query, keys and values lie behind each other; the result is as wide as the query."""
    heads = node.integer("num_heads", 1)
    pieces = tuple(f"{output}.head{i}" for i in range(heads + 2 * node.integer("kv_num_heads", heads)))
    return [
        StandIn("Split", (packed,), pieces, {"axis": 2, "num_outputs": len(pieces)}),
        StandIn("Concat", pieces[:heads], (output,), {"axis": 2}),
    ]

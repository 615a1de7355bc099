"""Operators of ONNX and of ONNX Runtime (``com.microsoft``) as layers.

:data:`COSTED` has a function per operator with MACs, from a :class:`~maestro_py.frontends._graph.Node` to
layers; those without are in ``_onnx_without_macs``, of which :data:`SUMS` may be layers too.

Source: https://onnx.ai/onnx/operators/ and ContribOperators.md of ONNX Runtime.

Non-goals: no reading of files, no ONNX library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from maestro_py.frontends import _layers
from maestro_py.frontends._convert import NotCosted
from maestro_py.frontends._graph import Node
from maestro_py.frontends._layers import LayerError, Pair
from maestro_py.ir.composites._recurrent import GATES
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import NO_PADDING, Padding

RUNTIME = "com.microsoft"


# ---- windows ------------------------------------------------------------------------------------------


def _planes(node: Node, shape: tuple[int, ...], what: str) -> Pair:
    """Rows and columns of a tensor behind batch and channels; one dimension is columns of one row."""
    if len(shape) == 3:
        return 1, shape[2]
    if len(shape) == 4:
        return shape[2], shape[3]
    spatial = len(shape) - 2
    raise LayerError(
        f"{what} has {spatial} spatial dimensions; {node.operator} is costed in one and two", "M408"
    )


def _pair(node: Node, name: str, rank: int) -> Pair:
    """An attribute with a number per spatial dimension; 1 where it is absent."""
    values = node.integers(name)
    if values is None:
        return 1, 1
    if len(values) != rank:
        raise LayerError(f"{name} has {len(values)} numbers for {rank} spatial dimensions")
    return (1, values[0]) if rank == 1 else (values[0], values[1])


def _pads(node: Node, rank: int) -> Padding:
    """The attribute ``pads``: all fronts, then all that is behind."""
    values = node.integers("pads")
    if values is None:
        return NO_PADDING
    if len(values) != 2 * rank:
        raise LayerError(f"pads has {len(values)} numbers for {rank} spatial dimensions")
    if rank == 1:
        return (0, 0), (values[0], values[1])
    return (values[0], values[2]), (values[1], values[3])


def _padding(node: Node, rank: int, size: Pair, taps: Pair, stride: Pair, dilation: Pair) -> Padding:
    """Padding of a convolution or pooling by ``auto_pad`` or ``pads``."""
    mode = node.text("auto_pad", "NOTSET")
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        if min(*stride, *dilation) < 1:
            raise LayerError(f"a stride {stride} or dilation {dilation} is below 1")
        rows, columns = (
            _layers.same_padding(*axis, mode == "SAME_UPPER")
            for axis in zip(size, taps, stride, dilation, strict=True)
        )
        return rows, columns
    return NO_PADDING if mode == "VALID" else _pads(node, rank)


def _images(node: Node) -> tuple[int, ...]:
    """Shape of the first input with channels in front of rows."""
    shape = node.shape(0)
    last = node.integer("channels_last", 0) or node.operator.startswith("Nhwc")
    return (shape[0], shape[-1], *shape[1:-1]) if last and len(shape) > 2 else shape


def _convolution(filters: int) -> Callable[[Node], list[Layer]]:
    """Return the function of a convolution whose weights are input ``filters``."""

    def layers(node: Node) -> list[Layer]:
        shape, weights = _images(node), node.shape(filters)
        size, taps = _planes(node, shape, "the input"), _planes(node, weights, "the filter")
        rank = len(shape) - 2
        if len(weights) != len(shape):
            raise LayerError(f"an input of shape {shape} and filters of shape {weights}")
        groups = node.integer("group", 1)
        if shape[1] != weights[1] * groups:
            given = f"{weights[1]} channels a group, {groups} groups"
            raise LayerError(f"the input has {shape[1]} channels and the filters {given}")
        stride, dilation = _pair(node, "strides", rank), _pair(node, "dilations", rank)
        return [
            _layers.convolution(
                node.name,
                batch=shape[0],
                channels=shape[1],
                filters=weights[0],
                groups=groups,
                size=size,
                taps=taps,
                stride=stride,
                dilation=dilation,
                padding=_padding(node, rank, size, taps, stride, dilation),
            )
        ]

    return layers


def _transposed(node: Node) -> list[Layer]:
    shape, weights = node.shape(0), node.shape(1)
    size, taps = _planes(node, shape, "the input"), _planes(node, weights, "the filter")
    rank, groups = len(shape) - 2, node.integer("group", 1)
    if len(weights) != len(shape) or shape[1] != weights[0]:
        raise LayerError(f"an input of shape {shape} and filters of shape {weights}")
    stride, dilation = _pair(node, "strides", rank), _pair(node, "dilations", rank)
    return [
        _layers.convolution(
            node.name,
            batch=shape[0],
            channels=shape[1],
            filters=weights[1] * groups,
            groups=groups,
            size=size,
            taps=taps,
            stride=stride,
            dilation=dilation,
            padding=_transposed_padding(node, rank, size, taps, stride, dilation),
            transposed=True,
        )
    ]


def _transposed_padding(
    node: Node, rank: int, size: Pair, taps: Pair, stride: Pair, dilation: Pair
) -> Padding:
    """What is cut off the full output. ``output_padding`` cuts off less behind.

    Outputs beyond the full extent are the bias alone, so less than nothing is nothing.
    """
    mode = node.text("auto_pad", "NOTSET")
    extra = _pair(node, "output_padding", rank) if node.integers("output_padding") else (0, 0)
    wanted = node.integers("output_shape")
    given = NO_PADDING if mode == "VALID" else _pads(node, rank)
    sides: list[Pair] = []
    for axis in (0, 1):
        full = stride[axis] * (size[axis] - 1) + dilation[axis] * (taps[axis] - 1) + 1
        if wanted is not None or mode.startswith("SAME"):
            if wanted is None:
                outputs = size[axis] * stride[axis]
            elif rank == 1 and axis == 0:
                outputs = 1
            else:
                outputs = wanted[axis - 2]
            total = max(full + extra[axis] - outputs, 0)
            front = total // 2 if mode == "SAME_UPPER" else total - total // 2
            behind = total - front
        else:
            front, behind = given[axis]
        sides.append((front, max(behind - extra[axis], 0)))
    return sides[0], sides[1]


def _pooling(node: Node) -> list[Layer]:
    shape = _images(node)
    size, rank = _planes(node, shape, "the input"), len(shape) - 2
    if node.integers("kernel_shape") is None:
        raise LayerError("kernel_shape is missing")
    taps, stride = _pair(node, "kernel_shape", rank), _pair(node, "strides", rank)
    dilation = _pair(node, "dilations", rank)
    padding = _padding(node, rank, size, taps, stride, dilation)
    if node.integer("ceil_mode", 0) and min(*stride, *dilation) >= 1:
        rows, columns = (
            _layers.ceil_padding(*axis) for axis in zip(size, taps, stride, dilation, padding, strict=True)
        )
        padding = rows, columns
    return [
        _layers.pooling(
            node.name,
            batch=shape[0],
            channels=shape[1],
            size=size,
            taps=taps,
            stride=stride,
            dilation=dilation,
            padding=padding,
        )
    ]


def _global_pooling(node: Node) -> list[Layer]:
    shape = _images(node)
    size = _planes(node, shape, "the input")
    return [_layers.pooling(node.name, batch=shape[0], channels=shape[1], size=size, taps=size)]


# ---- products -----------------------------------------------------------------------------------------


def _turned(shape: tuple[int, ...], turn: int) -> tuple[int, ...]:
    return (*shape[:-2], shape[-1], shape[-2]) if turn and len(shape) > 1 else shape


def _product(second: int) -> Callable[[Node], list[Layer]]:
    """Return the function of a matrix product whose second operand is input ``second``."""

    def layers(node: Node) -> list[Layer]:
        left = _turned(node.shape(0), node.integer("transA", 0))
        right = _turned(node.shape(second), node.integer("transB", 0))
        weights_first = node.constant(0) and not node.constant(second)
        return [_layers.batched_product(node.name, left, right, weights_first)]

    return layers


def _packed_product(node: Node) -> list[Layer]:
    """A product whose weights are packed, so that attributes tell their shape."""
    weights = (node.integer("K", 0), node.integer("N", 0))
    return [_layers.batched_product(node.name, node.shape(0), weights)]


def _einsum(node: Node) -> list[Layer]:
    equation = node.text("equation", "")
    if len(node.inputs) != 2:
        operands = f"{len(node.inputs)} operand{'' if len(node.inputs) == 1 else 's'}"
        raise NotCosted(f"of {operands}; two are costed")
    weights_first = node.constant(0) and not node.constant(1)
    return [_layers.einsum(node.name, equation, node.shape(0), node.shape(1), weights_first)]


# ---- recurrence and attention -------------------------------------------------------------------------


def _recurrence(kind: str) -> Callable[[Node], list[Layer]]:
    """Return the function of a recurrence of that layer type."""

    def layers(node: Node) -> list[Layer]:
        data, state = node.shape(0), node.shape(2)
        if len(data) != 3 or len(state) != 3 or state[1] != GATES[kind] * state[2]:
            raise LayerError(f"an input of shape {data} and recurrence weights of shape {state}")
        steps, batch = (data[1], data[0]) if node.integer("layout", 0) else (data[0], data[1])
        sizes = {"N": batch, "T": steps, "C": data[2], "K": state[2], "D": state[0]}
        return _layers.composite(node.name, kind, sizes)

    return layers


def _quantized_lstm(node: Node) -> list[Layer]:
    """An LSTM whose weights are stored the other way round."""
    data, state = node.shape(0), node.shape(2)
    if len(data) != 3 or len(state) != 3 or state[2] != GATES["LSTM"] * state[1]:
        raise LayerError(f"an input of shape {data} and recurrence weights of shape {state}")
    sizes = {"N": data[1], "T": data[0], "C": data[2], "K": state[1], "D": state[0]}
    return _layers.composite(node.name, "LSTM", sizes)


def _attention(node: Node) -> list[Layer]:
    """Attention of ONNX: no projections; keys of the past are in inputs 4 and 5."""
    query, key, value = node.shape(0), node.shape(1), node.shape(2)
    past = node.shape(4)[2] if node.has(4) else 0
    if len(query) == 4:
        batch, heads, queries, head = query
        kv_heads, keys, value_head = key[1], key[2], value[3]
    else:
        heads, kv_heads = node.integer("q_num_heads", 0), node.integer("kv_num_heads", 0)
        _divides(query, heads, "q_num_heads")
        _divides(value, kv_heads, "kv_num_heads")
        batch, queries, head = query[0], query[1], query[2] // heads
        keys, value_head = key[1], value[2] // kv_heads
    return _layers.attention(
        node.name,
        batch=batch,
        heads=heads,
        kv_heads=kv_heads,
        queries=queries,
        keys=past + keys,
        head=head,
        value_head=value_head,
    )


def _divides(shape: tuple[int, ...], heads: int, name: str) -> None:
    if len(shape) != 3 or heads < 1 or shape[2] % heads:
        raise LayerError(f"a width of {shape[-1]} does not divide into {name} = {heads}")


def _runtime_attention(node: Node) -> list[Layer]:
    """Attention of ONNX Runtime: the projections to Q, K and V, then the products of every head."""
    data, weights, heads = node.shape(0), node.shape(1), node.integer("num_heads", 0)
    third = weights[1] // 3
    widths = node.integers("qkv_hidden_sizes") or (third, third, third)
    past = node.shape(4)[3] if node.operator == "Attention" and node.has(4) else 0
    _divides((*data[:2], widths[0]), heads, "num_heads")
    _divides((*data[:2], widths[2]), heads, "num_heads")
    return [
        _layers.batched_product(f"{node.name}.qkv", data, weights),
        *_layers.attention(
            node.name,
            batch=data[0],
            heads=heads,
            kv_heads=heads,
            queries=data[1],
            keys=past + data[1],
            head=widths[0] // heads,
            value_head=widths[2] // heads,
        ),
    ]


def _multi_head_attention(node: Node) -> list[Layer]:
    """MultiHeadAttention and GroupQueryAttention of ONNX Runtime: no projections.

    Keys and values may be packed with the query (``batch x length x heads x 3 x head``), with each other, or
    behind each other in one row.
    """
    heads = node.integer("num_heads", 0)
    kv_heads = node.integer("kv_num_heads", heads)
    query = node.shape(0)
    past_index = 3 if node.operator == "GroupQueryAttention" else 6
    past = node.shape(past_index)[2] if node.has(past_index) else 0
    if len(query) == 5:
        batch, keys, _, _, head = query
        value_head = head
    elif not node.has(1):
        _divides(query, heads + 2 * kv_heads, "num_heads + 2 kv_num_heads")
        batch, keys, head = query[0], query[1], query[2] // (heads + 2 * kv_heads)
        value_head = head
    else:
        _divides(query, heads, "num_heads")
        key = node.shape(1)
        batch, head = query[0], query[2] // heads
        keys = key[2] if len(key) == 4 else key[1]
        value = node.shape(2) if node.has(2) else key
        value_head = value[2] // kv_heads if len(value) == 3 and kv_heads > 0 else value[-1]
    return _layers.attention(
        node.name,
        batch=batch,
        heads=heads,
        kv_heads=kv_heads,
        queries=query[1],
        keys=past + keys,
        head=head,
        value_head=value_head,
    )


COSTED: Mapping[tuple[str, str], Callable[[Node], list[Layer]]] = {
    ("", "Conv"): _convolution(1),
    ("", "ConvInteger"): _convolution(1),
    ("", "QLinearConv"): _convolution(3),
    ("", "ConvTranspose"): _transposed,
    ("", "MaxPool"): _pooling,
    ("", "AveragePool"): _pooling,
    ("", "LpPool"): _pooling,
    ("", "GlobalMaxPool"): _global_pooling,
    ("", "GlobalAveragePool"): _global_pooling,
    ("", "GlobalLpPool"): _global_pooling,
    ("", "Gemm"): _product(1),
    ("", "MatMul"): _product(1),
    ("", "MatMulInteger"): _product(1),
    ("", "QLinearMatMul"): _product(3),
    ("", "Einsum"): _einsum,
    ("", "LSTM"): _recurrence("LSTM"),
    ("", "GRU"): _recurrence("GRU"),
    ("", "RNN"): _recurrence("RNN"),
    ("", "Attention"): _attention,
    (RUNTIME, "FusedConv"): _convolution(1),
    (RUNTIME, "NhwcConv"): _convolution(1),
    (RUNTIME, "NhwcFusedConv"): _convolution(1),
    (RUNTIME, "QLinearConv"): _convolution(3),
    (RUNTIME, "NhwcMaxPool"): _pooling,
    (RUNTIME, "QLinearAveragePool"): _pooling,
    (RUNTIME, "QLinearGlobalAveragePool"): _global_pooling,
    (RUNTIME, "FusedGemm"): _product(1),
    (RUNTIME, "FusedMatMul"): _product(1),
    (RUNTIME, "TransposeMatMul"): _product(1),
    (RUNTIME, "DynamicQuantizeMatMul"): _product(1),
    (RUNTIME, "MatMulIntegerToFloat"): _product(1),
    (RUNTIME, "QGemm"): _product(3),
    (RUNTIME, "MatMulNBits"): _packed_product,
    (RUNTIME, "MatMulBnb4"): _packed_product,
    (RUNTIME, "DynamicQuantizeLSTM"): _quantized_lstm,
    (RUNTIME, "Attention"): _runtime_attention,
    (RUNTIME, "QAttention"): _runtime_attention,
    (RUNTIME, "MultiHeadAttention"): _multi_head_attention,
    (RUNTIME, "GroupQueryAttention"): _multi_head_attention,
}
"""Operators with MACs by domain and name."""

SUMS: Mapping[tuple[str, str], tuple[int, ...] | None] = {
    ("", "Add"): (0, 1),
    ("", "Sum"): None,
    (RUNTIME, "QLinearAdd"): (0, 3),
}
"""Element-wise sums by domain and name, and the inputs that are added (None: all).

Only sums of activations are costed.
"""

WITH_GRAPHS = frozenset({"If", "Loop", "Scan", "SequenceMap"})
"""Operators that hold graphs of their own."""

"""Operators of PyTorch (``aten``) as layers.

:data:`COSTED` has a function per operator with MACs, from a :class:`~maestro_py.frontends._graph.Node` to
layers; those without are in ``_torch_without_macs``. A node's inputs are the tensors of the operator's
arguments in order, lists of tensors in their place; its attributes are the other arguments by name, those
that were left out with what they then are.

Source: aten/src/ATen/native/native_functions.yaml of github.com/pytorch/pytorch, and the pages of torch.nn.

Non-goals: no torch; quantised and packed weights whose shapes say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from maestro_py.frontends import _layers
from maestro_py.frontends._convert import NotCosted
from maestro_py.frontends._graph import Node
from maestro_py.frontends._layers import LayerError, Pair
from maestro_py.ir.composites._recurrent import GATES
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Padding

# ---- windows ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Images:
    """A tensor of images; one dimension is columns of one row."""

    batch: int
    channels: int
    size: Pair
    rank: int


def _images(node: Node, rank: int) -> _Images:
    """First input of an operator over ``rank`` spatial dimensions; a batch of one may be left out."""
    shape = node.shape(0)
    if rank not in (1, 2):
        raise LayerError(f"it has {rank} spatial dimensions; one and two are costed", "M408")
    if len(shape) not in (rank + 1, rank + 2):
        raise LayerError(f"an input of shape {shape} for {rank} spatial dimensions")
    batch, channels, *size = shape if len(shape) == rank + 2 else (1, *shape)
    return _Images(batch, channels, (size[0], size[1]) if rank == 2 else (1, size[0]), rank)


def _numbers(node: Node, name: str, rank: int, absent: Pair) -> Pair:
    """An argument with a number per spatial dimension; one number stands for all of them."""
    value = node.attributes.get(name, ())
    given = tuple(n for n in value if isinstance(n, int)) if isinstance(value, tuple) else ()
    if isinstance(value, int):
        given = (value,)
    if not given:
        return absent
    if len(given) not in (1, rank):
        raise LayerError(f"{name} has {len(given)} numbers for {rank} spatial dimensions")
    return (absent[0], given[0]) if rank == 1 else (given[0], given[-1])


def _convolution(node: Node) -> list[Layer]:
    weights = node.shape(1)
    rank, groups = len(weights) - 2, node.integer("groups", 1)
    images = _images(node, rank)
    taps = (weights[2], weights[3]) if rank == 2 else (1, weights[2])
    transposed = node.operator.startswith("conv_transpose") or node.integer("transposed", 0) == 1
    stride, dilation = (_numbers(node, name, rank, (1, 1)) for name in ("stride", "dilation"))
    if weights[0 if transposed else 1] * (1 if transposed else groups) != images.channels:
        raise LayerError(f"{images.channels} channels, {groups} groups and filters of shape {weights}")
    padding = _transposed_padding(node, rank) if transposed else _padding(node, rank, taps, dilation)
    return [
        _layers.convolution(
            node.name,
            batch=images.batch,
            channels=images.channels,
            filters=weights[1] * groups if transposed else weights[0],
            groups=groups,
            size=images.size,
            taps=taps,
            stride=stride,
            dilation=dilation,
            padding=padding,
            transposed=transposed,
        )
    ]


def _padding(node: Node, rank: int, taps: Pair, dilation: Pair) -> Padding:
    """Padding of both sides, or by the words ``same`` (an odd zero stands behind) and ``valid``."""
    mode = node.text("padding", "")
    if mode == "same":
        rows, columns = (dilation[axis] * (taps[axis] - 1) for axis in (0, 1))
        return (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)
    rows, columns = _numbers(node, "padding", rank, (0, 0))
    return (rows, rows), (columns, columns)


def _transposed_padding(node: Node, rank: int) -> Padding:
    """What is cut off the full output; ``output_padding`` cuts off less behind.

    Outputs beyond the full extent are the bias alone, so less than nothing is nothing.
    """
    given, extra = (_numbers(node, name, rank, (0, 0)) for name in ("padding", "output_padding"))
    rows, columns = ((given[axis], max(given[axis] - extra[axis], 0)) for axis in (0, 1))
    return rows, columns


def _pooling(rank: int) -> Callable[[Node], list[Layer]]:
    """Return the function of a pooling over ``rank`` dimensions."""

    def layers(node: Node) -> list[Layer]:
        images = _images(node, rank)
        taps = _numbers(node, "kernel_size", rank, (1, 1))
        stride = _numbers(node, "stride", rank, taps)
        stride = (1, stride[1]) if rank == 1 else stride
        dilation = _numbers(node, "dilation", rank, (1, 1))
        rows, columns = _numbers(node, "padding", rank, (0, 0))
        padding = (rows, rows), (columns, columns)
        if node.integer("ceil_mode", 0) and min(*stride, *dilation) >= 1:
            above, beside = (
                _layers.ceil_padding(*axis)
                for axis in zip(images.size, taps, stride, dilation, padding, strict=True)
            )
            padding = above, beside
        return [
            _layers.pooling(
                node.name,
                batch=images.batch,
                channels=images.channels,
                size=images.size,
                taps=taps,
                stride=stride,
                dilation=dilation,
                padding=padding,
            )
        ]

    return layers


def _adaptive_pooling(rank: int) -> Callable[[Node], list[Layer]]:
    """Return the function of a pooling that is given its outputs: equal windows side by side."""

    def layers(node: Node) -> list[Layer]:
        images = _images(node, rank)
        outputs = _numbers(node, "output_size", rank, (1, 1))
        if any(size % count for size, count in zip(images.size, outputs, strict=True)):
            shown = [" x ".join(map(str, sizes[-rank:])) for sizes in (images.size, outputs)]
            raise NotCosted(f"of {shown[0]} to {shown[1]}, with windows of unequal sizes")
        taps = images.size[0] // outputs[0], images.size[1] // outputs[1]
        return [
            _layers.pooling(
                node.name,
                batch=images.batch,
                channels=images.channels,
                size=images.size,
                taps=taps,
                stride=taps,
            )
        ]

    return layers


# ---- products -----------------------------------------------------------------------------------------


def _product(first: int, second: int, turned: bool = False) -> Callable[[Node], list[Layer]]:
    """Return the function of a product of two inputs; ``turned`` says that the second is transposed."""

    def layers(node: Node) -> list[Layer]:
        right = node.shape(second)
        if turned and len(right) > 1:
            right = (*right[:-2], right[-1], right[-2])
        weights_first = node.constant(first) and not node.constant(second)
        return [_layers.batched_product(node.name, node.shape(first), right, weights_first)]

    return layers


def _contraction(node: Node) -> list[Layer]:
    """``tensordot``, and ``inner``, which contracts the last dimensions."""
    left, right = node.shape(0), node.shape(1)
    first = [axis % len(left) for axis in node.integers("dims_self") or (-1,)]
    second = [axis % len(right) for axis in node.integers("dims_other") or (-1,)]
    depth = prod(left[axis] for axis in first)
    if depth != prod(right[axis] for axis in second):
        raise LayerError(f"operands of shapes {left} and {right} cannot be contracted")
    rows = prod(size for axis, size in enumerate(left) if axis not in first)
    columns = prod(size for axis, size in enumerate(right) if axis not in second)
    if node.constant(0) and not node.constant(1):
        rows, columns = columns, rows
    return [_layers.matrix_product(node.name, rows, columns, depth)]


def _einsum(node: Node) -> list[Layer]:
    if len(node.inputs) != 2:
        operands = f"{len(node.inputs)} operand{'' if len(node.inputs) == 1 else 's'}"
        raise NotCosted(f"of {operands}; two are costed")
    weights_first = node.constant(0) and not node.constant(1)
    equation = node.text("equation", "")
    return [_layers.einsum(node.name, equation, node.shape(0), node.shape(1), weights_first)]


# ---- recurrence and attention -------------------------------------------------------------------------


def _recurrence(kind: str, states: int) -> Callable[[Node], list[Layer]]:
    """Return the function of a recurrence: input, ``states``, then the weights of layers and directions."""

    def layers(node: Node) -> list[Layer]:
        if "batch_first" not in node.attributes:
            raise NotCosted("of packed sequences")
        data, state = node.shape(0), node.shape(1)
        directions = 2 if node.integer("bidirectional", 0) else 1
        count = node.integer("num_layers", 1)
        weights = len(node.inputs) - 1 - states
        if len(data) != 3 or len(state) != 3 or count < 1 or weights % (count * directions):
            raise LayerError(f"an input of shape {data}, states of shape {state} and {weights} weights")
        steps, batch = (data[1], data[0]) if node.integer("batch_first", 0) else (data[0], data[1])
        found = []
        for index in range(count):
            first = 1 + states + index * directions * (weights // (count * directions))
            found += _recurrent_layer(
                node,
                node.name if count == 1 else f"{node.name}.{index}",
                kind,
                first,
                steps=steps,
                batch=batch,
                directions=directions,
            )
        return found

    return layers


def _cell(kind: str, states: int) -> Callable[[Node], list[Layer]]:
    """Return the function of one step of a recurrence."""

    def layers(node: Node) -> list[Layer]:
        batch = prod(node.shape(0)[:-1])
        return _recurrent_layer(node, node.name, kind, 1 + states, steps=1, batch=batch, directions=1)

    return layers


def _recurrent_layer(
    node: Node, name: str, kind: str, first: int, *, steps: int, batch: int, directions: int
) -> list[Layer]:
    """Layers by the weights of the input and of the state, which are inputs ``first`` and the next."""
    of_input, of_state = node.shape(first), node.shape(first + 1)
    hidden = of_input[0] // GATES[kind]
    if len(of_input) != 2 or len(of_state) != 2 or {of_input[0], of_state[0]} != {GATES[kind] * hidden}:
        raise LayerError(f"weights of shapes {of_input} and {of_state}")
    sizes = {"N": batch, "T": steps, "C": of_input[1], "K": hidden, "D": directions}
    if of_state[1] != hidden:
        sizes["P"] = of_state[1]
    return _layers.composite(name, kind, sizes)


def _attention(node: Node) -> list[Layer]:
    """Attention without projections: heads stand before length and width; a mask changes nothing."""
    query, key, value = node.shape(0), node.shape(1), node.shape(2)
    if min(len(query), len(key), len(value)) < 2:
        raise LayerError(f"queries of shape {query}, keys of shape {key} and values of shape {value}")
    return _layers.attention(
        node.name,
        batch=prod(query[:-3]),
        heads=prod(query[-3:-2]),
        kv_heads=prod(key[-3:-2]),
        queries=query[-2],
        keys=key[-2],
        head=query[-1],
        value_head=value[-1],
    )


def _multi_head_attention(node: Node) -> list[Layer]:
    """Attention with its four projections in one operator."""
    query, heads = node.shape(0), node.integer("num_head", 0)
    if len(query) != 3 or heads < 1 or query[2] % heads:
        raise LayerError(f"queries of shape {query} do not divide into num_head = {heads}")
    batch, queries, width = query
    keys = node.shape(1)[1]
    lengths = {"q": queries, "k": keys, "v": keys}
    return [
        *(
            _layers.matrix_product(f"{node.name}.{part}", batch * length, width, width)
            for part, length in lengths.items()
        ),
        *_layers.attention(
            node.name,
            batch=batch,
            heads=heads,
            kv_heads=heads,
            queries=queries,
            keys=keys,
            head=width // heads,
            value_head=width // heads,
        ),
        _layers.matrix_product(f"{node.name}.out", batch * queries, width, width),
    ]


_CONVOLUTIONS = """
_convolution _convolution_mode conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d
convolution
"""
_ATTENTIONS = """
_scaled_dot_product_attention_math _scaled_dot_product_cudnn_attention
_scaled_dot_product_efficient_attention _scaled_dot_product_flash_attention
_scaled_dot_product_flash_attention_for_cpu _scaled_dot_product_fused_attention_overrideable
scaled_dot_product_attention
"""
HIGHER_ORDER = "higher_order"

_OF_ATEN: Mapping[str, Callable[[Node], list[Layer]]] = {
    **dict.fromkeys(_CONVOLUTIONS.split(), _convolution),
    "avg_pool1d": _pooling(1),
    "avg_pool2d": _pooling(2),
    "avg_pool3d": _pooling(3),
    "max_pool1d": _pooling(1),
    "max_pool1d_with_indices": _pooling(1),
    "max_pool2d": _pooling(2),
    "max_pool2d_with_indices": _pooling(2),
    "max_pool3d": _pooling(3),
    "max_pool3d_with_indices": _pooling(3),
    "_adaptive_avg_pool2d": _adaptive_pooling(2),
    "_adaptive_avg_pool3d": _adaptive_pooling(3),
    "adaptive_avg_pool1d": _adaptive_pooling(1),
    "adaptive_avg_pool2d": _adaptive_pooling(2),
    "adaptive_avg_pool3d": _adaptive_pooling(3),
    "adaptive_max_pool1d": _adaptive_pooling(1),
    "adaptive_max_pool2d": _adaptive_pooling(2),
    "adaptive_max_pool3d": _adaptive_pooling(3),
    "_addmm_activation": _product(1, 2),
    "_int_mm": _product(0, 1),
    "_scaled_mm": _product(0, 1),
    "_weight_int8pack_mm": _product(0, 1, turned=True),
    "addbmm": _product(1, 2),
    "addmm": _product(1, 2),
    "addmv": _product(1, 2),
    "baddbmm": _product(1, 2),
    "bmm": _product(0, 1),
    "dot": _product(0, 1),
    "linalg_matmul": _product(0, 1),
    "linear": _product(0, 1, turned=True),
    "matmul": _product(0, 1),
    "mm": _product(0, 1),
    "mv": _product(0, 1),
    "vdot": _product(0, 1),
    "einsum": _einsum,
    "inner": _contraction,
    "tensordot": _contraction,
    "gru": _recurrence("GRU", 1),
    "gru_cell": _cell("GRU", 1),
    "lstm": _recurrence("LSTM", 2),
    "lstm_cell": _cell("LSTM", 2),
    "rnn_relu": _recurrence("RNN", 1),
    "rnn_relu_cell": _cell("RNN", 1),
    "rnn_tanh": _recurrence("RNN", 1),
    "rnn_tanh_cell": _cell("RNN", 1),
    **dict.fromkeys(_ATTENTIONS.split(), _attention),
    "_native_multi_head_attention": _multi_head_attention,
}

SUMS: Mapping[tuple[str, str], tuple[int, ...]] = {("", "add"): (0, 1)}
"""Element-wise sums by library and name: which inputs are added. Only sums of activations are costed."""

COSTED: Mapping[tuple[str, str], Callable[[Node], list[Layer]]] = {
    **{("", name): layers for name, layers in _OF_ATEN.items()},
    (HIGHER_ORDER, "flex_attention"): _attention,
}
"""Operators with MACs by library and name; that of ``aten`` is empty."""

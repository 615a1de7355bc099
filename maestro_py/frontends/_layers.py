"""Shapes to layers: what the operators of every format come down to.

Turns the sizes of a convolution, a pooling, a matrix product, a recurrence or an attention, however a format
spells them, into layers in the form of the shipped networks: ``PWCONV`` without ``R`` and ``S``, ``DSCONV``
with ``K`` filters per channel, ``C`` and ``K`` per group, products with weights as ``GEMM``.

Non-goals: no format's attributes, no names that are unique (``_collect``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from maestro_py.ir import composites, operators
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import NO_PADDING, Padding
from maestro_py.ir.rules import check_layer

Pair = tuple[int, int]


class LayerError(Exception):
    """Sizes from which no layer can be made, or a form that has none.

    Attributes
    ----------
    code
        M407 impossible sizes, M408 a form that the layer types cannot express.
    """

    def __init__(self, message: str, code: str = "M407") -> None:
        super().__init__(message)
        self.code = code


def _layer(
    name: str,
    operator: str,
    sizes: dict[str, int],
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
    padding: Padding = NO_PADDING,
    repeat: int = 1,
) -> Layer:
    """Return a layer whose sizes are in range and have an output.

    Raises
    ------
    LayerError
        M407 with what is wrong.
    """
    steps = {"stride": min(stride), "dilation": min(dilation), "number of steps": repeat}
    for what, size in [*sizes.items(), *steps.items()]:
        if not 1 <= size <= LARGEST:
            shown = size if size.bit_length() <= 128 else f"a number of {size.bit_length()} bits"
            raise LayerError(f"{what} is {shown}; sizes are 1 to {LARGEST}")
    if min(side for sides in padding for side in sides) < 0:
        raise LayerError(f"a padding is negative: {padding}")
    layer = Layer(name, operator, sizes, stride, dilation, padding, repeat=repeat)
    wrong = check_layer(layer, operators.get(operator))
    if wrong:
        raise LayerError(wrong[0].message.removeprefix(f"layer {name!r}: "))
    return layer


# ---- windows ------------------------------------------------------------------------------------------


def same_padding(size: int, taps: int, stride: int, dilation: int, upper: bool) -> Pair:
    """Padding with which there are ``ceil(size / stride)`` outputs; the odd zero stands behind if ``upper``.

    >>> same_padding(224, 3, 2, 1, upper=True), same_padding(224, 3, 2, 1, upper=False)
    ((0, 1), (1, 0))
    """
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + dilation * (taps - 1) + 1 - size, 0)
    return (total // 2, total - total // 2) if upper else (total - total // 2, total // 2)


def ceil_padding(size: int, taps: int, stride: int, dilation: int, padding: Pair) -> Pair:
    """Padding with which the number of outputs is rounded up; no window begins behind the input.

    So runtimes do, and ONNX says so since opset 22.

    >>> ceil_padding(56, 3, 2, 1, (0, 0)), ceil_padding(6, 1, 4, 1, (0, 1))
    ((0, 1), (0, 1))
    """
    front, behind = padding
    extent = dilation * (taps - 1) + 1
    outputs = -((extent - size - front - behind) // stride) + 1
    if (outputs - 1) * stride >= size + front:
        outputs -= 1
    return front, max(behind, (outputs - 1) * stride + extent - size - front)


def convolution(
    name: str,
    *,
    batch: int,
    channels: int,
    filters: int,
    groups: int,
    size: Pair,
    taps: Pair,
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
    padding: Padding = NO_PADDING,
    transposed: bool = False,
) -> Layer:
    """Return a convolution; ``channels`` and ``filters`` count all groups."""
    if groups < 1 or channels % groups or filters % groups:
        raise LayerError(f"{channels} input and {filters} output channels do not divide into {groups} groups")
    rows, columns = size
    sizes = {"N": batch, "K": filters // groups, "C": channels // groups, "Y": rows, "X": columns}
    window = {"R": taps[0], "S": taps[1]}
    if transposed:
        return _layer(name, "TRCONV", {"G": groups, **sizes, **window}, stride, dilation, padding)
    if groups == 1 and taps == (1, 1):
        return _layer(name, "PWCONV", sizes, stride, (1, 1), padding)
    if groups == 1:
        return _layer(name, "CONV", {**sizes, **window}, stride, dilation, padding)
    if groups == channels:
        return _layer(name, "DSCONV", {**sizes, "C": channels, **window}, stride, dilation, padding)
    return _layer(name, "NGCONV", {"G": groups, **sizes, **window}, stride, dilation, padding)


def pooling(
    name: str,
    *,
    batch: int,
    channels: int,
    size: Pair,
    taps: Pair,
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
    padding: Padding = NO_PADDING,
) -> Layer:
    """Return a pooling layer."""
    sizes = {"N": batch, "C": channels, "R": taps[0], "S": taps[1], "Y": size[0], "X": size[1]}
    return _layer(name, "POOL", sizes, stride, dilation, padding)


def addition(name: str, shape: Sequence[int]) -> Layer:
    """Return the sum of two activations of one shape, of one to four dimensions.

    Two are batch and width, three batch, tokens and width, four batch, channels, rows and columns; one is the
    width.

    >>> addition("a", (8, 128, 768)).sizes
    {'N': 8, 'C': 768, 'Y': 128}
    """
    axes = {1: "C", 2: "NC", 3: "NYC", 4: "NCYX"}.get(len(shape))
    if axes is None:
        raise LayerError(f"sums of tensors of {len(shape)} dimensions are not costed", "M408")
    extents = dict(zip(axes, shape, strict=True))
    return _layer(name, "ADD", {axis: extents[axis] for axis in "NCYX" if axis in extents})


# ---- products -----------------------------------------------------------------------------------------


def matrix_product(name: str, rows: int, columns: int, depth: int, groups: int = 1, repeat: int = 1) -> Layer:
    """Return ``groups`` products of a ``rows x depth`` matrix and ``depth x columns`` weights."""
    sizes = {"M": rows, "N": columns, "K": depth}
    if groups == 1:
        return _layer(name, "GEMM", sizes, repeat=repeat)
    return _layer(name, "BMM", {"G": groups, **sizes}, repeat=repeat)


def batched_product(
    name: str, first: Sequence[int], second: Sequence[int], weights_first: bool = False
) -> Layer:
    """Return ``first @ second`` with numpy's rules for vectors and for what is broadcast.

    A batch axis along which the second operand is shared makes the first one longer; the others make
    independent products. ``weights_first`` says that the first operand is the weights: the product is then
    that of the transposed operands.

    >>> batched_product("a", (8, 128, 768), (768, 64)).sizes
    {'M': 1024, 'N': 64, 'K': 768}
    """
    left = tuple(first) if len(first) > 1 else (1, *first)
    right = tuple(second) if len(second) > 1 else (*second, 1)
    if not first or not second or left[-1] != right[-2]:
        raise LayerError(f"operands of shapes {tuple(first)} and {tuple(second)} cannot be multiplied")
    if weights_first:
        left, right = (*right[:-2], right[-1], right[-2]), (*left[:-2], left[-1], left[-2])
    shared, groups = 1, 1
    for of_left, of_right in _broadcast(left[:-2], right[:-2]):
        if of_right == 1:
            shared *= of_left
        else:
            groups *= of_right
    return matrix_product(name, shared * left[-2], right[-1], left[-1], groups)


def _broadcast(first: Sequence[int], second: Sequence[int]) -> Iterable[Pair]:
    rank = max(len(first), len(second))
    axes = list(
        zip((*[1] * (rank - len(first)), *first), (*[1] * (rank - len(second)), *second), strict=True)
    )
    if any(a != b and 1 not in (a, b) for a, b in axes):
        raise LayerError(f"shapes {tuple(first)} and {tuple(second)} cannot be broadcast")
    return axes


def einsum(
    name: str, equation: str, first: Sequence[int], second: Sequence[int], weights_first: bool = False
) -> Layer:
    """Return the product that an ``einsum`` of two operands is.

    Indices of both operands and the result are independent products, those of both operands only are summed;
    an index of one operand that is missing in the result is summed before the product.

    >>> einsum("a", "bhqd,bhkd->bhqk", (1, 12, 128, 64), (1, 12, 128, 64)).sizes
    {'G': 12, 'M': 128, 'N': 128, 'K': 64}
    """
    operands, _, result = equation.replace(" ", "").partition("->")
    terms = operands.split(",")
    if len(terms) != 2:
        raise LayerError(f"einsum {equation!r} has {len(terms)} operands where two are given")
    left, right = _indices(terms[0], first, equation), _indices(terms[1], second, equation)
    if weights_first:
        left, right = right, left
    if "->" in equation:
        kept = set(result.replace("...", "")) | {i for i in (*left, *right) if not i.isalpha()}
    else:
        letters = operands.replace(",", "").replace("...", "")
        kept = {i for i in (*left, *right) if not i.isalpha() or letters.count(i) == 1}
    sizes = {i: max(left.get(i, 1), right.get(i, 1)) for i in (*left, *right)}
    for index, size in sizes.items():
        if any(side.get(index, size) not in (1, size) for side in (left, right)):
            raise LayerError(f"einsum {equation!r}: index {index!r} is {left[index]} and {right[index]}")
    both = {i for i in left if i in right and right[i] > 1} | {
        i for i in left if i in right and i not in kept
    }
    return matrix_product(
        name,
        prod(sizes[i] for i in left if i in kept and i not in both),
        prod(sizes[i] for i in right if i in kept and i not in both and i not in left),
        prod(sizes[i] for i in both if i not in kept),
        prod(sizes[i] for i in both if i in kept),
    )


def _indices(term: str, shape: Sequence[int], equation: str) -> dict[str, int]:
    """Sizes of a term's indices; the axes of an ellipsis are called by their distance from its end."""
    before, dots, after = term.partition("...")
    hidden = len(shape) - len(before) - len(after)
    if hidden < 0 or (hidden and not dots):
        raise LayerError(f"einsum {equation!r}: {term!r} does not suit the shape {tuple(shape)}")
    names = [*before, *(str(hidden - i) for i in range(hidden)), *after]
    if len(set(names)) < len(names):
        raise LayerError(f"einsum {equation!r} takes a diagonal of {term!r}", "M408")
    return dict(zip(names, shape, strict=True))


# ---- recurrence and attention -------------------------------------------------------------------------


def composite(name: str, kind: str, sizes: Mapping[str, int]) -> list[Layer]:
    """Return the parts of a layer of a composite type (``maestro_py.ir.composites``).

    >>> [part.name for part in composite("a", "LSTM", {"T": 9, "C": 64, "K": 32, "P": 16})]
    ['a.input', 'a.recurrent', 'a.projection']
    """
    for dimension, size in sizes.items():
        if not 1 <= size <= LARGEST:
            raise LayerError(f"{dimension} is {size}; sizes are 1 to {LARGEST}")
    for _, message in composites.get(kind).problems(sizes):
        raise LayerError(message)
    parts = composites.CompositeLayer(name, kind, sizes).parts()
    return [_layer(part.name, part.operator, dict(part.sizes), repeat=part.repeat) for part in parts]


def attention(
    name: str, *, batch: int, heads: int, kv_heads: int, queries: int, keys: int, head: int, value_head: int
) -> list[Layer]:
    """Return the parts of an attention whose query heads are counted in all, not per head of keys."""
    if heads < 1 or kv_heads < 1 or heads % kv_heads:
        raise LayerError(f"{heads} query heads cannot share {kv_heads} heads of keys and values")
    shared = {"N": batch, "G": kv_heads, "H": heads // kv_heads}
    return composite(name, "ATTENTION", {**shared, "M": queries, "T": keys, "K": head, "V": value_head})

"""The software model of a layer: random tensors, exact outputs, requantisation.

Turns a :class:`~maestro_py.ir.operators.Problem` and its tensors into the numbers that hardware must produce,
for every layer type alike: strides, dilation, padding, inserted zeros, groups and depthwise filters all come
from the problem's axes and windows (SEMANTICS section 1). Pooling adds up its window, as if every weight
were 1. It is fast enough for the layers of real networks: one matrix product per filter tap.

Non-goals: order of accumulation (sums are exact, so it does not matter), time, memory layout
(``rtlgen.images``).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from maestro_py.ir.operators import Problem, Tensor

Array = npt.NDArray[np.int64]
Matrix = npt.NDArray[Any]
"""Whole numbers as float64 or int64."""
Bits = tuple[int, int, int]
"""Element widths of W, I and O."""

OPERANDS: tuple[tuple[Tensor, int], ...] = (("W", 0), ("I", 1))
LARGEST_EXACT_FLOAT = 2**53
"""Whole numbers up to here, and so sums that stay below, are exact in float64."""


class GoldenError(ValueError):
    """A tensor does not fit the problem, or a width or shift is out of range."""


def tensor_shape(problem: Problem, tensor: Tensor) -> tuple[int, ...]:
    """Extents of a tensor along its axes; input rows and columns are the real ones, without padding.

    Raises
    ------
    GoldenError
        If the layer type has no such tensor.
    """
    axes = problem.axes[tensor]
    if axes is None:
        raise GoldenError(f"the layer has no tensor {tensor}")
    real_sizes = {window.input: window.real_size for window in problem.windows}
    return tuple(real_sizes.get(axis, problem.sizes.get(axis, 1)) for axis in axes)


def random_tensors(problem: Problem, bits: Bits, seed: int) -> dict[Tensor, Array]:
    """Draw the operands of a layer uniformly from the whole signed range.

    The same ``seed`` gives the same tensors; W and I are drawn from streams of their own.

    Parameters
    ----------
    problem
        The layer.
    bits
        Element widths of W, I and O; O's is not used.
    seed
        Any number from 0.

    Returns
    -------
    dict
        ``"W"`` (unless the layer type has none) and ``"I"``, axes as in ``problem.axes``.
    """
    drawn: dict[Tensor, Array] = {}
    for tensor, index in OPERANDS:
        if problem.axes[tensor] is not None:
            low, high = _signed_range(bits[index])
            generator = np.random.Generator(np.random.PCG64([seed, index]))
            shape = tensor_shape(problem, tensor)
            drawn[tensor] = generator.integers(low, high, shape, dtype=np.int64, endpoint=True)
    return drawn


def outputs(problem: Problem, tensors: Mapping[Tensor, Array]) -> Array:
    """Compute a layer.

    Parameters
    ----------
    problem
        The layer.
    tensors
        ``"W"`` (unless the layer type has none) and ``"I"``, axes as in ``problem.axes``.

    Returns
    -------
    ndarray
        O with axes as in ``problem.axes["O"]``: the exact sums, modulo ``2**64`` where data of more than
        31 bits makes them larger than that.

    Raises
    ------
    GoldenError
        If a tensor is missing or does not have the shape that the layer says.
    """
    operands = {tensor: _checked(problem, tensors, tensor) for tensor, _ in OPERANDS if problem.axes[tensor]}
    terms = _reduction_length(problem)
    largest = prod(_largest_magnitude(operand) for operand in operands.values()) * terms
    kind = np.float64 if largest < LARGEST_EXACT_FLOAT else np.int64
    inputs = _padded(problem, operands["I"]).astype(kind)
    weights = operands["W"].astype(kind) if "W" in operands else None
    product = _TapProduct(problem)
    total = np.zeros(product.shape, dtype=kind)
    for taps in itertools.product(*(range(problem.sizes[window.filter]) for window in problem.windows)):
        total += product.of(weights, inputs, taps)
    return product.in_storage_order(total).astype(np.int64)


def requantise(values: Array, shift: int, relu: bool, bits: int) -> Array:
    """Scale down, clip: what an output stage does to accumulators.

    Parameters
    ----------
    values
        Accumulators.
    shift
        Right shift, 0 to 63; half a unit is rounded up (towards plus infinity).
    relu
        Whether negative results become 0.
    bits
        Signed width to which results saturate.

    Raises
    ------
    GoldenError
        If ``shift`` or ``bits`` is out of range.

    Examples
    --------
    >>> requantise(np.array([5, 6, -6, 2000]), 2, False, 8).tolist()
    [1, 2, -1, 127]
    """
    if not 0 <= shift <= 63:
        raise GoldenError(f"a shift is 0 to 63, not {shift}")
    low, high = _signed_range(bits)
    # The bit below the point is what adding half a unit would carry; nothing can overflow this way.
    scaled = (values >> shift) + ((values >> (shift - 1)) & 1) if shift else values
    return np.clip(scaled, 0 if relu else low, high)


def wrap(values: Array, bits: int) -> Array:
    """Keep the lowest ``bits`` bits, read as two's complement.

    Raises
    ------
    GoldenError
        If ``bits`` is not 1 to 64.

    Examples
    --------
    >>> wrap(np.array([127, 128, -129]), 8).tolist()
    [127, -128, 127]
    """
    _signed_range(bits)
    unused = 64 - bits
    return (values << unused) >> unused


def worst_case_bits(problem: Problem, bits: Bits) -> int:
    """Signed width that holds every partial sum of an output, whatever the data and the order.

    Padding is not taken into account: no output is assumed to have zeros among its operands.

    Examples
    --------
    >>> from maestro_py.ir import operators
    >>> from maestro_py.ir.network import Layer
    >>> gemm = operators.get("GEMM").problem(Layer("a", "GEMM", {"M": 1, "N": 1, "K": 4}))
    >>> worst_case_bits(gemm, (8, 8, 32))  # 4 * 128 * 128 is 2**16
    18
    """
    low, high = 1, 1
    for tensor, index in OPERANDS:
        if problem.axes[tensor] is not None:
            ends = [a * b for a in (low, high) for b in _signed_range(bits[index])]
            low, high = min(ends), max(ends)
    terms = _reduction_length(problem)
    return max((terms * max(high, 0)).bit_length(), (-terms * min(low, 0) - 1).bit_length()) + 1


def _signed_range(bits: int) -> tuple[int, int]:
    if not 1 <= bits <= 64:
        raise GoldenError(f"a width is 1 to 64 bits, not {bits}")
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


def _checked(problem: Problem, tensors: Mapping[Tensor, Array], tensor: Tensor) -> Array:
    if tensor not in tensors:
        raise GoldenError(f"tensor {tensor} is missing")
    found, expected = tensors[tensor], tensor_shape(problem, tensor)
    if found.shape != expected:
        raise GoldenError(f"tensor {tensor} is {found.shape}, the layer says {expected}")
    return found


def _largest_magnitude(values: Array) -> int:
    return max(abs(int(values.min())), abs(int(values.max()))) if values.size else 0


def _output_axes(problem: Problem) -> tuple[str, ...]:
    axes = problem.axes["O"]
    assert axes is not None
    return axes


def _reduction_length(problem: Problem) -> int:
    """Products that one output adds up."""
    kept = _output_axes(problem)
    return prod(size for dimension, size in problem.sizes.items() if dimension not in kept)


def _padded(problem: Problem, inputs: Array) -> Array:
    """Bring real inputs to padded coordinates: zeros around and between them, what no output uses cut off."""
    axes = problem.axes["I"]
    assert axes is not None
    for window in problem.windows:
        axis, extent = axes.index(window.input), problem.padded_extent(window)
        places = window.pad + window.insertion * np.arange(window.real_size)
        used = (places >= 0) & (places < extent)
        shape = list(inputs.shape)
        shape[axis] = extent
        stretched = np.zeros(shape, dtype=inputs.dtype)
        np.moveaxis(stretched, axis, 0)[places[used]] = np.moveaxis(inputs, axis, 0)[used]
        inputs = stretched
    return inputs


class _TapProduct:
    """Contributions of one filter tap to all outputs, as a batched matrix product.

    Each dimension that is left when the taps are fixed is in one of four classes: in both operands and in
    the outputs (batch), in the weights and outputs, in the inputs and outputs, or in both operands alone
    (summed).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        outputs_of = {window.input: window.output for window in problem.windows}
        filters = {window.filter for window in problem.windows}
        input_axes: Sequence[str] = problem.axes["I"] or ()
        weight_axes: Sequence[str] = problem.axes["W"] or ()
        self.inputs = [outputs_of.get(axis, axis) for axis in input_axes]
        self.weights = [axis for axis in weight_axes if axis not in filters]
        kept = _output_axes(problem)
        self.batch = [d for d in kept if d in self.inputs and d in self.weights]
        self.rows = [d for d in kept if d not in self.inputs]
        self.columns = [d for d in kept if d not in self.weights]
        self.summed = [d for d in self.inputs if d not in kept]
        self.shape = tuple(
            prod(problem.sizes[d] for d in names) for names in (self.batch, self.rows, self.columns)
        )

    def of(self, weights: Matrix | None, inputs: Matrix, taps: tuple[int, ...]) -> Matrix:
        """Products of one tap per window, summed over the reduced dimensions: ``[batch, row, column]``."""
        sizes, chosen = self.problem.sizes, inputs
        for window, tap in zip(self.problem.windows, taps, strict=True):
            first = window.dilation * tap
            end = first + window.stride * (sizes[window.output] - 1) + 1
            axis = self.inputs.index(window.output)
            chosen = chosen[(slice(None),) * axis + (slice(first, end, window.stride),)]
        right = self._matrix(chosen, self.inputs, self.summed, self.columns)
        if weights is None:
            added: Matrix = right.sum(axis=1, keepdims=True)
            return added
        filters = {window.filter: tap for window, tap in zip(self.problem.windows, taps, strict=True)}
        weight_axes = self.problem.axes["W"] or ()
        tapped = weights[tuple(filters.get(axis, slice(None)) for axis in weight_axes)]
        left = self._matrix(tapped, self.weights, self.rows, self.summed)
        product: Matrix = left * right if left.shape[2] == 1 else left @ right
        return product

    def _matrix(self, values: Matrix, names: list[str], rows: list[str], columns: list[str]) -> Matrix:
        """Reshape to ``[batch, rows, columns]``."""
        order = [names.index(name) for name in (*self.batch, *rows, *columns)]
        shape = [prod(self.problem.sizes[d] for d in part) for part in (self.batch, rows, columns)]
        return values.transpose(order).reshape(shape)

    def in_storage_order(self, total: Matrix) -> Matrix:
        """Bring a result to the axes of O."""
        names = [*self.batch, *self.rows, *self.columns]
        order = [names.index(name) for name in _output_axes(self.problem)]
        return np.ascontiguousarray(total.reshape([self.problem.sizes[d] for d in names]).transpose(order))

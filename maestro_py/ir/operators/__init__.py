"""Layer types: one file each, found by being here.

An :class:`Operator` says which dimensions a layer type has in the language, and turns a layer into a
:class:`Problem`: loop dimensions with sizes and the axes of each tensor (SEMANTICS section 1). Every
module of this package defines ``OPERATOR``; a new layer type needs nothing else.

Non-goals: no dataflow, no machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Literal, Protocol

from maestro_py._entries import entries

Tensor = Literal["W", "I", "O"]
TENSORS: tuple[Tensor, ...] = ("W", "I", "O")

Padding = tuple[tuple[int, int], tuple[int, int]]
"""In front of the first row and behind the last, and of the columns alike."""

NO_PADDING: Padding = ((0, 0), (0, 0))


@dataclass(frozen=True, slots=True)
class Operation:
    """What a PE does once for each combination of the loop indices, counted as a MAC whatever it is.

    Attributes
    ----------
    name
        In words.
    multiplies
        Whether it multiplies; else it adds or compares.
    reads
        Tensors of which it reads an element in L1; it writes one of O.
    """

    name: str
    multiplies: bool
    reads: tuple[Tensor, ...]


MULTIPLY_ACCUMULATE = Operation("multiply-accumulate", True, ("W", "I", "O"))
REDUCTION = Operation("comparison or addition", False, ("I", "O"))
ADDITION = Operation("addition", False, ("W", "I"))


@dataclass(frozen=True, slots=True)
class Window:
    """One sliding axis of the input: rows (``Y``) or columns (``X``).

    The padded coordinate of output ``p`` and filter tap ``r`` is ``y = stride*p + dilation*r``; the real
    element is ``(y - pad) / insertion`` where that is an integer in ``[0, real_size)``, else a zero that
    is multiplied but neither stored nor moved (SEMANTICS section 1).

    Attributes
    ----------
    output, filter, input
        Names of the output, filter and input dimension: ``P R Y`` or ``Q S X``.
    stride, dilation
        Of the convolution as executed (a transposed convolution runs with stride 1).
    pad
        Zeros in front of the first real element; negative where the input is cropped.
    insertion
        Distance of real elements in padded coordinates: 1, or the stride of a transposed convolution.
    real_size
        Number of real input elements.
    """

    output: str
    filter: str
    input: str
    stride: int
    dilation: int
    pad: int
    insertion: int
    real_size: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A layer as loops and tensors.

    Attributes
    ----------
    sizes
        Extent of each loop dimension, in order.
    windows
        Sliding input axes.
    axes
        Axes of each tensor in storage order: names of loop dimensions, or the input name of a window.
        A tensor that the layer type lacks has None.
    operation
        What a PE does at each combination of loop indices.
    """

    sizes: Mapping[str, int]
    windows: tuple[Window, ...]
    axes: Mapping[Tensor, tuple[str, ...] | None]
    operation: Operation = MULTIPLY_ACCUMULATE

    @property
    def macs(self) -> int:
        """MACs of the layer, or what its operation is instead of them (:class:`Operation`)."""
        product = 1
        for size in self.sizes.values():
            product *= size
        return product

    def padded_extent(self, window: Window) -> int:
        """Padded rows (columns) that outputs use: ``stride*(P-1) + dilation*(R-1) + 1``."""
        outputs, taps = self.sizes[window.output], self.sizes[window.filter]
        return window.stride * (outputs - 1) + window.dilation * (taps - 1) + 1

    def window_of(self, dimension: str) -> Window | None:
        """Return the window that ``dimension`` (output, filter or input) belongs to."""
        for window in self.windows:
            if dimension in (window.output, window.filter, window.input):
                return window
        return None


class LayerShape(Protocol):
    """The part of :class:`maestro_py.ir.network.Layer` that an operator reads."""

    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def stride(self) -> tuple[int, int]: ...
    @property
    def dilation(self) -> tuple[int, int]: ...
    @property
    def padding(self) -> Padding: ...


class Lowering(Protocol):
    """How a layer becomes loops and tensors."""

    def __call__(self, layer: LayerShape) -> Problem: ...


@dataclass(frozen=True, slots=True)
class Operator:
    """A layer type.

    Attributes
    ----------
    name
        Keyword of the language.
    meanings
        Dimensions that ``Dimensions { .. }`` may give, unpadded input sizes, each with what it counts.
    loop_dimensions
        Dimensions that directives may map besides those: output row and column as ``Y'`` and ``X'``.
    slides
        Whether ``Stride``, ``Dilation`` and ``Padding`` may be given for the rows and columns that it has.
    fixed
        Dimensions that must be 1 (``R`` and ``S`` of a pointwise convolution).
    operation
        What a PE does at each combination of loop indices.
    lowering
        Turns a layer into its loops and tensors.
    summary
        One line for ``explain`` and error hints.
    """

    name: str
    meanings: Mapping[str, str]
    loop_dimensions: tuple[str, ...]
    lowering: Lowering
    summary: str
    fixed: tuple[str, ...] = ()
    operation: Operation = MULTIPLY_ACCUMULATE
    slides: bool = True

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that ``Dimensions { .. }`` may give."""
        return tuple(self.meanings)

    def problem(self, layer: LayerShape) -> Problem:
        """Return a layer of the type as its :class:`Problem`."""
        return replace(self.lowering(layer), operation=self.operation)


@cache
def registry() -> Mapping[str, Operator]:
    """Every operator by name, sorted."""
    found: dict[str, Operator] = {entry.name: entry for entry in entries(__name__, "OPERATOR")}
    return MappingProxyType(dict(sorted(found.items())))


def names() -> tuple[str, ...]:
    """Names of all layer types.

    >>> "CONV" in names()
    True
    """
    return tuple(registry())


def get(name: str) -> Operator:
    """Return the operator called ``name``.

    Raises
    ------
    KeyError
        If there is none.
    """
    return registry()[name]

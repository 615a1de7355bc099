"""Layers of a network, with the shape of the activation tracked through it.

A :class:`Net` collects layers of the IR. Its methods are named after layer types; a layer reads the
activation that the one before it wrote, or the one given as ``of=``, and returns what it writes, so that a
description needs only what a paper's table gives: channels, kernel, stride, padding.

Non-goals: no text (``models.describe.files``), no layers without MACs but pooling and sums of activations:
concatenations only change the shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from maestro_py.ir import operators
from maestro_py.ir.composites import CompositeLayer
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.operators import NO_PADDING, Padding

Sides = int | tuple[int, int]
"""One number for rows and columns, or ``(rows, columns)``."""


class Symbol(int):
    """A number that the file names: a constant that a user may replace, or a multiple of one.

    What else is computed from it is a plain number, which a description must not use as a size.
    """

    name: str
    comment: str

    def __new__(cls, name: str, value: int, comment: str) -> Symbol:
        """Make a number with a name and the comment that stands behind its definition."""
        symbol = super().__new__(cls, value)
        symbol.name, symbol.comment = name, comment
        return symbol

    def __rmul__(self, factor: int) -> Symbol:
        """Return a multiple, as in ``4 * tokens``, which the file writes ``4*SequenceLength``."""
        return self if factor == 1 else Symbol(f"{factor}*{self.name}", factor * int(self), self.comment)


@dataclass(frozen=True, slots=True)
class Shape:
    """An activation of one image: channels, rows, columns."""

    channels: int
    rows: int = 1
    columns: int = 1


class Net:
    """A network in the making.

    Attributes
    ----------
    name
        Of the network.
    written
        What was added, in order.
    layers
        The same, with the parts of composite layers in their place.
    weights
        Number of weights, without biases and normalisation.
    sections
        Comments by the number of the written layer that they stand before.
    constants
        Constants of the file.
    shape
        Activation that the next layer reads; may be set.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.written: list[Layer | CompositeLayer] = []
        self.layers: list[Layer] = []
        self.weights = 0
        self.sections: dict[int, str] = {}
        self.constants: list[Symbol] = []
        self.shape = Shape(1)
        self._batch = 1

    @property
    def network(self) -> Network:
        """The network as IR."""
        return Network(self.name, tuple(self.layers))

    @property
    def macs(self) -> int:
        """MACs of all layers that multiply: no pooling, no sums of activations."""
        return sum(
            layer.repeat * operators.get(layer.operator).problem(layer).macs
            for layer in self.layers
            if operators.get(layer.operator).operation.multiplies
        )

    # ---- around layers ----------------------------------------------------------------------------------

    def image(self, channels: int, rows: int, columns: int, *, batch: int = 1) -> Shape:
        """Begin with an input of so many images."""
        self._batch = batch
        self.shape = Shape(channels, rows, columns)
        return self.shape

    def constant(self, name: str, value: int, comment: str = "") -> Symbol:
        """Define a constant of the file; give what is returned as a size."""
        self.constants.append(Symbol(name, value, comment))
        return self.constants[-1]

    def section(self, text: str) -> None:
        """Put a comment before the next layer."""
        self.sections[len(self.written)] = text

    def concatenate(self, *shapes: Shape) -> Shape:
        """Go on with the channels of several activations of the same rows and columns."""
        first = shapes[0]
        if any((s.rows, s.columns) != (first.rows, first.columns) for s in shapes):
            raise ValueError(f"{self.name} concatenates {shapes}, which differ in rows or columns")
        self.shape = Shape(sum(shape.channels for shape in shapes), first.rows, first.columns)
        return self.shape

    # ---- layers with rows and columns -------------------------------------------------------------------

    def conv(
        self,
        name: str,
        channels: int,
        kernel: Sides,
        stride: Sides = 1,
        pad: Sides | Padding = 0,
        *,
        groups: int = 1,
        dilation: Sides = 1,
        of: Shape | None = None,
    ) -> Shape:
        """Add a convolution to ``channels`` output channels over all groups."""
        shape = of or self.shape
        if channels % groups or shape.channels % groups:
            raise ValueError(f"{name} divides {shape.channels} and {channels} channels into {groups} groups")
        sizes = {"K": channels // groups, "C": shape.channels // groups}
        if groups > 1:
            sizes["G"] = groups
        operator = "NGCONV" if groups > 1 else "CONV"
        self._window(name, operator, sizes, kernel, shape, stride, pad, dilation)
        return self._wrote(channels)

    def pointwise(self, name: str, channels: int, stride: Sides = 1, *, of: Shape | None = None) -> Shape:
        """Add a 1 x 1 convolution."""
        shape = of or self.shape
        self._window(name, "PWCONV", {"K": channels, "C": shape.channels}, 1, shape, stride)
        return self._wrote(channels)

    def depthwise(
        self,
        name: str,
        kernel: Sides,
        stride: Sides = 1,
        pad: Sides | Padding = 0,
        *,
        filters: int = 1,
        of: Shape | None = None,
    ) -> Shape:
        """Add a depthwise convolution with ``filters`` per channel."""
        shape = of or self.shape
        self._window(name, "DSCONV", {"K": filters, "C": shape.channels}, kernel, shape, stride, pad)
        return self._wrote(filters * shape.channels)

    def transposed_conv(
        self,
        name: str,
        channels: int,
        kernel: Sides,
        stride: Sides,
        pad: Sides | Padding = 0,
        *,
        of: Shape | None = None,
    ) -> Shape:
        """Add a transposed convolution, which ``pad`` crops."""
        shape = of or self.shape
        self._window(name, "TRCONV", {"K": channels, "C": shape.channels}, kernel, shape, stride, pad)
        return self._wrote(channels)

    def pool(
        self,
        name: str,
        kernel: Sides,
        stride: Sides,
        pad: Sides | Padding = 0,
        *,
        ceil: bool = False,
        of: Shape | None = None,
    ) -> Shape:
        """Add a pooling; with ``ceil``, a last window that is not full counts too (padding behind)."""
        shape = of or self.shape
        padding = _padding(pad)
        if ceil:
            extents = (shape.rows, shape.columns)
            rows, columns = map(_filled, extents, _pair(kernel), _pair(stride), padding)
            padding = (rows, columns)
        self._window(name, "POOL", {"C": shape.channels}, kernel, shape, stride, padding)
        return self._wrote(shape.channels)

    def global_pool(self, name: str, *, of: Shape | None = None) -> Shape:
        """Add an average over all rows and columns."""
        shape = of or self.shape
        return self.pool(name, (shape.rows, shape.columns), 1, of=shape)

    def add(self, name: str, first: Shape, second: Shape) -> Shape:
        """Add the element-wise sum of two activations, which must have one shape."""
        if first != second:
            raise ValueError(f"{name} of {self.name} adds {first} and {second}, which differ")
        sizes = {"N": self._batch, "C": first.channels, "Y": first.rows, "X": first.columns}
        self.append(Layer(name, "ADD", sizes))
        self.shape = first
        return self.shape

    # ---- layers without rows and columns ----------------------------------------------------------------

    def fc(self, name: str, outputs: int, *, of: Shape | None = None) -> Shape:
        """Add a fully-connected layer over the flattened activation."""
        shape = of or self.shape
        inputs = shape.channels * shape.rows * shape.columns
        self.append(Layer(name, "FC", {"N": self._batch, "K": outputs, "C": inputs}))
        self.shape = Shape(outputs)
        return self.shape

    def matmul(
        self, name: str, rows: int, outputs: int, inputs: int, *, repeat: int = 1, same_weights: bool = False
    ) -> None:
        """Add ``rows`` vectors of ``inputs`` times a matrix of weights.

        What runs ``repeat`` times has ``same_weights`` (steps of a recurrent layer) or its own each time.
        """
        layer = Layer(name, "GEMM", {"M": rows, "N": outputs, "K": inputs}, repeat=repeat)
        self.append(layer, same_weights=same_weights)

    def batched_matmul(
        self, name: str, groups: int, rows: int, outputs: int, inputs: int, *, repeat: int = 1
    ) -> None:
        """Add ``groups`` products of two activations: ``rows x inputs`` times ``inputs x outputs``."""
        sizes = {"G": groups, "M": rows, "N": outputs, "K": inputs}
        self.append(Layer(name, "BMM", sizes, repeat=repeat))

    # ---- layers of several ordinary ones ----------------------------------------------------------------

    def recurrent(
        self, name: str, composite: str, steps: int, inputs: int, hidden: int, *, directions: int = 1
    ) -> None:
        """Add an LSTM, GRU or RNN over ``steps`` inputs, that reads them in one direction or in both."""
        directed = {"D": directions} if directions > 1 else {}
        self._composite(CompositeLayer(name, composite, {"T": steps, "C": inputs, "K": hidden, **directed}))

    def attention(
        self, name: str, queries: int, keys: int, head: int, *, kv_heads: int, shared_by: int = 1
    ) -> None:
        """Add scores and context of heads of that width; ``shared_by`` query heads share one of keys."""
        shared = {"H": shared_by} if shared_by > 1 else {}
        sizes = {"G": kv_heads, **shared, "M": queries, "T": keys, "K": head}
        self._composite(CompositeLayer(name, "ATTENTION", sizes))

    # ---- common -----------------------------------------------------------------------------------------

    def append(self, layer: Layer, *, same_weights: bool = False) -> None:
        """Add a layer and its weights."""
        self.written.append(layer)
        self._count(layer, same_weights)

    def _composite(self, layer: CompositeLayer) -> None:
        self.written.append(layer)
        for part in layer.parts():
            self._count(part, same_weights=True)

    def _count(self, layer: Layer, same_weights: bool) -> None:
        if any(layer.name == other.name for other in self.layers):
            raise ValueError(f"two layers of {self.name} are called {layer.name}")
        self.layers.append(layer)
        problem = operators.get(layer.operator).problem(layer)
        axes = problem.axes["W"]
        if axes and layer.operator not in ("BMM", "ADD"):  # these read two activations
            self.weights += prod(problem.sizes[axis] for axis in axes) * (1 if same_weights else layer.repeat)

    def _window(
        self,
        name: str,
        operator: str,
        channels: dict[str, int],
        kernel: Sides,
        shape: Shape,
        stride: Sides,
        pad: Sides | Padding = NO_PADDING,
        dilation: Sides = 1,
    ) -> None:
        taps = dict(zip("RS", _pair(kernel), strict=True))
        sizes = {"N": self._batch, **channels, **taps, "Y": shape.rows, "X": shape.columns}
        self.append(
            Layer(
                name,
                operator,
                sizes,
                stride=_pair(stride),
                dilation=_pair(dilation),
                padding=_padding(pad),
            )
        )

    def _wrote(self, channels: int) -> Shape:
        layer = self.layers[-1]
        sizes = operators.get(layer.operator).problem(layer).sizes
        self.shape = Shape(channels, sizes["P"], sizes["Q"])
        return self.shape


def _pair(sides: Sides) -> tuple[int, int]:
    return (sides, sides) if isinstance(sides, int) else sides


def _padding(pad: Sides | Padding) -> Padding:
    rows, columns = (pad, pad) if isinstance(pad, int) else pad
    return (_pair(rows), _pair(columns))


def _filled(extent: int, kernel: int, stride: int, pad: tuple[int, int]) -> tuple[int, int]:
    """Padding with as much more behind as makes the last window full."""
    left_over = (extent + sum(pad) - kernel) % stride
    return (pad[0], pad[1] + (stride - left_over if left_over else 0))

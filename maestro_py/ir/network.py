"""Networks: layers with sizes, as numbers.

What the language's ``Network`` and ``Layer`` blocks mean. A layer's operator is a key of
``maestro_py.ir.operators``; that registry knows which dimensions it has and how tensors are indexed.

Non-goals: no text, no legality, no dataflow applied (``maestro_py.ir.nest``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maestro_py.errors import Span
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.density import DENSE, Density
from maestro_py.ir.operators import NO_PADDING, Padding


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a network.

    Attributes
    ----------
    name
        Unique within the network.
    operator
        Registry key, e.g. ``"CONV"``.
    sizes
        Extents in the language's names (``N K C Y X R S G`` or ``G M N K``), unpadded input sizes.
        Absent dimensions have size 1, and those of size 1 are left out, so that a layer has one form.
    stride, dilation
        ``(rows, columns)``.
    padding
        ``((above, below), (left, right))``.
    dataflow
        The layer's own dataflow, or None for a model file.
    repeat
        How often the layer runs, one run after the other: the blocks of a transformer, the steps of a
        recurrent layer.
    density
        Fraction of the elements of W, I and O that are not zero, above 0 and with at most six decimals; what
        a layer type lacks has 1.
    """

    name: str
    operator: str
    sizes: Mapping[str, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: Padding = NO_PADDING
    dataflow: Dataflow | None = None
    repeat: int = 1
    density: Density = DENSE
    span: Span | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Leave out sizes of 1."""
        sizes = {dimension: size for dimension, size in self.sizes.items() if size != 1}
        object.__setattr__(self, "sizes", sizes)


@dataclass(frozen=True, slots=True)
class Network:
    """An ordered list of layers."""

    name: str
    layers: tuple[Layer, ...]
    span: Span | None = field(default=None, compare=False, repr=False)

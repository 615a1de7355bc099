"""The typed tree of a text in the language.

One frozen class per construct of ``dsl/grammar.lark``, in its order. Every node knows its place (``span``),
which takes no part in equality: two trees are equal if they say the same.

Non-goals: no meaning. Names are not resolved, sizes not evaluated (``maestro_py.ir.lower``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from maestro_py.errors import Span

SizeKeyword = Literal["Stride", "Dilation", "Padding", "Dimensions"]
MapKeyword = Literal["SpatialMap", "TemporalMap"]
Operator = Literal["+", "-", "*", "/", "%"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the text gives or uses: of a layer, a dimension, a setting."""

    text: str
    span: Span | None = field(default=None, compare=False, repr=False)


# ---- Sizes --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A non-negative integer."""

    value: int
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """The use of a constant, or a word as the value of a setting (``INT8``, ``true``)."""

    name: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SizeOf:
    """``Sz(D)``."""

    dimension: Name
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BinaryOperation:
    """``left operator right``."""

    operator: Operator
    left: Expression
    right: Expression
    span: Span | None = field(default=None, compare=False, repr=False)


Expression = Number | Reference | SizeOf | BinaryOperation


# ---- Constant, Network, Layer -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """``Constant NAME value;``."""

    name: Name
    value: Expression
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LayerType:
    """``Type: CONV;``."""

    name: Name
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """``Repeat: 32;``."""

    value: Expression
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """``(front, behind)``: the padding of an axis on its two sides."""

    front: Expression
    behind: Expression
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SizeEntry:
    """One ``K: 64`` of a size block; only ``Padding`` has pairs."""

    dimension: Name
    value: Expression | Pair
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SizeBlock:
    """``Stride``, ``Dilation``, ``Padding`` or ``Dimensions`` with its entries."""

    keyword: SizeKeyword
    entries: tuple[SizeEntry, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DensityEntry:
    """One ``W: 0.3`` of a ``Density`` block: a number as written, for it has to be exact."""

    tensor: Name
    value: Decimal
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DensityBlock:
    """``Density`` with its entries."""

    entries: tuple[DensityEntry, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MapDirective:
    """``SpatialMap(size, offset) D;`` or ``TemporalMap(size, offset) D;``."""

    kind: MapKeyword
    size: Expression
    offset: Expression
    dimension: Name
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ClusterDirective:
    """``Cluster(size, P);`` or ``Cluster(size, L);``."""

    size: Expression
    kind: Name
    span: Span | None = field(default=None, compare=False, repr=False)


Directive = MapDirective | ClusterDirective


@dataclass(frozen=True, slots=True)
class Dataflow:
    """``Dataflow name (CONV, POOL) { .. }``, in a layer or alone (a template).

    The name may be missing; so may the layer types (``operators``) that a template is meant for.
    """

    name: Name | None
    directives: tuple[Directive, ...]
    operators: tuple[Name, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)


LayerStatement = LayerType | Repeat | SizeBlock | DensityBlock | Dataflow


@dataclass(frozen=True, slots=True)
class Layer:
    """``Layer name { .. }``: its statements in written order."""

    name: Name
    statements: tuple[LayerStatement, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Network:
    """``Network name { .. }``."""

    name: Name
    layers: tuple[Layer, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


# ---- Accelerator --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quantity:
    """A decimal number, or a number with a unit of frequency (``kHz`` and so on)."""

    value: float
    unit: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """One ``NumPEs: 256;`` of a section."""

    key: Name
    value: Expression | Quantity
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Section:
    """``PE { .. }`` and the like; sections may hold sections (``Vector``, ``Layout``)."""

    name: Name
    items: tuple[Section | Setting, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Technology:
    """``Technology: maestro-28nm;``."""

    name: Name
    span: Span | None = field(default=None, compare=False, repr=False)


AcceleratorItem = Section | Setting | Technology


@dataclass(frozen=True, slots=True)
class Accelerator:
    """``Accelerator name { .. }``; the name may be missing."""

    name: Name | None
    items: tuple[AcceleratorItem, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class HardwareEntry:
    """One line of the original's key-value hardware file: ``num_pes: 256``."""

    key: Name
    value: Expression
    span: Span | None = field(default=None, compare=False, repr=False)


# ---- Document -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as written, with its marks."""

    text: str
    span: Span
    blank_line_before: bool = False


DocumentItem = Constant | Network | Dataflow | Accelerator | HardwareEntry


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text. Comments have places and take no part in equality."""

    items: tuple[DocumentItem, ...]
    filename: str = field(default="<text>", compare=False)
    comments: tuple[Comment, ...] = field(default=(), compare=False, repr=False)

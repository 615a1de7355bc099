"""Tree to IR: what a text says, as networks, dataflows and accelerators.

:func:`lower` resolves constants, evaluates sizes, looks layer types up in ``maestro_py.ir.operators``, puts
the parts of a composite type (``maestro_py.ir.composites``) in place of its layer and applies the rules of
``maestro_py.ir.rules``. All errors of a document are raised together; warnings come with the result.

Non-goals: no text (``maestro_py.syntax``), no machine applied and no legality (``maestro_py.ir.nest``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from typing import TypeVar

from maestro_py.errors import Diagnostic, SemanticError, Span, did_you_mean
from maestro_py.ir import composites, operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.constants import Scope
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Directive, MapDirective
from maestro_py.ir.density import DENSE, Density, lower_density
from maestro_py.ir.machine import lower_accelerator, lower_hardware_entries
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.operators import TENSORS
from maestro_py.ir.rules import check_dataflow, check_layer
from maestro_py.syntax import ast
from maestro_py.syntax.codes import diagnostic

T = TypeVar("T")
Kind = operators.Operator | composites.Composite

WINDOW_AXES = ("Y", "X")
"""Axes of ``Stride``, ``Dilation`` and ``Padding``: rows, columns."""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that one document describes.

    Attributes
    ----------
    networks, dataflows, accelerators
        In written order; ``dataflows`` are those outside layers (templates). The entries of a key-value
        hardware file make one accelerator, the last.
    constants
        Value of every constant.
    warnings
        What is allowed but probably not meant.
    """

    networks: tuple[Network, ...] = ()
    dataflows: tuple[Dataflow, ...] = ()
    accelerators: tuple[Accelerator, ...] = ()
    constants: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()


def lower(
    document: ast.Document, constants: Mapping[str, int] | None = None, kept: Collection[str] = ()
) -> Program:
    """Return the IR of a document.

    Parameters
    ----------
    document
        A parsed text.
    constants
        Values that replace those of the document's constants.
    kept
        Constants that stay names in the directives of dataflows, for they get many values
        (:mod:`maestro_py.ir.nests`). They have no value in the result, and one that is used elsewhere than
        in a template, as in another constant, a layer's size or a layer's own dataflow, is an error (M230).

    Raises
    ------
    SemanticError
        With every error of the document (codes M2xx), and the warnings.

    Examples
    --------
    >>> from maestro_py.syntax.parser import parse
    >>> layer = "Layer a { Type: CONV Dimensions { K: T, C: T/2, Y: 8, X: 8, R: 3, S: 3 } }"
    >>> text = f"Constant T 64; Network n {{ {layer} }}"
    >>> lower(parse(text), {"T": 16}).networks[0].layers[0].sizes
    {'K': 16, 'C': 8, 'Y': 8, 'X': 8, 'R': 3, 'S': 3}
    """
    items = document.items
    scope = Scope((i for i in items if isinstance(i, ast.Constant)), constants or {}, kept)
    networks: list[Network] = []
    dataflows: list[Dataflow] = []
    accelerators: list[Accelerator] = []
    lowering = _Lowering(scope)
    for item in items:
        match item:
            case ast.Network():
                networks.append(lowering.network(item))
            case ast.Dataflow():
                dataflows.append(lowering.dataflow(item))
            case ast.Accelerator():
                accelerators.append(lower_accelerator(item, scope))
            case _:
                pass  # constants are in the scope, hardware entries make one accelerator below
    entries = [i for i in items if isinstance(i, ast.HardwareEntry)]
    if entries:
        accelerators.append(lower_hardware_entries(entries, scope))
    problems = _in_order(scope.diagnostics)
    if any(problem.severity == "error" for problem in problems):
        raise SemanticError(problems)
    values = {name: value for name, value in scope.values.items() if value is not None}
    return Program(tuple(networks), tuple(dataflows), tuple(accelerators), values, tuple(problems))


def _in_order(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(problems, key=lambda d: (d.span.line, d.span.column, d.code) if d.span else (0, 0, d.code))


class _Lowering:
    """Lowers blocks; what is wrong goes to the scope's diagnostics."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.found = scope.diagnostics

    # ---- networks -----------------------------------------------------------------------------------

    def network(self, node: ast.Network) -> Network:
        """Lower a network; layers that repeat a name are numbered, and so are parts that have a layer's."""
        layers: list[Layer] = []
        taken = {layer.name.text for layer in node.layers}
        seen: set[str] = set()
        last: dict[str, int] = {}
        for layer_node in node.layers:
            name, place = layer_node.name.text, layer_node.name.span
            if name in seen:
                name = self._numbered(name, "this one", place, last, taken)
            seen.add(name)
            for layer in self.layers(layer_node, name):
                if layer.name != name and layer.name in taken:
                    free = self._numbered(layer.name, f"this part of {name!r}", place, last, taken)
                    layer = with_changes(layer, name=free)
                taken.add(layer.name)
                layers.append(layer)
        return Network(node.name.text, tuple(layers), node.name.span)

    def _numbered(
        self, name: str, what: str, place: Span | None, last: dict[str, int], taken: set[str]
    ) -> str:
        number = last.get(name, 1) + 1
        while f"{name}#{number}" in taken:
            number += 1
        last[name] = number
        new = f"{name}#{number}"
        taken.add(new)
        message = f"there is a layer {name!r} already; {what} is called {new!r}"
        self.found.append(diagnostic("M251", message, place))
        return new

    def layers(self, node: ast.Layer, name: str) -> tuple[Layer, ...]:
        """Lower a layer, to its parts if its type is composite, or to none if it says too little."""
        before = len(self.found)
        statements = self._single_statements(node)
        kind = statements.get("Type")
        operator = self._operator(kind, node) if isinstance(kind, ast.LayerType) else None
        if kind is None:
            self.found.append(diagnostic("M202", f"layer {name!r} has no Type", node.name.span))
        dimensions = statements.get("Dimensions")
        if dimensions is None:
            self.found.append(diagnostic("M202", f"layer {name!r} has no Dimensions", node.name.span))
        known = operator.dimensions if operator else None
        sizes = self._entries(dimensions, operator, known, self._positive)
        strides, dilations = (
            self._rows_and_columns(statements.get(keyword), operator, self._positive, 1)
            for keyword in ("Stride", "Dilation")
        )
        paddings = self._rows_and_columns(statements.get("Padding"), operator, self._sides, (0, 0))
        dataflow_node = statements.get("Dataflow")
        dataflow = self._own_dataflow(dataflow_node) if isinstance(dataflow_node, ast.Dataflow) else None
        repeat_node = statements.get("Repeat")
        repeat = 1
        if isinstance(repeat_node, ast.Repeat):
            repeat = self._at_least(1, repeat_node.value, "Repeat") or 1
        if operator is None:
            return ()
        density = self._density(statements.get("Density"), operator, name)
        place = node.name.span
        if isinstance(operator, operators.Operator):
            layer = Layer(
                name, operator.name, sizes, strides, dilations, paddings, dataflow, repeat, density, place
            )
            found: tuple[Layer, ...] = (layer,)
        elif self._has_errors(before):
            return ()
        else:
            parts = self._parts(composites.CompositeLayer(name, operator.name, sizes, repeat), node)
            found = tuple(with_changes(part, dataflow=dataflow, span=place) for part in parts)
        if not self._has_errors(before):
            self.found.extend(_breaches(found))
        return found

    def _density(self, block: ast.LayerStatement | None, operator: Kind, name: str) -> Density:
        """Return the densities of a layer, 1 where nothing is said."""
        if not isinstance(block, ast.DensityBlock):
            return DENSE
        tensors: tuple[str, ...] = ()
        if isinstance(operator, operators.Operator):
            axes = operator.problem(Layer(name, operator.name, {})).axes
            tensors = tuple(tensor for tensor in TENSORS if axes[tensor])
        return lower_density(block, tensors, operator.name, self.found)

    def _parts(self, layer: composites.CompositeLayer, node: ast.Layer) -> tuple[Layer, ...]:
        """Return the parts of a layer, or none if its sizes break a rule of its type."""
        blocks = (s for s in node.statements if isinstance(s, ast.SizeBlock) and s.keyword == "Dimensions")
        places = {entry.dimension.text: entry.span for block in blocks for entry in block.entries}
        wrong = [
            diagnostic("M205", f"layer {layer.name!r}: {message}", places[dimension])
            for dimension, message in composites.get(layer.composite).problems(layer.sizes)
        ]
        parts = () if wrong else layer.parts()
        for message in (message for part in parts for message in composites.too_large(part)):
            wrong.append(diagnostic("M212", f"layer {layer.name!r}: {message}", node.name.span))
        self.found.extend(wrong)
        return parts

    def _has_errors(self, before: int) -> bool:
        return any(problem.severity == "error" for problem in self.found[before:])

    def _single_statements(self, node: ast.Layer) -> dict[str, ast.LayerStatement]:
        """Return the statements of a layer by keyword; the first counts where one is repeated."""
        found: dict[str, ast.LayerStatement] = {}
        for statement in node.statements:
            match statement:
                case ast.LayerType():
                    keyword: str = "Type"
                case ast.Repeat():
                    keyword = "Repeat"
                case ast.SizeBlock():
                    keyword = statement.keyword
                case ast.DensityBlock():
                    keyword = "Density"
                case ast.Dataflow():
                    keyword = "Dataflow"
            if keyword in found:
                message = f"layer {node.name.text!r} has a second {keyword}"
                self.found.append(diagnostic("M204", message, statement.span))
            else:
                found[keyword] = statement
        return found

    def _operator(self, kind: ast.LayerType, node: ast.Layer) -> Kind | None:
        name = kind.name.text
        known: dict[str, Kind] = {**operators.registry(), **composites.registry()}
        if name not in known:
            message = f"{name!r} is no layer type (layer {node.name.text!r})"
            self.found.append(
                diagnostic("M201", message, kind.name.span, did_you_mean(name, known, "layer types"))
            )
        return known.get(name)

    def _entries(
        self,
        block: ast.LayerStatement | None,
        operator: Kind | None,
        known: tuple[str, ...] | None,
        read: Callable[[ast.SizeEntry, str], T | None],
    ) -> dict[str, T]:
        """Return the entries of a size block as values; wrong ones are left out."""
        sizes: dict[str, T] = {}
        if not isinstance(block, ast.SizeBlock):
            return sizes
        for entry in block.entries:
            name = entry.dimension.text
            value = read(entry, block.keyword)
            if known is not None and name not in known:
                self.found.append(_unknown_entry(block, entry, operator, known))
            elif value is not None and name in sizes:
                same = sizes[name] == value
                first, second = _shown(sizes[name]), _shown(value)
                message = f"{name!r} is given twice" + ("" if same else f", as {first} and as {second}")
                self.found.append(diagnostic("M252" if same else "M209", message, entry.span))
            elif value is not None:
                sizes[name] = value
        return sizes

    def _positive(self, entry: ast.SizeEntry, keyword: str) -> int | None:
        """Return the one number of an entry, at least 1."""
        assert not isinstance(entry.value, ast.Pair)  # the grammar has pairs in Padding alone
        return self._at_least(1, entry.value, f"{keyword} {entry.dimension.text}")

    def _sides(self, entry: ast.SizeEntry, keyword: str) -> tuple[int, int] | None:
        """Return the two numbers of an entry, at least 0; one stands for both."""
        what = f"{keyword} {entry.dimension.text}"
        if not isinstance(entry.value, ast.Pair):
            both = self._at_least(0, entry.value, what)
            return None if both is None else (both, both)
        front = self._at_least(0, entry.value.front, f"{what} in front")
        behind = self._at_least(0, entry.value.behind, f"{what} behind")
        return None if front is None or behind is None else (front, behind)

    def _at_least(self, least: int, node: ast.Expression, what: str) -> int | None:
        value = self.scope.number(node)
        if value is not None and value < least:
            self.found.append(diagnostic("M205", f"{what} is {value}; {least} is the least", node.span))
            return None
        return value

    def _rows_and_columns(
        self,
        block: ast.LayerStatement | None,
        operator: Kind | None,
        read: Callable[[ast.SizeEntry, str], T | None],
        absent: T,
    ) -> tuple[T, T]:
        """Return (rows, columns) of a ``Stride``, ``Dilation`` or ``Padding``."""
        known = None
        if operator is not None:
            known = tuple(axis for axis in WINDOW_AXES if operator.slides and axis in operator.dimensions)
        sizes = self._entries(block, operator, known, read)
        return sizes.get("Y", absent), sizes.get("X", absent)

    # ---- dataflows ----------------------------------------------------------------------------------

    def dataflow(self, node: ast.Dataflow) -> Dataflow:
        """Lower a dataflow; directives with errors are left out."""
        directives = [self._directive(directive) for directive in node.directives]
        for operator in node.operators:
            if operator.text not in operators.names():
                message = f"{operator.text!r} is no layer type of a dataflow"
                hint = composites.template_hint(operator.text)
                self.found.append(diagnostic("M201", message, operator.span, hint))
        return Dataflow(
            tuple(d for d in directives if d is not None),
            node.name.text if node.name else "",
            tuple(operator.text for operator in node.operators),
            node.name.span if node.name else node.span,
        )

    def _own_dataflow(self, node: ast.Dataflow) -> Dataflow:
        """Lower the dataflow of a layer, whose rules are applied at once: every constant needs its value."""
        for directive in node.directives:
            self.scope.has_many_values(directive.size)
            if not isinstance(directive, ast.ClusterDirective):
                self.scope.has_many_values(directive.offset)
        return self.dataflow(node)

    def _directive(self, node: ast.Directive) -> Directive | None:
        size = self.scope.expression(node.size)
        if isinstance(node, ast.ClusterDirective):
            kind = node.kind.text
            if kind not in ("P", "L"):
                message = f"{kind!r} is no kind of cluster"
                self.found.append(diagnostic("M218", message, node.kind.span))
                return None
            return None if size is None else ClusterDirective(size, "L" if kind == "L" else "P", node.span)
        offset = self.scope.expression(node.offset)
        if size is None or offset is None:
            return None
        return MapDirective(node.kind, size, offset, node.dimension.text, node.span)


def _breaches(layers: Iterable[Layer]) -> Iterable[Diagnostic]:
    """Yield what breaks a rule in the layers that one became; what several of them share, once."""
    seen: set[tuple[str, Span | None]] = set()
    for layer in layers:
        operator = operators.get(layer.operator)
        wrong = check_layer(layer, operator)
        if not wrong and layer.dataflow is not None:
            wrong = check_dataflow(layer.dataflow, layer, operator)
        yield from (problem for problem in wrong if (problem.code, problem.span) not in seen)
        seen.update((problem.code, problem.span) for problem in wrong)


def _shown(value: object) -> str:
    """Return a value of a size block as it is written: one number for two equal sides."""
    return str(value[0] if isinstance(value, tuple) and value[0] == value[1] else value)


def _unknown_entry(
    block: ast.SizeBlock, entry: ast.SizeEntry, operator: Kind | None, known: tuple[str, ...]
) -> Diagnostic:
    """Return the error of a size for a dimension that the layer type lacks, or that does not slide."""
    name, where = entry.dimension.text, f" in {operator.name}" if operator else ""
    if known:
        what, hint = f"no such dimension{where}", did_you_mean(name, known, "dimensions")
    else:
        what, hint = f"no sliding window{where}", f"leave {block.keyword} out"
    return diagnostic("M203", f"{block.keyword} of {name!r}: {what}", entry.dimension.span, hint)

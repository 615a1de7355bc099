"""Tree to IR: what a text says, as networks, dataflows and accelerators.

:func:`lower` resolves constants, evaluates sizes, looks layer types up in ``maestro_py.ir.operators`` and
applies the rules of ``maestro_py.ir.rules``. All errors of a document are raised together; warnings come
with the result.

Non-goals: no text (``maestro_py.syntax``), no machine applied and no legality (``maestro_py.ir.nest``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from maestro_py.errors import Diagnostic, SemanticError, did_you_mean
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.constants import Scope
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, Directive, MapDirective
from maestro_py.ir.machine import lower_accelerator, lower_hardware_entries
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.rules import check_dataflow, check_layer
from maestro_py.syntax import ast
from maestro_py.syntax.codes import diagnostic

T = TypeVar("T")

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


def lower(document: ast.Document, constants: Mapping[str, int] | None = None) -> Program:
    """Return the IR of a document.

    Parameters
    ----------
    document
        A parsed text.
    constants
        Values that replace those of the document's constants.

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
    scope = Scope((i for i in items if isinstance(i, ast.Constant)), constants or {})
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
        """Lower a network; layers that repeat a name are numbered."""
        layers: list[Layer] = []
        taken = {layer.name.text for layer in node.layers}
        used: dict[str, int] = {}
        for layer_node in node.layers:
            name = layer_node.name.text
            used[name] = used.get(name, 0) + 1
            if used[name] > 1:
                name = self._numbered(layer_node.name, used, taken)
            layer = self.layer(layer_node, name)
            if layer is not None:
                layers.append(layer)
        return Network(node.name.text, tuple(layers), node.name.span)

    def _numbered(self, name: ast.Name, used: dict[str, int], taken: set[str]) -> str:
        while f"{name.text}#{used[name.text]}" in taken:
            used[name.text] += 1
        new = f"{name.text}#{used[name.text]}"
        taken.add(new)
        message = f"there is a layer {name.text!r} already; this one is called {new!r}"
        self.found.append(diagnostic("M251", message, name.span))
        return new

    def layer(self, node: ast.Layer, name: str) -> Layer | None:
        """Lower a layer, or return None if it says too little to be one."""
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
        dataflow = self.dataflow(dataflow_node) if isinstance(dataflow_node, ast.Dataflow) else None
        repeat_node = statements.get("Repeat")
        repeat = 1
        if isinstance(repeat_node, ast.Repeat):
            repeat = self._at_least(1, repeat_node.value, "Repeat") or 1
        if operator is None:
            return None
        layer = Layer(
            name, operator.name, sizes, strides, dilations, paddings, dataflow, repeat, node.name.span
        )
        if not any(problem.severity == "error" for problem in self.found[before:]):
            wrong = check_layer(layer, operator)
            if not wrong and dataflow is not None:
                wrong = check_dataflow(dataflow, layer, operator)
            self.found.extend(wrong)
        return layer

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
                case ast.Dataflow():
                    keyword = "Dataflow"
            if keyword in found:
                message = f"layer {node.name.text!r} has a second {keyword}"
                self.found.append(diagnostic("M204", message, statement.span))
            else:
                found[keyword] = statement
        return found

    def _operator(self, kind: ast.LayerType, node: ast.Layer) -> operators.Operator | None:
        try:
            return operators.get(kind.name.text)
        except KeyError:
            message = f"{kind.name.text!r} is no layer type (layer {node.name.text!r})"
            hint = did_you_mean(kind.name.text, operators.names(), "layer types")
            self.found.append(diagnostic("M201", message, kind.name.span, hint))
            return None

    def _entries(
        self,
        block: ast.LayerStatement | None,
        operator: operators.Operator | None,
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
        operator: operators.Operator | None,
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
                hint = did_you_mean(operator.text, operators.names(), "layer types")
                self.found.append(
                    diagnostic("M201", f"{operator.text!r} is no layer type", operator.span, hint)
                )
        return Dataflow(
            tuple(d for d in directives if d is not None),
            node.name.text if node.name else "",
            tuple(operator.text for operator in node.operators),
            node.name.span if node.name else node.span,
        )

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


def _shown(value: object) -> str:
    """Return a value of a size block as it is written: one number for two equal sides."""
    return str(value[0] if isinstance(value, tuple) and value[0] == value[1] else value)


def _unknown_entry(
    block: ast.SizeBlock, entry: ast.SizeEntry, operator: operators.Operator | None, known: tuple[str, ...]
) -> Diagnostic:
    """Return the error of a size for a dimension that the layer type lacks, or that does not slide."""
    name, where = entry.dimension.text, f" in {operator.name}" if operator else ""
    if known:
        what, hint = f"no such dimension{where}", did_you_mean(name, known, "dimensions")
    else:
        what, hint = f"no sliding window{where}", f"leave {block.keyword} out"
    return diagnostic("M203", f"{block.keyword} of {name!r}: {what}", entry.dimension.span, hint)

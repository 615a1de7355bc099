"""What makes a layer or a dataflow wrong: one function per rule.

Every function yields a diagnostic for each breach. Codes and examples are in ``maestro_py.syntax.codes``;
what the rules guard is in SEMANTICS sections 1 and 2. Two groups of dataflow rules are kept apart: those
of ``check_dataflow`` hold for every layer of a file that is read; those of ``check_units`` only once a
layer is put on a machine, for files of the original break some of them in layers that nobody runs.

Non-goals: coverage and redundancy (legality).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from maestro_py.errors import Diagnostic, Span, did_you_mean
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.dataflow import (
    BinaryOperation,
    ClusterDirective,
    Dataflow,
    Expression,
    MapDirective,
    Number,
    SizeOf,
    evaluate,
)
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Operator
from maestro_py.ir.sizes import language_sizes
from maestro_py.syntax.codes import diagnostic


def language_dimensions(operator: Operator) -> tuple[str, ...]:
    """Return every dimension that a directive may name for a layer type."""
    return (*operator.dimensions, *operator.loop_dimensions)


# ---- layers -------------------------------------------------------------------------------------------


def fixed_dimensions(layer: Layer, operator: Operator) -> Iterator[Diagnostic]:
    """Some layer types fix a dimension at 1 (a pointwise filter)."""
    for dimension in operator.fixed:
        size = layer.sizes.get(dimension, 1)
        if size != 1:
            message = f"layer {layer.name!r}: {dimension} is {size}; in {operator.name} it is 1"
            yield diagnostic("M210", message, layer.span)


def filter_fits(layer: Layer, operator: Operator) -> Iterator[Diagnostic]:
    """Every layer has at least one output row and column."""
    problem = operator.problem(layer)
    for axis, window in enumerate(problem.windows):
        if problem.sizes[window.output] >= 1:
            continue
        taps, rows = layer.sizes.get(window.filter, 1), layer.sizes.get(window.input, 1)
        extent = layer.dilation[axis] * (taps - 1) + 1
        message = (
            f"layer {layer.name!r}: the filter covers {extent} of {window.input}, which has {rows} and "
            f"{_sides(*layer.padding[axis])}"
        )
        if window.insertion > 1 or operator.name == "TRCONV":
            padding = _sides(*layer.padding[axis])
            message = f"layer {layer.name!r}: {padding} leaves no output along {window.input}"
        yield diagnostic("M213", message, layer.span)


def _sides(front: int, behind: int) -> str:
    if front == behind:
        return f"{front} of padding on either side"
    return f"{front} of padding in front and {behind} behind"


LAYER_RULES = (fixed_dimensions, filter_fits)


# ---- dataflows ----------------------------------------------------------------------------------------


def maps_have_dimensions(dataflow: Dataflow, layer: Layer, operator: Operator) -> Iterator[Diagnostic]:
    """A directive cuts a dimension of the layer."""
    known = language_dimensions(operator)
    for directive in dataflow.directives:
        if isinstance(directive, MapDirective) and directive.dimension not in known:
            what = f"{directive.kind} on {directive.dimension!r}"
            message = f"{what}: no such dimension in {operator.name} layer {layer.name!r}"
            hint = did_you_mean(directive.dimension, known, "dimensions")
            yield diagnostic("M226", message, directive.span, hint)


def sizes_have_dimensions(dataflow: Dataflow, layer: Layer, operator: Operator) -> Iterator[Diagnostic]:
    """``Sz(D)`` names a dimension of the layer."""
    known = language_sizes(operator.problem(layer), layer)
    for _, expression, span in _expressions(dataflow):
        for dimension in dict.fromkeys(_dimensions_of(expression)):
            if dimension not in known:
                message = f"Sz({dimension}): no such dimension in {operator.name} layer {layer.name!r}"
                hint = did_you_mean(dimension, language_dimensions(operator), "dimensions")
                yield diagnostic("M220", message, span, hint)


def sizes_are_positive(dataflow: Dataflow, layer: Layer, operator: Operator) -> Iterator[Diagnostic]:
    """Sizes and offsets of maps and sizes of clusters are at least 1, and fit 64 bits."""
    sizes = language_sizes(operator.problem(layer), layer)
    for what, expression, span in _expressions(dataflow):
        if isinstance(expression, Number) and 1 <= expression.value <= LARGEST:
            continue
        try:
            value = evaluate(expression, sizes)
        except KeyError:
            continue  # sizes_have_dimensions says so
        except ZeroDivisionError:
            message = f"{what} divides by zero in layer {layer.name!r}"
            yield diagnostic("M221", message, span)
            continue
        if value < 1:
            yield diagnostic("M222", f"{what} is {value} in layer {layer.name!r}", span)
        elif value > LARGEST:
            yield diagnostic("M212", f"{what} is too large in layer {layer.name!r}", span)


def axes_are_cut_on_one_side(dataflow: Dataflow, layer: Layer, operator: Operator) -> Iterator[Diagnostic]:
    """One level cuts the input (``Y``) or the output (``Y'``) side of an axis, not both."""
    del operator
    for level in levels_of(dataflow):
        seen: set[str] = set()
        for directive in level.maps:
            name = directive.dimension
            other = name.removesuffix("'") if name.endswith("'") else f"{name}'"
            if other in seen:
                message = f"{other} and {name} are both mapped at one level in layer {layer.name!r}"
                yield diagnostic("M225", message, directive.span)
            seen.add(name)


DATAFLOW_RULES = (
    maps_have_dimensions,
    sizes_have_dimensions,
    sizes_are_positive,
    axes_are_cut_on_one_side,
)


# ---- dataflows on a machine ---------------------------------------------------------------------------


def levels_cut_once(
    dataflow: Dataflow, layer: Layer, sizes: Mapping[str, int], num_pes: int
) -> Iterator[Diagnostic]:
    """One level cuts a dimension once."""
    del sizes, num_pes
    for level in levels_of(dataflow):
        seen: set[str] = set()
        for directive in level.maps:
            if directive.dimension in seen:
                message = f"{directive.dimension} is mapped twice at one level in layer {layer.name!r}"
                yield diagnostic("M224", message, directive.span)
            seen.add(directive.dimension)


def clusters_fit(
    dataflow: Dataflow, layer: Layer, sizes: Mapping[str, int], num_pes: int
) -> Iterator[Diagnostic]:
    """The machine has PEs for at least one outermost unit."""
    clusters = [level.cluster for level in levels_of(dataflow) if level.cluster is not None]
    needed = prod(evaluate(cluster.size, sizes) for cluster in clusters)
    if num_pes < needed:
        message = f"the clusters need {needed} PEs in layer {layer.name!r} and the machine has {num_pes}"
        yield diagnostic("M223", message, clusters[0].span if clusters else dataflow.span)


def units_share_work(
    dataflow: Dataflow, layer: Layer, sizes: Mapping[str, int], num_pes: int
) -> Iterator[Diagnostic]:
    """A level with several units has a ``SpatialMap``."""
    levels = levels_of(dataflow)
    units = [1 if level.cluster is None else evaluate(level.cluster.size, sizes) for level in levels]
    units[0] = num_pes // prod(units)
    for number, (count, level) in enumerate(zip(units, levels, strict=True), 1):
        if count > 1 and not any(directive.kind == "SpatialMap" for directive in level.maps):
            message = f"level {number} has {count} units and no SpatialMap in layer {layer.name!r}"
            place = level.maps[0].span if level.maps else level.cluster and level.cluster.span
            yield diagnostic("M227", message, place or dataflow.span)


UNIT_RULES = (levels_cut_once, clusters_fit, units_share_work)


def check_layer(layer: Layer, operator: Operator) -> list[Diagnostic]:
    """Return every breach of a rule by a layer's sizes."""
    return [problem for rule in LAYER_RULES for problem in rule(layer, operator)]


def check_dataflow(dataflow: Dataflow, layer: Layer, operator: Operator) -> list[Diagnostic]:
    """Return every breach of a rule by a dataflow on one layer."""
    return [problem for rule in DATAFLOW_RULES for problem in rule(dataflow, layer, operator)]


def check_units(dataflow: Dataflow, layer: Layer, sizes: Mapping[str, int], num_pes: int) -> list[Diagnostic]:
    """Return every breach of a rule by a dataflow, right in itself, on a layer and a number of PEs.

    ``sizes`` are those of ``language_sizes``.
    """
    return [problem for rule in UNIT_RULES for problem in rule(dataflow, layer, sizes, num_pes)]


# ---- walks --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LevelDirectives:
    """The maps of one level, and the ``Cluster`` that begins it; the outermost level has none."""

    cluster: ClusterDirective | None
    maps: tuple[MapDirective, ...]


def levels_of(dataflow: Dataflow) -> list[LevelDirectives]:
    """Return the directives level by level, outermost first."""
    levels: list[LevelDirectives] = []
    cluster: ClusterDirective | None = None
    maps: list[MapDirective] = []
    for directive in dataflow.directives:
        if isinstance(directive, ClusterDirective):
            levels.append(LevelDirectives(cluster, tuple(maps)))
            cluster, maps = directive, []
        else:
            maps.append(directive)
    levels.append(LevelDirectives(cluster, tuple(maps)))
    return levels


def _expressions(dataflow: Dataflow) -> Iterator[tuple[str, Expression, Span | None]]:
    for directive in dataflow.directives:
        if isinstance(directive, ClusterDirective):
            yield "the size of a Cluster", directive.size, directive.span
        else:
            where = f"of {directive.kind} on {directive.dimension!r}"
            yield f"the size {where}", directive.size, directive.span
            yield f"the offset {where}", directive.offset, directive.span


def _dimensions_of(expression: Expression) -> Iterator[str]:
    match expression:
        case SizeOf(dimension):
            yield dimension
        case BinaryOperation(_, left, right):
            yield from _dimensions_of(left)
            yield from _dimensions_of(right)

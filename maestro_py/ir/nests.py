"""Many nests at once: one dataflow on one layer, with arrays for constants and numbers of PEs.

Turns directives whose sizes name constants (:class:`~maestro_py.ir.dataflow.Reference`) and arrays of their
values into arrays of what :func:`~maestro_py.ir.nest.build_nest` would find nest by nest: units, sizes,
offsets and loop counts. Rules that depend on the values become a status per nest: the number of the code that
``build_nest`` reports first, 0 where there is none.

Source: SEMANTICS section 2; the rules are those of ``maestro_py.ir.rules``. Non-goals: no counts or cycles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from maestro_py.errors import SemanticError
from maestro_py.ir import operators
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.dataflow import (
    BinaryOperation,
    Dataflow,
    Expression,
    Number,
    Reference,
    SizeOf,
)
from maestro_py.ir.density import millionths
from maestro_py.ir.loop_counts import count_window
from maestro_py.ir.nest import Level, Nest, loops_of
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import Problem, Window
from maestro_py.ir.rules import LevelDirectives, check_dataflow, levels_cut_once, levels_of
from maestro_py.ir.sizes import OUTPUT_NAMES, language_sizes
from maestro_py.ir.tiles import Map

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    #: int64, or Python's integers where int64 might overflow.
    Values = NDArray[Any]

DIVIDES_BY_ZERO, BELOW_ONE, TOO_LARGE = 221, 222, 212
CLUSTERS_TOO_LARGE, NOTHING_TO_SHARE = 223, 227

_BY_VALUE = ("M212", "M221", "M222")
_SAFE = 2.0**62


@dataclass(frozen=True, slots=True)
class Nests:
    """Numbers of many nests that share everything else.

    A nest whose status is not 0 has 1 in all of them. Numbers that mean the same are written the same way:
    a level that never has as many positions as units has that many units, a map that never advances has its
    size as offset, and a size is at most the extent of its dimension.

    Attributes
    ----------
    template
        A nest with the dimensions, kinds and order of all of them; its numbers are 1.
    units
        Per nest and level.
    sizes, offsets
        Per nest and map, level by level.
    counts
        Per nest and loop of the template.
    status
        Per nest, see the module.
    """

    template: Nest
    units: Integers
    sizes: Integers
    offsets: Integers
    counts: Integers
    status: Integers

    def rows(self) -> Integers:
        """One row per nest, as ``maestro_py._core.Family`` takes it."""
        import numpy as np

        maps = np.stack([self.sizes, self.offsets], axis=2).reshape(len(self.sizes), -1)
        return np.ascontiguousarray(np.concatenate([self.units, maps, self.counts], axis=1))


def build_nests(
    layer: Layer, dataflow: Dataflow, constants: Mapping[str, Integers], num_pes: Integers | int
) -> Nests:
    """Apply a dataflow to a layer for arrays of constants and numbers of PEs.

    Parameters
    ----------
    layer, dataflow
        What all nests share.
    constants
        Value per nest of every constant that the dataflow names; 1-D, all of one length.
    num_pes
        PEs per nest, or of all.

    Raises
    ------
    SemanticError
        If the dataflow breaks a rule whatever the values are (M220, M224, M225, M226).
    KeyError
        If the dataflow names a constant that has no values.

    Examples
    --------
    >>> import numpy as np
    >>> from maestro_py.ir.dataflow import MapDirective
    >>> tile = Reference("T")
    >>> rows = MapDirective("SpatialMap", tile, tile, "M")
    >>> gemm = Layer("a", "GEMM", {"M": 10, "N": 4, "K": 4})
    >>> nests = build_nests(gemm, Dataflow((rows,)), {"T": np.array([0, 1, 2, 3])}, 4)
    >>> nests.status.tolist(), nests.counts.tolist()
    ([222, 0, 0, 0], [[1], [3], [2], [1]])
    """
    import numpy as np

    problem = operators.get(layer.operator).problem(layer)
    sizes_of = language_sizes(problem, layer)
    _check(layer, dataflow, constants, sizes_of)
    lengths = [len(values) for values in constants.values()] + [np.size(num_pes)]
    pes = np.broadcast_to(np.asarray(num_pes, np.int64), (max(lengths),))
    evaluation = _Evaluation(sizes_of, constants, len(pes))
    levels = levels_of(dataflow)
    clusters, sizes, offsets = _evaluate(levels, evaluation)
    status = evaluation.status
    units = _units(clusters, pes, status)
    _check_sharing(levels, units, status)
    for array in (units, sizes, offsets):
        array[status != 0] = 1
    template = _template(problem, dataflow, millionths(layer.density))
    _normalise(template, sizes, offsets)
    positions = _positions(template, sizes, offsets)
    offsets[positions == 1] = sizes[positions == 1]
    counts = _loop_counts(template, positions, units)
    counts[status != 0] = 1
    return Nests(template, units, sizes, offsets, counts, status)


def _check(
    layer: Layer, dataflow: Dataflow, constants: Mapping[str, Integers], sizes_of: Mapping[str, int]
) -> None:
    """Raise the rules that the dataflow breaks whatever the values are."""
    example = dataflow.with_constants(dict.fromkeys(constants, 1))
    wrong = check_dataflow(example, layer, operators.get(layer.operator))
    wrong = [found for found in wrong if found.code not in _BY_VALUE]
    wrong += levels_cut_once(example, layer, sizes_of, 1)
    if wrong:
        raise SemanticError(wrong)


class _Evaluation:
    """Evaluates expressions over arrays, and notes the first error of every nest."""

    def __init__(self, sizes: Mapping[str, int], constants: Mapping[str, Integers], count: int) -> None:
        import numpy as np

        self.sizes = sizes
        self.constants = constants
        self.count = count
        self.status: Integers = np.zeros(count, np.int64)

    def positive(self, expression: Expression) -> Integers:
        """Values of an expression, 1 where they are no size at all."""
        import numpy as np

        zero = np.zeros(self.count, bool)
        try:
            values = self._value(expression, zero, exact=False)
        except OverflowError:
            values = self._value(expression, zero, exact=True)
        for code, wrong in (
            (DIVIDES_BY_ZERO, zero),
            (BELOW_ONE, (values < 1).astype(bool)),
            (TOO_LARGE, (values > LARGEST).astype(bool)),
        ):
            self.status[wrong & (self.status == 0)] = code
        return np.broadcast_to(np.where(self.status == 0, values, 1), (self.count,)).astype(np.int64)

    def _value(self, expression: Expression, zero: NDArray[np.bool_], *, exact: bool) -> Values:
        import numpy as np

        kind = object if exact else np.int64
        match expression:
            case Number(value):
                if abs(value) > LARGEST and not exact:
                    raise OverflowError
                return np.array(value, kind)
            case SizeOf(dimension):
                return np.array(self.sizes[dimension], kind)
            case Reference(name):
                return self.constants[name].astype(kind)
            case BinaryOperation(operator, left, right):
                a = self._value(left, zero, exact=exact)
                b = self._value(right, zero, exact=exact)
        if operator in ("/", "%"):
            np.logical_or(zero, (b == 0).astype(bool), out=zero)
            b = np.where(b == 0, 1, b)
            return a // b if operator == "/" else a % b
        if not exact and _may_overflow(operator, a, b):
            raise OverflowError
        return a + b if operator == "+" else a - b if operator == "-" else a * b


def _may_overflow(operator: str, a: Values, b: Values) -> bool:
    import numpy as np

    left, right = float(np.abs(a.astype(float)).max()), float(np.abs(b.astype(float)).max())
    return (left * right if operator == "*" else left + right) >= _SAFE


def _evaluate(
    levels: Sequence[LevelDirectives], evaluation: _Evaluation
) -> tuple[list[Integers], Integers, Integers]:
    """Return sizes of the clusters, and of all maps the sizes and offsets."""
    import numpy as np

    clusters: list[Integers] = []
    sizes: list[Integers] = []
    offsets: list[Integers] = []
    for level in levels:  # in written order, so that the first error of a nest counts
        if level.cluster is not None:
            clusters.append(evaluation.positive(level.cluster.size))
        for directive in level.maps:
            sizes.append(evaluation.positive(directive.size))
            offsets.append(evaluation.positive(directive.offset))
    if not sizes:
        nothing = np.ones((evaluation.count, 0), np.int64)
        return clusters, nothing, nothing
    return clusters, np.stack(sizes, axis=1), np.stack(offsets, axis=1)


def _units(clusters: list[Integers], pes: Integers, status: Integers) -> Integers:
    """Units of every level; a status where the machine has too few PEs for one outermost unit."""
    import numpy as np

    needed = np.ones(len(pes))
    for cluster in clusters:
        needed = needed * cluster
    status[(status == 0) & (needed > pes)] = CLUSTERS_TOO_LARGE
    fitting = [np.where(status == 0, cluster, 1) for cluster in clusters]
    outermost = pes // prod(fitting, start=np.ones(len(pes), np.int64))
    return np.stack([outermost, *fitting], axis=1)


def _check_sharing(levels: Sequence[LevelDirectives], units: Integers, status: Integers) -> None:
    """Set a status where a level has units and no SpatialMap that spreads work over them."""
    for number, level in enumerate(levels):
        if all(directive.kind != "SpatialMap" for directive in level.maps):
            status[(status == 0) & (units[:, number] > 1)] = NOTHING_TO_SHARE


def _template(problem: Problem, dataflow: Dataflow, density: tuple[int, int, int]) -> Nest:
    """Return the nest whose numbers are all 1."""
    levels = tuple(
        Level(
            1,
            tuple(
                Map(d.kind == "SpatialMap", OUTPUT_NAMES.get(d.dimension, d.dimension), 1, 1)
                for d in part.maps
            ),
            part.cluster is not None and part.cluster.kind == "L",
        )
        for part in levels_of(dataflow)
    )
    counts = [[1] * len(level.maps) for level in levels]
    return Nest(problem, levels, loops_of(levels, counts), 1, density)


def _normalise(template: Nest, sizes: Integers, offsets: Integers) -> None:
    """Apply the stride rule to maps on input rows, and cut other sizes to their dimension, in place."""
    import numpy as np

    problem = template.problem
    flat = [level_map for level in template.levels for level_map in level.maps]
    for i, level_map in enumerate(flat):
        if level_map.dimension not in problem.sizes:
            _apply_stride_rule(problem, level_map.dimension, sizes[:, i], offsets[:, i])
        else:
            np.minimum(sizes[:, i], problem.sizes[level_map.dimension], out=sizes[:, i])


def _apply_stride_rule(problem: Problem, dimension: str, size: Integers, offset: Integers) -> None:
    """Change sizes and offsets of a map on input rows in place, see ``maestro_py.ir.nest``."""
    window = problem.window_of(dimension)
    assert window is not None, dimension
    if window.stride == 1:
        return
    filter_extent = window.dilation * (problem.sizes[window.filter] - 1) + 1
    covering = size >= filter_extent
    outputs = (size[covering] - filter_extent) // window.stride + 1
    size[covering] = (outputs - 1) * window.stride + filter_extent
    offset[covering] = outputs * window.stride


def _positions(template: Nest, sizes: Integers, offsets: Integers) -> Integers:
    """Largest number of positions of every map, see ``maestro_py.ir.loop_counts``."""
    import numpy as np

    problem = template.problem
    flat = [m for level in template.levels for m in level.maps]
    positions = np.ones_like(sizes)
    grouped: set[str] = set()
    for window in problem.windows:
        names = {window.output, window.filter, window.input}
        grouped |= names
        columns = [i for i, m in enumerate(flat) if m.dimension in names]
        if columns:
            positions[:, columns] = _window_positions(template, window, columns, sizes, offsets)
    extents = {d: np.full(len(sizes), size) for d, size in problem.sizes.items() if d not in grouped}
    for i, level_map in enumerate(flat):
        if level_map.dimension in extents:
            extent, size, offset = extents[level_map.dimension], sizes[:, i], offsets[:, i]
            positions[:, i] = np.where(extent <= size, 1, -((size - extent) // offset) + 1)
            extents[level_map.dimension] = np.minimum(extent, size)
    return positions


def _window_positions(
    template: Nest, window: Window, columns: list[int], sizes: Integers, offsets: Integers
) -> Integers:
    """Positions of the maps of a window, which are counted once for equal numbers."""
    import numpy as np

    numbers = np.concatenate([sizes[:, columns], offsets[:, columns]], axis=1)
    if (numbers == numbers[:1]).all():
        return np.broadcast_to(_count(template, window, columns, numbers[0].tolist()), (1, len(columns)))
    different, inverse = np.unique(numbers, axis=0, return_inverse=True)
    counted = np.array([_count(template, window, columns, row) for row in different.tolist()])
    return counted[inverse.reshape(-1)]


def _count(template: Nest, window: Window, columns: list[int], numbers: list[int]) -> Integers:
    import numpy as np

    at = {column: k for k, column in enumerate(columns)}
    levels: list[tuple[Map, ...]] = []
    counts: list[list[int]] = []
    number = 0
    for level in template.levels:
        maps: list[Map] = []
        for level_map in level.maps:
            if number in at:
                size, offset = numbers[at[number]], numbers[len(columns) + at[number]]
                maps.append(Map(level_map.spatial, level_map.dimension, size, offset))
            number += 1
        levels.append(tuple(maps))
        counts.append([1] * len(maps))
    count_window(template.problem, window, levels, counts)
    return np.array([count for row in counts for count in row], np.int64)


def _loop_counts(template: Nest, positions: Integers, units: Integers) -> Integers:
    """Counts of the loops; levels that never fill their units are given as many as there are positions."""
    import numpy as np

    first = [0]
    for level in template.levels:
        first.append(first[-1] + len(level.maps))
    counts = np.ones((len(units), len(template.loops)), np.int64)
    for i, loop in enumerate(template.loops):
        largest = positions[:, [first[loop.level] + m for m in loop.maps]].max(axis=1)
        if loop.fold:
            np.minimum(units[:, loop.level], largest, out=units[:, loop.level])
            largest = -(-largest // units[:, loop.level])
        counts[:, i] = largest
    return counts

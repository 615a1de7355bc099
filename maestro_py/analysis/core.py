"""The core's Python side: packs a nest into integers, unpacks counts and legality.

Turns a :class:`~maestro_py.ir.nest.Nest` and an accelerator into the arrays that ``maestro_py._core``
takes, and its arrays into named counts. The contract of the boundary is stated in ``_core.pyx``.

Non-goals: energy, units, messages.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from maestro_py import _core
from maestro_py.errors import Diagnostic, SemanticError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.density import TRILLION, expected
from maestro_py.ir.nest import Nest
from maestro_py.ir.operators import TENSORS, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = array[int] | memoryview[int] | NDArray[np.int64]

#: Number of an input axis: padded input of window ``w`` is ``INPUT + w``.
INPUT = 8

_NO_ZEROS = (TRILLION, 0, 0, 0)
_EMPTY_ROW = bytes(8 * len(_core.RESULT_FIELDS))


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """How often the loop space of some dimensions is computed.

    ``missing`` and ``repeated`` are the first such indices, one per dimension of ``dimensions``.
    """

    dimensions: tuple[str, ...]
    total: int
    covered: int
    executed: int
    missing: tuple[int, ...] | None
    repeated: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Legality of a nest: every MAC exactly once (SEMANTICS section 2)."""

    groups: tuple[GroupCoverage, ...]

    @property
    def total(self) -> int:
        """MACs of the layer."""
        return prod(group.total for group in self.groups)

    @property
    def covered(self) -> int:
        """MACs computed at least once."""
        return prod(group.covered for group in self.groups)

    @property
    def redundant(self) -> int:
        """Executions beyond the first."""
        return prod(group.executed for group in self.groups) - self.covered

    @property
    def legal(self) -> bool:
        """Whether every MAC is computed exactly once."""
        return self.covered == self.total and self.redundant == 0


def axis_numbers(problem: Problem) -> dict[str, int]:
    """Numbers of loop dimensions and input axes at the boundary."""
    numbers = {dimension: i for i, dimension in enumerate(problem.sizes)}
    return numbers | {window.input: INPUT + i for i, window in enumerate(problem.windows)}


def pack(nest: Nest, layout: Sequence[str] | None) -> array[int]:
    """Write a nest as the integers that ``_core.Program`` reads.

    Raises
    ------
    SemanticError
        If ``layout`` names an axis that a tensor does not have.
    """
    problem = nest.problem
    numbers = axis_numbers(problem)
    packed: list[int] = [len(problem.sizes), *problem.sizes.values(), len(problem.windows)]
    for w in problem.windows:
        packed += (numbers[w.output], numbers[w.filter], w.stride, w.dilation, w.pad, w.insertion)
        packed += (w.real_size, problem.padded_extent(w))
    for i, tensor in enumerate(TENSORS):
        axes = problem.axes[tensor] or ()
        packed.append(len(axes))
        packed += [numbers[axis] for axis in axes]
        packed.append(_innermost(axes, tensor, layout[i]) if layout is not None and axes else -1)
    packed.append(len(nest.levels))
    for level in nest.levels:
        packed += (level.units, len(level.maps))
        for m in level.maps:
            # the next whole output may lie past the size of a map, which is beyond any layer then
            packed += (m.spatial, numbers[m.dimension], m.size, min(m.offset, LARGEST))
    packed.append(len(nest.loops))
    for loop in nest.loops:
        packed += (loop.level, loop.fold, loop.count, len(loop.maps))
        packed += loop.maps
    return array("q", packed)


def _innermost(axes: Sequence[str], tensor: str, axis: str) -> int:
    if axis not in axes:
        hint = f"axes of {tensor}: {' '.join(axes)}"
        raise SemanticError(
            [Diagnostic("M310", f"layout {tensor}: {axis}: the tensor has no such axis", None, hint)]
        )
    return axes.index(axis)


def hardware_row(nest: Nest, accelerator: Accelerator) -> list[int]:
    """One row of the hardware array; of the nest only the problem and the density matter.

    Raises
    ------
    SemanticError
        M312 if elements are too wide for exact 64-bit counts.
    """
    lanes: Mapping[str, int] = accelerator.lanes or {}
    widths = [lanes.get(dimension, 1) for dimension in nest.problem.sizes]
    l2_bytes = -1 if accelerator.l2_bytes is None else accelerator.l2_bytes
    zeros = _zeros(nest, accelerator) if accelerator.zero_skip else _NO_ZEROS
    return [
        accelerator.vector_width if accelerator.lanes is None else 0,
        *widths,
        *([1] * (8 - len(widths))),
        accelerator.noc_bandwidth_bytes_per_cycle,
        accelerator.dram_bandwidth_bytes_per_cycle,
        accelerator.noc_latency_cycles,
        accelerator.dram_latency_cycles,
        l2_bytes,
        *accelerator.bits,
        *zeros,
    ]


class Prepared:
    """A nest compiled for one layout and one kind of NoC; evaluates machines quickly.

    Parameters
    ----------
    nest
        The dataflow applied to a layer and a number of PEs.
    layout
        Innermost axis of weights, inputs, outputs; None for ideal packing.
    multicast, reduction
        As in :class:`~maestro_py.ir.accelerator.Accelerator`.
    """

    def __init__(self, nest: Nest, layout: Sequence[str] | None, multicast: bool, reduction: bool) -> None:
        self.nest = nest
        self.dimensions = tuple(nest.problem.sizes)
        self._program = _core.Program(pack(nest, layout), multicast, reduction)

    def point(self, accelerator: Accelerator) -> list[int]:
        """One row of the hardware array, see :func:`hardware_row`."""
        return hardware_row(self.nest, accelerator)

    def evaluate(self, accelerator: Accelerator, *, fine: bool = True) -> dict[str, int]:
        """Counts and cycles on one machine.

        Raises
        ------
        SemanticError
            If a count exceeds 64 bits, or a hardware number is not positive.
        """
        row = array("q", _EMPTY_ROW)
        status = self._program.evaluate_one(array("q", self.point(accelerator)), row, fine)
        if status != _core.OK:
            raise SemanticError([_failure(status)])
        return dict(zip(_core.RESULT_FIELDS, row, strict=True))

    def evaluate_batch(
        self, points: Integers, results: Integers, status: Integers, *, fine: bool = True
    ) -> None:
        """Evaluate many machines: int64 arrays ``(n, 21)``, ``(n, 31)`` and ``(n,)``, see ``_core``."""
        self._program.evaluate(points, results, status, fine)

    def coverage(self) -> Coverage:
        """Legality of the nest, per group of dimensions.

        Raises
        ------
        SemanticError
            If dimensions that are spread together are too large to check.
        """
        found = self._program.coverage()
        if found is None:
            message = "the dimensions that share a SpatialMap level are too large to prove legal"
            raise SemanticError([Diagnostic("M311", message, None, "spread them at different levels")])
        return Coverage(
            tuple(
                GroupCoverage(
                    tuple(self.dimensions[d] for d in dims), total, covered, executed, missing, repeated
                )
                for dims, total, covered, executed, missing, repeated in found
            )
        )


def _zeros(nest: Nest, accelerator: Accelerator) -> tuple[int, ...]:
    """Part of the work that is left, and what elements move where that is less than all their bits."""
    found = expected(nest, accelerator)
    moved = [
        part if found.compressed(index, accelerator.bits) else 0 for index, part in enumerate(found.microbits)
    ]
    if max(moved) > LARGEST:
        raise SemanticError([_failure(_core.OVERFLOW)])
    return found.work, *moved


def _failure(status: int) -> Diagnostic:
    if status == _core.OVERFLOW:
        hint = "the layer is beyond what exact 64-bit counts can hold"
        return Diagnostic("M312", "a count exceeds 64 bits", None, hint)
    hint = "bandwidths, widths and lanes are at least 1"
    return Diagnostic("M313", "a hardware number is not positive", None, hint)


def prepare(nest: Nest, accelerator: Accelerator) -> Prepared:
    """Compile a nest for the layout and NoC of ``accelerator``."""
    return Prepared(nest, accelerator.layout, accelerator.multicast, accelerator.reduction)


def coverage(nest: Nest) -> Coverage:
    """Legality of a nest."""
    return Prepared(nest, None, True, True).coverage()


def evaluate(nest: Nest, accelerator: Accelerator) -> dict[str, int | bool]:
    """Every count and cycle of a layer; the same fields as :func:`maestro_py.reference.evaluate`."""
    prepared = prepare(nest, accelerator)
    found = prepared.coverage()
    legality = {
        "legal": found.legal,
        "covered": found.covered,
        "total": found.total,
        "redundant": found.redundant,
    }
    return {**legality, **prepared.evaluate(accelerator)}

"""Totals of a network on several machines, as arrays, each column computed when it is first asked for.

The formulas are those of ``maestro_py.analysis``; sums go over the layers in their order, so that they are
rounded as ``analyze`` rounds them. An open buffer is as large as the most demanding layer needs.

Codes: M312 a total beyond 64 bits.

Non-goals: no counting (``evaluate``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from maestro_py.analysis.columns import CHANNELS, COLUMNS, EXPECTED_UNITS, Machine
from maestro_py.analysis.layers import Job, count_columns, tensor_sizes
from maestro_py.analysis.sparsity import density_columns
from maestro_py.errors import SemanticError
from maestro_py.explore.costs import ManyCosts
from maestro_py.explore.fine import FOLLOW_TIME
from maestro_py.explore.space import BUFFER_AXES
from maestro_py.ir.accelerator import Accelerator
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Totals(Mapping[str, Any]):
    """The columns of a network on several machines, each computed when it is first asked for."""

    def __init__(
        self,
        jobs: Sequence[Job],
        counts: Mapping[object, Mapping[str, Array]],
        machine: Accelerator,
        points: Mapping[str, Array],
        size: int,
        coarse: bool,
    ) -> None:
        self.jobs = jobs
        self.counts = counts
        self.machine = machine
        self.points = points
        self.size = size
        self.known: dict[str, Array] = {}
        self.rows = {key: count_columns(found) for key, found in counts.items()}
        if coarse:
            for row in self.rows.values():
                row["runtime_cycles"] = row["runtime_coarse_cycles"]
        self.facts: dict[str, Array] = {}
        self.static_kind: Any = "none"

    def __getitem__(self, name: str) -> Any:
        if name not in self.known:
            column = COLUMNS[name]
            if column.derive is None:
                self.known[name] = self._base(name)
            else:
                value = column.derive(self, cast(Machine, _LazyMachine(self)))
                shaped = (
                    np.full(self.size, np.nan if value is None else value) if np.ndim(value) == 0 else value
                )
                self.known[name] = shaped
        return self.known[name]

    def least(self) -> Totals:
        """Return the same with ``runtime_cycles`` at the least that it can be: a layer's busiest channel."""
        found = copy(self)
        found.known = {name: values for name, values in self.known.items() if name not in FOLLOW_TIME}
        found.rows = {
            key: row | {"runtime_cycles": np.maximum.reduce([row[name] for name in CHANNELS.values()])}
            for key, row in self.rows.items()
        }
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(COLUMNS)

    def __len__(self) -> int:
        return len(COLUMNS)

    def _base(self, name: str) -> Array:
        """Return a total over the layers, in their order, so that it is rounded as ``analyze`` rounds it."""
        kind = COLUMNS[name].total
        runs = [job.layer.repeat for job in self.jobs]
        if kind == "runs":
            return np.full(self.size, sum(runs))
        cells = [self._cell(job, name) for job in self.jobs]
        if kind == "max":
            return cast("Array", np.maximum.reduce(cells))
        if sum(float(np.max(cell)) * times for cell, times in zip(cells, runs, strict=True)) >= 2**63 and (
            cells[0].dtype.kind == "i"
        ):
            raise SemanticError([diagnostic("M312", f"the total of {name} exceeds 64 bits")])
        return cast("Array", sum(cell * times for cell, times in zip(cells, runs, strict=True)))

    def _cell(self, job: Job, name: str) -> Array:
        row = self.rows[job.key]
        if name not in row:
            if name.startswith("elements_"):
                sizes = tensor_sizes(job.nest.problem)
                row |= {column: np.full(self.size, value) for column, value in sizes.items()}
            elif COLUMNS[name].unit in EXPECTED_UNITS:
                row |= density_columns(job.nest, self.machine, self.counts[job.key])
            else:
                self.cost()
        return cast("Array", row[name])

    def cost(self) -> Mapping[str, Array]:
        """Return area and static power; the energies of every layer are filled in.

        An open buffer is as large as the most demanding layer needs.
        """
        if self.facts:
            return self.facts
        sizes = dict(self.points)
        for level in BUFFER_AXES:
            if getattr(self.machine, level) is None and level not in self.points:
                sizes[level] = self[f"{level}_required"]
        costs = ManyCosts(self.machine, sizes)
        self.facts = {
            name: np.broadcast_to(values, self.size)
            for name, values in (("area_um2", costs.area_um2), ("static_power_mw", costs.static_power_mw))
        }
        self.static_kind = costs.static_power_kind
        for layer, job in {job.key: job for job in reversed(self.jobs)}.items():
            self.rows[layer] |= {
                name: np.broadcast_to(values, self.size)
                for name, values in costs.energy(job.layer, self.counts[layer]).items()
            }
        return self.facts


@dataclass(frozen=True, slots=True)
class _LazyMachine:
    """The machine of the formulas (:class:`~maestro_py.analysis.columns.Machine`), with arrays for what
    varies.
    """

    totals: Totals

    @property
    def accelerator(self) -> Accelerator:
        varying: dict[str, Any] = dict(self.totals.points)
        return replace(self.totals.machine, **varying)

    @property
    def area_um2(self) -> Array:
        return self.totals.cost()["area_um2"]

    @property
    def static_power_mw(self) -> Array:
        return self.totals.cost()["static_power_mw"]

    @property
    def static_power_kind(self) -> Any:
        self.totals.cost()
        return self.totals.static_kind


def groups(keys: Sequence[Array], size: int) -> Iterator[Array]:
    """Yield the places of each combination of values that occurs, in the order of its first place.

    >>> [found.tolist() for found in groups([np.array([7, 5, 7])], 3)]
    [[0, 2], [1]]
    """
    which = np.zeros(size, np.int64)
    for key in keys:
        found, place = np.unique(key, return_inverse=True)
        if len(found) > 1:
            _, which = np.unique(which * len(found) + place, return_inverse=True)
    order = np.argsort(which, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(which[order])) + 1)
    yield from sorted(parts, key=lambda members: int(members[0]))

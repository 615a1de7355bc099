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
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from maestro_py.analysis.columns import CHANNELS, COLUMNS, EXPECTED_UNITS, Machine
from maestro_py.analysis.layers import Job, count_column, tensor_sizes
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
    """The columns of a network on several machines, each computed when it is first asked for.

    Parameters
    ----------
    jobs
        The layers in order, and which counts are theirs.
    counts
        Arrays of the engine's fields for each different layer, which broadcast to ``shape``.
    machine
        What does not vary.
    points
        Arrays of what does, which broadcast to ``shape``.
    shape
        Of a column, which may itself be less if it broadcasts to it.
    coarse
        Whether ``runtime_cycles`` is coarse time.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        counts: Mapping[object, Mapping[str, Array]],
        machine: Accelerator,
        points: Mapping[str, Array],
        shape: tuple[int, ...],
        coarse: bool,
    ) -> None:
        self.jobs = jobs
        self.counts = counts
        self.machine = machine
        self.points = points
        self.shape = shape
        self.coarse = coarse
        self.known: dict[str, Array] = {}
        self.rows: dict[object, dict[str, Any]] = {key: {} for key in counts}
        self.facts: dict[str, Array] = {}
        self.static_kind: Any = "none"

    def __getitem__(self, name: str) -> Any:
        if name not in self.known:
            column = COLUMNS[name]
            if column.derive is None:
                self.known[name] = self._base(name)
            else:
                value = column.derive(self, cast(Machine, _LazyMachine(self)))
                self.known[name] = self._array(np.nan if value is None else value)
        return self.known[name]

    def least(self) -> Totals:
        """Return the same with ``runtime_cycles`` at the least that it can be: a layer's busiest channel."""
        found = copy(self)
        found.known = {name: values for name, values in self.known.items() if name not in FOLLOW_TIME}
        found.rows = {
            key: row
            | {"runtime_cycles": reduce(np.maximum, [self.counts[key][name] for name in CHANNELS.values()])}
            for key, row in self.rows.items()
        }
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(COLUMNS)

    def __len__(self) -> int:
        return len(COLUMNS)

    def _array(self, value: Any) -> Array:
        """Return numbers as an array with as many axes as the shape has."""
        found: Array = np.asarray(value)
        return found if found.ndim == len(self.shape) else np.full((1,) * len(self.shape), found)

    def _base(self, name: str) -> Array:
        """Return a total over the layers, in their order, so that it is rounded as ``analyze`` rounds it."""
        kind = COLUMNS[name].total
        runs = [job.layer.repeat for job in self.jobs]
        if kind == "runs":
            return self._array(sum(runs))
        cells = [self._array(self._cell(job, name)) for job in self.jobs]
        if kind == "max":
            return reduce(np.maximum, cells)
        if cells[0].dtype.kind == "i" and (
            sum(float(np.max(cell)) * times for cell, times in zip(cells, runs, strict=True)) >= 2**63
        ):
            raise SemanticError([diagnostic("M312", f"the total of {name} exceeds 64 bits")])
        return reduce(np.add, (cell * n if n > 1 else cell for cell, n in zip(cells, runs, strict=True)))

    def _cell(self, job: Job, name: str) -> Any:
        row, counts = self.rows[job.key], self.counts[job.key]
        if name not in row:
            if name.startswith("elements_"):
                row |= tensor_sizes(job.nest.problem)
            elif COLUMNS[name].unit in EXPECTED_UNITS:
                row |= density_columns(job.nest, self.machine, counts)
            elif name.startswith("energy_"):
                self.cost()
            else:
                coarse = self.coarse and name == "runtime_cycles"
                row[name] = count_column(counts, "runtime_coarse_cycles" if coarse else name)
        return row[name]

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
        self.facts = {"area_um2": costs.area_um2, "static_power_mw": costs.static_power_mw}
        self.static_kind = costs.static_power_kind
        for layer, job in {job.key: job for job in reversed(self.jobs)}.items():
            self.rows[layer] |= costs.energy(job.layer, self.counts[layer])
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

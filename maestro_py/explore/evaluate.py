"""Design numbers to result columns: exactly what ``analyze`` gives for the same machine and mapping.

Designs that share the constants, PEs and switches (multicast and the like) share a nest per layer, prepared
once; the rest varies inside the core. A design's columns are the totals over the layers, each different layer
evaluated once. Only the columns that are asked for are computed, with the functions of
``maestro_py.analysis``.

Non-goals: no choice of designs, no feasibility (``objective``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py import _core
from maestro_py.analysis.columns import COLUMNS
from maestro_py.analysis.core import Prepared
from maestro_py.analysis.layers import Builder, Job
from maestro_py.analysis.layout import of_problem
from maestro_py.analysis.legality import from_counts
from maestro_py.errors import MaestroError, SemanticError
from maestro_py.explore.families import Families
from maestro_py.explore.fine import FOLLOW_TIME, NEED_FINE, SLACK
from maestro_py.explore.grid import Grid
from maestro_py.explore.names import BITS, column_kind, values_of
from maestro_py.explore.space import BUFFER_AXES, NEST_AXES, NUMBER_AXES, WORD_AXES, Branch, Space
from maestro_py.explore.totals import Totals, groups
from maestro_py.ir.accelerator import Accelerator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

POINTS_AT_ONCE = 2**14
"""Designs of one nest that are evaluated together; divided by the number of layers, so that memory is
bounded.
"""

DESIGNS_AT_ONCE = 2**18
"""Designs of whole nests that are evaluated together, divided by the layers; one nest's at least."""

PREPARED_NESTS = 4

Reasons = dict[str, tuple[int, str]]
"""Why designs cannot run: how many by code, and what the first of them lacks."""


@dataclass
class Evaluated:
    """Columns of designs.

    Attributes
    ----------
    columns
        An array per column that was asked for; what designs that cannot run hold means nothing.
    runs
        Which designs are legal and possible.
    reasons
        Why the others are not.
    least
        Where only bounds were asked for: the lower bounds of columns that follow run time, and NaN of those
        that are not known; ``columns`` then hold the upper bounds.
    """

    columns: dict[str, Array]
    runs: Array
    reasons: Reasons = field(default_factory=dict)
    least: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The layers of a network on a number of PEs: jobs in order, and one compiled nest for identical ones."""

    jobs: tuple[Job, ...]
    programs: Mapping[object, Prepared]
    coverage: Mapping[object, Mapping[str, int | bool]]


class Evaluator:
    """Evaluates designs of one space; keeps the nests that were used last."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.grid = Grid(space.branches)
        self._prepared: dict[object, _Prepared | tuple[str, str]] = {}
        self._families: dict[str, Families] = {}

    def evaluate(self, numbers: Array, names: Collection[str], *, bounds: bool = False) -> Evaluated:
        """Return columns of designs.

        Parameters
        ----------
        numbers
            Design numbers, ``(n,)``; those of one nest are evaluated together wherever they stand.
        names
            Columns of ``names.axis_columns`` and ``names.result_columns``.
        bounds
            Do without fine time; what needs it is bounded (``fine``).
        """
        found = Evaluated({}, np.zeros(len(numbers), bool))
        results = [name for name in names if name in COLUMNS and COLUMNS[name].total != "none"]
        if "design" in names:
            found.columns["design"] = numbers
        for branch, places, local in self._parts(numbers):
            indices = Grid.indices(branch, local)
            self._write_axes(found.columns, branch, places, indices, names, len(numbers))
            nest_axes = [axis for axis in branch.axes if axis.name not in NUMBER_AXES]
            if not bounds and self._write_families(found, branch, indices, local, places, results):
                continue
            for members in groups([indices[axis.name] for axis in nest_axes], len(places)):
                key = {axis.name: axis.values[indices[axis.name][members[0]]] for axis in nest_axes}
                prepared = self._nest(branch, key)
                if isinstance(prepared, tuple):
                    _count_reason(found.reasons, prepared, len(members))
                    continue
                inner = {axis.name: indices[axis.name][members] for axis in branch.number_axes}
                self._write_results(found, prepared, branch, key, inner, places[members], results, bounds)
        for name in names:  # no design here has it, as a constant of another dataflow
            nothing = None if column_kind(name) == "text" else np.nan
            found.columns.setdefault(name, np.full(len(numbers), nothing))
            if bounds and name in (*FOLLOW_TIME, *NEED_FINE):
                found.least.setdefault(name, np.full(len(numbers), np.nan))
        return found

    def _parts(self, numbers: Array) -> Iterator[tuple[Branch, Array, Array]]:
        """Yield the designs of each branch; in coarse time whole nests, few enough for memory."""
        for branch, places, local in self.grid.split(numbers):
            step = len(local)
            if self.space.time == "coarse":
                points = prod(len(axis.values) for axis in branch.number_axes)
                step = max(1, DESIGNS_AT_ONCE // len(self.space.network.layers) // points) * points
            for start in range(0, len(local), step):
                yield branch, places[start : start + step], local[start : start + step]

    # ---- axes -------------------------------------------------------------------------------------------

    def _write_axes(
        self,
        columns: dict[str, Array],
        branch: Branch,
        places: Array,
        indices: Mapping[str, Array],
        names: Collection[str],
        size: int,
    ) -> None:
        if "dataflow" in names:
            _put(columns, "dataflow", places, np.full(len(places), branch.dataflow, object), size)
        for axis in branch.axes:
            parts = BITS if axis.name == "bits" else (axis.name,)
            if not any(part in names for part in parts):
                continue
            for name, values in values_of(axis, indices[axis.name]).items():
                everywhere = all(
                    any(a.name == axis.name for a in other.axes) for other in self.space.branches
                )
                _put(columns, name, places, values if everywhere else values.astype(float), size)

    # ---- nests ------------------------------------------------------------------------------------------

    def _nest(self, branch: Branch, key: Mapping[str, Any]) -> _Prepared | tuple[str, str]:
        """Return the compiled layers for values of the nest axes, or the code and message of why there are
        none.
        """
        identity = (branch.dataflow, *key.values())
        found = self._prepared.pop(identity, None)
        if found is None:
            try:
                found = self._prepare(branch, key)
            except MaestroError as error:
                found = error.diagnostics[0].code, error.diagnostics[0].message
        self._prepared[identity] = found
        for oldest in list(islice(self._prepared, max(0, len(self._prepared) - PREPARED_NESTS))):
            del self._prepared[oldest]
        return found

    def _prepare(self, branch: Branch, key: Mapping[str, Any]) -> _Prepared:
        constants = {name: value for name, value in key.items() if name not in NEST_AXES}
        machine = replace(self.space.accelerator, **{n: v for n, v in key.items() if n in NEST_AXES})
        network, templates = self.space.dataflows(branch, constants)
        builder = Builder(machine.num_pes)
        jobs = tuple(builder.job(layer, templates) for layer in network.layers)
        programs: dict[object, Prepared] = {}
        coverages: dict[object, Mapping[str, int | bool]] = {}
        for job in jobs:
            if job.key in programs:
                continue
            layout = of_problem(machine.layout, job.nest.problem)
            program = Prepared(job.nest, layout, machine.multicast, machine.reduction)
            coverage = program.coverage()
            counts = {name: getattr(coverage, name) for name in ("legal", "covered", "total", "redundant")}
            if not coverage.legal:
                raise SemanticError(from_counts(job.layer, counts))
            programs[job.key], coverages[job.key] = program, counts
        return _Prepared(jobs, programs, coverages)

    # ---- families ---------------------------------------------------------------------------------------

    def _write_families(
        self,
        found: Evaluated,
        branch: Branch,
        indices: Mapping[str, Array],
        local: Array,
        places: Array,
        names: Sequence[str],
    ) -> bool:
        """Evaluate whole nests together, and return whether they could be (``families``)."""
        families = self._families.get(branch.dataflow)
        if families is None:
            families = self._families[branch.dataflow] = Families(self.space, branch)
        block = families.evaluate(indices, local)
        if block is None:
            return False
        rows = places.reshape(len(block.status), -1)
        for code in np.unique(block.status[block.status != 0]).tolist():
            nests = np.flatnonzero(block.status == code)
            first = nests[0] * rows.shape[1]
            key = {a.name: a.values[indices[a.name][first]] for a in branch.axes if a.name not in NUMBER_AXES}
            reason = self._nest(branch, key)
            assert isinstance(reason, tuple)
            _count_reason(found.reasons, reason, len(nests) * rows.shape[1])
        runs = rows[block.status == 0].ravel()
        found.runs[runs] = True
        if runs.size:
            totals = block.totals()
            for name in names:
                _put(found.columns, name, runs, totals[name], len(found.runs))
        return True

    # ---- numbers ----------------------------------------------------------------------------------------

    def _write_results(
        self,
        found: Evaluated,
        prepared: _Prepared,
        branch: Branch,
        key: Mapping[str, Any],
        indices: Mapping[str, Array],
        places: Array,
        names: Sequence[str],
        bounds: bool,
    ) -> None:
        nest_machine = replace(self.space.accelerator, **{n: v for n, v in key.items() if n in NEST_AXES})
        step = max(64, POINTS_AT_ONCE // len(prepared.programs))
        for machine, points, members in _variants(nest_machine, branch, indices, len(places)):
            for start in range(0, len(members), step):
                chunk = members[start : start + step]
                part = {name: values[start : start + step] for name, values in points.items()}
                coarse = bounds or self.space.time == "coarse"
                counts, fits = self._counts(prepared, machine, part, len(chunk), not coarse)
                totals = Totals(prepared.jobs, counts, machine, part, len(chunk), coarse)
                found.runs[places[chunk]] = fits
                if not fits.all():
                    _count_reason(found.reasons, ("M312", "a count exceeds 64 bits"), int((~fits).sum()))
                for name in names:
                    unknown = bounds and name in NEED_FINE
                    values = np.full(len(chunk), np.nan) if unknown else totals[name]
                    _put(found.columns, name, places[chunk], values, len(found.runs))
                least = totals.least()
                for name in names if bounds else ():
                    if name in FOLLOW_TIME:
                        ends, slack = (least[name], totals[name]), SLACK.get(name, 0)
                        low, high = (np.minimum(*ends), np.maximum(*ends))
                        if slack:
                            low, high = low * (1 - slack), high * (1 + slack)
                        _put(found.least, name, places[chunk], low, len(found.runs))
                        _put(found.columns, name, places[chunk], high, len(found.runs))

    def _counts(
        self, prepared: _Prepared, machine: Accelerator, points: Mapping[str, Array], size: int, fine: bool
    ) -> tuple[dict[object, dict[str, Array]], Array]:
        """Return the engine's fields of each different layer, and which designs have none beyond 64 bits."""
        found: dict[object, dict[str, Array]] = {}
        fits = np.ones(size, bool)
        for key, program in prepared.programs.items():
            table = np.tile(np.array(program.point(machine), np.int64), (size, 1))
            for place, name in enumerate(_core.POINT_FIELDS):
                if name in points:
                    table[:, place] = points[name]
            results = np.zeros((size, len(_core.RESULT_FIELDS)), np.int64)
            status = np.zeros(size, np.int64)
            program.evaluate_batch(table, results, status, fine=fine)
            fits &= status == _core.OK
            by_field = np.ascontiguousarray(results.T)
            found[key] = {name: by_field[place] for place, name in enumerate(_core.RESULT_FIELDS)}
            found[key] |= {name: np.full(size, value) for name, value in prepared.coverage[key].items()}
        return found, fits


def _variants(
    machine: Accelerator, branch: Branch, indices: Mapping[str, Array], size: int
) -> Iterator[tuple[Accelerator, dict[str, Array], Array]]:
    """Yield machines that differ in what cannot be an array (words, element widths, open buffers).

    With each: the arrays of what else varies, and which designs these are.
    """
    keys: list[Array] = []
    axes = {axis.name: axis for axis in branch.number_axes}
    fixed = [name for name in (*WORD_AXES, "bits") if name in axes]
    keys += [indices[name] for name in fixed]
    for name in BUFFER_AXES:
        if name in axes and None in axes[name].values:
            keys.append(np.array([value is None for value in axes[name].values])[indices[name]])
    for members in groups(keys, size):
        first = int(members[0])
        own: dict[str, Any] = {name: axes[name].values[indices[name][first]] for name in fixed}
        points: dict[str, Array] = {}
        for name, axis in axes.items():
            if name in own:
                continue
            if axis.values[indices[name][first]] is None:
                own[name] = None
            else:
                known = np.array([0 if value is None else value for value in axis.values])
                points[name] = known[indices[name][members]]
        if "vector_width" in points:
            own["lanes"] = None
        yield replace(machine, **own), points, members


def _put(columns: dict[str, Array], name: str, places: Array, values: Any, size: int) -> None:
    """Write a part of a column; a column that is not written everywhere is NaN or empty elsewhere."""
    array = np.asarray(values)
    if array.dtype.kind == "U":
        array = array.astype(object)
    if name not in columns:
        columns[name] = np.full(
            size, np.nan if array.dtype.kind == "f" else None if array.dtype == object else 0
        )
        columns[name] = columns[name].astype(array.dtype)
    elif columns[name].dtype != array.dtype and array.dtype.kind == "f":
        columns[name] = columns[name].astype(float)
    columns[name][places] = array


def _count_reason(reasons: Reasons, reason: tuple[str, str], number: int) -> None:
    code, message = reason
    before, first = reasons.get(code, (0, message))
    reasons[code] = (before + number, first)

"""Design numbers to result columns: exactly what ``analyze`` gives for the same machine and mapping.

Designs are taken as tables of nests by number points (``product``). In coarse time, or where bounds of fine
time do, the core evaluates a table at once (``families``); else nest by nest, one per layer, prepared once
for all its points. A design's columns are the totals over the layers, each different layer evaluated once.
Only the columns that are asked for are computed, with the functions of ``maestro_py.analysis``.

Non-goals: no choice of designs, no feasibility (``objective``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
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
from maestro_py.explore.machines import machines, nest_values, numbers_of
from maestro_py.explore.names import BITS, column_kind, values_of
from maestro_py.explore.product import Product, products
from maestro_py.explore.space import NEST_AXES, Branch, Space
from maestro_py.explore.totals import Totals
from maestro_py.ir.accelerator import Accelerator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

POINTS_AT_ONCE = 2**14
"""Designs of one nest that are evaluated together; divided by the number of layers, so that memory is
bounded.
"""

DESIGNS_AT_ONCE = 2**17
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
            Design numbers, ``(n,)``, in any order; it is fastest where designs of a nest stand together.
        names
            Columns of ``names.axis_columns`` and ``names.result_columns``.
        bounds
            Do without fine time; what needs it is bounded (``fine``).
        """
        found = Evaluated({}, np.zeros(len(numbers), bool))
        results = [name for name in names if name in COLUMNS and COLUMNS[name].total != "none"]
        if "design" in names:
            found.columns["design"] = numbers
        cells = DESIGNS_AT_ONCE // len(self.space.network.layers)
        for branch, places, local in self.grid.split(numbers):
            for table in products(branch, places, local, cells):
                self._write_axes(found.columns, table, names, len(numbers))
                coarse = bounds or self.space.time == "coarse"
                if not (coarse and self._write_table(found, table, results, bounds)):
                    for nest in table.each_nest():
                        self._write_nest(found, nest, results, bounds)
        for name in names:  # no design here has it, as a constant of another dataflow
            nothing = None if column_kind(name) == "text" else np.nan
            found.columns.setdefault(name, np.full(len(numbers), nothing))
            if bounds and name in (*FOLLOW_TIME, *NEED_FINE):
                found.least.setdefault(name, np.full(len(numbers), np.nan))
        return found

    # ---- axes -------------------------------------------------------------------------------------------

    def _write_axes(
        self, columns: dict[str, Array], table: Product, names: Collection[str], size: int
    ) -> None:
        if "dataflow" in names:
            _put(columns, "dataflow", table, np.array([[table.branch.dataflow]], object), size)
        for axis in table.branch.axes:
            parts = BITS if axis.name == "bits" else (axis.name,)
            if not any(part in names for part in parts):
                continue
            everywhere = all(any(a.name == axis.name for a in other.axes) for other in self.space.branches)
            for name, values in values_of(axis, table.index(axis)).items():
                _put(columns, name, table, values if everywhere else values.astype(float), size)

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

    # ---- results ----------------------------------------------------------------------------------------

    def _write_table(self, found: Evaluated, table: Product, names: Sequence[str], bounds: bool) -> bool:
        """Evaluate whole nests together, and return whether they could be (``families``)."""
        families = self._families.get(table.branch.dataflow)
        if families is None:
            families = self._families[table.branch.dataflow] = Families(self.space, table.branch)
        for part, machine, points in machines(self.space.accelerator, table):
            block = families.evaluate(part, machine, points, names, bounds)
            if block is None:
                return False
            self._count_reasons(found.reasons, part, block.status)
            if not block.runs.size:
                continue
            if len(block.runs) < len(part.nests):
                part = part.part(block.runs, slice(None))
            part.put(found.runs, True)
            _write(found, part, block.totals, names, bounds)
        return True

    def _count_reasons(self, reasons: Reasons, table: Product, status: Array) -> None:
        for code in np.unique(status[status != 0]).tolist():
            part = table.part(np.flatnonzero(status == code), slice(None))
            if not part.size:
                continue
            if f"M{code}" not in reasons:
                reason = self._nest(part.branch, nest_values(part))
                assert isinstance(reason, tuple)
                count_reason(reasons, reason, 0)
            count_reason(reasons, (f"M{code}", ""), part.size)

    def _write_nest(self, found: Evaluated, nest: Product, names: Sequence[str], bounds: bool) -> None:
        """Evaluate designs of one nest."""
        prepared = self._nest(nest.branch, nest_values(nest))
        if isinstance(prepared, tuple):
            count_reason(found.reasons, prepared, nest.size)
            return
        coarse = bounds or self.space.time == "coarse"
        most = max(64, POINTS_AT_ONCE // len(prepared.programs))
        for kind, machine, _ in machines(self.space.accelerator, nest):
            for part in kind.few_points(most):
                points = numbers_of(part)
                counts, fits = self._counts(prepared, machine, points, len(part.points), not coarse)
                totals = Totals(prepared.jobs, counts, machine, points, part.shape, coarse)
                part.put(found.runs, fits)
                if not fits.all():
                    count_reason(found.reasons, ("M312", "a count exceeds 64 bits"), int((~fits).sum()))
                _write(found, part, totals, names, bounds)

    def _counts(
        self, prepared: _Prepared, machine: Accelerator, points: Mapping[str, Array], size: int, fine: bool
    ) -> tuple[dict[object, dict[str, Array]], Array]:
        """Return the engine's fields of each different layer, and which designs have none beyond 64 bits."""
        found: dict[object, dict[str, Array]] = {}
        fits = np.ones((1, size), bool)
        for key, program in prepared.programs.items():
            table = np.tile(np.array(program.point(machine), np.int64), (size, 1))
            for place, name in enumerate(_core.POINT_FIELDS):
                if name in points:
                    table[:, place] = points[name]
            results = np.zeros((size, len(_core.RESULT_FIELDS)), np.int64)
            status = np.zeros(size, np.int64)
            program.evaluate_batch(table, results, status, fine=fine)
            fits &= status == _core.OK
            by_field = np.ascontiguousarray(results.T)[:, None, :]
            found[key] = {name: by_field[place] for place, name in enumerate(_core.RESULT_FIELDS)}
            found[key] |= {name: np.full((1, 1), value) for name, value in prepared.coverage[key].items()}
        return found, fits


def _write(found: Evaluated, part: Product, totals: Totals, names: Sequence[str], bounds: bool) -> None:
    """Write the columns of a table, and their least values where these are asked for."""
    size = len(found.runs)
    least = totals.least() if bounds else totals
    for name in names:
        if bounds and name in NEED_FINE:
            _put(found.columns, name, part, np.full((1, 1), np.nan), size)
        elif bounds and name in FOLLOW_TIME:
            ends, slack = (least[name], totals[name]), SLACK.get(name, 0)
            low, high = np.minimum(*ends), np.maximum(*ends)
            if slack:
                low, high = low * (1 - slack), high * (1 + slack)
            _put(found.least, name, part, low, size)
            _put(found.columns, name, part, high, size)
        else:
            _put(found.columns, name, part, totals[name], size)


def _put(columns: dict[str, Array], name: str, table: Product, values: Any, size: int) -> None:
    """Write a part of a column; a column that is not written everywhere is NaN or empty elsewhere."""
    array = np.asarray(values)
    if array.dtype.kind == "U":
        array = array.astype(object)
    if name not in columns:
        nothing = np.nan if array.dtype.kind == "f" else None if array.dtype == object else 0
        columns[name] = np.full(size, nothing, array.dtype)
    elif columns[name].dtype != array.dtype and array.dtype.kind == "f":
        columns[name] = columns[name].astype(float)
    table.put(columns[name], array)


def count_reason(reasons: Reasons, reason: tuple[str, str], number: int) -> None:
    """Count designs that cannot run, for a code and message; of a code the first message stays.

    >>> reasons = {"M223": (2, "a cluster of 8")}
    >>> count_reason(reasons, ("M223", "a cluster of 16"), 3)
    >>> reasons
    {'M223': (5, 'a cluster of 8')}
    """
    code, message = reason
    before, first = reasons.get(code, (0, message))
    reasons[code] = (before + number, first)

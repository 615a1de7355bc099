"""Whole nests of one dataflow at once, by families of nests (``maestro_py.analysis.family``).

Turns a table of designs (``product``) on one kind of machine into columns with coarse time. Counts that
depend on the nest alone stay one per nest. Only what columns ask for is fetched from the core: the first
table is given everything, and what was read of it is what later ones get.

What it cannot do is left to the way nest by nest (``evaluate``): fine time, layers with dataflows or
constants of their own, skipping of zeros, layouts, counts beyond 64 bits.

Non-goals: no messages about nests that cannot run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py import _core
from maestro_py.analysis.family import Family
from maestro_py.analysis.layers import Job
from maestro_py.errors import MaestroError
from maestro_py.explore.product import Product
from maestro_py.explore.space import Branch, Space
from maestro_py.explore.totals import Totals
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.apply_template import DEFAULT, templates_by_operator
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import build_nest
from maestro_py.ir.network import Layer
from maestro_py.syntax.parser import parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FIELDS = tuple(name for name in _core.RESULT_FIELDS if name not in ("cycles", "cycles_onchip"))

NOT_ALL_POINTS = 312
"""Status of a nest with a count beyond 64 bits, which may be so on some points alone."""


@dataclass(frozen=True, slots=True)
class Block:
    """A table that was evaluated.

    Attributes
    ----------
    status
        Per nest 0, or the number of the code that says why it cannot run.
    runs
        Which nests can run.
    totals
        The columns of those on all points.
    """

    status: Array
    runs: Array
    totals: Totals


class _Fields(dict[str, Any]):
    """Fields of a layer's results; notes which are read, and has no default for those that were not asked."""

    def __init__(self, fields: Mapping[str, Any], read: set[str]) -> None:
        super().__init__(fields)
        self.read = read

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field of the core, whatever the default is; there are no others."""
        return self[name]


class Families:
    """The families of a branch, one for each different layer and kind of machine."""

    def __init__(self, space: Space, branch: Branch) -> None:
        self.constants = tuple(axis for axis in branch.nest_axes if axis.name in _constants(branch))
        self.jobs: tuple[Job, ...] = ()
        self._layers: dict[object, tuple[Layer, Dataflow]] = {}
        self._families: dict[object, Family] = {}
        self._read: dict[object, set[str]] = {}
        if space.network_source is None and branch.source is not None:
            self._prepare(space, branch)

    def _prepare(self, space: Space, branch: Branch) -> None:
        """Find every layer's dataflow; none where a constant is used elsewhere than in the templates."""
        assert branch.source is not None
        try:
            document = parse(branch.source.text, branch.source.file)
            program = lower(document, kept=[axis.name for axis in self.constants])
        except MaestroError:
            return
        templates = templates_by_operator(program.dataflows)
        jobs: list[Job] = []
        for layer in space.network.layers:
            flow = templates.get(layer.operator) or templates.get(DEFAULT)
            if flow is None:
                return
            window = (layer.stride, layer.dilation, layer.padding, layer.density)
            key = (layer.operator, tuple(sorted(layer.sizes.items())), *window)
            self._layers.setdefault(key, (layer, flow))
            empty = build_nest(layer, replace(flow, directives=()), 1)
            jobs.append(Job(layer, flow, empty, key))
        self.jobs = tuple(jobs)

    def evaluate(
        self,
        table: Product,
        machine: Accelerator,
        points: Mapping[str, Array],
        names: Collection[str],
        least: bool,
    ) -> Block | None:
        """Return the columns of a table, or None where it has to be nest by nest.

        Parameters
        ----------
        table
            Designs that differ in the constants and in ``points`` only.
        machine, points
            What does not vary, and arrays of what does, ``(nests, 1)`` or ``(1, points)``.
        names, least
            Which columns will be read, and whether their least values too.
        """
        if not self.jobs or machine.layout is not None or machine.zero_skip:
            return None
        constants = {axis.name: np.array(axis.values)[table.index(axis)[:, 0]] for axis in self.constants}
        nests, size = table.shape
        pes = np.broadcast_to(points.get("num_pes", machine.num_pes), (nests, 1))[:, 0]
        numbers = {n: v[0] for n, v in points.items() if n in _core.POINT_FIELDS and n != "num_pes"}
        asked = (
            *names,
            least,
            machine.technology,
            machine.l1_bytes is None,
            machine.l2_bytes is None,
            *points,
        )
        fields = [name for name in FIELDS if name in self._read.get(asked, FIELDS)]
        found = {}
        for key in self._layers:
            family = self._family(key, machine)
            rows = np.broadcast_to(family.points(numbers), (size, len(_core.POINT_FIELDS)))
            try:
                found[key] = family.evaluate(constants, pes, rows, fields)
            except MaestroError:
                return None
            if found[key].point_status.any() or (found[key].status == NOT_ALL_POINTS).any():
                return None
        status = _first_status([results.status for results in found.values()], nests)
        runs = np.flatnonzero(status == 0)
        read = self._read.setdefault(asked, set()) if runs.size else set()
        counts = {key: _counts(results.fields, runs, read) for key, results in found.items()}
        varying = {name: values[runs] if len(values) == nests else values for name, values in points.items()}
        return Block(status, runs, Totals(self.jobs, counts, machine, varying, (len(runs), size), True))

    def _family(self, key: object, machine: Accelerator) -> Family:
        kind = (key, machine.multicast, machine.reduction)
        if kind not in self._families:
            self._families[kind] = Family(*self._layers[key], machine)
        family = self._families[kind]
        family.accelerator = machine
        return family


def _constants(branch: Branch) -> tuple[str, ...]:
    return branch.source.constants() if branch.source is not None else ()


def _first_status(layers: Iterable[Array], nests: int) -> Array:
    """Return what is wrong with each nest: what a dataflow breaks before what its nest computes."""
    status = np.zeros(nests, np.int64)
    for built in (True, False):
        for found in layers:
            own = np.where((found < 300) == built, found, 0)
            status = np.where(status == 0, own, status)
    return status


def _counts(fields: Mapping[str, Array], runs: Array, read: set[str]) -> _Fields:
    """Return the fields of the nests that can run, one per nest or one per design."""
    own = (
        fields
        if all(len(runs) == len(values) for values in fields.values())
        else {name: values[runs] for name, values in fields.items()}
    )
    tables = {name: values[:, None] if values.ndim == 1 else values for name, values in own.items()}
    none = np.zeros((len(runs), 1), np.int64)  # legal nests miss and repeat none
    return _Fields({**tables, "covered": none, "total": none, "redundant": none}, read)

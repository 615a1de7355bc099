"""Whole nests of one dataflow at once, by families of nests (``maestro_py.analysis.family``).

Turns a contiguous range of designs, of complete nests on all number points, into the core's counts and coarse
time, one array for all designs. What it cannot do is left to the way nest by nest (``evaluate``): fine time,
layers with dataflows of their own or constants of their own, switches, words and element widths that are
swept, open buffers beside given ones, layouts, designs picked here and there, counts beyond 64 bits.

Non-goals: no messages about nests that cannot run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py import _core
from maestro_py.analysis.family import Family
from maestro_py.analysis.layers import Job
from maestro_py.errors import MaestroError
from maestro_py.explore.space import BUFFER_AXES, NEST_AXES, Branch, Space
from maestro_py.explore.totals import Totals
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.apply_template import DEFAULT, templates_by_operator
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import build_nest
from maestro_py.syntax.parser import parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FIELDS = tuple(name for name in _core.RESULT_FIELDS if name not in ("cycles", "cycles_onchip"))
MOST_POINTS = 2**14
"""Number points of a nest; more are evaluated a part at a time, nest by nest."""

NOT_ALL_POINTS = 312
"""Status of a nest with a count beyond 64 bits, which may be so on some points alone."""


@dataclass(frozen=True, slots=True)
class Block:
    """Results of nests on points: ``status`` per nest, and what makes the totals of those with 0."""

    status: Array
    jobs: tuple[Job, ...]
    counts: Mapping[object, Mapping[str, Array]]
    machine: Accelerator
    points: Mapping[str, Array]
    size: int

    def totals(self) -> Totals:
        """Return the columns of all designs of nests that can run, nest by nest."""
        return Totals(self.jobs, self.counts, self.machine, self.points, self.size, True)


class Families:
    """The families of a branch, one for each different layer."""

    def __init__(self, space: Space, branch: Branch) -> None:
        self.space = space
        self.branch = branch
        swept = {axis.name for axis in branch.axes}
        self.constants = tuple(axis for axis in branch.axes if axis.name in _constants(branch))
        known = {axis.name for axis in self.constants} | {"num_pes"}
        self.number_axes = branch.number_axes
        self.points = prod(len(axis.values) for axis in self.number_axes)
        self.jobs: tuple[Job, ...] = ()
        self.families: dict[object, Family] = {}
        machine = space.accelerator
        simple = all(
            len(axis.values) == 1
            or (axis.name in (*_core.POINT_FIELDS, *BUFFER_AXES, "frequency_mhz") and None not in axis.values)
            for axis in self.number_axes
        )
        others = swept - known - {axis.name for axis in self.number_axes}
        own = space.time != "coarse" or space.network_source is not None or branch.source is None
        if (
            not own
            and simple
            and not others
            and self.points <= MOST_POINTS
            and machine.layout is None
            and not machine.zero_skip
        ):
            self._prepare()

    def _prepare(self) -> None:
        """Draw up the families; none where a constant is used elsewhere than in the templates."""
        source = self.branch.source
        assert source is not None
        try:
            program = lower(parse(source.text, source.file), kept=[a.name for a in self.constants])
        except MaestroError:
            return
        templates = templates_by_operator(program.dataflows)
        jobs: list[Job] = []
        for layer in self.space.network.layers:
            flow = templates.get(layer.operator) or templates.get(DEFAULT)
            if flow is None:
                self.families.clear()
                return
            window = (layer.stride, layer.dilation, layer.padding, layer.density)
            key = (layer.operator, tuple(sorted(layer.sizes.items())), *window)
            if key not in self.families:
                self.families[key] = Family(layer, flow, self.space.accelerator)
            empty = build_nest(layer, replace(flow, directives=()), 1)
            jobs.append(Job(layer, flow, empty, key))
        self.jobs = tuple(jobs)

    def evaluate(self, indices: Mapping[str, Array], local: Array) -> Block | None:
        """Return results of designs of the branch, or None where it has to be nest by nest."""
        points = self.points
        whole = local[0] % points == 0 and len(local) % points == 0
        if not self.families or not whole or local[-1] - local[0] != len(local) - 1:
            return None
        if not (np.diff(local) == 1).all():
            return None
        every = slice(None, None, points)
        constants = {a.name: np.array(a.values)[indices[a.name][every]] for a in self.constants}
        fixed = np.full(len(local) // points, self.space.accelerator.num_pes)
        pes = next(
            (np.array(a.values)[indices[a.name][every]] for a in self.branch.axes if a.name in NEST_AXES),
            fixed,
        )
        machine = self.space.accelerator
        numbers: dict[str, Array] = {}
        for axis in self.number_axes:
            if len(axis.values) == 1:
                machine = replace(machine, **{axis.name: axis.values[0]})
            else:
                numbers[axis.name] = np.array(axis.values)[indices[axis.name][:points]]
        if "vector_width" in numbers:
            machine = replace(machine, lanes=None)
        return self._block(constants, pes, machine, numbers, points)

    def _block(
        self,
        constants: Mapping[str, Array],
        pes: Array,
        machine: Accelerator,
        numbers: Mapping[str, Array],
        points: int,
    ) -> Block | None:
        found = {}
        for key, family in self.families.items():
            family.accelerator = machine
            table = family.points({n: v for n, v in numbers.items() if n in _core.POINT_FIELDS})
            table = np.broadcast_to(table, (points, table.shape[1]))
            try:
                found[key] = family.evaluate(constants, pes, table, FIELDS)
            except MaestroError:
                return None
            if found[key].point_status.any() or (found[key].status == NOT_ALL_POINTS).any():
                return None
        status = np.zeros(len(pes), np.int64)
        for built in (True, False):  # what a dataflow breaks is told before what its nest computes
            for results in found.values():
                own = np.where((results.status < 300) == built, results.status, 0)
                status = np.where(status == 0, own, status)
        runs = np.flatnonzero(status == 0)
        size = len(runs) * points
        counts: dict[object, dict[str, Array]] = {}
        for key, results in found.items():
            counts[key] = {name: _flat(values[runs], points) for name, values in results.fields.items()}
            counts[key] |= dict.fromkeys(("cycles", "cycles_onchip"), counts[key]["cycles_coarse"])
            macs = counts[key]["macs"]
            counts[key] |= {"covered": macs, "total": macs, "redundant": np.zeros_like(macs)}
        varying = {name: np.tile(values, len(runs)) for name, values in numbers.items()}
        varying["num_pes"] = np.repeat(pes[runs], points)
        return Block(status, self.jobs, counts, machine, varying, size)


def _constants(branch: Branch) -> tuple[str, ...]:
    return branch.source.constants() if branch.source is not None else ()


def _flat(values: Array, points: int) -> Array:
    return np.repeat(values, points) if values.ndim == 1 else values.ravel()

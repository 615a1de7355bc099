"""Designs that are skipped because a condition provably fails; each proof before the work that it saves.

By the *machine*, before there is a nest. Parameters are known. Area is a sum of parts that are never
negative (MACs, L1, L2, NoC: every technology here is such a sum, as what tables state is above 0), and no
part but its own depends on the size of a buffer. So with both sizes given the area is known, and where one
is left open the area without that part is a lower bound, the limit of ever smaller buffers. Power is static
power, a sum of the same kind, plus an energy, which is never negative, over a time. Rounding keeps the
order of sums, so the bounds hold of the numbers as they are computed. Nothing else is taken for granted:
that a memory grows with its size or its word is not, since tables interpolated and continued beyond their
ends need not.

By the *nest*, from one design of it. The tiles of SEMANTICS sections 2 and 3, and what is counted of them
(:data:`OF_THE_NEST`), do not depend on the parameters in :data:`FREE`: bandwidths and latencies are of
section 4, ``vector_width`` of compute cycles only, ``l1_bytes`` of area and energy only, technology,
interconnect and clock of no count at all. So one design says what L1 and L2 must hold for every design that
differs from it in these only, and with that what open buffers are and what area there is.

A condition that fails for every value between its bounds (``intervals``) fails; such a design is infeasible
and is not evaluated.

Non-goals: no skipping by goals; nothing where infeasible designs are kept too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.analysis.columns import COLUMNS
from maestro_py.explore.costs import COST_AXES, ManyCosts
from maestro_py.explore.evaluate import DESIGNS_AT_ONCE, Evaluator
from maestro_py.explore.grid import Grid
from maestro_py.explore.intervals import Bounded
from maestro_py.explore.machines import machines
from maestro_py.explore.names import column_kind, values_of
from maestro_py.explore.objective import Objective
from maestro_py.explore.product import Product, groups, products
from maestro_py.explore.space import BUFFER_AXES, WORD_AXES, Space, Time
from maestro_py.ir.accelerator import Accelerator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FREE = (
    *("technology", "noc", "vector_width", "l1_bytes", "noc_bandwidth_bytes_per_cycle", "noc_latency_cycles"),
    *("dram_bandwidth_bytes_per_cycle", "dram_latency_cycles", "frequency_mhz"),
)
"""Parameters that tiles and what is counted of them do not depend on."""

OF_THE_NEST = tuple(
    name
    for name, column in COLUMNS.items()
    if column.derive is None
    and column.total != "none"
    and name.startswith(("macs", "steps", "pe_steps", "l1_", "l2_", "dram_read_", "dram_write_"))
)
"""Columns that depend on no parameter in :data:`FREE`."""

SHARED_BY: Mapping[Time, int] = {"fine": 8, "coarse": 64}
"""Designs that one of them must stand for, on average, before it pays to evaluate that one first: coarse time
of all points of a nest takes little longer than its counts.
"""


class Pruner:
    """Finds the designs of a space that need not be evaluated."""

    def __init__(self, space: Space, objective: Objective, evaluator: Evaluator) -> None:
        self.space = space
        self.objective = objective
        self.evaluator = evaluator
        self.grid = Grid(space.branches)
        self.columns = set(objective.columns)
        self.costs = bool(self.columns & {"area_um2", *_POWERS})
        open_costs = self.costs and bool(objective.open_buffers)
        self.from_nest = bool(self.columns & set(OF_THE_NEST)) or open_costs
        self.shared_by = SHARED_BY[space.time]

    def skipped(self, numbers: Array) -> tuple[Array, dict[str, int]]:
        """Return which designs are skipped, and how many by each proof."""
        verdict = np.zeros(len(numbers), np.int64)
        if not self.objective.conditions:
            return verdict > 0, {}
        for table in self._tables(numbers):
            table.put(verdict, self._by_machine(table))
        proofs = self._proofs(verdict, "the machine")
        if self.from_nest:
            left = np.flatnonzero(verdict == 0)
            found = np.zeros(len(left), np.int64)
            for table in self._tables(numbers[left]):
                self._by_nest(table, found)
            proofs |= self._proofs(found, "the nest")
            verdict[left] = found
        return verdict > 0, proofs

    def _tables(self, numbers: Array) -> Iterator[Product]:
        for branch, places, local in self.grid.split(numbers):
            yield from products(branch, places, local, DESIGNS_AT_ONCE)

    def _proofs(self, verdict: Array, what: str) -> dict[str, int]:
        found = np.bincount(verdict, minlength=len(self.objective.conditions) + 1)[1:]
        texts = (condition.text for condition in self.objective.conditions)
        return {f"{text}, by {what}": int(n) for text, n in zip(texts, found, strict=True) if n}

    def _by_machine(self, table: Product) -> Array:
        """Return for each design the number of the condition that its parameters break, from 1, or 0."""
        keys: tuple[list[Array], list[Array]] = [], []
        for axis in table.branch.axes:
            if self._is_read(axis.name):
                keys[axis in table.branch.number_axes].append(table.index(axis).reshape(-1))
        (nests, row), (points, column) = (
            _kinds(own, size) for own, size in zip(keys, table.shape, strict=True)
        )
        kinds = Product(table.branch, table.nests[nests], table.points[points], slice(0, 0))
        return np.broadcast_to(self._broken(kinds, {}), kinds.shape)[row][:, column]

    def _is_read(self, axis: str) -> bool:
        return any(name == axis or name.startswith(f"{axis}_") for name in self.columns) or (
            self.costs and axis in (*COST_AXES, *WORD_AXES, "bits")
        )

    def _by_nest(self, table: Product, verdict: Array) -> None:
        """Write the same by what one design of each nest says."""
        keys = [table.index(axis)[0] for axis in table.branch.number_axes if axis.name not in FREE]
        wanted = [name for name in OF_THE_NEST if name in self.columns or name in _SIZES.values()]
        for part in table.split([], keys):
            if part.size < self.shared_by * len(part.nests):
                continue
            start = self.grid.starts[self.grid.branches.index(part.branch)]
            firsts = start + part.nests * part.branch.number_points + part.points[0]
            first = self.evaluator.evaluate(firsts, wanted, bounds=True)
            known = {name: first.columns[name][:, None] for name in wanted}
            part.put(verdict, np.where(first.runs[:, None], self._broken(part, known), 0))

    def _broken(self, table: Product, known: Mapping[str, Array]) -> Array:
        """Return the first condition that surely fails, from 1, or 0, of what broadcasts to a table."""
        columns: dict[str, Array] = {"dataflow": np.array([[table.branch.dataflow]], object)}
        for axis in table.branch.axes:
            columns |= values_of(axis, table.index(axis))
        columns |= known
        least: dict[str, Array] = {}
        if self.costs:
            least, most = self._bounds_of_costs(table, known)
            columns |= most
        axes = {part for axis in self.space.axis_names() for part in _parts(axis)}
        for name in self.columns - set(columns):
            if name in axes:  # of another dataflow
                columns[name] = np.full((1, 1), None if column_kind(name) == "text" else np.nan)
            else:
                columns[name] = least[name] = np.full((1, 1), np.nan)
        verdict = np.zeros((1, 1), np.int64)
        with np.errstate(all="ignore"):
            for number, (_, possibly) in enumerate(self.objective.certainties(Bounded(columns, least)), 1):
                verdict = np.where((verdict == 0) & ~possibly, number, verdict)
        return verdict

    def _bounds_of_costs(
        self, table: Product, known: Mapping[str, Array]
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return bounds of area and power."""
        every = Product(table.branch, table.nests, table.points, slice(0, table.shape[0] * table.shape[1]))
        found = []
        for part, machine, points in machines(self.space.accelerator, every):
            row = slice(None) if len(part.nests) == len(table.nests) else np.isin(table.nests, part.nests)
            required = {  # none for designs that cannot run, whose verdict is not used
                level: np.nan_to_num(known[name][row], nan=1).astype(np.int64)
                for level, name in _SIZES.items()
                if name in known
            }
            varying = {name: values for name, values in points.items() if name in COST_AXES}
            area, static, is_whole = _cost(machine, varying, required)
            found.append((part, (area, static, area if is_whole else np.inf)))
        if len(found) == 1:
            area, static, open_area = (np.atleast_2d(values) for values in found[0][1])
        else:
            area, static, open_area = np.empty((3, *table.shape))
            for part, values in found:
                for target, value in zip((area, static, open_area), values, strict=True):
                    part.put(target.reshape(-1), value)
        return (
            {"area_um2": area, **dict.fromkeys(_POWERS, static)},
            {"area_um2": open_area, **dict.fromkeys(_POWERS, np.full((1, 1), np.inf))},
        )


def _kinds(keys: Sequence[Array], size: int) -> tuple[Array, Array]:
    """Return one of each combination of values, and which combination each has."""
    members = list(groups(keys, size))
    which = np.empty(size, np.int64)
    for place, own in enumerate(members):
        which[own] = place
    return np.array([own[0] for own in members]), which


_SIZES = {level: f"{level}_required" for level in BUFFER_AXES}
_POWERS = ("power_mw", "power_onchip_mw")


def _parts(axis: str) -> Sequence[str]:
    return ("bits_W", "bits_I", "bits_O") if axis == "bits" else (axis,)


def _cost(
    machine: Accelerator, varying: Mapping[str, Array], required: Mapping[str, Array]
) -> tuple[Any, Any, bool]:
    """Return area and static power without the buffers of unknown size, and whether none is unknown.

    ``varying`` are numbers of the machine that vary; ``required`` are sizes of its open buffers, where known.

    >>> machine = Accelerator(technology="maestro-28nm", num_pes=16, l1_bytes=512, l2_bytes=None)
    >>> least, _, whole = _cost(machine, {}, {})
    >>> area, _, known = _cost(machine, {}, {"l2_bytes": np.array([1024])})
    >>> np.round(area - least, 3).tolist(), whole, known  # 1024 B of 0.104 um2
    ([106.496], False, True)
    """
    sizes = dict(varying)
    unknown = set()
    for part, level in zip(("L1", "L2"), BUFFER_AXES, strict=True):
        if getattr(machine, level) is None and level not in varying:
            sizes[level] = required.get(level, np.ones(1, np.int64))
            unknown |= set() if level in required else {part}
    costs = ManyCosts(machine, sizes)
    area = costs.technology.area_um2(costs.sizes)
    static = costs.technology.static_power_mw(costs.sizes)
    whole: Any = sum(um2 for part, um2 in area.items() if part not in unknown) if area else np.nan
    return whole, sum(mw for part, mw in static.items() if part not in unknown), not unknown

"""A batch of designs to the bytes of its shard: evaluate, judge, keep what was asked for.

This is the work of one task, wherever it runs; the result depends on the space and the batch alone. Columns
that constraints and goals need are computed for every design, the others for those that are kept; fine time
only where it matters (``fine``). Designs that provably break a condition are skipped (``prune``).

Non-goals: no files, no processes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore import searchers
from maestro_py.explore.description import space_of
from maestro_py.explore.evaluate import Evaluated, Evaluator, Reasons
from maestro_py.explore.fine import NEED_FINE, needed
from maestro_py.explore.intervals import Bounded
from maestro_py.explore.names import axis_columns, column_kind, result_columns
from maestro_py.explore.objective import Judged, Objective
from maestro_py.explore.pareto import best, front
from maestro_py.explore.prune import Pruner
from maestro_py.explore.space import Space
from maestro_py.exporters._parquet_table import table_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.searchers import Batch

    Array = NDArray[Any]

FEW = 2**14
"""Designs up to which every column is computed at once, rather than first those that judging needs."""


@dataclass(frozen=True, slots=True)
class Shard:
    """What became of a batch.

    Attributes
    ----------
    index
        Its number.
    data
        The file.
    counts
        What the file's metadata say: designs, evaluated, feasible, why others cannot run, broken conditions.
    """

    index: int
    data: bytes
    counts: Mapping[str, Any]


def shard_columns(space: Space) -> tuple[str, ...]:
    """Return the columns of shards and results, in order: those asked for, and those that judging needs."""
    wanted = {*(space.columns or result_columns(space)), *Objective(space).columns}
    own = tuple(name for name in result_columns(space) if name in wanted)
    flags = ("feasible",) if holds_infeasible(space) else ()
    return (*axis_columns(space), *flags, *own)


def holds_infeasible(space: Space) -> bool:
    """Whether shards hold designs that are not feasible: an adaptive search is told of all, and resumed from
    them.
    """
    return space.keep == "all" or searchers.get(space.search.method).adaptive


def compute(task: str, batch: Batch) -> Shard:
    """Return the shard of a batch; ``task`` is what :func:`task_of` returns."""
    return _worker(task).shard(batch)


def task_of(manifest: Mapping[str, Any]) -> str:
    """Return a sweep's manifest as the text that workers are sent."""
    return json.dumps({key: manifest[key] for key in ("space", "sources")})


@lru_cache(maxsize=1)
def _worker(task: str) -> Worker:
    found = json.loads(task)
    return Worker(space_of(found["space"], found["sources"], {}))


class Worker:
    """Makes the shards of one space."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.evaluator = Evaluator(space)
        self.objective = Objective(space)
        self.columns = shard_columns(space)
        self.keeps_infeasible = holds_infeasible(space)
        bounded = not set(self.objective.columns) & set(NEED_FINE)
        self.bounds_first = space.time == "fine" and bounded and space.keep in ("pareto", "top")
        skips = space.prune and not self.keeps_infeasible
        self.pruner = Pruner(space, self.objective, self.evaluator) if skips else None
        self.bounds_first &= not self.keeps_infeasible

    def shard(self, batch: Batch) -> Shard:
        """Evaluate a batch."""
        numbers = batch.numbers()
        counts = _Counts()
        if self.pruner is not None:
            skipped, counts.skipped = self.pruner.skipped(numbers)
            numbers = numbers[~skipped]
        if self.bounds_first:
            numbers = self._candidates(numbers, counts)
        many_kept = self.space.keep == "feasible" and self.space.time == "fine"
        everything = self.keeps_infeasible or many_kept or (self.bounds_first and len(numbers) <= FEW)
        names = (
            [name for name in self.columns if name != "feasible"] if everything else self.objective.columns
        )
        found = self.evaluator.evaluate(numbers, names)
        runs, columns = _running(found)
        judged = self.objective.judge(columns, len(runs))
        counts.add(found.reasons, judged)
        counts.fine_time = len(runs) if self.space.time == "fine" else 0
        kept = self._kept(judged, numbers[runs])
        if everything:
            rows = {name: values[kept] for name, values in columns.items()}
            rows |= {"feasible": judged.feasible[kept]}
        else:
            rows = self.evaluator.evaluate(numbers[runs[kept]], self.columns).columns
        kinds = {name: column_kind(name) for name in self.columns}
        told = counts.metadata(batch)
        return Shard(batch.index, table_bytes(rows, kinds, told), told)

    def _candidates(self, numbers: Array, counts: _Counts) -> Array:
        """Return the designs that need fine time; the others are counted."""
        found = self.evaluator.evaluate(numbers, self.objective.columns, bounds=True)
        runs, columns = _running(found)
        least = {name: values[runs] for name, values in found.least.items()}
        decided = self.objective.decide(Bounded(columns, least), len(runs))
        wanted = needed(decided, numbers[runs], self.space.keep, self.space.top)
        dropped = {name: values[~wanted] for name, values in columns.items()}
        counts.add(found.reasons, self.objective.judge(dropped, int((~wanted).sum())))
        return numbers[runs[wanted]]

    def _kept(self, judged: Judged, numbers: Array) -> Array:
        """Return the places of what is kept, in order."""
        if self.keeps_infeasible:
            return np.arange(len(numbers))
        places = np.flatnonzero(judged.feasible)
        if self.space.keep == "feasible" or not places.size:
            return places
        goals, own = judged.goals[places], numbers[places]
        chosen = [best(goals, place, own, self.space.top) for place in range(goals.shape[1])]
        if self.space.keep == "pareto":
            chosen.append(front(goals, own))
        kept: Array = places[np.unique(np.concatenate(chosen))]
        return kept


def _running(found: Evaluated) -> tuple[Array, dict[str, Array]]:
    """Return the places and the columns of the designs that can run."""
    runs = np.flatnonzero(found.runs)
    if len(runs) == len(found.runs):
        return runs, found.columns
    return runs, {name: values[runs] for name, values in found.columns.items()}


class _Counts:
    """What becomes of a batch, summed over its parts."""

    def __init__(self) -> None:
        self.evaluated = self.feasible = self.fine_time = 0
        self.skipped: Mapping[str, int] = {}
        self.reasons: Reasons = {}
        self.broken: dict[str, int] = {}
        self.best: Array = np.empty(0)

    def add(self, reasons: Reasons, judged: Judged) -> None:
        """Take in designs; of those without exact goals none is the best."""
        self.reasons |= reasons
        self.evaluated += len(judged.feasible)
        self.feasible += int(judged.feasible.sum())
        for text, number in judged.broken.items():
            self.broken[text] = self.broken.get(text, 0) + number
        self.best = judged.goals[judged.feasible].min(axis=0, initial=np.inf)

    def metadata(self, batch: Batch) -> dict[str, Any]:
        """Return the counts for the shard's metadata."""
        return {
            "batch": batch.index,
            "designs": batch.size,
            "evaluated": self.evaluated,
            "fine_time": self.fine_time,
            "skipped": self.skipped,
            "feasible": self.feasible,
            "cannot_run": {
                code: [number, message] for code, (number, message) in sorted(self.reasons.items())
            },
            "broken": self.broken,
            "best": [float(value) for value in self.best],
        }


def told(objective: Objective, numbers: Array, rows: Mapping[str, Array]) -> Judged:
    """Return the judgement of a whole batch from its shard's rows; designs that cannot run are infinitely
    bad.
    """
    judged = objective.judge(rows, len(rows["design"]), violation=True)
    order = np.argsort(rows["design"], kind="stable")
    place = np.searchsorted(rows["design"], numbers, sorter=order)
    known = np.zeros(len(numbers), bool)
    inside = place < len(order)
    known[inside] = rows["design"][order[place[inside]]] == numbers[inside]
    goals = np.full((len(numbers), judged.goals.shape[1]), np.inf)
    violation = np.full(len(numbers), np.inf)
    feasible = np.zeros(len(numbers), bool)
    source = order[place[known]]
    goals[known], violation[known] = judged.goals[source], judged.violation[source]
    feasible[known] = judged.feasible[source]
    return replace(judged, goals=goals, feasible=feasible, violation=violation)

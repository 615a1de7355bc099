"""A batch of designs to the bytes of its shard: evaluate, judge, keep what was asked for.

This is the work of one task, wherever it runs; the result depends on the space and the batch alone. Columns
that constraints and goals need are computed for every design, the others for those that are kept.

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
from maestro_py.explore.evaluate import Evaluator, Reasons
from maestro_py.explore.names import axis_columns, column_kind, result_columns
from maestro_py.explore.objective import Judged, Objective
from maestro_py.explore.pareto import best, front
from maestro_py.explore.space import Space
from maestro_py.exporters._parquet_table import table_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.searchers import Batch

    Array = NDArray[Any]


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

    def shard(self, batch: Batch) -> Shard:
        """Evaluate a batch."""
        numbers = batch.numbers()
        everything = self.keeps_infeasible or self.space.keep == "feasible"
        names = (
            [name for name in self.columns if name != "feasible"] if everything else self.objective.columns
        )
        found = self.evaluator.evaluate(numbers, names)
        runs = np.flatnonzero(found.runs)
        columns = {name: values[runs] for name, values in found.columns.items()}
        judged = self.objective.judge(columns, len(runs))
        kept = self._kept(judged, numbers[runs])
        if everything:
            rows = {name: values[kept] for name, values in columns.items()}
            rows |= {"feasible": judged.feasible[kept]}
        else:
            rows = self.evaluator.evaluate(numbers[runs[kept]], self.columns).columns
        counts = _counts(batch, found.reasons, len(runs), judged)
        kinds = {name: column_kind(name) for name in self.columns}
        return Shard(batch.index, table_bytes(rows, kinds, counts), counts)

    def _kept(self, judged: Judged, numbers: Array) -> Array:
        """Return the places of what is kept, in order."""
        if self.keeps_infeasible:
            return np.arange(len(numbers))
        places = np.flatnonzero(judged.feasible)
        if self.space.keep == "feasible" or not places.size:
            return places
        goals, own = judged.goals[places], numbers[places]
        chosen = [best(goals[:, place], own, self.space.top) for place in range(goals.shape[1])]
        if self.space.keep == "pareto":
            chosen.append(front(goals, own))
        kept: Array = places[np.unique(np.concatenate(chosen))]
        return kept


def _counts(batch: Batch, reasons: Reasons, evaluated: int, judged: Judged) -> dict[str, Any]:
    return {
        "batch": batch.index,
        "designs": batch.size,
        "evaluated": evaluated,
        "feasible": int(judged.feasible.sum()),
        "cannot_run": {code: [number, message] for code, (number, message) in sorted(reasons.items())},
        "broken": dict(judged.broken),
        "best": [float(column.min(initial=np.inf)) for column in judged.goals[judged.feasible].T],
    }


def told(objective: Objective, numbers: Array, rows: Mapping[str, Array]) -> Judged:
    """Return the judgement of a whole batch from its shard's rows; designs that cannot run are infinitely
    bad.
    """
    judged = objective.judge(rows, len(rows["design"]))
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

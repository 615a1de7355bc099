"""A batch of designs to the bytes of its shard: evaluate, judge, keep what was asked for.

This is the work of one task, wherever it runs; the result depends on the space and the batch alone. Columns
that constraints and goals need are computed for every design, the others for those that are kept; fine time
only where it matters (``fine``). Designs that provably break a condition are skipped (``prune``). A sample
(``sample``) is kept besides.

Non-goals: no files, no processes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore import searchers
from maestro_py.explore.description import space_of
from maestro_py.explore.evaluate import Evaluated, Evaluator, Reasons, count_reason
from maestro_py.explore.fine import NEED_FINE, needed
from maestro_py.explore.intervals import Bounded
from maestro_py.explore.names import axis_columns, column_kind, result_columns
from maestro_py.explore.objective import Judged, Objective
from maestro_py.explore.pareto import best, front
from maestro_py.explore.picks import Picks
from maestro_py.explore.prune import Pruner
from maestro_py.explore.sample import Sample
from maestro_py.explore.space import Space
from maestro_py.explore.tally import Plain, tally
from maestro_py.exporters._parquet_table import table_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.searchers import Batch

    Array = NDArray[Any]

ROWS_AT_ONCE = 2**16
"""Rows whose columns are computed and written together."""

FEW = 2**14
"""Designs up to which every column is computed at once, rather than first those that judging needs."""

_FLAGS = ("feasible", "sampled")
"""Columns that are not the evaluator's."""


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
        What the file's metadata say: designs, picks that are done with them, evaluated, feasible, of the
        sample, why others cannot run, broken conditions, and what each value of a parameter can reach, if all
        goals are exact.
    """

    index: int
    data: bytes
    counts: Mapping[str, Any]


def shard_columns(space: Space) -> tuple[str, ...]:
    """Return the columns of shards and results, in order: those asked for, and those that judging needs."""
    wanted = {*(space.columns or result_columns(space)), *Objective(space).columns}
    own = tuple(name for name in result_columns(space) if name in wanted)
    flags = (holds_infeasible(space), bool(space.sample))
    return (*axis_columns(space), *(name for name, held in zip(_FLAGS, flags, strict=True) if held), *own)


def holds_infeasible(space: Space) -> bool:
    """Whether shards hold designs that are not feasible: an adaptive search is told of picks that have no
    others, and resumed from them.
    """
    return space.keep == "all" or searchers.get(space.search.method).adaptive


def holds_every_feasible(space: Space) -> bool:
    """Whether shards hold every feasible design: an adaptive search is told of each design that is a pick."""
    told = searchers.get(space.search.method).adaptive and not space.search.enumerate
    return space.keep in ("all", "feasible") or told


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
        self.sample = Sample(space)
        self.columns = shard_columns(space)
        self.of_evaluator = [name for name in self.columns if name not in _FLAGS]
        self.judging = tuple(dict.fromkeys((*self.objective.columns, *self.sample.columns)))
        self.picks = Picks(space)
        self.flags_feasible = holds_infeasible(space)
        self.tells = searchers.get(space.search.method).adaptive
        self.keeps_feasible = holds_every_feasible(space)
        bounded = not set(self.judging) & set(NEED_FINE)
        self.bounds_first = space.time == "fine" and bounded and not self.keeps_feasible
        skips = space.prune and not self.flags_feasible
        self.pruner = Pruner(space, self.objective, self.evaluator) if skips else None

    def shard(self, batch: Batch) -> Shard:
        """Evaluate a batch."""
        numbers = batch.numbers()
        counts = _Counts()
        if self.pruner is not None:
            skipped, counts.skipped = self.pruner.skipped(numbers)
            numbers = numbers[~skipped]
        if self.bounds_first:
            numbers = self._candidates(numbers, counts)
        many_kept = self.keeps_feasible and (self.flags_feasible or self.space.time == "fine")
        everything = many_kept or (self.bounds_first and len(numbers) <= FEW)
        found = self._evaluate(numbers, self.of_evaluator if everything else self.judging)
        runs, columns = _running(found)
        judged = self.objective.judge(columns, len(runs), violation=self.tells)
        counts.add(found.reasons, judged)
        counts.fine_time = len(runs) if self.space.time == "fine" else 0
        kept = self._kept(judged, columns, numbers[runs])
        sampled = judged.feasible[kept] & self.sample.chosen(numbers[runs[kept]])
        counts.sampled = int(sampled.sum())
        if not self.bounds_first:
            own = judged.feasible
            counts.values = tally(self.space, numbers[runs][own], judged.goals[own])
        flags = {"feasible": judged.feasible[kept], "sampled": sampled}
        if everything:
            rows: Iterable[dict[str, Array]] = [
                {name: values[kept] for name, values in columns.items()} | flags
            ]
        else:
            rows = self._rows(numbers[runs[kept]], flags)
        kinds = {name: column_kind(name) for name in self.columns}
        told = counts.metadata(batch)
        return Shard(batch.index, table_bytes(rows, kinds, told), told)

    def _rows(self, numbers: Array, flags: Mapping[str, Array]) -> Iterator[dict[str, Array]]:
        """Yield every column of designs, some at a time."""
        for start in range(0, max(1, len(numbers)), ROWS_AT_ONCE):
            own = slice(start, start + ROWS_AT_ONCE)
            columns = self._evaluate(numbers[own], self.of_evaluator).columns
            yield columns | {name: values[own] for name, values in flags.items()}

    def _evaluate(self, numbers: Array, names: Collection[str], *, bounds: bool = False) -> Evaluated:
        """Evaluate designs, where a pick has many of them those together that go well together."""
        if not self.space.search.enumerate:
            return self.evaluator.evaluate(numbers, names, bounds=bounds)
        places = list(self.picks.alike(numbers))
        found = [self.evaluator.evaluate(numbers[own], names, bounds=bounds) for own in places]
        back = np.argsort(np.concatenate(places))
        reasons: Reasons = {}
        for part in found:
            for code, (number, first) in part.reasons.items():
                count_reason(reasons, (code, first), number)
        return Evaluated(
            {name: np.concatenate([part.columns[name] for part in found])[back] for name in found[0].columns},
            np.concatenate([part.runs for part in found])[back],
            reasons,
            {name: np.concatenate([part.least[name] for part in found])[back] for name in found[0].least},
        )

    def _candidates(self, numbers: Array, counts: _Counts) -> Array:
        """Return the designs that need fine time; the others are counted."""
        found = self._evaluate(numbers, self.judging, bounds=True)
        runs, columns = _running(found)
        least = {name: values[runs] for name, values in found.least.items()}
        bounded = Bounded(columns, least)
        decided = self.objective.decide(bounded, len(runs))
        wanted = needed(decided, numbers[runs], self.space.keep, self.space.top)
        if self.tells:
            bounds = self.objective.judge(columns, len(runs), violation=True)
            wanted |= self.picks.may_be_decisive(decided, bounds, numbers[runs])
        if self.space.sample:
            wanted |= decided.possibly & self.sample.chosen(numbers[runs])
            wanted |= self.sample.may_be_best(bounded, decided, numbers[runs])
        dropped = {name: values[~wanted] for name, values in columns.items()}
        counts.add(found.reasons, self.objective.judge(dropped, int((~wanted).sum())))
        return numbers[runs[wanted]]

    def _kept(self, judged: Judged, columns: Mapping[str, Array], numbers: Array) -> Array:
        """Return the places of what is kept, in order."""
        chosen = [self._of_goals(judged, numbers)]
        if self.tells:
            chosen.append(self.picks.decisive(judged, numbers))
        if self.space.sample:
            places = np.flatnonzero(judged.feasible)
            own = numbers[places]
            marks = {name: columns[name][places] for name in self.sample.columns}
            chosen += [places[self.sample.chosen(own)], places[self.sample.best(marks, own)]]
        return np.unique(np.concatenate(chosen))

    def _of_goals(self, judged: Judged, numbers: Array) -> Array:
        """Return the places of what the space says is kept."""
        if self.space.keep == "all":
            return np.arange(len(numbers))
        places = np.flatnonzero(judged.feasible)
        if self.space.keep == "feasible" or not places.size:
            return places
        goals, own = judged.goals[places], numbers[places]
        chosen = [best(goals, place, own, self.space.top) for place in range(goals.shape[1])]
        if self.space.keep == "pareto":
            chosen.append(front(goals, own))
        kept: Array = places[np.concatenate(chosen)]
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
        self.evaluated = self.feasible = self.sampled = self.fine_time = 0
        self.skipped: Mapping[str, int] = {}
        self.reasons: Reasons = {}
        self.broken: dict[str, int] = {}
        self.best: Array = np.empty(0)
        self.values: Plain | None = None

    def add(self, reasons: Reasons, judged: Judged) -> None:
        """Take in designs; of those without exact goals none is the best."""
        for code, (number, first) in reasons.items():
            count_reason(self.reasons, (code, first), number)
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
            "picks": batch.picks,
            "evaluated": self.evaluated,
            "fine_time": self.fine_time,
            "skipped": self.skipped,
            "feasible": self.feasible,
            "sampled": self.sampled,
            "cannot_run": {
                code: [number, message] for code, (number, message) in sorted(self.reasons.items())
            },
            "broken": self.broken,
            "best": [float(value) for value in self.best],
            "values": self.values,
        }

"""Shards to results: the Pareto front, the best designs for each goal, and the counts.

Shards are read one after another in their order, first the goals to find the front, then its rows, so that
memory holds the front and not the shards. The files follow from the shards alone.

Codes: M809 a shard is missing or damaged.

Non-goals: no evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.errors import InputError
from maestro_py.explore.names import column_kind
from maestro_py.explore.objective import Objective
from maestro_py.explore.pareto import best, front
from maestro_py.explore.shard import shard_columns
from maestro_py.explore.space import Space
from maestro_py.explore.store import FRONT, SENSITIVITY, SUMMARY, TOP, Store, replacing
from maestro_py.explore.tally import Tallies
from maestro_py.exporters._parquet_table import TableWriter, read_columns, read_metadata, table_bytes
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Ranking:
    """The best designs for one of the goals so far; what is taken in is exact, in whatever order."""

    def __init__(self, goals: int, place: int, count: int) -> None:
        self.place = place
        self.count = count
        self.goals: Array = np.empty((0, goals))
        self.numbers: Array = np.empty(0, np.int64)

    def take(self, goals: Array, numbers: Array) -> None:
        """Take in feasible designs, each once."""
        own = best(goals, self.place, numbers, self.count)
        names, first = np.unique(np.concatenate([self.numbers, numbers[own]]), return_index=True)
        values = np.concatenate([self.goals, goals[own]])[first]
        chosen = best(values, self.place, names, self.count)
        self.goals, self.numbers = values[chosen], names[chosen]


class Best:
    """The front and the best designs for each goal so far; exact, in whatever order."""

    def __init__(self, goals: int, top: int) -> None:
        self.front_goals: Array = np.empty((0, goals))
        self.front_numbers: Array = np.empty(0, np.int64)
        self.tops = [Ranking(goals, place, top) for place in range(goals)]

    def take(self, goals: Array, numbers: Array) -> None:
        """Take in feasible designs, each once."""
        if not len(numbers):
            return
        own = front(goals, numbers)
        values = np.concatenate([self.front_goals, goals[own]])
        names = np.concatenate([self.front_numbers, numbers[own]])
        places = front(values, names)
        self.front_goals, self.front_numbers = values[places], names[places]
        for ranking in self.tops:
            ranking.take(goals, numbers)


def merge(store: Store, space: Space, batches: int) -> dict[str, Any]:
    """Write the front, the best and the summary of a sweep whose shards are all there; return the summary.

    Raises
    ------
    InputError
        M809 if a shard is missing or damaged, M332 if a file cannot be written.
    """
    missing = [index for index in range(batches) if not store.has(index)]
    if missing:
        shown = " ".join(str(index) for index in missing[:8]) + (" ..." if len(missing) > 8 else "")
        message = f"{len(missing):,} of {batches:,} shards are missing in {str(store.folder)!r}: {shown}"
        hint = "run the sweep, or its --shard that is missing, again; then merge again"
        raise InputError([diagnostic("M809", message, None, hint)])
    objective = Objective(space)
    found = Best(len(space.goals), space.top)
    counts = _Counts()
    tallies: Tallies | None = Tallies(space)
    spans: dict[int, tuple[int, int]] = {}
    for index in range(batches):
        own = read_metadata(store.shard(index))
        counts.add(own)
        if tallies is not None and own["values"] is not None:
            tallies.add(own["values"])
        else:
            tallies = None
        if not own["feasible"]:
            continue
        rows = read_columns(store.shard(index), ("design", *objective.columns))
        judged = objective.judge(rows, len(rows["design"]))
        found.take(judged.goals[judged.feasible], rows["design"][judged.feasible])
        spans[index] = int(rows["design"].min()), int(rows["design"].max())
    best_rows = _write_rows(store, space, found, spans)
    _write_top(store, space, found, best_rows)
    if tallies is not None:
        table, kinds = tallies.table()
        store.write(SENSITIVITY, table_bytes([table], kinds, {"rows": "what each value can reach"}))
    summary = counts.summary(space, found, batches)
    store.clean()
    store.write(SUMMARY, json.dumps(summary, indent=1).encode() + b"\n")
    return summary


class _Counts:
    """Sums of the shards' counts."""

    def __init__(self) -> None:
        names = ("designs", "picks", "evaluated", "fine_time", "feasible", "sampled")
        self.sums = dict.fromkeys(names, 0)
        self.cannot_run: dict[str, tuple[int, str]] = {}
        self.broken: dict[str, int] = {}
        self.skipped: dict[str, int] = {}

    def add(self, counts: Mapping[str, Any]) -> None:
        for name in self.sums:
            self.sums[name] += counts[name]
        for code, (number, message) in counts["cannot_run"].items():
            before, first = self.cannot_run.get(code, (0, message))
            self.cannot_run[code] = (before + number, first)
        for name, sums in (("broken", self.broken), ("skipped", self.skipped)):
            for text, number in counts[name].items():
                sums[text] = sums.get(text, 0) + number

    def summary(self, space: Space, found: Best, batches: int) -> dict[str, Any]:
        goals = {}
        for place, goal in enumerate(space.goals):
            ranking = found.tops[place]
            if len(ranking.numbers):
                value = float(ranking.goals[0, place])
                goals[goal.name] = {
                    "design": int(ranking.numbers[0]),
                    "value": -value if goal.maximize else value,
                }
        return {
            "designs_in_space": space.size,
            "batches": batches,
            "picked": self.sums["picks"],
            "asked_for": self.sums["designs"],
            "evaluated": self.sums["evaluated"],
            "fine_time": self.sums["fine_time"],
            "skipped": dict(sorted(self.skipped.items())),
            "cannot_run": {
                code: {"designs": number, "first": message}
                for code, (number, message) in sorted(self.cannot_run.items())
            },
            "feasible": self.sums["feasible"],
            "sampled": self.sums["sampled"],
            "broken": self.broken,
            "front": len(found.front_numbers),
            "best": goals,
        }


def _write_rows(
    store: Store, space: Space, found: Best, spans: Mapping[int, tuple[int, int]]
) -> dict[int, dict[str, Any]]:
    """Write the rows of the front by design number, and return those of the best designs."""
    names = shard_columns(space)
    kinds = {name: column_kind(name) for name in names}
    tops = {int(number) for ranking in found.tops for number in ranking.numbers}
    best_rows: dict[int, dict[str, Any]] = {}
    wanted = np.unique(np.concatenate([found.front_numbers, np.array(sorted(tops), np.int64)]))
    with replacing(store.folder / FRONT) as path:
        writer = TableWriter(path, kinds, {"rows": "Pareto front, by design"})
        for part in _parts(store, wanted, spans, names):
            numbers = part["design"]
            on_front = np.isin(numbers, found.front_numbers)
            if on_front.any():
                writer.write({name: values[on_front] for name, values in part.items()})
            for place, number in enumerate(numbers):
                if int(number) in tops:
                    best_rows[int(number)] = {name: values[place] for name, values in part.items()}
        writer.close()
    return best_rows


def _parts(
    store: Store, wanted: Array, spans: Mapping[int, tuple[int, int]], names: tuple[str, ...]
) -> Iterator[dict[str, Array]]:
    """Yield the rows of designs, of each shard whose numbers, first to last, may be among them."""
    for index, (first, last) in spans.items():
        if not ((first <= wanted) & (wanted <= last)).any():
            continue
        numbers = read_columns(store.shard(index), ("design",))["design"]
        places = np.flatnonzero(np.isin(numbers, wanted))
        if places.size:
            rows = read_columns(store.shard(index), names)
            yield {name: values[places] for name, values in rows.items()}


def _write_top(store: Store, space: Space, found: Best, rows: Mapping[int, Mapping[str, Any]]) -> None:
    names = shard_columns(space)
    kinds = {"goal": "text", "rank": "whole", **{name: column_kind(name) for name in names}}
    table: dict[str, list[Any]] = {name: [] for name in kinds}
    for goal, ranking in zip(space.goals, found.tops, strict=True):
        for rank, number in enumerate(ranking.numbers.tolist(), 1):
            for name, value in (("goal", goal.name), ("rank", rank), *rows[number].items()):
                table[name].append(_cell(value, kinds[name]))
    store.write(TOP, table_bytes([table], kinds, {"rows": "best designs for each goal"}))


def _cell(value: Any, kind: str) -> Any:
    """Return a plain value; a missing number is None."""
    if value is None or value != value:
        return None
    return int(value) if kind == "whole" else value

"""The tables of a sweep's folder, for pictures: designs by parts, the front, and the best for each goal.

A folder of a sweep that was stopped is read as far as it is. Only feasible designs are given.

Codes: M809 the folder holds no sweep or is damaged.

Non-goals: no drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore import sample
from maestro_py.explore.merge import Best, Ranking
from maestro_py.explore.names import Names
from maestro_py.explore.objective import Objective
from maestro_py.explore.shard import holds_every_feasible, shard_columns
from maestro_py.explore.store import FRONT, SHARDS, TOP, Store
from maestro_py.explore.tally import Tallies
from maestro_py.exporters._parquet_table import read_columns, read_metadata
from maestro_py.viz.quantities import Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the shards that are there say.

    Attributes
    ----------
    picks, designs, evaluated, feasible, sampled
        Picked by the search, looked at, computed, those that meet every condition, and those of them that are
        of the sample.
    """

    picks: int
    designs: int
    evaluated: int
    feasible: int
    sampled: int


class Kept:
    """What a sweep kept.

    Attributes
    ----------
    space, names
        What was swept, and what names mean in it.
    held
        The columns that every kept design has.
    """

    def __init__(self, folder: str | Path) -> None:
        self.store = Store.existing(Path(folder))
        self.space = self.store.space()
        self.names = Names(self.space)
        self.objective = Objective(self.space)
        self.held = shard_columns(self.space)

    @property
    def folder(self) -> Path:
        """The sweep's folder."""
        return self.store.folder

    @property
    def finished(self) -> bool:
        """Whether the sweep came to its end."""
        return self.store.finished

    @property
    def has_all(self) -> bool:
        """Whether every feasible design was kept, and not only the best and a sample of them."""
        return holds_every_feasible(self.space)

    @property
    def cloud_size(self) -> int:
        """How many designs :meth:`cloud` yields."""
        return self.counts.feasible if self.has_all else self.counts.sampled

    @property
    def shards(self) -> list[Path]:
        """The files of the batches that are done."""
        return sorted((self.folder / SHARDS).glob("part-*.parquet"))

    @cached_property
    def _metadata(self) -> list[Any]:
        return [read_metadata(path) for path in self.shards]

    @cached_property
    def tallies(self) -> Tallies | None:
        """What each value of each parameter can reach, exactly; None if the sweep did not count it."""
        found = Tallies(self.space)
        for own in self._metadata:
            if own["values"] is None:
                return None
            found.add(own["values"])
        return found

    @cached_property
    def counts(self) -> Counts:
        """The counts of the batches that are done."""
        found = self._metadata
        names = ("picks", "designs", "evaluated", "feasible", "sampled")
        return Counts(*(sum(part[name] for part in found) for name in names))

    def parts(self, columns: Iterable[str]) -> Iterator[dict[str, Array]]:
        """Yield columns of the feasible designs that were kept, a batch at a time, ``design`` with them."""
        for _, rows in self._parts(columns):
            yield rows

    def cloud(self, columns: Iterable[str]) -> Iterator[dict[str, Array]]:
        """Yield the same of designs that are spread evenly: every feasible one, or those of the sample."""
        if self.has_all:
            yield from self.parts(columns)
        elif self.space.sample:
            for rows in self.parts((*columns, "sampled")):
                yield {name: values[rows["sampled"]] for name, values in rows.items()}

    def some(self, numbers: Array, most: int) -> Array:
        """Return the places of about ``most`` of the designs of :meth:`cloud`, whatever part they are of."""
        return np.flatnonzero(sample.chosen(numbers, most / max(1, self.counts.feasible), self.space.seed))

    def cloud_text(self, shown: int) -> str:
        """Return which designs are shown in words, where these are those of :meth:`cloud`."""
        if self.has_all:
            return f"all {shown:,} feasible designs"
        return f"a sample of {shown:,} of {self.counts.feasible:,} feasible designs"

    def _parts(self, columns: Iterable[str]) -> Iterator[tuple[Path, dict[str, Array]]]:
        wanted = dict.fromkeys(("design", *columns))
        read = dict.fromkeys((*wanted, *self.objective.columns))
        for path in self.shards:
            rows = read_columns(path, read)
            chosen = self.objective.judge(rows, len(rows["design"])).feasible
            yield path, {name: rows[name][chosen] for name in wanted}

    @property
    def flows(self) -> tuple[str, ...]:
        """Names of the dataflows."""
        return tuple(branch.dataflow for branch in self.space.branches)

    @property
    def flow_column(self) -> tuple[str, ...]:
        """What :meth:`of_flow` needs to be read."""
        return ("dataflow",) if len(self.flows) > 1 else ()

    def of_flow(self, rows: Mapping[str, Array], flow: str) -> Array:
        """Return which rows are of a dataflow."""
        if len(self.flows) == 1:
            return np.ones(len(rows["design"]), bool)
        return np.asarray(rows["dataflow"] == flow, bool)

    @cached_property
    def front(self) -> dict[str, Array]:
        """Rows of the Pareto front of all goals, by design; of a stopped sweep: so far."""
        if self.finished:
            return read_columns(self.folder / FRONT, self.held)
        best = Best(len(self.space.goals), 1)
        for rows in self.parts(self.objective.columns):
            goals = self.objective.judge(rows, len(rows["design"])).goals
            best.take(goals, rows["design"])
        chosen = [
            {name: values[np.isin(rows["design"], best.front_numbers)] for name, values in rows.items()}
            for rows in self.parts(self.held)
        ]
        found = {name: np.concatenate([part[name] for part in chosen]) for name in self.held}
        order = np.argsort(found["design"])
        return {name: values[order] for name, values in found.items()}

    def best(self, wanted: Sequence[tuple[Quantity, bool]]) -> dict[str, list[dict[str, Any] | None]]:
        """Return the rows of the designs with the least, or the greatest, of quantities.

        Parameters
        ----------
        wanted
            Quantities, and whether the greatest is best; of equal designs the one that is better in the
            others is, then the one with the lowest number.

        Returns
        -------
        dict
            By dataflow, one for each quantity; None where there is no design.
        """
        found = {
            flow: [Ranking(len(wanted), place, 1) for place in range(len(wanted))] for flow in self.flows
        }
        shards: dict[int, Path] = {}
        columns = (*self.flow_column, *(name for quantity, _ in wanted for name in quantity.columns))
        for path, rows in self._parts(columns):
            size = len(rows["design"])
            values = np.empty((size, len(wanted)))
            for place, (quantity, greatest) in enumerate(wanted):
                values[:, place] = quantity.value(rows) * (-1 if greatest else 1)
            known = np.isfinite(values).all(axis=1)
            for flow, rankings in found.items():
                own = known & self.of_flow(rows, flow)
                for ranking in rankings:
                    ranking.take(values[own], rows["design"][own])
            best = {int(n) for rankings in found.values() for ranking in rankings for n in ranking.numbers}
            shards = {number: shards.get(number, path) for number in best}
        return {
            flow: [
                next((self._row(shards[number], number) for number in ranking.numbers.tolist()), None)
                for ranking in rankings
            ]
            for flow, rankings in found.items()
        }

    def _row(self, path: Path, number: int) -> dict[str, Any]:
        rows = read_columns(path, self.held)
        place = int(np.flatnonzero(rows["design"] == number)[0])
        return {name: values[place] for name, values in rows.items()}

    @cached_property
    def best_of_goals(self) -> dict[str, dict[str, Any]]:
        """Rows of the best design for each goal of the sweep, by the goal's name."""
        if not self.finished:
            return self._best_so_far()
        top = read_columns(self.folder / TOP, ("goal", "rank", *self.held))
        return {
            str(top["goal"][place]): {name: top[name][place] for name in self.held}
            for place in np.flatnonzero(top["rank"] == 1)
        }

    def _best_so_far(self) -> dict[str, dict[str, Any]]:
        goals = self.space.goals
        rankings = [Ranking(len(goals), place, 1) for place in range(len(goals))]
        found: dict[int, Path] = {}
        for path, rows in self._parts(self.objective.columns):
            judged = self.objective.judge(rows, len(rows["design"]))
            for ranking in rankings:
                ranking.take(judged.goals, rows["design"])
            best = {int(number) for ranking in rankings for number in ranking.numbers}
            found = {n: found.get(n, path) for n in best}
        return {
            goal.name: self._row(found[number], number)
            for goal, ranking in zip(goals, rankings, strict=True)
            for number in ranking.numbers.tolist()
        }

    def subject(self) -> str:
        """Return what was swept in a few words."""
        layers = len(self.space.network.layers)
        what = f"{self.space.network.name}, {layers} layer{'' if layers == 1 else 's'}"
        return f"{what}, {', '.join(self.flows)} on {self.space.accelerator.name}"

    def so_far(self) -> str:
        """Return how much of the space a stopped sweep has looked at; empty if it came to its end."""
        if self.finished:
            return ""
        search = self.space.search
        asked, what = search.designs or self.space.size, "picks" if search.enumerate else "designs"
        return f"unfinished: {self.counts.picks:,} of {asked:,} {what} so far"

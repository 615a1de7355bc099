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

from maestro_py.explore.merge import Best, Ranking
from maestro_py.explore.names import Names
from maestro_py.explore.objective import Objective
from maestro_py.explore.shard import holds_every_feasible, shard_columns
from maestro_py.explore.store import FRONT, SHARDS, TOP, Store
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
    picks, designs, evaluated, feasible
        Picked by the search, looked at, computed, and those that meet every condition.
    """

    picks: int
    designs: int
    evaluated: int
    feasible: int


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
    def has_cloud(self) -> bool:
        """Whether every feasible design was kept, and not only the best of them."""
        return holds_every_feasible(self.space)

    @property
    def shards(self) -> list[Path]:
        """The files of the batches that are done."""
        return sorted((self.folder / SHARDS).glob("part-*.parquet"))

    @cached_property
    def counts(self) -> Counts:
        """The counts of the batches that are done."""
        found = [read_metadata(path) for path in self.shards]
        names = ("picks", "designs", "evaluated", "feasible")
        return Counts(*(sum(part[name] for part in found) for name in names))

    def parts(self, columns: Iterable[str]) -> Iterator[dict[str, Array]]:
        """Yield columns of the feasible designs that were kept, a batch at a time, ``design`` with them."""
        for _, rows in self._parts(columns):
            yield rows

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

    def best(
        self, wanted: Sequence[tuple[Quantity, bool]], flows: Sequence[str | None]
    ) -> list[list[dict[str, Any] | None]]:
        """Return the rows of the designs with the least, or the greatest, of quantities.

        Parameters
        ----------
        wanted
            Quantities, and whether the greatest is best; of equal designs the one with the lowest number is.
        flows
            Among the designs of which dataflow; None: of all.

        Returns
        -------
        list
            By dataflow, then by quantity; None where there is no design.
        """
        found: dict[tuple[int, int], tuple[float, int, Path]] = {}
        columns = (*self.flow_column, *(name for quantity, _ in wanted for name in quantity.columns))
        for path, rows in self._parts(columns):
            size = len(rows["design"])
            for place, (quantity, greatest) in enumerate(wanted):
                values = np.broadcast_to(quantity.value(rows), (size,))
                values = np.where(np.isnan(values), np.inf, -values if greatest else values)
                for row, flow in enumerate(flows):
                    own = values if flow is None else np.where(self.of_flow(rows, flow), values, np.inf)
                    least = own.min(initial=np.inf)
                    if least < np.inf:
                        number = int(rows["design"][own == least].min())
                        best = (float(least), number, path)
                        found[row, place] = min(found.get((row, place), best), best)
        chosen = [[found.get((row, place)) for place in range(len(wanted))] for row in range(len(flows))]
        return [[None if one is None else self._row(one[2], one[1]) for one in own] for own in chosen]

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


def sampled(numbers: Array, share: float) -> Array:
    """Return the places of designs whose hash (splitmix64) falls into a share of all."""
    if share >= 1:
        return np.arange(len(numbers))
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.flatnonzero(mixed < np.uint64(int(share * 2**64)))

"""The best designs of a sweep's folder, for a goal and a condition that may be others than those of the
sweep.

Shards are read one after another; only feasible designs are looked at.

Codes: M805, M806 and M811 for goals and conditions, M809 for folders.

Non-goals: no evaluation, no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.errors import SemanticError, Span, did_you_mean
from maestro_py.explore._wanted import as_condition, goal_of
from maestro_py.explore.expressions import Expression, ExpressionError
from maestro_py.explore.merge import Ranking
from maestro_py.explore.names import COLUMNS_LISTED_BY, Names
from maestro_py.explore.objective import Objective
from maestro_py.explore.shard import shard_columns
from maestro_py.explore.space import Goal, Space
from maestro_py.explore.store import SHARDS, Store
from maestro_py.exporters._parquet_table import read_columns
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """Designs that were chosen, best first.

    Attributes
    ----------
    space
        The space of the sweep.
    goal
        What they are best for.
    rows
        Their columns.
    columns
        The columns that were asked for.
    named
        The columns of the condition.
    notes
        What is to know about the choice.
    """

    space: Space
    goal: Goal
    rows: dict[str, Array]
    columns: tuple[str, ...]
    named: tuple[str, ...]
    notes: tuple[str, ...]


def select(
    folder: str | Path, goal: str | None = None, count: int = 10, where: str | None = None, columns: Any = ()
) -> Selection:
    """Return the best designs that a sweep kept.

    Parameters
    ----------
    folder
        Of a sweep, finished or not.
    goal
        One of the sweep's, a short name, ``min EXPRESSION`` or ``max EXPRESSION``; None: the sweep's first.
    count
        How many.
    where
        A condition that they meet.
    columns
        Result columns to show.

    Raises
    ------
    InputError
        M809 if there is no sweep or a shard is damaged.
    SemanticError
        M805, M806, M811 for a goal, a condition or a column that is none.
    """
    store = Store.existing(Path(folder))
    space = store.space()
    names = Names(space)
    wanted = space.goals[0] if goal is None else _goal(space, names, goal)
    condition = None
    if where is not None:
        condition = _expression(where, "--where", lambda text: as_condition(names.parse(text)))
    held = shard_columns(space)
    needed = names.needed([wanted.expression, *([condition] if condition else [])])
    for column in (*needed, *columns):
        if column not in held:
            hint = did_you_mean(column, held, "columns", COLUMNS_LISTED_BY)
            raise SemanticError([diagnostic("M806", f"the sweep has no column {column!r}", None, hint)])
    numbers, shards = _best(store, space, wanted, condition, needed, count)
    rows = _rows(shards, numbers, held)
    named = names.needed([condition] if condition else [])
    return Selection(space, wanted, rows, tuple(columns), named, tuple(_notes(store, space, goal, where)))


def _notes(store: Store, space: Space, goal: str | None, where: str | None) -> list[str]:
    notes = []
    if not store.finished:
        notes.append("the sweep is not finished: these are the best so far")
    own_goal = goal is None or any(goal == own.name for own in space.goals)
    if space.keep in ("pareto", "top") and (where or not own_goal):
        what = "the front and the best" if space.keep == "pareto" else "the best"
        what += f" for its own goals and constraints{', and a sample' if space.sample else ''}"
        notes.append(f"the sweep kept {what}; others may be better for this (sweep with keep: feasible)")
    return notes


def _goal(space: Space, names: Names, text: str) -> Goal:
    own: Goal | None = next((goal for goal in space.goals if goal.name == text), None)
    found: Goal = own or _expression(text, "--goal", lambda other: goal_of(names, other))
    return found


def _expression(text: str, option: str, read: Any) -> Any:
    try:
        return read(text)
    except ExpressionError as error:
        place = Span(option, 1, error.start + 1, 1, max(error.end, error.start + 1) + 1)
        raise SemanticError([diagnostic(error.code, error.message, place, error.hint)]) from error


def _best(
    store: Store, space: Space, goal: Goal, condition: Expression | None, needed: tuple[str, ...], count: int
) -> tuple[Array, dict[int, Path]]:
    """Return the numbers of the best designs, best first, and the shard of each.

    Of equal ones those are first that are better in the sweep's goals.
    """
    objective = Objective(space)
    names = objective.names
    ranking = Ranking(1 + len(space.goals), 0, count)
    shards: dict[int, Path] = {}
    for path in sorted((store.folder / SHARDS).glob("part-*.parquet")):
        rows = read_columns(path, dict.fromkeys(("design", *objective.columns, *needed)))
        size = len(rows["design"])
        judged = objective.judge(rows, size)
        chosen = judged.feasible
        values = names.values(rows)
        if condition is not None:
            chosen = chosen & np.broadcast_to(condition.evaluate(values), (size,))
        goals = np.broadcast_to(goal.expression.evaluate(values), (size,)).astype(float)
        goals = np.where(goal.maximize, -goals, goals)
        chosen = chosen & np.isfinite(goals)
        ordered = np.column_stack([goals, judged.goals])
        ranking.take(ordered[chosen], rows["design"][chosen])
        new = {int(number) for number in ranking.numbers}
        inside = {int(n) for n in rows["design"]} & new if len(new) else set()
        shards = {n: shards.get(n, path) for n in new if n in shards or n in inside}
    return ranking.numbers, shards


def _rows(shards: dict[int, Path], numbers: Array, names: tuple[str, ...]) -> dict[str, Array]:
    """Return the rows of designs in the order of their numbers here."""
    cells: dict[int, dict[str, Any]] = {}
    for path in sorted(set(shards.values())):
        part = read_columns(path, names)
        for place, number in enumerate(part["design"].tolist()):
            if shards.get(number) == path:
                cells[number] = {name: values[place] for name, values in part.items()}
    return {name: np.array([cells[number][name] for number in numbers.tolist()]) for name in names}

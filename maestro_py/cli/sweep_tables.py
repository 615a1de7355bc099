"""What a sweep is and what it found, as text.

Non-goals: no progress (``sweep_progress``).
"""

from __future__ import annotations

import csv
import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro_py.cli.design_table import designs_tables
from maestro_py.cli.results import show_remarks
from maestro_py.cli.tables import PLAIN_WIDTH, plain_table, show

if TYPE_CHECKING:
    from maestro_py.cli.sweep_progress import Line
    from maestro_py.explore.space import Goal, Space
    from maestro_py.explore.top import Selection

_MOST_VALUES = 6
_MOST_FRONT = 12


def show_space(space: Space) -> None:
    """Print what would be swept."""
    from maestro_py.explore.picks import Picks

    click.echo(_head(space))
    rows = []
    for name in space.axis_names():
        values = space.axis_values(name)
        own = [b.dataflow for b in space.branches if any(axis.name == name for axis in b.axes)]
        of = "" if len(own) == len(space.branches) else " ".join(own)
        rows.append((name, f"{len(values):,}", _values_text(values), of))
    if rows:
        click.echo()
        show(plain_table("", ("parameter", ">values", "from ... to", "of"), rows))
    click.echo()
    for branch, picks in zip(space.branches, Picks(space).grid.branches, strict=True):
        of = f", {picks.size:,} picks of {branch.size // picks.size:,}" if space.search.enumerate else ""
        click.echo(f"{branch.dataflow}: {_designs(branch.size)}{of}")


def _designs(number: int) -> str:
    return f"{number:,} design{'' if number == 1 else 's'}"


def _head(space: Space) -> str:
    from maestro_py.explore import searchers

    layers = len(space.network.layers)
    flows = ", ".join(branch.dataflow for branch in space.branches)
    goals = ", ".join(goal.name for goal in space.goals)
    conditions = "; ".join(condition.text for condition in space.constraints) or "none"
    search = space.search.words()
    if space.search.designs:
        search += f", seed {space.seed}"
    first = ""
    if searchers.get(space.search.method).first_goal and len(space.goals) > 1:
        first = f"\n{space.search.method} goes by {space.goals[0].name} alone, its first goal"
    return (
        f"{space.network.name}, {layers} layer{'' if layers == 1 else 's'}, dataflow {flows}, "
        f"on {space.accelerator.name}\n"
        f"{_designs(space.size)}, search {search}, {space.time} time\n"
        f"goals {goals}; constraints {conditions}{first}\n"
        f"keeps {_kept(space)}"
    )


def _kept(space: Space) -> str:
    """Return what is written of the designs, in words."""
    from maestro_py.explore import searchers

    told_of_each = searchers.get(space.search.method).adaptive and not space.search.enumerate
    if space.keep == "all" or told_of_each:
        return "every design that runs"
    best = f"the best {space.top:,} for each goal"
    what = {"feasible": "every feasible design", "pareto": f"the front and {best}", "top": best}[space.keep]
    sample = f", and what is feasible of a sample of about {space.sample:,} designs" if space.sample else ""
    return what + sample


def _values_text(values: tuple[Any, ...]) -> str:
    texts = ["needed" if value is None else _text(value) for value in values]
    if len(texts) > _MOST_VALUES:
        texts = [*texts[:3], "...", texts[-1]]
    return " ".join(texts)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "/".join(map(str, value)) if len(set(value)) > 1 else str(value[0])
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def show_summary(space: Space, summary: Mapping[str, Any], folder: Path, progress: Line | None) -> None:
    """Print the counts of a sweep, its front and the best design for each goal."""
    click.echo(_head(space))
    click.echo()
    show(plain_table("", ("designs", ">number", "", ""), _count_rows(space, summary, progress)))
    if not summary["feasible"]:
        click.echo("\nno design meets every condition")
        return
    click.echo()
    _show_best(space, summary, folder)
    show_remarks((), space.notes, False)
    click.echo()
    click.echo(
        f"written to {folder}: front.parquet, top.parquet, summary.json; maestro-py top {folder} shows more"
    )


def _count_rows(space: Space, summary: Mapping[str, Any], progress: Line | None) -> list[tuple[str, ...]]:
    from maestro_py.explore.picks import Picks

    asked = summary["asked_for"]
    rows: list[tuple[str, ...]] = [("in the space", f"{summary['designs_in_space']:,}", "", "")]
    if space.search.enumerate:
        rows.append(("picked", f"{summary['picked']:,}", "", f"of {Picks(space).grid.size:,}"))
    if asked != summary["designs_in_space"]:
        rows.append(("asked for", f"{asked:,}", "", ""))
    rate = ""
    if progress is not None and progress.computed:
        rate = f"{progress.rate:,.0f}/s, {progress.computed:,} of them now, in {progress.seconds:.1f} s"
    rows.append(("evaluated", f"{summary['evaluated']:,}", _share(summary["evaluated"], asked), rate))
    if summary["fine_time"] < summary["evaluated"] and space.time == "fine":
        rows.append(
            (
                "  with fine time",
                f"{summary['fine_time']:,}",
                _share(summary["fine_time"], asked),
                "others by bounds",
            )
        )
    for proof, number in summary["skipped"].items():
        rows.append((f"skipped: {proof}", f"{number:,}", _share(number, asked), ""))
    for code, found in summary["cannot_run"].items():
        rows.append(
            (f"cannot run: {code}", f"{found['designs']:,}", _share(found["designs"], asked), found["first"])
        )
    rows.append(("feasible", f"{summary['feasible']:,}", _share(summary["feasible"], asked), ""))
    if space.sample:
        rows.append(("  kept as a sample", f"{summary['sampled']:,}", _share(summary["sampled"], asked), ""))
    for text, number in summary["broken"].items():
        if number:
            rows.append((f"  break {text}", f"{number:,}", _share(number, asked), ""))
    rows.append(
        ("on the Pareto front", f"{summary['front']:,}", "", ", ".join(goal.name for goal in space.goals))
    )
    return rows


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


def _show_best(space: Space, summary: Mapping[str, Any], folder: Path) -> None:
    import numpy as np

    from maestro_py.explore.objective import Objective
    from maestro_py.explore.store import FRONT, TOP
    from maestro_py.exporters._parquet_table import read_columns

    top = read_columns(folder / TOP)
    first = [place for place, rank in enumerate(top["rank"].tolist()) if rank == 1]
    front = read_columns(folder / FRONT)
    order = np.lexsort(
        (front["design"], Objective(space).judge(front, len(front["design"])).goals[:, 0])
    ).tolist()
    step = max(1, -(-len(order) // _MOST_FRONT))
    chosen = order[::step]
    if order and chosen[-1] != order[-1]:
        chosen.append(order[-1])
    best_for: dict[int, list[str]] = {}
    for place in first:
        best_for.setdefault(int(top["design"][place]), []).append(str(top["goal"][place]))
    known = {int(top["design"][place]): (top, place) for place in reversed(first)}
    known |= {int(front["design"][place]): (front, place) for place in chosen}
    designs = [*best_for, *(n for place in chosen if (n := int(front["design"][place])) not in best_for)]
    rows = {name: np.array([known[n][0][name][known[n][1]] for n in designs]) for name in front}
    shown = _shown(space, rows, space.goals, ())
    show(*designs_tables(shown, ["\n".join(best_for.get(number, ())) for number in designs]))
    if len(chosen) < len(order):
        goal = space.goals[0].name
        click.echo(f"the front has {len(order):,} designs; {len(chosen)} of them, by {goal}, are shown")


def _shown(
    space: Space, rows: Mapping[str, Any], goals: Sequence[Goal], names: Iterable[str]
) -> dict[str, Any]:
    """Return what a table of designs shows: parameters that vary, goals, and the columns of conditions.

    A goal that is a formula is a column of its own; what an open buffer has to hold is shown too.
    """
    from maestro_py.explore.names import BITS, Names, axis_columns
    from maestro_py.explore.space import BUFFER_AXES

    meanings = Names(space)
    found: dict[str, Any] = {}
    for name in axis_columns(space):
        axis = "bits" if name in BITS else name
        several = len(space.branches) > 1 if name == "dataflow" else len(space.axis_values(axis)) > 1
        if name == "design" or several:
            found[name] = rows[name]
    for goal in goals:
        used = meanings.needed([goal.expression])
        if used == (goal.expression.text,):
            found[used[0]] = rows[used[0]]
        else:
            found[goal.name] = goal.expression.evaluate(meanings.values(rows))
    needs = [f"{level}_required" for level in BUFFER_AXES if None in space.axis_values(level)]
    wanted = (*meanings.needed(space.constraints), *names, *needs)
    return {**found, **{name: rows[name] for name in wanted if name in rows}}


def show_designs(found: Selection, style: str) -> None:
    """Print chosen designs."""
    names = tuple(found.rows)
    size = len(found.rows["design"])
    if style == "json":
        records = [
            {name: _plain(values[place]) for name, values in found.rows.items()} for place in range(size)
        ]
        click.echo(json.dumps(records, indent=1))
    elif style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        for place in range(size):
            cells = [_plain(found.rows[name][place]) for name in names]
            writer.writerow(["" if cell is None else cell for cell in cells])
    else:
        if not size:
            click.echo("no design that was kept meets every condition")
        else:
            click.echo(f"{size} best for {found.goal.name} of those that were kept")
            click.echo()
            goals = () if found.columns else (found.goal, *found.space.goals)
            show(*designs_tables(_shown(found.space, found.rows, goals, found.columns or found.named), ()))
    for note in found.notes:
        text = textwrap.fill(note, PLAIN_WIDTH, initial_indent="note: ", subsequent_indent="      ")
        click.echo(text, err=True)


def _plain(value: Any) -> Any:
    if value is None or value != value:
        return None
    return value.item() if hasattr(value, "item") else value

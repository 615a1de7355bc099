"""``maestro-py top``: the best designs of a sweep, as a table, as data, or as mapping files.

Non-goals: the choice (``maestro_py.explore.top``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from maestro_py._files import writing
from maestro_py.cli.options import folder_argument
from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option, remember_texts


@click.command("top")
@folder_argument
@click.option(
    "--goal",
    metavar="GOAL",
    help="A goal of the sweep, runtime, energy, edp, ..., or 'min COLUMN' or 'max COLUMN'. Default: the "
    "sweep's first.",
)
@click.option(
    "-n", "--count", type=click.IntRange(min=1), default=10, show_default=True, help="How many designs."
)
@click.option("--where", metavar="CONDITION", help="Only designs that meet it, as 'area_mm2 < 16'.")
@click.option(
    "--columns", metavar="A,B", help="Result columns to show. Default: those of the goals and constraints."
)
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write each design as a mapping file that `maestro-py analyze` reads: DIR/design-NUMBER.m.",
)
@click.option(
    "--format", "style", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@error_format_option
def command(folder: Path, goal: str | None, where: str | None, **rest: Any) -> None:
    """Show the best designs of a sweep in FOLDER, among those that it kept.

    With `keep: pareto` these are the front and the best for each goal of the sweep; for other goals and
    conditions keep more (`keep: feasible`, or `sample: N` of them).
    """
    from maestro_py.cli.sweep_tables import show_designs
    from maestro_py.explore.top import select

    remember_texts({"--goal": goal or "", "--where": where or ""})
    columns = [name.strip() for name in rest["columns"].split(",")] if rest["columns"] else []
    found = select(folder, goal, rest["count"], where, columns)
    if rest["write"] is not None:
        from maestro_py.explore.write import design_text
        from maestro_py.exporters import replace_file

        for number in found.rows["design"]:
            path = rest["write"] / f"design-{number}.m"
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, design_text(found.space, int(number)).encode())
    show_designs(found, rest["style"])
    if not len(found.rows["design"]):
        click.get_current_context().exit(EXIT_USER_ERROR)

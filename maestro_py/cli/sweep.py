"""``maestro-py sweep``: explore a space of designs, of a file or of flags.

Non-goals: the search (``maestro_py.explore``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from maestro_py.cli import executor_options, space_options
from maestro_py.cli.options import output_option, quiet_option
from maestro_py.cli.report import error_format_option
from maestro_py.cli.sections import Sectioned

MANY = 1024
"""Designs from which on it pays to start processes."""


def _print_schema(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from maestro_py.explore._schema import json_schema

        click.echo(json.dumps(json_schema(), indent=2))
        ctx.exit()


@click.command("sweep", cls=Sectioned, sections={**space_options.SECTIONS, **executor_options.SECTIONS})
@click.argument("space_file", metavar="[SPACE.yaml]", required=False, type=click.Path(path_type=Path))
@space_options.space_options
@executor_options.executor_options
@output_option("FOLDER", "Where the results go. A sweep that was stopped goes on where it was.")
@click.option("--dry-run", is_flag=True, help="Check what is asked for and show the space; evaluate nothing.")
@click.option(
    "--print-space",
    is_flag=True,
    help="Print what is asked for as a space file for this folder, and exit.",
)
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON schema of space files, for editors, and exit.",
)
@quiet_option("No progress and no tables.")
@error_format_option
def command(space_file: Path | None, output: Path | None, **rest: Any) -> None:
    """Explore a space of designs: every combination of its parameters, or as many as a search picks.

    The space is that of a file, of flags, or of a file that flags change: --vary one parameter, the others
    the whole of what the file says. docs/sweeps.md describes both.

    \b
    maestro-py sweep SPACE.yaml -o out/
    maestro-py sweep --network vgg16 --dataflow kcp_ws --hw nvdla --vary num_pes=64:512:16 -o out/

    The folder gets the Pareto front (front.parquet), the best for each goal (top.parquet), the counts
    (summary.json), and what was asked to be kept (results/).
    """  # noqa: D301  # click's mark for lines that stay lines is the character itself
    executor, workers, cluster = executor_options.place_of(rest)
    if rest["print_job_script"] and cluster is not None:
        from maestro_py.explore.executors._job_queue import job_script

        click.echo(job_script(cluster), nl=False)
        return
    flags = space_options.flags_of(rest)
    if space_file is None and not flags.tree and not flags.problems:
        raise click.UsageError("say what is swept: SPACE.yaml, or --network NAME and what is to --vary")
    if output is None and not rest["dry_run"] and not rest["print_space"]:
        raise click.UsageError("say where the results go: -o FOLDER (or --dry-run)")
    from maestro_py.cli.sweep_tables import show_space, show_summary
    from maestro_py.explore.reading import read_request, requested

    asked = read_request(space_file, flags)
    space = requested(asked)
    if rest["print_space"]:
        from maestro_py.explore.space_text import space_text

        click.echo(space_text(asked), nl=False)
        return
    if output is None or rest["dry_run"]:
        show_space(space)
        return
    from maestro_py.cli.sweep_progress import Line
    from maestro_py.explore.run import sweep

    chosen = executor or ("processes" if workers > 1 and space.size > MANY else "serial")
    with Line(space, rest["quiet"]) as progress:
        summary = sweep(
            space,
            output,
            executor=chosen,
            workers=workers,
            scheduler=rest["scheduler"],
            cluster=cluster,
            shard=rest["shard"],
            progress=progress,
        )
    if rest["quiet"]:
        return
    if summary is None:
        k, n = rest["shard"]
        click.echo(f"part {k} of {n} is done; maestro-py merge {output} ends the sweep when all are")
    else:
        show_summary(space, summary, output, progress)

"""``maestro-py sweep`` and ``maestro-py merge``: explore a space of designs, and show what was found.

Non-goals: the search (``maestro_py.explore``).
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option, writing

if TYPE_CHECKING:
    from maestro_py.explore.executors._job_queue import Cluster

MANY = 1024
"""Designs from which on it pays to start processes."""


def _cpus() -> int:
    """Return how many CPUs this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _executor_names() -> tuple[str, ...]:
    from maestro_py.explore import executors

    return executors.names()


def _shard(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[int, int]:
    """Return k and n of ``k/n``."""
    if text is None:
        return 1, 1
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise click.BadParameter(f"{text!r} is not K/N with K from 1 to N, as 3/8")
    return int(match[1]), int(match[2])


def _print_schema(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from maestro_py.explore._schema import json_schema

        click.echo(json.dumps(json_schema(), indent=2))
        ctx.exit()


def _place(executor: str | None, options: dict[str, Any]) -> tuple[str | None, Cluster | None]:
    """Return the executor that the options mean, and the cluster."""
    given = [name for name in ("scheduler", "cluster") if options[name] is not None]
    if len(given) > 1:
        raise click.UsageError("--scheduler and --cluster are two ways; give one")
    if given and executor not in (None, "dask"):
        raise click.UsageError(f"--{given[0]} goes with --executor dask, not {executor}")
    if options["cluster"] is None:
        return "dask" if given else executor, None
    from maestro_py.explore.executors._job_queue import read_cluster

    return "dask", read_cluster(options["cluster"])


@click.command("sweep")
@click.argument("space_file", metavar="SPACE.yaml", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder for the results. A sweep that was stopped goes on where it was.",
)
@click.option(
    "--executor",
    metavar="NAME",
    help="Where designs are evaluated: processes (of this machine), serial, or dask. Default: processes, if "
    "there are several workers and enough designs.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Evaluate on the workers of a Dask scheduler, as tcp://10.0.0.1:8786.",
)
@click.option(
    "--cluster",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Evaluate in jobs of Slurm, LSF or PBS, as a YAML file says (docs/sweeps.md).",
)
@click.option("--print-job-script", is_flag=True, help="Print the script of a job of --cluster, and exit.")
@click.option("-j", "--workers", type=click.IntRange(min=1), help="Default: the CPUs this process may use.")
@click.option(
    "--shard",
    metavar="K/N",
    callback=_shard,
    help="Compute the K-th of N parts, as a job of an array; maestro-py merge ends the sweep.",
)
@click.option("--no-prune", is_flag=True, help="Evaluate designs that provably break a condition, too.")
@click.option("--dry-run", is_flag=True, help="Check the file and show the space; evaluate nothing.")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON schema of space files, for editors, and exit.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no tables.")
@error_format_option
def command(space_file: Path, output: Path | None, executor: str | None, **rest: Any) -> None:
    """Explore the designs of SPACE.yaml: every combination of its parameters, or as many as a search picks.

    docs/sweeps.md describes the file. The folder gets the Pareto front (front.parquet), the best for each
    goal (top.parquet), the counts (summary.json), and what was asked to be kept (results/).
    """
    workers = rest["workers"] or _cpus()
    if executor is not None and executor not in _executor_names():
        raise click.UsageError(f"there is no executor {executor!r}; executors: {' '.join(_executor_names())}")
    executor, cluster = _place(executor, rest)
    if rest["print_job_script"]:
        if cluster is None:
            raise click.UsageError("--print-job-script needs --cluster FILE")
        from maestro_py.explore.executors._job_queue import job_script

        click.echo(job_script(cluster), nl=False)
        return
    if output is None and not rest["dry_run"]:
        raise click.UsageError("say where the results go: -o FOLDER (or --dry-run)")
    from maestro_py.cli.sweep_tables import show_space, show_summary
    from maestro_py.explore.reading import load

    space = load(space_file)
    if rest["no_prune"]:
        space = replace(space, prune=False)
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
    if summary is None:
        if not rest["quiet"]:
            k, n = rest["shard"]
            click.echo(f"part {k} of {n} is done; maestro-py merge {output} ends the sweep when all are")
    elif not rest["quiet"]:
        show_summary(space, summary, output, progress)


@click.command("merge")
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to merge several folders of one sweep."
)
@click.option("-q", "--quiet", is_flag=True, help="No tables.")
@error_format_option
def merge_command(folders: tuple[Path, ...], output: Path | None, quiet: bool) -> None:
    """End a sweep whose parts were computed with `sweep --shard K/N`, in one FOLDER or in several.

    The files are those of a sweep that was not split.
    """
    if len(folders) > 1 and output is None:
        raise click.UsageError("several folders are merged into a new one: -o FOLDER")
    from maestro_py.cli.sweep_tables import show_summary
    from maestro_py.explore.run import collect, finish
    from maestro_py.explore.store import Store

    folder = folders[0] if output is None else output
    if output is not None:
        collect(folders, output)
    summary = finish(folder)
    if not quiet:
        show_summary(Store.existing(folder).space(), summary, folder, None)


@click.command("top")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
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
def top_command(folder: Path, goal: str | None, where: str | None, **rest: Any) -> None:
    """Show the best designs of a sweep in FOLDER, among those that it kept.

    With `keep: pareto` these are the front and the best for each goal of the sweep; for other goals and
    conditions keep more (`keep: feasible`).
    """
    from maestro_py.cli.sweep_tables import show_designs
    from maestro_py.explore.top import select

    columns = [name.strip() for name in rest["columns"].split(",")] if rest["columns"] else []
    found = select(folder, goal, rest["count"], where, columns)
    if rest["write"] is not None:
        from maestro_py.explore.write import design_text

        for number in found.rows["design"]:
            path = rest["write"] / f"design-{number}.m"
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(design_text(found.space, int(number)), encoding="utf-8")
    show_designs(found, rest["style"])
    if not len(found.rows["design"]):
        click.get_current_context().exit(EXIT_USER_ERROR)

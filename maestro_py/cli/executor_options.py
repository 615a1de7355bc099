"""Options that say where designs are evaluated, and what they mean together.

Non-goals: no executor (``maestro_py.explore.executors``).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro_py.cli.options import AnyFunction

if TYPE_CHECKING:
    from maestro_py.explore.executors._job_queue import Cluster

SECTIONS = {
    "Where it runs": ("executor", "workers", "scheduler", "cluster", "print_job_script", "shard"),
}
"""Headings of ``--help``."""


def _cpus() -> int:
    """Return how many CPUs this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _shard(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[int, int]:
    """Return k and n of ``k/n``."""
    if text is None:
        return 1, 1
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise click.BadParameter(f"{text!r} is not K/N with K from 1 to N, as 3/8")
    return int(match[1]), int(match[2])


def executor_options(function: AnyFunction) -> AnyFunction:
    """Add every option that says where designs are evaluated."""
    decorators = (
        click.option(
            "--executor",
            metavar="NAME",
            help="processes (of this machine), serial, or dask. Default: processes, if there are several "
            "workers and enough designs.",
        ),
        click.option(
            "-j",
            "--workers",
            metavar="N",
            type=click.IntRange(min=1),
            help="How many processes. Default: the CPUs this process may use.",
        ),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="The workers of a Dask scheduler, as tcp://10.0.0.1:8786.",
        ),
        click.option(
            "--cluster",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Jobs of Slurm, LSF or PBS, as a YAML file says (docs/sweeps.md).",
        ),
        click.option(
            "--print-job-script", is_flag=True, help="Print the script of a job of --cluster, and exit."
        ),
        click.option(
            "--shard",
            metavar="K/N",
            callback=_shard,
            help="Only the K-th of N parts, as a job of an array; maestro-py merge ends the sweep.",
        ),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def place_of(values: dict[str, Any]) -> tuple[str | None, int, Cluster | None]:
    """Return the executor that the options mean, or None; the number of workers; and the cluster.

    Raises
    ------
    click.UsageError
        For options that do not go together, and an executor that there is not.
    """
    from maestro_py.explore import executors

    executor: str | None = values["executor"]
    if executor is not None and executor not in executors.names():
        raise click.UsageError(f"there is no executor {executor!r}; executors: {' '.join(executors.names())}")
    workers = values["workers"] or _cpus()
    given = [name for name in ("scheduler", "cluster") if values[name] is not None]
    if len(given) > 1:
        raise click.UsageError("--scheduler and --cluster are two ways; give one")
    if given and executor not in (None, "dask"):
        raise click.UsageError(f"--{given[0]} goes with --executor dask, not {executor}")
    if values["cluster"] is None:
        if values["print_job_script"]:
            raise click.UsageError("--print-job-script needs --cluster FILE")
        return "dask" if given else executor, workers, None
    from maestro_py.explore.executors._job_queue import read_cluster

    return "dask", workers, read_cluster(values["cluster"])

"""A cluster with a queueing system, as a YAML file: Slurm, LSF or PBS, by dask-jobqueue.

    system: slurm            # slurm, lsf or pbs
    jobs: 8                  # jobs that are submitted
    cores: 4                 # of each job; each runs a worker
    memory: 16 GiB           # of each job
    walltime: "02:00:00"
    queue: normal
    account: project-7       # LSF: project
    interface: ib0           # network of the cluster's nodes
    directives: ["--exclusive"]
    setup: ["source /opt/venv/bin/activate"]
    python: /opt/venv/bin/python

Codes: M812 no library, M813 a file that is wrong; M600 not YAML.

Non-goals: no submission of its own.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_py.errors import Diagnostic, InputError, SemanticError, Span, did_you_mean
from maestro_py.hardware.tech.yaml_input import parse_yaml, span_at
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from pydantic import BaseModel

_MEMORY = r"[0-9]+(\.[0-9]+)? ?([KMGT]i?B|B)"
_WALLTIME = r"([0-9]+-)?[0-9]+:[0-9]{2}(:[0-9]{2})?"


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is asked of a queueing system."""

    system: str
    jobs: int
    cores: int
    memory: str
    walltime: str
    queue: str | None = None
    account: str | None = None
    interface: str | None = None
    directives: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    python: str = sys.executable

    @property
    def workers(self) -> int:
        """Workers of all jobs."""
        return self.jobs * self.cores


@cache
def _model() -> type[BaseModel]:
    from typing import Annotated, Literal

    from pydantic import BaseModel, ConfigDict, Field

    text = Annotated[str, Field(min_length=1)]

    class ClusterFile(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        system: Literal["slurm", "lsf", "pbs"]
        jobs: Annotated[int, Field(ge=1, le=100_000)]
        cores: Annotated[int, Field(ge=1, le=4096)] = 1
        memory: Annotated[str, Field(pattern=f"^{_MEMORY}$")]
        walltime: Annotated[str, Field(pattern=f"^{_WALLTIME}$")]
        queue: text | None = None
        account: text | None = None
        interface: text | None = None
        directives: list[text] = Field(default_factory=list)
        setup: list[text] = Field(default_factory=list)
        python: text = sys.executable

    return ClusterFile


_HINTS = {
    "system": "slurm, lsf or pbs",
    "jobs": "a whole number from 1",
    "cores": "a whole number from 1",
    "memory": "a size with its unit, as 16 GiB",
    "walltime": 'hours, minutes and seconds in quotes, as "02:00:00"',
    "directives": 'a list of texts, as ["--exclusive"]',
    "setup": 'a list of shell commands, as ["source venv/bin/activate"]',
}


def read_cluster(path: Path) -> Cluster:
    """Return the cluster of a file.

    Raises
    ------
    InputError
        M813 if it cannot be read.
    HardwareError, SemanticError
        M600 if it is not YAML; M813 for everything that is wrong with it, with its place.
    """
    from pydantic import ValidationError

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        message = f"cannot read {str(path)!r}: {reason}"
        raise InputError([diagnostic("M813", message, None, "give the path of a cluster's file")]) from error
    file = str(path)
    tree = parse_yaml(text, file)
    if not isinstance(tree, dict):
        place = Span(file, 1, 1, 1, 2)
        raise SemanticError([diagnostic("M813", "a cluster is a list of 'key: value' lines", place)])
    try:
        found: Any = _model().model_validate(tree)
    except ValidationError as error:
        problems = [_problem(problem, tree, file) for problem in error.errors(include_url=False)]
        raise SemanticError(sorted(problems, key=_line)) from error
    values = found.model_dump()
    return Cluster(**values | {key: tuple(values[key]) for key in ("directives", "setup")})


def _line(entry: Diagnostic) -> int:
    return entry.span.line if entry.span else 0


def _problem(problem: Any, tree: Any, file: str) -> Diagnostic:
    key = str(problem["loc"][0])
    span = span_at(tree, problem["loc"], file)
    if problem["type"] == "missing":
        return diagnostic("M813", f"{key!r} is missing", span, f"add '{key}:', {_HINTS.get(key, '')}")
    if problem["type"] == "extra_forbidden":
        hint = did_you_mean(key, _model().model_fields, "keys")
        return diagnostic("M813", f"there is no key {key!r}", span, hint)
    message = f"{key} cannot be {problem['input']!r}"
    return diagnostic("M813", message, span, _HINTS.get(key, "a text"))


def job_queue(cluster: Cluster) -> Any:
    """Return dask-jobqueue's cluster, with a scheduler in this process and no job yet.

    Raises
    ------
    InputError
        M812 if dask-jobqueue is not installed, or the machine has no such network.
    """
    try:
        import dask_jobqueue
    except ImportError as error:
        hint = "pip install 'maestro-py[cluster]'"
        raise InputError([diagnostic("M812", "a cluster needs dask-jobqueue", None, hint)]) from error
    library: Any = dask_jobqueue
    kind, account, own = {
        "slurm": (library.SLURMCluster, "account", {}),
        "lsf": (library.LSFCluster, "project", {"lsf_units": "mb", "use_stdin": True}),
        "pbs": (library.PBSCluster, "account", {}),
    }[cluster.system]
    make = partial(
        kind,
        **own,
        **{account: cluster.account},
        cores=cluster.cores,
        processes=cluster.cores,
        memory=cluster.memory,
        walltime=cluster.walltime,
        queue=cluster.queue,
        interface=cluster.interface,
        python=cluster.python,
        job_name="maestro-py",
        job_extra_directives=list(cluster.directives),
        job_script_prologue=list(cluster.setup),
        scheduler_options={"dashboard": False, "dashboard_address": ":0"},
    )
    try:
        try:
            return make()
        except AssertionError:  # an event loop that took over 10 s to start, as on a machine under load
            return make()
    except (ValueError, RuntimeError) as error:
        message = f"the cluster cannot be used from here: {error}"
        raise InputError(
            [diagnostic("M812", message, None, "see 'interface' in the cluster's file")]
        ) from error


def job_script(cluster: Cluster) -> str:
    """Return the script of a job as it would be submitted; no queueing system is needed."""
    with job_queue(cluster) as made:
        return str(made.job_script())

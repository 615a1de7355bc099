"""Where batches are evaluated: one file each, found by being here.

A module of this package that defines ``EXECUTOR`` is an executor. It gives something with the ``submit`` of
``concurrent.futures.Executor``. Results do not depend on the executor.

Non-goals: no order of the work (``run``).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from maestro_py._entries import entry, modules

if TYPE_CHECKING:
    from maestro_py.explore.executors._job_queue import Cluster


class Pool(Protocol):
    """What takes tasks; ``workers`` is how many of them run at a time."""

    @property
    def workers(self) -> int: ...
    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where batches are evaluated.

    Attributes
    ----------
    workers
        How many at a time, where nothing else says it.
    scheduler
        Address of a Dask scheduler.
    cluster
        A queueing system that is asked for workers.
    """

    workers: int = 1
    scheduler: str | None = None
    cluster: Cluster | None = None


@dataclass(frozen=True, slots=True)
class Executor:
    """A place where batches are evaluated.

    Attributes
    ----------
    summary
        One line for ``--help``.
    open
        Begins it; on leaving, work that is not done is dropped.
    """

    summary: str
    open: Callable[[Place], AbstractContextManager[Pool]]


def names() -> tuple[str, ...]:
    """Return the names of all executors, sorted.

    >>> names()
    ('dask', 'processes', 'serial')
    """
    return modules(__name__)


def get(name: str) -> Executor:
    """Return an executor; its module is imported now.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    found: Executor = entry(__name__, name, "EXECUTOR")
    return found

"""Where batches are evaluated: one file each, found by being here.

A module of this package that defines ``EXECUTOR`` is an executor. It gives something with the ``submit`` of
``concurrent.futures.Executor``. Results do not depend on the executor.

Non-goals: no order of the work (``run``).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol


class Pool(Protocol):
    """What takes tasks."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]: ...


@dataclass(frozen=True, slots=True)
class Executor:
    """A place where batches are evaluated.

    Attributes
    ----------
    summary
        One line for ``--help``.
    open
        Begins it with a number of workers; on leaving, work that is not done is dropped.
    """

    summary: str
    open: Callable[[int], AbstractContextManager[Pool]]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all executors, sorted.

    >>> names()
    ('processes', 'serial')
    """
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


def get(name: str) -> Executor:
    """Return an executor; its module is imported now.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    if name not in names():
        raise KeyError(name)
    found: Executor = importlib.import_module(f"{__name__}.{name}").EXECUTOR
    return found

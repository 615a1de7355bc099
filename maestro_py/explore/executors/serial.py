"""Batches in this process, one after another.

Non-goals: no concurrency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from maestro_py.explore.executors import Executor, Place


class _Serial:
    workers = 1

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:  # noqa: BLE001  # told to who asks for the result, as a pool does
            future.set_exception(error)
        return future


@contextmanager
def _open(_place: Place) -> Iterator[_Serial]:
    yield _Serial()


EXECUTOR = Executor("in this process", _open)

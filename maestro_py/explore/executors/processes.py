"""Batches in processes of this machine.

Workers ignore the terminal's interrupt, which is for the process that waits for them, and end when that
process is gone, however it went.

Non-goals: no other machines.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait

from maestro_py.explore.executors import Executor, Place


def _begin() -> None:
    """Prepare a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


class _Pool(ProcessPoolExecutor):
    """Processes that know how many they are."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers, multiprocessing.get_context("spawn"), _begin)
        self.workers = workers


@contextmanager
def _open(place: Place) -> Iterator[_Pool]:
    before = set(multiprocessing.active_children())
    pool = _Pool(place.workers)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    pool.shutdown()


EXECUTOR = Executor("processes of this machine", _open)

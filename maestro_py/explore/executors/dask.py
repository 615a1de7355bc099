"""Batches on a cluster by Dask: a scheduler that runs, jobs of a queueing system, or this machine.

A batch that was on a worker which died goes to another one; since a shard follows from its batch alone, the
files are those of any executor. A worker runs one batch at a time whatever its number of threads, and only
if its maestro-py is of the same version.

Codes: M812 no library, no scheduler (any more), no usable worker.

Non-goals: no cluster's set-up (``_job_queue``), no shared folder: shards travel to the process that waits.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import Executor as ConcurrentExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from maestro_py.errors import InputError, MaestroError
from maestro_py.explore.executors import Executor, Place
from maestro_py.explore.executors._job_queue import job_queue
from maestro_py.exporters._provenance import tool_version
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    import distributed

SECONDS_TO_CONNECT = 20
SECONDS_TO_JOIN = 120
FAILURES_ALLOWED = 1000
"""Workers that may die with the same batch; a queueing system may end any number of them."""

_ALONE = threading.Lock()


def _alone(version: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function on a worker, one at a time: a compiled nest has room for one evaluation."""
    if version != tool_version():
        message = f"a worker has maestro-py {tool_version()}, this is {version}"
        raise InputError([diagnostic("M812", message, None, "install the same version on every machine")])
    with _ALONE:
        return function(*arguments)


class _Pool:
    """Sends tasks to workers."""

    def __init__(self, client: Any, workers: int | None) -> None:
        self.client: distributed.Client = client
        self.asked_for = workers
        self.executor: ConcurrentExecutor = client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """Workers that there are now, or that were asked for."""
        return self.asked_for or max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        return self.executor.submit(_alone, tool_version(), function, *arguments)


@contextmanager
def _open(place: Place) -> Iterator[_Pool]:
    try:
        import dask
        import distributed
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        hint = "pip install 'maestro-py[cluster]'"
        raise InputError([diagnostic("M812", "a cluster needs Dask", None, hint)]) from error
    settings = {
        "distributed.scheduler.allowed-failures": FAILURES_ALLOWED,
        "distributed.comm.timeouts.connect": SECONDS_TO_CONNECT,
        "distributed.worker.daemon": True,
    }
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(settings))
        client, workers = _client(distributed, place, stack)
        pool = _Pool(client, workers)
        _check_worker(pool, None if place.cluster else SECONDS_TO_JOIN)
        stack.callback(pool.executor.shutdown, wait=False)
        try:
            yield pool
        except distributed.KilledWorker as error:
            message = f"workers died again and again with the same batch: {_reason(error)}"
            hint = "give workers more memory; the same command goes on from here"
            raise InputError([diagnostic("M812", message, None, hint)]) from error
        except (CancelledError, CommClosedError) as error:
            hint = "start a scheduler; the same command goes on from here"
            raise InputError([diagnostic("M812", "the scheduler is gone", None, hint)]) from error


def _client(library: Any, place: Place, stack: ExitStack) -> tuple[distributed.Client, int | None]:
    """Return a connected client, and how many workers were asked for."""
    address: Any = place.scheduler
    workers = None
    if address is None:
        workers = place.cluster.workers if place.cluster is not None else place.workers
        if place.cluster is not None:
            cluster = job_queue(place.cluster)
            cluster.scale(jobs=place.cluster.jobs)
        else:
            with _interrupts_ignored():
                cluster = library.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
        address = stack.enter_context(cluster)
    try:
        client: distributed.Client = library.Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = f"there is no scheduler at {place.scheduler!r}: {_reason(error)}"
        hint = "dask scheduler prints its address, as tcp://10.0.0.1:8786"
        raise InputError([diagnostic("M812", message, None, hint)]) from error
    stack.enter_context(client)
    return client, workers


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Let processes that are started ignore the terminal's interrupt, which is for this one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _check_worker(pool: _Pool, seconds: int | None) -> None:
    """Check that a worker answers, has maestro-py, and has this version."""
    try:
        pool.submit(tool_version).result(seconds)
    except MaestroError:
        raise
    except TimeoutError as error:
        message = f"no worker has joined the scheduler within {seconds} s"
        raise InputError(
            [diagnostic("M812", message, None, "start some with: dask worker ADDRESS")]
        ) from error
    except Exception as error:  # whatever a worker that lacks the package raises
        message = f"a worker cannot run maestro-py: {_reason(error)}"
        hint = "install maestro-py on every machine"
        raise InputError([diagnostic("M812", message, None, hint)]) from error


def _reason(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__


EXECUTOR = Executor("a cluster by Dask: --scheduler, --cluster, or processes of this machine", _open)

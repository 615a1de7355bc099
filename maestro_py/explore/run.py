"""A sweep from begin to end: batches to an executor, shards to the store, then the merge.

Shards that are there are not computed again; an adaptive search is told of them again, so that it asks for
the same picks. Only a few batches are under way at a time, so that memory is bounded.

Codes: M807 a search that cannot be split, M810 no design runs, and those of the store.

Non-goals: no terminal (``progress`` is told what happens).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from maestro_py.errors import SemanticError
from maestro_py.explore import executors, searchers
from maestro_py.explore.merge import merge
from maestro_py.explore.objective import Objective
from maestro_py.explore.picks import Picks
from maestro_py.explore.shard import Shard, compute, task_of
from maestro_py.explore.space import Space
from maestro_py.explore.store import SHARDS, Store
from maestro_py.exporters._parquet_table import check_library, read_columns, read_file, read_metadata
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from maestro_py.explore.executors._job_queue import Cluster
    from maestro_py.explore.searchers import Batch, Search

UNDER_WAY_PER_WORKER = 2


class Progress(Protocol):
    """Is told how many picks there will be, then the counts of each shard."""

    def begin(self, picks: int) -> None: ...
    def add(self, counts: Mapping[str, Any], computed: bool) -> None: ...


class _Silent:
    def begin(self, picks: int) -> None: ...
    def add(self, counts: Mapping[str, Any], computed: bool) -> None: ...


def sweep(
    space: Space,
    folder: str | Path,
    *,
    executor: str = "serial",
    workers: int = 1,
    scheduler: str | None = None,
    cluster: Cluster | None = None,
    shard: tuple[int, int] = (1, 1),
    progress: Progress | None = None,
) -> dict[str, Any] | None:
    """Run a sweep, or what is left of it; return its summary.

    Parameters
    ----------
    space
        What is swept (:func:`~maestro_py.explore.reading.load`).
    folder
        Where the results go; a folder of the same sweep is resumed.
    executor, workers
        Where batches are evaluated, and by how many; results do not depend on it.
    scheduler, cluster
        With the executor ``dask``: the address of a scheduler, or a queueing system
        (:func:`~maestro_py.explore.executors._job_queue.read_cluster`); else processes of this machine.
    shard
        ``(k, n)``: compute only every n-th batch, from the k-th; then the summary is None, and :func:`finish`
        merges.
    progress
        Is told what happens.

    Raises
    ------
    InputError
        M808 if the folder holds something else, M332 if it cannot be written, M333 without pyarrow,
        M812 if there is no scheduler or no usable worker.
    SemanticError
        M807 if an adaptive search is split, M810 if no design can run.
    """
    check_library()
    entry = searchers.get(space.search.method)
    if entry.adaptive and shard != (1, 1):
        message = f"a search by {space.search.method} goes by what it finds, so it cannot be split"
        raise SemanticError([diagnostic("M807", message, None, "leave out --shard")])
    store = Store.create(Path(folder), space)
    if store.finished:
        return _checked(store.summary())
    told_to = progress or _Silent()
    with executors.get(executor).open(executors.Place(workers, scheduler, cluster)) as pool:
        if entry.adaptive:
            count = _adaptive(store, space, pool, told_to)
        else:
            count = _fixed(store, space, pool, shard, told_to)
    return None if shard[1] > 1 else _checked(merge(store, space, count))


def finish(folder: str | Path) -> dict[str, Any]:
    """Merge the shards of a sweep that several jobs computed in one folder; return the summary.

    Raises
    ------
    InputError
        M809 if there is no sweep, or a shard is missing or damaged.
    """
    check_library()
    store = Store.existing(Path(folder))
    if store.finished:
        return _checked(store.summary())
    space = store.space()
    if searchers.get(space.search.method).adaptive:
        message = f"a search by {space.search.method} is finished by the command that began it"
        raise SemanticError([diagnostic("M807", message, None, "run the sweep again")])
    return _checked(merge(store, space, sum(1 for _ in _shards(space))))


def collect(folders: Sequence[Path], target: Path) -> None:
    """Gather the shards of one sweep, computed in several folders, in a new one.

    Raises
    ------
    InputError
        M809 if a folder holds no sweep, M808 if they hold different ones or the target something else.
    """
    stores = [Store.existing(folder) for folder in folders]
    for other in stores[1:]:
        stores[0].check_same(other.manifest, other.folder)
    store = Store.create(target, stores[0].space(), stores[0].manifest)
    for other in stores:
        for path in sorted((other.folder / SHARDS).glob("part-*.parquet")):
            name = f"{SHARDS}/{path.name}"
            if not (store.folder / name).exists():
                store.write(name, read_file(path))


def _checked(summary: dict[str, Any]) -> dict[str, Any]:
    if not summary["evaluated"] and not summary["skipped"]:
        reasons = summary["cannot_run"]
        first = "; ".join(f"{found['designs']:,} {code}: {found['first']}" for code, found in reasons.items())
        message = f"none of {summary['asked_for']:,} designs can run ({first})"
        raise SemanticError([diagnostic("M810", message)])
    return summary


def _fixed(
    store: Store, space: Space, pool: executors.Pool, shard: tuple[int, int], progress: Progress
) -> int:
    """Compute the shards of a search that does not depend on results; return how many shards there are."""
    own = [part for part in _shards(space) if part.index % shard[1] == shard[0] - 1]
    progress.begin(sum(part.picks for part in own))
    _compute(store, own, pool, task_of(store.manifest), progress)
    return sum(1 for _ in _shards(space)) if shard[1] > 1 else len(own)


def _shards(space: Space) -> Iterator[Batch]:
    """Yield every shard of a search that does not depend on results."""
    picks = Picks(space)
    index = 0
    for batch in _search(space, picks).batches():
        for part in picks.shards(batch, index):
            yield part
            index += 1


def _search(space: Space, picks: Picks) -> Search:
    return searchers.get(space.search.method).start(space, picks.grid)


def _adaptive(store: Store, space: Space, pool: executors.Pool, progress: Progress) -> int:
    """Compute the shards of a search that is told what became of its picks; return how many there were."""
    picks = Picks(space)
    search = _search(space, picks)
    objective = Objective(space)
    task = task_of(store.manifest)
    progress.begin(min(space.search.designs or 0, picks.grid.size))
    count = 0
    for batch in search.batches():
        parts = list(picks.shards(batch, count))
        _compute(store, parts, pool, task, progress)
        found = [read_columns(store.shard(part.index), ("design", *objective.columns)) for part in parts]
        rows = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
        search.tell(batch, picks.outcomes(batch.numbers(), objective, rows))
        count += len(parts)
    return count


def _compute(
    store: Store, parts: Iterable[Batch], pool: executors.Pool, task: str, progress: Progress
) -> None:
    """Compute the shards that are not there."""
    under_way: set[Future[Shard]] = set()
    for part in parts:
        if store.has(part.index):
            progress.add(read_metadata(store.shard(part.index)), computed=False)
            continue
        under_way.add(pool.submit(compute, task, part))
        if len(under_way) >= pool.workers * UNDER_WAY_PER_WORKER:
            under_way = _write_done(store, under_way, progress)
    while under_way:
        under_way = _write_done(store, under_way, progress)


def _write_done(store: Store, under_way: set[Future[Shard]], progress: Progress) -> set[Future[Shard]]:
    done, left = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        shard = future.result()
        store.write_shard(shard.index, shard.data)
        progress.add(shard.counts, computed=True)
    return set(left)

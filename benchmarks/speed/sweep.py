"""Speed of sweeps on the four design spaces of the MAESTRO paper, and its findings beside ours.

Kwon et al., MICRO 2019, Section 5.2, Table 3 and Figure 13: VGG16's layers 2 and 11 (``conv1_2`` and
``conv5_1``) with NVDLA-like and row-stationary dataflows, as ``benchmarks/spaces/*.yaml`` write them down:
every tile of C and of K, 31 or 28 numbers of PEs, 31 bandwidths, buffers as large as needed, 16 mm2, 450 mW.

Each space is swept twice by what ``maestro-py sweep`` calls, to its last file and in a process of its own:
once with every design evaluated, once with those skipped that provably break a condition. Both have to write
the same front and the same best designs. Then come the paper's findings (``sweep_findings``).

Memory is the most that the sweep's process held, plus that of its largest worker times the workers.

Non-goals: no tuning towards the paper; designs per second of the counts alone (``family.py``).

Usage: ``python benchmarks/speed/sweep.py [SPACE ...] [-j N] [--sample N] [--keep DIR] [--json]``
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from measure import report, table
from sweep_findings import findings, tables

from maestro_py.explore.reading import load
from maestro_py.explore.run import sweep
from maestro_py.explore.space import Axis, Space
from maestro_py.explore.store import FRONT, TOP
from maestro_py.viz.kept import Kept

SPACES = Path(__file__).parents[1] / "spaces"
TILES = ("CTile", "KTile")
BAR_MILLIONS = 2.0


@dataclass(frozen=True)
class Published:
    """A row of the paper's Table 3."""

    title: str
    valid: int
    designs: int
    minutes: float
    designs_per_second: float


PAPER = {
    "vgg16_conv1_2_nvdla": Published("layer 2, NVDLA", 175_861, 3_936_256, 12.20, 5377.40),
    "vgg16_conv5_1_nvdla": Published("layer 11, NVDLA", 260_028, 251_920_384, 18.29, 229561.13),
    "vgg16_conv1_2_rs": Published("layer 2, RS", 319_268, 3_555_328, 23.68, 3239.77),
    "vgg16_conv5_1_rs": Published("layer 11, RS", 115_209, 227_540_992, 8.22, 461356.43),
}
PAPER_AVERAGE = 0.17e6
"""Designs per second on average, as the paper gives it."""


@dataclass(frozen=True)
class Run:
    """One sweep: counts of its summary, and what it took."""

    designs: int
    evaluated: int
    skipped: int
    cannot_run: Mapping[str, Mapping[str, Any]]
    feasible: int
    seconds: float
    cpu_seconds: float
    memory_mib: float


def thinned(space: Space, part: float) -> Space:
    """Return a space with about one of ``part`` designs: tile sizes spread evenly, at least two."""

    def axis(own: Axis) -> Axis:
        if own.name not in TILES or part <= 1:
            return own
        count = max(2, round(len(own.values) / part ** (1 / len(TILES))))
        places = np.unique(np.linspace(0, len(own.values) - 1, count).astype(int))
        return replace(own, values=tuple(own.values[place] for place in places))

    branches = (replace(branch, axes=tuple(map(axis, branch.axes))) for branch in space.branches)
    return replace(space, branches=tuple(branches))


def run(space: Space, folder: Path, workers: int) -> Run:
    """Sweep a space in this process and its workers; in a fresh one, its memory is its own."""
    start, cpu = time.perf_counter(), _cpu_seconds()
    summary = sweep(space, folder, executor="processes", workers=workers)
    assert summary is not None
    own, worker = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return Run(
        designs=summary["asked_for"],
        evaluated=summary["evaluated"],
        skipped=sum(summary["skipped"].values()),
        cannot_run=summary["cannot_run"],
        feasible=summary["feasible"],
        seconds=time.perf_counter() - start,
        cpu_seconds=_cpu_seconds() - cpu,
        memory_mib=(own + workers * worker) / (1024 if sys.platform == "linux" else 1024**2),
    )


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def apart(space: Space, folder: Path, workers: int) -> Run:
    """Return :func:`run` of a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(run, space, folder, workers).result()


def same_results(one: Path, other: Path) -> bool:
    """Whether two sweeps wrote the same front and the same best designs."""
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in (FRONT, TOP))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if a sweep that skips designs finds others."""
    options = _options(arguments)
    every: dict[str, Run] = {}
    pruned: dict[str, Run] = {}
    found: dict[str, dict[str, Any]] = {}
    same = True
    with tempfile.TemporaryDirectory(prefix="maestro-speed-") as temporary:
        for name in options.spaces:
            space = thinned(load(SPACES / f"{name}.yaml"), options.sample)
            full, kept = Path(temporary) / "every" / name, (options.keep or Path(temporary)) / name
            every[name] = apart(replace(space, prune=False), full, options.workers)
            pruned[name] = apart(space, kept, options.workers)
            same &= same_results(full, kept)
            found[name] = findings(Kept(kept))
            shutil.rmtree(full)
            took = f"{every[name].seconds:.1f} s, with skipping {pruned[name].seconds:.1f} s"
            print(f"{name}: {space.size:,} designs in {took}", file=sys.stderr)
    _report(options, every, pruned, found, same)
    return 0 if same else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed of sweeps on the MAESTRO paper's design spaces.")
    parser.add_argument("spaces", nargs="*", metavar="SPACE", help=f"of {' '.join(PAPER)}; default: all")
    parser.add_argument("-j", "--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--sample", type=float, default=1, metavar="N", help="one of N designs: fewer tile sizes"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the sweeps' folders, for maestro-py plot"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    options.spaces = options.spaces or list(PAPER)
    for name in options.spaces:
        if name not in PAPER:
            parser.error(f"no space is called {name!r}; spaces: {' '.join(PAPER)}")
        if options.keep and (options.keep / name).exists():
            parser.error(f"{options.keep / name} is there already")
    return options


def _report(
    options: argparse.Namespace,
    every: Mapping[str, Run],
    pruned: Mapping[str, Run],
    found: Mapping[str, Mapping[str, Any]],
    same: bool,
) -> None:
    results = {
        "workers": options.workers,
        "sample": options.sample,
        "bar_designs_per_second": BAR_MILLIONS * 1e6,
        "every_design": {name: asdict(one) for name, one in every.items()},
        "with_skipping": {name: asdict(one) for name, one in pruned.items()},
        "same_front_and_best": same,
        "paper": {name: asdict(PAPER[name]) for name in options.spaces},
        "findings": found,
    }
    thin = "" if options.sample <= 1 else f", one of about {options.sample:g} designs"
    title = f"The MAESTRO paper's design spaces, {options.workers} workers{thin}; bar {BAR_MILLIONS:g} M/s"
    rows = [*_rows("", every), *_rows("skipping: ", pruned)]
    report(title, _HEADER, [*rows, *_paper_rows(options.spaces)], results, as_json=options.json)
    if options.json:
        return
    print(f"\nfront and best designs with and without skipping: {'the same' if same else 'DIFFERENT'}")
    for name, one in every.items():
        for code, own in one.cannot_run.items():
            share = 100 * own["designs"] / one.designs
            print(f"{PAPER[name].title}: {share:.1f} % cannot run, {code}: {own['first']}")
    for title, header, cells in tables({name: PAPER[name].title for name in options.spaces}, found):
        print(f"\n{title}")
        print(table(header, cells))


_HEADER = ["", "designs", "evaluated", "skipped", "cannot run", "feasible", "s", "CPU s", "MiB"]
_HEADER += ["M evaluated/s", "M designs/s"]


def _rows(prefix: str, runs: Mapping[str, Run]) -> Iterator[list[str]]:
    for name, one in runs.items():
        yield _row(prefix + PAPER[name].title, [one])
    yield _row(f"{prefix}all", list(runs.values()))


def _row(title: str, runs: Sequence[Run]) -> list[str]:
    designs, evaluated, skipped, feasible = (
        sum(getattr(one, name) for one in runs) for name in ("designs", "evaluated", "skipped", "feasible")
    )
    lost = sum(own["designs"] for one in runs for own in one.cannot_run.values())
    seconds = sum(one.seconds for one in runs)
    counts = (f"{number:,}" for number in (designs, evaluated, skipped, lost, feasible))
    used = (f"{seconds:.1f}", f"{sum(one.cpu_seconds for one in runs):.1f}")
    rates = (f"{number / seconds / 1e6:.3f}" for number in (evaluated, designs))
    return [title, *counts, *used, f"{max(one.memory_mib for one in runs):.0f}", *rates]


def _paper_rows(names: Sequence[str]) -> Iterator[list[str]]:
    for name in names:
        own = PAPER[name]
        counts = (f"{own.designs:,}", "", "", "", f"{own.valid:,}")
        rate = f"{own.designs_per_second / 1e6:.3f}"
        yield [f"paper: {own.title}", *counts, f"{60 * own.minutes:.1f}", "", "", "", rate]
    yield ["paper: average", *[""] * 9, f"{PAPER_AVERAGE / 1e6:.3f}"]


if __name__ == "__main__":
    raise SystemExit(main())

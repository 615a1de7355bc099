"""What the speed benchmarks share: timing, quantiles, tables and a description of the machine.

Turns calls into seconds and rows of text into an aligned table. Times are wall-clock; where a call is
repeated the fastest repeat counts, because other programs only ever make a call slower.

Non-goals: no benchmark of its own.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import quantiles


def fastest_seconds(call: Callable[[], object], repeats: int) -> float:
    """Return the wall-clock time of the fastest of some calls."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile, interpolated between the values next to it.

    >>> percentile([1.0, 2.0, 3.0], 50)
    2.0
    """
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def machine() -> dict[str, str | int]:
    """Return what the numbers depend on: processor, cores, versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "load_1min": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows under a header; the first column flush left, numbers flush right.

    >>> print(table(["what", "n"], [["a", "10"]]))
    what   n
    ----  --
    a     10
    """
    columns = list(zip(header, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def report(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], found: object, *, as_json: bool
) -> None:
    """Print a benchmark's table, or its numbers as JSON, with the machine."""
    described = machine()
    if as_json:
        print(json.dumps({"machine": described, "results": found}, indent=2))
        return
    print(title)
    print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in described.items()))
    print()
    print(table(header, rows))

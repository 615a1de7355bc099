"""Time of whole commands, from the start of the process to its end, as a user waits for them.

Non-goals: nothing inside the process is told apart (``core.py``, ``parse.py``).

Usage: ``python benchmarks/speed/cli.py [--repeats N] [--json]``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

from measure import report

from maestro_py import catalog

PROGRAM = (sys.executable, "-m", "maestro_py.cli")


def commands() -> list[tuple[str, ...]]:
    """Return the commands: what they read is shipped."""
    return [
        ("--help",),
        ("check", str(catalog.model_path("resnet50"))),
        ("analyze", "lenet5", "--dataflow", "kcp_ws", "--hw", "eyeriss"),
        ("analyze", "resnet50", "--dataflow", "kcp_ws", "--hw", "eyeriss"),
        ("analyze", "bert_base", "--dataflow", "kcp_ws", "--hw", "tpu"),
    ]


def run_seconds(arguments: Sequence[str]) -> float:
    """Return the wall-clock time of one run.

    Raises
    ------
    CalledProcessError
        If the command fails.
    """
    start = time.perf_counter()
    subprocess.run([*PROGRAM, *arguments], capture_output=True, check=True)
    return time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Time of whole commands.")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found, rows = {}, []
    for command in commands():
        run_seconds(command)  # fills the caches of files, of compiled Python and of the grammar
        seconds = [run_seconds(command) for _ in range(options.repeats)]
        name = " ".join(["maestro-py", *(part.rpartition("/")[2] for part in command)])
        found[name] = {"median": round(median(seconds), 3), "min": round(min(seconds), 3)}
        rows.append([name, f"{median(seconds):.2f}", f"{min(seconds):.2f}"])
    title = f"{options.repeats} runs of each command"
    report(title, ["", "median s", "min s"], rows, found, as_json=options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

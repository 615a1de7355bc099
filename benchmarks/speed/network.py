"""Time to analyse a whole network: in a running process, as the first thing a process does, as a command.

The default is a decode step of Llama 3 8B, 353 layers, with the ``nmk`` dataflow on the ``tpu`` accelerator.
Each time includes reading and parsing the files; that of the first analysis also all imports, with the
grammar's tables in the user's cache. The bar is for an analysis; a command also starts Python and prints.

Non-goals: no part of an analysis told apart (``core.py``, ``parse.py``).

Usage: ``python benchmarks/speed/network.py [--network NAME] [--dataflow NAME] [--hw NAME] [--repeats N]
[--json]``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

from measure import fastest_seconds, report

import maestro_py

BAR_SECONDS = 0.5

FIRST = """
import sys, time
start = time.perf_counter()
import maestro_py
maestro_py.analyze(*sys.argv[1:])
print(time.perf_counter() - start)
"""


def first_seconds(names: Sequence[str]) -> float:
    """Return the time of the first analysis of a fresh process."""
    done = subprocess.run([sys.executable, "-c", FIRST, *names], capture_output=True, text=True, check=True)
    return float(done.stdout)


def command_seconds(network: str, dataflow: str, accelerator: str) -> float:
    """Return the time of ``maestro-py analyze``, start of the process and its table included."""
    options = ["analyze", network, "--dataflow", dataflow, "--hw", accelerator]
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "maestro_py.cli", *options], capture_output=True, check=True)
    return time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Time to analyse a whole network.")
    parser.add_argument("--network", default="llama3_8b_decode", metavar="NAME")
    parser.add_argument("--dataflow", default="nmk", metavar="NAME")
    parser.add_argument("--hw", default="tpu", metavar="NAME")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    names = (options.network, options.dataflow, options.hw)
    analysis = maestro_py.analyze(*names)  # fills the caches of files, of compiled Python and of the grammar
    layers = len(analysis.layers)
    seconds = {
        "first analysis of a process": median(first_seconds(names) for _ in range(options.repeats)),
        "later one, same process": fastest_seconds(lambda: maestro_py.analyze(*names), options.repeats),
        "maestro-py analyze": median(command_seconds(*names) for _ in range(options.repeats)),
    }
    title = f"{options.network}, {layers} layers, {options.dataflow} on {options.hw}; bar {BAR_SECONDS} s"
    found = {"network": options.network, "layers": layers, "bar_s": BAR_SECONDS}
    found["seconds"] = {name: round(value, 3) for name, value in seconds.items()}
    rows = [[name, f"{value:.3f}"] for name, value in seconds.items()]
    report(title, ["", "s"], rows, found, as_json=options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

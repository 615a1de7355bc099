"""Every benchmark runs on a tiny setting and prints its table and its numbers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

TINY_CORE = ("--networks", "lenet5", "--dataflows", "dpt", "kcp_ws", "--points", "50", "--repeats", "1")

TINY = [
    ("speed/core.py", TINY_CORE, "full (us per layer)"),
    ("speed/parse.py", ("--repeats", "1"), "warm, parse and lower"),
    ("speed/cli.py", ("--repeats", "1"), "maestro-py --help"),
]


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "benchmarks" / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)


@pytest.mark.parametrize(("script", "arguments", "line"), TINY, ids=[case[0] for case in TINY])
def test_table(script: str, arguments: tuple[str, ...], line: str) -> None:
    done = run(script, *arguments)
    assert done.returncode == 0, done.stderr
    assert any(row.startswith(line) for row in done.stdout.splitlines()), done.stdout


def test_json_of_the_core() -> None:
    """LeNet-5: 6 different layers, of which the pooling ones are for dpt."""
    done = run("speed/core.py", *TINY_CORE, "--json")
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    layers = {pair["dataflow"]: pair["layers"] for pair in results["per_pair"]}
    assert layers["dpt"] < layers["kcp_ws"] <= results["layers"]
    assert results["full_us"]["median"] > 0
    assert all(
        results[f"batch {kind} {order}"]["median"] > 0
        for kind in ("fine", "coarse")
        for order in ("sorted", "random")
    )

"""Every benchmark runs on a tiny setting and prints its table and its numbers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

TINY_CORE = ("--networks", "lenet5", "--dataflows", "dpt", "kcp_ws", "--points", "50", "--repeats", "1")

TINY_NETWORK = ("--network", "lenet5", "--dataflow", "kcp_ws", "--hw", "eyeriss", "--repeats", "1")

TINY = [
    ("speed/core.py", TINY_CORE, "full (us per layer)"),
    ("speed/family.py", ("--c-tiles", "1", "--k-tiles", "2", "--repeats", "1"), "layer 11, NVDLA"),
    ("speed/parse.py", ("--repeats", "1"), "warm, parse and lower"),
    ("speed/network.py", TINY_NETWORK, "later one, same process"),
    ("speed/onnx_import.py", ("--blocks", "1", "--repeats", "1"), "first import of a process"),
    ("speed/cli.py", ("--repeats", "1"), "maestro-py --help"),
    ("speed/sweep.py", ("vgg16_conv5_1_rs", "--sample", "1e5", "-j", "1"), "skipping: layer 11, RS"),
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


GEMM = """
Network tiny {
  Layer a {
    Type: GEMM
    Dimensions { M: 8, N: 4, K: 2 }
    Dataflow { SpatialMap(1,1) N; TemporalMap(1,1) M; TemporalMap(1,1) K; }
  }
  Layer twice {
    Type: GEMM
    Dimensions { M: 8, N: 4, K: 2 }
    Dataflow { SpatialMap(1,1) N; TemporalMap(2,1) M; TemporalMap(1,1) K; }
  }
}
"""


def original_row(name: str, macs: int, compute: int) -> str:
    """The original's 52 cells, of which the benchmark reads twelve; one step per input element."""
    cells = ["1"] * 52
    cells[0], cells[1], cells[21], cells[49] = "tiny", name, str(macs), str(compute)
    return ",".join(cells)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for folder in ("mapping", "validation", "results"):
        (tmp_path / folder).mkdir()
    (tmp_path / "mapping" / "tiny.m").write_text(GEMM)
    rows = [",".join(["header"] * 52), original_row("a", 8 * 4 * 2, 2), original_row("twice", 8 * 4 * 2, 1)]
    (tmp_path / "results" / "tiny.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_accuracy_counts_classes(corpus: Path) -> None:
    """One layer equal in MACs, one step a cycle longer; one that repeats rows and is reported illegal."""
    output = corpus / "report.md"
    done = run("accuracy/maestro.py", "--corpus", str(corpus), "-o", str(output))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    checked = "1 are the product of their dimensions, 1 reported illegal, 0 refused, 0 wrong."
    assert f"MACs of 2 layers checked: {checked}" in lines
    assert "| MACs | equal | 1 |" in lines
    illegal = "ours illegal (repeats MACs); original gives the product of dimensions"
    assert f"| MACs | {illegal} | 1 |" in lines
    assert "| compute cycles per step | original adds 1 cycle per step for spatial reduction | 1 |" in lines
    assert f"| tiny | twice | MACs | 64 | {7 * 2 * 4 * 2} | {illegal} |" in output.read_text().splitlines()

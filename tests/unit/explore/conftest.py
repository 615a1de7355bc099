"""Small spaces that the tests of sweeps share, and random ones."""

import random
from pathlib import Path

import pytest

from maestro_py.explore.reading import load

NETWORK = """\
Network small {
  Layer conv1 {
    Type: CONV;
    Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 10, X: 9 }
  }
  Layer twice {
    Type: CONV;
    Repeat: 2;
    Stride { Y: 2, X: 2 }
    Density { W: 0.3, I: 0.5, O: 0.75 }
    Dimensions { K: 4, C: 8, R: 3, S: 3, Y: 11, X: 11 }
  }
  Layer conv2 {
    Type: CONV;
    Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 10, X: 9 }
  }
  Layer fc {
    Type: FC;
    Dimensions { K: 10, C: 32 }
  }
}
"""

SPACE = """\
network: small.m
dataflow: [kcp_ws, rs]
accelerator: nvdla
parameters:
  ClusterSize: [2, 4, 8]
  FilterTile: [2, 16]
  num_pes: [4, 16, 40]
  l1_bytes: [64, needed]
  l2_bytes: {from: 4 KiB, to: 64 KiB, factor: 4}
  noc_bandwidth_bytes_per_cycle: [1, 4, 32]
constraints: [power_mw < 2000]
goals: [runtime, energy]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.m").write_text(NETWORK)
    (tmp_path / "space.yaml").write_text(SPACE)
    return tmp_path


@pytest.fixture
def space(folder):
    return load(folder / "space.yaml")


def random_space(folder: Path, seed: int, **keys: str):
    """A space with a few random axes; ``keys`` are lines that are added."""
    rng = random.Random(seed)
    choices = {
        "ClusterSize": "[2, 4, 8, 64]",
        "FilterTile": "[2, 16]",
        "num_pes": "[4, 16, 40]",
        "zero_skip": "[true, false]",
        "multicast": "[true, false]",
        "reduction": "[true, false]",
        "technology": "[cacti-28nm-lop, cacti-45nm-hp]",
        "noc": "[bus, mesh]",
        "vector_width": "[1, 4]",
        "bits": "[8, 16, [8, 8, 32]]",
        "l1_bytes": "[64, needed, 512 B]",
        "l2_bytes": "[needed, 1 KiB, 64 KiB]",
        "noc_bandwidth_bytes_per_cycle": "[1, 4, 32]",
        "noc_latency_cycles": "[0, 3]",
        "dram_bandwidth_bytes_per_cycle": "{from: 1, to: 16, factor: 4}",
        "dram_latency_cycles": "[0, 100]",
        "frequency_mhz": "[200, 333.3333333333]",
    }
    names = rng.sample(sorted(choices), rng.randrange(2, 5))
    flow = "kcp_ws" if "ClusterSize" in names else "rs"
    flows = "[kcp_ws, rs]" if {"ClusterSize", "FilterTile"} <= set(names) or rng.random() < 0.3 else flow
    if "FilterTile" in names and flows == "kcp_ws":
        flows = "[kcp_ws, rs]"
    lines = [
        "network: small.m",
        f"dataflow: {flows}",
        f"accelerator: {rng.choice(['nvdla', 'eyeriss', 'tpu'])}",
    ]
    if "ClusterSize" not in names and "kcp_ws" in flows:
        names.append("ClusterSize")
    lines += ["parameters:", *(f"  {name}: {choices[name]}" for name in names)]
    lines += [f"{key}: {value}" for key, value in keys.items()]
    path = folder / f"random-{seed}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return load(path)

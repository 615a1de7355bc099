"""Small spaces that the tests of sweeps share, and random ones."""

import random
from pathlib import Path

import pytest

from maestro_py.explore.reading import load
from tests.unit import small_spaces

TWICE = """\
  Layer twice {
    Type: CONV;
    Repeat: 2;
    Stride { Y: 2, X: 2 }
    Density { W: 0.3, I: 0.5, O: 0.75 }
    Dimensions { K: 4, C: 8, R: 3, S: 3, Y: 11, X: 11 }
  }
"""
NETWORK = small_spaces.network(small_spaces.conv("conv1"), TWICE, small_spaces.conv("conv2"), small_spaces.FC)

SPACE = (
    small_spaces.HEAD
    + """\
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
)

TABLE = """\
technology: mine
mac: {energy_pj: 0.12, multiply_bits: 8, add_bits: 32, area_um2: 160}
l1:
  - {size_bytes: 512, word_bits: 16, read_pj: 0.11, write_pj: 0.14, area_um2: 900, leakage_mw: 0.02}
  - {size_bytes: 2048, word_bits: 16, read_pj: 0.19, write_pj: 0.22, area_um2: 420, leakage_mw: 0.01}
l2: {size_bytes: 131072, word_bits: 64, read_pj: 5.1, write_pj: 4.4}
dram: {access_pj: 512, word_bits: 64}
"""
"""A technology where a larger L1 is smaller in area: nothing may rest on growth with the size."""


@pytest.fixture
def folder(tmp_path):
    small_spaces.write(tmp_path, "space", NETWORK, SPACE)
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

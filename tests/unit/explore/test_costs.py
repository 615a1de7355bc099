"""Energy, area and static power of many machines are those of each machine alone, to the last bit."""

import random
from dataclasses import replace

import numpy as np
import pytest

from maestro_py.analysis.layers import Costs, energy_columns
from maestro_py.explore.costs import ManyCosts
from maestro_py.hardware.elementwise import elementwise
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Layer

from .conftest import TABLE

RANGES = {
    "num_pes": 3000,
    "vector_width": 9,
    "l1_bytes": 5000,
    "l2_bytes": 9_000_000,
    "noc_bandwidth_bytes_per_cycle": 70,
}
COUNTED = (
    *("macs", "l1_fill_W", "l1_fill_I", "l2_read_W", "l2_read_I", "l2_read_O", "l1_drain_O", "l2_write_O"),
    *("dram_read_W", "dram_read_I", "dram_read_O", "dram_write_O"),
)
LAYERS = (
    Layer("conv", "CONV", dict.fromkeys("KCRS", 3) | {"Y": 8, "X": 8}, density=(0.3, 0.5, 0.75)),
    Layer("pool", "POOL", {"C": 3, "R": 2, "S": 2, "Y": 8, "X": 8}),
    Layer("gemm", "GEMM", {"M": 4, "N": 5, "K": 6}),
)


@pytest.mark.parametrize(
    "technology", ["maestro-28nm", "eyeriss-65nm", "cacti-28nm-lop", "cacti-65nm-hp", ""]
)
@pytest.mark.parametrize("seed", range(6))
def test_many_machines_cost_what_each_does(technology, seed, tmp_path):
    rng, draw = random.Random(seed), np.random.default_rng(seed)
    if not technology:
        (tmp_path / "own.yaml").write_text(TABLE)
        technology = str(tmp_path / "own.yaml")
    bits, noc = rng.choice([(8, 8, 8), (16, 8, 32)]), rng.choice(["bus", "mesh", "tree", "systolic"])
    lanes = rng.choice([None, {"C": 4}, {"K": 2, "C": 8}])
    names = rng.sample(sorted(RANGES), rng.randrange(len(RANGES) + 1))
    if "vector_width" in names:
        lanes = None
    sizes = {"l1_bytes": rng.choice([0, 64, 700]), "l2_bytes": 70_000}
    machine = Accelerator(
        technology=technology, noc=noc, bits=bits, lanes=lanes, zero_skip=rng.random() < 0.5, **sizes
    )
    shapes = [(7, 1), (1, 5), (7, 5)]
    varying = {name: draw.integers(1, RANGES[name], rng.choice(shapes)) for name in names}
    counts = {name: draw.integers(0, 2**40, (7, 1)) for name in COUNTED}
    found = ManyCosts(machine, varying)
    energies = [found.energy(layer, counts) for layer in LAYERS]
    whole = {name: np.broadcast_to(values, (7, 5)) for name, values in varying.items()}
    for place in np.ndindex(7, 5):
        alone = Costs(replace(machine, **{name: int(v[place]) for name, v in whole.items()}), 0, 0)
        facts, _ = alone.machine()
        area = np.broadcast_to(found.area_um2, (7, 5))[place]
        assert np.isnan(area) if facts.area_um2 is None else area == facts.area_um2
        assert np.broadcast_to(found.static_power_mw, (7, 5))[place] == facts.static_power_mw
        assert found.static_power_kind == facts.static_power_kind
        here = {name: int(values[place[0], 0]) for name, values in counts.items()}
        for layer, energy in zip(LAYERS, energies, strict=True):
            for name, value in energy_columns(alone.energy(layer, here)).items():
                assert np.broadcast_to(energy[name], (7, 5))[place] == value


def test_each_combination_is_asked_for_once():
    asked = []

    def ask(one, other):
        asked.append((one, other))
        return 10.0 * one + other

    rows, columns = np.array([[3], [10**12], [3]]), np.array([5, 5, 1])
    found = elementwise(ask, rows, columns)
    assert (found == 10.0 * rows + columns).all()
    assert sorted(asked) == [(3, 1), (3, 5), (10**12, 1), (10**12, 5)]

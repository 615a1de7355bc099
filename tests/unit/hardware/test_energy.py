"""Energy, area and power against formulas on counts small enough to do by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from maestro_py.hardware.energy import (
    COMPONENTS,
    area,
    energy,
    energy_rates,
    machine_size,
    power,
    power_mw,
)
from maestro_py.hardware.tech import names, technology
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator

from .counts import COUNTS

MAC, L1, L2 = 0.23, 0.23 * 1.68, 0.23 * 18.61
DRAM_PER_BIT = 1950 / 64


def test_every_component_and_tensor_with_the_original_constants() -> None:
    result = energy(COUNTS, Accelerator(bits=(8, 8, 16)), 100, 10_000)
    assert tuple(result.energy_pj) == COMPONENTS
    expected = {
        "MAC": {"compute": 10_000 * MAC},
        "L1 read": {"W": 10_000 * L1, "I": 10_000 * L1, "O": (10_000 + 600) * L1},
        "L1 write": {"W": 400 * L1, "I": 900 * L1, "O": 10_000 * L1},
        "L2 read": {"W": 100 * L2, "I": 300 * L2, "O": (50 + 107) * L2},
        "L2 write": {"W": 80 * L2, "I": 200 * L2, "O": (150 + 7) * L2},
        "NoC": {"W": 0, "I": 0, "O": 0},
        "DRAM": {
            "W": 80 * 8 * DRAM_PER_BIT,
            "I": 200 * 8 * DRAM_PER_BIT,
            "O": (7 + 107) * 16 * DRAM_PER_BIT,
        },
    }
    for component, parts in expected.items():
        assert result.energy_pj[component] == pytest.approx(parts)
    assert result.total_pj == pytest.approx(sum(sum(parts.values()) for parts in expected.values()))
    assert result.on_chip_pj == pytest.approx(result.total_pj - sum(expected["DRAM"].values()))


@pytest.mark.parametrize("name", names())
def test_breakdowns_add_up(name: str) -> None:
    result = energy(COUNTS, Accelerator(technology=name), 512, 2**17)
    assert sum(result.by_component().values()) == pytest.approx(result.total_pj)
    assert sum(result.by_tensor().values()) == pytest.approx(result.total_pj)


@pytest.mark.parametrize(("noc", "average", "copy"), [("bus", 1, 0), ("mesh", 8, 1), ("tree", 6, 2)])
def test_noc_hops(noc: str, average: float, copy: float) -> None:
    machine = Accelerator(num_pes=64, noc=noc, technology="cacti-28nm-lstp", bits=(8, 16, 32))
    per_bit = technology("cacti-28nm-lstp").noc_hop_energy_pj(1)
    parts = energy(COUNTS, machine, 512, 4096).energy_pj["NoC"]
    assert parts["W"] == pytest.approx((100 * average + 300 * copy) * 8 * per_bit)
    assert parts["I"] == pytest.approx((300 * average + 600 * copy) * 16 * per_bit)
    assert parts["O"] == pytest.approx((150 * average + 450 * copy) * 32 * per_bit)


def test_pool_is_adds_and_reads_no_weights() -> None:
    counts = {name: value for name, value in COUNTS.items() if not name.endswith("_W")}
    machine = Accelerator(technology="cacti-45nm-lstp")
    result = energy(counts, machine, 512, 4096, operation=operators.REDUCTION)
    assert result.energy_pj["MAC"]["compute"] == pytest.approx(
        10_000 * technology("cacti-45nm-lstp").add_energy_pj(8)
    )
    assert result.by_tensor()["W"] == 0
    assert energy(counts, machine, 512, 4096).energy_pj["L1 read"]["W"] > 0


def test_an_addition_reads_two_operands_and_no_output() -> None:
    machine = Accelerator(technology="cacti-45nm-lstp", bits=(8, 8, 16))
    result = energy(COUNTS, machine, 512, 4096, operation=operators.ADDITION)
    product = energy(COUNTS, machine, 512, 4096)
    assert result.energy_pj["MAC"]["compute"] == pytest.approx(
        10_000 * technology("cacti-45nm-lstp").add_energy_pj(16)
    )
    read, product_read = result.energy_pj["L1 read"], product.energy_pj["L1 read"]
    assert (read["W"], read["I"]) == (product_read["W"], product_read["I"])
    assert read["O"] == pytest.approx(product_read["O"] * 600 / (10_000 + 600))  # 600 outputs drain
    others = set(product.energy_pj) - {"MAC", "L1 read"}
    assert all(result.energy_pj[part] == product.energy_pj[part] for part in others)


def test_no_counts_no_energy() -> None:
    assert energy({}, Accelerator()).total_pj == 0


def test_lanes_share_operands() -> None:
    plain = energy(COUNTS, Accelerator(vector_width=32)).energy_pj["L1 read"]
    lanes = energy(COUNTS, Accelerator(lanes={"C": 8, "K": 4})).energy_pj["L1 read"]
    assert lanes["W"] == pytest.approx(plain["W"])
    assert lanes["I"] == pytest.approx(plain["I"] / 4)
    assert lanes["O"] == pytest.approx((10_000 / 8 + 600) * L1)


def test_lanes_of_a_gemm_follow_its_axes() -> None:
    dimensions = {"W": "GKN", "I": "GMK", "O": "GMN"}
    machine = Accelerator(lanes={"K": 8, "N": 2})
    rates = energy_rates(machine, 512, 4096, operand_dimensions=dimensions)
    assert rates.l1_share == {"W": 1, "I": 2, "O": 8}


def test_required_sizes_only_where_the_machine_is_open() -> None:
    open_machine = Accelerator(technology="cacti-28nm-lstp", bits=(16, 16, 16))
    fixed = dataclasses.replace(open_machine, l1_bytes=1024, l2_bytes=2**18)
    assert energy(COUNTS, fixed, 9, 9) == energy(COUNTS, open_machine, 1024, 2**18)
    assert energy(COUNTS, open_machine, 4096, 2**18).total_pj > energy(COUNTS, fixed, 9, 9).total_pj


def test_element_energy_is_the_word_access_shared() -> None:
    machine = Accelerator(
        technology="cacti-28nm-lstp", noc_bandwidth_bytes_per_cycle=16, bits=(8, 16, 16), l2_bytes=2**17
    )
    rates = energy_rates(machine, 2048, 0)
    word = technology("cacti-28nm-lstp").memory_access("L2", 2**17, 128)
    assert rates.word_bits["L2.W"] == 128
    assert rates.l2_read_pj["W"] == pytest.approx(word.read_pj * 8 / 128)
    assert rates.l2_write_pj["I"] == pytest.approx(word.write_pj * 16 / 128)
    assert rates.word_bits["L1.W"] == 8


def test_small_scratchpads_carry_the_caveat() -> None:
    result = energy(COUNTS, Accelerator(technology="cacti-28nm-lstp"), 100, 2**17)
    assert any(note.startswith("L1: 100 B is below 512 B") for note in result.caveats)
    silent = energy(COUNTS, Accelerator(technology="cacti-28nm-lstp"), 512, 2**17)
    assert not any("below 512 B" in note for note in silent.caveats)


def test_arrays_pass_through() -> None:
    factors = np.array([1, 2, 5])
    counts = {name: value * factors for name, value in COUNTS.items()}
    machine = Accelerator(technology="cacti-28nm-lop", noc="mesh")
    batch = energy(counts, machine, 512, 4096)
    single = energy(COUNTS, machine, 512, 4096).total_pj
    assert batch.total_pj == pytest.approx(single * factors)
    cycles = np.array([10, 20, 50])
    assert power(batch, cycles, machine, 512, 4096).dynamic_mw["MAC"] == pytest.approx(
        np.full(3, 10_000 * energy_rates(machine, 512, 4096).mac_pj * 1000 / 10 / 1000)
    )


def test_power_units() -> None:
    assert power_mw(1e9, 1_000_000, 1000) == pytest.approx(1000)  # 1 mJ in 1 ms is 1 W


def test_leakage_adds_and_the_regression_replaces() -> None:
    cacti = Accelerator(technology="cacti-28nm-lop", frequency_mhz=500)
    spent = energy(COUNTS, cacti, 2048, 2**17)
    result = power(spent, 1000, cacti, 2048, 2**17)
    assert result.static_kind == "leakage"
    assert result.on_chip_mw == pytest.approx(
        sum(result.static_mw.values()) + spent.on_chip_pj * 500 / 1000 / 1000
    )
    assert result.total_mw == pytest.approx(
        sum(result.static_mw.values()) + spent.total_pj * 500 / 1000 / 1000
    )
    original = Accelerator()
    result = power(energy(COUNTS, original, 2048, 2**17), 1000, original, 2048, 2**17)
    assert result.static_kind == "total"
    assert result.on_chip_mw == pytest.approx(sum(result.static_mw.values()))


def test_area_is_the_technology_of_the_machine() -> None:
    machine = Accelerator(num_pes=64, vector_width=2, noc_bandwidth_bytes_per_cycle=32)
    result = area(machine, 2048, 2**20)
    assert result.area_um2 == technology("maestro-28nm").area_um2(machine_size(machine, 2048, 2**20))
    assert result.area_um2["MAC"] == pytest.approx(64 * 2 * 283)
    assert result.total_um2 == pytest.approx(sum(result.area_um2.values()))
    assert area(dataclasses.replace(machine, technology="eyeriss-65nm")).area_um2 == {}

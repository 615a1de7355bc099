"""Shipped technologies: cited figures, scaling rules, regressions, names."""

from __future__ import annotations

import math

import pytest

from maestro_py.errors import InputError
from maestro_py.hardware.tech import MachineSize, Technology, names, technology
from maestro_py.hardware.tech.logic import energy_scale, logic_value, supply_voltage_v
from maestro_py.hardware.tech.tables import read_table, source_of

MACHINE = MachineSize(
    num_pes=256,
    lanes_per_pe=2,
    l1_bytes=2048,
    l2_bytes=2**20,
    noc_bandwidth_bytes_per_cycle=32,
    multiply_bits=8,
    add_bits=16,
    l1_word_bits=8,
    l2_word_bits=64,
)


def test_names() -> None:
    assert len(names()) == 2 + 5 * 3
    assert all(isinstance(technology(name), Technology) for name in names())
    assert all(technology(name).name == name for name in names())


@pytest.mark.parametrize("name", names())
def test_every_technology_gives_positive_numbers_and_says_its_source(name: str) -> None:
    tech = technology(name)
    assert tech.mac_energy_pj(16, 32) >= tech.mac_energy_pj(8, 16) > 0
    access = tech.memory_access("L2", 131072, 64)
    assert access.read_pj > 0
    assert access.write_pj > 0
    assert tech.dram_access_energy_pj(64) == pytest.approx(64 * tech.dram_access_energy_pj(1))
    assert "nm" in tech.description
    assert tech.caveats


def test_every_table_has_unit_node_device_temperature_source_date() -> None:
    for row in read_table("sources"):
        assert all(row[column] for column in ("unit", "node_nm", "device", "temperature_k", "source", "date"))
    for device in ("lstp", "lop", "hp"):
        assert "CACTI 7.0" in source_of(f"sram_cacti_{device}").source


def test_horowitz_points_at_45nm() -> None:
    expected = {("integer_add", 8): 0.03, ("integer_add", 32): 0.1}
    expected |= {("integer_multiply", 8): 0.2, ("integer_multiply", 32): 3.1}
    for (operation, bits), pj in expected.items():
        assert logic_value(operation, "pj", bits) == pj
    # the power law passes the geometric middle, 16 bits
    assert logic_value("integer_multiply", "pj", 16) == pytest.approx(math.sqrt(0.2 * 3.1))
    assert logic_value("integer_add", "um2", 16) == pytest.approx(math.sqrt(36 * 137))


def test_mac_scales_with_node_and_supply() -> None:
    mac = logic_value("integer_multiply", "pj", 8) + logic_value("integer_add", "pj", 32)
    assert technology("cacti-45nm-lstp").mac_energy_pj(8, 32) == pytest.approx(mac * (1.1 / 0.9) ** 2)
    assert technology("cacti-65nm-hp").mac_energy_pj(8, 32) == pytest.approx(mac * 65 / 45 * (1.1 / 0.9) ** 2)
    assert supply_voltage_v(28, "hp") == pytest.approx(0.8 * 0.4 + 0.9 * 0.6)
    assert energy_scale(90, 0.45) == pytest.approx(0.5)


def test_noc_hop_is_two_16_bit_macs() -> None:
    tech = technology("cacti-32nm-lop")
    assert tech.noc_hop_energy_pj(16) == pytest.approx(2 * tech.mac_energy_pj(16, 32))


def test_dram_is_the_middle_of_horowitz() -> None:
    assert technology("cacti-65nm-lstp").dram_access_energy_pj(64) == pytest.approx((1300 + 2600) / 2)


def test_cacti_area_and_leakage_are_the_table_times_the_instances() -> None:
    tech = technology("cacti-45nm-lop")
    row = next(
        r
        for r in read_table("sram_cacti_lop")
        if (r["node_nm"], r["size_bytes"], r["word_bits"]) == ("45", "2048", "8")
    )
    assert tech.area_um2(MACHINE)["L1"] == pytest.approx(256 * float(row["area_um2"]))
    assert tech.static_power_mw(MACHINE)["L1"] == pytest.approx(256 * float(row["leakage_mw"]))
    assert tech.area_um2(MACHINE)["MAC"] == pytest.approx(512 * (282 + logic_value("integer_add", "um2", 16)))
    assert tech.static_power_kind == "leakage"


def test_eyeriss_ratios() -> None:
    tech = technology("eyeriss-65nm")
    mac = tech.mac_energy_pj(16, 32)
    ratios = [
        tech.memory_access("L1", 512, 16).read_pj / mac,
        tech.noc_hop_energy_pj(16) / mac,
        tech.memory_access("L2", 110592, 64).write_pj / mac,
        tech.dram_access_energy_pj(16) / mac,
    ]
    assert ratios == pytest.approx([1, 2, 6, 200])
    assert tech.memory_access("L2", 110592, 64).word_bits == 16


def test_maestro_constants() -> None:
    tech = technology("maestro-28nm")
    assert tech.mac_energy_pj(8, 16) == tech.mac_energy_pj(16, 32) == 0.23
    assert tech.memory_access("L1", 64, 8).read_pj == pytest.approx(1.68 * 0.23)
    assert tech.memory_access("L2", 64, 8).write_pj == pytest.approx(18.61 * 0.23)
    assert tech.memory_access("L2", 64, 8).word_bits is None
    assert tech.noc_hop_energy_pj(1000) == 0


@pytest.mark.parametrize("num_pes", [1, 4, 256])
def test_maestro_regressions(num_pes: int) -> None:
    tech = technology("maestro-28nm")
    machine = MachineSize(num_pes, 2, 2048, 2**20, 32, 8, 16, 8, 64)
    arbiter = 1.2886 * num_pes**2 + 5.5814 * num_pes - 23.711
    bus = (14.662 * num_pes + 28.895) * 32
    area = num_pes * (283 * 2 + 0.104 * 2048) + 0.104 * 2**20 + 101.7938 * bus
    area += max(395.473, 395.473 * arbiter)
    power = num_pes * (1.2223 * 2 + 0.00345 * 2048) + 0.00345 * 2**20 + 0.0008 * bus
    power += max(0.34, 0.00034 * arbiter)
    assert sum(tech.area_um2(machine).values()) == pytest.approx(area)
    assert sum(tech.static_power_mw(machine).values()) == pytest.approx(power)
    assert tech.static_power_kind == "total"


def test_unknown_name_suggests() -> None:
    with pytest.raises(InputError) as error:
        technology("cacti-28nm-lstpp")
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == "M602"
    assert "did you mean 'cacti-28nm-lstp'" in diagnostic.hint

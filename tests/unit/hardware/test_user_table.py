"""A user's YAML table: numbers, interpolation, and errors with line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro_py.errors import HardwareError, InputError
from maestro_py.hardware.tech import MachineSize, technology
from maestro_py.hardware.tech.logic import mac_energy_45nm_pj
from maestro_py.hardware.tech.user import read_user_table, user_table_model

GOOD = """\
technology: my-16nm
node_nm: 16
source: synthesis
mac: {energy_pj: 0.12, multiply_bits: 8, add_bits: 32, area_um2: 160}
l1:
  - {size_bytes: 2048, word_bits: 16, read_pj: 0.4, write_pj: 0.5}
  - {size_bytes: 512, word_bits: 16, read_pj: 0.1, write_pj: 0.2}
l2: {size_bytes: 131072, word_bits: 64, read_pj: 5, write_pj: 4e0, leakage_mw: 0.5}
noc: {hop_pj: 0.4, word_bits: 16}
dram: {access_pj: 512, word_bits: 64}
"""


def test_numbers() -> None:
    tech = read_user_table(GOOD)
    assert tech.mac_energy_pj(8, 32) == pytest.approx(0.12)
    ratio = mac_energy_45nm_pj(16, 32) / mac_energy_45nm_pj(8, 32)
    assert tech.mac_energy_pj(16, 32) == pytest.approx(0.12 * ratio)
    assert tech.memory_access("L1", 512, 8)[:3] == (0.1, 0.2, 16)
    assert tech.memory_access("L1", 1024, 8).read_pj == pytest.approx(0.2)  # geometric middle
    assert tech.memory_access("L2", 131072, 256) == (5, 4, 64, ())
    assert tech.noc_hop_energy_pj(32) == pytest.approx(0.8)
    assert tech.dram_access_energy_pj(8) == pytest.approx(64)
    assert tech.description == "16 nm; synthesis"


def test_outside_its_sizes_the_nearest_is_held_and_said() -> None:
    access = read_user_table(GOOD).memory_access("L1", 64, 8)
    assert access.read_pj == 0.1
    assert "64 B is outside the table; its figure for 512 B is used" in access.caveats[0]


def test_area_and_leakage_only_where_given() -> None:
    tech = read_user_table(GOOD)
    machine = MachineSize(4, 2, 512, 131072, 16, 8, 16, 16, 64)
    assert tech.area_um2(machine) == {"MAC": pytest.approx(4 * 2 * 160)}
    assert tech.static_power_mw(machine) == {"L2": 0.5}
    assert tech.static_power_kind == "leakage"
    assert "no area for L1, L2" in tech.machine_caveats(machine)[0]


@pytest.mark.parametrize(
    ("old", "new", "message", "line", "column"),
    [
        ("energy_pj: 0.12, ", "", "mac.energy_pj: Field required", 4, 1),
        ("energy_pj: 0.12", "energy_pj: -1", "mac.energy_pj: Input should be greater than 0", 4, 7),
        ("hop_pj: 0.4", "hop_pj: NO", "noc.hop_pj: Input should be a valid number", 9, 7),
        ("size_bytes: 512", "size: 512", "l1.1.size: Extra inputs are not permitted", 7, 6),
        ("dram: {access_pj: 512, word_bits: 64}", "", "dram: Field required", 1, 1),
        ("word_bits: 64, read", "word_bits: 0, read", "l2.0.word_bits", 8, 1),
    ],
)
def test_wrong_fields_have_their_place(old: str, new: str, message: str, line: int, column: int) -> None:
    assert old in GOOD
    with pytest.raises(HardwareError) as error:
        read_user_table(GOOD.replace(old, new), "t.yaml")
    diagnostic = error.value.diagnostics[0]
    assert diagnostic.code == "M601"
    assert message in diagnostic.message
    assert diagnostic.span is not None
    assert (diagnostic.span.file, diagnostic.span.line, diagnostic.span.column) == ("t.yaml", line, column)
    assert diagnostic.hint


def test_all_errors_at_once() -> None:
    with pytest.raises(HardwareError) as error:
        read_user_table("technology: x\nmac: {energy_pj: a, multiply_bits: 8, add_bits: 0}\nl1: []\n")
    assert len(error.value.diagnostics) >= 5


@pytest.mark.parametrize(
    "text",
    ["a: [1", "a: 1\na: 2\n", "\t- x", "{" * 20000, "a: *b", "\x00", "- 1\n---\n- 2\n"],
)
def test_not_yaml_is_an_error_not_a_traceback(text: str) -> None:
    with pytest.raises(HardwareError) as error:
        read_user_table(text)
    assert error.value.diagnostics[0].code in ("M600", "M601")


def test_points_of_different_words_are_refused() -> None:
    with pytest.raises(HardwareError) as error:
        read_user_table(GOOD.replace("size_bytes: 512, word_bits: 16", "size_bytes: 512, word_bits: 8"))
    assert "one word_bits" in error.value.diagnostics[0].message


def test_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    assert technology(str(path)).mac_energy_pj(8, 32) == pytest.approx(0.12)
    with pytest.raises(InputError) as error:
        technology(str(tmp_path / "none.yaml"))
    assert error.value.diagnostics[0].code == "M605"


def test_schema_for_editors() -> None:
    assert {"mac", "l1", "l2", "dram"} <= set(user_table_model().model_json_schema()["required"])

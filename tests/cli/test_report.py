"""How exceptions end: exit codes, JSON errors, bugs, interrupts, closed pipes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import Result

Run = Callable[..., Result]


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_arguments: object, **_options: object) -> NoReturn:
        raise error

    return fail


def test_errors_as_json_wherever_the_option_stands(run: Run) -> None:
    for arguments in (
        ["--error-format", "json", "analyze", "nosuch"],
        ["analyze", "nosuch", "--error-format", "json"],
    ):
        done = run(*arguments)
        assert done.exit_code == 1
        (problem,) = json.loads(done.stderr)
        assert (problem["code"], problem["severity"]) == ("M701", "error")


def test_a_bug_is_one_line_and_exit_code_70(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maestro_py.analysis.columns.explain", raising(RuntimeError("boo\nhoo")))
    done = run("explain", "macs")
    assert done.exit_code == 70
    assert done.stderr == (
        "maestro-py: bug, please report: RuntimeError: boo hoo (MAESTRO_DEBUG=1 shows where)\n"
    )


def test_a_bug_shows_its_traceback_on_request(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maestro_py.analysis.columns.explain", raising(RuntimeError("boo")))
    monkeypatch.setenv("MAESTRO_DEBUG", "1")
    done = run("explain", "macs")
    assert done.exit_code == 70
    assert "Traceback (most recent call last)" in done.stderr


def test_an_interrupt_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maestro_py.analysis.columns.explain", raising(KeyboardInterrupt()))
    before = signal.getsignal(signal.SIGINT)
    try:
        done = run("explain", "macs")
        assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")


def test_a_request_to_end_unwinds_with_143(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    unwound = []

    def asked_to_end(*_: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        finally:
            unwound.append(True)

    monkeypatch.setattr("maestro_py.analysis.columns.explain", asked_to_end)
    before = signal.getsignal(signal.SIGTERM)
    done = run("explain", "macs")
    assert (done.exit_code, done.stderr, unwound) == (143, "terminated\n", [True])
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_closed_pipe_is_no_error_message(root: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m maestro_py.cli explain | head -n 1 > /dev/null",
        shell=True,
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


def test_a_name_that_stdout_cannot_encode(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "größe.m"
    path.write_text("Network n { Layer a { Type: CON Dimensions { K: 4 } } }")
    done = subprocess.run(
        [sys.executable, "-m", "maestro_py.cli", "check", str(path)],
        cwd=root,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"},
        capture_output=True,
    )
    assert done.returncode == 1
    assert b"error M201" in done.stdout
    assert b"bug" not in done.stderr

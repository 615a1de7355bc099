"""What depends on a terminal: colours, ``NO_COLOR``, the sign of life."""

import io
import time

import pytest

from maestro_py.cli import progress
from maestro_py.cli.tables import NARROWEST, PLAIN_WIDTH, console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_colours_unless_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not console().no_color
    monkeypatch.setenv("NO_COLOR", "1")
    assert console().no_color


def test_the_width_is_that_of_the_terminal_but_no_number_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    for columns, width in ((140, 140), (40, NARROWEST)):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert console().width == width
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert console().width == PLAIN_WIDTH


def test_long_work_shows_a_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.01)
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with progress.waiting("analysing x"):
        deadline = time.monotonic() + 10
        while not screen.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert screen.getvalue().startswith("\ranalysing x: 0 s")
    assert screen.getvalue().endswith("\r\x1b[K")


def test_short_work_and_pipes_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for screen in (Terminal(), io.StringIO()):
        monkeypatch.setattr("sys.stderr", screen)
        with progress.waiting("analysing x"):
            pass
        assert screen.getvalue() == ""

"""``maestro-py fmt``."""

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]

UGLY = (
    "Network small{Layer conv1{Type:CONV Dimensions{K 8,C 4,R 3,S 3,Y 8,X 8}}\n"
    "Layer fc{Type:FC Dimensions{K:10,C:32}}}"
)


def test_canonical_text_is_printed(run: Run, tmp_path: Path, canonical: str) -> None:
    path = tmp_path / "a.m"
    path.write_text(UGLY)
    done = run("fmt", path)
    assert (done.exit_code, done.stdout, done.stderr) == (0, canonical, "")
    assert path.read_text() == UGLY


def test_standard_input(run: Run, canonical: str) -> None:
    assert run("fmt", "-", stdin=UGLY).stdout == canonical


def test_check_names_what_is_not_canonical(run: Run, small: Path, tmp_path: Path) -> None:
    path = tmp_path / "ugly.m"
    path.write_text(UGLY)
    done = run("fmt", "--check", small, path)
    assert (done.exit_code, done.stdout) == (1, f"{path}: not in canonical form\n")
    assert run("fmt", "--check", small).exit_code == 0


def test_in_place_rewrites_only_what_changes(run: Run, small: Path, tmp_path: Path, canonical: str) -> None:
    path = tmp_path / "ugly.m"
    path.write_text(UGLY)
    before = small.stat().st_mtime_ns
    done = run("fmt", "-i", small, path)
    assert (done.exit_code, done.stdout) == (0, f"{path}: rewritten\n")
    assert path.read_text() == canonical
    assert small.stat().st_mtime_ns == before


def test_nothing_is_rewritten_if_one_file_is_wrong(run: Run, tmp_path: Path) -> None:
    ugly, wrong = tmp_path / "ugly.m", tmp_path / "wrong.m"
    ugly.write_text(UGLY)
    wrong.write_text("Network {")
    done = run("fmt", "-i", ugly, wrong)
    assert done.exit_code == 1
    assert "error M" in done.stderr
    assert ugly.read_text() == UGLY


def test_wrong_usage(run: Run, small: Path) -> None:
    assert run("fmt").exit_code == 2
    assert run("fmt", "--check", "-i", small).exit_code == 2
    assert run("fmt", "-i", "-").exit_code == 2
    assert run("fmt", small.parent).exit_code == 1

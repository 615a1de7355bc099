"""plot and report as commands: output, files, exit codes."""

from pathlib import Path

import pytest

SPACE = """\
network: small.m
dataflow: kcp_ws
accelerator: nvdla
parameters:
  ClusterSize: [2, 4]
  num_pes: [4, 8, 16]
  l1_bytes: needed
  l2_bytes: [16 KiB, 64 KiB]
keep: KEEP
"""


@pytest.fixture
def folder(run, small: Path) -> Path:
    for keep in ("feasible", "pareto"):
        space = small.parent / f"{keep}.yaml"
        space.write_text(SPACE.replace("KEEP", keep))
        done = run("sweep", space, "-o", small.parent / keep, "-q", "-j", "1")
        assert done.exit_code == 0, done.output
    return small.parent


def test_plot_writes_every_figure(run, folder: Path) -> None:
    done = run("plot", folder / "feasible")
    assert done.exit_code == 0, done.output
    names = ("design-space", "pareto", "energy", "sensitivity")
    for name in names:
        path = folder / "feasible" / "plots" / f"{name}.png"
        assert f"wrote {path}" in done.stdout
        assert path.read_bytes().startswith(b"\x89PNG")
    assert done.stderr == ""
    done = run("plot", folder / "feasible", "--figure", "pareto", "--format", "svg", "-o", folder / "figures")
    assert [path.name for path in (folder / "figures").iterdir()] == ["pareto.svg"]
    assert run("sweep", folder / "feasible.yaml", "-o", folder / "feasible", "-q").exit_code == 0


def test_report_writes_a_page(run, folder: Path) -> None:
    done = run("report", folder / "pareto")
    assert done.exit_code == 0, done.output
    path = folder / "pareto" / "report.html"
    assert done.stdout == f"wrote {path}\n"
    assert "note: sensitivity is not drawn" in done.stderr
    assert path.read_text().startswith("<!DOCTYPE html>")
    done = run("report", folder / "pareto", "-o", folder / "small.m" / "page.html")
    assert done.exit_code == 1
    assert "M332" in done.stderr


def test_plot_says_what_cannot_be_drawn(run, folder: Path) -> None:
    done = run("plot", folder / "pareto")
    assert done.exit_code == 0
    assert "note: design-space is not drawn: it needs every feasible design" in done.stderr
    done = run("plot", folder / "pareto", "--figure", "design-space")
    assert done.exit_code == 1
    assert "M821" in done.stderr


@pytest.mark.parametrize("command", ["plot", "report"])
def test_folders_that_are_no_sweep(run, tmp_path: Path, command: str) -> None:
    done = run(command, tmp_path / "nowhere")
    assert done.exit_code == 1
    assert "M809" in done.stderr
    assert "Traceback" not in done.output

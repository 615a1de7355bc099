"""sweep, top and merge as commands: output, exit codes, kills and interrupts of the real process."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas
import pytest

from maestro_py import analyze

SPACE = """\
network: small.m
dataflow: kcp_ws
accelerator: nvdla
parameters:
  ClusterSize: [2, 4]
  num_pes: {from: 4, to: 64, step: 4}
  l1_bytes: needed
  l2_bytes: [16 KiB, 64 KiB]
  noc_bandwidth_bytes_per_cycle: {from: 1, to: 60, step: 1}
constraints: [area_mm2 <= 16, power_mw < 1500]
goals: [runtime, energy]
"""


@pytest.fixture
def folder(small: Path) -> Path:
    (small.parent / "space.yaml").write_text(SPACE)
    return small.parent


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def begin(folder: Path, out: str, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "maestro_py.cli", "sweep", "space.yaml", "-o", out, *options]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for_shards(folder: Path, number: int, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 60
    while len(list((folder / "results").glob("part-*"))) < number and time.monotonic() < end:
        if process.poll() is not None:
            return
        time.sleep(0.005)


def test_sweep_top_and_the_written_design(run, folder: Path) -> None:
    done = run("sweep", str(folder / "space.yaml"), "-o", str(folder / "out"), "-j", "1")
    assert done.exit_code == 0, done.output
    for text in (
        "3,840 designs",
        "evaluated",
        "feasible",
        "on the Pareto front",
        "best for",
        "runtime",
        "power_mw < 1500",
    ):
        assert text in done.stdout
    top = run(
        *("top", str(folder / "out"), "--goal", "energy", "-n", "3", "--where", "num_pes >= 8"),
        *("--write", str(folder / "designs"), "--format", "json"),
    )
    assert top.exit_code == 0, top.output
    rows = json.loads(top.stdout)
    assert len(rows) == 3
    for row in rows:
        assert row["num_pes"] >= 8
        totals = analyze(folder / "designs" / f"design-{row['design']}.m").totals
        assert {name: totals[name] for name in row if name in totals and name != "dataflow"} == {
            name: value for name, value in row.items() if name in totals and name != "dataflow"
        }
    table = run("top", str(folder / "out"), "-n", "2")
    assert "2 best for runtime" in table.stdout
    csv = run("top", str(folder / "out"), "-n", "2", "--format", "csv").stdout.splitlines()
    assert csv[0].startswith("design,dataflow,ClusterSize,num_pes,l1_bytes")
    assert len(csv) == 3


def test_a_sample_is_told_and_kept(run, folder: Path) -> None:
    (folder / "sampled.yaml").write_text(SPACE + "sample: 500\n")
    told = (
        "keeps the front and the best 20 for each goal, and what is feasible of a sample of about 500 designs"
    )
    assert told in run("sweep", folder / "sampled.yaml", "--dry-run").stdout
    done = run("sweep", folder / "sampled.yaml", "-o", folder / "out", "-j", "1")
    assert done.exit_code == 0, done.output
    assert told in done.stdout
    rows = pandas.read_parquet(folder / "out" / "results")
    sampled = json.loads((folder / "out" / "summary.json").read_text())["sampled"]
    assert 300 < sampled == rows.sampled.sum() < 700
    assert re.search(rf"  kept as a sample +{sampled} ", done.stdout)
    top = run("top", folder / "out", "--goal", "area")
    assert "kept the front and the best for its own goals and constraints, and a sample" in " ".join(
        top.stderr.split()
    )


def test_a_dry_run_shows_the_space_and_writes_nothing(run, folder: Path) -> None:
    before = files(folder)
    done = run("sweep", str(folder / "space.yaml"), "--dry-run")
    assert done.exit_code == 0
    assert "noc_bandwidth_bytes_per_cycle       60   1 2 3 ... 60" in done.stdout
    assert files(folder) == before


def test_picks_and_goals_of_a_search_are_told(run, folder: Path) -> None:
    path = folder / "space.yaml"
    search = "noc_bandwidth_bytes_per_cycle, ClusterSize"
    path.write_text(SPACE + f"search: {{method: tpe, designs: 5, enumerate: [{search}]}}\n")
    words = "search tpe, 5 picks, each with every noc_bandwidth_bytes_per_cycle and ClusterSize, seed 0"
    done = run("sweep", str(path), "--dry-run")
    assert done.exit_code == 0, done.output
    for text in (words, "tpe goes by runtime alone", "kcp_ws: 3,840 designs, 32 picks of 120"):
        assert text in done.stdout
    done = run("sweep", str(path), "-o", str(folder / "out"), "-j", "1")
    assert done.exit_code == 0, done.output
    shown = done.stdout.splitlines()
    assert words in done.stdout
    assert ["picked", "5", "of", "32"] in [line.split() for line in shown]
    assert ["asked", "for", "600"] in [line.split() for line in shown]
    path.write_text(SPACE.replace("[runtime, energy]", "energy") + "search: {method: anneal, designs: 5}\n")
    assert "alone" not in run("sweep", str(path), "--dry-run").stdout


def test_progress_of_picks_counts_their_designs(folder: Path, monkeypatch, capsys) -> None:
    from maestro_py.cli import sweep_progress
    from maestro_py.explore.reading import load

    path = folder / "space.yaml"
    path.write_text(SPACE + "search: {method: tpe, designs: 8, enumerate: num_pes}\n")
    monkeypatch.setattr(sweep_progress, "LOG_SECONDS", 0.0)
    counts = {"designs": 16, "feasible": 3, "best": [2.0, 5e6]}
    progress = sweep_progress.Line(load(path), quiet=False)
    progress.begin(8)
    progress.add({**counts, "picks": 0}, computed=True)
    progress.add({**counts, "picks": 1}, computed=True)
    progress.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    first, second, last = capsys.readouterr().err.splitlines()
    assert first.startswith("0 of 8 picks (0%), 16 designs, ")
    assert "left" not in first
    assert second.startswith("1 of 8 picks (12%), 32 designs, ")
    assert "left, 6 feasible, runtime" in second
    assert last.startswith("stopped at 1 of 8 picks (12%), 32 designs, ")


def test_parts_and_merge(run, folder: Path) -> None:
    whole, parts = str(folder / "whole"), str(folder / "parts")
    space = str(folder / "space.yaml")
    assert run("sweep", space, "-o", whole, "-q", "-j", "1").stdout == ""
    unfinished = run("merge", parts)
    assert unfinished.exit_code == 1
    for part in ("2/2", "1/2"):
        done = run("sweep", space, "-o", parts, "--shard", part, "-j", "1")
        assert done.exit_code == 0
        assert f"part {part[0]} of 2 is done" in done.stdout
    done = run("merge", parts)
    assert done.exit_code == 0, done.output
    assert "on the Pareto front" in done.stdout
    assert files(Path(whole)) == files(Path(parts))


def test_the_schema_is_json(run) -> None:
    done = run("sweep", "--schema")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["properties"]["network"]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("space.yaml",), 2, "-o FOLDER"),
        (("space.yaml", "-o", "x", "--shard", "3/2"), 2, "K/N"),
        (("space.yaml", "-o", "x", "--executor", "cloud"), 2, "executors: dask processes serial"),
        (("nothing.yaml", "-o", "x"), 1, "M001"),
        (("wrong.yaml", "-o", "x"), 1, "wrong.yaml:2:11: error M701"),
    ],
)
def test_wrong_calls(run, folder: Path, monkeypatch, arguments, code, text) -> None:
    monkeypatch.chdir(folder)
    (folder / "wrong.yaml").write_text("network: small.m\ndataflow: kcp\n")
    done = run("sweep", *arguments)
    assert done.exit_code == code
    assert text in done.output
    assert not (folder / "x").exists()


@pytest.mark.parametrize("command", ["top", "merge", "plot", "report"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("empty", "M809: 'empty' holds no sweep"),
        ("nowhere", "M809: there is no folder 'nowhere'"),
        ("small.m", "M809: 'small.m' is no folder"),
        ("odd", "M809: 'odd/manifest.json' is damaged"),
        ("other", "M809: 'other/manifest.json' is no manifest of a sweep"),
        ("old", "M808: 'old' holds a sweep of another version of maestro-py: its format is 1, this one's is"),
    ],
)
def test_wrong_folders(run, folder: Path, monkeypatch, command, name, message) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    for place, text in (
        ("odd", "{"),
        ("other", '{"schema": "a"}'),
        ("old", '{"schema": "maestro-py/sweep", "schema_version": 1}'),
    ):
        (folder / place).mkdir()
        (folder / place / "manifest.json").write_text(text)
    before = files(folder)
    done = run(command, name)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"error {message}")
    assert files(folder) == before


def test_merging_several_folders_needs_a_new_one(run) -> None:
    assert run("merge", "a", "b").exit_code == 2


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("small.m", "M808: 'small.m' is a file"),
        ("small.m/x", "M332: cannot write 'small.m/x': a folder in its path is a file"),
        (".", "M808: '.' holds something else"),
    ],
)
def test_where_no_sweep_can_be_written(run, folder: Path, monkeypatch, target, message) -> None:
    monkeypatch.chdir(folder)
    before = files(folder)
    done = run("sweep", "space.yaml", "-o", target)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"error {message}")
    assert files(folder) == before


def test_nothing_feasible_is_said(run, folder: Path) -> None:
    path = folder / "space.yaml"
    path.write_text(path.read_text().replace("< 1500", "< 0.1"))
    done = run("sweep", str(path), "-o", str(folder / "out"), "-j", "1")
    assert done.exit_code == 0
    assert "no design meets every condition" in done.stdout
    assert "break power_mw < 0.1" in done.stdout
    top = run("top", str(folder / "out"))
    assert (top.exit_code, top.stdout) == (1, "no design that was kept meets every condition\n")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_kill_at_any_moment_loses_only_what_was_under_way(folder: Path, workers: str) -> None:
    assert begin(folder, "whole", "-j", "1").wait(120) == 0
    rng = random.Random(int(workers))
    for _ in range(3):
        process = begin(folder, "killed", "-j", workers)
        there = len(list((folder / "killed" / "results").glob("part-*")))
        wait_for_shards(folder / "killed", there + rng.randrange(1, 4), process)
        process.kill()
        process.wait(30)
    assert not (folder / "killed" / "summary.json").exists()
    assert begin(folder, "killed", "-j", workers).wait(120) == 0
    assert files(folder / "whole") == files(folder / "killed")


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupts_leave_a_sweep_that_goes_on(folder: Path, asked: int, code: int) -> None:
    process = begin(folder, "out", "-j", "2")
    wait_for_shards(folder / "out", 1, process)
    os.killpg(process.pid, asked) if asked == signal.SIGINT else process.send_signal(asked)
    _, text = process.communicate(timeout=60)
    assert process.returncode == code, text
    assert "the same command goes on from here" in text
    assert "Traceback" not in text
    assert not list((folder / "out" / "results").glob(".*"))
    process = begin(folder, "out", "-j", "2")
    assert process.wait(120) == 0
    assert len(pandas.read_parquet(folder / "out" / "front.parquet"))


def test_nothing_is_skipped_if_so_wanted(run, folder: Path) -> None:
    text = SPACE.replace("area_mm2 <= 16", "area_um2 <= 9000")
    (folder / "space.yaml").write_text(text)
    done = run("sweep", str(folder / "space.yaml"), "-o", str(folder / "out"), "-j", "1")
    assert done.exit_code == 0, done.output
    assert "skipped: area_um2 <= 9000, by the" in done.output
    whole = run("sweep", str(folder / "space.yaml"), "-o", str(folder / "all"), "-j", "1", "--no-prune")
    assert whole.exit_code == 0, whole.output
    assert "skipped" not in whole.output
    for name in ("front.parquet", "top.parquet"):
        assert (folder / "out" / name).read_bytes() == (folder / "all" / name).read_bytes()


CLUSTER = 'system: slurm\njobs: 2\nmemory: 4 GiB\nwalltime: "01:00:00"\n'


def test_a_job_script_is_printed(run, folder: Path) -> None:
    pytest.importorskip("dask_jobqueue", reason="needs dask-jobqueue")
    (folder / "slurm.yaml").write_text(CLUSTER)
    space = str(folder / "space.yaml")
    done = run("sweep", space, "--cluster", str(folder / "slurm.yaml"), "--print-job-script")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("#!/usr/bin/env bash\n")
    assert "#SBATCH -t 01:00:00" in done.output
    (folder / "slurm.yaml").write_text(CLUSTER.replace("jobs: 2", "jbos: 2"))
    done = run("sweep", space, "--cluster", str(folder / "slurm.yaml"), "--print-job-script")
    assert done.exit_code == 1
    assert "slurm.yaml:2:1" in done.output
    assert "there is no key 'jbos'" in done.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scheduler", "tcp://a:1", "--cluster", "b"), "give one"),
        (("--scheduler", "tcp://a:1", "--executor", "serial"), "goes with --executor dask"),
        (("--print-job-script",), "needs --cluster"),
    ],
)
def test_options_of_clusters_that_do_not_go_together(run, folder: Path, options, message: str) -> None:
    done = run("sweep", str(folder / "space.yaml"), *options)
    assert done.exit_code == 2
    assert message in done.output

"""sweep with flags in place of a space file, or beside one."""

import re
from pathlib import Path

import pytest

from maestro_py.explore.reading import load

SPACE = """\
network: small.m
dataflow: kcp_ws
accelerator: nvdla
parameters:
  ClusterSize: [2, 4]
  num_pes: {from: 4, to: 64, step: 4}
  l1_bytes: needed
constraints: [area_mm2 <= 16, power_mw < 1500]
goals: [runtime, {min: energy_pj}]
"""
FLAGS = (
    *("--network", "small.m", "-d", "kcp_ws", "--hw", "nvdla", "--vary", "ClusterSize=2,4"),
    *("--vary", "num_pes=4:64:4", "--vary", "l1_bytes=needed", "--where", "area_mm2 <= 16"),
    *("--where", "power_mw < 1500", "--goal", "runtime", "--goal", "min energy_pj"),
)


@pytest.fixture
def folder(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (small.parent / "space.yaml").write_text(SPACE)
    monkeypatch.chdir(small.parent)
    return small.parent


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sweep_of_a_file_goes_on_with_equal_flags(run, folder: Path) -> None:
    assert run("sweep", "space.yaml", "-o", "whole", "-q").exit_code == 0
    assert run("sweep", "space.yaml", "-o", "out", "--shard", "2/2", "-q").exit_code == 0
    done = run("sweep", *FLAGS, "-o", "out")
    assert done.exit_code == 0, done.output
    assert "on the Pareto front" in done.stdout
    assert files(folder / "out") == files(folder / "whole")
    other = run("sweep", *FLAGS, "--seed", "1", "-o", "out")
    assert other.exit_code == 1
    assert "M808" in other.stderr
    assert "seed was 0, is 1" in other.stderr


def test_flags_beside_a_file_change_it(run, folder: Path) -> None:
    done = run("sweep", "space.yaml", "--vary", "num_pes=8", "--vary", "bits=8,16", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "4 designs, search exhaustive" in done.stdout
    assert files(folder).keys() == {Path("small.m"), Path("space.yaml")}


def test_the_printed_space_is_a_file_of_the_same_space(run, folder: Path) -> None:
    done = run("sweep", *FLAGS, "--no-must-fit", "--search", "random", "--designs", "9", "--print-space")
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "network: small.m\n"
        "dataflow: [kcp_ws]\n"
        "accelerator: nvdla\n"
        "parameters:\n"
        "  ClusterSize: [2, 4]\n"
        "  num_pes: {from: 4, to: 64, step: 4}\n"
        "  l1_bytes: [needed]\n"
        "constraints:\n"
        "- area_mm2 <= 16\n"
        "- power_mw < 1500\n"
        "must_fit: false\n"
        "goals:\n"
        "- runtime\n"
        "- {min: energy_pj}\n"
        "search: {method: random, designs: 9}\n"
    )
    (folder / "printed.yaml").write_text(done.stdout)
    assert load("printed.yaml").search.designs == 9
    assert run("sweep", "printed.yaml", "--print-space").stdout == done.stdout


def test_what_is_wrong_is_shown_under_the_flag(run, folder: Path) -> None:
    (folder / "space.yaml").write_text(SPACE.replace("runtime", "fast"))
    done = run(
        *("sweep", "space.yaml", "--vary", "bits=8", "--vary", "num_pes=64:512:-1"),
        *("--where", "area_mm2 <= 16 and\npower < 3", "--dry-run"),
    )
    assert done.exit_code == 1
    assert re.sub(r"\d+ columns", "88 columns", done.stderr) == (
        "space.yaml:9:9: error M806: 'fast' is no goal\n"
        "    9 | goals: [fast, {min: energy_pj}]\n"
        "      |         ^^^^ {min: COLUMN} or {max: COLUMN}, or one of: runtime energy edp power area "
        "utilization throughput throughput_per_watt\n"
        "--vary:2:16: error M804: num_pes: the step is not above 0\n"
        "    2 | num_pes=64:512:-1\n"
        "      |                ^^ give a step above 0\n"
        "--where:1:20: error M806: there is no 'power'\n"
        "    1 | area_mm2 <= 16 and power < 3\n"
        "      |                    ^^^^^ did you mean 'power_mw'? 88 columns, near it: power_mw\n"
        "3 errors\n"
    )


def test_conditions_and_goals_of_top_are_shown_too(run, folder: Path) -> None:
    assert run("sweep", *FLAGS, "-o", "out", "-q").exit_code == 0
    done = run("top", "out", "--where", "num_pes < 8 and speed > 3")
    assert done.exit_code == 1
    assert re.sub(r"\d+ columns", "88 columns", done.stderr) == (
        "--where:1:17: error M806: there is no 'speed'\n"
        "    1 | num_pes < 8 and speed > 3\n"
        "      |                 ^^^^^ none of 88 columns is near; maestro-py explain lists them\n"
        "1 error\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ((), 2, "say what is swept: SPACE.yaml, or --network NAME"),
        (("--network", "small.m"), 2, "-o FOLDER"),
        (
            ("--vary", "num_pes=4", "--dry-run"),
            1,
            "error M802: 'network' is missing\n    = add --network NAME",
        ),
    ],
)
def test_wrong_calls(run, folder: Path, arguments: tuple[str, ...], code: int, text: str) -> None:
    done = run("sweep", *arguments)
    assert done.exit_code == code
    assert text in done.output


def test_help_has_every_option_under_a_heading(run) -> None:
    text = run("sweep", "--help").stdout
    headings = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == [
        "What is swept:",
        "What is wanted:",
        "How designs are picked and evaluated:",
        "Where it runs:",
        "Options:",
    ]
    for option in ("--network", "--vary", "--search-option", "--no-prune", "--shard", "--print-space", "-q"):
        assert f" {option}" in text

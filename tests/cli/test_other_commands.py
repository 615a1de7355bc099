"""``explain``, ``compare``, ``hw``, ``list``, ``--version``, completion."""

import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import Result

from maestro_py import catalog
from maestro_py.analysis.columns import COLUMNS
from maestro_py.hardware import tech, templates
from maestro_py.ir import composites, operators

Run = Callable[..., Result]


def test_explain_gives_meaning_unit_and_formula(run: Run) -> None:
    done = run("explain", "runtime_us")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:3] == [
        "runtime_us [us]",
        "  Fine time at the machine's clock.",
        "  formula: runtime_cycles / frequency_mhz",
    ]


def test_explain_alone_lists_every_column(run: Run) -> None:
    listed = {line.split()[0] for line in run("explain").stdout.splitlines() if line.split()}
    assert set(COLUMNS) <= listed


def test_explain_of_an_unknown_column(run: Run) -> None:
    done = run("explain", "runtime_cycle")
    assert done.exit_code == 1
    assert "did you mean 'runtime_cycles'?" in done.stderr


def test_explain_of_layer_types(run: Run) -> None:
    done = run("explain", "LSTM", "runtime_us", "PWCONV")
    assert done.exit_code == 0
    lstm, column, pointwise = done.stdout.split("\n\n")
    assert lstm.splitlines()[0] == "LSTM"
    assert "  T  steps" in lstm.splitlines()
    assert column.startswith("runtime_us [us]")
    assert "  K  output channels of a group" in pointwise.splitlines()


def test_compare_puts_every_dataflow_on_every_machine(run: Run, small: Path) -> None:
    done = run("compare", small, "-d", "kcp_ws", "-d", "rs", "--hw", "eyeriss", "--hw", "nvdla")
    assert done.exit_code == 0, done.output
    rows = [line.split() for line in done.stdout.splitlines() if line.split()[:1] in (["kcp_ws"], ["rs"])]
    choices = [tuple(row[:2]) for row in rows]
    assert choices == [("kcp_ws", "eyeriss"), ("rs", "eyeriss"), ("kcp_ws", "nvdla"), ("rs", "nvdla")]
    assert rows[0][4] == "1.00x"


def test_compare_shows_the_gain_of_the_best_per_layer(run: Run) -> None:
    names = ["best:kcp_ws,rs", "kcp_ws", "rs"]
    flows = [argument for name in names for argument in ("-d", name)]
    done = run("compare", "lenet5", *flows, "--goal", "energy")
    assert done.exit_code == 0, done.output
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line.split()[:1]}
    best = min(float(rows[name][7].removesuffix("x")) for name in names[1:])
    alone = run("analyze", "lenet5", "-d", names[0], "--goal", "energy").stdout
    assert rows[names[0]][1:3] == ["for", "energy"]
    assert best >= 1
    gain = float(alone.split("the best single dataflow, takes ")[1].split("x")[0])
    assert gain == pytest.approx(best, abs=0.006)
    assert run("compare", "lenet5", "-d", "rs", "-d", "kcp_ws", "--goal", "energy").exit_code == 2


def test_compare_says_what_is_not_costed_once(run: Run) -> None:
    done = run("compare", "lenet5", "-d", "kcp_ws", "-d", "rs", "--hw", "eyeriss", "--hw", "nvdla")
    notes = done.stdout.partition("\nnote: ")[2]
    assert notes.count("Activations, biases and normalisation are not costed.") == 1
    assert "Eyeriss" not in notes  # of one of the machines only


def test_compare_needs_two_choices(run: Run, small: Path) -> None:
    assert run("compare", small, "-d", "kcp_ws").exit_code == 2


def test_hw_list_and_list_name_everything_that_ships(run: Run) -> None:
    assert all(f"\n {name} " in run("hw", "list").stdout for name in templates.names()[1:])
    listed = run("list").stdout
    for name in (*catalog.model_names(), *catalog.dataflow_names(), *templates.names(), *tech.names()):
        assert f"\n  {name} " in listed
    assert max(map(len, listed.splitlines())) <= 120
    types = run("list", "types").stdout
    assert all(f" {name} (" in types for name in (*operators.names(), *composites.names()))
    meant = types.partition("\ndimensions of these types")[2]
    assert all(f" {name} " in meant for name in (*operators.names(), *composites.names()))
    assert re.search(
        r"GRU RNN +N: sequences; T: steps; C: inputs of a step; K: hidden units; D: directions", meant
    )
    models = run("list", "models").stdout
    assert "resnet50" in models
    assert "kcp_ws" not in models
    assert run("list", "nonsense").exit_code == 2


def test_hw_show_prints_the_graph(run: Run) -> None:
    done = run("hw", "show", "eyeriss")
    assert done.exit_code == 0
    assert "Global buffer" in done.stdout
    assert "108 KiB" in done.stdout


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("dot", b"digraph"), ("mmd", b"flowchart"), ("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")],
)
def test_hw_show_draws(run: Run, tmp_path: Path, suffix: str, start: bytes) -> None:
    out = tmp_path / f"eyeriss.{suffix}"
    assert run("hw", "show", "eyeriss", "-o", out).exit_code == 0
    assert out.read_bytes().startswith(start)


def test_hw_show_of_a_hardware_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.m"
    path.write_text("Accelerator { PE { NumPEs: 12 } Buffer { GlobalL2 { Size: 4096 } } }")
    done = run("hw", "show", path)
    assert done.exit_code == 0, done.output
    assert "4 KiB" in done.stdout


@pytest.mark.parametrize("name", ["eyeris", "nosuch.m", "x.svg"])
def test_hw_show_of_nothing(run: Run, tmp_path: Path, name: str) -> None:
    assert run("hw", "show", name).exit_code == 1
    assert run("hw", "show", "eyeriss", "-o", tmp_path / "no" / "x.dot").exit_code == 1
    assert run("hw", "show", "eyeriss", "-o", tmp_path / "x.xyz").exit_code == 1


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"maestro-py {version('maestro-py')}\n"


def test_every_command_has_help(run: Run) -> None:
    commands = ["analyze", "compare", "check", "fmt", "explain", "hw", "list"]
    listed = run("--help").stdout
    for command in commands:
        assert f"\n  {command} " in listed
        done = run(command, "--help")
        assert done.exit_code == 0
        assert done.stdout.startswith(f"Usage: maestro-py {command}")


def test_shell_completion(root: Path) -> None:
    code = "from maestro_py.cli import main; main(prog_name='maestro-py')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env={"_MAESTRO_PY_COMPLETE": "bash_complete", "COMP_WORDS": "maestro-py an", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "plain,analyze\n"

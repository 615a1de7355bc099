"""``import``, and networks of other tools where a network's file is taken."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from maestro_py import frontends
from maestro_py.catalog import read_header
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse, parse_file

Run = Callable[..., Result]

TOPOLOGY = (
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
)


@pytest.fixture
def topology(tmp_path: Path) -> Path:
    path = tmp_path / "edge.csv"
    path.write_text(f"{TOPOLOGY}conv1, 10, 10, 3, 3, 4, 8, 1,\nfc 2, 1, 1, 1, 1, 32, 10, 1,\n")
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A convolution, an LSTM, a Relu and two operators of an unknown kind, with a symbolic batch."""
    pytest.importorskip("onnx")
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    nodes = [
        make_node("Conv", ["x", "w"], ["a"], name="/stem/Conv", auto_pad="SAME_UPPER", strides=[2, 2]),
        make_node("Relu", ["a"], ["b"]),
        make_node("Mystery", ["b"], ["m"], domain="acme"),
        make_node("Mystery", ["b"], ["n"], domain="acme"),
        make_node("LSTM", ["s", "lw", "lr"], ["c"], name="lstm", hidden_size=16),
    ]
    built = model(
        nodes,
        {"x": ("batch", 3, 16, 16), "s": (20, "batch", 8)},
        {"w": (8, 3, 3, 3), "lw": (1, 64, 8), "lr": (1, 64, 16)},
    )
    path = tmp_path / "tiny.onnx"
    path.write_bytes(built.SerializeToString())
    return path


def test_import_writes_the_network_to_stdout_and_its_summary_to_stderr(run: Run, topology: Path) -> None:
    done = run("import", topology)
    assert done.exit_code == 0, done.output
    network = lower(parse(done.stdout)).networks[0]
    assert network == frontends.read(topology).network
    header = read_header(done.stdout.splitlines())
    assert list(header) == ["Title", "Source", "Note"]
    assert header["Source"] == f"edge.csv, SHA-256 {hashlib.sha256(topology.read_bytes()).hexdigest()}"
    assert done.stderr == "2 layers, 18,752 MACs\n"


def test_import_of_onnx_says_what_is_not_costed(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiny.m"
    done = run("import", model, "-o", out, "--dim", "batch=2")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    conv, lstm = 2 * 64 * 8 * 27, 20 * 2 * 64 * (8 + 16)
    assert done.stderr.splitlines()[:3] == [
        f"{out}: 3 layers, {conv + lstm:,} MACs",
        "Not costed: Relu 1.",
        "warning M451: acme::Mystery (2 times) is not costed: the operator is not known",
    ]
    header = read_header(out.read_text().splitlines())
    assert header["Title"] == "tiny, batch = 2"
    assert header["Note"].startswith("Not costed: Relu 1. acme::Mystery (2 times) is not costed")
    (network,) = lower(parse_file(out)).networks
    assert network == frontends.read(model, {"batch": 2}).network
    assert run("fmt", "--check", out).exit_code == 0


def test_analyze_takes_the_model_itself(run: Run, model: Path, tmp_path: Path) -> None:
    run("import", model, "-o", tmp_path / "tiny.m", "--dim", "batch=2")
    direct = run("analyze", model, "-d", "kcp_ws", "--hw", "eyeriss", "--dim", "batch=2")
    written = run("analyze", tmp_path / "tiny.m", "-d", "kcp_ws", "--hw", "eyeriss")
    assert direct.exit_code == written.exit_code == 0, direct.output
    table = direct.stdout.split("\n\nwarning")[0]
    assert table == written.stdout.split("\n\nwarning")[0]
    assert " /stem/Conv " in table
    assert "note: tiny.onnx: Not costed: Relu 1." in direct.stdout
    assert "warning M451: acme::Mystery (2 times) is not costed" in direct.stdout


def test_compare_and_check_take_a_foreign_network(run: Run, topology: Path) -> None:
    done = run("compare", topology, "-d", "kcp_ws", "-d", "rs", "--hw", "eyeriss")
    assert done.exit_code == 0, done.output
    done = run("check", topology, "--dataflow", "kcp_ws")
    assert done.exit_code == 0, done.output
    assert "edge.csv: 2 layers legal on 256 PEs" in done.stdout
    assert run("check", topology).exit_code == 0


def test_rtl_takes_a_foreign_network(run: Run, topology: Path, tmp_path: Path) -> None:
    arguments = ("-d", "kcp_ws", "--hw", "eyeriss", "--num-pes", "16", "--constant", "ClusterSize=4")
    shape = ("--layout", "C,C,K", "--bits", "8,8,24", "--layer", "conv1")
    done = run("rtl", topology, *arguments, *shape, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out").is_dir()


@pytest.mark.parametrize("command", ["import", "analyze", "check"])
def test_sizes_that_are_missing_are_named_all_at_once(run: Run, model: Path, command: str) -> None:
    done = run(command, model)
    assert done.exit_code == 1
    said = done.stdout if command == "check" else done.stderr
    assert "dimensions without a size: batch (axis 0 of input 'x')" in said
    assert "= give each a size: --dim batch=1" in said


def test_nothing_is_written_if_the_network_is_wrong(run: Run, topology: Path, tmp_path: Path) -> None:
    topology.write_text(f"{TOPOLOGY}conv1, 10, 10, 3, 3, 0, 8, 1,\n")
    out = tmp_path / "out.m"
    out.write_text("before")
    done = run("import", topology, "-o", out)
    assert done.exit_code == 1
    assert f"{topology}:2:22: error M407: C is '0'" in done.stderr
    assert "    2 | conv1, 10, 10, 3, 3, 0, 8, 1," in done.stderr
    assert out.read_text() == "before"
    assert run("analyze", topology, "-d", "rs").exit_code == 1
    assert run("check", topology).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["import", "missing.onnx"], 1, "M001"),
        (["analyze", "missing.onnx", "-d", "rs"], 1, "M001"),
        (["check", "missing.csv"], 1, "M001"),
        (["import", "resnet50"], 1, "M001"),
        (["import", "."], 1, "M001"),
        (["import", "edge.csv", "--format", "onix"], 1, "did you mean 'onnx'?"),
        (["import", "edge.csv", "--format", "onnx"], 1, "M4"),
        (["import", "edge.csv", "--dim", "batch=1"], 1, "M404"),
        (["analyze", "lenet5", "-d", "rs", "--dim", "batch=1"], 1, "M404"),
        (["import", "edge.csv", "--dim", "batch"], 2, "is not NAME=INT"),
        (["import", "edge.csv", "--dim", "batch=-1"], 2, "is not NAME=INT"),
        (["import", "edge.csv", "--dim", "n=1", "--dim", "n=2"], 2, "given twice"),
        (["import", "edge.csv", "-o", "missing/out.m"], 1, "M332"),
    ],
)
def test_wrong_calls(
    run: Run,
    topology: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(topology.parent)
    done = run(*arguments)
    assert done.exit_code == code
    assert said in done.output


def test_list_shows_the_formats(run: Run) -> None:
    shown = run("list", "formats").stdout
    for entry in frontends.frontends().values():
        assert f"\n  {entry.name} " in shown
        assert all(suffix in shown for suffix in entry.suffixes)
        assert entry.summary.split()[0] in shown


@pytest.mark.parametrize("command", ["import", "convert"])
def test_the_help_lists_the_formats(run: Run, command: str) -> None:
    asked, bare = run(command, "--help"), run(command)
    assert (asked.exit_code, bare.exit_code) == (0, 2)
    for shown in (asked.stdout, bare.stderr):
        formats = shown.split("\nFormats:\n")[1]
        words = " ".join(formats.split())
        for entry in frontends.frontends().values():
            assert f"\n  {entry.name} ({' '.join(entry.suffixes)})" in f"\n{formats}"
            assert entry.summary in words


def test_convert_is_import_by_another_word(run: Run, topology: Path) -> None:
    assert run("convert", topology).stdout == run("import", topology).stdout
    shown = run("--help").stdout
    assert "  import " in shown
    assert "convert" not in shown
    assert "\\b" not in shown

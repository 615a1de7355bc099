"""``maestro-py analyze``."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from maestro_py.analysis.api import analyze
from maestro_py.analysis.columns import COLUMNS
from maestro_py.analysis.view import network_view

Run = Callable[..., Result]

ARGUMENTS = ("--dataflow", "kcp_ws", "--constant", "ClusterSize=4")


def row_of(text: str, name: str) -> list[str]:
    """Cells of the first table row that begins with a name."""
    return next(line.split() for line in text.splitlines() if line.split()[:1] == [name])


def test_the_table_says_what_the_analysis_holds(run: Run, small: Path) -> None:
    expected = analyze(str(small), "kcp_ws", constants={"ClusterSize": 4}, engine="reference")
    done = run("analyze", small, *ARGUMENTS, "--engine", "reference")
    assert (done.exit_code, done.stderr) == (0, "")
    values = expected.layers[0].values
    macs = 8 * 4 * 3 * 3 * 6 * 6
    assert values["macs"] == macs
    cells = row_of(done.stdout, "conv1")
    assert cells[1:4] == ["CONV", f"{macs / 1000:.2f}", "k"]
    assert cells[4] == f"{values['runtime_cycles']:,}"
    assert cells[5] == f"{100 * values['utilization_fraction']:.1f}"
    assert cells[8] == f"{values['l1_bytes_required']}/520"
    assert "total of 2" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_a_layer_that_repeats_has_one_row_and_all_its_runs_in_the_total(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "blocks.m"
    layer = "Layer {} {{ Type: GEMM {} Dimensions {{ M: 4, N: 32, K: 32 }} }}"
    text = f"Network n {{ {layer.format('block', 'Repeat: 32;')} {layer.format('head', '')} }}"
    file.write_text(text, encoding="utf-8")
    done = run("analyze", file, *ARGUMENTS)
    assert (done.exit_code, done.stderr) == (0, "")
    block, head = row_of(done.stdout, "block"), row_of(done.stdout, "head")
    assert block[1] == "x32"
    assert block[2:] == head[1:]
    assert "total of 2, 33 runs" in done.stdout
    assert f"{33 * 4 * 32 * 32:,} MACs" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_core_and_reference_print_the_same(run: Run, small: Path) -> None:
    core, reference = (run("analyze", small, *ARGUMENTS, "--engine", e).stdout for e in ("core", "reference"))
    assert core == reference != ""


def test_output_has_no_colour_and_is_the_same_every_time(run: Run) -> None:
    first, second = (run("analyze", "resnet50", "-d", "kcp_ws") for _ in range(2))
    assert first.exit_code == 0
    assert first.stdout == second.stdout
    assert "\x1b" not in first.stdout
    assert "total of 72" in first.stdout


def test_repeated_warnings_are_one_line(run: Run) -> None:
    done = run("analyze", "resnet50", "-d", "kcp_ws")
    assert done.stdout.count("warning M355") == 1
    assert "more of this kind (--all-warnings)" in done.stdout
    assert run("analyze", "resnet50", "-d", "kcp_ws", "--all-warnings").stdout.count("warning M355") > 20


def test_illegal_layers_are_reported_and_the_others_analysed(run: Run, illegal: Path) -> None:
    done = run("analyze", illegal)
    assert done.exit_code == 1
    assert f"{illegal}:6:7: error M301: layer 'gaps' misses" in done.stderr
    assert "SpatialMap(1,2) K;" in done.stderr
    assert row_of(done.stdout, "fine")[1] == "CONV"
    assert "gaps" not in done.stdout


def test_allow_illegal_marks_the_row(run: Run, illegal: Path) -> None:
    done = run("analyze", illegal, "--allow-illegal")
    assert row_of(done.stdout, "!")[1] == "gaps"
    assert "total of 2" in done.stdout


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--num-pes", "16"], "16 PEs,"),
        (["--vector-width", "4"], "168 PEs x 4 MACs"),
        (["--lanes", "C=8,K=4"], "168 PEs x 32 MACs"),
        (["--bits", "8,8,32"], ", 8/8/32 b,"),
        (["--zero-skip"], "168 PEs, skips zeros, "),
        (["--l1-bytes", "2KiB", "--l2-bytes", "open"], "L1 2 KiB, L2 open"),
        (["--noc-bandwidth", "77", "--dram-bandwidth", "5"], "NoC 77 B/cycle, DRAM 5 B/cycle"),
        (["--layout", "C,C,X'"], "layout C,C,Q"),
        (["--layout", "ideal"], "ideal packing"),
        (["--technology", "maestro-28nm", "--frequency-mhz", "123"], "maestro-28nm, 123 MHz"),
        (["--hw", "shidiannao"], "64 PEs,"),
    ],
)
def test_hardware_numbers_can_be_replaced(run: Run, small: Path, options: list[str], expected: str) -> None:
    done = run("analyze", small, *ARGUMENTS, *options)
    assert done.exit_code == 0, done.output
    assert expected in done.stdout.splitlines()[1]


def test_layers_with_zeros_have_a_table_of_their_own(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sparse.m"
    layer = "Layer {0} {{ Type: CONV Dimensions {{ K: 8, C: 4, R: 3, S: 3, Y: 8, X: 8 }} {1} }}"
    dense, sparse = layer.format("dense", ""), layer.format("sparse", "Density { W: 0.25, I: 0.5 }")
    file.write_text(f"Network n {{ {dense} {sparse} }}")
    done = run("analyze", file, *ARGUMENTS, "--zero-skip")
    assert done.exit_code == 0, done.output
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["sparse", "0.25", "0.5", "1", "10.37", "k", "1.296", "k", "12.5"] in [row[:9] for row in rows]
    assert ["all", "layers", "20.74", "k", "11.66", "k", "56.2"] in [row[:7] for row in rows]
    assert max(map(len, done.stdout.splitlines())) <= 140
    assert "lower bound of the expected time" in " ".join(done.stdout.split())
    file.write_text(f"Network n {{ {dense} }}")
    assert "effective" not in run("analyze", file, *ARGUMENTS).stdout


def test_multicast_and_reduction_change_the_traffic(run: Run, small: Path, tmp_path: Path) -> None:
    files = [tmp_path / "with.json", tmp_path / "without.json"]
    run("analyze", small, *ARGUMENTS, "-q", "-o", files[0])
    run("analyze", small, *ARGUMENTS, "-q", "-o", files[1], "--no-multicast", "--no-reduction")
    with_them, without = (json.loads(file.read_text())["totals"] for file in files)
    assert without["l2_read_I"] == without["l1_fill_I"] > with_them["l2_read_I"]
    assert without["l2_write_O"] == without["l1_drain_O"] > with_them["l2_write_O"]


def test_several_dataflows_are_combined_by_layer_type(run: Run, small: Path, tmp_path: Path) -> None:
    own = tmp_path / "fc.m"
    own.write_text("Dataflow only_fc (FC) { SpatialMap(1,1) K; }")
    out = tmp_path / "out.csv"
    done = run("analyze", small, "-d", own, "-d", "kcp_ws", "-q", "-o", out)
    assert (done.exit_code, done.stdout) == (0, "")
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["dataflow"] for row in rows] == ["kcp_ws", "only_fc"]
    assert list(rows[0]) == list(COLUMNS)


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "parquet"])
def test_results_go_to_a_file(run: Run, small: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    assert run("analyze", small, *ARGUMENTS, "-o", out).exit_code == 0
    assert out.stat().st_size > 100


def test_the_columns_of_the_original(run: Run, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run("analyze", small, *ARGUMENTS, "-o", out, "--csv-style", "maestro").exit_code == 0
    assert len(next(csv.reader(out.read_text().splitlines()))) == 52
    assert run("analyze", small, *ARGUMENTS, "--csv-style", "maestro").exit_code == 2


@pytest.mark.parametrize(
    "option",
    [
        ["--num-pes", "0"],
        ["--num-pes", "many"],
        ["--l1-bytes", "0"],
        ["--l2-bytes", "3 furlongs"],
        ["--lanes", "C"],
        ["--lanes", "C=0"],
        ["--lanes", "Q1=2"],
        ["--lanes", "C=2,C=3"],
        ["--lanes", "C=2", "--vector-width", "2"],
        ["--bits", "8,8"],
        ["--bits", "x"],
        ["--layout", "C,C"],
        ["--layout", "C,C,S"],
        ["--frequency-mhz", "0"],
        ["--constant", "ClusterSize"],
        ["--constant", "ClusterSize=two"],
        ["--constant", "ClusterSize=5"],
        ["--engine", "magic"],
    ],
)
def test_options_that_cannot_be_read_are_wrong_usage(run: Run, small: Path, option: list[str]) -> None:
    done = run("analyze", small, *ARGUMENTS, *option)
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: maestro-py analyze")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nosuch", "-d", "kcp_ws"], "no shipped model is called 'nosuch'"),
        (["nosuch.m", "-d", "kcp_ws"], "cannot read 'nosuch.m'"),
        (["lenet5", "-d", "kcpws"], "did you mean 'kcp_ws'?"),
        (["lenet5", "-d", "kcp_ws", "--hw", "eyeris"], "did you mean 'eyeriss'?"),
        (["lenet5", "-d", "kcp_ws", "--hw", "nosuch.m"], "cannot read 'nosuch.m'"),
        (["lenet5"], "have no dataflow, and none is given"),
        (["lenet5", "-d", "kcp_ws", "--technology", "foo"], "unknown technology 'foo'"),
        (["lenet5", "-d", "kcp_ws", "--constant", "Cluster=4"], "there is no constant 'Cluster'"),
        (["lenet5", "-d", "kcp_ws", "-o", "x.foo"], "no format has the suffix '.foo'"),
        (["lenet5", "-d", "kcp_ws", "-q", "-o", "no/such/folder/x.csv"], "cannot write"),
        (["lenet5", "-d", "kcp_ws", "--num-pes", str(2**70)], "num_pes cannot be"),
    ],
)
def test_wrong_input_is_an_error_with_a_hint(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("analyze", *arguments)
    assert done.exit_code == 1
    assert expected in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_best_chooses_for_each_layer_and_says_what_that_gains(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = run("analyze", "lenet5", "-d", "best:kcp_ws, rs,yxp_os", "-o", out)
    assert (done.exit_code, done.stderr) == (0, "")
    assert max(map(len, done.stdout.split("\nwarning")[0].splitlines())) <= 120
    assert done.stdout.splitlines()[0] == "lenet5, dataflow best:kcp_ws,rs,yxp_os for runtime, on eyeriss"
    tree = json.loads(out.read_text())
    for layer in tree["choice"]["layers"]:
        cells = row_of(done.stdout, layer["layer"])
        assert cells[2] == layer["dataflow"]
        assert cells[-1] == f"{layer['gain']:.2f}x"
    best = tree["choice"]["best_single"]
    alone = analyze("lenet5", best).totals["runtime_cycles"]
    gain = alone / tree["totals"]["runtime_cycles"]
    assert f"{best} alone, the best single dataflow, takes {gain:.4g}x the runtime" in done.stdout
    alone_row = next(line for line in done.stdout.splitlines() if line.startswith(f" {best} "))
    assert f"{alone:,}" in alone_row
    assert f"{gain:.2f}x" in alone_row


def test_best_of_every_shipped_one_for_the_product_of_the_network(run: Run) -> None:
    done = run("analyze", "lenet5", "-d", "best:", "--goal", "edp", "--must-fit")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "dataflow best: (15 shipped) for edp, on eyeriss" in done.stdout
    assert row_of(done.stdout, "dpt")[-3:] == ["2", "of", "6"]
    assert "the product is that of the whole network" in done.stdout
    assert "(marked !)" not in done.stdout


def test_best_tells_where_a_buffer_is_too_small(run: Run) -> None:
    done = run("analyze", "lenet5", "-d", "best:rs", "--l1-bytes", "300")
    assert "2 layers chose a dataflow that needs more L1 or L2 than the machine has" in done.stdout


def test_best_of_dataflows_that_serve_only_some_layers(run: Run, small: Path) -> None:
    done = run("analyze", small, "-d", "best:nmk,dpt")
    assert done.exit_code == 1
    assert "error M318: layer 'conv1' can run with none of nmk, dpt: nmk: has no dataflow" in done.stderr
    served = run("analyze", "lenet5", "-d", "best:nmk,dpt")
    assert "no single dataflow runs all 4 layers, so there is nothing to compare with" in served.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["-d", "best:kcpws,rs"], 1, "did you mean 'kcp_ws'?"),
        (["-d", "best:,"], 1, "no dataflow is given to choose from"),
        (["-d", "best:rs,rs"], 1, "'rs' is given twice"),
        (["-d", "best:rs", "-d", "dpt"], 1, "no part of a list"),
        (["-d", "best:rs,kcp_ws", "--layout", "auto"], 1, "cannot be searched together"),
        (["-d", "best:rs,kcp_ws", "--goal", "energy", "--l1-bytes", "open"], 1, "leaves L1 open"),
        (["-d", "rs", "--goal", "energy"], 2, "--goal and --must-fit say how to choose"),
        (["-d", "rs", "--must-fit"], 2, "--goal and --must-fit say how to choose"),
        (["-d", "best:rs", "--goal", "speed"], 2, "Invalid value for '--goal'"),
    ],
)
def test_best_that_cannot_be_chosen(run: Run, arguments: list[str], code: int, expected: str) -> None:
    done = run("analyze", "lenet5", *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert expected in " ".join(done.stderr.split())


def test_the_network_as_a_whole(run: Run) -> None:
    found = analyze("resnet50", "rs")
    done = run("analyze", "resnet50", "-d", "rs", "--view", "network", "--top", "3")
    assert (done.exit_code, done.stderr) == (0, "")
    tables, _, notes = done.stdout.partition("\nwarning")
    assert max(map(len, tables.splitlines())) <= 120
    cycles = found.totals["runtime_cycles"]
    assert f"latency    {cycles:,} cycles, {cycles / 200e3:,.0f} ms at 200 MHz" in tables
    alike: dict[str, list[str]] = {}
    for share in network_view(found).layers:
        alike.setdefault(share.like, []).append(share.layer)
    cycles_of = {layer.name: layer.values["runtime_cycles"] for layer in found.layers}
    slowest = sorted(alike, key=lambda first: -cycles_of[first] * len(alike[first]))[:3]
    by_cycles = tables.split("layers with most cycles")[1].split("layers with most energy")[0]
    shown = [line.split() for line in by_cycles.splitlines() if line.startswith(" res")]
    assert [row[:2] for row in shown] == [[first, str(len(alike[first]))] for first in slowest]
    part = 100 * cycles_of[slowest[0]] * len(alike[slowest[0]]) / cycles
    assert f"{part:.1f}" in shown[0]
    assert row_of(by_cycles, "others")[1] == str(72 - sum(len(alike[first]) for first in slowest))
    assert row_of(by_cycles, "network")[5::2] == ["100.0", "100.0"]
    assert "of 72 outputs exceed L2 (108.0 KiB) and go to DRAM" in tables
    assert "residual addition (ADD)" in notes
    assert "not costed" in notes


def test_the_work_says_what_multiplies_nothing(run: Run) -> None:
    found = analyze("resnet18", "kcp_ws", "eyeriss")
    pools = 64 * 56 * 56 * 9 + 512 * 7 * 7
    sums = 2 * (64 * 56 * 56 + 128 * 28 * 28 + 256 * 14 * 14 + 512 * 7 * 7)
    assert found.without_multiplication() == {"POOL": pools, "ADD": sums}
    tables = run("analyze", "resnet18", "-d", "kcp_ws", "--hw", "eyeriss").stdout
    line = f"           {pools + sums:,} of the MACs are comparisons or additions (POOL, ADD)"
    assert line in tables.splitlines()


def test_all_macs_of_a_network_that_only_multiplies(run: Run, small: Path) -> None:
    small.write_text("Network n { Layer a { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } } }")
    assert "of the MACs" not in run("analyze", small, "-d", "kcp_ws").stdout


def test_the_whole_network_is_shown_where_top_is_not_given(run: Run, small: Path) -> None:
    done = run("analyze", small, "-d", "best:kcp_ws,rs", "--view", "network")
    assert " others  " not in done.stdout
    assert row_of(done.stdout, "fc")[1:3] == ["1", "FC"]
    assert "the best single dataflow" in done.stdout
    assert run("analyze", "resnet50", "-d", "rs", "--view", "network").stdout.count(" others  ") == 2


@pytest.mark.parametrize("options", [["--top", "3"], ["--view", "network", "--top", "0"], ["--view", "all"]])
def test_views_that_are_wrong_usage(run: Run, small: Path, options: list[str]) -> None:
    assert run("analyze", small, *ARGUMENTS, *options).exit_code == 2


def test_the_view_of_a_network_in_which_nothing_runs(run: Run, small: Path) -> None:
    done = run("analyze", small, "-d", "dpt", "--view", "network")
    assert done.exit_code == 1
    assert "latency" not in done.stdout
    assert "error M219" in done.stderr

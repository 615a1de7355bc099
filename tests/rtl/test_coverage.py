"""Coverage of a small design whose reached points are known, merged over runs, and files that are none."""

import json
from pathlib import Path

import pytest

from rtlgen.coverage import Coverage, CoverageError, Point, Share, read_coverage
from rtlgen.simulate import Sources, build, run

pytestmark = pytest.mark.rtl

PART = """
module part #(parameter int WIDTH = 2) (
  input wire clk, input wire high, input wire [WIDTH-1:0] value, output logic [WIDTH-1:0] kept);
  always_ff @(posedge clk) begin
    if (high) kept <= value;
    else kept <= '0;
  end
endmodule
"""
WHOLE = """
module whole (input wire clk, input wire high, input wire [2:0] value,
              output wire [1:0] kept, output wire [2:0] wide);
  part u_part (.clk(clk), .high(high), .value(value[1:0]), .kept(kept));
  part #(.WIDTH(3)) u_wide (.clk(clk), .high(1'b0), .value(value), .kept(wide));
endmodule
"""
BENCH = """
import os
import cocotb
from cocotb.triggers import Timer


@cocotb.test()
async def drive(dut):
    dut.clk.value = 0
    dut.high.value = 0
    dut.value.value = 0
    for value in [int(digit) for digit in os.environ["VALUES"]]:
        dut.value.value = value
        dut.high.value = int(os.environ["HIGH"])
        for level in (1, 0):
            dut.clk.value = level
            await Timer(1, "ns")
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, build_directory: Path) -> tuple[Path, Path]:
    """Coverage files of two runs: the first never takes the ``if``, the second takes nothing else."""
    folder = tmp_path_factory.mktemp("coverage")
    files = []
    for name, text in (("part", PART), ("whole", WHOLE)):
        files.append(folder / f"{name}.sv")
        files[-1].write_text(text, encoding="utf-8")
    bench = folder / "coverage_bench.py"
    bench.write_text(BENCH, encoding="utf-8")
    # With a list of public signals registers begin with 0, otherwise with random bits, which toggle.
    sources = Sources("whole", tuple(files), public=("clk", "high", "value"))
    built = build(sources, build_directory, timing=False, coverage=True)
    found = []
    for name, high, values in (("low", "0", "0505"), ("high", "1", "03030")):
        results = run(built, bench, folder / name, environment={"HIGH": high, "VALUES": values})
        assert results.coverage is not None
        found.append(results.coverage)
    return found[0], found[1]


def test_a_run_covers_what_it_reaches(runs: tuple[Path, Path]) -> None:
    low, high = map(read_coverage, runs)
    assert low.modules == ("part", "whole")
    assert low.kinds == ("line", "branch", "toggle")
    assert low.share("branch", "part") == Share(1, 2)
    assert [(point.what, point.line) for point in low.missed("branch")] == [("if", 5)]
    # The other instance holds `high` low, so together they take both ways.
    assert high.share("branch", "part") == Share(2, 2)
    toggled = {point.what for point, count in low.hits.items() if count and point.module == "whole"}
    assert {"value[0]:0->1", "value[0]:1->0", "clk:0->1"} <= toggled
    assert not {"value[1]:0->1", "high:0->1", "kept[0]:0->1"} & toggled


def test_runs_are_merged_point_by_point(runs: tuple[Path, Path]) -> None:
    both = read_coverage(*runs)
    low, high = map(read_coverage, runs)
    assert set(both.hits) == set(low.hits)
    assert all(both.hits[point] == low.hits[point] + high.hits[point] for point in both.hits)
    assert both.share("branch") == Share(2, 2)
    assert both.share("toggle").reached > max(low.share("toggle").reached, high.share("toggle").reached)
    assert {point.what for point in both.missed("toggle", "whole")} >= {"wide[0]:0->1", "wide[2]:1->0"}


def test_instances_and_parameters_are_one_module(runs: tuple[Path, Path]) -> None:
    coverage = read_coverage(runs[0])
    bits = {point.what for point in coverage.hits if point.module == "part" and "kept" in point.what}
    assert bits == {f"kept[{bit}]:{edge}" for bit in range(3) for edge in ("0->1", "1->0")}
    assert coverage.only(["whole"]).modules == ("whole",)
    assert coverage.only(["whole"]).share("toggle") == coverage.share("toggle", "whole")


def test_the_table_and_json_hold_the_shares(runs: tuple[Path, Path]) -> None:
    coverage = read_coverage(runs[0])
    lines = coverage.table().splitlines()
    assert lines[0].split() == ["module", "line", "branch", "toggle"]
    assert [line.split()[0] for line in lines[1:]] == ["part", "whole", "total"]
    assert "1/2  50.0 %" in lines[1]
    assert "-" in lines[2].split()
    content = json.loads(coverage.json())
    assert content["modules"]["part"]["branch"] == [1, 2]
    toggle = coverage.share("toggle")
    assert content["total"]["toggle"] == [toggle.reached, toggle.points]


def test_a_share_of_nothing_is_whole() -> None:
    assert Coverage({}).share("line").percent == 100
    assert Share(1, 4).percent == 25


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "first line"),
        ("C 'x' 1\n", "first line"),
        ("# SystemC::Coverage-3\nC 'x' 1\n", "coverage.dat:2"),
        ("# SystemC::Coverage-3\nnothing\n", "coverage.dat:2"),
    ],
)
def test_what_is_not_coverage_is_refused(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "coverage.dat"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CoverageError, match=place):
        read_coverage(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CoverageError, match=r"none\.dat"):
        read_coverage(tmp_path / "none.dat")


def test_a_point_says_where() -> None:
    point = Point("branch", "pe", "pe.sv", 3, 7, "else")
    assert str(point) == "pe.sv:3:7: pe: branch else"

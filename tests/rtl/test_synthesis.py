"""The module library through Yosys, and the counts and checks on small designs with a known answer."""

import json
from pathlib import Path

import pytest

from rtlgen.simulate import MODULES, module_files
from rtlgen.synthesis import Resources, SynthesisError, Target, elaborate, synthesise

pytestmark = pytest.mark.rtl

MEMORY = """
module memory #(parameter int WIDTH = 8, parameter int ROWS = 1024) (
  input wire clk, input wire write, input wire [$clog2(ROWS)-1:0] row,
  input wire [WIDTH-1:0] value, output logic [WIDTH-1:0] stored);
  logic [WIDTH-1:0] mem [ROWS];
  always_ff @(posedge clk) begin
    if (write) mem[row] <= value;
    stored <= mem[row];
  end
endmodule
"""
MULTIPLIER = """
module multiplier #(parameter int WIDTH = 8, parameter int OFFSET = 0) (
  input wire clk, input wire signed [WIDTH-1:0] a, input wire signed [WIDTH-1:0] b,
  output logic signed [2*WIDTH-1:0] product);
  logic signed [WIDTH-1:0] held;
  always_ff @(posedge clk) begin
    held <= a;
    product <= held * b + (2*WIDTH)'(OFFSET);
  end
endmodule
"""
TOP = """
module top #(parameter int OFFSET = -3) (
  input wire clk, input wire write, input wire [9:0] row, input wire [7:0] value,
  output wire [7:0] stored, output wire [15:0] p, output wire [15:0] q, output wire [31:0] r);
  memory u_memory (.clk(clk), .write(write), .row(row), .value(value), .stored(stored));
  multiplier #(.OFFSET(OFFSET)) u_p (.clk(clk), .a(value), .b(stored), .product(p));
  multiplier #(.OFFSET(OFFSET)) u_q (.clk(clk), .a(stored), .b(stored), .product(q));
  multiplier #(.WIDTH(16)) u_r (.clk(clk), .a(p), .b(q), .product(r));
endmodule
"""
FLOP = """
module flop (input wire clk, input wire enable, input wire [3:0] d, output logic [3:0] q);
  always_ff @(posedge clk) if (enable) q <= d;
endmodule
"""


def written(folder: Path, *texts: str) -> list[Path]:
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"part {number}.sv")
        files[-1].write_text(text, encoding="utf-8")
    return files


@pytest.mark.parametrize("name", sorted(file.stem for file in MODULES.glob("*/*.sv")))
def test_a_module_of_the_library_synthesises(name: str) -> None:
    elaborate(module_files(name), name)


def test_a_design_without_faults_elaborates(tmp_path: Path) -> None:
    elaborate(written(tmp_path, MEMORY, MULTIPLIER, TOP), "top")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("always_comb if (a) q = b;", "Latch inferred"),
        ("always @* if (a) q = b;", "latch: faulty/"),
        ("gone u (.a(a)); assign q = b;", "`\\gone' referenced"),
        ("box u (.a(a)); assign q = b;", "black box: box"),
        ("wire none; assign q = b & none;", "none is used but has no driver"),
        ("wire x = a;", "Wire faulty.\\q is used but has no driver"),
        ("assign q = a; assign q = b;", "multiple conflicting drivers for faulty.\\"),
        ("wire x = q & a; assign q = x | b;", "logic loop in module faulty"),
        ("assign q = a +* b;", "syntax error"),
        ("assign q = missing[a];", "missing"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, body: str, expected: str) -> None:
    box = "(* blackbox *) module box (input wire a); endmodule\n"
    text = f"module faulty (input wire a, input wire b, output logic q); {body} endmodule\n"
    with pytest.raises(SynthesisError) as caught:
        elaborate(written(tmp_path, box + text), "faulty")
    assert any(expected in problem for problem in caught.value.problems), caught.value
    assert expected in str(caught.value)


def test_all_problems_of_a_design_are_named_at_once(tmp_path: Path) -> None:
    text = "module two (input wire a, output logic q, output wire r); always @* if (a) q = a; endmodule\n"
    with pytest.raises(SynthesisError) as caught:
        elaborate(written(tmp_path, text), "two")
    assert [problem.split()[0] for problem in caught.value.problems] == ["latch:", "Wire"]


@pytest.mark.parametrize("target", ["xc7", "ecp5", "generic"])
def test_a_fault_ends_synthesis_too(tmp_path: Path, target: Target) -> None:
    text = "module faulty (input wire a, output logic q); always @* if (a) q = a; endmodule\n"
    with pytest.raises(SynthesisError, match="latch: faulty"):
        synthesise(written(tmp_path, text), "faulty", target)


def test_parameters_reach_the_top(tmp_path: Path) -> None:
    text = """
module chosen #(parameter int WIDTH = 1, parameter int SIGN = 0, parameter logic [39:0] LONG = '0,
                parameter NAME = "none") (input wire a, output wire q);
  if (WIDTH == 3 && SIGN == -2 && LONG == 40'hff_0000_0001 && NAME == "some") assign q = a;
endmodule
"""
    files = written(tmp_path, text)
    wanted = {"WIDTH": 3, "SIGN": -2, "LONG": 0xFF_0000_0001, "NAME": '"some"'}
    elaborate(files, "chosen", wanted)
    for name, other in {"WIDTH": 2, "SIGN": 2, "LONG": 1, "NAME": '"non"'}.items():
        with pytest.raises(SynthesisError, match="no driver"):
            elaborate(files, "chosen", {**wanted, name: other})
    with pytest.raises(SynthesisError, match="DEPTH"):
        elaborate(files, "chosen", {"DEPTH": 3})


def test_an_unknown_file_or_top_is_named(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError, match=r"nowhere\.sv"):
        elaborate([tmp_path / "nowhere.sv"], "nowhere")
    with pytest.raises(SynthesisError, match="other"):
        elaborate(written(tmp_path, FLOP), "other")


def test_a_run_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError, match="did not end"):
        elaborate(written(tmp_path, FLOP), "flop", timeout_seconds=0.001)


@pytest.mark.parametrize(
    ("target", "expected"),
    [("xc7", {"ff": 4, "lut": 0}), ("ecp5", {"ff": 4, "lut": 0}), ("generic", {"ff": 4, "cells": 4})],
)
def test_a_register_is_counted(tmp_path: Path, target: Target, expected: dict[str, int]) -> None:
    total = synthesise(written(tmp_path, FLOP), "flop", target).total
    assert {name: getattr(total, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("xc7", {"dsp": 3, "bram": 1, "lut_memory": 0, "memory_bits": 0}),
        ("ecp5", {"dsp": 3, "bram": 1, "lut_memory": 0, "memory_bits": 0}),
        ("generic", {"dsp": 0, "bram": 0, "ff": 2 * (8 + 16) + 16 + 32, "memory_bits": 8 * 1024}),
    ],
)
def test_a_hierarchy_is_counted(tmp_path: Path, target: Target, expected: dict[str, int]) -> None:
    report = synthesise(written(tmp_path, MEMORY, MULTIPLIER, TOP), "top", target)
    assert {name: getattr(report.total, name) for name in expected} == expected
    found = [(module.name, module.instances) for module in report.modules]
    assert found == [("top", 1), ("memory", 1), ("multiplier", 2), ("multiplier", 1)]
    multipliers = report.modules[2:]
    assert [dict(module.parameters) for module in multipliers] == [
        {"OFFSET": -3, "WIDTH": 8},
        {"OFFSET": 0, "WIDTH": 16},
    ]
    parts = (module.own * module.instances for module in report.modules)
    assert sum(parts, Resources()) == report.total
    assert all(sum(module.cells.values()) == module.own.cells for module in report.modules)


def test_memory_in_luts_is_counted(tmp_path: Path) -> None:
    text = """
module spad (input wire clk, input wire write, input wire [4:0] row, input wire [4:0] other,
             input wire [5:0] d, output wire [5:0] q);
  logic [5:0] mem [32];
  always_ff @(posedge clk) if (write) mem[row] <= d;
  assign q = mem[other];
endmodule
"""
    files = written(tmp_path, text)
    assert synthesise(files, "spad", "xc7").total.lut_memory == 4  # one RAM32M
    assert synthesise(files, "spad", "ecp5").total.lut_memory == 24  # two by two DPR16X4


def test_the_table_names_what_differs_and_is_the_same_every_time(tmp_path: Path) -> None:
    files = written(tmp_path, MEMORY, MULTIPLIER, TOP)
    report = synthesise(files, "top", "generic", {"OFFSET": 0})
    names = [line[: line.index("  ")] for line in report.table().splitlines()]
    assert names == ["module", "top", "memory", "multiplier WIDTH=8", "multiplier WIDTH=16", "total"]
    assert report == synthesise(files, "top", "generic", {"OFFSET": 0})
    content = json.loads(report.json())
    assert content["total"]["memory_bits"] == 8 * 1024
    assert [module["name"] for module in content["modules"]] == [module.name for module in report.modules]

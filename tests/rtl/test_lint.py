"""The module library against all linters, and the linter against designs that are wrong on purpose."""

from pathlib import Path

import pytest

from rtlgen.lint import Finding, LintError, Waiver, check_style, lint, waivers
from rtlgen.simulate import MODULES, module_files

pytestmark = pytest.mark.rtl

NAMES = sorted(file.stem for file in MODULES.glob("*/*.sv"))

GOOD = """\
// A gated counter. Latency 1, one count per cycle.
`default_nettype none

module counter #(
    // Width of the count in bits.
    parameter int WIDTH = 4
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              enable,
    output logic [WIDTH-1:0] count
);
  always_ff @(posedge clk) begin
    if (rst) count <= '0;
    else if (enable) count <= count + 1'b1;
  end
endmodule
`default_nettype wire
"""


def rules(findings: list[Finding], tool: str) -> set[str]:
    return {finding.rule for finding in findings if finding.tool == tool}


def written(folder: Path, text: str, name: str = "counter") -> Path:
    file = folder / f"{name}.sv"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", NAMES)
def test_a_module_of_the_library_is_clean(name: str) -> None:
    findings = lint(module_files(name), name)
    assert not findings, "\n" + "\n".join(map(str, findings))


def test_every_folder_of_the_library_holds_a_module() -> None:
    folders = [path.name for path in MODULES.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert sorted(folders) == NAMES


def test_a_clean_design_has_no_findings(tmp_path: Path) -> None:
    folder = tmp_path / "with a space"
    folder.mkdir()
    assert lint([written(folder, GOOD)], "counter") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("else if (enable) count <= count", "else count <= count", ("verilator", "UNUSEDSIGNAL")),
        ("1'b1;", "{7'd0, enable};", ("verilator", "WIDTHTRUNC")),
        ("always_ff @(posedge clk) begin", "always_comb begin", ("verilator", "LATCH")),
        ("1'b1;", "{7'd0, enable};", ("slang", "width-trunc")),
        ("1'b1;", "$signed(WIDTH'(1));", ("slang", "arith-op-mismatch")),
        ("  always_ff", "  counted u ();\n  always_ff", ("slang", "error")),
        ("  always_ff", "  counted u ();\n  always_ff", ("verilator", "MODMISSING")),
        ("endmodule", "endmodul", ("verilator", "error")),
        ("endmodule", "endmodul", ("verible", "error")),
        ("endmodule", "endmodul", ("verible-format", "error")),
        ("parameter int WIDTH", "parameter WIDTH", ("verible", "explicit-parameter-storage-type")),
        ("    else if", "   else if", ("verible-format", "format")),
        ("// A gated", "\n/* A gated */ // ", ("style", "header")),
        ("`default_nettype none", "", ("style", "nettype")),
        ("`default_nettype wire", "", ("style", "nettype")),
        ("module counter", "module other", ("style", "module-name")),
        ("    // Width of the count in bits.\n", "", ("style", "parameter")),
        ("WIDTH = 4", "WIDTH", ("style", "parameter")),
        ("input  wire              rst", "input  logic             rst", ("style", "port")),
        ("output logic [WIDTH-1:0] count", "output reg [WIDTH-1:0] count", ("style", "port")),
        ("rst,", "rst[2],", ("style", "port")),
        ("module counter", "module counter\n import p::*;", ("style", "header-import")),
        ("if (rst) count", "unique case (rst) default: ; endcase if (rst) count", ("style", "unique")),
    ],
)
def test_a_fault_is_found_by(tmp_path: Path, old: str, new: str, expected: tuple[str, str]) -> None:
    assert old in GOOD
    findings = lint([written(tmp_path, GOOD.replace(old, new, 1))], "counter", accepted=())
    tool, rule = expected
    assert rule in rules(findings, tool), findings


@pytest.mark.parametrize(
    ("connection", "is_found"),
    [("i == 0", True), ("i", True), ("FIRST", True), ("data[i]", False), ("data[FIRST]", False)],
)
def test_a_port_connection_that_icarus_reads_otherwise(
    tmp_path: Path, connection: str, is_found: bool
) -> None:
    body = f"""
  typedef enum logic {{FIRST, SECOND}} state_t;
  wire [1:0] data;
  for (genvar i = 0; i < 2; i++) begin : gen_part
    counter u_part (.clk(clk), .rst(rst), .enable({connection}), .count());
  end
endmodule"""
    found = check_style(written(tmp_path, GOOD.replace("endmodule", body)))
    assert ("port-expression" in rules(list(found), "style")) is is_found


@pytest.mark.parametrize(("name", "is_found"), [("I_WIDTH", False), ("O_WIDTH", False), ("A_WIDTH", True)])
def test_one_comment_serves_the_same_parameter_of_all_tensors(
    tmp_path: Path, name: str, is_found: bool
) -> None:
    text = GOOD.replace("WIDTH", "W_WIDTH").replace("= 4\n", f"= 4,\n    parameter int {name} = 4\n", 1)
    found = check_style(written(tmp_path, text))
    assert ("parameter" in rules(list(found), "style")) is is_found


def test_a_finding_says_where(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD.replace("1'b1;", "{7'd0, enable};"))
    found = lint([file], "counter")
    assert {(item.tool, item.file, item.line) for item in found} == {
        ("slang", str(file), 15),
        ("verilator", str(file), 15),
    }


def test_parameters_reach_both_elaborations(tmp_path: Path) -> None:
    text = GOOD.replace("1'b1", "WIDTH'(1)").replace("endmodule", "  wire [3:0] same = count;\nendmodule")
    file = written(tmp_path, text)
    widths = {"verilator": {"WIDTHTRUNC"}, "slang": {"width-trunc"}}
    for tool, expected in widths.items():
        assert not expected & rules(lint([file], "counter"), tool)
        assert expected <= rules(lint([file], "counter", {"WIDTH": 5}), tool)


def test_a_waiver_is_as_narrow_as_written(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD.replace("1'b1;", "{7'd0, enable};"))
    finding = next(item for item in lint([file], "counter") if item.rule == "width-trunc")
    assert Waiver("slang", finding.rule, "why").covers(finding)
    assert Waiver("slang", finding.rule, "why", "counter.sv", "truncates").covers(finding)
    assert not Waiver("verilator", finding.rule, "why").covers(finding)
    assert not Waiver("slang", finding.rule, "why", "other.sv").covers(finding)
    assert not Waiver("slang", finding.rule, "why", "", "something else").covers(finding)
    waived = [Waiver("slang", finding.rule, "why")]
    assert finding.rule not in rules(lint([file], "counter", accepted=waived), "slang")


@pytest.mark.parametrize(
    "text",
    [
        '[[waiver]]\ntool = "slang"\nrule = "x"\n',
        '[[waiver]]\ntool = "slang"\nrule = "x"\nreason = " "\n',
        '[[waiver]]\ntool = "slang"\nrule = "x"\nreason = "y"\nline = 3\n',
        "[[waiver]",
    ],
)
def test_a_waiver_needs_a_reason_and_known_keys(tmp_path: Path, text: str) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LintError, match=r"waivers\.toml"):
        waivers(file)


def test_a_missing_file_is_an_error_of_its_own() -> None:
    with pytest.raises(LintError, match="nowhere"):
        lint([Path("nowhere.sv")], "nowhere")

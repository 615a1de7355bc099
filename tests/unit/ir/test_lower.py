"""Tree to IR: values, rules, constants, templates, machines. Codes have their examples in test_codes."""

import os
from pathlib import Path

import pytest

from maestro_py.errors import SemanticError, Span
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.apply_template import apply, templates_by_operator
from maestro_py.ir.dataflow import (
    BinaryOperation,
    ClusterDirective,
    Dataflow,
    MapDirective,
    Number,
    SizeOf,
    evaluate,
)
from maestro_py.ir.lower import Program, lower
from maestro_py.ir.machine import HARDWARE_FILE, SETTINGS, lane_dimensions, layout_axes
from maestro_py.syntax.parser import parse, parse_file


def program(text: str, **constants: int) -> Program:
    """Parse and lower."""
    return lower(parse(text, "t.m"), constants)


def layer(body: str):
    """Return the layer that a body makes."""
    return program(f"Network n {{ Layer a {{ {body} }} }}").networks[0].layers[0]


def machine(body: str) -> Accelerator:
    """Return the accelerator that a body makes."""
    return program(f"Accelerator m {{ {body} }}").accelerators[0]


def errors(text: str) -> list[str]:
    """Return the codes of a text's errors."""
    with pytest.raises(SemanticError) as caught:
        program(text)
    return [d.code for d in caught.value.diagnostics]


# ---- layers and dataflows -----------------------------------------------------------------------------


def test_a_layer_in_full():
    found = layer(
        "Type: CONV Stride { X: 2, Y: 3 } Dilation { Y: 2 } Padding { X: 1 } "
        "Dimensions { K: 4, C: 3, Y: 9, X: 8, R: 3, S: 2 } Dataflow os { "
        "TemporalMap(8+Sz(S)-1,1) X’; Cluster(4,L); }"
    )
    assert (found.name, found.operator) == ("a", "CONV")
    assert found.sizes == {"K": 4, "C": 3, "Y": 9, "X": 8, "R": 3, "S": 2}
    assert (found.stride, found.dilation, found.padding) == ((3, 2), (2, 1), ((0, 0), (1, 1)))
    size = BinaryOperation("-", BinaryOperation("+", Number(8), SizeOf("S")), Number(1))
    assert found.dataflow == Dataflow(
        (MapDirective("TemporalMap", size, Number(1), "X'"), ClusterDirective(Number(4), "L")), "os"
    )
    assert found.span == Span("t.m", 1, 19, 1, 20)


def test_what_is_absent_has_its_defaults():
    found = layer("Type: TRCONV Dimensions { K: 4, Y: 3, X: 3 }")
    assert (found.stride, found.dilation, found.dataflow) == ((1, 1), (1, 1), None)
    assert found.padding == ((0, 0), (0, 0))


@pytest.mark.parametrize(
    "kind", ["CONV", "DSCONV", "NGCONV", "PWCONV", "TRCONV", "POOL", "ADD", "FC", "GEMM", "BMM"]
)
def test_every_layer_type_is_known(kind):
    assert layer(f"Type: {kind} Dimensions {{ N: 2 }}").operator == kind


def test_repeated_layer_names_are_numbered_around_names_that_exist():
    one = "{ Type: FC Dimensions { K: 1 } }"
    found = program(
        f"Network n {{ Layer a {one} Layer a#2 {one} Layer a {one} Layer a {one} }}".replace("a#2", '"a#2"')
    )
    assert [each.name for each in found.networks[0].layers] == ["a", "a#2", "a#3", "a#4"]
    assert [w.code for w in found.warnings] == ["M251", "M251"]


def test_all_errors_of_a_document_come_together_in_order():
    text = (
        "Constant A A;\nNetwork n { Layer a { Type: CONVV }\nLayer b { "
        "Dimensions { K: 0 } } }\nDataflow { Cluster(1,Q); }"
    )
    assert errors(text) == ["M207", "M202", "M201", "M202", "M205", "M218"]


def test_a_layer_repeats_a_constant_number_of_times():
    text = "Constant T 8; Network n {{ Layer a {{ Type: GEMM {} Dimensions {{ M: 2 }} }} }}"
    assert program(text.format("Repeat: T*4;")).networks[0].layers[0].repeat == 32
    assert program(text.format("")).networks[0].layers[0].repeat == 1
    assert errors(text.format("Repeat: T-8;")) == ["M205"]
    assert errors(text.format("Repeat: Sz(M);")) == ["M217"]
    assert errors(text.format("Repeat: 2; Repeat: 2;")) == ["M204"]


@pytest.mark.parametrize(
    ("block", "padding"),
    [
        ("Y: (1, 2), X: 3", ((1, 2), (3, 3))),
        ("X (0 T)", ((0, 0), (0, 5))),
        ("X: (T-1, (1+1)*2)", ((0, 0), (4, 4))),
    ],
)
def test_padding_has_two_sides(block, padding):
    text = (
        f"Constant T 5; Network n {{ Layer a {{ Type: CONV Padding {{ {block} }} Dimensions {{ K: 4 }} }} }}"
    )
    assert program(text).networks[0].layers[0].padding == padding


@pytest.mark.parametrize(
    ("layer", "outputs", "pads"),
    [
        ("CONV Padding { Y: (1, 2), X: (0, 1) } Stride { Y: 2, X: 1 }", (4, 4), (1, 0)),
        ("POOL Padding { Y: (0, 1), X: (2, 0) } Dilation { Y: 1, X: 2 }", (5, 3), (0, 2)),
        ("TRCONV Padding { Y: (0, 1), X: (2, 1) } Stride { Y: 2, X: 1 }", (12, 4), (2, 0)),
    ],
)
def test_outputs_count_both_sides_and_the_first_row_only_the_front(layer, outputs, pads):
    text = f"Network n {{ Layer a {{ Type: {layer} Dimensions {{ C: 2, Y: 6, X: 5, R: 3, S: 3 }} }} }}"
    (found,) = program(text).networks[0].layers
    problem = operators.get(found.operator).problem(found)
    assert (problem.sizes["P"], problem.sizes["Q"]) == outputs
    assert tuple(window.pad for window in problem.windows) == pads


def test_one_wrong_size_is_reported_once():
    assert errors("Network n { Layer a { Type: CONV Dimensions { Y: Rows, R: 3 } } }") == ["M206"]


@pytest.mark.parametrize(
    ("sizes", "padding", "fits"),
    [
        ("Y: 2, R: 3", "0", False),
        ("Y: 2, R: 3", "1", True),
        ("Y: 2, R: 3", "(0, 1)", True),
        ("Y: 2, R: 5", "(2, 0)", False),
        ("X: 3, S: 3", "0", True),
        ("X: 1, S: 4", "1", False),
    ],
)
def test_a_filter_fits_into_its_padded_input(sizes, padding, fits):
    text = (
        f"Network n {{ Layer a {{ Type: CONV Padding {{ Y: {padding}, X: "
        f"{padding} }} Dimensions {{ {sizes} }} }} }}"
    )
    if fits:
        assert program(text).networks
    else:
        assert errors(text) == ["M213"]


def test_directives_are_checked_for_each_layer():
    body = (
        "Dataflow { SpatialMap(Sz(C)-2,1) K; TemporalMap(1,Sz(C)/4) C; "
        "Cluster(Sz(C)-3,P); SpatialMap(1,1) C; }"
    )
    good = f"Layer g {{ Type: CONV Dimensions {{ K: 4, C: 4 }} {body} }}"
    bad = f"Layer b {{ Type: CONV Dimensions {{ K: 4, C: 2 }} {body} }}"
    assert program(f"Network n {{ {good} }}").networks
    assert errors(f"Network n {{ {good} {bad} }}") == ["M222", "M222", "M222"]


def test_levels_may_repeat_what_one_level_may_not():
    body = "SpatialMap(1,1) Y; Cluster(1,P); SpatialMap(1,1) Y';"
    assert layer(f"Type: CONV Dimensions {{ Y: 4 }} Dataflow {{ {body} }}").dataflow is not None


# ---- constants ----------------------------------------------------------------------------------------


def test_constants_use_each_other_in_any_order_and_may_be_replaced():
    text = "Constant A B*2; Constant B C+1; Constant C 3;"
    assert program(text).constants == {"A": 8, "B": 4, "C": 3}
    assert program(text, C=9).constants == {"A": 20, "B": 10, "C": 9}
    assert program(text, B=1).constants == {"A": 2, "B": 1, "C": 3}
    assert program("Constant A A;", A=5).constants == {"A": 5}


def test_a_long_chain_of_constants():
    text = "".join(f"Constant C{i} C{i + 1}+1;" for i in range(5000)) + "Constant C5000 0;"
    assert program(text).constants["C0"] == 5000


def test_every_circle_is_reported_once():
    text = "Constant A B; Constant B A; Constant C C; Constant D A; Constant E 1;"
    assert errors(text) == ["M207", "M207"]


def test_division_rounds_down():
    assert program("Constant A 7/2; Constant B 7%4; Constant C 2-(1-8)/2;").constants == {
        "A": 3,
        "B": 3,
        "C": 6,
    }


# ---- templates ----------------------------------------------------------------------------------------

MIXED = program(
    "Network n { Layer c { Type: CONV Dimensions { K: 4, C: 4 } } Layer f "
    "{ Type: FC Dimensions { K: 4, C: 4 } "
    "Dataflow own { SpatialMap(2,2) K; } } } Dataflow ws (CONV) { "
    "SpatialMap(1,1) K; } Dataflow any { SpatialMap(1,1) C; }"
)


def chosen(network) -> list[str]:
    """Return the name of each layer's dataflow."""
    return [each.dataflow.name for each in network.layers]


def test_one_template_serves_every_layer():
    assert chosen(apply(MIXED.networks[0], MIXED.dataflows[1])) == ["any", "any"]


def test_templates_by_layer_type_with_a_default():
    templates = templates_by_operator(MIXED.dataflows)
    assert chosen(apply(MIXED.networks[0], templates)) == ["ws", "any"]
    assert chosen(apply(MIXED.networks[0], templates, replace=False)) == ["ws", "own"]
    del templates["*"]
    assert chosen(apply(MIXED.networks[0], templates)) == ["ws", "own"]


def test_a_template_is_checked_on_each_layer():
    (template,) = program("Dataflow { SpatialMap(Sz(R),1) Y; }").dataflows
    gemm = program("Network n { Layer a { Type: GEMM Dimensions { M: 4 } } }").networks[0]
    with pytest.raises(SemanticError) as caught:
        apply(gemm, template)
    assert [d.code for d in caught.value.diagnostics] == ["M226", "M220"]


def test_templates_for_unknown_layer_types():
    with pytest.raises(SemanticError, match="M201"):
        apply(MIXED.networks[0], {"CONVV": MIXED.dataflows[0], "*": MIXED.dataflows[1]})


# ---- density ------------------------------------------------------------------------------------------


def test_densities_are_exact_and_of_tensors_that_there_are():
    text = "Network n {{ Layer a {{ Type: {} Dimensions {{ C: 4 }} Density {{ {} }} }} }}"
    found = program(text.format("CONV", "O: 0.000001, W 0.30")).networks[0].layers[0]
    assert found.density == (0.3, 1.0, 1e-06)
    assert program(text.format("CONV", "")).networks[0].layers[0].density == (1.0, 1.0, 1.0)
    assert program(text.format("ADD", "W: 0.5")).networks[0].layers[0].density == (0.5, 1.0, 1.0)
    for kind, density, code in (
        ("CONV", "W: 0", "M228"),
        ("CONV", "W: 0.0", "M228"),
        ("CONV", "I: 1.000001", "M228"),
        ("CONV", "I: 0.0000001", "M228"),
        ("CONV", "K: 0.5", "M229"),
        ("POOL", "W: 0.5", "M229"),
        ("CONV", "I: 0.5, I: 0.6", "M209"),
        ("CONV", "I: 0.5 } Density { W: 0.5", "M204"),
    ):
        assert errors(text.format(kind, density)) == [code]
    (warning,) = program(text.format("CONV", "I: 0.5, I: 0.50")).warnings
    assert warning.code == "M252"


# ---- machines -----------------------------------------------------------------------------------------


def test_an_accelerator_in_full():
    assert machine(
        "PE { NumPEs: 12*14; ZeroSkip: true; Vector { C: 8, X': 4 } "
        "MultPrecision: INT8; AddPrecision: INT16 } "
        "Buffer { GlobalL2 { Size: 108*1024 } LocalL1: 512 } "
        "NoC { Bandwidth: 64; AvgLatency: 2; Multicast: false; Reduction: on; "
        "Topology: mesh; Layout { W: C, I: X, O: X' } } "
        "OffChip { Bandwidth: 16; Latency: 100 } Technology: maestro-28nm; Frequency: 0.2 GHz"
    ) == Accelerator(
        name="m",
        num_pes=168,
        lanes={"C": 8, "Q": 4},
        bits=(8, 8, 16),
        l1_bytes=512,
        l2_bytes=110592,
        noc_bandwidth_bytes_per_cycle=64,
        noc_latency_cycles=2,
        noc="mesh",
        zero_skip=True,
        multicast=False,
        reduction=True,
        layout=("C", "X", "Q"),
        dram_bandwidth_bytes_per_cycle=16,
        dram_latency_cycles=100,
        technology="maestro-28nm",
        frequency_mhz=200.0,
    )


def test_an_empty_accelerator_has_the_defaults():
    assert machine("") == Accelerator(name="m")
    assert program("Accelerator { PE { } }").accelerators == (Accelerator(),)


@pytest.mark.parametrize(
    ("body", "bits"),
    [
        ("Precision { W: 4, I: 8, O: 24 }", (4, 8, 24)),
        ("MultPrecision: 16", (16, 16, 8)),
        ("Precision { W: 4 } MultPrecision: INT16; AddPrecision: UINT32", (4, 16, 32)),
        ("MultPrecision: Width; Precision { O: Width*2 }", (6, 6, 12)),
    ],
)
def test_precisions(body, bits):
    found = program(f"Constant Width 6; Accelerator {{ PE {{ {body} }} }}").accelerators[0]
    assert found.bits == bits


@pytest.mark.parametrize(
    ("written", "frequency_mhz"), [("200", 200.0), ("1.5", 1.5), ("1 GHz", 1000.0), ("500 kHz", 0.5)]
)
def test_frequencies(written, frequency_mhz):
    assert machine(f"Frequency: {written}").frequency_mhz == pytest.approx(frequency_mhz, rel=1e-12)


def test_the_key_value_hardware_file():
    text = (
        "num_pes: 256\nl1_size_cstr: 100\nl2_size_cstr 3000\nnoc_bw_cstr: "
        "1000;\nNoC_NumHops: 3\noffchip_bw_cstr: 50"
    )
    (found,) = program(text).accelerators
    assert found == Accelerator(
        num_pes=256,
        l1_bytes=100,
        l2_bytes=3000,
        noc_bandwidth_bytes_per_cycle=1000,
        noc_latency_cycles=3,
        dram_bandwidth_bytes_per_cycle=50,
    )


def test_settings_are_fields_of_the_accelerator():
    fields = set(Accelerator.__dataclass_fields__)
    for rule in (*SETTINGS.values(), *HARDWARE_FILE.values()):
        assert rule.target.split()[0] in fields


def test_axes_and_lanes_are_those_of_the_layer_types():
    assert set(layout_axes("I")) == {"G", "N", "C", "Y", "X", "M", "K"}
    assert set(lane_dimensions()) == {"G", "N", "K", "C", "R", "S", "M", "Y'", "X'"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("PE { NumPEs: 1; NumPEs: 1 }", "M204"),
        ("Buffer { LocalL1: 1; LocalL1 { Size: 1 } }", "M204"),
        ("PE { NumPEs: Sz(K) }", "M217"),
        ("PE { NumPEs: 1.5 }", "M216"),
        ("PE { Vector { Z: 2 } }", "M203"),
        ("PE { Buffer { LocalL1: 1 } }", "M215"),
        ("NumPEs: 4", "M215"),
        ("NoC { Layout { W: K } }", "M216"),
        ("OffChip { Latency: 0-1 }", "M205"),
        ("Frequency: 0", "M205"),
    ],
)
def test_wrong_settings(body, code):
    assert errors(f"Accelerator {{ {body} }}") == [code]


@pytest.mark.skipif("MAESTRO_SHARED" not in os.environ, reason="MAESTRO_SHARED names no corpus")
def test_the_original_files_are_lowered():
    for file in sorted(Path(os.environ["MAESTRO_SHARED"]).glob("maestro-corpus/*/*.m")):
        found = lower(parse_file(file))
        assert found.networks or found.dataflows or found.accelerators
        assert {warning.code for warning in found.warnings} <= {"M251", "M252"}


def test_an_addition_has_no_window():
    text = "Network n { Layer a { Type: ADD Stride { Y: 2 } Dimensions { C: 2, Y: 4, K: 3 } } }"
    with pytest.raises(SemanticError) as caught:
        program(text)
    found = [(entry.message, entry.hint) for entry in caught.value.diagnostics]
    assert found == [
        ("Stride of 'Y': no sliding window in ADD", "leave Stride out"),
        ("Dimensions of 'K': no such dimension in ADD", "dimensions: N C Y X R S"),
    ]
    assert errors("Network n { Layer a { Type: ADD Dimensions { C: 2, R: 3 } } }") == ["M210"]


# ---- constants with many values -------------------------------------------------------------------------


def test_a_kept_constant_stays_a_name_in_templates():
    text = "Constant T 8; Constant U 3; Dataflow ws { SpatialMap(2*T,U) K; Cluster(T/U, P); }"
    kept = lower(parse(text), {"U": 5}, kept=["T"])
    assert kept.constants == {"U": 5}
    assert kept.dataflows[0] != lower(parse(text), {"U": 5}).dataflows[0]
    for value in (0, 1, 8, 64):
        bound = kept.dataflows[0].with_constants({"T": value})
        written = lower(parse(text), {"T": value, "U": 5}).dataflows[0]
        for one, other in zip(bound.directives, written.directives, strict=True):
            assert evaluate(one.size, {}) == evaluate(other.size, {})


@pytest.mark.parametrize(
    "text",
    [
        "Constant A 1; Constant B 2*A; Network n { Layer a { Type: FC Dimensions { K: B } } }",
        "Constant A 1; Network n { Layer a { Type: FC Dimensions { K: A } } }",
        "Constant A 1; Network n { Layer a { Type: FC Repeat: A; Dimensions { K: 2 } } }",
        "Constant A 1; Network n { Layer a { Type: FC Dimensions { K: 2 } Dataflow { Cluster(A,P); } } }",
        "Constant A 1; Accelerator { PE { NumPEs: A } }",
    ],
)
def test_a_kept_constant_elsewhere_is_an_error_at_its_place(text):
    with pytest.raises(SemanticError) as caught:
        lower(parse(text, "t.m"), kept=["A"])
    (problem,) = (d for d in caught.value.diagnostics if d.code == "M230")
    assert problem.span is not None
    assert text[problem.span.column - 1] == "A"
    assert not any(d.severity == "error" and d.code != "M230" for d in caught.value.diagnostics)


def test_a_constant_that_is_kept_is_defined():
    with pytest.raises(SemanticError) as caught:
        lower(parse("Constant A 1;"), kept=["B"])
    assert [d.code for d in caught.value.diagnostics] == ["M211"]

"""Layer tables: every type, notes, and what is wrong with a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py import frontends
from maestro_py.errors import MaestroError
from maestro_py.frontends._text import fields_of
from maestro_py.ir import operators
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer
from maestro_py.ir.write import network_text
from maestro_py.syntax.parser import parse

HEADER = "name,type,N,G,K,C,R,S,Y,X,stride_y,stride_x,pad_y,pad_x,dilation,notes"


def imported(tmp_path, *lines, header=HEADER):
    path = tmp_path / "table.csv"
    path.write_text("\n".join([header, *lines, ""]))
    return frontends.read(path)


def macs(layer: Layer) -> int:
    return operators.get(layer.operator).problem(layer).macs * layer.repeat


def table(folder, *lines) -> tuple[Layer, ...]:
    found = imported(folder, *lines)
    assert found.warnings == ()
    assert lower(parse(network_text(found.network))).networks == (found.network,)
    return found.network.layers


def test_convolutions(tmp_path):
    found = table(
        tmp_path,
        "conv1,CONV,1,1,64,3,7,7,224,225,2,1,3,0,1,",
        "grouped,CONV,3,2,64,48,5,5,27,27,1,1,2,2,1,",
        "pw,CONV,1,1,64,48,1,1,27,27,1,1,0,0,1,",
        "dw,DSCONV,1,32,32,32,3,3,112,112,1,1,1,1,2,",
        'up,TRCONV,1,1,64,128,2,2,14,14,2,2,0,0,1,"2x2 transposed conv, stride 2"',
    )
    assert found == (
        Layer(
            "conv1",
            "CONV",
            {"K": 64, "C": 3, "R": 7, "S": 7, "Y": 224, "X": 225},
            stride=(2, 1),
            padding=((3, 3), (0, 0)),
        ),
        Layer(
            "grouped",
            "NGCONV",
            {"N": 3, "G": 2, "K": 32, "C": 24, "R": 5, "S": 5, "Y": 27, "X": 27},
            padding=((2, 2), (2, 2)),
        ),
        Layer("pw", "PWCONV", {"K": 64, "C": 48, "Y": 27, "X": 27}),
        Layer(
            "dw",
            "DSCONV",
            {"C": 32, "R": 3, "S": 3, "Y": 112, "X": 112},
            dilation=(2, 2),
            padding=((1, 1), (1, 1)),
        ),
        Layer("up", "TRCONV", {"K": 64, "C": 128, "R": 2, "S": 2, "Y": 14, "X": 14}, stride=(2, 2)),
    )


@given(*(st.integers(1, 4) for _ in range(5)), st.integers(0, 9), st.integers(0, 2))
def test_macs_of_convolutions(tmp_path_factory, batch, groups, filters, channels, taps, more, pad):
    """The formula of the tables: N K (C/G) R S for each output."""
    size, stride = max(taps - 2 * pad, 1) + more, 1 + more % 3
    line = f"a,CONV,{batch},{groups},{groups * filters},{groups * channels},{taps},{taps},{size},{size}"
    (layer,) = table(tmp_path_factory.getbasetemp(), f"{line},{stride},1,{pad},{pad},1,")
    rows, columns = ((size + 2 * pad - taps) // step + 1 for step in (stride, 1))
    assert macs(layer) == batch * groups * filters * channels * taps * taps * rows * columns


def test_pooling_rounds_up_if_noted(tmp_path):
    row = "p,POOL,1,64,64,64,3,3,112,112,2,2,0,0,1"
    down, up = table(tmp_path, f"{row},max", f"{row},max ceil")
    assert down.padding == ((0, 0), (0, 0))
    assert up.padding == ((0, 1), (0, 1))
    assert macs(down) == 64 * 9 * 55 * 55
    assert macs(up) == 64 * 9 * 56 * 56


def test_products(tmp_path):
    found = table(
        tmp_path,
        "fc6,FC,3,1,4096,9216,1,1,1,1,1,1,0,0,1,",
        "q,GEMM,2,1,768,768,1,1,128,1,1,1,0,0,1,",
        "grouped,GEMM,2,4,768,64,1,1,128,1,1,1,0,0,1,",
        "qk,GEMM,1,12,1536,768,1,1,128,1,1,1,0,0,1,act QK^T per head",
        "qk,GEMM,5,12,1536,768,1,1,128,1,1,1,0,0,1,act",
        "qk,GEMM,1,32,65536,4096,1,1,1,1,1,1,0,0,1,act decode ctx=2048 kv_heads=8",
        "ctx,GEMM,1,1,1024,25,1,1,25,1,1,1,0,0,1,act (v^T tanh)",
        "activation,GEMM,1,1,8,8,1,1,2,1,1,1,0,0,1,activation kv_heads=3",
    )
    assert [(layer.name, layer.operator, layer.sizes) for layer in found] == [
        ("fc6", "GEMM", {"M": 3, "N": 4096, "K": 9216}),
        ("q", "GEMM", {"M": 256, "N": 768, "K": 768}),
        ("grouped", "BMM", {"G": 4, "M": 256, "N": 192, "K": 16}),
        ("qk", "BMM", {"G": 12, "M": 128, "N": 128, "K": 64}),
        ("qk#2", "BMM", {"G": 60, "M": 128, "N": 128, "K": 64}),
        ("qk#3", "BMM", {"G": 8, "M": 4, "N": 2048, "K": 128}),
        ("ctx", "GEMM", {"M": 25, "N": 1024, "K": 25}),
        ("activation", "GEMM", {"M": 2, "N": 8, "K": 8}),
    ]


def test_recurrence_keeps_its_steps(tmp_path):
    found = table(
        tmp_path,
        'enc,LSTM,25,1,4096,3072,1,1,1,1,1,1,0,0,1," K=4*hidden, C=input+hidden, N=timesteps"',
        "gru,GRU,150,1,2400,2112,1,1,1,1,1,1,0,0,1,",
    )
    assert found == (
        Layer("enc.input", "GEMM", {"M": 25, "N": 4096, "K": 2048}),
        Layer("enc.recurrent", "GEMM", {"N": 4096, "K": 1024}, repeat=25),
        Layer("gru.input", "GEMM", {"M": 150, "N": 2400, "K": 1312}),
        Layer("gru.recurrent", "GEMM", {"N": 2400, "K": 800}, repeat=150),
    )
    assert sum(map(macs, found[:2])) == 25 * 4096 * 3072


def test_what_has_no_macs_is_counted(tmp_path):
    rest = "1,1,8,8,1,1,4,4,1,1,0,0,1,"
    kinds = ("ADD", "CONCAT", "CONV", "SCALE", "REORG", "ADD")
    found = imported(tmp_path, *(f"{kind.lower()},{kind},{rest}" for kind in kinds))
    assert [layer.name for layer in found.network.layers] == ["conv"]
    assert found.not_costed == {"ADD": 2, "CONCAT": 1, "REORG": 1, "SCALE": 1}


def test_kernels_that_are_left_out_are_a_warning(tmp_path):
    found = imported(
        tmp_path,
        "c1,CONV,1,1,6,1,5,5,32,32,1,1,0,0,1,kern=6 (dense would be 6)",
        "c3,CONV,1,1,16,6,5,5,14,14,1,1,0,0,1,kern=60 (dense would be 96)",
        "f6,FC,1,1,84,120,1,1,1,1,1,1,0,0,1,kern_synapses=10080",
        "f7,FC,1,1,14,588,1,1,1,1,1,1,0,0,1,kern_synapses=588 own kernels",
    )
    assert [(warning.code, warning.message) for warning in found.warnings] == [
        ("M453", "2 layers with fewer kernels than K C (kern=) are costed as if none were left out")
    ]
    assert macs(found.network.layers[1]) == 96 * 25 * 100


def test_columns_in_any_order_and_without_notes(tmp_path):
    header = "K,C,type,name,N,G,R,S,Y,X,own,stride_y,stride_x,pad_y,pad_x,dilation"
    found = imported(tmp_path, "8,4,FC, a ,1,1,1,1,1,1,anything,1,1,0,0,1", header=header)
    assert found.network.layers == (Layer("a", "GEMM", {"N": 8, "K": 4}),)


def test_the_format_is_known_by_its_first_line(tmp_path):
    path = tmp_path / "some.csv"
    path.write_text(f"\ufeff{HEADER}\r\na,FC,1,1,4,8,1,1,1,1,1,1,0,0,1,\r\n")
    entry = frontends.find(path)
    assert entry is not None
    assert entry.name == "layer_table"
    assert len(frontends.read(path).network.layers) == 1
    assert not entry.recognises(b"Layer,M,N,K\n")
    assert not entry.recognises(b"")


GOOD = "a,CONV,1,1,8,4,3,3,8,8,1,1,1,1,1,"
BROKEN = {
    "a word": (GOOD.replace(",8,4,", ",8,four,"), "M407", (2, 14), "C is 'four'; a whole number from 1"),
    "zero": (GOOD.replace(",8,4,", ", 8, 0,"), "M407", (2, 16), "C is '0'"),
    "no stride": (GOOD.replace("8,8,1,1", "8,8,0,1"), "M407", (2, 24), "stride_y is '0'"),
    "negative padding": (GOOD.replace("1,1,1,1,1,", "1,1,-1,1,1,"), "M407", (2, 28), "pad_y is '-1'"),
    "beyond 64 bits": (GOOD.replace(",8,4,", f",8,{2**63},"), "M407", (2, 14), "C is"),
    "no type": (GOOD.replace("CONV", "CONF"), "M408", (2, 3), "there is no type 'CONF'"),
    "too few fields": (
        "a,CONV,1,1,8,4,3,3,8,8,1,1,1,1",
        "M402",
        (2, 30),
        "dilation is missing: 14 of 16 fields",
    ),
    "filter larger": ("a,CONV,1,1,8,4,9,3,4,8,1,1,0,0,1,", "M407", (2, 1), "the filter covers 9 of Y"),
    "groups": (GOOD.replace("1,1,8,4", "1,3,8,4"), "M407", (2, 1), "do not divide into 3 groups"),
    "depthwise": (GOOD.replace("CONV", "DSCONV"), "M407", (2, 1), "G is 1 and C is 4"),
    "groups of a product": ("a,GEMM,1,3,8,4,1,1,8,1,1,1,0,0,1,", "M407", (2, 1), "do not divide into G = 3"),
    "shared heads": (
        "a,GEMM,1,4,8,4,1,1,8,1,1,1,0,0,1,act kv_heads=3",
        "M407",
        (2, 1),
        "4 heads cannot share 3 heads",
    ),
    "gates": ("a,LSTM,5,1,6,8,1,1,1,1,1,1,0,0,1,", "M407", (2, 1), "K = 6 is not 4 gates"),
    "no inputs": ("a,GRU,5,1,12,4,1,1,1,1,1,1,0,0,1,", "M407", (2, 1), "than C = 4"),
    "rows of a recurrence": ("a,GRU,5,1,12,8,1,1,2,1,1,1,0,0,1,", "M407", (2, 1), "Y and X are 1"),
    "no layers": (GOOD.replace("CONV", "ADD"), "M406", None, "no operator has MACs; there are ADD"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_line(name, tmp_path):
    line, code, place, said = BROKEN[name]
    with pytest.raises(MaestroError) as caught:
        imported(tmp_path, line)
    (entry,) = caught.value.diagnostics
    assert entry.code == code
    assert said in entry.message
    assert place == (entry.span and (entry.span.line, entry.span.column))
    assert entry.hint


def test_a_wrong_type_has_a_suggestion(tmp_path):
    with pytest.raises(MaestroError) as caught:
        imported(tmp_path, GOOD.replace("CONV", "CONF"))
    assert caught.value.diagnostics[0].hint.startswith("did you mean 'CONV'?")


def test_every_wrong_field_of_every_line_is_told(tmp_path):
    with pytest.raises(MaestroError) as caught:
        imported(tmp_path, "a,CONV,0,1,x,4,3,3,8,8,1,1,1,1,1,", GOOD, "", "b,GEMM,1,3,8,4,1,1,8,1,1,1,0,0,1,")
    places = [(entry.span.line, entry.span.column) for entry in caught.value.diagnostics]
    assert places == [(2, 8), (2, 12), (5, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name, type, N"),
        ("a,b\n1,2\n", "name, type, N"),
        (f"{HEADER.replace(',G', '')}\n", "table: G missing"),
    ],
)
def test_no_header(text, said, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text(text)
    with pytest.raises(MaestroError, match="M402: no header of a layer table") as caught:
        frontends.read(path, name="layer_table")
    (entry,) = caught.value.diagnostics
    assert said in entry.message
    assert (entry.span.line, entry.span.column) == (1, 1)


def test_fields_and_their_places():
    found = fields_of(' a ,"b, ""c"" " , "d"e,,"f', 7, "t.csv")
    assert [(field.text, field.span.column, field.span.end_column) for field in found] == [
        ("a", 2, 3),
        ('b, "c"', 5, 16),
        ('"d"e', 19, 23),
        ("", 24, 25),
        ('"f', 25, 27),
    ]
    assert {field.span.line for field in found} == {7}


@given(st.text(alphabet=st.sampled_from(list('019,,,,-CONVGEM"=\n \x00é')), max_size=120))
def test_no_text_is_more_than_an_error(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_text(f"{HEADER}\n{text}")
    try:
        layers = frontends.read(path).network.layers
    except MaestroError as error:
        found = error.diagnostics
    else:
        found = ()
        assert layers
    assert all(entry.code.startswith("M4") for entry in found)

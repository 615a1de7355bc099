"""SCALE-Sim topologies: both forms, with and without the comma at the end, and what is wrong with them."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py import frontends
from maestro_py.errors import MaestroError, SemanticError
from maestro_py.ir import operators
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer
from maestro_py.ir.write import network_text
from maestro_py.syntax.parser import parse

CONV = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides"
GEMM = "Layer,M,N,K"


def imported(tmp_path, text):
    path = tmp_path / "topology.csv"
    path.write_text(text)
    return frontends.read(path, name="scalesim")


def macs(layer: Layer) -> int:
    return operators.get(layer.operator).problem(layer).macs


@pytest.mark.parametrize("comma", ["", ",", ", "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_convolutions(comma, end, tmp_path):
    lines = [CONV, "Conv1, 224, 224, 7, 7, 3, 64, 2", "Conv2,58,56,3,1,64,64,1", "", "FC,1,1,1,1,1024,1000,1"]
    found = imported(tmp_path, "".join(f"{line}{comma if line else ''}{end}" for line in lines))
    assert found.network.name == "topology"
    assert found.network.layers == (
        Layer(
            "Conv1",
            "CONV",
            {"K": 64, "C": 3, "R": 7, "S": 7, "Y": 224, "X": 224},
            stride=(2, 2),
            padding=((0, 1), (0, 1)),
        ),
        Layer("Conv2", "CONV", {"K": 64, "C": 64, "R": 3, "Y": 58, "X": 56}),
        Layer("FC", "PWCONV", {"K": 1000, "C": 1024}),
    )
    assert found.warnings == ()
    assert lower(parse(network_text(found.network))).networks == (found.network,)


@pytest.mark.parametrize("comma", ["", ","])
def test_products(comma, tmp_path):
    lines = [GEMM, "qkv,128,1536,512", "out , 128 , 512 , 512"]
    found = imported(tmp_path, "\n".join(line + comma for line in lines))
    assert found.network.layers == (
        Layer("qkv", "GEMM", {"M": 128, "N": 1536, "K": 512}),
        Layer("out", "GEMM", {"M": 128, "N": 512, "K": 512}),
    )


@given(*(st.integers(1, 40) for _ in range(6)), st.integers(1, 9), st.integers(1, 9))
def test_outputs_are_counted_as_scalesim_does(tmp_path_factory, y, x, r, s, c, k, down, across):
    """Their formula: ceil((height - filter + stride) / stride) rows."""
    path = tmp_path_factory.getbasetemp() / "topology.csv"
    y, x = max(y, r), max(x, s)
    header = CONV.replace("Strides", "Stride height, Stride width")
    path.write_text(f"{header}\na,{y},{x},{r},{s},{c},{k},{down},{across}\n")
    (layer,) = frontends.read(path).network.layers
    outputs = ceil((y - r + down) / down) * ceil((x - s + across) / across)
    assert macs(layer) == outputs * r * s * c * k


def test_depthwise_by_its_name(tmp_path):
    found = imported(tmp_path, f"{CONV},\nDP1, 114, 114, 3, 3, 32, 1, 1,\nDP2, 9, 9, 3, 3, 8, 2, 1,\n")
    assert [layer.operator for layer in found.network.layers] == ["DSCONV", "DSCONV"]
    assert [macs(layer) for layer in found.network.layers] == [112 * 112 * 9 * 32, 49 * 9 * 8 * 2]


def test_batch(tmp_path):
    found = imported(tmp_path, f"{GEMM},Batch,\nscores,128,128,64,12,\nplain,4,5,6,,\n")
    assert found.network.layers == (
        Layer("scores", "BMM", {"G": 12, "M": 128, "N": 128, "K": 64}),
        Layer("plain", "GEMM", {"M": 4, "N": 5, "K": 6}),
    )
    found = imported(tmp_path, f"{CONV},Batch\na,8,8,3,3,4,4,1,5\n")
    assert found.network.layers[0].sizes["N"] == 5


def test_sparsity_is_the_density_of_the_weights(tmp_path):
    text = f"{CONV}, Sparsity,\na,8,8,3,3,4,4,1,1:1,\nb,8,8,3,3,4,4,1,1:3,\nc,8,8,3,3,4,4,1,2:4,\n"
    found = imported(tmp_path, text)
    assert found.warnings == ()
    assert [layer.density for layer in found.network.layers] == [
        (1.0, 1.0, 1.0),
        (0.333333, 1.0, 1.0),
        (0.5, 1.0, 1.0),
    ]


@pytest.mark.parametrize("ratio", ["0:4", "5:4", "0:0"])
def test_an_impossible_sparsity_is_an_error(tmp_path, ratio):
    with pytest.raises(SemanticError, match=f"M407.*{ratio}"):
        imported(tmp_path, f"{CONV}, Sparsity,\na,8,8,3,3,4,4,1,{ratio},\n")


def test_the_format_is_known_by_its_first_line(tmp_path):
    for header in (CONV, f"{GEMM},", "LAYER NAME ,m, n,k"):
        path = tmp_path / "some.csv"
        path.write_text(f"{header}\n")
        entry = frontends.find(path)
        assert entry is not None
        assert entry.name == "scalesim"
        assert entry.recognises(path.read_bytes())
    assert not entry.recognises(b"a,b,c\n")
    assert not entry.recognises(b"")


def test_remarks_behind_the_last_column_and_repeated_names(tmp_path):
    found = imported(tmp_path, f"{CONV},\ndw, 8, 8, 3, 3, 1, 1, 1,#dw\ndw, 8, 8, 3, 3, 1, 1, 1,\n")
    assert [layer.name for layer in found.network.layers] == ["dw", "dw#2"]


BROKEN = {
    "empty": ("", "M402", (1, 1), "no header of a SCALE-Sim topology"),
    "another table": ("a,b,c\n1,2,3\n", "M402", (1, 1), "no header of a SCALE-Sim topology"),
    "only a header": (f"{CONV}\n", "M406", None, "no operator has MACs"),
    "too few fields": (f"{CONV}\na,8,8,3\n", "M402", (2, 7), "S is missing: 4 of 8 fields"),
    "a word": (f"{GEMM}\na,8,many,8\n", "M407", (2, 5), "N is 'many'"),
    "a fraction": (f"{GEMM}\na,8,1.5,8\n", "M407", (2, 5), "N is '1.5'"),
    "zero": (f"{GEMM},\n\na, 8, 0, 8,\n", "M407", (3, 7), "N is '0'"),
    "negative": (f"{GEMM}\na,8,-4,8\n", "M407", (2, 5), "N is '-4'"),
    "nothing": (f"{GEMM}\na,8,,8\n", "M407", (2, 5), "N is ''"),
    "beyond 64 bits": (f"{GEMM}\na,8,{2**63},8\n", "M407", (2, 5), "N is"),
    "filter larger": (f"{CONV}\na,2,8,3,3,4,4,1\n", "M407", (2, 1), "the filter covers 3 of Y"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_topology(name, tmp_path):
    text, code, place, said = BROKEN[name]
    with pytest.raises(MaestroError) as caught:
        imported(tmp_path, text)
    first = caught.value.diagnostics[0]
    assert first.code == code
    assert said in first.message
    assert place == (first.span and (first.span.line, first.span.column))
    assert first.hint


def test_every_wrong_line_is_told(tmp_path):
    with pytest.raises(MaestroError) as caught:
        imported(tmp_path, f"{GEMM}\na,0,1,1\nb,1,x,1\nc,1,1,1\nd,1\n")
    places = [entry.span.line for entry in caught.value.diagnostics]
    assert places == [2, 3, 5, 5]


def test_named_format_of_a_file_without_header(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("conv,1,2,3\n")
    with pytest.raises(MaestroError, match="M402: no header of a SCALE-Sim topology"):
        frontends.read(path, name="scalesim")
    path.write_bytes(b"Layer,M,N,K\n\xff,1,1,1\n")
    with pytest.raises(MaestroError, match="M402: byte 0xff is not UTF-8"):
        frontends.read(path, name="scalesim")
    with pytest.raises(MaestroError, match="M404"):
        frontends.read(path, {"batch": 1}, name="scalesim")


def test_a_huge_file_is_not_read(tmp_path, monkeypatch):
    from maestro_py.frontends import _text

    monkeypatch.setattr(_text, "LARGEST_TEXT", 50)
    with pytest.raises(MaestroError, match=r"M402: .* more than 50 bytes"):
        imported(tmp_path, f"{GEMM}\n" + "a,1,1,1\n" * 9)


@given(st.text(alphabet=st.sampled_from(list('0123456789,:.-#DPa\n \t"é\x00')), max_size=120))
def test_no_text_is_more_than_an_error(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_text(f"{GEMM}\n{text}")
    try:
        layers = frontends.read(path).network.layers
    except MaestroError:
        return
    assert all(macs(layer) >= 1 for layer in layers)

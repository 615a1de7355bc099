"""Broken ONNX models: the code, the file and the node are named, and nothing else happens."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")

from onnx.helper import make_node  # noqa: E402

from maestro_py import frontends  # noqa: E402
from maestro_py.errors import MaestroError  # noqa: E402
from tests.unit.frontends.onnx_models import model  # noqa: E402

SOUND = model(
    [make_node("Conv", ["x", "w"], ["a"], name="c"), make_node("Relu", ["a"], ["y"], name="r")],
    {"x": (1, 3, 8, 8)},
    {"w": (4, 3, 3, 3)},
)
BYTES = SOUND.SerializeToString()


def one(
    operator: str, shape: tuple, filters: tuple | None = None, opset: int = 20, **attributes: object
) -> Callable[[], bytes]:
    """A model of one node, called ``c``."""

    def build() -> bytes:
        inputs = ["x"] if filters is None else ["x", "w"]
        node = make_node(operator, inputs, ["y"], name="c", **attributes)
        constants = {} if filters is None else {"w": filters}
        return model([node], {"x": shape}, constants, opset=opset).SerializeToString()

    return build


def nodes(*given: onnx.NodeProto, **more: object) -> Callable[[], bytes]:
    return lambda: model(given, {"x": (4, 4)}, {"w": (4, 4)}, **more).SerializeToString()


def without_opset() -> bytes:
    built = model([product("x", "y", "fc")], {"x": (4, 4)}, {"w": (4, 4)})
    del built.opset_import[:]
    return built.SerializeToString()


def product(first: str, result: str, name: str) -> onnx.NodeProto:
    return make_node("MatMul", [first, "w"], [result], name=name)


BROKEN: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (lambda: b"", "M402", "the file is empty"),
    "text": (lambda: b"Network n { }", "M402", "no ONNX model, or it was cut off"),
    "cut off": (lambda: BYTES[: len(BYTES) // 2], "M402", "no ONNX model, or it was cut off"),
    "claims more bytes than there are": (
        lambda: b"\x08\x08\x3a\xff\xff\xff\xff\x07",
        "M402",
        "no ONNX model, or it was cut off",
    ),
    "a name that is no text": (lambda: BYTES.replace(b"Relu", b"Re\xffu"), "M402", "not UTF-8 text"),
    "no graph": (lambda: b"\x08\x08", "M402", "no graph of operators"),
    "no nodes": (nodes(), "M402", "no graph of operators"),
    "no MACs": (one("Relu", (4, 4)), "M406", "no operator has MACs; there are Relu"),
    "circle": (
        nodes(product("b", "a", "first"), product("a", "b", "second"), product("x", "y", "third")),
        "M409",
        "'first' -> 'second' -> 'first'",
    ),
    "reads itself": (nodes(product("a", "a", "first")), "M409", "'first' -> 'first'"),
    "reads what nobody writes": (nodes(product("z", "y", "fc")), "M402", "node 'fc' reads 'z'"),
    "written twice": (
        nodes(product("x", "y", "one"), product("x", "y", "two")),
        "M402",
        "nodes 'one' and 'two' both write 'y'",
    ),
    "no opset": (without_opset, "M402", "shapes cannot be inferred"),
    "zero batch": (one("Conv", (0, 3, 8, 8), (4, 3, 3, 3)), "M407", "node 'c' (Conv): N is 0"),
    "negative batch": (one("Conv", (-1, 3, 8, 8), (4, 3, 3, 3)), "M407", "axis 0 of input 'x' is -1"),
    "symbolic": (
        one("Conv", ("batch", 3, "height", None), (4, 3, 3, 3)),
        "M403",
        "batch (axis 0 of input 'x'), height (axis 2 of input 'x'), x.3 (axis 3 of input 'x')",
    ),
    "zero weights": (one("Conv", (1, 3, 8, 8), (0, 3, 3, 3)), "M407", "node 'c' (Conv): K is 0"),
    "filter too large": (one("Conv", (1, 3, 2, 8), (4, 3, 3, 3)), "M407", "the filter covers 3 of Y"),
    "channels differ": (one("Conv", (1, 5, 8, 8), (4, 3, 3, 3)), "M407", "the input has 5 channels"),
    "groups do not divide": (one("Conv", (1, 6, 8, 8), (4, 2, 3, 3), group=3), "M407", "into 3 groups"),
    "no groups": (one("Conv", (1, 3, 8, 8), (4, 3, 3, 3), group=0), "M407", "0 groups"),
    "stride of zero": (one("Conv", (1, 3, 8, 8), (4, 3, 3, 3), strides=[0, 1]), "M407", "stride"),
    "negative dilation": (one("Conv", (1, 3, 8, 8), (4, 3, 3, 3), dilations=[1, -1]), "M407", "dilation"),
    "negative padding": (one("Conv", (1, 3, 8, 8), (4, 3, 3, 3), pads=[0, 0, -1, 0]), "M407", "negative"),
    "too many strides": (
        one("Conv", (1, 3, 8, 8), (4, 3, 3, 3), strides=[1, 1, 1]),
        "M407",
        "strides has 3 numbers for 2 spatial dimensions",
    ),
    "too few pads": (one("Conv", (1, 3, 8, 8), (4, 3, 3, 3), pads=[1, 1]), "M407", "pads has 2 numbers"),
    "zero stride, same": (
        one("Conv", (1, 3, 8, 8), (4, 3, 3, 3), strides=[0, 0], auto_pad="SAME_UPPER"),
        "M407",
        "below 1",
    ),
    "filters of another rank": (one("Conv", (1, 3, 8, 8), (4, 3, 3)), "M407", "filters of shape"),
    "three dimensions": (
        one("Conv", (1, 3, 8, 8, 8), (4, 3, 3, 3, 3)),
        "M408",
        "node 'c' (Conv): the input has 3 spatial dimensions; Conv is costed in one and two",
    ),
    "pooling in three": (one("MaxPool", (1, 3, 8, 8, 8), kernel_shape=[2, 2, 2]), "M408", "3 spatial"),
    "no spatial dimension": (one("GlobalMaxPool", (4, 4)), "M408", "0 spatial dimensions"),
    "pooling without a window": (one("MaxPool", (1, 3, 8, 8)), "M407", "kernel_shape is missing"),
    "transposed, channels differ": (one("ConvTranspose", (1, 5, 8, 8), (4, 3, 3, 3)), "M407", "filters"),
    "product of unequal depth": (one("MatMul", (4, 5), (6, 4)), "M407", "cannot be multiplied"),
    "batches differ": (one("MatMul", (2, 4, 4), (3, 4, 4)), "M407", "cannot be broadcast"),
    "product of a scalar": (one("MatMul", (), (4, 4)), "M407", "cannot be multiplied"),
    "einsum of another rank": (one("Einsum", (4, 4), (4,), equation="ij,jk->ik"), "M407", "does not suit"),
    "einsum of unequal sizes": (
        one("Einsum", (4, 5), (6, 4), equation="ij,jk->ik"),
        "M407",
        "'j' is 5 and 6",
    ),
    "einsum of one term": (one("Einsum", (4, 5), (6, 4), equation="ij"), "M407", "has 1 operands"),
    "einsum of a diagonal": (one("Einsum", (4, 4), (4, 4), equation="ii,ij->j"), "M408", "a diagonal"),
    "sizes beyond 64 bits": (
        one("MatMul", (2**62, 2**62, 4), (4, 4)),
        "M407",
        "node 'c' (MatMul): M is",
    ),
    "unknown shape": (
        nodes(make_node("Mystery", ["x"], ["a"], domain="acme"), product("a", "y", "fc")),
        "M405",
        "node 'fc' (MatMul): the shape of 'a' is not known",
    ),
    "missing input": (nodes(make_node("MatMul", ["x"], ["y"], name="fc")), "M405", "input 1 is missing"),
    "heads do not divide": (
        lambda: model(
            [make_node("Attention", ["q", "q", "q"], ["y"], name="a", q_num_heads=7, kv_num_heads=7)],
            {"q": (1, 8, 64)},
            opset=23,
        ).SerializeToString(),
        "M407",
        "node 'a' (Attention): a width of 64 does not divide into q_num_heads = 7",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_model(name, tmp_path):
    build, code, said = BROKEN[name]
    path = tmp_path / "broken.onnx"
    path.write_bytes(build())
    with pytest.raises(MaestroError) as caught:
        frontends.read(path)
    found = caught.value.diagnostics
    assert code in {entry.code for entry in found}
    assert any(said in entry.message for entry in found), found
    assert all(repr(str(path)) in entry.message for entry in found)
    assert all(entry.hint for entry in found)


def test_input_without_a_shape(tmp_path):
    path = tmp_path / "broken.onnx"
    path.write_bytes(model([product("x", "y", "fc")], {"x": None}, {"w": (4, 4)}).SerializeToString())
    with pytest.raises(MaestroError, match=r"M405: .*input 'x' has no shape"):
        frontends.read(path)


def test_every_wrong_node_is_told_at_once(tmp_path):
    given = [make_node("MatMul", ["x", "w"], [f"y{i}"], name=f"fc{i}") for i in range(30)]
    path = tmp_path / "broken.onnx"
    path.write_bytes(model(given, {"x": (4, 5)}, {"w": (6, 4)}).SerializeToString())
    with pytest.raises(MaestroError) as caught:
        frontends.read(path)
    messages = [entry.message for entry in caught.value.diagnostics]
    assert len(messages) == 21
    assert "'fc19'" in messages[19]
    assert messages[20].endswith("10 more errors like these")


@pytest.mark.parametrize(
    ("dims", "code", "said"),
    [
        ({}, "M403", "batch (axis 0 of input 'x')"),
        ({"bach": 1, "batch": 1}, "M404", "no symbolic dimension 'bach'"),
        ({"x.1": 4, "batch": 1}, "M404", "no symbolic dimension 'x.1'"),
    ],
)
def test_dimensions_that_are_missing_or_unknown(dims, code, said, tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(one("Conv", ("batch", 3, 8, 8), (4, 3, 3, 3))())
    with pytest.raises(MaestroError) as caught:
        frontends.read(path, dims)
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert said in found.message
    if code == "M403":
        assert found.hint == "give each a size: --dim batch=1"


def test_files_that_are_none(tmp_path):
    folder = tmp_path / "folder.onnx"
    folder.mkdir()
    for path in (tmp_path / "missing.onnx", tmp_path / "missing", tmp_path, folder):
        with pytest.raises(MaestroError, match="M001: cannot read"):
            frontends.read(path)
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(MaestroError, match=r"M401: .* in none of the known formats"):
        frontends.read(tmp_path / "letter.txt")
    with pytest.raises(MaestroError, match="M401: there is no format 'onix'"):
        frontends.read(folder, name="onix")


def test_a_file_of_more_than_two_gigabytes_is_not_read(tmp_path, monkeypatch):
    from maestro_py.frontends import onnx as frontend

    monkeypatch.setattr(frontend, "LARGEST_FILE", 100)
    path = tmp_path / "large.onnx"
    path.write_bytes(BYTES)
    with pytest.raises(MaestroError, match=r"M402: .*larger than the 2 GiB"):
        frontends.read(path)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(BYTES) - 1), st.integers(0, 255), st.booleans())
def test_no_damage_of_a_file_is_more_than_an_error(tmp_path_factory, place, value, cut):
    path = tmp_path_factory.getbasetemp() / "damaged.onnx"
    path.write_bytes(BYTES[:place] if cut else BYTES[:place] + bytes([value]) + BYTES[place + 1 :])
    with suppress(MaestroError):
        frontends.read(path)


def test_without_the_library_the_extra_is_named(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(BYTES)
    code = (
        "import sys; sys.modules['onnx'] = None; from maestro_py import frontends; "
        f"frontends.read({str(path)!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True
    )
    assert "M410" in done.stderr.splitlines()[-1]
    assert "needs the library onnx" in done.stderr

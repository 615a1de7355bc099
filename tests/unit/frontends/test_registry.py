"""Being in the package makes a format; every format is tried on a small sample, every code is triggered."""

import importlib
import importlib.util
import io
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from maestro_py import frontends
from maestro_py.analysis.api import analyze
from maestro_py.errors import MaestroError
from maestro_py.frontends import Frontend, Imported
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.write import network_text
from maestro_py.syntax.codes import CODES
from maestro_py.syntax.parser import parse

LIBRARIES = {"onnx": "onnx", "torch_export": "torch"}
"""Formats that are read by a library, which may not be there."""

HAS_ONNX = importlib.util.find_spec("onnx") is not None
needs_onnx = pytest.mark.skipif(not HAS_ONNX, reason="onnx is not installed")


def onnx_sample(batch: int | str = 1, operator: str = "MatMul", **more: object) -> bytes:
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    inputs = ["x", "w"] if operator == "MatMul" else ["x"]
    node = make_node(operator, inputs, ["y"], name="a", **more)
    return model([node], {"x": (batch, 8)}, {"w": (8, 4)}).SerializeToString()


def torch_sample() -> bytes:
    import torch

    stream = io.BytesIO()
    program = torch.export.export(torch.nn.Linear(8, 4), (torch.empty(1, 8),))
    torch.export.save(program, stream)
    return stream.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "layer_table": lambda: (
        b"name,type,N,G,K,C,R,S,Y,X,stride_y,stride_x,pad_y,pad_x,dilation,notes\n"
        b"a,FC,1,1,4,8,1,1,1,1,1,1,0,0,1,\n"
    ),
    "onnx": onnx_sample,
    "scalesim": lambda: b"Layer,M,N,K,\na,1,4,8,\n",
    "torch_export": torch_sample,
    "timeloop": lambda: b"problem: {shape: cnn-layer, K: 4, C: 8}\n",
}
"""A network of one layer with 32 MACs in every format."""


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_every_module_of_the_package_is_a_format():
    names = [m.name for m in pkgutil.iter_modules(frontends.__path__) if not m.name.startswith("_")]
    assert sorted(SAMPLES) == sorted(frontends.frontends())
    assert len(names) == len(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_format_reads_its_sample(name, tmp_path):
    if name in LIBRARIES:
        pytest.importorskip(LIBRARIES[name])
    entry = frontends.get(name)
    data = SAMPLES[name]()
    for suffix in entry.suffixes:
        path = write(tmp_path, f"net{suffix}", data)
        assert frontends.find(path) is entry
        found = frontends.read(path)
        assert lower(parse(network_text(found.network))).networks == (found.network,)
        analysis = analyze(path, "kcp_ws", "eyeriss")
        assert analysis.errors == ()
        assert analysis.totals["macs"] == 32
        assert analysis.network_name == "net"
    assert entry.recognises(data)
    assert not any(other.recognises(data) for other in frontends.frontends().values() if other is not entry)


def test_a_new_module_is_a_new_format(tmp_path, monkeypatch):
    """Nothing else is told about it."""
    layer = Layer("a", "GEMM", {"M": 2})
    (tmp_path / "invented.py").write_text("FRONTEND = None\n")
    monkeypatch.setattr(frontends, "__path__", [*frontends.__path__, str(tmp_path)])
    module = importlib.import_module("maestro_py.frontends.invented")
    module.FRONTEND = Frontend(
        "invented",
        "for a test",
        (".inv",),
        lambda head: False,
        lambda path, _: Imported(Network("n", (layer,))),
    )
    frontends.frontends.cache_clear()
    try:
        path = write(tmp_path, "net.inv", b"")
        assert frontends.is_named("net.inv")
        assert analyze(path, "kcp_ws", "eyeriss").totals["macs"] == 2
    finally:
        del sys.modules["maestro_py.frontends.invented"]
        frontends.frontends.cache_clear()


def test_a_shared_suffix_is_decided_by_the_first_bytes(tmp_path, monkeypatch):
    twin = Frontend("twin", "also CSV", (".csv",), lambda head: head.startswith(b"twin"), lambda *_: None)
    both = {**frontends.frontends(), "twin": twin}
    monkeypatch.setattr(frontends, "frontends", lambda: both)
    assert frontends.find(write(tmp_path, "a.csv", b"twin,1\n")) is twin
    assert frontends.find(write(tmp_path, "b.csv", b"Layer,M,N,K\n")) is both["scalesim"]
    with pytest.raises(MaestroError, match=r"M401: .*looks like none of the formats of \.csv files"):
        frontends.find(write(tmp_path, "c.csv", b"x,y\n"))
    with pytest.raises(MaestroError, match="M001"):
        frontends.read(tmp_path / "missing.csv")


def test_files_of_the_language_are_left_alone(tmp_path):
    assert frontends.find(tmp_path / "missing.m") is None
    assert frontends.find(write(tmp_path, "a.txt", b"Network n { }")) is None
    assert frontends.find(write(tmp_path, "b.m", b"\x08\x08\x12\x00")) is None


def triggers(folder: Path) -> dict[str, Callable[[], object]]:
    """What the example of each code says."""

    def onnx(data: bytes, **dims: int) -> Callable[[], Imported]:
        return lambda: frontends.read(write(folder, "net.onnx", data), dims)

    banded = b"problem: {shape: cnn-layer, densities: {Weights: {distribution: banded}}}\n"
    return {
        "M401": lambda: frontends.read(write(folder, "letter.txt", b"Dear reader")),
        "M402": onnx(onnx_sample()[:20]),
        "M403": onnx(onnx_sample("batch")),
        "M404": onnx(onnx_sample(), batch=1),
        "M405": onnx(_without_shape()),
        "M406": onnx(onnx_sample(operator="Relu")),
        "M407": onnx(onnx_sample(0)),
        "M408": onnx(_three_dimensions()),
        "M409": onnx(_circle()),
        "M451": onnx(_invented()),
        "M452": onnx(_branch()),
        "M453": lambda: frontends.read(write(folder, "t.yaml", banded)),
    }


def _circle() -> bytes:
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    nodes = [make_node("MatMul", ["b", "w"], ["a"]), make_node("MatMul", ["a", "w"], ["b"])]
    return model(nodes, {}, {"w": (8, 8)}).SerializeToString()


def _branch() -> bytes:
    from onnx import TensorProto, helper
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    result = helper.make_tensor_value_info("r", TensorProto.FLOAT, (8, 8))
    inner = helper.make_graph([make_node("MatMul", ["x", "w"], ["r"])], "g", [], [result])
    nodes = [
        make_node("MatMul", ["x", "w"], ["a"]),
        make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner),
    ]
    return model(nodes, {"x": (8, 8), "c": ()}, {"w": (8, 8)}).SerializeToString()


def _invented() -> bytes:
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    nodes = [make_node("MatMul", ["x", "w"], ["a"]), make_node("Own", ["a"], ["y"], domain="own")]
    return model(nodes, {"x": (8, 8)}, {"w": (8, 8)}).SerializeToString()


def _without_shape() -> bytes:
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    node = make_node("MatMul", ["x", "w"], ["y"])
    return model([node], {"x": None}, {"w": (8, 4)}).SerializeToString()


def _three_dimensions() -> bytes:
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    node = make_node("Conv", ["x", "w"], ["y"])
    return model([node], {"x": (1, 2, 5, 5, 5)}, {"w": (2, 2, 3, 3, 3)}).SerializeToString()


@needs_onnx
def test_every_code_is_triggered_by_its_example(tmp_path):
    rows = [code for code in CODES if code.startswith("M4")]
    table = triggers(tmp_path)
    assert sorted({*table, "M410", "M411"}) == rows  # these have their tests beside the formats
    for code, trigger in table.items():
        try:
            found = trigger().warnings
        except MaestroError as error:
            found = error.diagnostics
        (entry,) = [entry for entry in found if entry.code == code]
        assert entry.severity == CODES[code].severity == ("warning" if code >= "M450" else "error")
        assert entry.hint

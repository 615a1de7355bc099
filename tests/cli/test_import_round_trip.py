"""A network that was imported and written is the network: random ones of every format, text and numbers."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maestro_py import frontends
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse_file

Run = Callable[..., Result]

sizes = st.integers(1, 24)
taps = st.integers(1, 3)
extents = st.integers(5, 20)
names = st.sampled_from(["conv1", "fc 2", "/stem/Conv", 'a"b', "x,y", "é", "Layer", "1"])


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@st.composite
def scalesim(draw: st.DrawFn) -> bytes:
    lines = ["Layer,M,N,K,Batch"]
    for _ in range(draw(st.integers(1, 4))):
        lines.append(",".join([quoted(draw(names)), *(str(draw(sizes)) for _ in range(4))]))
    return "\n".join(lines).encode()


@st.composite
def layer_table(draw: st.DrawFn) -> bytes:
    lines = ["name,type,N,G,K,C,R,S,Y,X,stride_y,stride_x,pad_y,pad_x,dilation,notes"]
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["CONV", "DSCONV", "TRCONV", "POOL", "FC"]))
        groups = draw(st.integers(1, 4))
        channels = groups if kind == "DSCONV" else groups * draw(sizes)
        filters = channels if kind == "POOL" else groups * draw(sizes)
        window = (
            [1, 1, draw(sizes), 1] if kind == "FC" else [draw(taps), draw(taps), draw(extents), draw(extents)]
        )
        steps = (
            [1, 1, 0, 0, 1]
            if kind == "FC"
            else [*(draw(taps) for _ in range(2)), draw(st.integers(0, 1)), 0, 1]
        )
        numbers = [
            draw(st.integers(1, 3)),
            1 if kind == "POOL" else groups,
            filters,
            channels,
            *window,
            *steps,
        ]
        lines.append(",".join([quoted(draw(names)), kind, *map(str, numbers), ""]))
    return "\n".join(lines).encode()


@st.composite
def timeloop(draw: st.DrawFn) -> bytes:
    problems = []
    for _ in range(draw(st.integers(1, 3))):
        given = {name: draw(sizes) for name in "KCPQ"} | {name: draw(taps) for name in ("R", "S", "Wstride")}
        listed = ", ".join(f"{name}: {size}" for name, size in given.items())
        problems.append(f"- {{shape: cnn-layer, name: l{len(problems)}, {listed}}}")
    return ("problem:\n" + "\n".join(problems) + "\n").encode()


@st.composite
def onnx(draw: st.DrawFn) -> bytes:
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    channels, filters, kernel = draw(sizes), draw(sizes), (draw(taps), draw(taps))
    nodes = [
        make_node("Conv", ["x", "w"], ["a"], name=draw(names), strides=[draw(taps), draw(taps)]),
        make_node("Relu", ["a"], ["b"]),
        make_node("MaxPool", ["b"], ["p"], name=draw(names), kernel_shape=[1, 1]),
        make_node("Add", ["a", "b"], ["s"], name=draw(names)),
        make_node("MatMul", ["m", "n"], ["c"], name=draw(names)),
    ]
    rows, depth, columns = draw(sizes), draw(sizes), draw(sizes)
    inputs = {"x": (draw(taps), channels, draw(extents), draw(extents)), "m": (draw(taps), rows, depth)}
    return model(
        nodes, inputs, {"w": (filters, channels, *kernel), "n": (depth, columns)}
    ).SerializeToString()


@st.composite
def torch_export(draw: st.DrawFn) -> bytes:
    import io

    import torch

    stream = io.BytesIO()
    width, kernel = draw(sizes), draw(taps)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(width, draw(sizes), kernel, padding=draw(st.integers(0, 1))),
        torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool2d(1),
    )
    program = torch.export.export(module, (torch.empty(draw(taps), width, 12, 9),))
    torch.export.save(program, stream)
    return stream.getvalue()


FILES = {
    "layer_table": layer_table,
    "onnx": onnx,
    "scalesim": scalesim,
    "timeloop": timeloop,
    "torch_export": torch_export,
}


def columns(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def test_every_format_is_here() -> None:
    assert sorted(FILES) == sorted(frontends.frontends())


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_is_written_is_what_was_read(run: Run, tmp_path: Path, name: str) -> None:
    if name in ("onnx", "torch_export"):
        pytest.importorskip(name.partition("_")[0])
    model = tmp_path / f"net{frontends.get(name).suffixes[0]}"
    text = tmp_path / "net.m"

    @settings(max_examples=3 if name == "torch_export" else 15, suppress_health_check=[HealthCheck.too_slow])
    @given(FILES[name]())
    def check(data: bytes) -> None:
        model.write_bytes(data)
        done = run("import", model, "-o", text)
        assert done.exit_code == 0, done.output
        program = lower(parse_file(text))
        assert program.networks == (frontends.read(model).network,)
        assert program.warnings == ()
        assert run("fmt", "--check", text).exit_code == 0
        found = []
        for number, source in enumerate((model, text)):
            out = tmp_path / f"{number}.csv"
            analysed = run("analyze", source, "-d", "kcp_ws", "--hw", "tpu", "-o", out)
            assert analysed.exit_code == 0, analysed.output
            found.append(columns(out))
        assert found[0] == found[1]
        assert all(int(row["macs"]) > 0 for row in found[0])
        assert [row["layer"] for row in found[0]] == [layer.name for layer in program.networks[0].layers]

    check()

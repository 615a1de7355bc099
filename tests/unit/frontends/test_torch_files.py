"""Files of torch.export.save: read, broken, and without torch."""

import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from maestro_py import frontends
from maestro_py.analysis.api import analyze
from maestro_py.errors import MaestroError
from maestro_py.frontends import torch_export

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.export import export  # noqa: E402
from torch.nn import functional  # noqa: E402

from .torch_modules import two_inputs  # noqa: E402


@pytest.fixture(scope="module")
def program():
    return two_inputs()


@pytest.fixture(scope="module")
def saved(program, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "two.pt2"
    torch.export.save(program, path)
    return path


def test_saved_program(program, saved, capfd):
    found = frontends.read(saved, {"x.0": 5})
    assert found.network.layers == torch_export.program_network(program, {"x.0": 5}).network.layers
    assert found.network.name == "two"
    assert frontends.find(saved).recognises(saved.read_bytes()[: frontends.HEAD_BYTES])
    assert frontends.read(saved).network.layers[0].sizes["M"] == 3
    analysis = analyze(saved, "kcp_ws", "eyeriss", dims={"x.0": 5})
    assert analysis.totals["macs"] == 5 * 32 + 5 * 4 + 10 * 32
    assert capfd.readouterr() == ("", "")


def rewritten(saved: Path, folder: Path, change: Callable[[str, bytes], bytes]) -> Path:
    path = folder / "broken.pt2"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return path


def in_model(change: Callable[[bytes], bytes]) -> Callable[[str, bytes], bytes]:
    return lambda name, data: change(data) if name.endswith("model.json") else data


def test_sizes_without_an_example_are_asked_for(saved, tmp_path):
    path = rewritten(
        saved, tmp_path, in_model(lambda data: re.sub(rb'"hint": ?\{[^}]*\}', b'"hint": null', data))
    )
    with pytest.raises(MaestroError, match=r"M403: .*dimensions without a size: x\.0") as caught:
        frontends.read(path)
    assert caught.value.diagnostics[0].hint == "give each a size: --dim x.0=1"
    assert frontends.read(path, {"x.0": 2}).network.layers[0].sizes["M"] == 2


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: b"", "this is no .pt2 file, or it was cut off"),
    "text": (lambda data: b"Network n { }", "this is no .pt2 file, or it was cut off"),
    "cut off": (lambda data: data[: len(data) // 2], "this is no .pt2 file, or it was cut off"),
    "end missing": (lambda data: data[:-20], "this is no .pt2 file, or it was cut off"),
    "one byte": (lambda data: data.replace(b'"graph_module"', b'"graph_modulf"'), "cannot load the program"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file(name, saved, tmp_path, capfd):
    change, said = BROKEN[name]
    path = tmp_path / "broken.pt2"
    path.write_bytes(change(saved.read_bytes()))
    expect_broken(path, said)
    assert capfd.readouterr() == ("", "")


ARCHIVES = {
    "JSON cut off": in_model(lambda data: data[:100]),
    "not JSON": in_model(lambda data: b"\x80\x04"),
    "another JSON": in_model(lambda data: b"[]"),
    "unknown operator": in_model(lambda data: data.replace(b"aten.linear.default", b"acme.linear.default")),
    "a later version": lambda name, data: b"99" if name.endswith("archive_version") else data,
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_broken_archive(name, saved, tmp_path, capfd):
    expect_broken(
        rewritten(saved, tmp_path, ARCHIVES[name]), f"torch {torch.__version__} cannot load the program"
    )
    assert capfd.readouterr() == ("", "")


def test_archives_of_something_else(tmp_path):
    path = tmp_path / "other.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "Dear reader")
    assert "export the network again" in expect_broken(path, "this zip archive holds no exported program")
    torch.save(nn.Linear(2, 2).state_dict(), path)
    assert "torch.export.save" in expect_broken(path, "this zip archive holds no exported program")
    with pytest.raises(MaestroError, match="M001"):
        frontends.read(tmp_path / "missing.pt2")


def expect_broken(path: Path, said: str) -> str:
    with pytest.raises(MaestroError) as caught:
        frontends.read(path)
    (entry,) = caught.value.diagnostics
    assert entry.code == "M402"
    assert repr(str(path)) in entry.message
    assert said in entry.message
    return entry.hint


def test_errors_name_the_file(tmp_path):
    class Model(nn.Module):
        def forward(self, x, w):
            return functional.conv3d(x, w)

    path = tmp_path / "three.pt2"
    torch.export.save(export(Model(), (torch.empty(1, 2, 5, 5, 5), torch.empty(2, 2, 3, 3, 3))), path)
    with pytest.raises(MaestroError, match="M408: ") as caught:
        frontends.read(path)
    assert caught.value.diagnostics[0].message.startswith(f"{str(path)!r}: node 'conv3d' (conv3d): it has 3")


def test_without_the_library(saved, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for read in (lambda: frontends.read(saved), lambda: torch_export.network(None, ())):
        with pytest.raises(MaestroError, match="M410: reading PyTorch's programs needs torch") as caught:
            read()
        assert caught.value.diagnostics[0].hint == "pip install torch"

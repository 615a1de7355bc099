"""The shipped networks are what their descriptions say, and descriptions track shapes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer
from maestro_py.syntax.parser import parse
from models.describe import Description, descriptions, files, network
from models.describe.layers import Net, Shape

ROOT = Path(__file__).parents[3]


def test_files_and_readme_are_those_of_the_descriptions() -> None:
    written = files.texts()
    present = {path.name for path in files.FOLDER.glob("*.m")} | {files.README}
    assert set(written) == present
    for name, text in written.items():
        assert (files.FOLDER / name).read_text(encoding="utf-8") == text, (
            f"run python -m models.describe: {name}"
        )


@pytest.mark.parametrize("name", descriptions())
def test_a_file_means_what_was_described(name: str) -> None:
    description = descriptions()[name]
    program = lower(parse(files.file_text(description)))
    assert program.networks == (description.net.network,)


def test_check_says_what_differs_and_leaves_it(tmp_path: Path, monkeypatch) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "models.describe", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    copy = tmp_path / "models"
    (copy / "describe").mkdir(parents=True)
    for path in [*files.FOLDER.glob("*.m"), files.FOLDER / files.README, *files.FOLDER.glob("describe/*.py")]:
        (copy / path.relative_to(files.FOLDER)).write_bytes(path.read_bytes())
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # of the package; the folder that runs comes first
    (copy / "lenet5.m").write_text("", encoding="utf-8")
    (copy / "stranger.m").write_text("", encoding="utf-8")
    assert run("--check") == (1, "lenet5.m differs\nstranger.m has no description\n")
    assert (copy / "lenet5.m").read_bytes() == b""
    assert run() == (0, "lenet5.m written\nstranger.m has no description\n")
    assert (copy / "lenet5.m").read_bytes() == (files.FOLDER / "lenet5.m").read_bytes()
    (copy / "stranger.m").unlink()
    assert run("--check") == (0, "")


def text_of(net: Net) -> str:
    return files.file_text(Description("net", "a net", "this test", "nothing", net))


def test_constants_and_sections_are_written_by_name() -> None:
    net = Net("net")
    steps, tokens = net.constant("Steps", 3, "of a cell"), net.constant("Tokens", 5)
    net.matmul("a", 4 * tokens, 7, 5)
    net.section("the cell")
    net.matmul("b", 1, 5, 8, repeat=steps, same_weights=True)
    text = text_of(net)
    assert text.split("\n\n", 1)[1] == (
        "Constant Steps 3; // of a cell\n"
        "Constant Tokens 5;\n\n"
        "Network net {\n"
        "  Layer a {\n    Type: GEMM;\n    Dimensions { M: 4*Tokens, N: 7, K: 5 }\n  }\n\n"
        "  // the cell\n"
        "  Layer b {\n    Type: GEMM;\n    Repeat: Steps;\n    Dimensions { M: 1, N: 5, K: 8 }\n  }\n"
        "}\n"
    )
    assert net.weights == 7 * 5 + 5 * 8
    assert net.macs == 20 * 7 * 5 + 3 * 5 * 8
    (longer,) = lower(parse(text), {"Tokens": 6}).networks
    assert longer.layers[0].sizes == {"M": 24, "N": 7, "K": 5}


def test_layers_read_what_was_written() -> None:
    net = Net("net")
    net.image(4, 20, 11, batch=2)
    assert net.conv("a", 6, (3, 5), (2, 1), pad=(1, 2), groups=2) == Shape(6, 10, 11)
    assert net.depthwise("b", 3, 2, pad=1) == Shape(6, 5, 6)
    assert net.pointwise("c", 8) == Shape(8, 5, 6)
    assert net.transposed_conv("d", 3, 2, 2) == Shape(3, 10, 12)
    assert net.global_pool("e") == Shape(3)
    assert net.fc("f", 9, of=Shape(2, 3, 4)) == Shape(9)
    padding = ((1, 1), (2, 2))
    sizes = {"N": 2, "G": 2, "K": 3, "C": 2, "R": 3, "S": 5, "Y": 20, "X": 11}
    assert net.layers[0] == Layer("a", "NGCONV", sizes, stride=(2, 1), padding=padding)
    assert net.layers[-1] == Layer("f", "FC", {"N": 2, "K": 9, "C": 24})
    macs, weights = net.macs, net.weights
    assert net.add("g", Shape(2, 3, 4), Shape(2, 3, 4)) == Shape(2, 3, 4)
    assert net.layers[-1] == Layer("g", "ADD", {"N": 2, "C": 2, "Y": 3, "X": 4})
    assert (net.macs, net.weights) == (macs, weights)


@pytest.mark.parametrize(
    ("extent", "kernel", "stride", "pad", "outputs", "behind"),
    [(112, 3, 2, 0, 56, 1), (55, 3, 2, 0, 27, 0), (8, 3, 3, 0, 3, 1), (6, 3, 2, 1, 4, 2), (7, 2, 2, 0, 4, 1)],
)
def test_ceil_adds_padding_behind(
    extent: int, kernel: int, stride: int, pad: int, outputs: int, behind: int
) -> None:
    net = Net("net")
    net.image(1, extent, extent)
    assert net.pool("a", kernel, stride, pad=pad, ceil=True) == Shape(1, outputs, outputs)
    assert net.layers[0].padding == ((pad, behind), (pad, behind))


def test_what_does_not_fit_together_is_refused() -> None:
    net = Net("net")
    net.image(6, 8, 8)
    net.conv("a", 6, 3)
    with pytest.raises(ValueError, match="two layers of net are called a"):
        net.conv("a", 6, 3)
    with pytest.raises(ValueError, match="a2 divides 6 and 8 channels into 4 groups"):
        net.conv("a2", 8, 3, groups=4)
    with pytest.raises(ValueError, match="b of net adds"):
        net.add("b", Shape(1, 2, 3), Shape(1, 2, 4))
    with pytest.raises(ValueError, match="net concatenates"):
        net.concatenate(Shape(1, 2, 3), Shape(1, 2, 4))
    descriptions()
    with pytest.raises(ValueError, match="two networks are called lenet5"):
        network(name="lenet5", title="", source="", note="")(lambda net: None)

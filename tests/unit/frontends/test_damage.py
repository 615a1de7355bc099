"""Files that are damaged, whatever the format: an error that names the file, in time, and nothing else.

Sound files of every format are changed at random: bits, bytes, ranges and numbers are replaced, left out,
repeated or moved. What is still read must survive writing and parsing. Files that claim to be large are read
in a process of its own, whose memory is limited.
"""

from __future__ import annotations

import io
import os
import random
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from maestro_py import frontends
from maestro_py.errors import MaestroError
from maestro_py.ir.lower import lower
from maestro_py.ir.write import network_text
from maestro_py.syntax.parser import parse
from tests.unit.frontends.test_registry import LIBRARIES, SAMPLES, onnx_sample
from tests.unit.frontends.test_timeloop import GEMM, VERSION_4

ROOT = Path(__file__).parents[3]

LAYERS = (
    b"name,type,N,G,K,C,R,S,Y,X,stride_y,stride_x,pad_y,pad_x,dilation,notes\n"
    b"c,CONV,1,1,64,3,7,7,224,224,2,2,3,3,1,\np,POOL,1,1,64,64,3,3,112,112,2,2,1,1,1,ceil\n"
    b"d,DSCONV,1,32,32,32,3,3,14,14,1,1,1,1,1,\nt,TRCONV,1,1,8,16,2,2,7,7,2,2,0,0,1,\n"
    b"g,GEMM,1,8,512,64,1,1,16,1,1,1,0,0,1,act kv_heads=2\nl,LSTM,20,1,256,128,1,1,1,1,1,1,0,0,1,\n"
)
TOPOLOGY = (
    b"Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
    b'Conv1, 224, 224, 7, 7, 3, 64, 2,\nDP2, 56, 56, 3, 3, 64, 1, 1,\n"a,b",10,9,3,2,4,5,3,\n'
)
MERGED = "base: &b\n  shape: cnn-layer\n  instance: {K: 4}\nproblem:\n  <<<: *b\n  instance: {C: 5}\n"


def onnx_graph() -> bytes:
    """Convolution, shapes that are computed, attention, a branch and an operator of an unknown kind."""
    import numpy as np
    from onnx import numpy_helper
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    nodes = [
        make_node("Conv", ["im", "cw"], ["a"], name="/stem/Conv", auto_pad="SAME_UPPER", strides=[2, 2]),
        make_node("MaxPool", ["a"], ["p"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
        make_node("ConvTranspose", ["p", "tw"], ["t"], strides=[2, 2], output_padding=[1, 1]),
        make_node("MatMul", ["x", "w"], ["q"], name="q"),
        make_node("Shape", ["q"], ["s"]),
        make_node("Gather", ["s", "zero"], ["g"]),
        make_node("Concat", ["g", "rest"], ["shape"], axis=0),
        make_node("Reshape", ["q", "shape"], ["r"]),
        make_node("Einsum", ["r", "r"], ["e"], equation="bqhd,bkhd->bhqk"),
        make_node("Attention", ["x", "x", "x"], ["at"], q_num_heads=4, kv_num_heads=4),
        make_node("LSTM", ["seq", "lw", "lr"], ["l"], hidden_size=16),
        make_node("Mystery", ["l"], ["m"], domain="acme"),
    ]
    inputs = {"x": (1, 8, 64), "im": (1, 3, 16, 16), "seq": (20, 2, 8)}
    weights = {"w": (64, 64), "cw": (4, 3, 3, 3), "tw": (4, 6, 3, 3), "lw": (1, 64, 8), "lr": (1, 64, 16)}
    values = {"zero": np.array([0], np.int64), "rest": np.array([-1, 4, 16], np.int64)}
    given = [numpy_helper.from_array(value, name) for name, value in values.items()]
    return model(nodes, inputs, weights, opset=23, initializers=given).SerializeToString()


SOUND: dict[str, list[Callable[[], bytes]]] = {
    "layer_table": [SAMPLES["layer_table"], lambda: LAYERS],
    "onnx": [SAMPLES["onnx"], onnx_graph],
    "scalesim": [lambda: b"Layer,M,N,K,Batch,Sparsity\na,128,64,32,2,1:2\nb,1,2,3,,2:2\n", lambda: TOPOLOGY],
    "timeloop": [SAMPLES["timeloop"], VERSION_4.encode, GEMM.encode, MERGED.encode],
    "torch_export": [SAMPLES["torch_export"]],
}

NUMBERS = (
    b"0",
    b"-1",
    b"2147483648",
    b"9223372036854775808",
    b"1e9",
    b"9" * 30,
    b"1.5",
    b"",
    b"nan",
    b"true",
)
PIECES = (
    *(
        b"\x00",
        b"\xff",
        b"\x80",
        b"\xff" * 9 + b"\x01",
        b"\xff\xff\xff\xff\x07",
        b"\n",
        b"\t",
        b"\r",
        b"\xed\xa0\x80",
    ),
    *(
        b",",
        b'"',
        b"'",
        b":",
        b"{",
        b"[[",
        b"}",
        b"&a ",
        b"*a",
        b"<<<: ",
        b"- ",
        b"? ",
        b"| ",
        b"---\n",
        b"%YAML 9",
    ),
    *(b"{{include_text('x')}}", b"!!python/object:os.system x", b"0x" + b"f" * 20000, b"\x1b[31m"),
)


def damaged(data: bytes, draw: random.Random) -> bytes:
    """The file with one to five changes."""
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 5))):
        start = draw.randrange(len(out) + 1)
        end = min(len(out), start + draw.choice((1, 1, 2, 4, 8, 32, 200)))
        match draw.randrange(8):
            case 0 if start < len(out):
                out[start] ^= 1 << draw.randrange(8)
            case 1 if start < len(out):
                out[start] = draw.randrange(256)
            case 2:
                del out[start:end]
            case 3:
                out[start:start] = out[start:end] * draw.choice((1, 2, 50))
            case 4:
                out[start : draw.choice((start, end))] = draw.choice(PIECES)
            case 5 if numbers := list(re.finditer(rb"-?\d+", out)):
                number = draw.choice(numbers)
                out[number.start() : number.end()] = draw.choice(NUMBERS)
            case 6:
                del out[start:]
            case _:
                source = draw.randrange(len(out) + 1)
                out[start:start] = out[source : source + draw.choice((4, 16, 64))]
    return bytes(out)


def damaged_inside(data: bytes, draw: random.Random) -> bytes:
    """A zip archive that is sound, with a description that is not."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    wrong = draw.choice([name for name in entries if name.endswith(".json")])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, damaged(content, draw) if name == wrong else content)
    return out.getvalue()


def check_damage(name: str, count: int, seed: int, folder: Path) -> None:
    if name in LIBRARIES:
        pytest.importorskip(LIBRARIES[name])
    draw = random.Random(seed)
    sound = [build() for build in SOUND[name]]
    path = folder / f"net{frontends.get(name).suffixes[0]}"
    read = 0
    for number in range(count):
        inside = name == "torch_export" and draw.random() < 0.9
        path.write_bytes((damaged_inside if inside else damaged)(draw.choice(sound), draw))
        try:
            found = frontends.read(path, name=name)
        except MaestroError as error:
            for entry in error.diagnostics:
                assert str(path) in entry.message or entry.span is not None or entry.code == "M001", entry
                assert entry.hint or "more errors like these" in entry.message, entry
            continue
        except Exception as error:
            raise AssertionError(f"change {number} of seed {seed}: {error!r}") from error
        read += 1
        program = lower(parse(network_text(found.network)))
        assert program.networks == (found.network,)
        assert program.warnings == ()
    assert 0 < read < count


def test_every_format_has_sound_files() -> None:
    assert sorted(SOUND) == sorted(frontends.frontends())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", sorted(SOUND))
def test_no_damage_is_more_than_an_error(name: str, tmp_path: Path) -> None:
    check_damage(name, 60 if name == "torch_export" else 400, 1, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 6))
@pytest.mark.parametrize("name", sorted(SOUND))
def test_no_damage_is_more_than_an_error_long(name: str, seed: int, tmp_path: Path) -> None:
    check_damage(name, 500 if name == "torch_export" else 10_000, seed, tmp_path)


# ---- files that claim much, and files that are none --------------------------------------------------------


def claims() -> bytes:
    """Weights of 2 GiB by their shape, with four bytes."""
    from onnx import TensorProto
    from onnx.helper import make_node

    from tests.unit.frontends.onnx_models import model

    weights = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2**15, 2**14], raw_data=b"1234")
    built = model([make_node("MatMul", ["x", "w"], ["y"])], {"x": (0, 2**15)}, initializers=[weights])
    return built.SerializeToString()


def nested() -> bytes:
    """300 branches, each within the one before."""

    def field(number: int, data: bytes) -> bytes:
        size, length = len(data), b""
        while size > 127:
            length += bytes([size & 127 | 128])
            size >>= 7
        return bytes([number << 3 | 2]) + length + bytes([size]) + data

    graph = b""
    for _ in range(300):
        branch = field(1, b"then_branch") + field(6, graph) + b"\xa0\x01\x05"
        graph = field(1, field(4, b"If") + field(5, branch) + field(1, b"c") + field(2, b"y"))
    return b"\x08\x08" + field(7, graph)


def packed() -> bytes:
    """An archive whose program unpacks to a GiB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("net/models/model.json", "w") as entry,
    ):
        for _ in range(2**10):
            entry.write(bytes(2**20))
    return out.getvalue()


HEADER = b"name,type,N,G,K,C,R,S,Y,X,stride_y,stride_x,pad_y,pad_x,dilation,notes\n"
LARGE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "weights of 2 GiB": ("net.onnx", claims, "M is 0"),
    "2 GiB of graph": ("net.onnx", lambda: b"\x08\x08\x3a\xff\xff\xff\xff\x07", "cannot be decoded"),
    "endless number": ("net.onnx", lambda: b"\x08\x08\x3a" + b"\xff" * 10**5, "cannot be decoded"),
    "nested branches": ("net.onnx", nested, "cannot be decoded"),
    "nested lists": ("net.yaml", lambda: b"problem: " + b"[" * 10**5, "nested too deeply"),
    "a merge into itself": ("net.yaml", lambda: b"problem: &a {<<: *a}", "merged (`<<`) into itself"),
    "nested mappings": ("net.yaml", lambda: b"".join(b" " * i + b"a:\n" for i in range(600)), "nested too"),
    "number of 80,000 bits": ("net.yaml", lambda: b"problem: {K: 0x" + b"f" * 20000 + b"}", "80000 bits"),
    "200,000 wrong lines": ("net.csv", lambda: HEADER + b"a,b\n" * 200_000, "more errors like these"),
    "million fields": ("net.csv", lambda: b"Layer,M,N,K\n" + b"," * 10**6, "M is ''"),
    "more than a table has": ("net.csv", lambda: b"Layer,M,N,K\n" + b"a,1,2,3\n" * 10**6, "more than"),
    "archive of a GiB": ("net.pt2", packed, "claim 1,073,741,824 bytes"),
}


def run_import(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """``maestro-py import`` with 2 GiB of address space, or more for torch, which maps its own libraries."""
    most = 2**33 if path.suffix == ".pt2" else 2**31
    return subprocess.run(
        [sys.executable, "-m", "maestro_py.cli", "import", str(path), *more],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )


@pytest.mark.parametrize("name", LARGE)
def test_what_claims_much_is_refused_in_little_memory_and_time(name: str, tmp_path: Path) -> None:
    file, build, said = LARGE[name]
    if Path(file).suffix in (".onnx", ".pt2"):
        pytest.importorskip("onnx" if file.endswith("x") else "torch")
    path, out = tmp_path / file, tmp_path / "out.m"
    path.write_bytes(build())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run_import(path, "-o", str(out))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < (6 if path.suffix == ".pt2" else 3)  # 2 s and what a busy machine adds; torch starts in 1.5


def test_a_file_beyond_two_gigabytes_is_not_read(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    path = tmp_path / "large.onnx"
    with path.open("wb") as stream:
        stream.write(onnx_sample())
        stream.truncate(2**31)  # takes no room on the disk
    done = run_import(path)
    assert done.returncode == 1
    assert "larger than the 2 GiB" in done.stderr


@pytest.mark.parametrize("suffix", [".onnx", ".csv", ".yaml", ".pt2", ""])
def test_a_pipe_is_no_file(suffix: str, tmp_path: Path) -> None:
    pipe = tmp_path / f"pipe{suffix}"
    os.mkfifo(pipe)
    done = run_import(pipe)  # nobody writes: a process that opened it would wait
    assert done.returncode == 1
    assert "M001: cannot read" in done.stderr
    assert "it is a pipe or a device" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "net.csv"
    path.write_bytes(LAYERS)
    path.chmod(0)
    with pytest.raises(MaestroError, match=r"M001: .*Permission denied"):
        frontends.read(path)


def test_names_that_repeat_are_numbered_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "net.csv"
    path.write_bytes(b"Layer,M,N,K\n" + b"a,1,2,3\n" * 20_000 + b"a#3,1,2,3\n")
    names = [layer.name for layer in frontends.read(path).network.layers]
    assert names[:3] == ["a", "a#2", "a#3"]
    assert names[-2:] == ["a#20000", "a#3#2"]
    assert len(set(names)) == len(names)

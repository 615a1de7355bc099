"""PyTorch modules, programs and .pt2 files: networks against their closed forms, and what is wrong."""

import logging
import re
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from maestro_py import frontends
from maestro_py.analysis.api import analyze
from maestro_py.errors import MaestroError
from maestro_py.frontends import torch_export
from maestro_py.frontends._torch_operators import COSTED
from maestro_py.frontends._torch_without_macs import WITHOUT_MACS
from maestro_py.ir import operators
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer
from maestro_py.ir.write import network_text
from maestro_py.syntax.parser import parse

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.export import Dim, export  # noqa: E402
from torch.nn import functional  # noqa: E402

Layers = tuple[Layer, ...]


def macs(layers: Layers, pooling: bool = False) -> int:
    return sum(
        operators.get(layer.operator).problem(layer).macs * layer.repeat
        for layer in layers
        if layer.operator != "ADD" and (pooling or layer.operator != "POOL")
    )


def layers(module: nn.Module, *shapes: tuple[int, ...]) -> Layers:
    """Layers of a module by examples of shapes; writing and parsing keep them."""
    found = torch_export.network(module.eval(), tuple(torch.empty(shape) for shape in shapes))
    assert found.warnings == ()
    assert lower(parse(network_text(found.network))).networks == (found.network,)
    return found.network.layers


# ---- modules ------------------------------------------------------------------------------------------


class ResidualBlock(nn.Module):
    """ResNet's bottleneck that halves the rows: 64 channels to 256, 32 inside."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(64, 32, 1, bias=False), nn.BatchNorm2d(32)
        self.conv2, self.bn2 = nn.Conv2d(32, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32)
        self.conv3, self.bn3 = nn.Conv2d(32, 256, 1, bias=False), nn.BatchNorm2d(256)
        self.downsample = nn.Sequential(nn.Conv2d(64, 256, 1, 2, bias=False), nn.BatchNorm2d(256))

    def forward(self, x):
        y = self.bn1(self.conv1(x)).relu_()
        y = self.bn2(self.conv2(y)).relu_()
        return torch.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class InvertedResidual(nn.Sequential):
    """MobileNetV2's block: 24 channels, 6 times as many inside."""

    def __init__(self) -> None:
        super().__init__(
            nn.Sequential(nn.Conv2d(24, 144, 1, bias=False), nn.BatchNorm2d(144), nn.ReLU6()),
            nn.Sequential(
                nn.Conv2d(144, 144, 3, padding=1, groups=144, bias=False), nn.BatchNorm2d(144), nn.ReLU6()
            ),
            nn.Conv2d(144, 24, 1, bias=False),
            nn.BatchNorm2d(24),
        )

    def forward(self, x):
        return x + super().forward(x)


class SelfAttention(nn.Module):
    """Attention of a decoder whose query heads share keys and values."""

    def __init__(self, width: int, heads: int, kv_heads: int) -> None:
        super().__init__()
        self.head = width // heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, kv_heads * self.head, bias=False)
        self.v_proj = nn.Linear(width, kv_heads * self.head, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x, past_keys, past_values):
        def heads(projected):
            return projected.unflatten(-1, (-1, self.head)).transpose(1, 2)

        keys = torch.cat([past_keys, heads(self.k_proj(x))], 2)
        values = torch.cat([past_values, heads(self.v_proj(x))], 2)
        y = functional.scaled_dot_product_attention(
            heads(self.q_proj(x)), keys, values, is_causal=True, enable_gqa=True
        )
        return self.o_proj(y.transpose(1, 2).flatten(2))


class DecoderLayer(nn.Module):
    def __init__(self, width: int = 64, heads: int = 8, kv_heads: int = 2, inner: int = 96) -> None:
        super().__init__()
        self.input_norm, self.norm = nn.RMSNorm(width), nn.RMSNorm(width)
        self.self_attn = SelfAttention(width, heads, kv_heads)
        self.gate_proj, self.up_proj = (
            nn.Linear(width, inner, bias=False),
            nn.Linear(width, inner, bias=False),
        )
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x, past_keys, past_values):
        x = x + self.self_attn(self.input_norm(x), past_keys, past_values)
        y = self.norm(x)
        return x + self.down_proj(functional.silu(self.gate_proj(y)) * self.up_proj(y))


class Decoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(1000, 64)
        self.layers = nn.ModuleList(DecoderLayer() for _ in range(2))

    def forward(self, tokens, past_keys, past_values):
        x = self.embed(tokens)
        for layer in self.layers:
            x = layer(x, past_keys, past_values)
        return x @ self.embed.weight.T


class UNet(nn.Module):
    """Two levels: down by pooling, up by transposed convolutions, with crossings."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Conv2d(3, 16, 3, padding=1)
        self.down = nn.Conv2d(16, 32, 3, padding=1, padding_mode="reflect")
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ConvTranspose2d(32, 16, 2, 2)
        self.leave = nn.Conv2d(32, 2, 3, padding="same")

    def forward(self, x):
        left = functional.relu(self.enter(x))
        return self.leave(torch.cat([left, self.up(functional.relu(self.down(self.pool(left))))], 1))


# ---- networks -----------------------------------------------------------------------------------------


def test_resnet_block():
    found = layers(ResidualBlock(), (2, 64, 56, 56))
    assert [layer.name for layer in found] == ["conv1", "conv2", "conv3", "downsample.0", "add"]
    assert [layer.operator for layer in found] == ["PWCONV", "CONV", "PWCONV", "PWCONV", "ADD"]
    assert found[-1].sizes == {"N": 2, "C": 256, "Y": 28, "X": 28}
    half = 28 * 28
    assert macs(found) == 2 * (56 * 56 * 64 * 32 + half * (9 * 32 * 32 + 32 * 256 + 64 * 256))


def test_sums_of_weights_numbers_and_what_is_broadcast_are_counted():
    class Sums(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 8, bias=False)
            self.places = nn.Embedding(5, 8)
            self.bias = nn.Parameter(torch.zeros(1, 5, 8))

        def forward(self, x, row):
            y = self.fc(x) + self.places(torch.arange(5))[None] + self.bias
            y = torch.add(y, x, alpha=2) + 1 + row
            return y.add_(x) + x

    module = Sums().eval()
    found = torch_export.network(module, (torch.empty(1, 5, 8), torch.empty(8)))
    assert [(layer.name, layer.operator) for layer in found.network.layers] == [
        ("fc", "GEMM"),
        ("add", "ADD"),
        ("add#2", "ADD"),
    ]
    assert found.network.layers[1].sizes == {"C": 8, "Y": 5}
    assert found.not_costed["add"] == 5
    assert found.warnings == ()


def test_mobilenet_block():
    found = layers(InvertedResidual(), (1, 24, 56, 56))
    assert [(layer.name, layer.operator) for layer in found] == [
        ("0.0", "PWCONV"),
        ("1.0", "DSCONV"),
        ("2", "PWCONV"),
        ("add", "ADD"),
    ]
    assert macs(found) == 56 * 56 * (24 * 144 + 9 * 144 + 144 * 24)


@pytest.mark.parametrize("batch_first", [True, False])
def test_transformer_encoder_layer(batch_first):
    module = nn.TransformerEncoderLayer(64, 4, 128, batch_first=batch_first)
    found = layers(module, (2, 10, 64) if batch_first else (10, 2, 64))
    assert macs(found) == 2 * (10 * (4 * 64 * 64 + 2 * 64 * 128) + 2 * 10 * 10 * 64)
    assert [layer.name for layer in found[-4:]] == ["add", "linear1", "linear2", "add#2"]
    assert all(layer.name.startswith("self_attn.") for layer in found[:-4])


def test_attention_that_returns_its_weights():
    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.mha = nn.MultiheadAttention(64, 4, batch_first=True)

        def forward(self, x, y):
            return self.mha(x, y, y, need_weights=True)

    found = layers(Attention(), (2, 5, 64), (2, 7, 64))
    assert macs(found) == 2 * (2 * 64 * 64 * (5 + 7) + 2 * 5 * 7 * 64)


@pytest.mark.parametrize(("length", "past"), [(16, 0), (1, 2047)])
def test_decoder_with_grouped_queries(length, past):
    examples = torch.zeros(1, length, dtype=torch.long), *[torch.empty(1, 2, past, 8)] * 2
    found = torch_export.network(Decoder().eval(), examples)
    context = length + past
    projections = 2 * 64 * 64 + 2 * 64 * 16
    one = length * (projections + 3 * 64 * 96) + 2 * length * context * 64
    assert macs(found.network.layers) == 2 * one + length * 64 * 1000
    names = [layer.name for layer in found.network.layers]
    assert names[:11] == [
        "layers.0.self_attn.k_proj",
        "layers.0.self_attn.v_proj",
        "layers.0.self_attn.q_proj",
        "layers.0.self_attn.qk",
        "layers.0.self_attn.av",
        "layers.0.self_attn.o_proj",
        "layers.0.add",
        "layers.0.gate_proj",
        "layers.0.up_proj",
        "layers.0.down_proj",
        "layers.0.add#2",
    ]
    assert names[11:22] == [name.replace(".0.", ".1.") for name in names[:11]]
    assert names[22:] == ["matmul"]
    assert found.network.layers[6].sizes == {"C": 64, **({"Y": length} if length > 1 else {})}
    assert found.network.layers[3].sizes == {"G": 2, "M": 4 * length, "N": context, "K": 8}
    assert found.not_costed["embedding"] == 1
    assert found.not_costed["rms_norm"] == 4


@pytest.mark.parametrize(
    ("kind", "gates", "arguments"),
    [
        (nn.LSTM, 4, {}),
        (nn.LSTM, 4, {"num_layers": 2, "bidirectional": True, "batch_first": True}),
        (nn.LSTM, 4, {"num_layers": 2, "bidirectional": True, "proj_size": 8, "bias": False}),
        (nn.GRU, 3, {"bidirectional": True}),
        (nn.RNN, 1, {"num_layers": 3, "nonlinearity": "relu"}),
    ],
)
def test_recurrence(kind, gates, arguments):
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = kind(24, 16, **arguments)

        def forward(self, x):
            return self.rnn(x)[0]

    steps, batch = 20, 3
    shape = (batch, steps, 24) if arguments.get("batch_first") else (steps, batch, 24)
    found = layers(Model(), shape)
    projected = arguments.get("proj_size", 0)
    state, directions = projected or 16, 2 if arguments.get("bidirectional") else 1
    widths = [24, *[directions * state] * (arguments.get("num_layers", 1) - 1)]
    per_step = sum(gates * 16 * (width + state) + 16 * projected for width in widths)
    assert macs(found) == steps * batch * directions * per_step
    assert all(layer.name.startswith("rnn.") for layer in found)
    assert {layer.repeat for layer in found if not layer.name.endswith(".input")} == {steps}


def test_unet():
    found = layers(UNet(), (1, 3, 32, 32))
    assert [layer.name for layer in found] == ["enter", "pool", "down", "up", "leave"]
    up = found[3]
    assert up == Layer("up", "TRCONV", {"K": 16, "C": 32, "R": 2, "S": 2, "Y": 16, "X": 16}, stride=(2, 2))
    enter, leave = 32 * 32 * 27 * 16, 32 * 32 * 9 * 32 * 2
    assert macs((*found[:3], found[4])) == enter + 16 * 16 * 9 * 16 * 32 + leave
    assert found[2].padding == ((0, 0), (0, 0))  # reflected rows and columns are put around the input before
    assert (found[2].sizes["Y"], found[2].sizes["X"]) == (18, 18)


FUNCTIONS: dict[str, tuple[Callable, tuple, int]] = {
    "conv1d": (lambda x, w: functional.conv1d(x, w, stride=2, groups=2), ((2, 8, 21), (6, 4, 3)), 1440),
    "conv_transpose1d": (functional.conv_transpose1d, ((1, 8, 5), (8, 4, 3)), 7 * 3 * 32),
    "no batch": (functional.conv2d, ((3, 9, 9), (4, 3, 3, 3)), 49 * 27 * 4),
    "in place": (lambda x, y: x.addmm_(x, y).add_(1), ((8, 8), (8, 8)), 512),
    "einsum": (lambda x, y: torch.einsum("bij,bkj->bik", x, y), ((2, 3, 4), (2, 5, 4)), 120),
    "inner": (torch.inner, ((3, 4), (5, 4)), 60),
    "tensordot": (lambda x, y: torch.tensordot(x, y, 2), ((3, 4, 5), (4, 5, 6)), 360),
    "baddbmm": (lambda x, y, z: torch.baddbmm(x, y, z), ((2, 3, 5), (2, 3, 4), (2, 4, 5)), 120),
    "a number in place of a tensor": (
        lambda x, y: functional.lp_pool2d(x @ y, 2, 2),
        ((1, 4, 4), (4, 4)),
        64,
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name):
    class Model(nn.Module):
        def forward(self, *tensors):
            return function(*tensors)

    function, shapes, expected = FUNCTIONS[name]
    assert macs(layers(Model(), *shapes)) == expected


def test_meta_device_takes_no_memory():
    with torch.device("meta"):
        module, example = nn.Linear(2**20, 2**20), torch.empty(1, 2**20)
    assert module.weight.is_meta
    assert macs(torch_export.network(module, (example,)).network.layers) == 2**40


def test_decomposed_programs_cost_the_same():
    for module, shape in (
        (ResidualBlock(), (1, 64, 8, 8)),
        (nn.LSTM(8, 4, 2), (5, 2, 8)),
        (UNet(), (1, 3, 8, 8)),
    ):
        program = export(module.eval(), (torch.empty(shape),))
        whole = torch_export.program_network(program).network.layers
        parts = torch_export.program_network(program.run_decompositions())
        assert parts.warnings == ()
        assert macs(parts.network.layers) == macs(whole)


def test_a_module_that_runs_twice_and_what_wrappers_hold():
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.twice, self.frozen = nn.Linear(8, 8), nn.Linear(8, 8)

        def forward(self, x):
            x = self.twice(self.twice(x))
            with torch.no_grad():
                x = self.frozen(x)
            return self.frozen.weight @ x.T

    found = layers(Model(), (5, 8))
    assert [layer.name for layer in found] == ["twice", "twice#2", "frozen", "matmul"]
    assert found[3].sizes == {"M": 5, "N": 8, "K": 8}  # weights in front


def test_what_is_not_costed_is_named():
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 8)

        def forward(self, x):
            x = torch.cond(x.sum() > 0, lambda a: self.fc(a), lambda a: a + 1, (x,))
            return torch.fft.fft(torch.fft.fft(self.fc(x))).real

    found = torch_export.network(Model(), (torch.empty(2, 8),))
    assert [warning.message for warning in found.warnings] == [
        "fft_fft (2 times) is not costed: the operator is not known",
        "what higher_order::cond nodes hold is not costed, nobody knows how often it runs: linear 1",
    ]


def test_names_keywords_and_a_quiet_library(capfd):
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.fc = nn.GRU(8, 8), nn.Linear(8, 4)  # export warns of the weights of a GRU

        def forward(self, x, *, scale):
            return self.fc(self.rnn(x)[0]) * scale

    disabled = logging.root.manager.disable
    example, kwargs = (torch.empty(2, 8),), {"scale": torch.empty(1)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch_export.network(Model(), example, kwargs).network.name == "Model"
        found = torch_export.network(Model(), example, kwargs, name="a/b.c", strict=False)
    assert found.network.name == "a/b.c"
    assert logging.root.manager.disable == disabled
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("example", [(torch.empty(2, 5),), torch.empty(2, 8), ()])
def test_a_module_that_cannot_be_exported(example, capfd):
    with pytest.raises(
        MaestroError, match=r"M411: 'Linear': torch\.export cannot export this module: "
    ) as caught:
        torch_export.network(nn.Linear(8, 4), example)
    assert caught.value.__cause__ is not None
    assert capfd.readouterr() == ("", "")


def test_the_lists_name_operators_that_torch_has():
    packets = {("", ""): torch.ops.aten, ("prims",): torch.ops.prims}
    for name in WITHOUT_MACS | {name for domain, name in COSTED if not domain}:
        assert any(hasattr(packet, name) for packet in packets.values()), name


def test_example_of_the_readme(tmp_path):
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    (example,) = [
        block
        for block in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        if "torch" in block
    ]
    names: dict[str, object] = {}
    exec(example, names)
    assert macs(names["imported"].network.layers) == 4 * (112 * 112 * 9 * 3 * 16) + 4 * 16 * 10


# ---- sizes that are left open -------------------------------------------------------------------------


class TwoInputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 4)

    def forward(self, x, y):
        return self.fc(x) + y, torch.cat([x, x]).reshape(-1, 8) @ self.fc.weight.T


@pytest.fixture(scope="module")
def program():
    batch = Dim("batch", max=16)
    shapes = {"x": {0: batch}, "y": {0: batch}}
    return export(TwoInputs(), (torch.empty(3, 8), torch.empty(3, 4)), dynamic_shapes=shapes)


@pytest.mark.parametrize(
    ("dims", "rows"),
    [({}, 3), ({"x.0": 1}, 1), ({"y.0": 5}, 5), ({"x.0": 7, "y.0": 7}, 7), ({"x.0": 16}, 16)],
)
def test_open_dimensions_have_the_given_size_or_that_of_the_example(program, dims, rows):
    first, added, second = torch_export.program_network(program, dims).network.layers
    assert (first.sizes.get("M", 1), second.sizes.get("M", 1)) == (rows, 2 * rows)
    assert (added.operator, added.sizes.get("N", 1), added.sizes["C"]) == ("ADD", rows, 4)


@pytest.mark.parametrize(
    ("dims", "code", "said"),
    [
        ({"z.0": 1}, "M404", "no symbolic dimension 'z.0'"),
        ({"x.1": 8}, "M404", "no symbolic dimension 'x.1'"),
        ({"x.0": 17}, "M407", "x.0 is 17; the program was exported for 0 to 16"),
        ({"x.0": -1}, "M407", "x.0 is -1"),
        ({"x.0": 4, "y.0": 5}, "M407", "one dimension and have different sizes: x.0, y.0"),
        ({"x.0": 0}, "M407", "node 'fc' (linear): M is 0"),
    ],
)
def test_wrong_sizes(program, dims, code, said):
    with pytest.raises(MaestroError) as caught:
        torch_export.program_network(program, dims)
    assert {entry.code for entry in caught.value.diagnostics} == {code}
    assert said in str(caught.value)


def test_sizes_that_follow_from_data():
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 4)

        def forward(self, x):
            return self.fc(x[x.sum(1).nonzero()[:, 0]])

    with pytest.raises(
        MaestroError, match=r"M405: 'Model': node 'fc' \(linear\): .* is known only as u0 x 8"
    ):
        torch_export.network(Model(), (torch.empty(3, 8),))


# ---- files --------------------------------------------------------------------------------------------


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

"""PyTorch modules: networks against their closed forms."""

from collections.abc import Callable

import pytest

from maestro_py.frontends import torch_export
from maestro_py.ir.network import Layer

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.export import export  # noqa: E402
from torch.nn import functional  # noqa: E402

from .torch_modules import Decoder, InvertedResidual, ResidualBlock, UNet, layers, macs  # noqa: E402


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

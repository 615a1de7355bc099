"""PyTorch modules that the tests of programs share, and what their layers come to."""

import pytest

from maestro_py.frontends import torch_export
from maestro_py.ir import operators
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer
from maestro_py.ir.write import network_text
from maestro_py.syntax.parser import parse

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.export import Dim, ExportedProgram, export  # noqa: E402
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


class TwoInputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 4)

    def forward(self, x, y):
        return self.fc(x) + y, torch.cat([x, x]).reshape(-1, 8) @ self.fc.weight.T


def two_inputs() -> ExportedProgram:
    """A program whose inputs have one open dimension in common."""
    batch = Dim("batch", max=16)
    shapes = {"x": {0: batch}, "y": {0: batch}}
    return export(TwoInputs(), (torch.empty(3, 8), torch.empty(3, 4)), dynamic_shapes=shapes)

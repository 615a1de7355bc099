"""Residual networks: ResNet-18, ResNet-50, ResNeXt-50."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net

PAPER = "K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition, CVPR 2016, Table 1"
NOTE = (
    "Batch 1. Activations, biases and normalisation are not costed. res*_1 are the projection shortcuts, "
    "res*_add the residual additions; pool1 is the max pooling, gap the global average."
)


def _stem(net: Net) -> None:
    net.image(3, 224, 224)
    net.conv("conv1", 64, 7, 2, pad=3)
    net.pool("pool1", 3, 2, pad=1)


@network(
    name="resnet18",
    title="ResNet-18, 224 x 224 RGB",
    source=PAPER,
    note=NOTE,
)
def resnet18(net: Net) -> None:
    """Four stages of two blocks; a block is two 3 x 3 convolutions."""
    _stem(net)
    for stage, channels in enumerate((64, 128, 256, 512), 2):
        net.section(f"stage {stage}: 2 blocks, {channels} output channels")
        for block in "ab":
            name, read = f"res{stage}{block}", net.shape
            stride = 2 if block == "a" and stage > 2 else 1
            net.conv(f"{name}_2a", channels, 3, stride, pad=1)
            wrote = net.conv(f"{name}_2b", channels, 3, pad=1)
            shortcut = net.pointwise(f"{name}_1", channels, stride, of=read) if stride > 1 else read
            net.add(f"{name}_add", wrote, shortcut)
    net.global_pool("gap")
    net.fc("fc1000", 1000)


@network(
    name="resnet50",
    title="ResNet-50 v1.5, 224 x 224 RGB",
    source=f"{PAPER}; stride on the 3 x 3 layer of a block as in torchvision (v1.5)",
    note=NOTE,
)
@network(
    name="resnet50_v1",
    title="ResNet-50 as published (v1), 224 x 224 RGB",
    source=f"{PAPER}; stride on the first 1 x 1 layer of a block as in the authors' Caffe model",
    note=NOTE,
    stride_first=True,
)
@network(
    name="resnext50_32x4d",
    title="ResNeXt-50 (32 x 4d), 224 x 224 RGB",
    source="S. Xie et al., Aggregated residual transformations for deep neural networks, CVPR 2017, Table 1; "
    "stride on the 3 x 3 layer of a block as in torchvision",
    note=f"{NOTE} In res*_2b C and K count channels per group, of which there are 32.",
    width=2,
    groups=32,
)
def bottleneck50(net: Net, width: int = 1, groups: int = 1, stride_first: bool = False) -> None:
    """Four stages of bottleneck blocks: 1 x 1, 3 x 3 and 1 x 1 convolution."""
    _stem(net)
    for stage, (blocks, channels) in enumerate([(3, 256), (4, 512), (6, 1024), (3, 2048)], 2):
        net.section(f"stage {stage}: {blocks} bottleneck blocks, {channels} output channels")
        narrow = channels // 4 * width
        for block in "abcdef"[:blocks]:
            name, read = f"res{stage}{block}", net.shape
            stride = 2 if block == "a" and stage > 2 else 1
            net.pointwise(f"{name}_2a", narrow, stride if stride_first else 1)
            net.conv(f"{name}_2b", narrow, 3, 1 if stride_first else stride, pad=1, groups=groups)
            wrote = net.pointwise(f"{name}_2c", channels)
            shortcut = net.pointwise(f"{name}_1", channels, stride, of=read) if block == "a" else read
            net.add(f"{name}_add", wrote, shortcut)
    net.global_pool("gap")
    net.fc("fc1000", 1000)

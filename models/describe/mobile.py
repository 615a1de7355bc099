"""Networks for mobile devices: MobileNetV1 and V2, MnasNet, EfficientNet-B0."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net

NOTE = "Batch 1. Activations, biases and normalisation are not costed."
RESIDUAL = "*_add are the residual additions."

MOBILENET_V1 = (
    "A. Howard et al., MobileNets: efficient convolutional neural networks for mobile vision applications, "
    "arXiv:1704.04861, 2017, Table 1"
)
MOBILENET_V1_NOTE = f"{NOTE} dw* are 3 x 3 depthwise (one filter per channel), pw* 1 x 1."


@network(
    name="mobilenetv1_224_1_0",
    title="MobileNetV1, width 1.0, 224 x 224 RGB",
    source=MOBILENET_V1,
    note=MOBILENET_V1_NOTE,
    size=224,
    width=1.0,
)
@network(
    name="mobilenetv1_128_0_5",
    title="MobileNetV1, width 0.5, 128 x 128 RGB",
    source=MOBILENET_V1,
    note=MOBILENET_V1_NOTE,
    size=128,
    width=0.5,
)
def mobilenetv1(net: Net, size: int, width: float) -> None:
    """Thirteen pairs of a depthwise and a pointwise convolution."""
    net.image(3, size, size)
    net.conv("conv0", int(32 * width), 3, 2, pad=1)
    channels = (64, 128, 128, 256, 256, *[512] * 6, 1024, 1024)
    for number, outputs in enumerate(channels, 1):
        net.depthwise(f"dw{number}", 3, 2 if number in (2, 4, 6, 12) else 1, pad=1)
        net.pointwise(f"pw{number}", int(outputs * width))
    net.global_pool("gap")
    net.fc("fc", 1000)


def _bottleneck(
    net: Net, name: str, expansion: int, kernel: int, channels: int, stride: int, excitation: bool = False
) -> None:
    """Add an inverted residual block: expansion, depthwise, perhaps squeeze-and-excitation, projection."""
    read = net.shape
    if expansion != 1:
        net.pointwise(f"{name}_expand", expansion * read.channels)
    wide = net.depthwise(f"{name}_dw", kernel, stride, pad=kernel // 2)
    if excitation:
        net.global_pool(f"{name}_se_gap")
        net.fc(f"{name}_se_reduce", read.channels // 4)
        net.fc(f"{name}_se_expand", wide.channels)
    net.pointwise(f"{name}_project", channels, of=wide)
    if stride == 1 and channels == read.channels:
        net.add(f"{name}_add", net.shape, read)


def _rounded(channels: float) -> int:
    """Return the next multiple of 8, at least 8 and at least 90 % of what was asked for."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


MOBILENET_V2 = "M. Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, CVPR 2018, Table 2"
MOBILENET_V2_NOTE = (
    f"{NOTE} {RESIDUAL} b1 to b17 are the bottleneck blocks: 1 x 1 expansion (not in b1), 3 x 3 depthwise "
    "(one filter per channel), 1 x 1 projection."
)
ROUNDED = "; channels times the width are rounded to multiples of 8 as in the authors' code"


@network(
    name="mobilenetv2",
    title="MobileNetV2, width 1.0, 224 x 224 RGB",
    source=MOBILENET_V2,
    note=MOBILENET_V2_NOTE,
    size=224,
    width=1.0,
)
@network(
    name="mobilenetv2_224_1_4",
    title="MobileNetV2, width 1.4, 224 x 224 RGB",
    source=MOBILENET_V2 + ROUNDED,
    note=MOBILENET_V2_NOTE,
    size=224,
    width=1.4,
)
@network(
    name="mobilenetv2_224_0_5",
    title="MobileNetV2, width 0.5, 224 x 224 RGB",
    source=MOBILENET_V2 + ROUNDED,
    note=MOBILENET_V2_NOTE,
    size=224,
    width=0.5,
)
@network(
    name="mobilenetv2_128_1_0",
    title="MobileNetV2, width 1.0, 128 x 128 RGB",
    source=MOBILENET_V2,
    note=MOBILENET_V2_NOTE,
    size=128,
    width=1.0,
)
@network(
    name="mobilenetv2_128_0_5",
    title="MobileNetV2, width 0.5, 128 x 128 RGB",
    source=MOBILENET_V2 + ROUNDED,
    note=MOBILENET_V2_NOTE,
    size=128,
    width=0.5,
)
def mobilenetv2(net: Net, size: int, width: float) -> None:
    """Seventeen inverted residual blocks; only a width above 1 widens the last convolution."""
    table = (  # expansion, channels, blocks, stride of the first
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )
    net.image(3, size, size)
    net.conv("conv0", _rounded(32 * width), 3, 2, pad=1)
    number = 0
    for expansion, channels, blocks, first_stride in table:
        for stride in (first_stride, *[1] * (blocks - 1)):
            number += 1
            _bottleneck(net, f"b{number}", expansion, 3, _rounded(channels * width), stride)
    net.pointwise("conv_last", _rounded(1280 * max(width, 1.0)))
    net.global_pool("gap")
    net.fc("fc", 1000)


Stage = tuple[int, int, int, int, int, bool]
"""Expansion, kernel, channels, blocks, stride of the first, squeeze-and-excitation."""


def _stages(net: Net, stages: tuple[Stage, ...]) -> None:
    """Add stages of inverted residual blocks, then the classifier."""
    number = 0
    for expansion, kernel, channels, blocks, first_stride, excitation in stages:
        for stride in (first_stride, *[1] * (blocks - 1)):
            number += 1
            _bottleneck(net, f"b{number}", expansion, kernel, channels, stride, excitation)
    net.pointwise("head", 1280)
    net.global_pool("gap")
    net.fc("fc", 1000)


MNASNET = "M. Tan et al., MnasNet: platform-aware neural architecture search for mobile, CVPR 2019"
BLOCKS = (
    "b* are the inverted residual blocks: 1 x 1 expansion, depthwise (one filter per channel), 1 x 1 "
    "projection."
)
EXCITATION = (
    "Squeeze-and-excitation is *_se_gap, the average, and two fully-connected layers, *_se_reduce to a "
    "quarter of the block's input channels and *_se_expand; its product with the activation is not costed."
)


@network(
    name="mnasnet_a1",
    title="MnasNet-A1, 224 x 224 RGB",
    source=f"{MNASNET}, Figure 7",
    note=f"{NOTE} {RESIDUAL} {BLOCKS} {EXCITATION}",
    stages=(
        (6, 3, 24, 2, 2, False),
        (3, 5, 40, 3, 2, True),
        (6, 3, 80, 4, 2, False),
        (6, 3, 112, 2, 1, True),
        (6, 5, 160, 3, 2, True),
        (6, 3, 320, 1, 1, False),
    ),
)
@network(
    name="mnasnet_b1",
    title="MnasNet-B1, without squeeze-and-excitation, 224 x 224 RGB",
    source=f"{MNASNET}; the authors' baseline B1, torchvision's mnasnet1_0",
    note=f"{NOTE} {RESIDUAL} {BLOCKS}",
    stages=(
        (3, 3, 24, 3, 2, False),
        (3, 5, 40, 3, 2, False),
        (6, 5, 80, 3, 2, False),
        (6, 3, 96, 2, 1, False),
        (6, 5, 192, 4, 2, False),
        (6, 3, 320, 1, 1, False),
    ),
)
def mnasnet(net: Net, stages: tuple[Stage, ...]) -> None:
    """A separable convolution and six stages of blocks."""
    net.image(3, 224, 224)
    net.conv("stem", 32, 3, 2, pad=1)
    net.depthwise("sep_dw", 3, pad=1)
    net.pointwise("sep_pw", 16)
    _stages(net, stages)


@network(
    name="efficientnet_b0",
    title="EfficientNet-B0, 224 x 224 RGB",
    source="M. Tan, Q. Le, EfficientNet: rethinking model scaling for convolutional neural networks, ICML "
    "2019, Table 1",
    note=f"{NOTE} {RESIDUAL} {BLOCKS} b1 has no expansion. {EXCITATION}",
)
def efficientnet_b0(net: Net) -> None:
    """Seven stages of blocks, all with squeeze-and-excitation."""
    net.image(3, 224, 224)
    net.conv("stem", 32, 3, 2, pad=1)
    _stages(
        net,
        (
            (1, 3, 16, 1, 1, True),
            (6, 3, 24, 2, 2, True),
            (6, 5, 40, 2, 2, True),
            (6, 3, 80, 3, 2, True),
            (6, 5, 112, 3, 1, True),
            (6, 5, 192, 4, 2, True),
            (6, 3, 320, 1, 1, True),
        ),
    )

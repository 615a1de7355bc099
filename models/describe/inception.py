"""Networks of branches that are concatenated: GoogLeNet and SqueezeNet."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net

NOTE = "Batch 1. Activations, biases and normalisation are not costed."


def _inception(
    net: Net, name: str, one: int, three: tuple[int, int], five: tuple[int, int], projection: int
) -> None:
    """Add an inception module: 1 x 1, 3 x 3 and 5 x 5 behind a reduction, pooling before a projection."""
    read = net.shape
    branch_one = net.pointwise(f"{name}_1x1", one, of=read)
    net.pointwise(f"{name}_3x3_reduce", three[0], of=read)
    branch_three = net.conv(f"{name}_3x3", three[1], 3, pad=1)
    net.pointwise(f"{name}_5x5_reduce", five[0], of=read)
    branch_five = net.conv(f"{name}_5x5", five[1], 5, pad=2)
    net.pool(f"{name}_pool", 3, 1, pad=1, of=read)
    branch_pool = net.pointwise(f"{name}_proj", projection)
    net.concatenate(branch_one, branch_three, branch_five, branch_pool)


@network(
    name="googlenet",
    title="GoogLeNet (Inception v1), 224 x 224 RGB",
    source="C. Szegedy et al., Going deeper with convolutions, CVPR 2015, Table 1",
    note=f"{NOTE} Poolings with stride 2 count a last window that is not full, as in Caffe: padding behind. "
    "The two auxiliary classifiers serve training only and are left out.",
)
def googlenet(net: Net) -> None:
    """Nine inception modules behind three convolutions."""
    net.image(3, 224, 224)
    net.conv("conv1", 64, 7, 2, pad=3)
    net.pool("pool1", 3, 2, ceil=True)
    net.pointwise("conv2_reduce", 64)
    net.conv("conv2", 192, 3, pad=1)
    net.pool("pool2", 3, 2, ceil=True)
    _inception(net, "inception_3a", 64, (96, 128), (16, 32), 32)
    _inception(net, "inception_3b", 128, (128, 192), (32, 96), 64)
    net.pool("pool3", 3, 2, ceil=True)
    _inception(net, "inception_4a", 192, (96, 208), (16, 48), 64)
    _inception(net, "inception_4b", 160, (112, 224), (24, 64), 64)
    _inception(net, "inception_4c", 128, (128, 256), (24, 64), 64)
    _inception(net, "inception_4d", 112, (144, 288), (32, 64), 64)
    _inception(net, "inception_4e", 256, (160, 320), (32, 128), 128)
    net.pool("pool4", 3, 2, ceil=True)
    _inception(net, "inception_5a", 256, (160, 320), (32, 128), 128)
    _inception(net, "inception_5b", 384, (192, 384), (48, 128), 128)
    net.global_pool("gap")
    net.fc("fc", 1000)


def _fire(net: Net, number: int, squeeze: int) -> None:
    """Add a fire module, which expands to eight times what it squeezes to, half of it 3 x 3."""
    name = f"fire{number}"
    squeezed = net.pointwise(f"{name}_squeeze", squeeze)
    ones = net.pointwise(f"{name}_expand1x1", 4 * squeeze, of=squeezed)
    threes = net.conv(f"{name}_expand3x3", 4 * squeeze, 3, pad=1, of=squeezed)
    net.concatenate(ones, threes)


SQUEEZENET = (
    "F. Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and < 0.5 MB model "
    "size, arXiv:1602.07360, 2016"
)
FIRE = "Poolings count a last window that is not full: padding behind."


@network(
    name="squeezenet1_0",
    title="SqueezeNet 1.0, 224 x 224 RGB",
    source=f"{SQUEEZENET}, Table 1; input and conv1 without padding as in torchvision",
    note=f"{NOTE} {FIRE}",
    stem=(96, 7),
    pool_behind=(4, 8),
)
@network(
    name="squeezenet1_1",
    title="SqueezeNet 1.1, 224 x 224 RGB",
    source=f"{SQUEEZENET}; version 1.1 of the authors' repository: 3 x 3 first layer, earlier poolings",
    note=f"{NOTE} {FIRE}",
    stem=(64, 3),
    pool_behind=(3, 5),
)
def squeezenet(net: Net, stem: tuple[int, int], pool_behind: tuple[int, int]) -> None:
    """Eight fire modules; poolings stand behind conv1 and behind two of the modules."""
    net.image(3, 224, 224)
    net.conv("conv1", *stem, 2)
    net.pool("pool1", 3, 2, ceil=True)
    for number, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64), 2):
        _fire(net, number, squeeze)
        if number in pool_behind:
            net.pool(f"pool{number}", 3, 2, ceil=True)
    net.pointwise("conv10", 1000)
    net.global_pool("gap")

"""The first networks of the field: LeNet-5, AlexNet, VGG-16."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net

NOTE = "Activations, biases and normalisation are not costed."
ALEXNET = (
    "A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet classification with deep convolutional neural "
    "networks, NIPS 2012"
)
VGG = (
    "K. Simonyan, A. Zisserman, Very deep convolutional networks for large-scale image recognition, ICLR "
    "2015, Table 1"
)
EYERISS = "as evaluated in Y.-H. Chen et al., Eyeriss, IEEE JSSC 52(1), 2017"


@network(
    name="lenet5",
    title="LeNet-5 (Caffe form), 28 x 28 grey digits",
    source="Y. LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 86(11), "
    "1998; channel counts of Caffe's examples/mnist/lenet.prototxt",
    note=f"Batch 1. {NOTE} ip1 reads the 50 x 4 x 4 outputs of pool2.",
)
def lenet5(net: Net) -> None:
    """Two convolutions and two fully-connected layers."""
    net.image(1, 28, 28)
    net.conv("conv1", 20, 5)
    net.pool("pool1", 2, 2)
    net.conv("conv2", 50, 5)
    net.pool("pool2", 2, 2)
    net.fc("ip1", 500)
    net.fc("ip2", 10)


@network(
    name="alexnet",
    title="AlexNet, 227 x 227 RGB, with its two groups",
    source=f"{ALEXNET}; input of 227 as in Caffe's bvlc_alexnet",
    note=f"Batch 1. {NOTE} In conv2, conv4 and conv5 C and K count channels per group. fc6 reads the "
    "256 x 6 x 6 outputs of pool5.",
)
@network(
    name="alexnet_n4_eyeriss",
    title="AlexNet, 227 x 227 RGB, with its two groups, batch 4",
    source=f"{ALEXNET}; {EYERISS}, which runs the convolutions in batches of 4",
    note=f"Batch 4. {NOTE} In conv2, conv4 and conv5 C and K count channels per group. fc6 reads the "
    "256 x 6 x 6 outputs of pool5.",
    batch=4,
)
@network(
    name="alexnet_ungrouped",
    title="AlexNet, 227 x 227 RGB, without groups",
    source=f"{ALEXNET}; every convolution reads all channels, as papers on accelerators often have it",
    note=f"Batch 1. {NOTE} fc6 reads the 256 x 6 x 6 outputs of pool5.",
    groups=1,
)
def alexnet(net: Net, batch: int = 1, groups: int = 2) -> None:
    """Five convolutions, three of them in groups, and three fully-connected layers."""
    net.image(3, 227, 227, batch=batch)
    net.conv("conv1", 96, 11, 4)
    net.pool("pool1", 3, 2)
    net.conv("conv2", 256, 5, pad=2, groups=groups)
    net.pool("pool2", 3, 2)
    net.conv("conv3", 384, 3, pad=1)
    net.conv("conv4", 384, 3, pad=1, groups=groups)
    net.conv("conv5", 256, 3, pad=1, groups=groups)
    net.pool("pool5", 3, 2)
    net.fc("fc6", 4096)
    net.fc("fc7", 4096)
    net.fc("fc8", 1000)


@network(
    name="alexnet_torchvision",
    title="AlexNet of torchvision: one tower, 224 x 224 RGB",
    source="A. Krizhevsky, One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997, "
    "2014, in the form of torchvision's alexnet",
    note=f"Batch 1. {NOTE} fc6 reads the 256 x 6 x 6 outputs of pool5.",
)
def alexnet_torchvision(net: Net) -> None:
    """Fewer channels than AlexNet, no groups."""
    net.image(3, 224, 224)
    net.conv("conv1", 64, 11, 4, pad=2)
    net.pool("pool1", 3, 2)
    net.conv("conv2", 192, 5, pad=2)
    net.pool("pool2", 3, 2)
    net.conv("conv3", 384, 3, pad=1)
    net.conv("conv4", 256, 3, pad=1)
    net.conv("conv5", 256, 3, pad=1)
    net.pool("pool5", 3, 2)
    net.fc("fc6", 4096)
    net.fc("fc7", 4096)
    net.fc("fc8", 1000)


@network(
    name="vgg16",
    title="VGG-16 (configuration D), 224 x 224 RGB",
    source=VGG,
    note=f"Batch 1. {NOTE} fc6 reads the 512 x 7 x 7 outputs of pool5.",
)
@network(
    name="vgg16_n3_eyeriss",
    title="VGG-16 (configuration D), 224 x 224 RGB, batch 3",
    source=f"{VGG}; {EYERISS}, which runs the convolutions in batches of 3",
    note=f"Batch 3. {NOTE} fc6 reads the 512 x 7 x 7 outputs of pool5.",
    batch=3,
)
def vgg16(net: Net, batch: int = 1) -> None:
    """Thirteen 3 x 3 convolutions in five stages, and three fully-connected layers."""
    net.image(3, 224, 224, batch=batch)
    for stage, (depth, channels) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for number in range(1, depth + 1):
            net.conv(f"conv{stage}_{number}", channels, 3, pad=1)
        net.pool(f"pool{stage}", 2, 2)
    net.fc("fc6", 4096)
    net.fc("fc7", 4096)
    net.fc("fc8", 1000)


@network(
    name="maestro_fig8",
    title="Two layers of VGG-16, an early and a late one, without padding",
    source="H. Kwon et al., Understanding reuse, performance, and hardware cost of DNN dataflow, MICRO 2019, "
    "Figure 8; sizes of VGG-16's first and eleventh convolution",
    note=f"Batch 1. {NOTE} Two separate layers, not a network that runs: sizes are those of the unpadded "
    "input and filters stay inside it, so that outputs are 222 x 222 and 12 x 12.",
)
def maestro_fig8(net: Net) -> None:
    """The layers of MAESTRO's comparison of dataflows."""
    net.image(3, 224, 224)
    net.conv("conv1", 64, 3)
    net.image(512, 14, 14)
    net.conv("conv11", 512, 3)

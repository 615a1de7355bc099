"""Detection, driving and segmentation: SkyNet, PilotNet, U-Net."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net, Shape

NOTE = "Batch 1. Activations, biases and normalisation are not costed."
SKYNET = (
    "X. Zhang et al., SkyNet: a hardware-efficient method for object detection and tracking on embedded "
    "systems, MLSys 2020"
)
SKYNET_NOTE = (
    f"{NOTE} dw* are 3 x 3 depthwise (one filter per channel), pw* 1 x 1; pw7 gives two boxes of five "
    "numbers."
)


@network(
    name="skynet",
    title="SkyNet with bypass, 160 x 320 RGB",
    source=f"{SKYNET}, configuration C; sizes of the authors' open model",
    note=f"{SKYNET_NOTE} The bypass reorders pw3's 192 x 40 x 80 outputs to 768 x 20 x 40 and puts them "
    "before pw5's; reordering and concatenation are not costed.",
    bypass=True,
)
@network(
    name="skynet_nobypass",
    title="SkyNet without its bypass, 160 x 320 RGB",
    source=f"{SKYNET}; the authors' open model less its bypass, which is none of the paper's configurations",
    note=SKYNET_NOTE,
    bypass=False,
)
def skynet(net: Net, bypass: bool) -> None:
    """Six pairs of a depthwise and a pointwise convolution, and the box head."""

    def pair(number: int, channels: int) -> Shape:
        net.depthwise(f"dw{number}", 3, pad=1)
        return net.pointwise(f"pw{number}", channels)

    net.image(3, 160, 320)
    pair(1, 48)
    net.pool("pool1", 2, 2)
    pair(2, 96)
    net.pool("pool2", 2, 2)
    early = pair(3, 192)
    net.pool("pool3", 2, 2)
    pair(4, 384)
    late = pair(5, 512)
    if bypass:
        net.concatenate(Shape(4 * early.channels, early.rows // 2, early.columns // 2), late)
    pair(6, 96)
    net.pointwise("pw7", 10)


@network(
    name="pilotnet_drivenet",
    title="PilotNet (also DAVE-2, DriveNet), 66 x 200 YUV",
    source="M. Bojarski et al., End to end learning for self-driving cars, arXiv:1604.07316, 2016, Figure 4",
    note=f"{NOTE} fc1 reads the 64 x 1 x 18 outputs of conv5; the figure prints 1164 neurons there.",
)
def pilotnet(net: Net) -> None:
    """Five convolutions and four fully-connected layers, from camera to steering."""
    net.image(3, 66, 200)
    net.conv("conv1", 24, 5, 2)
    net.conv("conv2", 36, 5, 2)
    net.conv("conv3", 48, 5, 2)
    net.conv("conv4", 64, 3)
    net.conv("conv5", 64, 3)
    net.fc("fc1", 100)
    net.fc("fc2", 50)
    net.fc("fc3", 10)
    net.fc("out", 1)


UNET = (
    "O. Ronneberger, P. Fischer, T. Brox, U-Net: convolutional networks for biomedical image segmentation, "
    "MICCAI 2015, Figure 1"
)
UNET_NOTE = (
    f"{NOTE} down5 is the bottom; up*_tr are transposed convolutions that double rows and columns. up*_1 "
    "reads their output and the last of the same level on the way down"
)

INSERTED = "Transposed convolutions multiply the zeros that they insert: three of four MACs."


@network(
    name="unet_572",
    title="U-Net as published, 572 x 572 grey, no padding",
    source=UNET,
    note=f"{UNET_NOTE}, cropped; cropping and concatenation are not costed. {INSERTED}",
    size=572,
    image_channels=1,
    pad=0,
    classes=2,
)
@network(
    name="unet_256_same",
    title="U-Net that keeps its size, 256 x 256 RGB, padding 1",
    source=f"{UNET}; input, padding and the one class of common reimplementations",
    note=f"{UNET_NOTE}; concatenation is not costed. {INSERTED}",
    size=256,
    image_channels=3,
    pad=1,
    classes=1,
)
def unet(net: Net, size: int, image_channels: int, pad: int, classes: int) -> None:
    """Four levels down, a bottom, four levels up."""

    def two_convs(name: str, channels: int) -> Shape:
        net.conv(f"{name}_1", channels, 3, pad=pad)
        return net.conv(f"{name}_2", channels, 3, pad=pad)

    net.image(image_channels, size, size)
    levels = []
    for level in (1, 2, 3, 4):
        levels.append(two_convs(f"down{level}", 32 * 2**level))
        net.pool(f"pool{level}", 2, 2)
    two_convs("down5", 1024)
    for level in (4, 3, 2, 1):
        channels = levels.pop().channels
        larger = net.transposed_conv(f"up{level}_tr", channels, 2, 2)
        net.concatenate(larger, larger)  # as many channels from the way down, cropped to this size
        two_convs(f"up{level}", channels)
    net.pointwise("out", classes)

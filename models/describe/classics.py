"""The first networks of the field: LeNet-5, AlexNet, VGG-16."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net


@network(
    name="lenet5",
    title="LeNet-5 (Caffe form), 28 x 28 grey digits",
    source="Y. LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 86(11), "
    "1998; channel counts of Caffe's examples/mnist/lenet.prototxt",
    note="Batch 1. Activations, biases and normalisation are not costed. ip1 reads the 50 x 4 x 4 outputs of "
    "pool2.",
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

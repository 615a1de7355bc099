"""The shipped networks have the layers, MACs and parameters that were published for them."""

from itertools import pairwise
from math import prod

import pytest

from maestro_py import catalog
from maestro_py.ir import operators
from maestro_py.ir.network import Layer
from maestro_py.syntax.parser import parse
from maestro_py.syntax.printer import format_document

LAYERS = {"alexnet": 11, "bert_base": 96, "lenet5": 6, "mobilenetv2": 54, "resnet50": 56, "vgg16": 21}

# MACs as published, in the unit and to the digits of the source.
MACS = {
    "alexnet": (1e6, 3, 724.407),  # Gao et al., TETRIS / nn_dataflow, network statistics
    "vgg16": (1e6, 3, 15470.264),  # nn_dataflow; torchvision's model card says 15.47 G
    "resnet50": (1e9, 2, 4.09),  # torchvision model card, ResNet50_Weights.IMAGENET1K_V1
    "mobilenetv2": (1e9, 1, 0.3),  # Sandler et al., CVPR 2018, Table 4: 300 M; torchvision: 0.30 G
    "lenet5": (1e6, 2, 2.29),  # Caffe's LeNet: 2.29 M
}

# Trainable parameters as published, and what is added to the weights: a bias per output of every layer
# ("bias"), or of the last layer only while convolutions have scale and shift of a normalisation ("norm").
PARAMETERS = {
    "alexnet": (60_965_224, "bias"),  # Caffe's bvlc_alexnet
    "vgg16": (138_357_544, "bias"),  # torchvision model card, VGG16_Weights
    "lenet5": (431_080, "bias"),  # Caffe's examples/mnist
    "resnet50": (25_557_032, "norm"),  # torchvision model card, ResNet50_Weights
    "mobilenetv2": (3_504_872, "norm"),  # torchvision model card, MobileNet_V2_Weights
}


def macs(layers: tuple[Layer, ...]) -> int:
    return sum(operators.get(la.operator).problem(la).macs for la in layers if la.operator != "POOL")


def weights(layers: tuple[Layer, ...]) -> int:
    total = 0
    for layer in layers:
        problem = operators.get(layer.operator).problem(layer)
        if layer.operator not in ("POOL", "BMM"):  # a BMM multiplies two activations
            total += prod(problem.sizes[axis] for axis in problem.axes["W"])
    return total


def output_channels(layer: Layer) -> int:
    if layer.operator in ("DSCONV", "POOL"):
        return layer.sizes["C"] * layer.sizes.get("K", 1)
    return layer.sizes.get("G", 1) * layer.sizes["K"]


def test_these_networks_are_shipped() -> None:
    assert catalog.model_names() == tuple(sorted(LAYERS))


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_many_enough_and_named_once(network_of, name: str) -> None:
    names = [layer.name for layer in network_of(name)]
    assert len(names) == len(set(names)) == LAYERS[name]


@pytest.mark.parametrize("name", MACS)
def test_macs_are_the_published_ones(network_of, name: str) -> None:
    unit, digits, published = MACS[name]
    assert round(macs(network_of(name)) / unit, digits) == published


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_are_the_published_ones(network_of, name: str) -> None:
    layers = [layer for layer in network_of(name) if layer.operator != "POOL"]
    published, others = PARAMETERS[name]
    if others == "bias":
        added = sum(output_channels(layer) for layer in layers)
    else:
        *convolutions, last = layers
        added = 2 * sum(output_channels(layer) for layer in convolutions) + output_channels(last)
    assert weights(network_of(name)) + added == published


@pytest.mark.parametrize("tokens", [128, 384, 512])
def test_bert_follows_its_formula(network_of, tokens: int) -> None:
    width, depth, feed_forward = 768, 12, 3072
    projections = 4 * width * width + 2 * width * feed_forward
    layers = network_of("bert_base", SequenceLength=tokens)
    assert macs(layers) == depth * (tokens * projections + 2 * tokens * tokens * width)
    assert weights(layers) == depth * projections


def test_bert_parameters_are_the_published_ones(network_of) -> None:
    """85,054,464: BERT-base of 109,482,240 less embeddings (23,837,184) and pooler (590,592)."""
    width, depth, feed_forward = 768, 12, 3072
    biases, normalisations = 5 * width + feed_forward, 2 * 2 * width
    assert weights(network_of("bert_base")) + depth * (biases + normalisations) == 85_054_464


@pytest.mark.parametrize(("tokens", "published"), [(128, 11.2e9), (384, 35.3e9), (512, 48.3e9)])
def test_bert_macs_are_the_published_ones(network_of, tokens: int, published: float) -> None:
    """22.5, 70.6 and 96.6 GFLOPs, two per MAC; the sources round and some count the softmax."""
    assert macs(network_of("bert_base", SequenceLength=tokens)) == pytest.approx(published, rel=3e-3)


@pytest.mark.parametrize("name", ["alexnet", "lenet5", "mobilenetv2", "vgg16"])
def test_every_layer_reads_what_the_one_before_it_writes(network_of, name: str) -> None:
    layers = network_of(name)
    for previous, layer in pairwise(layers):
        sizes = operators.get(previous.operator).problem(previous).sizes
        rows, columns, channels = sizes["P"], sizes["Q"], output_channels(previous)
        inputs = layer.sizes["C"] * (layer.sizes.get("G", 1))
        if layer.operator == "FC":
            assert inputs == channels * rows * columns, layer.name
        else:
            assert (inputs, layer.sizes["Y"], layer.sizes["X"]) == (channels, rows, columns), layer.name


def test_resnet_blocks_add_tensors_of_one_shape(network_of) -> None:
    """The third convolution of a block, its shortcut, and the next block's input agree."""
    layers = {layer.name: layer for layer in network_of("resnet50")}

    def output(layer: Layer) -> tuple[int, int, int]:
        sizes = operators.get(layer.operator).problem(layer).sizes
        return output_channels(layer), sizes["P"], sizes["Q"]

    blocks = sorted(name.removesuffix("_2c") for name in layers if name.endswith("_2c"))
    assert len(blocks) == 3 + 4 + 6 + 3
    flowing = output(layers["pool1"])
    for block in blocks:
        first, shortcut = layers[f"{block}_2a"], layers.get(f"{block}_1")
        assert (first.sizes["C"], first.sizes["Y"], first.sizes["X"]) == flowing
        assert output(first) == (layers[f"{block}_2b"].sizes["C"], first.sizes["Y"], first.sizes["X"])
        assert (output(shortcut) if shortcut else flowing) == output(layers[f"{block}_2c"])
        flowing = output(layers[f"{block}_2c"])
    assert flowing == tuple(layers["gap"].sizes[d] for d in "CYX")


@pytest.mark.parametrize("name", LAYERS)
def test_readme_lists_the_network_with_its_totals(network_of, name: str) -> None:
    readme = (catalog.model_path("vgg16").parent / "README.md").read_text(encoding="utf-8")
    layers = network_of(name)
    assert f"| `{name}` | {len(layers)} | {macs(layers):,} | {weights(layers):,} |" in readme


@pytest.mark.parametrize("name", LAYERS)
def test_text_is_canonical(name: str) -> None:
    text = catalog.model_path(name).read_text(encoding="utf-8")
    assert format_document(parse(text)) == text

"""The shipped networks have the MACs and parameters that were published for them.

``published_totals.csv`` holds the figures with their sources. A tolerance is relative: the rounding of the
source and, where it says so, what our count leaves out; 0 is to the last digit.
"""

from __future__ import annotations

import csv
from itertools import pairwise
from math import prod
from pathlib import Path

import pytest

from maestro_py import catalog
from maestro_py.ir import operators
from maestro_py.ir.network import Layer
from maestro_py.syntax.parser import parse
from maestro_py.syntax.printer import format_document

with (Path(__file__).parent / "published_totals.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))

# Networks without a published total, which a test below counts by hand or derives from another.
COUNTED_HERE = {"deepspeech2", "gnmt_mlperf_4x4", "gnmt_wu2016_8x8", "maestro_fig8", "skynet_nobypass"}

# Every layer reads what the one before it writes.
CHAINS = [
    "alexnet",
    "alexnet_n4_eyeriss",
    "alexnet_torchvision",
    "alexnet_ungrouped",
    "lenet5",
    "mnasnet_b1",
    "mobilenetv1_128_0_5",
    "mobilenetv1_224_1_0",
    "mobilenetv2",
    "mobilenetv2_128_0_5",
    "mobilenetv2_128_1_0",
    "mobilenetv2_224_0_5",
    "mobilenetv2_224_1_4",
    "pilotnet_drivenet",
    "skynet_nobypass",
    "vgg16",
    "vgg16_n3_eyeriss",
]


def macs(layers: tuple[Layer, ...]) -> int:
    counted = (layer for layer in layers if operators.get(layer.operator).operation.multiplies)
    return sum(layer.repeat * operators.get(layer.operator).problem(layer).macs for layer in counted)


def weights(layers: tuple[Layer, ...]) -> int:
    """Weights; a layer that runs several times is a step of a recurrent one, whose weights stay."""
    total = 0
    for layer in layers:
        problem = operators.get(layer.operator).problem(layer)
        if layer.operator not in ("POOL", "ADD", "BMM"):  # the last two read two activations
            total += prod(problem.sizes[axis] for axis in problem.axes["W"])
    return total


def output_channels(layer: Layer) -> int:
    if layer.operator in ("DSCONV", "POOL", "ADD"):
        return layer.sizes["C"] * layer.sizes.get("K", 1)
    return layer.sizes.get("G", 1) * layer.sizes.get("K", 1)


def with_biases(layers: tuple[Layer, ...]) -> int:
    """Parameters where every layer has a bias per output."""
    return weights(layers) + sum(
        output_channels(layer) for layer in layers if layer.operator not in ("POOL", "ADD")
    )


def with_normalisation(layers: tuple[Layer, ...]) -> int:
    """Parameters where convolutions have scale and shift of a normalisation, others a bias."""
    added = {"POOL": 0, "ADD": 0, "FC": 1}
    return weights(layers) + sum(added.get(layer.operator, 2) * output_channels(layer) for layer in layers)


def convolution_macs(layers: tuple[Layer, ...]) -> int:
    return macs(tuple(layer for layer in layers if layer.operator != "FC"))


def synapse_kilobytes(layers: tuple[Layer, ...]) -> float:
    """Size of the weights of 16 bits."""
    return weights(layers) * 2 / 1024


QUANTITIES = {
    "macs": macs,
    "convolution macs": convolution_macs,
    "weights": weights,
    "parameters with biases": with_biases,
    "parameters with normalisation": with_normalisation,
    "synapse kilobytes": synapse_kilobytes,
}


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row['network']} {row['quantity']}")
def test_totals_are_the_published_ones(network_of, row: dict[str, str]) -> None:
    counted = QUANTITIES[row["quantity"]](network_of(row["network"]))
    assert counted == pytest.approx(float(row["published"]), rel=float(row["tolerance"]), abs=0), row[
        "source"
    ]


def test_every_network_has_a_total_to_meet() -> None:
    """ShiDianNao's networks meet theirs, kilobytes of three kinds, in ``test_models_sequence``."""
    published = {row["network"] for row in PUBLISHED}
    others = {name for name in catalog.model_names() if not name.startswith("shidiannao_")}
    assert published | COUNTED_HERE == others
    assert not published & COUNTED_HERE


def test_published_totals_name_their_source() -> None:
    assert all(row["source"] for row in PUBLISHED)
    assert len({(row["network"], row["quantity"]) for row in PUBLISHED}) == len(PUBLISHED)


@pytest.mark.parametrize("name", catalog.model_names())
def test_names_are_given_once_and_the_text_is_canonical(network_of, name: str) -> None:
    names = [layer.name for layer in network_of(name)]  # fails on warnings
    assert len(names) == len(set(names))
    text = catalog.model_path(name).read_text(encoding="utf-8")
    assert format_document(parse(text)) == text


# ---- counted by hand --------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [128, 384, 512])
def test_bert_follows_its_formula(network_of, tokens: int) -> None:
    width, depth, feed_forward = 768, 12, 3072
    projections = 4 * width * width + 2 * width * feed_forward
    layers = network_of("bert_base", SequenceLength=tokens)
    assert macs(layers) == depth * (tokens * projections + 2 * tokens * tokens * width)
    assert weights(layers) == depth * projections


def test_transformer_parameters_are_the_published_ones_to_the_last_digit(network_of) -> None:
    """Less embeddings of words and positions, and BERT's pooler; a head that shares the embedding stays."""
    biases_and_normalisation = 12 * (4 * 768 + 3072 + 768 + 4 * 768)
    embeddings = 30522 * 768 + 512 * 768 + 2 * 768 + 2 * 768
    pooler = 768 * 768 + 768
    assert weights(network_of("bert_base")) + biases_and_normalisation == 109_482_240 - embeddings - pooler
    last = 2 * 768
    positions = 1024 * 768
    assert weights(network_of("gpt2_small")) + biases_and_normalisation + last + positions == 124_439_808
    patches_and_class, head = 768 + 768 + 197 * 768, 1000
    others = biases_and_normalisation + last + patches_and_class + head
    assert weights(network_of("vit_b16")) + others == 86_567_656  # torchvision model card
    for name, total, embedding in (
        ("llama2_7b", 6_738_415_616, 32_000),
        ("llama3_8b", 8_030_261_248, 128_256),
    ):
        normalisation = (2 * 32 + 1) * 4096
        for phase in ("prefill", "decode"):
            assert weights(network_of(f"{name}_{phase}")) == total - embedding * 4096 - normalisation


@pytest.mark.parametrize(("tokens", "published"), [(128, 11.2e9), (384, 35.3e9), (512, 48.3e9)])
def test_bert_macs_are_the_published_ones(network_of, tokens: int, published: float) -> None:
    """22.5, 70.6 and 96.6 GFLOPs, two per MAC; the sources round and some count the softmax."""
    assert macs(network_of("bert_base", SequenceLength=tokens)) == pytest.approx(published, rel=3e-3)


@pytest.mark.parametrize(
    ("name", "layers", "words"), [("gnmt_mlperf_4x4", 4, 32_320), ("gnmt_wu2016_8x8", 8, 32_000)]
)
def test_gnmt_weights_are_those_of_its_cells(network_of, name: str, layers: int, words: int) -> None:
    width = 1024
    bidirectional, reads_both = 2 * 4 * width * 2 * width, 4 * width * 3 * width
    encoder = bidirectional + reads_both + (layers - 2) * 4 * width * 2 * width
    decoder = layers * 4 * width * 3 * width  # each layer reads the attention's context too
    attention, classifier = 2 * width * width, words * width
    assert weights(network_of(name)) == encoder + decoder + attention + classifier


def test_deep_speech_weights_are_those_of_its_cells(network_of) -> None:
    convolutions = 32 * 41 * 11 + 32 * 32 * 21 * 11
    units, features = 800, 32 * 41  # 161 frequencies, halved twice, of 32 channels
    cells = 2 * 3 * units * (features + units) + 4 * (2 * 3 * units * 2 * units)
    assert weights(network_of("deepspeech2")) == convolutions + cells + units * 29


def test_layers_of_the_maestro_figure(network_of) -> None:
    assert macs(network_of("maestro_fig8")) == 222**2 * 64 * 3 * 9 + 12**2 * 512 * 512 * 9


def test_the_bypass_of_skynet_widens_one_pair(network_of) -> None:
    with_bypass, without = network_of("skynet"), network_of("skynet_nobypass")
    assert weights(with_bypass) - weights(without) == 768 * 9 + 768 * 96
    assert macs(with_bypass) - macs(without) == 20 * 40 * (768 * 9 + 768 * 96)


@pytest.mark.parametrize("name", ["unet_256_same", "unet_572"])
def test_unet_counts_the_zeros_that_it_inserts(network_of, name: str) -> None:
    """The usual count of a transposed convolution is one MAC per weight and input element."""
    layers = [layer for layer in network_of(name) if layer.operator == "TRCONV"]
    assert len(layers) == 4
    for layer in layers:
        usual = prod(layer.sizes[d] for d in "KCRSYX")
        assert macs((layer,)) == 4 * usual


def test_unet_parameters_are_those_of_a_known_reimplementation(network_of) -> None:
    """31,037,633: normalisation behind the 3 x 3 convolutions, biases elsewhere."""
    layers = network_of("unet_256_same")
    added = sum((2 if layer.sizes.get("R") == 3 else 1) * output_channels(layer) for layer in layers)
    pools = sum(output_channels(layer) for layer in layers if layer.operator == "POOL")
    assert weights(layers) + added - pools == 31_037_633


# ---- connections ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHAINS)
def test_every_layer_reads_what_the_one_before_it_writes(network_of, name: str) -> None:
    for previous, layer in pairwise(network_of(name)):
        sizes = operators.get(previous.operator).problem(previous).sizes
        rows, columns, channels = sizes["P"], sizes["Q"], output_channels(previous)
        inputs = layer.sizes["C"] * (layer.sizes.get("G", 1))
        if layer.operator == "FC":
            assert inputs == channels * rows * columns, layer.name
        else:
            assert (inputs, layer.sizes["Y"], layer.sizes["X"]) == (channels, rows, columns), layer.name


@pytest.mark.parametrize("name", ["resnet50", "resnet50_v1", "resnext50_32x4d"])
def test_resnet_blocks_add_tensors_of_one_shape(network_of, name: str) -> None:
    """The third convolution of a block, its shortcut, and the next block's input agree."""
    layers = {layer.name: layer for layer in network_of(name)}

    def output(layer: Layer) -> tuple[int, int, int]:
        sizes = operators.get(layer.operator).problem(layer).sizes
        return output_channels(layer), sizes["P"], sizes["Q"]

    blocks = sorted(name.removesuffix("_2c") for name in layers if name.endswith("_2c"))
    assert len(blocks) == 3 + 4 + 6 + 3
    flowing = output(layers["pool1"])
    for block in blocks:
        first, second, shortcut = layers[f"{block}_2a"], layers[f"{block}_2b"], layers.get(f"{block}_1")
        assert (first.sizes["C"], first.sizes["Y"], first.sizes["X"]) == flowing
        read = second.sizes["C"] * second.sizes.get("G", 1), second.sizes["Y"], second.sizes["X"]
        assert output(first) == read
        assert (output(shortcut) if shortcut else flowing) == output(layers[f"{block}_2c"])
        flowing = output(layers[f"{block}_2c"])
        assert output(layers[f"{block}_add"]) == flowing
    assert len([layer for layer in layers.values() if layer.operator == "ADD"]) == len(blocks)
    assert flowing == tuple(layers["gap"].sizes[d] for d in "CYX")

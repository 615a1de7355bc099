"""Recurrent networks: GNMT (LSTM) and Deep Speech 2 (GRU).

A recurrent layer is two products: that of its input, whose steps are known beforehand and make one product
over all of them, and that of its state, which runs once per step with the same weights.
"""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net

LSTM_GATES, GRU_GATES = 4, 3

PARTS = (
    "_input is the product of a layer's inputs with the weights of all gates, over all steps at once; "
    "_recurrent that of its state, once per step (Repeat) with the same weights; fwd and bwd the two "
    "directions of a layer"
)
GNMT_NOTE = (
    f"Batch 1. Layer names: {PARTS}; att the additive attention: projections of keys and queries (k, q), "
    "scores (v^T tanh of a sum per pair, counted as a product of queries and keys) and context (ctx). All "
    "target words are known, as in training: the decoder's lowest layer, which reads the context of the step "
    "before, and its attention go step by step, what is above over all steps at once. Embeddings, gates, "
    "softmax, biases and residual additions are not costed."
)
GNMT = "Y. Wu et al., Google's neural machine translation system, arXiv:1609.08144, 2016, Section 3"


def recurrence(
    net: Net, name: str, steps: int, inputs: int, hidden: int, gates: int, *, fed_back: int = 0
) -> None:
    """Add a recurrent layer; ``fed_back`` are inputs that come from the step before, like the state."""
    net.matmul(f"{name}_input", steps, gates * hidden, inputs)
    net.matmul(f"{name}_recurrent", 1, gates * hidden, fed_back + hidden, repeat=steps, same_weights=True)


def additive_attention(net: Net, name: str, queries: int, keys: int, width: int) -> None:
    """Add an attention that is asked step by step, keys at once."""
    net.matmul(f"{name}_k", keys, width, width)
    net.matmul(f"{name}_q", 1, width, width, repeat=queries, same_weights=True)
    net.batched_matmul(f"{name}_score", 1, 1, keys, width, repeat=queries)
    net.batched_matmul(f"{name}_ctx", 1, 1, width, keys, repeat=queries)


@network(
    name="gnmt_mlperf_4x4",
    title="GNMT of MLPerf: 4 encoder and 4 decoder LSTM layers of 1024, sentences of 25 words",
    source=f"{GNMT}; layers and vocabulary of MLPerf's reference model (mlcommons/training, rnn_translator)",
    note=f"{GNMT_NOTE} MLPerf's lowest decoder layer reads no context, which here it does, as in the paper: "
    "4,194,304 of the weights.",
    depth=4,
    vocabulary=32320,
)
@network(
    name="gnmt_wu2016_8x8",
    title="GNMT: 8 encoder and 8 decoder LSTM layers of 1024, sentences of 25 words",
    source=GNMT,
    note=GNMT_NOTE,
    depth=8,
    vocabulary=32000,
)
def gnmt(net: Net, *, depth: int, vocabulary: int) -> None:
    """An encoder whose first layer reads both ways, attention, a decoder that reads the context."""
    width = 1024
    source = net.constant("SourceLength", 25, "words")
    target = net.constant("TargetLength", 25, "words")
    net.section("encoder")
    recurrence(net, "enc0_fwd", source, width, width, LSTM_GATES)
    recurrence(net, "enc0_bwd", source, width, width, LSTM_GATES)
    recurrence(net, "enc1", source, 2 * width, width, LSTM_GATES)
    for number in range(2, depth):
        recurrence(net, f"enc{number}", source, width, width, LSTM_GATES)
    net.section("decoder")
    recurrence(net, "dec0", target, width, width, LSTM_GATES, fed_back=width)
    additive_attention(net, "att", target, source, width)
    for number in range(1, depth):
        recurrence(net, f"dec{number}", target, 2 * width, width, LSTM_GATES)
    net.section("classifier")
    net.matmul("classifier", target, vocabulary, width)


@network(
    name="deepspeech2",
    title="Deep Speech 2: 2 convolutions and 5 bidirectional GRU layers of 800, 300 frames (3 s)",
    source="D. Amodei et al., Deep Speech 2: end-to-end speech recognition in English and Mandarin, ICML "
    "2016; sizes of the open-source model SeanNaren/deepspeech.pytorch",
    note=f"Batch 1. Rows (Y) are frequencies, columns (X) frames. Layer names: {PARTS}, whose outputs are "
    "added. Activations, gates, biases and normalisation are not costed.",
)
def deepspeech2(net: Net) -> None:
    """A spectrogram of 161 frequencies, halved twice along them and once along time; 29 letters."""
    hidden, letters = 800, 29
    net.section("convolutions")
    net.image(1, 161, 300)
    net.conv("conv1", 32, (41, 11), 2, (20, 5))
    features = net.conv("conv2", 32, (21, 11), (2, 1), (10, 5))
    steps, inputs = features.columns, features.channels * features.rows
    for number in range(5):
        net.section(f"recurrent layer {number}")
        for direction in ("fwd", "bwd"):
            recurrence(net, f"gru{number}_{direction}", steps, inputs, hidden, GRU_GATES)
        inputs = hidden
    net.section("classifier")
    net.matmul("fc", steps, letters, hidden)

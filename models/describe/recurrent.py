"""Recurrent networks: GNMT (LSTM) and Deep Speech 2 (GRU)."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net, Shape

PARTS = (
    "those of an LSTM or GRU have its name, .forward or .backward where it reads both ways, and .input (its "
    "inputs times the weights of all gates, over all steps at once) or .recurrent (its state, once per step "
    "with the same weights)"
)
GNMT_NOTE = (
    f"Batch 1. Layer names: {PARTS}; att the additive attention: projections of keys and queries (k, q), "
    "scores (v^T tanh of a sum per pair, counted as a product of queries and keys) and context (ctx). All "
    "target words are known, as in training: the decoder's lowest layer and its attention go step by step, "
    "what is above over all steps at once. The lowest layer reads the context of the step before besides its "
    "state, so it is written as its two products. _add the residual additions, from the third layer on. "
    "Embeddings, gates, softmax and biases are not costed."
)
GNMT = "Y. Wu et al., Google's neural machine translation system, arXiv:1609.08144, 2016, Section 3"


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
    words_in, words_out = Shape(width, source), Shape(width, target)
    net.section("encoder")
    net.recurrent("enc0", "LSTM", source, width, width, directions=2)
    net.recurrent("enc1", "LSTM", source, 2 * width, width)
    for number in range(2, depth):
        net.recurrent(f"enc{number}", "LSTM", source, width, width)
        net.add(f"enc{number}_add", words_in, words_in)
    net.section("decoder")
    net.matmul("dec0.input", target, 4 * width, width)
    net.matmul("dec0.recurrent", 1, 4 * width, width + width, repeat=target, same_weights=True)
    additive_attention(net, "att", target, source, width)
    for number in range(1, depth):
        net.recurrent(f"dec{number}", "LSTM", target, 2 * width, width)
        if number > 1:
            net.add(f"dec{number}_add", words_out, words_out)
    net.section("classifier")
    net.matmul("classifier", target, vocabulary, width)


@network(
    name="deepspeech2",
    title="Deep Speech 2: 2 convolutions and 5 bidirectional GRU layers of 800, 300 frames (3 s)",
    source="D. Amodei et al., Deep Speech 2: end-to-end speech recognition in English and Mandarin, ICML "
    "2016; sizes of the open-source model SeanNaren/deepspeech.pytorch",
    note=f"Batch 1. Rows (Y) are frequencies, columns (X) frames. Layer names: {PARTS}; _add the sum of "
    "both directions. Activations, gates, biases and normalisation are not costed.",
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
        net.recurrent(f"gru{number}", "GRU", steps, inputs, hidden, directions=2)
        net.add(f"gru{number}_add", Shape(hidden, steps), Shape(hidden, steps))
        inputs = hidden
    net.section("classifier")
    net.matmul("fc", steps, letters, hidden)

"""Transformers."""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net


@network(
    name="bert_base",
    title="BERT-base encoder: 12 layers, width 768, 12 heads, feed-forward 3072, sequence of 128 tokens",
    source="J. Devlin et al., BERT: pre-training of deep bidirectional transformers, NAACL 2019, Section 3 "
    "(BERT-BASE)",
    note="Batch 1. Layer names: q, k, v projections; qk scores and av context, one product per head (G); o "
    "output projection; up and down the feed-forward pair. Embeddings, softmax, activations, biases, "
    "normalisation and residual additions are not costed.",
)
def bert_base(net: Net) -> None:
    """Twelve encoder layers."""
    width, heads, feed_forward = 768, 12, 3072
    tokens = net.constant("SequenceLength", 128, "tokens")
    for number in range(12):
        net.section(f"encoder layer {number}")
        for projection in "qkv":
            net.matmul(f"l{number}_{projection}", tokens, width, width)
        net.batched_matmul(f"l{number}_qk", heads, tokens, tokens, width // heads)
        net.batched_matmul(f"l{number}_av", heads, tokens, width // heads, tokens)
        net.matmul(f"l{number}_o", tokens, width, width)
        net.matmul(f"l{number}_up", tokens, feed_forward, width)
        net.matmul(f"l{number}_down", tokens, width, feed_forward)

"""Transformers: encoders (BERT, ViT), decoders (GPT-2, Llama), and the two together (Vaswani et al.).

Every layer is written out. Attention is two products per head of activations, whose sizes count every pair of
a query and a key: no causal mask is taken off.
"""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net, Shape

NOT_COSTED = "Embeddings, softmax, activations, biases and normalisation are not costed."
ADDITIONS = (
    "add* are the residual additions behind each attention and feed-forward block: a row (Y) per token, a "
    "channel (C) per element of it."
)
ATTENTION = (
    "q, k, v projections; att.qk scores and att.av context, one product per head (G); o output projection; "
    "up and down the feed-forward pair"
)
GPT2 = "A. Radford et al., Language models are unsupervised multitask learners, OpenAI 2019, Table 2 (117M)"
LLAMA2 = "H. Touvron et al., Llama 2: open foundation and fine-tuned chat models, arXiv:2307.09288, 2023"
LLAMA3 = "A. Grattafiori et al., The Llama 3 herd of models, arXiv:2407.21783, 2024, Table 3"
LLAMA_NAMES = (
    "Batch 1. Layer names: q, k, v projections; att.qk scores and att.av context; o output projection; gate, "
    "up and down the feed-forward layers; lm_head the classifier"
)
LLAMA3_HEADS = (
    "32 query heads share 8 heads of keys and values: a product (G) per head of keys and values, whose rows "
    "(M) are the tokens of its 4 query heads, so that keys and values are stored and moved once."
)
PREFILL = "Scores that the causal mask discards are counted; so is lm_head for every token."
DECODE = "One token is made; ContextLength keys and values, its own included, are in the cache."


def attention(
    net: Net,
    name: str,
    queries: int,
    width: int,
    heads: int,
    *,
    new_keys: int | None = None,
    keys: int | None = None,
    kv_heads: int | None = None,
) -> None:
    """Add projections, scores and context, and output projection.

    Parameters
    ----------
    net, name
        Network, and what the names of layers begin with.
    queries, width, heads
        Tokens that ask, their width, and heads that share it.
    new_keys
        Tokens whose keys and values are projected; ``queries`` unless told.
    keys
        Tokens whose keys and values are read, those of a cache included; ``new_keys`` unless told.
    kv_heads
        Heads of keys and values; ``heads`` unless told.
    """
    new_keys = queries if new_keys is None else new_keys
    keys = new_keys if keys is None else keys
    groups = kv_heads or heads
    head = width // heads
    net.matmul(f"{name}_q", queries, width, width)
    net.matmul(f"{name}_k", new_keys, groups * head, width)
    net.matmul(f"{name}_v", new_keys, groups * head, width)
    net.attention(f"{name}_att", queries, keys, head, kv_heads=groups, shared_by=heads // groups)
    net.matmul(f"{name}_o", queries, width, width)


def feed_forward(net: Net, name: str, tokens: int, width: int, inner: int, *, gated: bool = False) -> None:
    """Add the layers that widen and narrow; a gate is as wide as the widening one."""
    for layer in ("gate", "up") if gated else ("up",):
        net.matmul(f"{name}_{layer}", tokens, inner, width)
    net.matmul(f"{name}_down", tokens, width, inner)


def residual(net: Net, name: str, tokens: int, width: int) -> None:
    """Add the sum of what a block reads and writes."""
    net.add(name, Shape(width, tokens), Shape(width, tokens))


def encoder(net: Net, tokens: int, *, depth: int, width: int, heads: int, what: str = "encoder") -> None:
    """Add ``depth`` layers of self-attention and a feed-forward pair four times as wide."""
    for number in range(depth):
        net.section(f"{what} layer {number}")
        attention(net, f"l{number}", tokens, width, heads)
        residual(net, f"l{number}_add1", tokens, width)
        feed_forward(net, f"l{number}", tokens, width, 4 * width)
        residual(net, f"l{number}_add2", tokens, width)


@network(
    name="bert_base",
    title="BERT-base encoder: 12 layers, width 768, 12 heads, feed-forward 3072, sequence of 128 tokens",
    source="J. Devlin et al., BERT: pre-training of deep bidirectional transformers, NAACL 2019, Section 3 "
    "(BERT-BASE)",
    note=f"Batch 1. Layer names: {ATTENTION}. {ADDITIONS} {NOT_COSTED}",
)
def bert_base(net: Net) -> None:
    """Twelve encoder layers."""
    encoder(net, net.constant("SequenceLength", 128, "tokens"), depth=12, width=768, heads=12)


@network(
    name="gpt2_small",
    title="GPT-2 small: 12 layers, width 768, 12 heads, feed-forward 3072, sequence of 1024 tokens",
    source=GPT2,
    note=f"Batch 1. Layer names: {ATTENTION}; lm_head the classifier, whose weights are those of the token "
    f"embedding. {PREFILL} {ADDITIONS} {NOT_COSTED}",
)
def gpt2_small(net: Net) -> None:
    """Twelve decoder layers, which have the shape of encoder layers."""
    tokens = net.constant("SequenceLength", 1024, "tokens")
    encoder(net, tokens, depth=12, width=768, heads=12, what="decoder")
    net.section("classifier")
    net.matmul("lm_head", tokens, 50257, 768)


@network(
    name="vit_b16",
    title="ViT-B/16: 12 layers, width 768, 12 heads, 224 x 224 input in patches of 16 x 16",
    source="A. Dosovitskiy et al., An image is worth 16x16 words, ICLR 2021, Table 1 (ViT-Base)",
    note=f"Batch 1. 197 tokens: 14 x 14 patches and the class token. Layer names: {ATTENTION}; head the "
    f"classifier, of the class token. {ADDITIONS} {NOT_COSTED}",
)
def vit_b16(net: Net) -> None:
    """Patches to tokens, twelve encoder layers, a classifier."""
    net.image(3, 224, 224)
    patches = net.conv("patch_embed", 768, 16, 16)
    encoder(net, patches.rows * patches.columns + 1, depth=12, width=768, heads=12)
    net.section("classifier")
    net.matmul("head", 1, 1000, 768)


@network(
    name="transformer_base",
    title="Transformer base model: 6 encoder and 6 decoder layers, width 512, 8 heads, feed-forward 2048, "
    "sequences of 128 tokens",
    source="A. Vaswani et al., Attention is all you need, NIPS 2017, Table 3 (base)",
    note="Batch 1. All target tokens are known, as in training. Layer names: enc and dec with the number of "
    f"the layer; self and cross, the two attentions of a decoder layer; {ATTENTION}. Scores that the causal "
    "mask discards are counted. The output projection, which shares the embedding's weights, is left out. "
    f"{ADDITIONS} {NOT_COSTED}",
)
def transformer_base(net: Net) -> None:
    """Six encoder layers, six decoder layers that attend to themselves and to the source."""
    width, heads, inner = 512, 8, 2048
    source = net.constant("SourceLength", 128, "tokens")
    target = net.constant("TargetLength", 128, "tokens")
    for number in range(6):
        net.section(f"encoder layer {number}")
        attention(net, f"enc{number}", source, width, heads)
        residual(net, f"enc{number}_add1", source, width)
        feed_forward(net, f"enc{number}", source, width, inner)
        residual(net, f"enc{number}_add2", source, width)
    for number in range(6):
        net.section(f"decoder layer {number}")
        attention(net, f"dec{number}_self", target, width, heads)
        residual(net, f"dec{number}_add1", target, width)
        attention(net, f"dec{number}_cross", target, width, heads, new_keys=source)
        residual(net, f"dec{number}_add2", target, width)
        feed_forward(net, f"dec{number}", target, width, inner)
        residual(net, f"dec{number}_add3", target, width)


@network(
    name="llama2_7b_prefill",
    title="Llama 2 7B, prefill of 2048 tokens: 32 layers, width 4096, 32 heads, feed-forward 11008",
    source=LLAMA2,
    note=f"{LLAMA_NAMES}. {PREFILL} {ADDITIONS} {NOT_COSTED}",
    decode=False,
    kv_heads=32,
    inner=11008,
    vocabulary=32000,
)
@network(
    name="llama2_7b_decode",
    title="Llama 2 7B, one decode step at a context of 2048: 32 layers, width 4096, 32 heads, feed-forward "
    "11008",
    source=LLAMA2,
    note=f"{LLAMA_NAMES}. {DECODE} {ADDITIONS} {NOT_COSTED}",
    decode=True,
    kv_heads=32,
    inner=11008,
    vocabulary=32000,
)
@network(
    name="llama3_8b_prefill",
    title="Llama 3 8B, prefill of 2048 tokens: 32 layers, width 4096, 32 heads, feed-forward 14336",
    source=LLAMA3,
    note=f"{LLAMA_NAMES}. {LLAMA3_HEADS} {PREFILL} {ADDITIONS} {NOT_COSTED}",
    decode=False,
    kv_heads=8,
    inner=14336,
    vocabulary=128256,
)
@network(
    name="llama3_8b_decode",
    title="Llama 3 8B, one decode step at a context of 2048: 32 layers, width 4096, 32 heads, feed-forward "
    "14336",
    source=LLAMA3,
    note=f"{LLAMA_NAMES}. {LLAMA3_HEADS} {DECODE} {ADDITIONS} {NOT_COSTED}",
    decode=True,
    kv_heads=8,
    inner=14336,
    vocabulary=128256,
)
def llama(net: Net, *, decode: bool, kv_heads: int, inner: int, vocabulary: int) -> None:
    """32 decoder layers with gated feed-forward layers, over a prompt or for one token."""
    width, heads = 4096, 32
    if decode:
        tokens, keys = 1, net.constant("ContextLength", 2048, "keys and values")
    else:
        tokens = keys = net.constant("SequenceLength", 2048, "tokens")
    for number in range(32):
        net.section(f"decoder layer {number}")
        attention(net, f"l{number}", tokens, width, heads, keys=keys, kv_heads=kv_heads)
        residual(net, f"l{number}_add1", tokens, width)
        feed_forward(net, f"l{number}", tokens, width, inner, gated=True)
        residual(net, f"l{number}_add2", tokens, width)
    net.section("classifier")
    net.matmul("lm_head", tokens, vocabulary, width)

"""Sequence models follow their formulas at every length and keep time; ShiDianNao's store what was published.

Totals of every network are held by ``test_models``.
"""

from math import prod

import pytest

from maestro_py.ir import operators
from maestro_py.ir.network import Layer

Layers = tuple[Layer, ...]


def macs(layers: Layers) -> int:
    """MACs of every run of every layer that multiplies."""
    problems = ((la.repeat, operators.get(la.operator).problem(la)) for la in layers)
    return sum(repeat * problem.macs for repeat, problem in problems if problem.operation.multiplies)


def elements(layer: Layer, tensor: str) -> int:
    problem = operators.get(layer.operator).problem(layer)
    axes = problem.axes[tensor]
    extents = problem.sizes | {w.input: w.real_size for w in problem.windows}
    return prod(extents[axis] for axis in axes) if axes else 0


def weights(layers: Layers) -> int:
    """Weights; steps of a recurrent layer share theirs, and BMM and ADD read two activations."""
    return sum(elements(layer, "W") for layer in layers if layer.operator not in ("BMM", "ADD"))


# ---- transformers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "constant", "width", "depth"),
    [
        ("gpt2_small", "SequenceLength", 768, 12),
        ("llama2_7b_prefill", "SequenceLength", 4096, 32),
        ("llama3_8b_prefill", "SequenceLength", 4096, 32),
    ],
)
@pytest.mark.parametrize("tokens", [1, 100, 2048])
def test_a_prompt_follows_its_formula(
    network_of, name: str, constant: str, width: int, depth: int, tokens: int
) -> None:
    """Every weight once per token, and two products of every query with every key, as wide as the model."""
    layers = network_of(name, **{constant: tokens})
    assert macs(layers) == tokens * weights(layers) + depth * 2 * tokens * tokens * width


@pytest.mark.parametrize("name", ["llama2_7b_decode", "llama3_8b_decode"])
@pytest.mark.parametrize("context", [1, 2048, 8192])
def test_a_decode_step_follows_its_formula(network_of, name: str, context: int) -> None:
    layers = network_of(name, ContextLength=context)
    assert macs(layers) == weights(layers) + 32 * 2 * context * 4096


@pytest.mark.parametrize(("source", "target"), [(128, 128), (30, 50)])
def test_base_transformer_follows_its_formula(network_of, source: int, target: int) -> None:
    """Keys and values of the source are projected once, and read by every query of the target."""
    width, inner = 512, 2048
    projection = width * width
    encoder = source * (4 * projection + 2 * width * inner) + 2 * source * source * width
    own = 4 * target * projection + 2 * target * target * width
    cross = 2 * (target + source) * projection + 2 * target * source * width
    decoder = own + cross + 2 * target * width * inner
    layers = network_of("transformer_base", SourceLength=source, TargetLength=target)
    assert macs(layers) == 6 * (encoder + decoder)


@pytest.mark.parametrize(("name", "kv_heads"), [("llama2_7b_decode", 32), ("llama3_8b_decode", 8)])
def test_query_heads_share_the_cache(network_of, name: str, kv_heads: int) -> None:
    """The cache is read once: ``kv_heads`` keys and values of 128 per token of the context, in 32 layers."""
    products = [layer for layer in network_of(name) if layer.operator == "BMM"]
    assert len(products) == 2 * 32
    assert sum(elements(layer, "W") for layer in products) == 2 * 32 * kv_heads * 128 * 2048
    scores, context = products[:2]
    assert elements(scores, "I") == elements(context, "O") == 4096  # queries, and what they get
    assert elements(scores, "O") == elements(context, "I") == 32 * 2048  # a score per query head and key


def test_a_decode_step_of_llama_3_has_353_layers(network_of) -> None:
    layers = network_of("llama3_8b_decode")
    assert len(layers) == 32 * (9 + 2) + 1 == 353  # nine products and two additions
    assert {layer.repeat for layer in layers} == {1}


# ---- recurrent networks -------------------------------------------------------------------------------

RECURRENT = {"gnmt_mlperf_4x4": (9, 1024, 4, 25), "gnmt_wu2016_8x8": (17, 1024, 4, 25)}
RECURRENT["deepspeech2"] = (10, 800, 3, 150)


@pytest.mark.parametrize("name", RECURRENT)
def test_time_is_kept(network_of, name: str) -> None:
    """An input part over all steps, then a recurrent part of one row that runs once per step."""
    count, hidden, gates, steps = RECURRENT[name]
    layers = network_of(name)
    pairs = [
        (layers[number - 1], layer)
        for number, layer in enumerate(layers)
        if layer.name.endswith(".recurrent")
    ]
    assert len(pairs) == count
    for inputs, recurrent in pairs:
        assert inputs.name.removesuffix(".input") == recurrent.name.removesuffix(".recurrent")
        assert (inputs.sizes["M"], inputs.repeat) == (steps, 1)
        assert (recurrent.sizes.get("M", 1), recurrent.repeat) == (1, steps)
        assert inputs.sizes["N"] == recurrent.sizes["N"] == gates * hidden
        assert recurrent.sizes["K"] == (2 if recurrent.name.startswith("dec0") else 1) * hidden


@pytest.mark.parametrize(
    ("name", "published", "embeddings"),
    [
        # MLPerf: both languages share an embedding; the lowest decoder layer reads no context.
        ("gnmt_mlperf_4x4", 160e6, 32320 * 1024 - 4096 * 1024),
        # Shazeer et al., Outrageously large neural networks, ICLR 2017, Table 2.
        ("gnmt_wu2016_8x8", 278e6, 2 * 32000 * 1024),
    ],
)
def test_gnmt_has_the_published_parameters(network_of, name: str, published: float, embeddings: int) -> None:
    """To 2 %: the sources round, and vocabularies of word pieces differ a little."""
    assert weights(network_of(name)) + embeddings == pytest.approx(published, rel=0.02)


@pytest.mark.parametrize(
    ("name", "depth", "words"), [("gnmt_mlperf_4x4", 4, 32320), ("gnmt_wu2016_8x8", 8, 32000)]
)
@pytest.mark.parametrize(("source", "target"), [(25, 25), (7, 40)])
def test_gnmt_follows_its_formula(
    network_of, name: str, depth: int, words: int, source: int, target: int
) -> None:
    """In units of 1024 x 1024: four gates times inputs and state."""
    encoder = 4 * (2 * 2 + 3 + 2 * (depth - 2))
    decoder = 4 * 3 * depth
    unit = 1024 * 1024
    layers = network_of(name, SourceLength=source, TargetLength=target)
    per_word = source * (encoder + 1) * unit + target * ((decoder + 1) * unit + words * 1024)
    assert macs(layers) == per_word + 2 * source * target * 1024


def test_deep_speech_2_follows_its_formula(network_of) -> None:
    """The convolutions leave 41 of 161 frequencies and 150 of 300 frames; directions are added up."""
    layers = network_of("deepspeech2")
    filters = 32 * 41 * 11, 32 * 32 * 21 * 11
    per_step = 2 * 3 * 800 * (32 * 41 + 800) + 4 * 2 * 3 * 800 * (800 + 800) + 800 * 29
    assert macs(layers) == 150 * (81 * filters[0] + 41 * filters[1] + per_step)


# ---- ShiDianNao's networks ----------------------------------------------------------------------------

# Du et al., ISCA 2015, Table 1: KB of the largest layer, of synapses and of all, at 16 bits.
SHIDIANNAO = {
    "cnp": (15.19, 28.17, 56.38),
    "mpcnn": (30.63, 42.77, 88.89),
    "facerec": (21.33, 4.50, 39.05),
    "lenet5": (9.19, 118.30, 136.11),
    "simpleconv": (2.44, 24.17, 30.12),
    "cff": (7.00, 1.72, 18.49),
    "convnn": (45.00, 4.35, 87.53),
    "gabor": (2.00, 0.82, 5.36),
    "facealign": (15.63, 29.27, 56.39),
}
SHIDIANNAO_MACS = {
    "cnp": 822_580,
    "mpcnn": 1_432_200,
    "facerec": 210_655,
    "lenet5": 326_520,
    "simpleconv": 183_375,
    "cff": 120_442,
    "convnn": 789_066,
    "gabor": 32_220,
    "facealign": 457_040,
}
"""Kernels times taps times outputs; the table gives none."""


@pytest.mark.parametrize("name", SHIDIANNAO)
def test_shidiannao_networks_store_what_was_published(network_of, name: str) -> None:
    """Parts of a layer, which share the beginning of their names, write its output together."""
    layers = network_of(f"shidiannao_{name}")
    neurons: dict[str, int] = {"input": elements(layers[0], "I")}
    for layer in layers:
        whole = layer.name.partition("_")[0]
        neurons[whole] = neurons.get(whole, 0) + elements(layer, "O")
    synapses = weights(layers)
    found = (max(neurons.values()), synapses, sum(neurons.values()) + synapses)
    for elements_found, published in zip(found, SHIDIANNAO[name], strict=True):
        assert elements_found * 2 / 1024 == pytest.approx(published, abs=0.006)


@pytest.mark.parametrize("name", SHIDIANNAO_MACS)
def test_shidiannao_networks_have_the_macs_of_their_kernels(network_of, name: str) -> None:
    assert macs(network_of(f"shidiannao_{name}")) == SHIDIANNAO_MACS[name]


def test_lenet_connects_the_published_maps(network_of) -> None:
    """LeCun et al., Table I: 6 maps see 3, 9 see 4, one sees all; 60 of 96 kernels."""
    parts = [layer for layer in network_of("shidiannao_lenet5") if layer.name.startswith("C3")]
    seen = {layer.sizes["C"]: layer.sizes.get("G", 1) * layer.sizes.get("K", 1) for layer in parts}
    assert seen == {3: 6, 4: 9, 6: 1}
    assert sum(elements(layer, "W") for layer in parts) == 60 * 25

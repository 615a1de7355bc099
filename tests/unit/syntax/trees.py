"""Random trees of the language, for round trips. Limits are those of the reader."""

from decimal import Decimal

from hypothesis import strategies as st

from maestro_py.syntax import ast

RESERVED = [
    "Constant",
    "Network",
    "Layer",
    "Type",
    "Repeat",
    "Stride",
    "Dilation",
    "Padding",
    "Density",
    "Dimensions",
    "Dataflow",
    "SpatialMap",
    "TemporalMap",
    "Cluster",
    "Accelerator",
    "Technology",
    "Sz",
]
HARDWARE_KEYS = ("num_pes", "l1_size_cstr", "l2_size_cstr", "noc_bw_cstr", "NoC_NumHops", "offchip_bw_cstr")
UNITS = ("Hz", "kHz", "MHz", "GHz")

words = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}'?", fullmatch=True).filter(
    lambda w: w not in (*RESERVED, *HARDWARE_KEYS, *UNITS)
)
names = st.builds(ast.Name, words)
labels = st.builds(
    ast.Name, st.one_of(words, st.text(max_size=12), st.sampled_from(["Conv2d-1", "a b", "x.y", "Layer"]))
)
numbers = st.builds(ast.Number, st.integers(0, 10**18 - 1))
atoms = st.one_of(numbers, st.builds(ast.Reference, words), st.builds(ast.SizeOf, names))
expressions = st.recursive(
    atoms,
    lambda inner: st.builds(ast.BinaryOperation, st.sampled_from("+-*/%"), inner, inner),
    max_leaves=6,
)
decimals = st.integers(0, 10**6).map(lambda n: n / 8)
quantities = st.one_of(
    st.builds(ast.Quantity, decimals),
    st.builds(ast.Quantity, decimals, st.sampled_from(UNITS)),
)


def tuples(of, most=3):
    """Short tuples."""
    return st.lists(of, max_size=most).map(tuple)


maps = st.builds(
    ast.MapDirective, st.sampled_from(["SpatialMap", "TemporalMap"]), expressions, expressions, names
)
clusters = st.builds(ast.ClusterDirective, expressions, names)
dataflows = st.builds(ast.Dataflow, st.none() | labels, tuples(st.one_of(maps, clusters)), tuples(names, 2))
pairs = st.builds(ast.Pair, expressions, expressions).filter(lambda pair: pair.front != pair.behind)
paddings = tuples(st.builds(ast.SizeEntry, names, expressions | pairs))
size_blocks = st.one_of(
    st.builds(
        ast.SizeBlock,
        st.sampled_from(["Stride", "Dilation", "Dimensions"]),
        tuples(st.builds(ast.SizeEntry, names, expressions)),
    ),
    st.builds(ast.SizeBlock, st.just("Padding"), paddings),
)
fractions = st.integers(0, 10**12).map(lambda n: Decimal(n).scaleb(-6))
density_blocks = st.builds(ast.DensityBlock, tuples(st.builds(ast.DensityEntry, names, fractions)))
statements = st.one_of(
    st.builds(ast.LayerType, names),
    st.builds(ast.Repeat, expressions),
    size_blocks,
    density_blocks,
    dataflows,
)
layers = st.builds(ast.Layer, labels, tuples(statements))
networks = st.builds(ast.Network, labels, tuples(layers, 2))
settings_ = st.builds(ast.Setting, names, st.one_of(expressions, quantities))
sections = st.recursive(
    st.builds(ast.Section, names, tuples(settings_)),
    lambda inner: st.builds(ast.Section, names, tuples(st.one_of(inner, settings_))),
    max_leaves=3,
)
technologies = st.builds(ast.Technology, labels)
accelerators = st.builds(
    ast.Accelerator, st.none() | labels, tuples(st.one_of(sections, settings_, technologies))
)
constants = st.builds(ast.Constant, names, expressions)
hardware_entries = st.builds(ast.HardwareEntry, st.sampled_from(HARDWARE_KEYS).map(ast.Name), expressions)
documents = st.builds(
    ast.Document, tuples(st.one_of(constants, networks, dataflows, accelerators, hardware_entries))
)

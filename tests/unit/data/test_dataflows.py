"""The shipped dataflows: legal on what they are meant for, stationary as they say, true to their sources.

Legality is tested in two ways by the reference. Small random layers of every type, with strides, dilation,
padding, groups and sizes that do not divide, are enumerated whole. The layers of the shipped networks are
cut into slices: all dimensions 1 but one (rows together with filter rows, columns alike). A slice is
enough because no level of a shipped template has two SpatialMaps (which would tie two dimensions together by
the unit number; tested here), so the MACs executed are a product over dimensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maestro_py import catalog, reference
from maestro_py.analysis.api import analyze
from maestro_py.errors import SemanticError
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, MapDirective, evaluate
from maestro_py.ir.nest import Nest, build_nest, language_sizes
from maestro_py.ir.network import Layer, Network
from maestro_py.syntax.parser import parse
from maestro_py.syntax.printer import format_document

DATAFLOWS = catalog.dataflow_names()
TABLE_2 = {"table2_nlr", "table2_ws", "table2_os", "table2_rs", "table2_dla"}
RELEASED = {"kcp_ws", "xp_ws", "yxp_os", "ykp_os", "rs", "nlr", "ckp_ws", "maeri", "dpt", "nmk"}
CONVOLUTIONS = ("CONV", "NGCONV", "PWCONV", "TRCONV")

# Constants of the shipped files, and the sizes that random tests give them.
CONSTANTS = {
    "ClusterSize": (1, 2, 3, 16),
    "ChannelTile": (1, 2, 64),
    "FilterTile": (1, 2, 16),
    "VirtualNeuronSize": (1, 3, 16),
    "MTileSz": (1, 2),
    "NTileSz": (1, 3),
    "KTileSz": (1, 2, 16),
}


def executions(nest: Nest) -> np.ndarray:
    """How often each MAC is executed."""
    counts = np.zeros(tuple(nest.problem.sizes.values()), dtype=np.int32)
    for step in reference.Walk(nest).steps():
        for box in step.boxes:
            if box is not None:
                counts[tuple(slice(*r) for r in box.ranges.values())] += 1
    return counts


def cluster_pes(dataflow: Dataflow, layer: Layer) -> int:
    sizes = language_sizes(operators.get(layer.operator).problem(layer), layer)
    return prod(evaluate(d.size, sizes) for d in dataflow.directives if isinstance(d, ClusterDirective))


def test_these_dataflows_are_shipped() -> None:
    assert set(DATAFLOWS) == TABLE_2 | RELEASED


# ---- form -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATAFLOWS)
def test_header_lists_the_layer_types_and_names_start_alike(templates_of, name: str) -> None:
    templates = templates_of(name)
    assert catalog.dataflow_info(name).layer_types == tuple(templates)
    assert next(iter(templates.values())).name == name
    assert all(dataflow.name.startswith(name) for dataflow in templates.values())


@pytest.mark.parametrize("name", sorted(set(DATAFLOWS) - {"dpt", "nmk"}))
def test_every_layer_type_has_a_template(templates_of, name: str) -> None:
    assert set(templates_of(name)) == set(operators.names())


@pytest.mark.parametrize("name", DATAFLOWS)
def test_readme_and_header_say_the_same(name: str) -> None:
    folder = catalog.dataflow_path(name).parent
    info = catalog.dataflow_info(name)
    (row,) = re.findall(rf"^\| `{name}` \|.*$", (folder / "README.md").read_text(encoding="utf-8"), re.M)
    _, _, stays, parallel, needs, _, _ = (cell.strip() for cell in row.split("|"))
    assert stays.replace("nothing", "none") == info.stationary
    assert tuple(parallel.split(", ")) == info.parallel
    if needs.isdigit():  # the number of a cluster is that of the file's constant
        text = catalog.dataflow_path(name).read_text(encoding="utf-8")
        assert needs == "1" or re.search(rf"^Constant {info.needs.split()[0]} {needs};", text, re.M)
    else:
        assert needs.split(",")[0] in info.needs


@pytest.mark.parametrize("name", DATAFLOWS)
def test_no_level_has_two_spatial_maps(templates_of, name: str) -> None:
    for dataflow in templates_of(name).values():
        spatial = 0
        for directive in dataflow.directives:
            if isinstance(directive, ClusterDirective):
                assert spatial == 1, dataflow.name
                spatial = 0
            else:
                spatial += directive.kind == "SpatialMap"
        assert spatial == 1, dataflow.name


@pytest.mark.parametrize("name", DATAFLOWS)
def test_parallel_dimensions_are_those_of_the_first_template(templates_of, name: str) -> None:
    first = next(iter(templates_of(name).values()))
    maps = (d for d in first.directives if isinstance(d, MapDirective) and d.kind == "SpatialMap")
    assert list(catalog.dataflow_info(name).parallel) == list(dict.fromkeys(d.dimension for d in maps))


@pytest.mark.parametrize("name", DATAFLOWS)
def test_text_is_canonical(name: str) -> None:
    text = catalog.dataflow_path(name).read_text(encoding="utf-8")
    assert format_document(parse(text)) == text


# ---- legality -------------------------------------------------------------------------------------------


@st.composite
def layers(draw: st.DrawFn, operator: str) -> Layer:
    """A small layer of a type, with at most 4,000 MACs."""

    def one_of(*values: int) -> int:
        return draw(st.sampled_from(values))

    if operator in ("GEMM", "BMM"):
        sizes = {"G": one_of(1, 2), "M": one_of(1, 2, 7), "N": one_of(1, 3, 5), "K": one_of(1, 4, 7)}
        return Layer("small", operator, sizes)
    sizes = {"N": one_of(1, 2), "C": one_of(1, 3, 5)}
    if operator == "ADD":
        sizes |= {"Y": draw(st.integers(1, 12)), "X": draw(st.integers(1, 9))}
        return Layer("small", operator, sizes)
    if operator != "POOL":
        sizes["K"] = one_of(1, 2, 5)
    if operator == "FC" and draw(st.booleans()):
        return Layer("small", operator, sizes)
    if operator in CONVOLUTIONS:
        sizes["G"] = one_of(1, 2)
    if operator == "FC":
        sizes |= {"Y": 3, "X": 2, "R": 3, "S": 2}
        return Layer("small", operator, sizes)
    taps = 1 if operator == "PWCONV" else one_of(1, 2, 3, 5, 7, 11)
    sizes |= {"R": taps, "S": draw(st.sampled_from((taps, 1)))}
    sizes |= {"Y": draw(st.integers(1, 12)), "X": draw(st.integers(1, 9))}
    layer = Layer(
        "small",
        operator,
        sizes,
        stride=(one_of(1, 2, 4), one_of(1, 2, 3)),
        dilation=(one_of(1, 1, 2), one_of(1, 1, 3)),
        padding=((one_of(0, 1, 3), one_of(0, 1, 2)), (one_of(0, 2), one_of(0, 2))),
    )
    problem = operators.get(operator).problem(layer)
    assume(min(problem.sizes.values()) >= 1)
    assume(problem.macs <= 4000)
    return layer


@pytest.mark.parametrize("name", DATAFLOWS)
@settings(max_examples=60)
@given(data=st.data())
def test_every_mac_of_a_small_layer_is_executed_once(templates_of, name: str, data: st.DataObject) -> None:
    text = catalog.dataflow_path(name).read_text(encoding="utf-8")
    known = re.findall(r"^Constant (\w+) ", text, re.M)
    constants = {constant: data.draw(st.sampled_from(CONSTANTS[constant])) for constant in known}
    templates = templates_of(name, **constants)
    operator = data.draw(st.sampled_from(sorted(templates)))
    layer = data.draw(layers(operator))
    needed = cluster_pes(templates[operator], layer)
    nest = build_nest(layer, templates[operator], data.draw(st.integers(needed, 3 * needed + 2)))
    assume(nest.steps * nest.num_pes <= 40_000)
    assert (executions(nest) == 1).all()


def slices(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """A layer's slices with their dimension: every other dimension is 1."""
    for dimension in ("G", "N", "M", "K", "C"):
        if dimension in layer.sizes:
            yield dimension, Layer(dimension, layer.operator, {dimension: layer.sizes[dimension]})
    for axis, dimension, taps in ((0, "Y", "R"), (1, "X", "S")):
        if dimension in layer.sizes:
            sizes = {d: layer.sizes[d] for d in (dimension, taps) if d in layer.sizes}
            stride, padding = [1, 1], [(0, 0), (0, 0)]
            stride[axis], padding[axis] = layer.stride[axis], layer.padding[axis]
            yield (
                dimension,
                Layer(
                    dimension,
                    layer.operator,
                    sizes,
                    stride=(stride[0], stride[1]),
                    padding=(padding[0], padding[1]),
                ),
            )


def network_slices(network_of, operator: str) -> list[Layer]:
    """Slices of all shipped layers of a type, without repetition."""
    found: dict[tuple[object, ...], Layer] = {}
    for model in catalog.model_names():
        for layer in network_of(model):
            if layer.operator == operator:
                for dimension, part in slices(layer):
                    key = (dimension, tuple(part.sizes.items()), part.stride, part.padding)
                    found.setdefault(key, part)
    return list(found.values())


@pytest.mark.parametrize("name", DATAFLOWS)
def test_every_mac_of_the_shipped_networks_is_executed_once(network_of, templates_of, name: str) -> None:
    """At full size, up to 64 of a dimension; the rest takes minutes."""
    check_slices(network_of, templates_of, name, range(65))


@pytest.mark.long
@pytest.mark.parametrize("name", DATAFLOWS)
def test_every_mac_of_the_largest_layers_is_executed_once(network_of, templates_of, name: str) -> None:
    check_slices(network_of, templates_of, name, range(65, 2**20))


def check_slices(network_of, templates_of, name: str, extents: range) -> None:
    done = 0
    for operator, dataflow in templates_of(name).items():
        for part in network_slices(network_of, operator):
            if max(part.sizes.values()) in extents:
                nest = build_nest(part, dataflow, 2 * cluster_pes(dataflow, part) + 1)
                assert (executions(nest) == 1).all(), (dataflow.name, part)
                done += 1
    assert done > 0


@pytest.mark.parametrize("name", DATAFLOWS)
def test_the_shipped_networks_fit_64_pes(network_of, templates_of, name: str) -> None:
    """ShiDianNao's 64 PEs (ISCA 2015) run everything but large filters where a cluster spans a filter.

    But for averages over all rows and columns, filters fit the 168 PEs of Eyeriss (JSSC 2017); a virtual
    neuron of MAERI spans the whole filter, of which three are larger still.
    """
    too_large = set()
    for layer in distinct_layers(network_of, templates_of(name)):
        dataflow = templates_of(name)[layer.operator]
        needed = cluster_pes(dataflow, layer)
        if needed > 64:
            taps = layer.sizes.get("R", 1), layer.sizes.get("S", 1)
            assert needed == {"maeri": prod(taps), "rs": taps[0], "table2_rs": taps[0]}[name], layer.name
            with pytest.raises(SemanticError):
                build_nest(layer, dataflow, needed - 1)
            global_average = taps == (layer.sizes.get("Y", 1), layer.sizes.get("X", 1))
            if needed > 168 and not (layer.operator == "POOL" and global_average):
                too_large.add(layer.name)
    larger = {"deepspeech2 conv1", "deepspeech2 conv2", "vit_b16 patch_embed"}
    assert too_large == (larger if name == "maeri" else set())


@pytest.mark.parametrize("pes", [168, 16384])
@pytest.mark.parametrize("name", DATAFLOWS)
def test_every_layer_of_the_shipped_networks_is_legal_and_analysed(
    network_of, templates_of, name: str, pes: int
) -> None:
    """Whole, by the engine, on every machine that it fits: each MAC is executed once."""
    templates = templates_of(name)
    layers = [
        la for la in distinct_layers(network_of, templates) if cluster_pes(templates[la.operator], la) <= pes
    ]
    analysis = analyze(Network("zoo", tuple(layers)), name, Accelerator(num_pes=pes))
    assert analysis.errors == ()
    assert len(analysis.layers) == len(layers) > 100
    for layer, result in zip(layers, analysis.layers, strict=True):
        assert result.legal
        assert result.values["macs"] == operators.get(layer.operator).problem(layer).macs, layer.name


def distinct_layers(network_of, templates: Mapping[str, Dataflow]) -> list[Layer]:
    """Layers of all shipped networks that templates are meant for, of equal ones the first."""
    found: dict[tuple[object, ...], Layer] = {}
    for model in catalog.model_names():
        for layer in network_of(model):
            if layer.operator in templates:
                key = (layer.operator, tuple(sorted(layer.sizes.items())), layer.stride, layer.dilation)
                found.setdefault(
                    (*key, layer.padding), replace(layer, name=f"{model} {layer.name}", repeat=1)
                )
    return list(found.values())


# ---- what stays -----------------------------------------------------------------------------------------

SMALL = {
    "CONV": {"N": 2, "K": 5, "C": 3, "Y": 6, "X": 5, "R": 3, "S": 2},
    "NGCONV": {"N": 2, "K": 3, "C": 5, "Y": 6, "X": 5, "R": 3, "S": 2},
    "PWCONV": {"N": 2, "K": 3, "C": 5, "Y": 3, "X": 4},
    "TRCONV": {"N": 2, "K": 3, "C": 5, "Y": 3, "X": 3, "R": 2, "S": 2},
    "DSCONV": {"N": 2, "K": 2, "C": 5, "Y": 5, "X": 6, "R": 2, "S": 3},
    "POOL": {"N": 2, "C": 5, "Y": 6, "X": 6, "R": 2, "S": 2},
    "ADD": {"N": 2, "C": 5, "Y": 6, "X": 5},
    "FC": {"N": 3, "K": 5, "C": 8},
    "GEMM": {"M": 3, "N": 5, "K": 8},
    "BMM": {"M": 4, "N": 5, "K": 4},
}


MOVES_ONCE = [name for name in DATAFLOWS if catalog.dataflow_info(name).stationary in ("weights", "outputs")]


@pytest.mark.parametrize("name", MOVES_ONCE)
def test_what_is_called_stationary_moves_once(templates_of, name: str) -> None:
    """With reduction, weights are read from L2 once each, or outputs are written to L2 once each.

    The reductions of matrix products divide by the tile: a PE that idles in the last, smaller tile of nmk
    has let its outputs go a step early.
    """
    stationary = catalog.dataflow_info(name).stationary
    text = catalog.dataflow_path(name).read_text(encoding="utf-8")
    constants = dict.fromkeys(re.findall(r"^Constant (\w+) ", text, re.M), 2)
    for operator, dataflow in templates_of(name, **constants).items():
        layer = Layer("small", operator, SMALL[operator])
        needed = cluster_pes(dataflow, layer)
        for pes in (needed, 2 * needed):
            accelerator = Accelerator(num_pes=pes)
            counts = reference.evaluate(build_nest(layer, dataflow, pes), accelerator)
            problem = operators.get(operator).problem(layer)
            if stationary == "weights" and operator != "POOL":
                assert counts["l2_read_W"] == prod(problem.sizes[a] for a in problem.axes["W"]), dataflow.name
            if stationary == "outputs":
                assert counts["l2_write_O"] == prod(problem.sizes[a] for a in problem.axes["O"]), (
                    dataflow.name
                )


# ---- sources ----------------------------------------------------------------------------------------------

FULL = "TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S;"
WINDOW = "TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;"

# The maps of the sources for convolutions, where the shipped file says that only the spelling differs.
AS_IN_THE_SOURCE = {
    "table2_ws": (  # with Y advancing by one output row
        f"TemporalMap(1,1) K; TemporalMap(1,1) C; TemporalMap(Sz(R),1) Y; SpatialMap(Sz(S),1) X; {FULL}"
    ),
    "table2_rs": (  # with rows shared within the cluster as in Section 3.2
        "TemporalMap(1,1) K; TemporalMap(1,1) C; SpatialMap(Sz(R),1) Y; Cluster(Sz(R),P); "
        "TemporalMap(Sz(S),1) X; SpatialMap(1,1) Y; SpatialMap(1,1) R; TemporalMap(Sz(S),Sz(S)) S;"
    ),
    "kcp_ws": (
        f"SpatialMap(1,1) K; TemporalMap(64,64) C; {FULL} {WINDOW} Cluster(64,P); "
        f"SpatialMap(1,1) C; {WINDOW} {FULL}"
    ),
    "xp_ws": f"TemporalMap(1,1) K; TemporalMap(1,1) C; TemporalMap(Sz(R),1) Y; SpatialMap(Sz(S),1) X; {FULL}",
    "ykp_os": (
        "TemporalMap(16,16) K; SpatialMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X; TemporalMap(1,1) C; "
        f"Cluster(16,P); SpatialMap(1,1) K; {WINDOW} TemporalMap(Sz(R),7) R; TemporalMap(Sz(S),7) S;"
    ),
    "rs": (
        f"SpatialMap(1,1) Y'; TemporalMap(1,1) X'; TemporalMap(1,1) C; TemporalMap(16,16) K; {FULL} "
        "Cluster(Sz(R),P); SpatialMap(1,1) Y; SpatialMap(1,1) R; TemporalMap(Sz(S),Sz(S)) S;"
    ),
    "nlr": f"TemporalMap(1,1) K; {WINDOW} {FULL} SpatialMap(1,1) C;",
    "ckp_ws": (
        "SpatialMap(1,1) C; TemporalMap(64,64) K; TemporalMap(3,3) R; TemporalMap(3,3) S; "
        "TemporalMap(1,1) Y'; TemporalMap(1,1) X'; Cluster(64,P); SpatialMap(1,1) K;"
    ),
    "maeri": (
        f"TemporalMap(1,1) C; SpatialMap(1,1) K; TemporalMap(1,1) Y'; TemporalMap(1,1) X'; {FULL} "
        "Cluster(Sz(R),P); SpatialMap(1,1) Y; SpatialMap(1,1) R; Cluster(Sz(S),P); SpatialMap(1,1) X; "
        "SpatialMap(1,1) S;"
    ),
}


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", AS_IN_THE_SOURCE)
def test_counts_and_cycles_are_those_of_the_source(
    templates_of, template_of_text, name: str, stride: int
) -> None:
    """Every number of the reference, for one group, one image and dilation 1."""
    sizes = {"K": 3, "C": 5, "Y": 7, "X": 8, "R": 3, "S": 3}
    layer = Layer("small", "CONV", sizes, stride=(stride, stride), padding=((1, 1), (1, 1)))
    accelerator = Accelerator(num_pes=64)
    source = build_nest(layer, template_of_text(AS_IN_THE_SOURCE[name]), 64)
    shipped = build_nest(layer, templates_of(name)["CONV"], 64)
    assert reference.evaluate(shipped, accelerator) == reference.evaluate(source, accelerator)


@pytest.mark.parametrize("name", ["table2_os", "yxp_os"])
def test_the_print_of_an_output_stationary_dataflow_revisits_outputs(
    templates_of, template_of_text, name: str
) -> None:
    """Why C moved inside: as printed, outputs leave once per input channel."""
    printed = {
        "table2_os": AS_IN_THE_SOURCE["table2_ws"],
        "yxp_os": (
            "TemporalMap(1,1) K; TemporalMap(1,1) C; SpatialMap(Sz(R),1) Y; TemporalMap(8+Sz(S)-1,8) X; "
            f"Cluster(8,P); SpatialMap(Sz(S),1) X; {FULL}"
        ),
    }
    layer = Layer("small", "CONV", {"K": 2, "C": 5, "Y": 7, "X": 12, "R": 3, "S": 3})
    outputs = 2 * 5 * 10
    accelerator = Accelerator(num_pes=16)
    before = reference.evaluate(build_nest(layer, template_of_text(printed[name]), 16), accelerator)
    after = reference.evaluate(build_nest(layer, templates_of(name)["CONV"], 16), accelerator)
    assert (before["l2_write_O"], after["l2_write_O"]) == (5 * outputs, outputs)

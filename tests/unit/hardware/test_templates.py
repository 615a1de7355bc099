"""Accelerator graphs: facts, conversion both ways, hash, errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

from maestro_py.errors import HardwareError, InputError
from maestro_py.hardware import noc, tech, templates
from maestro_py.hardware.load import is_template, load_accelerator
from maestro_py.hardware.topology import Topology
from maestro_py.ir.accelerator import Accelerator

MIB = 2**20


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "eyeriss",
            {"num_pes": 168, "l1_bytes": 448 + 24 + 48, "l2_bytes": 108 * 1024, "frequency_mhz": 200.0},
        ),
        ("maeri", {"num_pes": 64, "l1_bytes": None, "l2_bytes": 80 * 1024, "noc": "tree"}),
        # 512 KiB of convolution buffer, and 32 accumulators in each of 32 cells
        ("nvdla", {"num_pes": 2048, "l2_bytes": 512 * 1024 + 32 * 32, "bits": (8, 8, 8)}),
        ("shidiannao", {"num_pes": 64, "l2_bytes": (64 + 64 + 128) * 1024, "reduction": False}),
        # 24 MiB, and accumulators for 4096 x 256 outputs
        ("tpu", {"num_pes": 65536, "l2_bytes": 24 * MIB + 4096 * 256, "frequency_mhz": 700.0}),
    ],
)
def test_facts(name: str, expected: dict[str, object]) -> None:
    accelerator = load_accelerator(name)
    assert {field: getattr(accelerator, field) for field in expected} == expected


def test_bandwidths_are_the_published_rates() -> None:
    tpu, nvdla = load_accelerator("tpu"), load_accelerator("nvdla")
    assert tpu.noc_bandwidth_bytes_per_cycle * 700e6 / 2**30 == pytest.approx(167, abs=0.5)
    assert tpu.dram_bandwidth_bytes_per_cycle == 34e9 // 700e6
    assert nvdla.dram_bandwidth_bytes_per_cycle * nvdla.frequency_mhz * 1e6 == 20e9


@pytest.mark.parametrize("name", templates.names())
def test_every_template(name: str) -> None:
    graph = templates.load(name)
    assert templates.check_topology(templates.topology(name)) == []
    assert graph.graph["source"]
    accelerator = templates.accelerator_from_graph(graph)
    assert accelerator.name == name
    assert accelerator.technology in tech.names()
    assert accelerator.noc in noc.names()
    assert nx.is_weakly_connected(graph)
    assert {data["kind"] for _, data in graph.nodes(data=True)} == set(templates.KINDS)
    assert templates.accelerator_from_graph(templates.graph_from_accelerator(accelerator)) == accelerator
    assert "cacti" in accelerator.technology or "Chen" in graph.graph["source"]


@pytest.mark.parametrize(
    "accelerator",
    [
        Accelerator(),
        Accelerator(lanes={"C": 8, "K": 4}, l1_bytes=512, l2_bytes=2**17, layout=("C", "C", "K"), noc="mesh"),
        Accelerator(zero_skip=True),
        Accelerator(vector_width=4, bits=(4, 8, 32), multicast=False, reduction=False, technology="my.yaml"),
        Accelerator(name="x", dram_bandwidth_bytes_per_cycle=1, dram_latency_cycles=0, noc_latency_cycles=0),
    ],
)
def test_round_trip_keeps_every_number(accelerator: Accelerator) -> None:
    assert templates.accelerator_from_graph(templates.graph_from_accelerator(accelerator)) == accelerator


def test_hash_does_not_depend_on_insertion_order() -> None:
    graph = templates.load("eyeriss")
    other = nx.DiGraph(**dict(reversed(graph.graph.items())))
    for node, data in reversed(list(graph.nodes(data=True))):
        other.add_node(node, **dict(reversed(data.items())))
    other.add_edges_from(reversed(list(graph.edges(data=True))))
    assert templates.graph_hash(other) == templates.graph_hash(graph)


def test_hash_sees_every_change() -> None:
    hashes = {templates.graph_hash(templates.load(name)) for name in templates.names()}
    graph = templates.load("eyeriss")
    graph.nodes["Filter spad"]["size_bytes"] += 1
    hashes.add(templates.graph_hash(graph))
    graph.remove_edge("Filter spad", "MAC")
    hashes.add(templates.graph_hash(graph))
    assert len(hashes) == len(templates.names()) + 2


def test_hash_is_the_same_in_another_process() -> None:
    code = "from maestro_py.hardware import templates as t; print(t.graph_hash(t.load('tpu')))"
    root = Path(templates.__file__).parents[3]
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    ).stdout
    assert shown.strip() == templates.graph_hash(templates.load("tpu"))


def test_a_graph_that_is_no_machine_says_everything() -> None:
    graph = nx.DiGraph()
    graph.add_node("A", kind="box", level="l9")
    graph.add_node("B", kind="data_path", level="noc")
    with pytest.raises(HardwareError) as error:
        templates.accelerator_from_graph(graph)
    messages = [d.message for d in error.value.diagnostics]
    assert {d.code for d in error.value.diagnostics} == {"M607"}
    assert len(messages) == 4  # kind, level, no MAC, no bandwidth


@pytest.mark.parametrize("name", templates.names())
def test_the_parts_are_those_of_the_graph(name: str) -> None:
    parts, graph = templates.topology(name), templates.load(name)
    assert isinstance(graph, nx.DiGraph)
    back = Topology.of_graph(graph)
    assert (back.facts, back.nodes, back.edges) == (parts.facts, parts.nodes, parts.edges)
    assert list(back.nodes) == list(parts.nodes)  # what is drawn follows the order
    graph.nodes[next(iter(graph))]["count"] = -1
    assert (back.facts, back.nodes, back.edges) == (parts.facts, parts.nodes, parts.edges)


def test_an_edge_needs_both_of_its_nodes() -> None:
    parts = Topology()
    parts.add_node("A")
    with pytest.raises(KeyError, match="B"):
        parts.add_edge("A", "B")


def test_unknown_names() -> None:
    with pytest.raises(InputError) as error:
        load_accelerator("eyris")
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == "M606"
    assert diagnostic.hint.startswith("did you mean 'eyeriss'?")
    with pytest.raises(InputError) as error:
        load_accelerator("my/hw.txt")
    assert "hardware files end in '.m'" in error.value.diagnostics[0].hint
    assert not is_template("__init__")


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, maestro_py.hardware.energy, maestro_py.hardware.show, maestro_py.hardware.load;"
        "import maestro_py.hardware.tech.user, maestro_py.hardware.tech.accelergy;"
        "[maestro_py.hardware.load.load_accelerator(n) for n in maestro_py.hardware.templates.names()];"
        "heavy = {'numpy', 'scipy', 'networkx', 'matplotlib', 'pydantic', 'ruamel'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    root = Path(templates.__file__).parents[3]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)

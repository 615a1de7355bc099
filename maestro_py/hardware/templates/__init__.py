"""Accelerators as graphs: one file per accelerator, found by name, and graph to Accelerator and back.

A graph is a ``networkx.DiGraph`` with the attributes ``name``, ``source``, ``frequency_mhz``, ``technology``,
``noc`` and ``bits_W``, ``bits_I``, ``bits_O``. Each node has

- ``kind``: ``memory``, ``data_path`` or ``compute``
- ``level``: ``dram``, ``l2``, ``noc``, ``l1`` or ``mac``, its place between chip edge and multiplier
- ``count``: instances (a scratchpad per PE has as many as there are PEs)
- memories: ``size_bytes`` (of one instance; DRAM has none), ``word_bits``, and for a memory that keeps
  elements wider than the network's (accumulators) ``stored_bits``
- DRAM and data paths: ``bandwidth_bytes_per_cycle``, ``latency_cycles``; the NoC also ``multicast``,
  ``reduction``
- compute: ``lanes`` (``{"C": 64}``) or ``vector_width``; ``zero_skip`` where PEs skip zeros

An edge means that data flows from one node to the other. :func:`accelerator_from_graph` adds up the memories
of a level, L1 per PE; a memory of wider elements counts with the outputs it holds.
:func:`graph_from_accelerator` draws the five levels of any machine. Their composition keeps every number.

A file here defines ``build()``, which returns a :class:`~maestro_py.hardware.topology.Topology`: the same
nodes, edges and attributes without the library. Being here is being registered.

Codes: M606 unknown accelerator, M607 a graph that is not a machine.

Non-goals: no floor plan, no routing; a graph holds what the cost model uses and what a reader wants to see.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from maestro_py._entries import modules
from maestro_py.errors import Diagnostic, HardwareError, InputError
from maestro_py.hardware.topology import Topology
from maestro_py.ir.accelerator import Accelerator

if TYPE_CHECKING:
    import networkx as nx

KINDS = ("memory", "data_path", "compute")
LEVELS = ("dram", "l2", "noc", "l1", "mac")


def names() -> tuple[str, ...]:
    """Names of the shipped accelerators, in alphabetical order.

    >>> names()
    ('eyeriss', 'maeri', 'nvdla', 'shidiannao', 'tpu')
    """
    return modules(__name__)


def topology(name: str) -> Topology:
    """The parts of a shipped accelerator.

    Raises
    ------
    InputError
        M606 for an unknown name.
    """
    if name not in names():
        raise InputError([unknown_name(name)])
    parts: Topology = import_module(f"{__name__}.{name}").build()
    return parts


def load(name: str) -> nx.DiGraph:
    """Graph of a shipped accelerator.

    Raises
    ------
    InputError
        M606 for an unknown name.
    """
    return topology(name).graph()


def unknown_name(name: str) -> Diagnostic:
    """M606 with the closest known name."""
    import difflib

    close = difflib.get_close_matches(name.lower(), names(), n=1, cutoff=0.5)
    hint = f"did you mean '{close[0]}'? " if close else ""
    return Diagnostic("M606", f"unknown accelerator '{name}'", None, f"{hint}shipped: {', '.join(names())}")


@cache
def load_accelerator(name: str) -> Accelerator:
    """Numbers of a shipped accelerator.

    Raises
    ------
    InputError
        M606 for an unknown name.
    """
    return accelerator_from_topology(topology(name))


def canonical_json(graph: nx.DiGraph) -> str:
    """The graph as JSON with sorted nodes, edges and keys; equal graphs give equal text."""
    document = {
        "graph": dict(graph.graph),
        "nodes": {str(node): dict(data) for node, data in graph.nodes(data=True)},
        "edges": sorted([str(a), str(b), dict(data)] for a, b, data in graph.edges(data=True)),
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def graph_hash(graph: nx.DiGraph) -> str:
    """SHA-256 of :func:`canonical_json`, in hex; stable across runs and networkx versions."""
    return sha256(canonical_json(graph).encode("ascii")).hexdigest()


def check_topology(parts: Topology) -> list[Diagnostic]:
    """What keeps parts from being a machine; all of it."""
    problems = []
    for node, data in parts.nodes.items():
        if data.get("kind") not in KINDS:
            problems.append(f"node '{node}' has kind {data.get('kind')!r}, not one of {', '.join(KINDS)}")
        if data.get("level") not in LEVELS:
            problems.append(f"node '{node}' has level {data.get('level')!r}, not one of {', '.join(LEVELS)}")
    for level in ("noc", "mac"):
        if len(parts.of_level(level)) != 1:
            problems.append(
                f"a machine has one node of level '{level}', this one {len(parts.of_level(level))}"
            )
    problems += [
        f"node '{node}' of level 'noc' has no bandwidth_bytes_per_cycle"
        for node, data in parts.of_level("noc")
        if "bandwidth_bytes_per_cycle" not in data
    ]
    if len(parts.of_level("dram")) > 1:
        problems.append("a machine has at most one node of level 'dram'")
    hint = "see the attributes in maestro_py.hardware.templates"
    return [Diagnostic("M607", problem, None, hint) for problem in problems]


def _bytes(parts: Topology, level: str, output_bits: int) -> int | None:
    """Bytes of a level over all instances, in elements of the network's widths; None where one is open."""
    memories = parts.of_level(level)
    total = 0
    for _, data in memories:
        if data.get("size_bytes") is None:
            return None
        held = data["size_bytes"] * data.get("count", 1)
        total += held * output_bits // data["stored_bits"] if "stored_bits" in data else held
    return total if memories else None


def accelerator_from_graph(graph: nx.DiGraph) -> Accelerator:
    """The numbers of a machine from its graph.

    Raises
    ------
    HardwareError
        M607 with everything that keeps the graph from being a machine.
    """
    return accelerator_from_topology(Topology.of_graph(graph))


def accelerator_from_topology(parts: Topology) -> Accelerator:
    """The numbers of a machine from its parts.

    Raises
    ------
    HardwareError
        M607 with everything that keeps the parts from being a machine.
    """
    problems = check_topology(parts)
    if problems:
        raise HardwareError(problems)
    facts = parts.facts
    ((_, mac),) = parts.of_level("mac")
    ((_, network),) = parts.of_level("noc")
    dram = next((data for _, data in parts.of_level("dram")), {})
    default = Accelerator()
    pes = mac.get("count", 1)
    bits = tuple(facts.get(f"bits_{tensor}", 8) for tensor in ("W", "I", "O"))
    layout = facts.get("layout")
    l1_bytes = _bytes(parts, "l1", bits[2])
    return Accelerator(
        name=facts.get("name", default.name),
        num_pes=pes,
        lanes=dict(mac["lanes"]) if mac.get("lanes") else None,
        vector_width=mac.get("vector_width", 1),
        bits=(bits[0], bits[1], bits[2]),
        l1_bytes=None if l1_bytes is None else l1_bytes // pes,
        l2_bytes=_bytes(parts, "l2", bits[2]),
        noc_bandwidth_bytes_per_cycle=network["bandwidth_bytes_per_cycle"],
        noc_latency_cycles=network.get("latency_cycles", default.noc_latency_cycles),
        dram_bandwidth_bytes_per_cycle=dram.get(
            "bandwidth_bytes_per_cycle", default.dram_bandwidth_bytes_per_cycle
        ),
        dram_latency_cycles=dram.get("latency_cycles", default.dram_latency_cycles),
        multicast=network.get("multicast", True),
        reduction=network.get("reduction", True),
        zero_skip=mac.get("zero_skip", False),
        layout=(layout[0], layout[1], layout[2]) if layout else None,
        noc=facts.get("noc", default.noc),
        technology=facts.get("technology", default.technology),
        frequency_mhz=facts.get("frequency_mhz", default.frequency_mhz),
    )


def graph_from_accelerator(accelerator: Accelerator) -> nx.DiGraph:
    """The five levels of a machine: DRAM, L2, NoC, L1, MAC."""
    parts = Topology(
        name=accelerator.name,
        source="numbers of an Accelerator",
        frequency_mhz=accelerator.frequency_mhz,
        technology=accelerator.technology,
        noc=accelerator.noc,
        bits_W=accelerator.bits[0],
        bits_I=accelerator.bits[1],
        bits_O=accelerator.bits[2],
    )
    if accelerator.layout is not None:
        parts.facts["layout"] = list(accelerator.layout)
    dram = {
        "bandwidth_bytes_per_cycle": accelerator.dram_bandwidth_bytes_per_cycle,
        "latency_cycles": accelerator.dram_latency_cycles,
    }
    network = {
        "bandwidth_bytes_per_cycle": accelerator.noc_bandwidth_bytes_per_cycle,
        "latency_cycles": accelerator.noc_latency_cycles,
        "multicast": accelerator.multicast,
        "reduction": accelerator.reduction,
    }
    lanes: dict[str, Any] = {"vector_width": accelerator.vector_width}
    if accelerator.lanes is not None:
        lanes["lanes"] = dict(accelerator.lanes)
    if accelerator.zero_skip:
        lanes["zero_skip"] = True
    pes = accelerator.num_pes
    parts.add_node("DRAM", kind="memory", level="dram", count=1, **dram)
    parts.add_node("L2 buffer", kind="memory", level="l2", count=1, size_bytes=accelerator.l2_bytes)
    parts.add_node("NoC", kind="data_path", level="noc", count=1, **network)
    parts.add_node("L1 scratchpad", kind="memory", level="l1", count=pes, size_bytes=accelerator.l1_bytes)
    parts.add_node("MAC", kind="compute", level="mac", count=pes, **lanes)
    chain = ["DRAM", "L2 buffer", "NoC", "L1 scratchpad", "MAC"]
    for upper, lower in pairwise(chain):
        parts.add_edge(upper, lower)
        parts.add_edge(lower, upper)
    return parts.graph()

"""A space as plain data and back: what a sweep's manifest holds, and what workers are sent.

The data name no file: the texts of the network and of the dataflows are part of it.

Non-goals: no files (``store``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from maestro_py.explore.names import Names
from maestro_py.explore.space import Axis, Branch, Goal, Search, Source, Space
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Network
from maestro_py.ir.write import network_text


def describe(space: Space) -> dict[str, Any]:
    """Return everything that the results depend on but the inputs' hashes, as plain data for the
    manifest.
    """
    machine = {
        item.name: _plain(getattr(space.accelerator, item.name))
        for item in fields(space.accelerator)
        if item.name != "span"
    }
    return {
        "network": space.network.name,
        "layers": [layer.name for layer in space.network.layers],
        "dataflows": {
            branch.dataflow: {axis.name: [_plain(value) for value in axis.values] for axis in branch.axes}
            for branch in space.branches
        },
        "accelerator": machine,
        "constraints": [constraint.text for constraint in space.constraints],
        "must_fit": space.must_fit,
        "prune": space.prune,
        "goals": [
            {"name": g.name, "best": "max" if g.maximize else "min", "of": g.expression.text}
            for g in space.goals
        ],
        "keep": space.keep,
        "top": space.top,
        "sample": space.sample,
        "columns": list(space.columns),
        "time": space.time,
        "search": {
            "method": space.search.method,
            "designs": space.search.designs,
            "enumerate": list(space.search.enumerate),
            **space.search.options,
        },
        "seed": space.seed,
    }


def sources(space: Space) -> dict[str, Any]:
    """Return the texts of the network and of the dataflows, so that a sweep's folder needs no other file."""
    network: dict[str, Any] = {"file": f"{space.network.name}.m", "own": space.network_source is not None}
    if space.network_source is None:
        network["text"] = network_text(space.network)
    else:
        network |= {"file": space.network_source.file, "text": space.network_source.text}
    flows = {
        branch.dataflow: {"file": branch.source.file, "text": branch.source.text}
        for branch in space.branches
        if branch.source is not None
    }
    return {"network": network, "dataflows": flows}


def space_of(
    found: Mapping[str, Any],
    sources: Mapping[str, Any],
    inputs: Mapping[str, str],
    notes: Sequence[str] = (),
) -> Space:
    """Return the space of :func:`describe` and :func:`sources`."""
    given = sources["network"]
    source = Source(given["file"], given["text"])
    written = source.program({}).networks[0]
    layers = tuple(layer for layer in written.layers if layer.name in set(found["layers"]))
    branches = tuple(
        Branch(
            name,
            Source(**sources["dataflows"][name]) if name in sources["dataflows"] else None,
            tuple(Axis(axis, tuple(_frozen(value) for value in values)) for axis, values in axes.items()),
        )
        for name, axes in found["dataflows"].items()
    )
    search = dict(found["search"])
    enumerated = tuple(search.pop("enumerate"))
    space = Space(
        network=Network(found["network"], layers),
        branches=branches,
        accelerator=Accelerator(**{name: _frozen(value) for name, value in found["accelerator"].items()}),
        goals=(),
        must_fit=found["must_fit"],
        prune=found["prune"],
        keep=found["keep"],
        top=found["top"],
        sample=found["sample"],
        columns=tuple(found["columns"]),
        time=found["time"],
        search=Search(search.pop("method"), search.pop("designs"), search, enumerated),
        seed=found["seed"],
        network_source=source if given["own"] else None,
        inputs=inputs,
        notes=tuple(notes),
    )
    names = Names(space)
    goals = (Goal(g["name"], names.parse(g["of"]), g["best"] == "max") for g in found["goals"])
    constraints = (names.parse(text) for text in found["constraints"])
    return replace(space, goals=tuple(goals), constraints=tuple(constraints))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value

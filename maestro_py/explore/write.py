"""A design as a file of the language: an ``Accelerator`` and the network with the design's dataflow in every
layer.

``analyze`` of the file gives the numbers of the sweep's row to the last digit.

Non-goals: no evaluation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from maestro_py.analysis.layers import Builder
from maestro_py.explore.grid import Grid
from maestro_py.explore.space import HARDWARE_AXES, Space
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Network
from maestro_py.ir.write import network_text
from maestro_py.ir.write_machine import accelerator_text


def design_machine(space: Space, number: int) -> Accelerator:
    """Return the machine of a design."""
    _, values = Grid(space.branches).design(number)
    return _machine(space, values, f"design-{number}")


def _machine(space: Space, values: dict[str, Any], name: str) -> Accelerator:
    numbers = {field: value for field, value in values.items() if field in HARDWARE_AXES}
    return replace(space.accelerator, name=name, span=None, **numbers)


def design_text(space: Space, number: int) -> str:
    """Return a design as the text of a mapping file.

    Raises
    ------
    SemanticError
        The design cannot run.
    """
    flow, values = Grid(space.branches).design(number)
    machine = _machine(space, values, f"design-{number}")
    branch = next(branch for branch in space.branches if branch.dataflow == flow)
    constants = {name: value for name, value in values.items() if name not in HARDWARE_AXES}
    network, templates = space.dataflows(branch, constants)
    builder = Builder(machine.num_pes)
    layers = tuple(
        replace(layer, dataflow=replace(builder.job(layer, templates).dataflow, operators=()))
        for layer in network.layers
    )
    parts = [f"{name} {value}" for name, value in constants.items()]
    title = f"{network.name} with {flow}{' (' + ', '.join(parts) + ')' if parts else ''}, design {number}"
    text = network_text(Network(network.name, layers), {"Title": title, "Source": "maestro-py sweep"})
    header, _, body = text.partition("\n\n")
    return f"{header}\n\n{accelerator_text(machine)}\n{body}"

"""A network on one accelerator, end to end: what one layer computes is what the next one reads.

Turns a chain of layers, weights and an input into a :class:`Plan` in which the inputs of every layer are the
requantised outputs of the one before, simulates it, and returns what the hardware computed. Every layer's
outputs are compared with numpy's bit by bit, so that the chain holds link by link, and the last layer's are
those of the network.

A layer whose input has another shape but as many elements (a fully connected layer after a pooling one) reads
the same elements in the order of the outputs' axes. Layers that do not follow each other in a chain, such as
those of a residual network, are joined by a rule of the caller's (:func:`connect`).

Codes: M510, M512 as in ``plan``.

Non-goals: training, quantisation of weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from maestro_py.errors import Diagnostic, HardwareError
from maestro_py.ir.operators import Tensor
from maestro_py.rtl.check import LayerCheck, Report, verify
from maestro_py.rtl.plan import Array, Plan, fitting_shift
from rtlgen import golden
from rtlgen.emit import LayerData, expected_outputs


@dataclass(frozen=True, slots=True)
class NetworkRun:
    """A network that ran on hardware.

    Attributes
    ----------
    checks
        Every layer, measured beside predicted.
    outputs
        What the host read after the last layer.
    plan
        What ran.
    """

    checks: tuple[LayerCheck, ...]
    outputs: Array
    plan: Plan

    @property
    def equal(self) -> bool:
        """Whether every layer of the chain is as numpy and the prediction say."""
        return all(check.equal for check in self.checks)

    @property
    def cycles(self) -> int:
        """Of all layers, one after the other."""
        return sum(check.measured["cycles"] for check in self.checks)


def chain(planned: Plan, *, relu: Sequence[str] = (), shifts: Mapping[str, int] | None = None) -> Plan:
    """Let the layers of a plan feed each other: all inputs but the first layer's are replaced.

    Parameters
    ----------
    planned
        Layers in order, with weights and the first layer's inputs.
    relu
        Names of layers whose negative outputs become 0.
    shifts
        Right shifts by name of layer; of those left out the smallest with which no output saturates.

    Raises
    ------
    HardwareError
        M510 two layers that do not follow each other.
    """
    first = planned.data[0].tensors["I"]

    def before(name: str, outputs: Mapping[str, Array]) -> Array:
        number = planned.names.index(name)
        return _following(planned, number, outputs[planned.names[number - 1]]) if number else first

    return connect(planned, before, relu=relu, shifts=shifts)


def connect(
    planned: Plan,
    inputs_of: Callable[[str, Mapping[str, Array]], Array],
    *,
    relu: Sequence[str] = (),
    shifts: Mapping[str, int] | None = None,
) -> Plan:
    """Let layers feed each other by a rule: a residual network, with additions and pooling on the host.

    Parameters
    ----------
    planned
        Layers in the order in which they run, with weights.
    inputs_of
        Returns the inputs of the layer of that name, shaped as its axes, from the outputs of all layers
        before it, requantised to the width of inputs, by name.
    relu, shifts
        As in :func:`chain`.
    """
    given = shifts or {}
    data: list[LayerData] = []
    outputs: dict[str, Array] = {}
    for number, name in enumerate(planned.names):
        tensors = dict(planned.data[number].tensors)
        tensors["I"] = inputs_of(name, outputs)
        data.append(_with_mode(planned, number, tensors, name in relu, given.get(name)))
        outputs[name] = _passed_on(planned, number, data[-1])
    return Plan(planned.design, tuple(data))


def run_network(
    planned: Plan,
    out: Path,
    *,
    relu: Sequence[str] = (),
    shifts: Mapping[str, int] | None = None,
    pause_seed: int = 0,
    build_directory: Path | None = None,
    report: Report = lambda _: None,
) -> NetworkRun:
    """Write the accelerator of a plan to ``out``, run its layers as a :func:`chain`, and compare."""
    chained = chain(planned, relu=relu, shifts=shifts)
    checks = verify(
        chained,
        out,
        pause_seed,
        build_directory=build_directory,
        report=report,
    )
    return NetworkRun(tuple(checks), checks[-1].found, chained)


def _with_mode(
    planned: Plan, number: int, tensors: Mapping[Tensor, Array], relu: bool, shift: int | None
) -> LayerData:
    """Requantise to the width of inputs: at collection, or where the host reads."""
    design, data = planned.design, planned.data[number]
    bits = design.accelerator.bits
    sums = golden.wrap(golden.outputs(design.layers[number].problem, tensors), design.accumulator_bits)
    chosen = fitting_shift(np.maximum(sums, 0) if relu else sums, bits[1]) if shift is None else shift
    where = data.mode.requantise or "readback"
    return replace(data, tensors=tensors, mode=replace(data.mode, requantise=where, shift=chosen, relu=relu))


def _passed_on(planned: Plan, number: int, data: LayerData) -> Array:
    """Outputs of a layer as the host reads them."""
    bits = planned.design.accelerator.bits
    found = expected_outputs(planned.design, number, data)
    if data.mode.requantise == "readback":
        return golden.requantise(found, data.mode.shift, data.mode.relu, bits[1])
    return found


def _following(planned: Plan, number: int, values: Array) -> Array:
    """Bring the outputs of one layer to the shape of the next one's inputs."""
    before, layer = planned.design.layers[number - 1], planned.design.layers[number]
    shape = golden.tensor_shape(layer.problem, "I")
    bits = planned.design.accelerator.bits
    if values.size != int(np.prod(shape)):
        message = f"layer {layer.name} reads inputs {shape}, layer {before.name} computes {values.shape}"
        hint = "put layers into the order in which they feed each other; run others one by one"
        raise HardwareError([Diagnostic("M510", message, None, hint)])
    if planned.data[number - 1].mode.requantise == "collection" and bits[2] != bits[1]:
        message = f"layer {before.name} leaves outputs of {bits[2]} bits, layer {layer.name} reads {bits[1]}"
        hint = "give inputs and outputs the same width, or outputs the width of sums"
        raise HardwareError([Diagnostic("M510", message, None, hint)])
    return values.reshape(shape)

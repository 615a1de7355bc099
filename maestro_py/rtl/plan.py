"""Layers with their dataflows to a machine with data, programs and predictions: what is to be written.

:func:`plan` reads what :func:`maestro_py.analyze` reads; :func:`make_plan` takes layers and a machine as
objects. Every layer is proven legal and predicted by the core, its operands are drawn from a seed or taken
from ``.npy`` files, and how its sums become outputs is decided. Nothing is written if any of that fails, and
all that fails is reported together.

Codes: M301, M302 a dataflow that is not legal, M310 to M315 as in the analysis, M510, M512.

Non-goals: simulation (``check``), text of the hardware (``rtlgen``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maestro_py.analysis import core, legality
from maestro_py.analysis.inputs import DataflowInput, check_constants, resolve
from maestro_py.analysis.layers import Job, prepare
from maestro_py.analysis.layout import Layout, checked, of_problem
from maestro_py.errors import Diagnostic, HardwareError, InputError, MaestroError, SemanticError, did_you_mean
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Network
from maestro_py.ir.operators import Tensor
from maestro_py.syntax.codes import diagnostic
from rtlgen import golden
from rtlgen.design import Design, LayerNest
from rtlgen.designer import make_design
from rtlgen.emit import LayerData, choose_mode, emit
from rtlgen.refusals import check_machine

Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Data:
    """What the layers of a machine run on.

    Attributes
    ----------
    seed
        Of operands that are not given; a layer's are drawn from ``seed`` plus its number.
    weights, inputs
        Operands by name of layer, axes as in the layer's problem. Layers that are left out are drawn.
    relu
        Whether negative outputs become 0.
    shift
        Right shift of requantised outputs. None: none for outputs that hold every sum, and otherwise the
        smallest with which no output of the layer saturates.
    """

    seed: int = 1
    weights: Mapping[str, Array] = field(default_factory=dict)
    inputs: Mapping[str, Array] = field(default_factory=dict)
    relu: bool = False
    shift: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A machine and, layer by layer, what it runs on and what is predicted."""

    design: Design
    data: tuple[LayerData, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the layers in order."""
        return tuple(layer.name for layer in self.design.layers)


def plan(
    network: str | Path | Network,
    dataflow: DataflowInput = None,
    accelerator: str | Path | Accelerator | None = None,
    *,
    layers: Sequence[str] = (),
    data: Data | None = None,
    layout: Layout | None = None,
    constants: Mapping[str, int] | None = None,
    overrides: Mapping[str, object] | None = None,
    dims: Mapping[str, int] | None = None,
) -> Plan:
    """Plan the accelerator that runs the layers of a network.

    Parameters
    ----------
    network, dataflow, accelerator, layout, constants, overrides, dims
        As in :func:`maestro_py.analyze`.
    layers
        Names of the layers to run; none: all.
    data
        Operands and output mode; None: drawn, no ReLU.

    Raises
    ------
    InputError, DslSyntaxError
        A file is missing or wrong.
    SemanticError
        M219 a layer without dataflow, M301, M302 a dataflow that misses or repeats MACs, M316 no such layer.
    HardwareError
        M510 what cannot be built, with every reason.
    """
    resolved = resolve(network, dataflow, accelerator, constants, overrides, dims)
    check_constants(constants, [resolved])
    machine = resolved.accelerator
    if layout is not None:
        machine = replace(machine, layout=checked(layout))
    elif machine.layout is not None:
        machine = replace(machine, layout=checked(machine.layout))
    check_machine(machine)
    _check_names(data or Data(), resolved.network)
    if layers:
        resolved = replace(resolved, network=_chosen(resolved.network, layers))
    jobs, errors = prepare(resolved, machine)
    if errors:
        raise SemanticError(errors)
    if not jobs:
        raise SemanticError([diagnostic("M316", f"network {resolved.network.name!r} has no layers")])
    errors = [entry for job in jobs for entry in _illegal(job)]
    if errors:
        raise SemanticError(errors)
    return make_plan([LayerNest(job.layer.name, job.nest) for job in jobs], machine, data)


def make_plan(layers: Sequence[LayerNest], accelerator: Accelerator, data: Data | None = None) -> Plan:
    """Plan the accelerator that runs legal nests; the layout is put in the axes of the layers.

    Raises
    ------
    HardwareError
        M510 what cannot be built.
    InputError
        M512 operands that do not fit.
    """
    given = data or Data()
    machine = _with_layout_of(layers, accelerator)
    design = make_design(layers, machine)
    found: list[LayerData] = []
    errors: list[Diagnostic] = []
    for number in range(len(layers)):
        try:
            found.append(_layer_data(design, number, given))
        except MaestroError as error:
            errors += error.diagnostics
    if errors:
        raise HardwareError(errors) if errors[0].code != "M512" else InputError(errors)
    return Plan(design, tuple(found))


def write(planned: Plan, out: Path, replace_tree: bool = False) -> None:
    """Write the emitted tree.

    Raises
    ------
    InputError
        M511 if ``out`` is in use by something else, or cannot be written.
    """
    emit(planned.design, planned.data, out, replace_tree)


def read_arrays(folder: Path) -> dict[str, Array]:
    """Read every ``.npy`` file of a folder: arrays by name of layer.

    Raises
    ------
    InputError
        M512 if there is none, or a file holds no whole numbers.
    """
    found: dict[str, Array] = {}
    for path in sorted(folder.glob("*.npy")):
        try:
            values = np.load(path, allow_pickle=False)
        except OSError as error:
            raise InputError(
                [diagnostic("M512", f"cannot read {path}: {error.strerror or error}")]
            ) from error
        except (ValueError, EOFError) as error:
            raise InputError([diagnostic("M512", f"{path} is no NumPy array of numbers")]) from error
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "iu":
            hint = "quantise the numbers and save them as integers, such as int8"
            raise InputError([diagnostic("M512", f"{path} does not hold whole numbers", None, hint)])
        found[path.stem] = values.astype(np.int64)
    if not found:
        hint = "a layer's file is named after it: LAYER.npy"
        raise InputError([diagnostic("M512", f"{folder} holds no .npy file", None, hint)])
    return found


def _check_names(data: Data, network: Network) -> None:
    known = [layer.name for layer in network.layers]
    unknown = [name for name in (*data.weights, *data.inputs) if name not in known]
    if unknown:
        raise InputError(
            Diagnostic(
                "M512", f"{name}.npy: there is no layer {name!r}", None, did_you_mean(name, known, "layers")
            )
            for name in unknown
        )


def _chosen(network: Network, names: Sequence[str]) -> Network:
    known = [layer.name for layer in network.layers]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SemanticError(
            Diagnostic(
                "M316",
                f"network {network.name!r} has no layer {name!r}",
                None,
                did_you_mean(name, known, "layers"),
            )
            for name in unknown
        )
    return replace(network, layers=tuple(layer for layer in network.layers if layer.name in names))


def _illegal(job: Job) -> list[Diagnostic]:
    try:
        found = core.coverage(job.nest)
    except MaestroError as error:
        return [replace(e, message=f"layer {job.layer.name!r}: {e.message}") for e in error.diagnostics]
    if found.legal:
        return []
    counts = {"total": found.total, "covered": found.covered, "redundant": found.redundant}
    return legality.problems(job.layer, job.dataflow, job.nest, counts)


def _with_layout_of(layers: Sequence[LayerNest], accelerator: Accelerator) -> Accelerator:
    """Put the layout in the axes of the layers where these agree; where not, the design says so."""
    layouts = {of_problem(accelerator.layout, layer.problem) for layer in layers}
    return replace(accelerator, layout=layouts.pop()) if len(layouts) == 1 else accelerator


def _layer_data(design: Design, number: int, given: Data) -> LayerData:
    layer = design.layers[number]
    bits = design.accelerator.bits
    tensors = golden.random_tensors(layer.problem, bits, given.seed + number)
    operands: tuple[tuple[Tensor, int, str, Mapping[str, Array]], ...] = (
        ("W", bits[0], "weights", given.weights),
        ("I", bits[1], "inputs", given.inputs),
    )
    for tensor, width, what, arrays in operands:
        if layer.name in arrays:
            if layer.problem.axes[tensor] is None:
                hint = "leave the file out"
                raise InputError([diagnostic("M512", f"layer {layer.name} has no {what}", None, hint)])
            tensors[tensor] = _fitting(arrays[layer.name], tensors[tensor].shape, width, what, layer.name)
    counts = core.evaluate(layer.nest, design.accelerator)
    prediction = {name: int(value) for name, value in counts.items()}
    mode = choose_mode(design, number, prediction, given.shift or 0, given.relu)
    if mode.requantise == "collection" and given.shift is None:
        sums = golden.wrap(golden.outputs(layer.problem, tensors), design.accumulator_bits)
        mode = replace(mode, shift=fitting_shift(sums, bits[2]))
    return LayerData(tensors, mode, prediction)


def fitting_shift(sums: Array, bits: int) -> int:
    """Smallest right shift with which no sum saturates in ``bits`` bits.

    >>> fitting_shift(np.array([-128, 127]), 8), fitting_shift(np.array([128]), 8)
    (0, 1)
    """
    for shift in range(63):
        if np.array_equal(
            golden.requantise(sums, shift, False, bits), golden.requantise(sums, shift, False, 64)
        ):
            return shift
    return 63


def _fitting(values: Array, shape: tuple[int, ...], bits: int, what: str, layer: str) -> Array:
    if values.shape != shape:
        raise InputError(
            [diagnostic("M512", f"layer {layer}: {what} are {values.shape}, the layer's are {shape}")]
        )
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if values.size and (values.min() < low or values.max() > high):
        message = (
            f"layer {layer}: {what} from {values.min()} to {values.max()} do not fit {bits} bits signed, "
            f"{low} to {high}"
        )
        hint = "scale them, or give operands more bits: --bits"
        raise InputError([diagnostic("M512", message, None, hint)])
    return values

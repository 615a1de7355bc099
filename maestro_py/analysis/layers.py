"""Layers with their dataflows to results: counts, then energy, then totals, warnings and errors.

Identical layers (same type, sizes, window and dataflow) are evaluated once, as are the runs of a layer that
repeats: a layer's numbers are those of one run, totals count every run. A buffer size that the machine
leaves open is, for energy and area, the largest that any analysed layer requires, so that a network has one
machine.

Non-goals: no names or files (``inputs``), no counting (``engine``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

from maestro_py.analysis import advice, legality
from maestro_py.analysis.columns import COLUMNS, ENGINE_NAMES, Machine, Value, bound, complete, totals
from maestro_py.analysis.engine import EngineName, evaluate
from maestro_py.analysis.inputs import Resolved
from maestro_py.analysis.layout import Layout, LayoutInput, checked, of_problem
from maestro_py.analysis.results import Analysis, LayerResult
from maestro_py.analysis.sparsity import density_columns, density_notes
from maestro_py.errors import Diagnostic, MaestroError, SemanticError
from maestro_py.hardware import energy as energy_model
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.apply_template import DEFAULT
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.density import millionths
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import TENSORS, Problem
from maestro_py.syntax.codes import diagnostic

Counts = Mapping[str, int | bool]


@dataclass(frozen=True, slots=True)
class Job:
    """A layer with its dataflow applied; ``key`` is the same for identical layers."""

    layer: Layer
    dataflow: Dataflow
    nest: Nest
    key: object


def analyze_resolved(
    resolved: Resolved,
    *,
    engine: EngineName = "core",
    allow_illegal: bool = False,
    layout: LayoutInput = None,
) -> Analysis:
    """Analyse what ``inputs.resolve`` read; see :func:`maestro_py.analysis.api.analyze`."""
    accelerator = with_checked_layout(resolved.accelerator, layout)
    jobs, errors = prepare(resolved, accelerator)
    evaluator = Evaluator(accelerator, engine)
    kept: list[Job] = []
    for job in jobs:
        can_run, problems = check(job, evaluator)
        errors += problems
        if can_run and (allow_illegal or not problems):
            kept.append(job)
    if layout == "auto" and kept:
        from maestro_py.analysis.layout_search import search

        found = search(kept, evaluator)
        evaluator = evaluator.with_layout(found.layout)
        resolved = replace(resolved, notes=(found.report(), *resolved.notes))
    return results(resolved, evaluator, kept, errors)


def with_checked_layout(accelerator: Accelerator, layout: LayoutInput) -> Accelerator:
    """Return the machine with the layout that is asked for, else its own, in internal names of axes.

    Raises
    ------
    HardwareError
        M315 if it is none.
    """
    wanted = accelerator.layout if layout is None or layout == "auto" else layout
    return accelerator if wanted is None else replace(accelerator, layout=checked(wanted))


def check(job: Job, evaluator: Evaluator) -> tuple[bool, list[Diagnostic]]:
    """Return whether a layer can be evaluated, and what is wrong with it."""
    try:
        counts = evaluator.counts(job)
    except MaestroError as error:  # as a count beyond 64 bits
        return False, [_of_layer(job.layer, entry) for entry in error.diagnostics]
    if counts["legal"]:
        return True, []
    return True, legality.problems(job.layer, job.dataflow, job.nest, counts)


def _of_layer(layer: Layer, entry: Diagnostic) -> Diagnostic:
    """Return a diagnostic of the engine with the layer's name and place."""
    return replace(entry, message=f"layer {layer.name!r}: {entry.message}", span=entry.span or layer.span)


def prepare(resolved: Resolved, accelerator: Accelerator) -> tuple[list[Job], list[Diagnostic]]:
    """Give every layer its dataflow and build its nest; return those that can run, and what is wrong.

    Raises
    ------
    SemanticError
        M219 if no layer has a dataflow and none is given.
    """
    layers = resolved.network.layers
    if not resolved.templates and not any(layer.dataflow for layer in layers):
        message = f"the layers of {resolved.network.name!r} have no dataflow, and none is given"
        hint = "name a dataflow, as kcp_ws"
        raise SemanticError([diagnostic("M219", message, resolved.network.span, hint)])
    jobs: list[Job] = []
    errors: list[Diagnostic] = []
    builder = Builder(accelerator.num_pes)
    for layer in layers:
        try:
            jobs.append(builder.job(layer, resolved.templates))
        except MaestroError as error:
            errors += error.diagnostics
    return jobs, errors


class Builder:
    """Gives layers their dataflows and builds their nests, one for identical layers."""

    def __init__(self, num_pes: int) -> None:
        self.num_pes = num_pes
        self._nests: dict[object, Nest] = {}

    def job(self, layer: Layer, templates: Mapping[str, Dataflow]) -> Job:
        """Return a layer with the template for its type, else the default one, else its own dataflow.

        Raises
        ------
        SemanticError
            M219 if there is none of them; what :func:`~maestro_py.ir.nest.build_nest` raises.
        """
        dataflow = templates.get(layer.operator) or templates.get(DEFAULT) or layer.dataflow
        if dataflow is None:
            message = f"layer {layer.name!r} has no dataflow, and no template is meant for {layer.operator}"
            raise SemanticError([diagnostic("M219", message, layer.span)])
        key = (
            layer.operator,
            tuple(sorted(layer.sizes.items())),
            layer.stride,
            layer.dilation,
            layer.padding,
            layer.density,
            dataflow.directives,
        )
        nest = self._nests.get(key)
        if nest is None:
            nest = self._nests[key] = build_nest(layer, dataflow, self.num_pes)
        return Job(layer, dataflow, nest, key)


class Evaluator:
    """Evaluates jobs on one machine, identical ones once."""

    def __init__(self, accelerator: Accelerator, engine: EngineName) -> None:
        self.accelerator = accelerator
        self.engine = engine
        self._counts: dict[object, Counts] = {}

    def cycles(self, jobs: list[Job]) -> int:
        """Return the fine time of layers that run one after another."""
        return sum(int(self.counts(job)["cycles"]) * job.layer.repeat for job in jobs)

    def with_layout(self, layout: Layout | None) -> Evaluator:
        """Return an evaluator of the same machine with another layout."""
        return Evaluator(replace(self.accelerator, layout=layout), self.engine)

    def counts(self, job: Job) -> Counts:
        """Return the engine's fields for a layer."""
        found = self._counts.get(job.key)
        if found is None:
            layout = of_problem(self.accelerator.layout, job.nest.problem)
            machine = replace(self.accelerator, layout=layout)
            found = self._counts[job.key] = evaluate(job.nest, machine, self.engine)
        return found


def operand_dimensions(problem: Problem) -> dict[str, frozenset[str]]:
    """Loop dimensions that index each tensor, for sharing between lanes.

    Examples
    --------
    >>> from maestro_py.ir import operators
    >>> layer = Layer("a", "GEMM", {"M": 4, "N": 4, "K": 4})
    >>> sorted(operand_dimensions(operators.get("GEMM").problem(layer))["O"])
    ['G', 'M', 'N']
    """
    found: dict[str, frozenset[str]] = {}
    for tensor in TENSORS:
        names: set[str] = set()
        for axis in problem.axes[tensor] or ():
            window = problem.window_of(axis) if axis not in problem.sizes else None
            names |= {window.output, window.filter} if window else {axis}
        found[tensor] = frozenset(names)
    return found


class Costs:
    """Energy rates of one machine: once per layer type."""

    def __init__(self, accelerator: Accelerator, l1_bytes: int, l2_bytes: int) -> None:
        self.accelerator = accelerator
        self.l1_bytes = l1_bytes
        self.l2_bytes = l2_bytes
        self._rates: dict[str, energy_model.EnergyRates] = {}

    def energy(self, layer: Layer, counts: Mapping[str, Any]) -> energy_model.EnergyBreakdown:
        """Return the energy of a layer."""
        rates = self._rates.get(layer.operator)
        if rates is None:
            operator = operators.get(layer.operator)
            rates = self._rates[layer.operator] = energy_model.energy_rates(
                self.accelerator,
                self.l1_bytes,
                self.l2_bytes,
                operation=operator.operation,
                operand_dimensions=operand_dimensions(operator.problem(layer)),
            )
        active = energy_model.active_part(self.accelerator, rates, millionths(layer.density))
        return energy_model.apply_rates(counts, rates, active)

    def machine(self) -> tuple[Machine, tuple[str, ...]]:
        """Return area and static power, and their caveats."""
        area = energy_model.area(self.accelerator, self.l1_bytes, self.l2_bytes)
        nothing = energy_model.EnergyBreakdown({"DRAM": {}}, self.accelerator.technology)
        power = energy_model.power(nothing, 1, self.accelerator, self.l1_bytes, self.l2_bytes)
        static_mw = float(sum(power.static_mw.values()))
        total_um2 = area.total_um2 if area.area_um2 else None
        machine = Machine(self.accelerator, total_um2, static_mw, power.static_kind)
        return machine, tuple(dict.fromkeys(area.caveats + power.caveats))


def tensor_sizes(problem: Problem) -> dict[str, int]:
    """Real elements of each tensor: ``elements_W``, ``elements_I``, ``elements_O``.

    Examples
    --------
    >>> from maestro_py.ir import operators
    >>> layer = Layer("a", "CONV", {"K": 4, "C": 3, "Y": 8, "X": 8, "R": 3, "S": 3}, padding=((1, 1), (1, 1)))
    >>> tensor_sizes(operators.get("CONV").problem(layer))
    {'elements_W': 108, 'elements_I': 192, 'elements_O': 256}
    """
    real = {window.input: window.real_size for window in problem.windows}
    found = {}
    for tensor in TENSORS:
        axes = problem.axes[tensor]
        sizes = [real[axis] if axis in real else problem.sizes[axis] for axis in axes or ()]
        found[f"elements_{tensor}"] = prod(sizes) if axes else 0
    return found


def count_column(counts: Mapping[str, Any], name: str) -> Any:
    """Return a base column that the engine counts; an int, or an array.

    >>> count_column({"total": 12, "covered": 8}, "missing_macs")
    4
    """
    if name == "missing_macs":
        return counts["total"] - counts["covered"]
    return counts[ENGINE_NAMES.get(name, name)]


def count_columns(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the base columns that the engine counts; ints, or arrays."""
    names = (*(name for name in counts if name in _counted()), *ENGINE_NAMES, "missing_macs")
    return {name: count_column(counts, name) for name in names}


def energy_columns(energy: energy_model.EnergyBreakdown) -> dict[str, Any]:
    """Return the base columns of energy; floats, or arrays."""
    parts = energy.by_component()
    return {
        "energy_mac_pj": parts["MAC"] * 1.0,
        "energy_l1_pj": (parts["L1 read"] + parts["L1 write"]) * 1.0,
        "energy_l2_pj": (parts["L2 read"] + parts["L2 write"]) * 1.0,
        "energy_noc_pj": parts["NoC"] * 1.0,
        "energy_dram_pj": parts["DRAM"] * 1.0,
    }


@cache
def _counted() -> frozenset[str]:
    return frozenset(name for name, column in COLUMNS.items() if column.derive is None)


def results(
    resolved: Resolved,
    evaluator: Evaluator,
    jobs: list[Job],
    errors: list[Diagnostic],
) -> Analysis:
    """Return the results of layers that have been checked."""
    counts = [evaluator.counts(job) for job in jobs]
    l1_bytes = max((int(c["l1_bytes_required"]) for c in counts), default=0)
    l2_bytes = max((int(c["l2_bytes_required"]) for c in counts), default=0)
    costs = Costs(evaluator.accelerator, l1_bytes, l2_bytes)
    machine, caveats = costs.machine()
    about_zeros = density_notes(evaluator.accelerator, [job.nest for job in jobs])
    notes = dict.fromkeys((*resolved.notes, *about_zeros, *caveats))
    layers: list[LayerResult] = []
    known: dict[object, LayerResult] = {}
    for job, found in zip(jobs, counts, strict=True):
        own: dict[str, Value] = {
            "layer": job.layer.name,
            "operator": job.layer.operator,
            "dataflow": job.dataflow.name or resolved.dataflow_name,
            "repeat": job.layer.repeat,
        }
        same = known.get(job.key)
        if same is None:
            spent = costs.energy(job.layer, found)
            notes.update(dict.fromkeys(spent.caveats))
            counted = {**count_columns(found), **energy_columns(spent)}
            sparse = density_columns(job.nest, evaluator.accelerator, found)
            values = complete({**own, **tensor_sizes(job.nest.problem), **counted, **sparse}, machine)
            legal, limit = bool(found["legal"]), bound(values)
            same = LayerResult(job.layer.name, job.layer.operator, legal, values, limit, spent)
            known[job.key] = same
        layers.append(replace(same, name=job.layer.name, values={**same.values, **own}))
    rows = [layer.values for layer in layers]
    return Analysis(
        network_name=resolved.network.name,
        dataflow_name=resolved.dataflow_name,
        accelerator=evaluator.accelerator,
        layers=tuple(layers),
        totals=totals(rows, machine),
        warnings=(*resolved.warnings, *advice.warnings(layers, machine)),
        errors=tuple(errors),
        notes=tuple(notes),
        machine=machine,
        engine=evaluator.engine,
        inputs=resolved.inputs,
    )

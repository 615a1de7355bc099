"""A dataflow for every layer, so that the network's runtime, energy or energy-delay product is least.

Every layer is evaluated with every dataflow; identical layers with identical directives once. Runtime and
energy are sums over layers, so the least of each layer is the least of the network, and a tie goes to the
dataflow that was named first.

The energy-delay product of a network is no such sum, but exact all the same. Seen as points (cycles, energy),
the totals of all combinations lie on or above a convex chain, which is made of the steps of the layers' own
convex chains, steepest first. A product of two positive numbers is least in a corner of that chain, never
between two, so the corners are all that has to be tried (:func:`least_product`).

Where a machine leaves a buffer open, its size, and with it the energy of every access, follows from what all
layers chose. That is not separable, so energy needs sizes.

Codes: M317 an open buffer or a search for layouts with a choice; M318 no dataflow suits a layer.

Non-goals: no dataflow is changed or made up; no layout per layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from maestro_py.analysis.best import GOAL_COLUMNS, Best, Choice, LayerChoice, Single
from maestro_py.analysis.engine import EngineName
from maestro_py.analysis.layers import (
    Builder,
    Costs,
    Counts,
    Evaluator,
    Job,
    check,
    results,
    with_checked_layout,
)
from maestro_py.analysis.layout import LayoutInput
from maestro_py.errors import Diagnostic, MaestroError, SemanticError
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from maestro_py.analysis.inputs import Resolved
    from maestro_py.analysis.results import Analysis
    from maestro_py.ir.accelerator import Accelerator
    from maestro_py.ir.dataflow import Dataflow
    from maestro_py.ir.network import Layer

OWN = "own"
"""Name of a layer's own dataflow among those that were chosen."""


@dataclass(frozen=True, slots=True)
class Option:
    """A layer with one of the dataflows; ``cycles`` and ``energy_pj`` (0 where it is no goal) of one run."""

    name: str
    job: Job
    cycles: int
    energy_pj: float


def analyze_best(
    resolved: Resolved,
    *,
    engine: EngineName = "core",
    allow_illegal: bool = False,
    layout: LayoutInput = None,
) -> Analysis:
    """Analyse with the best of ``resolved.candidates`` for each layer.

    Raises
    ------
    SemanticError
        M317 if a layout is searched too, or the goal needs energy and the machine leaves a buffer open.
    """
    assert resolved.best is not None
    if layout == "auto":
        hint = "give the axes of W, I, O, as C,C,K, or one dataflow"
        message = "dataflows per layer and a layout cannot be searched together"
        raise SemanticError([diagnostic("M317", message, None, hint)])
    accelerator = with_checked_layout(resolved.accelerator, layout)
    evaluator = Evaluator(accelerator, engine)
    survey = _Survey(resolved.best, resolved.candidates, evaluator, allow_illegal)
    layers: list[list[Option]] = []
    errors: list[Diagnostic] = []
    for layer in resolved.network.layers:
        options, problems = survey.layer(layer)
        errors += problems
        if options:
            layers.append(options)
    if resolved.best.goal != "runtime" and any(len(options) > 1 for options in layers):
        _refuse_open_buffers(layers, evaluator)
    chosen = _choose(resolved.best, layers)
    analysis = results(resolved, evaluator, [option.job for option in chosen], errors)
    return replace(analysis, choice=_report(resolved, evaluator, layers, chosen, analysis))


class _Survey:
    """Evaluates layers with every dataflow."""

    def __init__(
        self,
        best: Best,
        candidates: Mapping[str, Mapping[str, Dataflow]],
        evaluator: Evaluator,
        allow_illegal: bool,
    ) -> None:
        self.best = best
        self.candidates = candidates
        self.evaluator = evaluator
        self.allow_illegal = allow_illegal
        self._builder = Builder(evaluator.accelerator.num_pes)
        self._costs = Costs(evaluator.accelerator, 0, 0)

    def layer(self, layer: Layer) -> tuple[list[Option], list[Diagnostic]]:
        """Return the dataflows that a layer may choose from, in order, and what is wrong if there is none.

        Illegal ones are there only where that is allowed and none is legal.
        """
        runnable = [option for name in self.candidates if (option := self._option(layer, name))]
        usable = [option for option in runnable if self._is_usable(option.job)]
        if usable:
            return usable, []
        return runnable if self.allow_illegal else [], self._problems(layer)

    def _option(self, layer: Layer, name: str) -> Option | None:
        try:
            job = self._builder.job(layer, self.candidates[name])
            counts = self.evaluator.counts(job)
        except MaestroError:
            return None  # _problems says why, where no dataflow suits the layer
        energy_pj = 0.0
        if self.best.goal != "runtime":
            energy_pj = float(self._costs.energy(layer, counts).total_pj)
        return Option(name, job, int(counts["cycles"]), energy_pj)

    def _is_usable(self, job: Job) -> bool:
        counts = self.evaluator.counts(job)
        return bool(counts["legal"]) and not (
            self.best.must_fit and _too_large(counts, self.evaluator.accelerator)
        )

    def _problems(self, layer: Layer) -> list[Diagnostic]:
        """Return what is wrong with every dataflow; with a single one, what its own analysis says."""
        reasons: list[str] = []
        for name, templates in self.candidates.items():
            try:
                job = self._builder.job(layer, templates)
                _, found = check(job, self.evaluator)
            except MaestroError as error:
                found = list(error.diagnostics)
            if found and len(self.candidates) == 1:
                return found
            words = found[0].message if found else _too_large(self.evaluator.counts(job), self.accelerator)
            reasons.append(f"{name}: {words.removeprefix(f'layer {layer.name!r} ')}")
        names = ", ".join(self.candidates)
        message = f"layer {layer.name!r} can run with none of {names}: {'; '.join(reasons)}"
        return [diagnostic("M318", message, layer.span)]

    @property
    def accelerator(self) -> Accelerator:
        """The machine."""
        return self.evaluator.accelerator


def _too_large(counts: Counts, accelerator: Accelerator) -> str:
    """Return which buffers are too small for a layer, in words; empty if none is."""
    found = []
    for level, available in (("l1", accelerator.l1_bytes), ("l2", accelerator.l2_bytes)):
        needed = int(counts[f"{level}_bytes_required"])
        if available is not None and needed > available:
            found.append(f"needs {needed:,} bytes of {level.upper()} and the machine has {available:,}")
    return " and ".join(found)


def _refuse_open_buffers(layers: Sequence[Sequence[Option]], evaluator: Evaluator) -> None:
    machine = evaluator.accelerator
    missing = [name for name in ("l1_bytes", "l2_bytes") if getattr(machine, name) is None]
    if not missing:
        return
    sizes = {}
    for name in missing:
        needed = (
            evaluator.counts(option.job)[f"{name}_required"] for options in layers for option in options
        )
        sizes[name] = max(int(size) for size in needed)
    words = " and ".join(name[:2].upper() for name in missing)
    given = ", ".join(f"{name} {size} (--{name.replace('_', '-')} {size})" for name, size in sizes.items())
    message = (
        f"machine {machine.name!r} leaves {words} open: how large it is, and so the energy of every access, "
        "depends on what all layers choose"
    )
    raise SemanticError(
        [diagnostic("M317", message, None, f"what every dataflow here can run with: {given}")]
    )


def _choose(best: Best, layers: Sequence[Sequence[Option]]) -> list[Option]:
    if best.goal == "runtime":
        return [min(options, key=lambda option: option.cycles) for options in layers]
    if best.goal == "energy":
        return [min(options, key=lambda option: option.energy_pj) for options in layers]
    points = [
        [(o.cycles * o.job.layer.repeat, Fraction(o.energy_pj) * o.job.layer.repeat) for o in options]
        for options in layers
    ]
    taken = least_product(points)
    return [options[index] for options, index in zip(layers, taken, strict=True)]


Point = tuple[int, Fraction]


def least_product(layers: Sequence[Sequence[Point]]) -> list[int]:
    """Return which point of each layer to take so that (sum of first) times (sum of second) is least.

    Exact, for numbers that are not negative. Of equal products the one with the smaller first sum wins, of
    equal points the first.

    Examples
    --------
    >>> slow, quick = (4, Fraction(1)), (1, Fraction(2))
    >>> least_product([[slow, quick], [slow, (3, Fraction(9))]])
    [1, 0]
    """
    chains = [list(_chain(points)) for points in layers]
    steps = sorted(
        (_slope(points[a], points[b]), layer, b)
        for layer, (points, chain) in enumerate(zip(layers, chains, strict=True))
        for a, b in pairwise(chain)
    )
    taken = [chain[0] for chain in chains]
    first = sum(points[index][0] for points, index in zip(layers, taken, strict=True))
    second = sum((points[index][1] for points, index in zip(layers, taken, strict=True)), Fraction(0))
    best, best_steps = first * second, 0
    current = list(taken)
    for number, (_, layer, index) in enumerate(steps, start=1):
        before, after = layers[layer][current[layer]], layers[layer][index]
        first, second = first + after[0] - before[0], second + after[1] - before[1]
        current[layer] = index
        if first * second < best:
            best, best_steps = first * second, number
    for _, layer, index in steps[:best_steps]:
        taken[layer] = index
    return taken


def _slope(one: Point, other: Point) -> Fraction:
    return (other[1] - one[1]) / (other[0] - one[0])


def _chain(points: Sequence[Point]) -> Iterator[int]:
    """Yield the corners of the convex chain below some points: from least first to least second number."""
    chain: list[int] = []
    for index in sorted(range(len(points)), key=lambda i: (*points[i], i)):
        if chain and points[index][1] >= points[chain[-1]][1]:
            continue
        while len(chain) > 1 and _slope(points[chain[-2]], points[chain[-1]]) >= _slope(
            points[chain[-1]], points[index]
        ):
            chain.pop()
        chain.append(index)
    yield from chain


def _report(
    resolved: Resolved,
    evaluator: Evaluator,
    layers: Sequence[Sequence[Option]],
    chosen: Sequence[Option],
    analysis: Analysis,
) -> Choice:
    """Return what was chosen beside what every dataflow costs alone."""
    assert resolved.best is not None
    goal = resolved.best.goal
    column = GOAL_COLUMNS[goal]
    by_name: dict[str, list[Option]] = {name: [] for name in resolved.candidates}
    for options in layers:
        for option in options:
            by_name[option.name].append(option)
    singles = []
    for name, served in by_name.items():
        totals = None
        if layers and len(served) == len(layers):
            totals = results(resolved, evaluator, [option.job for option in served], []).totals
        taken = sum(option.name == name for option in chosen)
        singles.append(Single(name, taken, len(served), totals))
    whole = {single.name: _number(single.totals[column]) for single in singles if single.totals is not None}
    best_single = min(whole, key=lambda name: whole[name], default=None)
    references: Sequence[Option | None] = by_name[best_single] if best_single else [None] * len(chosen)
    return Choice(
        goal=goal,
        layers=tuple(
            LayerChoice(option.job.layer.name, _name(option), _layer_gain(goal, reference, option))
            for option, reference in zip(chosen, references, strict=True)
        ),
        singles=tuple(singles),
        best_single=best_single,
        gain=_quotient(whole[best_single], _number(analysis.totals[column])) if best_single else None,
    )


def _name(option: Option) -> str:
    return OWN if option.job.dataflow is option.job.layer.dataflow else option.name


def _layer_gain(goal: str, reference: Option | None, option: Option) -> float | None:
    if reference is None or goal == "edp":
        return None
    if goal == "runtime":
        return _quotient(reference.cycles, option.cycles)
    return _quotient(reference.energy_pj, option.energy_pj)


def _quotient(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return value

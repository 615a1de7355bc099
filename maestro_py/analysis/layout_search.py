"""The best memory layout of a network: an innermost axis for each of W, I and O, shared by all layers.

Every axis that a layer's tensor has more than one element along is a candidate. All combinations are
evaluated where that is cheap; else one tensor after another is improved until none can be (the beats of a
tensor depend on its own axis only, so that is rarely worse). Fewest cycles win; a tie keeps the layout
before. Ideal packing (no layout) is no candidate, as no memory does it; it is the lower bound in the report.

Non-goals: no layout per layer: a tensor that one layer writes is read by the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from maestro_py.analysis.layout import Layout
from maestro_py.ir.nest import OUTPUT_NAMES
from maestro_py.ir.operators import TENSORS, Problem, Tensor

if TYPE_CHECKING:
    from maestro_py.analysis.layers import Evaluator, Job

EVALUATIONS = 4000
"""Layer evaluations up to which all combinations are tried (a fraction of a second with the core)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best layout, the one before, and cycles of the network with either and with ideal packing."""

    layout: Layout
    cycles: int
    before: Layout
    cycles_before: int
    is_given: bool
    cycles_ideal: int

    def report(self) -> str:
        """Return what the search gained, in a sentence.

        Examples
        --------
        >>> print(Found(("C", "C", "K"), 900, ("S", "X", "Q"), 1000, False, 890).report())
        layout auto: W: C, I: C, O: K takes 900 cycles, 100 (10.0%) fewer than the storage order
        (W: S, I: X, O: X') with 1,000; ideal packing would take 890
        """
        gain = self.cycles_before - self.cycles
        what = "the given layout" if self.is_given else "the storage order"
        than = f"fewer than {what} ({_words(self.before)}) with {self.cycles_before:,}"
        return (
            f"layout auto: {_words(self.layout)} takes {self.cycles:,} cycles, {gain:,} "
            f"({gain / self.cycles_before:.1%}) {than}; ideal packing would take {self.cycles_ideal:,}"
        )


def _words(layout: Layout) -> str:
    written = {internal: name for name, internal in OUTPUT_NAMES.items()}
    return ", ".join(f"{t}: {written.get(a, a)}" for t, a in zip(TENSORS, layout, strict=True))


def candidates(problems: list[Problem], tensor: Tensor) -> list[str]:
    """Return the axes of a tensor that have more than one element in some layer, in order."""
    found: dict[str, None] = {}
    for problem in problems:
        extents = {window.input: window.real_size for window in problem.windows}
        for axis in problem.axes[tensor] or ():
            if extents.get(axis, problem.sizes.get(axis, 1)) > 1:
                found[axis] = None
    return list(found) or [next((p.axes[tensor] or ("C",))[-1] for p in problems)]


def storage_order(problems: list[Problem]) -> Layout:
    """Return the last axis of every tensor in the first layer that has it."""
    w, i, o = (next((axes[-1] for p in problems if (axes := p.axes[t])), "C") for t in TENSORS)
    return w, i, o


def search(jobs: list[Job], evaluator: Evaluator) -> Found:
    """Return the layout with the fewest cycles over all layers.

    Parameters
    ----------
    jobs
        Layers of a network; at least one.
    evaluator
        Its machine's layout is the one to compare with; without one, storage order is.
    """
    problems = [job.nest.problem for job in jobs]
    given = evaluator.accelerator.layout
    before = given or storage_order(problems)
    axes = {tensor: candidates(problems, tensor) for tensor in TENSORS}
    known: dict[Layout, int] = {}

    def cycles(layout: Layout) -> int:
        if layout not in known:
            known[layout] = evaluator.with_layout(layout).cycles(jobs)
        return known[layout]

    unique = len({job.key for job in jobs})
    combinations = len(axes["W"]) * len(axes["I"]) * len(axes["O"])
    best = before
    if combinations * unique <= EVALUATIONS:
        for w, i, o in product(axes["W"], axes["I"], axes["O"]):
            best = min(best, (w, i, o), key=cycles)
    else:
        improved = True
        while improved:
            start = best
            for index, tensor in enumerate(TENSORS):
                for axis in axes[tensor]:
                    parts = (*best[:index], axis, *best[index + 1 :])
                    best = min(best, (parts[0], parts[1], parts[2]), key=cycles)
            improved = best != start
    ideal = evaluator.with_layout(None).cycles(jobs)
    return Found(best, cycles(best), before, cycles(before), given is not None, ideal)

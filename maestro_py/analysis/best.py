"""The best dataflow per layer: what a user asks for, and what an analysis answers.

:class:`Best` goes into ``analyze`` where a dataflow goes; :func:`candidates` reads the dataflows that it
names; :class:`Choice` says what each layer chose, and what every dataflow costs by itself.

Codes: M317 nothing to choose from, a dataflow given twice, an unknown goal; those of the files that are read.

Non-goals: no choosing (``choice``), no text of the command line (``maestro_py.cli.options``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from maestro_py import catalog
from maestro_py.errors import Diagnostic, MaestroError, SemanticError, did_you_mean
from maestro_py.ir.dataflow import Dataflow
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from maestro_py.analysis.columns import Value

DataflowSource = str | Path | Dataflow

Goal = Literal["runtime", "energy", "edp"]

GOAL_COLUMNS: Mapping[Goal, str] = {"runtime": "runtime_cycles", "energy": "energy_pj", "edp": "edp_pj_us"}
"""The column whose network total is least."""


@dataclass(frozen=True, slots=True)
class Best:
    """A dataflow for each layer, chosen from several so that the network's total is least.

    Attributes
    ----------
    dataflows
        Names of shipped dataflows, files of templates, or dataflows, in the order in which they win ties;
        None: every shipped one. One that has no template for a layer's type does not compete for that layer,
        unless the layer has a dataflow of its own.
    goal
        ``runtime`` (fine time), ``energy`` (with DRAM) or ``edp``, energy times runtime of the whole network.
        All three are exact; with ``edp`` a layer may get a dataflow that is not the best for its own product.
    must_fit
        Whether a dataflow whose tiles need more L1 or L2 than the machine has may not be chosen. Otherwise it
        may, with the warning that the analysis of that dataflow alone gives.

    Examples
    --------
    >>> Best(("kcp_ws", "rs"), goal="edp").name()
    'best:kcp_ws,rs for edp'
    """

    dataflows: DataflowSource | Sequence[DataflowSource] | None = None
    goal: Goal = "runtime"
    must_fit: bool = False

    def sources(self) -> list[DataflowSource]:
        """Return what is chosen from, in order."""
        if self.dataflows is None:
            return list(catalog.dataflow_names())
        if isinstance(self.dataflows, str | Path | Dataflow):
            return [self.dataflows]
        return list(self.dataflows)

    def name(self) -> str:
        """Return the name for reports."""
        if self.dataflows is None:
            return f"best: ({len(self.sources())} shipped) for {self.goal}"
        return f"best:{','.join(source_name(source) for source in self.sources())} for {self.goal}"


def source_name(source: DataflowSource) -> str:
    """Return the name of one dataflow for reports.

    >>> source_name("flows/mine.m"), source_name(Dataflow(()))
    ('mine', 'unnamed')
    """
    return source.name or "unnamed" if isinstance(source, Dataflow) else Path(source).stem


def candidates(
    best: Best, read: Callable[[DataflowSource], Mapping[str, Dataflow]]
) -> dict[str, Mapping[str, Dataflow]]:
    """Return the templates of every dataflow to choose from, in order, by its name.

    Parameters
    ----------
    best
        What was asked for.
    read
        Returns the templates of one dataflow by layer type.

    Raises
    ------
    SemanticError
        M317 for a goal that there is not, no dataflow at all, or one given twice.
    MaestroError
        What ``read`` raises, for every dataflow that cannot be read.
    """
    problems: list[Diagnostic] = []
    if best.goal not in get_args(Goal):
        hint = did_you_mean(str(best.goal), get_args(Goal), "goals")
        problems.append(diagnostic("M317", f"{best.goal!r} is no goal", None, hint))
    sources = best.sources()
    if not sources:
        problems.append(diagnostic("M317", "no dataflow is given to choose from"))
    kind: type[MaestroError] = SemanticError
    found: dict[str, Mapping[str, Dataflow]] = {}
    for source in sources:
        name = source_name(source)
        if name in found:
            hint = "each dataflow needs a name of its own, that of its file"
            problems.append(diagnostic("M317", f"{name!r} is given twice to choose from", None, hint))
            continue
        try:
            found[name] = read(source)
        except MaestroError as error:
            kind = kind if problems else type(error)
            problems += error.diagnostics
            found[name] = {}
    if problems:
        raise kind(problems)
    return found


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """What one layer chose.

    Attributes
    ----------
    layer
        Its name.
    dataflow
        The chosen one, by the name in :class:`Best`; ``own`` where the layer kept its own.
    gain
        How many times as much of the goal the best single dataflow takes for this layer. None with ``edp``,
        which is no sum over layers, and where no single dataflow runs every layer.
    """

    layer: str
    dataflow: str
    gain: float | None


@dataclass(frozen=True, slots=True)
class Single:
    """One of the dataflows by itself.

    Attributes
    ----------
    name
        As in :class:`Best`.
    layers_chosen, layers_served
        How many layers chose it, and how many it can run.
    totals
        Network totals with this dataflow alone; None unless it runs every layer that was analysed.
    """

    name: str
    layers_chosen: int
    layers_served: int
    totals: Mapping[str, Value] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the layers chose, and what that gains.

    Attributes
    ----------
    goal
        What is least.
    layers
        One for each layer of the analysis, in order.
    singles
        One for each dataflow, in order.
    best_single
        Name of the dataflow that runs every layer with the least total; None if none does.
    gain
        How many times as much of the goal the best single dataflow takes; None if there is none.
    """

    goal: Goal
    layers: tuple[LayerChoice, ...]
    singles: tuple[Single, ...]
    best_single: str | None
    gain: float | None

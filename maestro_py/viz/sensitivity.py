"""How much each parameter matters: the best and the median of every goal for each of its values.

The best is over every feasible design with that value, where the sweep counted it (``explore.tally``) or kept
them all; else all is over the sample that was kept. Median and quartiles are over at most :data:`MOST_EXACT`
designs; of more they are those of some, which hashes of the design numbers choose, so that no period of the
numbering shows and the same sweep gives the same picture. Of a sample, values with only a few designs have
none.

Non-goals: no regression, no interactions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.names import BITS
from maestro_py.explore.tally import MOST_VALUES
from maestro_py.viz import canvas
from maestro_py.viz.canvas import Drawn
from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import Unit, of_goal, title, unit_for, unit_of_goal, value_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MOST_EXACT = 2_000_000
FEWEST_SAMPLED = 8
"""Designs of a sample that a value needs for its median to be drawn."""

_PANEL_WIDTH, _PANEL_HEIGHT = 1.75, 1.55
_NARROWEST = 5.0
_FEW = 6


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A goal by the values of a parameter.

    Attributes
    ----------
    parameter, values
        Those values that a feasible design has.
    best, median, low, high
        ``(values, goals)``; the last are the quartiles.
    designs
        Feasible designs with each value, ``(values,)``.
    """

    parameter: str
    values: tuple[Any, ...]
    best: Array
    median: Array
    low: Array
    high: Array
    designs: Array


def parameters(kept: Kept) -> dict[str, tuple[Any, ...]]:
    """Return the parameters that have several values, and not too many to be counted if they have to be."""
    most = MOST_VALUES if not kept.cloud_size else MOST_EXACT
    found: dict[str, tuple[Any, ...]] = {"dataflow": kept.flows}
    found |= {name: kept.space.axis_values(name) for name in kept.space.axis_names()}
    return {name: values for name, values in found.items() if 1 < len(values) <= most}


def sensitivities(kept: Kept) -> list[Sensitivity]:
    """Return every parameter's, of a sweep that kept every feasible design or a sample, or counted values."""
    swept = parameters(kept)
    goals = [of_goal(kept.names, goal) for goal in kept.space.goals]
    signs = np.array([-1.0 if goal.maximize else 1.0 for goal in kept.space.goals])
    units = np.array([unit_of_goal(kept.names, goal) for goal in kept.space.goals])
    axes = [part for name in swept for part in (BITS if name == "bits" else (name,))]
    columns = (*axes, *(name for goal in goals for name in goal.columns))
    best = {name: np.full((len(values), len(goals)), np.inf) for name, values in swept.items()}
    counts = {name: np.zeros(len(values), np.int64) for name, values in swept.items()}
    samples: dict[str, list[Array]] = {name: [] for name in (*swept, "")}
    for rows in kept.cloud(columns):
        size = len(rows["design"])
        reached = np.stack([np.broadcast_to(goal.value(rows), (size,)) for goal in goals], axis=1) * signs
        sample = kept.some(rows["design"], MOST_EXACT)
        samples[""].append(reached[sample])
        for name, values in swept.items():
            places = _places(name, values, rows)
            known = places >= 0
            counts[name] += np.bincount(places[known], minlength=len(values))
            for goal in range(len(goals)):
                np.minimum.at(best[name][:, goal], places[known], reached[known, goal])
            samples[name].append(places[sample])
    reached = np.concatenate(samples[""]) if samples[""] else np.empty((0, len(goals)))
    found = []
    fewest = 1 if kept.has_all else FEWEST_SAMPLED
    for name, values in swept.items():
        places = np.concatenate(samples[name]) if samples[name] else np.empty(0, np.int64)
        counted = kept.tallies.by_value(name, values) if kept.tallies is not None else None
        if counted is not None:
            counts[name], best[name] = counted[0], counted[1] / units
        there = np.flatnonzero(counts[name])
        middle = np.full((3, len(there), len(goals)), np.nan)
        for row, which in enumerate(there):
            own = reached[places == which]
            if len(own) >= fewest:
                middle[:, row] = np.quantile(own, (0.25, 0.5, 0.75), axis=0) * signs
        chosen = tuple(values[place] for place in there)
        found.append(
            Sensitivity(
                name, chosen, best[name][there] * signs, middle[1], middle[0], middle[2], counts[name][there]
            )
        )
    return found


def _places(name: str, values: tuple[Any, ...], rows: Mapping[str, Array]) -> Array:
    """Return which of a parameter's values each design has; -1 where it has none, as another dataflow's."""
    if name == "bits":
        matches = [
            np.all([rows[part] == width for part, width in zip(BITS, value, strict=True)], axis=0)
            for value in values
        ]
    elif None in values:
        matches = [np.isnan(rows[name]) if value is None else rows[name] == value for value in values]
    elif isinstance(values[0], str | bool):
        matches = [rows[name] == value for value in values]
    else:
        known = np.array(values)
        order = np.argsort(known)
        place = np.clip(np.searchsorted(known[order], rows[name]), 0, len(known) - 1)
        return np.where(known[order][place] == rows[name], order[place], -1)
    found = np.full(len(rows["design"]), -1)
    for which, match in enumerate(matches):
        found[match] = which
    return found


def draw(kept: Kept, ax: Any = None) -> Drawn:
    """Draw a row of panels for each goal, with a panel for each parameter.

    Parameters
    ----------
    kept
        A sweep that kept every feasible design or a sample, or counted values, and sweeps something.
    ax
        None for a new figure, or axes row by row.
    """
    found = sensitivities(kept)
    goals = [of_goal(kept.names, goal) for goal in kept.space.goals]
    with canvas.style():
        size = (max(_NARROWEST, _PANEL_WIDTH * len(found) + 0.7), _PANEL_HEIGHT * len(goals) + 0.85)
        figure, axes = canvas.panels(ax, len(goals), len(found), size, sharex="col", sharey="row")
        for row, goal in enumerate(goals):
            ends = np.concatenate(
                [np.concatenate([own.best[:, row], own.low[:, row], own.high[:, row]]) for own in found]
            )
            low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
            unit = goal.scale(high)
            for column, own in enumerate(found):
                _panel(axes[row, column], own, row, unit.divisor)
                if row == len(goals) - 1 or ax is not None:
                    axes[row, column].set_xlabel(_axis_title(own))
            axes[row, 0].set_ylabel(goal.title(unit))
            canvas.set_scale(axes[row, 0], "y", low / unit.divisor, high / unit.divisor)
        if ax is None:
            figure.align_ylabels(axes[:, 0])
            exact = kept.has_all or kept.tallies is not None
            handles = [canvas.line("best" if exact else "best of the sample", canvas.PALETTE[1])]
            if kept.cloud_size:
                handles.append(canvas.line("median", canvas.PALETTE[0]))
                handles.append(canvas.area("quartiles", "#bcd7ea"))
            canvas.legend_below(figure, handles, 3)
            _heading(kept, figure)
    return figure, canvas.single(axes)


def _heading(kept: Kept, figure: Any) -> None:
    text = f"{kept.subject()}: {kept.counts.feasible:,} feasible designs"
    if kept.tallies is None:
        text = f"{kept.subject()}: {kept.cloud_text(kept.cloud_size)}"
    elif not kept.has_all and kept.cloud_size:
        text += f", medians of a sample of {min(kept.cloud_size, MOST_EXACT):,}"
    if kept.has_all and kept.cloud_size > MOST_EXACT:
        text += f", medians of a sample of about {MOST_EXACT:,}"
    canvas.heading(figure, canvas.joined(text, kept.so_far()))


def _numeric(values: tuple[Any, ...]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _unit(found: Sensitivity) -> Unit:
    """Return the unit of a parameter's axis; names and sizes that are "needed" bring their own."""
    unit = title(found.parameter)[1]
    return unit_for(unit, min(found.values)) if _numeric(found.values) else Unit("")


def _axis_title(found: Sensitivity) -> str:
    label = "Dataflow" if found.parameter == "dataflow" else title(found.parameter)[0]
    unit = _unit(found).text
    return f"{label} ({unit})" if unit else label


def _panel(panel: Any, found: Sensitivity, goal: int, goal_divisor: float) -> None:
    best, median, low, high = (
        values[:, goal] / goal_divisor for values in (found.best, found.median, found.low, found.high)
    )
    numeric = _numeric(found.values)
    divisor = _unit(found).divisor
    x: Any = np.array(found.values, float) / divisor if numeric else np.arange(len(found.values))
    marker = "o" if len(x) <= 20 else ""
    if numeric:
        panel.fill_between(x, low, high, color="#bcd7ea", lw=0)
        panel.plot(x, median, color=canvas.PALETTE[0], lw=1.3, marker=marker, ms=2.5)
        panel.plot(x, best, color=canvas.PALETTE[1], lw=1.3, marker=marker, ms=2.5)
    else:
        panel.bar(x, high - low, 0.5, low, color="#bcd7ea")
        panel.plot(x, median, "_", color=canvas.PALETTE[0], ms=14, mew=1.6)
        panel.plot(x, best, "_", color=canvas.PALETTE[1], ms=14, mew=1.6)
        panel.set_xlim(-0.6, len(x) - 0.4)
    if numeric and canvas.by_factors(x):
        panel.set_xscale("log", base=2)
        panel.minorticks_off()
    if not numeric or len(x) <= _FEW or canvas.by_factors(x):
        step = -(-len(x) // _FEW)
        shown = x[::step].tolist() if numeric else found.values[::step]
        texts = [f"{v:,g}" if numeric else value_text(found.parameter, v) for v in shown]
        tilted = sum(map(len, texts)) > 22
        panel.set_xticks(x[::step], texts, rotation=35 if tilted else 0, ha="right" if tilted else "center")

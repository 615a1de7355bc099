"""The Pareto front in the plane of every two goals.

The front of two goals is part of the front of all, so it is drawn exactly from what every sweep writes: a
line through the designs that are best in these two, dots for the others, and, where every feasible design or
a sample was kept, those in grey behind.

Non-goals: no search for the front (``maestro_py.explore.pareto``).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.pareto import best as best_of
from maestro_py.explore.pareto import front as front_of
from maestro_py.viz import canvas
from maestro_py.viz.canvas import Drawn
from maestro_py.viz.cloud import Cloud, clouds
from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import Quantity, best_words, of_column, of_goal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MARKERS = ("o", "s", "^", "D", "v", "P", "p", "h")
BEST_MARKERS = ("*", "X", "P", "D", "v", "s", "p", "h")
_ACROSS = 3
_PANEL_WIDTH, _PANEL_HEIGHT = 3.0, 2.5


def pairs(kept: Kept) -> list[tuple[int, int]]:
    """Return every two goals, by their places."""
    return list(combinations(range(len(kept.space.goals)), 2))


def staircase(kept: Kept, pair: tuple[int, int]) -> Array:
    """Return the places in the front's rows of the front of two goals, by the first."""
    rows = kept.front
    goals = kept.objective.judge(rows, len(rows["design"])).goals[:, list(pair)]
    places = front_of(goals, rows["design"])
    return places[np.argsort(goals[places, 0], kind="stable")]


def extremes(kept: Kept) -> dict[str, int]:
    """Return the place in the front's rows of the best design for each goal, by the goal's name."""
    rows = kept.front
    goals = kept.objective.judge(rows, len(rows["design"])).goals
    return {
        goal.name: int(best_of(goals, place, rows["design"], 1)[0])
        for place, goal in enumerate(kept.space.goals)
    }


def draw(kept: Kept, ax: Any = None) -> Drawn:
    """Draw the front of every two goals.

    Parameters
    ----------
    kept
        A sweep with two goals or more.
    ax
        None for a new figure, or axes, one for every two goals.
    """
    goals = [of_goal(kept.names, goal) for goal in kept.space.goals]
    chosen = pairs(kept)
    across = min(_ACROSS, len(chosen))
    down = -(-len(chosen) // across)
    rows = kept.front
    with canvas.style():
        size = (_PANEL_WIDTH * max(across, 1.4) + 0.5, _PANEL_HEIGHT * down + 0.7)
        if ax is None:
            figure, axes = canvas.panels(None, down, across, size)
            for spare in axes.flat[len(chosen) :]:
                spare.set_axis_off()
        else:
            figure, axes = canvas.panels(ax, 1, len(chosen), size)
        norm = canvas.norm(_pes(kept))
        image: Any = None
        behind = 0
        for panel, pair in zip(axes.flat, chosen, strict=False):
            x, y = (goals[place] for place in pair)
            cloud = _behind(kept, x, y)
            behind = cloud.designs if cloud else 0
            image = _panel(kept, panel, pair, (x, y), cloud, norm)
        if ax is None:
            _surroundings(kept, figure, axes, image, behind, len(rows["design"]))
    return figure, canvas.single(axes)


def _pes(kept: Kept) -> list[int]:
    """Return the numbers of PEs from the least to the greatest on the front."""
    own = of_column(kept.names, "num_pes").value(kept.front)
    return [value for value in kept.space.axis_values("num_pes") if own.min() <= value <= own.max()]


def _behind(kept: Kept, x: Quantity, y: Quantity) -> Cloud | None:
    """Return the feasible designs in a plane, if they or a sample were kept."""
    if not kept.cloud_size:
        return None
    found, _ = clouds(kept, [x], y, of_column(kept.names, "num_pes"))
    parts = [own[0] for own in found.values()]
    x_values, y_values, colours = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "y", "colour")
    )
    return Cloud(sum(part.designs for part in parts), x_values, y_values, colours)


def _panel(
    kept: Kept,
    panel: Any,
    pair: tuple[int, int],
    axes: tuple[Quantity, Quantity],
    cloud: Cloud | None,
    norm: Any,
) -> Any:
    rows = kept.front
    size = len(rows["design"])
    x, y = (np.broadcast_to(quantity.value(rows), (size,)) for quantity in axes)
    behind: tuple[Array, ...] = (np.empty(0), np.empty(0)) if cloud is None else (cloud.x, cloud.y)
    all_x, all_y = np.append(x, behind[0]), np.append(y, behind[1])
    units = axes[0].scale(all_x.max()), axes[1].scale(all_y.max())
    x, y = x / units[0].divisor, y / units[1].divisor
    if cloud is not None:
        panel.scatter(
            cloud.x / units[0].divisor, cloud.y / units[1].divisor, c=canvas.PALE, s=3, lw=0, rasterized=True
        )
    steps = staircase(kept, pair)
    panel.plot(x[steps], y[steps], color=canvas.INK, lw=0.9, drawstyle="steps-post", zorder=2)
    colour = np.broadcast_to(of_column(kept.names, "num_pes").value(rows), (size,))
    image: Any = None
    for place, flow in enumerate(kept.flows):
        own = kept.of_flow(rows, flow)
        image = panel.scatter(
            x[own], y[own], c=colour[own], s=14, lw=0.2, edgecolors="white", cmap=canvas.NUMBERS, norm=norm,
            marker=MARKERS[place % len(MARKERS)], zorder=3, rasterized=size >= canvas.RASTERISED_FROM,
        )  # fmt: skip
    for place, best in enumerate(extremes(kept).values()):
        marker = BEST_MARKERS[place % len(BEST_MARKERS)]
        panel.plot(
            x[best], y[best], marker, ms=12 if marker == "*" else 7,
            mfc="#D55E00", mec="white", mew=0.8, zorder=4 + 0.01 * place, clip_on=False,
        )  # fmt: skip
    canvas.set_scale(panel, "x", all_x.min() / units[0].divisor, all_x.max() / units[0].divisor)
    canvas.set_scale(panel, "y", all_y.min() / units[1].divisor, all_y.max() / units[1].divisor)
    panel.set_xlabel(axes[0].title(units[0]))
    panel.set_ylabel(axes[1].title(units[1]))
    return image


def _surroundings(kept: Kept, figure: Any, axes: Any, image: Any, behind: int, size: int) -> None:
    """Add colour bar, legend and heading."""
    if len(_pes(kept)) > 1:
        canvas.colour_bar(figure, axes, image, "PEs", _pes(kept))
    handles = [
        canvas.mark(
            f"{best_words(name)}: design {kept.front['design'][best]:,}",
            marker := BEST_MARKERS[place % len(BEST_MARKERS)],
            "#D55E00",
            size=11 if marker == "*" else 7,
        )
        for place, (name, best) in enumerate(extremes(kept).items())
    ]
    handles.append(canvas.line("front of the two goals", canvas.INK))
    if len(kept.flows) > 1:
        handles += [
            canvas.mark(flow, MARKERS[place % len(MARKERS)], canvas.NEUTRAL)
            for place, flow in enumerate(kept.flows)
        ]
    if behind:
        handles.append(canvas.mark(kept.cloud_text(behind), "o", canvas.PALE, size=4))
    canvas.legend_below(figure, handles, 2 if axes.shape[1] == 1 else 4)
    goals = ", ".join(goal.name for goal in kept.space.goals)
    text = f"{kept.subject()}: {size:,} designs on the Pareto front of {goals}"
    canvas.heading(figure, canvas.joined(text, kept.so_far()))

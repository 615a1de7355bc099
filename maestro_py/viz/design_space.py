"""Throughput against area, power and buffer of every feasible design, or of a sample, as Figure 13 of the
MAESTRO paper.

Kwon et al., MICRO 2019, Figure 13: colour is the number of PEs, a star marks the design with the highest
throughput, a cross that with the least energy; both are exact, also where the others are a sample. A row of
panels for each dataflow, with common axes.

Non-goals: no reading of files.
"""

from __future__ import annotations

import textwrap
from typing import Any

from maestro_py.explore import sample
from maestro_py.viz import canvas
from maestro_py.viz.canvas import Drawn
from maestro_py.viz.cloud import Cloud, clouds
from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import Quantity, Unit, buffer, of_column, throughput

MARKS = (("*", 13.0, "#D55E00", "highest"), ("x", 6.0, "black", "least"))
"""Marker, size, colour and meaning; the second is so thin that both are seen where they are one design."""

_PANEL_WIDTH, _ROW_HEIGHT, _REST = 2.35, 2.1, 0.75
_LETTERS_OF_A_ROW = 28
"""Letters that fit beside a row of panels."""


def quantities(kept: Kept) -> tuple[list[Quantity], Quantity, Quantity]:
    """Return the three x, the throughput, and the colour."""
    names = kept.names
    xs = [of_column(names, "area_um2"), of_column(names, _power(kept)), buffer(names)]
    return xs, throughput(names), of_column(names, "num_pes")


def marked(kept: Kept) -> list[tuple[Quantity, bool]]:
    """Return what the marked designs have most or least of, and whether most is best."""
    return [(throughput(kept.names), True), (of_column(kept.names, sample.energy(kept.space)), False)]


def _power(kept: Kept) -> str:
    """Return the power that designs are judged by: without DRAM where that alone is asked for."""
    judged = kept.objective.columns
    return "power_onchip_mw" if "power_onchip_mw" in judged and "power_mw" not in judged else "power_mw"


def draw(kept: Kept, ax: Any = None) -> Drawn:
    """Draw throughput against area, power and buffer.

    Parameters
    ----------
    kept
        A sweep that kept every feasible design, or a sample.
    ax
        None for a new figure, or axes, row by row: area, power and buffer for each dataflow. Without
        figures of areas there is no panel for them.
    """
    xs, y, colour = quantities(kept)
    flows = kept.flows
    found, ranges = clouds(kept, xs, y, colour)
    drawn = [place for place in range(len(xs)) if ranges[place].known]
    best = kept.best(marked(kept))
    for row in (row for own in best.values() for row in own if row is not None):
        values = [quantity.of_row(row) for quantity in (*xs, y, colour)]
        ranges = [own.including(value) for own, value in zip(ranges, values, strict=True)]
    with canvas.style():
        size = (_PANEL_WIDTH * len(drawn) + 0.9, _ROW_HEIGHT * len(flows) + _REST)
        figure, axes = canvas.panels(ax, len(flows), len(drawn), size, sharex="col", sharey=True)
        y_range, pes = ranges[-2:]
        y_unit = y.scale(y_range.high)
        shown = [value for value in kept.space.axis_values("num_pes") if pes.low <= value <= pes.high]
        norm = canvas.norm(shown)
        image: Any = None
        for line, flow in enumerate(flows):
            for column, place in enumerate(drawn):
                panel, x = axes[line, column], xs[place]
                unit = x.scale(ranges[place].high)
                image = _panel(panel, found[flow][place], (unit, y_unit), norm) or image
                for (marker, mark_size, fill, _), design in zip(MARKS, best[flow], strict=True):
                    if design is not None:
                        point = (x.of_row(design) / unit.divisor, y.of_row(design) / y_unit.divisor)
                        edge, width = ("white", 0.9) if marker == "*" else (fill, 1.8)
                        panel.plot(
                            *point,
                            marker,
                            ms=mark_size,
                            mfc=fill,
                            mec=edge,
                            mew=width,
                            clip_on=False,
                            zorder=5,
                        )
                canvas.set_scale(
                    panel, "x", ranges[place].low / unit.divisor, ranges[place].high / unit.divisor
                )
                if line == len(flows) - 1 or ax is not None:
                    panel.set_xlabel(x.title(unit))
                if column == 0:
                    panel.set_ylabel(textwrap.fill(y.title(y_unit), _LETTERS_OF_A_ROW))
                    if len(flows) > 1:
                        panel.set_title(flow, loc="left")
            low, high = y_range.low / y_unit.divisor, y_range.high / y_unit.divisor
            canvas.set_scale(axes[line, 0], "y", low, high)
        if ax is None:
            _surroundings(kept, figure, axes, (image, shown), found, best)
    return figure, canvas.single(axes)


def _panel(panel: Any, cloud: Cloud, units: tuple[Unit, Unit], norm: Any) -> Any:
    """Draw the designs; return what has the colours, None if there are none."""
    if not cloud.designs:
        return None
    if cloud.edges is not None:
        edges = [own / unit.divisor for own, unit in zip(cloud.edges, units, strict=True)]
        return panel.pcolormesh(*edges, cloud.grid, cmap=canvas.NUMBERS, norm=norm, rasterized=True)
    return panel.scatter(
        cloud.x / units[0].divisor,
        cloud.y / units[1].divisor,
        c=cloud.colour,
        s=7 if cloud.designs < canvas.RASTERISED_FROM else 3,
        linewidths=0,
        cmap=canvas.NUMBERS,
        norm=norm,
        rasterized=cloud.designs >= canvas.RASTERISED_FROM,
    )


def _surroundings(
    kept: Kept, figure: Any, axes: Any, colours: tuple[Any, list[int]], found: Any, best: Any
) -> None:
    """Add what stands around the panels: colour bar, legend, and how many designs are shown."""
    image, pes = colours
    if image is not None and len(pes) > 1:
        label = "PEs (mean of a cell)" if _in_cells(found) else "PEs"
        canvas.colour_bar(figure, axes, image, label, pes)
    handles = []
    for place, ((marker, size, fill, end), (quantity, _)) in enumerate(zip(MARKS, marked(kept), strict=True)):
        label = f"{end} {quantity.label[0].lower()}{quantity.label[1:]}"
        designs = [f"{own[place]['design']:,}" for own in best.values() if own[place] is not None]
        if designs:
            plural = "design" if len(designs) == 1 else "designs"
            handles.append(
                canvas.mark(
                    f"{label}: {plural} {' and '.join(designs)}",
                    marker,
                    fill,
                    fill if marker == "x" else "white",
                    size,
                )
            )
    canvas.legend_below(figure, handles, 2)
    cells = ", in cells" if _in_cells(found) else ""
    shown = sum(own[-1].designs for own in found.values())
    text = f"{kept.subject()}: {kept.cloud_text(shown)}{cells}"
    canvas.heading(figure, canvas.joined(text, kept.so_far()))


def _in_cells(found: Any) -> bool:
    return any(cloud.edges is not None for own in found.values() for cloud in own)

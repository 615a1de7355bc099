"""The look of figures, and figures to bytes; the only file of this package that knows matplotlib.

Colours are those of Okabe and Ito for names and viridis for numbers, both readable with any colour vision.
Neither the user's settings nor the clock take part, so that the same figure gives the same bytes.

Code: M333 matplotlib is missing.

Non-goals: what is drawn.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maestro_py.errors import InputError
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure as Figure

Format = Literal["png", "svg", "pdf"]
Drawn = tuple["Figure", Any]
"""What a function that draws returns: the figure, and its axes, one or an array of rows and columns."""

FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
HATCHES = ("", "////", "", "\\\\\\\\", "", "....", "", "xxxx")
NEUTRAL, PALE, INK = "#8a8a8a", "#c9ced6", "#222222"
NUMBERS = "viridis"
DOTS_PER_INCH = 200
_LETTERS_PER_INCH = 14
_LEGEND_LETTERS_PER_INCH, _LEGEND_LETTERS_OF_A_MARK, _LEGEND_LINE_INCHES = 19, 9, 0.15
WIDE = 10
"""Greatest over least value from which on a scale is by factors."""

RASTERISED_FROM = 2000
"""Points from which on vector files hold them as a picture."""

_STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.linewidth": 0.7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e7e7e7",
    "grid.linewidth": 0.6,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 42,
    "svg.hashsalt": "maestro-py",
    "figure.dpi": 100,
}


def check_library() -> None:
    """Check that figures can be drawn.

    Raises
    ------
    InputError
        M333 if matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        hint = "pip install 'maestro-py[plot]'"
        raise InputError([diagnostic("M333", "drawing needs matplotlib", None, hint)]) from error


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house's look, whatever the user's settings are.

    Raises
    ------
    InputError
        M333 if matplotlib is not installed.
    """
    check_library()
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def panels(ax: Any, rows: int, columns: int, size: tuple[float, float], **shared: Any) -> tuple[Figure, Any]:
    """Return a figure and an array of ``(rows, columns)`` axes: new ones, or those of the caller.

    Parameters
    ----------
    ax
        None, axes, or a sequence of axes row by row.
    rows, columns
        How many are drawn.
    size
        Width and height of a new figure in inches.
    shared
        ``sharex`` and ``sharey`` of new axes.

    Raises
    ------
    ValueError
        The caller's axes are another number.
    """
    from matplotlib.figure import Figure as NewFigure

    if ax is None:
        figure = NewFigure(figsize=size, layout="constrained")
        return figure, figure.subplots(rows, columns, squeeze=False, **shared)
    given = np.array(ax, object).reshape(-1)
    if len(given) != rows * columns:
        raise ValueError(f"this draws on {rows * columns} axes, and {len(given)} are given")
    shown = given[0].get_figure(root=True)
    return shown, given.reshape(rows, columns)


def joined(*parts: str) -> str:
    """Return the parts of a heading that say something, in a line."""
    return "; ".join(part for part in parts if part)


def single(axes: Any) -> Any:
    """Return the axes of an array that holds one, else the array."""
    return axes[0, 0] if axes.size == 1 else axes


def heading(figure: Figure, text: str) -> None:
    """Write a line, or as many as it takes, over the whole figure, at its left."""
    letters = int(figure.get_figwidth() * _LETTERS_PER_INCH)
    figure.suptitle(textwrap.fill(text, letters), x=0.01, ha="left", fontsize=8.5, color=INK)


def legend_below(figure: Figure, handles: Sequence[Any], columns: int) -> None:
    """Put a legend under the axes, where it covers no data, in so many columns if they fit.

    In fewer columns it has more lines, and the figure is higher.
    """
    lines = -(-len(handles) // columns)
    letters = figure.get_figwidth() * _LEGEND_LETTERS_PER_INCH
    sizes = [len(handle.get_label()) + _LEGEND_LETTERS_OF_A_MARK for handle in handles]
    while columns > 1 and sum(part.max(initial=0) for part in np.array_split(sizes, columns)) > letters:
        columns -= 1
    more = -(-len(handles) // columns) - lines
    figure.set_figheight(figure.get_figheight() + more * _LEGEND_LINE_INCHES)
    figure.legend(handles=list(handles), loc="outside lower left", ncols=columns, handletextpad=0.4)


def mark(label: str, marker: str, colour: str = "black", edge: str = "white", size: float = 6) -> Any:
    """Return an entry of a legend: a marker with a label."""
    from matplotlib.lines import Line2D

    return Line2D(
        [],
        [],
        ls="none",
        marker=marker,
        mfc=colour,
        mec=edge,
        ms=size,
        mew=1.8 if marker == "x" else 0.7,
        label=label,
    )


def line(label: str, colour: str) -> Any:
    """Return an entry of a legend: a line with a label."""
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, lw=1.4, label=label)


def area(label: str, colour: str, hatch: str = "") -> Any:
    """Return an entry of a legend: a filled area with a label."""
    from matplotlib.patches import Patch

    return Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=label)


def colour_bar(figure: Figure, axes: Any, image: Any, label: str, values: Sequence[Any]) -> None:
    """Add the colours of numbers beside the axes; on a scale by factors with some of the values at it."""
    bar = figure.colorbar(image, ax=axes, pad=0.015, aspect=30, fraction=0.04, label=label)
    bar.outline.set_visible(False)
    if type(image.norm).__name__ == "LogNorm":
        bar.set_ticks(list(values[:: -(-len(values) // 6)]))
        bar.ax.minorticks_off()
        bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")


def norm(values: Any) -> Any:
    """Return a scale of colours for numbers, by factors where they are spaced so."""
    from matplotlib.colors import LogNorm, Normalize

    known = np.unique(values)
    low, high = float(known[0]), float(known[-1])
    if low == high:
        low, high = low - 0.5, high + 0.5
    return LogNorm(low, high) if by_factors(known) else Normalize(low, high)


def by_factors(values: Any) -> bool:
    """Whether numbers are spaced by factors rather than by steps.

    >>> by_factors([1, 2, 4, 8]), by_factors([10, 20, 30, 40])
    (True, False)
    """
    known = np.unique(np.asarray(values, float))
    if len(known) < 3 or known[0] <= 0:
        return False
    steps, factors = np.diff(known), np.diff(np.log(known))
    return bool(np.std(factors) / np.mean(factors) < np.std(steps) / np.mean(steps))


def wide(low: float, high: float) -> bool:
    """Whether a range is so wide that only a scale by factors shows all of it."""
    return low > 0 and high / low > WIDE


def plain_ticks(axis: Any) -> None:
    """Write the numbers of a logarithmic axis as people write them, not as powers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = sorted(axis.get_view_interval())
    decades = np.log10(high / low)
    axis.set_major_locator(LogLocator(subs=(1,) if decades > 4 else (1, 3) if decades > 2 else (1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_formatter(NullFormatter())


def set_scale(axes: Axes, which: Literal["x", "y"], low: float, high: float) -> None:
    """Make an axis logarithmic where the range is wide, and leave a margin around the data."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    place = axes.set_xlim if which == "x" else axes.set_ylim
    if wide(low, high):
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
        margin = (high / low) ** 0.04
        place(low / margin, high * margin)
        plain_ticks(axis)
        return
    space = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    place(0 if 0 <= low < 0.4 * high else low - space, high + space)


def render(figure: Figure, kind: Format, text_as_text: bool = False) -> bytes:
    """Return a figure as a file.

    Parameters
    ----------
    figure
        What was drawn.
    kind
        Format.
    text_as_text
        Whether letters of an SVG stay text, which can be searched and read aloud, or become outlines, which
        look alike everywhere.
    """
    import matplotlib as mpl

    metadata = {
        "svg": {"Date": None, "Creator": "maestro-py"},
        "pdf": {"CreationDate": None, "Creator": "maestro-py", "Producer": "maestro-py"},
        "png": {"Software": "maestro-py"},
    }
    stream = io.BytesIO()
    with style(), mpl.rc_context({"svg.fonttype": "none" if text_as_text else "path"}):
        figure.savefig(stream, format=kind, dpi=DOTS_PER_INCH, metadata=metadata[kind])
    return stream.getvalue()

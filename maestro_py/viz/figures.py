"""The figures of a sweep by name: what each needs, and files of those that can be drawn.

Codes: M821 a figure cannot be drawn from what was kept, M806 there is no such figure, M332 a file cannot be
written, M333 matplotlib is missing.

Non-goals: how they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maestro_py._files import writing
from maestro_py.errors import Diagnostic, SemanticError, did_you_mean
from maestro_py.exporters import replace_file
from maestro_py.syntax.codes import diagnostic
from maestro_py.viz import canvas, design_space, energy, fronts, sensitivity
from maestro_py.viz.canvas import Drawn, Format
from maestro_py.viz.kept import Kept

_KEEP = {"pareto": "the front and the best", "top": "the best"}
_MORE = "sample: 100000 or keep: feasible"


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A figure.

    Attributes
    ----------
    summary
        What it shows, in a line.
    draw
        A sweep, and axes or None, to the drawing.
    lacks
        What a sweep lacks for it, or None if it can be drawn.
    """

    summary: str
    draw: Callable[..., Drawn]
    lacks: Callable[[Kept], str | None]


def _cloud_lacks(kept: Kept) -> str | None:
    if kept.has_all or kept.cloud_size:
        return None
    if kept.space.sample:
        return f"none of the sample of about {kept.space.sample:,} designs is feasible; take a larger sample"
    only = f"the sweep kept only {_KEEP[kept.space.keep]}"
    return f"it needs every feasible design or a sample, and {only}; sweep with {_MORE}"


def _columns_lack(kept: Kept, columns: Iterable[str]) -> str | None:
    missing = sorted({name for name in columns if name not in kept.held})
    if not missing:
        return None
    return f"it needs {' '.join(missing)}, and the sweep kept only some columns; add them to columns:"


def _design_space_lacks(kept: Kept) -> str | None:
    xs, y, colour = design_space.quantities(kept)
    drawn = (*xs, y, colour, *(quantity for quantity, _ in design_space.marked(kept)))
    columns = [name for quantity in drawn for name in quantity.columns]
    return _cloud_lacks(kept) or _columns_lack(kept, columns)


def _fronts_lacks(kept: Kept) -> str | None:
    if len(kept.space.goals) < 2:
        return "a front needs two goals, and the sweep has one"
    if kept.space.keep != "top" or kept.has_all:
        return None
    return "it needs the front, and the sweep kept only the best; sweep with keep: pareto"


def _energy_lacks(kept: Kept) -> str | None:
    return _columns_lack(kept, [column for column, _ in energy.PARTS])


def _sensitivity_lacks(kept: Kept) -> str | None:
    without = None if kept.tallies is not None else _cloud_lacks(kept)
    return without or (None if sensitivity.parameters(kept) else "no parameter has two values")


KINDS: Mapping[str, FigureKind] = {
    "design-space": FigureKind(
        "throughput against area, power and buffer", design_space.draw, _design_space_lacks
    ),
    "pareto": FigureKind("the front in the plane of every two goals", fronts.draw, _fronts_lacks),
    "energy": FigureKind("where the energy of the best designs goes", energy.draw, _energy_lacks),
    "sensitivity": FigureKind(
        "best and median by the values of each parameter", sensitivity.draw, _sensitivity_lacks
    ),
}
"""Every figure by its name."""


@dataclass(frozen=True, slots=True)
class Plotted:
    """What was drawn.

    Attributes
    ----------
    files
        Paths of the figures.
    notes
        Which figures are not there and why, and what is to know about the others.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def choose(kept: Kept, names: Sequence[str] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the figures that can be drawn, and why others cannot.

    Parameters
    ----------
    kept
        The sweep.
    names
        Figures that are wanted; none: all that can be drawn.

    Raises
    ------
    SemanticError
        M806 if there is no such figure; M821 if one that is named, or all, cannot be drawn.
    """
    unknown = [name for name in dict.fromkeys(names) if name not in KINDS]
    if unknown:
        raise SemanticError(
            diagnostic("M806", f"there is no figure {name!r}", None, did_you_mean(name, KINDS, "figures"))
            for name in unknown
        )
    if not kept.shards or not len(kept.front["design"]):
        what, hint = (
            ("no design meets every condition", "relax a constraint, or sweep over more values")
            if kept.shards
            else ("no batch of designs is done yet", "run the sweep again; it goes on where it was")
        )
        raise SemanticError([diagnostic("M821", f"there is nothing to draw: {what}", None, hint)])
    wanted = tuple(dict.fromkeys(names)) or tuple(KINDS)
    lacking = {name: why for name in wanted if (why := KINDS[name].lacks(kept))}
    if lacking and (names or len(lacking) == len(wanted)):
        raise SemanticError(_refusal(name, why) for name, why in lacking.items())
    notes = tuple(f"{name} is not drawn: {why}" for name, why in lacking.items())
    return tuple(name for name in wanted if name not in lacking), notes


def _refusal(name: str, why: str) -> Diagnostic:
    return diagnostic("M821", f"the figure {name} cannot be drawn: {why}")


def plot(
    folder: str | Path,
    names: Sequence[str] = (),
    kind: Format = "png",
    output: str | Path | None = None,
    progress: Callable[[str], Any] = lambda name: None,
) -> Plotted:
    """Draw figures of a sweep into files; the same folder gives the same bytes.

    Parameters
    ----------
    folder
        Of a sweep, finished or not.
    names
        Of :data:`KINDS`; none: all that can be drawn.
    kind
        Format.
    output
        Where the files go; None: ``plots`` in the sweep's folder.
    progress
        Is told the name of each figure before it is drawn.

    Raises
    ------
    InputError
        M809 if there is no sweep, M332 if a file cannot be written, M333 if a library is missing.
    SemanticError
        M806, M821 for figures that cannot be.
    """
    canvas.check_library()
    kept = Kept(folder)
    chosen, notes = choose(kept, names)
    target = kept.folder / "plots" if output is None else Path(output)
    files = []
    for name in chosen:
        progress(name)
        figure, _ = KINDS[name].draw(kept)
        path = target / f"{name}.{kind}"
        write(path, canvas.render(figure, kind))
        files.append(path)
    unfinished = () if kept.finished else (f"the sweep is not finished ({kept.so_far()})",)
    return Plotted(tuple(files), (*notes, *unfinished))


def write(path: Path, data: bytes) -> None:
    """Write a file, and the folder it is in.

    Raises
    ------
    InputError
        M332 if it cannot be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)

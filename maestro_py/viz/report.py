"""A sweep as one HTML file that needs no network: a plot to explore, the best designs, figures and facts.

The page is whole without scripts; a script, allowed by its hash alone, adds the plot with hover and a frame
that filters its table. Nothing from the sweep becomes markup. The same folder gives the same bytes.

Codes: M333 jinja2 or matplotlib is missing, M332 the file cannot be written, M821 there is nothing to show.

Non-goals: which designs the page holds (``report_data``).
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from maestro_py.errors import InputError
from maestro_py.syntax.codes import diagnostic
from maestro_py.viz import canvas
from maestro_py.viz.figures import KINDS, choose, write
from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import best_words, value_text
from maestro_py.viz.report_data import MOST_ROWS, Embedded, embed

CAPTIONS = {
    "design-space": "Throughput against area, power and buffer. Colour is the number of PEs.",
    "pareto": "The Pareto front in the plane of every two goals.",
    "energy": "Where the energy of the best design for each goal goes.",
    "sensitivity": "The best of each goal by the values of each parameter, with median and quartiles where "
    "designs were kept for them.",
}
_MOST_VALUES = 6


def report(
    folder: str | Path,
    output: str | Path | None = None,
    progress: Callable[[str], Any] = lambda what: None,
) -> tuple[Path, tuple[str, ...]]:
    """Write the page of a sweep; return its path, and what it lacks.

    Parameters
    ----------
    folder
        Of a sweep, finished or not.
    output
        The file; None: ``report.html`` in the sweep's folder.
    progress
        Is told what is made next.

    Raises
    ------
    InputError
        M809 if there is no sweep, M332 if the file cannot be written, M333 if a library is missing.
    SemanticError
        M821 if no design is there to show.
    """
    canvas.check_library()
    render = _renderer()
    kept = Kept(folder)
    names, notes = choose(kept)
    figures = []
    for name in names:
        progress(name)
        picture, _ = KINDS[name].draw(kept)
        svg = canvas.render(picture, "svg", text_as_text=True).decode()
        figures.append({"name": name, "svg": _inline(svg, name, CAPTIONS[name]), "caption": CAPTIONS[name]})
    progress("the page")
    embedded = embed(kept)
    target = kept.folder / "report.html" if output is None else Path(output)
    write(target, render(_context(kept, embedded, figures, notes)).encode())
    unfinished = () if kept.finished else (f"the sweep is not finished ({kept.so_far()})",)
    return target, (*notes, *unfinished)


def _renderer() -> Callable[[dict[str, Any]], str]:
    """Return the template as a function; scripts, styles and figures of ours are the only markup it takes in.

    Raises
    ------
    InputError
        M333 if jinja2 is not installed.
    """
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError as error:
        hint = "pip install 'maestro-py[report]'"
        raise InputError([diagnostic("M333", "a report needs jinja2", None, hint)]) from error
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=False
    )
    template = environment.from_string(_resource("report.html"))
    script = _resource("report.js")

    def render(context: dict[str, Any]) -> str:
        digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
        own: dict[str, Any] = {
            "script": Markup(script),
            "script_hash": digest,
            "style": Markup(_resource("report.css")),
        }
        own["data"] = Markup(_json(context["data"]))
        own["figures"] = [{**figure, "svg": Markup(figure["svg"])} for figure in context["figures"]]
        return template.render({**context, **own})

    return render


def _resource(name: str) -> str:
    return files("maestro_py.viz").joinpath(name).read_text(encoding="utf-8")


def _json(value: Any) -> str:
    """Return JSON that ends no script element."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _inline(svg: str, name: str, label: str) -> str:
    """Return an SVG file as an element, with identifiers of its own and a name that is read aloud.

    >>> _inline('<?xml version="1.0"?><svg width="9pt"><use id="a" xlink:href="#a"/></svg>', "f", "A & B")
    '<svg role="img" aria-label="A &amp; B" width="9pt"><use id="f-a" xlink:href="#f-a"/></svg>'
    """
    from html import escape

    body = svg[svg.index("<svg") :].rstrip()
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", body)
    return body.replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1)


def _context(
    kept: Kept, embedded: Embedded, figures: list[dict[str, str]], notes: tuple[str, ...]
) -> dict[str, Any]:
    head = {
        "network": kept.space.network.name,
        "subject": kept.subject(),
        "version": kept.store.manifest["tool"]["version"],
        "unfinished": kept.so_far(),
    }
    warnings = []
    if kept.space.keep == "top" and not kept.has_all:
        warnings.append("The sweep kept only the best for each goal, so there is no Pareto front.")
    return {
        "head": head,
        "notes": warnings,
        "embedded": embedded.text,
        "table": _table(kept, embedded),
        "figures": figures,
        "not_drawn": [f"{note[0].upper()}{note[1:]}." for note in notes],
        "facts": _facts(kept),
        "parameters": _parameters(kept),
        "inputs": sorted(kept.space.inputs.items()),
        "caveats": kept.space.notes,
        "data": _data(kept, embedded),
    }


def _data(kept: Kept, embedded: Embedded) -> dict[str, Any]:
    """Return what the script reads."""
    goals = [column for column in embedded.columns if column.goal]
    numbers = [column for column in embedded.columns if column.number]
    axes = [column.name for column in (*goals, *numbers)]
    names = [column.name for column in embedded.columns]
    flows = "dataflow" if "dataflow" in names else names[0] if names else ""
    return {
        "designs": len(embedded.numbers),
        "numbers": embedded.numbers,
        "front": embedded.front,
        "front_is_whole": embedded.front_is_whole,
        "best": embedded.best,
        "goals": [goal.name for goal in kept.space.goals],
        "best_words": [best_words(goal.name) for goal in kept.space.goals],
        "columns": [
            {
                "name": column.name,
                "label": column.label,
                "unit": column.unit.text,
                "divisor": column.unit.divisor,
                "values": column.values,
                "number": column.number,
                "goal": column.goal,
                "empty": column.empty,
            }
            for column in embedded.columns
        ],
        "key_columns": embedded.table,
        "table_columns": embedded.table,
        "most_rows": MOST_ROWS,
        "x": axes[0] if axes else "",
        "y": axes[1] if len(axes) > 1 else axes[0] if axes else "",
        "colour": "num_pes" if "num_pes" in names else flows,
    }


def _table(kept: Kept, embedded: Embedded) -> dict[str, Any]:
    """Return the table of the best designs: those for each goal, then the front, by the first goal."""
    columns = {column.name: column for column in embedded.columns}
    shown = [columns[name] for name in embedded.table]
    places = [place for place, own in enumerate(embedded.best) if own]
    rest = [place for place, own in enumerate(embedded.front) if own and not embedded.best[place]]
    first = next((column for column in embedded.columns if column.goal), None)
    if first is not None:
        sign = -1 if first.goal == "max" else 1
        rest.sort(key=lambda place: sign * first.values[place])
    rows = [*places, *rest][:MOST_ROWS]
    goals = [goal.name for goal in kept.space.goals]
    head = [
        {"title": "Design", "number": True},
        {"title": "Best for", "number": False},
        *({"title": column.title, "number": column.number} for column in shown),
    ]
    cells = [
        [
            f"{embedded.numbers[place]:,}",
            ", ".join(goals[goal] for goal in embedded.best[place]) or "front",
            *(column.text(place) for column in shown),
        ]
        for place in rows
    ]
    more = len(places) + len(rest) - len(rows)
    caption = "The best for each goal, then the Pareto front by the first goal."
    if not rest:
        caption = "The best for each goal."
    if more:
        caption += f" The first {len(rows):,} are shown, {more:,} are left out."
    return {"head": head, "rows": cells, "caption": caption}


def _facts(kept: Kept) -> list[tuple[str, str]]:
    space = kept.space
    found = [
        (
            "network",
            f"{space.network.name}, layers " + ", ".join(layer.name for layer in space.network.layers),
        ),
        ("dataflows", ", ".join(f"{branch.dataflow} ({branch.size:,} designs)" for branch in space.branches)),
        ("accelerator", space.accelerator.name),
        ("goals", ", ".join(goal.name for goal in space.goals)),
        ("constraints", "; ".join(condition.text for condition in space.constraints) or "none"),
        ("time", space.time),
        ("search", space.search.words()),
        ("kept", space.keep + (f", and a sample of about {space.sample:,} designs" if space.sample else "")),
        ("seed", str(space.seed)),
        ("designs in the space", f"{space.size:,}"),
    ]
    if not kept.finished:
        counts = kept.counts
        return [
            *found,
            ("looked at so far", f"{counts.designs:,}"),
            ("evaluated so far", f"{counts.evaluated:,}"),
            ("feasible so far", f"{counts.feasible:,}"),
        ]
    summary = kept.store.summary()
    found += [("asked for", f"{summary['asked_for']:,}"), ("evaluated", f"{summary['evaluated']:,}")]
    found += [(f"skipped: {proof}", f"{number:,}") for proof, number in summary["skipped"].items()]
    for code, why in summary["cannot_run"].items():
        found.append((f"cannot run: {code}", f"{why['designs']:,}; the first: {why['first']}"))
    found.append(("feasible", f"{summary['feasible']:,}"))
    if space.sample:
        found.append(("feasible in the sample", f"{summary['sampled']:,}"))
    found += [(f"break {text}", f"{number:,}") for text, number in summary["broken"].items()]
    found.append(("on the Pareto front", f"{summary['front']:,}"))
    return found


def _parameters(kept: Kept) -> list[tuple[str, str, str]]:
    found = []
    for name in kept.space.axis_names():
        values = kept.space.axis_values(name)
        texts = [value_text(name, value) for value in values]
        if len(texts) > _MOST_VALUES:
            texts = [*texts[:3], "...", texts[-1]]
        found.append((name, f"{len(values):,}", ", ".join(texts)))
    return found

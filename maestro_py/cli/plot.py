"""``maestro-py plot`` and ``maestro-py report``: a sweep as pictures and as a page.

Non-goals: drawing (``maestro_py.viz``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from maestro_py.cli.options import folder_argument, output_option
from maestro_py.cli.progress import waiting
from maestro_py.cli.report import error_format_option


@click.command("plot")
@folder_argument
@click.option(
    "--figure",
    "names",
    multiple=True,
    metavar="NAME",
    help="design-space (throughput against area, power and buffer), pareto (every two goals), energy (parts "
    "of the best designs) or sensitivity (to each parameter); may be given again. Default: all that can be "
    "drawn.",
)
@click.option("--format", "kind", type=click.Choice(["png", "svg", "pdf"]), default="png", show_default=True)
@output_option("DIR", "Default: FOLDER/plots.")
@error_format_option
def command(folder: Path, names: tuple[str, ...], kind: Any, output: Path | None) -> None:
    """Draw what a sweep in FOLDER found, as far as it is.

    design-space and sensitivity need a sweep with `sample: N` or `keep: feasible`.
    """
    from maestro_py.viz.figures import plot

    with _telling() as begin:
        found = plot(folder, names, kind, output, begin)
    for path in found.files:
        click.echo(f"wrote {path}")
    _show_notes(found.notes)


@click.command("report")
@folder_argument
@output_option("FILE", "Default: FOLDER/report.html.")
@error_format_option
def report_command(folder: Path, output: Path | None) -> None:
    """Write what a sweep in FOLDER found as one HTML file that needs no network.

    A plot of the designs with axes to choose, hover and a frame that filters the table; the best designs,
    figures, counts and inputs.
    """
    from maestro_py.viz.report import report

    with _telling() as begin:
        path, notes = report(folder, output, begin)
    click.echo(f"wrote {path}")
    _show_notes(notes)


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Give a function that says what is made next, where it takes long."""
    with ExitStack() as stack:

        def begin(name: str) -> None:
            stack.close()
            stack.enter_context(waiting(f"drawing {name}"))

        yield begin


def _show_notes(notes: Iterable[str]) -> None:
    for note in notes:
        click.echo(f"note: {note}", err=True)

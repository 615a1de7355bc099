"""``maestro-py check``: all errors and warnings of files, and whether their dataflows are legal.

Non-goals: the checks (``maestro_py.check``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from maestro_py.cli.options import dims_option
from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option, read_stdin

if TYPE_CHECKING:
    from maestro_py.check import Checked


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@dims_option
@click.option("--num-pes", type=click.IntRange(min=1), help="PEs on which dataflows must be legal.")
@click.option("--hw", metavar="NAME|FILE", help="Accelerator whose number of PEs is taken.")
@click.option(
    "--dataflow",
    "dataflows",
    multiple=True,
    metavar="NAME|FILE",
    help="Templates for the layers; may be repeated.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="json is for editors."
)
@error_format_option
def command(
    files: tuple[str, ...],
    num_pes: int | None,
    hw: str | None,
    dataflows: tuple[str, ...],
    form: str,
    dims: dict[str, int],
) -> None:
    """Report every error and warning of FILE... ('-' reads standard input), and illegal dataflows.

    A FILE may also be a network of another tool; `maestro-py list formats` names them.

    A dataflow is legal if every MAC of its layer is computed exactly once.
    """
    if num_pes is not None and hw is not None:
        raise click.UsageError("--num-pes and --hw exclude each other")
    from maestro_py.analysis.inputs import resolve
    from maestro_py.check import check_file, check_text
    from maestro_py.ir.accelerator import Accelerator
    from maestro_py.ir.network import Network
    from maestro_py.syntax.render import render_json

    named = resolve(Network("", ()), dataflows or None, hw or Accelerator())
    pes = named.accelerator.num_pes if hw is not None else num_pes
    results = [
        check_text(read_stdin(), "<stdin>", pes, named.templates)
        if file == "-"
        else check_file(file, pes, named.templates, dims)
        for file in files
    ]
    if form == "json":
        click.echo(render_json([problem for result in results for problem in result.diagnostics]))
    else:
        for result in results:
            _show(result)
    if any(result.has_errors for result in results):
        click.get_current_context().exit(EXIT_USER_ERROR)


def _show(result: Checked) -> None:
    from maestro_py.cli.report import source_texts
    from maestro_py.syntax.render import render_text

    notes = {
        "given": "",
        "accelerator": " of the file's accelerator",
        "assumed": " (assumed: set them with --num-pes or --hw)",
    }
    if result.diagnostics:
        own = {result.file: result.text} if result.text else {}
        click.echo(render_text(result.diagnostics, {**source_texts(result.diagnostics), **own}))
    if result.num_pes is not None:
        layers = f"{result.layers} layer{'' if result.layers == 1 else 's'}"
        said = "checked" if result.has_errors else "legal"
        click.echo(f"{result.file}: {layers} {said} on {result.num_pes} PEs{notes[result.pes_from]}")
    elif not result.has_errors:
        click.echo(f"{result.file}: no errors; no layer has a dataflow, so there is no legality to check")

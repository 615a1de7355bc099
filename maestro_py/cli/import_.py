"""``maestro-py import``: a network of another tool as a file in the language.

Non-goals: reading the formats (``maestro_py.frontends``), the text (``maestro_py.ir.write``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maestro_py._files import writing
from maestro_py.cli.options import dims_option
from maestro_py.cli.progress import waiting
from maestro_py.cli.report import error_format_option, show_errors

if TYPE_CHECKING:
    from maestro_py.frontends import Imported


class _Import(click.Command):
    """The command, whose help ends with the formats."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each format."""
        from maestro_py.frontends import frontends

        with formatter.section("Formats"):
            rows = [
                (f"{entry.name} ({' '.join(entry.suffixes)})", entry.summary)
                for entry in frontends().values()
            ]
            formatter.write_dl(rows)


@click.command("import", cls=_Import, no_args_is_help=True)
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write. Default: standard output."
)
@dims_option
@click.option("--format", "form", metavar="NAME", help="Format of MODEL. Default: found by its suffix.")
@error_format_option
def command(model: Path, output: Path | None, dims: dict[str, int], form: str | None) -> None:
    """Write MODEL, a network of another tool, as a file in the language.

    Only shapes are read, no weights. What is not costed is told, and stands in the header of the file.
    `analyze` and the like also take MODEL itself.
    """
    from maestro_py.analysis.inputs import file_hash
    from maestro_py.exporters import replace_file
    from maestro_py.frontends import read
    from maestro_py.ir.write import network_text

    with waiting(f"reading {model}"):
        imported = read(model, dims, form)
    text = network_text(imported.network, _header(imported, model, file_hash(model), dims))
    if output is None:
        click.echo(text, nl=False)
    else:
        with writing(output):
            replace_file(output, text.encode())
    click.echo(_summary(imported, output), err=True)
    if imported.warnings:
        show_errors(imported.warnings)


def _header(imported: Imported, model: Path, digest: str, dims: dict[str, int]) -> dict[str, str]:
    sizes = "".join(f", {name} = {size}" for name, size in sorted(dims.items()))
    notes = [imported.note, *(f"{warning.message}." for warning in imported.warnings)]
    return {
        "Title": f"{imported.network.name}{sizes}",
        "Source": f"{model.name}, SHA-256 {digest}",
        "Note": " ".join(filter(None, notes)) or "Everything is costed.",
    }


def _summary(imported: Imported, output: Path | None) -> str:
    from maestro_py.ir import operators

    layers = imported.network.layers
    macs = sum(operators.get(layer.operator).problem(layer).macs * layer.repeat for layer in layers)
    named = f"{output}: " if output else ""
    count = f"{len(layers)} layer{'' if len(layers) == 1 else 's'}"
    return "\n".join(filter(None, [f"{named}{count}, {macs:,} MACs", imported.note]))

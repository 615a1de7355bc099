"""``maestro-py hw``: the shipped accelerators, listed, printed and drawn.

Non-goals: the templates and the drawing (``maestro_py.hardware``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maestro_py._files import writing
from maestro_py.cli.report import error_format_option

if TYPE_CHECKING:
    import networkx as nx

_TEXT_FORMS = {".dot": "to_dot", ".mmd": "to_mermaid", ".txt": "to_text"}


@click.group("hw")
def group() -> None:
    """List and show accelerators."""


@group.command("list")
@error_format_option
def list_command() -> None:
    """List the shipped accelerators with their numbers."""
    from maestro_py.cli.tables import accelerator_table, show
    from maestro_py.hardware import templates

    show(accelerator_table([(name, templates.topology(name)) for name in templates.names()]))


@group.command("show")
@click.argument("name")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Draw into a file: .svg, .png, .pdf, .dot, .mmd or .txt.",
)
@error_format_option
def show_command(name: str, output: Path | None) -> None:
    """Print the accelerator NAME (a shipped one, or a hardware file), or draw it into a file."""
    from maestro_py.hardware import show

    graph = _graph(name)
    if output is None:
        click.echo(show.to_text(graph), nl=False)
    elif output.suffix.lower() in _TEXT_FORMS:
        text = getattr(show, _TEXT_FORMS[output.suffix.lower()])(graph)
        with writing(output):
            output.write_text(text, encoding="utf-8")
    else:
        show.draw(graph, output)


def _graph(name: str) -> nx.DiGraph:
    from maestro_py.hardware import templates

    if name in templates.names():
        return templates.load(name)
    from maestro_py.analysis.inputs import resolve
    from maestro_py.ir.network import Network

    return templates.graph_from_accelerator(resolve(Network("", ()), None, name).accelerator)

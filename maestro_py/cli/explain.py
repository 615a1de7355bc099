"""``maestro-py explain``: what a result column means.

Non-goals: the meanings (``maestro_py.analysis.columns``).
"""

from __future__ import annotations

import click

from maestro_py.cli.report import error_format_option


@click.command("explain")
@click.argument("columns", nargs=-1, metavar="[COLUMN]...")
@error_format_option
def command(columns: tuple[str, ...]) -> None:
    """Say what a result COLUMN means, its unit and formula; without one, list all columns."""
    from maestro_py.analysis.columns import COLUMNS, explain
    from maestro_py.cli.tables import plain_table, show

    if columns:
        click.echo("\n\n".join([explain(name) for name in columns]))
    else:
        rows = [(column.name, column.unit, column.meaning) for column in COLUMNS.values()]
        show(plain_table("", ("column", "unit", "meaning"), rows))

"""``maestro-py explain``: what a result column means, or a layer type and its dimensions.

Non-goals: the meanings (``maestro_py.analysis.columns``, ``maestro_py.ir.layer_types``).
"""

from __future__ import annotations

import click

from maestro_py.cli.report import error_format_option


@click.command("explain")
@click.argument("names", nargs=-1, metavar="[COLUMN|TYPE]...")
@error_format_option
def command(names: tuple[str, ...]) -> None:
    """Say what a result COLUMN means, its unit and formula, or what the dimensions of a layer TYPE count.

    Without one, list all columns; `maestro-py list types` lists the types.
    """
    from maestro_py.analysis.columns import COLUMNS, explain
    from maestro_py.cli.tables import plain_table, show
    from maestro_py.ir import layer_types

    types = layer_types.registry()
    if names:
        click.echo(
            "\n\n".join([layer_types.explain(name) if name in types else explain(name) for name in names])
        )
    else:
        rows = [(column.name, column.unit, column.meaning) for column in COLUMNS.values()]
        show(plain_table("", ("column", "unit", "meaning"), rows))

"""``maestro-py list``: everything that ships, by name.

Non-goals: what stands in the lists (``maestro_py.catalog``, ``maestro_py.hardware``).
"""

from __future__ import annotations

import click

from maestro_py.cli.report import error_format_option

KINDS = ("models", "formats", "types", "dataflows", "hardware", "technologies")


@click.command("list")
@click.argument("kinds", nargs=-1, type=click.Choice(KINDS), metavar="[KIND]...")
@error_format_option
def command(kinds: tuple[str, ...]) -> None:
    """List shipped models, dataflows, hardware and technologies, layer types, and formats that can be read.

    KIND narrows it to some of them.
    """
    from maestro_py import catalog, frontends
    from maestro_py.cli.tables import print_titles
    from maestro_py.hardware import tech, templates
    from maestro_py.ir import layer_types

    wanted = kinds or KINDS
    if "models" in wanted:
        print_titles("models", [(name, catalog.model_info(name).title) for name in catalog.model_names()])
    if "formats" in wanted:
        formats = frontends.frontends().values()
        print_titles("formats", [(f"{f.name} ({' '.join(f.suffixes)})", f.summary) for f in formats])
    if "types" in wanted:
        print_titles("types", layer_types.titles())
        print_titles("dimensions of these types (1 where not given)", layer_types.meanings())
    if "dataflows" in wanted:
        infos = [catalog.dataflow_info(name) for name in catalog.dataflow_names()]
        print_titles("dataflows", [(info.name, info.title) for info in infos])
    if "hardware" in wanted:
        rows = [(name, str(templates.topology(name).facts.get("source", ""))) for name in templates.names()]
        print_titles("hardware", rows)
    if "technologies" in wanted:
        print_titles(
            "technologies", [(name, tech.technology(name).description.split(";")[0]) for name in tech.names()]
        )

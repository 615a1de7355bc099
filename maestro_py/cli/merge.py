"""``maestro-py merge``: the parts of a sweep that array jobs computed to its results.

Non-goals: the merge (``maestro_py.explore``).
"""

from __future__ import annotations

from pathlib import Path

import click

from maestro_py.cli.options import output_option, quiet_option
from maestro_py.cli.report import error_format_option


@click.command("merge")
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(path_type=Path))
@output_option("FOLDER", "Where to merge several folders of one sweep.")
@quiet_option("No tables.")
@error_format_option
def command(folders: tuple[Path, ...], output: Path | None, quiet: bool) -> None:
    """End a sweep whose parts were computed with `sweep --shard K/N`, in one FOLDER or in several.

    The files are those of a sweep that was not split.
    """
    if len(folders) > 1 and output is None:
        raise click.UsageError("several folders are merged into a new one: -o FOLDER")
    from maestro_py.cli.sweep_tables import show_summary
    from maestro_py.explore.run import collect, finish
    from maestro_py.explore.store import Store

    folder = folders[0] if output is None else output
    if output is not None:
        collect(folders, output)
    summary = finish(folder)
    if not quiet:
        show_summary(Store.existing(folder).space(), summary, folder, None)

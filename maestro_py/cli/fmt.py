"""``maestro-py fmt``: files in canonical form.

Non-goals: the form itself (``maestro_py.syntax.printer``).
"""

from __future__ import annotations

from pathlib import Path

import click

from maestro_py._files import writing
from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option, read_stdin


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a file is not canonical.")
@click.option(
    "-i", "--in-place", is_flag=True, help="Rewrite the files; prints the names of those that change."
)
@error_format_option
def command(files: tuple[str, ...], only_check: bool, in_place: bool) -> None:
    """Print FILE... in canonical form; '-' reads standard input.

    Comments are kept, and the meaning does not change.
    """
    if only_check and in_place:
        raise click.UsageError("--check and --in-place exclude each other")
    if in_place and "-" in files:
        raise click.UsageError("standard input cannot be rewritten in place")
    from maestro_py.syntax.parser import parse, read_source
    from maestro_py.syntax.printer import format_document

    canonical: list[tuple[str, str, str]] = []
    for file in files:  # all are read before any is written
        name = "<stdin>" if file == "-" else file
        text = read_stdin() if file == "-" else read_source(file)
        canonical.append((name, text, format_document(parse(text, name))))
    changed = [(name, new) for name, old, new in canonical if old != new]
    if only_check:
        for name, _ in changed:
            click.echo(f"{name}: not in canonical form")
        if changed:
            click.get_current_context().exit(EXIT_USER_ERROR)
    elif in_place:
        for name, new in changed:
            with writing(Path(name)):
                Path(name).write_text(new, encoding="utf-8", newline="\n")
            click.echo(f"{name}: rewritten")
    else:
        for _, _, new in canonical:
            click.echo(new, nl=False)

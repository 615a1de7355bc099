"""The command line: ``maestro-py``, one module per command.

Turns arguments into calls of the library and its results into text. Exit codes: 0 fine, 1 the user's input is
wrong (or a layer is illegal), 2 wrong usage, 70 a bug of ours, 130 interrupted,
143 terminated.

Importing this package and ``--help`` load no heavy library; commands import what they need when they run.

Non-goals: no analysis, no checks of meaning.
"""

from __future__ import annotations

import click

from maestro_py.cli import (
    analyze,
    check,
    compare,
    doctor,
    explain,
    fmt,
    hw,
    import_,
    listing,
    merge,
    plot,
    rtl,
    rtl_test,
    sweep,
    top,
    verify,
)
from maestro_py.cli.report import Program, error_format_option

__all__ = ["main"]


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"maestro-py {version('maestro-py')}")
        ctx.exit()


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Shell completion: eval "$(_MAESTRO_PY_COMPLETE=bash_source maestro-py)" (or zsh_source).',
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@error_format_option
def main() -> None:
    """Exact cost of DNN layers on spatial accelerators, for dataflows in the MAESTRO language.

    \b
    maestro-py analyze resnet50 --dataflow kcp_ws --hw eyeriss
    maestro-py check my_dataflow.m
    maestro-py list
    """  # noqa: D301  # click's mark for lines that stay lines is the character itself


for command in (
    analyze.command,
    compare.command,
    sweep.command,
    top.command,
    merge.command,
    plot.command,
    plot.report_command,
    rtl.command,
    rtl_test.command,
    verify.command,
    doctor.command,
    check.command,
    fmt.command,
    import_.command,
    explain.command,
    hw.group,
    listing.command,
):
    main.add_command(command)

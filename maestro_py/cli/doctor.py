"""``maestro-py doctor``: what of the RTL flow is installed, and what installs the rest.

Non-goals: how the tools are found (``rtlgen.doctor``).
"""

from __future__ import annotations

import click

from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option


@click.command("doctor")
@error_format_option
def command() -> None:
    """Tell which tools for hardware are installed, and how to install the others.

    Exit code 0 if accelerators can be simulated here.
    """
    from maestro_py.cli.tables import plain_table, show
    from rtlgen.doctor import can_run, examine

    findings = examine()
    rows = [(f.tool, f.version, f.problem or "ok", f.purpose, f.path or "-") for f in findings]
    table = plain_table("", ("tool", "version", "state", "needed for", "path"), rows)
    table.columns[-1].overflow = "fold"  # a path that is cut is none
    show(table)
    remedies = [f for f in findings if f.problem]
    if remedies:
        click.echo()
    for finding in remedies:
        click.echo(f"{finding.tool}: {finding.problem}: {finding.remedy}")
    click.echo()
    if can_run(findings):
        click.echo("accelerators can be simulated")
    else:
        click.echo("accelerators cannot be simulated: see above")
        click.get_current_context().exit(EXIT_USER_ERROR)

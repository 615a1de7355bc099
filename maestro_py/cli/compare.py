"""``maestro-py compare``: several dataflows or machines on one network, side by side.

Non-goals: the analysis (``maestro_py.analysis``), the table (``results``).
"""

from __future__ import annotations

from typing import Any

import click

from maestro_py.cli.options import (
    constants_of,
    constants_option,
    dataflows_of,
    dims_option,
    goal_options,
    hardware_options,
    overrides_of,
)
from maestro_py.cli.progress import waiting
from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option, show_errors


@click.command("compare")
@click.argument("network")
@click.option(
    "-d",
    "--dataflow",
    "dataflows",
    multiple=True,
    metavar="NAME|FILE|best:A,B",
    help="A dataflow; repeat it to compare. best:A,B gives each layer the best of A and B for the goal, "
    "best: that of every shipped one.",
)
@goal_options
@click.option(
    "--hw", "machines", multiple=True, metavar="NAME|FILE", help="An accelerator; repeat it to compare."
)
@hardware_options
@constants_option
@dims_option
@click.option("--engine", type=click.Choice(["core", "reference"]), default="core", show_default=True)
@click.option("--allow-illegal", is_flag=True, help="Count layers that miss or repeat MACs too.")
@error_format_option
def command(network: str, dataflows: tuple[str, ...], machines: tuple[str, ...], **rest: Any) -> None:
    """Compare dataflows and accelerators on NETWORK: every dataflow on every accelerator."""
    overrides, layout = overrides_of(rest)
    flows = dataflows_of(dataflows, rest["goal"], rest["must_fit"])
    choices = [(dataflow, machine) for machine in machines or (None,) for dataflow in flows or (None,)]
    if len(choices) < 2:
        raise click.UsageError("give --dataflow or --hw at least twice")
    from maestro_py.analysis.api import compare
    from maestro_py.cli.results import show_comparison

    with waiting(f"analysing {network}"):
        comparison = compare(
            network,
            choices,
            engine=rest["engine"],
            allow_illegal=rest["allow_illegal"],
            layout=layout,
            constants=constants_of(rest["constants"]),
            overrides=overrides,
            dims=rest["dims"],
        )
    show_comparison(comparison)
    errors = list(dict.fromkeys(error for analysis in comparison.analyses for error in analysis.errors))
    if errors:
        show_errors(errors)
        click.get_current_context().exit(EXIT_USER_ERROR)

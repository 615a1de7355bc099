"""``maestro-py analyze``: the cost of a network with its dataflows on a machine.

Non-goals: the analysis (``maestro_py.analysis``), the tables (``results``), files (``maestro_py.exporters``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from maestro_py.analysis.results import Analysis

DEFAULT_TOP = 10


@click.command("analyze")
@click.argument("network")
@click.option(
    "-d",
    "--dataflow",
    "dataflows",
    multiple=True,
    metavar="NAME|FILE|best:A,B",
    help="Templates; may be repeated, the first that is meant for a layer's type serves it. "
    "best:A,B gives each layer the best of A and B for the goal, best: that of every shipped one; the first "
    "wins a tie. Default: the layers' own dataflows.",
)
@goal_options
@click.option(
    "--hw",
    metavar="NAME|FILE",
    help="The accelerator. Default: the one in NETWORK's file, else eyeriss.",
)
@hardware_options
@constants_option
@dims_option
@click.option(
    "--engine",
    type=click.Choice(["core", "reference"]),
    default="core",
    show_default=True,
    help="core is fast; reference enumerates every step (small layers only).",
)
@click.option(
    "--allow-illegal", is_flag=True, help="Analyse layers that miss or repeat MACs too, and mark them."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write every column of every layer: .csv, .json, .jsonl or .parquet.",
)
@click.option(
    "--csv-style",
    type=click.Choice(["default", "maestro"]),
    default="default",
    show_default=True,
    help="maestro writes the columns of the original tool.",
)
@click.option(
    "--view",
    type=click.Choice(["layers", "network"]),
    default="layers",
    show_default=True,
    help="layers: every layer with its numbers. network: totals, the layers that take most of the time and "
    "of the energy, and the largest activations between layers (taken as a chain).",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help="Rows of each table of --view network.  [default: 10]",
)
@click.option("--all-warnings", is_flag=True, help="Show every warning, not one of each kind.")
@click.option("-q", "--quiet", is_flag=True, help="No tables on standard output.")
@error_format_option
def command(network: str, dataflows: tuple[str, ...], hw: str | None, **rest: Any) -> None:
    """Analyse NETWORK, the name of a shipped one or a file.

    Illegal layers are reported and the others still analysed (exit code 1).
    """
    overrides, layout = overrides_of(rest)
    flows = dataflows_of(dataflows, rest["goal"], rest["must_fit"])
    if rest["csv_style"] == "maestro" and (rest["output"] is None or rest["output"].suffix.lower() != ".csv"):
        raise click.UsageError("--csv-style maestro needs an output file that ends in .csv (-o FILE)")
    if rest["top"] is not None and rest["view"] != "network":
        raise click.UsageError("--top counts the rows of --view network")
    from maestro_py.analysis.api import analyze
    from maestro_py.exporters import export, format_of

    if rest["output"] is not None:
        format_of(rest["output"], rest["csv_style"])  # an unknown suffix is told before the work
    with waiting(f"analysing {network}"):
        analysis = analyze(
            network,
            flows[0] if len(flows) == 1 else flows or None,
            hw,
            engine=rest["engine"],
            allow_illegal=rest["allow_illegal"],
            layout=layout,
            constants=constants_of(rest["constants"]),
            overrides=overrides,
            dims=rest["dims"],
        )
    if rest["output"] is not None:
        export(analysis, rest["output"], csv_style=rest["csv_style"])
    if not rest["quiet"]:
        _show(analysis, rest["view"], rest["top"] or DEFAULT_TOP, rest["all_warnings"])
    if analysis.errors:
        show_errors(analysis.errors)
        click.get_current_context().exit(EXIT_USER_ERROR)


def _show(analysis: Analysis, view: str, top: int, all_warnings: bool) -> None:
    if view == "network":
        from maestro_py.cli.network_tables import show_network

        show_network(analysis, top, all_warnings)
    else:
        from maestro_py.cli.results import show_analysis

        show_analysis(analysis, all_warnings)

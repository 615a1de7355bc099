"""``maestro-py rtl-test``: runs an accelerator that ``rtl`` wrote.

Non-goals: the table (``verify``), simulation and comparison (``maestro_py.rtl``).
"""

from __future__ import annotations

from pathlib import Path

import click

from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option
from maestro_py.cli.verify import progress_on_stderr, show_checks, simulation_options


@click.command("rtl-test")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only this layer; may be repeated.")
@simulation_options
@error_format_option
def command(folder: Path, layers: tuple[str, ...], pause_seed: int, all_counters: bool) -> None:
    """Simulate the accelerator in FOLDER, which `maestro-py rtl` wrote, and compare.

    Outputs must equal the expected ones bit by bit, and every counter and the cycles the prediction; exit
    code 1 if anything differs.
    """
    from maestro_py.rtl import check_tree

    checks = check_tree(folder, layers, pause_seed, report=progress_on_stderr)
    show_checks(checks, all_counters)
    if not all(check.equal for check in checks):
        click.get_current_context().exit(EXIT_USER_ERROR)

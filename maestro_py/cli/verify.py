"""``maestro-py verify``: hardware of a mapping, simulated, beside what the analysis predicts.

Also the table that ``rtl-test`` prints.

Non-goals: simulation and comparison (``maestro_py.rtl``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro_py.cli.report import EXIT_USER_ERROR, error_format_option
from maestro_py.cli.rtl import describe, make_plan, plan_options

if TYPE_CHECKING:
    from maestro_py.rtl import LayerCheck


def progress_on_stderr(text: str) -> None:
    """Write a line about what is being done; simulations take a while."""
    click.echo(f"  {text}", err=True)


def simulation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a run."""
    decorators = (
        click.option(
            "--pause-seed",
            type=click.IntRange(min=0),
            default=0,
            metavar="N",
            help="Run each layer again with random pauses at every handshake (0: do not): nothing but the "
            "cycles may change.",
        ),
        click.option("--all-counters", is_flag=True, help="Show every counter of every layer."),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


@click.command("verify")
@plan_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Keep the accelerator in this folder. Default: a temporary one.",
)
@click.option("--force", is_flag=True, help="Replace an accelerator that was written there before.")
@simulation_options
@error_format_option
def command(output: Path | None, force: bool, pause_seed: int, all_counters: bool, **rest: Any) -> None:
    """Build the accelerator of MAPPING, simulate its layers, and compare.

    Outputs must equal numpy's bit by bit, and every counter and the cycles what `maestro-py analyze`
    predicts; exit code 1 if anything differs.
    """
    planned = make_plan(rest)
    from maestro_py.rtl import verify

    with tempfile.TemporaryDirectory(prefix="maestro-rtl-") as scratch:
        tree = output or Path(scratch) / "accelerator"
        checks = verify(planned, tree, pause_seed, replace_tree=force, report=progress_on_stderr)
    click.echo(describe(planned))
    click.echo()
    show_checks(checks, all_counters)
    if not all(check.equal for check in checks):
        click.get_current_context().exit(EXIT_USER_ERROR)


def show_checks(checks: Sequence[LayerCheck], all_counters: bool) -> None:
    """Print the table of layers, then counters in detail, then the verdict."""
    from maestro_py.cli.tables import plain_table, show

    show(plain_table("", _HEADS, (_row(check) for check in checks)))
    for check in checks:
        names = tuple(check.predicted) if all_counters else check.differing
        if names:
            click.echo()
            rows = [_counter_row(check, name) for name in names]
            rows += [(name, "", f"{value:,}", "") for name, value in _stalls(check) if all_counters]
            columns = ("counter", ">predicted", ">measured", ">difference")
            show(plain_table(f"layer {check.name}", columns, rows))
        for line in (*check.details, *(check.paused or ())):
            click.echo(line)
    click.echo()
    click.echo(_verdict(checks))


_HEADS = (
    "layer",
    "outputs",
    ">cycles predicted",
    ">measured",
    ">difference",
    "counters",
    "with pauses",
)


def _row(check: LayerCheck) -> tuple[str, ...]:
    predicted, measured = check.predicted["cycles"], check.measured["cycles"]
    wrong = len([name for name in check.differing if name != "cycles"])
    counters = len(check.predicted) - 1
    paused = "-" if check.paused is None else "equal" if not check.paused else "differ"
    return (
        check.name,
        f"{check.outputs:,} equal"
        if not check.wrong_outputs
        else f"{check.wrong_outputs:,} of {check.outputs:,} wrong",
        f"{predicted:,}",
        f"{measured:,}",
        f"{measured - predicted:+,}" if measured != predicted else "0",
        f"{counters} equal" if not wrong else f"{wrong} of {counters} differ",
        paused,
    )


def _counter_row(check: LayerCheck, name: str) -> tuple[str, ...]:
    predicted, measured = check.predicted[name], check.measured[name]
    difference = f"{measured - predicted:+,}" if measured != predicted else "0"
    return name, f"{predicted:,}", f"{measured:,}", difference


def _stalls(check: LayerCheck) -> list[tuple[str, int]]:
    return [(name, value) for name, value in check.measured.items() if name not in check.predicted]


def _verdict(checks: Sequence[LayerCheck]) -> str:
    wrong = [check.name for check in checks if not check.equal]
    if wrong:
        return f"{len(wrong)} of {len(checks)} layers differ: {' '.join(wrong)}"
    layers = "1 layer" if len(checks) == 1 else f"{len(checks)} layers"
    cycles = sum(check.measured["cycles"] for check in checks)
    return f"{layers}: outputs, counters and cycles as predicted ({cycles:,} cycles)"

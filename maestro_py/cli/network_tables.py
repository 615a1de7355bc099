"""A network as a whole, as text: totals, the layers that take most, the largest activations between layers.

Non-goals: no numbers of its own (``maestro_py.analysis.view``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from maestro_py.analysis.view import Activation, LayerKind, LayerShare, NetworkView, network_view
from maestro_py.cli.figures import BOUND_WORDS, digits, energy_unit, shortened
from maestro_py.cli.results import heading, show_remarks
from maestro_py.cli.tables import plain_table, show

if TYPE_CHECKING:
    from rich.table import Table

    from maestro_py.analysis.results import Analysis

_LONGEST_NAME = 26
_LONGEST_DATAFLOW = 14


def show_network(analysis: Analysis, top: int, all_warnings: bool = False) -> None:
    """Print the view of a network, with ``top`` rows in each table."""
    view = network_view(analysis)
    click.echo("\n".join(heading(analysis)))
    if view.layers:
        click.echo("\n".join(["", *total_lines(analysis, view)]))
        if analysis.choice is not None:
            from maestro_py.cli.choice_tables import choice_lines

            click.echo("\n".join(choice_lines(analysis, analysis.choice)))
        unit, name = energy_unit(view.energy_pj)
        for title, kinds in (
            ("most cycles", view.slowest(top)),
            ("most energy", view.hungriest(top)),
        ):
            click.echo()
            show(share_table(title, kinds, view, unit, name))
        click.echo()
        show(activation_table(view, top))
        click.echo("\n".join(["", *activation_lines(view)]))
    show_remarks(analysis.warnings, (*view.assumptions, *analysis.notes), all_warnings)


def total_lines(analysis: Analysis, view: NetworkView) -> list[str]:
    """Return latency and energy of the network."""
    unit, name = energy_unit(view.energy_pj)
    runs = sum(share.repeat for share in view.layers)
    dram = f", {view.energy_dram_pj / view.energy_pj:.1%} of it in DRAM" if view.energy_pj else ""
    lines = [
        f"layers     {len(view.layers):,}, {runs:,} runs, one after another",
        f"latency    {view.runtime_cycles:,} cycles, {digits(view.runtime_ms)} ms at "
        f"{analysis.accelerator.frequency_mhz:g} MHz",
        f"energy     {view.energy_pj / unit:,.2f} {name}{dram}",
    ]
    if view.errors:
        lines.append(
            f"errors     {view.errors:,}: layers that could not be analysed are in none of these numbers"
        )
    return lines


def share_table(title: str, kinds: Sequence[LayerKind], view: NetworkView, unit: float, name: str) -> Table:
    """Return kinds of layers with their shares of time and energy, and what is left for the others."""
    columns = (
        *(f"layers with {title}", ">alike", "type", "dataflow", ">runs", ">cycles", ">ms", ">% of\ncycles"),
        *(f">energy\n{name}", ">% of\nenergy", "bound by"),
    )
    table = plain_table("", columns, ())
    for kind in kinds:
        share = kind.share
        table.add_row(
            shortened(share.layer, _LONGEST_NAME),
            f"{kind.layers:,}",
            share.operator,
            shortened(share.dataflow, _LONGEST_DATAFLOW),
            f"{share.repeat:,}",
            *_numbers([share], unit),
            BOUND_WORDS[share.bound],
        )
    listed = {kind.share.layer for kind in kinds}
    others = [share for share in view.layers if share.like not in listed]
    table.add_section()
    if others:
        runs = f"{sum(share.repeat for share in others):,}"
        table.add_row("others", f"{len(others):,}", "", "", runs, *_numbers(others, unit), "")
    runs = f"{sum(share.repeat for share in view.layers):,}"
    numbers = _numbers(view.layers, unit)
    table.add_row("network", f"{len(view.layers):,}", "", "", runs, *numbers, "", style="bold")
    return table


def _numbers(shares: Sequence[LayerShare], unit: float) -> tuple[str, ...]:
    def total(of: Callable[[LayerShare], float]) -> float:
        return sum(of(share) for share in shares)

    return (
        f"{total(lambda share: share.runtime_cycles):,.0f}",
        digits(total(lambda share: share.runtime_ms)),
        f"{100 * total(lambda share: share.runtime_fraction):.1f}",
        f"{total(lambda share: share.energy_pj) / unit:,.2f}",
        f"{100 * total(lambda share: share.energy_fraction):.1f}",
    )


def activation_table(view: NetworkView, top: int) -> Table:
    """Return the largest outputs of layers, and whether L2 can hold them."""
    columns = (
        "largest outputs, until read",
        ">alike",
        ">bytes",
        ">KiB",
        "fits L2",
        "next layer",
        ">reads KiB",
    )
    return plain_table("", columns, [_activation_row(*found) for found in view.largest_activations(top)])


def _activation_row(item: Activation, alike: int) -> tuple[str, ...]:
    fits = {None: "open", True: "no, to DRAM", False: "alone"}[item.exceeds_l2]
    return (
        shortened(item.layer, _LONGEST_NAME),
        f"{alike:,}",
        f"{item.output_bytes:,}",
        f"{item.output_bytes / 1024:,.1f}",
        fits,
        shortened(item.next_layer or "(last)", _LONGEST_NAME),
        "" if item.next_input_bytes is None else f"{item.next_input_bytes / 1024:,.1f}",
    )


def activation_lines(view: NetworkView) -> list[str]:
    """Return how many outputs L2 cannot hold."""
    if view.l2_bytes is None:
        return ["the machine leaves the size of L2 open, so any output may stay on chip"]
    large = sum(bool(item.exceeds_l2) for item in view.activations)
    size = f"L2 ({view.l2_bytes / 1024:,.1f} KiB)"
    return [
        f"{large:,} of {len(view.activations):,} outputs exceed {size} and go to DRAM; "
        "each of the others fits, if nothing else is there"
    ]

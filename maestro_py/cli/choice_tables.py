"""What layers chose, as text: every dataflow alone beside the choice, and what the choice gains.

Non-goals: no choosing (``maestro_py.analysis.choice``); the dataflow of each layer stands in the table of
layers (``results``).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from maestro_py.analysis.best import GOAL_COLUMNS
from maestro_py.cli.figures import energy_unit, number
from maestro_py.cli.tables import PLAIN_WIDTH, plain_table

if TYPE_CHECKING:
    from rich.table import Table

    from maestro_py.analysis.best import Choice
    from maestro_py.analysis.columns import Value
    from maestro_py.analysis.results import Analysis

GOAL_WORDS = {"runtime": "runtime", "energy": "energy", "edp": "energy-delay product"}


def choice_table(analysis: Analysis, choice: Choice) -> Table:
    """Return one row per dataflow, and the choice as the last."""
    column = GOAL_COLUMNS[choice.goal]
    totals = [single.totals for single in choice.singles if single.totals is not None]
    unit, name = energy_unit(max(number(one["energy_pj"]) for one in (*totals, analysis.totals)))
    least = number(analysis.totals[column])

    def cells(of: Mapping[str, Value] | None) -> tuple[str, ...]:
        if of is None:
            return "", "", "", ""
        edp = number(of["edp_pj_us"]) / unit / 1000
        factor = f"{number(of[column]) / least:.2f}x" if least else ""
        cycles, energy = f"{number(of['runtime_cycles']):,.0f}", f"{number(of['energy_pj']) / unit:,.2f}"
        return cycles, energy, f"{edp:,.4g}" if edp < 1000 else f"{edp:,.0f}", factor

    layers = len(choice.layers)
    columns = (
        *("dataflow alone", ">chosen by\nlayers", ">can run\nlayers", ">network\ncycles"),
        *(f">network\n{name}", f">network EDP\n{name} ms", f">{GOAL_WORDS[choice.goal]}\nover the best"),
    )
    table = plain_table("", columns, ())
    for single in choice.singles:
        row = (single.name, str(single.layers_chosen or ""), f"{single.layers_served} of {layers}")
        table.add_row(*row, *cells(single.totals))
    table.add_section()
    table.add_row("best for each layer", str(layers), "", *cells(analysis.totals), style="bold")
    return table


def choice_lines(analysis: Analysis, choice: Choice) -> list[str]:
    """Return what the choice gains, and what is to know about it."""
    words = GOAL_WORDS[choice.goal]
    if choice.best_single is None:
        first = (
            f"no single dataflow runs all {len(choice.layers)} layers, so there is nothing to compare with"
        )
    elif choice.gain is None:
        first = f"the {words} is 0"
    elif choice.gain == 1:
        first = f"{choice.best_single} alone, the best single dataflow, takes the same {words}"
    else:
        first = (
            f"{choice.best_single} alone, the best single dataflow, takes {choice.gain:.4g}x the {words}; "
            f"the choice saves {1 - 1 / choice.gain:.1%} of it"
        )
    lines = [first]
    if choice.goal == "edp":
        lines.append("the product is that of the whole network, so not every layer has its own least product")
    marked = sum(_is_too_large(layer.values) for layer in analysis.layers)
    if marked:
        lines.append(
            f"{marked} layers chose a dataflow that needs more L1 or L2 than the machine has (marked !); the "
            "numbers assume that it had as much; --must-fit leaves such dataflows out"
        )
    return [
        textwrap.fill(line, PLAIN_WIDTH, subsequent_indent="  ", break_on_hyphens=False) for line in lines
    ]


def _is_too_large(values: Mapping[str, Value]) -> bool:
    for level in ("l1", "l2"):
        available = values[f"{level}_bytes_available"]
        if available is not None and number(values[f"{level}_bytes_required"]) > number(available):
            return True
    return False

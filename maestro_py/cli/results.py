"""Results as tables for people: one row per layer, totals, energy, bandwidth, warnings in groups.

Every table fits 120 columns. Rows of illegal layers are marked with ``!``, as are buffers that are too small.

Non-goals: no numbers of its own: all come from ``maestro_py.analysis``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from maestro_py.cli.figures import (
    BOUND_WORDS,
    Values,
    energy_unit,
    machine_line,
    need_have,
    number,
    shortened,
    si,
    size_text,
    time_text,
)
from maestro_py.cli.tables import PLAIN_WIDTH, plain_table, show

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from maestro_py.analysis.results import Analysis, Comparison, LayerResult
    from maestro_py.errors import Diagnostic

_LONGEST_NAME = 26
_CHOICE_WIDTH = 10
"""By how much names are shorter where a column says what each layer chose."""


# ---- one analysis -------------------------------------------------------------------------------------


def show_analysis(analysis: Analysis, all_warnings: bool = False) -> None:
    """Print an analysis."""
    click.echo("\n".join(heading(analysis)))
    if analysis.layers:
        click.echo()
        show(layer_table(analysis))
        click.echo("\n".join(["", *summary(analysis), ""]))
        if analysis.choice is not None:
            from maestro_py.cli.choice_tables import choice_lines, choice_table

            show(choice_table(analysis, analysis.choice))
            click.echo("\n".join(["", *choice_lines(analysis, analysis.choice), ""]))
        if sparse := [layer for layer in analysis.layers if is_sparse(layer.values)]:
            show(sparsity_table(analysis, sparse))
            click.echo()
        show(energy_table(analysis))
        click.echo()
        show(bandwidth_table(analysis))
    show_remarks(analysis.warnings, analysis.notes, all_warnings)


def show_remarks(warnings: Iterable[Diagnostic], notes: Iterable[str], all_warnings: bool) -> None:
    """Print warnings and notes below tables."""
    filled = [
        textwrap.fill(note, PLAIN_WIDTH, initial_indent="note: ", subsequent_indent="      ")
        for note in notes
    ]
    for block in (warning_lines(warnings, all_warnings), filled):
        if block:
            click.echo("\n".join(["", *block]))


def heading(analysis: Analysis) -> list[str]:
    """Return what was analysed, on which machine."""
    return [
        f"{analysis.network_name}, dataflow {analysis.dataflow_name}, on {analysis.accelerator.name}",
        machine_line(analysis.accelerator),
    ]


def layer_table(analysis: Analysis) -> Table:
    """Return the table of layers, with totals as its last row."""
    unit, name = energy_unit(max(number(layer.values["energy_pj"]) for layer in analysis.layers))
    choice = analysis.choice
    gains = choice is not None and any(chosen.gain is not None for chosen in choice.layers)
    columns = (
        *("layer", "type", *(["dataflow"] if choice else []), ">MACs", ">cycles", ">util %", "bound by"),
        *(">L1 bytes\nneed/have", ">L2 KiB\nneed/have", f">energy\n{name}"),
        *([f">{choice.best_single}\nalone"] if choice and gains else []),
    )
    table = plain_table("", columns, ())
    longest = _LONGEST_NAME - (_CHOICE_WIDTH if choice else 0)
    for index, layer in enumerate(analysis.layers):
        cells: list[str | Text] = [*_numbers(layer.values, BOUND_WORDS[layer.bound], unit)]
        if choice:
            chosen = choice.layers[index]
            cells = [chosen.dataflow, *cells, "" if chosen.gain is None else f"{chosen.gain:.2f}x"]
        row = cells if gains or not choice else cells[:-1]
        table.add_row(_name(layer, longest), layer.operator, *row, style=None if layer.legal else "red")
    table.add_section()
    runs = number(analysis.totals["repeat"])
    count = f"total of {len(analysis.layers)}"
    if runs > len(analysis.layers):
        count += f", {runs:,.0f} runs"
    bound_by = BOUND_WORDS.get(str(analysis.totals["bound"]), "")
    whole = _numbers(analysis.totals, bound_by, unit)
    table.add_row(count, "", *([""] if choice else []), *whole, style="bold")
    return table


def _name(layer: LayerResult, longest: int) -> str:
    times = "" if layer.repeat == 1 else f" x{layer.repeat:,}"
    longest -= len(times)
    name = shortened(layer.name, longest) + times
    return name if layer.legal else f"! {name}"


def _numbers(values: Values, bound_by: str, unit: float) -> list[Text]:
    from rich.text import Text

    l1, l1_small = need_have(values, "l1", 1)
    l2, l2_small = need_have(values, "l2", 1024)
    return [
        Text(si(number(values["macs"]))),
        Text(f"{number(values['runtime_cycles']):,.0f}"),
        Text(f"{100 * number(values['utilization_fraction']):.1f}"),
        Text(bound_by),
        Text(l1, style="red" if l1_small else ""),
        Text(l2, style="red" if l2_small else ""),
        Text(f"{number(values['energy_pj']) / unit:,.2f}"),
    ]


def summary(analysis: Analysis) -> list[str]:
    """Return the totals that stand in no table."""
    totals = analysis.totals
    unit, name = energy_unit(number(totals["energy_pj"]))
    runtime_us = number(totals["runtime_us"])
    lines = [
        f"runtime    {number(totals['runtime_cycles']):,.0f} cycles, {time_text(runtime_us)} "
        f"(without DRAM {number(totals['runtime_onchip_cycles']):,.0f}, "
        f"without overlap of steps {number(totals['runtime_coarse_cycles']):,.0f})",
        f"work       {number(totals['macs']):,.0f} MACs, utilisation "
        f"{100 * number(totals['utilization_fraction']):.1f} %, "
        f"active PEs {100 * number(totals['active_pes_fraction']):.1f} %",
        *_without_multiplication(analysis),
        f"energy     {number(totals['energy_pj']) / unit:,.2f} {name}, of it on chip "
        f"{number(totals['energy_onchip_pj']) / unit:,.2f} {name}; "
        f"power {number(totals['power_mw']):,.1f} mW",
    ]
    if totals["area_um2"] is not None:
        lines.append(f"area       {number(totals['area_um2']) / 1e6:,.2f} mm2")
    return lines


def _without_multiplication(analysis: Analysis) -> list[str]:
    """Return the line that says how many of the MACs are none, where there are such."""
    found = analysis.without_multiplication()
    if not found:
        return []
    types = ", ".join(found)
    return [f"           {sum(found.values()):,} of the MACs are comparisons or additions ({types})"]


def is_sparse(values: Values) -> bool:
    """Return whether a layer has a tensor with zeros.

    >>> is_sparse({"density_W": None, "density_I": 0.5, "density_O": 1.0})
    True
    """
    return any(values[f"density_{tensor}"] not in (None, 1) for tensor in "WIO")


def sparsity_table(analysis: Analysis, layers: Sequence[LayerResult]) -> Table:
    """Return densities and what is expected to be left: of layers with zeros, and of the network."""

    def cells(values: Values) -> list[str]:
        macs, effective = number(values["macs"]), number(values["effective_macs"])
        dram = number(values["dram_in_bytes"]) + number(values["dram_out_bytes"])
        return [si(macs), si(effective), f"{100 * effective / macs:.1f}", size_text(dram, 1024)]

    columns = ("expected", ">weights", ">inputs", ">outputs", ">MACs", ">effective", ">%", ">DRAM KiB")
    table = plain_table("", columns, ())
    for layer in layers:
        parts = (layer.values[f"density_{tensor}"] for tensor in "WIO")
        density = ["" if part is None else f"{number(part):g}" for part in parts]
        table.add_row(_name(layer, _LONGEST_NAME), *density, *cells(layer.values))
    table.add_section()
    table.add_row("all layers", "", "", "", *cells(analysis.totals), style="bold")
    return table


def energy_table(analysis: Analysis) -> Table:
    """Return energy by component and tensor."""
    parts = analysis.energy_by_level()
    by_tensor = analysis.energy_by_tensor()
    total = sum(by_tensor.values())
    unit, name = energy_unit(max(by_tensor.values(), default=0.0))

    def cells(by: Mapping[str, float]) -> list[str]:
        numbers = [
            f"{by[tensor] / unit:,.2f}" if tensor in by else "" for tensor in ("W", "I", "O", "compute")
        ]
        whole = sum(by.values())
        return [*numbers, f"{whole / unit:,.2f}", f"{100 * whole / total:.1f}" if total else ""]

    columns = (f"energy, {name}", ">weights", ">inputs", ">outputs", ">compute", ">sum", ">%")
    table = plain_table("", columns, [[component, *cells(by)] for component, by in parts.items()])
    table.add_section()
    table.add_row("total", *cells(by_tensor), style="bold")
    return table


def bandwidth_table(analysis: Analysis) -> Table:
    """Return bandwidth used, needed and there, by channel."""
    machine = analysis.accelerator
    rows = []
    for channel, words in (
        ("dram_in", "DRAM to L2"),
        ("noc_in", "L2 to PEs"),
        ("noc_out", "PEs to L2"),
        ("dram_out", "L2 to DRAM"),
    ):
        peak = f"{channel}_peak_bytes_per_cycle"
        worst = max(analysis.layers, key=lambda layer: number(layer.values[peak]))
        noc = channel.startswith("noc")
        there = machine.noc_bandwidth_bytes_per_cycle if noc else machine.dram_bandwidth_bytes_per_cycle
        average = number(analysis.totals[f"{channel}_average_bytes_per_cycle"])
        rows.append((words, f"{there:,}", f"{average:.2f}", f"{number(worst.values[peak]):,.2f}", worst.name))
    columns = ("bandwidth, B/cycle", ">there is", ">average use", ">needed at most", "by layer")
    return plain_table("", columns, rows)


# ---- warnings -----------------------------------------------------------------------------------------


def warning_lines(warnings: Iterable[Diagnostic], every: bool = False) -> list[str]:
    """Return warnings, those of one kind together: the first one, and how many more there are."""
    kinds: dict[str, list[Diagnostic]] = {}
    for warning in warnings:
        kinds.setdefault(warning.code, []).append(warning)
    lines = []
    for code, same in kinds.items():
        lines += [f"warning {code}: {warning.message}" for warning in (same if every else same[:1])]
        if len(same) > 1 and not every:
            lines.append(f"    + {len(same) - 1} more of this kind (--all-warnings)")
        if same[0].hint:
            lines.append(f"    = {same[0].hint}")
    return lines


# ---- comparisons --------------------------------------------------------------------------------------


def show_comparison(comparison: Comparison) -> None:
    """Print several analyses of one network side by side; factors are relative to the first."""
    first = comparison.analyses[0]
    click.echo(f"{first.network_name}; x: factor over the first row")
    for machine in dict.fromkeys(analysis.accelerator.name for analysis in comparison.analyses):
        numbers = next(a.accelerator for a in comparison.analyses if a.accelerator.name == machine)
        click.echo(f"{machine}: {machine_line(numbers)}")
    click.echo()
    show(comparison_table(comparison.analyses))
    shared = [note for note in first.notes if all(note in analysis.notes for analysis in comparison.analyses)]
    show_remarks((), shared, all_warnings=False)


def comparison_table(analyses: Sequence[Analysis]) -> Table:
    """Return one row per analysis."""
    first = analyses[0]
    unit, name = energy_unit(max(number(analysis.totals["energy_pj"]) for analysis in analyses))

    def factor(analysis: Analysis, column: str) -> str:
        base = number(first.totals[column])
        return f"{number(analysis.totals[column]) / base:.2f}x" if base else ""

    rows = []
    for analysis in analyses:
        totals = analysis.totals
        layers = f"{len(analysis.layers)}" + (f" ({len(analysis.errors)} errors)" if analysis.errors else "")
        rows.append(
            (
                analysis.dataflow_name,
                analysis.accelerator.name,
                layers,
                f"{number(totals['runtime_cycles']):,.0f}",
                factor(analysis, "runtime_cycles"),
                f"{100 * number(totals['utilization_fraction']):.1f}",
                f"{number(totals['energy_pj']) / unit:,.2f}",
                factor(analysis, "energy_pj"),
                size_text(number(totals["l1_bytes_required"]), 1),
                size_text(number(totals["l2_bytes_required"]), 1024),
            )
        )
    columns = (
        *("dataflow", "hardware", ">layers", ">cycles", ">", ">util %", f">energy\n{name}", ">"),
        *(">L1 need\nbytes", ">L2 need\nKiB"),
    )
    return plain_table("", columns, rows)

"""Results as tables for people: one row per layer, totals, energy, bandwidth, warnings in groups.

Every table fits 120 columns. Rows of illegal layers are marked with ``!``, as are buffers that are too small.

Non-goals: no numbers of its own: all come from ``maestro_py.analysis``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from maestro_py.cli.tables import PLAIN_WIDTH, plain_table, show

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from maestro_py.analysis.results import Analysis, Comparison, LayerResult
    from maestro_py.errors import Diagnostic
    from maestro_py.ir.accelerator import Accelerator

Values = Mapping[str, object]

BOUND_WORDS = {
    "compute": "compute",
    "noc_in": "NoC in",
    "noc_out": "NoC out",
    "dram_in": "DRAM in",
    "dram_out": "DRAM out",
}
_SI = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_ENERGY_UNITS = ((1e12, "J"), (1e9, "mJ"), (1e6, "uJ"), (1e3, "nJ"), (1.0, "pJ"))
_LONGEST_NAME = 26


def number(value: object) -> float:
    """Return a cell as a number; empty cells are 0."""
    return float(value) if isinstance(value, int | float) else 0.0


def si(value: float) -> str:
    """Return a number in four digits with a prefix.

    >>> si(118013952), si(0), si(950)
    ('118.0 M', '0', '950')
    """
    for factor, prefix in _SI:
        if abs(value) >= factor:
            return f"{_digits(value / factor)} {prefix}"
    return f"{value:.0f}" if value == int(value) else _digits(value)


def _digits(value: float) -> str:
    """Four significant digits, no exponent.

    >>> _digits(1.5), _digits(118.01), _digits(1234.6)
    ('1.500', '118.0', '1235')
    """
    return f"{value:.{max(0, 3 - len(str(int(abs(value)))) + 1)}f}" if value else "0"


def energy_unit(largest_pj: float) -> tuple[float, str]:
    """Return the unit in which ``largest_pj`` has one to four digits before the point.

    >>> energy_unit(3.2e7)
    (1000000.0, 'uJ')
    """
    return next((unit for unit in _ENERGY_UNITS if largest_pj >= 10 * unit[0]), _ENERGY_UNITS[-1])


def need_have(values: Values, level: str, unit: int) -> tuple[str, bool]:
    """Return ``need/have`` in units of bytes, and whether the need is larger.

    >>> need_have({"l1_bytes_required": 76, "l1_bytes_available": 520}, "l1", 1)
    ('76/520', False)
    """
    need, have = values[f"{level}_bytes_required"], values[f"{level}_bytes_available"]
    if have is None:
        return f"{_size(number(need), unit)}/open", False
    small = number(need) > number(have)
    return f"{_size(number(need), unit)}{'!' if small else ''}/{_size(number(have), unit)}", small


def _size(size_bytes: float, unit: int) -> str:
    size = size_bytes / unit
    return f"{size:,.0f}" if unit == 1 or size >= 1000 or size == int(size) else f"{size:.1f}"


# ---- one analysis -------------------------------------------------------------------------------------


def show_analysis(analysis: Analysis, all_warnings: bool = False) -> None:
    """Print an analysis."""
    click.echo("\n".join(heading(analysis)))
    if analysis.layers:
        click.echo()
        show(layer_table(analysis))
        click.echo("\n".join(["", *summary(analysis), ""]))
        show(energy_table(analysis))
        click.echo()
        show(bandwidth_table(analysis))
    notes = [
        textwrap.fill(note, PLAIN_WIDTH, initial_indent="note: ", subsequent_indent="      ")
        for note in analysis.notes
    ]
    for block in (warning_lines(analysis.warnings, all_warnings), notes):
        if block:
            click.echo("\n".join(["", *block]))


def heading(analysis: Analysis) -> list[str]:
    """Return what was analysed, on which machine."""
    return [
        f"{analysis.network_name}, dataflow {analysis.dataflow_name}, on {analysis.accelerator.name}",
        machine_line(analysis.accelerator),
    ]


def machine_line(machine: Accelerator) -> str:
    """Return a machine's numbers in one line."""
    from maestro_py.hardware.show import bytes_text

    def size(number_of: int | None) -> str:
        return "open" if number_of is None else bytes_text(number_of)

    each = "" if machine.lanes_per_pe == 1 else f" x {machine.lanes_per_pe} MACs"
    widths = "/".join(map(str, machine.bits if len(set(machine.bits)) > 1 else machine.bits[:1]))
    layout = "ideal packing" if machine.layout is None else "layout " + ",".join(machine.layout)
    return (
        f"{machine.num_pes} PEs{each}, {widths} b, L1 {size(machine.l1_bytes)}, L2 {size(machine.l2_bytes)}, "
        f"NoC {machine.noc_bandwidth_bytes_per_cycle} B/cycle, "
        f"DRAM {machine.dram_bandwidth_bytes_per_cycle} B/cycle, {layout}, "
        f"{machine.technology}, {machine.frequency_mhz:g} MHz"
    )


def layer_table(analysis: Analysis) -> Table:
    """Return the table of layers, with totals as its last row."""
    unit, name = energy_unit(max(number(layer.values["energy_pj"]) for layer in analysis.layers))
    columns = (
        *("layer", "type", ">MACs", ">cycles", ">util %", "bound by", ">L1 bytes\nneed/have"),
        *(">L2 KiB\nneed/have", f">energy\n{name}"),
    )
    table = plain_table("", columns, ())
    for layer in analysis.layers:
        cells = _numbers(layer.values, BOUND_WORDS[layer.bound], unit)
        table.add_row(_name(layer), layer.operator, *cells, style=None if layer.legal else "red")
    table.add_section()
    runs = number(analysis.totals["repeat"])
    count = f"total of {len(analysis.layers)}"
    if runs > len(analysis.layers):
        count += f", {runs:,.0f} runs"
    bound_by = BOUND_WORDS.get(str(analysis.totals["bound"]), "")
    table.add_row(count, "", *_numbers(analysis.totals, bound_by, unit), style="bold")
    return table


def _name(layer: LayerResult) -> str:
    times = "" if layer.repeat == 1 else f" x{layer.repeat:,}"
    longest = _LONGEST_NAME - len(times)
    name = (layer.name if len(layer.name) <= longest else layer.name[: longest - 3] + "...") + times
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
        f"runtime    {number(totals['runtime_cycles']):,.0f} cycles, {_time(runtime_us)} "
        f"(without DRAM {number(totals['runtime_onchip_cycles']):,.0f}, "
        f"without overlap of steps {number(totals['runtime_coarse_cycles']):,.0f})",
        f"work       {number(totals['macs']):,.0f} MACs, utilisation "
        f"{100 * number(totals['utilization_fraction']):.1f} %, "
        f"active PEs {100 * number(totals['active_pes_fraction']):.1f} %",
        f"energy     {number(totals['energy_pj']) / unit:,.2f} {name}, of it on chip "
        f"{number(totals['energy_onchip_pj']) / unit:,.2f} {name}; "
        f"power {number(totals['power_mw']):,.1f} mW",
    ]
    if totals["area_um2"] is not None:
        lines.append(f"area       {number(totals['area_um2']) / 1e6:,.2f} mm2")
    return lines


def _time(runtime_us: float) -> str:
    for factor, unit in ((1e6, "s"), (1e3, "ms")):
        if runtime_us >= factor:
            return f"{runtime_us / factor:.4g} {unit}"
    return f"{runtime_us:.4g} us"


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
                _size(number(totals["l1_bytes_required"]), 1),
                _size(number(totals["l2_bytes_required"]), 1024),
            )
        )
    columns = (
        *("dataflow", "hardware", ">layers", ">cycles", ">", ">util %", f">energy\n{name}", ">"),
        *(">L1 need\nbytes", ">L2 need\nKiB"),
    )
    return plain_table("", columns, rows)

"""Lists and small tables of the command line, and the console that all rich tables go through.

Output that is not a terminal is :data:`PLAIN_WIDTH` columns wide without colour, so that it is the same
everywhere; on a terminal rich looks at the width, ``NO_COLOR`` and ``COLUMNS``.

Non-goals: tables of results (``results``).
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from maestro_py.hardware.topology import Topology

PLAIN_WIDTH = 120
NARROWEST = 100


def console() -> Console:
    """Return a console on stdout; on a terminal that is narrow lines wrap, so that no number is cut."""
    from rich.console import Console

    if not sys.stdout.isatty():
        return Console(width=PLAIN_WIDTH, highlight=False, emoji=False, markup=False, no_color=True)
    width = max(NARROWEST, shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns)
    return Console(width=width, highlight=False, emoji=False, markup=False)


def show(*parts: RenderableType) -> None:
    """Print to stdout, without blanks at line ends or blank lines around."""
    screen = console()
    with screen.capture() as captured:
        for part in parts:
            screen.print(part)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()).strip("\n"))


def plain_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table whose columns are named; a name that starts with '>' is right-aligned."""
    from rich import box
    from rich.table import Table

    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for column in columns:
        right = column.startswith(">")
        table.add_column(column.removeprefix(">"), justify="right" if right else "left", no_wrap=right)
    for row in rows:
        table.add_row(*row)
    return table


def accelerator_table(machines: Iterable[tuple[str, Topology]]) -> Table:
    """Return the numbers of accelerators, one a row."""
    from maestro_py.hardware import templates
    from maestro_py.hardware.show import bytes_text

    def size(number: int | None) -> str:
        return "as needed" if number is None else bytes_text(number)

    rows = []
    for name, parts in machines:
        machine = templates.accelerator_from_topology(parts)
        bits = machine.bits[0] if len(set(machine.bits)) == 1 else "/".join(map(str, machine.bits))
        rows.append(
            (
                name,
                str(machine.num_pes),
                str(machine.lanes_per_pe),
                str(bits),
                size(machine.l1_bytes),
                size(machine.l2_bytes),
                str(machine.noc_bandwidth_bytes_per_cycle),
                str(machine.dram_bandwidth_bytes_per_cycle),
                f"{machine.frequency_mhz:g}",
                str(parts.facts.get("source", "")),
            )
        )
    columns = (
        *("name", ">PEs", ">MACs/PE", ">bits", ">L1 per PE", ">L2", ">NoC B/cycle", ">DRAM B/cycle", ">MHz"),
        "source",
    )
    return plain_table("", columns, rows)


def print_titles(heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Print names with what they are, below a heading."""
    width = shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns if sys.stdout.isatty() else PLAIN_WIDTH
    indent = max(len(name) for name, _ in rows) + 4
    click.echo(f"{heading}:")
    for name, title in rows:
        first = "  " + name.ljust(indent - 2)
        click.echo(textwrap.fill(title, max(60, width), initial_indent=first, subsequent_indent=" " * indent))

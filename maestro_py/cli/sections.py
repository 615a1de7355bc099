"""A command whose ``--help`` shows its options under several headings.

Non-goals: no wording of options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click


class Sectioned(click.Command):
    """Shows options by section; those of none come last, under ``Options``.

    Parameters
    ----------
    sections
        Heading to the names of its parameters, in order.
    """

    def __init__(self, *arguments: Any, sections: Mapping[str, Sequence[str]], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write every section, all with columns of one width."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        found = {str(one.name): record for one in options if (record := one.get_help_record(ctx))}
        named = {name for names in self.sections.values() for name in names}
        others = [name for name in found if name not in named]
        width = max(len(first) for first, _ in found.values())
        for heading, names in {**self.sections, "Options": others}.items():
            with formatter.section(heading):
                rows = [(found[name][0].ljust(width), found[name][1]) for name in names]
                formatter.write_dl(rows, col_max=width)

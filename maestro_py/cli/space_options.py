"""Options that make a space of designs, or change that of a file, and what their texts ask for.

The texts are those of a space file's keys, and are read as such, so that rules and messages are the same.

Non-goals: what they mean (``maestro_py.explore``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from maestro_py.cli.options import AnyFunction
from maestro_py.cli.report import remember_texts

if TYPE_CHECKING:
    from maestro_py.explore._flags import Flags

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "What is swept": ("network", "layer", "dataflow", "hw", "vary"),
    "What is wanted": ("where", "must_fit", "goal", "keep", "top", "columns"),
    "How designs are picked and evaluated": (
        *("search", "designs", "enumerate", "search_option", "seed", "time", "prune"),
    ),
}
"""Headings of ``--help``."""

_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("--network",),
        {"metavar": "NAME|FILE", "help": "A shipped network or a file, also of another tool."},
    ),
    (
        ("--layer",),
        {
            "multiple": True,
            "metavar": "NAME",
            "help": "Only this layer, or those like 'conv*'; may be repeated. Default: all.",
        },
    ),
    (
        ("-d", "--dataflow"),
        {
            "multiple": True,
            "metavar": "NAME|FILE",
            "help": "A dataflow; repeat it to sweep several. Default: the layers' own.",
        },
    ),
    (
        ("--hw",),
        {
            "metavar": "NAME|FILE",
            "help": "The accelerator: every number that does not vary. Default: the one in the network's "
            "file, else eyeriss.",
        },
    ),
    (
        ("--vary",),
        {
            "multiple": True,
            "metavar": "NAME=VALUES",
            "help": "A hardware number or a constant of the dataflow; may be repeated. A value (num_pes=64), "
            "values (Tile=8,16,32), steps (num_pes=64:512:16) or factors ('l2_bytes=64KiB:1MiB:*2'); "
            "l1_bytes=needed is as large as the layers need, bits=8/8/32 the widths of W, I and O.",
        },
    ),
    (
        ("--where",),
        {
            "multiple": True,
            "metavar": "CONDITION",
            "help": "Only designs that meet it, as 'area_mm2 <= 16 and power_mw < 450'; may be repeated.",
        },
    ),
    (
        ("--must-fit/--no-must-fit",),
        {
            "default": None,
            "help": "Whether tiles that need more L1 or L2 than there is are infeasible (yes).",
        },
    ),
    (
        ("--goal",),
        {
            "multiple": True,
            "metavar": "GOAL",
            "help": "runtime, energy, edp, power, area, utilization, throughput, throughput_per_watt, "
            "'min COLUMN' or 'max COLUMN'; may be repeated, and the Pareto front is over all. "
            "Default: runtime and energy.",
        },
    ),
    (
        ("--keep",),
        {
            "metavar": "all|feasible|pareto|top",
            "help": "Which designs are written besides the best. Default: pareto.",
        },
    ),
    (("--top",), {"metavar": "N", "help": "How many of the best for each goal are kept. Default: 20."}),
    (
        ("--sample",),
        {
            "metavar": "N",
            "help": "About how many designs, spread evenly over the space, are written besides if they are "
            "feasible. Default: 0.",
        },
    ),
    (("--columns",), {"metavar": "A,B", "help": "Result columns that are written. Default: all."}),
    (
        ("--search",),
        {
            "metavar": "METHOD",
            "help": "exhaustive, random, sobol, tpe, anneal or evolutionary. Default: exhaustive.",
        },
    ),
    (
        ("--designs",),
        {"metavar": "N", "help": "How many designs a search that is not exhaustive asks for."},
    ),
    (
        ("--enumerate",),
        {
            "metavar": "A,B",
            "help": "Parameters that are not searched: each pick of the others stands for all their values.",
        },
    ),
    (
        ("--search-option",),
        {
            "multiple": True,
            "metavar": "NAME=NUMBER",
            "help": "An option of the search, as population=32; may be repeated.",
        },
    ),
    (("--seed",), {"metavar": "N", "help": "Of searches that draw, and of the sample. Default: 0."}),
    (
        ("--time",),
        {
            "metavar": "fine|coarse",
            "help": "fine is exact; coarse is an upper bound, several times faster. Default: fine.",
        },
    ),
    (
        ("--prune/--no-prune",),
        {
            "default": None,
            "help": "Whether designs that provably break a condition are skipped. Default: they are.",
        },
    ),
)


def space_options(function: AnyFunction) -> AnyFunction:
    """Add an option for every key of a space file; absent ones are None or empty."""
    for flags, settings in reversed(_OPTIONS):
        function = click.option(*flags, **settings)(function)
    return function


def flags_of(values: Mapping[str, Any]) -> Flags:
    """Return what the options of a command ask for; errors will show their texts."""
    from maestro_py.explore._flags import NAMES, read_flags

    flags = read_flags({name: values[name] for name in NAMES})
    remember_texts(flags.texts)
    return flags

"""``maestro-py rtl``: the accelerator of a mapping as SystemVerilog, with programs, data and bench.

Also the arguments that ``rtl`` and ``verify`` share, and what becomes of them.

Non-goals: what is emitted (``maestro_py.rtl``, ``rtlgen``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro_py.cli.options import (
    AnyFunction,
    constants_of,
    constants_option,
    dims_option,
    hardware_options,
    overrides_of,
)
from maestro_py.cli.progress import waiting
from maestro_py.cli.report import error_format_option

if TYPE_CHECKING:
    from maestro_py.rtl import Plan
    from rtlgen.synthesis import Target

TARGETS = ("xc7", "ecp5", "generic")
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


def plan_options(function: AnyFunction) -> AnyFunction:
    """Add the mapping and every option that says what is built and what it runs on."""
    decorators = (
        click.argument("mapping"),
        click.option(
            "-d",
            "--dataflow",
            "dataflows",
            multiple=True,
            metavar="NAME|FILE",
            help="Templates; may be repeated. Default: the layers' own dataflows.",
        ),
        click.option(
            "--hw",
            metavar="NAME|FILE",
            help="The accelerator. Default: the one in MAPPING's file, else eyeriss.",
        ),
        click.option(
            "--layer",
            "layers",
            multiple=True,
            metavar="NAME",
            help="Only this layer; may be repeated. Default: all layers, on one accelerator.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=1,
            show_default=True,
            help="Of weights and inputs that are not given.",
        ),
        click.option("--weights", type=_FOLDER, help="Folder with weights: LAYER.npy."),
        click.option("--inputs", type=_FOLDER, help="Folder with inputs: LAYER.npy."),
        click.option("--relu", is_flag=True, help="Negative outputs become 0."),
        click.option(
            "--shift",
            type=click.IntRange(0, 63),
            help="Right shift of outputs. Default: where outputs are narrower than sums, the smallest with "
            "which none saturates.",
        ),
        hardware_options,
        constants_option,
        dims_option,
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def make_plan(values: dict[str, Any]) -> Plan:
    """Plan what the options of :func:`plan_options` ask for; they are taken out of ``values``."""
    overrides, layout = overrides_of(values)
    if layout == "auto":
        raise click.UsageError(
            "--layout auto is a search of the analysis; give the axes: see `maestro-py analyze`"
        )
    from maestro_py.rtl.plan import Data, plan, read_arrays

    mapping, weights, inputs = values.pop("mapping"), values.pop("weights"), values.pop("inputs")
    data = Data(
        values.pop("seed"),
        read_arrays(weights) if weights else {},
        read_arrays(inputs) if inputs else {},
        values.pop("relu"),
        values.pop("shift"),
    )
    with waiting(f"planning {mapping}"):
        return plan(
            mapping,
            list(values.pop("dataflows")) or None,
            values.pop("hw"),
            layers=values.pop("layers"),
            data=data,
            layout=layout,
            constants=constants_of(values.pop("constants")),
            overrides=overrides,
            dims=values.pop("dims"),
        )


def describe(planned: Plan) -> str:
    """Say in one line what the accelerator is.

    The numbers are those of the hardware, which may be less than what the mapping's machine has.
    """
    design = planned.design
    lanes = " ".join(f"{dimension}={count}" for dimension, count in design.lanes.items())
    bits = "/".join(map(str, design.accelerator.bits))
    latency = design.accelerator.noc_latency_cycles
    parts = (
        f"{design.pes} PEs" + (f" with lanes {lanes}" if lanes else ""),
        f"{bits} b, sums {design.accumulator_bits} b",
        f"NoC {design.accelerator.noc_bandwidth_bytes_per_cycle} B/cycle, latency {latency}",
        f"{len(design.layers)} layer{'' if len(design.layers) == 1 else 's'}",
    )
    return ", ".join(parts)


@click.command("rtl")
@plan_options
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="Folder to write; it is made."
)
@click.option("--force", is_flag=True, help="Replace an accelerator that was written there before.")
@click.option(
    "--synth",
    type=click.Choice(TARGETS),
    help="Synthesise it with Yosys too, and print what each module takes.",
)
@error_format_option
def command(output: Path, force: bool, synth: Target | None, **rest: Any) -> None:
    """Write the accelerator of MAPPING (a network's name or file) as SystemVerilog.

    The folder holds the hardware, the program, data and expected results of every layer, and a bench:
    `maestro-py rtl-test FOLDER` or `pytest FOLDER` runs it.
    """
    planned = make_plan(rest)
    from maestro_py.rtl import write

    with waiting(f"writing {output}"):
        write(planned, output, force)
    click.echo(f"{output}: {describe(planned)}")
    if synth is not None:
        click.echo()
        click.echo(_synthesis(output, synth), nl=False)


def _synthesis(output: Path, target: Target) -> str:
    from maestro_py.rtl.synthesis import synthesise_tree

    with waiting(f"synthesising for {target}"):
        return synthesise_tree(output, target).table()

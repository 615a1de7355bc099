"""Options that several commands share, and what their text means.

Turns ``--lanes C=8,K=4``, ``--l2-bytes 108KiB`` and the like into fields of
:class:`~maestro_py.ir.accelerator.Accelerator`. What cannot be read is a usage error (exit code 2).

Non-goals: whether a number suits a machine (``maestro_py.analysis``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from maestro_py.analysis.best import Goal

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])

folder_argument = click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
"""The folder of a sweep."""


def output_option(metavar: str, text: str) -> Callable[[AnyFunction], AnyFunction]:
    """Return the option ``-o``: where a command writes."""
    return click.option("-o", "--output", type=click.Path(path_type=Path), metavar=metavar, help=text)


def quiet_option(text: str) -> Callable[[AnyFunction], AnyFunction]:
    """Return the option ``-q``: what is not shown."""
    return click.option("-q", "--quiet", is_flag=True, help=text)


_SIZE = re.compile(r"([0-9]{1,15})\s*(B|KB|KiB|MB|MiB|GB|GiB)?", re.IGNORECASE)
_FACTORS = {"b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_POSITIVE = click.IntRange(min=1)
_NOT_NEGATIVE = click.IntRange(min=0)


def byte_size(text: str) -> int | str:
    """Return bytes, or ``open`` (as large as needed).

    >>> byte_size("108KiB")
    110592
    """
    text = text.strip()
    if text == "open":
        return text
    match = _SIZE.fullmatch(text)
    size = int(match[1]) * _FACTORS[(match[2] or "B").lower()] if match else 0
    if size < 1:
        raise click.BadParameter(
            f"{text!r} is no size: write bytes (448), a unit (108KiB), or 'open' (as needed)"
        )
    return size


def lanes(text: str) -> dict[str, int]:
    """Return lanes by loop dimension.

    >>> lanes("C=8,X'=4")
    {'C': 8, 'Q': 4}
    """
    from maestro_py.ir.machine import lane_dimensions
    from maestro_py.ir.nest import OUTPUT_NAMES

    known = lane_dimensions()
    found: dict[str, int] = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if not re.fullmatch(r"[0-9]{1,9}", number) or int(number) < 1:
            raise click.BadParameter(f"{part.strip()!r} is not DIMENSION=NUMBER, as in C=8,K=4")
        dimension = OUTPUT_NAMES.get(name, name)
        if name not in known and name not in OUTPUT_NAMES.values():
            raise click.BadParameter(f"there is no dimension {name!r}; dimensions: {' '.join(known)}")
        if dimension in found:
            raise click.BadParameter(f"{name!r} is given twice")
        found[dimension] = int(number)
    return found


def bits(text: str) -> tuple[int, int, int]:
    """Return the element widths of W, I, O.

    >>> bits("8"), bits("8,8,32")
    ((8, 8, 8), (8, 8, 32))
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (1, 3) or not all(
        re.fullmatch(r"[0-9]{1,4}", p) and 1 <= int(p) <= 1024 for p in parts
    ):
        raise click.BadParameter(f"{text!r} is neither one width (8) nor three (8,8,32) of 1 to 1024 bits")
    w, i, o = (int(part) for part in (parts * 3)[:3])
    return w, i, o


def layout(text: str) -> str | tuple[str, str, str]:
    """Return the innermost axes of W, I, O, or one of the words ``auto`` and ``ideal``.

    >>> layout("C,C,X'")
    ('C', 'C', 'Q')
    """
    if text in ("auto", "ideal"):
        return text
    from maestro_py.ir.machine import layout_axes
    from maestro_py.ir.nest import OUTPUT_NAMES
    from maestro_py.ir.operators import TENSORS

    axes = [OUTPUT_NAMES.get(part.strip(), part.strip()) for part in text.split(",")]
    if len(axes) != len(TENSORS):
        raise click.BadParameter(f"{text!r} is not three axes (C,C,K), 'auto' or 'ideal'")
    for tensor, axis in zip(TENSORS, axes, strict=True):
        if axis not in layout_axes(tensor):
            raise click.BadParameter(
                f"{tensor} has no axis {axis!r}; its axes: {' '.join(layout_axes(tensor))}"
            )
    return axes[0], axes[1], axes[2]


def _converted(convert: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    return lambda _ctx, _parameter, text: None if text is None else convert(text)


_HARDWARE_OPTIONS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("--num-pes", "num_pes", {"type": _POSITIVE, "metavar": "N"}, "Processing elements."),
    (
        "--vector-width",
        "vector_width",
        {"type": _POSITIVE, "metavar": "N"},
        "MACs per cycle of a PE (idealised).",
    ),
    (
        "--lanes",
        "lanes",
        {"metavar": "D=N,..", "callback": _converted(lanes)},
        "MAC lanes of a PE per dimension: C=8,K=4.",
    ),
    (
        "--l1-bytes",
        "l1_bytes",
        {"metavar": "BYTES", "callback": _converted(byte_size)},
        "Scratchpad of a PE.",
    ),
    (
        "--l2-bytes",
        "l2_bytes",
        {"metavar": "BYTES", "callback": _converted(byte_size)},
        "Shared buffer: 110592, 108KiB, or open (as large as needed).",
    ),
    (
        "--noc-bandwidth",
        "noc_bandwidth_bytes_per_cycle",
        {"type": _POSITIVE, "metavar": "N"},
        "Bytes per cycle, each way.",
    ),
    ("--noc-latency", "noc_latency_cycles", {"type": _NOT_NEGATIVE, "metavar": "N"}, "Cycles."),
    (
        "--dram-bandwidth",
        "dram_bandwidth_bytes_per_cycle",
        {"type": _POSITIVE, "metavar": "N"},
        "Bytes per cycle, each way.",
    ),
    ("--dram-latency", "dram_latency_cycles", {"type": _NOT_NEGATIVE, "metavar": "N"}, "Cycles."),
    (
        "--bits",
        "bits",
        {"metavar": "W,I,O", "callback": _converted(bits)},
        "Element widths: 8 (all) or 8,8,32.",
    ),
    (
        "--layout",
        "layout",
        {"metavar": "W,I,O|auto|ideal", "callback": _converted(layout)},
        "Innermost axes in memory: C,C,K; auto finds the best; ideal packs perfectly.",
    ),
    ("--technology", "technology", {"metavar": "NAME|FILE"}, "Energy and area table; FILE in YAML."),
    (
        "--frequency-mhz",
        "frequency_mhz",
        {"type": click.FloatRange(min=0, min_open=True), "metavar": "MHZ"},
        "Clock.",
    ),
)

FIELDS = (*(row[1] for row in _HARDWARE_OPTIONS), "zero_skip", "multicast", "reduction")
"""Parameters that :func:`hardware_options` adds to a command, in order."""


def hardware_options(function: AnyFunction) -> AnyFunction:
    """Add an option for every hardware number; absent ones are None."""
    for flag, text in (
        ("zero-skip", "PEs skip MACs with a zero and operands move compressed; else zeros are gated"),
        ("reduction", "the NoC sums outputs on their way"),
        ("multicast", "the NoC carries an element once for all PEs"),
    ):
        decorate = click.option(f"--{flag}/--no-{flag}", default=None, help=f"Whether {text}.")
        function = decorate(function)
    for flag, name, settings, text in reversed(_HARDWARE_OPTIONS):
        function = click.option(flag, name, default=None, help=text, **settings)(function)
    return function


def overrides_of(values: dict[str, Any]) -> tuple[dict[str, object], Any]:
    """Take the hardware options out of a command's parameters: fields to change, and the layout argument.

    Raises
    ------
    click.UsageError
        If both kinds of lanes are given.
    """
    given = {name: values.pop(name) for name in FIELDS}
    wanted_layout = given.pop("layout")
    overrides = {name: value for name, value in given.items() if value is not None}
    if "lanes" in overrides and "vector_width" in overrides:
        raise click.UsageError("--lanes and --vector-width exclude each other")
    if "vector_width" in overrides:
        overrides["lanes"] = None
    for name in ("l1_bytes", "l2_bytes"):
        if overrides.get(name) == "open":
            overrides[name] = None
    if wanted_layout == "ideal":
        overrides["layout"] = None
        wanted_layout = None
    return overrides, wanted_layout


_BEST = "best:"


def goal_options(function: AnyFunction) -> AnyFunction:
    """Add ``--goal`` and ``--must-fit``, which say how ``--dataflow best:`` chooses."""
    for option in (
        click.option(
            "--must-fit",
            is_flag=True,
            help="With best: do not choose a dataflow whose tiles need more L1 or L2 than there is "
            "(default: it may be chosen, and is marked).",
        ),
        click.option(
            "--goal",
            type=click.Choice(["runtime", "energy", "edp"]),
            help="With best: what is least: runtime (the default), energy with DRAM, or edp, which is the "
            "network's energy times the network's runtime, found exactly. Energy needs buffer sizes.",
        ),
    ):
        function = option(function)
    return function


def dataflows_of(texts: Iterable[str], goal: Goal | None, must_fit: bool) -> list[Any]:
    """Return the dataflows of ``--dataflow`` options; ``best:A,B`` becomes a choice per layer.

    Raises
    ------
    click.UsageError
        If ``--goal`` or ``--must-fit`` has no choice to apply to.
    """
    from maestro_py.analysis.best import Best

    found: list[Any] = []
    for text in texts:
        if not text.startswith(_BEST):
            found.append(text)
            continue
        names = text.removeprefix(_BEST).strip()
        given = tuple(name for part in names.split(",") if (name := part.strip())) if names else None
        found.append(Best(given, goal or "runtime", must_fit))
    if (goal or must_fit) and not any(isinstance(item, Best) for item in found):
        raise click.UsageError("--goal and --must-fit say how to choose: --dataflow best:NAME,NAME")
    return found


def constants_option(function: AnyFunction) -> AnyFunction:
    """Add ``--constant NAME=INT``, which may be repeated."""
    return click.option(
        "--constant",
        "constants",
        multiple=True,
        metavar="NAME=INT",
        help="Replace a constant; may be repeated.",
    )(function)


def constants_of(texts: Iterable[str]) -> dict[str, int]:
    """Return the constants of ``--constant`` options.

    Raises
    ------
    click.BadParameter
        If one is not ``NAME=INT``, or is given twice.
    """
    return _numbers_by_name(texts, "--constant")


def dims_option(function: AnyFunction) -> AnyFunction:
    """Add ``--dim NAME=INT``, which may be repeated; the command gets ``dims``, a mapping."""
    return click.option(
        "--dim",
        "dims",
        multiple=True,
        metavar="NAME=INT",
        callback=lambda _ctx, _parameter, texts: dims_of(texts),
        help="Size of a symbolic dimension of a network of another tool; may be repeated.",
    )(function)


def dims_of(texts: Iterable[str]) -> dict[str, int]:
    """Return the sizes of ``--dim`` options.

    Raises
    ------
    click.BadParameter
        If one is not ``NAME=INT``, or is given twice.
    """
    return _numbers_by_name(texts, "--dim")


def _numbers_by_name(texts: Iterable[str], option: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in texts:
        name, _, number = (part.strip() for part in text.rpartition("="))
        if not name or not re.fullmatch(r"[0-9]{1,18}", number):
            raise click.BadParameter(f"{text!r} is not NAME=INT", param_hint=option)
        if name in found:
            raise click.BadParameter(f"{name!r} is given twice", param_hint=option)
        found[name] = int(number)
    return found

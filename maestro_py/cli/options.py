"""Options that several commands share, and what their text means.

Turns ``--lanes C=8,K=4``, ``--l2-bytes 108KiB`` and the like into fields of
:class:`~maestro_py.ir.accelerator.Accelerator`. What cannot be read is a usage error (exit code 2).

Non-goals: whether a number suits a machine (``maestro_py.analysis``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])

_LARGEST = 2**62
_SIZE = re.compile(r"([0-9]{1,15})\s*(B|KB|KiB|MB|MiB|GB|GiB)?", re.IGNORECASE)
_FACTORS = {"b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_POSITIVE = click.IntRange(1, _LARGEST)
_NOT_NEGATIVE = click.IntRange(0, _LARGEST)


class ByteSize(click.ParamType):
    """Bytes, with a unit if one is written; ``open`` is None: as large as needed."""

    name = "bytes"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Return bytes, or ``open``."""
        text = str(value).strip()
        if text == "open":
            return text
        match = _SIZE.fullmatch(text)
        size = int(match[1]) * _FACTORS[(match[2] or "B").lower()] if match else 0
        if size < 1:
            self.fail(
                f"{text!r} is no size: write bytes (448), a unit (108KiB), or 'open' (as large as needed)",
                param,
                ctx,
            )
        return size


class Lanes(click.ParamType):
    """Lanes per dimension: ``C=8,K=4``."""

    name = "lanes"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, int]:
        """Return lanes by loop dimension."""
        if isinstance(value, dict):
            return value
        from maestro_py.ir.machine import lane_dimensions
        from maestro_py.ir.nest import OUTPUT_NAMES

        known = lane_dimensions()
        found: dict[str, int] = {}
        for part in str(value).split(","):
            name, equals, number = (piece.strip() for piece in part.partition("="))
            if not equals or not number.isdecimal() or not 1 <= int(number[:18]) <= _LARGEST:
                self.fail(f"{part.strip()!r} is not DIMENSION=NUMBER, as in C=8,K=4", param, ctx)
            if name not in known and name not in OUTPUT_NAMES.values():
                self.fail(f"no dimension {name!r}; dimensions: {' '.join(known)}", param, ctx)
            dimension = OUTPUT_NAMES.get(name, name)
            if dimension in found:
                self.fail(f"{name!r} is given twice", param, ctx)
            found[dimension] = int(number)
        return found


class Bits(click.ParamType):
    """Element widths: one number, or three for W, I, O."""

    name = "bits"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int, int]:
        """Return the bits of W, I, O."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).split(",")]
        if len(parts) not in (1, 3) or not all(p.isdecimal() and 1 <= int(p[:9]) <= 1024 for p in parts):
            self.fail(f"{value!r} is neither one width (8) nor three (8,8,32) of 1 to 1024 bits", param, ctx)
        w, i, o = (int(part) for part in (parts * 3)[:3])
        return w, i, o


class Layout(click.ParamType):
    """Innermost axes ``C,C,K`` of W, I, O, or ``auto``, or ``ideal``."""

    name = "layout"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | tuple[str, str, str]:
        """Return the axes, or the word."""
        if isinstance(value, tuple) or value in ("auto", "ideal"):
            return value  # type: ignore[return-value]  # converted before
        from maestro_py.ir.machine import layout_axes
        from maestro_py.ir.operators import TENSORS

        axes = [part.strip().replace("Y'", "P").replace("X'", "Q") for part in str(value).split(",")]
        if len(axes) != len(TENSORS):
            self.fail(f"{value!r} is not three axes (C,C,K), 'auto' or 'ideal'", param, ctx)
        for tensor, axis in zip(TENSORS, axes, strict=True):
            if axis not in layout_axes(tensor):
                self.fail(
                    f"{tensor} has no axis {axis!r}; its axes: {' '.join(layout_axes(tensor))}", param, ctx
                )
        return axes[0], axes[1], axes[2]


_HARDWARE_OPTIONS: tuple[tuple[tuple[str, ...], Any, str], ...] = (
    (("--num-pes", "num_pes"), _POSITIVE, "Processing elements."),
    (("--vector-width", "vector_width"), _POSITIVE, "MACs per cycle of a PE (idealised)."),
    (("--lanes", "lanes"), Lanes(), "MAC lanes of a PE per dimension: C=8,K=4."),
    (("--l1-bytes", "l1_bytes"), ByteSize(), "Scratchpad of a PE; 448, 2KiB, open."),
    (("--l2-bytes", "l2_bytes"), ByteSize(), "Shared buffer; 108KiB, 1MiB, open."),
    (("--noc-bandwidth", "noc_bandwidth_bytes_per_cycle"), _POSITIVE, "Bytes per cycle, each way."),
    (("--noc-latency", "noc_latency_cycles"), _NOT_NEGATIVE, "Cycles."),
    (("--dram-bandwidth", "dram_bandwidth_bytes_per_cycle"), _POSITIVE, "Bytes per cycle, each way."),
    (("--dram-latency", "dram_latency_cycles"), _NOT_NEGATIVE, "Cycles."),
    (("--bits", "bits"), Bits(), "Element width, one for all or W,I,O: 8,8,32."),
    (("--layout", "layout"), Layout(), "Innermost axes W,I,O in memory: C,C,K; auto finds the best; ideal."),
    (("--technology", "technology"), str, "Energy and area table: a name, or a YAML file."),
    (("--frequency-mhz", "frequency_mhz"), click.FloatRange(min=0, min_open=True, max=1e9), "Clock."),
)

FIELDS = (*(names[1] for names, _, _ in _HARDWARE_OPTIONS), "multicast", "reduction")
"""Parameters that :func:`hardware_options` adds to a command, in order."""


def hardware_options(function: AnyFunction) -> AnyFunction:
    """Add an option for every hardware number; absent ones are None."""
    function = click.option(
        "--reduction/--no-reduction", default=None, help="Whether the NoC sums outputs on their way."
    )(function)
    function = click.option(
        "--multicast/--no-multicast",
        default=None,
        help="Whether the NoC carries an element once for all PEs.",
    )(function)
    for names, kind, text in reversed(_HARDWARE_OPTIONS):
        function = click.option(*names, type=kind, default=None, help=text)(function)
    return function


def overrides_of(values: dict[str, Any]) -> tuple[dict[str, object], Any]:
    """Take the hardware options out of a command's parameters: fields to change, and the layout argument.

    Raises
    ------
    click.UsageError
        If both kinds of lanes are given.
    """
    given = {name: values.pop(name) for name in FIELDS}
    layout = given.pop("layout")
    overrides = {name: value for name, value in given.items() if value is not None}
    if "lanes" in overrides and "vector_width" in overrides:
        raise click.UsageError("--lanes and --vector-width exclude each other")
    if "vector_width" in overrides:
        overrides["lanes"] = None
    for name in ("l1_bytes", "l2_bytes"):
        if overrides.get(name) == "open":
            overrides[name] = None
    if layout == "ideal":
        overrides["layout"] = None
        layout = None
    return overrides, layout


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
    found: dict[str, int] = {}
    for text in texts:
        name, equals, number = (part.strip() for part in text.partition("="))
        if not equals or not name or not re.fullmatch(r"[0-9]{1,18}", number):
            raise click.BadParameter(f"{text!r} is not NAME=INT", param_hint="--constant")
        if name in found:
            raise click.BadParameter(f"{name!r} is given twice", param_hint="--constant")
        found[name] = int(number)
    return found

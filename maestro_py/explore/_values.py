"""Values of a parameter: a value, a list or a range, as written in YAML, to the values of an axis.

Codes: M804 impossible values.

Non-goals: which parameters there are (``reading``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from maestro_py.analysis.inputs import override
from maestro_py.errors import HardwareError, MaestroError
from maestro_py.explore._spelling import IN_FILE, Spelling
from maestro_py.explore.expressions import SIZES
from maestro_py.explore.space import BUFFER_AXES, HARDWARE_AXES, WORD_AXES
from maestro_py.hardware.noc import noc
from maestro_py.hardware.tech import technology
from maestro_py.ir.accelerator import Accelerator

MOST_VALUES = 1_000_000
NEEDED = "needed"

_SIZE = re.compile(rf"([0-9]{{1,15}}) ?({'|'.join(SIZES)})")


class ValueProblem(Exception):
    """What is wrong with values: the path below the parameter, the message and a hint."""

    def __init__(self, path: tuple[str | int, ...], message: str, hint: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.hint = hint


def axis_values(
    name: str, written: Any, spelling: Spelling = IN_FILE
) -> tuple[tuple[Any, ...], list[ValueProblem]]:
    """Return the values of a parameter, and everything that is wrong with them; hints as it was written.

    Examples
    --------
    >>> axis_values("l2_bytes", {"from": "32 KiB", "to": "128 KiB", "factor": 2})[0]
    (32768, 65536, 131072)
    >>> axis_values("bits", [8, [8, 8, 32]])[0]
    ((8, 8, 8), (8, 8, 32))
    """
    problems: list[ValueProblem] = []
    if isinstance(written, Mapping):
        try:
            values = list(_range(name, written, spelling))
        except ValueProblem as problem:
            return (), [problem]
        places: list[tuple[str | int, ...]] = [()] * len(values)
    else:
        listed = written if isinstance(written, list) else [written]
        places = [(place,) if isinstance(written, list) else () for place in range(len(listed))]
        values = listed
        if not listed:
            return (), [ValueProblem((), f"{name} has no values", "give at least one value")]
    found: dict[Any, None] = {}
    for place, value in zip(places, values, strict=True):
        try:
            known = _value(name, value, place)
            if known in found:
                triple = f"; one triple of widths is {spelling.triple}" if name == "bits" else ""
                hint = f"each value once{triple}"
                raise ValueProblem(place, f"{name} has the value {value!r} twice", hint)
            found[known] = None
        except ValueProblem as problem:
            problems.append(problem)
    return tuple(found), problems


def _value(name: str, value: Any, place: tuple[str | int, ...]) -> Any:
    """Return one value in the form of the accelerator's field, or of a constant."""
    known = _read(name, value)
    if name not in HARDWARE_AXES:
        if isinstance(known, bool) or not isinstance(known, int) or abs(known) >= 2**63:
            raise ValueProblem(
                place, f"{name} cannot be {value!r}", "a constant of a dataflow is a whole number"
            )
        return known
    try:
        override(Accelerator(), {name: known})
    except HardwareError as error:
        entry = error.diagnostics[0]
        hint = entry.hint.replace("None", repr(NEEDED)) if name in BUFFER_AXES else entry.hint
        if isinstance(known, str) and "bytes" in name:
            hint += f"; as 64 KiB with one of the units {' '.join(SIZES)}"
        raise ValueProblem(place, f"{name} cannot be {value!r}", hint) from error
    if name in WORD_AXES:
        try:
            (technology if name == "technology" else noc)(known)
        except MaestroError as error:
            raise ValueProblem(place, error.diagnostics[0].message, error.diagnostics[0].hint) from error
    return float(known) if name == "frequency_mhz" else known


def _read(name: str, value: Any) -> Any:
    """Return what a text means for this parameter."""
    if name in BUFFER_AXES and value == NEEDED:
        return None
    if name in BUFFER_AXES and value is None:
        return ""  # an empty value is no choice
    if name == "bits":
        return (value,) * 3 if isinstance(value, int) else tuple(value) if isinstance(value, list) else value
    if isinstance(value, str) and "bytes" in name and (match := _SIZE.fullmatch(value.strip())):
        return int(match[1]) * SIZES[match[2]]
    return value


def _range(name: str, written: Mapping[str, Any], spelling: Spelling) -> Iterator[Any]:
    """Yield the values of ``{from, to, step}`` or ``{from, to, factor}``."""
    shape = spelling.range
    for key in written:
        if key not in ("from", "to", "step", "factor"):
            raise ValueProblem((key,), f"{name}: a range has no {key!r}", shape)
    if not {"from", "to"} <= set(written) or ("step" in written) == ("factor" in written):
        raise ValueProblem((), f"{name}: this is no range", shape)
    numbers: dict[str, int | float] = {}
    for key, value in written.items():
        read = _read(name, value)
        if isinstance(read, bool) or not isinstance(read, int | float) or not abs(read) < 2**63:
            raise ValueProblem((key,), f"{name}: {key} is a number, not {value!r}", shape)
        numbers[key] = read
    first, last = numbers["from"], numbers["to"]
    whole = name != "frequency_mhz"
    if whole and not (isinstance(first, int) and isinstance(numbers.get("step", 1), int)):
        raise ValueProblem((), f"{name} takes whole numbers", shape)
    if last < first:
        raise ValueProblem(("to",), f"{name}: the range ends before it starts", spelling.ends)
    yield from _steps(name, first, last, numbers, whole, spelling)


def _steps(
    name: str, first: float, last: float, numbers: Mapping[str, int | float], whole: bool, spelling: Spelling
) -> Iterator[Any]:
    if "step" in numbers:
        step = numbers["step"]
        if step <= 0:
            raise ValueProblem(("step",), f"{name}: the step is not above 0", "give a step above 0")
        if (last - first) / step >= MOST_VALUES:
            raise ValueProblem((), f"{name} has more than {MOST_VALUES:,} values", "use a larger step")
        yield from (first + place * step for place in range(int((last - first) / step * (1 + 1e-12)) + 1))
        return
    factor = numbers["factor"]
    if factor <= 1 or first <= 0:
        key = "from" if first <= 0 else "factor"
        raise ValueProblem((key,), f"{name}: a factor above 1 starts above 0", spelling.factor)
    yield from _powers(name, first, last, factor, round if whole else float)


def _powers(
    name: str, first: float, last: float, factor: float, rounded: Callable[[float], Any]
) -> Iterator[Any]:
    value, before = first, None
    for _ in range(MOST_VALUES):
        if value > last:
            return
        if rounded(value) != before:
            before = rounded(value)
            yield before
        value = value * factor
    raise ValueProblem(("factor",), f"{name} has more than {MOST_VALUES:,} values", "use a larger factor")

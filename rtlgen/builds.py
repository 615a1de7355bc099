"""Programs that simulate a design: SystemVerilog compiled by Verilator or Icarus for cocotb.

Turns :class:`Sources` into a :class:`Build` (a program, kept under the hash of all that it depends on). Two
kinds of build on Verilator:

* ``public=None`` (benches of one module): every signal can be read and forced from Python; registers that
  no reset and no initial value sets begin with random bits, so that a bench finds a missing reset.
* ``public=(names,)`` (the whole accelerator): only these signals of the top module are visible to Python,
  the rest is optimised; an order of magnitude faster.

Non-goals: running a program (``rtlgen.simulate``), the commands (``rtlgen.runner``), lint, synthesis.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from rtlgen.tools import (
    INSTALL,
    SimulationError,
    Simulator,
    ToolMissingError,
    find_libpython,
    find_verilator,
    tool_versions,
)

if TYPE_CHECKING:
    from rtlgen.runner import QuietRunner

Parameter = int | str

# Warnings are the linters' matter (``rtlgen.lint``); an emitted accelerator runs with whatever it was given.
_SPEED_ARGUMENTS = [
    "-O3",
    "-Wno-fatal",
    "-Wno-lint",
    "-Wno-style",
    "--x-assign",
    "fast",
    "--x-initial",
    "fast",
]
# Without the split, an optimising gcc needs minutes for the one function that a large array becomes.
_SPLIT_ARGUMENTS = ["--output-split", "20000", "--output-split-cfuncs", "2000"]
# Unoptimised, every file costs its headers; one file halves the time of a small machine.
_ONE_FILE_ARGUMENTS = ["--output-split", "1000000000"]
# An array of public signals is taken for one signal, so chains through it look circular.
_BENCH_ARGUMENTS = ["--x-assign", "unique", "--x-initial", "unique", "-Wno-UNOPTFLAT"]
# What a configured installation has in its makefile, and the wheel has not.
_WHEEL_MAKE_VARIABLES = [
    "CFG_CXXFLAGS_PCH_I=-include",
    "CFG_CXXFLAGS_COROUTINES=-fcoroutines",
    "CFG_LDLIBS_THREADS=-pthread",
    f"PYTHON3={sys.executable}",
]


@dataclass(frozen=True)
class Sources:
    """A design: its top module, its files and what is set from outside.

    Parameters
    ----------
    top
        Name of the top module.
    files
        SystemVerilog files, in the order of compilation.
    parameters
        Of the top module. Text is passed as it is written in SystemVerilog (``'"name"'``, ``"8'hff"``).
    public
        Signals of the top module that Python reads or writes; ``None`` for all signals of the design.
    includes, defines
        Folders of header files, and macros.
    """

    top: str
    files: tuple[Path, ...]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    public: tuple[str, ...] | None = None
    includes: tuple[Path, ...] = ()
    defines: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True)
class Build:
    """A program that simulates a design."""

    sources: Sources
    directory: Path
    simulator: Simulator
    coverage: bool
    waves: bool
    was_cached: bool

    @property
    def log(self) -> Path:
        """Commands and output of the build."""
        return self.directory / "build.log"


def default_build_directory() -> Path:
    """Folder of finished builds: ``$MAESTRO_RTL_BUILD``, or one in the user's cache."""
    chosen = os.environ.get("MAESTRO_RTL_BUILD")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "maestro-py" / "rtl"


def build(
    sources: Sources,
    build_directory: Path,
    simulator: Simulator = "verilator",
    *,
    timing: bool = True,
    coverage: bool = False,
    waves: bool = False,
    optimise: bool = True,
    timeout_seconds: float | None = 1800,
) -> Build:
    """Compile ``sources``, or find the result of an equal earlier call under ``build_directory``.

    Parameters
    ----------
    timing
        The design has delays (``always #5``).
    coverage
        Count lines, branches and toggles; a run leaves ``coverage.dat`` (Verilator only).
    waves
        A run leaves a dump of all signals.
    optimise
        Let the compiler optimise a program of the fast kind; without it, a small machine is compiled in half
        the time and runs at a third of the speed, which suits a few thousand cycles.

    Raises
    ------
    SimulationError
        The design does not compile.
    ToolMissingError
        The simulator, cocotb, a compiler or libpython is missing.
    """
    find_libpython()
    for file in sources.files:
        if not file.exists():
            raise SimulationError(f"no file {str(file)!r}")
    if coverage and simulator == "icarus":
        raise SimulationError("Icarus counts no coverage; use Verilator")
    tools = tool_versions(simulator)
    options = {"timing": timing, "coverage": coverage, "waves": waves, "speed": sources.public is not None}
    if sources.public is not None:
        options["optimise"] = optimise
    key = _key(sources, {"simulator": simulator, **options, **tools})
    directory = build_directory.absolute() / f"{sources.top}_{key}"
    done = directory / "build.json"
    with _locked(directory):
        cached = done.exists()
        built = Build(sources, directory, simulator, coverage, waves, cached)
        if not cached:
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(parents=True)
            if simulator == "verilator":
                runtime = build_directory.absolute() / f"runtime_{_digest(json.dumps({**options, **tools}))}"
                _build_verilator(built, timing, optimise, runtime, timeout_seconds)
            else:
                _build(cocotb_runners().IcarusRunner(), built, [], list(sources.files), timeout_seconds)
            done.write_text(json.dumps({"top": sources.top, **options, **tools}, indent=2), encoding="utf-8")
    return built


def _build_verilator(
    built: Build, timing: bool, optimise: bool, runtime: Path, timeout_seconds: float | None
) -> None:
    """Build with Verilator; the run-time library's objects are taken from, or left in, ``runtime``."""
    files = list(built.sources.files)
    arguments = ["--timing" if timing else "--no-timing"]
    if built.sources.public is None:
        arguments += _BENCH_ARGUMENTS
    else:
        control = built.directory / "public.vlt"
        control.write_text(public_control(built.sources.top, built.sources.public), encoding="utf-8")
        files.insert(0, control)
        arguments += [*_SPEED_ARGUMENTS, *(_SPLIT_ARGUMENTS if optimise else _ONE_FILE_ARGUMENTS)]
    if built.coverage:
        arguments += ["--coverage-line", "--coverage-toggle"]  # lines hold branches
    tool = find_verilator()
    speed = built.sources.public is not None
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    runner = cocotb_runners().VerilatorRunner(
        program=tool.program,
        all_public=not speed,
        make_variables=[
            *(_WHEEL_MAKE_VARIABLES if tool.root else []),
            *(f"OPT_FAST={'-O2' if speed and optimise else '-O0'}", "OPT_SLOW=-O0", "OPT_GLOBAL=-O1"),
        ],
        jobs=max(1, len(os.sched_getaffinity(0)) // workers),
        runtime_directory=runtime,
    )
    runner.environment = {"VERILATOR_ROOT": str(tool.root)} if tool.root else {}
    _build(runner, built, arguments, files, timeout_seconds)
    if not runtime.exists():
        partial = Path(tempfile.mkdtemp(dir=runtime.parent))
        for compiled in built.directory.glob("verilated*.o"):
            shutil.copyfile(compiled, partial / compiled.name)
        try:
            partial.rename(runtime)  # at once, so that nobody sees half of it
        except OSError:
            shutil.rmtree(partial)  # another process was first
    for pattern in ("*.o", "*.a", "*.gch", "*.cpp", "*.h", "*.d"):
        for file in built.directory.glob(pattern):
            file.unlink()


def _build(
    runner: QuietRunner, built: Build, arguments: list[str], files: list[Path], timeout_seconds: float | None
) -> None:
    runner.timeout_seconds = timeout_seconds
    runner.record_waves = built.waves
    sources = built.sources
    try:
        runner.build(
            sources=files,
            includes=sources.includes,
            defines=sources.defines,
            parameters={name: _literal(value) for name, value in sources.parameters.items()},
            build_args=arguments,
            hdl_toplevel=sources.top,
            always=True,
            build_dir=built.directory,
            timescale=("1ns", "1ps"),
            waves=built.waves,
            log_file=built.log,
        )
    except Exception as error:
        if type(error).__name__ != "CommandFailed":
            raise
        raise SimulationError(f"build of {sources.top!r} failed: {error}", built.log) from error


def cocotb_runners() -> ModuleType:
    """Return ``rtlgen.runner``, which imports cocotb."""
    try:
        return import_module("rtlgen.runner")
    except ImportError as error:
        raise ToolMissingError(f"cocotb 2.1 is not installed ({error}): {INSTALL}") from error


def public_control(top: str, signals: Iterable[str]) -> str:
    """Verilator's control file that makes only ``signals`` of module ``top`` visible to Python."""
    lines = [f'public_flat_rw -module "{top}" -var "{signal}"' for signal in signals]
    return "\n".join(["`verilator_config", *lines, ""])


def _literal(value: Parameter) -> str:
    """Return ``value`` as SystemVerilog; beyond 32 bits a literal needs its width."""
    if isinstance(value, str):
        return value
    if -(2**31) <= value < 2**31:
        return str(int(value))
    return f"{value.bit_length()}'d{value}"


def _key(sources: Sources, options: Mapping[str, object]) -> str:
    """Hash of everything that the program depends on."""
    folders = [sorted(f for f in folder.iterdir() if f.is_file()) for folder in sources.includes]
    files = [*sources.files, *(file for folder in folders for file in folder)]
    described = {
        "top": sources.top,
        "files": [[file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in files],
        "parameters": sorted((name, _literal(value)) for name, value in sources.parameters.items()),
        "public": sources.public,
        "defines": sorted((name, str(value)) for name, value in sources.defines.items()),
        "arguments": [
            _SPEED_ARGUMENTS,
            _SPLIT_ARGUMENTS,
            _ONE_FILE_ARGUMENTS,
            _BENCH_ARGUMENTS,
            _WHEEL_MAKE_VARIABLES,
        ],
        **options,
    }
    return _digest(json.dumps(described, sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Keep other processes out of ``directory``; the system frees the lock of one that dies."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

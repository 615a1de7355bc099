"""Collects what a frontend finds in a graph, and makes the network of it.

Layers get names that are unique and printable. What has no MACs is counted; what may have some and is not
costed becomes one warning per kind; errors are kept until the whole graph was seen.

Codes: M406 no layers, M451 and M452 operators not costed.

Non-goals: no format, no shapes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from maestro_py.errors import Diagnostic, SemanticError
from maestro_py.frontends import Imported
from maestro_py.ir.network import Layer, Network
from maestro_py.syntax.codes import diagnostic

MOST_ERRORS = 20
"""Errors that are shown."""

MOST_COUNTED = 1000
"""Errors after which a table is not read further."""


class Collector:
    """Layers, counts and problems of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.layers: list[Layer] = []
        self.not_costed: Counter[str] = Counter()
        self.unknown: Counter[tuple[str, str]] = Counter()
        self.inside: dict[str, Counter[str]] = {}
        self.warnings: list[Diagnostic] = []
        self.errors: list[Diagnostic] = []
        self._names: set[str] = set()
        self._numbers: Counter[str] = Counter()

    def add(self, layers: Iterable[Layer]) -> None:
        """Append layers; one whose name is taken gets a number."""
        for layer in layers:
            wanted = printable(layer.name) or layer.operator.lower()
            name = wanted
            while name in self._names:
                self._numbers[wanted] += 1  # not from 1 again: a name may be given to every layer
                name = f"{wanted}#{self._numbers[wanted] + 1}"
            self._names.add(name)
            self.layers.append(layer if name == layer.name else replace(layer, name=name))

    def skip(self, operator: str) -> None:
        """Count an operator without MACs."""
        self.not_costed[operator] += 1

    def leave_out(self, operator: str, reason: str) -> None:
        """Count an operator that may have MACs and is not costed."""
        self.unknown[operator, reason] += 1

    def hold(self, operator: str, inside: Counter[str]) -> None:
        """Count an operator that holds graphs, and the operators with MACs in them."""
        self.skip(operator)
        if inside:
            self.inside.setdefault(operator, Counter()).update(inside)

    def error(self, code: str, message: str, hint: str | None = None) -> None:
        """Remember an error; the file is named in front."""
        self.errors.append(diagnostic(code, f"{str(self.path)!r}: {message}", None, hint))

    @property
    def is_full(self) -> bool:
        """Whether there are so many errors that nobody needs more."""
        return len(self.errors) >= MOST_COUNTED

    def raise_errors(self) -> None:
        """Raise what was found.

        Raises
        ------
        SemanticError
            At most :data:`MOST_ERRORS`, and how many there are beyond.
        """
        found = list(dict.fromkeys(self.errors))
        if len(found) > MOST_ERRORS:
            count = f"{len(found) - MOST_ERRORS}{' or more' if self.is_full else ''}"
            beyond = f"{str(self.path)!r}: {count} more errors like these"
            found = [*found[:MOST_ERRORS], replace(found[MOST_ERRORS - 1], message=beyond, hint="")]
        if found:
            raise SemanticError(found)

    def finish(self) -> Imported:
        """Return the network, called after the file.

        Raises
        ------
        SemanticError
            The errors; M406 if nothing in the file has MACs.
        """
        for (operator, reason), count in sorted(self.unknown.items()):
            times = f"{count} time{'' if count == 1 else 's'}"
            self.warnings.append(diagnostic("M451", f"{operator} ({times}) is not costed: {reason}"))
        for operator, counts in sorted(self.inside.items()):
            listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            message = f"what {operator} nodes hold is not costed, nobody knows how often it runs: {listed}"
            self.warnings.append(diagnostic("M452", message))
        if not self.layers and not self.errors:
            found = ", ".join(sorted({*self.not_costed, *(operator for operator, _ in self.unknown)}))
            self.error("M406", "no operator has MACs" + (f"; there are {found}" if found else ""))
        self.raise_errors()
        network = Network(printable(self.path.stem) or "network", tuple(self.layers))
        return Imported(network, dict(sorted(self.not_costed.items())), tuple(self.warnings))


def printable(name: str) -> str:
    r"""Return a name in which what cannot be printed is an underscore.

    >>> printable(" conv\n1 ")
    'conv_1'
    """
    return "".join(char if char.isprintable() else "_" for char in name.strip())

"""Sizes as written to sizes as numbers: constants, and expressions that use them.

:class:`Scope` knows the constants of a document. It turns a syntax expression into an IR expression in
which every constant but those that are kept is a number, or into a plain number where no layer is at hand.

Non-goals: no rule about what a size may be (``maestro_py.ir.rules``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from maestro_py.errors import Diagnostic, Span, did_you_mean
from maestro_py.ir.dataflow import BinaryOperation, Expression, Number, Reference, SizeOf, evaluate
from maestro_py.syntax import ast
from maestro_py.syntax.codes import diagnostic

LARGEST = 2**63 - 1


class Scope:
    """The constants of one document, and what was wrong with the sizes seen so far.

    Attributes
    ----------
    values
        Value of every constant; None where it has none, so that an error is reported once.
    kept
        Constants that stay names (:class:`~maestro_py.ir.dataflow.Reference`), for they get many values.
    diagnostics
        Errors found while resolving and evaluating.
    """

    def __init__(
        self,
        constants: Iterable[ast.Constant],
        replacements: Mapping[str, int],
        kept: Collection[str] = (),
    ) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.values: dict[str, int | None] = {}
        defined = self._define(constants)
        self.kept = frozenset(kept)
        self._replace(defined, {**replacements, **dict.fromkeys(kept)})
        self._resolve(defined)

    # ---- constants ----------------------------------------------------------------------------------

    def _define(self, constants: Iterable[ast.Constant]) -> dict[str, ast.Constant]:
        defined: dict[str, ast.Constant] = {}
        for constant in constants:
            name = constant.name.text
            if name in defined:
                self.diagnostics.append(
                    diagnostic("M208", f"{name!r} is already defined", constant.name.span)
                )
            else:
                defined[name] = constant
        return defined

    def _replace(self, defined: dict[str, ast.Constant], replacements: Mapping[str, int | None]) -> None:
        for name, value in replacements.items():
            if name not in defined:
                hint = did_you_mean(name, defined, "constants") if defined else "the file defines no constant"
                self.diagnostics.append(
                    diagnostic("M211", f"there is no constant {name!r} to replace", None, hint)
                )
            else:
                self.values[name] = value

    def _resolve(self, defined: dict[str, ast.Constant]) -> None:
        """Evaluate constants whose names are known until none is left but those in circles."""
        waiting = {name: constant for name, constant in defined.items() if name not in self.values}
        users: dict[str, list[str]] = {}
        missing: dict[str, int] = {}
        for name, constant in waiting.items():
            needed = {r.name for r in references(constant.value) if r.name in waiting}
            missing[name] = len(needed)
            for other in needed:
                users.setdefault(other, []).append(name)
        ready = [name for name in waiting if not missing[name]]
        for name in ready:  # grows while it is walked
            self.values[name] = self.number(waiting[name].value, known=defined)
            for user in users.get(name, ()):
                missing[user] -= 1
                if not missing[user]:
                    ready.append(user)
        circular = {name: waiting[name] for name in waiting if missing[name]}
        self.values.update(dict.fromkeys(circular))
        for circle in _circles(circular):
            message = "constants defined by each other: " + " -> ".join([*circle, circle[0]])
            self.diagnostics.append(diagnostic("M207", message, circular[circle[0]].name.span))

    # ---- expressions --------------------------------------------------------------------------------

    def expression(self, node: ast.Expression, known: Iterable[str] | None = None) -> Expression | None:
        """Return an IR expression, or None (and a diagnostic) if it uses something without a value."""
        match node:
            case ast.Number(value):
                return Number(value)
            case ast.SizeOf(dimension):
                return SizeOf(dimension.text)
            case ast.Reference(name):
                return self._reference(name, node.span, known)
            case ast.BinaryOperation(operator, left, right):
                a, b = self.expression(left, known), self.expression(right, known)
                return None if a is None or b is None else BinaryOperation(operator, a, b)

    def _reference(self, name: str, span: Span | None, known: Iterable[str] | None) -> Expression | None:
        if name in self.kept:
            return Reference(name)
        if name in self.values:
            value = self.values[name]
            return None if value is None else Number(value)
        names = list(self.values if known is None else known)
        hint = did_you_mean(name, names, "constants") if names else None
        self.diagnostics.append(diagnostic("M206", f"no constant {name!r} is defined", span, hint))
        return None

    def number(self, node: ast.Expression, known: Iterable[str] | None = None) -> int | None:
        """Return the value of a size that no layer takes part in, or None (and a diagnostic)."""
        sizes_of = list(_sizes_of(node))
        for size_of in sizes_of:
            message = f"Sz({size_of.dimension.text}) has no value here"
            self.diagnostics.append(diagnostic("M217", message, size_of.span))
        several = self.has_many_values(node)
        expression = self.expression(node, known)
        if expression is None or sizes_of or several:
            return None
        try:
            value = evaluate(expression, {})
        except ZeroDivisionError:
            self.diagnostics.append(diagnostic("M221", "this size divides by zero", node.span))
            return None
        if abs(value) > LARGEST:
            self.diagnostics.append(
                diagnostic("M212", f"{value:.3e} is too large".replace("+", ""), node.span)
            )
            return None
        return value

    def has_many_values(self, node: ast.Expression) -> bool:
        """Return whether an expression uses a kept constant (and say so): one value is needed here."""
        kept = [reference for reference in references(node) if reference.name in self.kept]
        for reference in kept:
            message = f"{reference.name!r} has many values, and one is needed here"
            self.diagnostics.append(diagnostic("M230", message, reference.span))
        return bool(kept)


def references(node: ast.Expression) -> Iterator[ast.Reference]:
    """Yield the constants that an expression uses."""
    match node:
        case ast.Reference():
            yield node
        case ast.BinaryOperation(_, left, right):
            yield from references(left)
            yield from references(right)


def _sizes_of(node: ast.Expression) -> Iterator[ast.SizeOf]:
    match node:
        case ast.SizeOf():
            yield node
        case ast.BinaryOperation(_, left, right):
            yield from _sizes_of(left)
            yield from _sizes_of(right)


def _circles(constants: Mapping[str, ast.Constant]) -> Iterator[list[str]]:
    """Yield one circle of each group of constants that wait for each other."""
    seen: set[str] = set()
    for start in constants:
        path: dict[str, None] = {}
        name = start
        while name not in seen:
            seen.add(name)
            path[name] = None
            name = next(r.name for r in references(constants[name].value) if r.name in constants)
        if name in path:
            names = list(path)
            yield names[names.index(name) :]

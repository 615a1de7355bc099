"""Texts of goals to goals, and what an expression has to be where one is wanted.

Codes: M805 and M811 broken expressions, M806 no goal.

Non-goals: no places in files (``reading``), no columns (``names``).
"""

from __future__ import annotations

from maestro_py.explore._tree import Kind
from maestro_py.explore.expressions import Expression, ExpressionError
from maestro_py.explore.names import Names
from maestro_py.explore.objective import SHORT_GOALS
from maestro_py.explore.space import Goal


def as_condition(found: Expression) -> Expression:
    """Return an expression that is a condition.

    Raises
    ------
    ExpressionError
        M805 if it is none.
    """
    return _of_kind(found, "truth", "a condition is asked for", "compare, as area_mm2 <= 16")


def as_goal(found: Expression) -> Expression:
    """Return an expression that is a number.

    Raises
    ------
    ExpressionError
        M805 if it is none.
    """
    return _of_kind(found, "number", "a goal is a number", "name a column, as energy_pj")


def _of_kind(found: Expression, kind: Kind, wanted: str, hint: str) -> Expression:
    if found.kind != kind:
        raise ExpressionError("M805", f"{wanted}; this is a {found.kind}", 0, len(found.text), hint)
    return found


def goal_of(names: Names, text: str) -> Goal:
    """Return the goal of a text: a short name, ``min EXPRESSION`` or ``max EXPRESSION``.

    Raises
    ------
    ExpressionError
        M805, M806 or M811 if it is none.
    """
    if text in SHORT_GOALS:
        column, maximize = SHORT_GOALS[text]
        return Goal(text, names.parse(column), maximize)
    which, _, expression = text.partition(" ")
    if which in ("min", "max") and expression.strip():
        start = len(text) - len(expression)
        try:
            return Goal(text, as_goal(names.parse(expression)), which == "max")
        except ExpressionError as error:
            place = start + error.start, start + error.end
            raise ExpressionError(error.code, error.message, *place, error.hint) from error
    hint = "write 'min COLUMN' or 'max COLUMN', or one of: " + " ".join(SHORT_GOALS)
    raise ExpressionError("M806", f"{text!r} is no goal", 0, len(text), hint)

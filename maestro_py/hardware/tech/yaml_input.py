"""Reads a YAML text with positions, and turns what is wrong into diagnostics with line and column.

YAML 1.2 by ruamel (``1e-12`` is a number, ``NO`` is a string). :func:`parse_yaml` gives the raw tree, which
knows where each key stands; :func:`span_at` finds the place of a path in it, :func:`validate` checks it
against a pydantic model and reports all errors at once.

Codes: M600 not YAML, M601 not of the expected shape.

Non-goals: no writing, no schema of its own.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from maestro_py.errors import Diagnostic, HardwareError, Span

if TYPE_CHECKING:
    from pydantic import BaseModel

    Model = TypeVar("Model", bound=BaseModel)


DEEPEST = 200
"""Brackets within brackets that a text may have; the library needs seconds to give up on many more."""


def _error(code: str, message: str, span: Span, hint: str) -> HardwareError:
    return HardwareError([Diagnostic(code, message, span, hint)])


def parse_yaml(text: str, file: str) -> Any:
    """The tree of a YAML text.

    Parameters
    ----------
    text
        The document; a single one.
    file
        Name for messages.

    Raises
    ------
    HardwareError
        M600 when the text is not one YAML document.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    hint = "check indentation, nesting, quotes and duplicate keys"
    if _bracket_depth(text) > DEEPEST:
        raise _error("M600", "nested too deeply", Span(file, 1, 1, 1, 2), hint)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an anchor may be used again
            return YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = " ".join(str(error.problem or error.context or "not YAML").split())
        raise _error("M600", problem, Span(file, line, column, line, column + 1), hint) from error
    except RecursionError as error:
        raise _error("M600", "nested too deeply", Span(file, 1, 1, 1, 2), hint) from error
    except (AttributeError, AssertionError) as error:  # the library's answer to `&a {<<: *a}`
        problem = "a mapping is merged (`<<`) into itself"
        raise _error("M600", problem, Span(file, 1, 1, 1, 2), hint) from error
    except (YAMLError, ValueError, TypeError) as error:  # TypeError: a list as a key
        raise _error("M600", " ".join(str(error).split()), Span(file, 1, 1, 1, 2), hint) from error


def _bracket_depth(text: str) -> int:
    """Most brackets that are open at once, wherever they stand.

    >>> _bracket_depth("a: [[1], {b: [2]}]")
    3
    """
    depth = deepest = 0
    for bracket in re.findall(r"[\[{}\]]", text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def span_at(tree: Any, path: Sequence[str | int], file: str) -> Span:
    """Where the value at ``path`` stands, or its deepest parent that exists; columns are of the key."""
    line, column = 1, 1
    width = 1
    node = tree
    for step in path:
        places: Any = getattr(node, "lc", None)
        try:
            position = places.item(step) if isinstance(node, list) else places.key(step)
            node = node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
        if position is None:
            break
        line, column = position[0] + 1, position[1] + 1
        width = len(str(step)) if isinstance(step, str) else 1
    return Span(file, line, column, line, column + width)


def validate(model: type[Model], tree: Any, file: str) -> Model:
    """``tree`` as an instance of a pydantic model.

    Raises
    ------
    HardwareError
        M601 with one diagnostic per error, each with its place.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(tree)
    except ValidationError as error:
        diagnostics = []
        for problem in error.errors(include_url=False):
            path = [step for step in problem["loc"] if not (isinstance(step, str) and "[" in step)]
            where = ".".join(str(step) for step in path) or "document"
            span = span_at(tree, path, file)
            diagnostics.append(Diagnostic("M601", f"{where}: {problem['msg']}", span, _hint(problem["type"])))
        raise HardwareError(diagnostics) from error


def _hint(kind: str) -> str:
    hints = {
        "missing": "add this key",
        "extra_forbidden": "remove this key, or check its spelling",
    }
    return hints.get(kind, "see the fields of an energy table in maestro_py.hardware.tech.user")

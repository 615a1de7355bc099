"""The key ``search`` of a space file, or its flags, to a :class:`~maestro_py.explore.space.Search`.

Codes: M807 an impossible search.

Non-goals: no meaning of parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maestro_py.errors import Diagnostic, did_you_mean
from maestro_py.explore import searchers
from maestro_py.explore._request import Request, Steps
from maestro_py.explore.grid import LARGEST_SPACE
from maestro_py.explore.space import Search
from maestro_py.syntax.codes import diagnostic


def read_search(asked: Request, written: Any, parameters: Sequence[str]) -> tuple[Search, list[Diagnostic]]:
    """Return the search that is asked for, and what is wrong with it.

    Parameters
    ----------
    asked
        Tells places.
    written
        The value of the key.
    parameters
        Names of the space's parameters, which it may enumerate.
    """
    reading = _Reading(asked, parameters)
    return reading.search(written), reading.problems


@dataclass
class _Reading:
    """Reads one search; what is wrong is collected."""

    asked: Request
    parameters: Sequence[str]
    problems: list[Diagnostic] = field(default_factory=list)

    def problem(self, code: str, message: str, span: Any, hint: str) -> None:
        self.problems.append(diagnostic(code, message, span, hint))

    def search(self, written: Any) -> Search:
        chosen = dict(written) if isinstance(written, Mapping) else {"method": written}
        method = chosen.pop("method", None)
        at = ["search", "method"] if isinstance(written, Mapping) and "method" in written else ["search"]
        if method is None:
            hint = f"methods: {' '.join(searchers.names())}"
            self.problem("M807", "the search has no method", self.asked.value(at), hint)
            return Search()
        if not isinstance(method, str) or method not in searchers.names():
            hint = did_you_mean(str(method), searchers.names(), "methods")
            self.problem("M807", f"{method!r} is no way to search", self.asked.value(at), hint)
            return Search()
        entry = searchers.get(method)
        designs = chosen.pop("designs", None)
        self.check_designs(method, entry.needs_designs, designs, at)
        options: dict[str, int | float] = {name: option.default for name, option in entry.options.items()}
        enumerated = self.enumerated(method, chosen.pop("enumerate", None))
        for name, value in chosen.items():
            option = entry.options.get(name)
            path = ["search", name]
            if option is None:
                hint = did_you_mean(name, options, "options")
                self.problem("M807", f"{method} has no option {name!r}", self.asked.key(path), hint)
            elif not option.accepts(value):
                place = self.asked.value(path)
                self.problem("M807", f"{name} cannot be {value!r}", place, option.wanted())
            else:
                options[name] = value
        return Search(method, designs, options, enumerated)

    def enumerated(self, method: str, written: Any) -> tuple[str, ...]:
        """Return the parameters that a search leaves to enumeration."""
        at = ["search", "enumerate"]
        if written is None:
            return ()
        if not searchers.get(method).needs_designs:
            hint = self.asked.spelling(at).no_enumerate
            self.problem("M807", f"{method} takes all values of every parameter", self.asked.key(at), hint)
            return ()
        listed = written if isinstance(written, list) else [written]
        for place, name in enumerate(listed):
            path: Steps = [*at, place] if isinstance(written, list) else at
            if name not in self.parameters:
                hint = did_you_mean(str(name), self.parameters, "parameters")
                self.problem("M807", f"there is no parameter {name!r}", self.asked.value(path), hint)
            elif name in listed[:place]:
                self.problem("M807", f"{name!r} is given twice", self.asked.value(path), "each once")
        if all(name in listed for name in self.parameters):
            message = f"nothing is left for {method} to pick: every parameter is enumerated"
            self.problem("M807", message, self.asked.key(at), "leave one out, or search exhaustively")
        return tuple(listed)

    def check_designs(self, method: str, needed: bool, designs: Any, at: Steps) -> None:
        if needed and designs is None:
            hint = self.asked.spelling(at).designs.format(method)
            self.problem("M807", f"{method} needs a number of designs", self.asked.value(at), hint)
            return
        if designs is None:
            return
        place = ["search", "designs"]
        if not needed:
            hint = self.asked.spelling(place).no_designs
            self.problem("M807", f"{method} has no number of designs", self.asked.value(place), hint)
        elif isinstance(designs, bool) or not isinstance(designs, int) or not 1 <= designs <= LARGEST_SPACE:
            message = f"designs cannot be {designs!r}"
            self.problem("M807", message, self.asked.value(place), "a whole number above 0")

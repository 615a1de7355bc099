"""What a sweep is asked for: the tree of a space file, of flags, or of a file that flags change; with the
place of every value.

A flag replaces the key of the file; ``--vary`` one parameter, ``--designs``, ``--enumerate`` and
``--search-option`` a part of the search. File names are relative to what names them: in a file to its folder.

Codes: M600 not YAML, M802 no keys at all.

Non-goals: no meaning, no types (``_schema``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maestro_py._files import is_file
from maestro_py.errors import Diagnostic, SemanticError, Span
from maestro_py.explore._flags import Flags
from maestro_py.explore._spelling import IN_FILE, IN_FLAGS, Spelling
from maestro_py.hardware.tech.yaml_input import parse_yaml, span_at
from maestro_py.syntax.codes import diagnostic

Steps = Sequence[str | int]

_FILES = ("network", "dataflow", "accelerator")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed space file: text, tree with places, name for messages, and its folder."""

    file: str
    text: str
    tree: Any
    folder: Path

    def key(self, path: Steps) -> Span:
        """Return where the last key of a path stands."""
        return span_at(self.tree, path, self.file)

    def value(self, path: Steps, start: int = 0, end: int | None = None) -> Span:
        """Return where a value stands, or characters ``start`` to ``end`` of a text; of a group, its key."""
        node: Any = self.tree
        for step in path[:-1]:
            node = node[step]
        item = node[path[-1]]
        if isinstance(item, Mapping | list):
            return self.key(path)
        places: Any = node.lc
        line, column = (places.item if isinstance(node, list) else places.value)(path[-1])
        source = self.text.split("\n")[line][column:]
        quote = source[:1] in ("'", '"')
        written = str(item)
        if not source[quote:].startswith(written):  # escapes, folded lines, 0x10: the whole of it
            shown = re.match(r"\"[^\"]*\"|'[^']*'|[^,\]}#]*[^,\]}#\s]", source)
            return self._span(line, column, column + len(shown[0] if shown else source))
        first = column + quote + start
        if end is None:
            return self._span(line, column, column + len(written) + 2 * quote)
        return self._span(line, first, column + quote + max(end, start + 1))

    def _span(self, line: int, first: int, last: int) -> Span:
        return Span(self.file, line + 1, first + 1, line + 1, last + 1)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    tree
        Plain keys and values.
    document, flags
        Where they come from; no document if there is no file.
    """

    tree: Mapping[str, Any]
    document: Document | None
    flags: Flags

    @property
    def problems(self) -> Sequence[Diagnostic]:
        """What is wrong with flags before their values are looked at."""
        return self.flags.problems

    def key(self, path: Steps) -> Span:
        """Return where the last key of a path stands."""
        own = self._in_document(path)
        return self.flags.key(path) if own is None or self.document is None else self.document.key(own)

    def value(self, path: Steps, start: int = 0, end: int | None = None) -> Span:
        """Return where a value stands, or characters ``start`` to ``end`` of a text."""
        own = self._in_document(path)
        if own is None or self.document is None:
            return self.flags.value(path, start, end)
        return self.document.value(own, start, end)

    def begin(self) -> Span | None:
        """Return where the file begins."""
        return Span(self.document.file, 1, 1, 1, 2) if self.document else None

    def spelling(self, path: Steps) -> Spelling:
        """Return how what stands at a path was written."""
        return IN_FLAGS if self._in_document(path) is None else IN_FILE

    def near(self, path: Steps, text: str) -> str:
        """Return a name, or a file's path from here if it is one seen from where it was written."""
        own = self._in_document(path)
        file = Path(text) if own is None or self.document is None else self.document.folder / text
        return str(file) if is_file(file) else text

    def near_each(self, path: Steps, written: Any) -> Any:
        """Return texts as :meth:`near` does, alone or in a list."""
        if isinstance(written, list):
            return [self.near_each(path, item) for item in written]
        return self.near(path, written) if isinstance(written, str) else written

    def from_here(self) -> dict[str, Any]:
        """Return the tree with names of files as seen from here."""
        found = {**self.tree, **{k: self.near_each([k], self.tree[k]) for k in _FILES if k in self.tree}}
        parameters = self.tree.get("parameters")
        if isinstance(parameters, Mapping) and "technology" in parameters:
            tables = self.near_each(["parameters", "technology"], parameters["technology"])
            found["parameters"] = {**parameters, "technology": tables}
        return found

    def in_order(self, problems: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return problems in the order of the file, then those of flags, option by option."""
        options = {option: place for place, option in enumerate(self.flags.texts, 1)}

        def place(problem: Diagnostic) -> tuple[int, int, int]:
            span = problem.span
            return (options.get(span.file, 0), span.line, span.column) if span else (0, 0, 0)

        return sorted(problems, key=place)

    def _in_document(self, path: Steps) -> Steps | None:
        """Return the path in the file of what stands at a path; None if that comes from flags."""
        if self.document is None:
            return None
        written = self.document.tree.get(path[0])
        joined = path[0] in ("parameters", "search") and written is not None  # flags replace parts of it
        if self.flags.gives(path) and not (joined and len(path) == 1):
            return None
        return path if not joined or isinstance(written, Mapping) else path[:1]


def request(text: str | None, file: str, folder: Path, flags: Flags) -> Request:
    """Return what the text of a space file and flags ask for; no text, flags alone.

    Raises
    ------
    HardwareError
        M600 if the text is not YAML.
    SemanticError
        M802 if it has no keys.
    """
    if text is None:
        return Request(flags.tree, None, flags)
    tree = parse_yaml(text, file)
    if not isinstance(tree, Mapping):
        place = Span(file, 1, 1, 1, 2)
        hint = "start with 'network: NAME'; maestro-py sweep --schema prints every key"
        raise SemanticError([diagnostic("M802", "a space file is a list of 'key: value' lines", place, hint)])
    return Request(_changed(_plain(tree), flags.tree), Document(file, text, tree, folder), flags)


def _changed(tree: dict[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file's tree with the keys of flags in their places."""
    found = {**tree, **flags}
    was, now = tree.get("parameters"), flags.get("parameters")
    if was is not None and now is not None:
        found["parameters"] = {**was, **now} if isinstance(was, Mapping) else was
    was, now = tree.get("search"), flags.get("search")
    if was is not None and now is not None and "method" not in now:
        found["search"] = {**(was if isinstance(was, Mapping) else {"method": was}), **now}
    return found


def _plain(node: Any) -> Any:
    """Return plain lists, mappings and scalars (the reader's are subclasses that keep places)."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(item) for item in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node

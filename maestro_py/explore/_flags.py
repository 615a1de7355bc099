"""Flags of the command line to the tree of a space file, with a way to find the place of every value.

A place is the option as file, its use as line, and columns in its value: ``--vary:2:9`` is the ninth
character of what the second ``--vary`` was given. What the values mean is ``reading``'s, as for files.

    num_pes=64:512:16       {from: 64, to: 512, step: 16}
    l2_bytes=64KiB:1MiB:*2  {from: 64KiB, to: 1MiB, factor: 2}
    ClusterSize=16,32       [16, 32]
    bits=8,8/8/32           [8, [8, 8, 32]]
    l1_bytes=needed         needed

Codes: M802 a parameter given twice, M804 no NAME=VALUES, M807 no NAME=NUMBER.

Non-goals: no options (``maestro_py.cli``), no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maestro_py.errors import Diagnostic, Span
from maestro_py.explore._spelling import IN_FLAGS, Spelling
from maestro_py.explore.space import WORD_AXES
from maestro_py.syntax.codes import diagnostic

Steps = Sequence[str | int]

_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_REAL = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][+-]?[0-9]{1,3})?")
_TRUTHS = {"true": True, "false": False}
_TEXTS = {"network": "network", "hw": "accelerator", "keep": "keep", "time": "time"}
_NUMBERS = {"top": "top", "sample": "sample", "seed": "seed"}
_LISTS = {"layer": "layers", "dataflow": "dataflow", "where": "constraints"}
_SWITCHES = ("must_fit", "prune")

NAMES = (
    *("network", "layer", "dataflow", "hw", "vary", "where", "must_fit", "goal", "keep", "top", "sample"),
    *("columns", "search", "designs", "enumerate", "search_option", "seed", "time", "prune"),
)
"""What :func:`read_flags` takes, in the order of messages."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of an option's value, and where it stands."""

    option: str
    use: int
    start: int
    text: str

    def span(self) -> Span:
        last = self.start + max(1, len(self.text))
        return Span(self.option, self.use, self.start + 1, self.use, last + 1)

    def stripped(self) -> _Piece:
        blank = len(self.text) - len(self.text.lstrip())
        return _Piece(self.option, self.use, self.start + blank, self.text.strip())

    def cut(self, sign: str) -> tuple[_Piece, _Piece | None]:
        """Return what stands before and after the first ``sign``; None if there is none."""
        before, found, after = self.text.partition(sign)
        rest = _Piece(self.option, self.use, self.start + len(before) + len(sign), after)
        first = _Piece(self.option, self.use, self.start, before)
        return first.stripped(), rest.stripped() if found else None

    def split(self, sign: str) -> list[_Piece]:
        found: list[_Piece] = []
        rest: _Piece | None = self
        while rest is not None:
            head, rest = rest.cut(sign)
            found.append(head)
        return found


@dataclass
class Flags:
    """What flags ask for.

    Attributes
    ----------
    tree
        Keys and values as a space file has them; only what was given.
    texts
        What each option was given, a line for each use, for messages that show it.
    problems
        What is wrong with flags whose values could not be made out.
    """

    tree: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    folder: Path = field(default_factory=Path)
    spelling: Spelling = IN_FLAGS
    _values: dict[tuple[str | int, ...], _Piece] = field(default_factory=dict)
    _keys: dict[tuple[str | int, ...], _Piece] = field(default_factory=dict)

    def gives(self, path: Steps) -> bool:
        """Whether a key, a parameter or a part of the search comes from flags."""
        wanted = tuple(path)
        return any(wanted[: len(known)] == known or known[: len(wanted)] == wanted for known in self._values)

    def key(self, path: Steps) -> Span:
        """Return where a key stands: a parameter's name; of others the first value."""
        wanted = tuple(path)
        return self._keys[wanted].span() if wanted in self._keys else self._piece(wanted).span()

    def value(self, path: Steps, start: int = 0, end: int | None = None) -> Span:
        """Return where a value stands, or characters ``start`` to ``end`` of a text."""
        whole = self._piece(tuple(path))
        if end is None:
            return whole.span()
        part = _Piece(whole.option, whole.use, whole.start + start, whole.text[start:end])
        return part.span()

    def _piece(self, path: tuple[str | int, ...]) -> _Piece:
        """Return the value of a path, else the first below it, else the one above it."""
        if path in self._values:
            return self._values[path]
        below = [piece for known, piece in self._values.items() if known[: len(path)] == path]
        return below[0] if below else self._piece(path[:-1])

    # ---- what was given -------------------------------------------------------------------------------

    def problem(self, code: str, message: str, piece: _Piece, hint: str) -> None:
        self.problems.append(diagnostic(code, message, piece.span(), hint))

    def pieces(self, name: str, given: Any) -> list[_Piece]:
        """Return the values of an option, and keep its text for messages."""
        option = _option(name)
        texts = [given] if isinstance(given, str) else list(given)
        self.texts[option] = "\n".join(" ".join(text.split("\n")) for text in texts)
        return [_Piece(option, use, 0, text).stripped() for use, text in enumerate(texts, 1)]

    def put(self, path: Steps, value: Any, piece: _Piece) -> None:
        """Put a value into the tree; the groups above it are made."""
        node: Any = self.tree
        for step in path[:-1]:
            node = node.setdefault(step, {})
        node[path[-1]] = value
        self._values[tuple(path)] = piece

    def put_list(self, path: Steps, values: Sequence[tuple[Any, _Piece]], whole: _Piece) -> None:
        self.put(path, [value for value, _ in values], whole)
        for place, (_, piece) in enumerate(values):
            self._values[*path, place] = piece

    def goals(self, pieces: list[_Piece]) -> None:
        """``min EXPRESSION`` becomes ``{min: EXPRESSION}``."""
        listed: list[tuple[Any, _Piece]] = []
        for place, piece in enumerate(pieces):
            which, expression = piece.cut(" ")
            if expression is not None and which.text in ("min", "max"):
                listed.append(({which.text: expression.text}, piece))
                self._values["goals", place, which.text] = expression
            else:
                listed.append((piece.text, piece))
        self.put_list(["goals"], listed, pieces[0])

    def search(self, given: Mapping[str, Any]) -> None:
        """``--search``, ``--designs``, ``--enumerate`` and ``--search-option`` are parts of one key."""
        if given.get("search") is not None:
            (method,) = self.pieces("search", given["search"])
            self.put(["search", "method"], method.text, method)
        if given.get("designs") is not None:
            (designs,) = self.pieces("designs", given["designs"])
            self.put(["search", "designs"], _number(designs.text), designs)
        if given.get("enumerate") is not None:
            (whole,) = self.pieces("enumerate", given["enumerate"])
            self.put_list(["search", "enumerate"], [(item.text, item) for item in whole.split(",")], whole)
        for piece in self.pieces("search_option", given.get("search_option") or ()):
            name, number = piece.cut("=")
            if number is None or not name.text:
                message = f"--search-option takes NAME=NUMBER, not {piece.text!r}"
                self.problem("M807", message, piece, "as population=32")
            elif name.text in ("method", "designs", "enumerate"):
                option = "search" if name.text == "method" else name.text
                message = f"{name.text!r} is no option of a search"
                self.problem("M807", message, name, f"there is --{option}")
            elif ("search", name.text) in self._values:
                self.problem("M807", f"{name.text!r} is given twice", name, "each option once")
            else:
                self.put(["search", name.text], _number(number.text), number)
                self._keys["search", name.text] = name

    # ---- parameters -----------------------------------------------------------------------------------

    def vary(self, piece: _Piece) -> None:
        name, values = piece.cut("=")
        if values is None or not name.text:
            message = f"--vary takes NAME=VALUES, not {piece.text!r}"
            self.problem("M804", message, piece, "as num_pes=64:512:16, Tile=16,32 or l1_bytes=needed")
            return
        path = ["parameters", name.text]
        if tuple(path) in self._values:
            message = f"the parameter {name.text!r} is given twice"
            self.problem("M802", message, name, f"all values in one: --vary {name.text}=16,32")
            return
        self._keys[tuple(path)] = name
        if name.text in WORD_AXES:
            items = values.split(",") if values.text else []
            self.put_list(path, [(item.text, item) for item in items], values)
        elif ":" in values.text and "," not in values.text:
            self.put_range(path, values)
        else:
            self.put_values(path, values)

    def put_range(self, path: list[str], values: _Piece) -> None:
        """``from:to:step`` or ``from:to:*factor``; whether it is one is seen by the reader."""
        parts = values.split(":")
        found = dict(zip(("from", "to"), parts, strict=False))
        if len(parts) == 3:
            before, factor = parts[2].cut("*")
            whole = factor is not None and not before.text
            found |= {"factor": factor} if factor is not None and whole else {"step": parts[2]}
        self.put(path, {key: _scalar(part.text) for key, part in found.items()}, values)
        for key, part in found.items():
            self._values[*path, key] = part

    def put_values(self, path: list[str], values: _Piece) -> None:
        """A value or several, with commas between them."""
        items = values.split(",") if values.text else []
        ranges = [item for item in items if ":" in item.text]
        for item in ranges:
            message = f"{path[-1]}: a range does not stand among values"
            self.problem("M804", message, item, "either values, as 16,32,64, or one range, as 16:64:*2")
        known = [item for item in items if item not in ranges] or [item.cut(":")[0] for item in ranges[:1]]
        read = _widths if path[-1] == "bits" else _scalar
        self.put_list(path, [(read(item.text), item) for item in known], values)


def read_flags(given: Mapping[str, Any]) -> Flags:
    """Return what flags ask for.

    Parameters
    ----------
    given
        By the names of :data:`NAMES`: texts, sequences of texts (those that may be repeated: layer,
        dataflow, vary, where, goal, search_option) and truths (must_fit, prune); None or empty if absent.

    Examples
    --------
    >>> flags = read_flags({"network": "lenet5", "vary": ["num_pes=16:64:16", "bits=8,8/8/32"], "top": "3"})
    >>> flags.tree["parameters"]
    {'num_pes': {'from': 16, 'to': 64, 'step': 16}, 'bits': [8, [8, 8, 32]]}
    >>> flags.value(["parameters", "bits", 1]).column, flags.tree["top"]
    (8, 3)
    """
    flags = Flags()
    present = {name: value for name, value in given.items() if value is not None and value != ()}
    for name, key in {**_TEXTS, **_NUMBERS}.items():
        if name in present:
            (piece,) = flags.pieces(name, present[name])
            flags.put([key], _number(piece.text) if name in _NUMBERS else piece.text, piece)
    for name, key in _LISTS.items():
        if name in present:
            pieces = flags.pieces(name, present[name])
            flags.put_list([key], [(piece.text, piece) for piece in pieces], pieces[0])
    for piece in flags.pieces("vary", present.get("vary", ())):
        flags.vary(piece)
    if "goal" in present:
        flags.goals(flags.pieces("goal", present["goal"]))
    if "columns" in present:
        (whole,) = flags.pieces("columns", present["columns"])
        flags.put_list(["columns"], [(item.text, item) for item in whole.split(",")], whole)
    flags.search(present)
    flags.tree |= {name: present[name] for name in _SWITCHES if name in present}
    given_options = [_option(name) for name in NAMES if name in present]
    flags.texts = {option: flags.texts[option] for option in given_options if option in flags.texts}
    return flags


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _scalar(text: str) -> Any:
    """Return a number or a truth, else the text.

    >>> [_scalar(text) for text in ("16", "-1", "2.5e2", "true", "64KiB")]
    [16, -1, 250.0, True, '64KiB']
    """
    return _TRUTHS[text] if text in _TRUTHS else _number(text)


def _number(text: str) -> Any:
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _REAL.fullmatch(text) else text


def _widths(text: str) -> Any:
    """Return one width, or those of W, I, O.

    >>> _widths("8"), _widths("8/8/32"), _widths("8/8")
    (8, [8, 8, 32], '8/8')
    """
    parts = [part.strip() for part in text.split("/")]
    if len(parts) == 3 and all(_WHOLE.fullmatch(part) for part in parts):
        return [int(part) for part in parts]
    return _scalar(text)

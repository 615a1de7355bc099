"""Lines of the generated top to lines as Verible's formatter breaks and aligns them.

A statement of the generator is one line of any length. :func:`formatted` breaks the long ones and aligns
neighbours where the formatter would, so that the emitted text passes it and no tool is needed to emit.

Non-goals: any other text than the generator's: assignments, declarations and instances.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

LIMIT = 100
#: Neighbours are aligned where that moves none of them by more columns than this.
NEAR = 2

_ASSIGNMENT = re.compile(r"(?P<head> *assign )(?P<name>\S+)(?P<rest> = .*)")
_CONNECTION = re.compile(r"(?P<head> *)(?P<name>\.\w+)(?P<rest>\(.*)")
_NET = re.compile(r"(?P<head> *wire \[)(?P<name>[^]:]+)(?P<rest>:0\] \w+;)")


def formatted(lines: Sequence[str]) -> list[str]:
    """Return the lines, broken and aligned."""
    statements = [_broken(line) for line in lines]
    for pattern, pad in ((_ASSIGNMENT, str.ljust), (_CONNECTION, str.ljust), (_NET, str.rjust)):
        statements = list(_aligned(statements, pattern, pad))
    return [line for statement in statements for line in statement]


def _aligned(
    statements: Sequence[list[str]], pattern: re.Pattern[str], pad: Callable[[str, int], str]
) -> Iterator[list[str]]:
    """Align the names of neighbours that match ``pattern``, if they are almost aligned as they are."""
    group: list[tuple[re.Match[str] | None, list[str]]] = []

    def finished() -> Iterator[list[str]]:
        widths = [len(match["name"]) for match, _ in group if match]
        near = bool(widths) and max(widths) - min(widths) <= NEAR
        # A long value in a group keeps the formatter from aligning it.
        if pattern is _ASSIGNMENT and any(match and len(lines) > 1 for match, lines in group):
            near = False
        for match, lines in group:
            if match and near:
                yield [match["head"] + pad(match["name"], max(widths)) + match["rest"], *lines[1:]]
            else:
                yield lines
        group.clear()

    for statement in statements:
        match = pattern.fullmatch(statement[0])
        head = next((other["head"] for other, _ in group if other), None)
        comment = statement[0].lstrip().startswith("//")
        if not comment and (match is None or head not in (None, match["head"])):
            yield from finished()
        group.append((match, statement))
    yield from finished()


def _broken(line: str) -> list[str]:
    """Lines of one statement."""
    if len(line) <= LIMIT:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    if line.lstrip().startswith("//"):
        return wrap(line.strip()[3:], LIMIT, initial_indent=f"{indent}// ", subsequent_indent=f"{indent}// ")
    opening = line.find("{")
    closing = line.rfind("}")
    if opening >= 0 and _closes(line, opening) == closing:
        return _concatenation(line[: opening + 1], line[opening + 1 : closing], line[closing:], indent)
    return _filled(line, indent)


def _closes(line: str, opening: int) -> int:
    """Place of the brace that closes the one at ``opening``."""
    depth = 0
    for place in range(opening, len(line)):
        depth += (line[place] == "{") - (line[place] == "}")
        if depth == 0:
            return place
    return -1


def _concatenation(head: str, inside: str, tail: str, indent: str) -> list[str]:
    """Items on one line of their own if they fit, else on a line each."""
    items = _items(inside)
    if len(indent) + 2 + len(inside) <= LIMIT:
        return [head, f"{indent}  {inside}", f"{indent}{tail}"]
    return [head, *(f"{indent}  {item}," for item in items[:-1]), f"{indent}  {items[-1]}", f"{indent}{tail}"]


def _items(inside: str) -> list[str]:
    """Items of a concatenation, split at its own commas."""
    items, depth = [""], 0
    for character in inside:
        depth += (character in "({[") - (character in ")}]")
        if character == "," and depth == 0:
            items.append("")
        else:
            items[-1] += character
    return [item.strip() for item in items]


def _filled(line: str, indent: str) -> list[str]:
    """Words from line to line, further ones indented."""
    return wrap(line.strip(), LIMIT, initial_indent=indent, subsequent_indent=f"{indent}    ")

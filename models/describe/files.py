"""Descriptions to text: the ``.m`` file of a network and the table of ``models/README.md``.

Non-goals: no layout of its own; ``maestro_py.ir.write`` and the printer of the language give the text, to
which only constants and the comments between layers are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from maestro_py.errors import Span
from maestro_py.ir.write import layers_text
from maestro_py.syntax import ast
from maestro_py.syntax.parser import parse
from maestro_py.syntax.printer import format_document
from models.describe import Description, descriptions
from models.describe.layers import Net, Symbol

FOLDER = Path(__file__).parent.parent
README = "README.md"
TABLE_BEGINS = "<!-- networks: written by `python -m models.describe` -->"
TABLE_ENDS = "<!-- end of networks -->"


def texts() -> Mapping[str, str]:
    """Every file that is written, by name: the networks and the README around its table."""
    found = {f"{name}.m": file_text(description) for name, description in descriptions().items()}
    found[README] = _with_table((FOLDER / README).read_text(encoding="utf-8"))
    return found


def file_text(description: Description) -> str:
    """Return the file of a network, as ``maestro-py fmt`` prints it."""
    text = layers_text(description.net.name, description.net.written, description.header)
    (network,) = (block for block in parse(text).items if isinstance(block, ast.Network))
    lines = text.splitlines()
    # From behind, so that what comes before an edit keeps its place.
    for place, replacement in sorted(_edits(network, description.net), key=_start, reverse=True):
        row, start, end = place.line - 1, place.column - 1, place.end_column - 1
        lines[row] = lines[row][:start] + replacement + lines[row][end:]
    return format_document(parse("\n".join(lines)))


def _start(edit: tuple[Span, str]) -> tuple[int, int]:
    return edit[0].line, edit[0].column


def _edits(network: ast.Network, net: Net) -> Iterable[tuple[Span, str]]:
    """Places of the text and what stands there: constants for numbers, and whole lines before a block."""
    if net.constants:
        definitions = (f"Constant {c.name} {c}; // {c.comment}".removesuffix(" // ") for c in net.constants)
        yield _before(network.span), "\n".join([*definitions, "", ""])
    for number, (node, layer) in enumerate(zip(network.layers, net.written, strict=True)):
        if number in net.sections:
            yield _before(node.span), f"// {net.sections[number]}\n"
        for statement in node.statements:
            if isinstance(statement, ast.SizeBlock) and statement.keyword == "Dimensions":
                for entry in statement.entries:
                    size = layer.sizes.get(entry.dimension.text)
                    if isinstance(size, Symbol):
                        yield _span(entry.value.span), size.name
            if isinstance(statement, ast.Repeat) and isinstance(layer.repeat, Symbol):
                yield _span(statement.value.span), layer.repeat.name


def _span(span: Span | None) -> Span:
    assert span is not None  # what was parsed has a place
    return span


def _before(span: Span | None) -> Span:
    place = _span(span)
    return Span(place.file, place.line, place.column, place.line, place.column)


def _with_table(readme: str) -> str:
    before, _, rest = readme.partition(TABLE_BEGINS)
    _, ends, after = rest.partition(TABLE_ENDS)
    if not ends:
        raise ValueError(f"{README} lacks the lines around its table: {TABLE_BEGINS} {TABLE_ENDS}")
    return f"{before}{TABLE_BEGINS}\n\n{_table()}\n\n{TABLE_ENDS}{after}"


def _table() -> str:
    rows = ["| name | what | layers | MACs | weights |", "|---|---|---|---|---|"]
    for name, description in descriptions().items():
        net = description.net
        rows.append(
            f"| `{name}` | {description.title} | {len(net.layers)} | {net.macs:,} | {net.weights:,} |"
        )
    return "\n".join(rows)

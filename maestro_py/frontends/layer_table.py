"""Layer tables: CSV files with a line per layer and the same columns for every type.

Turns each line into a layer, or into two. The header names the columns, in any order: ``name, type, N, G, K,
C, R, S, Y, X, stride_y, stride_x, pad_y, pad_x, dilation, notes``. ``C`` and ``K`` count all groups; ``Y``
and ``X`` are without padding, which is the same on both sides. By type:

- ``CONV``, ``DSCONV``, ``TRCONV``: convolutions; ``POOL``: with the note ``ceil``, outputs are rounded up,
  which becomes padding behind.
- ``FC``, ``GEMM``: ``N Y X`` rows, ``K`` columns, depth ``C``. With the note ``act`` both operands are
  activations: ``G`` heads are products of their own, and with ``kv_heads=`` heads share the second operand.
- ``LSTM``, ``GRU``: ``N`` steps, ``K`` is gates times hidden elements, ``C`` inputs and hidden elements.
- ``ADD``, ``CONCAT``, ``SCALE``, ``REORG``: not costed.

The notes ``kern=`` and ``kern_synapses=`` tell of fewer kernels or weights than ``K C``, which is not read.

Codes: M402 not such a file, M407 a line that makes no layer, M408 type not known, M453 kernels left out.

Non-goals: no other notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from maestro_py.errors import Diagnostic, Span, did_you_mean
from maestro_py.frontends import Frontend, Imported, Options, _layers
from maestro_py.frontends._collect import Collector
from maestro_py.frontends._layers import LayerError, Pair
from maestro_py.frontends._text import Field, fields_of, read_text
from maestro_py.ir.composites._recurrent import GATES
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.network import Layer
from maestro_py.syntax.codes import diagnostic

SIZES = ("N", "G", "K", "C", "R", "S", "Y", "X", "stride_y", "stride_x", "dilation")
PADDING = ("pad_y", "pad_x")
COLUMNS = ("name", "type", *SIZES, *PADDING)
NOTES = "notes"

_HEADER = "name,type,N,G,K,C,R,S,Y,X,stride_y,stride_x,pad_y,pad_x,dilation,notes"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of which every number is one."""

    name: str
    values: Mapping[str, int]
    notes: str

    def __getitem__(self, column: str) -> int:
        return self.values[column]

    @property
    def size(self) -> Pair:
        return self["Y"], self["X"]

    @property
    def taps(self) -> Pair:
        return self["R"], self["S"]

    @property
    def stride(self) -> Pair:
        return self["stride_y"], self["stride_x"]

    @property
    def dilation(self) -> Pair:
        return self["dilation"], self["dilation"]

    @property
    def padding(self) -> tuple[Pair, Pair]:
        return (self["pad_y"],) * 2, (self["pad_x"],) * 2

    def noted(self, word: str) -> bool:
        """Whether a word is among the notes."""
        return re.search(rf"\b{word}\b", self.notes) is not None

    def number(self, name: str) -> int | None:
        """The number behind ``name=`` in the notes."""
        found = re.search(rf"\b{name}=([0-9]{{1,18}})\b", self.notes)
        return int(found[1]) if found else None


# ---- types --------------------------------------------------------------------------------------------


def _convolution(transposed: bool = False, depthwise: bool = False) -> Callable[[_Row], list[Layer]]:
    def layers(row: _Row) -> list[Layer]:
        if depthwise and row["G"] != row["C"]:
            raise LayerError(f"G is {row['G']} and C is {row['C']}; they are equal in a DSCONV")
        return [
            _layers.convolution(
                row.name,
                batch=row["N"],
                channels=row["C"],
                filters=row["K"],
                groups=row["G"],
                size=row.size,
                taps=row.taps,
                stride=row.stride,
                dilation=row.dilation,
                padding=row.padding,
                transposed=transposed,
            )
        ]

    return layers


def _pooling(row: _Row) -> list[Layer]:
    padding = row.padding
    if row.noted("ceil"):
        rows, columns = (
            _layers.ceil_padding(*axis)
            for axis in zip(row.size, row.taps, row.stride, row.dilation, padding, strict=True)
        )
        padding = rows, columns
    return [
        _layers.pooling(
            row.name,
            batch=row["N"],
            channels=row["C"],
            size=row.size,
            taps=row.taps,
            stride=row.stride,
            dilation=row.dilation,
            padding=padding,
        )
    ]


def _product(row: _Row) -> list[Layer]:
    groups, rows = row["G"], row["Y"] * row["X"]
    if row["C"] % groups or row["K"] % groups:
        raise LayerError(f"C = {row['C']} and K = {row['K']} do not divide into G = {groups}")
    columns, depth = row["K"] // groups, row["C"] // groups
    if not row.noted("act"):
        return [_layers.matrix_product(row.name, row["N"] * rows, columns, depth, groups)]
    shared = row.number("kv_heads") or groups
    if groups % shared:
        raise LayerError(f"{groups} heads cannot share {shared} heads of keys and values")
    return [_layers.matrix_product(row.name, rows * (groups // shared), columns, depth, row["N"] * shared)]


def _recurrence(kind: str) -> Callable[[_Row], list[Layer]]:
    def layers(row: _Row) -> list[Layer]:
        gates = GATES[kind]
        hidden = row["K"] // gates
        if row["K"] % gates or row["C"] <= hidden:
            raise LayerError(
                f"K = {row['K']} is not {gates} gates of fewer hidden elements than C = {row['C']}"
            )
        if row["G"] * row["Y"] * row["X"] > 1:
            raise LayerError("G, Y and X are 1 where N counts steps")
        return _layers.composite(row.name, kind, {"T": row["N"], "C": row["C"] - hidden, "K": hidden})

    return layers


TYPES: Mapping[str, Callable[[_Row], list[Layer]] | None] = {
    "CONV": _convolution(),
    "DSCONV": _convolution(depthwise=True),
    "TRCONV": _convolution(transposed=True),
    "POOL": _pooling,
    "FC": _product,
    "GEMM": _product,
    "LSTM": _recurrence("LSTM"),
    "GRU": _recurrence("GRU"),
    "ADD": None,
    "CONCAT": None,
    "SCALE": None,
    "REORG": None,
}
"""What makes layers of a line, by its type; None where it is not costed."""


# ---- file ---------------------------------------------------------------------------------------------


def _header(line: str) -> list[str]:
    return [field.text for field in fields_of(line, 1, "")]


def _recognises(head: bytes) -> bool:
    lines = head.decode("utf-8-sig", errors="replace").lstrip().splitlines()
    return bool(lines) and set(COLUMNS) <= set(_header(lines[0]))


def read(path: Path, options: Options) -> Imported:
    """Return the network of a layer table.

    Raises
    ------
    InputError
        M001 the file cannot be read.
    SemanticError
        Every line that is wrong.
    """
    del options
    collector = Collector(path)
    lines = [
        (number, line) for number, line in enumerate(read_text(path).splitlines(), 1) if line.strip(", \t")
    ]
    header = _header(lines[0][1]) if lines else []
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        number = lines[0][0] if lines else 1
        message = f"no header of a layer table: {', '.join(missing)} missing"
        place = Span(str(path), number, 1, number, 2)
        collector.errors.append(diagnostic("M402", message, place, f"the first line is {_HEADER}"))
        collector.raise_errors()
    partial = 0
    for number, line in lines[1:]:
        if collector.is_full:
            break
        fields = fields_of(line, number, str(path))
        row, kind, problems = _row(header, fields)
        collector.errors += problems
        if row is None:
            continue
        layers = TYPES[kind]
        if layers is None:
            collector.skip(kind)
            continue
        partial += _is_partial(row)
        try:
            collector.add(layers(row))
        except LayerError as error:
            collector.errors.append(diagnostic(error.code, str(error), fields[0].span))
    if partial:
        lines_of = f"{partial} layer{'' if partial == 1 else 's'}"
        message = f"{lines_of} with fewer kernels than K C (kern=) are costed as if none were left out"
        collector.warnings.append(diagnostic("M453", message))
    return collector.finish()


def _row(header: Sequence[str], fields: Sequence[Field]) -> tuple[_Row | None, str, list[Diagnostic]]:
    """A line as a row and its type, and what is wrong; no row where anything is."""
    by_column = dict(zip(header, fields, strict=False))
    problems = []
    values = {}
    for column in COLUMNS:
        field = by_column.get(column)
        least = 0 if column in PADDING else 1
        if field is None:
            message = f"{column} is missing: {len(fields)} of {len(header)} fields"
            problems.append(diagnostic("M402", message, fields[-1].span))
        elif column == "type" and field.text not in TYPES:
            hint = did_you_mean(field.text, TYPES, "types")
            problems.append(diagnostic("M408", f"there is no type {field.text!r}", field.span, hint))
        elif column in ("name", "type"):
            continue
        elif not re.fullmatch("[0-9]{1,19}", field.text) or not least <= int(field.text) <= LARGEST:
            message = f"{column} is {field.text!r}; a whole number from {least} was expected"
            problems.append(diagnostic("M407", message, field.span))
        else:
            values[column] = int(field.text)
    if problems:
        return None, "", problems
    notes = by_column[NOTES].text if NOTES in by_column else ""
    return _Row(by_column["name"].text, values, notes), by_column["type"].text, []


def _is_partial(row: _Row) -> bool:
    """Whether notes tell of fewer kernels, or of fewer weights, than there are by the sizes."""
    dense = row["K"] * row["C"] // row["G"]
    given = (row.number("kern"), row.number("kern_synapses"))
    return any(count is not None and count < dense for count in given)


FRONTEND = Frontend(
    "layer_table",
    "layer table: name, type, N, G, K, C, R, S, Y, X, strides, paddings, dilation, notes",
    (".csv",),
    _recognises,
    read,
)

"""SCALE-Sim topologies: CSV files of convolutions, or of matrix products.

Turns each line into a layer. The header tells the form: ``Layer name, IFMAP Height, IFMAP Width, Filter
Height, Filter Width, Channels, Num Filter, Strides,`` (or a stride for each direction) or ``Layer, M, N,
K,``; a batch may follow. Lines may end in a comma or not. Input sizes hold the padding. As in SCALE-Sim the
number of outputs is rounded up, which becomes padding behind, and ``DP`` in a convolution's name makes it
depthwise. A sparsity ``N:M`` (N of M weights are not zero) becomes the density of the weights, to six
decimals.

Source: scalesim/topology_utils.py and topologies/ of github.com/scalesim-project/SCALE-Sim.

Codes: M402 not such a file, M407 a line that makes no layer.

Non-goals: layouts, configuration files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from maestro_py.errors import Diagnostic, Span
from maestro_py.frontends import Frontend, Imported, Options, _layers
from maestro_py.frontends._collect import Collector
from maestro_py.frontends._layers import LayerError
from maestro_py.frontends._text import Field, fields_of, read_text
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.density import nearest
from maestro_py.ir.network import Layer
from maestro_py.syntax.codes import diagnostic

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "name": ("layer name", "layer", "layers", "name"),
    "Y": ("ifmap height", "ifmap h"),
    "X": ("ifmap width", "ifmap w"),
    "R": ("filter height", "filt h"),
    "S": ("filter width", "filt w"),
    "C": ("channels", "channel", "num channels", "num ch"),
    "filters": ("num filter", "num filters", "number of filters", "num filt"),
    "stride": ("strides", "stride", "stride height", "stride h"),
    "column stride": ("stride width", "stride w"),
    "M": ("m",),
    "N": ("n",),
    "K": ("k",),
    "batch": ("batch", "batch size"),
    "sparsity": ("sparsity", "sparsity ratio", "sparsity support"),
}
_COLUMNS = {alias: column for column, aliases in _ALIASES.items() for alias in aliases}

CONVOLUTIONS = ("name", "Y", "X", "R", "S", "C", "filters", "stride")
PRODUCTS = ("name", "M", "N", "K")

_SPARSE = re.compile(r"([0-9]{1,18})\s*:\s*([0-9]{1,18})")
_DEPTHWISE = "DP"


def _header(fields: Sequence[str]) -> list[str]:
    """Our names of the columns; empty where a column has none."""
    return [_COLUMNS.get(" ".join(re.split(r"[\s_]+", field.strip().lower())), "") for field in fields]


def _form(header: Sequence[str]) -> tuple[str, ...]:
    """Columns that a line must have; empty if the header is of neither form."""
    return next((form for form in (CONVOLUTIONS, PRODUCTS) if set(form) <= set(header)), ())


def _recognises(head: bytes) -> bool:
    lines = head.decode("utf-8-sig", errors="replace").lstrip().splitlines()
    return bool(lines) and bool(_form(_header(lines[0].split(","))))


def read(path: Path, options: Options) -> Imported:
    """Return the network of a topology.

    Raises
    ------
    InputError
        M001 the file cannot be read.
    SemanticError
        Every line that is wrong.
    """
    del options
    collector = Collector(path)
    lines = (
        fields_of(line, number, str(path))
        for number, line in enumerate(read_text(path).splitlines(), 1)
        if line.strip()
    )
    first = next(lines, None)
    header = _header([field.text for field in first]) if first else []
    form = _form(header)
    if not form:
        hint = "the first line is Layer name, IFMAP Height, .. Strides, or Layer, M, N, K"
        span = first[0].span if first else Span(str(path), 1, 1, 1, 2)
        message = "no header of a SCALE-Sim topology"
        collector.errors.append(diagnostic("M402", message, span, hint))
        collector.raise_errors()
    for line in lines:
        if collector.is_full:
            break
        values, problems = _Line(header, form, line).values()
        collector.errors += problems
        if problems:
            continue
        try:
            name = dict(zip(header, (field.text for field in line), strict=False)).get("name", "")
            density = (_weight_density([field.text for field in line[1:]]), 1.0, 1.0)
            collector.add([replace(layer, density=density) for layer in _layer(name, values)])
        except LayerError as error:
            collector.errors.append(diagnostic(error.code, str(error), line[0].span))
    return collector.finish()


def _weight_density(fields: Sequence[str]) -> float:
    """Part of the weights that is not zero.

    Raises
    ------
    LayerError
        M407 for a ratio that is none.

    >>> _weight_density(["8", "2:4"]), _weight_density(["8"])
    (0.5, 1.0)
    """
    for text in fields:
        ratio = _SPARSE.fullmatch(text)
        if ratio is not None:
            kept, of_all = int(ratio[1]), int(ratio[2])
            if not 0 < kept <= of_all:
                raise LayerError(
                    f"a sparsity of {text} keeps {kept} of {of_all} weights; 1 to all are possible"
                )
            return nearest(kept / of_all)
    return 1.0


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the table."""

    header: Sequence[str]
    form: Sequence[str]
    fields: Sequence[Field]

    def values(self) -> tuple[dict[str, int], list[Diagnostic]]:
        """Numbers by column, and what is wrong."""
        found: dict[str, int] = {}
        problems = []
        for column, field in self._numbers():
            if field is None:
                message = f"{column} is missing: {len(self.fields)} of {len(self.form)} fields"
                problems.append(diagnostic("M402", message, self.fields[-1].span))
            elif not re.fullmatch(r"[0-9]{1,19}", field.text) or not 1 <= int(field.text) <= LARGEST:
                message = f"{column} is {field.text!r}; a whole number from 1 was expected"
                problems.append(diagnostic("M407", message, field.span))
            else:
                found[column] = int(field.text)
        return found, problems

    def _numbers(self) -> Iterator[tuple[str, Field | None]]:
        """Required columns of numbers, and optional ones that are filled in."""
        for index, column in enumerate(self.header):
            field = self.fields[index] if index < len(self.fields) else None
            required = column in self.form and column != "name"
            filled = column in ("column stride", "batch") and field is not None and field.text
            if required or filled:
                yield column, field


def _layer(name: str, values: Mapping[str, int]) -> list[Layer]:
    batch = values.get("batch", 1)
    if "M" in values:
        return [_layers.matrix_product(name, values["M"], values["N"], values["K"], batch)]
    stride = values["stride"], values.get("column stride", values["stride"])
    size, taps = (values["Y"], values["X"]), (values["R"], values["S"])
    channels, filters = values["C"], values["filters"]
    depthwise = _DEPTHWISE in name
    rows, columns = (_rounded_up(*axis) for axis in zip(size, taps, stride, strict=True))
    return [
        _layers.convolution(
            name,
            batch=batch,
            channels=channels,
            filters=filters * channels if depthwise else filters,
            groups=channels if depthwise else 1,
            size=size,
            taps=taps,
            stride=stride,
            padding=(rows, columns),
        )
    ]


def _rounded_up(size: int, taps: int, stride: int) -> tuple[int, int]:
    """Padding with which there are ``ceil((size - taps) / stride) + 1`` outputs.

    >>> _rounded_up(224, 7, 2)
    (0, 1)
    """
    return 0, (taps - size) % stride if size >= taps else 0


FRONTEND = Frontend(
    "scalesim", "SCALE-Sim topology, of convolutions or of matrix products", (".csv",), _recognises, read
)

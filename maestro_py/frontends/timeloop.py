"""Timeloop problems: YAML with a shape (loops and projections of data spaces) and an instance (sizes).

Turns a problem into a layer, whatever its dimensions are called. A dimension's part follows from the data
spaces that it indexes: an axis ``a*P + b*R`` of the input is a sliding window (stride ``a``, dilation ``b``),
what indexes both operands and not the output is summed, and so on. A shape without windows is a matrix
product. Read are version 0.4 (``data_spaces``), 0.2 and 0.3 (``data-spaces``, or ``shape: cnn-layer`` with
the sizes beside it), the merge key ``<<<`` and ``{{include_text('..')}}`` of the version-4 frontend.

Timeloop knows no padding: the input of a layer is as large as its outputs need.

Densities become those of the layer, to six decimals: a number, or a distribution that is the same number
everywhere (``fixed``, ``fixed-structured``, ``hypergeometric``); ``commonDensity`` is that of every data
space. Other distributions are left out with a warning.

Source: src/workload of github.com/NVlabs/timeloop; layer_shapes of
github.com/Accelergy-Project/timeloop-accelergy-exercises.

Codes: M402 not such a file, M407 impossible sizes, M408 shapes that no layer type has, M453 densities that
are no number.

Non-goals: architectures, mappings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from pathlib import Path
from typing import Any

from maestro_py.errors import Diagnostic, HardwareError, InputError, SemanticError, did_you_mean
from maestro_py.frontends import Frontend, Imported, Options, _layers
from maestro_py.frontends._collect import Collector
from maestro_py.frontends._layers import LayerError
from maestro_py.frontends._text import read_text
from maestro_py.hardware.tech.yaml_input import parse_yaml, span_at
from maestro_py.ir.constants import LARGEST
from maestro_py.ir.density import nearest
from maestro_py.ir.network import Layer
from maestro_py.syntax.codes import diagnostic

_INCLUDE = re.compile(r"\{\{\s*include(?:_text)?\(\s*['\"]([^'\"\n]+)['\"]\s*\)\s*\}\}")
_MOST_INCLUDES = 16
LARGEST_PROBLEMS = 2**18
"""Bytes of a file: some thousand layers, of which the YAML library reads 50 KB a second."""

_WEIGHTS = re.compile("weight|filter|kernel", re.IGNORECASE)
_COMMON_DENSITIES = ("commonDensity", "common_density")
_UNIFORM = ("fixed", "fixed-structured", "fixed_structured", "hypergeometric")
_NOT_SIZES = ("shape", "instance", "version", "name", "dnn_name", "notes", "histograms", "<<<")
_MERGE = "<<<"

Path_ = tuple[str | int, ...]

_WINDOWED = [[["N"]], [["C"]], [["R", "Wdilation"], ["P", "Wstride"]], [["S", "Hdilation"], ["Q", "Hstride"]]]
_KNOWN_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "cnn-layer": {
        "dimensions": ["R", "S", "P", "Q", "C", "K", "N"],
        "coefficients": [
            {"name": name, "default": 1} for name in ("Wstride", "Hstride", "Wdilation", "Hdilation")
        ],
        "data_spaces": [
            {"name": "Weights", "projection": [[["C"]], [["K"]], [["R"]], [["S"]]]},
            {"name": "Inputs", "projection": _WINDOWED},
            {"name": "Outputs", "projection": [[["N"]], [["K"]], [["Q"]], [["P"]]], "read_write": True},
        ],
    },
}
"""Shapes that a problem may name; Timeloop reads them from files of its own."""


class _Wrong(Exception):
    """One error at a place of the file."""

    def __init__(self, code: str, message: str, path: Path_ = (), hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.path, self.hint = code, path, hint


@dataclass(frozen=True, slots=True)
class _Space:
    """A tensor: per axis its dimensions with their factors."""

    name: str
    axes: tuple[tuple[tuple[str, int], ...], ...]
    written: bool

    @property
    def dimensions(self) -> set[str]:
        return {dimension for axis in self.axes for dimension, _ in axis}

    @property
    def windows(self) -> list[tuple[tuple[str, int], ...]]:
        return [axis for axis in self.axes if len(axis) > 1]


@dataclass(frozen=True, slots=True)
class _Problem:
    """A problem with all names replaced."""

    sizes: Mapping[str, int]
    spaces: Sequence[_Space]
    densities: Mapping[str, float] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


# ---- file ---------------------------------------------------------------------------------------------


def _recognises(head: bytes) -> bool:
    return re.search(rb"^problem\s*:", head, re.MULTILINE) is not None


def read(path: Path, options: Options) -> Imported:
    """Return the network of a problem file; a list of problems is a layer each.

    Raises
    ------
    InputError
        M001 the file, or one that it includes, cannot be read.
    SemanticError
        What is wrong with it.
    """
    del options
    collector = Collector(path)
    text, included = _with_includes(path)
    try:
        tree = parse_yaml(text, str(path))
    except HardwareError as error:
        raise SemanticError(error.diagnostics) from None

    def report(wrong: _Wrong | LayerError, where: Path_) -> Diagnostic:
        span = None if included else span_at(tree, where, str(path))
        message = str(wrong) if span else f"{str(path)!r}: {wrong}"
        return diagnostic(wrong.code, message, span, getattr(wrong, "hint", None))

    unread: dict[str, None] = {}
    for where, problem in _problems(tree, report):
        try:
            resolved = _resolve(_merged(problem, {}))
            name = problem.get("name")
            collector.add([_layer(name if isinstance(name, str) else path.stem, resolved)])
            unread.update(dict.fromkeys(resolved.unread))
        except (_Wrong, LayerError) as error:
            collector.errors.append(report(error, (*where, *getattr(error, "path", ()))))
    if unread:
        spaces = ", ".join(unread)
        message = f"the density of {spaces} is no single number and is not read; costed as dense"
        collector.warnings.append(diagnostic("M453", message))
    return collector.finish()


def _with_includes(path: Path) -> tuple[str, bool]:
    """The text with other files in place of their includes, and whether there are any."""
    text, count = read_text(path, LARGEST_PROBLEMS), 0
    while (match := _INCLUDE.search(text)) is not None:
        count += 1
        if count > _MOST_INCLUDES:
            message = f"{str(path)!r}: more than {_MOST_INCLUDES} includes"
            raise SemanticError([diagnostic("M402", message)])
        try:
            included = read_text(path.parent / match[1], LARGEST_PROBLEMS)
        except InputError as error:
            hint = f"{str(path)!r} includes it"
            raise InputError(replace(entry, hint=hint) for entry in error.diagnostics) from None
        text = text[: match.start()] + included + text[match.end() :]
        if len(text) > LARGEST_PROBLEMS:
            message = f"{str(path)!r}: more than {LARGEST_PROBLEMS} characters with what it includes"
            raise SemanticError([diagnostic("M402", message)])
    return text, count > 0


def _problems(
    tree: Any, report: Callable[[_Wrong, Path_], Diagnostic]
) -> Iterator[tuple[Path_, Mapping[str, Any]]]:
    """Each problem with its place.

    Raises
    ------
    SemanticError
        M402 if there is none.
    """
    found = tree.get("problem") if isinstance(tree, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    for index, problem in enumerate(listed):
        where: Path_ = ("problem", index) if isinstance(found, list) else ("problem",)
        if not isinstance(problem, Mapping):
            message = "a Timeloop problem was expected: the key problem with a shape and an instance"
            raise SemanticError([report(_Wrong("M402", message), where)])
        yield where, problem


def _merged(node: Any, known: dict[int, Any]) -> Any:
    """Return a tree in which mappings hold what their key ``<<<`` refers to; own keys come first.

    ``known`` are nodes that are done, by identity: aliases share them.
    """
    if id(node) in known or not isinstance(node, list | Mapping):
        return known.get(id(node), node)
    if isinstance(node, list):
        found: Any = [_merged(item, known) for item in node]
    else:
        found = {key: _merged(value, known) for key, value in node.items() if key != _MERGE}
        bases = node.get(_MERGE)
        for base in bases if isinstance(bases, list) else [bases]:
            if isinstance(base, Mapping):
                found = _over(found, _merged(base, known))
    known[id(node)] = found
    return found


def _over(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(base)
    for key, value in own.items():
        below = found.get(key)
        found[key] = _over(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return found


# ---- names to numbers ---------------------------------------------------------------------------------


def _resolve(problem: Mapping[str, Any]) -> _Problem:
    shape = problem.get("shape", "cnn-layer")
    if isinstance(shape, str):
        if shape not in _KNOWN_SHAPES:
            hint = did_you_mean(shape, _KNOWN_SHAPES, "shapes")
            message = f"the shape {shape!r} lies in a file of Timeloop's and is not known here"
            raise _Wrong("M408", message, ("shape",), hint)
        shape = _KNOWN_SHAPES[shape]
    if not isinstance(shape, Mapping):
        raise _Wrong("M402", "the shape is neither a name nor a mapping", ("shape",))
    dimensions = _words(shape.get("dimensions"), "dimensions")
    coefficients = _coefficients(shape.get("coefficients") or [])
    inside = "instance" in problem
    instance = problem["instance"] if inside else problem
    if not isinstance(instance, Mapping):
        raise _Wrong("M402", "the instance is no mapping of sizes", ("instance",))
    given = {key: value for key, value in instance.items() if inside or key not in _NOT_SIZES}
    common = [given.pop(key) for key in _COMMON_DENSITIES if key in given]
    own = given.pop("densities", None)
    values = dict.fromkeys(dimensions, 1) | coefficients
    for key, value in given.items():
        where: Path_ = ("instance", key) if inside else (key,)
        if key not in values:
            hint = did_you_mean(_shown(key).strip("'"), values, "sizes")
            raise _Wrong("M402", f"the shape has no dimension {_shown(key)}", where, hint)
        if not _is_size(value):
            message = f"{key} is {_shown(value)}; a whole number from 1 was expected"
            raise _Wrong("M407", message, where)
        values[key] = int(value)
    sizes = {dimension: values[dimension] for dimension in dimensions}
    spaces = _spaces(shape, sizes, values)
    densities, unread = _densities([space.name for space in spaces], common, own)
    return _Problem(sizes, spaces, densities, unread)


def _densities(
    spaces: Sequence[str], common: Sequence[Any], own: Any
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Densities by data space, and the spaces of which the density is no single number."""
    found: dict[str, float] = {}
    unread = []
    own = {} if own is None else own
    if not isinstance(own, Mapping) or not own.keys() <= set(spaces):
        message = f"densities is no mapping of data spaces ({', '.join(spaces)})"
        raise _Wrong("M402", message, ("instance", "densities"))
    for space in spaces:
        given = own[space] if space in own else (common[0] if common else 1)
        if isinstance(given, Mapping):
            uniform = given.get("distribution", _UNIFORM[0]) in _UNIFORM
            given = given.get("density") if uniform else None
        if given is None:
            unread.append(space)
        elif isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 1:
            message = f"the density of {space} is {_shown(given)}; above 0 and at most 1 was expected"
            raise _Wrong("M407", message, ("instance", "densities", space))
        else:
            found[space] = nearest(given)
    return found, tuple(unread)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST


def _shown(value: object) -> str:
    """A value of the file in a message; a long one only by its beginning."""
    if isinstance(value, int) and value.bit_length() > 128:
        return f"a number of {value.bit_length()} bits"
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _words(found: Any, what: str) -> list[str]:
    if not isinstance(found, list) or not found or not all(isinstance(word, str) for word in found):
        raise _Wrong("M402", f"{what} of the shape is no list of names", ("shape", what))
    return [str(word) for word in found]


def _coefficients(found: Any) -> dict[str, int]:
    if not isinstance(found, list) or not all(
        isinstance(c, Mapping) and isinstance(c.get("name"), str) for c in found
    ):
        message = "coefficients of the shape is no list of names with defaults"
        raise _Wrong("M402", message, ("shape", "coefficients"))
    values = {}
    for entry in found:
        default = entry.get("default", 1)
        if not _is_size(default):
            shown = _shown(default)
            message = f"the default of {entry['name']} is {shown}; a whole number from 1 was expected"
            raise _Wrong("M407", message, ("shape", "coefficients"))
        values[str(entry["name"])] = int(default)
    return values


def _spaces(shape: Mapping[str, Any], sizes: Mapping[str, int], values: Mapping[str, int]) -> list[_Space]:
    key = "data_spaces" if "data_spaces" in shape else "data-spaces"
    found = shape.get(key)
    if not isinstance(found, list) or not all(isinstance(space, Mapping) for space in found):
        raise _Wrong("M402", "the shape has no list of data_spaces", ("shape", key))
    spaces = []
    for index, space in enumerate(found):
        where: Path_ = ("shape", key, index, "projection")
        name = _shown(space.get("name", index)).strip("'")
        projection = space.get("projection")
        if not isinstance(projection, list):
            raise _Wrong("M402", f"the projection of {name} is no list of axes", where)
        axes = tuple(
            tuple(_term(term, sizes, values, where) for term in (axis if isinstance(axis, list) else [axis]))
            for axis in projection
        )
        written = bool(space.get("read_write", space.get("read-write", False)))
        spaces.append(_Space(name, axes, written))
        used = [dimension for axis in axes for dimension, _ in axis]
        if len(set(used)) < len(used):
            raise _Wrong("M408", f"a dimension indexes {name} twice", where)
    return spaces


def _term(term: Any, sizes: Mapping[str, int], values: Mapping[str, int], where: Path_) -> tuple[str, int]:
    """A dimension and its factor: ``[P, Wstride]``."""
    parts = term if isinstance(term, list) else [term]
    inside = [part for part in parts if isinstance(part, str) and part in sizes]
    factors = [values.get(part) if isinstance(part, str) else part for part in parts if part not in inside]
    if len(inside) != 1 or not all(map(_is_size, factors)):
        shown = ", ".join(map(_shown, parts))
        message = f"[{shown}] is not one dimension of the shape, with or without a coefficient"
        raise _Wrong("M402", message, where)
    return inside[0], prod(factor for factor in factors if factor is not None)


# ---- shape to layer -----------------------------------------------------------------------------------


def _layer(name: str, problem: _Problem) -> Layer:
    inputs, weights, output = _operands(problem.spaces)
    found = [problem.densities.get(space.name, 1.0) for space in (weights, inputs, output)]
    return replace(
        _dense_layer(name, problem, inputs, weights, output), density=(found[0], found[1], found[2])
    )


def _dense_layer(name: str, problem: _Problem, inputs: _Space, weights: _Space, output: _Space) -> Layer:
    sizes = problem.sizes
    groups: dict[str, list[str]] = {part: [] for part in ("batch", "channels", "filters", "groups")}
    axes = [_window(axis, sizes, weights, output) for axis in inputs.windows]
    sliding = {dimension for axis in inputs.windows for dimension, _ in axis}
    for dimension, size in sizes.items():
        part = _part(
            dimension in inputs.dimensions, dimension in weights.dimensions, dimension in output.dimensions
        )
        if dimension in sliding:
            continue
        if part:
            groups[part].append(dimension)
        elif size > 1:
            message = (
                f"{dimension} = {size} indexes neither two data spaces nor a window; no layer type has this"
            )
            raise _Wrong("M408", message, ("shape",))
    batch, channels, filters, independent = (prod(sizes[d] for d in groups[part]) for part in groups)
    if not inputs.windows:
        return _layers.matrix_product(name, batch, filters, channels, independent)
    if len(axes) > 2:
        message = f"{len(axes)} sliding windows; layers have one or two"
        raise _Wrong("M408", message, ("shape",))
    rows, columns = axes if len(axes) == 2 else (_Window(1, 1, 1, 1), axes[0])
    return _layers.convolution(
        name,
        batch=batch,
        channels=channels * independent,
        filters=filters * independent,
        groups=independent,
        size=(rows.extent, columns.extent),
        taps=(rows.taps, columns.taps),
        stride=(rows.stride, columns.stride),
        dilation=(rows.dilation, columns.dilation),
    )


def _operands(spaces: Sequence[_Space]) -> tuple[_Space, _Space, _Space]:
    """Inputs, weights and output."""
    written = [space for space in spaces if space.written]
    read_ = [space for space in spaces if not space.written]
    if len(written) != 1 or len(read_) != 2:
        found = f"{len(read_)} data spaces that are read and {len(written)} that are written"
        raise _Wrong("M408", f"{found}; layers have two and one", ("shape",))
    first, second = read_
    swapped = bool(first.windows) < bool(second.windows) or (
        bool(first.windows) == bool(second.windows)
        and _WEIGHTS.search(first.name) is not None
        and _WEIGHTS.search(second.name) is None
    )
    inputs, weights = (second, first) if swapped else (first, second)
    for space in (weights, *written):
        if space.windows:
            raise _Wrong("M408", f"{space.name} has an axis of two dimensions; only inputs may", ("shape",))
    return inputs, weights, written[0]


def _part(of_inputs: bool, of_weights: bool, of_output: bool) -> str:
    """What a dimension is by the tensors that it indexes."""
    return {
        (True, False, True): "batch",
        (True, True, False): "channels",
        (False, True, True): "filters",
        (True, True, True): "groups",
    }.get((of_inputs, of_weights, of_output), "")


@dataclass(frozen=True, slots=True)
class _Window:
    """One axis of a convolution."""

    outputs: int
    taps: int
    stride: int
    dilation: int

    @property
    def extent(self) -> int:
        """Rows of the input that the outputs need."""
        return self.stride * (self.outputs - 1) + self.dilation * (self.taps - 1) + 1


def _window(
    axis: tuple[tuple[str, int], ...], sizes: Mapping[str, int], weights: _Space, output: _Space
) -> _Window:
    of_output = [term for term in axis if term[0] in output.dimensions - weights.dimensions]
    of_weights = [term for term in axis if term[0] in weights.dimensions - output.dimensions]
    if len(axis) != 2 or len(of_output) != 1 or len(of_weights) != 1:
        terms = " + ".join(f"{factor}*{dimension}" for dimension, factor in axis)
        message = f"the axis {terms} is no sliding window: one output and one filter dimension"
        raise _Wrong("M408", message, ("shape",))
    (output_name, stride), (filter_name, dilation) = of_output[0], of_weights[0]
    return _Window(sizes[output_name], sizes[filter_name], stride, dilation)


FRONTEND = Frontend(
    "timeloop", "Timeloop problem, version 0.4 and before", (".yaml", ".yml"), _recognises, read
)

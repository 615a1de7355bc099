"""PyTorch: modules, exported programs and ``.pt2`` files, by ``torch.export``.

Turns the graph of a program into a network. :func:`network` exports a module with example inputs, which may
be on the meta device; :func:`program_network` takes what was exported. Nothing is decomposed: whole operators
keep their steps (an LSTM), their shared heads (attention) and the module that they belong to. Programs that
were decomposed are read too. What ``no_grad`` and the like wrap runs once and is read in its place.

Layers are called after their modules, and those of modules that run again get a number (``_torch_nodes``).
A dimension that the program leaves open is called by an input and an axis, as ``x.0``; it has the size that
is given, else that of the example.

Source: https://docs.pytorch.org/docs/stable/export.html.

Codes: M402 no exported program, M403 dimension without a size, M404 no such dimension, M405 shape not known,
M407 and M408 a node that makes no layer, M410 torch missing, M411 module that cannot be exported, M451 and
M452 not costed.

Non-goals: no values, no weights kept, no training. ``torch.export.load`` unpickles: a file from a stranger
may run code.
"""

from __future__ import annotations

import logging
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_py.errors import InputError, SemanticError, did_you_mean
from maestro_py.frontends import Frontend, Imported, Options, read_bytes
from maestro_py.frontends._collect import Collector, printable
from maestro_py.frontends._text import first_line
from maestro_py.frontends._torch_graph import calls
from maestro_py.frontends._torch_nodes import convert
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    import torch

_ZIP = b"PK\x03\x04"
_RECORDS = (b"/data/weights/", b"/data/constants/", b"/models/", b"archive_format")
LARGEST_UNPACKED = 2**28
"""Bytes that compressed entries may claim; what torch writes is not compressed."""

_LEGACY = "serialized_exported_program.json"


# ---- what the user calls ------------------------------------------------------------------------------


def network(
    module: torch.nn.Module,
    example_inputs: tuple[Any, ...],
    kwargs: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    strict: bool = False,
) -> Imported:
    """Return the network of a module for inputs of given shapes.

    Parameters
    ----------
    module
        The module; on the meta device it takes no memory.
    example_inputs, kwargs
        What it is called with; only shapes matter.
    name
        Of the network; that of the module's class if None.
    strict
        As ``torch.export.export`` has it.

    Raises
    ------
    InputError
        M410 torch is missing.
    SemanticError
        M411 the module cannot be exported; else what is wrong with its operators, all of it.
    """
    library = _library()
    called = type(module).__name__ if name is None else name
    given = dict(kwargs) if kwargs else None
    try:
        with _quiet():
            program = library.export.export(module, example_inputs, given, strict=strict)
    except Exception as error:
        message = f"{called!r}: torch.export cannot export this module: {first_line(error)}"
        raise SemanticError([diagnostic("M411", message)]) from error
    return program_network(program, name=called)


def program_network(
    program: torch.export.ExportedProgram, dims: Mapping[str, int] | None = None, *, name: str = "network"
) -> Imported:
    """Return the network of an exported program.

    Parameters
    ----------
    program
        What ``torch.export.export`` or ``torch.export.load`` returned.
    dims
        Sizes of dimensions that it leaves open, by input and axis (``x.0``).
    name
        Of the network.

    Raises
    ------
    SemanticError
        What is wrong with the program, all of it.
    """
    collector = Collector(Path(name))
    sizes = _sizes(program, dims or {}, collector)
    collector.raise_errors()
    convert(calls(program.graph_module, _constants(program), sizes), collector)
    found = collector.finish()
    return replace(found, network=replace(found.network, name=printable(name) or "network"))


def read(path: Path, options: Options) -> Imported:
    """Return the network of a ``.pt2`` file.

    Raises
    ------
    InputError
        M001 the file cannot be read, M410 torch is missing.
    SemanticError
        What is wrong with the program, all of it.
    """
    read_bytes(path, 1)
    library = _library()
    _check_archive(path)
    try:
        with _quiet():
            program = library.export.load(str(path))
    except Exception as error:  # noqa: BLE001  # of the archive, JSON, pickle, or C++
        message = f"torch {library.__version__} cannot load the program in it: {first_line(error)}"
        hint = "export it again with this version; what defines operators of its own must be imported"
        raise _broken(path, message, hint) from None
    try:
        return program_network(program, options.dims, name=path.stem)
    except SemanticError as error:
        of_name, of_file = f"{path.stem!r}: ", f"{str(path)!r}: "
        raise SemanticError(
            replace(entry, message=of_file + entry.message.removeprefix(of_name))
            for entry in error.diagnostics
        ) from None


# ---- the library and its files ------------------------------------------------------------------------


def _library() -> Any:
    try:
        import torch
        import torch.export
    except ImportError as error:
        message = f"reading PyTorch's programs needs torch: {error}"
        raise InputError([diagnostic("M410", message, None, "pip install torch")]) from error
    return torch


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the library logs and warns of from the user; errors say what matters."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _recognises(head: bytes) -> bool:
    return head.startswith(_ZIP) and any(record in head for record in (*_RECORDS, _LEGACY.encode()))


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            entries = archive.infolist()
            start = min((entry.header_offset for entry in entries), default=0)
            packed = sum(e.file_size for e in entries if e.compress_type != zipfile.ZIP_STORED)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        start, names, packed = -1, [], 0
    if start != 0:  # behind its beginning: an archive within one that was cut off
        raise _broken(path, "this is no .pt2 file, or it was cut off: it is no zip archive")
    if packed > LARGEST_UNPACKED:
        message = (
            f"its compressed entries claim {packed:,} bytes, more than the {LARGEST_UNPACKED:,} that are read"
        )
        raise _broken(path, message, "torch.export.save compresses nothing; export it again")
    parts = [name.split("/") for name in names]
    if _LEGACY in names or any("models" in part[:-1] and part[-1].endswith(".json") for part in parts):
        return
    hint = None
    if any(part[-1] == "data.pkl" for part in parts):
        hint = "torch.save wrote it; use torch.export.save(torch.export.export(module, inputs), path)"
    raise _broken(path, "this zip archive holds no exported program", hint)


def _broken(path: Path, message: str, hint: str | None = None) -> SemanticError:
    return SemanticError([diagnostic("M402", f"{str(path)!r}: {message}", None, hint)])


# ---- sizes that the program leaves open ---------------------------------------------------------------


def _sizes(program: Any, dims: Mapping[str, int], collector: Collector) -> dict[Any, int]:
    """Values of the symbols in shapes; remember which are missing or impossible."""
    symbols = _open_dimensions(program)
    values: dict[Any, int] = {}
    for name, size in dims.items():
        if name not in symbols:
            hint = did_you_mean(name, symbols, "dimensions") if symbols else "all its dimensions are numbers"
            collector.error("M404", f"there is no symbolic dimension {name!r}", hint)
            continue
        symbol = symbols[name].node.expr
        bounds = program.range_constraints.get(symbol)
        if bounds is not None and not bounds.lower <= size <= bounds.upper:
            hint = "export it with other bounds, or give another size"
            endless = str(bounds.upper) == "int_oo"
            shown = f"{bounds.lower} and more" if endless else f"{bounds.lower} to {bounds.upper}"
            collector.error("M407", f"{name} is {size}; the program was exported for {shown}", hint)
        elif values.setdefault(symbol, size) != size:
            same = ", ".join(
                other for other in dims if other in symbols and symbols[other].node.expr == symbol
            )
            collector.error("M407", f"these are one dimension and have different sizes: {same}")
    missing: dict[Any, str] = {}
    for name, extent in symbols.items():
        symbol = extent.node.expr
        if symbol not in values and extent.node.has_hint():
            values[symbol] = int(extent.node.hint)
        elif symbol not in values:
            missing.setdefault(symbol, name)
    if missing:
        hint = "give each a size: " + " ".join(f"--dim {name}=1" for name in missing.values())
        collector.error("M403", f"dimensions without a size: {', '.join(missing.values())}", hint)
    return values


def _open_dimensions(program: Any) -> dict[str, Any]:
    """Extents of inputs that are a symbol each, by input and axis."""
    inputs = {spec.arg.name for spec in program.graph_signature.input_specs if spec.kind.name == "USER_INPUT"}
    found = {}
    for node in program.graph.nodes:
        if node.op == "placeholder" and node.name in inputs:
            for axis, extent in enumerate(getattr(node.meta.get("val"), "shape", ())):
                if not isinstance(extent, int) and extent.node.expr.is_symbol:
                    found[f"{node.name}.{axis}"] = extent
    return found


def _constants(program: Any) -> list[bool]:
    """Whether each placeholder is weights; a buffer that the program writes is none."""
    signature = program.graph_signature
    written = set(signature.buffers_to_mutate.values())
    return [
        spec.kind.name in ("PARAMETER", "BUFFER", "CONSTANT_TENSOR") and spec.target not in written
        for spec in signature.input_specs
    ]


FRONTEND = Frontend(
    "torch_export",
    "PyTorch program saved by torch.export.save; shapes only",
    (".pt2",),
    _recognises,
    read,
    takes_dims=True,
)

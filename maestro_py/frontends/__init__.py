"""Networks from files of other tools: one module per format, found by being here.

A module of this package that defines ``FRONTEND`` is a format. A frontend turns a file into an
:class:`Imported`: a network, how often what has no MACs occurs, and warnings about what is not costed though
it may have some.

Codes: M001 file cannot be read, M401 format not known, M404 no symbolic dimensions; those of the formats are
M4xx too.

Non-goals: no weights (shapes are enough), no dataflow, nothing is written (``maestro_py.ir.write``).
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from maestro_py._entries import entries
from maestro_py.errors import Diagnostic, InputError, did_you_mean
from maestro_py.ir.network import Network
from maestro_py.syntax.codes import diagnostic

LANGUAGE_SUFFIX = ".m"
HEAD_BYTES = 4096
"""How much of a file says which format it has."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a file leaves open.

    Attributes
    ----------
    dims
        Sizes of symbolic dimensions.
    """

    dims: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """A network and what it leaves out.

    Attributes
    ----------
    network
        Layers in the order of the file.
    not_costed
        Operators without MACs by name, with their counts.
    warnings
        What may have MACs and is not costed, each kind once (M45x).
    """

    network: Network
    not_costed: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def note(self) -> str:
        """What has no MACs and is not costed, in words; empty if there is nothing.

        >>> Imported(Network("n", ()), {"Relu": 2, "Add": 1}).note
        'Not costed: Add 1, Relu 2.'
        """
        listed = ", ".join(f"{name} {count}" for name, count in sorted(self.not_costed.items()))
        return f"Not costed: {listed}." if listed else ""


@dataclass(frozen=True, slots=True)
class Frontend:
    """A format that networks can be read from.

    Attributes
    ----------
    name
        For ``--format``.
    summary
        One line for ``list``.
    suffixes
        Ends of file names that it goes by, with the dot.
    recognises
        Whether the first bytes of a file look like it.
    read
        The network of a file.
    takes_dims
        Whether its files have symbolic dimensions.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[[Path, Options], Imported]
    takes_dims: bool = False


@cache
def frontends() -> Mapping[str, Frontend]:
    """Every frontend by name, sorted.

    >>> "onnx" in frontends()
    True
    """
    found: dict[str, Frontend] = {entry.name: entry for entry in entries(__name__, "FRONTEND")}
    return MappingProxyType(dict(sorted(found.items())))


def find(path: Path) -> Frontend | None:
    """Return the format of a file, or None where it is none of these (but perhaps the language).

    The suffix says it; where several formats share one, or it says nothing, the beginning of the file.

    Raises
    ------
    InputError
        M401 where several formats share the suffix and the file looks like none.
    """
    suffix = path.suffix.lower()
    if suffix == LANGUAGE_SUFFIX:
        return None
    by_suffix = [entry for entry in frontends().values() if suffix in entry.suffixes]
    if len(by_suffix) == 1:
        return by_suffix[0]
    try:
        head = read_bytes(path, HEAD_BYTES)
    except InputError:
        return by_suffix[0] if by_suffix else None  # whose reading says why the file cannot be read
    for entry in by_suffix or frontends().values():
        if entry.recognises(head):
            return entry
    if by_suffix:
        names = " ".join(entry.name for entry in by_suffix)
        message = f"{str(path)!r} looks like none of the formats of {suffix} files"
        raise InputError([diagnostic("M401", message, None, f"formats of {suffix} files: {names}")])
    return None


def is_named(path: str) -> bool:
    """Whether a text ends as a file name of one of the formats does.

    >>> is_named("net.onnx"), is_named("resnet50")
    (True, False)
    """
    suffix = Path(path).suffix.lower()
    return bool(suffix) and any(suffix in entry.suffixes for entry in frontends().values())


def get(name: str) -> Frontend:
    """Return the frontend called ``name``.

    Raises
    ------
    InputError
        M401 if there is none.
    """
    entry = frontends().get(name)
    if entry is None:
        hint = did_you_mean(name, frontends(), "formats")
        raise InputError([diagnostic("M401", f"there is no format {name!r}", None, hint)])
    return entry


def read(path: str | Path, dims: Mapping[str, int] | None = None, name: str | None = None) -> Imported:
    """Read a network from a file of another tool.

    Parameters
    ----------
    path
        The file.
    dims
        Sizes of symbolic dimensions.
    name
        Of the format; None finds it by the file.

    Raises
    ------
    InputError
        M001 no such file, M401 the format is not known.
    MaestroError
        The file is wrong (M4xx); every error of it.
    """
    path = Path(path)
    entry = find(path) if name is None else get(name)
    if entry is None:
        read_bytes(path, 1)
        message = f"{str(path)!r} is in none of the known formats"
        raise InputError([diagnostic("M401", message, None, f"formats: {' '.join(frontends())}")])
    if dims and not entry.takes_dims:
        named = ", ".join(sorted(dims))
        message = f"{str(path)!r} has no symbolic dimensions to give a size: {named}"
        raise InputError([diagnostic("M404", message)])
    return entry.read(path, Options(dict(dims or {})))


def read_bytes(path: Path, most: int) -> bytes:
    """Return the first ``most`` bytes of a file.

    A pipe is none: opening it may wait for ever, and networks are read more than once.

    Raises
    ------
    InputError
        M001 with the reason.
    """
    hint = None
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) or path.is_dir():  # opening a directory fails with the reason
            with path.open("rb") as stream:
                return stream.read(min(most, status.st_size + 1))  # as much memory as asked for is reserved
        reason, hint = "it is a pipe or a device", "write it to a file first"
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    raise InputError([diagnostic("M001", f"cannot read {str(path)!r}: {reason}", None, hint)])

"""The shipped networks and dataflows: names, files, and what their headers say.

Turns a name that a user gives (``resnet50``, ``kcp_ws``, or a path) into a file, and the comment at the
top of a shipped file into a :class:`ModelInfo` or :class:`DataflowInfo`. The header is lines
``// Key: text``; a line ``//   text`` continues the one before; the first line that is neither ends it.
``models/README.md`` and ``dataflows/README.md`` list the keys.

Code: M701 unknown name.

Non-goals: no parsing of the language (``maestro_py.syntax``), no accelerators (``maestro_py.hardware``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from maestro_py import _resources
from maestro_py._files import is_file
from maestro_py.errors import Diagnostic, InputError, did_you_mean

Kind = Literal["model", "dataflow"]

SUFFIX = ".m"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Header of a shipped network.

    Attributes
    ----------
    name
        The file's name without suffix.
    title
        What it is, in one line.
    source
        Where the shapes come from.
    note
        What is not costed, and what the layer names mean.
    """

    name: str
    title: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class DataflowInfo:
    """Header of a shipped dataflow.

    Attributes
    ----------
    name
        The file's name without suffix.
    title
        What it is, in one line.
    layer_types
        Layer types that it has a template for.
    stationary
        What stays in a PE: ``weights``, ``outputs``, ``rows`` or ``none``.
    parallel
        Dimensions that are spread over PEs in its template for convolutions.
    needs
        Smallest number of PEs, in words.
    source
        Where it comes from.
    differs
        How it departs from its source, and why.
    """

    name: str
    title: str
    layer_types: tuple[str, ...]
    stationary: str
    parallel: tuple[str, ...]
    needs: str
    source: str
    differs: str


def model_names() -> tuple[str, ...]:
    """Names of the shipped networks, sorted.

    >>> "resnet50" in model_names()
    True
    """
    return tuple(_resources.data_files("models", SUFFIX))


def dataflow_names() -> tuple[str, ...]:
    """Names of the shipped dataflows, sorted.

    >>> "kcp_ws" in dataflow_names()
    True
    """
    return tuple(_resources.data_files("dataflows", SUFFIX))


def model_path(name: str) -> Path:
    """Return the file of a shipped network.

    Raises
    ------
    InputError
        M701 if there is none of that name.
    """
    return _shipped("model", name)


def dataflow_path(name: str) -> Path:
    """Return the file of a shipped dataflow.

    Raises
    ------
    InputError
        M701 if there is none of that name.
    """
    return _shipped("dataflow", name)


def find(kind: Kind, name_or_path: str) -> Path:
    """Return the file that a user means: a path, or the name of a shipped file.

    What ends in ``.m`` or holds a path separator is a path and is returned unread. Anything else is a
    shipped name, and only where no such name is known, a file in the current folder.

    Raises
    ------
    InputError
        M701 if it is neither.

    Examples
    --------
    >>> find("dataflow", "rs").name
    'rs.m'
    >>> find("model", "my/network.m").as_posix()
    'my/network.m'
    """
    if name_or_path.endswith(SUFFIX) or any(s in name_or_path for s in (os.sep, os.altsep) if s):
        return Path(name_or_path)
    try:
        return _shipped(kind, name_or_path)
    except InputError:
        if name_or_path and is_file(name_or_path):
            return Path(name_or_path)
        raise


def model_info(name: str) -> ModelInfo:
    """Return what the header of a shipped network says.

    Raises
    ------
    InputError
        M701 if there is none of that name.
    """
    header = _header(model_path(name))
    return ModelInfo(name, header["Title"], header["Source"], header["Note"])


def dataflow_info(name: str) -> DataflowInfo:
    """Return what the header of a shipped dataflow says.

    Raises
    ------
    InputError
        M701 if there is none of that name.

    Examples
    --------
    >>> dataflow_info("dpt").layer_types
    ('DSCONV', 'POOL', 'ADD')
    """
    header = _header(dataflow_path(name))
    return DataflowInfo(
        name,
        header["Title"],
        tuple(header["Layers"].split()),
        header["Stationary"],
        tuple(header["Parallel"].split()),
        header["Needs"],
        header["Source"],
        header["Differs"],
    )


def read_header(lines: Iterable[str]) -> dict[str, str]:
    """Return the keys and texts of a header, in order.

    Examples
    --------
    >>> read_header(["// Title: a dataflow", "//   for tests", "", "// Note: not read"])
    {'Title': 'a dataflow for tests'}
    """
    header: dict[str, str] = {}
    key = ""
    for line in lines:
        if not line.startswith("// "):
            break
        text = line[3:]
        if text.startswith("  ") and key:
            header[key] += " " + text.strip()
            continue
        key, colon, value = text.partition(":")
        if not colon:
            break
        header[key] = value.strip()
    return header


def _header(path: Path) -> dict[str, str]:
    return read_header(path.read_text(encoding="utf-8").splitlines())


def _shipped(kind: Kind, name: str) -> Path:
    files = _resources.data_files("models" if kind == "model" else "dataflows", SUFFIX)
    if name in files:
        return Path(str(files[name]))  # a real file: an installation with a compiled module is never a zip
    other: Kind = "dataflow" if kind == "model" else "model"
    if name in _resources.data_files("models" if other == "model" else "dataflows", SUFFIX):
        hint = f"{name!r} is a {other}; {kind}s: {' '.join(files)}"
    else:
        hint = did_you_mean(name, files, f"{kind}s")
    raise InputError([Diagnostic("M701", f"no shipped {kind} is called {name!r}", None, hint)])

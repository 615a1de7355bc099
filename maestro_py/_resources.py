"""Where the data folders of the package are: grammar, shipped dataflows, shipped models.

Turns ``("dsl", "grammar.lark")`` into a readable resource. In a wheel and in an editable installation
the folders ``dsl``, ``dataflows`` and ``models`` are packages below ``maestro_py`` (see ``setup.py``); in a
bare source tree they lie beside it. Only this module knows.

Non-goals: no user files.
"""

from __future__ import annotations

from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

DataFolder = Literal["dsl", "dataflows", "models"]


def data_folder(name: DataFolder) -> Traversable:
    """Return the data folder ``name``, wherever this installation keeps it.

    Raises
    ------
    FileNotFoundError
        If the installation lacks it (a broken package).
    """
    try:
        module = import_module(f"maestro_py.{name}")
    except ModuleNotFoundError:
        folder: Traversable = Path(__file__).resolve().parent.parent / name
    else:
        folder = files(module)
    if not folder.is_dir():
        raise FileNotFoundError(f"the installation of maestro-py lacks its folder {name!r}")
    return folder


def read_text(folder: DataFolder, file: str) -> str:
    """Return the text of a shipped file.

    Examples
    --------
    >>> "map_directive" in read_text("dsl", "grammar.lark")
    True
    """
    return (data_folder(folder) / file).read_text(encoding="utf-8")


def data_files(folder: DataFolder, suffix: str = ".m") -> dict[str, Traversable]:
    """Return the shipped files of a folder by name without suffix, sorted."""
    found = {
        entry.name.removesuffix(suffix): entry
        for entry in data_folder(folder).iterdir()
        if entry.name.endswith(suffix)
    }
    return dict(sorted(found.items()))

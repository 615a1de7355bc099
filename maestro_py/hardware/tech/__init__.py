"""Technologies by name: energy, area and leakage tables.

``maestro-28nm`` (the original's constants), ``eyeriss-65nm`` (relative energies of the paper),
``cacti-<22|28|32|45|65>nm-<lstp|lop|hp>``, or the path of a YAML file: a user's table (``user``) or an
Accelergy ERT (``accelergy``).

Codes: M602 unknown name, M605 a file that cannot be read; those of ``yaml_input`` and ``accelergy``.

Non-goals: no search path for tables; a name is one of the shipped ones or a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from maestro_py.errors import Diagnostic, InputError
from maestro_py.hardware.tech.base import AccessEnergy, MachineSize, MemoryLevel, Technology

__all__ = ["AccessEnergy", "MachineSize", "MemoryLevel", "Technology", "names", "technology"]


_Widths = int | tuple[tuple[str, int], ...] | None


@cache
def _shipped() -> Mapping[str, Technology]:
    from maestro_py.hardware.tech.cacti import DEVICES, NODES_NM, CactiTechnology
    from maestro_py.hardware.tech.eyeriss import EyerissTechnology
    from maestro_py.hardware.tech.maestro import MaestroTechnology

    shipped: list[Technology] = [MaestroTechnology(), EyerissTechnology()]
    shipped += [CactiTechnology(node, device) for node in NODES_NM for device in DEVICES]
    return {entry.name: entry for entry in shipped}


def names() -> tuple[str, ...]:
    """Names of the shipped technologies.

    >>> "cacti-28nm-lstp" in names()
    True
    """
    return tuple(_shipped())


def technology(name: str, word_bits: int | Mapping[str, int] | None = None) -> Technology:
    """The technology of a name or of a YAML file.

    Parameters
    ----------
    name
        A shipped name, or the path of a user's table or an Accelergy ERT (``.yaml``, ``.yml``). An ERT's word
        widths are looked up in ``<stem>.flattened_architecture.yaml`` beside it where that exists.
    word_bits
        Word width of an ERT's components (``accelergy.read_accelergy_ert``); shipped names ignore it.

    Raises
    ------
    InputError
        M602 unknown name, M605 unreadable file.
    HardwareError
        What is wrong in the file, with its place.
    """
    shipped = _shipped().get(name)
    if shipped is not None:
        return shipped
    if name.endswith((".yaml", ".yml")):
        frozen = tuple(sorted(word_bits.items())) if isinstance(word_bits, Mapping) else word_bits
        path = Path(name)
        return _from_file(name, frozen, _modified(path))
    import difflib

    close = difflib.get_close_matches(name, names(), n=1, cutoff=0.4)
    hint = f"did you mean '{close[0]}'? " if close else ""
    known = "maestro-28nm, eyeriss-65nm, cacti-<22|28|32|45|65>nm-<lstp|lop|hp>, or a .yaml file"
    raise InputError([Diagnostic("M602", f"unknown technology '{name}'", None, f"{hint}known: {known}")])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        diagnostic = Diagnostic("M605", f"cannot read '{path}': {reason}", None, "give the path of a table")
        raise InputError([diagnostic]) from error


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@cache
def _from_file(name: str, word_bits: _Widths, modified_ns: int) -> Technology:
    """Reads a file once per state of the file (``modified_ns`` is part of the cache's key)."""
    from maestro_py.hardware.tech.accelergy import ert_from_tree
    from maestro_py.hardware.tech.user import table_from_tree
    from maestro_py.hardware.tech.yaml_input import parse_yaml

    path = Path(name)
    tree = parse_yaml(_read(path), name)
    if not (isinstance(tree, Mapping) and "ERT" in tree):
        return table_from_tree(tree, name)
    beside = path.with_name(path.name.replace(".ERT.", ".flattened_architecture."))
    architecture = parse_yaml(_read(beside), str(beside)) if beside != path and beside.exists() else tree
    widths = dict(word_bits) if isinstance(word_bits, tuple) else word_bits
    return ert_from_tree(tree, name, widths, architecture)

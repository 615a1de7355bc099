"""The library of hardware modules: a name to its SystemVerilog file and to its specification.

A folder of this package holds one module: ``<name>/<name>.sv`` and, in ``<name>/__init__.py``, what it is
meant to do: its parameters, ports, latency and throughput in the docstring, and a model in software where
it computes something. The benches (``tests/rtl/modules``) hold the two against each other.

Ports are flat vectors of fields. :func:`pack` and :func:`unpack` turn fields into such a vector and back.

Non-goals: no order of compilation and no simulation (``rtlgen.simulate``), no generated top level.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType

__all__ = ["UnknownModuleError", "names", "pack", "path", "specification", "unpack", "wrap"]

_FOLDER = Path(__file__).parent


class UnknownModuleError(LookupError):
    """The library has no module of that name."""


def names() -> tuple[str, ...]:
    """Names of all modules, sorted."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*/*.sv") if file.stem == file.parent.name))


def path(name: str) -> Path:
    """SystemVerilog file of the module ``name``.

    Raises
    ------
    UnknownModuleError
        There is no such module.
    """
    if name not in names():
        raise UnknownModuleError(f"no hardware module {name!r}; known: {' '.join(names())}")
    return _FOLDER / name / f"{name}.sv"


def specification(name: str) -> ModuleType:
    """Python side of the module ``name``: its docstring specifies the hardware, its ``model`` computes it.

    Raises
    ------
    UnknownModuleError
        There is no such module.

    Examples
    --------
    >>> print(specification("fifo").__doc__.splitlines()[0])
    First-in first-out queue whose head is shown as soon as it is there.
    """
    path(name)
    return import_module(f"{__name__}.{name}")


def wrap(value: int, bits: int) -> int:
    """Two's complement value of the low ``bits`` bits of ``value``.

    Examples
    --------
    >>> wrap(200, 8), wrap(-200, 8)
    (-56, 56)
    """
    half = 1 << (bits - 1)
    return (value + half) % (2 * half) - half


def pack(values: Iterable[int], bits: int) -> int:
    """Flat vector of fields of ``bits`` bits; the first value is the least significant field.

    Examples
    --------
    >>> hex(pack([1, -1, 2], 8))
    '0x2ff01'
    """
    mask = (1 << bits) - 1
    return sum((value & mask) << (index * bits) for index, value in enumerate(values))


def unpack(vector: int, count: int, bits: int, signed: bool = False) -> list[int]:
    """Fields of a flat vector, the least significant first.

    Examples
    --------
    >>> unpack(0x2FF01, 3, 8), unpack(0x2FF01, 3, 8, signed=True)
    ([1, 255, 2], [1, -1, 2])
    """
    fields = [vector >> (index * bits) & ((1 << bits) - 1) for index in range(count)]
    return [wrap(field, bits) for field in fields] if signed else fields

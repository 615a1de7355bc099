"""What stands in a package one file each: layer types, formats, searchers and the like, found by being there.

Each module whose name does not begin with an underscore defines one entry, under a name that all share.

Non-goals: no entries from other distributions.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def modules(package: str) -> tuple[str, ...]:
    """Return the names of the modules that define an entry, sorted; none is imported.

    >>> modules("maestro_py.hardware.noc")
    ('bus', 'mesh', 'systolic', 'tree')
    """
    found = iter_modules(import_module(package).__path__)
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def entry(package: str, module: str, attribute: str) -> Any:
    """Return the entry of a module, which is imported now.

    Raises
    ------
    KeyError
        If the package has no such module.
    """
    if module not in modules(package):
        raise KeyError(module)
    return getattr(import_module(f"{package}.{module}"), attribute)


def entries(package: str, attribute: str) -> Iterator[Any]:
    """Yield every entry in the order of the modules' names.

    >>> [found.name for found in entries("maestro_py.hardware.noc", "NOC")]
    ['bus', 'mesh', 'systolic', 'tree']
    """
    for module in modules(package):
        yield entry(package, module, attribute)

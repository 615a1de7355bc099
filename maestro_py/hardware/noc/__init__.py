"""Interconnects between the shared buffer and the PEs, one per file, found by name.

An interconnect says how many hops a word makes: from the buffer to one PE on average, and how many more for
every further PE that a multicast reaches (the same for partial sums that merge on their way to the buffer).
The hops of a traffic of ``injected`` words of which ``delivered`` copies arrive are then

    hops = injected * average_hops(P) + (delivered - injected) * copy_hops(P)

A file here defines ``NOC``, an object of the :class:`NoC` protocol; being here is being registered.

Codes: M608 unknown interconnect.

Non-goals: no contention and no latency (``Accelerator.noc_latency_cycles``), no wire length.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from maestro_py._entries import entries
from maestro_py.errors import Diagnostic, HardwareError


class NoC(Protocol):
    """Hops that a word makes on an interconnect."""

    @property
    def name(self) -> str:
        """Name of the file."""
        ...

    @property
    def description(self) -> str:
        """What connects the PEs, in one line."""
        ...

    def average_hops(self, num_pes: int) -> float:
        """Hops from the buffer to one PE, on average over the PEs."""
        ...

    def copy_hops(self, num_pes: int) -> float:
        """Further hops for each further PE that a multicast reaches."""
        ...


@cache
def _registry() -> Mapping[str, NoC]:
    return {entry.name: entry for entry in entries(__name__, "NOC")}


def names() -> tuple[str, ...]:
    """Names of all interconnects.

    >>> names()
    ('bus', 'mesh', 'systolic', 'tree')
    """
    return tuple(_registry())


def noc(name: str) -> NoC:
    """The interconnect of a name.

    Raises
    ------
    HardwareError
        M608 for an unknown name.
    """
    if name in _registry():
        return _registry()[name]
    raise HardwareError(
        [Diagnostic("M608", f"unknown interconnect '{name}'", None, f"known: {', '.join(names())}")]
    )

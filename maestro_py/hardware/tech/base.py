"""The seam between a technology and the energy model: the :class:`Technology` protocol and its values.

A technology answers five questions about one machine: what a MAC costs, what a memory access costs, what
a hop on the NoC costs, what a DRAM access costs, and how large and how leaky the parts are. Every answer
names the word it is for, and carries the caveats a reader must know (:class:`AccessEnergy.caveats`).

Non-goals: no counts (``maestro_py.hardware.energy``), no numbers (the files beside this one).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, runtime_checkable

MemoryLevel = Literal["L1", "L2"]
"""The memories inside the chip: the scratchpad of one PE, and the shared buffer."""

StaticPowerKind = Literal["leakage", "total", "none"]
"""What ``static_power_mw`` holds: leakage, power that already contains switching, or nothing."""


class AccessEnergy(NamedTuple):
    """Energy of one access of one word, and what to know about the figures.

    ``word_bits`` is the width the two energies are for; it may differ from the width that was asked for
    when a table knows only one. None: they are for one element, whatever its width.
    """

    read_pj: float
    write_pj: float
    word_bits: int | None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MachineSize:
    """What area and leakage depend on; for many machines, arrays that broadcast against each other.

    Attributes
    ----------
    num_pes, lanes_per_pe
        Processing elements, and MACs per cycle of each.
    l1_bytes, l2_bytes
        Scratchpad of one PE, and the shared buffer.
    noc_bandwidth_bytes_per_cycle
        Width of the NoC.
    multiply_bits, add_bits
        Operand width of the multiplier, width of the accumulator.
    l1_word_bits, l2_word_bits
        Words of the two memories.
    """

    num_pes: int
    lanes_per_pe: int
    l1_bytes: int
    l2_bytes: int
    noc_bandwidth_bytes_per_cycle: int
    multiply_bits: int
    add_bits: int
    l1_word_bits: int
    l2_word_bits: int


@runtime_checkable
class Technology(Protocol):
    """An energy, area and leakage table.

    ``name`` identifies it, ``description`` says node, device, temperature and source in one line,
    ``caveats`` hold for every number it gives.
    """

    @property
    def name(self) -> str:
        """Name under which ``technology()`` finds it."""
        ...

    @property
    def description(self) -> str:
        """Node, device, temperature and source in one line."""
        ...

    @property
    def caveats(self) -> tuple[str, ...]:
        """What holds for every number of this table."""
        ...

    @property
    def static_power_kind(self) -> StaticPowerKind:
        """What ``static_power_mw`` returns."""
        ...

    @property
    def memory_energy_varies(self) -> bool:
        """Whether ``memory_access`` depends on the size or the word of a memory."""
        ...

    def mac_energy_pj(self, multiply_bits: int, add_bits: int) -> float:
        """Energy of one multiply of ``multiply_bits`` operands and one add of ``add_bits``, in pJ."""
        ...

    def add_energy_pj(self, add_bits: int) -> float:
        """Energy of one add (or compare) of ``add_bits``, in pJ."""
        ...

    def memory_access(
        self, level: MemoryLevel, size_bytes: int, word_bits: int, tensor: str = ""
    ) -> AccessEnergy:
        """Energy of one word access to a memory of ``size_bytes``; ``tensor`` is W, I, O or empty."""
        ...

    def noc_hop_energy_pj(self, bits: int) -> float:
        """Energy of ``bits`` over one hop of the NoC, in pJ."""
        ...

    def dram_access_energy_pj(self, bits: int) -> float:
        """Energy of reading or writing ``bits`` off chip, in pJ."""
        ...

    def area_um2(self, machine: MachineSize) -> Mapping[str, float]:
        """Area of each part, in um2; a part without a figure is absent."""
        ...

    def static_power_mw(self, machine: MachineSize) -> Mapping[str, float]:
        """Power of each part that does not depend on the counts, in mW (``static_power_kind``)."""
        ...

    def machine_caveats(self, machine: MachineSize) -> tuple[str, ...]:
        """What to know about area and static power of this machine."""
        ...

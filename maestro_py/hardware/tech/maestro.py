"""Technology ``maestro-28nm``: the constants of the released MAESTRO cost model, for comparison.

Energy: 0.23 pJ per MAC; an L1 access costs 1.68 and an L2 access 18.61 MACs (CACTI at 28 nm for 2 KB and
1 MB), read or write, whatever the real size and width. With P PEs of ``lanes`` MACs, sizes in bytes, ``bw``
in bytes per cycle and ``A(P) = 1.2886 P^2 + 5.5814 P - 23.711``:

    area_um2 = P (283 lanes + 0.104 L1) + 0.104 L2 + 101.7938 (14.662 P + 28.895) bw
               + max(395.473, 395.473 A(P))
    power_mw = P (1.2223 lanes + 0.00345 L1) + 0.00345 L2 + 0.0008 (14.662 P + 28.895) bw
               + max(0.34, 0.00034 A(P))

The power is the original's estimate of the whole chip, not leakage. The original has no energy for the NoC
(its power is in the regression) and none for DRAM; here a hop is free and DRAM is Horowitz's, so that totals
with off-chip traffic mean something. Compare the original with ``EnergyBreakdown.on_chip_pj``.

Non-goals: no scaling with precision, size, node or frequency; the original has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maestro_py.hardware.elementwise import elementwise
from maestro_py.hardware.tech import logic
from maestro_py.hardware.tech.base import AccessEnergy, MachineSize, MemoryLevel, StaticPowerKind
from maestro_py.hardware.tech.tables import constants_of, source_of

LARGEST_REGRESSION_PES = 1024


@dataclass(frozen=True, slots=True)
class MaestroTechnology:
    """The original tool's constants."""

    @property
    def name(self) -> str:
        """``maestro-28nm``."""
        return "maestro-28nm"

    @property
    def description(self) -> str:
        """Node and source."""
        return f"28 nm; {source_of('maestro').source}; DRAM: Horowitz, ISSCC 2014"

    @property
    def caveats(self) -> tuple[str, ...]:
        """What the constants leave out."""
        return (
            "constants of the original tool: energy does not depend on precision, buffer size or word width",
            "the original has no energy per NoC hop; its power regression covers the NoC",
            "the original has no DRAM energy; the middle of Horowitz's 1300 to 2600 pJ per 64 bits is used",
        )

    @property
    def static_power_kind(self) -> StaticPowerKind:
        """The regression is the power of the whole chip."""
        return "total"

    @property
    def memory_energy_varies(self) -> bool:
        """One constant per level."""
        return False

    def mac_energy_pj(self, multiply_bits: int, add_bits: int) -> float:
        """0.23 pJ at any precision."""
        return self._constant("mac")

    def add_energy_pj(self, add_bits: int) -> float:
        """As a MAC: the original charges a comparison like a MAC."""
        return self._constant("mac")

    def memory_access(
        self, level: MemoryLevel, size_bytes: int, word_bits: int, tensor: str = ""
    ) -> AccessEnergy:
        """One constant per level and element, of any width."""
        ratio = self._constant("l1_access" if level == "L1" else "l2_access")
        energy_pj = ratio * self._constant("mac")
        return AccessEnergy(energy_pj, energy_pj, None)

    def noc_hop_energy_pj(self, bits: int) -> float:
        """Zero: not in the original."""
        return 0.0 * bits

    def dram_access_energy_pj(self, bits: int) -> float:
        """Horowitz's range, middle."""
        return logic.dram_energy_pj_per_bit() * bits

    def area_um2(self, machine: MachineSize) -> Mapping[str, float]:
        """The area regression, part by part."""
        return {
            "MAC": machine.num_pes * machine.lanes_per_pe * self._constant("area_lane"),
            "L1": machine.num_pes * machine.l1_bytes * self._constant("area_buffer_byte"),
            "L2": machine.l2_bytes * self._constant("area_buffer_byte"),
            "NoC bus": self._constant("area_bus") * self._bus(machine),
            "NoC arbiter": self._constant("area_arbiter") * elementwise(self._area_arbiters, machine.num_pes),
        }

    def static_power_mw(self, machine: MachineSize) -> Mapping[str, float]:
        """The power regression, part by part."""
        return {
            "MAC": machine.num_pes * machine.lanes_per_pe * self._constant("power_lane"),
            "L1": machine.num_pes * machine.l1_bytes * self._constant("power_buffer_byte"),
            "L2": machine.l2_bytes * self._constant("power_buffer_byte"),
            "NoC bus": self._constant("power_bus") * self._bus(machine),
            "NoC arbiter": elementwise(self._power_arbiter, machine.num_pes),
        }

    def machine_caveats(self, machine: MachineSize) -> tuple[str, ...]:
        """The arbiter term is quadratic in the PEs."""
        notes = ["area and power are the original's regressions; they do not depend on the frequency"]
        if machine.num_pes > LARGEST_REGRESSION_PES:
            notes.append(
                f"the arbiter term grows with PEs squared; {machine.num_pes} PEs are outside its data"
            )
        return tuple(notes)

    def _constant(self, quantity: str) -> float:
        return constants_of("maestro-28nm")[quantity]

    def _bus(self, machine: MachineSize) -> float:
        per_byte = self._constant("bus_per_pe") * machine.num_pes + self._constant("bus_offset")
        return per_byte * machine.noc_bandwidth_bytes_per_cycle

    def _area_arbiters(self, num_pes: int) -> float:
        return max(1.0, self._arbiter(num_pes))

    def _power_arbiter(self, num_pes: int) -> float:
        return max(
            self._constant("power_arbiter_floor"), self._constant("power_arbiter") * self._arbiter(num_pes)
        )

    def _arbiter(self, num_pes: int) -> float:
        return (
            self._constant("arbiter_quadratic") * num_pes**2
            + self._constant("arbiter_linear") * num_pes
            + self._constant("arbiter_offset")
        )

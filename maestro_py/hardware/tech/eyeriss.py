"""Technology ``eyeriss-65nm``: the relative energies of the Eyeriss paper (ISCA 2016), 1 : 2 : 6 : 200.

Per access of one 16-bit word, in energies of one 16-bit MAC: register file (L1) 1, neighbour PE (a NoC hop)
2, global buffer of 100 KB (L2) 6, DRAM 200. The paper gives no absolute energy of its MAC; here it is
Horowitz's multiply and add at 16 and 32 bits brought from 45 nm, 0.9 V to 65 nm, 1.0 V (``logic``), so only
ratios between the levels are the paper's.

Non-goals: no area, no leakage, no dependence on memory size (the paper states one size).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maestro_py.hardware.tech import logic
from maestro_py.hardware.tech.base import AccessEnergy, MachineSize, MemoryLevel, StaticPowerKind
from maestro_py.hardware.tech.tables import constants_of, source_of

NODE_NM = 65
ACCUMULATOR_BITS = 32


@dataclass(frozen=True, slots=True)
class EyerissTechnology:
    """Energies relative to one 16-bit MAC."""

    @property
    def name(self) -> str:
        """``eyeriss-65nm``."""
        return "eyeriss-65nm"

    @property
    def description(self) -> str:
        """Node and source."""
        return (
            f"65 nm, 1.0 V; {source_of('eyeriss').source} (1:2:6:200); "
            "absolute MAC: Horowitz, ISSCC 2014, scaled"
        )

    @property
    def caveats(self) -> tuple[str, ...]:
        """What is the paper's and what is not."""
        return (
            "relative energies of the Eyeriss paper for 16-bit words; the absolute MAC energy is Horowitz "
            "scaled from 45 nm, 0.9 V to 65 nm, 1.0 V",
            "energy does not depend on the buffer size; the paper's global buffer is 100 KB",
            "no area and no leakage in this source",
        )

    @property
    def static_power_kind(self) -> StaticPowerKind:
        """Nothing known."""
        return "none"

    @property
    def memory_energy_varies(self) -> bool:
        """The paper states one size."""
        return False

    def _constant(self, quantity: str) -> float:
        return constants_of("eyeriss-65nm")[quantity]

    def _scale(self) -> float:
        return logic.energy_scale(NODE_NM, self._constant("supply"))

    def _word_pj(self, quantity: str) -> float:
        word_bits = int(self._constant("word_bits"))
        return self._constant(quantity) * self.mac_energy_pj(word_bits, ACCUMULATOR_BITS)

    def mac_energy_pj(self, multiply_bits: int, add_bits: int) -> float:
        """Horowitz at 65 nm, 1.0 V."""
        return self._scale() * logic.mac_energy_45nm_pj(multiply_bits, add_bits)

    def add_energy_pj(self, add_bits: int) -> float:
        """Horowitz at 65 nm, 1.0 V."""
        return self._scale() * logic.logic_value("integer_add", "pj", add_bits)

    def memory_access(
        self, level: MemoryLevel, size_bytes: int, word_bits: int, tensor: str = ""
    ) -> AccessEnergy:
        """One or six MACs per 16-bit word, at any size."""
        energy_pj = self._word_pj("l1_access" if level == "L1" else "l2_access")
        return AccessEnergy(energy_pj, energy_pj, int(self._constant("word_bits")))

    def noc_hop_energy_pj(self, bits: int) -> float:
        """Two MACs per 16-bit word."""
        return self._word_pj("noc_hop") * bits / self._constant("word_bits")

    def dram_access_energy_pj(self, bits: int) -> float:
        """200 MACs per 16-bit word."""
        return self._word_pj("dram_access") * bits / self._constant("word_bits")

    def area_um2(self, machine: MachineSize) -> Mapping[str, float]:
        """None in this source."""
        return {}

    def static_power_mw(self, machine: MachineSize) -> Mapping[str, float]:
        """None in this source."""
        return {}

    def machine_caveats(self, machine: MachineSize) -> tuple[str, ...]:
        """Area and leakage are missing."""
        return ("the Eyeriss paper's table has no area and no leakage: both are left out",)

"""Technologies ``cacti-<node>nm-<device>``: CACTI memories, Horowitz arithmetic, Eyeriss NoC hop.

Nodes 22, 28, 32, 45, 65; devices ``lstp`` (low standby power, 300 K), ``lop`` (low operating power, 300 K),
``hp`` (high performance, 360 K). Memories: ``sram``. Arithmetic: ``logic``. DRAM: the middle of Horowitz's
range, which does not scale with the node. NoC: moving a word to a neighbour PE costs two MACs (Eyeriss,
ISCA 2016, 16 bits), so a hop costs ``2 * MAC(16, 32) / 16`` per bit at this node.

Non-goals: no area of the NoC and no leakage of logic (no cited figure at these nodes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from maestro_py.hardware.elementwise import elementwise
from maestro_py.hardware.tech import logic, sram
from maestro_py.hardware.tech.base import AccessEnergy, MachineSize, MemoryLevel, StaticPowerKind
from maestro_py.hardware.tech.tables import constants_of, source_of

NODES_NM = (22, 28, 32, 45, 65)
DEVICES = ("lstp", "lop", "hp")
NOC_REFERENCE_BITS = 16


@dataclass(frozen=True, slots=True)
class CactiTechnology:
    """Energy, area and leakage at one node and device type."""

    node_nm: int
    device: str

    @property
    def name(self) -> str:
        """``cacti-28nm-lstp`` and so on."""
        return f"cacti-{self.node_nm}nm-{self.device}"

    @property
    def description(self) -> str:
        """Node, device, temperature and sources."""
        source = source_of(f"sram_cacti_{self.device}")
        return (
            f"{self.node_nm} nm {source.device}, {source.temperature_k} K; SRAM: {source.source}; "
            "arithmetic and DRAM: Horowitz, ISSCC 2014; NoC hop: 2 MACs per 16-bit word, Eyeriss, ISCA 2016"
        )

    @property
    def caveats(self) -> tuple[str, ...]:
        """Scaling rules behind the numbers."""
        voltage = logic.supply_voltage_v(self.node_nm, self.device)
        notes = [
            f"MAC energy is Horowitz at 45 nm, 0.9 V scaled by (node/45)(V/0.9)^2 with V = {voltage:.2f} V",
            "DRAM energy is the middle of 1300 to 2600 pJ per 64 bits",
            "a NoC hop costs two 16-bit MACs per 16 bits (Eyeriss ratio); wire length is not modelled",
        ]
        if self.node_nm == 28:
            notes.append("28 nm SRAM is CACTI's interpolation between 22 and 32 nm")
        return tuple(notes)

    @property
    def static_power_kind(self) -> StaticPowerKind:
        """SRAM leakage."""
        return "leakage"

    @property
    def memory_energy_varies(self) -> bool:
        """With size and word."""
        return True

    def _energy_scale(self) -> float:
        return logic.energy_scale(self.node_nm, logic.supply_voltage_v(self.node_nm, self.device))

    def mac_energy_pj(self, multiply_bits: int, add_bits: int) -> float:
        """Multiply at operand width plus add at accumulator width."""
        return self._energy_scale() * logic.mac_energy_45nm_pj(multiply_bits, add_bits)

    def add_energy_pj(self, add_bits: int) -> float:
        """One add or compare."""
        return self._energy_scale() * logic.logic_value("integer_add", "pj", add_bits)

    def memory_access(
        self, level: MemoryLevel, size_bytes: int, word_bits: int, tensor: str = ""
    ) -> AccessEnergy:
        """CACTI's figures; the level only names the caveats."""
        notes = sram.sram_caveats(self.device, size_bytes, word_bits)
        return AccessEnergy(
            sram.sram_value(self.device, self.node_nm, "read_pj", size_bytes, word_bits),
            sram.sram_value(self.device, self.node_nm, "write_pj", size_bytes, word_bits),
            word_bits,
            tuple(f"{level}: {note}" for note in notes),
        )

    def noc_hop_energy_pj(self, bits: int) -> float:
        """Eyeriss's ratio to a 16-bit MAC at this node."""
        per_word = constants_of("eyeriss-65nm")["noc_hop"] * self.mac_energy_pj(NOC_REFERENCE_BITS, 32)
        return per_word * bits / NOC_REFERENCE_BITS

    def dram_access_energy_pj(self, bits: int) -> float:
        """Horowitz's range, middle."""
        return logic.dram_energy_pj_per_bit() * bits

    def area_um2(self, machine: MachineSize) -> Mapping[str, float]:
        """MACs, L1, L2; none for the NoC."""
        mac = logic.mac_area_45nm_um2(machine.multiply_bits, machine.add_bits) * logic.area_scale(
            self.node_nm
        )
        return {
            "MAC": machine.num_pes * machine.lanes_per_pe * mac,
            "L1": machine.num_pes * self._sram("area_um2", machine.l1_bytes, machine.l1_word_bits),
            "L2": self._sram("area_um2", machine.l2_bytes, machine.l2_word_bits),
        }

    def static_power_mw(self, machine: MachineSize) -> Mapping[str, float]:
        """Leakage of L1 and L2."""
        return {
            "L1": machine.num_pes * self._sram("leakage_mw", machine.l1_bytes, machine.l1_word_bits),
            "L2": self._sram("leakage_mw", machine.l2_bytes, machine.l2_word_bits),
        }

    def machine_caveats(self, machine: MachineSize) -> tuple[str, ...]:
        """Ranges left by this machine's memories, and the parts without a figure."""
        notes = [f"L1: {n}" for n in sram.sram_caveats(self.device, machine.l1_bytes, machine.l1_word_bits)]
        notes += [f"L2: {n}" for n in sram.sram_caveats(self.device, machine.l2_bytes, machine.l2_word_bits)]
        notes.append("no area for the NoC and control, no leakage of logic: not in these sources")
        return tuple(notes)

    def _sram(self, quantity: sram.Quantity, size_bytes: int, word_bits: int) -> float:
        def figure(size: int, word: int) -> float:
            return sram.sram_value(self.device, self.node_nm, quantity, size, word) if size else 0.0

        return cast(float, elementwise(figure, size_bytes, word_bits))

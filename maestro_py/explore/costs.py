"""Energy, area and static power of many machines at once, as arrays.

The formulas are those of ``maestro_py.hardware.energy``: what does not vary is taken from it for one machine,
what does is looked up once per size, word and tensor. Results are the same to the last bit.

Numbers that vary come as arrays that broadcast against each other, and so do the results.

Non-goals: no counts, no totals (``totals``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.analysis.layers import energy_columns, operand_dimensions
from maestro_py.hardware import energy as energy_model
from maestro_py.hardware import noc as interconnects
from maestro_py.hardware.elementwise import elementwise
from maestro_py.hardware.energy import TENSORS, WIDEST_WORD_BITS, EnergyRates
from maestro_py.hardware.tech import MachineSize, MemoryLevel, technology
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.density import millionths
from maestro_py.ir.network import Layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

COST_AXES = ("num_pes", "vector_width", "l1_bytes", "l2_bytes", "noc_bandwidth_bytes_per_cycle")
"""Numbers that may vary and that energy rates, area and static power depend on."""


class ManyCosts:
    """Energy rates, area and static power of machines that share words and element widths.

    Parameters
    ----------
    machine
        Every number that does not vary.
    varying
        Arrays of :data:`COST_AXES`; both buffer sizes where the machine leaves them open.

    Examples
    --------
    >>> machine = Accelerator(technology="cacti-28nm-lstp", l2_bytes=65536)
    >>> costs = ManyCosts(machine, {"l1_bytes": np.array([512, 1024])})
    >>> costs.static_power_mw.shape
    (2,)
    """

    def __init__(self, machine: Accelerator, varying: Mapping[str, Array]) -> None:
        self.varying = {name: varying[name] for name in COST_AXES if name in varying}
        first: dict[str, Any] = {name: int(values.flat[0]) for name, values in self.varying.items()}
        self.first = replace(machine, **first)
        self.technology = technology(machine.technology)
        self._rates: dict[str, EnergyRates] = {}
        self.sizes = sizes = self._sizes()
        self.static_power_kind = self.technology.static_power_kind
        areas = self.technology.area_um2(sizes)
        self.area_um2 = np.asarray(sum(areas.values()) if areas else np.nan, float)
        self.static_power_mw = np.asarray(sum(self.technology.static_power_mw(sizes).values()), float)

    def energy(self, layer: Layer, counts: Mapping[str, Array]) -> dict[str, Any]:
        """Return the base columns of a layer's energy."""
        rates = self._rates.get(layer.operator)
        if rates is None:
            rates = self._rates[layer.operator] = self._rates_of(layer)
        active = energy_model.active_part(self.first, rates, millionths(layer.density))
        return energy_columns(energy_model.apply_rates(counts, rates, active))

    def _number(self, name: str) -> Any:
        return self.varying.get(name, getattr(self.first, name))

    def _bytes(self, name: str) -> Any:
        return np.maximum(self._number(name), 1)

    def _wanted(self, level: MemoryLevel, one: int) -> Any:
        """Return the word that is wanted, ``one`` of a machine; words above the widest are the widest."""
        if level == "L2" and "noc_bandwidth_bytes_per_cycle" in self.varying:
            return np.minimum(8 * self.varying["noc_bandwidth_bytes_per_cycle"], WIDEST_WORD_BITS)
        return min(one, WIDEST_WORD_BITS)

    def _sizes(self) -> MachineSize:
        """Return what area and static power depend on, with arrays for what varies."""
        one = energy_model.machine_size(self.first)
        l1_bytes, l2_bytes = self._bytes("l1_bytes"), self._bytes("l2_bytes")
        widest = max(self.first.bits)

        def word(wanted: Any, size_bytes: Any) -> Any:
            fits = np.minimum(wanted, 8 * size_bytes // energy_model.WORDS_AT_LEAST)
            return np.maximum(widest, fits)

        lanes: Any = self.varying.get("vector_width", one.lanes_per_pe)
        l1_wanted = energy_model.widest_l1_word_bits(self.first)
        return replace(
            one,
            num_pes=self._number("num_pes"),
            lanes_per_pe=lanes,
            l1_bytes=l1_bytes,
            l2_bytes=l2_bytes,
            noc_bandwidth_bytes_per_cycle=self._number("noc_bandwidth_bytes_per_cycle"),
            l1_word_bits=word(self._wanted("L1", l1_wanted), l1_bytes),
            l2_word_bits=word(self._wanted("L2", energy_model.wanted_bits(self.first, "L2", "W")), l2_bytes),
        )

    def _rates_of(self, layer: Layer) -> EnergyRates:
        operator = operators.get(layer.operator)
        dimensions = operand_dimensions(operator.problem(layer))
        one = energy_model.energy_rates(
            self.first, 0, 0, operation=operator.operation, operand_dimensions=dimensions
        )
        changes: dict[str, Any] = {}
        if "num_pes" in self.varying:
            connection = interconnects.noc(self.first.noc)
            pes = self.varying["num_pes"]
            changes["average_hops"] = elementwise(connection.average_hops, pes)
            changes["copy_hops"] = elementwise(connection.copy_hops, pes)
        levels: tuple[MemoryLevel, ...] = ("L1", "L2")
        if self.technology.memory_energy_varies:
            for level in levels:
                found = {tensor: self._accesses(level, tensor, dimensions) for tensor in TENSORS}
                for place, which in enumerate(("read", "write")):
                    changes[f"{level.lower()}_{which}_pj"] = {t: pair[place] for t, pair in found.items()}
        return replace(one, **changes)

    def _accesses(self, level: MemoryLevel, tensor: str, dimensions: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return what reading and writing an element costs."""
        bits = self.first.bits[TENSORS.index(tensor)]
        one = energy_model.wanted_bits(self.first, level, tensor, dimensions)
        size_bytes, wanted = self._bytes(f"{level.lower()}_bytes"), self._wanted(level, one)

        @cache
        def access(size: int, word: int) -> Any:
            return energy_model.element_access(self.technology, level, tensor, size, word, bits)

        return (
            elementwise(lambda size, word: access(size, word).read_pj, size_bytes, wanted),
            elementwise(lambda size, word: access(size, word).write_pj, size_bytes, wanted),
        )

"""Counts to energy, machine to area and power.

The counts are those of SEMANTICS sections 3 and 4 (elements, and ``macs``); a missing count is zero. Tensors:
W weights, I inputs, O outputs. Events of each component, all in elements except the MACs:

    MAC         macs (operations that do not multiply are charged as adds of an output's width)
    L1 write    W, I: l1_fill_T                     O: macs / share_O
    L1 read     W, I: macs / share_T *              O: macs / share_O * + l1_drain_O
    L2 read     W, I: l2_read_T                     O: l2_read_O + dram_write_O
    L2 write    W, I: dram_read_T                   O: l2_write_O + dram_read_O
    NoC hops    W, I: l2_read_T  -> l1_fill_T       O: l1_drain_O -> l2_write_O
    DRAM        W, I: dram_read_T                   O: dram_read_O + dram_write_O

Every MAC reads a weight, an input and an output and writes the output in L1: registers inside a PE, below
L1, are not modelled. (*) Other operations read only some of the three (``Operation.reads``): POOL no weight;
ADD its two operands, as W and I, and no output, since it accumulates nothing. ``share_T`` is how many MACs of
one cycle use the same element of T: the product of the lanes along dimensions that do not index T (a dot
product of 8 lanes accumulates once per 8 MACs). Lanes are taken as full; the idealised ``vector_width``
shares nothing. Outputs are accumulated in L2 (``l2_read_O``) without crossing the NoC. Hops by the
interconnect (``noc``): ``injected * average + (delivered - injected) * copy``, where a reduction is a
multicast backwards.

Energy of an element = energy of a word access * element bits / word bits. Words: a PE reads the operands of
all its lanes as one L1 word; the L2 word is as wide as the NoC; both at most 256 bits and 1/32 of the memory,
at least one element. Sizes are the accelerator's, or what the layer requires where the accelerator leaves
them open.

Zeros make less of this: each row is multiplied by what ``maestro_py.hardware.activity`` expects of it, and
outputs written to DRAM are compressed if no partial sum is.

Arrays instead of ints pass through ``counts``. Power in mW = pJ * MHz / cycles / 1000.

Non-goals: no energy of finding, coding and decoding zeros, no clock tree, no instruction overhead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from operator import truediv
from typing import TYPE_CHECKING, Any

from maestro_py.hardware import noc as interconnects
from maestro_py.hardware.activity import DENSE_ACTIVITY, DENSE_MILLIONTHS, Activity, activity
from maestro_py.hardware.tech import AccessEnergy, MachineSize, MemoryLevel, Technology, technology
from maestro_py.ir.operators import MULTIPLY_ACCUMULATE, Operation

if TYPE_CHECKING:
    from maestro_py.hardware.tech.base import StaticPowerKind
    from maestro_py.ir.accelerator import Accelerator

TENSORS = ("W", "I", "O")
COMPUTE = "compute"
COMPONENTS = ("MAC", "L1 read", "L1 write", "L2 read", "L2 write", "NoC", "DRAM")
WIDEST_WORD_BITS = 256
WORDS_AT_LEAST = 32

CONV_DIMENSIONS: Mapping[str, Collection[str]] = {
    "W": frozenset("GKCRS"),
    "I": frozenset("GNCPQRS"),
    "O": frozenset("GNKPQ"),
}
"""Loop dimensions that index each tensor of a convolution."""


@dataclass(frozen=True, slots=True)
class EnergyRates:
    """Energy of one event, in pJ: per element for the memories, NoC hops and DRAM, per MAC for the MAC.

    ``operation`` is what stands in for the MAC, and what it reads.
    ``word_bits`` are the words behind the figures (``L1.W`` ... ``L2.O``; None: per element of any width).
    """

    mac_pj: float
    l1_read_pj: Mapping[str, float]
    l1_write_pj: Mapping[str, float]
    l2_read_pj: Mapping[str, float]
    l2_write_pj: Mapping[str, float]
    noc_hop_pj: Mapping[str, float]
    dram_pj: Mapping[str, float]
    l1_share: Mapping[str, int]
    average_hops: float
    copy_hops: float
    word_bits: Mapping[str, int | None]
    operation: Operation
    technology: str
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnergyBreakdown:
    """Energy by component and tensor, in pJ.

    ``energy_pj[component][tensor]`` for the components of ``COMPONENTS`` and the tensors W, I, O; the MAC has
    the single entry ``compute``. Values are floats, or arrays where the counts were arrays.
    """

    energy_pj: Mapping[str, Mapping[str, Any]]
    technology: str
    caveats: tuple[str, ...] = ()

    def by_component(self) -> dict[str, Any]:
        """Sum over tensors, in pJ."""
        return {component: sum(parts.values()) for component, parts in self.energy_pj.items()}

    def by_tensor(self) -> dict[str, Any]:
        """Sum over components, in pJ; the MACs are ``compute``."""
        return {
            tensor: sum(parts[tensor] for parts in self.energy_pj.values() if tensor in parts)
            for tensor in (COMPUTE, *TENSORS)
        }

    @property
    def total_pj(self) -> Any:
        """Everything, off chip too."""
        return sum(self.by_component().values())

    @property
    def on_chip_pj(self) -> Any:
        """MAC, L1, L2 and NoC; what the original tool counts (with ``maestro-28nm`` the NoC is zero)."""
        return sum(value for component, value in self.by_component().items() if component != "DRAM")


@dataclass(frozen=True, slots=True)
class AreaBreakdown:
    """Area by part, in um2; parts without a figure in the technology are absent (see ``caveats``)."""

    area_um2: Mapping[str, float]
    technology: str
    caveats: tuple[str, ...] = ()

    @property
    def total_um2(self) -> float:
        """Sum of the parts."""
        return sum(self.area_um2.values())


@dataclass(frozen=True, slots=True)
class PowerBreakdown:
    """Power by part, in mW.

    ``static_kind`` says what ``static_mw`` is: ``leakage`` is added to the dynamic power on chip; ``total``
    (the original's regression) already contains it and replaces it; ``none`` means unknown.
    """

    dynamic_mw: Mapping[str, Any]
    static_mw: Mapping[str, float]
    static_kind: StaticPowerKind
    frequency_mhz: float
    technology: str
    caveats: tuple[str, ...] = ()

    @property
    def on_chip_mw(self) -> Any:
        """Power of the chip without DRAM."""
        static = sum(self.static_mw.values())
        if self.static_kind == "total":
            return static
        return static + sum(value for part, value in self.dynamic_mw.items() if part != "DRAM")

    @property
    def total_mw(self) -> Any:
        """Power of the chip and of its DRAM accesses."""
        return self.on_chip_mw + self.dynamic_mw["DRAM"]


def accumulator_bits(accelerator: Accelerator) -> int:
    """Width of the accumulator: that of a product, or of an output where that is wider.

    >>> from maestro_py.ir.accelerator import Accelerator
    >>> accumulator_bits(Accelerator(bits=(8, 8, 8))), accumulator_bits(Accelerator(bits=(8, 8, 32)))
    (16, 32)
    """
    weight, input_, output = accelerator.bits
    return max(weight + input_, output)


def _lanes_of(accelerator: Accelerator, dimensions: Collection[str], inside: bool) -> int:
    """Product of the lanes along dimensions that index the tensor (``inside``) or do not."""
    product = 1
    for dimension, width in (accelerator.lanes or {}).items():
        if (dimension in dimensions) == inside:
            product *= width
    return product


def word_bits(wanted: int, size_bytes: int, element_bits: int) -> int:
    """Word of a memory: as wanted, up to 256 bits and 1/32 of the memory, at least an element.

    >>> word_bits(512, 65536, 8), word_bits(64, 32, 16)
    (256, 16)
    """
    return max(element_bits, min(wanted, WIDEST_WORD_BITS, 8 * size_bytes // WORDS_AT_LEAST))


def _sizes(accelerator: Accelerator, l1_bytes: int, l2_bytes: int) -> tuple[int, int]:
    l1 = accelerator.l1_bytes if accelerator.l1_bytes is not None else l1_bytes
    l2 = accelerator.l2_bytes if accelerator.l2_bytes is not None else l2_bytes
    return max(int(l1), 1), max(int(l2), 1)


def wanted_bits(
    accelerator: Accelerator,
    level: MemoryLevel,
    tensor: str,
    operand_dimensions: Mapping[str, Collection[str]] = CONV_DIMENSIONS,
) -> int:
    """Word that a level would have if its memory were large: all lanes' operands, or the NoC's width."""
    if level == "L2":
        return 8 * accelerator.noc_bandwidth_bytes_per_cycle
    lanes = _lanes_of(accelerator, operand_dimensions.get(tensor, ()), inside=True)
    return accelerator.bits[TENSORS.index(tensor)] * lanes


def element_access(
    tech: Technology, level: MemoryLevel, tensor: str, size_bytes: int, wanted: int, bits: int
) -> AccessEnergy:
    """Energy per element of ``bits``; the word is the one that was looked up."""
    access = tech.memory_access(level, size_bytes, word_bits(wanted, size_bytes, bits), tensor)
    share_of_word = bits / access.word_bits if access.word_bits else 1.0
    return access._replace(read_pj=access.read_pj * share_of_word, write_pj=access.write_pj * share_of_word)


def energy_rates(
    accelerator: Accelerator,
    l1_bytes_required: int,
    l2_bytes_required: int,
    *,
    operation: Operation = MULTIPLY_ACCUMULATE,
    operand_dimensions: Mapping[str, Collection[str]] = CONV_DIMENSIONS,
    table: Technology | None = None,
) -> EnergyRates:
    """Energy per event on a machine; see :func:`energy` for the parameters and errors."""
    tech = table or technology(accelerator.technology)
    connection = interconnects.noc(accelerator.noc)
    sizes = dict(zip(("L1", "L2"), _sizes(accelerator, l1_bytes_required, l2_bytes_required), strict=True))
    bits = dict(zip(TENSORS, accelerator.bits, strict=True))
    read: dict[str, dict[str, float]] = {"L1": {}, "L2": {}}
    write: dict[str, dict[str, float]] = {"L1": {}, "L2": {}}
    words: dict[str, int | None] = {}
    caveats = dict.fromkeys(tech.caveats)
    levels: tuple[MemoryLevel, ...] = ("L1", "L2")
    for level in levels:
        for tensor in TENSORS:
            wanted = wanted_bits(accelerator, level, tensor, operand_dimensions)
            access = element_access(tech, level, tensor, sizes[level], wanted, bits[tensor])
            read[level][tensor] = access.read_pj
            write[level][tensor] = access.write_pj
            words[f"{level}.{tensor}"] = access.word_bits
            caveats.update(dict.fromkeys(access.caveats))
    add_bits = accumulator_bits(accelerator)
    multiply_bits = max(bits["W"], bits["I"])
    return EnergyRates(
        mac_pj=(
            tech.mac_energy_pj(multiply_bits, add_bits)
            if operation.multiplies
            else tech.add_energy_pj(bits["O"])
        ),
        l1_read_pj=read["L1"],
        l1_write_pj=write["L1"],
        l2_read_pj=read["L2"],
        l2_write_pj=write["L2"],
        noc_hop_pj={tensor: tech.noc_hop_energy_pj(bits[tensor]) for tensor in TENSORS},
        dram_pj={tensor: tech.dram_access_energy_pj(bits[tensor]) for tensor in TENSORS},
        l1_share={
            tensor: _lanes_of(accelerator, operand_dimensions.get(tensor, ()), inside=False)
            for tensor in TENSORS
        },
        average_hops=connection.average_hops(accelerator.num_pes),
        copy_hops=connection.copy_hops(accelerator.num_pes),
        word_bits=words,
        operation=operation,
        technology=tech.name if table else accelerator.technology,
        caveats=tuple(caveats),
    )


def energy(
    counts: Mapping[str, Any],
    accelerator: Accelerator,
    l1_bytes_required: int = 0,
    l2_bytes_required: int = 0,
    *,
    operation: Operation = MULTIPLY_ACCUMULATE,
    operand_dimensions: Mapping[str, Collection[str]] = CONV_DIMENSIONS,
    density: tuple[int, int, int] = DENSE_MILLIONTHS,
    table: Technology | None = None,
) -> EnergyBreakdown:
    """Energy of one layer.

    Parameters
    ----------
    counts
        ``macs``, ``l1_fill_W/I``, ``l2_read_W/I/O``, ``l1_drain_O``, ``l2_write_O``, ``dram_read_W/I/O``,
        ``dram_write_O`` in elements; ints, or arrays of one shape. A missing one is zero; others are ignored.
    accelerator
        The machine; its ``technology``, ``noc``, ``bits``, ``lanes`` and buffer sizes count.
    l1_bytes_required, l2_bytes_required
        What the layer needs, in bytes; used where the accelerator leaves a size open.
    operation
        What the layer type does in place of a MAC: ``REDUCTION`` of POOL, ``ADDITION`` of ADD.
    operand_dimensions
        Loop dimensions that index W, I and O, for sharing between lanes.
    density
        Nonzero elements of W, I and O, in millionths.
    table
        A technology instead of the accelerator's.

    Returns
    -------
    EnergyBreakdown
        In pJ.

    Raises
    ------
    InputError, HardwareError
        When the technology or the interconnect is unknown, or the technology's file is wrong.

    Examples
    --------
    >>> from maestro_py.ir.accelerator import Accelerator
    >>> result = energy({"macs": 1000}, Accelerator())
    >>> round(result.by_component()["MAC"], 3)  # 1000 MACs of 0.23 pJ
    230.0
    """
    rates = energy_rates(
        accelerator,
        l1_bytes_required,
        l2_bytes_required,
        operation=operation,
        operand_dimensions=operand_dimensions,
        table=table,
    )
    return apply_rates(counts, rates, active_part(accelerator, rates, density))


def active_part(
    accelerator: Accelerator, rates: EnergyRates, density: tuple[int, int, int]
) -> Activity[float]:
    """What a machine does of a layer's events; all where nothing is zero."""
    if density == DENSE_MILLIONTHS:
        return DENSE_ACTIVITY
    return activity(
        density,
        accelerator.bits,
        rates.l1_share,
        multiplies=rates.operation.multiplies,
        zero_skip=accelerator.zero_skip,
        part=truediv,
    )


def apply_rates(
    counts: Mapping[str, Any], rates: EnergyRates, active: Activity[float] = DENSE_ACTIVITY
) -> EnergyBreakdown:
    """The table of the module docstring: counts times rates, of what is active.

    For many layers on one machine: :func:`energy_rates` once, this per layer.
    """

    def count(name: str) -> Any:
        return counts.get(name, 0)

    used = {
        tensor: count("macs") / rates.l1_share[tensor] * part
        for tensor, part in {**active.read, "O": active.accumulate}.items()
    }
    l1_read = {tensor: used[tensor] if tensor in rates.operation.reads else 0 for tensor in TENSORS}
    l1_read["O"] = l1_read["O"] + count("l1_drain_O")
    l1_write = {tensor: count(f"l1_fill_{tensor}") * active.moved[tensor] for tensor in ("W", "I")}
    l1_write["O"] = used["O"]
    l2_read = {tensor: count(f"l2_read_{tensor}") * active.moved[tensor] for tensor in ("W", "I")}
    l2_read["O"] = count("l2_read_O") + count("dram_write_O")
    from_dram = {tensor: count(f"dram_read_{tensor}") * active.moved[tensor] for tensor in ("W", "I")}
    l2_write = {**from_dram, "O": count("dram_read_O") + count("l2_write_O")}
    written = count("dram_write_O") * compressed_part(active.moved["O"], count("dram_read_O"))
    dram = {**from_dram, "O": count("dram_read_O") + written}
    hops = {
        tensor: _hops(count(f"l2_read_{tensor}"), count(f"l1_fill_{tensor}"), rates) * active.moved[tensor]
        for tensor in ("W", "I")
    }
    hops["O"] = _hops(count("l2_write_O"), count("l1_drain_O"), rates)
    breakdown = {
        "MAC": {COMPUTE: count("macs") * active.mac * rates.mac_pj},
        "L1 read": _times(l1_read, rates.l1_read_pj),
        "L1 write": _times(l1_write, rates.l1_write_pj),
        "L2 read": _times(l2_read, rates.l2_read_pj),
        "L2 write": _times(l2_write, rates.l2_write_pj),
        "NoC": _times(hops, rates.noc_hop_pj),
        "DRAM": _times(dram, rates.dram_pj),
    }
    return EnergyBreakdown(breakdown, rates.technology, rates.caveats)


def compressed_part(moved: float, partial_sums: Any) -> Any:
    """Part of their bits that outputs move to DRAM: ``moved``, or all if partial sums are among them.

    >>> compressed_part(0.625, 0), compressed_part(0.625, 4)
    (0.625, 1.0)
    """
    return moved + (1.0 - moved) * (partial_sums > 0)


def _hops(injected: Any, delivered: Any, rates: EnergyRates) -> Any:
    return injected * rates.average_hops + (delivered - injected) * rates.copy_hops


def _times(events: Mapping[str, Any], energy_pj: Mapping[str, float]) -> dict[str, Any]:
    return {tensor: events[tensor] * energy_pj[tensor] for tensor in TENSORS}


def widest_l1_word_bits(accelerator: Accelerator) -> int:
    """Word that L1 would have if it were large: the widest element for as many lanes as any tensor has."""
    lanes = max(_lanes_of(accelerator, dimensions, inside=True) for dimensions in CONV_DIMENSIONS.values())
    return max(accelerator.bits) * lanes


def machine_size(
    accelerator: Accelerator, l1_bytes_required: int = 0, l2_bytes_required: int = 0
) -> MachineSize:
    """What area and leakage depend on; open sizes are the required ones."""
    l1_bytes, l2_bytes = _sizes(accelerator, l1_bytes_required, l2_bytes_required)
    weight, input_, output = accelerator.bits
    widest = max(weight, input_, output)
    return MachineSize(
        num_pes=accelerator.num_pes,
        lanes_per_pe=accelerator.lanes_per_pe,
        l1_bytes=l1_bytes,
        l2_bytes=l2_bytes,
        noc_bandwidth_bytes_per_cycle=accelerator.noc_bandwidth_bytes_per_cycle,
        multiply_bits=max(weight, input_),
        add_bits=accumulator_bits(accelerator),
        l1_word_bits=word_bits(widest_l1_word_bits(accelerator), l1_bytes, widest),
        l2_word_bits=word_bits(8 * accelerator.noc_bandwidth_bytes_per_cycle, l2_bytes, widest),
    )


def area(
    accelerator: Accelerator,
    l1_bytes_required: int = 0,
    l2_bytes_required: int = 0,
    table: Technology | None = None,
) -> AreaBreakdown:
    """Area of a machine, in um2.

    Raises
    ------
    InputError, HardwareError
        When the technology is unknown or its file is wrong.
    """
    tech = table or technology(accelerator.technology)
    machine = machine_size(accelerator, l1_bytes_required, l2_bytes_required)
    return AreaBreakdown(
        tech.area_um2(machine), tech.name, tuple(dict.fromkeys(tech.caveats + tech.machine_caveats(machine)))
    )


def power_mw(energy_pj: Any, cycles: Any, frequency_mhz: Any) -> Any:
    """Average power of an energy spent over some cycles, in mW; arrays pass through.

    >>> power_mw(2_000_000, 1000, 500)  # 2 uJ in 2 us
    1000.0
    """
    return energy_pj * frequency_mhz / cycles / 1000


def power(
    breakdown: EnergyBreakdown,
    cycles: Any,
    accelerator: Accelerator,
    l1_bytes_required: int = 0,
    l2_bytes_required: int = 0,
    table: Technology | None = None,
) -> PowerBreakdown:
    """Power of a machine while it runs a layer, in mW.

    Parameters
    ----------
    breakdown
        Its energy (:func:`energy`).
    cycles
        Run time, in cycles of ``accelerator.frequency_mhz``; more than zero.

    Raises
    ------
    InputError, HardwareError
        When the technology is unknown or its file is wrong.
    """
    tech = table or technology(accelerator.technology)
    machine = machine_size(accelerator, l1_bytes_required, l2_bytes_required)
    dynamic = {
        component: power_mw(value, cycles, accelerator.frequency_mhz)
        for component, value in breakdown.by_component().items()
    }
    return PowerBreakdown(
        dynamic_mw=dynamic,
        static_mw=tech.static_power_mw(machine),
        static_kind=tech.static_power_kind,
        frequency_mhz=accelerator.frequency_mhz,
        technology=tech.name,
        caveats=tuple(dict.fromkeys(breakdown.caveats + tech.machine_caveats(machine))),
    )

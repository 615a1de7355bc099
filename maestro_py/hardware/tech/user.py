"""A user's energy table in YAML, and :class:`TableTechnology`, the technology it becomes.

    technology: my-16nm
    node_nm: 16
    source: our synthesis runs
    date: 2026-01
    mac: {energy_pj: 0.12, multiply_bits: 8, add_bits: 32, area_um2: 160}
    l1:
      - {size_bytes: 512, word_bits: 16, read_pj: 0.11, write_pj: 0.14, area_um2: 420, leakage_mw: 0.0002}
      - {size_bytes: 2048, word_bits: 16, read_pj: 0.19, write_pj: 0.22}
    l2: {size_bytes: 131072, word_bits: 64, read_pj: 5.1, write_pj: 4.4}
    noc: {hop_pj: 0.4, word_bits: 16}
    dram: {access_pj: 512, word_bits: 64}

``l1`` and ``l2`` are one point, or several of one word width that are interpolated log-log in size. Optional:
``add_energy_pj``, ``area_um2``, ``leakage_mw``, ``size_bytes``, ``node_nm``, ``source``, ``date``, ``noc``.
Another precision than the stated one is scaled by Horowitz's power law (``logic``), which is a caveat.

Non-goals: no units other than pJ, bits, bytes, um2, mW; no conversion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from maestro_py.hardware.elementwise import elementwise
from maestro_py.hardware.tech import logic
from maestro_py.hardware.tech.base import AccessEnergy, MachineSize, MemoryLevel, StaticPowerKind
from maestro_py.hardware.tech.yaml_input import parse_yaml, validate

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class MemoryPoint:
    """Energy of a word access to a memory of one size; None is not known."""

    read_pj: float
    write_pj: float
    word_bits: int
    size_bytes: int | None = None
    area_um2: float | None = None
    leakage_mw: float | None = None


@dataclass(frozen=True, slots=True)
class MacPoint:
    """Energy of one MAC at one precision."""

    energy_pj: float
    multiply_bits: int
    add_bits: int
    add_energy_pj: float | None = None
    area_um2: float | None = None


@dataclass(frozen=True, slots=True)
class TableTechnology:
    """A technology given by points.

    ``memories`` maps a level, or a level and a tensor as ``"L1.W"``, to its points in ascending size.
    """

    name: str
    description: str
    mac: MacPoint
    memories: Mapping[str, tuple[MemoryPoint, ...]]
    dram_pj_per_bit: float
    noc_pj_per_bit: float | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def caveats(self) -> tuple[str, ...]:
        """Notes of the reader, and a missing NoC figure."""
        if self.noc_pj_per_bit is None:
            return (*self.notes, "the table has no NoC energy: a hop is free")
        return self.notes

    @property
    def static_power_kind(self) -> StaticPowerKind:
        """Leakage where the table has any."""
        known = any(p.leakage_mw is not None for points in self.memories.values() for p in points)
        return "leakage" if known else "none"

    @property
    def memory_energy_varies(self) -> bool:
        """Where a level has several points."""
        return any(len(points) > 1 for points in self.memories.values())

    def mac_energy_pj(self, multiply_bits: int, add_bits: int) -> float:
        """The table's MAC, scaled by Horowitz's ratio at another precision."""
        at_table = logic.mac_energy_45nm_pj(self.mac.multiply_bits, self.mac.add_bits)
        return self.mac.energy_pj * (logic.mac_energy_45nm_pj(multiply_bits, add_bits) / at_table)

    def add_energy_pj(self, add_bits: int) -> float:
        """The table's add, or Horowitz's share of an add in a MAC."""
        if self.mac.add_energy_pj is not None:
            at_table = logic.logic_value("integer_add", "pj", self.mac.add_bits)
            return self.mac.add_energy_pj * (logic.logic_value("integer_add", "pj", add_bits) / at_table)
        at_table = logic.mac_energy_45nm_pj(self.mac.multiply_bits, self.mac.add_bits)
        return self.mac.energy_pj * logic.logic_value("integer_add", "pj", add_bits) / at_table

    def points(self, level: MemoryLevel, tensor: str = "") -> tuple[MemoryPoint, ...]:
        """Points of a level, of the tensor's own memory where there is one."""
        own = self.memories.get(f"{level}.{tensor}")
        if own is not None:
            return own
        if level in self.memories:
            return self.memories[level]
        return next(points for key, points in sorted(self.memories.items()) if key.startswith(level))

    def memory_access(
        self, level: MemoryLevel, size_bytes: int, word_bits: int, tensor: str = ""
    ) -> AccessEnergy:
        """The table's point, or log-log between its sizes; the word is the table's."""
        points = self.points(level, tensor)
        read_pj = _at_size([(p.size_bytes, p.read_pj) for p in points], size_bytes)
        write_pj = _at_size([(p.size_bytes, p.write_pj) for p in points], size_bytes)
        return AccessEnergy(read_pj, write_pj, points[0].word_bits, _size_caveats(level, points, size_bytes))

    def noc_hop_energy_pj(self, bits: int) -> float:
        """The table's figure, or zero without one."""
        return (self.noc_pj_per_bit or 0.0) * bits

    def dram_access_energy_pj(self, bits: int) -> float:
        """The table's figure."""
        return self.dram_pj_per_bit * bits

    def area_um2(self, machine: MachineSize) -> Mapping[str, float]:
        """Parts whose area the table gives."""
        areas = {}
        if self.mac.area_um2 is not None:
            areas["MAC"] = machine.num_pes * machine.lanes_per_pe * self.mac.area_um2
        return areas | self._memory_sum("area_um2", machine)

    def static_power_mw(self, machine: MachineSize) -> Mapping[str, float]:
        """Memories whose leakage the table gives."""
        return self._memory_sum("leakage_mw", machine)

    def machine_caveats(self, machine: MachineSize) -> tuple[str, ...]:
        """Parts without an area or leakage."""
        notes = []
        missing = [part for part in ("MAC", "L1", "L2") if part not in self.area_um2(machine)]
        if missing:
            notes.append(f"the table has no area for {', '.join(missing)}")
        if self.static_power_kind == "none":
            notes.append("the table has no leakage")
        return tuple(notes)

    def _memory_sum(self, quantity: str, machine: MachineSize) -> dict[str, float]:
        sums: dict[str, float] = {}
        levels: list[tuple[MemoryLevel, int, int]] = [
            ("L1", machine.num_pes, machine.l1_bytes),
            ("L2", 1, machine.l2_bytes),
        ]
        for level, count, size_bytes in levels:
            keys = [key for key in sorted(self.memories) if key == level or key.startswith(f"{level}.")]
            parts = [_known(self.memories[key], quantity) for key in keys]
            if parts and all(parts):
                sums[level] = count * sum(elementwise(partial(_at_size, part), size_bytes) for part in parts)
        return sums


def _known(points: Sequence[MemoryPoint], quantity: str) -> list[tuple[int | None, float]]:
    """Size and value of the points that have the quantity."""
    return [(p.size_bytes, value) for p in points if (value := getattr(p, quantity)) is not None]


def _at_size(points: Sequence[tuple[int | None, float]], size_bytes: int) -> float:
    """Log-log between the points' sizes, held beyond them; one point is a constant."""
    sized = [(size, value) for size, value in points if size is not None]
    if len(sized) < 2 or size_bytes <= sized[0][0]:
        return points[0][1]
    for (low, low_value), (high, high_value) in pairwise(sized):
        if size_bytes <= high:
            fraction = math.log(size_bytes / low) / math.log(high / low)
            return low_value * math.pow(high_value / low_value, fraction)
    return sized[-1][1]


def _size_caveats(level: str, points: Sequence[MemoryPoint], size_bytes: int) -> tuple[str, ...]:
    sizes = [p.size_bytes for p in points if p.size_bytes is not None]
    if not sizes or sizes[0] <= size_bytes <= sizes[-1]:
        return ()
    nearest = sizes[0] if size_bytes < sizes[0] else sizes[-1]
    return (f"{level}: {size_bytes} B is outside the table; its figure for {nearest} B is used",)


@cache
def user_table_model() -> type[BaseModel]:
    """The pydantic model of a user's table; ``model_json_schema()`` of it serves editors."""
    from pydantic import (
        AliasChoices,
        BaseModel,
        ConfigDict,
        Field,
        PositiveFloat,
        PositiveInt,
        model_validator,
    )

    class Memory(BaseModel):
        model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
        read_pj: PositiveFloat
        write_pj: PositiveFloat
        word_bits: PositiveInt
        size_bytes: PositiveInt | None = None
        area_um2: PositiveFloat | None = None
        leakage_mw: PositiveFloat | None = None

    class Mac(BaseModel):
        model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
        energy_pj: PositiveFloat
        multiply_bits: PositiveInt
        add_bits: PositiveInt
        add_energy_pj: PositiveFloat | None = None
        area_um2: PositiveFloat | None = None

    class Noc(BaseModel):
        model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
        hop_pj: float = Field(ge=0)
        word_bits: PositiveInt

    class Dram(BaseModel):
        model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
        access_pj: float = Field(ge=0)
        word_bits: PositiveInt

    class UserTable(BaseModel):
        model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
        technology: str = Field(validation_alias=AliasChoices("technology", "name"))
        node_nm: PositiveFloat | None = None
        source: str = "user"
        date: str = ""
        mac: Mac
        l1: list[Memory] = Field(min_length=1)
        l2: list[Memory] = Field(min_length=1)
        noc: Noc | None = None
        dram: Dram

        @model_validator(mode="before")
        @classmethod
        def _one_point_is_a_list(cls, data: Any) -> Any:
            if not isinstance(data, Mapping):
                return data
            return {k: [v] if k in ("l1", "l2") and isinstance(v, Mapping) else v for k, v in data.items()}

        @model_validator(mode="after")
        def _points_agree(self) -> UserTable:
            for level in ("l1", "l2"):
                points: list[Memory] = getattr(self, level)
                if len({p.word_bits for p in points}) > 1:
                    raise ValueError(f"the points of {level} need one word_bits")
                sizes = [p.size_bytes for p in points if p.size_bytes is not None]
                if len(points) > 1 and len(set(sizes)) < len(points):
                    raise ValueError(f"several points of {level} need a size_bytes each, all different")
            return self

    return UserTable


def read_user_table(text: str, file: str = "<table>") -> TableTechnology:
    """A technology from a user's YAML table.

    Raises
    ------
    HardwareError
        M600 when the text is not YAML, M601 for every missing, misspelt or impossible field, with its place.
    """
    return table_from_tree(parse_yaml(text, file), file)


def table_from_tree(tree: Any, file: str) -> TableTechnology:
    """As :func:`read_user_table`, from a parsed tree."""
    table: Any = validate(user_table_model(), tree, file)
    node = f"{table.node_nm:g} nm; " if table.node_nm else ""
    return TableTechnology(
        name=table.technology,
        description=f"{node}{table.source}" + (f", {table.date}" if table.date else ""),
        mac=MacPoint(**table.mac.model_dump()),
        memories={"L1": _points(table.l1), "L2": _points(table.l2)},
        dram_pj_per_bit=table.dram.access_pj / table.dram.word_bits,
        noc_pj_per_bit=table.noc.hop_pj / table.noc.word_bits if table.noc else None,
        notes=(
            f"MAC energy is for {table.mac.multiply_bits}-bit operands and a {table.mac.add_bits}-bit add; "
            "other precisions are scaled by Horowitz's power law",
        ),
    )


def _points(memories: Sequence[Any]) -> tuple[MemoryPoint, ...]:
    points = [MemoryPoint(**memory.model_dump()) for memory in memories]
    return tuple(sorted(points, key=lambda p: p.size_bytes or 0))

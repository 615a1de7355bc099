"""An Accelergy energy reference table (ERT, versions 0.3 and 0.4) as a technology.

``ERT: {version, tables: [{name, actions: [{name, arguments, energy}]}]}``, energies in pJ per access of one
word. A component's role comes from the last part of its name (``system.chip.PE[0..167].weights_spad`` is
``weights_spad``), case ignored:

- contains ``dummy``, ``inter_``: nothing
- contains ``mac``, ``mult``, ``compute``: MAC
- contains ``dram``, ``main_memory``, ``backing``: DRAM
- contains ``glb``, ``global``, ``shared``, ``l2``: L2
- contains ``noc``, ``router``, ``wire``, ``link``: NoC hop
- contains ``spad``, ``scratch``, ``reg``, ``rf``, ``l1``, ``accum``, ``buffer``: L1; of W when it also
  contains ``weight`` or ``filter``, of I with ``ifmap``, ``input`` or ``iact``, of O with ``psum``,
  ``output``, ``ofmap`` or ``accum``, else of all three

The first rule that matches counts. Of several entries of one action (``data_delta``, ``address_delta``) the
most expensive is taken, which is random data; ``leak``, ``idle`` and ``gated`` actions are not used.

An ERT does not say how wide a word is. It is taken from ``word_bits`` (an argument, or a key of the table),
or from the attributes ``width`` (``multiplier_width``, ``adder_width`` of a MAC) in a flattened architecture
given beside it; without one the reader says which component lacks it.

Codes: M603 a role has no component, M604 a component has no word width.

Non-goals: no area (ART), no primitive component estimation; several L2 or DRAM components count as the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from maestro_py.errors import Diagnostic, HardwareError
from maestro_py.hardware.tech.user import MacPoint, MemoryPoint, TableTechnology
from maestro_py.hardware.tech.yaml_input import parse_yaml, span_at, validate

if TYPE_CHECKING:
    from pydantic import BaseModel

_ROLES: tuple[tuple[str, str], ...] = (
    ("", r"dummy|inter_"),
    ("MAC", r"mac|mult|compute"),
    ("DRAM", r"dram|main_memory|backing"),
    ("L2", r"glb|global|shared|l2"),
    ("NoC", r"noc|router|wire|link"),
    ("L1", r"spad|scratch|reg|rf|l1|accum|buffer"),
)
_TENSORS: tuple[tuple[str, str], ...] = (
    ("W", r"weight|filter"),
    ("I", r"ifmap|input|iact"),
    ("O", r"psum|output|ofmap|accum"),
)
_UNUSED = re.compile(r"leak|idle|gated")
_READ = re.compile(r"read")
_WRITE = re.compile(r"write|update|fill")
DEFAULT_MULTIPLY_BITS = 16
DEFAULT_ADD_BITS = 32


@dataclass(frozen=True, slots=True)
class _Component:
    name: str
    role: str
    energies_pj: Mapping[str, float]
    attributes: Mapping[str, Any]
    path: tuple[str | int, ...]


def component_name(name: str) -> str:
    """Last part of a component's name, without its instance range.

    >>> component_name("system.PE[0..167].weights_spad[1..168]")
    'weights_spad'
    """
    return re.sub(r"\[[^\]]*\]", "", name).rsplit(".", 1)[-1]


def component_role(name: str) -> str:
    """Role of a component: ``MAC``, ``L1.W``, ``L1``, ``L2``, ``NoC``, ``DRAM`` or empty.

    >>> [component_role(n) for n in ("chip.PE.ifmap_spad", "shared_glb", "intmac", "DRAM", "PE.regfile")]
    ['L1.I', 'L2', 'MAC', 'DRAM', 'L1']
    """
    short = component_name(name).lower()
    role = next((role for role, pattern in _ROLES if re.search(pattern, short)), "")
    if role != "L1":
        return role
    tensor = next((tensor for tensor, pattern in _TENSORS if re.search(pattern, short)), "")
    return f"L1.{tensor}" if tensor else "L1"


@cache
def _ert_model() -> type[BaseModel]:
    from pydantic import BaseModel, ConfigDict, Field, PositiveInt

    class Action(BaseModel):
        name: str
        arguments: dict[str, Any] | None = None
        energy: float = Field(ge=0, allow_inf_nan=False)

    class Table(BaseModel):
        name: str
        actions: list[Action] = Field(min_length=1)
        word_bits: PositiveInt | None = None
        attributes: dict[str, Any] = Field(default_factory=dict)

    class Ert(BaseModel):
        model_config = ConfigDict(coerce_numbers_to_str=True)
        version: str = ""
        tables: list[Table]

    class Document(BaseModel):
        ERT: Ert

    return Document


def _widths_of_architecture(tree: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and attributes of every component below ``tree``."""
    if isinstance(tree, Mapping):
        if isinstance(tree.get("name"), str) and isinstance(tree.get("attributes"), Mapping):
            yield component_name(tree["name"]), tree["attributes"]
        for value in tree.values():
            yield from _widths_of_architecture(value)
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for value in tree:
            yield from _widths_of_architecture(value)


def _components(document: Any, architecture: Any) -> list[_Component]:
    known = dict(_widths_of_architecture(architecture))
    components = []
    for index, table in enumerate(document.ERT.tables):
        energies: dict[str, float] = {}
        for action in table.actions:
            if not _UNUSED.search(action.name):
                energies[action.name] = max(action.energy, energies.get(action.name, 0.0))
        attributes = dict(known.get(component_name(table.name), {})) | table.attributes
        if table.word_bits:
            attributes["width"] = table.word_bits
        role = component_role(table.name)
        components.append(_Component(table.name, role, energies, attributes, ("ERT", "tables", index)))
    return components


class _Reader:
    """Collects roles and errors of one ERT."""

    def __init__(
        self, tree: Any, file: str, components: list[_Component], word_bits: Mapping[str, int]
    ) -> None:
        self.tree = tree
        self.file = file
        self.components = components
        self.word_bits = word_bits
        self.errors: list[Diagnostic] = []

    def of_role(self, role: str) -> list[_Component]:
        return [c for c in self.components if c.role == role or c.role.startswith(f"{role}.")]

    def width(self, component: _Component) -> int:
        """Word width in bits; 1 after reporting that there is none."""
        short = component_name(component.name)
        for key in (component.name, short, component.role, component.role.partition(".")[0], ""):
            if key in self.word_bits:
                return self.word_bits[key]
        width = component.attributes.get("width")
        if isinstance(width, int) and width > 0:
            return width
        self.errors.append(
            Diagnostic(
                "M604",
                f"the energies of '{component.name}' are per word, and nothing says how wide a word is",
                span_at(self.tree, (*component.path, "name"), self.file),
                f"add 'word_bits: 16' to this table, or give the architecture that has '{short}'",
            )
        )
        return 1

    def energy(self, component: _Component, pattern: re.Pattern[str]) -> float:
        """The most expensive action that matches, else of all actions."""
        matching = [e for name, e in component.energies_pj.items() if pattern.search(name)]
        return max(matching or component.energies_pj.values(), default=0.0)

    def missing(self, role: str, names: str) -> None:
        self.errors.append(
            Diagnostic(
                "M603",
                f"the ERT has no component for {role}",
                span_at(self.tree, ("ERT", "tables"), self.file),
                f"name one of its components with {names}",
            )
        )

    def memory(self, component: _Component) -> tuple[MemoryPoint, ...]:
        return (
            MemoryPoint(self.energy(component, _READ), self.energy(component, _WRITE), self.width(component)),
        )


def _mac_point(reader: _Reader) -> MacPoint:
    macs = reader.of_role("MAC")
    if not macs:
        reader.missing("the MAC", "'mac'")
        return MacPoint(1.0, DEFAULT_MULTIPLY_BITS, DEFAULT_ADD_BITS)
    energy_pj = reader.energy(macs[0], re.compile(r"compute|mac|mult"))
    attributes = macs[0].attributes
    multiply = attributes.get("multiplier_width") or attributes.get("datawidth") or DEFAULT_MULTIPLY_BITS
    return MacPoint(energy_pj, int(multiply), int(attributes.get("adder_width") or 2 * int(multiply)))


def read_accelergy_ert(
    text: str,
    file: str = "<ERT>",
    word_bits: int | Mapping[str, int] | None = None,
    architecture: str | None = None,
) -> TableTechnology:
    """A technology from an Accelergy ERT.

    Parameters
    ----------
    text, file
        The ERT, and its name for messages.
    word_bits
        Width of a word for all components, or by component name, last part of it, or role (``L1``, ``L1.W``,
        ``L2``, ``NoC``, ``DRAM``).
    architecture
        Text of Accelergy's flattened architecture, whose attributes give widths.

    Raises
    ------
    HardwareError
        M600, M601 when the text is not an ERT; M603 when MAC, L1, L2 or DRAM are missing; M604 when a word
        width is missing.
    """
    tree = parse_yaml(text, file)
    beside = parse_yaml(architecture, "<architecture>") if architecture else tree
    return ert_from_tree(tree, file, word_bits, beside)


def ert_from_tree(
    tree: Any, file: str, word_bits: int | Mapping[str, int] | None = None, architecture: Any = None
) -> TableTechnology:
    """As :func:`read_accelergy_ert`, from parsed trees."""
    document = validate(_ert_model(), tree, file)
    widths = {"": word_bits} if isinstance(word_bits, int) else dict(word_bits or {})
    reader = _Reader(tree, file, _components(document, architecture), widths)
    mac = _mac_point(reader)
    memories: dict[str, tuple[MemoryPoint, ...]] = {}
    for level, names in (("L1", "'spad' or 'regfile'"), ("L2", "'glb' or 'shared'")):
        components = reader.of_role(level)
        if not components:
            reader.missing(level, names)
        for component in components:
            memories.setdefault(component.role, reader.memory(component))
    per_bit = {}
    for role in ("DRAM", "NoC"):
        found = reader.of_role(role)
        if found:
            per_bit[role] = max(found[0].energies_pj.values(), default=0.0) / reader.width(found[0])
    if "DRAM" not in per_bit:
        reader.missing("DRAM", "'dram'")
    if reader.errors:
        raise HardwareError(reader.errors)
    return TableTechnology(
        name=file,
        description=f"Accelergy ERT {file}",
        mac=mac,
        memories=memories,
        dram_pj_per_bit=per_bit["DRAM"],
        noc_pj_per_bit=per_bit.get("NoC"),
        notes=("Accelergy ERT: energies are for the sizes it was made for, whatever sizes are analysed",),
    )

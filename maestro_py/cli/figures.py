"""Numbers as people read them: prefixes, units of energy and time, need beside have, a machine in a line.

Non-goals: no tables (``results``, ``choice_tables``, ``network_tables``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maestro_py.ir.accelerator import Accelerator

Values = Mapping[str, object]

BOUND_WORDS = {
    "compute": "compute",
    "noc_in": "NoC in",
    "noc_out": "NoC out",
    "dram_in": "DRAM in",
    "dram_out": "DRAM out",
}
_SI = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_ENERGY_UNITS = ((1e12, "J"), (1e9, "mJ"), (1e6, "uJ"), (1e3, "nJ"), (1.0, "pJ"))


def number(value: object) -> float:
    """Return a cell as a number; empty cells are 0."""
    return float(value) if isinstance(value, int | float) else 0.0


def si(value: float) -> str:
    """Return a number in four digits with a prefix.

    >>> si(118013952), si(0), si(950)
    ('118.0 M', '0', '950')
    """
    for factor, prefix in _SI:
        if abs(value) >= factor:
            return f"{digits(value / factor)} {prefix}"
    return f"{value:.0f}" if value == int(value) else digits(value)


def digits(value: float) -> str:
    """Return four significant digits.

    >>> digits(1.5), digits(118.01), digits(1234.6), digits(0.00125)
    ('1.500', '118.0', '1,235', '0.00125')
    """
    if abs(value) < 1:
        return f"{value:.4g}"
    return f"{value:,.{max(0, 3 - len(str(int(abs(value)))) + 1)}f}"


def energy_unit(largest_pj: float) -> tuple[float, str]:
    """Return the unit in which ``largest_pj`` has one to four digits before the point.

    >>> energy_unit(3.2e7)
    (1000000.0, 'uJ')
    """
    return next((unit for unit in _ENERGY_UNITS if largest_pj >= 10 * unit[0]), _ENERGY_UNITS[-1])


def shortened(name: str, longest: int) -> str:
    """Return a name with dots in place of what is too long.

    >>> shortened("features.0.conv", 10)
    'feature...'
    """
    return name if len(name) <= longest else name[: longest - 3] + "..."


def need_have(values: Values, level: str, unit: int) -> tuple[str, bool]:
    """Return ``need/have`` in units of bytes, and whether the need is larger.

    >>> need_have({"l1_bytes_required": 76, "l1_bytes_available": 520}, "l1", 1)
    ('76/520', False)
    """
    need, have = values[f"{level}_bytes_required"], values[f"{level}_bytes_available"]
    if have is None:
        return f"{size_text(number(need), unit)}/open", False
    small = number(need) > number(have)
    return f"{size_text(number(need), unit)}{'!' if small else ''}/{size_text(number(have), unit)}", small


def size_text(size_bytes: float, unit: int) -> str:
    """Return a size in units of bytes.

    >>> size_text(1536, 1024), size_text(1536, 1)
    ('1.5', '1,536')
    """
    size = size_bytes / unit
    return f"{size:,.0f}" if unit == 1 or size >= 1000 or size == int(size) else f"{size:.1f}"


def time_text(runtime_us: float) -> str:
    """Return a time in the unit that suits it.

    >>> time_text(1234.5), time_text(0.5)
    ('1.234 ms', '0.5 us')
    """
    for factor, unit in ((1e6, "s"), (1e3, "ms")):
        if runtime_us >= factor:
            return f"{runtime_us / factor:.4g} {unit}"
    return f"{runtime_us:.4g} us"


def machine_line(machine: Accelerator) -> str:
    """Return a machine's numbers in one line."""
    from maestro_py.hardware.show import bytes_text

    def size(number_of: int | None) -> str:
        return "open" if number_of is None else bytes_text(number_of)

    each = "" if machine.lanes_per_pe == 1 else f" x {machine.lanes_per_pe} MACs"
    zeros = ", skips zeros" if machine.zero_skip else ""
    widths = "/".join(map(str, machine.bits if len(set(machine.bits)) > 1 else machine.bits[:1]))
    layout = "ideal packing" if machine.layout is None else "layout " + ",".join(machine.layout)
    return (
        f"{machine.num_pes} PEs{each}{zeros}, {widths} b, "
        f"L1 {size(machine.l1_bytes)}, L2 {size(machine.l2_bytes)}, "
        f"NoC {machine.noc_bandwidth_bytes_per_cycle} B/cycle, "
        f"DRAM {machine.dram_bandwidth_bytes_per_cycle} B/cycle, {layout}, "
        f"{machine.technology}, {machine.frequency_mhz:g} MHz"
    )

"""Energy and area of integer arithmetic, from Horowitz (ISSCC 2014), scaled in width and node.

Horowitz gives 8 and 32 bits at 45 nm and 0.9 V. In between and outside a power law through the two points
is used: ``value(b) = value(8) * (b/8)**e`` with ``e = log(value(32)/value(8)) / log(4)``: for energy
1.98 (multiply, close to quadratic) and 0.87 (add, close to linear). A MAC is one multiply plus one add at
accumulator width.

To another node: switching energy is ``C V^2`` and capacitance scales with length under constant-field
scaling (Dennard et al., JSSC 1974), so ``energy = energy45 * (node/45) * (V/0.9)^2`` with the supply of
the node and device (``supply.csv``; 28 nm linearly between 22 and 32 as CACTI does) and
``area = area45 * (node/45)^2``.

Non-goals: no floating point, no leakage of logic (no cited figure).
"""

from __future__ import annotations

import math
from functools import cache

from maestro_py.hardware.tech.tables import read_table

REFERENCE_NODE_NM = 45
REFERENCE_VOLTAGE_V = 0.9


@cache
def _points(operation: str, unit: str) -> dict[int, float]:
    return {
        int(row["bits"]): float(row["value"])
        for row in read_table("logic")
        if row["operation"] == operation and row["unit"] == unit
    }


@cache
def width_exponent(operation: str, unit: str) -> float:
    """Exponent of the power law in the width through the two published points.

    >>> round(width_exponent("integer_multiply", "pj"), 3)
    1.977
    """
    (low, low_value), (high, high_value) = sorted(_points(operation, unit).items())
    return math.log(high_value / low_value) / math.log(high / low)


@cache
def logic_value(operation: str, unit: str, bits: int) -> float:
    """Energy (``pj``) or area (``um2``) of an operation at 45 nm, 0.9 V.

    >>> logic_value("integer_multiply", "pj", 8), logic_value("integer_multiply", "pj", 32)
    (0.2, 3.1)
    """
    points = _points(operation, unit)
    if bits in points:
        return points[bits]
    low = min(points)
    return points[low] * math.pow(bits / low, width_exponent(operation, unit))


@cache
def supply_voltage_v(node_nm: int, device: str) -> float:
    """Nominal supply of a node and device, linear between the published nodes.

    >>> round(supply_voltage_v(28, "lstp"), 3)
    0.92
    """
    known = {int(r["node_nm"]): float(r["value"]) for r in read_table("supply") if r["device"] == device}
    if node_nm in known:
        return known[node_nm]
    low = max(node for node in known if node < node_nm)
    high = min(node for node in known if node > node_nm)
    fraction = (node_nm - low) / (high - low)
    return known[low] * (1 - fraction) + known[high] * fraction


def energy_scale(node_nm: float, voltage_v: float) -> float:
    """Energy at a node and supply over energy at 45 nm, 0.9 V.

    >>> energy_scale(45, 0.9)
    1.0
    """
    return (node_nm / REFERENCE_NODE_NM) * (voltage_v / REFERENCE_VOLTAGE_V) ** 2


def area_scale(node_nm: float) -> float:
    """Area at a node over area at 45 nm."""
    return (node_nm / REFERENCE_NODE_NM) ** 2


def mac_energy_45nm_pj(multiply_bits: int, add_bits: int) -> float:
    """One multiply and one add at 45 nm, 0.9 V.

    >>> round(mac_energy_45nm_pj(8, 32), 3)
    0.3
    """
    return logic_value("integer_multiply", "pj", multiply_bits) + logic_value("integer_add", "pj", add_bits)


def mac_area_45nm_um2(multiply_bits: int, add_bits: int) -> float:
    """One multiplier and one adder at 45 nm."""
    return logic_value("integer_multiply", "um2", multiply_bits) + logic_value("integer_add", "um2", add_bits)


def dram_energy_pj_per_bit() -> float:
    """Middle of Horowitz's range for an access of 64 bits, per bit.

    >>> dram_energy_pj_per_bit()
    30.46875
    """
    ((bits, low),) = _points("dram_access_low", "pj").items()
    high = _points("dram_access_high", "pj")[bits]
    return (low + high) / 2 / bits

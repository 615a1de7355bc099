"""Reads the CSV tables beside this file.

Every table has a header; ``sources.csv`` says for each table its quantity, unit, node, device,
temperature, source and date. Rows come back as dictionaries of strings; callers convert.

Non-goals: no interpolation (``sram``, ``logic``), no user tables (``user``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of ``<name>.csv``.

    >>> read_table("supply")[0]["unit"]
    'v'
    """
    text = files("maestro_py.hardware.tech").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@dataclass(frozen=True, slots=True)
class Source:
    """Provenance of one table."""

    table: str
    quantity: str
    unit: str
    node_nm: str
    device: str
    temperature_k: str
    source: str
    date: str


@cache
def source_of(table: str) -> Source:
    """Provenance of a shipped table.

    >>> source_of("sram_cacti_hp").temperature_k
    '360'
    """
    row = next(row for row in read_table("sources") if row["table"] == table)
    return Source(**row)


@cache
def constants_of(technology: str) -> dict[str, float]:
    """Constants of a technology given by a handful of numbers (``constants.csv``).

    >>> constants_of("maestro-28nm")["mac"]
    0.23
    """
    return {
        row["quantity"]: float(row["value"])
        for row in read_table("constants")
        if row["technology"] == technology
    }

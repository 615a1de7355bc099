"""Designs as a table: parameters and results, in units that people read, one design a row.

Non-goals: no choice of designs or columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from maestro_py.cli.figures import digits, energy_unit
from maestro_py.cli.tables import console, plain_table

if TYPE_CHECKING:
    from rich.table import Table

_HEADERS: Mapping[str, str] = {
    "num_pes": "PEs",
    "vector_width": "MACs\nper PE",
    "l1_bytes": "L1\nbytes",
    "l2_bytes": "L2\nKiB",
    "l1_bytes_required": "L1 need\nbytes",
    "l2_bytes_required": "L2 need\nKiB",
    "noc_bandwidth_bytes_per_cycle": "NoC\nB/cycle",
    "dram_bandwidth_bytes_per_cycle": "DRAM\nB/cycle",
    "noc_latency_cycles": "NoC\nlatency",
    "dram_latency_cycles": "DRAM\nlatency",
    "frequency_mhz": "MHz",
    "area_um2": "area\nmm2",
    "power_mw": "power\nmW",
    "power_onchip_mw": "chip power\nmW",
    "throughput_gmacs_per_s": "throughput\nGMACs/s",
    "throughput_per_watt_gmacs_per_j": "per watt\nGMACs/J",
}
_FACTORS: Mapping[str, float] = {"area_um2": 1e6, "l2_bytes": 1024, "l2_bytes_required": 1024}
_WITH_UNIT = ("energy_pj", "energy_onchip_pj", "runtime_us", "edp_pj_us")
_TIMES = ((1e6, "s"), (1e3, "ms"), (1.0, "us"))
_GAP = 3
_BITS = ("bits_W", "bits_I", "bits_O")
_TEXTS = ("dataflow", "technology", "noc", "bound")


def designs_tables(rows: Mapping[str, Any], labels: Sequence[str]) -> list[Table]:
    """Return designs as a table, or as several below each other where one would be too wide.

    Parameters
    ----------
    rows
        Values by column, ``design`` first; a missing number is NaN.
    labels
        What each design is best for; may be empty.
    """
    first = _column("design", list(rows["design"]))
    columns = [("best for", list(labels))] if labels else []
    for name in rows:
        if name not in (*_BITS[1:], "design"):
            columns.append(_bits(rows) if name == _BITS[0] else _column(name, list(rows[name])))
    widest = console().width
    tables: list[list[tuple[str, list[str]]]] = [[first]]
    for column in columns:
        if sum(map(_width, [*tables[-1], column])) > widest:
            tables.append([first])
        tables[-1].append(column)
    return [_table(own) for own in tables]


def _width(column: tuple[str, list[str]]) -> int:
    header, cells = column
    return max(len(line) for text in (header, *cells) for line in text.split("\n")) + _GAP


def _table(columns: Sequence[tuple[str, list[str]]]) -> Table:
    table = plain_table(
        "", [header for header, _ in columns], zip(*(cells for _, cells in columns), strict=True)
    )
    for column in table.columns:
        column.no_wrap = True
    return table


def _bits(rows: Mapping[str, Any]) -> tuple[str, list[str]]:
    triples = zip(*(rows[name] for name in _BITS), strict=True)
    return ">bits", [str(t[0]) if len(set(t)) == 1 else "/".join(map(str, t)) for t in triples]


def _column(name: str, values: list[Any]) -> tuple[str, list[str]]:
    if name in _TEXTS:
        return name, [str(value) for value in values]
    if name == "design":
        return ">design", [str(value) for value in values]
    factor, header = _scale(name, values)
    empty = "needed" if name in ("l1_bytes", "l2_bytes") else ""
    return f">{header}", [_cell(value, factor, empty) for value in values]


def _scale(name: str, values: list[Any]) -> tuple[float, str]:
    """Return what a column is divided by, and its header."""
    known = [abs(value) for value in values if value is not None and value == value]
    most = max(known, default=0.0)
    if name.startswith("energy_") and name.endswith("_pj"):
        factor, unit = energy_unit(most)
        return factor, f"{_words(name.removesuffix('_pj'))}\n{unit}"
    if name == "runtime_us":
        factor, unit = next((entry for entry in _TIMES if most >= 10 * entry[0]), _TIMES[-1])
        return factor, f"runtime\n{unit}"
    if name == "edp_pj_us":
        factor, unit = energy_unit(most / 1000)
        return factor * 1000, f"EDP\n{unit} ms"
    return _FACTORS.get(name, 1.0), _HEADERS.get(name, _words(name))


def scaled_text(name: str, value: float) -> str:
    """Return a value of a result column with its unit.

    >>> scaled_text("energy_onchip_pj", 3.2e7), scaled_text("area_um2", 5e5), scaled_text("macs", 8)
    ('32 uJ', '0.5 mm2', '8')
    """
    factor, header = _scale(name, [value])
    unit = header.rpartition("\n")[2] if name in _WITH_UNIT or name in _HEADERS else ""
    return f"{_cell(value, factor, '')} {unit}".rstrip()


def _words(name: str) -> str:
    r"""Return a name in lines of some ten letters.

    >>> _words("utilization_fraction"), _words("ClusterSize")
    ('utilization\nfraction', 'ClusterSize')
    """
    lines = [""]
    for word in name.split("_"):
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= 12:
            lines[-1] = joined
        else:
            lines.append(word)
    return "\n".join(line for line in lines if line)


def _cell(value: Any, factor: float, empty: str) -> str:
    if value is None or value != value:
        return empty
    if isinstance(value, bool) or str(value) in ("True", "False"):
        return "yes" if value else "no"
    scaled = value / factor
    if scaled == int(scaled) and abs(scaled) < 1e15:
        return f"{int(scaled):,}"
    return digits(float(scaled))

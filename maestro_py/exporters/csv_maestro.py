"""Analysis to the original's CSV: its 52 columns under its header, so that existing notebooks keep working.

Header, order and the column that stands there twice are the original's (maestro-project/maestro, commit
4eb08d1). The values are ours; :data:`HEADER` says which, and what differs in meaning:

- energy is on-chip dynamic energy, as the original counts no DRAM; area and power are the technology's
- each MAC reads an input, a weight and an output from L1 and writes an output there
- input and filter ``l2 write`` are what comes from DRAM; output ``l2 read`` are partial sums that L2 adds to
- a layer with several runs stands once, with the numbers of one run, and is called ``NAME x32``
- smallest and largest delays of a step are not kept by an engine that jumps over equal steps: those cells
  are empty, the averages are exact

Empty also means that the technology has no figure, or a ratio has nothing below its line.

Non-goals: illegal layers are not marked, as the original has no column for that; other formats do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from maestro_py.analysis.results import Analysis
from maestro_py.exporters import Format

Row = Mapping[str, Any]
Cell = str | int | float | None


def over(numerator: float, denominator: float) -> float | None:
    """Quotient, None where there is nothing below the line.

    >>> over(3, 2), over(3, 0)
    (1.5, None)
    """
    return numerator / denominator if denominator else None


def _milliwatts(row: Row, energy_pj: float) -> float | None:
    return over(energy_pj, 1000 * row["runtime_us"])


def _joule(row: Row) -> float:
    return float(row["energy_onchip_pj"]) * 1e-12


def _chip_power(row: Row) -> float | None:
    dram = _milliwatts(row, row["energy_dram_pj"])
    return None if dram is None else float(row["power_mw"]) - dram


def _l2_read(row: Row) -> int:
    return int(row["l2_read_W"] + row["l2_read_I"])


def _has_weights(row: Row) -> int:
    return int(row["macs"]) if row["elements_W"] else 0


def _layer(row: Row) -> str:
    """Name of the layer; with its number of runs, where it has several."""
    return str(row["layer"]) if row["repeat"] == 1 else f"{row['layer']} x{row['repeat']}"


def _unknown(row: Row) -> None:
    del row


HEADER: tuple[tuple[str, Callable[[Row], Cell]], ...] = (
    ("Neural Network Name", lambda r: r["network"]),
    (" Layer Number", _layer),  # the layer's name, as in the original
    (" NumPEs", lambda r: r["num_pes"]),
    (" Runtime (Cycles)", lambda r: r["runtime_cycles"]),
    (" Activity count-based Energy (nJ)", lambda r: r["energy_onchip_pj"] / 1000),
    (" Throughput (MACs/Cycle)", lambda r: over(r["macs"], r["runtime_cycles"])),
    # GMACs per second and joule
    (
        " Throughput Per Energy (GMACs/s*J)",
        lambda r: over(r["macs"] / 1000, r["runtime_us"] * _joule(r)),
    ),
    (" Area", lambda r: r["area_um2"]),
    (" Power", _chip_power),
    # bandwidth at which the NoC is no slower than the PEs; twice, as in the original
    (" NoC BW Req (Elements/cycle)", lambda r: over(_l2_read(r), r["compute_cycles"])),
    (" Avg BW Req", lambda r: over(_l2_read(r), r["runtime_cycles"])),
    (" Peak BW Req", lambda r: over(_l2_read(r), r["compute_cycles"])),
    (" Vector Width", lambda r: r["lanes_per_pe"]),
    # bandwidth at which DRAM is no slower than the chip
    (
        " Offchip BW Req (Elements/cycle)",
        lambda r: over(r["dram_read_W"] + r["dram_read_I"], r["runtime_onchip_cycles"]),
    ),
    ("  L2 SRAM Size Req (Bytes)", lambda r: r["l2_bytes_required"]),
    (" L1 SRAM Size Req (Bytes)", lambda r: r["l1_bytes_required"]),
    (" Multicasting Factor (Weight)", lambda r: over(r["l1_fill_W"], r["l2_read_W"])),
    (" Multicasting Factor (Input)", lambda r: over(r["l1_fill_I"], r["l2_read_I"])),
    (" Num Total Input Pixels", lambda r: r["elements_I"]),
    (" Num Total Weight Pixels", lambda r: r["elements_W"]),
    (" Ops/J", lambda r: over(r["macs"], _joule(r))),  # MACs
    (" Num MACs", lambda r: r["macs"]),
    # dynamic power of each component; the original's are estimates of whole components
    (" PE power", lambda r: _milliwatts(r, r["energy_mac_pj"])),
    (" L1 power", lambda r: _milliwatts(r, r["energy_l1_pj"])),
    (" L2 power", lambda r: _milliwatts(r, r["energy_l2_pj"])),
    (" NOC power", lambda r: _milliwatts(r, r["energy_noc_pj"])),
    (" input l1 read", lambda r: r["macs"]),
    (" input l1 write", lambda r: r["l1_fill_I"]),
    (" input l2 read", lambda r: r["l2_read_I"]),
    (" input l2 write", lambda r: r["dram_read_I"]),
    (" input reuse factor", lambda r: over(r["macs"], r["l1_fill_I"])),
    ("filter l1 read", _has_weights),
    (" filter l1 write", lambda r: r["l1_fill_W"]),
    (" filter l2 read", lambda r: r["l2_read_W"]),
    (" filter l2 write", lambda r: r["dram_read_W"]),
    (" filter reuse factor", lambda r: over(_has_weights(r), r["l1_fill_W"])),
    ("output l1 read", lambda r: r["macs"]),
    (" output l1 write", lambda r: r["macs"]),
    (" output l2 read", lambda r: r["l2_read_O"]),
    (" output l2 write", lambda r: r["l2_write_O"]),
    (" output reuse factor", lambda r: over(r["macs"], r["l1_drain_O"])),
    ("Ingress Delay (Min)", _unknown),
    (" Ingress Delay (Max)", _unknown),
    (" Ingress Delay (Avg)", lambda r: over(r["ingress_beats"], r["steps"])),
    (" Egress Delay (Min)", _unknown),
    (" Egress Delay (Max)", _unknown),
    ("  Egress Delay (Avg)", lambda r: over(r["egress_beats"], r["steps"])),
    ("Compute Delay (Min)", _unknown),
    (" Compute Delay (Min)", _unknown),  # the largest: the original's header has a slip
    (" Compute Delay (Avg)", lambda r: over(r["compute_cycles"], r["steps"])),
    ("Avg number of utilized PEs", lambda r: over(r["pe_steps"], r["steps"])),
    (" Arithmetic Intensity", lambda r: over(r["macs"], _l2_read(r))),  # MACs per element read from L2
)
"""The original's header, and our value under each."""


def render(analysis: Analysis) -> bytes:
    """Return the file."""
    stream = io.StringIO()
    stream.write(",".join(name for name, _ in HEADER) + "\n")
    writer = csv.writer(stream, lineterminator="\n")
    machine = {
        "network": analysis.network_name,
        "num_pes": analysis.accelerator.num_pes,
        "lanes_per_pe": analysis.accelerator.lanes_per_pe,
    }
    for record in analysis.records():
        row = {**record, **machine}
        writer.writerow(["" if (cell := value(row)) is None else cell for _, value in HEADER])
    return stream.getvalue().encode()


FORMAT = Format(".csv", "the original's 52 columns", render, "maestro")

"""What the MAESTRO paper found in its design spaces, measured on a sweep of ours.

Kwon et al., MICRO 2019, Section 5.2, Figure 13, and the introduction. Turns the folder of a sweep into
numbers for four statements, a verdict that follows from the numbers, and tables. Throughput is MACs per
cycle, a buffer is L1 of all PEs and L2, energy and power are those of the chip.

Of all designs with the least run time the throughput-optimal one is that with the least energy; of all with
the least energy the energy-optimal one is that with the least run time; of designs equal in both, the one
with the lowest number.

Non-goals: no sweep; nothing is made to hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.viz.kept import Kept
from maestro_py.viz.quantities import buffer, throughput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

PAPER_RATIOS = {"power": 2.16, "buffer": 10.6, "pes": 0.8, "throughput": 1 - 0.617, "per_energy": 1 + 11.486}
"""Energy- over throughput-optimal, NVDLA on layer 11; of power the paper does not say which is more."""
CLOSE = 0.1
"""How far a ratio may be from the paper's to be called equal."""

CYCLES, ENERGY, BANDWIDTH = "runtime_coarse_cycles", "energy_onchip_pj", "noc_bandwidth_bytes_per_cycle"
_TILES = ("CTile", "KTile")
_READ = ("num_pes", BANDWIDTH, "bound", CYCLES, ENERGY)

Table = tuple[str, list[str], list[list[str]]]


class _Designs:
    """Columns of designs, throughput and buffer among them."""

    def __init__(self, kept: Kept, rows: Mapping[str, Array]) -> None:
        self.rows = rows
        self.size = len(rows["design"])
        self.throughput = throughput(kept.names).value(rows)
        self.buffer_kib = buffer(kept.names).value(rows) / 1024
        self.pes = rows["num_pes"]


def findings(kept: Kept) -> dict[str, Any]:
    """Return the numbers and verdicts for a finished sweep; no statement where no design is feasible."""
    columns = dict.fromkeys((*_READ, *throughput(kept.names).columns, *buffer(kept.names).columns))
    parts = list(kept.parts(columns))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    designs, front = _Designs(kept, rows), _Designs(kept, kept.front)
    if not front.size:
        return {"designs": 0}
    fastest = int(np.argmin(front.rows[CYCLES]))
    chosen = {
        "throughput": fastest,
        "energy": int(np.argmin(front.rows[ENERGY])),
        "product": int(np.argmin(front.rows[CYCLES] * front.rows[ENERGY])),
    }
    optima = {name: _design(front, place) for name, place in chosen.items()}
    return {
        "designs": designs.size,
        "pes": _pes(designs, optima["throughput"], kept.space.axis_values("num_pes")),
        "buffer": _buffer(designs, optima["throughput"]),
        "noc": _noc(designs, optima["throughput"]),
        "optima": optima,
        "ratios": _ratios(optima["energy"], optima["throughput"]),
    }


def _design(front: _Designs, place: int) -> dict[str, Any]:
    names = ("design", *_TILES, "num_pes", BANDWIDTH, CYCLES, ENERGY, "power_onchip_mw", "area_um2")
    found = {name: front.rows[name][place].item() for name in names}
    both = {"throughput": front.throughput[place], "buffer_kib": front.buffer_kib[place]}
    return {**found, **{name: float(value) for name, value in both.items()}}


def _pes(designs: _Designs, best: Mapping[str, Any], swept: tuple[int, ...]) -> dict[str, Any]:
    by_pes = {}
    for pes in np.unique(designs.pes).tolist():
        by_pes[pes] = round(float(designs.throughput[designs.pes == pes].max()), 2)
    fewest, most = min(by_pes), max(by_pes)
    verdict = "reproduced"
    if best["num_pes"] in (fewest, most):
        verdict = f"no: the {'fewest' if best['num_pes'] == fewest else 'most'} that fit"
    found = {"best": best["num_pes"], "feasible": [fewest, most], "swept": [swept[0], swept[-1]]}
    return {**found, "throughput_by_pes": by_pes, "verdict": verdict}


def _buffer(designs: _Designs, best: Mapping[str, Any]) -> dict[str, Any]:
    largest = float(designs.buffer_kib.max())
    at_largest = float(designs.throughput[designs.buffer_kib == largest].max()) / best["throughput"]
    nearly = designs.buffer_kib[designs.throughput >= 0.9 * best["throughput"]]
    return {
        "best_kib": best["buffer_kib"],
        "largest_kib": largest,
        "throughput_at_largest": at_largest,
        "share_with_more": float((designs.buffer_kib > best["buffer_kib"]).mean()),
        "least_kib_for_90_percent": float(nearly.min(initial=best["buffer_kib"])),
        "rank_correlation": rank_correlation(designs.buffer_kib, designs.throughput),
        "verdict": "reproduced" if at_largest < 1 else "no: the largest is best",
    }


def _noc(designs: _Designs, best: Mapping[str, Any]) -> dict[str, Any]:
    middle = (int(designs.pes.min()) + int(designs.pes.max())) / 2
    many = designs.pes > middle
    starved = np.isin(designs.rows["bound"].astype(str), ("noc_in", "noc_out"))
    relative = designs.throughput[many & starved] / best["throughput"]
    share_many, share_few = (float(starved[own].mean()) if own.any() else 0.0 for own in (many, ~many))
    reached = float(relative.max(initial=0))
    return {
        "more_pes_than": middle,
        "designs": int(many.sum()),
        "share_starved": share_many,
        "share_starved_with_fewer_pes": share_few,
        "median_throughput": float(np.median(relative)) if relative.size else None,
        "best_throughput": reached,
        "verdict": "reproduced" if share_many > share_few and reached < 1 else "no",
    }


def _ratios(energy: Mapping[str, Any], speed: Mapping[str, Any]) -> dict[str, Any]:
    def of(name: str) -> float:
        return float(energy[name] / speed[name])

    found = {"power": of("power_onchip_mw"), "buffer": of("buffer_kib"), "pes": of("num_pes")}
    found |= {"throughput": of("throughput"), "per_energy": of("throughput") / of(ENERGY)}
    known = [name for name in found if name != "power"]
    same = sum((found[n] > 1) == (PAPER_RATIOS[n] > 1) and found[n] != 1 for n in known)
    close = sum(abs(found[name] / PAPER_RATIOS[name] - 1) <= CLOSE for name in found)
    verdict = f"direction of {same} of {len(known)}, size of {close} of {len(found)}"
    return {**found, "verdict": verdict}


def rank_correlation(one: Array, other: Array) -> float | None:
    """Return Spearman's rank correlation, equal values sharing their mean rank; None where one is constant.

    >>> rank_correlation(np.array([1, 2, 2, 9]), np.array([5, 6, 6, 7]))
    1.0
    """
    ranks = []
    for values in (one, other):
        _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
        if len(counts) == 1:
            return None
        ranks.append((np.cumsum(counts) - (counts - 1) / 2)[inverse])
    return float(np.round(np.corrcoef(ranks[0], ranks[1])[0, 1], 12))


def tables(titles: Mapping[str, str], found: Mapping[str, Mapping[str, Any]]) -> Iterator[Table]:
    """Yield title, header and rows of a table for each statement, a row per space; ``titles`` by space."""
    known = {titles[name]: own for name, own in found.items() if own["designs"]}
    header = ["", "best", "that fit", "swept", "best MACs/cycle by PEs", "verdict"]
    rows = [_pes_row(*own) for own in known.items()]
    yield "1. A moderate number of PEs is best for throughput", header, rows
    header = ["", "best KiB", "largest KiB", "its throughput", "with more than the best", "90 % from KiB"]
    rows = [_buffer_row(*own) for own in known.items()]
    yield "2. More buffer is not more throughput", [*header, "rank correlation", "verdict"], rows
    header = ["", "PEs above", "designs", "NoC-bound", "of fewer PEs", "their median", "their best"]
    rows = [_noc_row(*own) for own in known.items()]
    yield "3. Many PEs starve without NoC bandwidth", [*header, "verdict"], rows
    header = ["", "best for", *_TILES, "PEs", "B/cycle", "MACs/cycle", "uJ", "mW", "mm2", "KiB"]
    rows = [row for title, own in known.items() for row in _optima_rows(title, own["optima"])]
    yield "4. Best for throughput, for energy, and for the product of run time and energy", header, rows
    header = ["energy- over throughput-optimal", *PAPER_RATIOS, "verdict"]
    rows = [_ratio_row(title, own["ratios"]) for title, own in known.items()]
    yield "", header, [_ratio_row("paper: layer 11, NVDLA", {**PAPER_RATIOS, "verdict": ""}), *rows]


def _pes_row(title: str, found: Mapping[str, Any]) -> list[str]:
    own = found["pes"]
    by_pes = ", ".join(f"{pes}: {value:.1f}" for pes, value in own["throughput_by_pes"].items())
    ranges = (f"{low}..{high}" for low, high in (own["feasible"], own["swept"]))
    return [title, str(own["best"]), *ranges, by_pes, own["verdict"]]


def _buffer_row(title: str, found: Mapping[str, Any]) -> list[str]:
    own = found["buffer"]
    sizes = (f"{own[name]:.1f}" for name in ("best_kib", "largest_kib"))
    shares = (f"{100 * own[name]:.1f} %" for name in ("throughput_at_largest", "share_with_more"))
    correlation = "" if own["rank_correlation"] is None else f"{own['rank_correlation']:.2f}"
    return [title, *sizes, *shares, f"{own['least_kib_for_90_percent']:.1f}", correlation, own["verdict"]]


def _noc_row(title: str, found: Mapping[str, Any]) -> list[str]:
    own = found["noc"]
    names = ("share_starved", "share_starved_with_fewer_pes", "median_throughput", "best_throughput")
    shares = ("" if own[name] is None else f"{100 * own[name]:.1f} %" for name in names)
    return [title, f"{own['more_pes_than']:g}", f"{own['designs']:,}", *shares, own["verdict"]]


def _optima_rows(title: str, optima: Mapping[str, Mapping[str, Any]]) -> Iterator[list[str]]:
    for place, (goal, own) in enumerate(optima.items()):
        numbers = (own["throughput"], own[ENERGY] / 1e6, own["power_onchip_mw"], own["area_um2"] / 1e6)
        whole = (str(own[name]) for name in (*_TILES, "num_pes", BANDWIDTH))
        cells = (f"{number:.1f}" for number in (*numbers, own["buffer_kib"]))
        yield ["" if place else title, goal, *whole, *cells]


def _ratio_row(title: str, ratios: Mapping[str, Any]) -> list[str]:
    return [title, *(f"{ratios[name]:.3g}" for name in PAPER_RATIOS), ratios["verdict"]]

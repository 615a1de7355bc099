"""Speed of families: nests and designs per second when tile sizes, PEs and bandwidths vary.

VGG-16's layers 2 and 11 with an NVDLA-like and a row-stationary dataflow: some tiles of C and of K, 31
numbers of PEs and 31 bandwidths, in a sweep's order. Counts, legality and coarse time of every design, on one
core:

- ``first``: a family that has seen nothing, from arrays of constants to arrays of results
- ``again``: the same nests by the same family
- ``alone``: a nest built and compiled by itself, on all bandwidths

Non-goals: energy, area and what a sweep keeps.

Usage: ``python benchmarks/speed/family.py [--c-tiles N] [--k-tiles N] [--repeats N] [--json]``
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from measure import fastest_seconds, report

from maestro_py import _core
from maestro_py.analysis.core import prepare
from maestro_py.analysis.family import Family
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, MapDirective, Number, Reference, SizeOf
from maestro_py.ir.nest import build_nest
from maestro_py.ir.network import Layer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BANDWIDTHS = PES = 31
ALONE = 50
FIELDS = (*_core.RESULT_FIELDS[:23], "cycles_coarse")
ONE, K_TILE, C_TILE, R, S = Number(1), Reference("K"), Reference("C"), SizeOf("R"), SizeOf("S")
FILTER = (MapDirective("TemporalMap", R, R, "R"), MapDirective("TemporalMap", S, S, "S"))
OUTPUTS = (MapDirective("TemporalMap", ONE, ONE, "Y'"), MapDirective("TemporalMap", ONE, ONE, "X'"))
NVDLA = Dataflow(
    (
        MapDirective("SpatialMap", K_TILE, K_TILE, "K"),
        MapDirective("TemporalMap", C_TILE, C_TILE, "C"),
        *FILTER,
        *OUTPUTS,
        ClusterDirective(Number(64), "P"),
        MapDirective("SpatialMap", ONE, ONE, "C"),
    ),
    "NVDLA",
)
ROWS = Dataflow(
    (
        MapDirective("SpatialMap", ONE, ONE, "Y'"),
        OUTPUTS[1],
        MapDirective("TemporalMap", C_TILE, C_TILE, "C"),
        MapDirective("TemporalMap", K_TILE, K_TILE, "K"),
        *FILTER,
        ClusterDirective(R, "P"),
        MapDirective("SpatialMap", ONE, ONE, "R"),
    ),
    "row-stationary",
)


def layer(name: str, channels: int, rows: int) -> Layer:
    sizes = {"K": channels, "C": channels, "R": 3, "S": 3, "Y": rows, "X": rows}
    return Layer(name, "CONV", sizes, padding=((1, 1), (1, 1)))


LAYERS = (layer("layer 2", 64, 224), layer("layer 11", 512, 14))


@dataclass(frozen=True)
class Speed:
    """Microseconds per nest of 31 designs, and what the family found out."""

    layer: str
    dataflow: str
    nests: int
    groups: int
    plans: int
    first_us: float
    again_us: float
    alone_us: float

    @property
    def designs_per_second(self) -> float:
        return 1e6 * BANDWIDTHS / self.again_us


def spread(largest: int, count: int) -> NDArray[np.int64]:
    """Return some tile sizes from 1 to the largest."""
    import numpy as np

    return np.unique(np.linspace(1, largest, count).astype(np.int64))


def measure(network_layer: Layer, dataflow: Dataflow, options: argparse.Namespace) -> Speed:
    """Time one layer with one dataflow."""
    import numpy as np

    channels = network_layer.sizes["K"]
    axes = (spread(channels, options.c_tiles), spread(channels, options.k_tiles), 64 + 32 * np.arange(PES))
    c, k, pes = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    machine = Accelerator()
    family = Family(network_layer, dataflow, machine)
    points = family.points({"noc_bandwidth_bytes_per_cycle": 4 * np.arange(1, BANDWIDTHS + 1)})
    constants = {"C": c, "K": k}

    def evaluate() -> None:
        family.evaluate(constants, pes, points, FIELDS)

    first, again = fastest_seconds(evaluate, 1), fastest_seconds(evaluate, options.repeats)
    chosen = np.linspace(0, len(c) - 1, ALONE).astype(int).tolist()
    results, status = (
        np.zeros((len(points), len(_core.RESULT_FIELDS)), np.int64),
        np.zeros(len(points), np.int64),
    )

    def alone() -> None:
        for i in chosen:
            bound = dataflow.with_constants({"C": int(c[i]), "K": int(k[i])})
            prepared = prepare(build_nest(network_layer, bound, int(pes[i])), machine)
            prepared.evaluate_batch(points, results, status, fine=False)

    one = fastest_seconds(alone, options.repeats) / len(chosen)
    groups, plans = family.found()
    times = (round(1e6 * t, 2) for t in (first / len(c), again / len(c), one))
    return Speed(network_layer.name, dataflow.name, len(c), groups, plans, *times)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Speed of families of nests on VGG-16's layers 2 and 11.")
    parser.add_argument("--c-tiles", type=int, default=8, help="tile sizes of C")
    parser.add_argument("--k-tiles", type=int, default=64, help="tile sizes of K")
    parser.add_argument("--repeats", type=int, default=5, help="repeats, of which the fastest counts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    speeds = [measure(shape, dataflow, options) for shape in LAYERS for dataflow in (NVDLA, ROWS)]
    header = [
        "us per nest of 31 designs",
        "nests",
        "groups",
        "plans",
        "first",
        "again",
        "alone",
        "M designs/s",
    ]
    rows = [
        [
            f"{s.layer}, {s.dataflow}",
            *(str(n) for n in (s.nests, s.groups, s.plans)),
            *(f"{t:.2f}" for t in (s.first_us, s.again_us, s.alone_us)),
            f"{s.designs_per_second / 1e6:.2f}",
        ]
        for s in speeds
    ]
    title = f"VGG-16, {PES} numbers of PEs, {BANDWIDTHS} bandwidths; one core"
    report(title, header, rows, {"families": [asdict(s) for s in speeds]}, as_json=options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

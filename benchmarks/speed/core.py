"""Speed of the core: microseconds per layer, and evaluations per second when only hardware numbers vary.

Over all shipped networks and dataflows, each dataflow on the layer types that it is meant for, identical
layers once:

- ``nest``: a layer and a dataflow to a nest (``build_nest``)
- ``full``: a nest to every count and both times, fine and coarse; one call per layer
- ``legality``: that every MAC is computed once, given a compiled nest
- ``machine``: another machine on a nest that is compiled already; one call per machine
- ``batch``: arrays of machines; bandwidths, latencies, L2 size and vector width vary

The original cost model needs 0.14 to 0.9 ms per layer for what ``nest`` and ``full`` do together.

Non-goals: no parsing (``parse.py``), no energy, no tables (``cli.py``).

Usage: ``python benchmarks/speed/core.py [--networks NAME ..] [--dataflows NAME ..] [--points N] [--json]``
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from measure import fastest_seconds, percentile, report

from maestro_py import _core, catalog
from maestro_py.analysis.core import Prepared, prepare
from maestro_py.analysis.inputs import resolve
from maestro_py.analysis.layers import Job
from maestro_py.analysis.layers import prepare as prepare_jobs
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import Dataflow, MapDirective, Number
from maestro_py.ir.nest import build_nest
from maestro_py.ir.network import Layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

MACHINE = Accelerator(num_pes=256, l2_bytes=108 * 1024)
ORDERS = ("sorted", "random")
SEED = 1


@dataclass(frozen=True)
class Sample:
    """Times of one layer with one dataflow, in microseconds."""

    nest: float
    full: float
    legality: float
    machine: float


@dataclass(frozen=True)
class Pair:
    """A network with a dataflow: its layer times, and evaluations per second of each kind of batch."""

    network: str
    dataflow: str
    samples: list[Sample]
    rates: dict[str, float]


def jobs_of(network: str, dataflow: str) -> list[Job]:
    """Return the different layers that a dataflow is meant for."""
    resolved = resolve(network, dataflow, MACHINE)
    found, _ = prepare_jobs(resolved, MACHINE)
    return list({job.key: job for job in found}.values())


def time_layer(job: Job, repeats: int) -> Sample:
    """Time one layer."""
    other = replace(MACHINE, noc_bandwidth_bytes_per_cycle=48, dram_bandwidth_bytes_per_cycle=12)
    prepared = prepare(job.nest, MACHINE)
    machines = [MACHINE, other] * repeats
    seconds = (
        fastest_seconds(lambda: build_nest(job.layer, job.dataflow, MACHINE.num_pes), repeats),
        fastest_seconds(lambda: prepare(job.nest, MACHINE).evaluate(MACHINE), repeats),
        fastest_seconds(prepared.coverage, repeats),
        fastest_seconds(lambda: prepared.evaluate(machines.pop()), repeats),
    )
    return Sample(*(1e6 * s for s in seconds))


def hardware_points(prepared: Prepared, count: int, order: str) -> NDArray[Any]:
    """Return rows of hardware numbers: the same set in two orders.

    ``sorted`` lets the bandwidths vary slowest, as a sweep does that has them in its outer loops.
    """
    import numpy as np

    random = np.random.default_rng(SEED)
    ranges = {
        "noc_bandwidth_bytes_per_cycle": 2 ** np.arange(2, 9),
        "dram_bandwidth_bytes_per_cycle": 2 ** np.arange(2, 7),
        "l2_bytes": 1024 * np.arange(16, 1024, 16),
        "vector_width": np.arange(1, 17),
        "noc_latency_cycles": np.arange(64),
        "dram_latency_cycles": np.arange(256),
    }
    table = np.tile(np.array(prepared.point(MACHINE), np.int64), (count, 1))
    drawn = [random.choice(values, count) for values in ranges.values()]
    for name, values in zip(ranges, drawn, strict=True):
        table[:, _core.POINT_FIELDS.index(name)] = values
    return np.ascontiguousarray(table[np.lexsort(drawn[::-1])] if order == "sorted" else table)


def batch_rates(prepared: Prepared, count: int) -> dict[str, float]:
    """Return evaluations per second of one core, per kind of time and order of the points."""
    import numpy as np

    results = np.zeros((count, len(_core.RESULT_FIELDS)), np.int64)
    status = np.zeros(count, np.int64)
    rates = {}
    for order in ORDERS:
        points = hardware_points(prepared, count, order)
        for fine in (True, False):
            prepared.evaluate_batch(points[:1], results[:1], status[:1], fine=fine)
            seconds = fastest_seconds(
                lambda points=points, fine=fine: prepared.evaluate_batch(points, results, status, fine=fine),
                1,
            )
            rates[f"{'fine' if fine else 'coarse'} {order}"] = count / seconds
    return rates


def spread(jobs: Sequence[Job], count: int) -> list[Job]:
    """Return some layers, evenly spread over the network."""
    if len(jobs) <= count:
        return list(jobs)
    return [jobs[(2 * i + 1) * len(jobs) // (2 * count)] for i in range(count)]


def measure_pairs(options: argparse.Namespace) -> Iterator[Pair]:
    """Time every network with every dataflow."""
    for network in options.networks:
        for dataflow in options.dataflows:
            jobs = jobs_of(network, dataflow)
            if not jobs:
                continue
            samples = [time_layer(job, options.repeats) for job in jobs]
            by_kind: dict[str, list[float]] = defaultdict(list)
            for job in spread(jobs, options.batch_layers):
                for kind, rate in batch_rates(prepare(job.nest, MACHINE), options.points).items():
                    by_kind[kind].append(rate)
            yield Pair(network, dataflow, samples, {kind: median(rates) for kind, rates in by_kind.items()})


def large_gemm_microseconds(repeats: int) -> float:
    """Return the time of a full evaluation of a GEMM of 100,000 in every dimension."""
    one, sixteen = Number(1), Number(16)
    maps = (
        MapDirective("SpatialMap", sixteen, sixteen, "M"),
        MapDirective("TemporalMap", sixteen, sixteen, "N"),
        MapDirective("TemporalMap", one, one, "K"),
    )
    layer = Layer("large", "GEMM", {"M": 100_000, "N": 100_000, "K": 100_000})
    nest = build_nest(layer, Dataflow(maps), MACHINE.num_pes)
    return 1e6 * fastest_seconds(lambda: prepare(nest, MACHINE).evaluate(MACHINE), repeats)


def summary(pairs: Sequence[Pair], gemm: float) -> dict[str, Any]:
    """Return medians and tails over everything, and per pair."""
    samples = [sample for pair in pairs for sample in pair.samples]
    found: dict[str, Any] = {"layers": len(samples), "pairs": len(pairs), "gemm_100k_us": round(gemm, 1)}
    for name in ("nest", "full", "legality", "machine"):
        values = [getattr(sample, name) for sample in samples]
        found[f"{name}_us"] = {
            "median": round(median(values), 2),
            "p95": round(percentile(values, 95), 2),
            "max": round(max(values), 2),
        }
    for kind in pairs[0].rates:
        rates = [pair.rates[kind] for pair in pairs]
        found[f"batch {kind}"] = {
            "median": round(median(rates)),
            "min": round(min(rates)),
            "max": round(max(rates)),
        }
    found["per_pair"] = [
        {
            "network": pair.network,
            "dataflow": pair.dataflow,
            "layers": len(pair.samples),
            "full_us": round(median(sample.full for sample in pair.samples), 2),
            "machine_us": round(median(sample.machine for sample in pair.samples), 2),
            **{kind: round(rate) for kind, rate in pair.rates.items()},
        }
        for pair in pairs
    ]
    return found


def rows(found: dict[str, Any]) -> Iterator[list[str]]:
    """Return the summary as lines of the table."""
    for name in ("nest", "full", "legality", "machine"):
        times = found[f"{name}_us"]
        yield [f"{name} (us per layer)", *(f"{times[key]:.1f}" for key in ("median", "p95", "max"))]
    for kind, rates in found.items():
        if kind.startswith("batch"):
            cells = [f"{rates[key] / 1e6:.2f}" for key in ("median", "min", "max")]
            yield [f"{kind} (M per s and core)", *cells]
    yield ["GEMM 100k x 100k x 100k, full (us)", f"{found['gemm_100k_us']:.1f}", "", ""]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Speed of the core over the shipped networks and dataflows.")
    parser.add_argument("--networks", nargs="+", default=catalog.model_names(), metavar="NAME")
    parser.add_argument("--dataflows", nargs="+", default=catalog.dataflow_names(), metavar="NAME")
    parser.add_argument("--points", type=int, default=100_000, help="machines in a batch")
    parser.add_argument("--batch-layers", type=int, default=1, help="layers per pair in batches")
    parser.add_argument("--repeats", type=int, default=5, help="calls per layer, of which the fastest counts")
    parser.add_argument("--pairs", action="store_true", help="also a line per network and dataflow")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    pairs = list(measure_pairs(options))
    found = summary(pairs, large_gemm_microseconds(options.repeats))
    title = (
        f"{found['layers']} layers in {found['pairs']} pairs of network and dataflow, {MACHINE.num_pes} PEs, "
        f"{(MACHINE.l2_bytes or 0) // 1024} KiB L2; batches of {options.points} machines"
    )
    header = ["", "median", "p95 (batch: min)", "max"]
    report(title, header, list(rows(found)), found, as_json=options.json)
    if options.pairs and not options.json:
        keys = list(found["per_pair"][0])
        report("", keys, [[str(row[key]) for key in keys] for row in found["per_pair"]], found, as_json=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

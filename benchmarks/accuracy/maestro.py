"""Our numbers beside the original cost model's, for a corpus of its mapping files and results.

Reads mapping files and the CSV files that the original wrote for them, evaluates every layer, and sorts each
pair of numbers into a named class of difference by the rules below. It also asserts, for every layer of every
file, that our MACs are the product of the layer's dimensions or that the layer is reported illegal.

The corpus: ``mapping/*.m`` and ``validation/*.m``; ``results/NAME.csv`` (256 PEs, NoC 1000 and DRAM 50 bytes
per cycle, 3000 bytes of L2, NoC latency 1 cycle) and ``results/NAME.FLAGS.csv`` (:data:`MACHINES`).

Classes come from the numbers alone; a cause that they cannot prove is not claimed. ``unexplained`` is what no
rule fits. The original is no oracle: its step may hold several of ours, and its energy is of its own counts.

Non-goals: no tolerance that would hide a difference; no figures from papers.

Usage: ``python benchmarks/accuracy/maestro.py --corpus DIR [-o report.md] [--layers]``; exit 1 if the
assertion fails.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose, prod
from pathlib import Path

from maestro_py.analysis.engine import evaluate
from maestro_py.analysis.layers import Costs
from maestro_py.errors import MaestroError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.ir.network import Layer
from maestro_py.syntax.parser import parse_file

DEFAULT_MACHINE = Accelerator(
    num_pes=256,
    l1_bytes=100,
    l2_bytes=3000,
    noc_bandwidth_bytes_per_cycle=1000,
    noc_latency_cycles=1,
    dram_bandwidth_bytes_per_cycle=50,
    dram_latency_cycles=0,
)
MACHINES = {
    "eyeriss_flags": replace(DEFAULT_MACHINE, num_pes=168, noc_bandwidth_bytes_per_cycle=14),
    "maeri_flags": replace(DEFAULT_MACHINE, noc_bandwidth_bytes_per_cycle=1 << 30, noc_latency_cycles=0),
}

COLUMNS = {
    "layer": 1,
    "runtime": 3,
    "energy_nj": 4,
    "l2_bytes": 14,
    "macs": 21,
    "l2_read_I": 28,
    "l2_write_I": 29,
    "l2_read_W": 33,
    "l2_write_W": 34,
    "l2_write_O": 39,
    "ingress": 43,
    "egress": 46,
    "compute": 49,
}
"""Where the original's CSV has what; its L1 writes equal its L2 reads."""

QUANTITIES = ("MACs", "compute cycles per step", "runtime", "L2 reads of W", "L2 reads of I", "energy")
MAC_PJ, L1_ACCESSES, L2_ACCESSES = 0.23, 1.68, 18.61
SIX_DIGITS = 1e-5


@dataclass(frozen=True)
class Pair:
    """One layer in the original's numbers and in ours."""

    theirs: Mapping[str, float]
    previous: Mapping[str, float] | None
    ours: Mapping[str, float]
    nest: Nest

    @property
    def same_macs(self) -> bool:
        """Whether both compute as many MACs, so that traffic and time can be compared."""
        return self.theirs["macs"] == self.ours["macs"]


# ---- reading and evaluating ---------------------------------------------------------------------------


def original_rows(path: Path) -> list[dict[str, float]]:
    """Return the numbers of one result file, layer by layer."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))[1:]
    numbers = {name: column for name, column in COLUMNS.items() if name != "layer"}
    return [{name: float(row[column]) for name, column in numbers.items()} for row in rows]


def mapping_files(corpus: Path) -> dict[str, Path]:
    """Return the files with layers and dataflows by name."""
    return {
        path.stem: path
        for folder in ("mapping", "validation")
        for path in sorted((corpus / folder).glob("*.m"))
    }


def layers_of(path: Path) -> list[Layer]:
    """Return the layers of a mapping file."""
    return [layer for network in lower(parse_file(path)).networks for layer in network.layers]


def our_numbers(layer: Layer, machine: Accelerator) -> tuple[dict[str, float], Nest]:
    """Evaluate a layer, legal or not.

    Raises
    ------
    SemanticError
        If its dataflow does not fit it or the machine.
    """
    if layer.dataflow is None:
        raise ValueError(f"layer {layer.name} of a mapping file has no dataflow")
    nest = build_nest(layer, layer.dataflow, machine.num_pes)
    counts = evaluate(nest, machine)
    spent = Costs(machine, machine.l1_bytes or 0, machine.l2_bytes or 0).energy(layer, counts)
    return {**counts, "energy_nj": float(spent.on_chip_pj) / 1000}, nest


# ---- classes of difference ----------------------------------------------------------------------------


def class_of_macs(pair: Pair) -> str:
    """Name how the MACs differ; the product of the dimensions decides who is right."""
    product, theirs, ours = prod(pair.nest.problem.sizes.values()), pair.theirs["macs"], pair.ours
    if not ours["legal"]:
        what = "misses MACs" if ours["covered"] < ours["total"] else "repeats MACs"
        if theirs == product:
            return f"ours illegal ({what}); original gives the product of dimensions"
        same = "as many as ours" if pair.same_macs else "neither ours nor the product"
        return f"ours illegal ({what}); original gives {same}"
    return "equal" if pair.same_macs else "original's wrong: not the product of dimensions"


def class_of_compute(pair: Pair) -> str:
    """Name how the compute cycles of a step differ (ours: the mean)."""
    theirs, ours = pair.theirs["compute"], pair.ours["compute_cycles"] / pair.ours["steps"]
    if theirs <= 0:
        return "original's is negative (overflow)"
    if theirs == ours:
        return "equal"
    if theirs == ours + 1:
        return "original adds 1 cycle per step for spatial reduction"
    if ours < theirs <= ours + max(level.units for level in pair.nest.levels):
        return "original adds cycles for spatial reduction or has no shorter steps at edges"
    if ours < theirs and (theirs % ours == 0 or (theirs - 1) % ours == 0):
        return "a step of the original holds several of ours"
    if ours < theirs <= 1.01 * ours:
        return "original up to 1 % more"
    return "unexplained"


def class_of_runtime(pair: Pair) -> str:
    """Name how the runtimes differ (ours: fine time)."""
    theirs, ours = pair.theirs["runtime"], pair.ours
    if not pair.same_macs:
        return "other MACs"
    for name in ("cycles", "cycles_coarse", "cycles_onchip", "compute_cycles"):
        if theirs == ours[name]:
            return "equal" if name == "cycles" else f"equal to our {name}"
    if isclose(theirs, ours["cycles"], rel_tol=0.01):
        return "within 1 %: start and end of the pipeline"
    stages = {name: pair.theirs[name] for name in ("ingress", "egress", "compute")}
    slowest = max(stages, key=lambda name: stages[name])
    if isclose(theirs, ours["steps"] * stages[slowest], rel_tol=0.01):
        return f"original: its {slowest} delay, every step alike (to 1 %)"
    refill = pair.theirs["l2_bytes"] / 2 // DEFAULT_MACHINE.dram_bandwidth_bytes_per_cycle
    if isclose(theirs, ours["steps"] * refill, rel_tol=0.01):
        return "original: half its L2 refilled from DRAM at every step (to 1 %)"
    if theirs > ours["steps"] * stages[slowest]:
        return "original more than any of its own delays times our steps: unexplained"
    return "unexplained"


def class_of_l2_reads(pair: Pair, tensor: str) -> str:
    """Name how the elements read from L2 differ."""
    theirs, ours = pair.theirs[f"l2_read_{tensor}"], pair.ours[f"l2_read_{tensor}"]
    if theirs == ours:
        return "equal"
    if not pair.same_macs:
        return "other MACs"
    if theirs < _elements(pair.nest, tensor) and pair.ours["legal"]:
        return "original reads fewer elements than the MACs use"
    if theirs < ours and ours % theirs == 0:
        return "original fewer: ours is a whole multiple (all is loaded again)"
    if theirs < ours:
        share = "up to 5 %" if theirs >= 0.95 * ours else "over 5 %"
        return f"original fewer by {share}: some of what the reuse rule loads again"
    if tensor == "I" and any(window.stride > 1 or window.pad for window in pair.nest.problem.windows):
        return "original more, layer strided or padded"
    if isclose(theirs, ours * rounded_up(pair.nest, tensor), rel_tol=0.05):
        return "original more by tiles at edges counted as full (to 5 %)"
    if theirs <= pair.ours[f"l1_fill_{tensor}"]:
        return "original more, no more than our fills of all PEs: part of the sharing between PEs"
    return "original more: unexplained"


def rounded_up(nest: Nest, tensor: str) -> float:
    """Return how much larger a tensor is when the last tile of each dimension is as large as the others."""
    problem, ratio = nest.problem, 1.0
    axes = problem.axes["W" if tensor == "W" else "I"] or ()
    extents = {**problem.sizes, **{w.input: problem.padded_extent(w) for w in problem.windows}}
    for level in nest.levels:
        for m in level.maps:
            extent = extents.get(m.dimension)
            if extent is not None and m.dimension in axes and m.size == m.offset:
                ratio = max(ratio, -(-extent // m.size) * m.size / extent)
    return ratio


def _elements(nest: Nest, tensor: str) -> int:
    """Elements of a tensor that some MAC uses, where no layer has both padding and unused rows between."""
    problem = nest.problem
    used = dict(problem.sizes)
    for w in problem.windows:
        reached = problem.padded_extent(w) - w.pad
        used[w.input] = min(w.real_size, reached, problem.sizes[w.output] * problem.sizes[w.filter])
    axes = problem.axes["W" if tensor == "W" else "I"] or ()
    return prod(used[axis] for axis in axes)


def original_formula_nj(counts: Mapping[str, float]) -> float:
    """Return the energy that the original's constants give for its counts.

    Fitted to its single-level results, where it holds to their six digits: four L1 accesses per MAC and one
    per fill, the L2 accesses of W and I and the L2 writes of O; nothing for the MAC and for L2 reads of O.
    """
    fills = counts["l2_read_W"] + counts["l2_read_I"]
    shared = fills + counts["l2_write_W"] + counts["l2_write_I"] + counts["l2_write_O"]
    return MAC_PJ * (L1_ACCESSES * (4 * counts["macs"] + fills) + L2_ACCESSES * shared) / 1000


def class_of_energy(pair: Pair) -> str:
    """Name how the on-chip energies differ."""
    theirs = pair.theirs["energy_nj"]
    if isclose(theirs, pair.ours["energy_nj"], rel_tol=SIX_DIGITS):
        return "equal"
    if isclose(theirs, original_formula_nj(pair.theirs), rel_tol=SIX_DIGITS):
        return "original: no MAC energy, no L2 reads of partial sums, its own counts"
    if pair.previous and isclose(theirs, original_formula_nj(pair.previous), rel_tol=SIX_DIGITS):
        return "original's is of the previous layer's counts"
    return "original's does not follow from its own counts"


def classes(pair: Pair) -> dict[str, str]:
    """Return the class of each quantity."""
    found = (
        class_of_macs(pair),
        class_of_compute(pair),
        class_of_runtime(pair),
        class_of_l2_reads(pair, "W"),
        class_of_l2_reads(pair, "I"),
        class_of_energy(pair),
    )
    return dict(zip(QUANTITIES, found, strict=True))


# ---- report -------------------------------------------------------------------------------------------


@dataclass
class Report:
    """What was found."""

    counted: dict[str, Counter[str]]
    lines: list[str]
    refused: Counter[str]
    checked: int = 0
    illegal: int = 0
    invalid: int = 0
    failures: int = 0


def compare_results(corpus: Path, report: Report) -> None:
    """Compare every layer that has a result."""
    files = mapping_files(corpus)
    for path in sorted((corpus / "results").glob("*.csv")):
        name, _, flags = path.stem.partition(".")
        machine = MACHINES[flags] if flags else DEFAULT_MACHINE
        rows, layers = original_rows(path), layers_of(files[name])
        if len(rows) != len(layers):
            raise ValueError(f"{path.name} has {len(rows)} layers, its mapping file {len(layers)}")
        previous = None
        for layer, theirs in zip(layers, rows, strict=True):
            try:
                ours, nest = our_numbers(layer, machine)
            except MaestroError as error:
                report.refused[f"{error.diagnostics[0].code} {path.stem} {layer.name}"] += 1
                previous = theirs
                continue
            pair = Pair(theirs, previous, ours, nest)
            found = classes(pair)
            for quantity, kind in found.items():
                report.counted[quantity][kind] += 1
            report.lines += [f"| {path.stem} | {layer.name} | {line} |" for line in layer_lines(pair, found)]
            previous = theirs


def layer_lines(pair: Pair, found: Mapping[str, str]) -> Iterator[str]:
    """Yield a quantity, its two values and its class."""
    theirs, ours = pair.theirs, pair.ours
    values = (
        (theirs["macs"], ours["macs"]),
        (theirs["compute"], ours["compute_cycles"] / ours["steps"]),
        (theirs["runtime"], ours["cycles"]),
        (theirs["l2_read_W"], ours["l2_read_W"]),
        (theirs["l2_read_I"], ours["l2_read_I"]),
        (theirs["energy_nj"], ours["energy_nj"]),
    )
    for (quantity, kind), (original, own) in zip(found.items(), values, strict=True):
        yield f"{quantity} | {original:.12g} | {own:.12g} | {kind}"


def check_macs(corpus: Path, report: Report) -> None:
    """Check every layer of every file: the product of its dimensions, or reported illegal."""
    for path in mapping_files(corpus).values():
        for layer in layers_of(path):
            report.checked += 1
            try:
                ours, nest = our_numbers(layer, DEFAULT_MACHINE)
            except MaestroError:
                report.invalid += 1
                continue
            if not ours["legal"]:
                report.illegal += 1
            elif ours["macs"] != prod(nest.problem.sizes.values()):
                report.failures += 1
                report.lines.append(f"| {path.stem} | {layer.name} | MACs | | {ours['macs']} | wrong |")


def markdown(report: Report, *, layers: bool) -> str:
    """Return the report as Markdown."""
    text = ["# Our numbers beside the original's", ""]
    compared = sum(report.counted["MACs"].values())
    refused = sum(report.refused.values())
    text.append(f"{compared} layers with a result of the original compared, {refused} refused by us.")
    right = report.checked - report.illegal - report.invalid - report.failures
    text.append(
        f"MACs of {report.checked} layers checked: {right} are the product of their dimensions, "
        f"{report.illegal} reported illegal, {report.invalid} refused, {report.failures} wrong."
    )
    text += ["", "| quantity | class | layers |", "| --- | --- | ---: |"]
    for quantity in QUANTITIES:
        ordered = sorted(report.counted[quantity].items(), key=lambda item: (-item[1], item[0]))
        text += [f"| {quantity} | {kind} | {count} |" for kind, count in ordered]
    if report.refused:
        text += ["", "Refused:", "", *(f"- {name}" for name in sorted(report.refused))]
    if layers:
        header = [
            "| file | layer | quantity | original | ours | class |",
            "| --- | --- | --- | ---: | ---: | --- |",
        ]
        text += ["", *header, *report.lines]
    return "\n".join(text) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, write the report, and fail where a layer's MACs are wrong."""
    parser = argparse.ArgumentParser(description="Our numbers beside the original's.")
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="also write every layer's numbers")
    parser.add_argument(
        "--layers", action="store_true", help="print every layer's numbers, not only the counts"
    )
    options = parser.parse_args(arguments)
    report = Report(defaultdict(Counter), [], Counter())
    compare_results(options.corpus, report)
    check_macs(options.corpus, report)
    print(markdown(report, layers=options.layers), end="")
    if options.output:
        options.output.write_text(markdown(report, layers=True), encoding="utf-8")
    return 1 if report.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())

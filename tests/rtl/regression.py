"""The whole regression: conformance cases through emission, simulation and comparison.

    python tests/rtl/regression.py --cases FILE.jsonl... [--jobs 2] [--results FILE] [--coverage]

A file is JSON Lines in the format of SEMANTICS section 6. A case takes part if it is legal, has lanes per
dimension (or one lane) and layout packing, its machine does not skip zeros (such PEs are not built), and its
layer is not the host's (ADD). It is planned, written, elaborated by Yosys, compiled by Verilator and run;
outputs must equal numpy's, and counters and cycles the case's own expectation. A second pass pauses every
handshake at random: nothing but cycles may change. A case that cannot be built must be refused with a
reason; a family passes if nothing differs and at least 90 % of its cases run.

What a case gave is kept in a file of results under a hash of the case and of the generator, so that a run
that was interrupted goes on where it was, and a run after a change of the generator starts again.

Non-goals: making cases (``tests/model/make_cases.py``), real layers (``test_layers.py``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))

from maestro_py.analysis import core
from maestro_py.errors import MaestroError
from maestro_py.ir.operators import ADDITION
from maestro_py.rtl.synthesis import elaborate_tree
from rtlgen import bench, golden
from rtlgen.coverage import Coverage, read_coverage
from rtlgen.design import Design, LayerNest
from rtlgen.designer import make_design
from rtlgen.emit import PREDICTED, LayerData, emit
from rtlgen.program import OutputMode
from tests.conformance import Case, accelerator_of, nest_of, read_cases

ROOT = Path(__file__).resolve().parents[2]
LEAST_SHARE = 0.9
HOST_EVERY = 8
"""One case in so many goes through the host port, which is slow, instead of straight into the memories."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case.

    ``status``: ``equal``, ``differs``, ``refused`` (with the reason), or ``failed`` (with the error).
    """

    family: str
    name: str
    key: str
    status: str
    text: str = ""
    pes: int = 0
    cycles: int = 0
    mode: str = ""
    seconds: float = 0.0


def takes_part(case: Case) -> bool:
    """Whether hardware is asked to run a case."""
    hardware = case.hardware
    has_lanes = "vector" in hardware or hardware.get("vector_width", 1) == 1
    if not (case.expect["legal"] and has_lanes and "layout" in hardware) or hardware.get("zero_skip"):
        return False
    return nest_of(case.text, hardware["num_pes"]).problem.operation is not ADDITION


def design_of(case: Case) -> Design:
    """Return the machine of a case.

    Raises
    ------
    HardwareError
        It cannot be built.
    """
    accelerator = accelerator_of(case.hardware)
    return make_design([LayerNest(case.name, nest_of(case.text, accelerator.num_pes))], accelerator)


def write_case(case: Case, tree: Path) -> str:
    """Write the accelerator of a case with random data; return how its sums become outputs."""
    design = design_of(case)
    layer = design.layers[0]
    tensors = golden.random_tensors(layer.problem, design.accelerator.bits, zlib.crc32(case.name.encode()))
    prediction = {name: int(value) for name, value in core.evaluate(layer.nest, design.accelerator).items()}
    mode = _mode(case, design, prediction, golden.outputs(layer.problem, tensors))
    emit(design, [LayerData(tensors, mode, prediction)], tree)
    return f"{mode.requantise or 'sums'}{' relu' if mode.relu else ''}"


def run_case(
    case: Case,
    tree: Path,
    coverage: bool = False,
    elaborate: bool = True,
    build_directory: Path | None = None,
) -> list[str]:
    """Simulate a case that is written, without and with pauses; return what differs, one line each."""
    found: list[str] = []
    prediction = json.loads(next((tree / "layers").glob("*/prediction.json")).read_text(encoding="utf-8"))
    for name, predicted in prediction.items():
        expected = case.expect.get(PREDICTED[name], 0)  # a layer type without weights counts none
        if predicted != expected:
            found.append(f"{name}: the core predicts {predicted}, the case expects {expected}")
    if elaborate:
        elaborate_tree(tree)
    number = zlib.crc32(case.name.encode())
    for seed in (0, number % 1000 + 1):
        (measured,) = bench.run_layers(
            tree,
            [0],
            seed,
            coverage=coverage,
            through_host=number % HOST_EVERY == 0,
            run_directory=tree / f"run{bool(seed):d}",
            build_directory=build_directory,
        )
        found += [f"{'with pauses: ' if seed else ''}{line}" for line in bench.differences(tree, measured)]
    return found


def _mode(case: Case, design: Design, prediction: Mapping[str, int], sums: golden.Array) -> OutputMode:
    """Let a third of the cases keep sums, and requantise the others where their machines do."""
    number = zlib.crc32(case.name.encode())
    if number % 3 == 0:
        return OutputMode()
    where = "collection" if prediction["l2_read_O"] == 0 else "readback"
    largest = int(abs(sums).max()).bit_length() if sums.size else 0
    shift = (
        max(0, largest - design.accelerator.bits[2 if where == "collection" else 1]) if number % 3 == 1 else 1
    )
    return OutputMode(where, min(shift, design.accumulator_bits - 1), number % 2 == 0)


def _one(
    case: Case, family: str, key: str, coverage: bool, elaborate: bool, build_directory: Path | None
) -> tuple[Outcome, Coverage | None]:
    """Run a case in a folder of its own, in a process of its own."""
    start = time.monotonic()
    outcome = Outcome(family, case.name, key, "failed")
    points: Coverage | None = None
    with tempfile.TemporaryDirectory(prefix="maestro-regression-") as scratch:
        tree = Path(scratch) / "accelerator"
        try:
            mode = write_case(case, tree)
            lines = run_case(case, tree, coverage, elaborate, build_directory)
            pes = json.loads((tree / "params.json").read_text(encoding="utf-8"))["pes"]
            status = "differs" if lines else "equal"
            cycles = case.expect["cycles_onchip"]
            outcome = replace(
                outcome, status=status, text="\n".join(lines), pes=pes, cycles=cycles, mode=mode
            )
            if coverage:
                points = _merged(read_coverage(*tree.glob("run*/coverage.dat")))
        except MaestroError as error:
            codes = {entry.code for entry in error.diagnostics}
            status = "refused" if codes == {"M510"} else "failed"
            outcome = replace(outcome, status=status, text=str(error))
        except Exception as error:  # noqa: BLE001  # one case must not end the others
            outcome = replace(outcome, text=f"{type(error).__name__}: {error}")
    return replace(outcome, seconds=round(time.monotonic() - start, 1)), points


def _merged(*parts: Coverage) -> Coverage:
    """Add up the coverage of several accelerators: a module's file is the same in each tree."""
    hits: Counter[Any] = Counter()
    for part in parts:
        for point, count in part.hits.items():
            hits[replace(point, file=Path(point.file).name)] += count
    return Coverage(dict(hits))


def generator_hash() -> str:
    """Hash of all that hardware is made from."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "rtlgen").rglob("*")):
        if path.suffix in (".py", ".sv"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def wanted_cases(files: Sequence[Path], limit: int | None) -> Iterator[tuple[str, Case]]:
    """Cases that take part, by family; at most ``limit`` of each file."""
    for file in files:
        found = [case for case in read_cases(file) if takes_part(case)]
        yield from ((file.stem, case) for case in found[:limit])


def report(outcomes: Sequence[Outcome]) -> tuple[str, bool]:
    """Table of families with what is wrong, and whether all is well."""
    lines = [f"{'family':18}{'cases':>7}{'equal':>7}{'refused':>9}{'differ':>8}{'failed':>8}{'run %':>8}"]
    well = bool(outcomes)
    for family in dict.fromkeys(outcome.family for outcome in outcomes):
        of_family = [outcome for outcome in outcomes if outcome.family == family]
        count = Counter(outcome.status for outcome in of_family)
        share = (count["equal"] + count["differs"]) / len(of_family)
        well = well and share >= LEAST_SHARE and not count["differs"] and not count["failed"]
        lines.append(
            f"{family:18}{len(of_family):7}{count['equal']:7}{count['refused']:9}{count['differs']:8}"
            f"{count['failed']:8}{100 * share:8.1f}"
        )
    total = Counter(outcome.status for outcome in outcomes)
    cycles = sum(outcome.cycles for outcome in outcomes)
    lines.append(
        f"{'all':18}{len(outcomes):7}{total['equal']:7}{total['refused']:9}{total['differs']:8}"
        f"{total['failed']:8}{100 * (total['equal'] + total['differs']) / max(1, len(outcomes)):8.1f}"
    )
    lines.append(
        f"{cycles:,} cycles predicted and measured, {sum(o.seconds for o in outcomes):,.0f} s of work"
    )
    for outcome in outcomes:
        if outcome.status != "equal":
            first = "\n    ".join(outcome.text.splitlines()[:6])
            lines.append(f"{outcome.name}: {outcome.status}: {first}")
    return "\n".join(lines), well


def _known(file: Path | None) -> dict[str, Outcome]:
    if file is None or not file.exists():
        return {}
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.endswith("}"))
    return {row["key"]: Outcome(**row) for row in rows}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the regression; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", nargs="+", type=Path, required=True, metavar="FILE")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="default: all cores")
    parser.add_argument("--limit", type=int, help="cases of each file")
    parser.add_argument("--results", type=Path, help="keep and reuse what each case gave")
    parser.add_argument("--report", type=Path, help="write everything as JSON")
    parser.add_argument("--coverage", action="store_true", help="count lines and toggles; nothing is reused")
    parser.add_argument("--no-elaborate", action="store_true", help="leave out Yosys")
    parser.add_argument("--builds", type=Path, help="folder of compiled simulations")
    options = parser.parse_args(arguments)
    os.environ["PYTEST_XDIST_WORKER_COUNT"] = str(options.jobs)  # so that no job compiles on all cores
    hashed = generator_hash()
    known = {} if options.coverage else _known(options.results)
    outcomes: dict[str, Outcome] = {}
    points: Coverage | None = None
    with ProcessPoolExecutor(options.jobs) as pool:
        waiting = {}
        for family, case in wanted_cases(options.cases, options.limit):
            text = json.dumps([hashed, family, asdict(case), not options.no_elaborate], sort_keys=True)
            key = hashlib.sha256(text.encode()).hexdigest()[:24]
            if key in known and known[key].status != "failed":
                outcomes[key] = known[key]
            else:
                outcomes[key] = Outcome(family, case.name, key, "failed", "did not run")
                arguments_of = (case, family, key, options.coverage, not options.no_elaborate, options.builds)
                waiting[pool.submit(_one, *arguments_of)] = key
        for number, done in enumerate(as_completed(waiting), 1):
            outcome, part = done.result()
            outcomes[outcome.key] = outcome
            if part is not None:
                points = _merged(points, part) if points else part
            print(
                f"{number}/{len(waiting)} {outcome.name}: {outcome.status} ({outcome.seconds} s)",
                file=sys.stderr,
                flush=True,
            )
            if options.results is not None:
                with options.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(outcome)) + "\n")
    table, well = report(list(outcomes.values()))
    print(table)
    if points is not None:
        print(points.only([name for name in points.modules if name != "tb_top"]).table(), end="")
    if options.report is not None:
        content = {"generator": hashed, "cases": [asdict(outcome) for outcome in outcomes.values()]}
        options.report.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())

"""Search for trouble: random samples on which core and reference differ.

    python tests/model/search.py --count 200000 --seed 1 --jobs 2

Plain random samples without Hypothesis, so that hundreds of thousands take minutes. Each difference is
printed with one line of JSON that ``--replay FILE`` runs again; the exit status is 0 if there is none.
The same seed gives the same samples, whatever the number of jobs.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

from maestro_py.analysis.engine import evaluate
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.nest import Nest
from tests.conformance import accelerator_of, nest_of
from tests.model.generate import RandomDraw, Sample, TooLargeError, sample

CHUNK = 2000
PATIENCE_SECONDS = 120
TOO_LARGE, LEGAL, ILLEGAL = "too large", "legal", "illegal"


def differences(nest: Nest, accelerator: Accelerator) -> tuple[bool, list[str]]:
    """Whether the reference calls a sample legal, and one line for each field on which the core differs."""
    expected = evaluate(nest, accelerator, engine="reference")
    try:
        found = evaluate(nest, accelerator, engine="core")
    except (ArithmeticError, ValueError, LookupError, TypeError, MemoryError) as error:
        return bool(expected["legal"]), [f"core raises {type(error).__name__}: {error}"]
    fields = sorted(expected.keys() | found.keys())
    return bool(expected["legal"]), [
        f"{name}: reference {expected.get(name)}, core {found.get(name)}"
        for name in fields
        if expected.get(name) != found.get(name)
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sample; ``report`` is empty if core and reference agree."""

    number: int
    kind: str
    report: str = ""


def draw_sample(seed: int, number: int) -> Sample:
    """Draw a sample; every other one may have different padding in front and behind, a third has zeros."""
    return sample(RandomDraw(f"{seed}/{number}"), uneven=number % 2 == 1, sparse=number % 3 == 1)


def try_sample(seed: int, number: int) -> Outcome:
    """Compare core and reference on one sample."""
    try:
        drawn = draw_sample(seed, number)
    except TooLargeError:
        return Outcome(number, TOO_LARGE)
    legal, lines = differences(drawn.nest, drawn.accelerator)
    name = f"{seed}/{number}"
    report = "\n".join([drawn.replay(name), *(f"  {line}" for line in lines)]) if lines else ""
    return Outcome(number, LEGAL if legal else ILLEGAL, report)


def work(results: Connection, seed: int, numbers: range) -> None:
    """Send the outcome of every sample; run in a process of its own, which the core may bring down."""
    for number in numbers:
        results.send(try_sample(seed, number))


def search_chunk(seed: int, numbers: range) -> list[Outcome]:
    """Return the outcomes of some samples; one that kills its process or hangs is an outcome as well."""
    context = multiprocessing.get_context("spawn")
    outcomes: list[Outcome] = []
    while len(outcomes) < len(numbers):
        left = numbers[len(outcomes) :]
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(sender, seed, left), daemon=True)
        process.start()
        sender.close()
        what = "crashes"
        try:
            for _ in left:
                if not receiver.poll(PATIENCE_SECONDS):
                    what = "hangs"
                    break
                outcomes.append(receiver.recv())
        except EOFError:
            pass  # the process is gone
        process.kill()
        process.join()
        if len(outcomes) < len(numbers):
            number = numbers[len(outcomes)]
            drawn = draw_sample(seed, number)
            report = f"{drawn.replay(f'{seed}/{number}')}\n  core {what}"
            outcomes.append(Outcome(number, ILLEGAL, report))
    return outcomes


def chunks(count: int) -> Iterator[range]:
    """Yield the numbers of the samples in parts for one process each."""
    for start in range(0, count, CHUNK):
        yield range(start, min(start + CHUNK, count))


def replay(path: Path) -> int:
    """Run the cases of a file of JSON lines again; return the number of differing ones."""
    differing = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("{"):
            continue
        row = json.loads(line)
        accelerator = accelerator_of(row["hw"])
        _, lines = differences(nest_of(row["m"], accelerator.num_pes), accelerator)
        differing += bool(lines)
        print(row["name"], *(lines or ["equal"]), sep="\n  ")
    return differing


def main(arguments: Sequence[str] | None = None) -> int:
    """Search or replay; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="samples to draw")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="stop after this many differences")
    parser.add_argument("--replay", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    if options.replay:
        return 1 if replay(options.replay) else 0
    total: Counter[str] = Counter()
    found = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for outcomes in pool.map(partial(search_chunk, options.seed), chunks(options.count)):
            total.update(outcome.kind for outcome in outcomes)
            reports = [outcome.report for outcome in outcomes if outcome.report]
            found += len(reports)
            for report in reports:
                print(report, flush=True)
            if found >= options.show:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    compared = total[LEGAL] + total[ILLEGAL]
    print(f"{compared} compared ({total[LEGAL]} legal), {total[TOO_LARGE]} too large, {found} differ")
    return 1 if found or not compared else 0


if __name__ == "__main__":
    sys.exit(main())

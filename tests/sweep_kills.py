"""Kill a sweep at random moments until it is done, and compare its files with those of a sweep that was not
killed.

    python tests/sweep_kills.py --kills 100 --workers 2

Each round sweeps into a new folder and kills (SIGKILL) the process, or it and its workers, again and again,
until a run ends by itself. A kill comes after a random time, a little after a few more parts are there, or
once the final files are being written. Every file of the folder must then be the same, byte by byte. Rounds
go through what is kept and through searches. Exit code 1 if a file is not the same, or if a hundred kills
never met one of the phases.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

NETWORK = """\
Network small {
  Layer conv { Type: CONV Dimensions { K: 16, C: 8, R: 3, S: 3, Y: 14, X: 14 } }
  Layer fc { Type: FC Dimensions { K: 10, C: 64 } }
}
"""

SPACE = """\
network: small.m
dataflow: [kcp_ws, rs]
accelerator: nvdla
parameters:
  ClusterSize: [2, 4, 8]
  num_pes: {from: 8, to: 64, step: 8}
  l1_bytes: needed
  l2_bytes: [16 KiB, 64 KiB, 256 KiB]
  noc_bandwidth_bytes_per_cycle: {from: 1, to: 60, step: 1}
constraints: [area_mm2 <= 16, power_mw < 900]
goals: [runtime, energy, area]
"""

TILES = "enumerate: [ClusterSize, noc_bandwidth_bytes_per_cycle]"
CASES = (
    "keep: pareto",
    "keep: feasible",
    f"search: {{method: tpe, designs: 32, batch: 4, {TILES}}}",
    "keep: all",
    f"search: {{method: sobol, designs: 40, {TILES}}}",
    "keep: top\nsample: 400",
    "search: {method: evolutionary, designs: 400, population: 20}",
)
"""Lines of the space, a round each."""

PHASES = ("before the first part", "among parts", "among the final files", "at the end")
"""Where a kill fell; from the last part on the final files are made."""

MOST_AT_THE_END = 5
"""Kills of a round once every part is there, as a run then takes little more than its start."""

FINAL = ("front.parquet", "top.parquet", "sensitivity.parquet", "summary.json")


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def begin(folder: Path, out: str, workers: int) -> "subprocess.Popen[bytes]":
    command = [
        sys.executable,
        "-m",
        "maestro_py.cli",
        "sweep",
        "space.yaml",
        "-q",
        "-o",
        out,
        "-j",
        str(workers),
    ]
    return subprocess.Popen(command, cwd=folder, start_new_session=True, stderr=subprocess.DEVNULL)


def parts(folder: Path) -> int:
    return len(list((folder / "results").glob("part-*")))


def final(folder: Path) -> dict[str, int]:
    """The final files, whole or half-written, and when each was."""
    found = (path for name in FINAL for path in folder.glob(f"*{name}*"))
    return {path.name: path.stat().st_mtime_ns for path in found if path.exists()}


def phase(folder: Path, all_parts: int) -> str:
    if (folder / "summary.json").exists():
        return PHASES[3]
    done = parts(folder)
    return PHASES[0] if not done else PHASES[1] if done < all_parts else PHASES[2]


class Round:
    """Sweeps of one space in a folder."""

    def __init__(self, folder: Path, workers: int, rng: random.Random) -> None:
        self.folder = folder
        self.workers = workers
        self.rng = rng
        start = time.monotonic()
        if begin(folder, "whole", workers).wait():
            sys.exit("the sweep failed")
        self.usual = time.monotonic() - start
        begin(folder, "whole", workers).wait()  # it is done: this is the time to begin
        self.starting = time.monotonic() - start - self.usual
        self.parts = parts(folder / "whole")
        times = final(folder / "whole").values()
        self.merging = (max(times) - min(times)) / 1e9
        self.met: Counter[str] = Counter()

    def killed(self, left: int) -> int:
        """Sweep with kills until a run ends by itself; return how many kills there were."""
        out = self.folder / "killed"
        while True:
            process = begin(self.folder, "killed", self.workers)
            kills = self.met.total()
            there = parts(out)
            most = self.starting + self.merging if there == self.parts else self.usual / 2
            if kills >= left or sum(self.met[name] for name in PHASES[2:]) >= MOST_AT_THE_END:
                process.wait()
            elif self.rng.random() < 0.3:
                time.sleep(self.rng.uniform(0.0, most))
            elif there < self.parts:
                more = self.rng.randint(1, 4)
                while process.poll() is None and parts(out) < min(there + more, self.parts):
                    time.sleep(0.0002)
                time.sleep(self.rng.uniform(0.0, 2 * self.usual / self.parts))
            else:
                before = final(out)
                while process.poll() is None and final(out) == before:
                    time.sleep(0.0002)
                time.sleep(self.rng.uniform(0.0, self.merging))
            if process.poll() is not None:
                if process.returncode:
                    sys.exit(f"the sweep ended with exit code {process.returncode}")
                return kills
            if self.rng.random() < 0.5:
                process.kill()  # the workers see that it is gone
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.met[phase(out, self.parts)] += 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    met: Counter[str] = Counter()
    rounds = 0
    while met.total() < given.kills:
        case = CASES[rounds % len(CASES)]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "small.m").write_text(NETWORK)
            (folder / "space.yaml").write_text(f"{SPACE}{case}\n")
            own = Round(folder, given.workers, rng)
            kills = own.killed(given.kills - met.total())
            whole, killed = files(folder / "whole"), files(folder / "killed")
            if whole != killed:
                wrong = sorted(
                    str(path) for path in whole.keys() | killed.keys() if whole.get(path) != killed.get(path)
                )
                sys.exit(f"{case!r}: after {kills} kills these differ: {' '.join(wrong)}")
        met += own.met
        rounds += 1
        named = case.replace("\n", ", ")
        print(f"{named}: {kills} kills in {own.usual:.1f} s of work, {len(whole)} files equal", flush=True)
    print("; ".join(f"{met[name]} {name}" for name in PHASES))
    if given.kills >= 100 and not all(met[name] for name in PHASES[:3]):
        sys.exit("a phase was never met")
    print(f"{met.total()} kills in {rounds} sweeps: every file as without kills")


if __name__ == "__main__":
    main()

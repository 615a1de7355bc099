"""Kill a sweep at random moments until it is done, and compare its files with those of a sweep that was not
killed.

    python tests/sweep_kills.py --kills 100 --workers 2

Each round sweeps into a new folder and kills the process group (SIGKILL) after a random time, again and
again, until a run ends by itself. Every file of the folder must then be the same, byte by byte. Exit code 1
if one is not.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
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
  num_pes: {{from: 8, to: 64, step: 8}}
  l1_bytes: needed
  l2_bytes: [16 KiB, 64 KiB, 256 KiB]
  noc_bandwidth_bytes_per_cycle: {{from: 1, to: 60, step: 1}}
constraints: [area_mm2 <= 16]
goals: [runtime, energy, area]
keep: {keep}
"""


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


def killed_round(folder: Path, out: str, workers: int, rng: random.Random, left: int, usual: float) -> int:
    """Sweep with kills until a run ends by itself; return how many kills there were."""
    kills = 0
    while True:
        process = begin(folder, out, workers)
        if kills < left:
            time.sleep(rng.uniform(0.0, usual))
        else:
            process.wait()
        if process.poll() is not None:
            if process.returncode:
                sys.exit(f"the sweep ended with exit code {process.returncode}")
            return kills
        if rng.random() < 0.5:
            process.kill()  # the workers see that it is gone
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    total = rounds = 0
    while total < given.kills:
        keep = ("pareto", "feasible", "all", "top")[rounds % 4]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "small.m").write_text(NETWORK)
            (folder / "space.yaml").write_text(SPACE.format(keep=keep))
            start = time.monotonic()
            if begin(folder, "whole", given.workers).wait():
                sys.exit("the sweep failed")
            usual = time.monotonic() - start
            kills = killed_round(folder, "killed", given.workers, rng, given.kills - total, usual)
            whole, killed = files(folder / "whole"), files(folder / "killed")
            if whole != killed:
                wrong = sorted(
                    str(path) for path in whole.keys() | killed.keys() if whole.get(path) != killed.get(path)
                )
                sys.exit(f"after {kills} kills these differ: {' '.join(wrong)}")
        total += kills
        rounds += 1
        print(f"keep: {keep}, {kills} kills in {usual:.1f} s of work, {len(whole)} files equal", flush=True)
    print(f"{total} kills in {rounds} sweeps: every file as without kills")


if __name__ == "__main__":
    main()

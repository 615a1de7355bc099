"""Simulation speed of emitted accelerators: how many cycles per second Verilator simulates.

Three machines, each with a layer of its own: weight stationary with lanes along C (16 PEs), an output
stationary GEMM (64 PEs) and row stationary (168 PEs). Each is planned, written and compiled into an empty
folder, and runs its layer the way ``maestro-py rtl-test`` does: the bench starts the layer and waits for its
end, and only signals of the bench's own top are public. Seconds of a run are wall-clock and include the start
of the process, the memories' load and the outputs' dump. A machine counts as equal if outputs are numpy's and
counters and cycles the prediction.

Non-goals: no analysis (``core.py``), no random pauses, no comparison of dataflows: the layers differ.

Usage: ``python benchmarks/speed/rtl.py [--pes N ..] [--json]``
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from measure import report

from maestro_py.ir.accelerator import Accelerator
from maestro_py.rtl import plan, write
from rtlgen import bench

WEIGHT_STATIONARY = """\
Network weight_stationary {
  Layer conv {
    Type: CONV
    Padding { Y: 1, X: 1 }
    Dimensions { K: 512, C: 128, R: 3, S: 3, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(16,16) C;
      TemporalMap(1,1) Y';
      TemporalMap(1,1) X';
    }
  }
}
"""
OUTPUT_STATIONARY = """\
Network output_stationary {
  Layer gemm {
    Type: GEMM
    Dimensions { M: 128, N: 128, K: 2048 }
    Dataflow {
      SpatialMap(1,1) M;
      TemporalMap(8,8) N;
      TemporalMap(1,1) K;
      Cluster(8, P);
      SpatialMap(1,1) N;
    }
  }
}
"""
ROW_STATIONARY = """\
Network row_stationary {
  Layer conv {
    Type: CONV
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 64, R: 3, S: 3, Y: 13, X: 13 }
    Dataflow {
      SpatialMap(16,16) K;
      TemporalMap(4,4) C;
      TemporalMap(1,1) X';
      Cluster(42, P);
      SpatialMap(1,1) Y';
      Cluster(3, P);
      SpatialMap(1,1) R;
    }
  }
}
"""
MACHINES = {
    16: (WEIGHT_STATIONARY, {"C": 16}, ("C", "C", "K")),
    64: (OUTPUT_STATIONARY, None, ("N", "M", "N")),
    168: (ROW_STATIONARY, None, ("C", "C", "K")),
}
"""Layer with its dataflow, lanes and layout by number of PEs."""


@dataclass(frozen=True)
class Speed:
    """What one machine took; ``seconds`` are of the run, without the build."""

    machine: str
    pes: int
    build_seconds: float
    cycles: int
    macs: int
    seconds: float
    equal: bool

    @property
    def cycles_per_second(self) -> float:
        """Simulated cycles per second."""
        return self.cycles / self.seconds

    @property
    def macs_per_second(self) -> float:
        """MACs of the layer per second."""
        return self.macs / self.seconds


def measure(pes: int, folder: Path) -> Speed:
    """Write, build and run the machine of a number of PEs in an empty folder."""
    text, lanes, layout = MACHINES[pes]
    file = folder / "layer.m"
    file.write_text(text, encoding="utf-8")
    machine = Accelerator(
        num_pes=pes, lanes=lanes, bits=(8, 8, 32), noc_bandwidth_bytes_per_cycle=16, layout=layout
    )
    planned = plan(file, None, machine)
    tree, builds = folder / "accelerator", folder / "builds"
    write(planned, tree)
    start = time.perf_counter()
    # Optimised whatever its cycles: what is asked is how fast a long layer runs.
    bench.build_bench(tree, optimise=True, build_directory=builds)
    build_seconds = time.perf_counter() - start
    start = time.perf_counter()
    (measured,) = bench.run_layers(tree, build_directory=builds)
    seconds = time.perf_counter() - start
    prediction = planned.data[0].prediction
    return Speed(
        text.split()[1],
        pes,
        round(build_seconds, 1),
        measured.counters["cycles"],
        prediction["macs"],
        round(seconds, 2),
        not bench.differences(tree, measured),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if a machine does something else than predicted."""
    parser = argparse.ArgumentParser(description="Simulation speed of emitted accelerators.")
    parser.add_argument("--pes", type=int, nargs="+", choices=list(MACHINES), default=list(MACHINES))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = []
    for pes in options.pes:
        with tempfile.TemporaryDirectory(prefix="maestro-speed-") as folder:
            found.append(measure(pes, Path(folder)))
    rows = [
        [
            speed.machine.replace("_", " "),
            f"{speed.pes}",
            f"{speed.build_seconds:.0f}",
            f"{speed.cycles:,}",
            f"{speed.seconds:.1f}",
            f"{speed.cycles_per_second:,.0f}",
            f"{speed.macs_per_second:,.0f}",
            "yes" if speed.equal else "no",
        ]
        for speed in found
    ]
    header = ["machine", "PEs", "build s", "cycles", "s", "cycles/s", "MACs/s", "equal"]
    numbers = [
        {
            **asdict(speed),
            "cycles_per_second": round(speed.cycles_per_second),
            "macs_per_second": round(speed.macs_per_second),
        }
        for speed in found
    ]
    report("Simulation of emitted accelerators", header, rows, numbers, as_json=options.json)
    return 0 if all(speed.equal for speed in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())

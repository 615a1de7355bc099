"""Time from text to layers: parse and lower a file, in a fresh process and in a running one.

The default file is ResNet-50 with the ``kcp_ws`` dataflow in every layer, put together from the shipped model
and dataflow; ``--file`` names another. ``cold`` is the first parse and lower of a fresh process, imports of
the parser included, with or without the grammar's tables in the user's cache; ``warm`` is a later one.

Non-goals: no analysis (``core.py``), no start of the interpreter (``cli.py``).

Usage: ``python benchmarks/speed/parse.py [--file FILE] [--repeats N] [--json]``
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from measure import fastest_seconds, report

from maestro_py import catalog
from maestro_py.ir.lower import lower
from maestro_py.syntax import ast
from maestro_py.syntax.parser import parse, parse_file
from maestro_py.syntax.printer import format_document

COLD = """
import sys, time
start = time.perf_counter()
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse_file
lower(parse_file(sys.argv[1]))
print(time.perf_counter() - start)
"""


def mapping_text(model: str = "resnet50", dataflow: str = "kcp_ws") -> str:
    """Return a network with a dataflow written out in every layer."""
    network = parse_file(catalog.model_path(model))
    templates = parse_file(catalog.dataflow_path(dataflow))
    by_type = {
        kind.text: item
        for item in reversed(templates.items)
        if isinstance(item, ast.Dataflow)
        for kind in item.operators
    }
    constants = tuple(item for item in templates.items if isinstance(item, ast.Constant))
    items = [
        with_dataflows(item, by_type) if isinstance(item, ast.Network) else item for item in network.items
    ]
    return format_document(replace(network, items=(*constants, *items), comments=()))


def with_dataflows(network: ast.Network, by_type: Mapping[str, ast.Dataflow]) -> ast.Network:
    """Return a network with its layer type's dataflow, unnamed, in every layer."""
    layers = []
    for layer in network.layers:
        kinds = [
            statement.name.text for statement in layer.statements if isinstance(statement, ast.LayerType)
        ]
        dataflow = replace(by_type[kinds[0]], name=None, operators=())
        layers.append(replace(layer, statements=(*layer.statements, dataflow)))
    return replace(network, layers=tuple(layers))


def cold_seconds(file: Path, cache: Path) -> float:
    """Return the time of the first parse of a fresh process."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", COLD, str(file)], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def measure(file: Path, repeats: int) -> dict[str, float]:
    """Return milliseconds per kind of run."""
    with tempfile.TemporaryDirectory() as folder:
        empty = [cold_seconds(file, Path(folder) / str(index)) for index in range(repeats)]
        filled = [cold_seconds(file, Path(folder) / "0") for _ in range(repeats)]
    text = file.read_text(encoding="utf-8")
    document = parse(text)
    seconds = {
        "cold, grammar tables not cached": median(empty),
        "cold, grammar tables cached": median(filled),
        "warm, parse and lower": fastest_seconds(lambda: lower(parse(text)), repeats),
        "warm, parse": fastest_seconds(lambda: parse(text), repeats),
        "warm, lower": fastest_seconds(lambda: lower(document), repeats),
    }
    return {name: round(1e3 * value, 2) for name, value in seconds.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Time to parse and lower a file.")
    parser.add_argument("--file", type=Path, help="default: ResNet-50 with kcp_ws in every layer")
    parser.add_argument("--repeats", type=int, default=7, help="runs of each kind: cold median, warm fastest")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = options.file
        if file is None:
            file = Path(folder) / "resnet50_kcp_ws.m"
            file.write_text(mapping_text(), encoding="utf-8")
        lines = len(file.read_text(encoding="utf-8").splitlines())
        found = measure(file, options.repeats)
    rows = [[name, f"{value:.1f}"] for name, value in found.items()]
    title = f"{file.name}, {lines} lines"
    report(title, ["", "ms"], rows, {"file": file.name, "lines": lines, "ms": found}, as_json=options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

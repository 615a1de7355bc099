"""Time to import an ONNX model of more than 300 nodes: by the command, first in a process, later in it.

The model is an encoder as exporters write it (BERT base by default: 12 blocks of 29 nodes, 768 wide, 128
tokens), built here, in a temporary file, with weights whose data lie nowhere, for only shapes are read. The
MACs of what is imported are compared with their formula. Beside it stands what the ONNX library alone takes
to load the file and to infer shapes, in the same process. The bar is for the whole command.

Non-goals: no large weights in the file (their bytes are read and dropped), no other format.

Usage: ``python benchmarks/speed/onnx_import.py [--blocks N] [--repeats N] [--json]``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from math import prod
from pathlib import Path
from statistics import median

import numpy as np
import onnx
from measure import fastest_seconds, report
from onnx import TensorProto, helper, numpy_helper

from maestro_py import frontends
from maestro_py.ir import operators

BAR_SECONDS = 2.0

TOKENS, WIDTH, HEADS, INNER = 128, 768, 12, 3072

FIRST = """
import sys, time
start = time.perf_counter()
from maestro_py import frontends
frontends.read(sys.argv[1])
print(time.perf_counter() - start)
"""


class Graph:
    """Nodes and weights of an encoder, in the order they run."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def node(self, operator: str, *inputs: str, **attributes: object) -> str:
        """Append a node; return the name of its result."""
        name = f"/{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [f"{name}.y"], name=name, **attributes))
        return f"{name}.y"

    def weight(self, *shape: int) -> str:
        """Add weights; return their name."""
        tensor = TensorProto(name=f"w{len(self.weights)}", data_type=TensorProto.FLOAT, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="missing.bin")
        tensor.external_data.add(key="length", value=str(4 * prod(shape)))
        self.weights.append(tensor)
        return tensor.name

    def linear(self, data: str, inputs: int, outputs: int) -> str:
        """Append a product with weights and a bias."""
        product = self.node("MatMul", data, self.weight(inputs, outputs))
        return self.node("Add", product, self.weight(outputs))

    def reshape(self, data: str, *shape: int) -> str:
        """Append a Reshape; its shape is a constant of the graph, as exporters have it."""
        name = f"shape{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(shape, np.int64), name))
        return self.node("Reshape", data, name)

    def norm(self, data: str) -> str:
        """Append a normalisation."""
        return self.node("LayerNormalization", data, self.weight(WIDTH), self.weight(WIDTH), axis=-1)

    def block(self, data: str) -> str:
        """Append attention and two products, each with its normalisation."""
        heads = []
        for _ in range(3):
            projected = self.reshape(self.linear(data, WIDTH, WIDTH), 1, TOKENS, HEADS, WIDTH // HEADS)
            heads.append(self.node("Transpose", projected, perm=[0, 2, 1, 3]))
        query, key, value = heads
        scores = self.node("MatMul", query, self.node("Transpose", key, perm=[0, 1, 3, 2]))
        mixed = self.node("MatMul", self.node("Softmax", scores, axis=-1), value)
        mixed = self.reshape(self.node("Transpose", mixed, perm=[0, 2, 1, 3]), 1, TOKENS, WIDTH)
        data = self.norm(self.node("Add", self.linear(mixed, WIDTH, WIDTH), data))
        inner = self.node("Gelu", self.linear(data, WIDTH, INNER))
        return self.norm(self.node("Add", self.linear(inner, INNER, WIDTH), data))


def model(blocks: int) -> onnx.ModelProto:
    """Return an encoder of some blocks."""
    built = Graph()
    data = "x"
    for _ in range(blocks):
        data = built.block(data)
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, TOKENS, WIDTH))
    result = helper.make_tensor_value_info(data, TensorProto.FLOAT, None)
    graph = helper.make_graph(built.nodes, "encoder", [given], [result], built.weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])


def expected_macs(blocks: int) -> int:
    """Return the MACs of the encoder: four projections, two products of attention, two of the inner width."""
    return blocks * TOKENS * (4 * WIDTH * WIDTH + 2 * TOKENS * WIDTH + 2 * WIDTH * INNER)


def imported_macs(path: Path) -> int:
    """Return the MACs of what is imported."""
    layers = frontends.read(path).network.layers
    problems = ((layer.repeat, operators.get(layer.operator).problem(layer)) for layer in layers)
    return sum(repeat * problem.macs for repeat, problem in problems if problem.operation.multiplies)


def command_seconds(path: Path) -> float:
    """Return the time of ``maestro-py import``, from the start of the process to its end."""
    arguments = ["import", str(path), "-o", str(path.with_suffix(".m"))]
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "maestro_py.cli", *arguments], capture_output=True, check=True)
    return time.perf_counter() - start


def first_seconds(path: Path) -> float:
    """Return the time of the first import of a fresh process, the library's own start included."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST, str(path)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def library_seconds(path: Path, repeats: int) -> float:
    """Return the time in which the library loads the file and infers shapes."""
    return fastest_seconds(
        lambda: onnx.shape_inference.infer_shapes(onnx.load(path, load_external_data=False), data_prop=True),
        repeats,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if what is imported has other MACs than the formula."""
    parser = argparse.ArgumentParser(description="Time to import an ONNX model.")
    parser.add_argument("--blocks", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    built = model(options.blocks)
    nodes = len(built.graph.node)
    with tempfile.TemporaryDirectory(prefix="maestro-speed-") as folder:
        path = Path(folder) / "encoder.onnx"
        path.write_bytes(built.SerializeToString())
        right = imported_macs(path) == expected_macs(options.blocks)
        seconds = {
            "maestro-py import": median(command_seconds(path) for _ in range(options.repeats)),
            "first import of a process": median(first_seconds(path) for _ in range(options.repeats)),
            "later one, same process": fastest_seconds(lambda: frontends.read(path), options.repeats),
            "the ONNX library alone, same process": library_seconds(path, options.repeats),
        }
    ratio = seconds["later one, same process"] / seconds["the ONNX library alone, same process"]
    title = f"ONNX encoder of {nodes} nodes; bar {BAR_SECONDS} s"
    found = {"nodes": nodes, "bar_s": BAR_SECONDS, "macs_right": right, "over_library": round(ratio, 2)}
    found["seconds"] = {name: round(value, 4) for name, value in seconds.items()}
    rows = [[name, f"{value:.3f}"] for name, value in seconds.items()]
    rows += [["later one / library alone", f"{ratio:.1f}"], ["MACs right", "yes" if right else "no"]]
    report(title, ["", "s"], rows, found, as_json=options.json)
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())

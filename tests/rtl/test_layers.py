"""Layers as hardware: the shipped dataflows small, layers of real networks whole, and a network end to end.

Every layer goes the user's way (:mod:`maestro_py.rtl`): outputs equal numpy's bit by bit, counters and cycles
equal the core's prediction, and random pauses change nothing but cycles.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from maestro_py.catalog import model_path
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.rtl import Data, Plan, connect, plan, run_network, verify
from maestro_py.syntax.parser import parse_file
from rtlgen import golden

pytestmark = pytest.mark.rtl

CONV = "Type: CONV Padding { Y: 1, X: 1 } Dimensions { K: 6, C: 8, R: 3, S: 3, Y: 6, X: 6 }"
STRIDED = (
    "Type: CONV Stride { Y: 2, X: 2 } Padding { Y: 1, X: 1 } "
    "Dimensions { K: 4, C: 4, R: 3, S: 3, Y: 9, X: 9 }"
)
DEPTHWISE = "Type: DSCONV Padding { Y: 1, X: 1 } Dimensions { C: 8, R: 3, S: 3, Y: 6, X: 6 }"
POOL = "Type: POOL Stride { Y: 2, X: 2 } Dimensions { C: 8, R: 2, S: 2, Y: 6, X: 6 }"
TRANSPOSED = (
    "Type: TRCONV Stride { Y: 2, X: 2 } Padding { Y: 1, X: 1 } "
    "Dimensions { K: 4, C: 4, R: 3, S: 3, Y: 4, X: 4 }"
)
GEMM = "Type: GEMM Dimensions { M: 6, N: 8, K: 12 }"


@dataclass(frozen=True)
class Example:
    """A layer, a dataflow by its shipped name, and a machine."""

    layer: str
    dataflow: str
    pes: int
    layout: tuple[str, str, str]
    constants: dict[str, int] = field(default_factory=dict)
    bits: tuple[int, int, int] = (8, 8, 24)
    lanes: dict[str, int] | None = None
    noc_bytes: int = 4
    latency: int = 1

    def plan(self, folder: Path) -> Plan:
        """Return what is to be built."""
        file = folder / "layer.m"
        file.write_text(f"Network one {{ Layer only {{ {self.layer} }} }}\n", encoding="utf-8")
        machine = Accelerator(
            num_pes=self.pes,
            lanes=self.lanes,
            bits=self.bits,
            noc_bandwidth_bytes_per_cycle=self.noc_bytes,
            noc_latency_cycles=self.latency,
            layout=self.layout,
        )
        return plan(file, self.dataflow, machine, constants=self.constants)


SMALL = {
    "kcp_ws": Example(CONV, "kcp_ws", 8, ("C", "C", "K"), {"ClusterSize": 4}),
    "xp_ws": Example(CONV, "xp_ws", 4, ("S", "X", "Q"), lanes={"S": 3}, latency=3),
    "yxp_os": Example(STRIDED, "yxp_os", 6, ("C", "X", "Q"), {"ClusterSize": 3}, bits=(8, 8, 8)),
    "rs": Example(CONV, "rs", 9, ("C", "C", "K"), {"FilterTile": 3}, bits=(8, 16, 32)),
    "nlr": Example(CONV, "nlr", 4, ("C", "C", "K")),
    "gemm": Example(GEMM, "kcp_ws", 8, ("N", "K", "N"), {"ClusterSize": 4}, noc_bytes=8),
    "depthwise": Example(DEPTHWISE, "kcp_ws", 4, ("C", "C", "C"), latency=0),
    "pool": Example(POOL, "yxp_os", 4, ("C", "C", "C"), {"ClusterSize": 2}, bits=(8, 8, 16)),
    "transposed": Example(TRANSPOSED, "kcp_ws", 4, ("C", "C", "K"), {"ClusterSize": 2}),
}


@pytest.mark.parametrize("name", SMALL)
def test_shipped_dataflow_runs_as_predicted(name: str, tmp_path: Path, build_directory: Path) -> None:
    planned = SMALL[name].plan(tmp_path)
    (check,) = verify(planned, tmp_path / "out", 2, build_directory=build_directory)
    assert check.equal, check


NETWORK = """\
Network two {
  Layer first {
    Type: CONV
    Padding { Y: 1, X: 1 }
    Dimensions { K: 4, C: 2, R: 3, S: 3, Y: 5, X: 5 }
  }
  Layer second {
    Type: CONV
    Stride { Y: 2, X: 2 }
    Dimensions { K: 6, C: 4, R: 3, S: 3, Y: 5, X: 5 }
  }
}
Dataflow os (CONV) {
  SpatialMap(1,1) K;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(2,2) C;
}
"""


@pytest.mark.parametrize("bits", [(8, 8, 8), (8, 8, 24)], ids=["collection", "readback"])
def test_layers_of_one_accelerator_feed_each_other(
    bits: tuple[int, int, int], tmp_path: Path, build_directory: Path
) -> None:
    file = tmp_path / "two.m"
    file.write_text(NETWORK, encoding="utf-8")
    machine = Accelerator(num_pes=3, bits=bits, noc_bandwidth_bytes_per_cycle=4, layout=("C", "C", "K"))
    planned = plan(file, None, machine)
    run = run_network(planned, tmp_path / "out", relu=("first",), build_directory=build_directory)
    assert run.equal, run.checks
    first, second = run.plan.data
    assert np.array_equal(second.tensors["I"], run.checks[0].found.reshape(second.tensors["I"].shape))
    assert second.tensors["I"].min() == 0
    assert second.tensors["I"].max() > 63
    assert run.outputs.max() <= 127
    assert first.tensors["I"].shape == (1, 1, 2, 5, 5)


# ---- layers of real networks, minutes each ----------------------------------------------------------------

ROW_STATIONARY = """\
Network alexnet {
  Layer conv3 {
    Type: CONV
    Padding { Y: 1, X: 1 }
    Dimensions { K: 384, C: 256, R: 3, S: 3, Y: 13, X: 13 }
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
WEIGHT_STATIONARY = """\
Network resnet50 {
  Layer conv4 {
    Type: CONV
    Padding { Y: 1, X: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(16,16) C;
      TemporalMap(1,1) Y';
      TemporalMap(1,1) X';
    }
  }
}
"""
MOBILENET = """\
Network mobilenetv2 {
  Layer depthwise {
    Type: DSCONV
    Padding { Y: 1, X: 1 }
    Dimensions { C: 144, R: 3, S: 3, Y: 56, X: 56 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(1,1) Y';
      TemporalMap(1,1) X';
    }
  }
}
"""
BERT = """\
Network bert {
  Layer scores {
    Type: BMM
    Dimensions { G: 12, M: 128, N: 128, K: 64 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) M;
      TemporalMap(8,8) N;
      TemporalMap(1,1) K;
      Cluster(8, P);
      SpatialMap(1,1) N;
    }
  }
}
"""
REAL = {
    "AlexNet CONV3, row stationary, 168 PEs": (
        ROW_STATIONARY,
        Accelerator(num_pes=168, bits=(8, 8, 32), layout=("C", "C", "K")),
    ),
    "ResNet-50 conv4 3x3, 16 PEs of 16 lanes": (
        WEIGHT_STATIONARY,
        Accelerator(num_pes=16, lanes={"C": 16}, bits=(8, 8, 32), layout=("C", "C", "K")),
    ),
    "MobileNetV2 depthwise, 16 PEs": (
        MOBILENET,
        Accelerator(num_pes=16, bits=(8, 8, 8), noc_bandwidth_bytes_per_cycle=16, layout=("C", "C", "C")),
    ),
    "BERT attention scores, 64 PEs": (
        BERT,
        Accelerator(num_pes=64, bits=(8, 8, 8), noc_bandwidth_bytes_per_cycle=8, layout=("N", "M", "N")),
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("name", REAL)
def test_real_layer_runs_as_predicted(name: str, tmp_path: Path, build_directory: Path) -> None:
    text, machine = REAL[name]
    file = tmp_path / "layer.m"
    file.write_text(text, encoding="utf-8")
    (check,) = verify(plan(file, None, machine), tmp_path / "out", build_directory=build_directory)
    assert check.equal, check


LENET = """\
Network lenet5 {
  Layer conv1 { Type: CONV Dimensions { K: 20, C: 1, R: 5, S: 5, Y: 28, X: 28 } }
  Layer pool1 { Type: DSCONV Stride { Y: 2, X: 2 } Dimensions { K: 1, C: 20, R: 2, S: 2, Y: 24, X: 24 } }
  Layer conv2 { Type: CONV Dimensions { K: 50, C: 20, R: 5, S: 5, Y: 12, X: 12 } }
  Layer pool2 { Type: DSCONV Stride { Y: 2, X: 2 } Dimensions { K: 1, C: 50, R: 2, S: 2, Y: 8, X: 8 } }
  Layer ip1 { Type: CONV Dimensions { K: 500, C: 50, R: 4, S: 4, Y: 4, X: 4 } }
  Layer ip2 { Type: CONV Dimensions { K: 10, C: 500, R: 1, S: 1, Y: 1, X: 1 } }
}
Dataflow os {
  SpatialMap(1,1) K;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
  TemporalMap(20,20) C;
}
"""


@pytest.mark.long
def test_lenet5_end_to_end_on_one_accelerator(tmp_path: Path, build_directory: Path) -> None:
    file = tmp_path / "lenet5.m"
    file.write_text(LENET, encoding="utf-8")
    machine = Accelerator(
        num_pes=16, bits=(8, 8, 32), noc_bandwidth_bytes_per_cycle=16, layout=("C", "C", "K")
    )
    # Average pooling: weights of one, and a shift by the four elements of a window.
    ones = {
        name: np.ones((1, channels, 2, 2), dtype=np.int64)
        for name, channels in (("pool1", 20), ("pool2", 50))
    }
    planned = plan(file, None, machine, data=Data(weights=ones))
    run = run_network(
        planned,
        tmp_path / "out",
        relu=("conv1", "conv2", "ip1"),
        shifts={"pool1": 2, "pool2": 2},
        build_directory=build_directory,
    )
    assert run.equal, run.checks
    assert int(run.outputs.argmax()) == int(_lenet5(run.plan).argmax())


def _lenet5(planned: Plan) -> np.ndarray:
    """Compute the network with plain loops over taps, without the package's own model."""
    values = planned.data[0].tensors["I"].reshape(1, 28, 28)
    for layer, data in zip(planned.design.layers, planned.data, strict=True):
        weights, stride = data.tensors["W"], layer.problem.windows[0].stride
        taps = weights.shape[-1]
        side = (values.shape[-1] - taps) // stride + 1
        sums = np.zeros((*((layer.problem.sizes["K"],) if weights.ndim == 5 else (len(values),)), side, side))
        for row in range(taps):
            for column in range(taps):
                part = values[:, row : row + stride * side : stride, column : column + stride * side : stride]
                if weights.ndim == 5:
                    sums += np.einsum("kc,cpq->kpq", weights[0, :, :, row, column], part)
                else:
                    sums += weights[0, :, row, column, None, None] * part
        scaled = np.floor(sums / 2**data.mode.shift + (0.5 if data.mode.shift else 0))
        values = np.clip(scaled, 0 if data.mode.relu else -128, 127).astype(np.int64)
        if layer.name == "pool2":
            values = values.reshape(50, 4, 4)
    return values.reshape(-1)


RESNET_WS = """\
Dataflow ws (CONV, PWCONV, FC) {
  SpatialMap(1,1) K;
  TemporalMap(16,16) C;
  TemporalMap(1,1) Y';
  TemporalMap(1,1) X';
}
"""


class Resnet:
    """How the layers of ResNet-50 feed each other: pooling and additions are the host's."""

    def __init__(self, image: np.ndarray) -> None:
        self.image = image
        self.blocks: dict[str, np.ndarray] = {}

    def inputs_of(self, name: str, outputs) -> np.ndarray:
        """Return the inputs of a layer."""
        if name == "conv1":
            return self.image
        if name == "fc1000":
            pooled = self.block("res5c", outputs).mean(axis=(3, 4), keepdims=True)
            return np.floor(pooled + 0.5).astype(np.int64)
        block, _, part = name.partition("_")
        if part in ("2a", "1"):
            return self.block(_block_before(block), outputs)
        return outputs[f"{block}_{'2a' if part == '2b' else '2b'}"]

    def block(self, name: str, outputs) -> np.ndarray:
        """Return what a block (or the pooled first layer) hands on."""
        if name not in self.blocks:
            if name == "pool1":
                found = _largest_of_three(outputs["conv1"])
            else:
                projected = f"{name}_1" in outputs
                shortcut = outputs[f"{name}_1"] if projected else self.block(_block_before(name), outputs)
                found = golden.requantise(outputs[f"{name}_2c"] + shortcut, 1, True, 8)
            self.blocks[name] = found
        return self.blocks[name]


def _block_before(name: str) -> str:
    stages = {"2": "abc", "3": "abcd", "4": "abcdef", "5": "abc"}
    blocks = ["pool1", *(f"res{stage}{block}" for stage, names in stages.items() for block in names)]
    return blocks[blocks.index(name) - 1]


def _largest_of_three(values: np.ndarray) -> np.ndarray:
    """Largest of 3x3 windows, stride 2, padding 1; values are not negative."""
    padded = np.pad(values, ((0, 0),) * 3 + ((1, 1),) * 2)
    side = values.shape[-1] // 2
    return np.max(
        [padded[..., r : r + 2 * side : 2, s : s + 2 * side : 2] for r in range(3) for s in range(3)], axis=0
    )


def resnet50() -> Plan:
    """Plan the 53 convolutions and the classifier of ResNet-50 on one machine of 64 PEs with 16 lanes."""
    (network,) = lower(parse_file(model_path("resnet50"))).networks
    names = [layer.name for layer in network.layers if layer.operator not in ("POOL", "ADD")]
    machine = Accelerator(
        num_pes=64,
        lanes={"C": 16},
        bits=(8, 8, 32),
        noc_bandwidth_bytes_per_cycle=64,
        layout=("C", "C", "K"),
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ws.m"
        file.write_text(RESNET_WS, encoding="utf-8")
        planned = plan("resnet50", file, machine, layers=names)
    quiet = [name for name in names if name.endswith(("_2c", "_1")) or name == "fc1000"]
    rule = Resnet(planned.data[0].tensors["I"])
    return connect(planned, rule.inputs_of, relu=[name for name in names if name not in quiet])


@pytest.mark.long
def test_resnet50_whole_on_one_accelerator(tmp_path: Path, build_directory: Path) -> None:
    # Sums are compared: reading tens of millions of words one by one would take longer than the layers.
    checks = verify(resnet50(), tmp_path / "out", readback=False, build_directory=build_directory)
    assert len(checks) == 54
    assert all(check.equal for check in checks)

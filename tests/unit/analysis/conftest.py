"""A small network whose every layer type has a row, quick for the enumerating engine too."""

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse

NETWORK = """
Network small {
  Layer conv { Type: CONV Padding { Y: 1, X: 1 } Dimensions { K: 4, C: 3, R: 3, S: 3, Y: 6, X: 6 } }
  Layer again { Type: CONV Padding { Y: 1, X: 1 } Dimensions { K: 4, C: 3, R: 3, S: 3, Y: 6, X: 6 } }
  Layer pool { Type: POOL Stride { Y: 2, X: 2 } Dimensions { C: 4, R: 2, S: 2, Y: 6, X: 6 } }
  Layer fc { Type: FC Dimensions { K: 5, C: 36 } }
  Layer gemm { Type: GEMM Dimensions { M: 4, N: 6, K: 8 } }
}
"""

MACHINE = Accelerator(
    name="test machine",
    num_pes=8,
    bits=(8, 8, 16),
    noc_bandwidth_bytes_per_cycle=4,
    dram_bandwidth_bytes_per_cycle=2,
    dram_latency_cycles=20,
)


@pytest.fixture(scope="session")
def network():
    return lower(parse(NETWORK)).networks[0]


@pytest.fixture(scope="session")
def machine():
    return MACHINE


@pytest.fixture(scope="session")
def analysis(network, machine):
    return analyze(network, "kcp_ws", machine, constants={"ClusterSize": 4})

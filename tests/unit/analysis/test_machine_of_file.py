"""The machine of a mapping file is the default machine of its analysis."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro_py import analyze
from maestro_py.analysis.api import compare
from maestro_py.errors import SemanticError

MAPPING = """
Constant Tile 4;
Network small {
  Layer a {
    Type: CONV
    Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 8, X: 8 }
    Dataflow { SpatialMap(1,1) K; TemporalMap(Tile,Tile) C; }
  }
}
"""


def test_the_file_s_accelerator_is_used_unless_another_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mapping.m"
    path.write_text(MAPPING + "Accelerator Mine { PE { NumPEs: 8 } NoC { Bandwidth: 3 } }")
    assert analyze(path).accelerator.name == "Mine"
    assert analyze(path).accelerator.noc_bandwidth_bytes_per_cycle == 3
    assert analyze(path, None, "shidiannao").accelerator.name == "shidiannao"


def test_without_one_it_is_eyeriss(tmp_path: Path) -> None:
    path = tmp_path / "mapping.m"
    path.write_text(MAPPING)
    assert analyze(path).accelerator.name == "eyeriss"


def test_comparing_takes_a_constant_that_one_choice_defines() -> None:
    choices = [("kcp_ws", None), ("xp_ws", None)]
    found = compare("lenet5", choices, constants={"ClusterSize": 4})
    assert len(found.analyses) == 2
    with pytest.raises(SemanticError, match="M211"):
        compare("lenet5", choices, constants={"ClusterSizes": 4})

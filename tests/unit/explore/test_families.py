"""Whole nests at once give what nest by nest gives: columns, what runs, and why the others do not."""

import numpy as np
import pytest

from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.families import Families
from maestro_py.explore.grid import Grid
from maestro_py.explore.names import axis_columns, result_columns
from maestro_py.explore.reading import load

from .conftest import random_space

TILED = """\
Constant Rows 1;
Constant Deep 4;
Dataflow tiled {
  SpatialMap(Rows,Rows) K;
  TemporalMap(Deep,Deep) C;
  Cluster(2*Deep,P);
  SpatialMap(1,1) C;
}
"""


def same(space, numbers):
    """Compare both ways, and return which designs run and whether whole nests were evaluated at once."""
    names = (*axis_columns(space), *result_columns(space))
    at_once, alone = Evaluator(space), Evaluator(space)
    alone._write_table = lambda *_: False
    one, other = at_once.evaluate(numbers, names), alone.evaluate(numbers, names)
    assert one.runs.tolist() == other.runs.tolist()
    assert one.reasons == other.reasons
    for name in names:
        got, expected = one.columns[name][one.runs], other.columns[name][one.runs]
        assert got.dtype == expected.dtype or not one.runs.any()
        np.testing.assert_array_equal(got, expected, err_msg=name)
    return one.runs


@pytest.mark.parametrize("seed", range(40))
def test_random_spaces(folder, seed):
    space = random_space(folder, seed, time="coarse")
    for block in list(Grid(space.branches).blocks(most=200, fewest=40))[:4]:
        same(space, block.numbers())


@pytest.mark.parametrize("machine", ["nvdla", "eyeriss", "tpu"])
@pytest.mark.parametrize("technology", ["maestro-28nm", "cacti-28nm-lop"])
@pytest.mark.parametrize("buffers", ["needed", "[256, 4096]"])
def test_tiles(folder, monkeypatch, machine, technology, buffers):
    (folder / "tiled.m").write_text(TILED)
    (folder / "tiled.yaml").write_text(
        f"network: small.m\ndataflow: tiled.m\naccelerator: {machine}\ntime: coarse\nparameters:\n"
        f"  Rows: [0, 1, 2, 3, 5, 8, 40]\n  Deep: [1, 2, 3, 4, 32]\n  num_pes: [2, 8, 20, 64]\n"
        f"  technology: [{technology}]\n  l1_bytes: {buffers}\n  l2_bytes: needed\n"
        "  noc_bandwidth_bytes_per_cycle: [1, 3, 16, 64]\n  frequency_mhz: [200, 333.3]\n"
    )
    space = load(folder / "tiled.yaml")
    blocks = []
    whole = Families.evaluate
    monkeypatch.setattr(Families, "evaluate", lambda *a: blocks.append(whole(*a)) or blocks[-1])
    runs = same(space, np.arange(space.size))
    assert runs.any()
    assert not runs.all()
    assert [block is not None for block in blocks] == [True]

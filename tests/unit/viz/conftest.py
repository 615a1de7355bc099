"""Small sweeps that the tests of pictures share; they are only read."""

from pathlib import Path

import pytest

from maestro_py.explore.reading import load
from maestro_py.explore.run import sweep
from tests.unit import small_spaces

NETWORK = small_spaces.network(small_spaces.conv("conv"), small_spaces.FC)

SPACE = (
    small_spaces.HEAD
    + """\
parameters:
  ClusterSize: [2, 4]
  num_pes: [4, 8, 16, 32]
  l1_bytes: [512, needed]
  l2_bytes: {from: 4 KiB, to: 64 KiB, factor: 4}
  multicast: [true, false]
  bits: [8, [8, 8, 32]]
constraints: [power_mw < 2000]
goals: [runtime, energy, {max: macs / energy_pj}]
"""
)


def make(folder: Path, name: str, **keys: str) -> Path:
    """Return the folder of a sweep of the small space with other keys."""
    path = small_spaces.write(folder, name, NETWORK, small_spaces.with_keys(SPACE, **keys))
    sweep(load(path), folder / name)
    return folder / name


@pytest.fixture(scope="session")
def feasible(tmp_path_factory) -> Path:
    """A sweep that kept every feasible design."""
    return make(tmp_path_factory.mktemp("feasible"), "out", keep="feasible")


@pytest.fixture(scope="session")
def front_only(tmp_path_factory) -> Path:
    """A sweep that kept the front and the best."""
    return make(tmp_path_factory.mktemp("pareto"), "out", keep="pareto")


@pytest.fixture(scope="session")
def sampled(tmp_path_factory) -> Path:
    """A sweep that kept the front, the best and a sample."""
    return make(tmp_path_factory.mktemp("sampled"), "out", keep="pareto", sample="90", top="1")


@pytest.fixture(scope="session")
def traded(tmp_path_factory) -> Path:
    """A sweep whose goals pull apart, so that the front is long."""
    return make(
        tmp_path_factory.mktemp("traded"), "out", keep="feasible", goals="[runtime, area, throughput]"
    )


@pytest.fixture(scope="session")
def stopped(tmp_path_factory, feasible) -> Path:
    """A sweep of which half of the batches are there."""
    from shutil import copytree

    folder = tmp_path_factory.mktemp("stopped") / "out"
    copytree(feasible, folder)
    for name in ("summary.json", "front.parquet", "top.parquet"):
        (folder / name).unlink()
    shards = sorted((folder / "results").glob("part-*"))
    assert len(shards) > 1
    for path in shards[len(shards) // 2 :]:
        path.unlink()
    return folder

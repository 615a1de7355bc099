"""Fine time where it matters: bounds hold, and nothing that is kept or counted changes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from maestro_py.explore import shard
from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.fine import FOLLOW_TIME, NEED_FINE
from maestro_py.explore.names import result_columns
from maestro_py.explore.run import sweep

from .conftest import random_space
from .random_sweeps import CUT, GOALS, SIGNS, cut_space, results


@pytest.mark.parametrize("seed", range(8))
def test_bounds_hold_and_other_columns_are_exact(folder, seed):
    space = random_space(folder, seed)
    numbers, names = np.arange(space.size), result_columns(space)
    exact = Evaluator(space).evaluate(numbers, names)
    bounds = Evaluator(space).evaluate(numbers, names, bounds=True)
    assert (exact.runs == bounds.runs).all()
    assert exact.reasons == bounds.reasons
    assert set(bounds.least) == {*FOLLOW_TIME, *NEED_FINE}
    for name in names:
        value, most = exact.columns[name][exact.runs], bounds.columns[name][exact.runs]
        if name in NEED_FINE:
            assert np.isnan(most).all()
        elif name in FOLLOW_TIME:
            assert (bounds.least[name][exact.runs] <= value).all()
            assert (value <= most).all()
        else:
            np.testing.assert_array_equal(value, most)


CUTS = st.lists(st.tuples(st.sampled_from(CUT), st.sampled_from(SIGNS[:4]), st.floats(0, 1)), max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    keep=st.sampled_from(["pareto", "top"]),
    goals=st.sampled_from(GOALS),
    top=st.integers(1, 6),
    cuts=CUTS,
)
def test_files_and_counts_are_those_of_fine_time_for_everything(
    tmp_path_factory, seed, keep, goals, top, cuts
):
    base = tmp_path_factory.mktemp("fine")
    space = cut_space(base, seed, keep, goals, cuts, top)
    assume(space is not None)
    rows, merged, summary = results(space, base / "bounds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shard, "needed", lambda decided, numbers, keep, top: np.ones(len(numbers), bool))
        patch.setattr(shard, "_worker", shard._worker.__wrapped__)
        all_rows, all_merged, all_summary = results(space, base / "all")
    assert all_summary["fine_time"] == all_summary["evaluated"] >= summary["fine_time"]
    assert summary | {"fine_time": 0} == all_summary | {"fine_time": 0}
    assert merged == all_merged
    kept = [set(part["design"].to_pylist()) for part in rows]
    assert kept == [set(part["design"].to_pylist()) for part in all_rows]
    assert all(part.equals(other) for part, other in zip(rows, all_rows, strict=True))


def test_most_designs_are_spared(space, folder):
    summary = sweep(space, folder / "out")
    assert 0 < summary["fine_time"] < summary["evaluated"] / 2


def test_a_goal_without_bounds_gets_fine_time(folder):
    space = random_space(folder, 1, goals="[{min: dram_in_peak_bytes_per_cycle}]", keep="top")
    summary = sweep(space, folder / "out")
    assert summary["fine_time"] == summary["evaluated"] > 0

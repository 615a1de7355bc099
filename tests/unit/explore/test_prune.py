"""Skipping by proof: bounds hold for every technology, and nothing that is kept changes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.grid import Grid
from maestro_py.explore.objective import Objective
from maestro_py.explore.prune import OF_THE_NEST, Pruner, _cost
from maestro_py.explore.reading import load
from maestro_py.explore.run import sweep
from maestro_py.hardware.energy import area, machine_size
from maestro_py.hardware.tech import names, technology
from maestro_py.ir.accelerator import Accelerator

from .conftest import TABLE, random_space
from .random_sweeps import CUT, GOALS, SIGNS, cut_space, results


@pytest.mark.parametrize("name", [*names(), "table.yaml"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pes=st.integers(1, 5000),
    lanes=st.integers(1, 64),
    sizes=st.tuples(st.integers(1, 2**24), st.integers(1, 2**26)),
    given_sizes=st.tuples(st.booleans(), st.booleans()),
    bandwidth=st.integers(1, 4096),
    bits=st.tuples(*[st.integers(1, 64)] * 3),
)
def test_bounds_of_area_and_static_power(
    tmp_path_factory, name, pes, lanes, sizes, given_sizes, bandwidth, bits
):
    if name.endswith("yaml"):
        path = tmp_path_factory.getbasetemp() / name
        if not path.exists():
            path.write_text(TABLE)
        name = str(path)
    whole = Accelerator(
        technology=name,
        num_pes=pes,
        vector_width=lanes,
        l1_bytes=sizes[0],
        l2_bytes=sizes[1],
        noc_bandwidth_bytes_per_cycle=bandwidth,
        bits=bits,
    )
    opened = replace(
        whole,
        l1_bytes=sizes[0] if given_sizes[0] else None,
        l2_bytes=sizes[1] if given_sizes[1] else None,
    )
    um2, mw, known = _cost(opened, {}, {})
    parts = area(whole)
    static = sum(technology(name).static_power_mw(machine_size(whole)).values())
    if not parts.area_um2:
        assert np.isnan(um2)
    else:
        assert um2 <= parts.total_um2
        assert not known or um2 == parts.total_um2
    assert mw <= static
    assert known == all(given_sizes)
    required = {"l1_bytes": np.array(sizes[:1]), "l2_bytes": np.array(sizes[1:])}
    assert _cost(opened, {}, required)[1:] == (static, True)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_of_the_nest_is_equal_in_all_its_designs(folder, seed):
    space = random_space(folder, seed)
    found = Evaluator(space).evaluate(np.arange(space.size), OF_THE_NEST)
    for branch, places, local in Grid(space.branches).split(np.arange(space.size)):
        indices = Grid.indices(branch, local)
        keys = {
            name: index
            for name, index in indices.items()
            if name in {"num_pes", "zero_skip", "multicast", "reduction", "bits", "l2_bytes"}
            or name[0].isupper()
        }
        whose = np.zeros(len(places), np.int64)
        for index in keys.values():
            whose = whose * 100 + index
        for name in OF_THE_NEST:
            values = found.columns[name][places]
            for key in np.unique(whose):
                runs = (whose == key) & found.runs[places]
                assert len(np.unique(values[runs])) <= 1, name


@pytest.mark.parametrize("seed", range(6))
def test_skipped_designs_are_infeasible(folder, seed):
    space = random_space(folder, seed, constraints='["power_mw < 300", "l2_bytes_required < 3000"]')
    objective = Objective(space)
    numbers = np.arange(space.size)
    evaluator = Evaluator(space)
    skipped, proofs = Pruner(space, objective, evaluator).skipped(numbers)
    assert sum(proofs.values()) == skipped.sum()
    found = evaluator.evaluate(numbers, objective.columns)
    assert not (objective.judge(found.columns, space.size).feasible & found.runs & skipped).any()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@example(875, "feasible", "[runtime, energy]", "coarse", [("power_mw", "<=", 0.0)])  # some buffers are open
@given(
    seed=st.integers(0, 10**6),
    keep=st.sampled_from(["feasible", "pareto", "top"]),
    goals=st.sampled_from(GOALS),
    time=st.sampled_from(["fine", "coarse"]),
    cuts=st.lists(
        st.tuples(st.sampled_from(CUT), st.sampled_from(SIGNS[:4]), st.floats(0, 1)), min_size=1, max_size=3
    ),
)
def test_files_are_those_of_a_sweep_that_skips_nothing(tmp_path_factory, seed, keep, goals, time, cuts):
    base = tmp_path_factory.mktemp("prune")
    space = cut_space(base, seed, keep, goals, cuts, time=time)
    assume(space is not None)
    assert space.prune
    rows, merged, summary = results(space, base / "pruned")
    all_rows, all_merged, all_summary = results(replace(space, prune=False), base / "whole")
    assert not all_summary["skipped"]
    assert summary["evaluated"] + sum(summary["skipped"].values()) <= summary["asked_for"]
    assert summary["evaluated"] <= all_summary["evaluated"]
    for name in ("feasible", "front", "best", "asked_for"):
        assert summary[name] == all_summary[name]
    assert merged == all_merged
    assert all(part.equals(other) for part, other in zip(rows, all_rows, strict=True))


SPACE = """\
network: small.m
dataflow: kcp_ws
accelerator: nvdla
parameters:
  ClusterSize: [2, 4]
  num_pes: {from: 4, to: 64, step: 4}
  l1_bytes: [8, 64, 512]
  l2_bytes: needed
  noc_bandwidth_bytes_per_cycle: {from: 1, to: 16, step: 1}
constraints: [area_um2 < 8000, power_mw < 110]
"""


def test_each_proof_is_counted(folder):
    (folder / "space.yaml").write_text(SPACE)
    space = load(folder / "space.yaml")
    summary = sweep(space, folder / "out")
    whole = sweep(replace(space, prune=False), folder / "whole")
    assert summary["feasible"] == whole["feasible"] > 0
    assert set(summary["skipped"]) >= {
        "area_um2 < 8000, by the machine",
        "area_um2 < 8000, by the nest",
        "l1_bytes_required <= l1_bytes, by the nest",
    }
    cannot_run = sum(found["designs"] for found in summary["cannot_run"].values())
    assert summary["evaluated"] + sum(summary["skipped"].values()) + cannot_run == space.size
    assert summary["evaluated"] < whole["evaluated"] / 2


def test_infeasible_designs_that_are_kept_are_evaluated(folder):
    (folder / "space.yaml").write_text(SPACE + "keep: all\n")
    assert not sweep(load(folder / "space.yaml"), folder / "out")["skipped"]


def test_a_space_that_is_skipped_as_a_whole_is_no_error(folder):
    (folder / "space.yaml").write_text(SPACE.replace("8000", "1"))
    summary = sweep(load(folder / "space.yaml"), folder / "out")
    assert summary["evaluated"] == summary["feasible"] == 0
    assert sum(summary["skipped"].values()) == summary["designs_in_space"]


def test_designs_that_cannot_run_are_in_no_proof(folder):
    text = SPACE.replace("{from: 4, to: 64, step: 4}", "{from: 2, to: 8, step: 1}")
    text = text.replace("[8, 64, 512]", "needed").replace("[2, 4]", "4")
    (folder / "space.yaml").write_text(text)
    summary = sweep(load(folder / "space.yaml"), folder / "out")
    assert summary["cannot_run"]["M223"]["designs"] == 2 * 16  # clusters of 4 on 2 and on 3 PEs

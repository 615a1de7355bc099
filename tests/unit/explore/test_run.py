"""Sweeps: what is kept, resumed, split and merged; files do not depend on how they were made."""

import json
import shutil

import numpy as np
import pandas
import pytest

from maestro_py.errors import MaestroError
from maestro_py.explore import grid as grid_module
from maestro_py.explore import run
from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.names import result_columns
from maestro_py.explore.objective import Objective
from maestro_py.explore.pareto import best, front
from maestro_py.explore.reading import load
from maestro_py.explore.run import collect, finish, sweep
from maestro_py.explore.store import SCHEMA_VERSION, Store
from maestro_py.explore.top import select
from maestro_py.exporters._parquet_table import read_metadata
from maestro_py.viz.kept import Kept

from .conftest import random_space


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def with_lines(folder, *lines):
    path = folder / "other.yaml"
    path.write_text((folder / "space.yaml").read_text() + "\n".join(lines) + "\n")
    return load(path)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("keep", ["all", "feasible", "pareto", "top"])
def test_results_are_those_of_enumeration(folder, seed, keep):
    space = random_space(folder, seed, keep=keep, top="5", constraints='["utilization_fraction > 0.02"]')
    numbers = np.arange(space.size)
    objective = Objective(space)
    found = Evaluator(space).evaluate(numbers, {*objective.columns, *result_columns(space)})
    if not found.runs.any():
        pytest.skip("nothing runs")
    judged = objective.judge(found.columns, space.size)
    feasible = np.flatnonzero(judged.feasible & found.runs)
    summary = sweep(space, folder / "out")
    assert summary["evaluated"] == found.runs.sum()
    assert summary["feasible"] == len(feasible)
    goals = judged.goals[feasible]
    expected = feasible[front(goals, feasible)]
    rows = pandas.read_parquet(folder / "out" / "front.parquet")
    assert rows["design"].tolist() == expected.tolist()
    assert rows["energy_pj"].tolist() == found.columns["energy_pj"][expected].tolist()
    top = pandas.read_parquet(folder / "out" / "top.parquet")
    tops = [feasible[best(goals, place, feasible, 5)].tolist() for place in range(2)]
    assert [top[top["goal"] == goal.name]["design"].tolist() for goal in space.goals] == tops
    kept = pandas.read_parquet(folder / "out" / "results")["design"].tolist()
    if keep == "all":
        assert kept == np.flatnonzero(found.runs).tolist()
    elif keep == "feasible":
        assert kept == feasible.tolist()
    else:
        assert {n for t in tops for n in t} | (set(expected.tolist()) if keep == "pareto" else set()) <= set(
            kept
        )
        assert set(kept) <= set(feasible.tolist())


def test_executors_and_workers_make_the_same_files(space, folder):
    sweep(space, folder / "one")
    sweep(space, folder / "two", executor="processes", workers=2)
    assert files(folder / "one") == files(folder / "two")


class Killed(Exception):
    pass


class Killer:
    """Ends a sweep after some batches."""

    def __init__(self, after):
        self.left = after

    def begin(self, designs):
        pass

    def add(self, counts, computed):
        self.left -= computed
        if self.left < 0:
            raise Killed


def test_a_stopped_sweep_goes_on_and_ends_with_the_same_files(space, folder, monkeypatch):
    monkeypatch.setattr(grid_module, "BLOCKS_WANTED", 10)
    monkeypatch.setitem(grid_module.FEWEST, "fine", 8)
    sweep(space, folder / "whole")
    shards = len(list((folder / "whole" / "results").iterdir()))
    assert shards > 8
    computed = []
    for after in (0, 1, 3):
        with pytest.raises(Killed):
            sweep(space, folder / "killed", progress=Killer(after))
        computed.append(len(list((folder / "killed" / "results").glob("part*"))))
    assert computed == [1, 3, 7]
    (folder / "killed" / "results" / ".part-000009.parquet.x.part").write_bytes(b"half")
    seen = []
    compute = run.compute
    monkeypatch.setattr(run, "compute", lambda task, batch: seen.append(batch.index) or compute(task, batch))
    sweep(space, folder / "killed")
    assert seen == list(range(7, shards))
    assert files(folder / "whole") == files(folder / "killed")


def test_parts_in_one_folder_or_in_several_merge_to_the_files_of_the_whole(space, folder):
    sweep(space, folder / "whole")
    for k in (3, 1, 2):
        assert sweep(space, folder / "one", shard=(k, 3)) is None
        assert sweep(space, folder / f"part{k}", shard=(k, 3)) is None
    finish(folder / "one")
    collect([folder / f"part{k}" for k in (2, 3, 1)], folder / "several")
    finish(folder / "several")
    assert files(folder / "one") == files(folder / "several") == files(folder / "whole")


def codes(call, *arguments, **options):
    with pytest.raises(MaestroError) as caught:
        call(*arguments, **options)
    return caught.value.diagnostics[0].code, caught.value.diagnostics[0].message


def test_a_merge_without_every_part_says_which_is_missing(space, folder):
    sweep(space, folder / "out", shard=(1, 2))
    code, message = codes(finish, folder / "out")
    assert code == "M809"
    assert "shards are missing" in message


def test_another_sweep_in_the_folder_is_refused_with_what_differs(space, folder):
    sweep(space, folder / "out")
    before = files(folder / "out")
    code, message = codes(sweep, with_lines(folder, "seed: 7", "top: 3"), folder / "out")
    assert code == "M808"
    assert "top was 20, is 3; seed was 0, is 7" in message
    (folder / "small.m").write_text((folder / "small.m").read_text().replace("K: 10", "K: 11"))
    code, message = codes(sweep, load(folder / "space.yaml"), folder / "out")
    assert code == "M808"
    assert message.endswith("holds another sweep: the file small.m has changed")
    text = (folder / "space.yaml").read_text()
    (folder / "space.yaml").write_text(text.replace("[runtime, energy]", "[edp]"))
    assert (
        'goals was ["runtime", "energy"], is ["edp"]'
        in codes(sweep, load(folder / "space.yaml"), folder / "out")[1]
    )
    assert files(folder / "out") == before


def test_the_wording_of_a_space_does_not_matter(space, folder):
    sweep(space, folder / "out")
    text = (folder / "space.yaml").read_text()
    (folder / "space.yaml").write_text("# the same\n" + text.replace("from: 4 KiB", "from: 4096"))
    assert sweep(load(folder / "space.yaml"), folder / "out")["feasible"] > 0


def test_a_folder_of_something_else_is_left_alone(space, folder):
    (folder / "mine").mkdir()
    (folder / "mine" / "thesis.tex").touch()
    assert codes(sweep, space, folder / "mine")[0] == "M808"
    assert [path.name for path in (folder / "mine").iterdir()] == ["thesis.tex"]
    (folder / "file").touch()
    assert codes(sweep, space, folder / "file")[0] == "M808"


def test_different_sweeps_are_not_merged(space, folder):
    sweep(space, folder / "a", shard=(1, 2))
    sweep(with_lines(folder, "seed: 7"), folder / "b", shard=(2, 2))
    code, message = codes(collect, [folder / "a", folder / "b"], folder / "c")
    assert code == "M808"
    assert message.startswith(f"{str(folder / 'b')!r} holds another sweep: seed was 7, is 0")
    assert not (folder / "c").exists()


def test_damaged_and_missing_files_are_told(space, folder):
    assert codes(Store.existing, folder / "nothing")[0] == "M809"
    sweep(space, folder / "out", shard=(1, 1))
    (folder / "out" / "summary.json").unlink()
    shard = next((folder / "out" / "results").iterdir())
    shard.write_bytes(shard.read_bytes()[:100])
    assert codes(finish, folder / "out")[0] == "M809"
    shard.unlink()
    sweep(space, folder / "out")
    for text in ("{", "{}", "7", "\0"):
        (folder / "out" / "summary.json").write_text(text)
        for call in (lambda: finish(folder / "out"), lambda: sweep(space, folder / "out")):
            code, message = codes(call)
            assert code == "M809"
            assert "summary.json' is damaged" in message
    (folder / "out" / "manifest.json").write_text("{")
    assert codes(Store.existing, folder / "out")[0] == "M809"
    assert codes(sweep, space, folder / "out")[0] == "M809"


def test_folders_of_another_format_are_refused(space, folder):
    sweep(space, folder / "out")
    path = folder / "out" / "manifest.json"
    manifest = json.loads(path.read_text())
    for version in (1, SCHEMA_VERSION + 1, None):
        manifest["schema_version"] = version
        manifest["space"].pop("prune", None)
        path.write_text(json.dumps(manifest))
        before = files(folder / "out")
        for call in (
            lambda: sweep(space, folder / "out"),
            lambda: finish(folder / "out"),
            lambda: select(folder / "out"),
            lambda: collect([folder / "out"], folder / "new"),
            lambda: Kept(folder / "out"),
        ):
            with pytest.raises(MaestroError) as caught:
                call()
            (found,) = caught.value.diagnostics
            assert (found.code, found.hint) == (
                "M808",
                "sweep into a new folder, or use the version that wrote this one",
            )
            assert f"its format is {version!r}, this one's is {SCHEMA_VERSION}" in found.message
        assert files(folder / "out") == before
        assert not (folder / "new").exists()


def test_a_field_that_comes_or_goes_raises_the_format(space, folder):
    summary = sweep(space, folder / "out")
    manifest = Store.existing(folder / "out").manifest
    counts = read_metadata(next((folder / "out" / "results").iterdir()))
    fields = (*manifest, *manifest["space"], *manifest["sources"], *counts, *summary)
    assert (SCHEMA_VERSION, " ".join(fields)) == (
        4,
        "schema schema_version tool designs space inputs_sha256 notes sources "
        "network layers dataflows accelerator constraints must_fit prune goals keep top sample columns time "
        "search seed network dataflows "
        "batch designs picks evaluated fine_time skipped feasible sampled cannot_run broken best values "
        "designs_in_space batches picked asked_for evaluated fine_time skipped cannot_run feasible sampled "
        "broken front best",
    )


@pytest.mark.parametrize("part", ["space", "sources", "notes", "inputs_sha256"])
def test_parts_of_a_manifest_that_are_missing_are_told(space, folder, part):
    sweep(space, folder / "out")
    path = folder / "out" / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest[part]
    path.write_text(json.dumps(manifest))
    assert codes(select, folder / "out")[0] == "M809"
    assert codes(sweep, space, folder / "out")[0] == "M808"
    manifest[part] = 7
    path.write_text(json.dumps(manifest))
    if part in ("space", "sources"):
        assert codes(select, folder / "out")[0] == "M809"


@pytest.mark.parametrize("keep", ["pareto", "top", "feasible"])
def test_of_designs_that_are_equal_in_a_goal_the_best_is_on_the_front(folder, keep, monkeypatch):
    monkeypatch.setattr(grid_module, "BLOCKS_WANTED", 10)
    monkeypatch.setattr(grid_module.Grid.blocks, "__defaults__", (8,))
    text = (folder / "space.yaml").read_text().replace("[1, 4, 32]", "[4, 1, 32]")
    text = text.replace("[runtime, energy]", "[{min: l1_bytes_required}, runtime, {min: num_pes}]")
    (folder / "ties.yaml").write_text(f"{text}keep: {keep}\ntop: 4\n")
    space = load(folder / "ties.yaml")
    summary = sweep(space, folder / "out")
    numbers = np.arange(space.size)
    objective = Objective(space)
    found = Evaluator(space).evaluate(numbers, objective.columns)
    judged = objective.judge(found.columns, space.size)
    feasible = np.flatnonzero(judged.feasible & found.runs)
    front_numbers = pandas.read_parquet(folder / "out" / "front.parquet")["design"].tolist()
    top = pandas.read_parquet(folder / "out" / "top.parquet")
    first_by_number = 0
    for place, goal in enumerate(space.goals):
        goals = judged.goals
        order = sorted(feasible.tolist(), key=lambda n: (goals[n, place], *goals[n], n))
        assert top[top["goal"] == goal.name]["design"].tolist() == order[:4]
        assert summary["best"][goal.name]["design"] == order[0]
        assert order[0] in front_numbers
        lowest = min(feasible.tolist(), key=lambda n: (goals[n, place], n))
        first_by_number += lowest not in front_numbers
    assert first_by_number


def test_a_space_in_which_nothing_runs_is_an_error(folder):
    (folder / "a.yaml").write_text("network: small.m\ndataflow: kcp_ws\nparameters: {num_pes: [4, 8]}\n")
    code, message = codes(sweep, load(folder / "a.yaml"), folder / "out")
    assert code == "M810"
    assert "none of 2 designs can run (2 M" in message


def test_without_pyarrow_nothing_is_begun(space, folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert codes(sweep, space, folder / "out")[0] == "M333"
    assert not (folder / "out").exists()


def test_a_finished_folder_needs_no_other_file(space, folder):
    sweep(space, folder / "out")
    shutil.copytree(folder / "out", folder / "moved")
    (folder / "small.m").unlink()
    found = Store.existing(folder / "moved").space()
    assert found.size == space.size
    assert found.network == space.network
    assert found.goals == space.goals
    assert json.loads((folder / "moved" / "summary.json").read_text())["front"] > 0


def test_files_name_no_time_and_no_place(space, folder):
    sweep(space, folder / "out")
    for data in files(folder / "out").values():
        assert str(folder).encode() not in data


def test_columns_are_chosen(folder):
    sweep(with_lines(folder, "columns: [macs]"), folder / "out")
    rows = pandas.read_parquet(folder / "out" / "front.parquet")
    assert "macs" in rows
    assert {"runtime_us", "energy_pj", "power_mw"} <= set(rows)
    assert "l2_read_W" not in rows

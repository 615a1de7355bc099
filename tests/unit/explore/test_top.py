"""The best of a folder, for goals and conditions of its own or others, against all designs."""

import numpy as np
import pandas
import pytest

from maestro_py.errors import MaestroError
from maestro_py.explore.reading import load
from maestro_py.explore.run import sweep
from maestro_py.explore.top import select


@pytest.fixture
def out(folder):
    (folder / "all.yaml").write_text((folder / "space.yaml").read_text() + "keep: feasible\n")
    sweep(load(folder / "all.yaml"), folder / "out")
    return folder / "out"


@pytest.mark.parametrize(
    ("goal", "column", "sign"),
    [
        (None, "runtime_us", 1),
        ("energy", "energy_pj", 1),
        ("edp", "edp_pj_us", 1),
        ("max utilization_fraction", "utilization_fraction", -1),
        ("min area_mm2", "area_um2", 1),
    ],
)
def test_goals(out, goal, column, sign):
    rows = pandas.read_parquet(out / "results")
    order = rows.assign(key=sign * rows[column]).sort_values(["key", "runtime_us", "energy_pj", "design"])
    found = select(out, goal, 15)
    assert found.rows["design"].tolist() == order["design"].tolist()[:15]
    assert found.rows["energy_pj"].tolist() == order["energy_pj"].tolist()[:15]
    assert found.notes == ()


def test_conditions(out):
    rows = pandas.read_parquet(out / "results")
    limit = float(np.median(rows["area_um2"])) / 1e6
    found = select(out, "edp", 10_000, f"area_mm2 < {limit!r} and dataflow == 'rs'")
    kept = rows[(rows["area_um2"] / 1e6 < limit) & (rows["dataflow"] == "rs")]
    assert 0 < len(kept) < len(rows)
    assert sorted(found.rows["design"].tolist()) == sorted(kept["design"].tolist())
    assert found.named == ("dataflow", "area_um2")


def test_what_was_not_kept_is_told(folder, space):
    sweep(space, folder / "out")
    assert select(folder / "out").notes == ()
    assert "keep: feasible" in select(folder / "out", "edp").notes[0]
    assert "keep: feasible" in select(folder / "out", None, 3, "num_pes > 4").notes[0]
    (folder / "out" / "summary.json").unlink()
    assert "not finished" in select(folder / "out").notes[0]


def test_a_goal_is_told_at_its_place(out):
    with pytest.raises(MaestroError) as caught:
        select(out, "min  num_pes + aera")
    place = caught.value.diagnostics[0].span
    assert (place.file, place.column, place.end_column) == ("--goal", 16, 20)


@pytest.mark.parametrize(
    ("goal", "where", "columns", "code"),
    [
        ("epd", None, (), "M806"),
        ("min", None, (), "M806"),
        ("min bound", None, (), "M805"),
        ("", None, (), "M806"),
        (None, "area_mm2", (), "M805"),
        (None, "", (), "M805"),
        (None, "area_mm2 <", (), "M805"),
        (None, "aera_mm2 < 3", (), "M806"),
        (None, None, ("mac",), "M806"),
    ],
)
def test_what_is_no_goal_condition_or_column(out, goal, where, columns, code):
    with pytest.raises(MaestroError) as caught:
        select(out, goal, 3, where, columns)
    assert [entry.code for entry in caught.value.diagnostics] == [code]

"""Files say what the analysis says, whole or not at all."""

import csv
import io
import json
import stat

import pandas as pd
import pyarrow.parquet as pq
import pytest

from maestro_py import exporters
from maestro_py.analysis.api import analyze
from maestro_py.analysis.columns import COLUMNS
from maestro_py.errors import InputError
from maestro_py.exporters import export, formats
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse

TEXT = """
Network "n, with a comma" {
  Layer gaps { Type: GEMM Dimensions { M: 2, N: 8, K: 4 } Dataflow { SpatialMap(1,2) N } }
  Layer a { Type: GEMM Dimensions { M: 2, N: 4, K: 8 } Dataflow { SpatialMap(1,1) N } }
}
"""


@pytest.fixture
def analysis():
    machine = Accelerator(num_pes=4, l2_bytes=10)
    return analyze(lower(parse(TEXT)).networks[0], None, machine, allow_illegal=True)


@pytest.fixture(params=sorted(formats()), ids=" ".join)
def entry(request):
    return formats()[request.param]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_csv_has_every_column_of_every_layer(analysis, tmp_path):
    with export(analysis, tmp_path / "out.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row, record in zip(rows, analysis.records(), strict=True):
        assert list(row) == list(COLUMNS)
        for name, value in record.items():
            match value:
                case None:
                    assert row[name] == ""
                case bool():
                    assert row[name] == str(value).lower()
                case str():
                    assert row[name] == value
                case _:
                    assert float(row[name]) == value


def test_json_holds_layers_totals_and_provenance(analysis, tmp_path):
    tree = json.loads(export(analysis, tmp_path / "out.json").read_text())
    assert tree["schema_version"] == 1
    assert tree["tool"]["engine"] == "core"
    assert tree["technology"] == analysis.accelerator.technology
    assert tree["accelerator"]["num_pes"] == 4
    assert tree["layers"] == analysis.records()
    assert tree["totals"] == analysis.totals
    assert [entry["code"] for entry in tree["errors"]] == ["M301"]
    assert tree["errors"][0]["line"] == 3
    assert sum(sum(parts.values()) for parts in tree["energy_pj"].values()) == pytest.approx(
        tree["totals"]["energy_pj"]
    )


def test_json_names_the_inputs_by_their_hash(tmp_path):
    (tmp_path / "net.m").write_text(TEXT)
    tree = json.loads(export(analyze(tmp_path / "net.m"), tmp_path / "out.json").read_text())
    (tmp_path / "net.m").write_text(TEXT + "// changed")
    other = json.loads(export(analyze(tmp_path / "net.m"), tmp_path / "out.json").read_text())
    assert list(tree["inputs_sha256"]) == ["net.m"]
    assert tree["inputs_sha256"] != other["inputs_sha256"]
    assert tree["layers"] == other["layers"]


def test_json_lines_are_the_records(analysis, tmp_path):
    lines = export(analysis, tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == analysis.records()


def test_parquet_is_typed_and_carries_provenance(analysis, tmp_path):
    path = export(analysis, tmp_path / "out.parquet")
    table = pq.read_table(path)
    assert table.to_pylist() == analysis.records()
    assert str(table.schema.field("macs").type) == "int64"
    assert str(table.schema.field("l1_bytes_available").type) == "int64"  # without any value
    assert json.loads(table.schema.metadata[b"maestro-py"])["accelerator"]["num_pes"] == 4
    assert list(pd.read_parquet(path)["layer"]) == ["gaps", "a"]


def test_the_same_analysis_is_the_same_file(analysis, tmp_path, entry):
    paths = [tmp_path / f"{name}{entry.suffix}" for name in "ab"]
    first, second = (export(analysis, path, entry.style).read_bytes() for path in paths)
    assert first == second
    assert names_in(tmp_path) == sorted(path.name for path in paths)


def test_a_failure_leaves_the_old_file_and_nothing_else(analysis, tmp_path, monkeypatch):
    target = tmp_path / "out.csv"
    target.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporters.Path, "replace", full)
    with pytest.raises(InputError) as caught:
        export(analysis, target)
    assert caught.value.diagnostics[0].code == "M332"
    assert "No space left" in caught.value.diagnostics[0].message
    assert target.read_text() == "old"
    assert names_in(tmp_path) == ["out.csv"]


def test_a_replaced_file_keeps_its_mode_and_a_new_one_gets_the_usual(analysis, tmp_path):
    old = tmp_path / "old.csv"
    old.write_text("")
    old.chmod(0o600)
    assert stat.S_IMODE(export(analysis, old).stat().st_mode) == 0o600
    plain = tmp_path / "plain"
    plain.touch()
    assert export(analysis, tmp_path / "new.csv").stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize(
    ("name", "style", "code"),
    [
        ("out.xls", "default", "M331"),
        ("out", "default", "M331"),
        ("out.json", "maestro", "M331"),
        ("none/out.csv", "default", "M332"),
        ("folder.csv", "default", "M332"),
    ],
)
def test_files_that_cannot_be(analysis, tmp_path, name, style, code):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError) as caught:
        export(analysis, tmp_path / name, style)
    assert caught.value.diagnostics[0].code == code
    assert caught.value.diagnostics[0].hint
    assert names_in(tmp_path) == ["folder.csv"]


def test_a_suffix_in_capitals_is_the_same(analysis, tmp_path):
    assert export(analysis, tmp_path / "OUT.CSV").read_text().startswith("layer,")


def test_no_layers_is_a_file_with_a_header(tmp_path):
    nothing = analyze(lower(parse(TEXT.replace("SpatialMap(1,1)", "SpatialMap(1,3)"))).networks[0])
    assert nothing.layers == ()
    data = export(nothing, tmp_path / "out.csv").read_text()
    assert list(csv.reader(io.StringIO(data))) == [list(COLUMNS)]
    assert pq.read_table(export(nothing, tmp_path / "out.parquet")).num_rows == 0

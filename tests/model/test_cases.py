"""The project's own conformance cases with both engines, and the runner's verdicts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import conformance
from tests.model import make_cases, search

FILES = sorted((Path(__file__).parent / "cases").glob("*.jsonl"))
SHARED = os.environ.get("MAESTRO_SHARED")


@pytest.mark.parametrize("engine", conformance.ENGINES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases(path, engine):
    found = list(conformance.read_cases(path))
    assert len(found) == make_cases.CASES_PER_FAMILY
    assert [line for case in found for line in conformance.differences(case, engine)] == []


def test_what_a_search_once_found_is_equal_now(capsys):
    assert search.replay(Path(__file__).parent / "found.jsonl") == 0, capsys.readouterr().out


def test_every_family_has_a_file_and_is_current():
    assert [path.stem for path in FILES] == sorted(make_cases.FAMILIES)
    assert make_cases.cases("gemm") == (make_cases.FOLDER / "gemm.jsonl").read_text().splitlines()


@pytest.mark.skipif(SHARED is None, reason="MAESTRO_SHARED does not name the folder of the contract")
@pytest.mark.parametrize("engine", conformance.ENGINES)
def test_shared_cases(engine, capsys):
    files = sorted(Path(SHARED or "", "conformance").glob("*.jsonl"))
    assert conformance.main([*map(str, files), "--engine", engine]) == 0, capsys.readouterr().out


def write(folder: Path, **changes: object) -> str:
    row = json.loads(FILES[0].read_text().splitlines()[0])
    row["expect"] = {**row["expect"], **changes}
    path = folder / "case.jsonl"
    path.write_text(json.dumps(row) + "\n")
    return str(path)


def test_runner_accepts_what_is_equal(tmp_path, capsys):
    assert conformance.main([write(tmp_path), "--engine", "reference"]) == 0
    assert capsys.readouterr().out == "1 cases, 0 differ\n"


@pytest.mark.parametrize(
    "changes",
    [
        {"cycles": 1},
        {"legal": 1},
        {"macs": None},
        {"utilization": 0.5},
        {"utilization": "0.5"},
        {"unknown_field": 0},
    ],
    ids=str,
)
def test_runner_reports_what_differs(tmp_path, capsys, changes):
    assert conformance.main([write(tmp_path, **changes), "--engine", "reference"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert next(iter(changes)) in first
    assert last == "1 cases, 1 differ"


def test_utilization_may_differ_by_rounding_only():
    assert conformance.same("utilization", 0.25, 0.25 + 9e-10)
    assert not conformance.same("utilization", 0.25, 0.25 + 1.1e-9)


@pytest.mark.parametrize(
    "text", ["", "\n", "{", "[]", "{}", '{"name": "a", "m": "", "hw": {}, "expect": {}}']
)
def test_runner_fails_without_cases(tmp_path, text):
    path = tmp_path / "bad.jsonl"
    path.write_text(text)
    assert conformance.main([str(path)]) == 1


def test_runner_fails_on_a_missing_file(tmp_path, capsys):
    assert conformance.main([str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_runner_reports_a_text_that_cannot_be_read(tmp_path, capsys):
    row = json.loads(FILES[0].read_text().splitlines()[0])
    path = tmp_path / "case.jsonl"
    path.write_text(json.dumps({**row, "m": "Network {"}) + "\n")
    assert conformance.main([str(path), "--engine", "reference"]) == 1
    assert "DslSyntaxError" in capsys.readouterr().out

"""Every code has an example that triggers it, a hint and an entry in the documentation."""

from pathlib import Path

import pytest

from maestro_py.errors import MaestroError
from maestro_py.ir.apply_template import apply
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import build_nest
from maestro_py.syntax import _scan
from maestro_py.syntax.codes import CODES, documentation
from maestro_py.syntax.parser import parse, parse_file

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "errors.md"
LANGUAGE = [row for row in CODES.values() if row.code < "M300"]
"""Codes of analyses are triggered in tests/unit/analysis/test_codes.py."""

NUM_PES = 4
"""A machine for the codes that need one."""


def all_diagnostics(text: str) -> list:
    """Return everything that reading, lowering and applying to a small machine says."""
    try:
        program = lower(parse(text))
        for network in program.networks:
            for layer in network.layers:
                if layer.dataflow is not None:
                    build_nest(layer, layer.dataflow, NUM_PES)
    except MaestroError as error:
        return list(error.diagnostics)
    return list(program.warnings)


@pytest.mark.parametrize("row", [row for row in LANGUAGE if row.runnable], ids=lambda row: row.code)
def test_every_example_triggers_its_code(row):
    found = [problem for problem in all_diagnostics(row.example) if problem.code == row.code]
    assert found
    assert found[0].severity == row.severity
    assert found[0].hint
    assert found[0].span is not None


def outside_the_language(code: str, folder: Path) -> None:
    """Trigger a code whose example is not a text."""
    network = lower(parse("Network n { Layer a { Type: CONV Dimensions { K: 4 } } }")).networks[0]
    match code:
        case "M001":
            parse_file(folder / "missing.m")
        case "M109":
            parse("x" * (_scan.MAXIMUM_CHARACTERS + 1))
        case "M110":
            (folder / "a.m").write_bytes(b"\xff\xfe\x00")
            parse_file(folder / "a.m")
        case "M111":
            parse("Network n {" + "Layer a { Type 5 Stride { X } }\n" * 60 + "}")
        case "M211":
            lower(parse("Constant A 1;"), {"B": 2})
        case "M230":
            lower(parse("Constant A 1; Constant B 2*A;"), kept=["A"])
        case "M219":
            apply(network, {"FC": lower(parse("Dataflow { }")).dataflows[0]})


@pytest.mark.parametrize("row", [row for row in LANGUAGE if not row.runnable], ids=lambda row: row.code)
def test_every_code_without_a_text_can_be_triggered(row, tmp_path):
    with pytest.raises(MaestroError) as caught:
        outside_the_language(row.code, tmp_path)
    found = [problem for problem in caught.value.diagnostics if problem.code == row.code]
    assert found
    assert found[0].hint


def test_every_code_says_what_it_means():
    for row in CODES.values():
        assert row.title
        assert row.meaning.endswith(".")
        assert row.hint
        assert not row.hint.endswith(".")


def test_the_documentation_is_current():
    assert DOCUMENTATION.read_text(encoding="utf-8") == documentation()
    for code in CODES:
        assert f"## {code}\n" in documentation()

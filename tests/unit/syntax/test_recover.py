"""All errors of a text at once, each in words, at its place; compared with files under tests/golden."""

import os
from pathlib import Path

import pytest

from maestro_py.errors import MaestroError
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse
from maestro_py.syntax.render import render_text

GOLDEN = Path(__file__).parents[2] / "golden" / "diagnostics"
CASES = sorted(GOLDEN.glob("*.m"))


def test_there_are_cases():
    assert len(CASES) >= 4


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_diagnostics_are_as_agreed(case):
    """``UPDATE_GOLDEN=1`` writes what is said now; read it before committing it."""
    text = case.read_text(encoding="utf-8")
    with pytest.raises(MaestroError) as caught:
        lower(parse(text, case.name))
    said = render_text(caught.value.diagnostics, {case.name: text}) + "\n"
    expected = case.with_suffix(".txt")
    if "UPDATE_GOLDEN" in os.environ:
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def codes(text: str) -> list[tuple[str, int]]:
    """Return code and line of every error."""
    with pytest.raises(MaestroError) as caught:
        parse(text)
    return [(d.code, d.span.line) for d in caught.value.diagnostics]


GOOD = "Layer g { Type: CONV Dimensions { K: 4 } Dataflow { SpatialMap(1,1) K; } }"
BROKEN = {
    "Layer b { Tipe: CONV Dimensions { K: 4 } }": "M103",
    "Layer { Type: CONV Dimensions { K: 4 } }": "M104",
    "Layer b { Type: CONV Dimensions { K: } }": "M101",
    "Layer b { Type: CONV Dataflow { SpatialMap(1,) K; TemporalMap(1,1) C; } }": "M112",
    "Layer b { Type: CONV Dataflow { SpatialMap(1,1); TemporalMap(1,1) C; } }": "M113",
    "Layer b { Type: CONV Dataflow { SpatialMap(1,1 K; TemporalMap(1,1) C; } }": "M101",
    "Layer b { Type: CONV Dataflow { Cluster(4); TemporalMap(1,1) C; } }": "M115",
    "Layer b { Type: CONV Dataflow { SpatialMap(-1,1) K; TemporalMap(1,1) C; } }": "M117",
    "Layer b { Type: CONV Repeet: 3; Dimensions { K: 4 } }": "M103",
    "Layer b { Type: CONV Repeat: -3; Dimensions { K: 4 } }": "M117",
    "Layer b { Type: CONV Repeat: ; Dimensions { K: 4 } }": "M101",
    "Layer b { Type: CONV Stride { Y: (1, 2) } Dimensions { K: 4 } }": "M120",
    "Layer b { Type: CONV Padding { Y: (1, 2, 3) } Dimensions { K: 4 } }": "M121",
    "Layer b { Type: CONV Padding { Y: (1, 2,\n3) } Dimensions { K: 4 } }": "M121",
    "Layer b { Type: CONV Dimensions { K: @ } }": "M105",
    "Layer b { Type: CONV Dimensions { K: 4 }": "M102",
    "Layer b\nType: CONV Dimensions { K: 4 } }": "M101",
}


@pytest.mark.parametrize(("broken", "code"), BROKEN.items())
def test_an_error_does_not_hide_later_ones_nor_invent_any(broken, code):
    """A broken layer between good ones gives one error; twice, it gives two."""
    once = f"Network n {{\n{GOOD}\n{broken}\n{GOOD}\n}}"
    twice = f"Network n {{\n{broken}\n{GOOD}\n{broken}\n{GOOD}\n}}"
    assert [c for c, _ in codes(once)] == [code]
    assert [c for c, _ in codes(twice)] == [code, code]


def test_a_misspelt_keyword_is_taken_as_meant():
    text = "Network n {\nLayr a {\nTyp: CONV\nDimensons { K: }\n}\n}"
    assert codes(text) == [("M103", 2), ("M103", 3), ("M103", 4), ("M101", 4)]

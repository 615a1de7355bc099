"""Diagnostics as text and as data."""

import json

from maestro_py.errors import Diagnostic, Span
from maestro_py.syntax.render import render_json, render_text

PROBLEM = Diagnostic("M206", "no constant 'Seq'", Span("a.m", 2, 5, 2, 8), "constants: Seq_Len")


def test_the_caret_stands_below_what_is_wrong_even_behind_tabs():
    text = render_text([PROBLEM], {"a.m": "first\n\tK: Seq }\n"})
    _, line, caret, count = text.split("\n")
    assert line.expandtabs(8).index("Seq") == caret.expandtabs(8).index("^")
    assert caret.count("^") == len("Seq")
    assert caret.endswith(PROBLEM.hint)
    assert count == "1 error"


def test_long_lines_are_cut_around_the_caret():
    line = "a" * 1000 + "Seq" + "b" * 1000
    problem = Diagnostic("M206", "no", Span("a.m", 1, 1001, 1, 1004), "hint")
    _, shown, caret, _ = render_text([problem], {"a.m": line}).split("\n")
    assert len(shown) < 200
    assert shown[caret.index("^") :].startswith("Seq")


def test_without_source_or_place_the_hint_remains():
    assert (
        render_text([PROBLEM]) == "a.m:2:5: error M206: no constant 'Seq'\n    = constants: Seq_Len\n1 error"
    )
    placeless = Diagnostic("M211", "no", None, "hint", "warning")
    assert render_text([placeless]) == "warning M211: no\n    = hint\n1 warning"
    assert render_text([]) == "no errors"


def test_unprintable_characters_are_not_printed():
    problem = Diagnostic("M105", "no", Span("a.m", 1, 1, 1, 2), "hint")
    assert "\x1b" not in render_text([problem], {"a.m": "\x1b[31m"})


def test_json_holds_every_field():
    (row,) = json.loads(render_json([PROBLEM]))
    assert row == {
        "file": "a.m",
        "line": 2,
        "column": 5,
        "end_line": 2,
        "end_column": 8,
        "severity": "error",
        "code": "M206",
        "message": PROBLEM.message,
        "hint": PROBLEM.hint,
        "documentation": "docs/errors.md#m206",
    }
    assert json.loads(render_json([])) == []

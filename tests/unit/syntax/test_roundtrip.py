"""Text to tree to text: nothing is lost, and canonical text stays as it is."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings

from maestro_py.syntax.parser import parse, parse_file
from maestro_py.syntax.printer import format_document, format_expression
from tests.unit.syntax import trees

CANONICAL = """\
// A header.
// It has two lines.

Constant Tile 8*(2+1);
Constant Half Tile/2; // behind

num_pes: 256

Network "a net; with {marks}" {
  Layer conv-1 { // of the head
    // alone
    Type: CONV;
    Repeat: Tile*2; // times
    Stride { Y: 2, X: 2 } /* both */ // axes
    Padding { Y: (Half, 2+1), X: 1 }
    Density { W: 0.3, I: 1 } // most of it
    Dimensions { K: Tile, C: 3, Y: 224, X: 224, R: 7, S: 7 }

    // after a blank line
    Dataflow rs {
      SpatialMap(Sz(R),1) Y;
      TemporalMap(8+Sz(S)-1,8) X;
      Cluster(Sz(R), P);
      // before the end
    }
  } // behind the end

  Layer empty {
  }
}

Dataflow ws (CONV, FC) {
  TemporalMap(1,1) X';
}

Accelerator eyeriss {
  PE {
    NumPEs: 168;
    Vector {
      C: 8;
    }
  }
  Technology: maestro-28nm;
  Frequency: 1.5 GHz;
}
/* the
   end */
"""


def test_canonical_text_is_unchanged():
    assert format_document(parse(CANONICAL)) == CANONICAL


@settings(max_examples=300)
@given(trees.documents)
def test_every_tree_survives_printing(document):
    text = format_document(document)
    again = parse(text)
    assert again == document
    assert format_document(again) == text


@settings(max_examples=200)
@given(trees.expressions)
def test_every_expression_survives_printing(expression):
    document = parse(f"Constant A {format_expression(expression)};")
    assert document.items[0].value == expression


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((1))+(2*3)", "1+2*3"),
        ("1-(2-3)", "1-(2-3)"),
        ("(1-2)-3", "1-2-3"),
        ("8/(4/2)", "8/(4/2)"),
        ("(1+2)*Sz( R )", "(1+2)*Sz(R)"),
        ("a % ( b * c )", "a%(b*c)"),
    ],
)
def test_expressions_keep_only_needed_parentheses(text, canonical):
    assert format_expression(parse(f"Constant A {text}").items[0].value) == canonical


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("Network n { Layer a { Type: CONV // one\n Dimensions { K: 4, // two\n C: 3 } } // three\n}", 3),
        ("/* a */ /* b */ Constant A /* c */ 1 /* d */; // e", 5),
        ("Constant A 1; // first\nConstant B 2; /* x\ny */ Constant C 3;", 2),
        ("// only", 1),
        ("Dataflow // head\n{ // open\n}", 2),
    ],
)
def test_comments_are_kept_and_settle(text, comments):
    document = parse(text)
    canonical = format_document(document)
    again = parse(canonical)
    assert again == document
    assert [c.text for c in again.comments] == [c.text for c in document.comments]
    assert len(again.comments) == comments
    assert format_document(again) == canonical


def test_two_sides_of_padding_that_are_alike_become_one_number():
    text = "Network n { Layer a { Padding { Y (1 2) X -> ((2*2),2*2) } } }"
    assert "    Padding { Y: (1, 2), X: 2*2 }\n" in format_document(parse(text))


def test_windows_line_ends_become_plain():
    assert format_document(parse(CANONICAL.replace("\n", "\r\n"))).replace("\r", "") == CANONICAL


@pytest.mark.skipif("MAESTRO_SHARED" not in os.environ, reason="MAESTRO_SHARED names no corpus")
def test_the_original_files_are_read_and_survive():
    files = sorted(Path(os.environ["MAESTRO_SHARED"]).glob("maestro-corpus/*/*.m"))
    assert len(files) > 50
    for file in files:
        document = parse_file(file)
        assert document.items
        text = format_document(document)
        again = parse(text)
        assert again == document
        assert len(again.comments) == len(document.comments)
        assert format_document(again) == text

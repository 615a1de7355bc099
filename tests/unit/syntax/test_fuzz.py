"""Whatever the input, the parser answers with a tree or a MaestroError, in bounded time."""

import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_py.errors import Diagnostic, MaestroError
from maestro_py.syntax import _scan
from maestro_py.syntax.parser import MAXIMUM_ERRORS, parse, parse_file
from tests.unit.syntax import trees
from tests.unit.syntax.test_roundtrip import CANONICAL

SECONDS = 30
"""Bound for the largest input; a fraction of it is usual."""

VOCABULARY = [
    *trees.RESERVED,
    *trees.HARDWARE_KEYS,
    *"{}(){}()+-*/%,;:'\"\\\n",
    "->",
    "/*",
    "*/",
    "//",
    "K",
    "Y’",
    "1",
    "x-y.z",
    "1.5",
    "MHz",
]


def answer(text: str) -> list[str]:
    """Return the codes of a text's errors; anything but a MaestroError fails the test."""
    started = time.perf_counter()
    problems: tuple[Diagnostic, ...] = ()
    try:
        parse(text)
    except MaestroError as error:
        problems = error.diagnostics or (Diagnostic("", "an error without a diagnostic"),)
    assert time.perf_counter() - started < SECONDS
    assert len(problems) <= MAXIMUM_ERRORS + 1
    for problem in problems:
        assert problem.hint
        assert problem.span is not None
        assert 1 <= problem.span.line <= text.count("\n") + 1
        assert problem.span.column >= 1
    return [problem.code for problem in problems]


@settings(max_examples=300)
@given(st.text(max_size=200))
def test_random_text(text):
    answer(text)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(VOCABULARY), max_size=60), st.sampled_from(["", " "]))
def test_random_tokens(tokens, glue):
    answer(glue.join(tokens))


def test_random_bytes(tmp_path):
    generator = random.Random(7)
    for size in (1, 10, 1000, 100_000):
        file = tmp_path / f"{size}.m"
        file.write_bytes(generator.randbytes(size))
        with pytest.raises(MaestroError):
            parse_file(file)


def test_every_truncation():
    for end in range(len(CANONICAL)):
        answer(CANONICAL[:end])


def test_mutations():
    generator = random.Random(11)
    for _ in range(600):
        text = list(CANONICAL)
        for _ in range(generator.randint(1, 4)):
            at = generator.randrange(len(text))
            text[at : at + generator.randint(0, 3)] = generator.choice(VOCABULARY)
        answer("".join(text))


MEGABYTE = 2**20


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{" * 10_000, "M107"),
        ("(" * 10_000, "M107"),
        ("Constant A " + "(" * 10_000 + "1" + ")" * 10_000, "M107"),
        ("Accelerator {" + "a {" * 10_000 + "}" * 10_001, "M107"),
        ("Constant A 1" + "+1" * 100_000, "M107"),
        ("Constant A " + "(1+" * 60 + "1" + ")" * 60, None),
        ("Constant A " + "9" * MEGABYTE, "M108"),
        ("Accelerator { Frequency: 1." + "9" * MEGABYTE + " }", "M108"),
        ("Constant A " + "9" * MEGABYTE + "x", "M101"),
        ("a" * MEGABYTE, "M101"),
        ("Network " + "a" * MEGABYTE + " { }", None),
        ("Network " + "a " * (MEGABYTE // 2) + "{ }", None),
        ('Network "' + '\\"' * (MEGABYTE // 2), "M119"),
        ('"' * (MEGABYTE + 1), "M119"),
        ("/*" + "*" * MEGABYTE, "M106"),
        ("/*" + "*" * MEGABYTE + "/", None),
        ("// " + "x" * MEGABYTE, None),
        (";" * MEGABYTE, None),
        ("," + "/**/" * (MEGABYTE // 4), None),
        (" \n" * (MEGABYTE // 2), None),
        ("}" * MEGABYTE, "M114"),
        ("Layer " * (MEGABYTE // 6), "M118"),
        ("\0" * MEGABYTE, "M105"),
        ("\ud800", "M105"),
        ("Network n {" + "Layer a { Type: CONV } " * 20_000, "M102"),
        ("x" * (_scan.MAXIMUM_CHARACTERS + 1), "M109"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_large_and_deep_inputs(text, code):
    codes = answer(text)
    assert (code in codes) if code else not codes


def test_memory_is_bounded():
    text = "Network n { Layer a { " + ", ; : -> " * 100_000 + "} }"
    tracemalloc.start()
    try:
        answer(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * len(text)


def test_too_many_errors_stop():
    codes = answer("Network n {" + "Layer a { Type 5 Stride { X } }\n" * 1000 + "}")
    assert len(codes) == MAXIMUM_ERRORS + 1
    assert codes[-1] == "M111"

"""Expressions: values against Python's own, errors with their place, units, how far from holding."""

import random
from contextlib import suppress

import numpy as np
import pytest

from maestro_py.explore._units import in_unit
from maestro_py.explore.expressions import ExpressionError, parse

KINDS = {"a": "number", "b": "number", "c": "number", "flow": "text", "legal": "truth"}


def read(text: str):
    return parse(text, KINDS.get, lambda name: f"not {name}")


def random_text(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice(["a", "b", "c", "3", "0.5", "17"])
    left, right = random_text(rng, depth - 1), random_text(rng, rng.randrange(depth))
    form = rng.choice(
        ["{l} + {r}", "{l} - {r}", "{l} * {r}", "({l}) / ({r})", "-({l})", "min({l}, {r})", "({l}) - {r}"]
    )
    return form.format(l=left, r=right)


def random_condition(rng: random.Random) -> str:
    parts = [
        f"{random_text(rng, 2)} {rng.choice(['<', '<=', '>', '>=', '!='])} {random_text(rng, 1)}"
        for _ in range(rng.randrange(1, 4))
    ]
    return f" {rng.choice(['and', 'or'])} ".join(rng.choice(["", "not "]) + part for part in parts)


@pytest.mark.parametrize("seed", range(200))
def test_values_are_those_of_python(seed):
    rng = random.Random(seed)
    values = {"a": rng.randrange(1, 50), "b": rng.randrange(1, 50), "c": rng.random()}
    text = random_text(rng, 3)
    try:
        expected = eval(text, {}, values)
    except ZeroDivisionError:
        assert not np.isfinite(read(text).evaluate(values))
    else:
        assert read(text).evaluate(values) == pytest.approx(expected, rel=1e-12)
    condition = random_condition(rng)
    found = read(condition)
    assert found.kind == "truth"
    assert bool(found.evaluate(values)) == eval(condition, {}, values)


@pytest.mark.parametrize("seed", range(50))
def test_arrays_are_taken_elementwise_and_only_kept_conditions_have_no_violation(seed):
    rng = random.Random(seed)
    arrays = {name: np.array([rng.randrange(1, 9) for _ in range(20)]) for name in "abc"}
    found = read(random_condition(rng).replace("not ", ""))
    holds = np.broadcast_to(found.evaluate(arrays), 20)
    violation = np.broadcast_to(found.violation(arrays), 20)
    rows = [{name: int(values[place]) for name, values in arrays.items()} for place in range(20)]
    assert holds.tolist() == [bool(found.evaluate(row)) for row in rows]
    assert ((violation == 0) == holds).all()
    assert (violation >= 0).all()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 KiB", 2048),
        ("1.5 MB", 1.5e6),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("flow == 'rs'", True),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("not legal or 1 == 1", True),
        ("1e3 + .5", 1000.5),
        ("max(1, 2, 3)", 3),
        ("99999999999999999999 > 1", True),
    ],
)
def test_written_values(text, value):
    assert read(text).evaluate({"flow": "rs", "legal": np.True_}) == value


def test_products_beyond_64_bits_do_not_wrap():
    found = read("a * b").evaluate({"a": np.array([2**40, 3]), "b": np.array([2**40, 5])})
    assert found.tolist() == [2.0**80, 15.0]


@pytest.mark.parametrize(
    ("text", "code", "start", "end"),
    [
        ("a <", "M805", 3, 4),
        ("a < 3 4", "M805", 6, 7),
        ("a = 3", "M805", 2, 3),
        ("(a < 3", "M805", 0, 1),
        ("a < 3 and b", "M805", 10, 11),
        ("a + flow", "M805", 4, 8),
        ("a < flow", "M805", 0, 8),
        ("flow < 'x'", "M805", 0, 10),
        ("aa < 3", "M806", 0, 2),
        ("3 < a + z * 2", "M806", 8, 9),
        ("min 3", "M805", 0, 3),
        ("", "M805", 0, 1),
        ("not a", "M805", 4, 5),
        ("a $ 3", "M805", 2, 3),
        ("(" * 100 + "a" + ")" * 100, "M805", 60, 61),
        ("-" * 500 + "a +", "M805", None, None),
    ],
)
def test_errors_say_where(text, code, start, end):
    with pytest.raises(ExpressionError) as caught:
        read(text)
    assert caught.value.code == code
    if start is not None:
        assert (caught.value.start, caught.value.end) == (start, end)


def test_an_unknown_name_has_the_callers_hint():
    with pytest.raises(ExpressionError) as caught:
        read("zz < 1")
    assert caught.value.hint == "not zz"


@pytest.mark.parametrize("seed", range(300))
def test_any_text_is_read_or_refused(seed):
    rng = random.Random(seed)
    words = [
        "a",
        "flow",
        "<",
        "<=",
        "(",
        ")",
        "and",
        "or",
        "not",
        "3",
        "KiB",
        "*",
        "**",
        "-",
        ",",
        "min",
        "'x'",
        "zz",
    ]
    text = " ".join(rng.choice(words) for _ in range(rng.randrange(12)))
    with suppress(ExpressionError):
        parse(text, KINDS.get)


def test_units():
    columns = ["area_um2", "energy_pj", "edp_pj_us", "runtime_us", "l1_bytes"]
    assert in_unit("edp_j_s", columns) == ("edp_pj_us", -18)
    assert in_unit("runtime_ns", columns) == ("runtime_us", 3)
    assert in_unit("runtime_mm2", columns) is None
    assert in_unit("nothing_us", columns) is None
    assert in_unit("energy", columns) is None

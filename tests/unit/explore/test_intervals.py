"""Interval arithmetic over expressions: whatever lies between the bounds agrees with them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_py.explore.intervals import Bounded
from maestro_py.explore.names import Names
from maestro_py.explore.space import Space
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Network

NAMES = Names(Space(Network("n", ()), (), Accelerator(), ()))
BOUNDED = ("power_mw", "runtime_us", "macs")

NUMBERS = st.recursive(
    st.sampled_from([*BOUNDED, "power_w", "energy_pj", "num_pes", "0", "2.5", "1e6", "3"]),
    lambda part: st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from(["+", "-", "*", "/", "**"]), part),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), part, part),
        st.builds("(-{})".format, part),
    ),
    max_leaves=6,
)
CONDITIONS = st.recursive(
    st.builds("({} {} {})".format, NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS),
    lambda part: st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from(["and", "or"]), part),
        st.builds("(not {})".format, part),
    ),
    max_leaves=4,
)
REALS = st.one_of(st.integers(0, 4).map(float), st.floats(0, 1e9), st.floats(-1e3, 1e3))
ENDS = st.tuples(REALS, REALS, st.floats(0, 1))


def columns(ends, energy, macs):
    """Bounds of the columns, and a value between them."""
    low = {name: np.array([min(pair[:2])]) for name, pair in zip(BOUNDED, ends, strict=False)}
    high = {name: np.array([max(pair[:2])]) for name, pair in zip(BOUNDED, ends, strict=False)}
    between = {
        name: np.clip(low[name] + pair[2] * (high[name] - low[name]), low[name], high[name])
        for name, pair in zip(BOUNDED, ends, strict=False)
    }
    first, second, third = (np.array([value], np.int64) for value in sorted(macs))
    low["macs"], between["macs"], high["macs"] = first, second, third
    exact = {"energy_pj": np.array([energy])}
    return Bounded(high | exact, low), between | exact


WHOLE = st.tuples(*[st.integers(0, 2**62)] * 3)


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, st.tuples(ENDS, ENDS), REALS, WHOLE)
def test_conditions(text, ends, energy, macs):
    bounded, between = columns(ends, energy, macs)
    condition = NAMES.parse(text)
    with np.errstate(all="ignore"):
        surely, possibly = bounded.of(condition, NAMES)
        holds = bool(np.all(condition.evaluate(NAMES.values(between))))
    assert holds or not np.all(surely)
    assert np.all(possibly) or not holds


@settings(max_examples=400, deadline=None)
@given(NUMBERS, st.tuples(ENDS, ENDS), REALS, WHOLE)
def test_numbers(text, ends, energy, macs):
    bounded, between = columns(ends, energy, macs)
    expression = NAMES.parse(text)
    with np.errstate(all="ignore"):
        low, high = (float(np.squeeze(end)) for end in bounded.of(expression, NAMES))
        value = float(np.squeeze(expression.evaluate(NAMES.values(between))))
    assert np.isnan(low) or value >= low
    assert np.isnan(high) or value <= high


@pytest.mark.parametrize(
    ("text", "surely", "possibly"),
    [
        ("power_mw < 4", True, True),
        ("power_mw < 3", False, True),
        ("power_mw < 2", False, False),
        ("power_mw >= 2 and energy_pj == 7", True, True),
        ("power_mw < 2.5 or energy_pj > 7", False, True),
        ("not power_mw < 2", True, True),
        ("power_w * 1000 < 5", True, True),
        ("energy_pj / (power_mw - 2) > 0", False, True),
        ("power_mw ** 2 > 0", False, True),
        ("bound == 'compute'", False, True),
    ],
)
def test_what_is_decided(text, surely, possibly):
    bounded = Bounded(
        {"power_mw": np.array([3.0]), "energy_pj": np.array([7.0]), "bound": np.array(["dram_in"])},
        {"power_mw": np.array([2.0]), "bound": np.array([np.nan])},
    )
    with np.errstate(all="ignore"):
        found = bounded.of(NAMES.parse(text), NAMES)
    assert (bool(np.all(found[0])), bool(np.all(found[1]))) == (surely, possibly)

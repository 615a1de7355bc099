"""Sets against the elements that a box touches, and the place of every output and tap in them.

Now and then the set is not asked for.
"""

import random
from itertools import pairwise
from math import gcd
from pathlib import Path

import cocotb
import pytest
from cocotb.triggers import Timer

from maestro_py.ir.operators import Window
from rtlgen.modules import window_set
from rtlgen.simulate import bench_parameters, run_bench

OUTPUTS = ("start", "count", "step", "reciprocal", "first", "output_step", "tap_step")


def some_case(p):
    """Return a window and a box whose elements are evenly spaced, as the machine has them."""
    largest, steps = (1 << p["COORDINATE_BITS"]) - 1, (1 << p["STEP_BITS"]) - 1
    inserted = p["INSERTED"] and random.random() < 0.7
    if inserted:
        stride, dilation, insertion = 1, 1, random.randint(2, steps)
    elif p["STRIDED"]:
        stride, dilation, insertion = random.randint(1, steps), random.randint(1, steps), 1
    else:
        stride, dilation, insertion = 1, random.choice([1, 1, 2]), 1
    counts = [random.choice([1, 1, 2, random.randint(1, 6)]) for _ in range(2)]
    reach = largest if random.random() < 0.3 else 12
    output_low = random.randint(0, min(reach, largest // stride))
    tap_low = random.randint(0, 3)
    pad = random.choice([0, random.randint(0, 4 * steps), -random.randint(0, 3)])
    real_size = random.choice([random.randint(1, largest), random.randint(1, 12)])
    window = Window("P", "R", "Y", stride, dilation, pad, insertion, real_size)
    return window, (output_low, output_low + counts[0]), (tap_low, tap_low + counts[1])


def spacing_of(window, outputs, taps):
    """Step of the touched rows with several outputs and taps; None if they are not evenly spaced."""
    rows = sorted({window.stride * p + window.dilation * r for p in range(*outputs) for r in range(*taps)})
    steps = {b - a for a, b in pairwise(rows)}
    return steps.pop() if len(steps) == 1 else None


@cocotb.test()
async def agrees_with_model(dut):
    p = bench_parameters()
    limit = 1 << p["COORDINATE_BITS"]
    seen = dict.fromkeys(("empty", "one", "several", "cut in front", "cut behind", "silent"), 0)
    for _ in range(12000):
        window, outputs, taps = some_case(p)
        several = outputs[1] - outputs[0] > 1 and taps[1] - taps[0] > 1
        both = spacing_of(window, outputs, taps) if several else gcd(window.stride, window.dilation)
        end = window.stride * outputs[1] + window.dilation * taps[1]
        if both is None or max(end, window.real_size * window.insertion, abs(window.pad)) >= limit:
            continue
        if several and (window.stride % both or window.dilation % both):
            continue
        # Without strides the module takes elements to be neighbours.
        alone = window.dilation if taps[1] - taps[0] > 1 else window.stride
        step = 1 if window.insertion > 1 else both if several else alone
        if not p["STRIDED"] and step > 1 and (several or max(outputs[1] - outputs[0], taps[1] - taps[0]) > 1):
            continue
        await check(dut, window, outputs, taps, both, seen)
    needed = set(seen) if p["COORDINATE_BITS"] < 16 else set(seen) - {"cut behind"}
    assert all(seen[kind] > 20 for kind in needed), seen


async def check(dut, window, outputs, taps, both, seen):
    p = bench_parameters()
    for name, (low, high) in (("outputs", outputs), ("taps", taps)):
        getattr(dut, f"{name}_low").value, getattr(dut, f"{name}_high").value = low, high
    values = {
        "stride": window.stride,
        "dilation": window.dilation,
        "insertion": window.insertion,
        "both": both,
    }
    for name, value in values.items():
        getattr(dut, "both_step" if name == "both" else name).value = value
        getattr(dut, f"{name}_reciprocal").value = -(-(1 << 20) // value)
    dut.both_output_step.value = window.stride // both
    dut.both_tap_step.value = window.dilation // both
    dut.padding.value = window.pad % (1 << p["COORDINATE_BITS"] + 1)
    dut.real_size.value = window.real_size
    if random.random() < 0.2:
        dut.enable.value = 0
        await Timer(1, "ns")
        assert not any(int(getattr(dut, port).value) for port in OUTPUTS)
        seen["silent"] += 1
    dut.enable.value = 1
    await Timer(1, "ns")
    wanted = sorted(window_set.model(window, outputs, taps))
    start, count, step = int(dut.start.value), int(dut.count.value), int(dut.step.value)
    what = f"{window} {outputs=} {taps=} {wanted[:9]=} {start=} {count=} {step=}"
    assert count == len(wanted), what
    assert int(dut.reciprocal.value) == -(-(1 << 20) // step), what
    seen["empty" if not wanted else "one" if count == 1 else "several"] += 1
    if wanted:
        assert list(range(start, start + count * step, step)) == wanted, what
        touched = [
            window.stride * p + window.dilation * r - window.pad
            for p in range(*outputs)
            for r in range(*taps)
        ]
        seen["cut in front"] += min(touched) < 0
        seen["cut behind"] += max(touched) >= window.real_size * window.insertion
    first = dut.first.value.to_signed()
    output_step, tap_step = int(dut.output_step.value), int(dut.tap_step.value)
    for i, output in enumerate(range(*outputs)):
        for j, tap in enumerate(range(*taps)):
            number, rest = divmod(first + i * output_step + j * tap_step, window.insertion)
            is_real = rest == 0 and 0 <= number < count
            expected = window_set.element(window, output, tap)
            assert is_real == (expected is not None), f"{what} {output=} {tap=} {number=}"
            if is_real:
                assert start + number * step == expected, f"{what} {output=} {tap=} {number=}"


@pytest.mark.rtl
@pytest.mark.parametrize(
    ("coordinate_bits", "strided", "inserted"),
    [(8, 0, 0), (8, 0, 1), (8, 1, 0), (8, 1, 1), (16, 1, 0), (16, 1, 1)],
)
def test_window_set(coordinate_bits, strided, inserted, simulator, build_directory):
    parameters = {
        "COORDINATE_BITS": coordinate_bits,
        "STRIDED": strided,
        "INSERTED": inserted,
        "STEP_BITS": 4,
    }
    run_bench("window_set", Path(__file__), parameters, build_directory, simulator=simulator, seed=1)

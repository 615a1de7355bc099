"""What density leaves of a PE's work, against every pattern of zeros through a PE of its own.

The PE here knows nothing of the formulas: it gets one pattern of zeros, goes through the cycles of a dense
layer lane by lane, and counts what it reads, multiplies and accumulates. Patterns are weighted by their
probability as exact fractions, so the sums have to equal the formulas, not to approach them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from operator import truediv

import pytest

from maestro_py.hardware.activity import DENSE_ACTIVITY, DENSE_MILLIONTHS, activity
from maestro_py.hardware.energy import apply_rates, energy, energy_rates
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.density import MILLION, moved_microbits
from maestro_py.ir.operators import REDUCTION

from . import counts

Element = tuple[int, ...]
Zeros = Mapping[tuple[str, Element], bool]
"""Whether an element of a tensor is nonzero."""


@dataclass(frozen=True)
class Loops:
    """A layer by its loops: sizes, lanes, and the dimensions of each tensor."""

    sizes: Mapping[str, int]
    lanes: Mapping[str, int]
    dimensions: Mapping[str, str]
    rows: bool = False

    def element(self, tensor: str, at: Mapping[str, int]) -> Element:
        """Return the element that a MAC uses; rows of inputs are ``P + R``."""
        if tensor == "I" and self.rows:
            return (at["P"] + at["R"], *(at[d] for d in self.dimensions["I"] if d not in "PR"))
        return tuple(at[d] for d in self.dimensions[tensor])

    def cycles(self) -> Iterator[list[dict[str, int]]]:
        """Yield the MACs of each cycle, one per lane."""
        names = list(self.sizes)
        starts = (range(0, self.sizes[d], self.lanes.get(d, 1)) for d in names)
        for start in itertools.product(*starts):
            ranges = (range(s, s + self.lanes.get(d, 1)) for d, s in zip(names, start, strict=True))
            yield [dict(zip(names, at, strict=True)) for at in itertools.product(*ranges)]

    def share(self) -> dict[str, int]:
        return {
            tensor: prod(width for d, width in self.lanes.items() if d not in of_tensor)
            for tensor, of_tensor in self.dimensions.items()
        }

    @property
    def macs(self) -> int:
        return prod(self.sizes.values())

    def elements(self) -> list[tuple[str, Element]]:
        cells = itertools.product(*map(range, self.sizes.values()))
        at = [dict(zip(self.sizes, cell, strict=True)) for cell in cells]
        return sorted({(tensor, self.element(tensor, one)) for one in at for tensor in "WI"})


GEMM = {"W": "KN", "I": "MK", "O": "MN"}
CASES = {
    "one lane": Loops({"M": 2, "N": 1, "K": 2}, {}, GEMM),
    "lanes share weights": Loops({"M": 2, "N": 1, "K": 2}, {"M": 2}, GEMM),
    "lanes share inputs": Loops({"M": 1, "N": 4, "K": 1}, {"N": 4}, GEMM),
    "lanes share sums": Loops({"M": 1, "N": 1, "K": 4}, {"K": 4}, GEMM),
    "lanes share everything": Loops({"M": 2, "N": 2, "K": 2}, {"M": 2, "N": 2, "K": 2}, GEMM),
    "some lanes": Loops({"M": 2, "N": 2, "K": 2}, {"N": 2, "K": 2}, GEMM),
    "a window": Loops(
        {"K": 2, "P": 2, "R": 2}, {"P": 2, "R": 2}, {"W": "KR", "I": "PR", "O": "KP"}, rows=True
    ),
    "a window, lanes of filters": Loops(
        {"K": 2, "P": 2, "R": 2}, {"K": 2, "R": 2}, {"W": "KR", "I": "PR", "O": "KP"}, rows=True
    ),
}


class Pe:
    """A PE that gates, or skips by masks; ``masked`` are the tensors that have one."""

    def __init__(self, loops: Loops, nonzero: Zeros, zero_skip: bool, masked: frozenset[str]) -> None:
        self.loops, self.nonzero, self.zero_skip, self.masked = loops, nonzero, zero_skip, masked
        self.events: Counter[str] = Counter()
        for cycle in loops.cycles():
            self.cycle(cycle)

    def has_value(self, tensor: str, mac: Mapping[str, int]) -> bool:
        return self.nonzero[tensor, self.loops.element(tensor, mac)]

    def cycle(self, macs: list[dict[str, int]]) -> None:
        """Read the operands that lanes ask for, once for all that share one; then compute."""
        first = "I" if not self.zero_skip or not self.masked or "W" in self.masked else "W"
        order = (first, "W" if first == "I" else "I")
        known = {tensor: self.zero_skip and tensor in self.masked for tensor in "WI"}
        for tensor in order:
            other = "W" if tensor == "I" else "I"
            slots: dict[Element, list[dict[str, int]]] = {}
            for mac in macs:
                slots.setdefault(tuple(mac[d] for d in self.loops.dimensions[tensor]), []).append(mac)
            for sharing in slots.values():
                self.events[f"mask {tensor}"] += known[tensor] and tensor in self.masked
                if known[tensor] and not self.has_value(tensor, sharing[0]):
                    continue  # its mask says that it is zero
                if known[other] and not any(self.has_value(other, mac) for mac in sharing):
                    continue  # no lane has anything to multiply it by
                self.events[f"value {tensor}"] += 1
            known[tensor] = True  # what was not read is not needed
        sums = set()
        for mac in macs:
            if self.has_value("W", mac) and self.has_value("I", mac):
                self.events["mac"] += 1
                sums.add(self.loops.element("O", mac))
        self.events["accumulate"] += len(sums)


def expectation(
    loops: Loops, density: Mapping[str, Fraction], zero_skip: bool, masked: frozenset[str]
) -> dict[str, Fraction]:
    """Events of the PE over all patterns of zeros, weighted by probability."""
    total: dict[str, Fraction] = {}
    elements = loops.elements()
    for pattern in itertools.product((False, True), repeat=len(elements)):
        weight = prod(
            (
                density[t] if there else 1 - density[t]
                for (t, _), there in zip(elements, pattern, strict=True)
            ),
            start=Fraction(1),
        )
        if not weight:
            continue
        pe = Pe(loops, dict(zip(elements, pattern, strict=True)), zero_skip, masked)
        for event, times in pe.events.items():
            total[event] = total.get(event, Fraction(0)) + weight * times
    return total


@pytest.mark.parametrize("zero_skip", [False, True], ids=["gating", "skipping"])
@pytest.mark.parametrize(
    ("of_w", "of_i", "masked"),
    [
        (300_000, 500_000, "WI"),
        (999_999, 250_000, "I"),
        (1, 950_000, "W"),
        (900_000, 880_000, ""),
        (MILLION, 500_000, "I"),
        (MILLION, MILLION, ""),
    ],
)
@pytest.mark.parametrize("loops", CASES.values(), ids=CASES)
def test_expectations_are_those_of_all_patterns(loops, of_w, of_i, masked, zero_skip):
    bits = (8, 8, 16)
    density = {"W": Fraction(of_w, MILLION), "I": Fraction(of_i, MILLION)}
    share = loops.share()
    found = activity((of_w, of_i, MILLION), bits, share, multiplies=True, zero_skip=zero_skip, part=Fraction)
    tensors = frozenset(masked) if zero_skip else frozenset()
    assert tensors == {t for t in "WI" if found.moved[t] < 1}
    expected = expectation(loops, density, zero_skip, tensors)
    macs = Fraction(loops.macs)
    assert macs * found.mac == expected["mac"]
    assert macs / share["O"] * found.accumulate == expected["accumulate"]
    for tensor in "WI":
        read = expected[f"value {tensor}"] + expected[f"mask {tensor}"] / 8
        assert macs / share[tensor] * found.read[tensor] == read


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
@pytest.mark.parametrize("density", [1, 123_456, 500_000, 875_000, 999_999, MILLION])
def test_moved_bits_are_those_of_all_patterns(density, bits):
    p = Fraction(density, MILLION)
    patterns = list(itertools.product((0, 1), repeat=4))
    weights = [p ** sum(pattern) * (1 - p) ** (4 - sum(pattern)) for pattern in patterns]
    coded = sum(w * (sum(pattern) * bits + 4) for w, pattern in zip(weights, patterns, strict=True))
    assert 4 * Fraction(moved_microbits(density, bits), MILLION) == min(coded, 4 * bits)


def test_a_layer_that_does_not_multiply_does_everything_and_reads_no_zeros_that_a_mask_tells():
    share = {"W": 1, "I": 2, "O": 4}
    gated, skipped = (
        activity(
            (MILLION, 250_000, 500_000), (8, 8, 8), share, multiplies=False, zero_skip=skip, part=Fraction
        )
        for skip in (False, True)
    )
    assert (gated.mac, gated.accumulate, gated.read["I"], gated.moved["I"]) == (1, 1, 1, 1)
    assert (skipped.mac, skipped.accumulate) == (1, 1)
    assert skipped.read["I"] == skipped.moved["I"] == Fraction(3, 8)
    assert skipped.moved["O"] == Fraction(5, 8)


COUNTS = {**counts.COUNTS, "dram_read_O": 0, "dram_write_O": 100}
DENSITY = (250_000, 500_000, 750_000)


def test_energy_of_a_skipping_machine_by_hand():
    machine = Accelerator(zero_skip=True, noc="mesh", technology="eyeriss-65nm")
    rates = energy_rates(machine, 512, 4096)
    found = energy(COUNTS, machine, 512, 4096, density=DENSITY).energy_pj
    w, i, o = 3 / 8, 5 / 8, 7 / 8  # of 8 bits: an expected quarter, half, three quarters, and a mask bit
    assert found["MAC"]["compute"] == pytest.approx(10_000 / 8 * rates.mac_pj)
    assert found["L1 read"]["W"] == pytest.approx((10_000 / 8 + 10_000 / 8) * rates.l1_read_pj["W"])
    assert found["L1 read"]["I"] == pytest.approx((10_000 / 8 + 10_000 / 8) * rates.l1_read_pj["I"])
    assert found["L1 read"]["O"] == pytest.approx((10_000 / 8 + 600) * rates.l1_read_pj["O"])
    assert found["L1 write"]["I"] == pytest.approx(900 * i * rates.l1_write_pj["I"])
    assert found["L1 write"]["O"] == pytest.approx(10_000 / 8 * rates.l1_write_pj["O"])
    assert found["L2 read"]["W"] == pytest.approx(100 * w * rates.l2_read_pj["W"])
    assert found["L2 read"]["O"] == pytest.approx((50 + 100) * rates.l2_read_pj["O"])
    assert found["L2 write"]["W"] == pytest.approx(80 * w * rates.l2_write_pj["W"])
    hops = 100 * rates.average_hops + 300 * rates.copy_hops
    assert found["NoC"]["W"] == pytest.approx(hops * w * rates.noc_hop_pj["W"])
    hops = 150 * rates.average_hops + 450 * rates.copy_hops
    assert found["NoC"]["O"] == pytest.approx(hops * rates.noc_hop_pj["O"])
    assert found["DRAM"]["O"] == pytest.approx(100 * o * rates.dram_pj["O"])
    dense_sums = energy({**COUNTS, "dram_read_O": 20}, machine, 512, 4096, density=DENSITY)
    assert dense_sums.energy_pj["DRAM"]["O"] == pytest.approx(120 * rates.dram_pj["O"])


def test_gating_saves_in_the_pe_alone():
    machine = Accelerator(noc="mesh", technology="eyeriss-65nm")
    dense, gated = (
        energy(COUNTS, machine, 512, 4096, density=d).energy_pj for d in (DENSE_MILLIONTHS, DENSITY)
    )
    for component in ("L2 read", "L2 write", "NoC", "DRAM"):
        assert gated[component] == dense[component]
    assert gated["L1 read"]["I"] == dense["L1 read"]["I"]
    assert gated["L1 read"]["W"] == pytest.approx(dense["L1 read"]["W"] / 2)
    assert gated["L1 write"]["W"] == dense["L1 write"]["W"]
    assert gated["MAC"]["compute"] == pytest.approx(dense["MAC"]["compute"] / 8)


@pytest.mark.parametrize("zero_skip", [False, True])
@pytest.mark.parametrize("lanes", [None, {"C": 8, "K": 4}])
def test_density_1_is_dense_to_the_bit(zero_skip, lanes):
    machine = Accelerator(zero_skip=zero_skip, lanes=lanes, bits=(8, 16, 24))
    rates = energy_rates(machine, 512, 4096)
    full = activity(
        DENSE_MILLIONTHS, machine.bits, rates.l1_share, multiplies=True, zero_skip=zero_skip, part=truediv
    )
    assert full == DENSE_ACTIVITY
    assert apply_rates(COUNTS, rates, full).energy_pj == apply_rates(COUNTS, rates).energy_pj


def test_the_operation_of_a_layer_decides():
    machine = Accelerator(zero_skip=True)
    pooled = energy(COUNTS, machine, 512, 4096, operation=REDUCTION, density=(MILLION, 500_000, MILLION))
    dense = energy(COUNTS, machine, 512, 4096, operation=REDUCTION)
    assert pooled.energy_pj["MAC"] == dense.energy_pj["MAC"]
    assert pooled.energy_pj["L1 read"]["O"] == dense.energy_pj["L1 read"]["O"]
    assert pooled.energy_pj["L1 read"]["I"] == pytest.approx(dense.energy_pj["L1 read"]["I"] * 5 / 8)

"""SRAM tables: points exactly, monotone between neighbours, scalar path equal to scipy, caveats outside."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_py.hardware.tech.sram import Quantity, sram_caveats, sram_value, sram_values
from maestro_py.hardware.tech.tables import read_table

QUANTITIES: tuple[Quantity, ...] = ("read_pj", "write_pj", "leakage_mw", "area_um2")


@pytest.mark.parametrize("device", ["lstp", "lop", "hp"])
def test_every_table_point_is_reproduced(device: str) -> None:
    rows = read_table(f"sram_cacti_{device}")
    assert len(rows) == 5 * 92
    for row in rows:
        for quantity in QUANTITIES:
            at = (int(row["node_nm"]), quantity, int(row["size_bytes"]), int(row["word_bits"]))
            assert sram_value(device, *at) == pytest.approx(float(row[quantity]), rel=1e-9)


@given(
    st.sampled_from(["lstp", "lop", "hp"]),
    st.sampled_from([22, 28, 32, 45, 65]),
    st.sampled_from(QUANTITIES),
    st.integers(10, 21),
    st.sampled_from([8, 16, 32, 64, 128, 256]),
    st.integers(1, 1023),
)
def test_between_neighbours_monotone(
    device: str, node: int, quantity: Quantity, exponent: int, bits: int, part: int
) -> None:
    low, high = 2**exponent, 2 ** (exponent + 1)
    ends = [sram_value(device, node, quantity, size, bits) for size in (low, high)]
    inside = [
        sram_value(device, node, quantity, low + (high - low) * step // 1024, bits)
        for step in (part, part + 1)
    ]
    ordered = [ends[0], *inside, ends[1]]
    rising = ends[1] >= ends[0]
    for before, after in itertools.pairwise(ordered):
        assert (before <= after * (1 + 1e-9)) if rising else (after <= before * (1 + 1e-9))


def test_geometric_middle_is_the_geometric_mean() -> None:
    low, high = (sram_value("lstp", 28, "read_pj", size, 64) for size in (4096, 16384))
    at_8192 = sram_value("lstp", 28, "read_pj", 8192, 64)
    middle = sram_value("lstp", 28, "read_pj", 5793, 64)  # 4096 * sqrt(2)
    assert middle == pytest.approx(math.sqrt(low * at_8192), rel=1e-3)
    assert at_8192 != pytest.approx(math.sqrt(low * high), rel=1e-3)  # a table, not one power law


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_arrays_by_scipy_equal_scalars(quantity: Quantity) -> None:
    sizes = np.array([40, 100, 700, 5000, 110592, 3_000_000, 9_000_000])
    bits = np.array([[8], [24], [100], [256]])
    values = sram_values("lop", 45, quantity, sizes, bits)
    assert values.shape == (4, 7)
    for i, width in enumerate(bits[:, 0]):
        for j, size in enumerate(sizes):
            assert values[i, j] == pytest.approx(sram_value("lop", 45, quantity, int(size), int(width)))


@pytest.mark.parametrize(
    ("size", "bits", "words"),
    [
        (511, 16, ["below 512 B"]),
        (32, 8, ["below 512 B", "below the smallest table entry, 64 B"]),
        (2**22 + 1, 64, ["above the largest table entry, 4194304 B"]),
        (4096, 512, ["outside 8 to 256 bits"]),
        (512, 256, ["wider than CACTI builds at 512 B"]),
    ],
)
def test_outside_the_trusted_range_is_said(size: int, bits: int, words: list[str]) -> None:
    notes = sram_caveats("lstp", size, bits)
    assert len(notes) == len(words)
    for note, word in zip(notes, words, strict=True):
        assert word in note


@pytest.mark.parametrize(("size", "bits"), [(512, 128), (1024, 256), (2**22, 8)])
def test_inside_the_trusted_range_is_silent(size: int, bits: int) -> None:
    assert sram_caveats("lstp", size, bits) == ()


def test_extrapolation_goes_on_with_the_last_slope() -> None:
    below, last = (sram_value("hp", 32, "read_pj", size, 64) for size in (2**21, 2**22))
    assert sram_value("hp", 32, "read_pj", 2**23, 64) == pytest.approx(last * last / below)

"""Memory images: every element lies where the address formula says, and comes back."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtlgen.images import ImageError, Placement, read_hex, write_hex


@st.composite
def placements(draw) -> Placement:
    sizes = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=5)))
    axes = tuple(draw(st.permutations("GKCRS"))[: len(sizes)])
    return Placement(axes, sizes, draw(st.sampled_from([1, 2, 4, 8])), draw(st.integers(1, 64)))


def tensor_of(placement: Placement, axes: list[str], seed: int) -> np.ndarray:
    bits = placement.element_bits
    shape = [placement.sizes[placement.axes.index(axis)] for axis in axes]
    return np.random.default_rng(seed).integers(
        -(2 ** (bits - 1)), 2 ** (bits - 1) - 1, shape, dtype=np.int64, endpoint=True
    )


@st.composite
def tensors(draw) -> tuple[Placement, list[str], np.ndarray]:
    """A placement and a tensor for it, its axes in another order and some of size 1 left out."""
    placement = draw(placements())
    sizes = dict(zip(placement.axes, placement.sizes, strict=True))
    kept = [axis for axis in placement.axes if sizes[axis] > 1 or draw(st.booleans())]
    axes = draw(st.permutations(kept))
    return placement, axes, tensor_of(placement, axes, draw(st.integers(0, 1000)))


@given(tensors())
def test_every_element_lies_where_the_formula_says(drawn):
    placement, axes, tensor = drawn
    banks = placement.pack(tensor, axes)
    assert [len(bank) for bank in banks] == [placement.rows] * placement.banks
    places = set()
    for index in itertools.product(*map(range, tensor.shape)):
        at = dict(zip(axes, index, strict=True))
        *outer, inner = (at.get(axis, 0) for axis in placement.axes)
        row = sum(a * s for a, s in zip(outer, placement.row_strides, strict=True)) + inner // placement.banks
        places.add((inner % placement.banks, row))
        assert banks[inner % placement.banks][row] == tensor[index]
    assert len(places) == tensor.size
    held = sum(int(np.count_nonzero(bank)) for bank in banks)
    assert held == np.count_nonzero(tensor)  # what pads a line is 0


@given(tensors())
def test_what_is_packed_comes_back(drawn):
    placement, axes, tensor = drawn
    banks = placement.pack(tensor, axes)
    assert placement.unpack(banks, axes).tolist() == tensor.tolist()
    longer = [np.append(bank, 99) for bank in banks]
    whole = placement.unpack(longer)
    assert whole.shape == placement.sizes
    assert placement.pack(whole, placement.axes)[0].tolist() == banks[0].tolist()


@pytest.mark.parametrize("bits", [1, 3, 4, 8, 9, 24, 32, 63, 64])
def test_files_come_back(tmp_path, bits):
    placement = Placement(("C", "K"), (5, 7), 4, bits)
    banks = placement.pack(tensor_of(placement, ["C", "K"], bits), ["C", "K"])
    paths = write_hex(tmp_path / "weights_bank", banks, bits)
    assert [path.name for path in paths] == [f"weights_bank{i}.hex" for i in range(4)]
    for path, bank in zip(paths, banks, strict=True):
        assert read_hex(path, bits).tolist() == bank.tolist()


def test_words_are_twos_complement(tmp_path):
    (path,) = write_hex(tmp_path / "a", [np.array([0, 1, -1, 511, -512])], 10)
    assert path.read_text() == "000\n001\n3ff\n1ff\n200\n"


def test_files_of_simulators_are_read(tmp_path):
    path = tmp_path / "dump.hex"
    path.write_text("// 0x00000000\nFF 7f\n/* two\nlines */ @2\n0_1\n")
    assert read_hex(path, 8).tolist() == [-1, 127, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [("00\nxx\n", "row 1 is 'xx'"), ("00\n@3\n00\n", "address 3"), ("100\n", "8 bits"), ("-1\n", "8 bits")],
)
def test_files_that_do_not_fit_are_refused(tmp_path, text, message):
    path = tmp_path / "dump.hex"
    path.write_text(text)
    with pytest.raises(ImageError, match=message):
        read_hex(path, 8)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ImageError, match=r"none\.hex"):
        read_hex(tmp_path / "none.hex", 8)


def test_what_does_not_fit_is_refused():
    placement = Placement(("K", "C"), (3, 5), 2, 8)
    for axes, sizes, banks, bits in (
        ((), (), 1, 8),
        (("K", "K"), (1, 1), 1, 8),
        (("K",), (1, 2), 1, 8),
        (("K",), (0,), 1, 8),
        (("K",), (1,), 0, 8),
        (("K",), (1,), 1, 65),
    ):
        with pytest.raises(ImageError):
            Placement(axes, sizes, banks, bits)
    with pytest.raises(ImageError, match="fit axes"):
        placement.pack(np.zeros((5, 3), dtype=np.int64), ["K", "C"])
    with pytest.raises(ImageError, match="axes"):
        placement.pack(np.zeros(5, dtype=np.int64), ["C"])
    with pytest.raises(ImageError, match="axes"):
        placement.pack(np.zeros((3, 5, 1), dtype=np.int64), ["K", "C", "R"])
    with pytest.raises(ImageError, match="8 bits"):
        placement.pack(np.full((3, 5), 128), ["K", "C"])
    with pytest.raises(ImageError, match="rows"):
        placement.unpack([np.zeros(9, dtype=np.int64), np.zeros(8, dtype=np.int64)])


def test_a_million_elements_take_a_moment(tmp_path):
    placement = Placement(("C", "Y", "X"), (64, 128, 128), 8, 8)
    tensor = tensor_of(placement, ["C", "Y", "X"], 0)
    start = time.process_time()
    paths = write_hex(tmp_path / "a", placement.pack(tensor, ["C", "Y", "X"]), 8)
    assert time.process_time() - start < 2
    banks = [read_hex(path, 8) for path in paths]
    assert time.process_time() - start < 6
    assert (placement.unpack(banks) == tensor).all()

"""Images of the on-chip memories: where an element of a tensor lies, and files that hold it.

Turns a tensor into the contents of the banks of its L2 memory and back. The memory is interleaved over its
banks along the tensor's innermost axis: the element at ``(a_0, .., a_{n-2}, c)`` lies in bank ``c % banks``,
row ``sum(a_i * row_stride_i) + c // banks``, and every innermost line is padded to whole rows. So elements
that are within ``banks`` consecutive places of a line never share a bank. A file holds one bank in the format
of ``$readmemh``: one word of two's complement hexadecimal digits a line, row 0 first.

Non-goals: what the elements mean (``rtlgen.golden``), which placement a machine needs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.int64]

HEX_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
LINE_END = ord("\n")
COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)


class ImageError(ValueError):
    """A tensor, an element or a file does not fit the memory."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the elements of one tensor lie in its memory.

    Attributes
    ----------
    axes
        Axes in the memory's order, the innermost last. One that a tensor lacks has size 1.
    sizes
        Extent of each axis.
    banks
        Banks that the innermost axis is interleaved over.
    element_bits
        Width of an element (two's complement), 1 to 64.

    Examples
    --------
    >>> placement = Placement(("K", "C"), (3, 5), banks=2, element_bits=8)
    >>> placement.rows_per_line, placement.rows, placement.row_strides
    (3, 9, (3,))
    """

    axes: tuple[str, ...]
    sizes: tuple[int, ...]
    banks: int
    element_bits: int

    def __post_init__(self) -> None:
        """Refuse what no memory can be."""
        if not self.axes or len(set(self.axes)) != len(self.axes) or len(self.sizes) != len(self.axes):
            raise ImageError(f"axes {self.axes} do not go with sizes {self.sizes}")
        if self.banks < 1 or min(self.sizes) < 1 or not 1 <= self.element_bits <= 64:
            raise ImageError(f"{self} is no memory")

    @property
    def rows_per_line(self) -> int:
        """Rows of one innermost line."""
        return -(-self.sizes[-1] // self.banks)

    @property
    def rows(self) -> int:
        """Rows of every bank."""
        return prod(self.sizes[:-1]) * self.rows_per_line

    @property
    def row_strides(self) -> tuple[int, ...]:
        """Rows from one index of an axis to the next, for every axis but the innermost."""
        strides = [self.rows_per_line]
        for size in reversed(self.sizes[1:-1]):
            strides.append(strides[-1] * size)
        return tuple(reversed(strides[: len(self.sizes) - 1]))

    def pack(self, array: Array, array_axes: Sequence[str]) -> list[Array]:
        """Return the rows of each bank; rows that hold no element are 0.

        Parameters
        ----------
        array
            A tensor.
        array_axes
            Names of its axes in order; axes of the memory that are not among them have size 1.

        Raises
        ------
        ImageError
            If axes or sizes do not fit, or an element needs more bits.
        """
        shape = self._shape_of(array_axes)
        if array.shape != shape:
            raise ImageError(f"a tensor {array.shape} does not fit axes {tuple(array_axes)} of {shape}")
        low, high = -(2 ** (self.element_bits - 1)), 2 ** (self.element_bits - 1) - 1
        if array.min() < low or array.max() > high:
            raise ImageError(
                f"an element does not fit {self.element_bits} bits: {array.min()}, {array.max()}"
            )
        present = [axis for axis in self.axes if axis in array_axes]
        ordered = array.transpose([list(array_axes).index(axis) for axis in present])
        lines = np.zeros((prod(self.sizes[:-1]), self.rows_per_line * self.banks), dtype=np.int64)
        lines[:, : self.sizes[-1]] = ordered.reshape(-1, self.sizes[-1])
        rows = lines.reshape(self.rows, self.banks)
        return [np.ascontiguousarray(rows[:, bank]) for bank in range(self.banks)]

    def unpack(self, banks: Sequence[Array], array_axes: Sequence[str] | None = None) -> Array:
        """Return the tensor that lies in the banks; the inverse of :meth:`pack`.

        Parameters
        ----------
        banks
            At least ``rows`` rows of each bank; what follows them is not read.
        array_axes
            Axes of the result in order; axes of size 1 may be left out. None: ``axes``.

        Raises
        ------
        ImageError
            If there are too few banks or rows, or the axes do not fit.
        """
        names = self.axes if array_axes is None else tuple(array_axes)
        shape = self._shape_of(names)
        if len(banks) != self.banks or any(len(bank) < self.rows for bank in banks):
            raise ImageError(
                f"{[len(bank) for bank in banks]} rows are not {self.banks} banks of {self.rows}"
            )
        rows = np.stack([bank[: self.rows] for bank in banks], axis=1)
        lines = rows.reshape(-1, self.rows_per_line * self.banks)[:, : self.sizes[-1]]
        present = [axis for axis in self.axes if axis in names]
        ordered = lines.reshape([self.sizes[self.axes.index(axis)] for axis in present])
        return np.ascontiguousarray(ordered.transpose([present.index(axis) for axis in names])).reshape(shape)

    def _shape_of(self, names: Sequence[str]) -> tuple[int, ...]:
        """Shape of a tensor with these axes; the axes left out must have size 1."""
        sizes = dict(zip(self.axes, self.sizes, strict=True))
        missing = [axis for axis, size in sizes.items() if size > 1 and axis not in names]
        if missing or not set(names) <= set(sizes) or len(set(names)) != len(names):
            raise ImageError(f"axes {tuple(names)} do not fit a memory of {sizes}")
        return tuple(sizes[name] for name in names)


def write_hex(prefix: Path, banks: Sequence[Array], element_bits: int) -> list[Path]:
    """Write every bank to a file; the number of the bank and ``.hex`` are added to ``prefix``.

    Returns
    -------
    list
        The files, bank 0 first.
    """
    digits = -(-element_bits // 4)
    shifts = np.arange(4 * (digits - 1), -1, -4, dtype=np.uint64)
    paths = []
    for number, bank in enumerate(banks):
        words = bank.astype(np.uint64) & np.uint64(2**element_bits - 1)
        text = np.full((len(bank), digits + 1), LINE_END, dtype=np.uint8)
        text[:, :digits] = HEX_DIGITS[(words[:, None] >> shifts) & np.uint64(15)]
        path = prefix.with_name(f"{prefix.name}{number}.hex")
        path.write_bytes(text.tobytes())
        paths.append(path)
    return paths


def read_hex(path: Path, element_bits: int) -> Array:
    """Read a bank from a file that :func:`write_hex` or ``$writememh`` of a simulator wrote.

    Comments are skipped. Addresses (``@10``) may only say what follows from the words before them.

    Raises
    ------
    ImageError
        If the file cannot be read, or a word is no number of ``element_bits`` bits (``x`` in a simulator's
        file is a word that nobody wrote).
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path}: {error.strerror}") from error
    values: list[int] = []
    for word in COMMENT.sub(b" ", text).split():
        try:
            value = int(word.removeprefix(b"@"), 16)
        except ValueError:
            raise ImageError(f"{path}: row {len(values)} is {word.decode(errors='replace')!r}") from None
        if not word.startswith(b"@"):
            values.append(value)
        elif value != len(values):
            raise ImageError(f"{path}: address {value} follows row {len(values) - 1}")
    if values and (max(values) >= 2**element_bits or min(values) < 0):
        raise ImageError(f"{path}: a word is no number of {element_bits} bits")
    unused = np.int64(64 - element_bits)
    return (np.array(values, dtype=np.uint64).astype(np.int64) << unused) >> unused

"""The machine that runs a list of layers: every design-time number of the hardware.

A :class:`Design` holds loop dimensions with their lanes, maps and loops, the axes and buffers of each tensor,
widths of coordinates, pointers and sums. The same object yields the generated top (``rtlgen.top``) and the
program of each layer (``rtlgen.program``).

Non-goals: how the numbers follow from nests (``rtlgen.designer``), what cannot be built
(``rtlgen.refusals``), counts and cycles (``maestro_py.reference``), text of the hardware, register values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.nest import Nest
from maestro_py.ir.operators import Problem, Tensor
from rtlgen import golden
from rtlgen.images import Placement
from rtlgen.survey import Survey

TENSOR_NAMES: Mapping[Tensor, str] = {"W": "weights", "I": "inputs", "O": "outputs"}
STEP_BITS = 4


@dataclass(frozen=True, slots=True)
class LayerNest:
    """A layer that the machine is to run: its name and its nest."""

    name: str
    nest: Nest

    @property
    def problem(self) -> Problem:
        """Loops and tensors of the layer."""
        return self.nest.problem


@dataclass(frozen=True, slots=True)
class HardwareMap:
    """A map that the sequencer moves: ``index`` in the machine, ``source`` in the level's maps."""

    index: int
    level: int
    source: int
    spatial: bool
    dimension: str
    loop: int


@dataclass(frozen=True, slots=True)
class Group:
    """Dimensions whose ranges follow from each other: a plain dimension, or the three of a window.

    ``levels`` are those that map a dimension of the group spatially: PEs that agree on their units there
    hold the same ranges, so the machine has one unit for each combination.
    """

    name: str
    dimensions: tuple[str, ...]
    window: tuple[str, str, str] | None
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TensorDesign:
    """How one tensor is moved and held. Axes stand with the layout's innermost last.

    Attributes
    ----------
    axes
        Names of SEMANTICS section 1.
    window
        Elements of a beat.
    parts
        Beats of an element (above 1 only if ``window`` is 1).
    bits
        Width of an element.
    slide_axis
        Axis that tiles slide along, or None.
    extents
        Largest number of elements of a tile on each axis (the innermost rounded up to whole rows of banks).
    strided
        Axes with gaps between elements.
    banks, picks
        Banks of a PE's scratchpad; largest number of elements that a PE takes from a beat.
    l2_banks, l2_rows
        Memory of the tensor in L2.
    """

    axes: tuple[str, ...]
    window: int
    parts: int
    bits: int
    slide_axis: str | None
    extents: tuple[int, ...]
    strided: frozenset[str]
    banks: int
    picks: int
    l2_banks: int
    l2_rows: int

    @property
    def places(self) -> tuple[int, ...]:
        """Places of each axis in a buffer: twice the extent on the ring axis."""
        return tuple(
            2 * extent if axis == self.ring_axis else extent
            for axis, extent in zip(self.axes, self.extents, strict=True)
        )

    @property
    def ring_axis(self) -> str:
        """Axis whose places are a ring; any will do if tiles never slide."""
        return self.slide_axis or self.axes[0]

    @property
    def multipliers(self) -> tuple[int, ...]:
        """Address distance of neighbours on each axis."""
        return tuple(prod(self.places[i + 1 :]) for i in range(len(self.axes)))

    @property
    def words(self) -> int:
        """Elements that a PE's buffer holds."""
        return prod(self.places)

    @property
    def address_bits(self) -> int:
        """Bits of an address in a PE's buffer, at least one row bit beside the bank."""
        return max(bits_for(self.words - 1), self.banks.bit_length(), 1)


@dataclass(frozen=True, slots=True)
class Design:
    """Every design-time number of one machine."""

    accelerator: Accelerator
    layers: tuple[LayerNest, ...]
    surveys: tuple[Survey, ...]
    units: tuple[int, ...]
    dimensions: tuple[str, ...]
    windows: tuple[tuple[str, str, str], ...]
    groups: tuple[Group, ...]
    maps: tuple[HardwareMap, ...]
    loops: int
    lanes: Mapping[str, int]
    tensors: Mapping[Tensor, TensorDesign]
    coordinate_bits: int
    position_bits: int
    slot_bits: int
    accumulator_bits: int
    strided_windows: frozenset[str]
    inserted: bool

    @property
    def pes(self) -> int:
        """PEs that take part."""
        return prod(self.units)

    @property
    def target_bits(self) -> int:
        """Bits of a PE number."""
        return bits_for(self.pes - 1)

    @property
    def is_strided(self) -> bool:
        """Some layer has a stride above 1."""
        return any(w.stride > 1 for layer in self.layers for w in layer.problem.windows)

    def group_of(self, dimension: str) -> Group:
        """Return the group of a dimension (of a window: output, filter or input)."""
        return next(group for group in self.groups if dimension in group.dimensions)

    def classes(self, group: Group, levels: int | None = None) -> int:
        """Distinct ranges of a group after the first ``levels`` levels (None: all)."""
        return prod(self.units[level] for level in group.levels if levels is None or level < levels)

    def placement(self, tensor: Tensor, problem: Problem) -> Placement:
        """Where a layer's tensor lies in L2; axes that the layer lacks have size 1."""
        design = self.tensors[tensor]
        return placement(design.axes, design.l2_banks, design.bits, tensor, problem)


def bits_for(value: int) -> int:
    """Bits that hold ``value``, at least 1.

    >>> bits_for(0), bits_for(7), bits_for(8)
    (1, 3, 4)
    """
    return max(1, value.bit_length())


def placement(axes: Sequence[str], banks: int, bits: int, tensor: Tensor, problem: Problem) -> Placement:
    """Where a tensor of a layer lies in L2, on axes of which the layer may lack some."""
    shape: dict[str, int] = {}
    if problem.axes[tensor] is not None:
        shape = dict(zip(problem.axes[tensor] or (), golden.tensor_shape(problem, tensor), strict=True))
    return Placement(tuple(axes), tuple(shape.get(axis, 1) for axis in axes), banks, bits)


def extent_of(problem: Problem, dimension: str) -> int:
    """Extent of a loop dimension, or padded extent of a window's input; 1 if the layer lacks it."""
    for window in problem.windows:
        if dimension == window.input:
            return problem.padded_extent(window)
    return problem.sizes.get(dimension, 1)


def numbers(problem: Problem, dimension: str, layer: LayerNest, hardware_map: HardwareMap) -> tuple[int, int]:
    """Size and offset of a map, cut to the dimension's extent (which changes no position's sub-range)."""
    level_map = layer.nest.levels[hardware_map.level].maps[hardware_map.source]
    whole = extent_of(problem, dimension)
    return min(level_map.size, whole), min(level_map.offset, whole)

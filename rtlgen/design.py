"""The machine that runs a list of layers: every design-time number of the hardware, from their nests.

Turns nests with the same directives and an accelerator into one :class:`Design`: loop dimensions with their
lanes, maps and loops, the axes and buffers of each tensor, widths of coordinates, pointers and sums. The
same object yields the generated top (``rtlgen.top``) and the program of each layer (``rtlgen.program``).

What cannot be built is refused here, before anything is written, with the layer, the directive or the
axis, and what is needed against what is there.

Non-goals: counts and cycles (``maestro_py.reference``), text of the hardware, register values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from maestro_py.errors import Diagnostic, HardwareError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.nest import OUTPUT_NAMES, Nest
from maestro_py.ir.operators import TENSORS, Problem, Tensor, Window
from rtlgen import golden
from rtlgen.images import Placement
from rtlgen.survey import AxisSurvey, PartTooLargeError, Survey, survey

#: Canonical order of loop dimensions; the MAC loop of a PE nests in this order, the last innermost.
DIMENSIONS = ("G", "N", "M", "K", "C", "P", "Q", "R", "S")
WINDOWS = (("P", "R", "Y"), ("Q", "S", "X"))
TENSOR_NAMES: Mapping[Tensor, str] = {"W": "weights", "I": "inputs", "O": "outputs"}
LARGEST_COORDINATE_BITS = 16
LARGEST_ADDRESS_BITS = 16
STEP_BITS = 4
WRITTEN_NAMES = {loop: text for text, loop in OUTPUT_NAMES.items()}
SHOWN_LAYERS = 4

# What to do about a refusal.
APART_HINT = "write an accelerator for each kind of layer: --layer NAME picks layers"
MAPS_HINT = "map the whole filter or one tap at a time; overlap the steps of one dimension at most"
L1_HINT = "use smaller maps or a larger L1: --l1-bytes N, or open"
LAYER_HINT = "leave the layer out: --layer NAME picks layers"


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
        return _placement(design.axes, design.l2_banks, design.bits, tensor, problem)


def bits_for(value: int) -> int:
    """Bits that hold ``value``, at least 1.

    >>> bits_for(0), bits_for(7), bits_for(8)
    (1, 3, 4)
    """
    return max(1, value.bit_length())


def make_design(layers: Sequence[LayerNest], accelerator: Accelerator) -> Design:
    """Return the machine that runs ``layers`` one after the other.

    Raises
    ------
    HardwareError
        If they do not fit one machine, or one of them cannot be built; every reason found is listed.
    """
    check_machine(accelerator)
    _check_same_directives(layers)
    surveys = _surveys(layers)
    groups = _groups(layers, accelerator)
    dimensions = tuple(d for d in DIMENSIONS if any(d in group.dimensions for group in groups))
    windows = tuple(group.window for group in groups if group.window is not None)
    maps, loops = _maps(layers[0].nest, groups)
    lanes = {d: n for d, n in (accelerator.lanes or {}).items() if d in dimensions and n > 1}
    tensors = {t: _tensor(t, layers, surveys, groups, accelerator) for t in TENSORS}
    _check_roles(layers, lanes)
    _check_l1(layers, tensors, accelerator)
    largest, name = max((_largest_coordinate(layer.problem, tensors), layer.name) for layer in layers)
    coordinate_bits = max(6, bits_for(largest))
    if coordinate_bits > LARGEST_COORDINATE_BITS:
        raise refused(
            f"layer {name}: a coordinate of {largest} needs {coordinate_bits} bits, the hardware has at most "
            f"{LARGEST_COORDINATE_BITS}",
            hint=LAYER_HINT,
        )
    accumulator_bits = 24 if max(accelerator.bits[0], accelerator.bits[1]) <= 8 else 32
    return Design(
        accelerator=accelerator,
        layers=tuple(layers),
        surveys=surveys,
        units=tuple(level.units for level in layers[0].nest.levels),
        dimensions=dimensions,
        windows=windows,
        groups=groups,
        maps=maps,
        loops=loops,
        lanes=lanes,
        tensors=tensors,
        coordinate_bits=coordinate_bits,
        position_bits=max(coordinate_bits + 1, bits_for(max(_largest_position(n, maps) for n in layers))),
        slot_bits=bits_for(12 + accelerator.noc_latency_cycles - 1),
        accumulator_bits=max(accumulator_bits, accelerator.bits[2]),
        strided_windows=frozenset(tensors["I"].strided),
        inserted=any(w.insertion > 1 for layer in layers for w in layer.problem.windows),
    )


def refused(*reasons: str, hint: str) -> HardwareError:
    """Return the error that says why no hardware is emitted, and what to do about it."""
    return HardwareError(Diagnostic("M510", reason, None, hint) for reason in reasons)


def _named(layers: Sequence[str]) -> str:
    """Names of layers, not too many.

    >>> _named(["a", "b"]), _named([*"abcdef"])
    ('a, b', 'a, b, c, d and 2 more')
    """
    more = f" and {len(layers) - SHOWN_LAYERS} more" if len(layers) > SHOWN_LAYERS else ""
    return ", ".join(layers[:SHOWN_LAYERS]) + more


def check_machine(accelerator: Accelerator) -> None:
    """Say what keeps any hardware from being built of a machine.

    Raises
    ------
    HardwareError
        M510, with every reason.
    """
    errors: list[Diagnostic] = []
    if accelerator.lanes is None and accelerator.vector_width > 1:
        errors += refused(
            f"{accelerator.name} has a vector width of {accelerator.vector_width} without dimensions, an "
            "idealisation",
            hint="give MAC lanes per dimension (--lanes C=8,K=4), or --vector-width 1 for one MAC per PE",
        ).diagnostics
    if accelerator.layout is None:
        errors += refused(
            f"{accelerator.name} has no layout; ideal packing cannot be built",
            hint="give the innermost axes of W, I and O in memory (--layout C,C,K), or a Layout line in the "
            "Accelerator",
        ).diagnostics
    if not all(2 <= bits <= 32 for bits in accelerator.bits):
        errors += refused(
            f"{accelerator.name} has elements of {'/'.join(map(str, accelerator.bits))} bits, the hardware "
            "of 2 to 32",
            hint="give widths of W, I and O: --bits 8,8,24",
        ).diagnostics
    if errors:
        raise HardwareError(errors)


def _written(nest: Nest) -> tuple[tuple[int, tuple[tuple[bool, str], ...]], ...]:
    """Units and directives of every level, without sizes."""
    return tuple((level.units, tuple((m.spatial, m.dimension) for m in level.maps)) for level in nest.levels)


def _directive(level: int, spatial: bool, dimension: str) -> str:
    kind = "SpatialMap" if spatial else "TemporalMap"
    return f"{kind} {WRITTEN_NAMES.get(dimension, dimension)} of level {level}"


def _check_same_directives(layers: Sequence[LayerNest]) -> None:
    """Refuse layers that another structure than the first one's computes, alike ones in one reason."""
    names: dict[str, list[str]] = {}
    for layer in layers[1:]:
        difference = _difference(layers[0], layer)
        if difference:
            names.setdefault(difference, []).append(layer.name)
    if names:
        raise refused(*(f"layer {_named(who)}: {what}" for what, who in names.items()), hint=APART_HINT)


def _difference(first: LayerNest, other: LayerNest) -> str:
    """Return what keeps two layers from sharing a machine, or nothing."""
    ours, theirs = _written(first.nest), _written(other.nest)
    if bool(first.problem.windows) != bool(other.problem.windows):
        kinds = ("a convolution", "a matrix product")
        other_kind, first_kind = kinds if other.problem.windows else kinds[::-1]
        return f"{other_kind} does not share a machine with {first_kind} (layer {first.name})"
    if len(ours) != len(theirs):
        return (
            f"{len(theirs) - 1} Cluster directives, {len(ours) - 1} in layer {first.name}; one machine has "
            "one cluster structure"
        )
    for level, ((units, maps), (other_units, other_maps)) in enumerate(zip(ours, theirs, strict=True)):
        if units != other_units:
            return (
                f"Cluster gives level {level} {other_units} units, {units} in layer {first.name}; one "
                "machine has one cluster structure"
            )
        if maps != other_maps:
            place = next(
                (i for i, (a, b) in enumerate(zip(maps, other_maps, strict=False)) if a != b),
                min(len(maps), len(other_maps)),
            )
            has = [_directive(level, *m) for m in maps[place:]][:1] or ["nothing"]
            found = [_directive(level, *m) for m in other_maps[place:]][:1] or ["nothing"]
            return (
                f"{found[0]} where layer {first.name} has {has[0]}; layers that share a machine have the "
                "same directives in the same order"
            )
    return ""


def _surveys(layers: Sequence[LayerNest]) -> tuple[Survey, ...]:
    """Survey all layers; what is wrong with any of them is said together."""
    surveys: list[Survey] = []
    errors: list[Diagnostic] = []
    for layer in layers:
        try:
            surveys.append(_survey(layer))
        except HardwareError as error:
            errors += error.diagnostics
    if errors:
        raise HardwareError(errors)
    return tuple(surveys)


def _survey(layer: LayerNest) -> Survey:
    try:
        found = survey(layer.nest)
    except PartTooLargeError as error:
        raise refused(f"layer {layer.name}: {error}", hint=LAYER_HINT) from error
    reasons = []
    for tensor in TENSORS:
        for axis in found.tensors[tensor]:
            reasons += [f"layer {layer.name}: {reason}" for reason in _axis_reasons(layer, tensor, axis)]
        slides = [axis.axis for axis in found.tensors[tensor] if axis.slides]
        if len(slides) > 1:
            reasons.append(
                f"layer {layer.name}: {_mapping(layer.nest, slides)} let the tile of the "
                f"{TENSOR_NAMES[tensor]} slide along {' and '.join(slides)}; a scratchpad slides along one "
                "axis"
            )
    if reasons:
        raise refused(*reasons, hint=MAPS_HINT)
    return found


def _mapping(nest: Nest, axes: Sequence[str]) -> str:
    """Name the directives that move the given axes."""
    dimensions = {d for axis in axes for d in next((w for w in WINDOWS if axis in w), (axis,))}
    return ", ".join(
        _directive(number, m.spatial, m.dimension)
        for number, level in enumerate(nest.levels)
        for m in level.maps
        if m.dimension in dimensions
    )


def _axis_reasons(layer: LayerNest, tensor: Tensor, axis: AxisSurvey) -> list[str]:
    directives = _mapping(layer.nest, [axis.axis])
    window = next((w for w in layer.problem.windows if w.input == axis.axis), None)
    reasons = []
    if not axis.arithmetic:
        reasons.append(
            f"{directives} make tiles of the {TENSOR_NAMES[tensor]} whose {axis.axis} are not evenly spaced"
        )
    if axis.mixed_slide:
        reasons.append(
            f"{directives} let a tile of the {TENSOR_NAMES[tensor]} slide along {axis.axis} onto one "
            "whose elements lie closer or wider; a scratchpad slides along evenly spaced elements"
        )
    if axis.two_sided:
        reasons.append(
            f"{directives} let a tile of the {TENSOR_NAMES[tensor]} grow on both sides along {axis.axis}"
        )
    if window is not None and window.insertion > 1 and window.dilation > 1:
        reasons.append(f"a transposed convolution with dilation {window.dilation} along {axis.axis}")
    if window is not None and max(window.stride, window.dilation, window.insertion) >= 1 << STEP_BITS:
        reasons.append(f"stride, dilation or insertion above {(1 << STEP_BITS) - 1} along {axis.axis}")
    return reasons


def _size(problem: Problem, dimension: str) -> int:
    return problem.sizes.get(dimension, 1)


def _window(problem: Problem, names: tuple[str, str, str]) -> Window | None:
    return next((w for w in problem.windows if w.input == names[2]), None)


def _groups(layers: Sequence[LayerNest], accelerator: Accelerator) -> tuple[Group, ...]:
    """Groups that the machine needs: a size above 1 somewhere, a SpatialMap, or an innermost axis."""
    nest = layers[0].nest
    assert accelerator.layout is not None
    groups: list[Group] = []

    def levels(dimensions: Sequence[str]) -> tuple[int, ...]:
        return tuple(
            number
            for number, level in enumerate(nest.levels)
            if any(m.spatial and m.dimension in dimensions for m in level.maps)
        )

    windowed = {d for w in WINDOWS for d in w} if layers[0].problem.windows else set()
    for dimension in DIMENSIONS:
        if dimension in windowed:
            continue
        used = any(_size(layer.problem, dimension) > 1 for layer in layers)
        spatial = levels((dimension,))
        if used or spatial or dimension in accelerator.layout:
            groups.append(Group(dimension, (dimension,), None, spatial))
    for names in WINDOWS if windowed else ():
        spatial = levels(names)
        used = any(
            _size(layer.problem, names[0]) > 1
            or _size(layer.problem, names[1]) > 1
            or (window := _window(layer.problem, names)) is None
            or (window.real_size, window.pad, window.insertion) != (1, 0, 1)
            for layer in layers
        )
        if used or spatial or set(names) & set(accelerator.layout):
            groups.append(Group(names[2], names, names, spatial))
    if not groups:
        groups.append(Group("K", ("K",), None, ()))
    return tuple(groups)


def _maps(nest: Nest, groups: Sequence[Group]) -> tuple[tuple[HardwareMap, ...], int]:
    """Maps of kept dimensions, and how many loops move them; a loop without such a map runs once."""
    kept = {d for group in groups for d in group.dimensions}
    maps: list[HardwareMap] = []
    loops = 0
    for loop in nest.loops:
        members = [i for i in loop.maps if nest.levels[loop.level].maps[i].dimension in kept]
        for i in members:
            level_map = nest.levels[loop.level].maps[i]
            maps.append(HardwareMap(len(maps), loop.level, i, level_map.spatial, level_map.dimension, loops))
        loops += bool(members)
    return tuple(maps), loops


def _placement(axes: Sequence[str], banks: int, bits: int, tensor: Tensor, problem: Problem) -> Placement:
    shape: dict[str, int] = {}
    if problem.axes[tensor] is not None:
        shape = dict(zip(problem.axes[tensor] or (), golden.tensor_shape(problem, tensor), strict=True))
    return Placement(tuple(axes), tuple(shape.get(axis, 1) for axis in axes), banks, bits)


def _tensor(
    tensor: Tensor,
    layers: Sequence[LayerNest],
    surveys: Sequence[Survey],
    groups: Sequence[Group],
    accelerator: Accelerator,
) -> TensorDesign:
    position = TENSORS.index(tensor)
    assert accelerator.layout is not None
    innermost = accelerator.layout[position]
    kept = {d for group in groups for d in group.dimensions}
    named: list[str] = []
    for layer in layers:
        own = layer.problem.axes[tensor]
        if own is not None and innermost not in own:
            raise refused(
                f"layer {layer.name}: the layout puts {WRITTEN_NAMES.get(innermost, innermost or 'no axis')} "
                f"of the {TENSOR_NAMES[tensor]} innermost, but they have the axes {', '.join(own)}",
                hint="give other axes to --layout, or an accelerator to the layer alone: --layer NAME",
            )
        named += [axis for axis in own or () if axis not in named]
    order = (*DIMENSIONS, "Y", "X")
    axes = sorted((a for a in named if a in kept and a != innermost), key=order.index)
    axes += [innermost] if innermost in named else []
    if not axes:
        axes = [next(d for d in order if d in kept)]
    bits = accelerator.bits[position]
    channel_bits = 8 * accelerator.noc_bandwidth_bytes_per_cycle
    window = max(1, channel_bits // bits)
    found = {
        axis: [s.axis(tensor, axis) for s in surveys if any(a.axis == axis for a in s.tensors[tensor])]
        for axis in axes
    }
    slides = {
        axis: layers[i].name
        for i, s in enumerate(surveys)
        for a in s.tensors[tensor]
        if a.slides
        for axis in (a.axis,)
    }
    if len(slides) > 1:
        reasons = " and ".join(f"along {axis} in layer {name}" for axis, name in slides.items())
        raise refused(
            f"tiles of the {TENSOR_NAMES[tensor]} slide {reasons}; one machine slides along one axis",
            hint=APART_HINT,
        )
    extents = [max(1, *(a.extent for a in found[axis])) if found[axis] else 1 for axis in axes]
    banks = 1 << (min(window, extents[-1]) - 1).bit_length()
    picks = min(window, extents[-1])
    extents[-1] = -(-extents[-1] // banks) * banks
    l2_banks = 1 << (window - 1).bit_length()
    return TensorDesign(
        axes=tuple(axes),
        window=window,
        parts=-(-bits // channel_bits) if channel_bits < bits else 1,
        bits=bits,
        slide_axis=next(iter(slides), None),
        extents=tuple(extents),
        strided=frozenset(axis for axis in axes if any(a.strided for a in found[axis])),
        banks=1 if tensor == "O" else banks,
        picks=picks,
        l2_banks=l2_banks,
        l2_rows=max(_placement(axes, l2_banks, bits, tensor, layer.problem).rows for layer in layers),
    )


def _check_roles(layers: Sequence[LayerNest], lanes: Mapping[str, int]) -> None:
    """Lanes of one dimension either add up to one output or yield one each, in all layers alike."""
    for dimension in lanes:
        owners = {layer.name: dimension in (layer.problem.axes["O"] or ()) for layer in layers}
        if len(set(owners.values())) > 1:
            adds = next(name for name, owned in owners.items() if not owned)
            yields = next(name for name, owned in owners.items() if owned)
            raise refused(
                f"{lanes[dimension]} lanes along {dimension} add up in layer {adds} and yield an output each "
                f"in layer {yields}",
                hint=APART_HINT,
            )


def _check_l1(
    layers: Sequence[LayerNest], tensors: Mapping[Tensor, TensorDesign], accelerator: Accelerator
) -> None:
    names = _named([layer.name for layer in layers])
    for tensor, design in tensors.items():
        if design.address_bits > LARGEST_ADDRESS_BITS:
            raise refused(
                f"layer {names}: a PE would hold {design.words} {TENSOR_NAMES[tensor]} "
                f"({' x '.join(map(str, design.places))}), at most {1 << LARGEST_ADDRESS_BITS} can be "
                "addressed",
                hint="use smaller maps",
            )
    if accelerator.l1_bytes is None:
        return
    need = sum(-(-design.words * design.bits // 8) for design in tensors.values())
    if need > accelerator.l1_bytes:
        each = ", ".join(
            f"{TENSOR_NAMES[t]} {-(-d.words * d.bits // 8)} B ({' x '.join(map(str, d.places))})"
            for t, d in tensors.items()
        )
        raise refused(
            f"layer {names}: the tiles need {need} B of L1 per PE ({each}), {accelerator.name} has "
            f"{accelerator.l1_bytes} B",
            hint=L1_HINT,
        )


def _largest_coordinate(problem: Problem, tensors: Mapping[Tensor, TensorDesign]) -> int:
    """Largest coordinate, extent or end of a beat that a register or a comparison holds."""
    sizes = list(problem.sizes.values())
    sizes += [problem.padded_extent(w) + 1 for w in problem.windows]
    sizes += [w.real_size for w in problem.windows]
    sizes += [abs(w.pad) for w in problem.windows]
    return max(*sizes, *(design.window for design in tensors.values()), *_places(tensors))


def _places(tensors: Mapping[Tensor, TensorDesign]) -> list[int]:
    return [places for design in tensors.values() for places in design.places]


def _largest_position(layer: LayerNest, maps: Sequence[HardwareMap]) -> int:
    """Largest position, reach or advance of a map."""
    largest = 1
    for hardware_map in maps:
        level = layer.nest.levels[hardware_map.level]
        size, offset = numbers(layer.problem, level.maps[hardware_map.source].dimension, layer, hardware_map)
        whole = extent_of(layer.problem, hardware_map.dimension)
        units = level.units if hardware_map.spatial else 1
        largest = max(largest, whole + 2 * units * offset + size)
    return largest


def extent_of(problem: Problem, dimension: str) -> int:
    """Extent of a loop dimension, or padded extent of a window's input; 1 if the layer lacks it."""
    for window in problem.windows:
        if dimension == window.input:
            return problem.padded_extent(window)
    return _size(problem, dimension)


def numbers(problem: Problem, dimension: str, layer: LayerNest, hardware_map: HardwareMap) -> tuple[int, int]:
    """Size and offset of a map, cut to the dimension's extent (which changes no position's sub-range)."""
    level_map = layer.nest.levels[hardware_map.level].maps[hardware_map.source]
    whole = extent_of(problem, dimension)
    return min(level_map.size, whole), min(level_map.offset, whole)

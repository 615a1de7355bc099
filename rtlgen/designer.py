"""From nests to a machine: the design-time numbers that a list of layers needs.

Turns nests with the same directives and an accelerator into one :class:`~rtlgen.design.Design`, every width
and buffer as large as the layer that needs most. The order of loop dimensions is the hardware's own: the MAC
loop of a PE nests in it.

Non-goals: what cannot be built (``rtlgen.refusals``, called from here), register values (``rtlgen.program``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.nest import Nest
from maestro_py.ir.operators import TENSORS, Problem, Tensor, Window
from rtlgen.design import (
    TENSOR_NAMES,
    Design,
    Group,
    HardwareMap,
    LayerNest,
    TensorDesign,
    bits_for,
    extent_of,
    numbers,
    placement,
)
from rtlgen.refusals import (
    APART_HINT,
    LAYER_HINT,
    WINDOWS,
    WRITTEN_NAMES,
    check_l1,
    check_machine,
    check_one_machine,
    check_roles,
    refused,
    surveyed,
)
from rtlgen.survey import Survey

#: Canonical order of loop dimensions; the MAC loop of a PE nests in this order, the last innermost.
DIMENSIONS = ("G", "N", "M", "K", "C", "P", "Q", "R", "S")
LARGEST_COORDINATE_BITS = 16


def make_design(layers: Sequence[LayerNest], accelerator: Accelerator) -> Design:
    """Return the machine that runs ``layers`` one after the other.

    Raises
    ------
    HardwareError
        If they do not fit one machine, or one of them cannot be built; every reason found is listed.
    """
    check_machine(accelerator)
    check_one_machine(layers)
    surveys = surveyed(layers)
    groups = _groups(layers, accelerator)
    dimensions = tuple(d for d in DIMENSIONS if any(d in group.dimensions for group in groups))
    windows = tuple(group.window for group in groups if group.window is not None)
    maps, loops = _maps(layers[0].nest, groups)
    lanes = {d: n for d, n in (accelerator.lanes or {}).items() if d in dimensions and n > 1}
    tensors = {t: _tensor(t, layers, surveys, groups, accelerator) for t in TENSORS}
    check_roles(layers, lanes)
    check_l1(layers, tensors, accelerator)
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


def _tensor(
    tensor: Tensor,
    layers: Sequence[LayerNest],
    surveys: Sequence[Survey],
    groups: Sequence[Group],
    accelerator: Accelerator,
) -> TensorDesign:
    """Axes, beats and buffers of a tensor, as large as any layer needs."""
    axes = _axes(tensor, layers, groups, accelerator)
    bits = accelerator.bits[TENSORS.index(tensor)]
    channel_bits = 8 * accelerator.noc_bandwidth_bytes_per_cycle
    window = max(1, channel_bits // bits)
    found = {
        axis: [s.axis(tensor, axis) for s in surveys if any(a.axis == axis for a in s.tensors[tensor])]
        for axis in axes
    }
    extents = [max(1, *(a.extent for a in found[axis])) if found[axis] else 1 for axis in axes]
    banks = 1 << (min(window, extents[-1]) - 1).bit_length()
    picks = min(window, extents[-1])
    extents[-1] = -(-extents[-1] // banks) * banks
    l2_banks = 1 << (window - 1).bit_length()
    return TensorDesign(
        axes=axes,
        window=window,
        parts=-(-bits // channel_bits) if channel_bits < bits else 1,
        bits=bits,
        slide_axis=_slide_axis(tensor, layers, surveys),
        extents=tuple(extents),
        strided=frozenset(axis for axis in axes if any(a.strided for a in found[axis])),
        banks=1 if tensor == "O" else banks,
        picks=picks,
        l2_banks=l2_banks,
        l2_rows=max(placement(axes, l2_banks, bits, tensor, layer.problem).rows for layer in layers),
    )


def _axes(
    tensor: Tensor, layers: Sequence[LayerNest], groups: Sequence[Group], accelerator: Accelerator
) -> tuple[str, ...]:
    """Axes of a tensor that any layer has, the layout's innermost last."""
    assert accelerator.layout is not None
    innermost = accelerator.layout[TENSORS.index(tensor)]
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
    return tuple(axes or [next(d for d in order if d in kept)])


def _slide_axis(tensor: Tensor, layers: Sequence[LayerNest], surveys: Sequence[Survey]) -> str | None:
    """Axis along which tiles of a tensor slide in any layer."""
    slides = {
        axis.axis: layer.name
        for layer, found in zip(layers, surveys, strict=True)
        for axis in found.tensors[tensor]
        if axis.slides
    }
    if len(slides) > 1:
        reasons = " and ".join(f"along {axis} in layer {name}" for axis, name in slides.items())
        raise refused(
            f"tiles of the {TENSOR_NAMES[tensor]} slide {reasons}; one machine slides along one axis",
            hint=APART_HINT,
        )
    return next(iter(slides), None)


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

"""What cannot be built, and why: the checks in front of a design.

Turns layers, an accelerator and what was surveyed into ``M510`` errors that name the layer, the directive or
the axis, and what is needed against what is there. Everything that is wrong of one kind is said at once, and
before anything is written.

Source: SEMANTICS section 3 (what a scratchpad can hold). Non-goals: the numbers of the design
(``rtlgen.designer``), legality of a dataflow (``maestro_py.ir.legality``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maestro_py.errors import Diagnostic, HardwareError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.nest import OUTPUT_NAMES, Nest
from maestro_py.ir.operators import ADDITION, TENSORS, Tensor
from rtlgen.design import STEP_BITS, TENSOR_NAMES, LayerNest, TensorDesign
from rtlgen.survey import AxisSurvey, PartTooLargeError, Survey, survey

WINDOWS = (("P", "R", "Y"), ("Q", "S", "X"))
LARGEST_ADDRESS_BITS = 16
WRITTEN_NAMES = {loop: text for text, loop in OUTPUT_NAMES.items()}
SHOWN_LAYERS = 4

# What to do about a refusal.
APART_HINT = "write an accelerator for each kind of layer: --layer NAME picks layers"
MAPS_HINT = "map the whole filter or one tap at a time; overlap the steps of one dimension at most"
L1_HINT = "use smaller maps or a larger L1: --l1-bytes N, or open"
SUMS_HINT = "leave ADD layers out: --layer NAME picks layers"
LAYER_HINT = "leave the layer out: --layer NAME picks layers"


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
    if accelerator.zero_skip:
        errors += refused(
            f"{accelerator.name} skips zeros (ZeroSkip); PEs that skip are not built",
            hint="build the dense machine: --no-zero-skip, or ZeroSkip: false in the Accelerator",
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


def check_one_machine(layers: Sequence[LayerNest]) -> None:
    """Refuse what one machine cannot hold: additions, and layers that another structure computes.

    Layers that are alike are refused in one reason.

    Raises
    ------
    HardwareError
        M510, with every reason.
    """
    sums = [layer.name for layer in layers if layer.problem.operation is ADDITION]
    others = [layer for layer in layers if layer.problem.operation is not ADDITION]
    names: dict[str, list[str]] = {}
    for layer in others[1:]:
        difference = _difference(others[0], layer)
        if difference:
            names.setdefault(difference, []).append(layer.name)
    errors: list[Diagnostic] = []
    if sums:
        reason = f"layer {_named(sums)}: ADD adds two activations, which the hardware leaves to the host"
        errors += refused(reason, hint=SUMS_HINT).diagnostics
    if names:
        reasons = (f"layer {_named(who)}: {what}" for what, who in names.items())
        errors += refused(*reasons, hint=APART_HINT).diagnostics
    if errors:
        raise HardwareError(errors)


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


def surveyed(layers: Sequence[LayerNest]) -> tuple[Survey, ...]:
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


def check_roles(layers: Sequence[LayerNest], lanes: Mapping[str, int]) -> None:
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


def check_l1(
    layers: Sequence[LayerNest], tensors: Mapping[Tensor, TensorDesign], accelerator: Accelerator
) -> None:
    """Refuse tiles that a PE's buffers cannot address, or that need more L1 than there is."""
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

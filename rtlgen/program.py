"""The program of a layer: what the registers of a machine hold while it runs.

Turns a :class:`~rtlgen.design.Design` into the list of its registers, and one of its layers into their
values. The generated top takes its wires from the same list, so the two cannot disagree.

Non-goals: the L2 contents (``rtlgen.images``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maestro_py.ir.operators import TENSORS, Problem, Tensor
from rtlgen.design import STEP_BITS, Design, HardwareMap, LayerNest, extent_of, numbers

#: Width of the fixed-point reciprocals 2**20 / x that divide by small constants: with x below 16, exact for
#: every coordinate of 16 bits.
RECIPROCAL_BITS = 21


@dataclass(frozen=True, slots=True)
class Register:
    """One 32-bit register of the program: its name, how many of its bits are used, and its meaning.

    ``is_vector`` tells one bit for each of several things from a flag, also where there is but one thing.
    """

    name: str
    width: int
    meaning: str
    signed: bool = False
    is_vector: bool = False


@dataclass(frozen=True, slots=True)
class OutputMode:
    """How sums become outputs.

    ``requantise`` says where: ``None`` nowhere (outputs are sums modulo their width), ``"collection"``
    when they leave the PEs, ``"readback"`` when the host reads them after accumulation in L2.
    """

    requantise: str | None = None
    shift: int = 0
    relu: bool = False


def registers(design: Design) -> tuple[Register, ...]:
    """Return the registers of a machine, in the order of their addresses."""
    coordinate, position = design.coordinate_bits, design.position_bits
    found: list[Register] = []
    for group in design.groups:
        for dimension in group.dimensions:
            found.append(Register(f"size_{dimension.lower()}", coordinate, f"extent of {dimension}"))
        if group.window is not None:
            name = group.name.lower()
            for part, meaning in (
                ("stride", "stride"),
                ("dilation", "dilation"),
                ("insertion", "distance of real elements, above 1 in a transposed convolution"),
                ("both_step", "distance of elements touched by several outputs and several taps"),
                ("both_output_step", "elements from one output to the next, likewise"),
                ("both_tap_step", "elements from one tap to the next, likewise"),
            ):
                found.append(Register(f"{name}_{part}", STEP_BITS, f"{meaning} along {group.name}"))
            for part in ("stride", "dilation", "both", "insertion"):
                found.append(
                    Register(
                        f"{name}_{part}_reciprocal", RECIPROCAL_BITS, f"ceil(2**20 / {part}) of the same"
                    )
                )
            found.append(
                Register(f"{name}_padding", coordinate + 1, "zeros in front of the first element", True)
            )
            found.append(Register(f"{name}_real_size", coordinate, f"real elements along {group.name}"))
    for hardware_map in design.maps:
        name = map_name(hardware_map)
        found += [
            Register(f"{name}_size", coordinate, f"size of {map_text(hardware_map)}"),
            Register(f"{name}_offset", coordinate, "its offset"),
            Register(f"{name}_advance", position, "how far one iteration of its loop moves it"),
            Register(f"{name}_reach", position, "what one iteration covers from its position on"),
        ]
    for tensor in TENSORS:
        tensor_design, letter = design.tensors[tensor], tensor.lower()
        found.append(
            Register(
                f"{letter}_present",
                len(tensor_design.axes),
                "axes that the layer's tensor has, innermost lowest",
                is_vector=True,
            )
        )
        found.append(Register(f"{letter}_base_row", 32, "first row of the tensor in its L2 memory"))
        found += [
            Register(f"{letter}_row_stride_{axis.lower()}", 32, f"L2 rows from one {axis} to the next")
            for axis in tensor_design.axes[:-1]
        ]
    found += [
        Register("weights_present", 1, "the layer has weights; without them inputs are added up"),
        Register("summed", len(design.dimensions), "loop dimensions that are summed over", is_vector=True),
        Register("requantise", 1, "outputs are requantised at collection"),
        Register("readback_requantise", 1, "outputs are requantised when the host reads them"),
        Register("shift", 6, "right shift of requantisation"),
        Register("relu", 1, "requantisation replaces negative sums by zero"),
    ]
    return tuple(found)


def map_name(hardware_map: HardwareMap) -> str:
    """Name of a map in the hardware.

    >>> map_name(HardwareMap(3, 1, 0, True, "K", 2))
    'map3_k'
    """
    return f"map{hardware_map.index}_{hardware_map.dimension.lower()}"


def map_text(hardware_map: HardwareMap) -> str:
    """Name of a map for people."""
    kind = "SpatialMap" if hardware_map.spatial else "TemporalMap"
    return f"{kind} {hardware_map.dimension} of level {hardware_map.level}"


def program(design: Design, number: int, mode: OutputMode) -> dict[str, int]:
    """Return the value of every register for layer ``number`` of a machine."""
    layer = design.layers[number]
    values: dict[str, int] = {}
    _sizes(design, number, values)
    for hardware_map in design.maps:
        _map_values(design, layer, hardware_map, values)
    for tensor in TENSORS:
        _tensor_values(design, layer.problem, tensor, values)
    outputs = layer.problem.axes["O"] or ()
    values["weights_present"] = int(layer.problem.axes["W"] is not None)
    values["summed"] = sum(1 << i for i, d in enumerate(design.dimensions) if d not in outputs)
    values["requantise"] = int(mode.requantise == "collection")
    values["readback_requantise"] = int(mode.requantise == "readback")
    values["shift"] = mode.shift
    values["relu"] = int(mode.relu)
    return values


def words(design: Design, values: Mapping[str, int]) -> list[int]:
    """Return the program as unsigned 32-bit words in the order of the registers."""
    return [_word(register, values[register.name]) for register in registers(design)]


def _word(register: Register, value: int) -> int:
    low = -(1 << (register.width - 1)) if register.signed else 0
    high = (1 << (register.width - 1 if register.signed else register.width)) - 1
    if not low <= value <= high:
        raise ValueError(f"register {register.name} cannot hold {value}")
    return value & 0xFFFFFFFF


def _reciprocal(value: int) -> int:
    return -(-(1 << (RECIPROCAL_BITS - 1)) // value)


def _sizes(design: Design, number: int, values: dict[str, int]) -> None:
    problem = design.layers[number].problem
    for group in design.groups:
        for dimension in group.dimensions:
            values[f"size_{dimension.lower()}"] = extent_of(problem, dimension)
        if group.window is None:
            continue
        name = group.name.lower()
        window = next(w for w in problem.windows if w.input == group.name)
        both = design.surveys[number].axis("I", group.name).both_step
        exact = window.stride % both == 0 and window.dilation % both == 0
        values[f"{name}_stride"] = window.stride
        values[f"{name}_dilation"] = window.dilation
        values[f"{name}_insertion"] = window.insertion
        values[f"{name}_both_step"] = both
        values[f"{name}_both_output_step"] = window.stride // both if exact else 0
        values[f"{name}_both_tap_step"] = window.dilation // both if exact else 0
        values[f"{name}_stride_reciprocal"] = _reciprocal(window.stride)
        values[f"{name}_dilation_reciprocal"] = _reciprocal(window.dilation)
        values[f"{name}_both_reciprocal"] = _reciprocal(both)
        values[f"{name}_insertion_reciprocal"] = _reciprocal(window.insertion)
        values[f"{name}_padding"] = window.pad
        values[f"{name}_real_size"] = window.real_size


def _map_values(design: Design, layer: LayerNest, hardware_map: HardwareMap, values: dict[str, int]) -> None:
    name = map_name(hardware_map)
    size, offset = numbers(layer.problem, hardware_map.dimension, layer, hardware_map)
    units = design.units[hardware_map.level] if hardware_map.spatial else 1
    values[f"{name}_size"] = size
    values[f"{name}_offset"] = offset
    values[f"{name}_advance"] = units * offset
    values[f"{name}_reach"] = (units - 1) * offset + size


def _tensor_values(design: Design, problem: Problem, tensor: Tensor, values: dict[str, int]) -> None:
    axes, letter = design.tensors[tensor].axes, tensor.lower()
    own: Sequence[str] = problem.axes[tensor] or ()
    placement = design.placement(tensor, problem)
    values[f"{letter}_present"] = sum(1 << i for i, axis in enumerate(reversed(axes)) if axis in own)
    values[f"{letter}_base_row"] = 0
    for axis, stride in zip(axes[:-1], placement.row_strides, strict=True):
        values[f"{letter}_row_stride_{axis.lower()}"] = stride

"""One layer on many machines: arrays of hardware numbers in, arrays of result columns out.

Points that share the PEs, multicast and reduction share a nest, which is prepared once; the rest varies
inside the core. Energy rates are looked up once per combination of buffer sizes and NoC width.

Codes: M314 no array of this name, or arrays whose shapes do not fit.

Non-goals: no search (``maestro_py.explore``), no networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

from maestro_py.analysis.columns import Machine, complete
from maestro_py.analysis.engine import EngineName, evaluate
from maestro_py.analysis.layers import Costs, count_columns, energy_columns, tensor_sizes
from maestro_py.analysis.layout import of_problem
from maestro_py.analysis.sparsity import density_columns
from maestro_py.errors import Diagnostic, HardwareError, did_you_mean
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.ir.accelerator import Accelerator
    from maestro_py.ir.dataflow import Dataflow
    from maestro_py.ir.network import Layer

    Array = NDArray[Any]

Kind = Literal["switch", "real"]

VARYING: Mapping[str, int | Kind] = {
    "num_pes": 1,
    "vector_width": 1,
    "l1_bytes": 1,
    "l2_bytes": 1,
    "noc_bandwidth_bytes_per_cycle": 1,
    "noc_latency_cycles": 0,
    "dram_bandwidth_bytes_per_cycle": 1,
    "dram_latency_cycles": 0,
    "multicast": "switch",
    "reduction": "switch",
    "frequency_mhz": "real",
}
"""Fields of the accelerator that may be arrays: the least value of whole numbers, or what else they are."""

NEST_FIELDS = ("num_pes", "multicast", "reduction")
"""Fields that a prepared nest depends on."""

COST_FIELDS = ("num_pes", "vector_width", "l1_bytes", "l2_bytes", "noc_bandwidth_bytes_per_cycle")
"""Fields that energy rates, area and leakage depend on."""


def batch(
    layer: Layer,
    dataflow: Dataflow,
    accelerator: Accelerator,
    *,
    engine: EngineName = "core",
    **arrays: Any,
) -> dict[str, Array]:
    """Evaluate a layer on many machines.

    Parameters
    ----------
    layer, dataflow
        What runs.
    accelerator
        Every number that does not vary.
    engine
        ``core`` or ``reference``.
    **arrays
        Fields of the accelerator (``VARYING``) as arrays that broadcast to one dimension.

    Returns
    -------
    dict
        An array per column of ``columns.COLUMNS`` but the names, in column order, of the common length.

    Raises
    ------
    HardwareError
        M314 for a field that cannot vary, an impossible value, or lengths that differ.
    SemanticError
        The dataflow does not suit the layer or the number of PEs.

    Examples
    --------
    >>> from maestro_py.ir.accelerator import Accelerator
    >>> from maestro_py.ir.dataflow import Dataflow, MapDirective, Number
    >>> from maestro_py.ir.network import Layer
    >>> one = Number(1)
    >>> flow = Dataflow((MapDirective("SpatialMap", one, one, "N"),))
    >>> gemm = Layer("a", "GEMM", {"M": 2, "N": 4, "K": 8})
    >>> machine = Accelerator(num_pes=4)
    >>> found = batch(gemm, flow, machine, engine="reference", vector_width=[1, 2])
    >>> found["compute_cycles"].tolist()
    [16, 8]
    """
    import numpy as np

    points = checked_arrays(arrays)
    size = len(next(iter(points.values()), np.zeros(1)))
    counts: dict[str, Array] = {}
    for key, members in _groups(points, NEST_FIELDS, size):
        machine = replace(accelerator, **key)
        nest = build_nest(layer, dataflow, machine.num_pes)
        inner = {name: values[members] for name, values in points.items() if name not in NEST_FIELDS}
        evaluate_group = _reference_counts if engine == "reference" else _core_counts
        number = size if isinstance(members, slice) else len(members)
        for name, values in evaluate_group(nest, machine, inner, number).items():
            counts.setdefault(name, np.zeros(size, values.dtype))[members] = values
    repeats = {"repeat": np.full(size, layer.repeat)}
    return _columns(layer, nest, accelerator, points, {**repeats, **counts})


def checked_arrays(arrays: Mapping[str, Any]) -> dict[str, Array]:
    """Return the arrays at their common length.

    Raises
    ------
    HardwareError
        M314 for a field that cannot vary, an impossible value, or lengths that differ.
    """
    import numpy as np

    problems: list[Diagnostic] = []
    found: dict[str, Array] = {}
    for name, values in arrays.items():
        array = np.atleast_1d(np.asarray(values))
        if name not in VARYING:
            hint = did_you_mean(name, VARYING, "numbers that may vary")
            problems.append(diagnostic("M314", f"{name!r} is no number that may vary", None, hint))
        elif not _is_possible(array, VARYING[name]):
            problems.append(diagnostic("M314", f"{name} has a value out of its range"))
        else:
            found[name] = array
    if not problems:
        try:
            return dict(zip(found, np.broadcast_arrays(*found.values()), strict=True))
        except ValueError:
            lengths = ", ".join(f"{name}: {len(array)}" for name, array in found.items())
            message = f"the arrays differ in length ({lengths})"
            problems.append(diagnostic("M314", message, None, "give arrays of one length, or of length 1"))
    raise HardwareError(problems)


def _is_possible(array: Array, least: int | Kind) -> bool:
    if array.ndim != 1 or not array.size:
        return False
    if least == "switch":
        return array.dtype.kind == "b"
    if least == "real":
        return array.dtype.kind in "iuf" and bool(((array > 0) & (array < float("inf"))).all())
    return array.dtype.kind in "iu" and bool((array >= least).all())


def _groups(
    points: Mapping[str, Array], names: tuple[str, ...], size: int
) -> Iterator[tuple[dict[str, Any], Array | slice]]:
    """Yield each combination of some fields that occurs, with the indices of its points (a slice: all)."""
    import numpy as np

    varying = [name for name in names if name in points]
    which = np.zeros(size, np.int64)
    for name in varying:
        found, place = np.unique(points[name], return_inverse=True)
        _, which = np.unique(which * len(found) + place, return_inverse=True)
    order = np.argsort(which, kind="stable")
    starts = np.flatnonzero(np.diff(which[order], prepend=-1))
    for members in np.split(order, starts[1:]):
        key = {name: points[name][members[0]].item() for name in varying}
        yield key, slice(None) if len(members) == size else members


def _reference_counts(
    nest: Nest, accelerator: Accelerator, points: Mapping[str, Array], size: int
) -> dict[str, Array]:
    import numpy as np

    layout = of_problem(accelerator.layout, nest.problem)
    found = []
    for index in range(size):
        numbers = {name: values[index].item() for name, values in points.items()}
        found.append(evaluate(nest, replace(accelerator, layout=layout, **numbers), "reference"))
    return {name: np.array([counts[name] for counts in found]) for name in found[0]}


def _core_counts(
    nest: Nest, accelerator: Accelerator, points: Mapping[str, Array], size: int
) -> dict[str, Array]:
    import numpy as np

    from maestro_py import _core
    from maestro_py.analysis.core import Prepared

    layout = of_problem(accelerator.layout, nest.problem)
    prepared = Prepared(nest, layout, accelerator.multicast, accelerator.reduction)
    coverage = prepared.coverage()
    machine = replace(accelerator, lanes=None) if "vector_width" in points else accelerator
    table = np.tile(np.array(prepared.point(machine), np.int64), (size, 1))
    for index, field in enumerate(_core.POINT_FIELDS):
        if field in points:
            table[:, index] = points[field]
    results = np.zeros((size, len(_core.RESULT_FIELDS)), np.int64)
    status = np.zeros(size, np.int64)
    prepared.evaluate_batch(table, results, status)
    wrong = np.flatnonzero(status != _core.OK)
    if wrong.size:
        numbers = {name: values[wrong[0]].item() for name, values in points.items()}
        prepared.evaluate(replace(machine, **numbers))  # says what is wrong with the first bad point
    by_field = np.ascontiguousarray(results.T)
    found: dict[str, Array] = {name: by_field[i] for i, name in enumerate(_core.RESULT_FIELDS)}
    for name in ("legal", "covered", "total", "redundant"):
        found[name] = np.full(size, getattr(coverage, name))
    return found


def _columns(
    layer: Layer,
    nest: Nest,
    accelerator: Accelerator,
    points: Mapping[str, Array],
    counts: Mapping[str, Array],
) -> dict[str, Array]:
    """Return counts with energies as the columns of a layer."""
    import numpy as np

    size = len(counts["macs"])
    sizes = {name: np.full(size, value) for name, value in tensor_sizes(nest.problem).items()}
    open_sizes = {
        name: counts[f"{name}_required"]
        for name in ("l1_bytes", "l2_bytes")
        if name not in points and getattr(accelerator, name) is None
    }
    costs = {**points, **open_sizes}
    parts: dict[str, Array] = {}
    facts = {name: np.zeros(size) for name in ("area_um2", "static_power_mw")}
    machine = Machine(accelerator, None, 0.0, "none")
    for key, members in _groups(costs, COST_FIELDS, size):
        if "vector_width" in key:
            key["lanes"] = None
        group = Costs(replace(accelerator, **key), 0, 0)
        energy = group.energy(layer, {name: values[members] for name, values in counts.items()})
        machine, _ = group.machine()
        facts["area_um2"][members] = np.nan if machine.area_um2 is None else machine.area_um2
        facts["static_power_mw"][members] = machine.static_power_mw
        for name, values in energy_columns(energy).items():
            parts.setdefault(name, np.zeros(size))[members] = values
    arrays: dict[str, Any] = {**points, **({"lanes": None} if "vector_width" in points else {})}
    kind = machine.static_power_kind
    area, static = (cast(float, facts[name]) for name in ("area_um2", "static_power_mw"))
    whole = Machine(replace(accelerator, **arrays), area, static, kind)
    sparse = density_columns(nest, accelerator, counts)
    columns: Mapping[str, Any] = complete({**sizes, **count_columns(counts), **parts, **sparse}, whole)
    return {
        name: value if isinstance(value, np.ndarray) else np.full(size, np.nan if value is None else value)
        for name, value in columns.items()
    }

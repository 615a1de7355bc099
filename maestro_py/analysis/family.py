"""Many nests on many machines: the core's counts and coarse time for every combination.

Turns one layer and one dataflow, arrays of values for the dataflow's constants and of numbers of PEs (the
*nests*), and arrays of hardware numbers (the *points*) into arrays of result columns. Every value is that of
:class:`~maestro_py.analysis.core.Prepared` for the one nest and machine.

Non-goals: energy and area, which combinations there are, which are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maestro_py import _core
from maestro_py.analysis.core import hardware_row, pack
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.density import millionths
from maestro_py.ir.nest import Nest
from maestro_py.ir.nests import Nests, build_nests
from maestro_py.ir.network import Layer
from maestro_py.ir.operators import get

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

#: Number of the code that tells what is wrong with a nest, by the core's status.
CODE_OF_STATUS: Mapping[int, int] = {
    _core.MISSING: 301,
    _core.REPEATED: 302,
    _core.UNPROVEN: 311,
    _core.OVERFLOW: 312,
    _core.BAD_POINT: 313,
}

_BITS = ("bits_W", "bits_I", "bits_O")
_BIT_COLUMNS = [_core.POINT_FIELDS.index(name) for name in _BITS]
_WIDTHS = ("vector_width", *(f"lane_{i}" for i in range(8)))
_ZEROS = _core.POINT_FIELDS[17:]
_NOC = ("noc_bandwidth_bytes_per_cycle", *_BITS, *_ZEROS)
_L2 = ("l2_bytes", *_BITS)
_DRAM = ("dram_bandwidth_bytes_per_cycle", *_L2, *_ZEROS)

#: Hardware numbers that a result depends on; those that are not here depend on none.
NUMBERS_OF: Mapping[str, tuple[str, ...]] = {
    "l1_bytes_required": _BITS,
    **dict.fromkeys((n for n in _core.RESULT_FIELDS if n.startswith(("l2_tile", "dram_"))), _L2),
    "l2_bytes_required": _L2,
    "compute_cycles": (*_WIDTHS, *_ZEROS),
    "ingress_beats": _NOC,
    "egress_beats": _NOC,
    "dram_in_beats": _DRAM,
    "dram_out_beats": _DRAM,
    **dict.fromkeys((n for n in _core.RESULT_FIELDS if n.startswith("cycles")), _core.POINT_FIELDS),
}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Results of nests on points.

    Attributes
    ----------
    status
        Per nest 0, or the number of the code that says what is wrong with it: that of
        :class:`~maestro_py.ir.nests.Nests`, 301 MACs missing, 302 MACs repeated, 311 too large to prove
        legal, 312 some count beyond 64 bits. Results of other nests than those with 0 mean nothing.
    point_status
        Per point 0, or 313 where a number is impossible; results there are 0.
    fields
        Results by name: of shape (nests,) where they are equal for all points, else (nests, points).
    """

    status: Integers
    point_status: Integers
    fields: Mapping[str, Integers]


class Family:
    """One dataflow on one layer, and the kind of machine that does not change.

    What is found about groups of dimensions is kept from one call to the next. A family belongs to one thread
    at a time.

    Parameters
    ----------
    layer, dataflow
        What all nests share; sizes of the dataflow may name constants
        (:class:`~maestro_py.ir.dataflow.Reference`).
    accelerator
        Its layout and kind of NoC hold for all nests; its other numbers where no array says otherwise.

    Examples
    --------
    >>> import numpy as np
    >>> from maestro_py.ir.dataflow import MapDirective, Reference
    >>> tile = Reference("T")
    >>> rows = MapDirective("SpatialMap", tile, tile, "M")
    >>> gemm = Layer("a", "GEMM", {"M": 8, "N": 1, "K": 4})
    >>> family = Family(gemm, Dataflow((rows,)), Accelerator())
    >>> points = family.points({"noc_bandwidth_bytes_per_cycle": np.array([1, 4])})
    >>> found = family.evaluate({"T": np.array([1, 2])}, 4, points, ("steps", "ingress_beats"))
    >>> found.fields["steps"].tolist(), found.fields["ingress_beats"].tolist()
    ([2, 1], [[36, 9], [36, 9]])
    """

    def __init__(self, layer: Layer, dataflow: Dataflow, accelerator: Accelerator) -> None:
        self.layer = layer
        self.dataflow = dataflow
        self.accelerator = accelerator
        self._outline = Nest(get(layer.operator).problem(layer), (), (), 1, millionths(layer.density))
        self._core: _core.Family | None = None

    def points(self, numbers: Mapping[str, Integers]) -> Integers:
        """Hardware numbers, one row of ``_core.POINT_FIELDS`` per point.

        Parameters
        ----------
        numbers
            Value per point of each number that varies, by its name in ``_core.POINT_FIELDS``; 1-D, all of one
            length. The others are those of the accelerator.
        """
        import numpy as np

        count = max((len(values) for values in numbers.values()), default=1)
        table = np.tile(np.array(hardware_row(self._outline, self.accelerator), np.int64), (count, 1))
        for name, values in numbers.items():
            table[:, _core.POINT_FIELDS.index(name)] = values
        if self.accelerator.zero_skip:  # what compressed elements take depends on their bits
            for w, i, o in np.unique(table[:, _BIT_COLUMNS], axis=0).tolist():
                row = hardware_row(self._outline, replace(self.accelerator, bits=(w, i, o)))
                same = (table[:, _BIT_COLUMNS] == (w, i, o)).all(axis=1)
                table[same, 17:] = row[17:]
        return table

    def evaluate(
        self,
        constants: Mapping[str, Integers],
        num_pes: Integers | int,
        points: Integers,
        fields: Iterable[str],
        *,
        legality: bool = True,
    ) -> Evaluated:
        """Evaluate every nest on every point.

        Parameters
        ----------
        constants, num_pes
            As for :func:`maestro_py.ir.nests.build_nests`.
        points
            As :meth:`points` returns it.
        fields
            Names of ``_core.RESULT_FIELDS``. ``cycles`` and ``cycles_onchip``, fine time, take much longer.
        legality
            Whether to check that nests compute every MAC once.

        Raises
        ------
        SemanticError
            If the dataflow breaks a rule whatever the values are, or the layout names an axis that a tensor
            does not have.
        """
        import numpy as np

        nests = build_nests(self.layer, self.dataflow, constants, num_pes)
        varying = {name for i, name in enumerate(_core.POINT_FIELDS) if (points[:, i] != points[:1, i]).any()}
        wanted = tuple(dict.fromkeys(fields))
        of_point = tuple(name for name in wanted if not varying.isdisjoint(NUMBERS_OF.get(name, ())))
        of_nest = tuple(name for name in wanted if name not in of_point)
        count = len(nests.status)
        nest_results = np.zeros((count, len(of_nest)), np.int64)
        point_results = np.zeros((count, len(of_point), len(points)), np.int64)
        status, point_status = nests.status.copy(), np.zeros(len(points), np.int64)
        status[nests.status != 0] = -1
        self._program(nests).evaluate(
            nests.rows(),
            np.ascontiguousarray(points),
            _numbers(of_nest),
            _numbers(of_point),
            nest_results,
            point_results,
            status,
            point_status,
            legality,
        )
        status[nests.status != 0] = nests.status[nests.status != 0]
        for own, code in CODE_OF_STATUS.items():
            status[(status == own) & (nests.status == 0)] = code
            point_status[point_status == own] = code
        found = {name: nest_results[:, i] for i, name in enumerate(of_nest)}
        found |= {name: point_results[:, i] for i, name in enumerate(of_point)}
        return Evaluated(status, point_status, {name: found[name] for name in wanted})

    def found(self) -> tuple[int, int]:
        """Groups of dimensions that were analysed so far, and plans that were drawn of how they combine."""
        return (self._core.analysed, self._core.drawn) if self._core is not None else (0, 0)

    def _program(self, nests: Nests) -> _core.Family:
        if self._core is None:
            machine = self.accelerator
            packed = pack(nests.template, machine.layout)
            self._core = _core.Family(packed, machine.multicast, machine.reduction)
        return self._core


def _numbers(names: Iterable[str]) -> Integers:
    import numpy as np

    return np.array([_core.RESULT_FIELDS.index(name) for name in names], np.int64)

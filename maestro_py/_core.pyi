"""Types of the compiled core; the contract is stated in ``_core.pyx``."""

from array import array
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

#: Any buffer of 64-bit integers.
_Integers = array[int] | memoryview[int] | NDArray[np.int64]

_GroupFinding = tuple[tuple[int, ...], int, int, int, tuple[int, ...] | None, tuple[int, ...] | None]

OK: Final[int]
OVERFLOW: Final[int]
BAD_POINT: Final[int]
REPEATED: Final[int]
MISSING: Final[int]
UNPROVEN: Final[int]
POINT_FIELDS: Final[tuple[str, ...]]
RESULT_FIELDS: Final[tuple[str, ...]]

@final
class Program:
    def __init__(self, packed: _Integers, multicast: bool, reduction: bool) -> None: ...
    def evaluate_one(self, point: _Integers, result: _Integers, fine: bool = True) -> int: ...
    def evaluate(
        self, points: _Integers, results: _Integers, status: _Integers, fine: bool = True
    ) -> None: ...
    def coverage(self) -> list[_GroupFinding] | None: ...

@final
class Family:
    @property
    def columns(self) -> int: ...
    @property
    def analysed(self) -> int: ...
    @property
    def drawn(self) -> int: ...
    @property
    def compiled(self) -> int: ...
    def __init__(self, packed: _Integers, multicast: bool, reduction: bool) -> None: ...
    def evaluate(
        self,
        nests: _Integers,
        points: _Integers,
        nest_fields: _Integers,
        point_fields: _Integers,
        nest_results: _Integers,
        point_results: _Integers,
        nest_status: _Integers,
        point_status: _Integers,
        legality: bool = True,
    ) -> None: ...

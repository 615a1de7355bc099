"""What LSTM, GRU and RNN share: the products of the gates with inputs and state (SEMANTICS section 1).

The inputs of all steps are known beforehand, so their product with the weights of all gates is one over all
steps. A step's state needs the step before: that product repeats, with the same weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from maestro_py.ir.composites import Composite, Sizes
from maestro_py.ir.network import Layer

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "N": "sequences",
        "T": "steps",
        "C": "inputs of a step",
        "K": "hidden units",
        "D": "directions (1 or 2)",
    }
)
PROJECTED = "elements of the projected state (not projected if not given)"
GATES: Mapping[str, int] = MappingProxyType({"LSTM": 4, "GRU": 3, "RNN": 1})
"""Products of inputs and state with weights, per layer type."""


def recurrent(name: str, summary: str, *, projects: bool = False) -> Composite:
    """Return the layer type ``name`` of :data:`GATES`; one that ``projects`` may have ``P``."""

    def parts(layer: str, sizes: Sizes) -> Iterable[Layer]:
        return _parts(layer, sizes, GATES[name])

    if projects:
        meanings = {**MEANINGS, "P": PROJECTED}
        return Composite(name, meanings, ("GEMM",), parts, summary, (_directions, _projection))
    return Composite(name, MEANINGS, ("GEMM",), parts, summary, (_directions,))


def _parts(name: str, sizes: Sizes, gates: int) -> Iterator[Layer]:
    sequences, steps, inputs, hidden, directions = (sizes.get(dimension, 1) for dimension in MEANINGS)
    projected = sizes.get("P")
    state = hidden if projected is None else projected
    columns = gates * hidden
    for direction in range(directions):
        of = name if directions == 1 else f"{name}.{('forward', 'backward')[direction]}"
        yield Layer(f"{of}.input", "GEMM", {"M": steps * sequences, "N": columns, "K": inputs})
        yield Layer(f"{of}.recurrent", "GEMM", {"M": sequences, "N": columns, "K": state}, repeat=steps)
        if projected is not None:
            product = {"M": sequences, "N": projected, "K": hidden}
            yield Layer(f"{of}.projection", "GEMM", product, repeat=steps)


def _directions(sizes: Sizes) -> Iterator[tuple[str, str]]:
    if sizes.get("D", 1) > 2:
        yield "D", f"D is {sizes['D']}; a sequence has 1 or 2 directions"


def _projection(sizes: Sizes) -> Iterator[tuple[str, str]]:
    hidden = sizes.get("K", 1)
    if sizes.get("P", 0) >= hidden:
        yield "P", f"P is {sizes['P']}; a state is projected to fewer than its K = {hidden} elements"

"""An analysis as a network: totals, every layer's share of them, and the activations between layers.

A network is a list of layers without edges, so consecutive layers are taken as a chain: what a layer writes
is read by the next one and is needed until that has run. Branches and whatever else reads an output later
(the addition that ends a residual block) are not known; :data:`ASSUMPTIONS` says so wherever the view is
shown.

Non-goals: no liveness over a graph, no placing of activations into L2; every layer is costed with its inputs
from DRAM and its outputs to DRAM.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from maestro_py.analysis.columns import Bound, Value
from maestro_py.analysis.results import Analysis, LayerResult
from maestro_py.ir.operators import TENSORS, Tensor

Item = TypeVar("Item")

ASSUMPTIONS = (
    "consecutive layers are taken as a chain, each feeding the next: a network here is a list of layers, so "
    "branches and what else reads an output later are not known; they keep outputs for longer, as the second "
    "operand of a residual addition (ADD) is kept through the whole block",
    "every layer is costed with its inputs read from DRAM and its outputs written there; what keeping them "
    "on chip would save is not costed, and L2 also holds the tiles of the layer that runs",
    "operators that are no layer of the network are not costed",
)
"""What the view takes for granted and leaves out."""


@dataclass(frozen=True, slots=True)
class LayerShare:
    """One layer's part of the network, over all its runs.

    Attributes
    ----------
    layer, operator, dataflow, bound
        As in its columns.
    like
        The first layer of the network that differs from it in nothing but name and runs; itself, if none.
    repeat
        How often it runs.
    runtime_cycles, runtime_ms, energy_pj
        Of all runs together.
    runtime_fraction, energy_fraction
        Of the network's; 0 where the whole is 0.
    """

    layer: str
    operator: str
    dataflow: str
    bound: Bound
    like: str
    repeat: int
    runtime_cycles: int
    runtime_ms: float
    runtime_fraction: float
    energy_pj: float
    energy_fraction: float


@dataclass(frozen=True, slots=True)
class LayerKind:
    """Layers that differ in nothing but name and runs, as the blocks of a transformer.

    Attributes
    ----------
    layers
        How many.
    share
        That of all of them together, under the name of the first.
    """

    layers: int
    share: LayerShare


@dataclass(frozen=True, slots=True)
class Activation:
    """What one layer leaves for the next.

    Attributes
    ----------
    layer
        Who writes it.
    output_bytes
        All outputs of one run, at the machine's width of outputs.
    next_layer
        Who reads it; None after the last layer.
    next_input_bytes
        All inputs of one run of the next layer (of an ADD its first operand), at the machine's width of
        inputs. Where it is not the outputs at that width, an operator between them is no layer, or the next
        layer reads something else.
    exceeds_l2
        Whether ``output_bytes`` are more than L2 has, so that they go to DRAM; None where its size is open.
    """

    layer: str
    output_bytes: int
    next_layer: str | None
    next_input_bytes: int | None
    exceeds_l2: bool | None


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network as a whole.

    Attributes
    ----------
    runtime_cycles, runtime_ms, energy_pj, energy_dram_pj
        Totals over all runs of all layers.
    l2_bytes
        Of the machine; None where it is open.
    layers
        In order.
    activations
        One for each layer, in order.
    errors
        How many there were. Layers with errors are in none of the numbers, and the chain passes over them;
        illegal ones that were allowed are in all of them.
    assumptions
        :data:`ASSUMPTIONS`.
    """

    runtime_cycles: int
    runtime_ms: float
    energy_pj: float
    energy_dram_pj: float
    l2_bytes: int | None
    layers: tuple[LayerShare, ...]
    activations: tuple[Activation, ...]
    errors: int
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def kinds(self) -> list[LayerKind]:
        """Return the layers with those that are alike taken together, in order of the first."""
        alike: dict[str, list[LayerShare]] = {}
        for share in self.layers:
            alike.setdefault(share.like, []).append(share)
        return [LayerKind(len(shares), _together(shares)) for shares in alike.values()]

    def slowest(self, top: int) -> list[LayerKind]:
        """Return the kinds of layers with most cycles, the first one first."""
        return _largest(self.kinds(), lambda kind: kind.share.runtime_cycles, top)

    def hungriest(self, top: int) -> list[LayerKind]:
        """Return the kinds of layers with most energy, the first one first."""
        return _largest(self.kinds(), lambda kind: kind.share.energy_pj, top)

    def largest_activations(self, top: int) -> list[tuple[Activation, int]]:
        """Return the largest outputs, the first one first; of layers that are alike one, and how many."""
        like = {share.layer: share.like for share in self.layers}
        alike: dict[tuple[str | None, ...], list[Activation]] = {}
        for found in self.activations:
            alike.setdefault((like[found.layer], like.get(found.next_layer or "")), []).append(found)
        counted = [(same[0], len(same)) for same in alike.values()]
        return _largest(counted, lambda item: item[0].output_bytes, top)

    def tree(self) -> dict[str, Any]:
        """Return the fields as a JSON-able tree."""
        return asdict(self)


def _largest(items: Sequence[Item], key: Callable[[Item], float], top: int) -> list[Item]:
    return sorted(items, key=lambda item: -key(item))[:top]


def _together(shares: Sequence[LayerShare]) -> LayerShare:
    """Return the sum of shares of layers that are alike."""
    sums: dict[str, Any] = {
        name: sum(getattr(share, name) for share in shares)
        for name in (
            "repeat",
            "runtime_cycles",
            "runtime_ms",
            "runtime_fraction",
            "energy_pj",
            "energy_fraction",
        )
    }
    return replace(shares[0], **sums)


def network_view(analysis: Analysis) -> NetworkView:
    """Return the view of an analysis."""
    cycles, energy_pj = _real(analysis.totals["runtime_cycles"]), _real(analysis.totals["energy_pj"])
    firsts: dict[object, str] = {}
    shares = []
    for layer in analysis.layers:
        values = tuple(value for name, value in layer.values.items() if name not in ("layer", "repeat"))
        like = firsts.setdefault(values, layer.name)
        shares.append(_share(analysis, layer, like, cycles, energy_pj))
    return NetworkView(
        runtime_cycles=int(cycles),
        runtime_ms=_milliseconds(analysis, cycles),
        energy_pj=energy_pj,
        energy_dram_pj=_real(analysis.totals["energy_dram_pj"]),
        l2_bytes=analysis.accelerator.l2_bytes,
        layers=tuple(shares),
        activations=_activations(analysis),
        errors=len(analysis.errors),
    )


def _milliseconds(analysis: Analysis, cycles: float) -> float:
    return cycles / analysis.accelerator.frequency_mhz / 1000


def _real(value: Value) -> float:
    assert isinstance(value, int | float)
    return value


def _share(
    analysis: Analysis, layer: LayerResult, like: str, all_cycles: float, all_energy_pj: float
) -> LayerShare:
    cycles = int(_real(layer.values["runtime_cycles"])) * layer.repeat
    energy_pj = _real(layer.values["energy_pj"]) * layer.repeat
    return LayerShare(
        layer=layer.name,
        operator=layer.operator,
        dataflow=str(layer.values["dataflow"]),
        bound=layer.bound,
        like=like,
        repeat=layer.repeat,
        runtime_cycles=cycles,
        runtime_ms=_milliseconds(analysis, cycles),
        runtime_fraction=cycles / all_cycles if all_cycles else 0.0,
        energy_pj=energy_pj,
        energy_fraction=energy_pj / all_energy_pj if all_energy_pj else 0.0,
    )


def _activations(analysis: Analysis) -> tuple[Activation, ...]:
    machine = analysis.accelerator
    bits = dict(zip(TENSORS, machine.bits, strict=True))

    def size(layer: LayerResult, tensor: Tensor) -> int:
        return -(-int(_real(layer.values[f"elements_{tensor}"])) * bits[tensor] // 8)  # rounded up

    found = []
    for layer, reader in zip(analysis.layers, (*analysis.layers[1:], None), strict=False):
        output_bytes = size(layer, "O")
        found.append(
            Activation(
                layer=layer.name,
                output_bytes=output_bytes,
                next_layer=reader.name if reader else None,
                next_input_bytes=size(reader, "I") if reader else None,
                exceeds_l2=None if machine.l2_bytes is None else output_bytes > machine.l2_bytes,
            )
        )
    return tuple(found)

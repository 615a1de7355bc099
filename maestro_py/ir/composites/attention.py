"""ATTENTION: The two products of attention, scores and context, without projections.

Both multiply two activations, so they are BMM with a head of keys and values per ``G``. Query heads that
share one make its first operand longer (grouped-query attention), so keys and values are stored and moved
once. Every pair of a query and a key counts: no causal mask is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from maestro_py.ir.composites import Composite, Sizes
from maestro_py.ir.network import Layer

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "N": "sequences",
        "G": "heads of keys and values",
        "H": "query heads that share each of these",
        "M": "queries",
        "T": "keys (those of a cache too)",
        "K": "elements of a key",
        "V": "elements of a value (K if not given)",
    }
)


def _parts(name: str, sizes: Sizes) -> Iterator[Layer]:
    sequences, groups, shared, queries, keys, width = (sizes.get(d, 1) for d in "NGHMTK")
    common = {"G": sequences * groups, "M": shared * queries}
    yield Layer(f"{name}.qk", "BMM", {**common, "N": keys, "K": width})
    yield Layer(f"{name}.av", "BMM", {**common, "N": sizes.get("V", width), "K": keys})


COMPOSITE = Composite(
    "ATTENTION",
    MEANINGS,
    ("BMM",),
    _parts,
    "Attention without projections: scores and context, per head of keys and values.",
)

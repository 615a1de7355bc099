"""The largest extent that a dimension has in any cluster that exists: what a loop below has to cover.

Parameters
----------
COORDINATE_BITS
    Bits of a coordinate or an extent.
CLUSTERS
    Number of clusters.

Ports
-----
low, high [CLUSTERS*COORDINATE_BITS] : input
    Range of each cluster, its end excluded; cluster 0 in the least significant field.
exists[CLUSTERS] : input
    Which clusters exist.
extent[COORDINATE_BITS] : output
    Largest extent; 0 if no cluster exists or all are empty.

Latency: 0, combinational. Throughput: one maximum a cycle.
"""

from __future__ import annotations

from collections.abc import Iterable

from maestro_py.ir.tiles import Range


def model(ranges: Iterable[Range | None]) -> int:
    """Largest extent of the ranges; ``None`` is a cluster that does not exist.

    Examples
    --------
    >>> model([(0, 3), None, (4, 9)])
    5
    """
    return max([0, *(high - low for low, high in filter(None, ranges))])

"""Legality of layers that are cut into more tiles than are walked: the core counts them."""

from __future__ import annotations

import pytest

from maestro_py.check import check_text

COUT = 300_000


@pytest.mark.parametrize(("offset", "codes"), [(1, []), (2, ["M301"])])
def test_a_layer_of_many_tiles_is_still_proven(offset: int, codes: list[str]) -> None:
    dataflow = f"Dataflow {{ TemporalMap(1,{offset}) K; SpatialMap(1,1) C; }}"
    layer = f"Layer a {{ Type: FC Dimensions {{ K: {COUT}, C: 2 }} {dataflow} }}"
    found = check_text(f"Network n {{ {layer} }}").diagnostics
    assert [entry.code for entry in found] == codes
    if codes:
        assert f"misses {COUT:,} of {2 * COUT:,} MACs" in found[0].message

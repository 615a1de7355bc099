"""Views of results: breakdowns, data frames, HTML."""

import sys

import pytest

from maestro_py.analysis.api import compare
from maestro_py.analysis.columns import COLUMNS
from maestro_py.errors import InputError


def test_breakdowns_add_up_to_the_total(analysis):
    total = analysis.totals["energy_pj"]
    assert sum(analysis.energy_by_component().values()) == pytest.approx(total)
    assert sum(analysis.energy_by_tensor().values()) == pytest.approx(total)
    by_level = analysis.energy_by_level()
    assert {name: sum(parts.values()) for name, parts in by_level.items()} == pytest.approx(
        analysis.energy_by_component()
    )


def test_the_data_frame_has_a_row_per_layer(analysis):
    frame = analysis.to_dataframe()
    assert list(frame.columns) == list(COLUMNS)
    assert list(frame["layer"]) == [layer.name for layer in analysis.layers]
    assert frame["macs"].sum() == analysis.totals["macs"]


def test_without_pandas_the_error_names_the_extra(analysis, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError) as caught:
        analysis.to_dataframe()
    assert caught.value.diagnostics[0].code == "M333"
    assert "maestro-py[data]" in caught.value.diagnostics[0].hint


def test_html_escapes_names_and_ends_in_totals(analysis):
    page = analysis._repr_html_()
    assert page.count("<tr>") == len(analysis.layers) + 2  # head and total
    assert "<td>total</td>" in page
    assert f"<td>{analysis.totals['macs']:,}</td>" in page


def test_a_comparison_has_a_row_per_choice(network, machine):
    found = compare(network, [("kcp_ws", machine), ("nlr", machine)], overrides={"num_pes": 64})
    assert list(found.to_dataframe()["dataflow"]) == ["kcp_ws", "nlr"]
    assert found._repr_html_().count("<tr>") == 3

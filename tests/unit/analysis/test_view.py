"""The view of a network: shares add up, rankings hold, activations are those of a chain."""

import json
from dataclasses import replace

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.analysis.best import Best
from maestro_py.analysis.view import ASSUMPTIONS, network_view
from maestro_py.exporters import export
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse

TEXT = """
Network n {
  Layer conv { Type: CONV Repeat: 3; Padding { Y: 1, X: 1 }
    Dimensions { K: 4, C: 4, R: 3, S: 3, Y: 6, X: 6 } }
  Layer pool { Type: POOL Stride { Y: 2, X: 2 } Dimensions { C: 4, R: 2, S: 2, Y: 6, X: 6 } }
  Layer fc { Type: FC Dimensions { K: 5, C: 36 } }
}
"""
MACHINE = Accelerator(
    num_pes=8, bits=(8, 8, 12), l1_bytes=512, l2_bytes=100, frequency_mhz=250.0, technology="eyeriss-65nm"
)


@pytest.fixture(scope="module")
def net():
    return lower(parse(TEXT)).networks[0]


@pytest.fixture(scope="module")
def found(net):
    return analyze(net, "rs", MACHINE)


def test_totals_are_those_of_the_analysis(found):
    view = network_view(found)
    assert view.runtime_cycles == found.totals["runtime_cycles"]
    assert view.runtime_ms == view.runtime_cycles / 250e6 * 1e3
    assert view.energy_pj == found.totals["energy_pj"]
    assert view.energy_dram_pj == found.totals["energy_dram_pj"]


def test_shares_count_every_run_and_add_up(found):
    view = network_view(found)
    first, values = view.layers[0], found.layers[0].values
    assert first.repeat == 3
    assert first.runtime_cycles == 3 * values["runtime_cycles"]
    assert first.energy_pj == 3 * values["energy_pj"]
    assert first.runtime_fraction == first.runtime_cycles / view.runtime_cycles
    assert sum(share.runtime_cycles for share in view.layers) == view.runtime_cycles
    for name in ("runtime_fraction", "energy_fraction"):
        assert sum(getattr(share, name) for share in view.layers) == pytest.approx(1)


def test_the_top_are_the_largest_in_order(found):
    view = network_view(found)
    for ranked, key in ((view.slowest, "runtime_cycles"), (view.hungriest, "energy_pj")):
        values = sorted((getattr(share, key) for share in view.layers), reverse=True)
        for top in (1, 2, 10):
            assert [getattr(kind.share, key) for kind in ranked(top)] == values[:top]
    sizes = [item.output_bytes for item, _ in view.largest_activations(10)]
    assert sizes == sorted(sizes, reverse=True)


def test_layers_that_are_alike_are_ranked_together():
    up, down = "GEMM Dimensions { M: 4, N: 8, K: 4 }", "GEMM Dimensions { M: 4, N: 4, K: 8 }"
    blocks = f"""
      Layer up0 {{ Type: {up} }}
      Layer down0 {{ Type: {down} }}
      Layer up1 {{ Repeat: 2 Type: {up} }}
      Layer down1 {{ Type: {down} }}
    """
    found = analyze(lower(parse(f"Network n {{ {blocks} }}")).networks[0], "rs", MACHINE)
    view = network_view(found)
    assert [share.like for share in view.layers] == ["up0", "down0", "up0", "down0"]
    wide, narrow = view.kinds()
    assert (wide.layers, wide.share.repeat, narrow.layers, narrow.share.repeat) == (2, 3, 2, 2)
    assert wide.share.runtime_cycles == sum(s.runtime_cycles for s in view.layers if s.like == "up0")
    assert sum(kind.share.energy_fraction for kind in view.kinds()) == pytest.approx(1)
    # the last layer's output is read by none, so it is not like that of the first block
    assert {(item.layer, alike) for item, alike in view.largest_activations(9)} == {
        ("up0", 2),
        ("down0", 1),
        ("down1", 1),
    }


def test_activations_are_outputs_in_bytes_until_the_next_layer(found):
    conv, pool, fc = network_view(found).activations
    assert (conv.output_bytes, conv.next_layer, conv.next_input_bytes) == (4 * 36 * 12 // 8, "pool", 4 * 36)
    assert (pool.output_bytes, pool.next_layer, pool.next_input_bytes) == (4 * 9 * 12 // 8, "fc", 36)
    assert (fc.output_bytes, fc.next_layer, fc.next_input_bytes) == (8, None, None)  # 60 bits, rounded up
    assert [one.exceeds_l2 for one in (conv, pool, fc)] == [True, False, False]


def test_a_size_of_exactly_l2_fits_and_open_is_not_known(net):
    just = analyze(net, "rs", replace(MACHINE, l2_bytes=216))
    assert [one.exceeds_l2 for one in network_view(just).activations] == [False, False, False]
    unknown = analyze(net, "rs", replace(MACHINE, l2_bytes=None))
    assert network_view(unknown).l2_bytes is None
    assert [one.exceeds_l2 for one in network_view(unknown).activations] == [None, None, None]


def test_layers_with_errors_are_counted_and_left_out(net):
    view = network_view(analyze(net, "dpt", MACHINE))
    assert view.errors == 2
    assert [share.layer for share in view.layers] == ["pool"]
    nothing = network_view(analyze(net, "nmk", MACHINE))
    assert (nothing.runtime_cycles, nothing.layers, nothing.activations) == (0, (), ())


def test_a_choice_is_seen_in_the_view(net):
    chosen = analyze(net, Best(("rs", "yxp_os")), MACHINE)
    view = network_view(chosen)
    assert [share.dataflow for share in view.layers] == [layer.values["dataflow"] for layer in chosen.layers]


def test_it_goes_to_json_with_what_it_takes_for_granted(found, tmp_path):
    tree = json.loads(export(found, tmp_path / "out.json").read_text())
    view = tree["network_view"]
    assert view["assumptions"] == list(ASSUMPTIONS)
    assert [share["layer"] for share in view["layers"]] == ["conv", "pool", "fc"]
    assert view["activations"][0]["output_bytes"] == 216
    assert view == json.loads(json.dumps(network_view(found).tree()))

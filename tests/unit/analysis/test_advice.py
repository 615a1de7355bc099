"""Warnings say by how much."""

import pytest

from maestro_py.analysis.api import analyze

SMALL = {"ClusterSize": 4}


def warned(network, machine, **overrides):
    found = analyze(network, "kcp_ws", machine, constants=SMALL, overrides=overrides)
    values = {layer.name: layer.values for layer in found.layers}
    return values, {(entry.code, entry.message.split("'")[1]): entry for entry in found.warnings}


@pytest.mark.parametrize(("code", "level"), [("M351", "l1"), ("M352", "l2")])
def test_buffers_too_small(network, machine, code, level):
    values, entries = warned(network, machine, **{f"{level}_bytes": 30})
    for name, row in values.items():
        needed = row[f"{level}_bytes_required"]
        assert ((code, name) in entries) == (needed > 30)
        if needed > 30:
            assert f"needs {needed:,} bytes" in entries[code, name].message
            assert f"{needed - 30:,} bytes too few" in entries[code, name].message
    assert any(key[0] == code for key in entries)


def test_open_buffers_are_never_too_small(network, machine):
    _, entries = warned(network, machine)
    assert not {code for code, _ in entries} & {"M351", "M352"}


def test_idle_pes(network, machine):
    values, entries = warned(network, machine, num_pes=32)
    assert ("M353", "pool") in entries  # four channels on 32 PEs
    assert "4.0 of 32 PEs" in entries["M353", "pool"].message
    for name, row in values.items():
        assert (("M353", name) in entries) == (row["active_pes_fraction"] < 0.5)


@pytest.mark.parametrize(
    ("code", "number", "column"),
    [
        ("M354", "noc_bandwidth_bytes_per_cycle", "ingress_beats"),
        ("M355", "dram_bandwidth_bytes_per_cycle", "dram_in_beats"),
    ],
)
def test_channels_that_hold_a_layer_up(network, machine, code, number, column):
    wide = {"noc_bandwidth_bytes_per_cycle": 1000, "dram_bandwidth_bytes_per_cycle": 1000}
    values, entries = warned(network, machine, **{**wide, number: 1})
    excess = values["fc"][column] - values["fc"]["compute_cycles"]
    assert excess > 0
    assert f"{excess:,} more than" in entries[code, "fc"].message


def test_layers_bound_by_computing_are_not_reported(network, machine):
    values, entries = warned(
        network, machine, noc_bandwidth_bytes_per_cycle=1000, dram_bandwidth_bytes_per_cycle=1000
    )
    assert values["conv"]["bound"] == "compute"
    assert not {key for key in entries if key[1] == "conv"} & {("M354", "conv"), ("M355", "conv")}

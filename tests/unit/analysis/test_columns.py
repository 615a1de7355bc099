"""The table of columns: complete, explained, and its formulas."""

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.analysis.columns import CHANNELS, COLUMNS, Machine, bound, complete, explain, totals
from maestro_py.errors import InputError
from maestro_py.ir.accelerator import Accelerator


def test_every_column_is_explained():
    for column in COLUMNS.values():
        assert column.meaning.endswith(".")
        assert column.formula
        assert column.meaning in explain(column.name)
        assert column.formula in explain(column.name)


def test_units_stand_last_in_the_names_of_measured_columns():
    ends = {
        "cycles": "cycles",
        "us": "us",
        "pJ": "pj",
        "mW": "mw",
        "um2": "um2",
        "bytes/cycle": "bytes_per_cycle",
    }
    for column in COLUMNS.values():
        if column.unit in ends:
            assert column.name.endswith(ends[column.unit])


def test_an_unknown_column_names_a_close_one():
    with pytest.raises(InputError) as caught:
        explain("runtime_cycle")
    assert caught.value.diagnostics[0].code == "M321"
    assert "'runtime_cycles'" in caught.value.diagnostics[0].hint


def test_formulas_of_a_layer(analysis, machine):
    for layer in analysis.layers:
        v = layer.values
        assert v["utilization_fraction"] == v["macs"] / (v["runtime_cycles"] * machine.num_pes)
        assert v["runtime_us"] == v["runtime_cycles"] / machine.frequency_mhz
        assert v["active_pes_fraction"] == v["pe_steps"] / (v["steps"] * machine.num_pes)
        assert v["noc_in_peak_bytes_per_cycle"] == (v["l2_read_W"] + v["l2_read_I"]) / v["compute_cycles"]
        assert v["noc_out_average_bytes_per_cycle"] == 2 * v["l2_write_O"] / v["runtime_cycles"]  # 16 bits
        dram = v["dram_read_W"] + v["dram_read_I"]
        assert v["dram_in_peak_bytes_per_cycle"] == dram / v["runtime_onchip_cycles"]
        assert v["energy_pj"] == pytest.approx(layer.energy.total_pj)
        assert v["energy_onchip_pj"] == pytest.approx(layer.energy.on_chip_pj)
        assert v["edp_pj_us"] == v["energy_pj"] * v["runtime_us"]
        assert v["l1_bytes_required"] == 2 * (v["l1_tile_W"] + v["l1_tile_I"] + 2 * v["l1_tile_O"])
        assert v["runtime_onchip_cycles"] <= v["runtime_cycles"] <= v["runtime_coarse_cycles"]
        assert v["missing_macs"] == v["redundant_macs"] == 0


@pytest.mark.parametrize("channel", list(CHANNELS))
def test_the_busiest_channel_is_the_bound(channel):
    busy = dict.fromkeys(CHANNELS.values(), 5)
    assert bound({**busy, CHANNELS[channel]: 6}) == channel
    assert bound(busy) == "compute"


def test_totals_are_sums_largest_values_and_formulas_over_those(analysis, machine):
    rows = analysis.records()
    total = analysis.totals
    for name in ("macs", "runtime_cycles", "l2_read_W", "energy_mac_pj", "steps"):
        assert total[name] == pytest.approx(sum(row[name] for row in rows))
    for name in ("l1_bytes_required", "l2_tile_I"):
        assert total[name] == max(row[name] for row in rows)
    assert total["utilization_fraction"] == total["macs"] / (total["runtime_cycles"] * machine.num_pes)
    assert total["energy_pj"] == pytest.approx(sum(row["energy_pj"] for row in rows))
    assert "layer" not in total


def test_totals_of_no_layers_are_zero():
    found = totals([], Machine(Accelerator(), 0.0, 0.0, "none"))
    assert found["runtime_cycles"] == 0
    assert found["utilization_fraction"] == 0


@pytest.mark.parametrize(("kind", "expected"), [("leakage", 3 + 2000 / 10), ("total", 3 + 500 / 10)])
def test_power_adds_leakage_or_takes_the_total_of_the_chip(analysis, kind, expected):
    base = {**analysis.layers[0].values, "runtime_cycles": 10}
    parts = {f"energy_{part}_pj": 0.0 for part in ("l1", "l2", "noc")}
    base |= {**parts, "energy_mac_pj": 1500.0, "energy_dram_pj": 500.0}
    machine = Machine(Accelerator(frequency_mhz=1000), None, 3.0, kind)
    assert complete(base, machine)["power_mw"] == pytest.approx(expected)


def test_kinds_are_the_types_of_the_values(analysis):
    types = {"text": str, "truth": bool, "whole": int, "real": float}
    for record in analysis.records():
        for name, value in record.items():
            assert value is None or type(value) is types[COLUMNS[name].kind], name


@pytest.mark.parametrize("technology", ["cacti-28nm-lop", "maestro-28nm"])
def test_power_of_the_chip_and_throughput_per_watt(technology):
    found = analyze("lenet5", "kcp_ws", "nvdla", overrides={"technology": technology}).totals
    dram_mw = found["energy_dram_pj"] / found["runtime_us"] / 1000  # pJ per us is uW
    assert found["power_onchip_mw"] == pytest.approx(found["power_mw"] - dram_mw, rel=1e-12)
    assert found["throughput_gmacs_per_s"] == pytest.approx(found["macs"] / found["runtime_us"] / 1000)
    joules = found["power_mw"] / 1000 * found["runtime_us"] / 1e6
    assert found["throughput_per_watt_gmacs_per_j"] == pytest.approx(found["macs"] / 1e9 / joules)

"""The original's CSV: its header to the letter, our values under it."""

import csv
import os
from pathlib import Path

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.exporters import export
from maestro_py.exporters.csv_maestro import HEADER
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.syntax.parser import parse

# One step per output: a GEMM on two PEs, N spread over them, everything else inside a PE.
TEXT = """
Network net { Layer one { Type: GEMM Dimensions { M: 3, N: 4, K: 5 } Dataflow {
  SpatialMap(1,1) N; TemporalMap(1,1) M;
} } }
"""


@pytest.fixture
def row(tmp_path):
    machine = Accelerator(num_pes=2, vector_width=1, frequency_mhz=500)
    analysis = analyze(lower(parse(TEXT)).networks[0], None, machine)
    with export(analysis, tmp_path / "out.csv", "maestro").open(newline="") as stream:
        header, values = list(csv.reader(stream))
    assert len(header) == len(values) == 52
    return header, values, analysis.layers[0].values


def column(row, name: str) -> str:
    header, values, _ = row
    return values[header.index(name)]


def test_the_header_is_the_originals():
    folder = os.environ.get("MAESTRO_SHARED")
    if not folder:
        pytest.skip("MAESTRO_SHARED does not name the folder with the original's results")
    for path in sorted((Path(folder) / "maestro-corpus" / "results").glob("*.csv")):
        with path.open() as stream:
            assert stream.readline().rstrip("\n") == ",".join(name for name, _ in HEADER)


def test_the_header_has_the_slips_of_the_original(row):
    header, _, _ = row
    assert header[0] == "Neural Network Name"
    assert header[14] == "  L2 SRAM Size Req (Bytes)"
    assert header[26] == " input l1 read"
    assert header[31] == "filter l1 read"
    assert [name for name in header if name.strip() == "Compute Delay (Min)"] == [
        "Compute Delay (Min)",
        " Compute Delay (Min)",
    ]


def test_values_with_a_closed_form(row):
    # 2 folds of N times 3 of M are 6 steps; each PE does K = 5 MACs in each
    assert column(row, "Neural Network Name") == "net"
    assert column(row, " Layer Number") == "one"
    assert column(row, " Num MACs") == "60"
    assert column(row, " NumPEs") == "2"
    assert column(row, " Compute Delay (Avg)") == "5.0"
    assert column(row, "Avg number of utilized PEs") == "2.0"
    assert column(row, " Num Total Input Pixels") == "15"
    assert column(row, " Num Total Weight Pixels") == "20"
    # weights are read once; inputs once per fold of N, for both PEs at once
    assert column(row, " filter l2 read") == "20"
    assert column(row, " input l2 read") == "30"
    assert column(row, " input l1 write") == "60"
    assert column(row, " Multicasting Factor (Input)") == "2.0"
    assert column(row, " Multicasting Factor (Weight)") == "1.0"
    assert column(row, " filter reuse factor") == "3.0"
    assert column(row, " output l2 write") == "12"
    assert column(row, " output l2 read") == "0"
    assert float(column(row, " Arithmetic Intensity")) == 60 / 50
    assert float(column(row, " Peak BW Req")) == 50 / 30


def test_rates_and_energy_follow_from_our_columns(row):
    _, _, ours = row
    cycles, joule = ours["runtime_cycles"], ours["energy_onchip_pj"] * 1e-12
    assert column(row, " Runtime (Cycles)") == str(cycles)
    assert float(column(row, " Activity count-based Energy (nJ)")) == ours["energy_onchip_pj"] / 1000
    assert float(column(row, " Throughput (MACs/Cycle)")) == 60 / cycles
    gmacs_per_second = 60 / (cycles / 500e6) / 1e9
    assert float(column(row, " Throughput Per Energy (GMACs/s*J)")) == pytest.approx(gmacs_per_second / joule)
    assert float(column(row, " Ops/J")) == pytest.approx(60 / joule)
    milliwatts = ours["energy_l1_pj"] * 1e-12 / (cycles / 500e6) * 1e3
    assert float(column(row, " L1 power")) == pytest.approx(milliwatts)


def test_what_is_not_known_is_empty(row):
    header, values, _ = row
    empty = {name.strip() for name, value in zip(header, values, strict=True) if not value}
    assert empty == {
        *(f"{side} Delay ({part})" for side in ("Ingress", "Egress") for part in ("Min", "Max")),
        "Compute Delay (Min)",
    }

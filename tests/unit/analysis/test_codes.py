"""Codes of analyses and of hardware can all be triggered; examples of illegal dataflows run as they stand."""

import sys

import numpy as np
import pytest

from maestro_py import batch, explain, export, rtl
from maestro_py.analysis import core
from maestro_py.analysis.api import analyze
from maestro_py.analysis.best import Best
from maestro_py.errors import MaestroError, SemanticError
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.dataflow import Dataflow, MapDirective, Number
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import build_nest
from maestro_py.ir.network import Layer, Network
from maestro_py.rtl.synthesis import elaborate_tree
from maestro_py.syntax.codes import CODES
from maestro_py.syntax.parser import parse

ROWS = [row for row in CODES.values() if row.code >= "M300" and row.code[1] not in "48"]
"""Codes of networks of other tools are triggered in tests/unit/frontends, of sweeps in tests/unit/explore."""
NETWORK = (
    "Network n { Layer a { Type: GEMM Dimensions { M: 2, N: 4, K: 8 } Dataflow { SpatialMap(1,1) N } } }"
)
OVERRIDES = {
    "M351": {"l1_bytes": 1},
    "M352": {"l2_bytes": 1},
    "M353": {"num_pes": 64},
    "M354": {"noc_bandwidth_bytes_per_cycle": 1, "vector_width": 64},
    "M355": {"dram_bandwidth_bytes_per_cycle": 1, "vector_width": 64},
}
MACHINE = Accelerator(num_pes=4)
BUILDABLE = Accelerator(num_pes=4, layout=("K", "K", "N"))


def by_core(layer: Layer, dataflow: Dataflow, machine: Accelerator) -> None:
    core.evaluate(build_nest(layer, dataflow, 4), machine)


def fail(code: str, folder, monkeypatch) -> None:
    """Trigger an error that has no text."""
    one = Number(1)
    flow = Dataflow((MapDirective("SpatialMap", one, one, "N"),))
    network = lower(parse(NETWORK)).networks[0]
    layer = network.layers[0]
    match code:
        case "M310":
            by_core(layer, flow, Accelerator(layout=("C", "K", "N")))
        case "M311":
            overlapping = Dataflow((MapDirective("SpatialMap", Number(2), one, "N"),))
            by_core(Layer("a", "GEMM", {"M": 2, "N": 2**29, "K": 8}), overlapping, MACHINE)
        case "M312":
            by_core(Layer("a", "GEMM", {"M": 10**7, "N": 10**7, "K": 10**7}), flow, MACHINE)
        case "M313":
            by_core(layer, flow, Accelerator(noc_bandwidth_bytes_per_cycle=0))
        case "M314":
            batch(layer, flow, MACHINE, num_pes=[0])
        case "M315":
            analyze(network, None, MACHINE, layout=("Z", "C", "K"))
        case "M316":
            (folder / "hw.m").write_text("num_pes: 4\n")
            analyze(folder / "hw.m")
        case "M317":
            analyze(network, Best(("kcp_ws", "kcp_ws")), MACHINE)
        case "M318":
            bare = Network("n", (Layer("a", "GEMM", layer.sizes),))
            raise SemanticError(analyze(bare, Best(("dpt", "kcp_ws")), MACHINE).errors)
        case "M321":
            explain("cycle")
        case "M331":
            export(analyze(network, None, MACHINE), folder / "out.xls")
        case "M332":
            export(analyze(network, None, MACHINE), folder / "none" / "out.csv")
        case "M333":
            monkeypatch.setitem(sys.modules, "pyarrow", None)
            export(analyze(network, None, MACHINE), folder / "out.parquet")
        case "M510":
            rtl.plan(network, None, MACHINE)
        case "M511":
            (folder / "mine.txt").touch()
            rtl.write(rtl.plan(network, None, BUILDABLE), folder)
        case "M512":
            rtl.plan(network, None, BUILDABLE, data=rtl.Data(inputs={"a": np.zeros(3, dtype=np.int64)}))
        case "M513":
            rtl.check_tree(folder)
        case "M514":
            pytest.importorskip("pyosys")
            rtl.write(rtl.plan(network, None, BUILDABLE), folder / "out")
            (folder / "out" / "rtl" / "fifo.sv").write_text("")
            elaborate_tree(folder / "out")


@pytest.mark.parametrize("row", [row for row in ROWS if row.runnable], ids=lambda row: row.code)
def test_examples_of_illegal_dataflows(row, tmp_path):
    (tmp_path / "a.m").write_text(row.example)
    found = analyze(tmp_path / "a.m", None, MACHINE)
    assert row.code in [entry.code for entry in found.errors]
    assert found.layers == ()
    assert all(entry.hint for entry in found.errors)


@pytest.mark.parametrize("row", [row for row in ROWS if row.severity == "warning"], ids=lambda row: row.code)
def test_warnings(row):
    network = lower(parse(NETWORK)).networks[0]
    found = analyze(network, None, MACHINE, overrides=OVERRIDES[row.code])
    (entry,) = [entry for entry in found.warnings if entry.code == row.code]
    assert entry.severity == "warning"
    assert entry.hint == row.hint


@pytest.mark.parametrize(
    "row", [r for r in ROWS if not r.runnable and r.severity == "error"], ids=lambda row: row.code
)
def test_errors(row, tmp_path, monkeypatch):
    with pytest.raises(MaestroError) as caught:
        fail(row.code, tmp_path, monkeypatch)
    assert [entry.code for entry in caught.value.diagnostics] == [row.code]
    assert caught.value.diagnostics[0].hint

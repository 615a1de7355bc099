"""Every shipped network on every shipped dataflow: legal, analysed, and without a warning of the parser.

A dataflow is meant for some layer types; of a network that has others too, the layers of its types are
taken. The machine has PEs for the largest cluster that a layer asks for. What the numbers are is tested
elsewhere, on distinct layers (``test_dataflows``); here whole networks pass through, and their totals are
added up.
"""

from __future__ import annotations

import pytest

from maestro_py import catalog
from maestro_py.analysis.api import analyze
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Network
from maestro_py.syntax.parser import parse_file

MACHINE = Accelerator(num_pes=16384)
PARTIAL = {"dpt", "nmk"}
"""Dataflows that are not meant for all layer types."""


@pytest.mark.parametrize("name", catalog.dataflow_names())
def test_every_network_is_legal_and_analysed(network_of, templates_of, name: str) -> None:
    assert lower(parse_file(catalog.dataflow_path(name))).warnings == ()
    templates = templates_of(name)
    whole = 0
    for model in catalog.model_names():
        every = network_of(model)  # fails on a warning
        layers = tuple(layer for layer in every if layer.operator in templates)
        if not layers:
            continue
        whole += len(layers) == len(every)
        analysis = analyze(Network(model, layers), templates, MACHINE)
        assert analysis.errors == (), model
        assert [result.name for result in analysis.layers] == [layer.name for layer in layers]
        assert all(result.legal for result in analysis.layers), model
        assert {entry.code[:3] for entry in analysis.warnings} <= {"M35"}, model  # advice on the mapping
        macs = sum(la.repeat * operators.get(la.operator).problem(la).macs for la in layers)
        assert analysis.totals["macs"] == macs, model
        assert analysis.totals["runtime_cycles"] >= macs / MACHINE.num_pes, model
    assert (whole == len(catalog.model_names())) == (name not in PARTIAL)
    assert whole > 0 or name == "dpt"

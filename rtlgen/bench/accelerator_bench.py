"""Test of an emitted accelerator: ``pytest`` in its folder builds it, runs every layer and compares.

Outputs must equal ``expected.npy`` bit by bit, and every counter the one in ``prediction.json``. Layers that
are short run a second time with random pauses at every handshake, which may change nothing but cycles.

The simulator imports this file as well: :func:`requested_layers` is what runs there.
"""

import json
import os
from pathlib import Path
from typing import Any

import cocotb
import pytest
from cocotb.triggers import RisingEdge, Timer

from rtlgen.bench import differences, layer_names, run_layers

ROOT = Path(__file__).resolve().parents[1]
SHORT_CYCLES = 100_000


@cocotb.test()
async def requested_layers(dut: Any) -> None:
    """Let the bench run the layers whose numbers are in LAYERS, one after the other."""
    await Timer(1, "ns")
    for index in map(int, os.environ["LAYERS"].split(",")):
        dut.layer_index.value = index
        dut.pause_seed.value = int(os.environ["PAUSE_SEED"])
        dut.request.value = 1
        await RisingEdge(dut.complete)
        assert not dut.timed_out.value, f"layer {index} did not end, see the line above"
        dut.request.value = 0
        await Timer(1, "ns")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each layer; with pauses for each short one."""
    if "layer" not in metafunc.fixturenames:
        return
    names = layer_names(ROOT)
    only_short = "pauses" in metafunc.function.__name__
    chosen = [i for i, name in enumerate(names) if not only_short or _is_short(name)]
    metafunc.parametrize("layer", chosen, ids=[names[i] for i in chosen])


def _is_short(name: str) -> bool:
    prediction = ROOT / "layers" / name / "prediction.json"
    cycles: int = json.loads(prediction.read_text(encoding="utf-8"))["cycles"]
    return cycles <= SHORT_CYCLES


def _compare(layer: int, pause_seed: int) -> None:
    (measured,) = run_layers(ROOT, [layer], pause_seed=pause_seed)
    found = differences(ROOT, measured)
    assert not found, "\n".join(found)


def test_layer(layer: int) -> None:
    """Cycles, traffic and outputs are the predicted ones."""
    _compare(layer, 0)


def test_layer_with_pauses(layer: int) -> None:
    """Pauses at the handshakes change cycles and nothing else."""
    _compare(layer, 1)

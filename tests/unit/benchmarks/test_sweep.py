"""The spaces of the MAESTRO paper have its sizes; findings follow from the designs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from maestro_py.explore.reading import load

ROOT = Path(__file__).parents[3]
BENCHMARKS = ROOT / "benchmarks"

SIZES = {
    "vgg16_conv1_2_nvdla": 3_936_256,
    "vgg16_conv5_1_nvdla": 251_920_384,
    "vgg16_conv1_2_rs": 3_555_328,
    "vgg16_conv5_1_rs": 227_540_992,
}
"""Kwon et al., MICRO 2019, Table 3."""


@pytest.mark.parametrize("name", SIZES)
def test_size_of_the_papers_space(name: str) -> None:
    space = load(BENCHMARKS / "spaces" / f"{name}.yaml")
    assert space.size == SIZES[name]
    (layer,) = space.network.layers
    assert layer.sizes["C"] == layer.sizes["K"] == max(space.axis_values("CTile"))


def test_both_ways_of_sweeping_are_measured() -> None:
    """Of 2 x 2 tiles, 31 numbers of PEs and 31 bandwidths each one is evaluated, or skipped."""
    command = [sys.executable, str(BENCHMARKS / "speed" / "sweep.py"), "vgg16_conv1_2_nvdla"]
    command += ["--sample", "1e6", "-j", "1", "--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    full, skipping = (results[key]["vgg16_conv1_2_nvdla"] for key in ("every_design", "with_skipping"))
    assert full["designs"] == full["evaluated"] == 2 * 2 * 31 * 31
    assert skipping["evaluated"] + skipping["skipped"] == full["designs"]
    assert 0 < skipping["feasible"] == full["feasible"] < full["designs"]
    assert results["same_front_and_best"]
    found = results["findings"]["vgg16_conv1_2_nvdla"]
    optima = found["optima"]
    assert optima["throughput"]["throughput"] >= optima["energy"]["throughput"]
    assert optima["throughput"]["energy_onchip_pj"] >= optima["energy"]["energy_onchip_pj"]
    assert max(found["pes"]["throughput_by_pes"].values()) == round(optima["throughput"]["throughput"], 2)


@pytest.fixture
def sweep_findings(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS / "speed"))
    import sweep_findings as module

    return module


@pytest.fixture
def designs() -> Callable[..., Any]:
    """Four designs by throughput, with 64 to 160 PEs and ever larger buffers."""

    def make(*throughput: float, bound: tuple[str, ...] = ("compute",) * 4) -> Any:
        return SimpleNamespace(
            pes=np.array([64, 96, 128, 160]),
            throughput=np.array(throughput),
            buffer_kib=np.array([1.0, 2, 3, 4]),
            rows={"bound": np.array(bound, object)},
        )

    return make


@pytest.mark.parametrize(
    ("pes", "verdict"),
    [(96, "reproduced"), (64, "no: the fewest that fit"), (160, "no: the most that fit")],
)
def test_moderate_is_neither_end(
    sweep_findings: ModuleType, designs: Callable[..., Any], pes: int, verdict: str
) -> None:
    found = sweep_findings._pes(designs(1, 2, 4, 3), {"num_pes": pes}, (64, 1024))
    assert found["verdict"] == verdict
    assert found["throughput_by_pes"] == {64: 1, 96: 2, 128: 4, 160: 3}


def test_verdict_on_buffers(sweep_findings: ModuleType, designs: Callable[..., Any]) -> None:
    best = {"throughput": 4.0, "buffer_kib": 3.0}
    found = sweep_findings._buffer(designs(3.6, 2, 4, 3), best)
    assert (found["verdict"], found["throughput_at_largest"]) == ("reproduced", 0.75)
    assert (found["least_kib_for_90_percent"], found["share_with_more"]) == (1, 0.25)
    best = {"throughput": 4.0, "buffer_kib": 4.0}
    found = sweep_findings._buffer(designs(1, 2, 3, 4), best)
    assert (found["verdict"], found["rank_correlation"]) == ("no: the largest is best", 1)


@pytest.mark.parametrize(
    ("bound", "verdict"),
    [
        (("compute", "compute", "noc_in", "compute"), "reproduced"),
        (("noc_in", "compute", "noc_out", "compute"), "no"),
        (("compute", "compute", "compute", "compute"), "no"),
    ],
)
def test_verdict_on_the_noc(
    sweep_findings: ModuleType, designs: Callable[..., Any], bound: tuple[str, ...], verdict: str
) -> None:
    found = sweep_findings._noc(designs(1, 2, 3, 4, bound=bound), {"throughput": 4.0})
    assert (found["verdict"], found["designs"]) == (verdict, 2)


def test_ratios_of_the_paper_agree_with_themselves(sweep_findings: ModuleType) -> None:
    paper = sweep_findings.PAPER_RATIOS
    speed = dict.fromkeys(
        ("power_onchip_mw", "buffer_kib", "num_pes", "throughput", sweep_findings.ENERGY), 1.0
    )
    energy = {
        "power_onchip_mw": paper["power"],
        "buffer_kib": paper["buffer"],
        "num_pes": paper["pes"],
        "throughput": paper["throughput"],
        sweep_findings.ENERGY: paper["throughput"] / paper["per_energy"],
    }
    assert sweep_findings._ratios(energy, speed)["verdict"] == "direction of 4 of 4, size of 5 of 5"
    assert sweep_findings._ratios(speed, speed)["verdict"] == "direction of 0 of 4, size of 0 of 5"

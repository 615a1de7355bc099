"""Models that come with the ONNX library: known networks, and attention against its own definition."""

from pathlib import Path

import pytest

onnx = pytest.importorskip("onnx")

from maestro_py import frontends  # noqa: E402
from maestro_py.catalog import model_path  # noqa: E402
from maestro_py.errors import MaestroError  # noqa: E402
from maestro_py.ir.lower import lower  # noqa: E402
from maestro_py.syntax.parser import parse_file  # noqa: E402
from tests.unit.frontends.onnx_models import imported, macs  # noqa: E402

MODELS = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"

MACS = {
    "densenet121": 2_834_161_664,
    "resnet50": 4_089_184_256,
    "squeezenet": 349_151_936,
    "vgg19": 19_632_062_464,
}
"""Without pooling and additions: those of torchvision's models of the same names (squeezenet: 1.0)."""


@pytest.mark.skipif(not MODELS.is_dir(), reason="this onnx comes without its models")
@pytest.mark.parametrize("name", sorted(MACS))
def test_known_networks(name):
    found = frontends.read(MODELS / f"light_{name}.onnx")
    counted = (layer for layer in found.network.layers if layer.operator not in ("POOL", "ADD"))
    assert sum(map(macs, counted)) == MACS[name]
    assert found.warnings == ()


@pytest.mark.skipif(not MODELS.is_dir(), reason="this onnx comes without its models")
def test_resnet50_is_the_shipped_one():
    """But for the order of a block's branches, and for FC, which is a matrix product here."""
    (shipped,) = lower(parse_file(model_path("resnet50"))).networks
    found = frontends.read(MODELS / "light_resnet50.onnx").network

    def shapes(layers) -> list:
        return sorted(
            (layer.operator, sorted(layer.sizes.items()), layer.stride, layer.padding)
            for layer in layers
            if layer.operator not in ("FC", "GEMM")
        )

    assert shapes(found.layers) == shapes(shipped.layers)
    assert found.layers[-1].sizes == {"N": 1000, "K": 2048}


def test_attention_costs_what_its_definition_costs(tmp_path):
    """The library defines Attention by simpler operators; each of its cases comes in both forms."""
    from onnx.backend.test.case.node import collect_testcases

    cases = {case.name: case.model for case in collect_testcases("Attention")}
    compared = 0
    for name, model in cases.items():
        defined = total(cases.get(f"{name}_expanded"), tmp_path)
        if defined is not None:
            assert total(model, tmp_path) == defined, name
            compared += 1
    assert compared > 50


def total(model: onnx.ModelProto | None, folder: Path) -> int | None:
    """MACs of a model; None where there is none, or where the library does not infer all shapes."""
    if model is None:
        return None
    try:
        layers = imported(model, folder).network.layers
        return sum(macs(layer) for layer in layers if layer.operator != "ADD")  # masks that are added
    except MaestroError:
        return None

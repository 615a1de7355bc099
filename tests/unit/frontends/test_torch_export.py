"""What torch.export makes of modules: what is not costed, errors, and a library that says nothing itself."""

import logging
import re
import warnings
from pathlib import Path

import pytest

from maestro_py.errors import MaestroError
from maestro_py.frontends import torch_export
from maestro_py.frontends._torch_operators import COSTED
from maestro_py.frontends._torch_without_macs import WITHOUT_MACS

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from .torch_modules import macs  # noqa: E402


def test_what_is_not_costed_is_named():
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 8)

        def forward(self, x):
            x = torch.cond(x.sum() > 0, lambda a: self.fc(a), lambda a: a + 1, (x,))
            return torch.fft.fft(torch.fft.fft(self.fc(x))).real

    found = torch_export.network(Model(), (torch.empty(2, 8),))
    assert [warning.message for warning in found.warnings] == [
        "fft_fft (2 times) is not costed: the operator is not known",
        "what higher_order::cond nodes hold is not costed, nobody knows how often it runs: linear 1",
    ]


def test_names_keywords_and_a_quiet_library(capfd):
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.fc = nn.GRU(8, 8), nn.Linear(8, 4)  # export warns of the weights of a GRU

        def forward(self, x, *, scale):
            return self.fc(self.rnn(x)[0]) * scale

    disabled = logging.root.manager.disable
    example, kwargs = (torch.empty(2, 8),), {"scale": torch.empty(1)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch_export.network(Model(), example, kwargs).network.name == "Model"
        found = torch_export.network(Model(), example, kwargs, name="a/b.c", strict=False)
    assert found.network.name == "a/b.c"
    assert logging.root.manager.disable == disabled
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("example", [(torch.empty(2, 5),), torch.empty(2, 8), ()])
def test_a_module_that_cannot_be_exported(example, capfd):
    with pytest.raises(
        MaestroError, match=r"M411: 'Linear': torch\.export cannot export this module: "
    ) as caught:
        torch_export.network(nn.Linear(8, 4), example)
    assert caught.value.__cause__ is not None
    assert capfd.readouterr() == ("", "")


def test_the_lists_name_operators_that_torch_has():
    packets = {("", ""): torch.ops.aten, ("prims",): torch.ops.prims}
    for name in WITHOUT_MACS | {name for domain, name in COSTED if not domain}:
        assert any(hasattr(packet, name) for packet in packets.values()), name


def test_example_of_the_readme(tmp_path):
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    (example,) = [
        block
        for block in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        if "torch" in block
    ]
    names: dict[str, object] = {}
    exec(example, names)
    assert macs(names["imported"].network.layers) == 4 * (112 * 112 * 9 * 3 * 16) + 4 * 16 * 10

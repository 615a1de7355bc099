"""PyTorch programs whose sizes are left open, or follow from data."""

import pytest

from maestro_py.errors import MaestroError
from maestro_py.frontends import torch_export

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from .torch_modules import two_inputs  # noqa: E402


@pytest.fixture(scope="module")
def program():
    return two_inputs()


@pytest.mark.parametrize(
    ("dims", "rows"),
    [({}, 3), ({"x.0": 1}, 1), ({"y.0": 5}, 5), ({"x.0": 7, "y.0": 7}, 7), ({"x.0": 16}, 16)],
)
def test_open_dimensions_have_the_given_size_or_that_of_the_example(program, dims, rows):
    first, added, second = torch_export.program_network(program, dims).network.layers
    assert (first.sizes.get("M", 1), second.sizes.get("M", 1)) == (rows, 2 * rows)
    assert (added.operator, added.sizes.get("N", 1), added.sizes["C"]) == ("ADD", rows, 4)


@pytest.mark.parametrize(
    ("dims", "code", "said"),
    [
        ({"z.0": 1}, "M404", "no symbolic dimension 'z.0'"),
        ({"x.1": 8}, "M404", "no symbolic dimension 'x.1'"),
        ({"x.0": 17}, "M407", "x.0 is 17; the program was exported for 0 to 16"),
        ({"x.0": -1}, "M407", "x.0 is -1"),
        ({"x.0": 4, "y.0": 5}, "M407", "one dimension and have different sizes: x.0, y.0"),
        ({"x.0": 0}, "M407", "node 'fc' (linear): M is 0"),
    ],
)
def test_wrong_sizes(program, dims, code, said):
    with pytest.raises(MaestroError) as caught:
        torch_export.program_network(program, dims)
    assert {entry.code for entry in caught.value.diagnostics} == {code}
    assert said in str(caught.value)


def test_sizes_that_follow_from_data():
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 4)

        def forward(self, x):
            return self.fc(x[x.sum(1).nonzero()[:, 0]])

    with pytest.raises(
        MaestroError, match=r"M405: 'Model': node 'fc' \(linear\): .* is known only as u0 x 8"
    ):
        torch_export.network(Model(), (torch.empty(3, 8),))

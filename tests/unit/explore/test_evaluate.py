"""A design's columns are those of ``analyze`` of the same machine and mapping, to the last digit."""

import numpy as np
import pytest

from maestro_py import analyze
from maestro_py.errors import MaestroError
from maestro_py.explore.evaluate import Evaluator
from maestro_py.explore.grid import Grid
from maestro_py.explore.names import FINE_ONLY, axis_columns, result_columns
from maestro_py.explore.space import HARDWARE_AXES
from maestro_py.explore.write import design_text

from .conftest import random_space


def analysed(space, folder, number):
    flow, values = Grid(space.branches).design(number)
    constants = {name: value for name, value in values.items() if name not in HARDWARE_AXES}
    hardware = {name: value for name, value in values.items() if name in HARDWARE_AXES}
    return analyze(folder / "small.m", flow, space.accelerator.name, constants=constants, overrides=hardware)


def same(one, other):
    missing = one is None or one != one
    return (other is None or other != other) if missing else one == other


@pytest.mark.parametrize("seed", range(25))
def test_columns_are_those_of_analyze(folder, seed):
    space = random_space(folder, seed)
    numbers = np.random.default_rng(seed).integers(0, space.size, 12)
    found = Evaluator(space).evaluate(numbers, (*axis_columns(space), *result_columns(space)))
    for place, number in enumerate(numbers.tolist()):
        try:
            expected = analysed(space, folder, number)
            runs = not expected.errors
        except MaestroError:
            runs = False
        assert found.runs[place] == runs
        if runs:
            differing = {
                name: (found.columns[name][place], expected.totals[name])
                for name in result_columns(space)
                if not same(found.columns[name][place], expected.totals[name])
            }
            assert differing == {}
    assert sum(number for number, _ in found.reasons.values()) == int((~found.runs).sum())


@pytest.mark.parametrize("seed", range(25))
def test_a_written_design_is_analysed_to_the_same_numbers(folder, seed):
    space = random_space(folder, seed)
    columns = result_columns(space)
    numbers = np.random.default_rng(seed).integers(0, space.size, 6)
    found = Evaluator(space).evaluate(numbers, columns)
    for place in np.flatnonzero(found.runs).tolist():
        path = folder / "design.m"
        path.write_text(design_text(space, int(numbers[place])))
        totals = analyze(path).totals
        assert [name for name in columns if not same(found.columns[name][place], totals[name])] == []


def test_only_what_is_asked_for_is_computed(space):
    found = Evaluator(space).evaluate(np.arange(5), ("num_pes", "runtime_us"))
    assert set(found.columns) == {"num_pes", "runtime_us"}


@pytest.mark.parametrize("seed", range(5))
def test_order_and_company_of_designs_do_not_matter(folder, seed):
    space = random_space(folder, seed)
    names = (*axis_columns(space), *result_columns(space))
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, space.size, 40)
    whole = Evaluator(space).evaluate(numbers, names)
    order = rng.permutation(40)
    for piece in np.array_split(order, 4):
        part = Evaluator(space).evaluate(numbers[piece], names)
        assert part.runs.tolist() == whole.runs[piece].tolist()
        for name in names:
            if name in part.columns:
                pairs = zip(part.columns[name][part.runs], whole.columns[name][piece][part.runs], strict=True)
                assert all(same(one, other) for one, other in pairs)


def test_coarse_time_stands_for_fine_time(folder):
    fine = random_space(folder, 3)
    coarse = random_space(folder, 3, time="coarse")
    assert set(result_columns(fine)) - set(result_columns(coarse)) == set(FINE_ONLY)
    numbers = np.arange(min(30, fine.size))
    names = ("runtime_us", "power_mw", "runtime_coarse_cycles", "energy_pj")
    one, other = (Evaluator(space).evaluate(numbers, names) for space in (fine, coarse))
    runs = one.runs
    assert runs.any()
    bound = one.columns["runtime_coarse_cycles"]
    assert other.columns["runtime_coarse_cycles"][runs].tolist() == bound[runs].tolist()
    assert other.columns["energy_pj"][runs].tolist() == one.columns["energy_pj"][runs].tolist()
    assert (other.columns["runtime_us"] >= one.columns["runtime_us"])[runs].all()
    clock = np.array(
        [
            Grid(fine.branches).design(int(n))[1].get("frequency_mhz", fine.accelerator.frequency_mhz)
            for n in numbers
        ]
    )
    assert (other.columns["runtime_us"] == bound / clock)[runs].all()


def test_layers_are_chosen_by_name(folder):
    text = (folder / "space.yaml").read_text()
    (folder / "some.yaml").write_text(text + 'layers: ["conv*"]\n')
    from maestro_py.explore.reading import load

    space = load(folder / "some.yaml")
    assert [layer.name for layer in space.network.layers] == ["conv1", "conv2"]
    path = folder / "design.m"
    found = Evaluator(space).evaluate(np.arange(space.size), ("macs",))
    number = int(np.flatnonzero(found.runs)[0])
    path.write_text(design_text(space, number))
    assert analyze(path).totals["macs"] == found.columns["macs"][number]


def test_constants_of_the_networks_own_file_are_swept(folder):
    flow = "Dataflow { SpatialMap(1,1) K; TemporalMap(Tile,Tile) C; }"
    layer = f"Layer a {{ Type: CONV Dimensions {{ K: 4, C: Deep, Y: 4, X: 4 }} {flow} }}"
    (folder / "own.m").write_text(f"Constant Tile 2; Constant Deep 8; Network n {{ {layer} }}")
    (folder / "own.yaml").write_text(
        "network: own.m\nparameters: {Tile: [1, 2, 4], Deep: [8, 16], num_pes: [4]}\n"
    )
    from maestro_py.explore.reading import load

    space = load(folder / "own.yaml")
    found = Evaluator(space).evaluate(np.arange(space.size), ("Tile", "Deep", "macs", "runtime_cycles"))
    for place in range(space.size):
        constants = {name: int(found.columns[name][place]) for name in ("Tile", "Deep")}
        totals = analyze(folder / "own.m", constants=constants, overrides={"num_pes": 4}).totals
        assert totals["macs"] == found.columns["macs"][place]
        assert totals["runtime_cycles"] == found.columns["runtime_cycles"][place]

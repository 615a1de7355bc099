"""Figures hold the sweep's numbers, refuse what was not kept, and have the same bytes each time."""

import builtins
import re
from itertools import pairwise

import numpy as np
import pandas
import pytest

from maestro_py.errors import MaestroError
from maestro_py.viz import canvas, cloud, design_space, energy, figures, fronts, sensitivity
from maestro_py.viz.kept import Kept

from .conftest import make


def table(folder) -> pandas.DataFrame:
    """The rows of a folder, read without the code under test."""
    return pandas.concat(pandas.read_parquet(path) for path in sorted((folder / "results").glob("*.parquet")))


def rows_in(folder, flow: str) -> pandas.DataFrame:
    rows = table(folder)
    return (
        rows[(rows.dataflow == flow) & rows.feasible] if "feasible" in rows else rows[rows.dataflow == flow]
    )


def points(collection) -> "np.ndarray":
    return np.sort(np.asarray(collection.get_offsets()), axis=0)


def test_the_design_space_shows_every_feasible_design(feasible) -> None:
    figure, axes = design_space.draw(Kept(feasible))
    assert axes.shape == (2, 3)
    for row, flow in enumerate(("kcp_ws", "rs")):
        own = rows_in(feasible, flow)
        l1 = own.l1_bytes.astype(float).fillna(own.l1_bytes_required)
        throughput = own.macs / own.runtime_cycles
        expected = (own.area_um2 / 1e6, own.power_mw, (own.num_pes * l1 + own.l2_bytes) / 1024)
        for panel, x in zip(axes[row], expected, strict=True):
            shown = points(panel.collections[0])
            assert shown.shape == (len(own), 2)
            np.testing.assert_allclose(shown[:, 0], np.sort(x), rtol=1e-12)
            np.testing.assert_allclose(shown[:, 1], np.sort(throughput), rtol=1e-12)
        star, cross = axes[row, 1].lines
        assert star.get_ydata()[0] == throughput.max()
        least = own.sort_values(["energy_pj", "design"]).iloc[0]
        assert cross.get_xdata()[0] == least.power_mw
        np.testing.assert_array_equal(np.sort(axes[row, 0].collections[0].get_array()), np.sort(own.num_pes))
    labels = [panel.get_xlabel() for panel in axes[1]]
    assert labels == ["Area (mm²)", "Power (mW)", "Buffer, all L1 and L2 (KiB)"]
    assert axes[0, 0].get_ylabel() == "Throughput (MACs/cycle)"
    assert f"all {len(table(feasible))} feasible designs" in figure.get_suptitle()


def test_the_design_space_of_a_sample_has_the_exact_best(sampled, feasible) -> None:
    rows = table(sampled)
    assert 0 < rows.sampled.sum() < len(rows) < len(table(feasible))
    figure, axes = design_space.draw(Kept(sampled))
    _, exact = design_space.draw(Kept(feasible))
    for row, flow in enumerate(("kcp_ws", "rs")):
        own = rows[(rows.dataflow == flow) & rows.sampled]
        shown = points(axes[row, 1].collections[0])
        assert shown.shape == (len(own), 2)
        np.testing.assert_allclose(shown[:, 0], np.sort(own.power_mw), rtol=1e-12)
        for panel, whole in zip(axes[row], exact[row], strict=True):
            for mark, whole_mark in zip(panel.lines, whole.lines, strict=True):
                assert (mark.get_xdata(), mark.get_ydata()) == (
                    whole_mark.get_xdata(),
                    whole_mark.get_ydata(),
                )
                low, high = panel.get_xlim()
                assert low < mark.get_xdata()[0] < high
    texts = [[text.get_text() for text in own.figure.legends[0].texts] for own in (axes[0, 0], exact[0, 0])]
    assert texts[0] == texts[1]
    number, total = rows.sampled.sum(), len(table(feasible))
    assert figure.get_suptitle().endswith(f": a sample of {number} of {total} feasible designs")


def test_marks_are_exact_whatever_the_goals(tmp_path) -> None:
    keys = {"goals": "[area]", "top": "1"}
    exact = Kept(make(tmp_path, "all", keep="feasible", **keys))
    kept = Kept(make(tmp_path, "few", keep="top", sample="5", **keys))
    wanted = design_space.marked(kept)
    designs = [
        [[row["design"] for row in own if row is not None] for own in one.best(wanted).values()]
        for one in (exact, kept)
    ]
    assert designs[0] == designs[1]
    assert [len(own) for own in designs[0]] == [2, 2]


def test_a_sample_in_which_nothing_is_feasible_is_told(tmp_path) -> None:
    folder = make(tmp_path, "few", sample="1", constraints="[energy_pj < 365000]")
    kept = Kept(folder)
    assert kept.counts.feasible > 0 == kept.counts.sampled
    found = figures.plot(folder)
    assert [path.stem for path in found.files] == ["pareto", "energy"]
    assert "none of the sample of about 1 designs is feasible; take a larger sample" in found.notes[0]


def test_many_designs_become_cells_that_count_each_once(feasible, monkeypatch) -> None:
    kept = Kept(feasible)
    xs, y, colour = design_space.quantities(kept)
    exact, ranges = cloud.clouds(kept, xs, y, colour)
    monkeypatch.setattr(cloud, "MOST_POINTS", 10)
    cells, same_ranges = cloud.clouds(kept, xs, y, colour)
    assert same_ranges == ranges
    for flow, own in cells.items():
        for place, found in enumerate(own):
            points_of = exact[flow][place]
            assert found.designs == points_of.designs > 0
            assert found.grid is not None
            assert found.edges is not None
            counts, *_ = np.histogram2d(points_of.y, points_of.x, bins=[found.edges[1], found.edges[0]])
            sums, *_ = np.histogram2d(
                points_of.y, points_of.x, bins=[found.edges[1], found.edges[0]], weights=points_of.colour
            )
            np.testing.assert_array_equal(np.isnan(found.grid), counts == 0)
            np.testing.assert_allclose(found.grid[counts > 0], (sums / np.maximum(counts, 1))[counts > 0])
    figure, _ = design_space.draw(kept)
    assert "in cells" in figure.get_suptitle()


def test_the_front_of_two_goals_is_that_of_all_designs(traded) -> None:
    kept = Kept(traded)
    rows = table(traded)
    front = kept.front
    goals, front_goals = (
        np.stack([own["runtime_us"], own["area_um2"], -np.asarray(own["throughput_gmacs_per_s"])], axis=1)
        for own in (rows, front)
    )
    sizes = []
    for pair in fronts.pairs(kept):
        own = goals[:, pair]
        best = {
            tuple(mine) for mine in own if not ((own <= mine).all(axis=1) & (own < mine).any(axis=1)).any()
        }
        assert {tuple(mine) for mine in front_goals[fronts.staircase(kept, pair)][:, pair]} == best
        sizes.append(len(best))
    assert sizes[0] >= 4
    assert sizes[2] >= 4
    figure, axes = fronts.draw(kept)
    assert [panel.get_xlabel() for panel in axes.flat] == ["Runtime (µs)", "Runtime (µs)", "Area (mm²)"]
    assert axes.flat[2].get_ylabel() == "Throughput (GMACs/s)"
    line = axes.flat[0].lines[0]
    assert len(line.get_xdata()) == sizes[0]
    assert (np.diff(line.get_xdata()) > 0).all()
    assert (np.diff(line.get_ydata()) < 0).all()
    assert (np.diff(axes.flat[2].lines[0].get_ydata()) > 0).all()
    assert fronts.extremes(kept)["area"] == np.argmin(front["area_um2"])
    behind = axes.flat[0].collections[0]
    assert len(behind.get_offsets()) == len(rows)
    assert f"all {len(rows):,} feasible designs" in [text.get_text() for text in figure.legends[0].texts]


def test_colours_are_those_of_the_shown_and_labels_fit(tmp_path) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    goals = "[runtime, {min: energy_onchip_pj}]"
    folder = make(tmp_path, "few", sample="90", goals=goals, constraints="[num_pes < 20]", time="coarse")
    kept = Kept(folder)
    for draw in (design_space.draw, fronts.draw):
        figure, axes = draw(kept)
        canvas_of = FigureCanvasAgg(figure)
        canvas_of.draw()
        renderer = canvas_of.get_renderer()
        legend = figure.legends[0].get_window_extent(renderer)
        assert 0 <= legend.x0 < legend.x1 <= figure.bbox.x1
        panels = np.ravel(axes)
        labels = [panel.yaxis.label.get_window_extent(renderer) for panel in panels if panel.get_ylabel()]
        for upper, lower in pairwise(labels):
            assert lower.y1 < upper.y0
        images = [image for panel in panels for image in panel.collections if image.get_array() is not None]
        assert images
        assert all(image.norm.vmax < 17 for image in images)
    assert "least energy_onchip_pj" in figure.legends[0].texts[1].get_text()


def test_bars_add_up_to_the_energy(front_only) -> None:
    kept = Kept(front_only)
    _, ax = energy.draw(kept)
    shown = energy.bars(kept)
    assert len(ax.patches) == len(shown) * 5
    top = pandas.read_parquet(front_only / "top.parquet")
    first = top[top["rank"] == 1].drop_duplicates("design")
    assert sorted(int(row["design"]) for _, row in shown) == sorted(first.design)
    for place, (_, row) in enumerate(shown):
        widths = [p.get_width() for p in ax.patches if round(p.get_y() + p.get_height() / 2) == place]
        assert sum(widths) * 1e3 == pytest.approx(row["energy_pj"], rel=1e-12)
    assert ax.get_xlabel().endswith("(nJ)")


def test_sensitivity_is_best_and_quartiles_by_value(feasible) -> None:
    rows = table(feasible)
    found = {own.parameter: own for own in sensitivity.sensitivities(Kept(feasible))}
    assert list(found) == ["dataflow", "ClusterSize", "num_pes", "multicast", "bits", "l1_bytes", "l2_bytes"]
    groups = {
        "num_pes": [rows[rows.num_pes == value] for value in (4, 8, 16, 32)],
        "l1_bytes": [rows[rows.l1_bytes == 512], rows[rows.l1_bytes.isna()]],
        "bits": [rows[rows.bits_O == 8], rows[rows.bits_O == 32]],
        "multicast": [rows[rows.multicast], rows[~rows.multicast]],
        "dataflow": [rows[rows.dataflow == "kcp_ws"], rows[rows.dataflow == "rs"]],
        "ClusterSize": [rows[rows.ClusterSize == 2], rows[rows.ClusterSize == 4]],
    }
    for name, members in groups.items():
        own = found[name]
        assert own.designs.tolist() == [len(group) for group in members], name
        for place, group in enumerate(members):
            efficiency = group.macs / group.energy_pj
            assert own.best[place].tolist() == [
                group.runtime_us.min(),
                group.energy_pj.min(),
                efficiency.max(),
            ]
            assert own.median[place, 0] == pytest.approx(group.runtime_us.median())
            assert own.low[place, 1] == pytest.approx(group.energy_pj.quantile(0.25))
            assert own.high[place, 1] == pytest.approx(group.energy_pj.quantile(0.75))
    _, axes = sensitivity.draw(Kept(feasible))
    assert axes.shape == (3, 7)
    assert [tick.get_text() for tick in axes[2, 5].get_xticklabels()] == ["512 B", "needed"]
    assert axes[2, 6].get_xlabel() == "L2 (KiB)"
    assert [tick.get_text() for tick in axes[2, 6].get_xticklabels()] == ["4", "16", "64"]


def test_sensitivity_of_a_sample_is_that_of_its_rows(sampled, monkeypatch) -> None:
    rows = table(sampled)
    rows = rows[rows.sampled]
    own = next(one for one in sensitivity.sensitivities(Kept(sampled)) if one.parameter == "num_pes")
    assert own.values == tuple(sorted(rows.num_pes.unique()))
    for place, value in enumerate(own.values):
        members = rows[rows.num_pes == value]
        assert own.median[place, 0] == pytest.approx(members.runtime_us.median())
        assert own.high[place, 1] == pytest.approx(members.energy_pj.quantile(0.75))
    most = rows.groupby("num_pes").size()
    assert most.min() < most.max()
    monkeypatch.setattr(sensitivity, "FEWEST_SAMPLED", most.max())
    own = next(one for one in sensitivity.sensitivities(Kept(sampled)) if one.parameter == "num_pes")
    assert np.isnan(own.median[:, 0]).tolist() == (most < most.max()).tolist()
    assert np.isfinite(own.best).all()
    figure, _ = sensitivity.draw(Kept(sampled))
    assert f"a sample of {len(rows)} of" in figure.get_suptitle()
    assert "best of the sample" in [text.get_text() for text in figure.legends[0].texts]


GOALS = '["runtime", {min: area_mm2}, {max: macs / energy_pj}]'


def test_the_best_of_each_value_is_exact_whatever_was_kept(tmp_path) -> None:
    keys = {"time": "coarse", "goals": GOALS, "constraints": "[power_mw < 500, num_pes * bits_O < 600]"}
    every = Kept(make(tmp_path, "all", keep="feasible", **keys))
    exact = sensitivity.sensitivities(every)
    assert 0 < every.counts.feasible < every.counts.designs
    for name, more in (("front", {}), ("few", {"sample": "40"})):
        kept = Kept(make(tmp_path, name, keep="top", top="1", **keys, **more))
        found = sensitivity.sensitivities(kept)
        for one, other in zip(exact, found, strict=True):
            assert (one.parameter, one.values) == (other.parameter, other.values)
            np.testing.assert_array_equal(one.designs, other.designs)
            np.testing.assert_allclose(one.best, other.best, rtol=1e-15)
            assert np.isnan(other.median).all() == (not more)
        figure, axes = sensitivity.draw(kept)
        legend = [text.get_text() for text in figure.legends[0].texts]
        assert legend == (["best", "median", "quartiles"] if more else ["best"])
        place = [one.parameter for one in exact].index("num_pes")
        lines = axes[0, place].lines
        np.testing.assert_allclose(lines[-1].get_ydata(), exact[place].best[:, 0], rtol=1e-15)
        assert f"{every.counts.feasible} feasible designs" in figure.get_suptitle()
        assert ("medians of a sample of" in figure.get_suptitle()) == bool(more)
    kinds = [path.stem for path in figures.plot(tmp_path / "front").files]
    assert kinds == ["energy", "sensitivity"]


def test_without_samples_parameters_with_very_many_values_are_left_out(tmp_path, monkeypatch) -> None:
    from maestro_py.explore import tally

    for module in (tally, sensitivity):
        monkeypatch.setattr(module, "MOST_VALUES", 3)
    kept = Kept(make(tmp_path, "front", time="coarse"))
    names = [own.parameter for own in sensitivity.sensitivities(kept)]
    assert "num_pes" not in names
    assert "l2_bytes" in names
    kept = Kept(make(tmp_path, "few", time="coarse", sample="90"))
    found = {own.parameter: own for own in sensitivity.sensitivities(kept)}
    assert found["num_pes"].designs.sum() == kept.counts.sampled
    assert found["l2_bytes"].designs.sum() == kept.counts.feasible


def test_medians_of_a_sample_are_near_and_the_best_stays_exact(feasible, monkeypatch) -> None:
    exact = sensitivity.sensitivities(Kept(feasible))
    monkeypatch.setattr(sensitivity, "MOST_EXACT", len(table(feasible)) // 2)
    sampled = sensitivity.sensitivities(Kept(feasible))
    for one, other in zip(exact, sampled, strict=True):
        np.testing.assert_array_equal(one.best, other.best)
        assert (other.median >= np.minimum(one.best, 0)).all()
    flow, sampled_flow = exact[0], sampled[0]
    assert not np.array_equal(flow.median, sampled_flow.median)
    np.testing.assert_allclose(flow.median, sampled_flow.median, rtol=0.5)
    figure, _ = sensitivity.draw(Kept(feasible))
    assert "medians of a sample" in figure.get_suptitle()


@pytest.mark.parametrize("name", figures.KINDS)
def test_figures_can_be_drawn_on_axes_of_the_caller(feasible, name: str) -> None:
    from matplotlib.figure import Figure

    kept = Kept(feasible)
    _, own = figures.KINDS[name].draw(kept)
    shape = np.array(own, object).shape or (1, 1)
    figure = Figure(figsize=(20, 20))
    given = figure.subplots(*shape, squeeze=False)
    before = len(figure.axes)
    drawn, _ = figures.KINDS[name].draw(kept, ax=list(given.flat))
    assert drawn is figure
    assert len(figure.axes) == before
    assert all(panel.has_data() for panel in given.flat)
    with pytest.raises(ValueError, match="are given"):
        figures.KINDS[name].draw(kept, ax=[*given.flat, given.flat[0]])


@pytest.mark.parametrize("kind", canvas.FORMATS)
def test_the_same_sweep_gives_the_same_bytes(feasible, tmp_path, kind) -> None:
    import matplotlib as mpl

    first = figures.plot(feasible, kind=kind, output=tmp_path / "a")
    with mpl.rc_context({"font.size": 20, "svg.hashsalt": None, "axes.grid": False}):
        second = figures.plot(feasible, kind=kind, output=tmp_path / "b")
    assert [path.name for path in first.files] == [f"{name}.{kind}" for name in figures.KINDS]
    for one, other in zip(first.files, second.files, strict=True):
        data = one.read_bytes()
        assert data == other.read_bytes()
        assert not re.search(rb"CreationDate|<dc:date>", data)


def test_what_was_not_kept_is_told(front_only, tmp_path) -> None:
    found = figures.plot(front_only, output=tmp_path)
    assert [path.stem for path in found.files] == ["pareto", "energy"]
    assert [note.split(" is not drawn")[0] for note in found.notes] == ["design-space", "sensitivity"]
    assert "kept only the front and the best; sweep with sample: 100000 or keep: feasible" in found.notes[0]
    with pytest.raises(MaestroError) as caught:
        figures.plot(front_only, ["sensitivity"], output=tmp_path / "none")
    assert [d.code for d in caught.value.diagnostics] == ["M821"]
    assert not (tmp_path / "none").exists()


def test_columns_that_were_not_kept_are_named(tmp_path) -> None:
    folder = make(tmp_path, "few", keep="feasible", columns="[power_mw]", goals="[runtime]")
    with pytest.raises(MaestroError) as caught:
        figures.plot(folder, ["design-space", "pareto", "energy"])
    texts = [d.message for d in caught.value.diagnostics]
    assert "it needs area_um2 energy_pj macs runtime_cycles, and the sweep kept only some columns" in texts[0]
    assert "needs two goals" in texts[1]
    assert "energy_dram_pj energy_l1_pj" in texts[2]
    assert [path.stem for path in figures.plot(folder, ["sensitivity"]).files] == ["sensitivity"]


def test_unknown_figures_are_all_named(feasible) -> None:
    with pytest.raises(MaestroError) as caught:
        figures.plot(feasible, ["paretto", "energy", "roofline"])
    assert [d.message for d in caught.value.diagnostics] == [
        "there is no figure 'paretto'",
        "there is no figure 'roofline'",
    ]


def test_a_stopped_sweep_is_drawn_as_far_as_it_is(stopped, feasible, tmp_path) -> None:
    kept = Kept(stopped)
    assert 0 < kept.counts.designs < Kept(feasible).counts.designs
    found = figures.plot(stopped, output=tmp_path)
    assert len(found.files) == 4
    assert any("not finished" in note for note in found.notes)
    rows = table(stopped)
    goals = np.stack([rows.runtime_us, rows.energy_pj, -(rows.macs / rows.energy_pj)], axis=1)
    on_front = [
        tuple(mine) for mine in goals if not ((goals <= mine).all(axis=1) & (goals < mine).any(axis=1)).any()
    ]
    assert len(kept.front["design"]) == len(set(on_front))
    figure, _ = design_space.draw(kept)
    assert "unfinished" in figure.get_suptitle()


def test_nothing_feasible_and_nothing_done(tmp_path, feasible) -> None:
    folder = make(tmp_path, "none", constraints="[power_mw < 0.001]")
    with pytest.raises(MaestroError, match="no design meets every condition"):
        figures.plot(folder)
    empty = tmp_path / "empty"
    (empty / "results").mkdir(parents=True)
    (empty / "manifest.json").write_bytes((feasible / "manifest.json").read_bytes())
    with pytest.raises(MaestroError, match="no batch"):
        figures.plot(empty)


def test_designs_on_which_several_points_fall_are_drawn_once(tmp_path) -> None:
    folder = make(
        tmp_path,
        "sobol",
        keep="feasible",
        search="{method: sobol, designs: 16384}",
        constraints="[power_mw < 100000]",
    )
    kept = Kept(folder)
    numbers = np.concatenate([rows["design"] for rows in kept.parts([])])
    assert len(numbers) == len(set(numbers.tolist())) == len(table(folder)) < 16384


def test_a_technology_without_areas_has_no_panel_for_them(tmp_path) -> None:
    folder = make(tmp_path, "tech", keep="feasible", accelerator="eyeriss", constraints="[power_mw < 100000]")
    if table(folder).area_um2.notna().any():
        pytest.fail("choose an accelerator whose technology has no areas")
    _, axes = design_space.draw(Kept(folder))
    assert [panel.get_xlabel().split(" (")[0] for panel in axes[-1]] == ["Power", "Buffer, all L1 and L2"]


def test_without_matplotlib_the_extra_is_named(feasible, monkeypatch) -> None:
    real = builtins.__import__

    def fake(name, *rest):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", fake)
    with pytest.raises(MaestroError) as caught:
        figures.plot(feasible)
    assert [d.code for d in caught.value.diagnostics] == ["M333"]
    assert "maestro-py[plot]" in (caught.value.diagnostics[0].hint or "")


def test_a_file_that_cannot_be_written_is_told(feasible, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MaestroError, match="cannot write"):
        figures.plot(feasible, ["energy"], output=tmp_path / "file" / "below")

"""The page of a sweep: what it holds, that no text becomes markup, and what a browser makes of it."""

import builtins
import hashlib
import json
import re
from base64 import b64encode
from html.parser import HTMLParser

import pandas
import pytest

from maestro_py.errors import MaestroError
from maestro_py.viz import report_data
from maestro_py.viz.kept import Kept
from maestro_py.viz.report import report
from maestro_py.viz.report_data import embed
from tests.browser import Page, chromium

from .conftest import make

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """Elements of a page, and whether they are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def data_of(text: str):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])


@pytest.fixture(scope="module")
def page(feasible, tmp_path_factory):
    path, notes = report(feasible, tmp_path_factory.mktemp("page") / "report.html")
    assert notes == ()
    return path


def test_the_page_is_whole_and_stands_alone(page) -> None:
    text = page.read_text()
    outline = Outline(text)
    identifiers = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    for tag, attributes in outline.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:")), (tag, attributes)
    assert [tag for tag, _ in outline.tags].count("script") == 2
    script = re.search(r"<script>(.*?)</script>", text, re.S)[1]
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(a["content"] for t, a in outline.tags if t == "meta" and "http-equiv" in a)
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    for name in ("design-space", "pareto", "energy", "sensitivity"):
        assert f'<figure id="{name}"><svg role="img" aria-label="' in text
    for fact in ("small.m", "SHA-256", "nvdla", "power_mw &lt; 2000", "max macs / energy_pj", "l2_bytes"):
        assert fact in text


def test_the_page_embeds_the_sweep(page, feasible) -> None:
    rows = pandas.concat(pandas.read_parquet(path) for path in sorted((feasible / "results").glob("*")))
    rows = rows.set_index("design")
    front = pandas.read_parquet(feasible / "front.parquet")
    found = data_of(page.read_text())
    assert sorted(found["numbers"]) == sorted(rows.index)
    columns = {column["name"]: column for column in found["columns"]}
    for name in ("runtime_us", "energy_pj", "num_pes", "l2_bytes", "power_mw"):
        assert columns[name]["values"] == rows.loc[found["numbers"], name].tolist()
    assert columns["energy_pj"]["unit"] == "nJ"
    assert columns["energy_pj"]["divisor"] == 1e3
    assert columns["energy_pj"]["goal"] == "min"
    assert columns["max macs / energy_pj"]["goal"] == "max"
    assert columns["l1_bytes"]["empty"] == "needed"
    assert set(columns["l1_bytes"]["values"]) == {512, None}
    assert {n for n, own in zip(found["numbers"], found["front"], strict=True) if own} == set(front.design)
    summary = json.loads((feasible / "summary.json").read_text())
    for place, goal in enumerate(found["goals"]):
        best = [n for n, own in zip(found["numbers"], found["best"], strict=True) if place in own]
        assert best == [summary["best"][goal]["design"]]


def test_the_same_sweep_gives_the_same_page(page, feasible, tmp_path) -> None:
    again, _ = report(feasible, tmp_path / "again.html")
    assert again.read_bytes() == page.read_bytes()


def test_a_page_holds_a_bounded_number_of_designs_and_says_so(traded, monkeypatch) -> None:
    monkeypatch.setattr(report_data, "MOST_DESIGNS", 60)
    kept = Kept(traded)
    found = embed(kept)
    assert len(found.numbers) <= 60
    assert len(found.numbers) == len(set(found.numbers))
    assert "a page holds at most 60" in found.text
    assert f"This page holds {len(found.numbers)} designs" in found.text
    assert all(any(place in own for own in found.best) for place in range(3))
    front = len(kept.front["design"])
    monkeypatch.setattr(report_data, "MOST_DESIGNS", front // 2)
    few = embed(kept)
    assert f"{front // 2} of the {front} designs on the Pareto front" in few.text
    assert not few.front_is_whole


def test_a_page_of_a_sampled_sweep_holds_the_sample(sampled, monkeypatch, tmp_path) -> None:
    kept = Kept(sampled)
    rows = pandas.concat(pandas.read_parquet(path) for path in sorted((sampled / "results").glob("*")))
    top = pandas.read_parquet(sampled / "top.parquet")
    own = {*rows[rows.sampled].design, *kept.front["design"].tolist(), *top.design}
    found = embed(kept)
    assert sorted(found.numbers) == sorted(own)
    others = len(own) - len({*kept.front["design"].tolist(), *top.design})
    assert f"a sample of {others} of the feasible designs ({kept.counts.feasible:,})" in found.text
    assert "a page holds at most" not in found.text
    monkeypatch.setattr(report_data, "MOST_DESIGNS", 30)
    few = embed(kept)
    assert 20 < len(few.numbers) <= 30
    assert set(few.numbers) < own
    assert "(a page holds at most 30)" in few.text
    path, notes = report(sampled, tmp_path / "page.html")
    assert notes == ()
    assert "a sample of about 90 designs" in path.read_text()


def test_a_sweep_of_the_front_alone_and_a_stopped_one(front_only, stopped, tmp_path) -> None:
    path, notes = report(front_only, tmp_path / "front.html")
    assert [note.split(" is not")[0] for note in notes] == ["design-space", "sensitivity"]
    assert "Sensitivity is not drawn: it needs every feasible design or a sample" in path.read_text()
    path, notes = report(stopped, tmp_path / "stopped.html")
    assert "This sweep is not finished" in path.read_text()
    assert any("not finished" in note for note in notes)


def test_names_from_files_are_no_markup(tmp_path) -> None:
    evil = '"<script>alert(1)</script>&'
    folder = make(tmp_path, "out", keep="pareto")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["notes"] = [evil]
    manifest["inputs_sha256"][evil] = "0"
    manifest["tool"]["version"] = evil
    (folder / "manifest.json").write_text(json.dumps(manifest))
    path, _ = report(folder)
    text = path.read_text()
    assert [tag for tag, _ in Outline(text).tags].count("script") == 2
    assert "&lt;script&gt;alert(1)" in text


def test_without_jinja_the_extra_is_named(feasible, monkeypatch) -> None:
    real = builtins.__import__

    def fake(name, *rest):
        if name == "jinja2":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", fake)
    with pytest.raises(MaestroError) as caught:
        report(feasible)
    assert [d.code for d in caught.value.diagnostics] == ["M333"]
    assert "maestro-py[report]" in (caught.value.diagnostics[0].hint or "")


@pytest.mark.skipif(
    chromium() is None, reason="no Chromium here: install chromium, or set CHROMIUM to its path"
)
def test_hover_shows_a_design_and_a_frame_filters_the_table(page) -> None:
    browser = chromium()
    assert browser is not None
    found = data_of(page.read_text())
    with Page(browser) as tab:
        tab.open(page)
        assert tab.evaluate("document.getElementById('interactive').hidden") is False
        legend = tab.evaluate("document.getElementById('legend').innerText")
        for words in ("best runtime", "best energy", "greatest macs / energy_pj"):
            assert words in legend
        dots = "document.querySelectorAll('#plot circle.front, #plot circle.other')"
        assert tab.evaluate(f"{dots}.length") == len(found["numbers"])
        place = tab.evaluate(
            "(() => { const b = document.querySelector('#plot circle.front').getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        assert tab.evaluate("document.getElementById('tip').hidden") is True
        tab.mouse("mouseMoved", *place)
        assert tab.evaluate("document.getElementById('tip').hidden") is False
        tip = tab.evaluate("document.getElementById('tip').innerText")
        number = int(re.match(r"Design ([\d,]+)", tip)[1].replace(",", ""))
        row = found["numbers"].index(number)
        assert found["front"][row]
        columns = {column["name"]: column for column in found["columns"]}
        runtime = columns["runtime_us"]["values"][row] / columns["runtime_us"]["divisor"]
        shown = re.search(r"Runtime\s+([\d.,]+) µs", tip)
        assert float(shown[1].replace(",", "")) == pytest.approx(runtime, rel=1e-3)
        assert re.search(rf"PEs\s+{columns['num_pes']['values'][row]}\b", tip)

        count = "Number(document.getElementById('count').textContent.split(' ')[0].replace(',', ''))"
        assert tab.evaluate(count) == len(found["numbers"])
        frame = tab.evaluate(
            "(() => { const b = document.getElementById('plot').getBoundingClientRect();"
            " return [b.x, b.y, b.width, b.height]; })()"
        )
        left, top, width, height = frame
        start, end = (left + 0.05 * width, top + 0.3 * height), (left + 0.5 * width, top + 0.95 * height)
        tab.drag(start, end)
        inside = tab.evaluate(
            f"[...{dots}].filter(d => {{ const b = d.getBoundingClientRect(), x = b.x + b.width / 2,"
            f" y = b.y + b.height / 2; return x >= {start[0]} && x <= {end[0]} && y >= {start[1]} &&"
            f" y <= {end[1]}; }}).length"
        )
        assert 0 < inside < len(found["numbers"])
        assert tab.evaluate(count) == inside
        assert tab.evaluate("document.querySelectorAll('#rows tr').length") == min(inside, found["most_rows"])
        assert "are in the frame" in tab.evaluate("document.getElementById('count').textContent")

        tab.evaluate("document.querySelectorAll('#head button')[0].click()")
        numbers = tab.evaluate("[...document.querySelectorAll('#rows td:first-child')].map(c => c.innerText)")
        assert numbers == sorted(numbers, key=lambda text: int(text.replace(",", "")))
        tab.evaluate("document.getElementById('clear').click()")
        assert tab.evaluate(count) == len(found["numbers"])

        before = tab.evaluate("document.querySelector('#plot circle.front').getAttribute('cx')")
        tab.evaluate(
            "(() => { const s = document.getElementById('x-axis'); s.value = 'power_mw';"
            " s.dispatchEvent(new Event('change')); })()"
        )
        assert tab.evaluate("document.querySelector('#plot circle.front').getAttribute('cx')") != before
        assert "Power (mW)" in tab.evaluate("document.querySelector('#plot').textContent")
        tab.mouse("mousePressed", *place)
        tab.mouse("mouseReleased", *place)
        tab.evaluate("document.querySelector('#rows button').click()")
        pinned = tab.evaluate("document.getElementById('pinned').innerText")
        assert all(column["label"] in pinned for column in found["columns"])
        assert tab.complaints() == []
        assert all(url.startswith(("file:", "data:")) for url in tab.requests())
        assert [url for url in tab.requests() if url.startswith("file:")] == [page.as_uri()]


@pytest.mark.skipif(
    chromium() is None, reason="no Chromium here: install chromium, or set CHROMIUM to its path"
)
def test_without_scripts_the_table_and_figures_are_there(page, feasible) -> None:
    browser = chromium()
    assert browser is not None
    with Page(browser) as tab:
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        tab.open(page)
        document = tab.call("DOM.getDocument", depth=-1)["root"]["nodeId"]

        def all_of(selector: str) -> int:
            return len(tab.call("DOM.querySelectorAll", nodeId=document, selector=selector)["nodeIds"])

        assert all_of("#interactive[hidden]") == 1
        kept = Kept(feasible)
        best = {int(row["design"]) for row in kept.best_of_goals.values()}
        assert all_of("#best tbody tr") == len(best | set(kept.front["design"].tolist())) > 0
        assert all_of("figure > svg") == 4

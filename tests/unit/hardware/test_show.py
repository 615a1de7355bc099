"""Text forms hold every node and number; the picture has no overlapping boxes or labels."""

from __future__ import annotations

import itertools
from pathlib import Path

import networkx as nx
import pytest

from maestro_py.errors import InputError
from maestro_py.hardware import show, templates
from maestro_py.ir.accelerator import Accelerator

GRAPHS = [*templates.names(), "generic"]


def graph_of(name: str) -> nx.DiGraph:
    if name == "generic":
        return templates.graph_from_accelerator(Accelerator(lanes={"C": 8, "K": 4}, l1_bytes=512))
    return templates.load(name)


@pytest.mark.parametrize("name", GRAPHS)
def test_text_forms_hold_every_node_and_edge(name: str) -> None:
    graph = graph_of(name)
    text, mermaid, dot = show.to_text(graph), show.to_mermaid(graph), show.to_dot(graph)
    for node, data in graph.nodes(data=True):
        for form in (text, mermaid, dot):
            assert node in form
            assert all(fact in form for fact in show.node_facts(data))
    edges = graph.number_of_edges()
    assert mermaid.count("-->") == edges
    assert dot.count("->") == edges
    assert all(len(line) == len(line.rstrip()) for line in text.splitlines())


def test_text_of_eyeriss() -> None:
    lines = show.to_text(templates.load("eyeriss")).splitlines()
    assert lines[0] == "eyeriss: Chen et al., IEEE JSSC 52(1), 2017"
    assert lines[1] == "200 MHz, W/I/O 16/16/16 b, NoC bus, technology eyeriss-65nm"
    buffer = next(line for line in lines if "Global buffer" in line and line.startswith("l2"))
    assert buffer.split("words")[-1].strip() == "DRAM (O); Array network (W I O)"
    assert "108 KiB, 64 b words" in buffer


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (2**20, "1 MiB"), (80 * 1024, "80 KiB")]
)
def test_bytes(size: int, text: str) -> None:
    assert show.bytes_text(size) == text


def test_quotes_are_escaped() -> None:
    graph = templates.graph_from_accelerator(Accelerator(name='a "b"'))
    assert show.to_dot(graph).startswith('digraph "a \\"b\\"" {')


@pytest.mark.parametrize("name", GRAPHS)
def test_boxes_do_not_overlap(name: str) -> None:
    positions = show.layout(graph_of(name))
    for (x0, y0), (x1, y1) in itertools.combinations(positions.values(), 2):
        assert abs(x0 - x1) >= show.BOX_WIDTH or abs(y0 - y1) >= show.BOX_HEIGHT


@pytest.mark.parametrize("name", GRAPHS)
def test_labels_do_not_overlap_and_stay_inside(name: str) -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    shown, ax = show.figure(graph_of(name))
    canvas = FigureCanvasAgg(shown)
    canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in ax.texts]
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        assert not a.overlaps(b), (one, other)
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= shown.bbox.x1, text
        assert box.y1 <= shown.bbox.y1, text


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_files_are_deterministic(tmp_path: Path, suffix: str, start: bytes) -> None:
    pytest.importorskip("matplotlib")
    graph = templates.load("maeri")
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    show.draw(graph, one)
    show.draw(graph, two)
    assert one.read_bytes().startswith(start)
    assert one.read_bytes() == two.read_bytes()


def test_errors_of_drawing(tmp_path: Path) -> None:
    graph = templates.load("maeri")
    with pytest.raises(InputError) as error:
        show.draw(graph, tmp_path / "x.gif")
    assert error.value.diagnostics[0].code == "M609"
    pytest.importorskip("matplotlib")
    with pytest.raises(InputError) as error:
        show.draw(graph, tmp_path / "none" / "x.svg")
    assert error.value.diagnostics[0].code == "M605"

"""A hardware graph as text, Mermaid, DOT or a picture.

The picture has one row per level (chip edge on top: DRAM, L2, NoC, L1, MAC), a box per node with its numbers,
and an arrow per edge with the tensors it carries; a frame holds what exists once per PE. SVG, PNG and PDF by
the suffix of the file, drawn by matplotlib (extra ``plot``). Text forms need nothing.

Code: M609 matplotlib is missing, or the suffix is none of the three.

Non-goals: no routing and no floor plan; order and positions follow the graph's insertion order.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_py.errors import Diagnostic, InputError
from maestro_py.hardware.templates import LEVELS

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png", ".pdf")
COLOURS = {"memory": "#cfe3f5", "data_path": "#fbe3c0", "compute": "#d5ecd0"}
EDGE_COLOUR = "#4a4a4a"
_LEVEL_TITLES = {
    "dram": "off chip",
    "l2": "L2: shared buffer",
    "noc": "NoC",
    "l1": "L1: in each PE",
    "mac": "compute",
}
BOX_WIDTH = 2.3
BOX_HEIGHT = 0.95
COLUMN_STEP = 3.1
ROW_STEP = 1.9
NARROWEST = 3.2


def bytes_text(size_bytes: int) -> str:
    """A size with the largest binary unit that keeps it exact to three digits.

    >>> bytes_text(448), bytes_text(110592), bytes_text(25165824)
    ('448 B', '108 KiB', '24 MiB')
    """
    for factor, unit in ((2**20, "MiB"), (2**10, "KiB")):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.3g} {unit}" if size_bytes < 1000 * factor else f"{size_bytes} B"
    return f"{size_bytes} B"


def node_facts(data: dict[str, Any]) -> list[str]:
    """The numbers of a node, each with its unit."""
    facts = []
    if data.get("level") in ("l1", "l2"):
        size = data.get("size_bytes")
        facts.append(bytes_text(size) if size is not None else "size as needed")
    if data.get("word_bits"):
        facts.append(f"{data['word_bits']} b words")
    if "bandwidth_bytes_per_cycle" in data:
        facts.append(f"{data['bandwidth_bytes_per_cycle']} B/cycle")
    if data.get("latency_cycles"):
        plural = "" if data["latency_cycles"] == 1 else "s"
        facts.append(f"{data['latency_cycles']} cycle{plural} latency")
    if data.get("level") == "noc":
        able = [name for name in ("multicast", "reduction") if data.get(name)]
        facts.append(" + ".join(able) if able else "unicast only")
    if data.get("lanes"):
        facts.append("lanes " + " ".join(f"{d}:{w}" for d, w in data["lanes"].items()))
    elif data.get("vector_width", 1) > 1:
        facts.append(f"{data['vector_width']} MACs/cycle")
    if data.get("zero_skip"):
        facts.append("skips zeros")
    return facts


def _instances(data: dict[str, Any]) -> str:
    return f" ×{data['count']}" if data.get("count", 1) > 1 else ""


def _by_level(graph: nx.DiGraph) -> list[tuple[str, list[str]]]:
    rows = [(level, [n for n, d in graph.nodes(data=True) if d.get("level") == level]) for level in LEVELS]
    return [(level, nodes) for level, nodes in rows if nodes]


def _heading(graph: nx.DiGraph) -> list[str]:
    facts = graph.graph
    bits = "/".join(str(facts.get(f"bits_{tensor}", "?")) for tensor in "WIO")
    return [
        f"{facts.get('name', 'accelerator')}: {facts.get('source', '')}",
        f"{facts.get('frequency_mhz', 0):g} MHz, W/I/O {bits} b, NoC {facts.get('noc', '?')}, "
        f"technology {facts.get('technology', '?')}",
    ]


def to_text(graph: nx.DiGraph) -> str:
    """Table of the graph by level, in plain text: node, instances, numbers, where data goes.

    Each edge stands as ``-> target (tensors)``.
    """
    rows = []
    for level, nodes in _by_level(graph):
        for node in nodes:
            data = graph.nodes[node]
            targets = [
                f"{target}" + (f" ({edge['tensors']})" if edge.get("tensors") else "")
                for _, target, edge in graph.out_edges(node, data=True)
            ]
            rows.append(
                (level, node, str(data.get("count", 1)), ", ".join(node_facts(data)), "; ".join(targets))
            )
    header = ("level", "node", "count", "numbers", "feeds")
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(row: tuple[str, ...]) -> str:
        cells = [
            c.rjust(w) if i == 2 else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([*_heading(graph), "", line(header), rule, *(line(row) for row in rows)]) + "\n"


def _identifiers(graph: nx.DiGraph) -> dict[str, str]:
    return {node: f"n{index}" for index, node in enumerate(graph.nodes)}


def to_mermaid(graph: nx.DiGraph) -> str:
    """The graph as a Mermaid flowchart."""
    names = _identifiers(graph)
    shapes = {"memory": ('[("', '")]'), "data_path": ('{{"', '"}}'), "compute": ('["', '"]')}
    lines = ["flowchart TB"]
    for node, data in graph.nodes(data=True):
        left, right = shapes[data["kind"]]
        label = "<br/>".join([node + _instances(data), *node_facts(data)]).replace('"', "#quot;")
        lines.append(f"    {names[node]}{left}{label}{right}")
    for source, target, data in graph.edges(data=True):
        arrow = f"-->|{data['tensors']}|" if data.get("tensors") else "-->"
        lines.append(f"    {names[source]} {arrow} {names[target]}")
    return "\n".join(lines) + "\n"


def _dot_quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def to_dot(graph: nx.DiGraph) -> str:
    """The graph in Graphviz's DOT language, one rank per level."""
    names = _identifiers(graph)
    lines = [f"digraph {_dot_quote(str(graph.graph.get('name', 'accelerator')))} {{", "    rankdir=TB;"]
    for node, data in graph.nodes(data=True):
        label = _dot_quote("\n".join([node + _instances(data), *node_facts(data)]))
        colour = COLOURS[data["kind"]]
        lines.append(f'    {names[node]} [label={label}, shape=box, style=filled, fillcolor="{colour}"];')
    for _, nodes in _by_level(graph):
        lines.append("    {rank=same; " + " ".join(f"{names[node]};" for node in nodes) + "}")
    for source, target, data in graph.edges(data=True):
        label = f" [label={_dot_quote(data['tensors'])}]" if data.get("tensors") else ""
        lines.append(f"    {names[source]} -> {names[target]}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def layout(graph: nx.DiGraph) -> dict[str, tuple[float, float]]:
    """Centre of each node: a row per level, nodes of a level side by side around the middle."""
    positions = {}
    for row, (_, nodes) in enumerate(_by_level(graph)):
        for column, node in enumerate(nodes):
            positions[node] = ((column - (len(nodes) - 1) / 2) * COLUMN_STEP, -row * ROW_STEP)
    return positions


def figure(graph: nx.DiGraph, ax: Axes | None = None) -> tuple[Figure, Axes]:
    """The picture, on new axes or on ``ax``.

    Raises
    ------
    InputError
        M609 when matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        hint = "install it with: pip install 'maestro-py[plot]'"
        raise InputError([Diagnostic("M609", "drawing needs matplotlib", None, hint)]) from error

    positions = layout(graph)
    right = max(NARROWEST / 2, *(x + BOX_WIDTH / 2 for x, _ in positions.values()))
    bottom = min(y for _, y in positions.values()) - BOX_HEIGHT / 2
    left_margin = right + 2.0
    if ax is None:
        canvas = Figure(figsize=(0.95 * (right + left_margin + 0.9), 0.95 * (2.2 - bottom)))
        ax = canvas.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_xlim(-left_margin, right + 0.9)
    ax.set_ylim(bottom - 0.5, 1.7)
    ax.set_aspect("equal")
    ax.axis("off")
    _draw_rows(graph, ax, positions, left_margin, right)
    for node, (x, y) in positions.items():
        _draw_box(ax, node, graph.nodes[node], x, y)
    _draw_edges(graph, ax, positions, right)
    title, numbers = _heading(graph)
    ax.text(-left_margin + 0.15, 1.4, title, fontsize=12, weight="bold", va="center")
    ax.text(-left_margin + 0.15, 1.05, numbers, fontsize=9, va="center", color="#333333")
    shown = ax.get_figure(root=True)
    if shown is None:
        raise ValueError("the axes belong to no figure")
    return shown, ax


def _draw_rows(
    graph: nx.DiGraph, ax: Axes, positions: dict[str, tuple[float, float]], left: float, right: float
) -> None:
    """Level titles at the left, and a frame around what exists once per PE."""
    from matplotlib.patches import FancyBboxPatch

    inside = [positions[n][1] for n, d in graph.nodes(data=True) if d.get("level") in ("l1", "mac")]
    if inside:
        low, high = min(inside) - BOX_HEIGHT / 2 - 0.25, max(inside) + BOX_HEIGHT / 2 + 0.25
        size = (2 * right + 0.3, high - low)
        frame = FancyBboxPatch(
            (-right - 0.15, low),
            *size,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor="#f6f6f6",
            edgecolor="#999999",
            linestyle="--",
            zorder=0,
        )
        ax.add_patch(frame)
    for level, nodes in _by_level(graph):
        y = positions[nodes[0]][1]
        ax.text(
            -left + 0.15,
            y,
            _LEVEL_TITLES[level].replace(": ", "\n"),
            fontsize=9,
            va="center",
            color="#666666",
        )


def _draw_box(ax: Axes, node: str, data: dict[str, Any], x: float, y: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    ax.add_patch(
        FancyBboxPatch(
            (x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2),
            BOX_WIDTH,
            BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=COLOURS[data["kind"]],
            edgecolor="#555555",
            linewidth=1.0,
            zorder=2,
        )
    )
    facts = node_facts(data)
    lines = [", ".join(facts[i : i + 2]) for i in range(0, len(facts), 2)]
    name = node + _instances(data)
    top = y + 0.14 * len(lines)
    ax.text(
        x, top, name, fontsize=9 if len(name) < 24 else 7.5, weight="bold", ha="center", va="center", zorder=3
    )
    for index, text in enumerate(lines):
        ax.text(x, top - 0.27 * (index + 1), text, fontsize=7.5, ha="center", va="center", zorder=3)


def _draw_edges(graph: nx.DiGraph, ax: Axes, positions: dict[str, tuple[float, float]], right: float) -> None:
    """Arrows with the tensors they carry; those that pass a row by go around at the right."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Outline

    for source, target, data in graph.edges(data=True):
        (x0, y0), (x1, y1) = positions[source], positions[target]
        paired = graph.has_edge(target, source)
        if abs(y0 - y1) > 1.5 * ROW_STEP:
            lane = right + 0.5
            ends = [(x0 + BOX_WIDTH / 2, y0), (lane, y0), (lane, y1), (x1 + BOX_WIDTH / 2, y1)]
            label_at = (lane, (y0 + y1) / 2)
        else:
            ends = _straight((x0, y0), (x1, y1), paired)
            label_at = ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
        codes = [Outline.MOVETO] + [Outline.LINETO] * (len(ends) - 1)
        ax.add_patch(
            FancyArrowPatch(
                path=Outline(ends, codes),
                arrowstyle="-|>",
                mutation_scale=11,
                color=EDGE_COLOUR,
                fill=False,
                linewidth=1.1,
                zorder=1,
            )
        )
        if data.get("tensors"):
            ax.text(
                *label_at,
                data["tensors"],
                fontsize=8,
                ha="center",
                va="center",
                color="#222222",
                bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "#bbbbbb", "lw": 0.5},
                zorder=4,
            )


def _straight(
    source: tuple[float, float], target: tuple[float, float], paired: bool
) -> list[tuple[float, float]]:
    """From one box to the facing side of the other; a pair of opposite arrows stands side by side."""
    (x0, y0), (x1, y1) = source, target
    if y0 == y1:
        side = 1 if x1 > x0 else -1
        shift = 0.16 * side if paired else 0.0
        return [(x0 + side * BOX_WIDTH / 2, y0 + shift), (x1 - side * BOX_WIDTH / 2, y1 + shift)]
    down = 1 if y0 > y1 else -1
    shift = -0.32 * down if paired else 0.0
    return [
        (_leaning(x0, x1) + shift, y0 - down * BOX_HEIGHT / 2),
        (_leaning(x1, x0) + shift, y1 + down * BOX_HEIGHT / 2),
    ]


def _leaning(x: float, towards: float) -> float:
    """Where an arrow meets a box: off the middle, to the side where the other box is."""
    lean = max(-0.3, min(0.3, (towards - x) / COLUMN_STEP * 0.3))
    return x + lean * BOX_WIDTH


def draw(graph: nx.DiGraph, path: str | Path) -> None:
    """Draws the graph into a file; the same graph gives the same bytes.

    Parameters
    ----------
    graph
        A hardware graph (``templates``).
    path
        Ends in ``.svg``, ``.png`` or ``.pdf``.

    Raises
    ------
    InputError
        M609 when matplotlib is missing or the suffix is another; M605 when the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        hint = f"end the name with {', '.join(FORMATS)}"
        raise InputError([Diagnostic("M609", f"cannot draw into '{path}': unknown suffix", None, hint)])
    shown, _ = figure(graph)
    import matplotlib as mpl

    metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix.lower())
    with mpl.rc_context({"svg.hashsalt": "maestro-py", "svg.fonttype": "none"}):
        try:
            shown.savefig(path, dpi=150, metadata=metadata)
        except OSError as error:
            message = f"cannot write '{path}': {error.strerror}"
            raise InputError([Diagnostic("M605", message, None, "choose a folder that exists")]) from error

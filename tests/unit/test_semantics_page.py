"""docs/semantics.md against both engines: every number of every example, every name, every cited section."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from maestro_py.analysis.api import analyze
from maestro_py.analysis.columns import COLUMNS
from maestro_py.analysis.engine import EngineName, evaluate
from maestro_py.ir import composites, operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.lower import lower
from maestro_py.ir.nest import Nest, build_nest
from maestro_py.ir.network import Layer
from maestro_py.reference import Counter, StepCost, TileCost
from maestro_py.syntax.parser import parse
from rtlgen.top import PROLOGUE_CYCLES
from tests import conformance

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
ENGINES: tuple[EngineName, ...] = ("core", "reference")
TRACE = "t"
"""Heading of the first column of a table that follows the stages step by step."""

LAYER = "layer"
"""Heading of a column that says which layer of the file a row is about; without it there is one layer."""

NETWORK = "network "
"""Prefix of a column that is a total of the network."""

LONGER_NAMES = {"cycles": "runtime_cycles"}
FEWEST_EXAMPLES = 20

Row = Mapping[str, str]


@dataclass(frozen=True)
class Example:
    """A file of the language, and the tables that follow it."""

    line: int
    text: str
    tables: tuple[tuple[Row, ...], ...]


def examples(page: str) -> Iterator[Example]:
    """Yield every ``m`` block with the tables that follow at once."""
    lines = page.splitlines()
    for start, line in enumerate(lines):
        if line != "```m":
            continue
        end = lines.index("```", start)
        rest = lines[end + 1 :]
        prose = (i for i, other in enumerate(rest) if other and not other.startswith("|"))
        following = rest[: next(prose, len(rest))]
        yield Example(start + 1, "\n".join(lines[start + 1 : end]), tuple(tables(following)))


def tables(lines: Sequence[str]) -> Iterator[tuple[Row, ...]]:
    for table in re.findall(r"(?:^\|.*\|\n)+", "\n".join(lines) + "\n", re.MULTILINE):
        cells = [[cell.strip() for cell in row[1:-1].split("|")] for row in table.splitlines()]
        heading, ruler, *rows = cells
        assert all(set(cell) <= {"-", ":"} for cell in ruler), table
        yield tuple(dict(zip(heading, row, strict=True)) for row in rows)


def written(value: object) -> str:
    if isinstance(value, str):
        return value
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value:,}"


def machine_and_nest(
    text: str, constants: Mapping[str, int], name: str | None = None
) -> tuple[Accelerator, Nest]:
    program = lower(parse(text), constants)
    (accelerator,), (network,) = program.accelerators, program.networks
    (layer,) = (layer for layer in network.layers if name in (None, layer.name))
    assert layer.dataflow is not None
    return accelerator, build_nest(layer, layer.dataflow, accelerator.num_pes)


def network_totals(text: str, engine: EngineName, folder: Path) -> dict[str, object]:
    """Totals by the engines' names, with the prefix of this page."""
    (folder / "example.m").write_text(text)
    found = analyze(folder / "example.m", engine=engine).totals
    return {f"{NETWORK}{name}": found[LONGER_NAMES.get(name, name)] for name in ("steps", "macs", "cycles")}


def layer_columns(text: str, engine: EngineName, folder: Path, names: Iterable[str]) -> dict[str, object]:
    """Columns of the only layer that the engines do not count."""
    (folder / "example.m").write_text(text)
    values = analyze(folder / "example.m", engine=engine).layers[0].values
    return {name: values[name] for name in names}


def stage_times(
    steps: Sequence[StepCost], tiles: Sequence[TileCost], accelerator: Accelerator
) -> tuple[list[dict[str, int]], int]:
    """When every stage is done, by the formulas of section 4 as they stand there: a row a step; the end."""
    noc, dram = accelerator.noc_latency_cycles, accelerator.dram_latency_cycles
    tile_of = [u for u, tile in enumerate(tiles) for _ in range(tile.steps)]
    last = {u: t for t, u in enumerate(tile_of)}
    de: dict[int, int] = {}
    ie: dict[int, int] = {}
    ce: dict[int, int] = {}
    oe: dict[int, int] = {}
    we: dict[int, int] = {}
    rows = []
    for t, (step, u) in enumerate(zip(steps, tile_of, strict=True)):
        tile = tiles[u]
        if u not in de:
            de[u] = max(de.get(u - 1, 0), ie.get(last.get(u - 2, -1), 0)) + tile.dram_in
        arrival = de[u] + (dram if tile.dram_in > 0 else 0)
        ie[t] = max(ie.get(t - 1, 0), ce.get(t - 2, 0), arrival) + step.ingress
        ready = ie[t] + (noc if step.ingress > 0 else 0)
        ce[t] = max(ready, ce.get(t - 1, 0), oe.get(t - 2, 0)) + step.compute
        oe[t] = max(ce[t], oe.get(t - 1, 0), we.get(u - 2, 0)) + step.egress
        if t == last[u]:
            arrived = max(oe[s] + (noc if steps[s].egress > 0 else 0) for s in oe if tile_of[s] <= u)
            we[u] = max(arrived, we.get(u - 1, 0)) + tile.dram_out
        named = {"t": t, "u": u, "I": step.ingress, "C": step.compute, "E": step.egress}
        times = {"de": de[u], "ie": ie[t], "ce": ce[t], "oe": oe[t]} | ({"we": we[u]} if u in we else {})
        rows.append(named | {"DI": tile.dram_in, "DO": tile.dram_out} | times)
    final = len(tiles) - 1
    return rows, we[final] + (dram if tiles[final].dram_out > 0 else 0)


def computed(example: Example, row: Row, engine: EngineName, folder: Path) -> Mapping[str, object]:
    """What an engine gives for the columns of one row."""
    document = parse(example.text)
    names = lower(document).constants
    constants = {name: int(value) for name, value in row.items() if name in names}
    accelerator, nest = machine_and_nest(example.text, constants, row.get(LAYER))
    if TRACE in row:
        counter = Counter(nest, accelerator)
        steps, cycles = stage_times(counter.traffic(), counter.dram(), accelerator)
        assert cycles == evaluate(nest, accelerator, engine)["cycles"]
        return steps[int(row[TRACE])]
    totals = network_totals(example.text, engine, folder) if any(n.startswith(NETWORK) for n in row) else {}
    named = {LAYER: row[LAYER]} if LAYER in row else {}
    found = {**named, **constants, **evaluate(nest, accelerator, engine), **totals}
    derived = COLUMNS.keys() & row.keys() - found.keys()
    return {**found, **(layer_columns(example.text, engine, folder, derived) if derived else {})}


def differences(page: str, folder: Path) -> list[str]:
    """One line for each number of the page that an engine does not give."""
    found = []
    for example in examples(page):
        for engine in ENGINES:
            for row in (row for table in example.tables for row in table):
                values = computed(example, row, engine, folder)
                for name, shown in row.items():
                    value = written(values[name]) if name in values else "no such number"
                    if value != shown:
                        found.append(f"line {example.line}: {name}: the page has {shown}, {engine} {value}")
    return found


def test_every_number_of_every_example(tmp_path):
    assert differences(PAGE, tmp_path) == []


def test_every_example_has_numbers():
    found = list(examples(PAGE))
    assert len(found) >= FEWEST_EXAMPLES
    assert [example.line for example in found if not example.tables or not all(example.tables)] == []
    assert sum(TRACE in table[0] for example in found for table in example.tables) == 1


def test_a_trace_has_every_step():
    for example in examples(PAGE):
        for table in example.tables:
            if TRACE in table[0]:
                accelerator, nest = machine_and_nest(example.text, {})
                steps = Counter(nest, accelerator).steps
                assert [row[TRACE] for row in table] == [str(t) for t in range(len(steps))]


def test_a_wrong_number_is_seen(tmp_path):
    """Each example with its last number changed: as many of them are found wrong."""
    lines = PAGE.splitlines()
    for example in examples(PAGE):
        shown = next(i for i in range(example.line, len(lines)) if re.match(r"\|.*\d \|$", lines[i]))
        lines[shown] = re.sub(r"(\d) \|$", lambda found: f"{(int(found[1]) + 1) % 10} |", lines[shown])
    wrong = differences("\n".join(lines), tmp_path)
    seen = {(line.split(":")[0], engine) for line in wrong for engine in ENGINES if f", {engine} " in line}
    assert seen == {(f"line {e.line}", engine) for e in examples(PAGE) for engine in ENGINES}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_case_of_section_6(engine, tmp_path):
    (block,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (tmp_path / "page.jsonl").write_text(json.dumps(json.loads(block)) + "\n")
    (case,) = conformance.read_cases(tmp_path / "page.jsonl")
    assert len(case.expect) > 30
    assert conformance.differences(case, engine) == []


def test_every_number_that_the_engines_give_is_named():
    layer = Layer("a", "GEMM", {"M": 2})
    dataflow = lower(parse("Dataflow d { TemporalMap(1,1) M; }")).dataflows[0]
    fields = evaluate(build_nest(layer, dataflow, 1), Accelerator(num_pes=1))
    assert [field for field in fields if f"`{field}`" not in PAGE] == []


def test_the_layer_types_of_section_1_and_their_axes():
    """The table against the operators: every type, its loop dimensions, the axes of its tensors."""
    shown = {}
    row = r"^" + r"\| ([A-Za-z ,]+) " * 5 + r"\|$"
    for names, dimensions, *tensors in re.findall(row, PAGE, re.MULTILINE):
        if names.split(", ")[0] in operators.names():
            shown |= dict.fromkeys(names.split(", "), (dimensions, *tensors))
    input_names = str.maketrans("YX", "yx")
    expected = {}
    for name in operators.names():
        problem = operators.get(name).problem(Layer("a", name, {}))
        axes = (" ".join(a).translate(input_names) if a else "none" for a in problem.axes.values())
        expected[name] = (" ".join(problem.sizes), *axes)
    assert shown == expected


def test_the_composite_types_of_section_1_and_their_dimensions():
    shown = {}
    for names, dimensions in re.findall(r"^\| ([A-Z, ]+) \| ((?:[A-Z] )+[A-Z]) \| `", PAGE, re.MULTILINE):
        shown |= dict.fromkeys(names.split(", "), tuple(dimensions.split()))
    assert shown == {name: composite.dimensions for name, composite in composites.registry().items()}


def test_machine_defaults_of_section_6():
    default = Accelerator()
    shown = dict(re.findall(r"^\| `(\w+)`.*?\| `.*?` \| ([^|]*?) \|", PAGE.split("## 6. ")[1], re.MULTILINE))
    assert shown["bits"] == ", ".join(map(str, default.bits))
    assert {name: int(shown[name]) for name in ("num_pes", "vector_width", "noc_bw", "noc_latency")} == {
        "num_pes": default.num_pes,
        "vector_width": default.vector_width,
        "noc_bw": default.noc_bandwidth_bytes_per_cycle,
        "noc_latency": default.noc_latency_cycles,
    }
    assert int(shown["dram_bw"]) == default.dram_bandwidth_bytes_per_cycle
    assert int(shown["dram_latency"]) == default.dram_latency_cycles
    assert (shown["multicast"], default.multicast, default.reduction) == ("true", True, True)


def test_the_prologue_of_the_hardware():
    assert re.search(rf"\b{PROLOGUE_CYCLES} cycles for every layer", PAGE)


def test_cited_sections_exist_and_the_page_is_linked():
    headings = re.findall(r"^## (\d+)\. ", PAGE, re.MULTILINE)
    assert headings == ["1", "2", "3", "4", "5", "6", "7"]
    cited = set()
    for folder in ("maestro_py", "rtlgen", "tests"):
        for path in (ROOT / folder).rglob("*.p[yx]*"):
            if path.suffix in (".py", ".pyx", ".pxi"):
                text = path.read_text(encoding="utf-8")
                for words in re.findall(r"SEMANTICS (?:sections? )?(\d(?:(?:, | and | to )\d)*)", text):
                    cited.update(re.findall(r"\d", words))
    assert len(cited) > 3
    assert cited <= set(headings)
    for place in ("README.md", "docs/rtl.md"):
        assert "semantics.md" in (ROOT / place).read_text(encoding="utf-8")

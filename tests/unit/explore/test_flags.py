"""Flags: the spaces of equal files, places in what was given, and what is wrong told at once."""

import itertools
import json

import pytest

from maestro_py import catalog
from maestro_py.errors import MaestroError
from maestro_py.explore._flags import NAMES, read_flags
from maestro_py.explore.reading import load, parse_space, read_request, requested
from maestro_py.explore.space import HARDWARE_AXES
from maestro_py.explore.space_text import space_text
from maestro_py.explore.store import manifest_of
from tests.unit.explore.test_reading import TABLE

HEAD = {"network": "lenet5", "dataflow": ["kcp_ws"], "hw": "nvdla"}
FILE = "network: lenet5\ndataflow: kcp_ws\naccelerator: nvdla\n"

ALIKE = {
    "nothing but a network": ({"network": "lenet5", "dataflow": ["rs"]}, "network: lenet5\ndataflow: rs\n"),
    "steps, factors, units, lists and needed": (
        {
            **HEAD,
            "vary": [
                "num_pes=64:512:64",
                "l2_bytes=64KiB:1 MiB:*2",
                "ClusterSize = 16, 32 ,64",
                "l1_bytes=needed,2KiB",
                "noc_bandwidth_bytes_per_cycle=8",
            ],
        },
        f"{FILE}parameters:\n"
        "  num_pes: {from: 64, to: 512, step: 64}\n"
        "  l2_bytes: {from: 64 KiB, to: 1 MiB, factor: 2}\n"
        "  ClusterSize: [16, 32, 64]\n"
        "  l1_bytes: [needed, 2 KiB]\n"
        "  noc_bandwidth_bytes_per_cycle: 8\n",
    ),
    "every other hardware number": (
        {
            **HEAD,
            "vary": [
                *("zero_skip=true,false", "multicast=false", "reduction=true", "technology=cacti-28nm-lop"),
                *(
                    "noc=bus,mesh",
                    "vector_width=1:9:*1.5",
                    "bits=8,8/8/32,16/16/48",
                    "frequency_mhz=0.5:2:.5",
                ),
                *(
                    "noc_latency_cycles=0,3",
                    "dram_latency_cycles=100",
                    "dram_bandwidth_bytes_per_cycle=4:8:4",
                ),
            ],
        },
        f"{FILE}parameters:\n"
        "  zero_skip: [true, false]\n  multicast: false\n  reduction: true\n"
        "  technology: cacti-28nm-lop\n  noc: [bus, mesh]\n  vector_width: {from: 1, to: 9, factor: 1.5}\n"
        "  bits: [8, [8, 8, 32], [16, 16, 48]]\n  frequency_mhz: {from: 0.5, to: 2, step: 0.5}\n"
        "  noc_latency_cycles: [0, 3]\n  dram_latency_cycles: 100\n"
        "  dram_bandwidth_bytes_per_cycle: {from: 4, to: 8, step: 4}\n",
    ),
    "what is wanted": (
        {
            **HEAD,
            "layer": ["conv*", "ip1"],
            "where": ["area_mm2 <= 16 ", "power_mw < 450 and l1_bytes_required <= 2 KiB"],
            "must_fit": False,
            "goal": ["energy", "min  runtime_us * area_um2", "max macs / energy_pj"],
            "keep": "feasible",
            "top": "7",
            "columns": "macs, energy_pj",
            "time": "coarse",
            "prune": False,
        },
        f"{FILE}layers: [conv*, ip1]\n"
        "constraints: [area_mm2 <= 16, power_mw < 450 and l1_bytes_required <= 2 KiB]\nmust_fit: false\n"
        "goals: [energy, {min: runtime_us * area_um2}, {max: macs / energy_pj}]\n"
        "keep: feasible\ntop: 7\ncolumns: [macs, energy_pj]\ntime: coarse\nprune: false\n",
    ),
    "a search": (
        {
            **HEAD,
            "dataflow": ["rs", "kcp_ws"],
            "search": "evolutionary",
            "designs": "50",
            "vary": ["num_pes=16,32", "FilterTile=2,4", "ClusterSize=4,8"],
            "enumerate": "FilterTile, ClusterSize",
            "search_option": ["population=16", "mutation = 2.5"],
            "seed": "9",
        },
        "network: lenet5\ndataflow: [rs, kcp_ws]\naccelerator: nvdla\n"
        "parameters: {num_pes: [16, 32], FilterTile: [2, 4], ClusterSize: [4, 8]}\n"
        "search:\n  method: evolutionary\n  designs: 50\n  enumerate: [FilterTile, ClusterSize]\n"
        "  population: 16\n  mutation: 2.5\nseed: 9\n",
    ),
    "a sample": (
        {**HEAD, "dataflow": ["rs"], "keep": "top", "sample": "80"},
        "network: lenet5\ndataflow: rs\naccelerator: nvdla\nkeep: top\nsample: 80\n",
    ),
}


def space_of(flags, path=None):
    return requested(read_request(path, read_flags(flags)))


def problems(flags, path=None):
    with pytest.raises(MaestroError) as caught:
        space_of(flags, path)
    return [
        (e.code, e.message, (e.span.file, e.span.line, e.span.column, e.span.end_column) if e.span else None)
        for e in caught.value.diagnostics
    ]


@pytest.mark.parametrize("case", ALIKE)
def test_flags_and_an_equal_file_have_one_manifest(case):
    flags, text = ALIKE[case]
    assert json.dumps(manifest_of(space_of(flags))) == json.dumps(manifest_of(parse_space(text)))


def test_together_the_cases_use_every_flag_and_hardware_number():
    used = {name for flags, _ in ALIKE.values() for name in flags}
    assert used == set(NAMES)
    varied = {text.split("=")[0].strip() for flags, _ in ALIKE.values() for text in flags.get("vary", ())}
    assert varied == {*HARDWARE_AXES, "ClusterSize", "FilterTile"}


@pytest.mark.parametrize("case", ALIKE)
def test_the_printed_space_is_that_of_the_flags(case):
    flags, _ = ALIKE[case]
    asked = read_request(None, read_flags(flags))
    text = space_text(asked)
    assert manifest_of(parse_space(text)) == manifest_of(requested(asked))


CHANGED = f"""{FILE}layers: conv1
parameters:
  ClusterSize: [16, 32]
  num_pes: [64, 128]
constraints: area_mm2 < 9
goals: [edp, area]
search: {{method: evolutionary, designs: 50, population: 8}}
top: 4
"""


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "space.yaml"
    found.write_text(CHANGED)
    return found


@pytest.mark.parametrize(
    ("flags", "was", "now"),
    [
        ({"layer": ["conv2"]}, "layers: conv1", "layers: [conv2]"),
        ({"vary": ["num_pes=16:32:16"]}, "num_pes: [64, 128]", "num_pes: {from: 16, to: 32, step: 16}"),
        ({"vary": ["bits=8"]}, "num_pes: [64, 128]", "num_pes: [64, 128]\n  bits: 8"),
        ({"where": ["power_mw < 4"]}, "area_mm2 < 9", "power_mw < 4"),
        ({"goal": ["energy"]}, "[edp, area]", "energy"),
        ({"designs": "60"}, "designs: 50", "designs: 60"),
        ({"enumerate": "num_pes"}, "designs: 50", "designs: 50, enumerate: num_pes"),
        ({"search_option": ["mutation=2"]}, "population: 8", "population: 8, mutation: 2"),
        ({"search": "exhaustive"}, "search: {method: evolutionary, designs: 50, population: 8}\n", ""),
        ({"top": "5", "seed": "2"}, "top: 4", "top: 5\nseed: 2"),
    ],
)
def test_flags_change_a_file(path, flags, was, now):
    assert was in CHANGED
    found = manifest_of(space_of(flags, path))
    assert found == manifest_of(parse_space(CHANGED.replace(was, now)))
    assert found != manifest_of(load(path))


def test_a_search_that_is_only_named_gets_its_number_from_a_flag(path):
    path.write_text(f"{FILE}search: random\n")
    assert manifest_of(space_of({"designs": "3"}, path)) == manifest_of(
        parse_space(f"{FILE}search: {{method: random, designs: 3}}")
    )


def test_files_are_seen_from_where_they_are_named(path, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    mine = catalog.find("dataflow", "kcp_ws").read_text()
    (tmp_path / "mine.m").write_text(mine)
    assert [entry[2] for entry in problems({"dataflow": ["mine.m"]}, path)] == [("--dataflow", 1, 1, 7)]
    (folder / "mine.m").write_text(mine.replace("ClusterSize", "Lanes"))
    (branch,) = space_of({"vary": ["Lanes=2"], "network": "lenet5", "dataflow": ["mine.m"]}).branches
    assert [axis.name for axis in branch.axes] == ["Lanes"]
    path.write_text(CHANGED.replace("kcp_ws", "mine.m"))
    (branch,) = space_of({"seed": "1"}, path).branches
    assert [axis.name for axis in branch.axes] == ["ClusterSize", "num_pes"]
    text = space_text(read_request(path, read_flags({})))
    assert f"dataflow: {tmp_path / 'mine.m'}\n" in text
    assert parse_space(text).branches == (branch,)


def test_tables_of_energy_are_seen_from_where_they_are_named(path, tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_text(TABLE)
    path.write_text(f"{FILE}parameters:\n  technology: [mine.yaml, eyeriss-65nm]\n")
    text = space_text(read_request(path, read_flags({})))
    assert f"  technology: [{tmp_path / 'mine.yaml'}, eyeriss-65nm]\n" in text
    monkeypatch.chdir(tmp_path)
    (axis,) = space_of({**HEAD, "vary": ["technology=mine.yaml,eyeriss-65nm"]}).branches[0].axes
    assert axis.values == ("mine.yaml", "eyeriss-65nm")


@pytest.mark.parametrize(
    ("flags", "code", "message", "place"),
    [
        ({"vary": ["num_pes=64:512:-1"]}, "M804", "num_pes: the step is not above 0", ("--vary", 1, 16, 18)),
        (
            {"vary": ["bits=8", "num_pes=64:8:1"]},
            *("M804", "num_pes: the range ends before it starts", ("--vary", 2, 12, 13)),
        ),
        ({"vary": ["num_pes=64:512"]}, "M804", "num_pes: this is no range", ("--vary", 1, 9, 15)),
        ({"vary": ["num_pes=1:2:3:4"]}, "M804", "num_pes: this is no range", ("--vary", 1, 9, 16)),
        ({"vary": ["num_pes=1:9:*x"]}, "M804", "num_pes: factor is a number, not 'x'", ("--vary", 1, 14, 15)),
        (
            {"vary": ["num_pes=1:9:2*3"]},
            *("M804", "num_pes: step is a number, not '2*3'", ("--vary", 1, 13, 16)),
        ),
        (
            {"vary": ["num_pes=0:9:*2"]},
            *("M804", "num_pes: a factor above 1 starts above 0", ("--vary", 1, 9, 10)),
        ),
        (
            {"vary": ["num_pes=8,16:64:16"]},
            *("M804", "num_pes: a range does not stand among values", ("--vary", 1, 11, 19)),
        ),
        ({"vary": ["num_pes= 8 , 0"]}, "M804", "num_pes cannot be 0", ("--vary", 1, 14, 15)),
        ({"vary": ["num_pes=4,4"]}, "M804", "num_pes has the value 4 twice", ("--vary", 1, 11, 12)),
        ({"vary": ["num_pes="]}, "M804", "num_pes has no values", ("--vary", 1, 9, 10)),
        ({"vary": ["num_pes=4,"]}, "M804", "num_pes cannot be ''", ("--vary", 1, 11, 12)),
        ({"vary": ["l1_bytes=2 XiB"]}, "M804", "l1_bytes cannot be '2 XiB'", ("--vary", 1, 10, 15)),
        ({"network": "n" * 300}, "M701", "no shipped model is called", ("--network", 1, 1, 301)),
        ({"hw": "n" * 300}, "M606", "unknown accelerator", ("--hw", 1, 1, 301)),
        ({"vary": ["bits=8,8/8"]}, "M804", "bits cannot be '8/8'", ("--vary", 1, 8, 11)),
        ({"vary": ["noc=bus,bas"]}, "M804", "unknown interconnect 'bas'", ("--vary", 1, 9, 12)),
        ({"vary": ["ClusterSize=1.5"]}, "M804", "ClusterSize cannot be 1.5", ("--vary", 1, 13, 16)),
        (
            {"vary": ["Tiel=4"]},
            *("M803", "'Tiel' is neither a hardware number nor a constant of the dataflow"),
            ("--vary", 1, 1, 5),
        ),
        ({"vary": ["num_pes"]}, "M804", "--vary takes NAME=VALUES, not 'num_pes'", ("--vary", 1, 1, 8)),
        ({"vary": ["=3"]}, "M804", "--vary takes NAME=VALUES, not '=3'", ("--vary", 1, 1, 3)),
        (
            {"vary": ["num_pes=3", "num_pes=4"]},
            *("M802", "the parameter 'num_pes' is given twice", ("--vary", 2, 1, 8)),
        ),
        ({"where": ["runtime_us < 1", "area_mm2 <"]}, "M805", "a value is missing", ("--where", 2, 11, 12)),
        ({"where": ["macs"]}, "M805", "a condition is asked for; this is a number", ("--where", 1, 1, 5)),
        ({"where": ["a < 3\nand b"]}, "M806", "there is no 'a'", ("--where", 1, 1, 2)),
        ({"goal": ["energy", "min  aera"]}, "M806", "there is no 'aera'", ("--goal", 2, 6, 10)),
        ({"goal": ["fast"]}, "M806", "'fast' is no goal", ("--goal", 1, 1, 5)),
        ({"goal": ["min"]}, "M806", "'min' is no goal", ("--goal", 1, 1, 4)),
        ({"goal": ["macs"]}, "M802", "is 'macs' best when least or greatest?", ("--goal", 1, 1, 5)),
        ({"columns": "macs,mac"}, "M806", "there is no column 'mac'", ("--columns", 1, 6, 9)),
        ({"layer": ["conv1", "cnv"]}, "M806", "'lenet5' has no layer 'cnv'", ("--layer", 2, 1, 4)),
        ({"dataflow": ["rs", "rs"]}, "M802", "the dataflow 'rs' is given twice", ("--dataflow", 2, 1, 3)),
        ({"dataflow": ["best:rs"]}, "M701", "no shipped dataflow", ("--dataflow", 1, 1, 8)),
        ({"hw": "nvd"}, "M606", "unknown accelerator 'nvd'", ("--hw", 1, 1, 4)),
        ({"network": "lenet"}, "M701", "no shipped model is called 'lenet'", ("--network", 1, 1, 6)),
        ({"keep": "some"}, "M802", "keep: it should be", ("--keep", 1, 1, 5)),
        ({"sample": "1.5"}, "M802", "sample: it should be a whole number", ("--sample", 1, 1, 4)),
        (
            {"sample": "90", "keep": "all"},
            *("M802", "a sample adds nothing: every feasible design is kept", ("--sample", 1, 1, 3)),
        ),
        ({"time": "exact"}, "M802", "time: it should be", ("--time", 1, 1, 6)),
        ({"top": "many"}, "M802", "top: it should be a whole number", ("--top", 1, 1, 5)),
        ({"seed": "-1"}, "M802", "seed: it should be greater than or equal to 0", ("--seed", 1, 1, 3)),
        ({"search": "tpf"}, "M807", "'tpf' is no way to search", ("--search", 1, 1, 4)),
        ({"search": "tpe"}, "M807", "tpe needs a number of designs", ("--search", 1, 1, 4)),
        ({"designs": "4"}, "M807", "the search has no method", ("--designs", 1, 1, 2)),
        (
            {"search": "exhaustive", "designs": "4"},
            *("M807", "exhaustive has no number of designs", ("--designs", 1, 1, 2)),
        ),
        ({"search": "random", "designs": "0"}, "M807", "designs cannot be 0", ("--designs", 1, 1, 2)),
        (
            {"search": "tpe", "designs": "9", "search_option": ["batch=0"]},
            *("M807", "batch cannot be 0", ("--search-option", 1, 7, 8)),
        ),
        (
            {"search": "tpe", "designs": "9", "search_option": ["batch=8", "bach=8"]},
            *("M807", "tpe has no option 'bach'", ("--search-option", 2, 1, 5)),
        ),
        (
            {"search": "tpe", "designs": "9", "search_option": ["batch"]},
            *("M807", "--search-option takes NAME=NUMBER, not 'batch'", ("--search-option", 1, 1, 6)),
        ),
        (
            {"search": "tpe", "designs": "9", "search_option": ["batch=2", "batch=4"]},
            *("M807", "'batch' is given twice", ("--search-option", 2, 1, 6)),
        ),
        (
            {"search": "tpe", "designs": "9", "search_option": ["designs=4"]},
            *("M807", "'designs' is no option of a search", ("--search-option", 1, 1, 8)),
        ),
        (
            {"search": "tpe", "designs": "9", "vary": ["num_pes=8,9", "bits=8,9"], "enumerate": "bits, num"},
            *("M807", "there is no parameter 'num'", ("--enumerate", 1, 7, 10)),
        ),
        (
            {"search": "tpe", "designs": "9", "vary": ["bits=8,9"], "enumerate": "bits"},
            *("M807", "nothing is left for tpe to pick", ("--enumerate", 1, 1, 5)),
        ),
        (
            {"vary": ["bits=8,9"], "search": "exhaustive", "enumerate": "bits"},
            *("M807", "exhaustive takes all values of every parameter", ("--enumerate", 1, 1, 5)),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(flags, code, message, place):
    (found,) = problems({**HEAD, **flags})
    assert (found[0], found[2]) == (code, place)
    assert message in found[1]


def test_hints_are_of_flags():
    with pytest.raises(MaestroError) as caught:
        space_of(
            {
                **HEAD,
                "vary": ["num_pes=1:9", "bits=8,8", "frequency_mhz=9:1:1", "vector_width=0:1:*2"],
                "goal": ["macs", "mac"],
                "search": "tpe",
            }
        )
    hints = " ".join(entry.hint for entry in caught.value.diagnostics)
    for text in (
        "16:256:*2",
        "8/8/32",
        "second number",
        "'min macs'",
        "'min COLUMN'",
        "--search tpe --designs",
    ):
        assert text in hints
    for text in ("{", "'to'", "[["):
        assert text not in hints


@pytest.mark.parametrize(
    ("flags", "hint"),
    [
        ({"vary": ["l2_bytes=64kb"]}, "with one of the units B KiB MiB GiB KB MB GB"),
        ({"where": ["l1_bytes_required < 64 kb"]}, "units of bytes: B KiB MiB GiB KB MB GB"),
        ({"where": ["dataflow == kcp_ws"]}, "a text stands in quotes: 'kcp_ws'"),
        ({"where": ["noc == ideal"]}, "columns is near; maestro-py explain lists them"),
        ({"where": ["multicast == true"]}, "a name that is true or false is a condition by itself"),
    ],
)
def test_hints_of_common_slips(flags, hint):
    with pytest.raises(MaestroError) as caught:
        space_of({**HEAD, **flags})
    (found,) = caught.value.diagnostics
    assert hint in found.hint


def test_a_missing_network_is_told_with_what_else_is_wrong():
    assert problems({"vary": ["x"], "keep": "some"}) == [
        ("M802", "'network' is missing", None),
        ("M804", "--vary takes NAME=VALUES, not 'x'", ("--vary", 1, 1, 2)),
        ("M802", "keep: it should be 'all', 'feasible', 'pareto' or 'top'", ("--keep", 1, 1, 5)),
    ]


def test_a_file_and_flags_are_told_together(path):
    path.write_text(CHANGED.replace("[64, 128]", "[64, 0]").replace("edp", "epd").replace("top: 4", "top: x"))
    file = str(path)
    assert [(code, place) for code, _, place in problems({"vary": ["bits=x"], "seed": "x"}, path)] == [
        ("M804", (file, 7, 17, 18)),
        ("M806", (file, 9, 9, 12)),
        ("M802", (file, 11, 6, 7)),
        ("M804", ("--vary", 1, 6, 7)),
        ("M802", ("--seed", 1, 1, 2)),
    ]
    assert [entry[2] for entry in problems({"vary": ["num_pes=4", "bits=x"], "goal": ["edp"]}, path)] == [
        (file, 11, 6, 7),
        ("--vary", 2, 6, 7),
    ]


def test_parts_of_a_file_that_flags_cannot_change_are_told(path):
    path.write_text(f"{FILE}parameters: [num_pes]\nsearch: 7\n")
    found = problems({"vary": ["bits=8"], "designs": "3"}, path)
    assert [(code, place) for code, _, place in found] == [
        ("M802", (str(path), 4, 1, 11)),
        ("M807", (str(path), 5, 9, 10)),
    ]


def test_random_texts_are_read_or_refused():
    pieces = ["num_pes", "=", ":", "*2", ",", "8", "/", " ", "needed", "min ", "-", "1e9", "bits", "noc"]
    for text in map("".join, itertools.product(pieces, repeat=3)):
        for name in ("vary", "goal", "search_option"):
            flags = read_flags({name: [text]})
            assert all(entry.span is not None for entry in flags.problems)

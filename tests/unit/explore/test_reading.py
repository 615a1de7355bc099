"""Space files: what they mean, and every code with its place, all of a file's errors at once."""

import json

import numpy as np
import pytest

from maestro_py.errors import MaestroError
from maestro_py.explore import searchers
from maestro_py.explore._schema import SpaceFile, json_schema
from maestro_py.explore._values import axis_values
from maestro_py.explore.executors._job_queue import read_cluster
from maestro_py.explore.reading import load, parse_space
from maestro_py.explore.run import finish, sweep
from maestro_py.explore.space import HARDWARE_AXES
from maestro_py.explore.store import Store
from maestro_py.syntax.codes import CODES
from maestro_py.viz.figures import plot

HEAD = "network: lenet5\ndataflow: kcp_ws\naccelerator: nvdla\n"


def problems(text):
    with pytest.raises(MaestroError) as caught:
        parse_space(text, "space.yaml")
    return caught.value.diagnostics


def places(text):
    return [(e.code, e.span.line, e.span.column, e.span.end_column) for e in problems(text) if e.span]


def test_what_a_file_means():
    space = parse_space(
        "network: lenet5\nlayers: conv*\ndataflow: [kcp_ws, rs]\nparameters:\n"
        "  noc_bandwidth_bytes_per_cycle: {from: 1, to: 9, step: 4}\n  num_pes: [8, 4]\n  FilterTile: 2\n"
        "  bits: [8, [8, 8, 32]]\n  frequency_mhz: {from: 100, to: 400, factor: 2}\n"
        "goals: [edp, {max: macs / runtime_us}]\nconstraints: l1_bytes_required <= 2 KiB\n"
        "must_fit: false\nkeep: feasible\ntop: 3\ncolumns: macs\ntime: coarse\nseed: 9\n"
    )
    assert [layer.name for layer in space.network.layers] == ["conv1", "conv2"]
    kcp, rs = space.branches
    assert [axis.name for axis in kcp.axes] == [
        "num_pes",
        "bits",
        "noc_bandwidth_bytes_per_cycle",
        "frequency_mhz",
    ]
    assert rs.axes[0].name == "FilterTile"
    assert space.axis_values("num_pes") == (8, 4)
    assert space.axis_values("noc_bandwidth_bytes_per_cycle") == (1, 5, 9)
    assert space.axis_values("bits") == ((8, 8, 8), (8, 8, 32))
    assert space.axis_values("frequency_mhz") == (100.0, 200.0, 400.0)
    assert space.size == 2 * (2 * 3 * 2 * 3)
    assert [(goal.name, goal.maximize) for goal in space.goals] == [
        ("edp", False),
        ("max macs / runtime_us", True),
    ]
    assert (space.must_fit, space.keep, space.top, space.columns, space.time, space.seed) == (
        *(False, "feasible", 3, ("macs",), "coarse", 9),
    )
    assert space.accelerator.name == "eyeriss"
    assert space.accelerator.lanes is None


def test_defaults():
    space = parse_space(HEAD)
    assert space.size == 1
    assert [goal.name for goal in space.goals] == ["runtime", "energy"]
    assert (space.keep, space.top, space.time, space.search.method) == ("pareto", 20, "fine", "exhaustive")


@pytest.mark.parametrize(
    ("name", "written", "values"),
    [
        ("num_pes", 16, (16,)),
        ("num_pes", {"from": 3, "to": 100, "factor": 1.5}, (3, 4, 7, 10, 15, 23, 34, 51, 77)),
        ("num_pes", {"from": 5, "to": 5, "step": 3}, (5,)),
        ("l1_bytes", ["needed", "1 KiB", 7], (None, 1024, 7)),
        ("multicast", [True, False], (True, False)),
        ("noc", ["bus", "mesh"], ("bus", "mesh")),
        ("noc_latency_cycles", [0], (0,)),
        ("frequency_mhz", {"from": 0.1, "to": 0.5, "step": 0.1}, tuple(0.1 + k * 0.1 for k in range(5))),
        ("Tile", [0, -3], (0, -3)),
        ("dram_bandwidth_bytes_per_cycle", "2 KiB", (2048,)),
    ],
)
def test_values(name, written, values):
    assert axis_values(name, written) == (values, [])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("num_pes", []),
        ("num_pes", 0),
        ("num_pes", 2.5),
        ("num_pes", "many"),
        ("num_pes", True),
        ("num_pes", None),
        ("num_pes", 2**64),
        ("num_pes", {"from": 1}),
        ("num_pes", {"from": 1, "to": 9}),
        ("num_pes", {"from": 1, "to": 9, "step": 2, "factor": 2}),
        ("num_pes", {"from": 1, "to": 9, "stride": 2}),
        ("num_pes", {"from": 1, "to": 9, "step": 0}),
        ("num_pes", {"from": 1, "to": 9, "step": 0.5}),
        ("num_pes", {"from": 1, "to": 9, "factor": 1}),
        ("num_pes", {"from": 0, "to": 9, "factor": 2}),
        ("num_pes", {"from": "a", "to": 9, "factor": 2}),
        ("num_pes", {"from": 1, "to": 2**62, "step": 1}),
        ("frequency_mhz", {"from": 1, "to": 2, "factor": 1.0000001}),
        ("l1_bytes", ["needed", "needed"]),
        ("l1_bytes", "1 XiB"),
        ("l1_bytes", None),
        ("bits", [[8, 8]]),
        ("bits", [0]),
        ("bits", [8, 8, 32]),
        ("multicast", ["yes"]),
        ("technology", ["nope"]),
        ("noc", "tree house"),
        ("frequency_mhz", [float("nan")]),
        ("Tile", 1.5),
        ("Tile", True),
    ],
)
def test_impossible_values(name, written):
    _, found = axis_values(name, written)
    assert found
    assert all(problem.message and problem.hint for problem in found)


def test_all_errors_of_a_file_are_told_at_once_with_their_places():
    text = (
        "network: lenet5\n"
        "dataflow: [rs, kcp_ws]\n"
        "accelerator: nvdla\n"
        "layers: [cnv1]\n"
        "netwrk: 3\n"
        "parameters:\n"
        "  num_pes: [16, 0]\n"
        "  ClusterSiz: 8\n"
        "constraints:\n"
        "  - area_mm2 <\n"
        "  - 'aera < 3'\n"
        "goals: [speed, {min: energy_pjj}]\n"
        "columns: [mac]\n"
        "search: {method: exhaustive, designs: 3}\n"
        "top: 0\n"
    )
    assert places(text) == [
        ("M806", 4, 10, 14),
        ("M802", 5, 1, 7),
        ("M804", 7, 17, 18),
        ("M803", 8, 3, 13),
        ("M805", 10, 15, 16),
        ("M806", 11, 6, 10),
        ("M806", 12, 9, 14),
        ("M806", 12, 22, 32),
        ("M806", 13, 11, 14),
        ("M807", 14, 39, 40),
        ("M802", 15, 6, 7),
    ]


def test_names_of_files_are_told_where_they_are_written():
    found = places("network: lenet55\ndataflow: [rs, kcp]\naccelerator: nvdl\n")
    assert [entry[:3] for entry in found] == [("M701", 1, 10), ("M701", 2, 16), ("M606", 3, 14)]


def trigger(code, folder):
    """Raise an error that has a code."""
    match code:
        case "M802":
            parse_space("netwrk: lenet5")
        case "M803":
            parse_space(HEAD + "parameters: {num_pe: 3}")
        case "M804":
            parse_space(HEAD + "parameters: {num_pes: {from: 16, to: 8, step: 1}}")
        case "M805":
            parse_space(HEAD + "constraints: area_mm2 <")
        case "M806":
            parse_space(HEAD + "constraints: aera_mm2 < 16")
        case "M807":
            parse_space(HEAD + "search: tpf")
        case "M808":
            sweep(parse_space(HEAD), folder)
            sweep(parse_space(HEAD + "seed: 1"), folder)
        case "M809":
            sweep(parse_space(HEAD), folder, shard=(2, 2))
            finish(folder)
        case "M810":
            sweep(parse_space(HEAD + "parameters: {num_pes: 16}"), folder)
        case "M811":
            parse_space(HEAD.replace("nvdla", "eyeriss") + "constraints: area_mm2 < 16")
        case "M812":
            sweep(parse_space(HEAD), folder, executor="dask", scheduler="nonsense://x")
        case "M813":
            read_cluster(folder / "none.yaml")
        case "M821":
            sweep(parse_space(HEAD + "keep: pareto"), folder)
            plot(folder, ["design-space"])


@pytest.mark.parametrize("code", [code for code in CODES if code.startswith("M8")])
def test_every_code_is_triggered(code, tmp_path):
    with pytest.raises(MaestroError) as caught:
        trigger(code, tmp_path)
    assert code in [entry.code for entry in caught.value.diagnostics]
    assert all(entry.hint for entry in caught.value.diagnostics)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "M802"),
        ("- a", "M802"),
        ("network: [a, b]", "M802"),
        ("network: lenet5\ndataflow: []", "M219"),
        ("network: lenet5\nnetwork: lenet5", "M600"),
        ("network: {", "M600"),
        (HEAD + "goals: []", "M802"),
        (HEAD + "goals: [edp, edp]", "M802"),
        (HEAD + "goals: runtime_us", "M802"),
        (HEAD + "goals: {min: bound}", "M805"),
        (HEAD + "goals: {most: area_um2}", "M806"),
        (HEAD + "constraints: area_um2", "M805"),
        (HEAD + "constraints: [3]", "M802"),
        (HEAD + "constraints: runtime_cycles < 3\ntime: coarse", "M811"),
        (HEAD + "parameters: {l1_bytes: needed}\nconstraints: l1_bytes < 3", "M811"),
        (HEAD + "time: exact", "M802"),
        (HEAD + "seed: -1", "M802"),
        (HEAD + "seed: 1.5", "M802"),
        (HEAD + "must_fit: maybe", "M802"),
        (HEAD + "sample: -1", "M802"),
        (HEAD + "sample: 1e5", "M802"),
        (HEAD + "sample: true", "M802"),
        (HEAD + "keep: all\nsample: 5", "M802"),
        (HEAD + "parameters: [num_pes]", "M802"),
        (HEAD + "search: {designs: 3}", "M807"),
        (HEAD + "search: 7", "M807"),
        ("network: lenet5", "M219"),
        ("network: lenet5\ndataflow: [rs, rs]", "M802"),
    ],
)
def test_other_wrong_files(line, code, tmp_path):
    def run():
        sweep(parse_space(line), tmp_path)

    with pytest.raises(MaestroError) as caught:
        run()
    found = caught.value.diagnostics
    assert code in [entry.code for entry in found] or code in found[0].message
    assert all(entry.message for entry in found)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("keep: feasible", "a sample adds nothing: every feasible design is kept"),
        (
            "search: {method: anneal, designs: 50}",
            "a search by anneal looks where designs are good, so no sample of them is even",
        ),
    ],
)
def test_a_sample_of_what_is_all_kept_is_told_where_it_stands(line, said):
    (found,) = problems(HEAD + line + "\nsample: 3000\n")
    assert (found.code, found.message) == ("M802", said)
    assert (found.span.line, found.span.column, found.span.end_column) == (5, 9, 13)
    assert found.hint == "leave out 'sample'"
    assert parse_space(HEAD + line + "\nsample: 0\n").sample == 0


def test_the_schema_names_every_key_and_hardware_number():
    schema = json_schema()
    assert set(schema["properties"]) == set(SpaceFile.model_fields)
    assert set(schema["properties"]["parameters"]["properties"]) == set(HARDWARE_AXES)
    assert all(entry["description"] for entry in schema["properties"].values())
    json.dumps(schema)


SEARCHED = "parameters:\n  ClusterSize: [4, 8]\n  num_pes: [16, 32]\n"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("{method: tpe, designs: 9, enumerate: [ClusterSiz, num_pes]}", [("'ClusterSiz'", 47, 57)]),
        ("{method: tpe, designs: 9, enumerate: l1_bytes}", [("'l1_bytes'", 46, 54)]),
        ("{method: tpe, designs: 9, enumerate: [3]}", [("no parameter 3", 47, 48)]),
        ("{method: tpe, designs: 9, enumerate: [num_pes, num_pes]}", [("given twice", 56, 63)]),
        ("{method: tpe, designs: 9, enumerate: [num_pes, ClusterSize]}", [("nothing is left", 35, 44)]),
        ("{method: exhaustive, enumerate: [num_pes]}", [("takes all values", 30, 39)]),
        (
            "{method: sobol, enumerate: [num_pe], bath: 3}",
            [("needs a number of designs", 18, 23), ("'num_pe'", 37, 43), ("'bath'", 46, 50)],
        ),
    ],
)
def test_parameters_that_cannot_be_enumerated(search, found):
    told = problems(HEAD + SEARCHED + f"search: {search}\n")
    assert [(e.code, e.span.line, e.span.column, e.span.end_column) for e in told] == [
        ("M807", 7, column, end) for _, column, end in found
    ]
    assert all(text in e.message for e, (text, *_) in zip(told, found, strict=True))
    assert all(e.hint for e in told)


def test_parameters_that_are_enumerated():
    space = parse_space(HEAD + SEARCHED + "search: {method: tpe, designs: 9, enumerate: ClusterSize}\n")
    assert space.search.enumerate == ("ClusterSize",)
    assert space.search.options == {"batch": 32}


def test_spaces_survive_their_manifest(tmp_path):
    path = tmp_path / "space.yaml"
    path.write_text(
        HEAD
        + "parameters: {bits: [8, [8, 8, 32]], l1_bytes: [needed, 64]}\nconstraints: power_mw < 4 * 100\n"
        + "search: {method: tpe, designs: 9, enumerate: [bits]}\n"
    )
    space = load(path)
    store = Store.create(tmp_path / "out", space)
    found = Store.existing(tmp_path / "out").space()
    assert store.space().branches == space.branches
    assert (found.goals, found.constraints, found.accelerator, found.search) == (
        space.goals,
        space.constraints,
        space.accelerator,
        space.search,
    )
    assert np.isclose(found.size, 4)


TABLE = """\
technology: mine
node_nm: 16
source: synthesis
mac: {energy_pj: 0.12, multiply_bits: 8, add_bits: 32, area_um2: 160}
l1: {size_bytes: 2048, word_bits: 16, read_pj: 0.4, write_pj: 0.5}
l2: {size_bytes: 131072, word_bits: 64, read_pj: 5, write_pj: 4}
noc: {hop_pj: 0.4, word_bits: 16}
dram: {access_pj: 512, word_bits: 64}
"""


def test_tables_of_energy_are_files_beside_the_space_and_hashed(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "network: lenet5\ndataflow: rs\n"
        "parameters: {technology: [mine.yaml, cacti-28nm-lop], l1_bytes: needed}\n"
    )
    with pytest.raises(MaestroError) as caught:
        load(tmp_path / "a.yaml")
    assert [(entry.code, entry.span.line) for entry in caught.value.diagnostics] == [("M804", 3)]
    (tmp_path / "mine.yaml").write_text(TABLE)
    space = load(tmp_path / "a.yaml")
    assert set(space.inputs) >= {"mine.yaml", "rs.m"}
    assert sweep(space, tmp_path / "out")["evaluated"] == 2


def test_every_searcher_is_described():
    for entry in map(searchers.get, searchers.names()):
        assert entry.summary
        assert all(option.least <= option.default <= option.most for option in entry.options.values())

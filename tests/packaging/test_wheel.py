"""A wheel built from the tree holds everything that ships and works from an empty folder."""

import re
import shlex
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

SHIPPED = {  # folder of the tree -> folder of the wheel
    "maestro_py": "maestro_py",
    "rtlgen": "rtlgen",
    "dsl": "maestro_py/dsl",
    "dataflows": "maestro_py/dataflows",
    "models": "maestro_py/models",
}
SOURCE_ONLY = {".pyx", ".pxd", ".pxi", ".md"}
SOURCE_ONLY_FOLDER = "models/describe"  # what the shipped networks are written from


def placed(name: Path) -> str:
    """Where a file of the tree lies in the wheel."""
    return "/".join([SHIPPED[name.parts[0]], *name.parts[1:]])


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_shipped_file_of_the_tree_is_in_the_wheel(wheel: Path, tree_files: list[Path]) -> None:
    expected = {
        placed(name)
        for name in tree_files
        if name.parts[0] in SHIPPED
        and name.suffix not in SOURCE_ONLY
        and not name.is_relative_to(SOURCE_ONLY_FOLDER)
    }
    assert expected <= members(wheel), sorted(expected - members(wheel))


def test_the_wheel_holds_nothing_else_but_the_engine_and_its_metadata(
    wheel: Path, tree_files: list[Path]
) -> None:
    shipped = {placed(name) for name in tree_files if name.parts[0] in SHIPPED}
    rest = {name for name in members(wheel) - shipped if ".dist-info/" not in name}
    assert len(rest) == 1
    assert re.fullmatch(r"maestro_py/_core\.(abi3|cp\d+\w*-[\w-]+)\.so", rest.pop())


@pytest.mark.parametrize(
    "pattern",
    [
        r"maestro_py/dsl/grammar\.lark",
        r"maestro_py/dataflows/\w+\.m",
        r"maestro_py/models/\w+\.m",
        r"maestro_py/hardware/tech/\w+\.csv",
        r"maestro_py/_core\.pyi",
        r"maestro_py/py\.typed",
        r"rtlgen/__init__\.py",
        r"rtlgen/py\.typed",
    ],
)
def test_each_kind_of_file_is_there(wheel: Path, pattern: str) -> None:
    assert any(re.fullmatch(pattern, name) for name in members(wheel))


def test_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (folder,) = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode())
        assert "MIT License" in archive.read(f"{folder}/licenses/LICENSE").decode()
        assert "maestro-py = maestro_py.cli:main" in archive.read(f"{folder}/entry_points.txt").decode()
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert "# maestro-py" in str(metadata.get_payload())


def test_it_is_the_wheel_that_runs(installation) -> None:
    code = "import maestro_py._core as core, rtlgen; print(core.__file__, rtlgen.__file__)"
    done = installation.run("python", "-c", code)
    assert done.returncode == 0, done.stderr
    assert all(Path(name).is_relative_to(installation.packages) for name in done.stdout.split())


def test_the_first_readme_command_runs_from_an_empty_folder(installation, root: Path) -> None:
    first = re.findall(r"^```sh\n(.*?)^```$", (root / "README.md").read_text(), re.DOTALL | re.MULTILINE)[0]
    program, *arguments = shlex.split(first.split("&&")[-1])
    assert program == ".venv/bin/maestro-py"
    done = installation.run("maestro-py", *arguments)
    assert done.returncode == 0, done.stderr
    assert "conv1" in done.stdout.lower()


@pytest.mark.parametrize("kind", ["dataflows", "models"])
def test_shipped_files_pass_check_from_an_empty_folder(installation, kind: str) -> None:
    files = sorted((installation.packages / "maestro_py" / kind).glob("*.m"))
    assert files
    for file in files:
        done = installation.run("maestro-py", "check", str(file))
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_mappings_in_the_readme_pass_check(installation, root: Path, tmp_path: Path) -> None:
    mappings = re.findall(
        r"^```\n(Network.*?)^```$", (root / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert len(mappings) == 2
    for mapping in mappings:
        file = tmp_path / "example.m"
        file.write_text(mapping)
        done = installation.run("maestro-py", "check", str(file))
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_leaves_the_folder_it_runs_in_alone(installation) -> None:
    installation.run("maestro-py", "--help")
    assert list(installation.folder.iterdir()) == []

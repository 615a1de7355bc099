"""The tree stands alone: no file in it points outside it."""

import re
from pathlib import Path, PurePosixPath

# Someone's own folders. Written in pieces, since this file is searched too.
FOLDERS = ["home", "root", "Users", "work", "mnt", "tmp"]
ABSOLUTE = re.compile(r"(?<![\w.$}])/(?:" + "|".join(FOLDERS) + r")/[\w.]")
UPWARDS = re.compile(r"(?<![\w/.])(?:\.\./)+[\w.][\w./-]*")


def texts(root: Path, tree_files: list[Path]) -> dict[PurePosixPath, str]:
    return {
        PurePosixPath(name): (root / name).read_bytes().decode("utf-8", errors="ignore")
        for name in tree_files
    }


def leaves_the_tree(place: PurePosixPath, reference: str) -> bool:
    """Whether ``reference``, seen from the file at ``place``, climbs above the top of the tree."""
    depth = len(place.parent.parts)
    return reference.count("../") > depth


def test_no_file_names_someones_own_folder(root: Path, tree_files: list[Path]) -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in texts(root, tree_files).items()
        for match in ABSOLUTE.finditer(text)
    ]
    assert found == []


def test_no_file_refers_to_what_lies_above_the_tree(root: Path, tree_files: list[Path]) -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in texts(root, tree_files).items()
        for match in UPWARDS.finditer(text)
        if leaves_the_tree(name, match[0])
    ]
    assert found == []


def test_no_built_file_is_part_of_the_tree(tree_files: list[Path]) -> None:
    built = {".so", ".pyd", ".pyc", ".o", ".whl"}
    generated = {Path("maestro_py/_core.c"), Path("maestro_py/_core.cpp")}
    assert [name for name in tree_files if name.suffix in built or name in generated] == []

"""Who may import whom: inside the packages, among the libraries, and when.

The imports are read from the source with ``ast``, those inside functions and type-checking blocks
too, so a rule cannot be passed by importing late.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import metadata, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PACKAGES = ("maestro_py", "rtlgen")

# Part of the house -> what it may import of ours. A part may always import itself.
MAY_IMPORT = {
    "maestro_py": {
        "maestro_py.analysis",
        "maestro_py.errors",
        "maestro_py.exporters",
        "maestro_py.ir",
        "maestro_py.syntax",
    },
    "maestro_py._core": set(),
    "maestro_py._entries": set(),
    "maestro_py._files": {"maestro_py.errors", "maestro_py.syntax"},
    "maestro_py._resources": {"maestro_py.errors"},
    "maestro_py.analysis": {
        "maestro_py._core",
        "maestro_py._files",
        "maestro_py._resources",
        "maestro_py.catalog",
        "maestro_py.errors",
        "maestro_py.frontends",
        "maestro_py.hardware",
        "maestro_py.ir",
        "maestro_py.reference",
        "maestro_py.syntax",
    },
    "maestro_py.catalog": {"maestro_py._files", "maestro_py._resources", "maestro_py.errors"},
    "maestro_py.cli": set(PACKAGES),
    "maestro_py.errors": set(),
    "maestro_py.explore": {
        "maestro_py._core",
        "maestro_py._entries",
        "maestro_py._files",
        "maestro_py.analysis",
        "maestro_py.catalog",
        "maestro_py.errors",
        "maestro_py.exporters",
        "maestro_py.frontends",
        "maestro_py.hardware",
        "maestro_py.ir",
        "maestro_py.syntax",
    },
    "maestro_py.exporters": {
        "maestro_py._entries",
        "maestro_py._files",
        "maestro_py.analysis",
        "maestro_py.errors",
        "maestro_py.syntax",
    },
    "maestro_py.frontends": {
        "maestro_py._entries",
        "maestro_py.errors",
        "maestro_py.hardware.tech.yaml_input",
        "maestro_py.ir",
        "maestro_py.syntax",
    },
    "maestro_py.hardware": {
        "maestro_py._entries",
        "maestro_py._resources",
        "maestro_py.errors",
        "maestro_py.ir.accelerator",
        "maestro_py.ir.density",
        "maestro_py.ir.operators",
    },
    "maestro_py.ir": {"maestro_py._entries", "maestro_py.errors", "maestro_py.syntax"},
    "maestro_py.check": {
        "maestro_py.analysis",
        "maestro_py.errors",
        "maestro_py.frontends",
        "maestro_py.ir",
        "maestro_py.syntax",
    },
    "maestro_py.reference": {"maestro_py.errors", "maestro_py.ir"},
    "maestro_py.rtl": {
        "maestro_py.analysis",
        "maestro_py.errors",
        "maestro_py.ir",
        "maestro_py.syntax",
        "rtlgen",
    },
    "maestro_py.syntax": {"maestro_py._resources", "maestro_py.errors"},
    "maestro_py.viz": {
        "maestro_py._files",
        "maestro_py._resources",
        "maestro_py.analysis",
        "maestro_py.errors",
        "maestro_py.explore",
        "maestro_py.exporters",
        "maestro_py.syntax",
    },
    "rtlgen": {"maestro_py.errors", "maestro_py.ir", "maestro_py.reference"},
}

# Optional library -> the one file that imports it (or one for each part of the house that does), and the
# extra that brings it.
OPTIONAL = {
    "cocotb": ("rtlgen/bench/accelerator_bench.py", "rtl"),
    "cocotb_tools": ("rtlgen/runner.py", "rtl"),
    "dask": ("maestro_py/explore/executors/dask.py", "cluster"),
    "dask_jobqueue": ("maestro_py/explore/executors/_job_queue.py", "cluster"),
    "distributed": ("maestro_py/explore/executors/dask.py", "cluster"),
    "jinja2": ("maestro_py/viz/report.py", "report"),
    "markupsafe": ("maestro_py/viz/report.py", "report"),
    "matplotlib": ("maestro_py/hardware/show.py maestro_py/viz/canvas.py", "plot"),
    "onnx": ("maestro_py/frontends/onnx.py", "onnx"),
    "pandas": ("maestro_py/analysis/results.py", "data"),
    "pyarrow": ("maestro_py/exporters/_parquet_table.py", "data"),
    "pyslang": ("rtlgen/lint.py", "rtl"),
    "pytest": ("rtlgen/bench/accelerator_bench.py", "rtl"),
    "torch": ("maestro_py/frontends/torch_export.py", "torch"),
}

# Module -> the distribution that brings it, where the names differ.
PROVIDERS = {
    "cocotb_tools": "cocotb",
    "dask_jobqueue": "dask-jobqueue",
    "distributed": "dask",
    "markupsafe": "jinja2",
    "ruamel": "ruamel.yaml",
}


def modules(root: Path) -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py*")):
            if path.suffix in (".py", ".pyx"):
                parts = path.relative_to(root).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path) -> Iterator[tuple[str, str]]:
    """Each import of a module as (module, imported name); the name is empty in ``import module``."""
    if path.suffix == ".pyx":  # which ``ast`` does not read
        source = "".join(file.read_text() for file in [path, *sorted(path.parent.glob("*.pxi"))])
        for match in re.finditer(r"^\s*(?:from\s+(\S+)\s+)?c?import\s+(\S+)", source, re.MULTILINE):
            yield (match[1], match[2]) if match[1] else (match[2], "")
        return
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield from ((module, alias.name) for alias in node.names)


def own_imports(name: str, path: Path, known: dict[str, Path]) -> set[str]:
    """Modules of ours that a module imports."""
    pairs = [pair for pair in imports(name, path) if pair[0].split(".")[0] in PACKAGES]
    return {f"{module}.{item}" if f"{module}.{item}" in known else module for module, item in pairs}


def foreign_imports(name: str, path: Path) -> set[str]:
    """Libraries (neither ours nor Python's nor Cython's own) that a module imports."""
    tops = {module.split(".")[0] for module, _ in imports(name, path)}
    return tops - set(PACKAGES) - sys.stdlib_module_names - {"cython", "libc", "libcpp", "cpython"}


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".")


def part_of(name: str) -> str:
    """The row of the table that a module falls under."""
    rows = [row for row in MAY_IMPORT if within(name, row) and (row != "maestro_py" or name == row)]
    assert rows, f"{name}: which part of the house is this? Give it a row in MAY_IMPORT"
    return max(rows, key=len)


def distributions(extra: str | None) -> set[str]:
    """Names of the core requirements, or of an extra's, as the installed metadata has them."""
    found = set()
    for line in requires("maestro-py") or []:
        requirement = Requirement(line)
        conditional = requirement.marker is not None and "extra" in str(requirement.marker)
        if conditional == (extra is not None) and (
            requirement.marker is None or requirement.marker.evaluate({"extra": extra or ""})
        ):
            found.add(requirement.name)
    return found


def test_imports_point_one_way(root: Path) -> None:
    known = modules(root)
    wrong = {
        f"{path.relative_to(root)} imports {imported}"
        for name, path in known.items()
        for imported in own_imports(name, path, known)
        if not any(within(imported, allowed) for allowed in MAY_IMPORT[part_of(name)] | {part_of(name)})
    }
    assert wrong == set()


def test_every_row_names_something_that_exists(root: Path) -> None:
    known = modules(root)
    assert [row for row in MAY_IMPORT if row not in known] == []


def test_the_table_itself_keeps_the_rules_of_the_house() -> None:
    reach = {row: set(allowed) for row, allowed in MAY_IMPORT.items()}
    assert "maestro_py.ir" not in reach["maestro_py.syntax"]
    assert "maestro_py.analysis" not in reach["maestro_py.ir"]
    assert reach["maestro_py._core"] == set()
    assert [row for row, allowed in reach.items() if "maestro_py.cli" in allowed] == []


def test_libraries_are_required_or_owned_by_one_file(root: Path) -> None:
    core = distributions(None)
    wrong = set()
    for name, path in modules(root).items():
        for library in foreign_imports(name, path):
            owners, _ = OPTIONAL.get(library, ("", ""))
            if (
                PROVIDERS.get(library, library) not in core
                and str(path.relative_to(root)) not in owners.split()
            ):
                wrong.add(f"{path.relative_to(root)} imports {library}")
    assert wrong == set()


@pytest.mark.parametrize("library", sorted(OPTIONAL))
def test_optional_library_is_used_by_its_owner_and_comes_with_its_extra(root: Path, library: str) -> None:
    owners, extra = OPTIONAL[library]
    known = {str(path.relative_to(root)): name for name, path in modules(root).items()}
    for owner in owners.split():
        assert library in foreign_imports(known[owner], root / owner)
    assert PROVIDERS.get(library, library) in distributions(extra)


def test_extras_are_the_documented_ones(root: Path) -> None:
    declared = set(metadata("maestro-py").get_all("Provides-Extra") or [])
    paragraph = (root / "README.md").read_text().split("Optional libraries come with extras:")[1]
    assert declared == set(re.findall(r"`(\w+)`", paragraph.split("\n\n")[0]))


def test_all_is_every_extra_but_the_heavy_ones() -> None:
    names = {"data", "plot", "report", "onnx", "rtl", "cluster", "viz", "lsp"}
    assert distributions("all") == set().union(*(distributions(name) for name in names))


# Each costs 0.05 to 1.3 s to import; an optional library may not be there at all.
HEAVY = {
    *("hyperopt", "lark", "networkx", "numpy", "pydantic", "rich", "ruamel", "scipy"),
    *(
        "cocotb",
        "dask",
        "distributed",
        "matplotlib",
        "onnx",
        "pandas",
        "pyarrow",
        "pyslang",
        "pytest",
        "torch",
    ),
}

MODULES_AFTER = {
    "import maestro_py": "import maestro_py",
    "import maestro_py.cli": "import maestro_py.cli",
    "maestro-py --help": "from maestro_py.cli import main\n"
    "try:\n    main(['--help'], prog_name='maestro-py')\nexcept SystemExit as end:\n    assert not end.code",
}


@pytest.mark.parametrize("action", sorted(MODULES_AFTER))
def test_starting_up_imports_no_heavy_library(root: Path, action: str) -> None:
    code = f"import sys\n{MODULES_AFTER[action]}\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "maestro_py" in loaded
    assert loaded & HEAVY == set()


def test_an_analysis_imports_no_heavy_library_but_the_parser(root: Path) -> None:
    code = (
        "import sys, maestro_py\n"
        "maestro_py.analyze('lenet5', 'kcp_ws', 'eyeriss')\nprint(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {name.split(".")[0] for name in loaded} & HEAVY == {"lark"}
    assert "maestro_py.frontends.onnx" not in loaded, "formats are for files of other tools"

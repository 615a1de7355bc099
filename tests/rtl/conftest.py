"""Settings of the tests that simulate: where programs are kept, and what happens without a simulator.

Programs stay in ``build/rtl`` of the repository (``MAESTRO_RTL_BUILD`` overrides), so that a second run of
the tests compiles nothing.
"""

import os
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from rtlgen.simulate import default_build_directory
from rtlgen.tools import ToolMissingError, find_libpython, simulators

ROOT = Path(__file__).parents[2]
VARIANTS = 3
"""Sets of parameters that each bench of a module runs with every time; the others with ``-m long``."""
os.environ.setdefault("MAESTRO_RTL_BUILD", str(ROOT / "build" / "rtl"))

# The benches import cocotb at their top, as the simulator needs it.
collect_ignore_glob = [] if find_spec("cocotb") else ["*"]


def _lacking() -> str:
    try:
        find_libpython()
    except ToolMissingError as error:
        return str(error)
    return "" if simulators() else "no simulator is installed: pip install 'maestro-py[rtl]'"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most variants of the benches to long runs; skip what needs a simulator where there is none.

    In CI a missing simulator is an error.
    """
    variants: Counter[str] = Counter()
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent.name == "modules":
            parameters = item.callspec.params if hasattr(item, "callspec") else {}
            bench = f"{item.path} {item.originalname} {parameters.get('simulator')}"
            variants[bench] += 1
            if variants[bench] > VARIANTS:
                item.add_marker(pytest.mark.long)
    marked = [item for item in items if item.get_closest_marker("rtl")]
    lacking = _lacking() if marked else ""
    if lacking and os.environ.get("CI"):
        raise pytest.UsageError(lacking)
    if lacking:
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=lacking))


@pytest.fixture(scope="session")
def build_directory() -> Path:
    """Folder of finished builds, shared by all tests."""
    return default_build_directory()


@pytest.fixture(params=["verilator", "icarus"])
def simulator(request: pytest.FixtureRequest) -> str:
    """Each simulator in turn; one that is not installed is skipped."""
    name: str = request.param
    if name not in simulators():
        pytest.skip(f"{name} is not installed")
    return name

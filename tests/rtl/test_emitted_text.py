"""Text of emitted machines: clean under all linters and the formatter, and the same every time."""

from pathlib import Path

import pytest

from rtlgen.design import LayerNest
from rtlgen.designer import make_design
from rtlgen.lint import lint
from rtlgen.top import generate_top
from tests.conformance import Case, accelerator_of, nest_of
from tests.rtl import regression

pytestmark = pytest.mark.rtl

FILES = sorted((Path(__file__).parents[1] / "model" / "cases").glob("*.jsonl"))
CASES = [case for _, case in regression.wanted_cases(FILES, 1)]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=pytest.mark.long if i % 3 else ())
        for i, case in enumerate(CASES)
    ],
)
def test_an_emitted_machine_is_clean(case: Case, tmp_path: Path) -> None:
    tree = tmp_path / "accelerator"
    regression.write_case(case, tree)
    names = (tree / "rtl" / "files.f").read_text(encoding="utf-8").split()
    findings = lint([tree / "rtl" / name for name in names], "accelerator")
    assert not findings, "\n" + "\n".join(map(str, findings))


def test_the_text_depends_on_the_design_alone() -> None:
    def text() -> str:
        case = CASES[0]
        accelerator = accelerator_of(case.hardware)
        layer = LayerNest(case.name, nest_of(case.text, accelerator.num_pes))
        return generate_top(make_design([layer], accelerator))

    assert text() == text()

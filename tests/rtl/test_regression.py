"""Some of the project's own conformance cases as hardware; all of them are ``regression.py``."""

from collections import Counter
from pathlib import Path

import pytest

from maestro_py.errors import HardwareError
from tests.conformance import Case
from tests.rtl import regression

FILES = sorted((Path(__file__).parents[1] / "model" / "cases").glob("*.jsonl"))
PER_FAMILY = 1
CASES = list(regression.wanted_cases(FILES, None))
CHOSEN = [case for _, case in regression.wanted_cases(FILES, PER_FAMILY)]


def refusal(case: Case) -> str:
    """Why a case cannot be built; empty if it can."""
    try:
        regression.design_of(case)
    except HardwareError as error:
        return str(error)
    return ""


def test_nearly_every_case_of_every_family_can_be_built() -> None:
    refused = {case.name: refusal(case) for _, case in CASES}
    refused = {name: reason for name, reason in refused.items() if reason}
    reason = "M510: layer {}: a transposed convolution with dilation 2 along X"
    assert refused == {name: reason.format(name) for name in ("deep-6", "trconv-6")}
    families = Counter(family for family, _ in CASES)
    assert set(families) == {file.stem for file in FILES if file.stem not in ("illegal", "add", "zero_skip")}


@pytest.mark.rtl
@pytest.mark.parametrize("case", CHOSEN, ids=lambda case: case.name)
def test_hardware_does_what_the_case_expects(case: Case, tmp_path: Path, build_directory: Path) -> None:
    if refusal(case):
        pytest.skip(refusal(case))
    tree = tmp_path / "accelerator"
    regression.write_case(case, tree)
    assert regression.run_case(case, tree, build_directory=build_directory) == []


def test_report_names_what_is_wrong_and_demands_nine_of_ten() -> None:
    good = [regression.Outcome("two", f"two-{i}", str(i), "equal") for i in range(9)]
    refused = regression.Outcome("two", "two-9", "9", "refused", "M510: because")
    table, well = regression.report([*good, refused])
    assert well
    assert "two-9: refused: M510: because" in table
    assert not regression.report([*good[:8], refused])[1]
    assert not regression.report([])[1]
    for status in ("differs", "failed"):
        assert not regression.report([*good, *good, regression.Outcome("two", "two-x", "x", status)])[1]

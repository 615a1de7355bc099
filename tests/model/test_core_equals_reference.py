"""Core = reference in every field, on random layers, dataflows and machines, legal and illegal.

The ordinary run draws 3,000 samples in parts that workers can share; ``-m long`` compares 200,000.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from maestro_py.ir import operators
from tests.model import search
from tests.model.generate import Sample
from tests.model.strategies import samples

ORDINARY_EXAMPLES = 3_000
LONG_SAMPLES = 200_000
PARTS = (*operators.names(), None, None, None)


def assert_equal(drawn: Sample) -> None:
    _, lines = search.differences(drawn.nest, drawn.accelerator)
    assert not lines, "\n".join([drawn.replay("hypothesis"), *lines])


@pytest.mark.parametrize("part", range(len(PARTS)), ids=lambda i: f"{i}-{PARTS[i] or 'any'}")
def test_core_equals_reference(part: int) -> None:
    @settings(
        max_examples=ORDINARY_EXAMPLES // len(PARTS),
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(samples(PARTS[part]))
    def compare(drawn: Sample) -> None:
        assert_equal(drawn)

    compare()


@pytest.mark.long
def test_core_equals_reference_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    status = search.main(["--count", str(LONG_SAMPLES * 11 // 10), "--jobs", str(os.cpu_count() or 1)])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert int(printed.splitlines()[-1].split()[0]) >= LONG_SAMPLES

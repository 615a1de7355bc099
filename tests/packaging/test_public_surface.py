"""What ``from maestro_py import *`` gives: few names, pinned here, each documented."""

import inspect

import pytest

import maestro_py

PUBLIC = {
    "COLUMNS",
    "Accelerator",
    "Analysis",
    "Comparison",
    "Dataflow",
    "Diagnostic",
    "Layer",
    "LayerResult",
    "MaestroError",
    "Network",
    "analyze",
    "batch",
    "build_nest",
    "compare",
    "explain",
    "export",
    "lower",
    "parse",
    "parse_file",
}


def test_the_public_names_are_these() -> None:
    assert set(maestro_py.__all__) == PUBLIC
    assert len(maestro_py.__all__) == len(PUBLIC) <= 20


def test_every_public_name_is_there_and_documented() -> None:
    for name in maestro_py.__all__:
        assert inspect.getdoc(getattr(maestro_py, name)), name


def test_dir_shows_them_before_they_are_loaded() -> None:
    assert set(maestro_py.__all__) <= set(dir(maestro_py))


def test_other_names_are_missing_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'analyse'"):
        maestro_py.analyse  # noqa: B018  # the access is what is tested

"""The shipped files as IR, for the tests of this folder."""

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from maestro_py import catalog
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.lower import lower
from maestro_py.ir.network import Layer
from maestro_py.syntax import ast
from maestro_py.syntax.parser import parse

NetworkOf = Callable[..., tuple[Layer, ...]]
TemplatesOf = Callable[..., Mapping[str, Dataflow]]


def one_per_operator(document: ast.Document, constants: Mapping[str, int]) -> dict[str, Dataflow]:
    """Template by layer type; a template for none, and a type with two templates, fail."""
    found: dict[str, Dataflow] = {}
    for dataflow in lower(document, constants).dataflows:
        assert dataflow.operators, dataflow.name
        for operator in dataflow.operators:
            assert operator not in found, operator
            found[operator] = dataflow
    return found


@cache
def model_document(name: str) -> ast.Document:
    return parse(catalog.model_path(name).read_text(encoding="utf-8"), f"{name}.m")


@cache
def dataflow_document(name: str) -> ast.Document:
    return parse(catalog.dataflow_path(name).read_text(encoding="utf-8"), f"{name}.m")


@pytest.fixture(scope="session")
def network_of() -> NetworkOf:
    """Layers of a shipped network by name; keyword arguments replace constants."""

    def layers(name: str, **constants: int) -> tuple[Layer, ...]:
        program = lower(model_document(name), constants)
        assert program.warnings == ()
        (network,) = program.networks
        assert network.name == name
        return network.layers

    return layers


@pytest.fixture(scope="session")
def templates_of() -> TemplatesOf:
    """Templates of a shipped dataflow by layer type; keyword arguments replace constants."""

    def templates(name: str, **constants: int) -> Mapping[str, Dataflow]:
        return one_per_operator(dataflow_document(name), constants)

    return templates


@pytest.fixture(scope="session")
def template_of_text() -> Callable[[str], Dataflow]:
    """One template from directives written in the language."""

    def template(directives: str) -> Dataflow:
        (dataflow,) = lower(parse(f"Dataflow {{ {directives} }}")).dataflows
        return dataflow

    return template

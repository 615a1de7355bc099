"""A network without dataflows, and templates, to a network with dataflows.

A template is a dataflow outside a layer. One may serve every layer, or each layer type has its own with one
as the default. A layer takes, in this order: its own dataflow where ``replace`` is False, the template for
its type, the default, its own dataflow.

Non-goals: no legality (``maestro_py.ir.nest``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace as with_changes

from maestro_py.errors import Diagnostic, SemanticError
from maestro_py.ir import composites, operators
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.network import Layer, Network
from maestro_py.ir.rules import check_dataflow
from maestro_py.syntax.codes import diagnostic

DEFAULT = "*"
"""Key of the template for layer types that have none of their own."""


def templates_by_operator(templates: Iterable[Dataflow]) -> dict[str, Dataflow]:
    """Return which template serves which layer type.

    A template that names layer types (``Dataflow ws (CONV, FC) { .. }``) serves those; one that names none is
    the default (``"*"``). The first that serves a type wins.

    Examples
    --------
    >>> conv, rest = Dataflow((), "ws", ("CONV",)), Dataflow((), "os")
    >>> {key: value.name for key, value in templates_by_operator([conv, rest]).items()}
    {'CONV': 'ws', '*': 'os'}
    """
    found: dict[str, Dataflow] = {}
    for template in templates:
        for operator in template.operators or (DEFAULT,):
            found.setdefault(operator, template)
    return found


def apply(network: Network, dataflow: Dataflow | Mapping[str, Dataflow], *, replace: bool = True) -> Network:
    """Return the network with a dataflow in every layer.

    Parameters
    ----------
    network
        Its layers may have dataflows of their own.
    dataflow
        One for every layer, or one per layer type; ``"*"`` serves the types that are not named.
    replace
        Whether a layer's own dataflow gives way.

    Raises
    ------
    SemanticError
        If a layer is left without a dataflow, a key is no layer type, or a dataflow breaks a rule of
        ``maestro_py.ir.rules`` on its layer. All are reported together.
    """
    templates = {DEFAULT: dataflow} if isinstance(dataflow, Dataflow) else dict(dataflow)
    problems: list[Diagnostic] = []
    for key in templates:
        if key != DEFAULT and key not in operators.names():
            hint = composites.template_hint(key)
            problems.append(diagnostic("M201", f"{key!r} is no layer type of a dataflow", None, hint))
    layers: list[Layer] = []
    for layer in network.layers:
        chosen = _choose(layer, templates, replace)
        if chosen is None:
            message = f"layer {layer.name!r} has no dataflow, and no template is meant for {layer.operator}"
            problems.append(diagnostic("M219", message, layer.span))
            continue
        problems += check_dataflow(chosen, layer, operators.get(layer.operator))
        layers.append(with_changes(layer, dataflow=chosen))
    if problems:
        raise SemanticError(problems)
    return with_changes(network, layers=tuple(layers))


def _choose(layer: Layer, templates: Mapping[str, Dataflow], replace: bool) -> Dataflow | None:
    if layer.dataflow is not None and not replace:
        return layer.dataflow
    return templates.get(layer.operator) or templates.get(DEFAULT) or layer.dataflow

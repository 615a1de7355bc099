"""What ``maestro-py check`` says about a file: every error and warning, and whether its dataflows are legal.

Turns a file into diagnostics: those of the parser, of lowering, of the nest on a given number of PEs, and of
coverage (SEMANTICS section 2: a legal dataflow computes every MAC of the layer exactly once). Without a
number of PEs a check takes that of the file's accelerator, else 256, or what clusters need if that is more.

Non-goals: no cost; how coverage is counted (``maestro_py.ir.legality``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Literal

from maestro_py import frontends
from maestro_py.analysis import core
from maestro_py.analysis.legality import from_counts
from maestro_py.errors import Diagnostic, MaestroError, SemanticError
from maestro_py.ir import legality, operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.apply_template import apply, templates_by_operator
from maestro_py.ir.dataflow import ClusterDirective, Dataflow, evaluate
from maestro_py.ir.lower import Program, lower
from maestro_py.ir.nest import Nest, build_nest, language_sizes
from maestro_py.ir.network import Layer, Network
from maestro_py.syntax.parser import parse, read_source

PesFrom = Literal["given", "accelerator", "assumed"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one file.

    Attributes
    ----------
    file
        As the user named it.
    text
        Its text; empty where it cannot be read.
    diagnostics
        Errors and warnings.
    layers
        Layers whose legality was checked.
    num_pes
        On how many PEs; None where no layer has a dataflow.
    pes_from
        Where that number comes from.
    """

    file: str
    text: str
    diagnostics: tuple[Diagnostic, ...]
    layers: int = 0
    num_pes: int | None = None
    pes_from: PesFrom = "given"

    @property
    def has_errors(self) -> bool:
        """Whether a diagnostic is an error."""
        return any(problem.severity == "error" for problem in self.diagnostics)


def check_file(
    file: str | Path,
    num_pes: int | None = None,
    templates: Mapping[str, Dataflow] | None = None,
    dims: Mapping[str, int] | None = None,
) -> Checked:
    """Check a file, whatever is wrong with it.

    Parameters
    ----------
    file
        In the language, or a network of another tool.
    num_pes
        PEs of the machine; None takes the file's, or assumes a number.
    templates
        Dataflow per layer type (``"*"``: the others) to put into the layers in place of their own.
    dims
        Sizes of the symbolic dimensions of a network of another tool.
    """
    name = str(file)
    try:
        if frontends.find(Path(file)) is not None:
            imported = frontends.read(file, dims)
            program = Program((imported.network,), warnings=imported.warnings)
            return _check_program(program, name, "", num_pes, templates or {})
        text = read_source(name)
    except MaestroError as error:
        return Checked(name, "", error.diagnostics)
    return check_text(text, name, num_pes, templates)


def check_text(
    text: str,
    name: str = "<text>",
    num_pes: int | None = None,
    templates: Mapping[str, Dataflow] | None = None,
) -> Checked:
    """Check a text; parameters are those of :func:`check_file`.

    Examples
    --------
    >>> layer = "Layer a { Type: GEMM Dimensions { M: 8, K: 8, N: 8 } Dataflow { SpatialMap(1,2) K } }"
    >>> [d.code for d in check_text("Network n { " + layer + " }").diagnostics]
    ['M301']
    """
    try:
        return _check_program(lower(parse(text, name)), name, text, num_pes, templates or {})
    except MaestroError as error:
        return Checked(name, text, error.diagnostics)


def _check_program(
    program: Program, name: str, text: str, num_pes: int | None, templates: Mapping[str, Dataflow]
) -> Checked:
    networks = [_with_dataflows(network, program, templates) for network in program.networks]
    layers = [layer for network in networks for layer in network.layers if layer.dataflow is not None]
    if not layers:
        return Checked(name, text, program.warnings)
    pes, pes_from = _num_pes(num_pes, program.accelerators, layers)
    found = merge(problem for layer in layers for problem in check_layer(layer, pes))
    return Checked(name, text, (*program.warnings, *found), len(layers), pes, pes_from)


def _with_dataflows(network: Network, program: Program, given: Mapping[str, Dataflow]) -> Network:
    """Apply the given templates, else the file's own to the layers that have none."""
    if given:
        return apply(network, given)
    if program.dataflows and any(layer.dataflow is None for layer in network.layers):
        return apply(network, templates_by_operator(program.dataflows), replace=False)
    return network


def _num_pes(
    given: int | None, accelerators: tuple[Accelerator, ...], layers: Iterable[Layer]
) -> tuple[int, PesFrom]:
    if given is not None:
        return given, "given"
    if accelerators:
        return accelerators[0].num_pes, "accelerator"
    return max([Accelerator().num_pes, *map(cluster_product, layers)]), "assumed"


def cluster_product(layer: Layer) -> int:
    """PEs that the clusters of a layer's dataflow need; 1 where a cluster's size cannot be evaluated."""
    if layer.dataflow is None:
        return 1
    sizes = language_sizes(operators.get(layer.operator).problem(layer), layer)
    clusters = [d for d in layer.dataflow.directives if isinstance(d, ClusterDirective)]
    try:
        return prod(evaluate(cluster.size, sizes) for cluster in clusters)
    except (KeyError, ZeroDivisionError):
        return 1  # the nest reports it


def check_layer(layer: Layer, num_pes: int) -> tuple[Diagnostic, ...]:
    """Return what keeps a layer's dataflow from being legal on ``num_pes`` PEs."""
    if layer.dataflow is None:
        return ()
    try:
        nest = build_nest(layer, layer.dataflow, num_pes)
    except SemanticError as error:
        return error.diagnostics
    found = legality.problems(layer, layer.dataflow, nest)
    return _by_counts(layer, nest) if found is None else tuple(found)


def _by_counts(layer: Layer, nest: Nest) -> tuple[Diagnostic, ...]:
    """Legality of a layer with too many tiles to walk: the core counts, without an example."""
    try:
        found = core.coverage(nest)
    except SemanticError as error:
        return error.diagnostics
    counts = {"total": found.total, "covered": found.covered, "redundant": found.redundant}
    return tuple(from_counts(layer, counts))


def merge(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics without exact repetitions, in order."""
    return tuple(dict.fromkeys(problems))

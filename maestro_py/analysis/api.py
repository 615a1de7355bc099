"""``analyze``, ``compare`` and ``batch``: from names or objects to results.

What a user calls, from Python or through the command line. Names are resolved by ``inputs``, layers evaluated
by ``layers``, results typed in ``results``.

Non-goals: no printing, no files written (``maestro_py.exporters``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from maestro_py.analysis.best import Best
from maestro_py.analysis.choice import analyze_best
from maestro_py.analysis.engine import EngineName
from maestro_py.analysis.inputs import DataflowInput, Resolved, check_constants, resolve
from maestro_py.analysis.layers import analyze_resolved
from maestro_py.analysis.layout import LayoutInput
from maestro_py.analysis.results import Analysis, Comparison, LayerResult
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Network

__all__ = ["Analysis", "Comparison", "LayerResult", "analyze", "compare"]


def analyze(
    network: str | Path | Network,
    dataflow: DataflowInput | Best = None,
    accelerator: str | Path | Accelerator | None = None,
    *,
    engine: EngineName = "core",
    allow_illegal: bool = False,
    layout: LayoutInput = None,
    constants: Mapping[str, int] | None = None,
    overrides: Mapping[str, object] | None = None,
    dims: Mapping[str, int] | None = None,
) -> Analysis:
    """Analyse a network with a dataflow on a machine.

    Parameters
    ----------
    network
        Name of a shipped network, a file in the language (its layers may carry dataflows) or of another tool
        (ONNX and what else ``maestro-py list formats`` names), or a network.
    dataflow
        Name of a shipped dataflow, a file of templates, a dataflow, a list of those (the first template that
        is meant for a layer's type serves it), or a mapping from layer type to one of those (``"*"``: the
        others). None: what the network's file says. A :class:`~maestro_py.analysis.best.Best` chooses for
        each layer.
    accelerator
        Name of a shipped accelerator, a file in the language or of key-value pairs, or an accelerator. None:
        the one in the network's file, else eyeriss.
    engine
        ``core`` (fast) or ``reference`` (enumerates; small layers only).
    allow_illegal
        Whether layers whose dataflow misses or repeats MACs are analysed and counted too.
    layout
        Innermost axis of W, I, O in memory, or ``"auto"`` to search it; None is the accelerator's own.
    constants
        Values that replace those of ``Constant`` lines in the files.
    overrides
        Fields of :class:`~maestro_py.ir.accelerator.Accelerator` to change.
    dims
        Sizes of the symbolic dimensions of a network of another tool.

    Returns
    -------
    Analysis
        Layers in order; layers that are illegal or cannot run are in ``errors``.

    Raises
    ------
    InputError
        A name or a file does not exist.
    DslSyntaxError, SemanticError
        A file is wrong, no layer has a dataflow and none is given, or a best one cannot be chosen.
    HardwareError
        A hardware number is impossible.
    """
    resolved = resolve(network, dataflow, accelerator, constants, overrides, dims)
    check_constants(constants, [resolved])
    return _analyzed(resolved, engine, allow_illegal, layout)


def _analyzed(resolved: Resolved, engine: EngineName, allow_illegal: bool, layout: LayoutInput) -> Analysis:
    run = analyze_resolved if resolved.best is None else analyze_best
    return run(resolved, engine=engine, allow_illegal=allow_illegal, layout=layout)


def compare(
    network: str | Path | Network,
    choices: Iterable[tuple[DataflowInput | Best, str | Path | Accelerator | None]],
    *,
    engine: EngineName = "core",
    allow_illegal: bool = False,
    layout: LayoutInput = None,
    constants: Mapping[str, int] | None = None,
    overrides: Mapping[str, object] | None = None,
    dims: Mapping[str, int] | None = None,
) -> Comparison:
    """Analyse a network with several pairs of dataflow and accelerator.

    Parameters are those of :func:`analyze`, and so are the errors.
    """
    resolved = [
        resolve(network, dataflow, accelerator, constants, overrides, dims)
        for dataflow, accelerator in choices
    ]
    check_constants(constants, resolved)
    return Comparison(tuple(_analyzed(one, engine, allow_illegal, layout) for one in resolved))

"""Typed results of an analysis, and the views of them that need no file.

A :class:`LayerResult` holds one value per column of ``columns``; an :class:`Analysis` holds the layers of a
network with totals, warnings and errors.

Non-goals: no counting, no files (``maestro_py.exporters``), no terminal (``maestro_py.cli``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from maestro_py.analysis.columns import COLUMNS, Bound, Machine, Value
from maestro_py.errors import Diagnostic, InputError
from maestro_py.ir import operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    import pandas as pd

    from maestro_py.analysis.best import Choice
    from maestro_py.hardware.energy import EnergyBreakdown

SUMMARY_COLUMNS = (
    "layer",
    "operator",
    "legal",
    "macs",
    "runtime_cycles",
    "utilization_fraction",
    "bound",
    "l1_bytes_required",
    "l1_bytes_available",
    "l2_bytes_required",
    "l2_bytes_available",
    "energy_pj",
)
"""Columns of a table that people read."""


@dataclass(frozen=True, slots=True)
class LayerResult:
    """Results of one layer; of one run, if it has several.

    Attributes
    ----------
    name, operator
        Of the layer.
    legal
        Whether every MAC is computed exactly once.
    values
        One value per column, in column order.
    bound
        What is busy longest.
    energy
        Energy by component and tensor.
    """

    name: str
    operator: str
    legal: bool
    values: Mapping[str, Value]
    bound: Bound
    energy: EnergyBreakdown

    @property
    def repeat(self) -> int:
        """How often the layer runs."""
        times = self.values["repeat"]
        assert isinstance(times, int)
        return times


@dataclass(frozen=True, slots=True)
class Analysis:
    """Results of a network with its dataflows on a machine.

    Attributes
    ----------
    network_name, dataflow_name
        For reports.
    accelerator
        The machine, with overrides and the layout that was used.
    layers
        Layers that were analysed, in order; illegal ones only where that was asked for.
    totals
        Totals of ``layers``, each as often as it runs, by column name.
    warnings
        What limits the network, with amounts.
    errors
        Layers that are illegal or cannot be analysed.
    notes
        What a search for layouts found, what is not costed, caveats of the technology.
    machine
        Area and static power.
    engine
        ``core`` or ``reference``.
    inputs
        SHA-256 of every file that was read, by name.
    choice
        What each layer chose, where dataflows were given to choose from.
    """

    network_name: str
    dataflow_name: str
    accelerator: Accelerator
    layers: tuple[LayerResult, ...]
    totals: Mapping[str, Value]
    warnings: tuple[Diagnostic, ...]
    errors: tuple[Diagnostic, ...]
    notes: tuple[str, ...]
    machine: Machine
    engine: str
    inputs: Mapping[str, str]
    choice: Choice | None = None

    @property
    def has_illegal(self) -> bool:
        """Whether a layer is illegal or could not be analysed."""
        return bool(self.errors)

    def records(self) -> list[dict[str, Value]]:
        """One dict per layer, in column order."""
        return [dict(layer.values) for layer in self.layers]

    def energy_by_component(self) -> dict[str, float]:
        """Energy over all runs in pJ: MAC, L1 read, L1 write, L2 read, L2 write, NoC, DRAM."""
        return _added([(layer.energy.by_component(), layer.repeat) for layer in self.layers])

    def energy_by_tensor(self) -> dict[str, float]:
        """Energy over all runs in pJ: compute (the MACs), W, I, O."""
        return _added([(layer.energy.by_tensor(), layer.repeat) for layer in self.layers])

    def energy_by_level(self) -> dict[str, dict[str, float]]:
        """Energy over all runs in pJ by component, and inside that by tensor."""
        components: dict[str, list[tuple[Mapping[str, float], int]]] = {}
        for layer in self.layers:
            for component, parts in layer.energy.energy_pj.items():
                components.setdefault(component, []).append((parts, layer.repeat))
        return {component: _added(parts) for component, parts in components.items()}

    def without_multiplication(self) -> dict[str, int]:
        """What counts as MACs and multiplies nothing, over all runs, by layer type (POOL, ADD)."""
        found: dict[str, int] = {}
        for layer in self.layers:
            macs = layer.values["macs"]
            assert isinstance(macs, int)
            if not operators.get(layer.operator).operation.multiplies:
                found[layer.operator] = found.get(layer.operator, 0) + macs * layer.repeat
        return found

    def to_dataframe(self) -> pd.DataFrame:
        """One row per layer, one column per result column.

        Raises
        ------
        InputError
            M333 if pandas is not installed.
        """
        return dataframe(self.records())

    def _repr_html_(self) -> str:
        """Return the summary table for a notebook."""
        title = f"{self.network_name}, {self.dataflow_name}, {self.accelerator.name}"
        rows = [*self.records(), {"layer": "total", **self.totals}]
        return html_table(title, SUMMARY_COLUMNS, rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several dataflows or machines on one network, in the order they were given."""

    analyses: tuple[Analysis, ...]

    def records(self) -> list[dict[str, Value]]:
        """Per analysis ``network``, ``dataflow``, ``accelerator``, ``layers``, ``errors``, and totals."""
        return [
            {
                "network": analysis.network_name,
                "dataflow": analysis.dataflow_name,
                "accelerator": analysis.accelerator.name,
                "layers": len(analysis.layers),
                "errors": len(analysis.errors),
                **analysis.totals,
            }
            for analysis in self.analyses
        ]

    def to_dataframe(self) -> pd.DataFrame:
        """One row per analysis.

        Raises
        ------
        InputError
            M333 if pandas is not installed.
        """
        return dataframe(self.records())

    def _repr_html_(self) -> str:
        """Return the comparison for a notebook."""
        names = ("dataflow", "accelerator", "layers", "errors", *SUMMARY_COLUMNS[2:])
        return html_table("comparison", names, self.records())


def _added(parts: Sequence[tuple[Mapping[str, float], int]]) -> dict[str, float]:
    """Add up parts, each a number of times."""
    found: dict[str, float] = {}
    for part, times in parts:
        for key, value in part.items():
            found[key] = found.get(key, 0.0) + float(value) * times
    return found


def dataframe(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return records as a data frame.

    Raises
    ------
    InputError
        M333 if pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        message = "data frames need pandas"
        raise InputError([diagnostic("M333", message, None, 'pip install "maestro-py[data]"')]) from error
    return pd.DataFrame.from_records([dict(record) for record in records])


def cell(value: Value) -> str:
    """Return a value as people read it.

    >>> cell(1234567), cell(0.51234), cell(None), cell(True)
    ('1,234,567', '0.512', '', 'yes')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        case _:
            return value


def html_table(title: str, names: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> str:
    """Return an HTML table; column titles carry the meaning as a tooltip."""
    head = "".join(
        f'<th title="{escape(COLUMNS[name].meaning if name in COLUMNS else "")}">{escape(name)}</th>'
        for name in names
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell(row.get(name)))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    caption = f"<caption>{escape(title)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

"""What a sweep is: axes with values, constraints, goals, and what is kept; plain data that can be pickled.

Axes come in a canonical order, outer first: the constants of the dataflow, then :data:`NEST_AXES` (these
change the loop nest), then :data:`NUMBER_AXES` (these change numbers only). Each dataflow is a
:class:`Branch` with its own axes, as each has its own constants.

Non-goals: no YAML (``reading``), no JSON (``description``), no numbering of designs (``grid``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Any, Literal

from maestro_py.explore.expressions import Expression
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.apply_template import templates_by_operator
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.lower import Program, lower
from maestro_py.ir.network import Network
from maestro_py.syntax import ast
from maestro_py.syntax.parser import parse

NEST_AXES = ("num_pes", "zero_skip", "multicast", "reduction")
"""Hardware numbers that a loop nest depends on, or how it is run: designs that share them share a nest."""

NUMBER_AXES = (
    *("technology", "noc", "vector_width", "bits", "l1_bytes", "l2_bytes", "noc_bandwidth_bytes_per_cycle"),
    *("noc_latency_cycles", "dram_bandwidth_bytes_per_cycle", "dram_latency_cycles", "frequency_mhz"),
)
"""Hardware numbers that change counts, cycles and energy of a nest, but not the nest."""

HARDWARE_AXES = (*NEST_AXES, *NUMBER_AXES)
WORD_AXES = ("technology", "noc")
SWITCH_AXES = ("zero_skip", "multicast", "reduction")
BUFFER_AXES = ("l1_bytes", "l2_bytes")

Time = Literal["fine", "coarse"]
Kept = Literal["all", "feasible", "pareto", "top"]


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter and its values, each once, in the order of the design numbers.

    ``None`` among the values of a buffer is "as large as needed"; values of ``bits`` are triples.
    """

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file in the language, as text, so that another process can lower it with other constants."""

    file: str
    text: str

    def constants(self) -> tuple[str, ...]:
        """Return the names of its constants.

        >>> Source("a.m", "Constant Tile 4;").constants()
        ('Tile',)
        """
        return tuple(i.name.text for i in _document(self).items if isinstance(i, ast.Constant))

    def program(self, constants: Mapping[str, int]) -> Program:
        """Return what it means where some of its constants have other values.

        Raises
        ------
        SemanticError
            The values make it wrong.
        """
        defined = set(self.constants())
        return _program(self, tuple((name, v) for name, v in constants.items() if name in defined))


@lru_cache(maxsize=64)
def _document(source: Source) -> ast.Document:
    return parse(source.text, source.file)


@lru_cache(maxsize=256)
def _program(source: Source, constants: tuple[tuple[str, int], ...]) -> Program:
    return lower(_document(source), dict(constants))


@dataclass(frozen=True, slots=True)
class Branch:
    """A dataflow with the axes that it is swept over.

    Attributes
    ----------
    dataflow
        Name; ``own`` where the layers bring their dataflows.
    source
        The file of templates; None where the layers bring their own.
    axes
        In canonical order.
    """

    dataflow: str
    source: Source | None
    axes: tuple[Axis, ...]

    @property
    def size(self) -> int:
        """Designs of the branch."""
        return prod(len(axis.values) for axis in self.axes)

    @property
    def nest_axes(self) -> tuple[Axis, ...]:
        """The axes that a nest depends on; they come first."""
        return tuple(axis for axis in self.axes if axis.name not in NUMBER_AXES)

    @property
    def number_axes(self) -> tuple[Axis, ...]:
        """The axes that change numbers only."""
        return tuple(axis for axis in self.axes if axis.name in NUMBER_AXES)

    @property
    def number_points(self) -> int:
        """Designs of one nest."""
        return prod(len(axis.values) for axis in self.number_axes)


@dataclass(frozen=True, slots=True)
class Goal:
    """What is best: the least, or the greatest, value of an expression over columns."""

    name: str
    expression: Expression
    maximize: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """How designs are picked.

    Attributes
    ----------
    method
        Name of a searcher.
    designs
        How many it picks; None: all.
    options
        Its own numbers.
    enumerate
        Parameters that it does not see: all combinations of their values are evaluated for each pick.
    """

    method: str = "exhaustive"
    designs: int | None = None
    options: Mapping[str, int | float] = field(default_factory=dict)
    enumerate: tuple[str, ...] = ()

    def words(self) -> str:
        """Return it in words.

        >>> Search("tpe", 500, {}, ("KTile", "CTile")).words()
        'tpe, 500 picks, each with every KTile and CTile'
        """
        if self.designs is None:
            return self.method
        if not self.enumerate:
            return f"{self.method}, {self.designs:,} designs"
        return f"{self.method}, {self.designs:,} picks, each with every {' and '.join(self.enumerate)}"


@dataclass(frozen=True, slots=True)
class Space:
    """A space of designs and what is wanted of them.

    Attributes
    ----------
    network
        The layers that are analysed, one after another.
    network_source
        The network's file, where its constants or its own dataflows take part; else None.
    branches
        One for each dataflow.
    accelerator
        Every hardware number that is not swept.
    constraints
        Conditions that a feasible design meets.
    must_fit
        Whether tiles that need more L1 or L2 than there is make a design infeasible.
    prune
        Whether designs that provably break a condition are not evaluated.
    goals
        At least one; ``front`` and ``top`` are made of them.
    keep, top
        Which designs are written, and how many of the best for each goal.
    sample
        About how many designs, spread evenly, are written besides if they are feasible.
    columns
        Result columns that are written; empty: all.
    time
        Exact fine time, or its upper bound.
    search, seed
        How designs are picked.
    inputs
        SHA-256 of every file.
    notes
        What the files say is not costed.
    """

    network: Network
    branches: tuple[Branch, ...]
    accelerator: Accelerator
    goals: tuple[Goal, ...]
    constraints: tuple[Expression, ...] = ()
    must_fit: bool = True
    prune: bool = True
    keep: Kept = "pareto"
    top: int = 20
    sample: int = 0
    columns: tuple[str, ...] = ()
    time: Time = "fine"
    search: Search = field(default_factory=Search)
    seed: int = 0
    network_source: Source | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Designs of the space."""
        return sum(branch.size for branch in self.branches)

    def axis_values(self, name: str) -> tuple[Any, ...]:
        """Return the values of a parameter over all branches; of a hardware number that is not swept, its
        one.
        """
        values = dict.fromkeys(
            v for branch in self.branches for a in branch.axes if a.name == name for v in a.values
        )
        if not values and name in HARDWARE_AXES:
            return (getattr(self.accelerator, name),)
        return tuple(values)

    def axis_names(self) -> tuple[str, ...]:
        """Return the names of all axes in canonical order."""
        names = dict.fromkeys(axis.name for branch in self.branches for axis in branch.axes)
        order = {name: place for place, name in enumerate(HARDWARE_AXES)}
        return tuple(sorted(names, key=lambda name: order.get(name, -1)))

    def dataflows(
        self, branch: Branch, constants: Mapping[str, int]
    ) -> tuple[Network, Mapping[str, Dataflow]]:
        """Return the layers and the templates of a branch for values of its constants.

        Raises
        ------
        SemanticError
            The values make a file wrong.
        """
        network, templates = self.network, dict[str, Dataflow]()
        if self.network_source is not None:
            program = self.network_source.program(constants)
            names = {layer.name for layer in network.layers}
            chosen = tuple(layer for layer in program.networks[0].layers if layer.name in names)
            network = Network(network.name, chosen)
            templates = templates_by_operator(program.dataflows)
        if branch.source is not None:
            templates = templates_by_operator(branch.source.program(constants).dataflows)
        return network, templates

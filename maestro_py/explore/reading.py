"""A space file to a :class:`~maestro_py.explore.space.Space`: names are resolved, texts parsed, values
checked.

Everything that is wrong with a file is told at once, with its place. File names in it are relative to its
folder.

Codes: M802 keys, M803 unknown parameter, M804 impossible values, M805, M806 and M811 expressions, M807
search, and those of the files that it names.

Non-goals: no evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from maestro_py import catalog, frontends
from maestro_py.analysis.best import source_name
from maestro_py.analysis.inputs import Resolved, file_hash, resolve
from maestro_py.errors import Diagnostic, MaestroError, SemanticError, did_you_mean
from maestro_py.explore import searchers
from maestro_py.explore._schema import Document, SpaceFile, read_tree
from maestro_py.explore._values import axis_values
from maestro_py.explore.expressions import Expression, ExpressionError
from maestro_py.explore.grid import LARGEST_SPACE
from maestro_py.explore.names import Names, result_columns
from maestro_py.explore.objective import SHORT_GOALS
from maestro_py.explore.space import HARDWARE_AXES, Axis, Branch, Goal, Search, Source, Space
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.network import Network
from maestro_py.syntax.codes import diagnostic
from maestro_py.syntax.parser import read_source

Steps = Sequence[str | int]


def load(path: str | Path) -> Space:
    """Return the space that a YAML file describes.

    Raises
    ------
    InputError
        M001 the file cannot be read.
    MaestroError
        Everything that is wrong in it, and in the files that it names.
    """
    return parse_space(read_source(path), str(path), Path(path).parent)


def parse_space(text: str, file: str = "<space>", folder: Path = Path()) -> Space:
    """Return the space of a YAML text; see :func:`load`."""
    contents, document, problems = read_tree(text, file)
    return _Reading(contents, document, folder, problems).space()


@dataclass
class _Reading:
    """Reads one file; what is wrong is collected."""

    contents: SpaceFile
    document: Document
    folder: Path
    problems: list[Diagnostic] = field(default_factory=list)

    def space(self) -> Space:
        flows = self.texts("dataflow")
        resolved = self.resolved(flows)
        axes = self.axes()
        search = self.search()
        if not resolved:
            self.stop_if_wrong()
        network = self.layers(resolved[0].network)
        source = self.network_source(bool(flows), [axis.name for axis in axes])
        branches = self.branches(flows, source, axes)
        known = dict.fromkeys(note for one in resolved for note in one.notes)
        inputs = {name: found for one in resolved for name, found in one.inputs.items()}
        tables = [Path(name) for axis in axes if axis.name == "technology" for name in axis.values]
        inputs |= {path.name: file_hash(path) for path in tables if path.is_file()}
        space = Space(
            network=network,
            branches=branches,
            accelerator=self.machine(resolved[0], axes),
            goals=(),
            must_fit=self.contents.must_fit,
            prune=self.contents.prune,
            keep=self.contents.keep,
            top=self.contents.top,
            time=self.contents.time,
            search=search,
            seed=self.contents.seed,
            network_source=source,
            inputs=dict(sorted(inputs.items())),
            notes=tuple(known),
        )
        if space.size > LARGEST_SPACE:
            message = f"the space has {space.size:.3e} designs".replace("+", "")
            self.problem("M804", message, self.document.key(["parameters"]), "use fewer values")
        return self.with_expressions(space)

    # ---- problems -------------------------------------------------------------------------------------

    def problem(self, code: str, message: str, span: Any, hint: str | None = None) -> None:
        self.problems.append(diagnostic(code, message, span, hint))

    def stop_if_wrong(self) -> None:
        if any(entry.severity == "error" for entry in self.problems):
            raise SemanticError(
                sorted(self.problems, key=lambda e: (e.span.line, e.span.column) if e.span else (0, 0))
            )

    @contextmanager
    def collected(self, path: Steps) -> Iterator[None]:
        """Take in errors of other files; one without a place gets that of the value that named the file."""
        try:
            yield
        except MaestroError as error:
            place = self.document.value(path) if path[0] in self.document.tree else None
            self.problems += [replace(entry, span=entry.span or place) for entry in error.diagnostics]

    def texts(self, key: str) -> list[str]:
        """Return a key's text or list of texts."""
        written = getattr(self.contents, key)
        if written is None:
            return []
        listed = written if isinstance(written, list) else [written]
        for place, item in enumerate(listed):
            if not isinstance(item, str):
                span = self.document.value(self.path_of(key, place))
                self.problem("M802", f"{key} takes texts, not {item!r}", span)
        return [item for item in listed if isinstance(item, str)]

    def path_of(self, key: str, place: int) -> Steps:
        return [key, place] if isinstance(getattr(self.contents, key), list) else [key]

    # ---- what runs --------------------------------------------------------------------------------------

    def near(self, text: str) -> str:
        """Return a name, or a file's path from here if it is one in the folder of the space file."""
        path = self.folder / text
        return str(path) if path.is_file() else text

    def resolved(self, flows: list[str]) -> list[Resolved]:
        """Return what each dataflow is analysed with; each name is tried alone first, to tell its errors."""
        network = self.near(self.contents.network)
        machine = None if self.contents.accelerator is None else self.near(self.contents.accelerator)
        nothing = Network("nothing", ())
        before = len(self.problems)
        with self.collected(["network"]):
            resolve(network, None, None)
        if machine is not None:
            with self.collected(["accelerator"]):
                resolve(nothing, None, machine)
        for place, flow in enumerate(flows):
            with self.collected(self.path_of("dataflow", place)):
                resolve(nothing, self.near(flow), None)
        if len(self.problems) > before:
            return []
        return [resolve(network, self.near(flow), machine) for flow in flows] or [
            resolve(network, None, machine)
        ]

    def machine(self, resolved: Resolved, axes: list[Axis]) -> Accelerator:
        """Return the machine; a swept vector width replaces lanes per dimension."""
        machine = replace(resolved.accelerator, span=None)
        return replace(machine, lanes=None) if any(a.name == "vector_width" for a in axes) else machine

    def layers(self, network: Network) -> Network:
        patterns = self.texts("layers")
        if not patterns:
            return network
        names = [layer.name for layer in network.layers]
        for place, pattern in enumerate(patterns):
            if not any(fnmatchcase(name, pattern) for name in names):
                hint = did_you_mean(pattern, names, "layers")
                span = self.document.value(self.path_of("layers", place))
                self.problem("M806", f"{network.name!r} has no layer {pattern!r}", span, hint)
        chosen = [layer for layer in network.layers if any(fnmatchcase(layer.name, p) for p in patterns)]
        return Network(network.name, tuple(chosen))

    def network_source(self, has_flows: bool, swept: list[str]) -> Source | None:
        """Return the network's file if its dataflows or its constants take part."""
        named = self.near(self.contents.network)
        path = Path(named) if frontends.is_named(named) else catalog.find("model", named)
        if frontends.find(path) is not None:
            return None
        source = Source(path.name, read_source(path))
        return source if not has_flows or set(source.constants()) & set(swept) else None

    # ---- what varies ------------------------------------------------------------------------------------

    def axes(self) -> list[Axis]:
        found = []
        for name, written in self.contents.parameters.items():
            near = self.near_each(written) if name == "technology" else written
            values, problems = axis_values(name, near)
            for problem in problems:
                span = self.document.value(["parameters", name, *problem.path])
                self.problem("M804", problem.message, span, problem.hint)
            found.append(Axis(name, values or (self.anything(name),)))
        return found

    def near_each(self, written: Any) -> Any:
        """Return names of technologies; of files in the folder of the space file, their paths."""
        if isinstance(written, list):
            return [self.near_each(item) for item in written]
        return self.near(written) if isinstance(written, str) else written

    @staticmethod
    def anything(name: str) -> Any:
        """Return a value for a parameter whose values are wrong, so that the rest can be checked."""
        return getattr(Accelerator(), name, 1)

    def branches(self, flows: list[str], network: Source | None, axes: list[Axis]) -> tuple[Branch, ...]:
        order = {name: place for place, name in enumerate(HARDWARE_AXES)}
        hardware = sorted((a for a in axes if a.name in order), key=lambda a: order[a.name])
        constants = [axis for axis in axes if axis.name not in order]
        of_network = network.constants() if network else ()
        found: list[Branch] = []
        known: dict[str, None] = dict.fromkeys(of_network)
        for place, flow in enumerate(flows):
            path = catalog.find("dataflow", self.near(flow))
            source = Source(path.name, read_source(path))
            own = {*source.constants(), *of_network}
            known.update(dict.fromkeys(source.constants()))
            name = source_name(flow)
            if any(branch.dataflow == name for branch in found):
                span = self.document.value(self.path_of("dataflow", place))
                self.problem("M802", f"the dataflow {name!r} is given twice", span, "each dataflow once")
            found.append(Branch(name, source, (*(a for a in constants if a.name in own), *hardware)))
        if not flows:
            found.append(Branch("own", None, (*(a for a in constants if a.name in of_network), *hardware)))
        for axis in constants:
            if axis.name not in known:
                hint = did_you_mean(axis.name, (*known, *HARDWARE_AXES), "parameters")
                message = f"{axis.name!r} is neither a hardware number nor a constant of the dataflow"
                self.problem("M803", message, self.document.key(["parameters", axis.name]), hint)
        return tuple(found)

    # ---- what is wanted ---------------------------------------------------------------------------------

    def with_expressions(self, space: Space) -> Space:
        names = Names(space)
        constraints = []
        for place, text in enumerate(self.texts("constraints")):
            expression = self.expression(names, text, self.path_of("constraints", place), "truth")
            constraints += [expression] if expression else []
        goals = self.goals(names)
        columns = []
        for place, name in enumerate(self.texts("columns")):
            if name not in result_columns(space):
                span = self.document.value(self.path_of("columns", place))
                hint = did_you_mean(name, result_columns(space), "columns")
                self.problem("M806", f"there is no column {name!r}", span, hint)
            columns.append(name)
        self.stop_if_wrong()
        return replace(space, constraints=tuple(constraints), goals=tuple(goals), columns=tuple(columns))

    def expression(self, names: Names, text: str, path: Steps, kind: str) -> Expression | None:
        try:
            found = names.parse(text)
            if found.kind != kind:
                what = {"truth": "a constraint is a condition", "number": "a goal is a number"}[kind]
                hint = {"truth": "compare, as area_mm2 <= 16", "number": "name a column, as energy_pj"}[kind]
                raise ExpressionError("M805", f"{what}; this is a {found.kind}", 0, len(text), hint)
            return found
        except ExpressionError as error:
            span = self.document.value(path, error.start, error.end)
            self.problem(error.code, error.message, span, error.hint)
            return None

    def goals(self, names: Names) -> list[Goal]:
        written = self.contents.goals
        listed = written if isinstance(written, list) else [written]
        given = "goals" in self.document.tree
        if not listed:
            self.problem("M802", "goals is empty", self.document.key(["goals"]), "name at least one goal")
        found: list[Goal] = []
        for place, item in enumerate(listed):
            path: list[str | int] = ["goals", place] if isinstance(written, list) else ["goals"]
            goal = self.goal(names, item, path) if given else goal_of(names, item)
            if goal and any(goal.name == other.name for other in found):
                self.problem("M802", f"the goal {goal.name!r} is given twice", self.document.value(path))
            found += [goal] if goal else []
        return found

    def goal(self, names: Names, item: Any, path: list[str | int]) -> Goal | None:
        if isinstance(item, Mapping) and len(item) == 1 and next(iter(item)) in ("min", "max"):
            ((which, text),) = item.items()
            expression = self.expression(names, str(text), [*path, which], "number")
            return Goal(f"{which} {text}", expression, which == "max") if expression else None
        span = self.document.value(path)
        if isinstance(item, str) and item in SHORT_GOALS:
            try:
                return goal_of(names, item)
            except ExpressionError as error:
                self.problem(error.code, error.message, span, error.hint)
                return None
        if isinstance(item, str) and names.resolve(item):
            self.problem(
                "M802", f"is {item!r} best when least or greatest?", span, f"write {{min: {item}}} or max"
            )
        else:
            hint = "{min: COLUMN} or {max: COLUMN}, or one of: " + " ".join(SHORT_GOALS)
            self.problem("M806", f"{item!r} is no goal", span, hint)
        return None

    def search(self) -> Search:
        written = self.contents.search
        chosen = dict(written) if isinstance(written, Mapping) else {"method": written}
        method = chosen.pop("method", None)
        at = ["search", "method"] if isinstance(written, Mapping) and "method" in written else ["search"]
        if not isinstance(method, str) or method not in searchers.names():
            hint = did_you_mean(str(method), searchers.names(), "methods")
            self.problem("M807", f"{method!r} is no way to search", self.document.value(at), hint)
            return Search()
        entry = searchers.get(method)
        designs = chosen.pop("designs", None)
        if (designs is None) == entry.needs_designs:
            message = f"{method} {'needs' if entry.needs_designs else 'has no'} number of designs"
            hint = (
                f"search: {{method: {method}, designs: 2000}}"
                if entry.needs_designs
                else "leave out 'designs'"
            )
            self.problem("M807", message, self.document.value(at), hint)
        elif designs is not None and (not isinstance(designs, int) or not 1 <= designs <= LARGEST_SPACE):
            hint = "a whole number above 0"
            self.problem(
                "M807", f"designs cannot be {designs!r}", self.document.value(["search", "designs"]), hint
            )
        options: dict[str, int | float] = {name: option.default for name, option in entry.options.items()}
        for name, value in chosen.items():
            option = entry.options.get(name)
            place = self.document.value(["search", name])
            if option is None:
                self.problem(
                    "M807", f"{method} has no option {name!r}", place, did_you_mean(name, options, "options")
                )
            elif not option.accepts(value):
                self.problem("M807", f"{name} cannot be {value!r}", place, option.wanted())
            else:
                options[name] = value
        return Search(method, designs, options)


def goal_of(names: Names, text: str) -> Goal:
    """Return the goal of a text: a short name, ``min EXPRESSION`` or ``max EXPRESSION``.

    Raises
    ------
    ExpressionError
        M805, M806 or M811 if it is none.
    """
    if text in SHORT_GOALS:
        column, maximize = SHORT_GOALS[text]
        return Goal(text, names.parse(column), maximize)
    which, _, expression = text.partition(" ")
    if which in ("min", "max") and expression.strip():
        found = names.parse(expression)
        if found.kind == "number":
            return Goal(text, found, which == "max")
    hint = "write 'min COLUMN' or 'max COLUMN', or one of: " + " ".join(SHORT_GOALS)
    raise ExpressionError("M806", f"{text!r} is no goal", 0, len(text), hint)

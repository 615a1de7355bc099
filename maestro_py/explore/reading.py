"""A space file, flags, or both to a :class:`~maestro_py.explore.space.Space`: names are resolved, texts
parsed, values checked.

Everything that is wrong is told at once, with its place. File names in a file are relative to its folder.

Codes: M802 keys, M803 unknown parameter, M804 impossible values, M805, M806 and M811 expressions, M807
search, and those of the files that it names.

Non-goals: no evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from maestro_py import catalog, frontends
from maestro_py._files import is_file
from maestro_py.analysis.best import source_name
from maestro_py.analysis.inputs import Resolved, file_hash, resolve
from maestro_py.errors import Diagnostic, MaestroError, SemanticError, did_you_mean
from maestro_py.explore._flags import Flags
from maestro_py.explore._request import Request, request
from maestro_py.explore._schema import SpaceFile, check_shape
from maestro_py.explore._search import read_search
from maestro_py.explore._values import axis_values
from maestro_py.explore._wanted import as_condition, as_goal, goal_of
from maestro_py.explore.expressions import Expression, ExpressionError
from maestro_py.explore.grid import LARGEST_SPACE
from maestro_py.explore.names import COLUMNS_LISTED_BY, Names, result_columns
from maestro_py.explore.objective import SHORT_GOALS
from maestro_py.explore.sample import refusal
from maestro_py.explore.space import HARDWARE_AXES, Axis, Branch, Goal, Source, Space
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
    return requested(read_request(path))


def parse_space(text: str, file: str = "<space>", folder: Path = Path()) -> Space:
    """Return the space of a YAML text; see :func:`load`."""
    return requested(request(text, file, folder, Flags()))


def read_request(path: str | Path | None, flags: Flags | None = None) -> Request:
    """Return what a YAML file and flags ask for; flags alone if there is no file.

    Raises
    ------
    MaestroError
        M001 the file cannot be read, M600 it is not YAML, M802 it has no keys.
    """
    flags = Flags() if flags is None else flags
    if path is None:
        return request(None, "", Path(), flags)
    return request(read_source(path), str(path), Path(path).parent, flags)


def requested(asked: Request) -> Space:
    """Return the space that is asked for.

    Raises
    ------
    MaestroError
        Everything that is wrong in it, and in the files that it names.
    """
    contents, problems = check_shape(asked)
    return _Reading(contents, asked, problems).space()


@dataclass
class _Reading:
    """Reads one request; what is wrong is collected."""

    contents: SpaceFile
    asked: Request
    problems: list[Diagnostic] = field(default_factory=list)

    def space(self) -> Space:
        flows = self.texts("dataflow")
        resolved = self.resolved(flows)
        axes = self.axes()
        search, wrong = read_search(self.asked, self.contents.search, list(self.contents.parameters))
        self.problems += wrong
        if not resolved:
            self.stop_if_wrong()
        network = self.layers(resolved[0].network)
        if not resolved[0].templates and not any(layer.dataflow for layer in network.layers):
            message = f"the layers of {network.name!r} have no dataflow, and none is given"
            self.problem("M219", message, self.asked.value(["network"]), "name a dataflow, as kcp_ws")
        source = self.network_source(bool(flows), [axis.name for axis in axes])
        branches = self.branches(flows, source, axes)
        known = dict.fromkeys(note for one in resolved for note in one.notes)
        inputs = {name: found for one in resolved for name, found in one.inputs.items()}
        tables = [Path(name) for axis in axes if axis.name == "technology" for name in axis.values]
        inputs |= {path.name: file_hash(path) for path in tables if is_file(path)}
        space = Space(
            network=network,
            branches=branches,
            accelerator=self.machine(resolved[0], axes),
            goals=(),
            must_fit=self.contents.must_fit,
            prune=self.contents.prune,
            keep=self.contents.keep,
            top=self.contents.top,
            sample=self.sample(),
            time=self.contents.time,
            search=search,
            seed=self.contents.seed,
            network_source=source,
            inputs=dict(sorted(inputs.items())),
            notes=tuple(known),
        )
        if space.size > LARGEST_SPACE:
            message = f"the space has {space.size:.3e} designs".replace("+", "")
            self.problem("M804", message, self.asked.key(["parameters"]), "use fewer values")
        return self.with_expressions(space)

    # ---- problems -------------------------------------------------------------------------------------

    def problem(self, code: str, message: str, span: Any, hint: str | None = None) -> None:
        self.problems.append(diagnostic(code, message, span, hint))

    def stop_if_wrong(self) -> None:
        if any(entry.severity == "error" for entry in self.problems):
            raise SemanticError(self.asked.in_order(self.problems))

    @contextmanager
    def collected(self, path: Steps) -> Iterator[None]:
        """Take in errors of other files; one without a place gets that of the value that named the file."""
        try:
            yield
        except MaestroError as error:
            place = self.asked.value(path) if path[0] in self.asked.tree else None
            self.problems += [replace(entry, span=entry.span or place) for entry in error.diagnostics]

    def texts(self, key: str) -> list[str]:
        """Return a key's text or list of texts."""
        written = getattr(self.contents, key)
        if written is None:
            return []
        listed = written if isinstance(written, list) else [written]
        for place, item in enumerate(listed):
            if not isinstance(item, str):
                span = self.asked.value(self.path_of(key, place))
                self.problem("M802", f"{key} takes texts, not {item!r}", span)
        return [item for item in listed if isinstance(item, str)]

    def path_of(self, key: str, place: int) -> Steps:
        return [key, place] if isinstance(getattr(self.contents, key), list) else [key]

    # ---- what runs --------------------------------------------------------------------------------------

    def resolved(self, flows: list[str]) -> list[Resolved]:
        """Return what each dataflow is analysed with; each name is tried alone first, to tell its errors."""
        network = self.asked.near(["network"], self.contents.network)
        named = self.contents.accelerator
        machine = None if named is None else self.asked.near(["accelerator"], named)
        nothing = Network("nothing", ())
        before = len(self.problems)
        with self.collected(["network"]):
            resolve(network, None, None)
        if machine is not None:
            with self.collected(["accelerator"]):
                resolve(nothing, None, machine)
        paths = [self.asked.near(["dataflow"], flow) for flow in flows]
        for place, flow in enumerate(paths):
            with self.collected(self.path_of("dataflow", place)):
                resolve(nothing, flow, None)
        if len(self.problems) > before:
            return []
        return [resolve(network, flow, machine) for flow in (paths or (None,))]

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
                span = self.asked.value(self.path_of("layers", place))
                self.problem("M806", f"{network.name!r} has no layer {pattern!r}", span, hint)
        chosen = [layer for layer in network.layers if any(fnmatchcase(layer.name, p) for p in patterns)]
        return Network(network.name, tuple(chosen))

    def network_source(self, has_flows: bool, swept: list[str]) -> Source | None:
        """Return the network's file if its dataflows or its constants take part."""
        named = self.asked.near(["network"], self.contents.network)
        path = Path(named) if frontends.is_named(named) else catalog.find("model", named)
        if frontends.find(path) is not None:
            return None
        source = Source(path.name, read_source(path))
        return source if not has_flows or set(source.constants()) & set(swept) else None

    # ---- what varies ------------------------------------------------------------------------------------

    def axes(self) -> list[Axis]:
        found = []
        for name, written in self.contents.parameters.items():
            path = ["parameters", name]
            near = self.asked.near_each(path, written) if name == "technology" else written
            values, problems = axis_values(name, near, self.asked.spelling(path))
            for problem in problems:
                span = self.asked.value([*path, *problem.path])
                self.problem("M804", problem.message, span, problem.hint)
            found.append(Axis(name, values or (self.anything(name),)))
        return found

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
            path = catalog.find("dataflow", self.asked.near(["dataflow"], flow))
            source = Source(path.name, read_source(path))
            own = {*source.constants(), *of_network}
            known.update(dict.fromkeys(source.constants()))
            name = source_name(flow)
            if any(branch.dataflow == name for branch in found):
                span = self.asked.value(self.path_of("dataflow", place))
                self.problem("M802", f"the dataflow {name!r} is given twice", span, "each dataflow once")
            found.append(Branch(name, source, (*(a for a in constants if a.name in own), *hardware)))
        if not flows:
            found.append(Branch("own", None, (*(a for a in constants if a.name in of_network), *hardware)))
        for axis in constants:
            if axis.name not in known:
                hint = did_you_mean(axis.name, (*known, *HARDWARE_AXES), "parameters")
                message = f"{axis.name!r} is neither a hardware number nor a constant of the dataflow"
                self.problem("M803", message, self.asked.key(["parameters", axis.name]), hint)
        return tuple(found)

    # ---- what is wanted ---------------------------------------------------------------------------------

    def with_expressions(self, space: Space) -> Space:
        names = Names(space)
        constraints = []
        for place, text in enumerate(self.texts("constraints")):
            expression = self.expression(names, text, self.path_of("constraints", place), as_condition)
            constraints += [expression] if expression else []
        goals = self.goals(names)
        columns = []
        for place, name in enumerate(self.texts("columns")):
            if name not in result_columns(space):
                span = self.asked.value(self.path_of("columns", place))
                hint = did_you_mean(name, result_columns(space), "columns", COLUMNS_LISTED_BY)
                self.problem("M806", f"there is no column {name!r}", span, hint)
            columns.append(name)
        self.stop_if_wrong()
        return replace(space, constraints=tuple(constraints), goals=tuple(goals), columns=tuple(columns))

    def expression(
        self, names: Names, text: str, path: Steps, checked: Callable[[Expression], Expression]
    ) -> Expression | None:
        try:
            return checked(names.parse(text))
        except ExpressionError as error:
            span = self.asked.value(path, error.start, error.end)
            self.problem(error.code, error.message, span, error.hint)
            return None

    def goals(self, names: Names) -> list[Goal]:
        written = self.contents.goals
        listed = written if isinstance(written, list) else [written]
        given = "goals" in self.asked.tree
        if not listed:
            self.problem("M802", "goals is empty", self.asked.key(["goals"]), "name at least one goal")
        found: list[Goal] = []
        for place, item in enumerate(listed):
            path: list[str | int] = ["goals", place] if isinstance(written, list) else ["goals"]
            goal = self.goal(names, item, path) if given else goal_of(names, item)
            if goal and any(goal.name == other.name for other in found):
                self.problem("M802", f"the goal {goal.name!r} is given twice", self.asked.value(path))
            found += [goal] if goal else []
        return found

    def goal(self, names: Names, item: Any, path: list[str | int]) -> Goal | None:
        if isinstance(item, Mapping) and len(item) == 1 and next(iter(item)) in ("min", "max"):
            ((which, text),) = item.items()
            expression = self.expression(names, str(text), [*path, which], as_goal)
            return Goal(f"{which} {text}", expression, which == "max") if expression else None
        span = self.asked.value(path)
        if isinstance(item, str) and item in SHORT_GOALS:
            try:
                return goal_of(names, item)
            except ExpressionError as error:
                self.problem(error.code, error.message, span, error.hint)
                return None
        if isinstance(item, str) and names.resolve(item):
            hint = self.asked.spelling(path).least.format(item)
            self.problem("M802", f"is {item!r} best when least or greatest?", span, hint)
        else:
            hint = f"{self.asked.spelling(path).goal}, or one of: {' '.join(SHORT_GOALS)}"
            self.problem("M806", f"{item!r} is no goal", span, hint)
        return None

    def sample(self) -> int:
        """Return how many designs are sampled."""
        size = self.contents.sample
        if size and (why := refusal(self.contents.keep, self.contents.search)):
            hint = self.asked.spelling(["sample"]).no_sample
            self.problem("M802", why, self.asked.value(["sample"]), hint)
        return size

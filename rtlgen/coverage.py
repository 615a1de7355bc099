"""Verilator's ``coverage.dat`` to the share of each module's lines, branches and toggles that ran.

:func:`read_coverage` merges the files of several runs. A point of the text counts once, however many
instances and sets of parameters its module has: it is covered if one of them reached it.

The format, one line a point: ``C '<key>2<value>1...' <hits>`` with the control characters 1 and 2 as
separators; keys are ``f`` file, ``l`` line, ``n`` column, ``page`` (``v_<kind>/<module>``), ``o`` what the
point is (a branch, or a bit and its edge), ``h`` the instance. Source: Verilator's ``verilated_cov_key.h``.

Non-goals: no judgement, a test that wants a share asks for it; no marked listing of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

KINDS = ("line", "branch", "toggle")
"""Kinds of points in the order of tables; Verilator's other kinds follow if there are any."""

_HEADER = "# SystemC::Coverage-3"
_POINT = re.compile(r"C '(.*)' (\d+)$")


class CoverageError(Exception):
    """A file cannot be read as coverage of Verilator."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place of the text that runs or does not.

    Attributes
    ----------
    kind
        ``line`` (a block of statements), ``branch`` or ``toggle`` (a bit and one of its edges).
    module
        Name of the module in the text.
    file, line, column
        Where.
    what
        Verilator's name of the point, as ``else`` or ``count[3]:0->1``.
    """

    kind: str
    module: str
    file: str
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.module}: {self.kind} {self.what}"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the points were reached."""

    reached: int
    points: int

    @property
    def percent(self) -> float:
        """Of no points at all: 100."""
        return 100 * self.reached / self.points if self.points else 100.0

    def __str__(self) -> str:
        return f"{self.reached}/{self.points} {self.percent:5.1f} %" if self.points else "-"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The points of a design and how often each was reached."""

    hits: Mapping[Point, int]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of the points, in the order of tables."""
        found = {point.kind for point in self.hits}
        return (*(kind for kind in KINDS if kind in found), *sorted(found.difference(KINDS)))

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules, sorted."""
        return tuple(sorted({point.module for point in self.hits}))

    def share(self, kind: str, module: str | None = None) -> Share:
        """Points of a kind that were reached, of one module or of all."""
        hits = [
            count
            for point, count in self.hits.items()
            if point.kind == kind and module in (None, point.module)
        ]
        return Share(sum(count > 0 for count in hits), len(hits))

    def missed(self, kind: str, module: str | None = None) -> list[Point]:
        """Points of a kind that were not reached, by place."""
        return sorted(
            point
            for point, count in self.hits.items()
            if not count and point.kind == kind and module in (None, point.module)
        )

    def only(self, modules: Collection[str]) -> Coverage:
        """The part in these modules, as all but the test bench's."""
        return Coverage({point: count for point, count in self.hits.items() if point.module in modules})

    def table(self) -> str:
        """One line per module and one for all: points reached, points, and the share, of each kind."""
        rows = [["module", *self.kinds]]
        rows += [[name, *(str(self.share(kind, name)) for kind in self.kinds)] for name in self.modules]
        rows.append(["total", *(str(self.share(kind)) for kind in self.kinds)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
            for row in rows
        ]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """Reached and all points by module and kind, and the totals, as JSON in a fixed order."""

        def counts(module: str | None) -> dict[str, list[int]]:
            shares = {kind: self.share(kind, module) for kind in self.kinds}
            return {kind: [share.reached, share.points] for kind, share in shares.items()}

        content = {"total": counts(None), "modules": {name: counts(name) for name in self.modules}}
        return json.dumps(content, indent=2) + "\n"


def read_coverage(*files: Path) -> Coverage:
    """Read and add up the coverage of runs.

    Raises
    ------
    CoverageError
        A file cannot be read or is not of Verilator's format.
    """
    hits: dict[Point, int] = {}
    for file in files:
        try:
            lines = file.read_text(encoding="latin-1").splitlines()
        except OSError as error:
            raise CoverageError(f"{file}: {error.strerror}") from error
        if lines[:1] != [_HEADER]:
            raise CoverageError(f"{file}: the first line should be {_HEADER!r}")
        for number, line in enumerate(lines[1:], 2):
            try:
                point, count = _point(line)
            except (KeyError, ValueError) as error:
                raise CoverageError(f"{file}:{number}: not a point of coverage: {line[:80]!r}") from error
            hits[point] = hits.get(point, 0) + count
    return Coverage(dict(sorted(hits.items())))


def _point(line: str) -> tuple[Point, int]:
    match = _POINT.match(line)
    if match is None:
        raise ValueError(line)
    fields = dict(item.split("\x02", 1) for item in match[1].split("\x01") if item)
    kind, module = fields["page"].removeprefix("v_").split("/", 1)
    file = fields["f"]
    # Verilator names a set of parameters `module__W8`; a file of this project has its module's name.
    stem = Path(file).stem
    if module.startswith(f"{stem}__"):
        module = stem
    place = int(fields["l"]), int(fields["n"])
    return Point(kind, module, file, *place, fields["o"]), int(match[2])

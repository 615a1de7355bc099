"""The progress of a sweep on stderr: designs done, rate, time left, feasible ones, best so far.

Where a pick of a search stands for many designs, picks are counted too: how many designs there will be is not
known. On a terminal one line that is rewritten; in a log a line every half minute. Times are never written to
files.

Non-goals: no tables.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maestro_py.explore.space import Goal, Space

TERMINAL_SECONDS, LOG_SECONDS = 0.2, 30.0


class Line:
    """Tells how far a sweep is; the rate counts designs that were computed now, not those found in the
    folder.
    """

    def __init__(self, space: Space, quiet: bool) -> None:
        self.space = space
        self.quiet = quiet
        self.on_terminal = sys.stderr.isatty()
        self.picks = self.done = self.designs = self.feasible = 0
        self.computed = self.picks_computed = 0
        self.best = [float("inf")] * len(space.goals)
        self.start = time.monotonic()
        self.shown = self.start

    def __enter__(self) -> Line:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End the line."""
        if self.quiet or not self.picks:
            return
        if self.on_terminal:
            sys.stderr.write("\r\x1b[K")
        if kind is not None and self.done < self.picks:
            sys.stderr.write(f"stopped at {self._text()}; the same command goes on from here\n")
        sys.stderr.flush()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self.start

    @property
    def rate(self) -> float:
        """Designs computed per second."""
        return self.computed / self.seconds if self.seconds > 0 else 0.0

    def begin(self, picks: int) -> None:
        """Take in how many picks there will be."""
        self.picks = picks

    def add(self, counts: Mapping[str, Any], computed: bool) -> None:
        """Take in a shard."""
        self.done += counts["picks"]
        self.designs += counts["designs"]
        self.computed += counts["designs"] if computed else 0
        self.picks_computed += counts["picks"] if computed else 0
        self.feasible += counts["feasible"]
        self.best = [min(pair) for pair in zip(self.best, counts["best"], strict=True)]
        now = time.monotonic()
        if not self.quiet and now - self.shown >= (TERMINAL_SECONDS if self.on_terminal else LOG_SECONDS):
            self.shown = now
            sys.stderr.write(f"\r\x1b[K{self._text()}" if self.on_terminal else f"{self._text()}\n")
            sys.stderr.flush()

    def _text(self) -> str:
        what = "picks" if self.space.search.enumerate else "designs"
        parts = [f"{self.done:,} of {self.picks:,} {what} ({100 * self.done / self.picks:.0f}%)"]
        if self.space.search.enumerate:
            parts.append(f"{self.designs:,} designs")
        if self.computed:
            parts.append(f"{self.rate:,.0f}/s")
        if self.picks_computed:
            parts.append(f"{_duration((self.picks - self.done) * self.seconds / self.picks_computed)} left")
        parts.append(f"{self.feasible:,} feasible")
        for goal, value in zip(self.space.goals, self.best, strict=True):
            if value < float("inf"):
                parts.append(goal_text(goal, -value if goal.maximize else value))
        return ", ".join(parts)


def goal_text(goal: Goal, value: float) -> str:
    """Return the value of a goal with its unit, where it is a column."""
    from maestro_py.analysis.columns import COLUMNS
    from maestro_py.cli.design_table import scaled_text

    column = goal.expression.text
    return f"{goal.name} {scaled_text(column, value) if column in COLUMNS else f'{value:.4g}'}"


def _duration(seconds: float) -> str:
    """Return a time in words.

    >>> _duration(75), _duration(7300)
    ('1 min 15 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

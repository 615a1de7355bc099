"""Errors of a command to the user: text with source lines, or JSON; and the exit code.

:class:`Program` is the command group whose ``invoke`` is the one place where exceptions end. A
``MaestroError`` is rendered to stderr with exit code 1; anything unexpected is one line and exit code 70,
with a traceback where ``MAESTRO_DEBUG=1``. A request to end (SIGTERM) unwinds like an interrupt, so that
simulators and compilers under way end with us.

Non-goals: no wording of errors (they come with their diagnostics).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from maestro_py.errors import Diagnostic, MaestroError

EXIT_USER_ERROR = 1
EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143

_FORMAT_KEY = "maestro_py.error_format"
_TEXTS_KEY = "maestro_py.texts"

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


def _remember_format(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_FORMAT_KEY] = value  # shared by the contexts of one call


def error_format_option(function: AnyFunction) -> AnyFunction:
    """Add ``--error-format`` to a command; it holds for the whole call wherever it stands."""
    return click.option(
        "--error-format",
        type=click.Choice(["text", "json"]),
        expose_value=False,
        is_eager=True,
        callback=_remember_format,
        help="How errors are written to stderr; json for editors.",
    )(function)


class Terminated(BaseException):
    """The process was asked to end."""


def _terminate(_signal: int, _frame: object) -> None:
    raise Terminated


@contextmanager
def _termination_raised() -> Iterator[None]:
    """Let SIGTERM raise :class:`Terminated`; only the main thread can say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end_at_next_interrupt() -> None:
    """Let another Ctrl-C end the process at once; Python would show a traceback of its own clearing up."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_DFL)


SYNONYMS = {"convert": "import"}
"""Other words that run a command; help and documents name the command alone."""


class Program(click.Group):
    """The command group that ends every exception."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command by its name, or by another word for it."""
        return super().get_command(ctx, SYNONYMS.get(cmd_name, cmd_name))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exceptions become text on stderr and an exit code."""
        _write_any_name()
        try:
            with _termination_raised():
                return super().invoke(ctx)
        except MaestroError as error:
            show_errors(error.diagnostics)
            ctx.exit(EXIT_USER_ERROR)
        except KeyboardInterrupt:
            _end_at_next_interrupt()
            click.echo("interrupted", err=True)
            ctx.exit(EXIT_INTERRUPTED)
        except Terminated:
            click.echo("terminated", err=True)
            ctx.exit(EXIT_TERMINATED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own, with the exit codes that the module's docstring promises
        except Exception as error:  # noqa: BLE001  # the last resort: a user never sees a traceback
            _show_bug(error)
            ctx.exit(EXIT_BUG)


def _write_any_name() -> None:
    """Let stdout write names that its encoding lacks, as stderr does."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _show_bug(error: Exception) -> None:
    if os.environ.get("MAESTRO_DEBUG") == "1":
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    text = " ".join(str(error).split())
    click.echo(
        f"maestro-py: bug, please report: {type(error).__name__}: {text} (MAESTRO_DEBUG=1 shows where)",
        err=True,
    )


def show_errors(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
    """Write diagnostics to stderr in the format that the call asks for."""
    from maestro_py.syntax.render import render_json, render_text

    shown = list(diagnostics)
    remembered = click.get_current_context().meta
    if remembered.get(_FORMAT_KEY) == "json":
        click.echo(render_json(shown), err=True)
    else:
        texts = {**source_texts(shown), **remembered.get(_TEXTS_KEY, {}), **(sources or {})}
        click.echo(render_text(shown, texts), err=True)


def remember_texts(texts: Mapping[str, str]) -> None:
    """Let errors show the texts of options, whose names stand for files in their places."""
    click.get_current_context().meta[_TEXTS_KEY] = dict(texts)


def source_texts(diagnostics: Iterable[Diagnostic]) -> dict[str, str]:
    """Text of every file that a diagnostic points into; unreadable ones are left out."""
    from maestro_py.syntax.parser import read_source

    found: dict[str, str] = {}
    for file in dict.fromkeys(d.span.file for d in diagnostics if d.span is not None):
        try:
            found[file] = read_source(file)
        except MaestroError:
            continue
    return found


def read_stdin() -> str:
    """Return standard input as text; bytes that are no UTF-8 become a character that the parser refuses."""
    return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")

"""The parser that Lark makes of ``dsl/grammar.lark``, loaded once per thread.

Making the tables takes some 100 ms, reading them back a few; so they are kept in the user's cache folder
(``$XDG_CACHE_HOME/maestro-py`` or ``~/.cache/maestro-py``), named by what they were made from. Where that
folder cannot be written, or holds something else, the tables are made again: the cache never decides whether
a text can be read. A shared folder such as ``/tmp`` is not used, because the cache is a pickle.

Non-goals: no tree (``_build``), no error texts (``_recover``).
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from maestro_py._resources import read_text
from maestro_py.syntax._build import Builder

if TYPE_CHECKING:
    from lark import Lark

START = "document"


class Reader:
    """A parser and the builder that it calls."""

    def __init__(self, cache: str | bool) -> None:
        from lark import Lark

        self.builder = Builder()
        self.messages: object = None  # of _recover, made at the first error
        self.lark: Lark = Lark(
            read_text("dsl", "grammar.lark"),
            parser="lalr",
            lexer="contextual",
            start=[START],
            maybe_placeholders=False,
            transformer=self.builder,
            cache=cache,
        )


def cache_folder() -> Path | None:
    """Return the user's private cache folder, made if need be, or None if there can be none."""
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(base) / "maestro-py"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid()
    except (OSError, RuntimeError):  # no home, or no right to write in it
        return None
    return folder if private else None


_local = threading.local()


def reader() -> Reader:
    """Return this thread's reader; the tables come from the cache where possible."""
    found: Reader | None = getattr(_local, "reader", None)
    if found is None:
        folder = cache_folder()
        found = Reader(str(folder / "grammar.lark.cache") if folder else False)
        _local.reader = found
    return found

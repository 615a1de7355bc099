"""A sign of life on stderr for work that takes longer than a second.

Nothing is written where stderr is no terminal, and the line is gone when the work is done.

Non-goals: no percentages.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 1.0
_TICK_SECONDS = 1.0


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say what is being done, and for how long, until the block ends."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(what, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _tick(what: str, done: threading.Event) -> None:
    start = time.monotonic()
    if done.wait(QUIET_SECONDS):
        return
    while True:
        sys.stderr.write(f"\r{what}: {time.monotonic() - start:.0f} s ")
        sys.stderr.flush()
        if done.wait(_TICK_SECONDS):
            break
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()

"""Names of files that may be anything a user types, and refusals of the operating system as errors.

Codes: M332 cannot be written.

Non-goals: no formats.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maestro_py.errors import InputError, MaestroError


def is_file(path: str | Path) -> bool:
    """Whether a name is that of a file; of what no file can be called, or may not be looked at, it is not.

    >>> is_file("a" * 300), is_file("no file")
    (False, False)
    """
    try:
        return Path(path).is_file()
    except OSError:
        return False


def reason(error: OSError) -> str:
    """Return why the system refused, in its words.

    >>> reason(OSError(28, "Error writing bytes to file. Detail: [errno 28] No space left on device"))
    'No space left on device'
    """
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a folder in its path is a file"
    return os.strerror(error.errno) if error.errno else str(error)


@contextmanager
def writing(path: str | Path) -> Iterator[None]:
    """Turn a refusal to write ``path`` into an error of the user.

    Raises
    ------
    InputError
        M332 with the reason.
    """
    from maestro_py.syntax.codes import diagnostic

    try:
        yield
    except OSError as error:
        if isinstance(error, MaestroError):
            raise
        raise InputError([diagnostic("M332", f"cannot write {str(path)!r}: {reason(error)}")]) from error

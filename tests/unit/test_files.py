"""Names that no file can have, and what the operating system refuses."""

import errno
import os

import pytest

from maestro_py._files import is_file, reason, writing
from maestro_py.errors import InputError


def test_names_that_no_file_can_have_are_none(tmp_path):
    (tmp_path / "a").touch()
    assert is_file(tmp_path / "a")
    for name in (tmp_path, tmp_path / "b", tmp_path / "a" / "b", tmp_path / ("c" * 300), "d\0"):
        assert not is_file(name)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (PermissionError(errno.EACCES, "anything"), os.strerror(errno.EACCES)),
        (OSError(errno.ENOSPC, "Error writing. Detail: [errno 28]"), os.strerror(errno.ENOSPC)),
        (FileExistsError(errno.EEXIST, "anything"), "a folder in its path is a file"),
        (NotADirectoryError(errno.ENOTDIR, "anything"), "a folder in its path is a file"),
        (OSError("without a number"), "without a number"),
    ],
)
def test_refusals_are_told_in_the_words_of_the_system(error, text):
    assert reason(error) == text
    with pytest.raises(InputError) as caught, writing("a/b"):
        raise error
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("M332", f"cannot write 'a/b': {text}")


def test_errors_of_the_user_stay_as_they_are():
    problem = InputError([])
    with pytest.raises(InputError) as caught, writing("a"):
        raise problem
    assert caught.value is problem

"""An accelerator from the name a user gave.

Names are those of ``templates``. Hardware files are in the language and become an Accelerator by
``maestro_py.ir``; this module does not read them, so a name that looks like a file is refused with that hint.

Non-goals: no file formats.
"""

from __future__ import annotations

from maestro_py.errors import Diagnostic, InputError
from maestro_py.hardware import templates
from maestro_py.ir.accelerator import Accelerator


def is_template(name: str) -> bool:
    """Whether ``name`` is a shipped accelerator.

    >>> is_template("eyeriss"), is_template("hw.m")
    (True, False)
    """
    return name in templates.names()


def load_accelerator(name: str) -> Accelerator:
    """The shipped accelerator of a name.

    Raises
    ------
    InputError
        M606 for an unknown name, with the closest known one.

    Examples
    --------
    >>> load_accelerator("eyeriss").num_pes
    168
    """
    if not is_template(name):
        problem = templates.unknown_name(name)
        if "." in name or "/" in name:
            hint = "hardware files end in '.m'; " + problem.hint
            problem = Diagnostic(problem.code, problem.message, None, hint)
        raise InputError([problem])
    return templates.load_accelerator(name)

"""What a sweep is asked for as the text of a space file, so that flags become a file.

Names of files are as seen from here, so the file belongs into this folder.

Non-goals: no check (``reading``); comments of a file are not kept.
"""

from __future__ import annotations

import io
from typing import Any

from maestro_py.explore._request import Request
from maestro_py.explore._schema import SpaceFile

_LINES = ("parameters", "constraints", "goals")
_NEVER_FOLDED = 2**20


def space_text(asked: Request) -> str:
    """Return the text of a space file that asks for the same; keys in their usual order.

    Examples
    --------
    >>> from maestro_py.explore._flags import read_flags
    >>> from maestro_py.explore.reading import read_request
    >>> flags = read_flags({"vary": ["num_pes=16:64:16"], "network": "lenet5", "goal": ["min area_um2"]})
    >>> print(space_text(read_request(None, flags)), end="")
    network: lenet5
    parameters:
      num_pes: {from: 16, to: 64, step: 16}
    goals:
    - {min: area_um2}
    """
    from ruamel.yaml import YAML

    tree = asked.from_here()
    writer = YAML(typ="rt", pure=True)
    writer.width = _NEVER_FOLDED
    stream = io.StringIO()
    writer.dump(
        {key: _shown(tree[key], key in _LINES) for key in SpaceFile.model_fields if key in tree}, stream
    )
    return stream.getvalue()


def _shown(value: Any, lines: bool) -> Any:
    """Return a value that is written on one line, or its parts on a line each."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    shown: CommentedMap | CommentedSeq
    if isinstance(value, dict):
        shown = CommentedMap({key: _shown(item, False) for key, item in value.items()})
    elif isinstance(value, list):
        shown = CommentedSeq(_shown(item, False) for item in value)
    else:
        return value
    if not lines:
        shown.fa.set_flow_style()
    return shown

"""The shipped networks as shape descriptions, and the files they become.

Every module of this folder but ``layers`` and ``files`` describes networks: functions under
:func:`network` that add layers to a :class:`~models.describe.layers.Net`, in the words of the paper's
table. They are found by being here. ``python -m models.describe`` writes ``models/*.m`` and the table of
``models/README.md`` from them; with ``--check`` it says which of these differ from the descriptions.

Non-goals: no weights, no activation functions, no element-wise layers but sums of activations (what is not
costed is told in a network's note), no part of the installed package.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from models.describe.layers import Net

Describe = Callable[..., None]
NOT_NETWORKS = {"__main__", "files", "layers"}


@dataclass(frozen=True, slots=True)
class Description:
    """A network of the zoo.

    Attributes
    ----------
    name
        Of the network and its file.
    title, source, note
        The header of the file: what it is, where the shapes come from, what is not costed.
    net
        Its layers.
    """

    name: str
    title: str
    source: str
    note: str
    net: Net

    @property
    def header(self) -> Mapping[str, str]:
        """The header's lines by key, as ``maestro_py.catalog`` reads them."""
        return {"Title": self.title, "Source": self.source, "Note": self.note}


_found: dict[str, Description] = {}


def network(*, name: str, title: str, source: str, note: str, **arguments: object) -> Callable[..., Describe]:
    """Describe a network by the function below, which is called with a new net and ``arguments``.

    A function may stand under several of these: a family with one line per member.

    Raises
    ------
    ValueError
        If two networks have one name, or two layers of the network.
    """

    def register(describe: Describe) -> Describe:
        if name in _found:
            raise ValueError(f"two networks are called {name}")
        net = Net(name)
        describe(net, **arguments)
        _found[name] = Description(name, title, source, note, net)
        return describe

    return register


@cache
def descriptions() -> Mapping[str, Description]:
    """Every network of the zoo by name, sorted."""
    for module in pkgutil.iter_modules(__path__):
        if module.name not in NOT_NETWORKS:
            importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_found.items()))

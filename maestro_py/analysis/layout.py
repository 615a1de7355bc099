"""Memory layouts: which axis of each tensor is innermost, and the search for the best (``--layout auto``).

A network shares one layout: an innermost axis per tensor. Layer types name their axes differently, so a layer
whose tensor lacks the axis takes the one of the same role (:data:`ROLES`): a matrix product is a pointwise
convolution with C = K, K = N and its rows as output columns. Where no axis has the role, the last one counts.

Codes: M315 no layout of that form.

Non-goals: no beats (``engine``).
"""

from __future__ import annotations

from typing import Literal

from maestro_py.errors import HardwareError
from maestro_py.ir.machine import layout_axes
from maestro_py.ir.nest import OUTPUT_NAMES
from maestro_py.ir.operators import TENSORS, Problem, Tensor
from maestro_py.syntax.codes import diagnostic

Layout = tuple[str, str, str]
LayoutInput = Literal["auto"] | Layout | None

ROLES: dict[str, dict[Tensor, tuple[str, ...]]] = {
    "input channel": {"W": ("C", "K"), "I": ("C", "K"), "O": ()},
    "output channel": {"W": ("K", "C", "N"), "I": (), "O": ("K", "C", "N")},
    "column": {"W": ("S", "R", "Q", "P"), "I": ("X", "Y", "M", "N"), "O": ("Q", "P", "M", "N")},
    "row": {"W": ("R", "S", "P", "Q"), "I": ("Y", "X", "M", "N"), "O": ("P", "Q", "M", "N")},
    "group": {"W": ("G",), "I": ("G", "N", "M"), "O": ("G", "N", "M")},
}
"""Axes by role, for each tensor in order of preference."""


def checked(layout: object) -> Layout:
    """Return a layout with the internal names of axes (``P``, ``Q`` for ``Y'``, ``X'``).

    Raises
    ------
    HardwareError
        M315 if it is not three axes of W, I and O.

    Examples
    --------
    >>> checked(("C", "C", "X'"))
    ('C', 'C', 'Q')
    """
    parts = tuple(layout) if isinstance(layout, list | tuple) else ()
    known = {tensor: layout_axes(tensor) for tensor in TENSORS}
    names = tuple(OUTPUT_NAMES.get(name, name) for name in parts)
    if len(names) != 3 or any(n not in known[t] for t, n in zip(TENSORS, names, strict=True)):
        axes = "; ".join(f"{tensor}: {' '.join(known[tensor])}" for tensor in TENSORS)
        message = f"{layout!r} names no axis for each of W, I and O"
        raise HardwareError([diagnostic("M315", message, None, f"axes of {axes}")])
    return names[0], names[1], names[2]


def of_problem(layout: Layout | None, problem: Problem) -> Layout | None:
    """Return the layout in the axes of one layer.

    Examples
    --------
    >>> from maestro_py.ir import operators
    >>> from maestro_py.ir.network import Layer
    >>> gemm = operators.get("GEMM").problem(Layer("a", "GEMM", {"M": 4, "N": 4, "K": 4}))
    >>> of_problem(("K", "C", "K"), gemm)
    ('K', 'K', 'N')
    """
    if layout is None:
        return None
    w, i, o = (
        _axis(tensor, axis, problem.axes[tensor]) for tensor, axis in zip(TENSORS, layout, strict=True)
    )
    return w, i, o


def _axis(tensor: Tensor, axis: str, axes: tuple[str, ...] | None) -> str:
    if axes is None or axis in axes:
        return axis
    for by_tensor in ROLES.values():
        if axis in by_tensor[tensor]:
            return next((name for name in by_tensor[tensor] if name in axes), axes[-1])
    return axes[-1]

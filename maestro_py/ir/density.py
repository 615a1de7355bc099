"""Density: which part of a tensor's elements is not zero, and what follows from it (SEMANTICS section 7).

Turns a ``Density`` block into fractions of W, I and O, and fractions into exact millionths. :func:`expected`
says what a nest asks of a machine that skips zeros: the part of the MACs that is left, and the bits that an
element takes when it travels with its share of a bitmask.

Codes: M228 an impossible density, M229 a density of what is no tensor of the layer type.

Non-goals: no counting (the engines), no energy (``maestro_py.hardware.activity``), no patterns of zeros: a
density says how many there are, not where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from maestro_py.errors import Diagnostic, SemanticError, Span, did_you_mean
from maestro_py.ir.operators import TENSORS
from maestro_py.syntax import ast
from maestro_py.syntax.codes import diagnostic

if TYPE_CHECKING:
    from maestro_py.ir.accelerator import Accelerator
    from maestro_py.ir.nest import Nest

Density = tuple[float, float, float]
"""Fraction of the elements of W, I and O that are not zero."""

DENSE: Density = (1.0, 1.0, 1.0)
DECIMALS = 6
MILLION: int = 10**DECIMALS
TRILLION = MILLION * MILLION


def lower_density(
    block: ast.DensityBlock, tensors: Sequence[str], what: str, found: list[Diagnostic]
) -> Density:
    """Return the fractions of a block, 1 where it says nothing or something wrong.

    Parameters
    ----------
    tensors, what
        Tensors of the layer type, none of one that stands for several layers, and its name.
    found
        Gets what is wrong.
    """
    if not tensors:
        message = f"Density in a layer of type {what}, which stands for several layers"
        found.append(
            diagnostic("M229", message, block.span, "write its parts as layers, each with a Density")
        )
        return DENSE
    given: dict[str, Decimal] = {}
    for entry in block.entries:
        name = entry.tensor.text
        problem = _problem_of_tensor(name, tensors, what, entry.tensor.span) or _problem_of_value(entry)
        if problem is not None:
            found.append(problem)
        elif name in given:
            same = given[name] == entry.value
            message = f"{name!r} is given twice" + (
                "" if same else f", as {given[name]} and as {entry.value}"
            )
            found.append(diagnostic("M252" if same else "M209", message, entry.span))
        else:
            given[name] = entry.value
    weights, inputs, outputs = (float(given.get(tensor, 1)) for tensor in TENSORS)
    return weights, inputs, outputs


def _problem_of_tensor(name: str, tensors: Sequence[str], what: str, span: Span | None) -> Diagnostic | None:
    if name in tensors:
        return None
    if name in TENSORS:
        return diagnostic("M229", f"Density of {name!r}: {what} has no tensor {name}", span)
    hint = did_you_mean(name, tensors, "tensors")
    return diagnostic("M229", f"Density of {name!r}: no such tensor", span, hint)


def _problem_of_value(entry: ast.DensityEntry) -> Diagnostic | None:
    value, what = entry.value, f"Density {entry.tensor.text}"
    if not 0 < value <= 1:
        return diagnostic("M228", f"{what} is {value}; above 0 and at most 1 is possible", entry.span)
    if value * MILLION % 1:
        return diagnostic("M228", f"{what} is {value}; {DECIMALS} decimals are the most", entry.span)
    return None


def millionths(density: Density) -> tuple[int, int, int]:
    """Return a density in whole millionths.

    Raises
    ------
    SemanticError
        M228 for a fraction that is not above 0 and at most 1, or has more than six decimals.

    Examples
    --------
    >>> millionths((0.3, 0.5, 1.0))
    (300000, 500000, 1000000)
    """
    found = []
    for tensor, fraction in zip(TENSORS, density, strict=True):
        whole = round(fraction * MILLION) if 0 < fraction <= 1 else 0
        if not whole or whole / MILLION != fraction:
            message = f"density {fraction!r} of {tensor} is no fraction of at most {DECIMALS} decimals"
            raise SemanticError([diagnostic("M228", message)])
        found.append(whole)
    return found[0], found[1], found[2]


def nearest(fraction: float) -> float:
    """Return the density with six decimals that is nearest to a fraction above 0.

    >>> nearest(1 / 3), nearest(1e-9)
    (0.333333, 1e-06)
    """
    return max(round(fraction * MILLION), 1) / MILLION


def moved_microbits(density: int, bits: int) -> int:
    """Return the millionths of a bit that an element of expected ``density`` (millionths) moves.

    Its value where it is not zero, and one bit of the mask; not more than without compression.

    >>> moved_microbits(500_000, 8), moved_microbits(900_000, 8)
    (5000000, 8000000)
    """
    return min(density * bits + MILLION, bits * MILLION)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is left of a nest's work and traffic on one machine, exactly.

    Attributes
    ----------
    work
        Part of the MACs that takes time, in 10^-12 (the product of two densities in millionths).
    microbits
        Millionths of a bit that an element of W, I and O moves where it may be compressed.
    """

    work: int
    microbits: tuple[int, int, int]

    def compressed(self, index: int, bits: Sequence[int]) -> bool:
        """Whether tensor number ``index`` travels as nonzero values with a bitmask."""
        return self.microbits[index] < bits[index] * MILLION


def effective_work(nest: Nest) -> int:
    """Return the part of a nest's MACs whose operands are both expected to be nonzero, in 10^-12."""
    return nest.density[0] * nest.density[1] if nest.multiplies else TRILLION


def expected(nest: Nest, accelerator: Accelerator) -> Expected:
    """Return what a machine leaves of a nest: all of it without ``zero_skip``.

    Examples
    --------
    >>> from maestro_py.ir.accelerator import Accelerator
    >>> from maestro_py.ir.dataflow import Dataflow
    >>> from maestro_py.ir.nest import build_nest
    >>> from maestro_py.ir.network import Layer
    >>> nest = build_nest(Layer("a", "GEMM", {"M": 2}, density=(0.25, 0.5, 1.0)), Dataflow(()), 1)
    >>> expected(nest, Accelerator(zero_skip=True)).microbits
    (3000000, 5000000, 8000000)
    """
    weights, inputs, outputs = accelerator.bits
    if not accelerator.zero_skip:
        return Expected(TRILLION, (weights * MILLION, inputs * MILLION, outputs * MILLION))
    of_w, of_i, of_o = nest.density
    return Expected(
        effective_work(nest),
        (moved_microbits(of_w, weights), moved_microbits(of_i, inputs), moved_microbits(of_o, outputs)),
    )

"""Hypothesis strategies for layers with dataflows and machines, over ``generate.py``.

Every choice of the generator is a Hypothesis draw, so failing samples shrink.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from tests.model.generate import Sample, TooLargeError, sample

T = TypeVar("T")


class HypothesisDraw:
    """Choices that Hypothesis makes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def choice(self, options: Sequence[T]) -> T:
        return options[self.draw(st.integers(0, len(options) - 1))]


@st.composite
def samples(draw: st.DrawFn, operator: str | None = None) -> Sample:
    """Layers with legal and illegal dataflows and machines; of one layer type if given."""
    try:
        uneven, sparse = draw(st.booleans()), draw(st.booleans())
        return sample(HypothesisDraw(draw), operator, uneven=uneven, sparse=sparse)
    except TooLargeError:
        reject()

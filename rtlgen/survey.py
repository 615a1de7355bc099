"""What a nest asks of the hardware: how tiles look and how they move, per tensor and axis.

Turns a :class:`~maestro_py.ir.nest.Nest` into one :class:`AxisSurvey` for each axis of each tensor: how many
elements of the axis a PE holds, with which step, and in which ways its tile slides along it. From these the
generator decides which parts a machine needs and whether a machine can run a layer.

The result is exact, yet the nest is never walked. Its parts (``rtlgen.trajectories``) share no loop and no
unit, so every combination of their states happens. When a loop advances, each part moves in one of a few
ways, whatever the other parts do. An axis slides alone when its part has a move that changes nothing else of
the tensor, and every other part has one that leaves the tensor as it is.

Source: SEMANTICS sections 2 and 3. Non-goals: counts, beats and cycles (``maestro_py.analysis``), legality.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import numpy as np

from maestro_py.ir.nest import Nest, Tile
from maestro_py.ir.operators import TENSORS, Problem, Tensor, Window
from maestro_py.reference import Axis, touched
from rtlgen.trajectories import Flags, Integers, Part, PartTooLargeError, parts_of

__all__ = ["AxisSurvey", "PartTooLargeError", "Survey", "survey"]


@dataclass(frozen=True, slots=True)
class AxisSurvey:
    """What the tiles of one tensor do along one axis, over all PEs and steps.

    A *slide* is a step of a PE between two tiles that hold something, where this is the only axis of the
    tensor that changes, and something of it is kept.

    Attributes
    ----------
    axis
        Its name in ``Problem.axes``.
    extent
        Largest number of elements of a tile along it.
    strided
        Some box touches input rows (columns), padding included, that are more than 1 apart.
    arithmetic
        The rows that any box touches, padding included, are an arithmetic progression: ``stride`` apart with
        a single filter tap, ``dilation`` apart with a single output, ``both_step`` apart with several of
        both. Where zeros are inserted into the input, the real rows are neighbours.
    both_step
        Distance of the rows of all boxes with several outputs and several taps; 1 if there are none or it
        differs.
    slides
        There is a slide.
    mixed_slide
        There is a slide between two tiles of several elements each whose steps differ.
    two_sided
        There is a slide where new elements (of outputs: those that leave) are not all on one side of the
        kept ones.
    """

    axis: str
    extent: int
    strided: bool = False
    arithmetic: bool = True
    both_step: int = 1
    slides: bool = False
    mixed_slide: bool = False
    two_sided: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """The axes of every tensor in storage order; a tensor that the layer type lacks has none."""

    tensors: Mapping[Tensor, tuple[AxisSurvey, ...]]

    def axis(self, tensor: Tensor, name: str) -> AxisSurvey:
        """Return one axis of a tensor; KeyError if there is none of that name."""
        for found in self.tensors[tensor]:
            if found.axis == name:
                return found
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Slides:
    """Kinds of slides that a move holds; there is at least one."""

    mixed: bool
    two_sided: bool


class AxisStates(Protocol):
    """The element sets of one axis in all states of a part, for all units.

    ``keys`` (states by units) are equal exactly where sets are equal, ``holds`` tells which are not empty.
    """

    keys: Integers
    holds: Flags

    def shape(self, held: Flags, works: bool) -> AxisSurvey:
        """Extent of the sets that ``held`` (states by units) selects, and distances; without slides.

        ``works`` tells that the boxes of the part ever work.
        """
        ...

    def slides(self, before: Integers, after: Integers, outputs: bool) -> Slides | None:
        """Slides between sets that differ, given as keys, pair by pair; None if nothing is ever kept."""
        ...


class Intervals:
    """An axis that is a loop dimension."""

    def __init__(self, part: Part, axis: str, size: int) -> None:
        self.axis, self.base = axis, size + 1
        self.low, self.high = part.low[axis], part.high[axis]
        self.holds = self.low < self.high
        self.keys = self.low * self.base + self.high

    def shape(self, held: Flags, works: bool) -> AxisSurvey:
        return AxisSurvey(self.axis, int((self.high - self.low)[held].max(initial=0)))

    def slides(self, before: Integers, after: Integers, outputs: bool) -> Slides | None:
        low, high = np.divmod(before, self.base)
        other_low, other_high = np.divmod(after, self.base)
        kept = np.maximum(low, other_low) < np.minimum(high, other_high)
        if not kept.any():
            return None
        inner, outer = (
            ((other_low, other_high), (low, high)) if outputs else ((low, high), (other_low, other_high))
        )
        around = (outer[0] < inner[0]) & (outer[1] > inner[1])
        return Slides(mixed=False, two_sided=bool((kept & around).any()))


class WindowRows:
    """An input axis under a sliding window: real elements that outputs and filter taps touch."""

    def __init__(self, part: Part, problem: Problem, window: Window) -> None:
        self.window = window
        box = (
            part.low[window.output],
            part.high[window.output],
            part.low[window.filter],
            part.high[window.filter],
        )
        # Tiles that do not work may hold any numbers; without this they would be enumerated.
        boxes = np.where(part.works[:, :, None], np.stack(box, axis=-1), 0)
        distinct, numbers = np.unique(boxes.reshape(-1, 4), axis=0, return_inverse=True)
        self.outputs = distinct[:, 1] - distinct[:, 0]
        self.taps = distinct[:, 3] - distinct[:, 2]
        self.sets: list[Axis] = []
        known: dict[Axis, int] = {}
        key_of_box = []
        for p_low, p_high, r_low, r_high in distinct.tolist():
            tile = Tile({window.output: (p_low, p_high), window.filter: (r_low, r_high)}, {})
            rows = touched(problem, tile, window.input)
            key_of_box.append(known.setdefault(rows, len(known)))
        self.sets = list(known)
        self.steps = [_steps(rows) for rows in self.sets]
        self.keys = np.array(key_of_box)[numbers.reshape(part.works.shape)]
        self.holds = np.array([bool(rows) for rows in self.sets])[self.keys]

    def shape(self, held: Flags, works: bool) -> AxisSurvey:
        window = self.window
        both_steps: set[int] = set()
        strided, arithmetic = False, True
        extent = max((len(self.sets[key]) for key in np.unique(self.keys[held]).tolist()), default=0)
        for outputs, taps in {*zip(self.outputs.tolist(), self.taps.tolist(), strict=True)}:
            if not works or outputs < 1 or taps < 1:
                continue
            steps = touched_steps(window, outputs, taps)
            if window.insertion > 1:
                arithmetic &= steps <= {1}
                continue
            strided |= any(step > 1 for step in steps)
            arithmetic &= len(steps) <= 1
            if outputs > 1 and taps > 1:
                both_steps |= steps
        common = len(both_steps) <= 1
        both_step = min(both_steps, default=1) if common else 1
        return AxisSurvey(window.input, extent, strided, arithmetic and common, both_step)

    def slides(self, before: Integers, after: Integers, outputs: bool) -> Slides | None:
        found = None
        count = len(self.sets)
        for pair in np.unique(before * count + after).tolist():
            old, new = self.sets[pair // count], self.sets[pair % count]
            kept = old & new
            if kept:
                moved = old - new if outputs else new - old
                one, other = (self.steps[key] for key in divmod(pair, count))
                mixed = bool(one) and bool(other) and one != other
                slide = Slides(mixed, _both_sides(moved, kept))
                found = _merged([found, slide])
        return found


class Held:
    """What one part contributes to one tensor."""

    def __init__(self, part: Part, problem: Problem, axes: Sequence[str], outputs: bool) -> None:
        self.part, self.outputs = part, outputs
        windows = {window.input: window for window in problem.windows}
        self.axes: dict[str, AxisStates] = {
            axis: WindowRows(part, problem, windows[axis])
            if axis in windows
            else Intervals(part, axis, problem.sizes[axis])
            for axis in axes
            if axis in part.dimensions
        }
        self.held = part.works.copy()
        for states in self.axes.values():
            self.held &= states.holds
        self._outcomes: dict[tuple[bool, int], Outcome] = {}

    def outcome(self, loop: int) -> Outcome:
        """What the advance of a loop of the nest may do to the tensor."""
        kind = self.part.kind_of_move(loop)
        if kind not in self._outcomes:
            self._outcomes[kind] = self._outcome(*kind)
        return self._outcomes[kind]

    def _outcome(self, own: bool, depth: int) -> Outcome:
        move = self.part.move(own, depth)
        before, after = move.before, move.after
        held = self.held[before] & self.held[after]
        changed = {axis: (s.keys[before] != s.keys[after]) & held for axis, s in self.axes.items()}
        count = sum((flags.astype(np.int8) for flags in changed.values()), np.zeros(held.shape, np.int8))
        alone = {}
        for axis, flags in changed.items():
            only = flags & (count == 1)
            keys = self.axes[axis].keys
            slides = self.axes[axis].slides(keys[before][only], keys[after][only], self.outputs)
            if slides is not None:
                alone[axis] = slides
        return Outcome(bool((held & (count == 0)).any()), alone)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a move may leave a tensor as it is, and the axes that it may slide alone."""

    stays: bool
    alone: Mapping[str, Slides]


def survey(nest: Nest) -> Survey:
    """Survey a nest.

    Raises
    ------
    PartTooLargeError
        If the dataflow ties so many dimensions together that they cannot be enumerated.

    Examples
    --------
    >>> from maestro_py.ir.dataflow import Dataflow, MapDirective, Number
    >>> from maestro_py.ir.nest import build_nest
    >>> from maestro_py.ir.network import Layer
    >>> rows = MapDirective("TemporalMap", Number(3), Number(1), "Y")
    >>> layer = Layer("a", "CONV", {"K": 2, "C": 2, "Y": 8, "X": 8, "R": 3, "S": 3})
    >>> survey(build_nest(layer, Dataflow((rows,)), 1)).axis("I", "Y")
    AxisSurvey(axis='Y', extent=3, strided=False, arithmetic=True, both_step=1, slides=True,
               mixed_slide=False, two_sided=False)
    """
    parts = parts_of(nest)
    return Survey({tensor: _tensor(nest, parts, tensor) for tensor in TENSORS})


def _tensor(nest: Nest, parts: Iterable[Part], tensor: Tensor) -> tuple[AxisSurvey, ...]:
    axes = nest.problem.axes[tensor]
    if axes is None:
        return ()
    held = [Held(part, nest.problem, axes, tensor == "O") for part in parts]
    ever = all(part.held.any() for part in held)
    works = all(part.part.works.any() for part in held)
    found = {}
    for part in held:
        for axis, states in part.axes.items():
            found[axis] = states.shape(part.held & ever, bool(works))
    for axis, slides in _slides(nest, held).items():
        found[axis] = replace(found[axis], slides=True, mixed_slide=slides.mixed, two_sided=slides.two_sided)
    return tuple(found[axis] for axis in axes)


def _slides(nest: Nest, held: Sequence[Held]) -> dict[str, Slides]:
    """Join what the parts do at each loop's advance: one slides while all others stay."""
    found: dict[str, Slides] = {}
    for index, loop in enumerate(nest.loops):
        if loop.count == 1:
            continue
        outcomes = [part.outcome(index) for part in held]
        moving = [outcome for outcome in outcomes if not outcome.stays]
        if len(moving) > 1:
            continue
        for outcome in moving or outcomes:
            for axis, slides in outcome.alone.items():
                merged = _merged([found.get(axis), slides])
                assert merged is not None
                found[axis] = merged
    return found


def _merged(slides: Iterable[Slides | None]) -> Slides | None:
    present = [s for s in slides if s is not None]
    if not present:
        return None
    return Slides(any(s.mixed for s in present), any(s.two_sided for s in present))


def touched_steps(window: Window, outputs: int, taps: int) -> frozenset[int]:
    """Distances of neighbouring rows that a box of so many outputs and taps touches, padding included.

    >>> sorted(touched_steps(Window("P", "R", "Y", 2, 1, 0, 1, 9), 3, 1))
    [2]
    """
    rows = {window.stride * p + window.dilation * r for p in range(outputs) for r in range(taps)}
    return _steps(frozenset(rows))


def _steps(rows: Axis) -> frozenset[int]:
    """Distances of neighbouring elements."""
    ordered = sorted(rows)
    return frozenset(b - a for a, b in pairwise(ordered))


def _both_sides(moved: Axis, kept: Axis) -> bool:
    return bool(moved) and min(moved) < max(kept) and max(moved) > min(kept)

"""Random tiles for the benches of the modules that move them."""

import random
from dataclasses import dataclass

from rtlgen.modules import pack
from rtlgen.modules.tile_walk import ALL, NOTHING, PART, Tile

#: Largest extent of an axis.
EXTENT = 7


def literal(value, bits):
    """Parameter of a vector: a number without a size would have 32 bits."""
    return f"{bits}'d{value}"


def is_strided(parameters, axis):
    """Whether elements of an axis may lie more than 1 apart."""
    return int(parameters.get("STRIDED", "1'd0").partition("'d")[2]) >> axis & 1


def random_progression(parameters, axis, extent=EXTENT):
    """Start, count and step on one axis, with all elements within ``COORDINATE_BITS``."""
    ceiling = (1 << parameters["COORDINATE_BITS"]) - 1
    strided = is_strided(parameters, axis)
    apart = random.randint(1, min(4, (1 << parameters["STEP_BITS"]) - 1)) if strided else 1
    count = random.randint(1, min(extent, ceiling // apart))
    reach = (count - 1) * apart
    # Many tiles near both ends of the axis, and near each other.
    start = random.choice([0, ceiling - reach, random.randint(0, min(9, ceiling - reach))])
    return start, count, apart


def random_tile(parameters):
    """A tile of any mode; on the axis that it slides along any part, an empty one as well."""
    axes, slide = parameters["AXES"], parameters["SLIDE_AXIS"]
    start, count, step = zip(*(random_progression(parameters, axis) for axis in range(axes)), strict=True)
    mode = random.choice([NOTHING, ALL, ALL, PART])
    low = high = 0
    if mode == PART:
        low = random.randint(0, count[slide])
        high = random.randint(low, count[slide])
    return Tile(mode, start, count, step, low, high)


def steps_of(tiles, parameters):
    """Value of the port ``step``: on an axis without gaps anything, as nobody reads it."""
    bits = parameters["STEP_BITS"]
    return pack(
        (
            step if is_strided(parameters, axis) else random.getrandbits(bits)
            for tile in tiles
            for axis, step in enumerate(tile.step)
        ),
        bits,
    )


@dataclass(frozen=True)
class Step:
    """A tile with what is new of it, the shift of its start in elements, and what leaves after it."""

    tile: Tile
    shift: int
    active: bool
    leave: Tile


def random_steps(parameters, extents, number):
    """Tiles of a PE at successive steps: idle, the same, slid along one axis either way, or another one.

    ``leave`` of a step is what the next step's tile does not keep; the last step's all leaves.
    """
    slide = parameters["SLIDE_AXIS"]
    tiles = [(None, NOTHING, 0, (0, 0), (0, 0))]
    while len(tiles) <= number:
        old = tiles[-1][0]
        kind = random.choice(["idle", "same", "slide", "slide", "slide", "other"])
        slid = _slid(old, slide, extents[slide], parameters) if old and kind == "slide" else None
        if kind == "idle":
            tiles.append((None, NOTHING, 0, (0, 0), (0, 0)))
        elif kind == "same" and old:
            tiles.append((old, NOTHING, 0, (0, 0), (0, 0)))
        elif slid:
            tiles.append(slid)
        else:
            fields = (random_progression(parameters, axis, extent) for axis, extent in enumerate(extents))
            tiles.append((tuple(zip(*fields, strict=True)), ALL, 0, (0, 0), (0, 0)))
    steps = []
    unused = ((0,) * len(extents), (1,) * len(extents), (1,) * len(extents))
    for number, (held, mode, shift, new, _) in enumerate(tiles[1:], 1):
        start, count, step = held or unused
        after = tiles[number + 1] if number + 1 < len(tiles) else None
        if held is None:
            leave_mode = NOTHING
        else:
            leave_mode = ALL if after is None or after[0] is None else after[1]
        leave = Tile(leave_mode, start, count, step, *(after[4] if after else (0, 0)))
        steps.append(Step(Tile(mode, start, count, step, *new), shift, held is not None, leave))
    return steps


def _slid(old, axis, extent, parameters):
    """``old`` moved along ``axis``, so that it keeps a part, gains at one end at most and loses at one."""
    start, count, step = (list(field) for field in old)
    length, ceiling = count[axis], (1 << parameters["COORDINATE_BITS"]) - 1
    longer = random.choice([length, random.randint(1, extent)])
    shift = random.randint(-extent, extent)
    begin = start[axis] + shift * step[axis]
    overlaps = shift < length if shift >= 0 else -shift < longer
    gains_or_loses_twice = (shift < 0 and longer + shift > length) or (shift > 0 and shift + longer < length)
    fits = begin >= 0 and begin + (longer - 1) * step[axis] <= ceiling
    if not overlaps or gains_or_loses_twice or not fits or (shift == 0 and longer == length):
        return None
    new = (0, -shift) if shift < 0 else (min(longer, length - shift), longer)
    leave = (longer + shift, length) if shift < 0 else (0, shift) if shift else (min(longer, length), length)
    start[axis], count[axis] = begin, longer
    return (tuple(start), tuple(count), tuple(step)), PART, shift, new, leave

"""Random tiles for the benches of the modules that move them."""

import random

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

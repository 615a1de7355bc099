"""The global loop nest: one step after the other, as fast as they are taken.

A map has a position, the distance that it has advanced from the start of its parent's range. A loop moves
all its maps together: the fold loop of a level moves every spatial map of it. It is at its end when each of
its maps has covered the largest of the parents' ranges.

Parameters
----------
MAPS, LOOPS
    Maps of all levels, and loops; both counted outermost first. ``LOOPS`` is at most 256.
MAP_LOOP
    Loop that moves each map: 8 bits a map, map 0 in the least significant ones. Every loop moves a map,
    and its maps stand between those of the loops around it.
POSITION_BITS
    Bits of a position, a reach or an extent.

Ports
-----
clk, rst : input
    Clock; synchronous reset.
start : input
    Begins with the first step; a nest that was under way is given up.
advance, reach, extent [MAPS*POSITION_BITS] : input
    Per map, map 0 in the least significant field: how far one iteration moves it (all units' share of it),
    how much one iteration covers from the position on, and the largest extent that a parent has now. The
    extent may depend on the positions of outer loops, combinationally: so the number of iterations may
    change from one outer iteration to the next. A position must never reach ``2**POSITION_BITS``.
positions[MAPS*POSITION_BITS] : output
    Position of each map at the present step.
step_valid, step_final : output; step_ready : input
    A step; whether it is the last one. A step stays until it is taken.

Latency: the first step is valid the cycle after ``start``. Throughput: one step a cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from maestro_py.ir.tiles import Map

#: Largest extents of the parents of a map, given the positions of the maps of all outer loops.
Extent = Callable[[int, Sequence[int]], int]


def model(
    maps: Sequence[Map], units: Sequence[int], loops: Sequence[Sequence[int]], extent: Extent
) -> Iterator[tuple[int, ...]]:
    """Yield the positions of all maps, step by step.

    Parameters
    ----------
    maps
        Maps of all levels.
    units
        For each map, the units that share it: 1 for a temporal map.
    loops
        Numbers of the maps that each loop moves, outermost loop first.
    extent
        Called with a map's number and the positions of the maps of all loops around its own.

    Examples
    --------
    >>> maps = [Map(False, "K", 2, 2), Map(True, "C", 1, 1)]
    >>> list(model(maps, [1, 3], [[0], [1]], lambda number, _: (3, 5)[number]))
    [(0, 0), (0, 3), (2, 0), (2, 3)]
    """

    def count(number: int, outer: Sequence[int]) -> int:
        return -(-maps[number].positions(extent(number, outer)) // units[number])

    def walk(loop: int, outer: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if loop == len(loops):
            yield outer
            return
        for iteration in range(max(count(number, outer) for number in loops[loop])):
            moved = tuple(iteration * units[number] * maps[number].offset for number in loops[loop])
            yield from walk(loop + 1, outer + moved)

    return walk(0, ())

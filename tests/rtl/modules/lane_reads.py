"""Parameters of modules whose lanes share indices, for their benches."""

from rtlgen.modules import pack
from tests.random_tiles import literal


def shared_reads(lanes):
    """Parameters from the places of each lane, one an axis, and the axis and place of every index.

    Lanes that stand at one place of an axis use one index of it.
    """
    reads = {}
    for axis in range(len(lanes[0])):
        for places in lanes:
            reads.setdefault((axis, places[axis]), len(reads))
    uses = [reads[axis, place] for places in lanes for axis, place in enumerate(places)]
    parameters = {
        "READS": len(reads),
        "READ_AXIS": literal(pack((axis for axis, _ in reads), 8), 8 * len(reads)),
        "LANE_READS": literal(pack(uses, 16), 16 * len(uses)),
    }
    return parameters, list(reads)

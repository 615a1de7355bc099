# What crosses the boundary: statuses, and the columns of hardware points and results. Included by _core.pyx.

cdef enum:
    STATUS_OK = 0
    STATUS_OVERFLOW = 1
    STATUS_BAD_POINT = 2
    STATUS_REPEATED = 3
    STATUS_MISSING = 4
    STATUS_UNPROVEN = 5

OK = STATUS_OK
OVERFLOW = STATUS_OVERFLOW
BAD_POINT = STATUS_BAD_POINT
REPEATED = STATUS_REPEATED      # of a nest: some MAC is computed more than once
MISSING = STATUS_MISSING        # some MAC is never computed
UNPROVEN = STATUS_UNPROVEN      # its legality is too large to check

#: Columns of the hardware array: one row per point.
POINT_FIELDS = (
    "vector_width", "lane_0", "lane_1", "lane_2", "lane_3", "lane_4", "lane_5", "lane_6", "lane_7",
    "noc_bandwidth_bytes_per_cycle", "dram_bandwidth_bytes_per_cycle", "noc_latency_cycles",
    "dram_latency_cycles", "l2_bytes", "bits_W", "bits_I", "bits_O",
    "work_trillionths", "microbits_W", "microbits_I", "microbits_O",
)

#: Columns of the result array.
RESULT_FIELDS = (
    "steps", "macs", "pe_steps",
    "l1_fill_W", "l1_fill_I", "l1_drain_O", "l2_read_W", "l2_read_I", "l2_write_O", "l2_read_O",
    "l1_tile_W", "l1_tile_I", "l1_tile_O", "l1_bytes_required",
    "l2_tiles", "l2_tile_W", "l2_tile_I", "l2_tile_O", "l2_bytes_required",
    "dram_read_W", "dram_read_I", "dram_write_O", "dram_read_O",
    "compute_cycles", "ingress_beats", "egress_beats", "dram_in_beats", "dram_out_beats",
    "cycles_onchip", "cycles_coarse", "cycles",
)

cdef enum:
    N_POINT = 21
    N_RESULT = 31


cdef bint possible(const int64_t* point) noexcept nogil:
    """Whether every hardware number is within its bounds."""
    cdef int i
    for i in range(9, 17):
        if point[i] < (1 if i != 11 and i != 12 and i != 13 else 0 if i != 13 else -1):
            return False
    if point[0] < 0 or not 0 < point[17] <= TRILLION:
        return False
    for i in range(18, 21):
        if point[i] < 0:
            return False
    for i in range(1, 9):
        if point[0] == 0 and point[i] < 1:
            return False
    return True

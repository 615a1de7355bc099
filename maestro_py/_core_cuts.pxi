# Cuts: which loops are outside L2 tiles, and what DRAM then carries. Included by _core.pyx.


cdef void fill_cut(Dag* dag, int cut) noexcept nogil:
    """DRAM traffic of every transition when the first `cut` loops are outside."""
    cdef CutTables* tables = &dag.cuts[cut]
    cdef vector[int] numbers, depth_of
    cdef size_t g, i
    cdef int t, j
    cdef i128 moved[3]
    if tables.ready:
        return
    tables.ready = True
    depth_of.assign(dag.nest.groups.size(), 0)
    for j in range(cut):
        depth_of[dag.nest.loop_group[j]] += 1
    numbers.resize(dag.nest.groups.size())
    tables.traffic.resize(3 * dag.transitions.size())
    tables.tiles = 1
    for t in range(3):
        moved[t] = 0
    for i in range(dag.transitions.size()):
        if dag.transitions[i].loop >= cut:
            continue
        if dag.transitions[i].loop >= 0:
            tables.tiles += dag.transition_times[i]
        for t in range(3):
            if (<int>i == dag.initial and t == 2) or (<int>i == dag.final and t != 2):
                continue
            for g in range(dag.nest.groups.size()):
                numbers[g] = dag.analysed[g].transitions[dag.transitions[i].groups[g]].l2[3 * depth_of[g] + t]
            combine_traffic(dag, t, numbers, True, &tables.traffic[3 * i + t])
            moved[t] += <i128>dag.transition_times[i] * tables.traffic[3 * i + t].moved
    for t in range(3):
        tables.moved[t] = fit(moved[t], &dag.overflow)


cdef void largest_l2_tiles(Dag* dag, int cut, i64* tile) noexcept nogil:
    """Largest L2 tile of each tensor, in elements."""
    cdef int t, j
    cdef size_t g
    cdef vector[int] depth_of
    depth_of.assign(dag.nest.groups.size(), 0)
    for j in range(cut):
        depth_of[dag.nest.loop_group[j]] += 1
    for t in range(3):
        tile[t] = constant_volume(dag, t)
        for g in range(dag.nest.groups.size()):
            tile[t] = checked_multiply(tile[t], dag.analysed[g].l2_largest[depth_of[g]][t], &dag.overflow)


cdef int choose_cut(Dag* dag, const int64_t* point, i64* tile, i64* required) noexcept nogil:
    """Outermost cut whose L2 tiles fit, else all loops outside (SEMANTICS 3)."""
    cdef int cut, t
    cdef i64 l2_bytes = point[13], copies
    for cut in range(0 if l2_bytes >= 0 else dag.nest.n_loops, dag.nest.n_loops + 1):
        largest_l2_tiles(dag, cut, tile)
        copies = 1 if count_tiles(dag, cut) == 1 else 2
        required[0] = 0
        for t in range(3):
            required[0] += copies * ceil_div(checked_multiply(tile[t], point[14 + t], &dag.overflow), 8)
        if cut == dag.nest.n_loops or required[0] <= l2_bytes:
            return cut
    return dag.nest.n_loops


cdef i64 count_tiles(const Dag* dag, int cut) noexcept nogil:
    """L2 tiles of a cut."""
    cdef i64 tiles = 1
    cdef size_t i
    for i in range(dag.transitions.size()):
        if 0 <= dag.transitions[i].loop < cut:
            tiles += dag.transition_times[i]
    return tiles

# Many hardware points on one planned nest. Included by _core.pyx.

cdef struct Points:             # a selection of hardware points, filled up to whole lanes with the first
    size_t n                    # points
    size_t rows                 # rows of lanes
    vector[int] index           # where the point stands among all
    vector[const int64_t*] row
    vector[double] noc_bits     # bits that a beat carries, and one divided by it
    vector[double] noc_inverse
    vector[double] dram_bits
    vector[double] dram_inverse
    vector[double] noc_latency
    vector[double] dram_latency
    vector[double] bits[3]
    vector[double] width
    vector[double] width_inverse
    vector[double] one
    bint lanes                  # some point has lanes per dimension

cdef struct Scratch:            # what is found of one nest, `rows` of lanes each
    vector[double] beats[3]
    vector[double] ingress      # beats with latency, per pair of amounts
    vector[double] egress
    vector[double] dram_in
    vector[double] dram_out
    vector[double] compute      # per class
    vector[double] own          # per kind of L2 tile
    vector[double] fields[N_RESULT]


cdef void select_points(const int64_t* points, const vector[int]& which, Points* out) noexcept nogil:
    """Gather points into lanes."""
    cdef size_t p, rows, lanes
    cdef const int64_t* point
    cdef int t
    out.n = which.size()
    out.rows = (out.n + LANES - 1) // LANES
    lanes = out.rows * LANES
    out.index = which
    out.row.resize(lanes)
    out.noc_bits.resize(lanes)
    out.noc_inverse.resize(lanes)
    out.dram_bits.resize(lanes)
    out.dram_inverse.resize(lanes)
    out.noc_latency.resize(lanes)
    out.dram_latency.resize(lanes)
    out.width.resize(lanes)
    out.width_inverse.resize(lanes)
    out.one.assign(lanes, 1)
    out.lanes = False
    for t in range(3):
        out.bits[t].resize(lanes)
    for p in range(lanes):
        point = points + N_POINT * which[p if p < out.n else 0]
        out.row[p] = point
        out.noc_bits[p] = 8.0 * <double>point[9]
        out.noc_inverse[p] = 1.0 / out.noc_bits[p]
        out.dram_bits[p] = 8.0 * <double>point[10]
        out.dram_inverse[p] = 1.0 / out.dram_bits[p]
        out.noc_latency[p] = <double>point[11]
        out.dram_latency[p] = <double>point[12]
        for t in range(3):
            out.bits[t][p] = <double>point[14 + t]
        out.width[p] = <double>max(point[0], 1)
        out.width_inverse[p] = 1.0 / out.width[p]
        out.lanes = out.lanes or point[0] == 0


cdef double lanes_cycles(const Plan* plan, const vector[const Record*]& records, const i64* sizes, int n_dims,
                         const LeafKind* leaf, const int64_t* point) noexcept nogil:
    """Cycles of a step with lanes per dimension, see `lanes_of_step`."""
    cdef double cycles = 1, largest, product
    cdef const Record* r
    cdef int d
    cdef size_t g, e
    if leaf.idle:
        return 1
    for d in range(n_dims):
        if plan.constant[d]:
            cycles *= <double>ceil_div(sizes[d], point[1 + d])
    for g in range(records.size()):
        r = records[g]
        e = 0 if leaf.groups[g] == 0 else r.extents_end[leaf.groups[g] - 1]
        largest = 0
        while e < <size_t>r.extents_end[leaf.groups[g]]:
            product = 1
            for d in range(r.n_dims):
                product *= <double>ceil_div(r.extents[e + d], point[1 + r.dims[d]])
            largest = max(largest, product)
            e += r.n_dims
        cycles *= largest
    return cycles


cdef void compute_rows(const Plan* plan, const double* v, const vector[const Record*]& records, const i64* sizes,
                       int n_dims, const Points* points, vector[double]& out) noexcept nogil:
    """Cycles of every class of steps."""
    cdef size_t lanes = points.rows * LANES, k, p
    cdef const int64_t* point
    out.resize(plan.largest.size() * lanes)
    divide_up(plan.largest.data(), plan.largest.size(), v, points.one.data(), points.width.data(),
              points.width_inverse.data(), out.data(), points.rows)
    if points.lanes:
        for k in range(plan.largest.size()):
            for p in range(lanes):
                point = points.row[p]
                if point[0] > 0:
                    continue
                if p > 0 and memcmp(point, points.row[p - 1], 9 * sizeof(int64_t)) == 0:
                    out[k * lanes + p] = out[k * lanes + p - 1]
                else:
                    out[k * lanes + p] = lanes_cycles(plan, records, sizes, n_dims,
                                                      &plan.leaves[plan.compute_leaf[k]], point)
    for p in range(out.size()):
        out[p] = max(out[p], 1.0)


cdef void channel_rows(const Flow* flow, const double* v, const Points* points, const double* per,
                       const double* inverse, const double* latency, Scratch* s, vector[double]& inward,
                       vector[double]& outward, double* total_in, double* total_out) noexcept nogil:
    """Beats of every amount, what arrives with latency, and the sums of beats."""
    cdef size_t lanes = points.rows * LANES
    cdef int t
    for t in range(3):
        s.beats[t].resize(flow.amounts[t].size() * lanes)
        divide_up(flow.amounts[t].data(), flow.amounts[t].size(), v, points.bits[t].data(), per, inverse,
                  s.beats[t].data(), points.rows)
        add_times(flow.times[t].data(), flow.times[t].size(), v, s.beats[t].data(), total_out if t == 2 else total_in,
                  points.rows)
    inward.resize(flow.inward.size() * lanes)
    arrive(flow.inward.data(), flow.inward.size(), s.beats[0].data(), s.beats[1].data(), latency, inward.data(),
           points.rows)
    outward.resize(flow.outward.size() * lanes)
    arrive(flow.outward.data(), flow.outward.size(), s.beats[2].data(), s.beats[2].data(), latency, outward.data(),
           points.rows)


cdef bint evaluate_points(const Plan* plan, int cut, const double* v, const vector[const Record*]& records,
                          const i64* sizes, int n_dims, const Points* points, Scratch* s) noexcept nogil:
    """Fields that depend on hardware numbers besides the cut, for one nest; False if coarse time is too large."""
    cdef const CutPlan* tiles = &plan.cuts[cut]
    cdef size_t lanes = points.rows * LANES, k, p
    cdef double* total
    cdef const double* first
    cdef const double* last
    for k in range(23, 28):
        s.fields[k].assign(lanes, 0)
    compute_rows(plan, v, records, sizes, n_dims, points, s.compute)
    add_times(plan.compute_times.data(), plan.compute_times.size(), v, s.compute.data(), s.fields[23].data(),
              points.rows)
    channel_rows(&plan.noc, v, points, points.noc_bits.data(), points.noc_inverse.data(), points.noc_latency.data(), s,
                 s.ingress, s.egress, s.fields[24].data(), s.fields[25].data())
    channel_rows(&tiles.dram, v, points, points.dram_bits.data(), points.dram_inverse.data(),
                 points.dram_latency.data(), s, s.dram_in, s.dram_out, s.fields[26].data(), s.fields[27].data())
    s.own.resize(tiles.kinds.size() * lanes)
    for k in range(tiles.kinds.size()):
        if tiles.kinds[k].compute >= 0:
            memcpy(&s.own[k * lanes], &s.compute[tiles.kinds[k].compute * lanes], lanes * sizeof(double))
        else:
            sum_steps(tiles.kinds[k].steps.data(), tiles.kinds[k].steps.size(), v, s.compute.data(), s.ingress.data(),
                      s.egress.data(), &s.own[k * lanes], points.rows)
    first = &s.dram_in[tiles.dram.inward_of[plan.initial] * lanes]
    last = &s.dram_out[tiles.dram.outward_of[plan.final] * lanes]
    s.fields[29].resize(lanes)
    total = s.fields[29].data()
    for p in range(lanes):
        total[p] = first[p] + last[p]
    sum_tiles(tiles.terms.data(), tiles.terms.size(), v, s.own.data(), s.ingress.data(), s.egress.data(),
              s.dram_in.data(), s.dram_out.data(), total, points.rows)
    for p in range(lanes):
        if total[p] >= EXACT:
            return False
    return True

# One hardware point on a compiled nest: beats, cycles of steps, and time. Included by _core.pyx.

cdef struct Channel:
    i64 bandwidth
    i64 bits[3]
    i64 microbits[3]
    int overflow
    vector[i64] inward
    vector[i64] outward
    i64 total_in
    i64 total_out

cdef struct Meter:              # what is kept from one hardware point to the next
    vector[Memory] memories
    i64 stamp
    bint onchip_known
    i64 onchip
    int64_t onchip_point[N_POINT]
    Channel noc
    vector[Channel] dram        # per cut
    vector[i64] zeros
    vector[i64] compute
    vector[i64] late_in         # beats with latency
    vector[i64] late_out
    vector[i64] late_dram_in
    vector[i64] late_dram_out


cdef void reset_meter(Meter* meter, const Dag* dag) noexcept nogil:
    """Forget the nest before."""
    cdef size_t i
    meter.dram.clear()
    meter.dram.resize(dag.nest.n_loops + 1)
    for i in range(meter.dram.size()):
        meter.dram[i].bandwidth = 0
    meter.noc.bandwidth = 0
    meter.memories.clear()
    meter.memories.resize(dag.nodes.size())
    for i in range(meter.memories.size()):
        meter.memories[i].stamp = 0
    meter.stamp = 0
    meter.onchip_known = False
    meter.zeros.assign(dag.transitions.size(), 0)


cdef void fill_channel(Dag* dag, Channel* channel, i64 bandwidth, const int64_t* bits, const i64* microbits,
                       int cut) noexcept nogil:
    """Fill a channel's beats per transition; `cut` < 0 is the NoC. Kept until a number changes.

    `microbits` of an element that is not compressed are 0.
    """
    cdef size_t i
    cdef int t
    cdef const Traffic* traffic
    cdef i64 beats
    cdef i128 total_in = 0, total_out = 0
    if channel.bandwidth == bandwidth and channel.bits[0] == bits[0] and channel.bits[1] == bits[1] and (
            channel.bits[2] == bits[2]) and (
            memcmp(channel.microbits, microbits, sizeof(channel.microbits)) == 0):
        return
    channel.bandwidth = bandwidth
    channel.overflow = 0
    channel.inward.assign(dag.transitions.size(), 0)
    channel.outward.assign(dag.transitions.size(), 0)
    for t in range(3):
        channel.bits[t] = bits[t]
        channel.microbits[t] = microbits[t]
    for i in range(dag.transitions.size()):
        if cut >= 0 and dag.transitions[i].loop >= cut:
            continue
        for t in range(3):
            if (<int>i == dag.initial and t == 2) or (<int>i == dag.final and t != 2):
                continue
            traffic = &dag.transitions[i].held[t] if cut < 0 else &dag.cuts[cut].traffic[3 * i + t]
            if microbits[t] > 0 and dag.nest.inner[t] < 0:
                beats = share_of(traffic.carried, microbits[t], 8 * MILLION, bandwidth, &channel.overflow)
            else:
                beats = beats_of(traffic, dag.nest.inner[t] >= 0, bits[t], bandwidth, &channel.overflow)
            if t == 2:
                channel.outward[i] += beats
            else:
                channel.inward[i] += beats
        total_in += <i128>channel.inward[i] * dag.transition_times[i]
        total_out += <i128>channel.outward[i] * dag.transition_times[i]
    channel.total_in = fit(total_in, &channel.overflow)
    channel.total_out = fit(total_out, &channel.overflow)


cdef i64 lanes_of_step(const Dag* dag, const LeafKind* kind, i64 constant, const int64_t* point,
                       int* overflow) noexcept nogil:
    """Cycles of a step with lanes per dimension; `constant` are those of the dimensions of no group."""
    cdef i64 cycles = constant, largest, product
    cdef const Leaf* leaf
    cdef size_t g, e
    cdef int d
    for g in range(dag.nest.groups.size()):
        leaf = &dag.analysed[g].leaves[kind.groups[g]]
        largest = 0
        e = 0
        while e < leaf.extents.size():
            product = 1
            for d in range(dag.nest.groups[g].n_dims):
                product *= ceil_div(leaf.extents[e + d], point[1 + dag.nest.groups[g].dims[d]])
            largest = max(largest, product)
            e += dag.nest.groups[g].n_dims
        cycles = checked_multiply(cycles, largest, overflow)
    return cycles


cdef i64 compute_steps(const Dag* dag, Meter* meter, const int64_t* point, int* overflow) noexcept nogil:
    """Cycles of every kind of step; returns their sum over all steps."""
    cdef size_t i
    cdef int d
    cdef i64 cycles
    cdef i128 total = 0
    cdef i64 constant = 1
    meter.compute.resize(dag.leaves.size())
    for d in range(dag.nest.n_dims):
        if dag.nest.constant[d]:
            constant = checked_multiply(constant, ceil_div(dag.nest.sizes[d], point[1 + d]), overflow)
    for i in range(dag.leaves.size()):
        cycles = 1
        if dag.leaves[i].idle:
            pass
        elif point[0] > 0:
            cycles = dag.leaves[i].largest_macs
        else:
            cycles = lanes_of_step(dag, &dag.leaves[i], constant, point, overflow)
        if point[17] < TRILLION:
            cycles = share_of(cycles, point[17], TRILLION, max(point[0], 1), overflow)
        elif point[0] > 0 and not dag.leaves[i].idle:
            cycles = ceil_div(cycles, point[0])
        meter.compute[i] = max(cycles, 1)
        total += <i128>meter.compute[i] * dag.leaf_times[i]
    return fit(total, overflow)


cdef void arrivals(const vector[i64]& beats, i64 latency, vector[i64]& out) noexcept nogil:
    """Beats with latency, where there are beats."""
    cdef size_t i
    out.resize(beats.size())
    for i in range(beats.size()):
        out[i] = beats[i] + latency if beats[i] else 0


cdef bint same_onchip(const Meter* meter, const int64_t* point) noexcept nogil:
    """Whether nothing that on-chip time depends on has changed since it was last computed."""
    cdef int i
    if not meter.onchip_known:
        return False
    for i in range(N_POINT):
        if point[i] != meter.onchip_point[i] and i != 10 and i != 12 and i != 13:
            return False
    return True


cdef int count_point(Dag* dag, const int64_t* point, int64_t* result, int* overflow) noexcept nogil:
    """Counts of a point; returns its cut."""
    cdef int t, cut
    cdef i64 tile[3]
    cdef i64 required = 0
    for t in range(N_RESULT):
        result[t] = dag.base[t]
    for t in range(3):
        result[13] += 2 * ceil_div(checked_multiply(dag.base[10 + t], point[14 + t], overflow), 8)
    cut = choose_cut(dag, point, tile, &required)
    fill_cut(dag, cut)
    result[14] = dag.cuts[cut].tiles
    for t in range(3):
        result[15 + t] = tile[t]
        result[19 + t] = dag.cuts[cut].moved[t]
    result[18] = required
    result[22] = result[21] - dag.output_size
    return cut


cdef void fill_channels(Dag* dag, Meter* meter, const int64_t* point, int cut, int64_t* result) noexcept nogil:
    """Beats of the NoC and of DRAM."""
    cdef i64 microbits[3]
    microbits[0], microbits[1], microbits[2] = point[18], point[19], 0
    fill_channel(dag, &meter.noc, point[9], point + 14, microbits, -1)
    microbits[2] = point[20] if result[22] <= 0 else 0
    fill_channel(dag, &meter.dram[cut], point[10], point + 14, microbits, cut)
    result[24] = meter.noc.total_in
    result[25] = meter.noc.total_out
    result[26] = meter.dram[cut].total_in
    result[27] = meter.dram[cut].total_out


cdef i64 coarse_time(const Dag* dag, Meter* meter, const Costs* costs, const Channel* dram) noexcept nogil:
    """Coarse time of the point whose beats and cycles of steps are known."""
    cdef CoarseCosts coarse
    cdef Chain chain
    arrivals(meter.noc.inward, costs.noc_latency, meter.late_in)
    arrivals(meter.noc.outward, costs.noc_latency, meter.late_out)
    arrivals(dram.inward, costs.dram_latency, meter.late_dram_in)
    arrivals(dram.outward, costs.dram_latency, meter.late_dram_out)
    coarse.k = costs
    coarse.ingress = meter.late_in.data()
    coarse.egress = meter.late_out.data()
    coarse.dram_in = meter.late_dram_in.data()
    coarse.dram_out = meter.late_dram_out.data()
    chain = chain_of(&coarse, dag.root, True)
    return (meter.late_dram_in[dag.initial] + close_chain(&coarse, True, &chain, dag.initial, dag.final)
            + meter.late_dram_out[dag.final])


cdef i64 run_fine(const Dag* dag, Meter* meter, Costs* costs, const vector[i64]& dram_in, const vector[i64]& dram_out,
                  int* overflow) noexcept nogil:
    """Fine time with given beats of DRAM."""
    costs.dram_in = dram_in.data()
    costs.dram_out = dram_out.data()
    costs.memories = meter.memories.data()
    meter.stamp += 1
    costs.stamp = meter.stamp
    return fine_time(costs, dag.root, dag.initial, dag.final, overflow)


cdef i64 onchip_time(const Dag* dag, Meter* meter, Costs* costs, const int64_t* point, int* overflow) noexcept nogil:
    """Fine time without DRAM."""
    if not same_onchip(meter, point):
        costs.cut = 0
        meter.onchip = run_fine(dag, meter, costs, meter.zeros, meter.zeros, overflow)
        memcpy(meter.onchip_point, point, sizeof(meter.onchip_point))
        meter.onchip_known = overflow[0] == 0
    return meter.onchip


cdef int evaluate_point(Dag* dag, Meter* meter, const int64_t* point, int64_t* result, bint fine) noexcept nogil:
    """Fill the results of one hardware point; returns its status."""
    cdef int cut, overflow = 0
    cdef Costs costs
    cdef const Channel* dram
    if not possible(point):
        return STATUS_BAD_POINT
    cut = count_point(dag, point, result, &overflow)
    fill_channels(dag, meter, point, cut, result)
    result[23] = compute_steps(dag, meter, point, &overflow)
    dram = &meter.dram[cut]
    costs.nodes = dag.nodes.data()
    costs.compute = meter.compute.data()
    costs.ingress = meter.noc.inward.data()
    costs.egress = meter.noc.outward.data()
    costs.loops = dag.transition_loops.data()
    costs.noc_latency = point[11]
    costs.dram_latency = point[12]
    costs.cut = cut
    result[29] = coarse_time(dag, meter, &costs, dram)
    if fine:
        result[30] = run_fine(dag, meter, &costs, dram.inward, dram.outward, &overflow)
        result[28] = onchip_time(dag, meter, &costs, point, &overflow)
    if overflow or dag.overflow or meter.noc.overflow or dram.overflow:
        return STATUS_OVERFLOW
    return STATUS_OK

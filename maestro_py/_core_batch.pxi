# Batches: up to LANES nests of one plan on all hardware points, and the fields that are asked for.
# Included by _core.pyx.

cdef struct Hardware:                   # the points of a call
    const int64_t* rows
    vector[int] good                    # those that are possible
    Points all_points                   # the same
    Points some_points                  # a selection of them
    double largest_bits
    double largest_latency
    bint plain                          # plans cover them all

cdef struct Answers:                    # which fields are asked for, and where they go
    const int64_t* nest_fields
    size_t n_nest_fields
    const int64_t* point_fields
    size_t n_point_fields
    size_t n_points
    int64_t* nest_results
    int64_t* point_results

cdef struct Batch:                      # nests of a plan, one in each lane
    Found* nests[LANES]
    size_t n
    vector[vector[int]] cuts            # per nest, of every possible point

cdef struct Planned:                    # one nest of a batch with one cut
    const Plan* plan
    int cut
    const double* v                     # its lane of the plan's slots
    i64 counts[13]
    i64 output_size
    const Points* points                # those with that cut, and what was found for them
    const Scratch* scratch


cdef void read_hardware(Hardware* out, const int64_t* rows, size_t n, int64_t[::1] status) noexcept nogil:
    """Find the possible points, and whether plans cover them."""
    cdef const int64_t* point
    cdef size_t p
    cdef int i
    out.rows = rows
    out.good.clear()
    out.plain = True
    out.largest_bits = out.largest_latency = 1
    for p in range(n):
        point = rows + N_POINT * p
        status[p] = STATUS_OK if possible(point) else STATUS_BAD_POINT
        if status[p] != STATUS_OK:
            continue
        out.good.push_back(<int>p)
        for i in range(17):
            out.plain = out.plain and point[i] < FAR
        out.plain = out.plain and point[17] == TRILLION
        for i in range(18, N_POINT):
            out.plain = out.plain and point[i] == 0
        for i in range(11, 13):
            out.largest_latency = max(out.largest_latency, <double>point[i])
        for i in range(14, 17):
            out.largest_bits = max(out.largest_bits, <double>point[i])
    if out.good.size():
        select_points(rows, out.good, &out.all_points)


cdef bint same_l2(const int64_t* a, const int64_t* b) noexcept nogil:
    """Whether two points have the L2 and the bits that the cut depends on."""
    cdef int i
    for i in range(13, 17):
        if a[i] != b[i]:
            return False
    return True


cdef int planned_cut(const Plan* plan, const double* v, const int64_t* point, i64* required) noexcept nogil:
    """Outermost cut whose L2 tiles fit, see `choose_cut`."""
    cdef int cut, t
    cdef i64 copies
    for cut in range(0 if point[13] >= 0 else plan.n_loops, plan.n_loops + 1):
        copies = 1 if v[LANES * plan.n_tiles[cut]] == 1 else 2
        required[0] = 0
        for t in range(3):
            required[0] += copies * ceil_div(<i64>v[LANES * plan.l2_tiles[3 * cut + t]] * point[14 + t], 8)
        if cut == plan.n_loops or required[0] <= point[13]:
            return cut
    return plan.n_loops


cdef void fill_plan(const Stock* stock, Plan* plan, const Numerics* numerics, const Batch* batch,
                    bint remember) noexcept nogil:
    """Load the groups' numbers of some nests into lanes, and run."""
    cdef size_t lane, b, g, i
    cdef const Stored* stored
    cdef double* v = plan.values.data()
    for lane in range(batch.n):
        g = 0
        for b in range(stock.outline.bases.size()):
            if batch.nests[lane].records[b] == NOT_MOVING:
                continue
            stored = &stock.records[batch.nests[lane].records[b]]
            if not remember or plan.loaded[LANES * g + lane] != stored.serial:
                for i in range(numerics.loads[g].size()):
                    v[LANES * numerics.loads[g][i].slot + lane] = stored.record.numbers[numerics.loads[g][i].number]
                if remember:
                    plan.loaded[LANES * g + lane] = stored.serial
            g += 1
    run_ops(numerics.ops.data(), numerics.ops.size(), v)


cdef void choose_cuts(const Stock* stock, Plan* plan, const Hardware* hardware, Batch* batch) noexcept nogil:
    """Choose the cut of every nest and possible point; draws and fills the cuts that occur."""
    cdef Drawing drawing
    cdef vector[int] done
    cdef const int64_t* point
    cdef const int64_t* before = NULL
    cdef i64 required
    cdef size_t lane, k
    cdef int cut = 0
    done.assign(plan.n_loops + 1, 0)
    batch.cuts.assign(batch.n, vector[int]())
    for lane in range(batch.n):
        for k in range(hardware.good.size()):
            point = hardware.rows + N_POINT * hardware.good[k]
            if k == 0 or not same_l2(point, before):
                cut = planned_cut(plan, plan.values.data() + lane, point, &required)
            before = point
            batch.cuts[lane].push_back(cut)
            if done[cut]:
                continue
            done[cut] = 1
            if not plan.cuts[cut].ready:
                drawing.plan = plan
                drawing.skeletons = &stock.skeletons
                draw_cut(&drawing, cut)
            fill_plan(stock, plan, &plan.cuts[cut].numerics, batch, False)


cdef void planned_counts(const Plan* plan, const double* v, i64 output_size, i64* counts) noexcept nogil:
    """Fields that depend on no hardware number."""
    cdef int t
    cdef size_t i
    cdef double largest
    counts[0] = <i64>v[LANES * plan.steps]
    counts[1] = <i64>v[LANES * plan.macs]
    counts[2] = <i64>v[LANES * plan.pe_steps]
    for t in range(3):
        counts[3 + t] = <i64>v[LANES * plan.moved[t]]
        counts[6 + t] = <i64>v[LANES * plan.carried[t]]
        largest = 0
        for i in range(plan.tiles[t].size()):
            largest = max(largest, v[LANES * plan.tiles[t][i]])
        counts[10 + t] = <i64>largest
    counts[9] = counts[8] - output_size


cdef double least_sum(const Plan* plan, const Hardware* hardware, int cut, const double* v) noexcept nogil:
    """At least what any sum of the plan comes to, besides those of computing; sums only grow."""
    cdef double total = v[LANES * plan.steps] * (1 + hardware.largest_latency) + v[LANES * plan.macs]
    cdef int t
    for t in range(3):
        total += v[LANES * plan.moved[t]]
        total += (v[LANES * plan.carried[t]] + v[LANES * plan.cuts[cut].moved[t]]) * hardware.largest_bits
    return total


cdef i64 bytes_required(const Planned* d, int field, size_t p) noexcept nogil:
    """Bytes that L1 (field 13) or L2 (18) needs on a point."""
    cdef i64 required = 0
    cdef int t
    if field == 18:
        planned_cut(d.plan, d.v, d.points.row[p], &required)
    else:
        for t in range(3):
            required += 2 * ceil_div(d.counts[10 + t] * d.points.row[p][14 + t], 8)
    return required


cdef i64 nest_value(const Planned* d, int field) noexcept nogil:
    """A field that is the same on all points with the same cut."""
    cdef const CutPlan* tiles = &d.plan.cuts[d.cut]
    if field < 13:
        return d.counts[field]
    if field == 14:
        return <i64>d.v[LANES * d.plan.n_tiles[d.cut]]
    if field < 18:
        return <i64>d.v[LANES * d.plan.l2_tiles[3 * d.cut + field - 15]]
    if field < 22:
        return <i64>d.v[LANES * tiles.moved[field - 19]]
    return <i64>d.v[LANES * tiles.moved[2]] - d.output_size


cdef i64 first_value(const Planned* d, int field) noexcept nogil:
    """A field on the first point."""
    if field >= 23:
        return <i64>d.scratch.fields[field][0]
    if field == 13 or field == 18:
        return bytes_required(d, field, 0)
    return nest_value(d, field)


cdef void write_points(const Planned* d, int field, int64_t* out) noexcept nogil:
    """Write a field on all points."""
    cdef const double* found
    cdef size_t p
    cdef i64 value
    if field >= 23:
        found = d.scratch.fields[field].data()
        for p in range(d.points.n):
            out[d.points.index[p]] = <i64>found[p]
    elif field == 13 or field == 18:
        for p in range(d.points.n):
            out[d.points.index[p]] = bytes_required(d, field, p)
    else:
        value = nest_value(d, field)
        for p in range(d.points.n):
            out[d.points.index[p]] = value


cdef const Points* points_with_cut(Hardware* hardware, const vector[int]& cuts, int cut) noexcept nogil:
    """The possible points that have a cut; NULL for none."""
    cdef vector[int] which
    cdef size_t k
    for k in range(hardware.good.size()):
        if cuts[k] == cut:
            which.push_back(hardware.good[k])
    if which.size() == 0:
        return NULL
    if which.size() == hardware.good.size():
        return &hardware.all_points
    select_points(hardware.rows, which, &hardware.some_points)
    return &hardware.some_points


cdef bint evaluate_planned(const Stock* stock, const Plan* plan, Hardware* hardware, const Batch* batch, size_t lane,
                           Scratch* scratch, const Answers* answers) noexcept nogil:
    """Evaluate one nest of a batch on all points; False if a number of it may be too large for a plan."""
    cdef const Found* found = batch.nests[lane]
    cdef const Nest* nest = &stock.dag.nest
    cdef vector[const Record*] records
    cdef Planned d
    cdef size_t b, f
    cdef int cut
    d.plan = plan
    d.v = plan.values.data() + lane
    d.output_size = stock.outline.output_size
    d.scratch = scratch
    planned_counts(plan, d.v, d.output_size, d.counts)
    for b in range(stock.outline.bases.size()):
        if found.records[b] != NOT_MOVING:
            records.push_back(&stock.records[found.records[b]].record)
    for cut in range(plan.n_loops + 1):
        d.cut = cut
        d.points = points_with_cut(hardware, batch.cuts[lane], cut)
        if d.points == NULL:
            continue
        if least_sum(plan, hardware, cut, d.v) >= EXACT or not evaluate_points(
                plan, cut, d.v, records, nest.sizes, nest.n_dims, d.points, scratch):
            return False
        for f in range(answers.n_point_fields):
            write_points(&d, <int>answers.point_fields[f],
                         answers.point_results + (found.row * answers.n_point_fields + f) * answers.n_points)
        if d.points.index[0] == hardware.good[0]:
            for f in range(answers.n_nest_fields):
                answers.nest_results[found.row * answers.n_nest_fields + f] = first_value(
                    &d, <int>answers.nest_fields[f])
    return True


cdef void evaluate_batch(const Stock* stock, Plan* plan, Hardware* hardware, Batch* batch, Scratch* scratch,
                         const Answers* answers) noexcept nogil:
    """Evaluate the nests of a batch; those that a plan does not cover are marked."""
    cdef size_t lane
    fill_plan(stock, plan, &plan.numerics, batch, True)
    choose_cuts(stock, plan, hardware, batch)
    for lane in range(batch.n):
        if not evaluate_planned(stock, plan, hardware, batch, lane, scratch, answers):
            batch.nests[lane].plan = SLOWLY

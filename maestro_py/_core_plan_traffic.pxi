# What passes the NoC and DRAM, drawn into a plan. Included by _core.pyx.

cdef string prefix_key(int tensor, const vector[int]& classes, size_t n) noexcept nogil:
    cdef string key
    cdef size_t g
    append_key(key, tensor)
    for g in range(n):
        append_key(key, classes[g])
    return key


cdef Outcomes outcomes_of(Drawing* d, int tensor, const vector[int]& atoms, size_t n) noexcept nogil:
    """Volumes by outcomes over the first `n` groups, see `shared_traffic`."""
    cdef Outcomes out, before
    cdef Sum sums[16]
    cdef string key
    cdef int k
    cdef size_t i
    cdef const Skeleton* s
    cdef unordered_map[string, Outcomes].iterator found
    for k in range(16):
        out.slots[k] = ZERO
        sums[k] = nothing_yet()
    if n == 0:
        out.slots[ALL_SAME] = d.plan.factor[tensor]
        return out
    key = prefix_key(tensor, atoms, n)
    found = d.outcomes.find(key)
    if found != d.outcomes.end():
        return dereference(found).second
    before = outcomes_of(d, tensor, atoms, n - 1)
    s = skeleton_of(d, <int>n - 1)
    for k in range(1, 16):
        if before.slots[k] == ZERO:
            continue
        for i in range(s.masks[atoms[n - 1]].size()):
            accumulate(d, &sums[next_outcomes(k, s.masks[atoms[n - 1]][i])], before.slots[k],
                       number_slot(d, <int>n - 1, s.summaries[atoms[n - 1]] + PER_SUMMARY + <int>i))
    for k in range(16):
        out.slots[k] = sums[k].slot
    d.outcomes[key] = out
    return out


cdef int union_slot(Drawing* d, int tensor, const vector[int]& atoms) noexcept nogil:
    """Elements that move, each once: `shared_traffic` for ideal packing."""
    cdef size_t n = atoms.size(), i
    cdef Outcomes before = outcomes_of(d, tensor, atoms, n - 1)
    cdef const Skeleton* s = skeleton_of(d, <int>n - 1)
    cdef Sum moving = nothing_yet()
    cdef int k
    for k in range(1, 16):
        if before.slots[k] == ZERO:
            continue
        for i in range(s.masks[atoms[n - 1]].size()):
            if next_outcomes(k, s.masks[atoms[n - 1]][i]) & (FULL | ONE_FRESH):
                accumulate(d, &moving, before.slots[k],
                           number_slot(d, <int>n - 1, s.summaries[atoms[n - 1]] + PER_SUMMARY + <int>i))
    return moving.slot


cdef Sums sums_of(Drawing* d, int tensor, const vector[int]& summaries, size_t n) noexcept nogil:
    """Sums over PEs over the first `n` groups, see `summed_traffic`."""
    cdef Sums out, before
    cdef string key
    cdef int place, same
    cdef unordered_map[string, Sums].iterator found
    if n == 0:
        out.total = out.same = d.plan.factor[tensor]
        out.kept = nothing_yet()
        return out
    key = prefix_key(tensor, summaries, n)
    found = d.sums.find(key)
    if found != d.sums.end():
        return dereference(found).second
    before = sums_of(d, tensor, summaries, n - 1)
    place = skeleton_of(d, <int>n - 1).summaries[summaries[n - 1]]
    same = number_slot(d, <int>n - 1, place + 1)
    out.total = product(d, before.total, number_slot(d, <int>n - 1, place))
    out.same = product(d, before.same, same)
    out.kept = nothing_yet()
    accumulate(d, &out.kept, before.kept.slot, same)
    accumulate(d, &out.kept, before.same, number_slot(d, <int>n - 1, place + 2))
    d.sums[key] = out
    return out


cdef int moved_slot(Drawing* d, int tensor, const vector[int]& summaries) noexcept nogil:
    """Sum over PEs of what moves: `summed_traffic`."""
    cdef Sums all_groups = sums_of(d, tensor, summaries, summaries.size())
    cdef Sum moved = nothing_yet()
    accumulate(d, &moved, all_groups.total, UNIT)
    accumulate(d, &moved, all_groups.same, MINUS)
    accumulate(d, &moved, all_groups.kept.slot, MINUS)
    return moved.slot


cdef int summary_of(const Drawing* d, int transition, int group, int tensor, const int* depth_of) noexcept nogil:
    """Summary of a group at a transition: of the PEs, or of L2 below `depth_of` loops of the group."""
    cdef const GroupTransition* t = &skeleton_of(d, group).transitions[d.plan.moves[transition][group]]
    return t.held[tensor] if depth_of == NULL else t.l2[3 * depth_of[group] + tensor]


cdef int numbered(unordered_map[string, int]& known, const string& key, bint* is_new) noexcept nogil:
    """Number of a key; new ones are numbered from 1 on."""
    cdef unordered_map[string, int].iterator found = known.find(key)
    cdef int number
    is_new[0] = found == known.end()
    if not is_new[0]:
        return dereference(found).second
    number = <int>known.size() + 1
    known[key] = number
    return number


cdef int pair_number(vector[Pair]& pairs, int w, int i) noexcept nogil:
    cdef Pair pair
    cdef size_t k
    for k in range(pairs.size()):
        if pairs[k].w == w and pairs[k].i == i:
            return <int>k
    pair.w = w
    pair.i = i
    pairs.push_back(pair)
    return <int>pairs.size() - 1


cdef void draw_flow(Drawing* d, int cut, const int* depth_of, Flow* flow) noexcept nogil:
    """Different amounts that pass a channel, how often each, and which belong to every transition.

    `cut` < 0 is the NoC; else only transitions between L2 tiles count.
    """
    cdef Plan* plan = d.plan
    cdef unordered_map[string, int] known[3]
    cdef vector[Sum] times[3]
    cdef vector[int] classes
    cdef int amount[3]
    cdef int t, g, slot
    cdef size_t i
    cdef bint is_new
    cdef const Skeleton* s
    for t in range(3):
        flow.amounts[t].push_back(ZERO)
        times[t].push_back(nothing_yet())
    pair_number(flow.inward, 0, 0)
    pair_number(flow.outward, 0, 0)
    classes.resize(plan.n_groups)
    for i in range(plan.moves.size()):
        for t in range(3):
            amount[t] = 0
            if not plan.present[t] or (cut >= 0 and plan.loops[i] >= cut):
                continue
            if (<int>i == plan.initial and t == 2) or (<int>i == plan.final and t != 2):
                continue
            for g in range(plan.n_groups):
                s = skeleton_of(d, g)
                classes[g] = summary_of(d, <int>i, g, t, depth_of)
                classes[g] = s.same_atoms[classes[g]] if plan.shared[t] or cut >= 0 else s.same_sums[classes[g]]
            amount[t] = numbered(known[t], prefix_key(t, classes, classes.size()), &is_new)
            if is_new:
                slot = union_slot(d, t, classes) if plan.shared[t] or cut >= 0 else moved_slot(d, t, classes)
                flow.amounts[t].push_back(slot)
                times[t].push_back(nothing_yet())
            accumulate(d, &times[t][amount[t]], plan.times[i], UNIT)
        flow.inward_of.push_back(pair_number(flow.inward, amount[0], amount[1]))
        flow.outward_of.push_back(pair_number(flow.outward, amount[2], 0))
    for t in range(3):
        for i in range(times[t].size()):
            flow.times[t].push_back(times[t][i].slot)


cdef int total_slot(Drawing* d, const Flow* flow, int tensor) noexcept nogil:
    """All that passes."""
    cdef Sum total = nothing_yet()
    cdef size_t i
    for i in range(flow.amounts[tensor].size()):
        accumulate(d, &total, flow.times[tensor][i], flow.amounts[tensor][i])
    return total.slot


cdef void draw_moved(Drawing* d) noexcept nogil:
    """What PEs fetch and hand on, each by itself."""
    cdef Plan* plan = d.plan
    cdef unordered_map[string, int] known
    cdef vector[Sum] times
    cdef vector[int] classes, slots
    cdef Sum total
    cdef int t, g, k
    cdef size_t i
    cdef bint is_new
    classes.resize(plan.n_groups)
    for t in range(3):
        known.clear()
        times.clear()
        slots.clear()
        total = nothing_yet()
        for i in range(plan.moves.size()):
            if not plan.present[t] or (<int>i == plan.initial and t == 2) or (<int>i == plan.final and t != 2):
                continue
            for g in range(plan.n_groups):
                classes[g] = skeleton_of(d, g).same_sums[summary_of(d, <int>i, g, t, NULL)]
            k = numbered(known, prefix_key(t, classes, classes.size()), &is_new) - 1
            if is_new:
                slots.push_back(moved_slot(d, t, classes))
                times.push_back(nothing_yet())
            accumulate(d, &times[k], plan.times[i], UNIT)
        for i in range(slots.size()):
            accumulate(d, &total, times[i].slot, slots[i])
        plan.moved[t] = total.slot

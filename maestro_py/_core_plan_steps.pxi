# Steps and L2 tiles, drawn into a plan. Included by _core.pyx.

cdef int count_slot(Drawing* d, const Node* node, size_t item, int less) noexcept nogil:
    """Slot of an item's count, less 0, 1 or 2."""
    cdef int group = d.plan.loop_group[node.depth]
    if node.items[item].again < 0:
        return UNIT
    return number_slot(d, group, skeleton_of(d, group).items[node.driver] + PER_ITEM * <int>item + less)


cdef void draw_times(Drawing* d, vector[int]& leaf_times) noexcept nogil:
    """How often every transition and kind of step occurs, see `multiply_times`."""
    cdef Plan* plan = d.plan
    cdef vector[Sum] nodes, transitions
    cdef size_t n = plan.nodes.size(), i
    cdef const Node* node
    nodes.resize(n, nothing_yet())
    transitions.resize(plan.moves.size(), nothing_yet())
    leaf_times.resize(plan.leaves.size())
    nodes[plan.root].slot = UNIT
    accumulate(d, &transitions[plan.initial], UNIT, UNIT)
    accumulate(d, &transitions[plan.final], UNIT, UNIT)
    while n > 0:                        # children are numbered before their parents
        n -= 1
        node = &plan.nodes[n]
        if node.leaf >= 0:
            leaf_times[node.leaf] = nodes[n].slot
            continue
        for i in range(node.items.size()):
            accumulate(d, &nodes[node.items[i].child], nodes[n].slot, count_slot(d, node, i, 0))
            if node.items[i].again >= 0:
                accumulate(d, &transitions[node.items[i].again], nodes[n].slot, count_slot(d, node, i, 1))
            if node.items[i].following >= 0:
                accumulate(d, &transitions[node.items[i].following], nodes[n].slot, UNIT)
    for i in range(transitions.size()):
        plan.times.push_back(transitions[i].slot)


cdef int leaf_product(Drawing* d, const LeafKind* leaf, int start, int number) noexcept nogil:
    """Product over the groups of one number of their leaves."""
    cdef int g, slot = start
    for g in range(d.plan.n_groups):
        slot = product(d, slot, number_slot(d, g, skeleton_of(d, g).leaves[leaf.groups[g]] + number))
    return slot


cdef void draw_steps(Drawing* d) noexcept nogil:
    """Counts of steps, and classes of steps that compute alike."""
    cdef Plan* plan = d.plan
    cdef vector[int] leaf_times
    cdef vector[Sum] compute
    cdef unordered_map[string, int] classes
    cdef const LeafKind* leaf
    cdef Sum steps = nothing_yet(), macs = nothing_yet(), active = nothing_yet()
    cdef size_t i, g
    cdef int t, k, slot
    cdef bint is_new
    cdef string key
    draw_times(d, leaf_times)
    for i in range(plan.leaves.size()):
        leaf = &plan.leaves[i]
        accumulate(d, &steps, leaf_times[i], UNIT)
        key.clear()
        append_key(key, leaf.idle)
        for g in range(leaf.groups.size()):
            append_key(key, skeleton_of(d, <int>g).alike[leaf.groups[g]])
        k = numbered(classes, key, &is_new) - 1
        if is_new:
            slot = ZERO if leaf.idle else leaf_product(d, leaf, plan.constant_macs, LARGEST_BOX)
            plan.largest.push_back(slot)
            plan.compute_leaf.push_back(<int>i)
            compute.push_back(nothing_yet())
        plan.compute_of.push_back(k)
        accumulate(d, &compute[k], leaf_times[i], UNIT)
        if leaf.idle:
            continue
        accumulate(d, &macs, leaf_times[i], leaf_product(d, leaf, plan.constant_macs, 0))
        accumulate(d, &active, leaf_times[i], leaf_product(d, leaf, UNIT, 1))
        for t in range(3):
            if plan.present[t]:
                plan.tiles[t].push_back(leaf_product(d, leaf, plan.factor[t], 2 + t))
    for i in range(compute.size()):
        plan.compute_times.push_back(compute[i].slot)
    for t in range(3):
        sort(plan.tiles[t].begin(), plan.tiles[t].end())
        plan.tiles[t].resize(distinct(plan.tiles[t]))
    plan.steps = steps.slot
    plan.macs = macs.slot
    plan.pe_steps = active.slot


cdef size_t distinct(vector[int]& ordered) noexcept nogil:
    """Move the different numbers of an ascending list to its front."""
    cdef size_t i, n = 0
    for i in range(ordered.size()):
        if n == 0 or ordered[n - 1] != ordered[i]:
            ordered[n] = ordered[i]
            n += 1
    return n


# ---- L2 tiles --------------------------------------------------------------------------------------------

cdef void draw_l2_sizes(Drawing* d) noexcept nogil:
    """Number of L2 tiles and the largest of every cut."""
    cdef Plan* plan = d.plan
    cdef vector[int] depth_of
    cdef Sum tiles = nothing_yet()
    cdef int cut, t, g, slot
    cdef size_t i
    depth_of.assign(plan.n_groups, 0)
    tiles.slot = UNIT
    for cut in range(plan.n_loops + 1):
        if cut > 0:
            depth_of[plan.loop_group[cut - 1]] += 1
            for i in range(plan.loops.size()):
                if plan.loops[i] == cut - 1:
                    accumulate(d, &tiles, plan.times[i], UNIT)
            tiles.owned = False         # later cuts go on from here
        plan.n_tiles.push_back(tiles.slot)
        for t in range(3):
            slot = plan.factor[t] if plan.present[t] else ZERO
            for g in range(plan.n_groups):
                slot = product(d, slot, number_slot(d, g, skeleton_of(d, g).l2_largest + 3 * depth_of[g] + t))
            plan.l2_tiles.push_back(slot)


cdef void visit(Drawing* d, vector[vector[Visit]]& by_depth, unordered_map[i64, int]& known, int node, int before,
                int after, int times, int factor) noexcept nogil:
    """Count one more visit of a node."""
    cdef i64 key = (<i64>node << 42) | (<i64>(before + 1) << 21) | (after + 1)
    cdef int depth = d.plan.nodes[node].depth
    cdef unordered_map[i64, int].iterator found = known.find(key)
    cdef Visit v
    if found == known.end():
        v.node = node
        v.before = before
        v.after = after
        v.times = nothing_yet()
        known[key] = <int>by_depth[depth].size()
        by_depth[depth].push_back(v)
        found = known.find(key)
    accumulate(d, &by_depth[depth][dereference(found).second].times, times, factor)


cdef void visit_all(Drawing* d, int node, int before, int after, int cut, vector[Visit]& out) noexcept nogil:
    """All single steps below a node, or with `cut` >= 0 all L2 tiles, between their two transitions."""
    cdef Plan* plan = d.plan
    cdef vector[vector[Visit]] by_depth
    cdef unordered_map[i64, int] known
    cdef size_t depth, i, k
    cdef int enter, leave, times, child, again
    cdef Visit v
    cdef const Node* here
    by_depth.resize(plan.n_loops + 1)
    visit(d, by_depth, known, node, before, after, UNIT, UNIT)
    for depth in range(by_depth.size()):
        for k in range(by_depth[depth].size()):
            v = by_depth[depth][k]
            here = &plan.nodes[v.node]
            if here.leaf >= 0 or (cut >= 0 and here.depth >= cut):
                out.push_back(v)
                continue
            for i in range(here.items.size()):
                enter = v.before if i == 0 else here.items[i - 1].following
                leave = v.after if i + 1 == here.items.size() else here.items[i].following
                child = here.items[i].child
                again = here.items[i].again
                times = v.times.slot
                if again < 0:
                    visit(d, by_depth, known, child, enter, leave, times, UNIT)
                    continue
                visit(d, by_depth, known, child, enter, again, times, UNIT)
                visit(d, by_depth, known, child, again, leave, times, UNIT)
                visit(d, by_depth, known, child, again, again, times, count_slot(d, here, i, 2))


cdef void draw_tile(Drawing* d, int node, TileKind* kind) noexcept nogil:
    """Steps of an L2 tile."""
    cdef Plan* plan = d.plan
    cdef vector[Visit] steps
    cdef unordered_map[string, int] known
    cdef vector[Sum] times
    cdef StepTerm term
    cdef string key
    cdef size_t i
    cdef int k
    cdef bint is_new
    kind.compute = -1
    if plan.nodes[node].leaf >= 0:
        kind.compute = plan.compute_of[plan.nodes[node].leaf]
        return
    visit_all(d, node, -1, -1, -1, steps)
    for i in range(steps.size()):
        term.compute = plan.compute_of[plan.nodes[steps[i].node].leaf]
        term.leave = plan.noc.inward_of[steps[i].after] if steps[i].after >= 0 else 0
        term.enter = plan.noc.outward_of[steps[i].before] if steps[i].before >= 0 else 0
        key.clear()
        append_key(key, term.compute)
        append_key(key, term.leave)
        append_key(key, term.enter)
        k = numbered(known, key, &is_new) - 1
        if is_new:
            kind.steps.push_back(term)
            times.push_back(nothing_yet())
        accumulate(d, &times[k], steps[i].times.slot, UNIT)
    for i in range(times.size()):
        kind.steps[i].times = times[i].slot


cdef void draw_cut(Drawing* d, int cut) noexcept nogil:
    """L2 tiles, what they move to and from DRAM, and what flanks them."""
    cdef Plan* plan = d.plan
    cdef CutPlan* out = &plan.cuts[cut]
    cdef vector[int] depth_of
    cdef vector[Visit] tiles
    cdef unordered_map[string, int] known, kinds
    cdef vector[Sum] times
    cdef TileTerm term
    cdef TileKind kind
    cdef string key
    cdef size_t i
    cdef int t, j, k
    cdef bint is_new
    out.ready = True
    out.numerics.loads.resize(plan.n_groups)
    d.numerics = &out.numerics
    d.outcomes.clear()
    d.sums.clear()
    depth_of.assign(plan.n_groups, 0)
    for j in range(cut):
        depth_of[plan.loop_group[j]] += 1
    draw_flow(d, cut, depth_of.data(), &out.dram)
    for t in range(3):
        out.moved[t] = total_slot(d, &out.dram, t)
    visit_all(d, plan.root, plan.initial, plan.final, cut, tiles)
    for i in range(tiles.size()):
        j = plan.nodes[tiles[i].node].leaf
        key.clear()
        append_key(key, -1 - plan.compute_of[j] if j >= 0 else tiles[i].node)
        term.kind = numbered(kinds, key, &is_new) - 1
        if is_new:
            kind.steps.clear()
            draw_tile(d, tiles[i].node, &kind)
            out.kinds.push_back(kind)
        term.enter = plan.noc.inward_of[tiles[i].before]
        term.leave = plan.noc.outward_of[tiles[i].after]
        term.dram_in = out.dram.inward_of[tiles[i].after]
        term.dram_out = out.dram.outward_of[tiles[i].before]
        key.clear()
        append_key(key, term.kind)
        append_key(key, term.enter)
        append_key(key, term.leave)
        append_key(key, term.dram_in)
        append_key(key, term.dram_out)
        k = numbered(known, key, &is_new) - 1
        if is_new:
            out.terms.push_back(term)
            times.push_back(nothing_yet())
        accumulate(d, &times[k], tiles[i].times.slot, UNIT)
    for i in range(times.size()):
        out.terms[i].times = times[i].slot


cdef void draw_base(Drawing* d) noexcept nogil:
    """What depends on no cut."""
    cdef Plan* plan = d.plan
    cdef int t
    plan.numerics.loads.resize(plan.n_groups)
    d.numerics = &plan.numerics
    draw_steps(d)
    draw_flow(d, -1, NULL, &plan.noc)
    for t in range(3):
        plan.carried[t] = total_slot(d, &plan.noc, t)
    draw_moved(d)
    draw_l2_sizes(d)
    plan.cuts.resize(plan.n_loops + 1)
    for t in range(plan.n_loops + 1):
        plan.cuts[t].ready = False
    plan.loaded.assign(LANES * plan.n_groups, -1)

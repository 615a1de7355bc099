# The tree of one group's loops, with equal sub-trees and equal transitions shared. Included by _core.pyx.

cdef void sets_of(const WindowSpec* specs, const Group* g, int tensor, const State* s, bint active,
                  vector[IntervalSet]& out, bint* present) noexcept nogil:
    """Axis sets of a tensor at a box, and whether the tile holds anything."""
    cdef int axis
    out.resize(g.n_axes[tensor])
    present[0] = active
    if not active:
        return
    for axis in range(g.n_axes[tensor]):
        axis_set(specs, g.axes[tensor][axis], s, out[axis])
        if out[axis].size() == 0:
            present[0] = False


cdef void collect(const WindowSpec* specs, Group* g, int tensor, bint shared, const vector[Entry]& entries, bint forward,
                  bint l2_too, int* held, int* l2) noexcept nogil:
    """Summaries of a transition: of the PEs, and of the union of what they hold, the smallest L2 tile.

    `forward` (outputs): what is held before and not kept after.
    """
    cdef Workspace* w = &g.workspace
    cdef bint before_present, after_present
    cdef size_t e
    cdef L2Sets* unions = w.unions
    clear_gathered(&w.gathered)
    if l2_too:
        for e in range(2):
            unions[e].present[tensor] = False
            clear_axes(unions[e].axes[tensor], g.n_axes[tensor])
    for e in range(entries.size()):
        sets_of(specs, g, tensor, &entries[e].a, is_active(g, &entries[e].a), w.before, &before_present)
        sets_of(specs, g, tensor, &entries[e].b, is_active(g, &entries[e].b), w.after, &after_present)
        if l2_too:
            if before_present:
                sweep(specs, g, tensor, w.before, entries[e].runs, &unions[0])
            if after_present:
                sweep(specs, g, tensor, w.after, entries[e].runs, &unions[1])
        if forward:
            hold(specs, g, tensor, before_present, w.before, after_present, w.after, entries[e].runs, shared)
        else:
            hold(specs, g, tensor, after_present, w.after, before_present, w.before, entries[e].runs, shared)
    held[0] = keep_summary(g, tensor, &w.gathered)
    if l2_too:
        for e in range(2):
            for axis in range(<size_t>g.n_axes[tensor]):
                normalise(unions[e].axes[tensor][axis])
        l2[0] = l2_summary(specs, g, tensor, &unions[0], &unions[1], forward)


cdef void sweep(const WindowSpec* specs, Group* g, int tensor, const vector[IntervalSet]& axes, const vector[Run]& runs,
                L2Sets* into) noexcept nogil:
    """Add the tiles of a run of units to per-axis unions."""
    cdef int axis
    cdef size_t k
    cdef IntervalSet* swept = &g.workspace.swept
    into.present[tensor] = True
    for axis in range(g.n_axes[tensor]):
        swept[0] = axes[axis]
        k = runs.size()
        while k > 0:
            k -= 1
            repeat(swept[0], runs[k].count, axis_shift(specs, g.axes[tensor][axis], &runs[k]))
        extend(into.axes[tensor][axis], swept[0])


cdef inline void clear_axes(vector[IntervalSet]& axes, int n) noexcept nogil:
    cdef int axis
    axes.resize(n)
    for axis in range(n):
        axes[axis].clear()


cdef void hold(const WindowSpec* specs, Group* g, int tensor, bint current, const vector[IntervalSet]& now, bint other,
               const vector[IntervalSet]& then, const vector[Run]& runs, bint shared) noexcept nogil:
    """Classify a PE (a run of PEs, or the L2) and add it to the summary being gathered."""
    if make_piece(g, tensor, current, now, other, then, &g.workspace.piece):
        gather(specs, g, tensor, &g.workspace.piece, runs, shared, &g.workspace.gathered)


cdef inline void clear_gathered(Gathered* x) noexcept nogil:
    cdef int j
    x.summary.total = x.summary.same = x.summary.one = x.summary.fresh = 0
    x.summary.columns.clear()
    x.summary.atoms.clear()
    for j in range(4):
        x.summary.profiles[j].lines.clear()
    for j in range(5):
        x.single.sets[j].clear()
    x.boxes.clear()


cdef const L2Sets* l2_sets(const WindowSpec* specs, Group* g, int depth, const i64* idx) noexcept nogil:
    """Per-axis unions of all tiles below the first `depth` loops (SEMANTICS 3, L2 tile)."""
    cdef string key
    cdef int d
    cdef L2Sets fresh
    cdef unordered_map[string, L2Sets].iterator found
    key.reserve(8 * (depth + 1))
    append_key(key, depth)
    for d in range(depth):
        append_key(key, idx[d])
    found = g.l2_sets.find(key)
    if found != g.l2_sets.end():
        return &dereference(found).second
    unite(specs, g, depth, idx, &fresh)
    g.l2_sets[key] = fresh
    return &g.l2_sets[key]


cdef void unite(const WindowSpec* specs, Group* g, int depth, const i64* idx, L2Sets* out) noexcept nogil:
    """Find the unions that `l2_sets` keeps."""
    cdef int d, t, axis
    cdef i64 below[DEPTH]
    cdef i64 total
    cdef vector[Zone] parts
    cdef size_t z, e
    cdef const L2Sets* first
    cdef const L2Sets* second
    cdef vector[Entry] entries
    cdef vector[Run] runs
    cdef State nothing
    cdef vector[IntervalSet] axes
    cdef bint present
    cdef IntervalSet swept
    empty_sets(g, out)
    for d in range(depth):
        below[d] = idx[d]
    if depth == g.n_loops:
        nothing.alive = False
        walk(specs, g, 0, <int>g.levels.size(), &g.whole, &nothing, idx, idx, runs, entries)
        for e in range(entries.size()):
            for t in range(3):
                sets_of(specs, g, t, &entries[e].a, is_active(g, &entries[e].a), axes, &present)
                if present:
                    sweep(specs, g, t, axes, entries[e].runs, out)
    else:
        zones(specs, g, depth, idx, parts, &total)
        for z in range(parts.size()):
            below[depth] = parts[z].start
            first = l2_sets(specs, g, depth + 1, below)
            second = first
            if parts[z].count > 1:
                below[depth] += 1
                second = l2_sets(specs, g, depth + 1, below)
            for t in range(3):
                if not first.present[t]:
                    continue
                out.present[t] = True
                for axis in range(g.n_axes[t]):
                    swept = first.axes[t][axis]
                    if swept.size():
                        repeat(swept, parts[z].count, second.axes[t][axis][0].a - swept[0].a)
                    extend(out.axes[t][axis], swept)
    for t in range(3):
        for axis in range(g.n_axes[t]):
            normalise(out.axes[t][axis])


cdef int l2_summary(const WindowSpec* specs, Group* g, int tensor, const L2Sets* before, const L2Sets* after,
                    bint forward) noexcept nogil:
    """Summary of a transition between L2 tiles: one holder, per-axis unions."""
    clear_gathered(&g.workspace.gathered)
    if forward:
        hold(specs, g, tensor, before.present[tensor], before.axes[tensor], after.present[tensor], after.axes[tensor],
             g.workspace.no_runs, True)
    else:
        hold(specs, g, tensor, after.present[tensor], after.axes[tensor], before.present[tensor], before.axes[tensor],
             g.workspace.no_runs, True)
    return keep_summary(g, tensor, &g.workspace.gathered)


cdef void last_leaf(const WindowSpec* specs, Group* g, int depth, i64* idx) noexcept nogil:
    """Complete an index prefix with every inner loop at its last iteration."""
    cdef vector[Zone] parts
    cdef i64 total
    cdef int d
    for d in range(depth, g.n_loops):
        zones(specs, g, d, idx, parts, &total)
        idx[d] = total - 1


cdef int transition(const WindowSpec* specs, Group* g, const bint* shared, int depth, const i64* before,
                    const i64* after, bint has_before, bint has_after) noexcept nogil:
    """Number of the transition between two index prefixes of `depth` loops: last leaf to first leaf."""
    cdef GroupTransition result
    cdef i64 a[DEPTH]
    cdef i64 b[DEPTH]
    cdef int d, t, n = 3 * (g.n_loops + 1)
    cdef bint alone
    cdef size_t i
    cdef State nothing
    cdef const L2Sets* sa
    cdef const L2Sets* sb
    for d in range(depth):
        a[d] = before[d]
        b[d] = after[d]
    for d in range(depth, g.n_loops):
        b[d] = 0
    if has_before:
        last_leaf(specs, g, depth, a)
    nothing.alive = False
    g.workspace.entries.clear()
    walk(specs, g, 0, <int>g.levels.size(), &g.whole if has_before else &nothing, &g.whole if has_after else &nothing,
         a, b, g.workspace.runs, g.workspace.entries)
    for d in range(n):
        result.l2[d] = -1
    for t in range(3):
        alone = not g.spatial and (shared[t] or g.inner[t] < 0)     # one PE: the smallest L2 tile is its tile
        collect(specs, g, t, shared[t], g.workspace.entries, t == 2, not alone, &result.held[t],
                &result.l2[3 * g.n_loops + t])
        if alone:
            result.l2[3 * g.n_loops + t] = result.held[t]
    for d in range(depth, g.n_loops):
        sa = l2_sets(specs, g, d, a) if has_before else &g.workspace.none
        sb = l2_sets(specs, g, d, b) if has_after else &g.workspace.none
        for t in range(3):
            result.l2[3 * d + t] = l2_summary(specs, g, t, sa, sb, t == 2)
    for i in range(g.transitions.size()):
        if memcmp(g.transitions[i].held, result.held, sizeof(result.held)) == 0 and (
                memcmp(g.transitions[i].l2, result.l2, n * sizeof(int)) == 0):
            return <int>i
    g.transitions.push_back(result)
    return <int>g.transitions.size() - 1


cdef void empty_sets(const Group* g, L2Sets* out) noexcept nogil:
    cdef int t
    for t in range(3):
        out.present[t] = False
        out.axes[t].clear()
        out.axes[t].resize(g.n_axes[t])


cdef int make_leaf(const WindowSpec* specs, Group* g, bint* alive) noexcept nogil:
    """What the units of the last walk hold and compute; that walk must have been of one full index vector."""
    cdef const vector[Entry]* entries = &g.workspace.entries
    cdef Leaf leaf
    cdef size_t e, k
    cdef i64 count, size
    cdef int t, i
    cdef bint present
    cdef vector[IntervalSet]* axes = &g.workspace.before
    cdef vector[i64] extents
    cdef string key
    cdef unordered_map[string, int].iterator found
    alive[0] = any_alive(entries[0])
    leaf.macs = 0
    leaf.active = 0
    for t in range(3):
        leaf.tile[t] = 0
    for e in range(entries[0].size()):
        if not is_active(g, &entries[0][e].a):
            continue
        count = 1
        for k in range(entries[0][e].runs.size()):
            count *= entries[0][e].runs[k].count
        leaf.active += count
        size = 1
        extents.clear()
        for i in range(g.n_dims):
            extents.push_back(entries[0][e].a.hi[g.dims[i]] - entries[0][e].a.lo[g.dims[i]])
            size *= extents[i]
        leaf.macs += count * size
        add_extents(leaf.extents, extents)
        for t in range(3):
            sets_of(specs, g, t, &entries[0][e].a, True, axes[0], &present)
            if present:
                leaf.tile[t] = max(leaf.tile[t], box_size(axes[0]))
    key.reserve(8 * (5 + leaf.extents.size()))
    append_key(key, leaf.macs)
    append_key(key, leaf.active)
    for t in range(3):
        append_key(key, leaf.tile[t])
    for k in range(leaf.extents.size()):
        append_key(key, leaf.extents[k])
    found = g.leaf_ids.find(key)
    if found != g.leaf_ids.end():
        return dereference(found).second
    t = <int>g.leaves.size()
    g.leaves.push_back(leaf)
    g.leaf_ids[key] = t
    return t


cdef void add_extents(vector[i64]& known, const vector[i64]& candidate) noexcept nogil:
    """Keep extents that no other unit's extents dominate in every dimension."""
    cdef size_t n = candidate.size(), i, j, out = 0
    cdef bint above, below
    i = 0
    while i < known.size():
        above = True
        below = True
        for j in range(n):
            above = above and known[i + j] >= candidate[j]
            below = below and known[i + j] <= candidate[j]
        if above:
            return
        if not below:
            for j in range(n):
                known[out + j] = known[i + j]
            out += n
        i += n
    known.resize(out)
    for j in range(n):
        known.push_back(candidate[j])


cdef int first_dead_level(const WindowSpec* specs, const Group* g, int depth, const i64* idx) noexcept nogil:
    """First level after which no unit is alive, given the first `depth` loops, where there is one."""
    cdef int level, stop = g.loop_level[depth] if depth < g.n_loops else <int>g.levels.size()
    cdef vector[Entry] entries
    cdef vector[Run] runs
    cdef State nothing
    nothing.alive = False
    for level in range(1, stop + 1):
        entries.clear()
        walk(specs, g, 0, level, &g.whole, &nothing, idx, idx, runs, entries)
        if not any_alive(entries):
            return level - 1
    return NEVER


cdef inline bint any_alive(const vector[Entry]& entries) noexcept nogil:
    cdef size_t e
    for e in range(entries.size()):
        if entries[e].a.alive:
            return True
    return False


cdef int build_tree(const WindowSpec* specs, Group* g, const bint* shared, int depth, i64* idx) noexcept nogil:
    """Build the node for the index prefix `idx[:depth]`; equal behaviour gives the same number."""
    cdef GroupNode node
    cdef GroupItem item
    cdef vector[Zone] parts
    cdef i64 total
    cdef i64 here[DEPTH]
    cdef i64 there[DEPTH]
    cdef size_t z, k
    cdef int t
    cdef bint alive = True
    cdef string key
    cdef unordered_map[string, int].iterator found
    node.depth = depth
    node.leaf = -1
    for t in range(depth):
        here[t] = idx[t]
        there[t] = idx[t]
    if depth == g.n_loops:
        node.reset = transition(specs, g, shared, depth, here, here, True, True)
        node.leaf = make_leaf(specs, g, &alive)
    else:
        alive = zones(specs, g, depth, idx, parts, &total)
        for z in range(parts.size()):
            idx[depth] = parts[z].start
            item.child = build_tree(specs, g, shared, depth + 1, idx)
            item.count = parts[z].count
            item.again = -1
            item.following = -1
            if item.count > 1:
                here[depth] = parts[z].start
                there[depth] = parts[z].start + 1
                item.again = transition(specs, g, shared, depth + 1, here, there, True, True)
            if z + 1 < parts.size():
                here[depth] = parts[z].start + parts[z].count - 1
                there[depth] = here[depth] + 1
                item.following = transition(specs, g, shared, depth + 1, here, there, True, True)
            append_item(node.items, &item)
        node.reset = transition(specs, g, shared, depth, here, here, True, True)
    node.dead_level = NEVER if alive else first_dead_level(specs, g, depth, idx)
    for t in range(3):                # one holder: the sum over holders is the size of the L2 tile
        g.l2_largest[depth][t] = max(g.l2_largest[depth][t],
                                     g.summaries[g.transitions[node.reset].l2[3 * depth + t]].total)
    key.reserve(8 * (4 + 4 * node.items.size()))
    append_key(key, depth)
    append_key(key, node.leaf)
    append_key(key, node.dead_level)
    append_key(key, node.reset)
    for k in range(node.items.size()):
        append_key(key, node.items[k].child)
        append_key(key, node.items[k].count)
        append_key(key, node.items[k].again)
        append_key(key, node.items[k].following)
    found = g.node_ids.find(key)
    if found != g.node_ids.end():
        return dereference(found).second
    t = <int>g.nodes.size()
    g.nodes.push_back(node)
    g.node_ids[key] = t
    return t


cdef void append_item(vector[GroupItem]& items, const GroupItem* item) noexcept nogil:
    """Append a run of iterations, joining it with the one before where nothing tells them apart."""
    cdef GroupItem* last
    if items.size():
        last = &items[items.size() - 1]
        if last.child == item.child and (last.count == 1 or last.again == last.following) and (
                item.count == 1 or item.again == last.following):
            last.again = last.following
            last.count += item.count
            last.following = item.following
            return
    items.push_back(item[0])


cdef void build_group(const WindowSpec* specs, Group* g, const bint* shared) noexcept nogil:
    """Analyse a group: its tree, and the transitions into the first step and out of the last."""
    cdef i64 idx[DEPTH]
    cdef int d, t
    for d in range(DEPTH + 1):
        for t in range(3):
            g.l2_largest[d][t] = 0
    empty_sets(g, &g.workspace.none)
    g.root = build_tree(specs, g, shared, 0, idx)
    g.initial = transition(specs, g, shared, 0, idx, idx, False, True)
    g.final = transition(specs, g, shared, 0, idx, idx, True, False)


cdef string group_shape(const WindowSpec* specs, const Group* g) noexcept nogil:
    """Everything a group's analysis depends on, whatever its dimensions are called.

    Rows and columns of a square layer that are mapped alike have one shape and are analysed once.
    """
    cdef string key
    cdef int local[CODES]
    cdef int i, k, t
    cdef size_t level, m
    cdef const WindowSpec* w
    cdef const MapSpec* spec
    key.reserve(512)
    append_key(key, g.n_dims)
    for i in range(g.n_dims):
        local[g.dims[i]] = i
        append_key(key, g.whole.hi[g.dims[i]])
    append_key(key, g.n_windows)
    for k in range(g.n_windows):
        local[INPUT + g.windows[k]] = INPUT + k
        w = &specs[g.windows[k]]
        append_key(key, local[w.output])
        append_key(key, local[w.filter])
        append_key(key, w.stride)
        append_key(key, w.dilation)
        append_key(key, w.pad)
        append_key(key, w.insertion)
        append_key(key, w.real_size)
        append_key(key, w.extent)
    append_key(key, g.n_loops)
    for i in range(g.n_loops):
        append_key(key, g.loop_level[i])
    for level in range(g.levels.size()):
        append_key(key, g.levels[level].units if g.levels[level].spatial else 0)
        append_key(key, g.levels[level].maps.size())
        for m in range(g.levels[level].maps.size()):
            spec = &g.levels[level].maps[m]
            append_key(key, spec.spatial)
            append_key(key, local[spec.code])
            append_key(key, spec.size)
            append_key(key, spec.offset)
            append_key(key, spec.slot)
    for t in range(3):
        append_key(key, g.inner[t])
        append_key(key, g.n_axes[t])
        for i in range(g.n_axes[t]):
            append_key(key, local[g.axes[t][i]])
    return key

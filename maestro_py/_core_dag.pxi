# The DAG: all groups of a nest combined into loops with few nodes, few kinds of steps and few kinds of
# transitions, each with how often it occurs. Included by _core.pyx.

cdef struct Transition:
    int loop                    # loop that advances, -1 into the first step and out of the last
    vector[int] groups          # transition of every group
    Traffic held[3]

cdef struct Item:
    int child
    i64 count
    int again
    int following

cdef struct Node:
    int depth
    int leaf                    # index into leaf kinds, -1 for inner nodes
    int driver                  # node of the tree of the group whose loop this is
    vector[Item] items

cdef struct LeafKind:
    bint idle
    i64 macs
    i64 active
    i64 largest_macs            # of one PE
    vector[int] groups          # leaf of every group

cdef struct CutTables:          # L2 tiles with the first loops outside (`_core_cuts.pxi`)
    bint ready
    vector[Traffic] traffic     # 3 per transition that advances a loop outside the cut
    i64 moved[3]
    i64 tiles

cdef struct Dag:
    Nest nest
    vector[Group*] analysed     # the group of the same shape that was analysed in a group's place
    vector[Node] nodes
    vector[LeafKind] leaves
    vector[Transition] transitions
    unordered_map[string, int] node_ids
    unordered_map[string, int] leaf_ids
    unordered_map[string, int] transition_ids
    vector[i64] node_times
    vector[i64] transition_times
    vector[i64] leaf_times
    vector[int] transition_loops
    int root
    int initial
    int final
    i64 output_size
    i64 base[N_RESULT]          # results that depend on no hardware number
    vector[CutTables] cuts
    int overflow


cdef void clear_dag(Dag* dag) noexcept nogil:
    """Forget what was compiled before."""
    dag.overflow = dag.nest.overflow
    dag.analysed.clear()
    dag.nodes.clear()
    dag.leaves.clear()
    dag.transitions.clear()
    dag.node_ids.clear()
    dag.leaf_ids.clear()
    dag.transition_ids.clear()
    dag.cuts.clear()


cdef void analyse_groups(Dag* dag) noexcept nogil:
    """Analyse one group of every shape."""
    cdef vector[string] shapes
    cdef size_t g, h
    for g in range(dag.nest.groups.size()):
        shapes.push_back(group_shape(dag.nest.window_specs, &dag.nest.groups[g]))
        h = 0
        while shapes[h] != shapes[g]:
            h += 1
        dag.analysed.push_back(&dag.nest.groups[h])
        if h == g:
            build_group(dag.nest.window_specs, &dag.nest.groups[g], dag.nest.shared)


cdef inline i64 constant_volume(Dag* dag, int t) noexcept nogil:
    return dag.nest.factor[t] * max(dag.nest.constant_line[t], 1) if dag.nest.present[t] else 0


cdef void combine_traffic(Dag* dag, int t, const vector[int]& numbers, bint shared, Traffic* out) noexcept nogil:
    """Combine the groups' summaries of one tensor."""
    cdef vector[const Summary*] parts
    cdef size_t g
    cdef int line_group = <int>numbers.size() - 1
    out.moved = out.carried = 0
    out.lines.clear()
    if not dag.nest.present[t]:
        return
    for g in range(numbers.size()):
        parts.push_back(&dag.analysed[g].summaries[numbers[g]])
        if dag.analysed[g].inner[t] >= 0:
            line_group = <int>g
    summed_traffic(parts, out, &dag.overflow)
    if shared:
        shared_traffic(parts, line_group, out, &dag.overflow)
    else:
        out.carried = out.moved
        if dag.nest.inner[t] >= 0 and not dag.nest.constant_line[t]:
            own_lines(parts, line_group, out, &dag.overflow)
    if dag.nest.constant_line[t]:
        whole_lines(out, dag.nest.constant_line[t], &dag.overflow)
    if dag.nest.factor[t] != 1:
        scale(out, dag.nest.factor[t], &dag.overflow)


cdef i64 largest_box(const Leaf* leaf, int n_dims) noexcept nogil:
    """MACs of the busiest PE in one group."""
    cdef i64 size, largest = 0
    cdef size_t e = 0
    cdef int k
    while e < leaf.extents.size():
        size = 1
        for k in range(n_dims):
            size *= leaf.extents[e + k]
        largest = max(largest, size)
        e += n_dims
    return largest


cdef int add_leaf(Dag* dag, const vector[int]& tree, bint idle) noexcept nogil:
    """Node of a single step."""
    cdef LeafKind kind
    cdef Node node
    cdef string key
    cdef size_t g
    cdef const Leaf* leaf
    cdef unordered_map[string, int].iterator found
    kind.idle = idle
    kind.macs = kind.active = kind.largest_macs = 0
    if not idle:
        kind.active = 1
        kind.macs = kind.largest_macs = dag.nest.constant_macs
        for g in range(dag.nest.groups.size()):
            leaf = &dag.analysed[g].leaves[dag.analysed[g].nodes[tree[g]].leaf]
            kind.groups.push_back(dag.analysed[g].nodes[tree[g]].leaf)
            kind.macs = checked_multiply(kind.macs, leaf.macs, &dag.overflow)
            kind.active = checked_multiply(kind.active, leaf.active, &dag.overflow)
            kind.largest_macs = checked_multiply(
                kind.largest_macs, largest_box(leaf, dag.nest.groups[g].n_dims), &dag.overflow)
        if kind.active == 0:
            kind.idle = True
            kind.groups.clear()
    key.reserve(8 * (kind.groups.size() + 1))
    append_key(key, kind.idle)
    for g in range(kind.groups.size()):
        append_key(key, kind.groups[g])
    found = dag.leaf_ids.find(key)
    if found != dag.leaf_ids.end():
        return dereference(found).second
    node.depth = dag.nest.n_loops
    node.leaf = <int>dag.leaves.size()
    node.driver = -1
    dag.leaves.push_back(kind)
    dag.nodes.push_back(node)
    dag.leaf_ids[key] = <int>dag.nodes.size() - 1
    return <int>dag.nodes.size() - 1


cdef int add_node(Dag* dag, int depth, const vector[int]& tree) noexcept nogil:
    """Node of the nest below `depth` loops, given every group's sub-tree."""
    cdef size_t g, i
    cdef string key
    cdef Node node
    cdef Item item
    cdef vector[int] below, moves
    cdef const GroupNode* driver
    cdef int group, number
    cdef unordered_map[string, int].iterator found
    if depth == dag.nest.n_loops:
        return add_leaf(dag, tree, False)
    for g in range(tree.size()):
        if dag.analysed[g].nodes[tree[g]].dead_level < dag.nest.loop_level[depth]:
            return add_leaf(dag, tree, True)
    key.reserve(8 * (tree.size() + 1))
    append_key(key, depth)
    for g in range(tree.size()):
        append_key(key, tree[g])
    found = dag.node_ids.find(key)
    if found != dag.node_ids.end():
        return dereference(found).second
    group = dag.nest.loop_group[depth]
    node.depth = depth
    node.leaf = -1
    node.driver = tree[group]
    below = tree
    for g in range(tree.size()):
        moves.push_back(dag.analysed[g].nodes[tree[g]].reset)
    driver = &dag.analysed[group].nodes[tree[group]]
    for i in range(driver.items.size()):
        below[group] = driver.items[i].child
        item.child = add_node(dag, depth + 1, below)
        item.count = driver.items[i].count
        item.again = item.following = -1
        if driver.items[i].again >= 0:
            moves[group] = driver.items[i].again
            item.again = add_transition(dag, depth, moves)
        if driver.items[i].following >= 0:
            moves[group] = driver.items[i].following
            item.following = add_transition(dag, depth, moves)
        node.items.push_back(item)
    number = <int>dag.nodes.size()
    dag.nodes.push_back(node)
    dag.node_ids[key] = number
    return number


cdef int add_transition(Dag* dag, int loop, const vector[int]& moves) noexcept nogil:
    """Number of a kind of transition."""
    cdef string key
    cdef size_t g
    cdef int t
    cdef Transition transition
    cdef vector[int] numbers
    cdef unordered_map[string, int].iterator found
    key.reserve(8 * (moves.size() + 1))
    append_key(key, loop)
    for g in range(moves.size()):
        append_key(key, moves[g])
    found = dag.transition_ids.find(key)
    if found != dag.transition_ids.end():
        return dereference(found).second
    transition.loop = loop
    transition.groups = moves
    numbers.resize(moves.size())
    for t in range(3):
        for g in range(moves.size()):
            numbers[g] = dag.analysed[g].transitions[moves[g]].held[t]
        combine_traffic(dag, t, numbers, dag.nest.shared[t], &transition.held[t])
    dag.transitions.push_back(transition)
    dag.transition_ids[key] = <int>dag.transitions.size() - 1
    return <int>dag.transitions.size() - 1


cdef void multiply_times(Dag* dag) noexcept nogil:
    """How often every node, transition and leaf kind occurs."""
    cdef size_t i, n
    cdef i64 times
    cdef const Item* item
    dag.node_times.assign(dag.nodes.size(), 0)
    dag.transition_times.assign(dag.transitions.size(), 0)
    dag.leaf_times.assign(dag.leaves.size(), 0)
    dag.node_times[dag.root] = 1
    dag.transition_times[dag.initial] += 1
    dag.transition_times[dag.final] += 1
    dag.transition_loops.clear()
    for i in range(dag.transitions.size()):
        dag.transition_loops.push_back(dag.transitions[i].loop)
    n = dag.nodes.size()
    while n > 0:                      # children are numbered before their parents
        n -= 1
        times = dag.node_times[n]
        if dag.nodes[n].leaf >= 0:
            dag.leaf_times[dag.nodes[n].leaf] = times
            continue
        for i in range(dag.nodes[n].items.size()):
            item = &dag.nodes[n].items[i]
            dag.node_times[item.child] = checked_add(
                dag.node_times[item.child], checked_multiply(times, item.count, &dag.overflow), &dag.overflow)
            if item.again >= 0:
                dag.transition_times[item.again] += checked_multiply(times, item.count - 1, &dag.overflow)
            if item.following >= 0:
                dag.transition_times[item.following] += times


cdef void count_base(Dag* dag) noexcept nogil:
    """Counts that depend on no hardware number."""
    cdef size_t i, g
    cdef int t
    cdef i64 tile
    cdef i128 moved[3]
    cdef i128 carried[3]
    cdef i128 steps = 0, macs = 0, active = 0
    for t in range(N_RESULT):
        dag.base[t] = 0
    for i in range(dag.leaves.size()):
        steps += dag.leaf_times[i]
        macs += <i128>dag.leaf_times[i] * dag.leaves[i].macs
        active += <i128>dag.leaf_times[i] * dag.leaves[i].active
        if dag.leaves[i].idle:
            continue
        for t in range(3):
            tile = constant_volume(dag, t)
            for g in range(dag.nest.groups.size()):
                tile = checked_multiply(tile, dag.analysed[g].leaves[dag.leaves[i].groups[g]].tile[t], &dag.overflow)
            dag.base[10 + t] = max(dag.base[10 + t], tile)
    for t in range(3):
        moved[t] = carried[t] = 0
    for i in range(dag.transitions.size()):
        for t in range(3):
            if (<int>i == dag.initial and t == 2) or (<int>i == dag.final and t != 2):
                continue
            moved[t] += <i128>dag.transition_times[i] * dag.transitions[i].held[t].moved
            carried[t] += <i128>dag.transition_times[i] * dag.transitions[i].held[t].carried
    dag.output_size = 1
    for i in range(<size_t>dag.nest.n_axes[2]):
        dag.output_size = checked_multiply(dag.output_size, dag.nest.sizes[dag.nest.axes[2][i]], &dag.overflow)
    dag.base[0] = fit(steps, &dag.overflow)
    dag.base[1] = fit(macs, &dag.overflow)
    dag.base[2] = fit(active, &dag.overflow)
    for t in range(3):
        dag.base[3 + t] = fit(moved[t], &dag.overflow)
        dag.base[6 + t] = fit(carried[t], &dag.overflow)
    dag.base[9] = dag.base[8] - dag.output_size


cdef void compile_dag(Dag* dag) noexcept nogil:
    """Compile the nest that was read."""
    cdef size_t g, i
    cdef vector[int] roots, initial, final
    clear_dag(dag)
    analyse_groups(dag)
    for g in range(dag.analysed.size()):
        roots.push_back(dag.analysed[g].root)
        initial.push_back(dag.analysed[g].initial)
        final.push_back(dag.analysed[g].final)
    dag.root = add_node(dag, 0, roots)
    dag.initial = add_transition(dag, -1, initial)
    dag.final = add_transition(dag, -1, final)
    multiply_times(dag)
    dag.cuts.resize(dag.nest.n_loops + 1)
    for i in range(dag.cuts.size()):
        dag.cuts[i].ready = False
    count_base(dag)

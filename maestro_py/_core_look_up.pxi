# Looking nests up: their records and their plan, which is drawn if it is new. Included by _core.pyx.

cdef enum:
    SLOWLY = -1                         # in place of a plan: the nest is compiled by itself
    NOWHERE = -2                        # the nest is not evaluated

cdef struct Found:                      # a nest that was looked up
    i64 row
    int plan
    int records[CODES]


cdef void add_constants(Plan* plan, const Nest* nest) noexcept nogil:
    """Slots that are the same in every nest of a plan."""
    cdef int t
    cdef double factor
    add_slot(plan, 0)
    add_slot(plan, 1)
    add_slot(plan, -1)
    for t in range(3):
        plan.present[t] = nest.present[t]
        plan.shared[t] = nest.shared[t]
        factor = <double>nest.factor[t]
        plan.factor[t] = UNIT if factor == 1 else add_slot(plan, factor)
    plan.constant_macs = add_slot(plan, <double>nest.constant_macs)
    for t in range(8):
        plan.constant[t] = t < nest.n_dims and nest.constant[t]


cdef int draw_plan(Stock* stock, const Found* found) noexcept nogil:
    """Draw the plan of the nest that was read."""
    cdef const Nest* nest = &stock.dag.nest
    cdef Plan* plan
    cdef Drawing drawing
    cdef size_t i, b
    stock.drawn += 1
    compile_dag(&stock.dag)
    stock.plans.resize(stock.plans.size() + 1)
    plan = &stock.plans.back()
    plan.n_groups = <int>nest.groups.size()
    plan.n_loops = nest.n_loops
    for b in range(stock.outline.bases.size()):
        if found.records[b] != NOT_MOVING:
            plan.skeletons.push_back(stock.records[found.records[b]].record.skeleton)
    plan.loop_group = nest.loop_group
    plan.nodes = stock.dag.nodes
    plan.leaves = stock.dag.leaves
    for i in range(stock.dag.transitions.size()):
        plan.moves.push_back(stock.dag.transitions[i].groups)
    plan.loops = stock.dag.transition_loops
    plan.root = stock.dag.root
    plan.initial = stock.dag.initial
    plan.final = stock.dag.final
    add_constants(plan, nest)
    drawing.plan = plan
    drawing.skeletons = &stock.skeletons
    draw_base(&drawing)
    return <int>stock.plans.size() - 1


cdef int look_up(Stock* stock, const Hardware* hardware, const int64_t* numbers, Found* found,
                 bint legality) noexcept nogil:
    """Find records and plan of a nest; returns a status."""
    cdef bint is_read = False
    cdef size_t b
    cdef int i, n = 0, status = STATUS_OK
    cdef double reach = 64 * hardware.largest_bits
    cdef const Record* r
    cdef unordered_map[string, int].iterator known
    for b in range(stock.outline.bases.size()):
        found.records[b] = record_in(stock, <int>b, numbers, &is_read)
    stock.key.clear()
    for b in range(stock.outline.bases.size()):
        if found.records[b] == NOT_MOVING:
            append_key(stock.key, -1)
            reach *= stock.outline.bases[b].size
            continue
        r = &stock.records[found.records[b]].record
        append_key(stock.key, r.skeleton)
        reach *= r.reach
        n += 1
        status = max(status, r.legality)
    if legality and status != STATUS_OK:
        found.plan = NOWHERE
        return status
    if not stock.outline.planned or not hardware.plain or n == 0 or max(reach, stock.outline.whole) >= EXACT:
        found.plan = SLOWLY
        return STATUS_OK
    for i in range(stock.outline.n_units + 2 * stock.outline.n_maps, stock.outline.columns):
        append_key(stock.key, numbers[i] > 1)
    known = stock.plan_ids.find(stock.key)
    if known != stock.plan_ids.end():
        found.plan = dereference(known).second
        return STATUS_OK
    if not is_read:
        load_nest(stock, numbers)
    found.plan = draw_plan(stock, found)
    stock.plan_ids[stock.key] = found.plan
    return STATUS_OK

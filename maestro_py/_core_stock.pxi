# The stock of a family: groups analysed and plans drawn, kept for the nests to come. Included by _core.pyx.

cdef enum:
    LARGEST_STORE = 1 << 23             # numbers of records that are kept
    LARGEST_PLANS = 1 << 24             # slots of plans, times LANES

cdef struct Stored:
    Record record
    i64 serial

cdef struct Stock:
    Outline outline
    vector[int64_t] packed              # the nest that was read last
    Dag dag
    unordered_map[string, int] record_ids
    vector[Stored] records
    i64 stored
    unordered_map[string, int] skeleton_ids
    vector[Skeleton] skeletons
    unordered_map[string, int] plan_ids
    deque[Plan] plans
    string key
    i64 analysed                        # groups so far
    i64 drawn                           # plans so far


cdef bint is_moving(const Stock* stock, const Base* base, const int64_t* nest) noexcept nogil:
    """Whether a group is more than a constant factor, see `number_groups`."""
    cdef size_t i
    cdef int m
    if base.window:
        return True
    for i in range(base.spatial_levels.size()):
        if nest[base.spatial_levels[i]] > 1:
            return True
    for i in range(base.maps.size()):
        m = base.maps[i]
        if nest[stock.outline.n_units + 2 * m] < extent_of(&stock.dag.nest, stock.outline.map_code[m]):
            return True
    return False


cdef bint is_as_before(Base* base, const int64_t* nest) noexcept nogil:
    """Whether a group is that of the nest looked up before; its columns are remembered."""
    cdef size_t i, n = base.numbers.size()
    cdef bint equal = base.before.size() > 0
    cdef int64_t value
    base.before.resize(n + base.loops.size())
    for i in range(n):
        value = nest[base.numbers[i]]
        equal = equal and base.before[i] == value
        base.before[i] = value
    for i in range(base.loops.size()):
        value = nest[base.loops[i]] > 1
        equal = equal and base.before[n + i] == value
        base.before[n + i] = value
    return equal


cdef void load_nest(Stock* stock, const int64_t* nest) noexcept nogil:
    """Read a nest."""
    cdef int i
    for i in range(stock.outline.columns):
        stock.packed[stock.outline.places[i]] = nest[i]
    read_nest(&stock.dag.nest, stock.packed.data())


cdef int legality_of(const Coverage* coverage) noexcept nogil:
    """Status of a group whose executions were counted."""
    if coverage.too_large:
        return STATUS_UNPROVEN
    if coverage.covered < coverage.total:
        return STATUS_MISSING
    if coverage.executed > coverage.covered:
        return STATUS_REPEATED
    return STATUS_OK


cdef int skeleton_number(Stock* stock, const Skeleton* skeleton) noexcept nogil:
    """Number of a skeleton, stored if it is new."""
    cdef string key = skeleton_key(skeleton)
    cdef unordered_map[string, int].iterator found = stock.skeleton_ids.find(key)
    if found != stock.skeleton_ids.end():
        return dereference(found).second
    stock.skeletons.push_back(dereference(skeleton))
    stock.skeleton_ids[key] = <int>stock.skeletons.size() - 1
    return <int>stock.skeletons.size() - 1


cdef int analyse_group(Stock* stock, int dim) noexcept nogil:
    """Analyse and store the group of a dimension of the nest that was read."""
    cdef Nest* nest = &stock.dag.nest
    cdef size_t g = 0
    cdef Stored stored
    cdef Skeleton skeleton
    cdef Coverage coverage
    while nest.groups[g].dims[0] != dim:
        g += 1
    cover(nest.window_specs, &nest.groups[g], &coverage)
    build_group(nest.window_specs, &nest.groups[g], nest.shared)
    record_of(&nest.groups[g], &skeleton, &stored.record)
    stored.record.legality = legality_of(&coverage)
    stored.record.skeleton = skeleton_number(stock, &skeleton)
    stored.serial = stock.analysed
    stock.analysed += 1
    stock.stored += stored.record.numbers.size() + stored.record.extents.size() + 64
    stock.records.push_back(stored)
    return <int>stock.records.size() - 1


cdef int record_in(Stock* stock, int number, const int64_t* nest, bint* is_read) noexcept nogil:
    """Record of a group in a nest, analysed if it is not stored yet."""
    cdef Base* base = &stock.outline.bases[number]
    cdef size_t i
    cdef unordered_map[string, int].iterator found
    if is_as_before(base, nest):
        return base.record_before
    base.record_before = NOT_MOVING
    if not is_moving(stock, base, nest):
        return NOT_MOVING
    stock.key.clear()
    append_key(stock.key, number)
    for i in range(base.before.size()):
        append_key(stock.key, base.before[i])
    found = stock.record_ids.find(stock.key)
    if found != stock.record_ids.end():
        base.record_before = dereference(found).second
        return base.record_before
    if not is_read[0]:
        load_nest(stock, nest)
        is_read[0] = True
    base.record_before = analyse_group(stock, base.first)
    stock.record_ids[stock.key] = base.record_before
    return base.record_before


cdef void evict(Stock* stock) noexcept nogil:
    """Forget what is stored if it has grown too large."""
    cdef size_t i, slots = 0
    if stock.stored > LARGEST_STORE:
        stock.records.clear()
        stock.record_ids.clear()
        stock.stored = 0
        for i in range(stock.outline.bases.size()):
            stock.outline.bases[i].before.clear()
    for i in range(stock.plans.size()):
        slots += stock.plans[i].values.size()
    if slots > LARGEST_PLANS:
        stock.plans.clear()
        stock.plan_ids.clear()

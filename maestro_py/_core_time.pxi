# Fine and coarse time over the DAG (SEMANTICS 4 and 5). Included by _core.pyx.

cdef struct Clock:
    i64 ie      # end of ingress of the last step
    i64 ready   # when the next step's data has arrived
    i64 c1      # end of compute of the last step, and of the one before
    i64 c2
    i64 o1      # end of egress of the last step, and of the one before
    i64 o2
    i64 late    # latest arrival of outputs at L2
    i64 de      # end of DRAM-in of the current L2 tile
    i64 t1      # end of ingress of the last L2 tile, and of the one before
    i64 t2
    i64 w1      # end of DRAM-out of the last L2 tile, and of the one before
    i64 w2

cdef struct Costs:
    const Node* nodes
    const i64* compute          # per leaf kind
    const i64* ingress          # per transition
    const i64* egress
    const i64* dram_in
    const i64* dram_out
    const int* loops            # loop that a transition advances
    int cut                     # loops outside the L2 tile
    Memory* memories            # per node
    i64 stamp                   # of this run; memories with another stamp are void
    i64 noc_latency
    i64 dram_latency

cdef enum:
    REMEMBERED = 4              # iterations compared when looking for a steady state
    STATE = 7                   # numbers of a clock that can still matter after an iteration
    ENTRY = 8                   # numbers of a clock that matter to a node

cdef struct Memory:             # what a node did when it was last entered
    i64 stamp
    i64 entry[ENTRY]
    Clock leave                 # relative to the end of compute at entry

cdef inline void do_ingress(const Costs* k, Clock* s, i64 beats, i64 arrival) noexcept nogil:
    s.ie = max(max(s.ie, s.c2), arrival) + beats
    s.ready = s.ie + (k.noc_latency if beats else 0)


cdef inline void do_compute(Clock* s, i64 cycles) noexcept nogil:
    cdef i64 end = max(max(s.ready, s.c1), s.o2) + cycles
    s.c2 = s.c1
    s.c1 = end


cdef inline void do_egress(const Costs* k, Clock* s, i64 beats) noexcept nogil:
    cdef i64 end = max(max(s.c1, s.o1), s.w2) + beats
    s.o2 = s.o1
    s.o1 = end
    s.late = max(s.late, end + (k.noc_latency if beats else 0))


cdef inline i64 begin_tile(const Costs* k, Clock* s, i64 beats) noexcept nogil:
    """Start the next L2 tile; returns when its data has arrived."""
    s.de = max(s.de, s.t2) + beats
    return s.de + (k.dram_latency if beats else 0)


cdef inline void end_tile(Clock* s, i64 beats) noexcept nogil:
    cdef i64 end = max(s.late, s.w1) + beats
    s.w2 = s.w1
    s.w1 = end
    s.t2 = s.t1
    s.t1 = s.ie


cdef inline void do_transition(const Costs* k, Clock* s, int transition) noexcept nogil:
    cdef i64 arrival = 0
    do_egress(k, s, k.egress[transition])
    if k.loops[transition] < k.cut:
        end_tile(s, k.dram_out[transition])
        arrival = begin_tile(k, s, k.dram_in[transition])
    do_ingress(k, s, k.ingress[transition], arrival)


cdef inline int read_state(const Clock* s, bint tiles, i64* out) noexcept nogil:
    """What later steps can still tell apart, relative to the end of compute; returns how many numbers.

    Times that a later maximum dominates anyway are raised to it, so that equal futures look equal.
    """
    out[0] = max(s.ie, s.c2) - s.c1
    out[1] = max(s.o1, s.c1) - s.c1
    if not tiles:
        return 2
    out[2] = s.ie - s.c1
    out[3] = max(s.late, s.c1) - s.c1
    out[4] = max(s.w1, s.c1) - s.c1
    out[5] = max(s.w2, s.c1) - s.c1
    out[6] = max(s.de, s.t1) - s.c1
    return STATE


cdef inline int read_entry(const Clock* s, bint tiles, i64* out) noexcept nogil:
    """What a node can tell apart when it is entered, relative to the end of compute."""
    out[0] = max(s.ready, s.c1) - s.c1
    out[1] = max(s.o1, s.c1) - s.c1
    out[2] = max(s.o2, s.c1) - s.c1
    out[3] = max(s.w2, s.c1) - s.c1
    out[4] = s.ie - s.c1        # a node of a single step hands it on as the tile's end of ingress
    if not tiles:
        return 5
    out[5] = max(s.late, s.c1) - s.c1
    out[6] = max(s.w1, s.c1) - s.c1
    out[7] = max(s.de, s.t1) - s.c1
    return ENTRY


cdef inline bint same(const i64* x, const i64* y, int n) noexcept nogil:
    cdef int i
    for i in range(n):
        if x[i] != y[i]:
            return False
    return True


cdef inline void advance(Clock* s, i64 by, bint tiles) noexcept nogil:
    s.ie += by
    s.ready += by
    s.c1 += by
    s.c2 += by
    s.o1 += by
    s.o2 += by
    if tiles:
        s.late += by
        s.de += by
        s.t1 += by
        s.t2 += by
        s.w1 += by
        s.w2 += by


cdef void run_node(const Costs* k, int number, Clock* s, int* overflow) noexcept nogil:
    """Carry the clock from the arrival of a node's first step to the end of compute of its last.

    A node entered in the same relative state as the last time does the same again.
    """
    cdef const Node* node = &k.nodes[number]
    cdef size_t i
    cdef i64 entry[ENTRY]
    cdef i64 late_before = s.late, c1_before = s.c1
    cdef Clock leave
    cdef Memory* memory
    cdef bint tiles
    cdef int n
    if node.leaf >= 0:
        do_compute(s, k.compute[node.leaf])
        return
    tiles = node.depth < k.cut
    memory = &k.memories[number]
    n = read_entry(s, tiles, entry)
    if memory.stamp == k.stamp and same(entry, memory.entry, n):
        leave = memory.leave
        advance(&leave, c1_before, True)
        if not tiles:
            leave.late = max(leave.late, late_before)
            leave.de = s.de
            leave.t1 = s.t1
            leave.t2 = s.t2
            leave.w1 = s.w1
            leave.w2 = s.w2
        s[0] = leave
        return
    if not tiles:
        s.late = c1_before
    for i in range(node.items.size()):
        run_node(k, node.items[i].child, s, overflow)
        if node.items[i].count > 1:
            run_again(k, &node.items[i], s, overflow)
        if node.items[i].following >= 0:
            do_transition(k, s, node.items[i].following)
    memory.stamp = k.stamp
    memcpy(memory.entry, entry, n * sizeof(i64))
    memory.leave = s[0]
    advance(&memory.leave, -c1_before, True)
    if not tiles:
        s.late = max(s.late, late_before)


cdef void run_again(const Costs* k, const Item* item, Clock* s, int* overflow) noexcept nogil:
    """Run a loop's remaining equal iterations: step by step until the state only shifts, then jump.

    Max-plus maps are homogeneous: a state that one (or a few) iterations shift by a constant is shifted
    by it for ever.
    """
    cdef i64 seen[REMEMBERED][STATE]
    cdef i64 ends[REMEMBERED]
    cdef i64 now[STATE]
    cdef i64 left = item.count - 1, done = 0, jumps, by, late_before
    cdef int period, slot, n
    cdef bint tiles = k.loops[item.again] < k.cut, leaf = k.nodes[item.child].leaf >= 0, steady
    cdef i64 compute = k.compute[k.nodes[item.child].leaf] if leaf else 0
    while left > 0:
        late_before = s.late
        if not tiles:
            s.late = 0
        do_transition(k, s, item.again)
        if leaf:
            do_compute(s, compute)
        else:
            run_node(k, item.child, s, overflow)
        left -= 1
        if left > 0:
            n = read_state(s, tiles, now)
            steady = False
            slot = 0
            for period in range(1, <int>min(done, <i64>REMEMBERED) + 1):
                slot = <int>((done - period) % REMEMBERED)
                if same(now, seen[slot], n):
                    steady = True
                    break
            if steady and left >= period:
                jumps = left // period
                by = checked_multiply(s.c1 - ends[slot], jumps, overflow)
                checked_add(s.c1, by, overflow)
                if overflow[0]:
                    return
                if not tiles:
                    s.late += by
                advance(s, by, tiles)
                left -= jumps * period
            slot = <int>(done % REMEMBERED)
            memcpy(seen[slot], now, n * sizeof(i64))
            ends[slot] = s.c1
            done += 1
        if not tiles:
            s.late = max(s.late, late_before)


cdef i64 fine_time(const Costs* k, int root, int initial, int final, int* overflow) noexcept nogil:
    """Cycles of the elastic pipeline."""
    cdef Clock s
    s.ie = s.ready = s.c1 = s.c2 = s.o1 = s.o2 = s.late = s.de = s.t1 = s.t2 = s.w1 = s.w2 = 0
    do_ingress(k, &s, k.ingress[initial], begin_tile(k, &s, k.dram_in[initial]))
    run_node(k, root, &s, overflow)
    do_egress(k, &s, k.egress[final])
    end_tile(&s, k.dram_out[final])
    return s.w1 + (k.dram_latency if k.dram_out[final] else 0)


# Coarse time: a chain of steps (or L2 tiles) costs a sum of terms, each of which needs what flanks it.
# A chain keeps the terms of its first and last member open; joining two chains closes one of each.
cdef struct Chain:
    i64 closed          # sum of all terms that have both neighbours
    i64 first           # own cost of the first member, and the transition after it
    int first_out
    i64 last            # own cost of the last member, and the transition before it
    int last_in
    bint single

cdef struct CoarseCosts:
    const Costs* k
    const i64* ingress  # with latency
    const i64* egress
    const i64* dram_in
    const i64* dram_out


cdef inline i64 term(const CoarseCosts* k, bint tiles, i64 own, int before, int after) noexcept nogil:
    """Cost of one step, or of one L2 tile, between two transitions (-1: none that overlaps)."""
    cdef i64 enter, leave
    if tiles:
        own += k.ingress[before] + k.egress[after]
        return max(own, max(k.dram_in[after], k.dram_out[before]))
    leave = k.ingress[after] if after >= 0 else 0
    enter = k.egress[before] if before >= 0 else 0
    return max(own, max(leave, enter))


cdef i64 close_chain(const CoarseCosts* k, bint tiles, const Chain* c, int before, int after) noexcept nogil:
    if c.single:
        return term(k, tiles, c.first, before, after)
    return c.closed + term(k, tiles, c.first, before, c.first_out) + term(k, tiles, c.last, c.last_in, after)


cdef Chain join(const CoarseCosts* k, bint tiles, const Chain* x, int transition, const Chain* y) noexcept nogil:
    cdef Chain c
    c.closed = x.closed + y.closed
    c.first = x.first
    c.first_out = transition if x.single else x.first_out
    c.last = y.last
    c.last_in = transition if y.single else y.last_in
    c.single = False
    if not x.single:
        c.closed += term(k, tiles, x.last, x.last_in, transition)
    if not y.single:
        c.closed += term(k, tiles, y.first, transition, y.first_out)
    return c


cdef Chain chain_of(const CoarseCosts* k, int number, bint tiles) noexcept nogil:
    """Chain of steps inside an L2 tile, or of L2 tiles."""
    cdef const Node* node = &k.k.nodes[number]
    cdef Chain c, child, inner
    cdef size_t i
    cdef bint started = False
    cdef i64 more
    cdef int again
    c.closed = 0
    c.first_out = c.last_in = -1
    c.single = True
    if tiles and (node.depth >= k.k.cut or node.leaf >= 0):
        inner = chain_of(k, number, False)
        c.first = c.last = close_chain(k, False, &inner, -1, -1)
        return c
    if node.leaf >= 0:
        c.first = c.last = k.k.compute[node.leaf]
        return c
    for i in range(node.items.size()):
        child = chain_of(k, node.items[i].child, tiles)
        c = child if not started else join(k, tiles, &c, node.items[i - 1].following, &child)
        started = True
        again = node.items[i].again
        if node.items[i].count > 1:
            c = join(k, tiles, &c, again, &child)
            more = node.items[i].count - 2
            if more > 0:
                c.closed += more * close_chain(k, tiles, &child, again, again)
    return c

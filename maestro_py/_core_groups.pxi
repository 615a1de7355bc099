# Axis groups: loop dimensions that share a window or a unit index, analysed on their own.
#
# Boxes are products over groups, so everything that happens in a step is a product of what happens in
# each group. A group's behaviour is found by walking its own loops only: runs of positions that are
# translations of each other ("zones") are walked once, runs of units likewise. Included by _core.pyx.

cdef enum:
    CODES = 10          # loop dimensions 0..7, padded input of window w is 8 + w
    INPUT = 8
    DEPTH = 24          # loops of one group
    NEW = 0             # classes of a PE at a transition: nothing held before
    SAME = 1            # no axis changed
    ONE = 2             # exactly one axis changed
    MANY = 3            # two or more axes changed
    FRESH = 4           # the part of ONE that is new
    NEVER = 1 << 20

cdef struct WindowSpec:
    int output
    int filter
    i64 stride
    i64 dilation
    i64 pad
    i64 insertion
    i64 real_size
    i64 extent

cdef struct MapSpec:
    bint spatial
    int code
    i64 size
    i64 offset
    int slot            # loop of the group that drives it, -1: always at position (fold) 0

cdef struct LevelSpec:
    i64 units
    bint spatial        # has a spatial map of this group
    int input_mapped    # bit w: the output of window w is cut at this level
    vector[MapSpec] maps

cdef struct State:
    bint alive
    i64 lo[CODES]
    i64 hi[CODES]

cdef struct Run:
    i64 count
    i64 shift[CODES]

cdef struct Entry:
    State a
    State b
    vector[Run] runs

cdef struct Zone:
    i64 start
    i64 count

cdef struct Regular:
    i64 first           # positions [first, end) are translations of each other
    i64 end
    i64 count           # positions that exist

cdef struct Column:
    i64 multiplicity
    IntervalSet sets[5]

cdef struct Weighted:
    i64 weight
    IntervalSet line

cdef struct Profile:
    vector[Weighted] lines

cdef struct Atom:
    int mask
    i64 volume

cdef struct Summary:
    i64 total           # sum over PEs of tile sizes
    i64 same            # ... of PEs in class SAME
    i64 one             # ... of PEs in class ONE
    i64 fresh           # new elements of PEs in class ONE
    vector[Column] columns
    vector[Atom] atoms
    Profile profiles[4]

cdef struct GroupTransition:
    int held[3]                 # summary per tensor, PE side
    int l2[3 * DEPTH + 3]       # summary per tensor and depth: l2[3 * depth + tensor], -1 where meaningless

cdef struct GroupItem:
    int child
    i64 count
    int again                   # transition between iterations, -1 if count is 1
    int following               # transition to the next item, -1 for the last

cdef struct GroupNode:
    int depth
    vector[GroupItem] items
    int reset                   # transition last leaf -> first leaf below this node
    int dead_level              # first level after which no unit is alive, or NEVER
    int leaf                    # index into leaves, -1 for inner nodes

cdef struct Leaf:
    i64 macs
    i64 active
    i64 tile[3]
    vector[i64] extents         # distinct undominated extents of active units, n_dims numbers each

cdef struct L2Sets:
    bint present[3]
    vector[IntervalSet] axes[3]

cdef struct Piece:
    int kind                    # class of the PE
    bint fresh                  # class ONE and the changed axis leaves something new
    vector[IntervalSet] held
    vector[IntervalSet] moved   # `held` with the changed axis replaced by what is new

cdef struct Gathered:
    Summary summary
    Column single               # for tensors with one axis in the group
    vector[Piece] boxes         # for tensors with several

cdef struct Workspace:          # buffers that keep their memory from one transition to the next
    vector[Entry] entries
    vector[Run] runs
    vector[Run] no_runs
    vector[IntervalSet] before
    vector[IntervalSet] after
    IntervalSet swept
    Piece piece
    Gathered gathered
    L2Sets unions[2]
    L2Sets none

cdef struct Key:                # a summary with one column of single intervals, and no profile
    i64 numbers[14]
    int summary

cdef struct Group:
    bint spatial
    Workspace workspace
    vector[Key] keys
    int n_dims
    int dims[8]
    int n_windows
    int windows[2]
    int n_loops
    int loop_level[DEPTH]
    vector[LevelSpec] levels
    State whole
    int n_axes[3]
    int axes[3][8]
    int inner[3]                # position of the layout's innermost axis among axes, -1 if elsewhere
    vector[GroupNode] nodes
    vector[GroupTransition] transitions
    vector[Summary] summaries
    vector[Leaf] leaves
    unordered_map[string, int] node_ids
    unordered_map[string, int] summary_ids
    unordered_map[string, int] leaf_ids
    unordered_map[string, L2Sets] l2_sets
    i64 l2_largest[DEPTH + 1][3]
    int root
    int initial
    int final


cdef inline i64 positions(i64 extent, i64 size, i64 offset) noexcept nogil:
    """ceil((E - m) / o) + 1, 1 where E <= m (SEMANTICS 2)."""
    return 1 if extent <= size else ceil_div(extent - size, offset) + 1


cdef void child_state(const WindowSpec* specs, const Group* g, int level, const State* s, const i64* idx,
                      i64 unit, State* out) noexcept nogil:
    """Cut `s` by the group's maps of one level, for one unit and the loop indices `idx`."""
    cdef const LevelSpec* spec = &g.levels[level]
    cdef size_t i
    cdef int w, k, code
    cdef i64 pos, start, first, last, low, high, r0, r1
    cdef const WindowSpec* window
    out[0] = s[0]
    if not s.alive or spec.maps.size() == 0:
        return
    for i in range(spec.maps.size()):
        code = spec.maps[i].code
        pos = idx[spec.maps[i].slot] if spec.maps[i].slot >= 0 else 0
        if spec.maps[i].spatial:
            pos = pos * spec.units + unit
        if pos >= positions(s.hi[code] - s.lo[code], spec.maps[i].size, spec.maps[i].offset):
            out.alive = False
            return
        start = s.lo[code] + pos * spec.maps[i].offset
        out.lo[code] = start
        out.hi[code] = max(start, min(start + spec.maps[i].size, s.hi[code]))
    for k in range(g.n_windows):
        w = g.windows[k]
        window = &specs[w]
        r0 = out.lo[window.filter]
        r1 = out.hi[window.filter]
        if spec.input_mapped >> w & 1:
            start = window.stride * out.lo[window.output] + window.dilation * r0
            out.lo[INPUT + w] = start
            out.hi[INPUT + w] = max(start, window.stride * (out.hi[window.output] - 1) + window.dilation * (r1 - 1) + 1)
        else:
            first = -floor_div(window.dilation * r0 - out.lo[INPUT + w], window.stride)
            last = floor_div(out.hi[INPUT + w] - 1 - window.dilation * (r1 - 1), window.stride)
            low = max(s.lo[window.output], first)
            high = min(s.hi[window.output], last + 1)
            out.lo[window.output] = low
            out.hi[window.output] = max(low, high)


cdef inline bint is_active(const Group* g, const State* s) noexcept nogil:
    """Every loop dimension of the group is non-empty."""
    cdef int i
    if not s.alive:
        return False
    for i in range(g.n_dims):
        if s.lo[g.dims[i]] >= s.hi[g.dims[i]]:
            return False
    return True


cdef Regular regular_positions(const WindowSpec* specs, const Group* g, int level, const MapSpec* m,
                               const State* s) noexcept nogil:
    """Positions of a map whose tiles are whole, unclipped and clear of padding: translations of each other."""
    cdef Regular r
    cdef i64 lo = s.lo[m.code], extent = s.hi[m.code] - s.lo[m.code], step, real_end, tap_low, tap_first, tap_last_end
    cdef i64 low, high
    cdef const WindowSpec* window
    cdef const LevelSpec* spec = &g.levels[level]
    cdef int k, w = -1
    cdef size_t i
    cdef i64 tap_positions
    r.count = positions(extent, m.size, m.offset)
    r.first = 0
    r.end = r.count
    if extent < m.size or (r.count - 1) * m.offset + m.size > extent:
        r.end = r.count - 1
    for k in range(g.n_windows):
        window = &specs[g.windows[k]]
        if m.code == window.filter:
            r.end = r.first                     # filter taps: few, and rows depend on them
            return r
        if m.code == window.output or m.code == INPUT + g.windows[k]:
            w = g.windows[k]
    if w < 0:
        return r
    window = &specs[w]
    real_end = window.pad + (window.real_size - 1) * window.insertion + 1
    if m.code == window.output:
        step = window.stride * m.offset
        low = window.stride * lo + window.dilation * s.lo[window.filter]
        high = window.stride * (lo + m.size - 1) + window.dilation * (s.hi[window.filter] - 1)
    else:
        step = m.offset
        low = lo
        high = lo + m.size - 1
        if step % window.stride:
            r.end = r.first
            return r
        tap_first = s.lo[window.filter]
        tap_last_end = s.hi[window.filter]
        for i in range(spec.maps.size()):
            if spec.maps[i].code == window.filter:
                tap_positions = positions(s.hi[window.filter] - s.lo[window.filter], spec.maps[i].size,
                                          spec.maps[i].offset)
                tap_first = s.lo[window.filter] + (tap_positions - 1) * spec.maps[i].offset
                tap_last_end = min(s.hi[window.filter], s.lo[window.filter] + spec.maps[i].size)
        # the parent's outputs must not clip the tile's: its first output at or after theirs, its last before their end
        r.first = max(r.first, ceil_div(window.stride * (s.lo[window.output] - 1) + 1 + window.dilation * tap_first - lo,
                                        step))
        r.end = min(r.end, floor_div(window.stride * s.hi[window.output] - 1 + window.dilation * (tap_last_end - 1)
                                     - (lo + m.size - 1), step) + 1)
    if step % window.insertion:
        r.end = r.first
        return r
    if low < window.pad:
        r.first = max(r.first, ceil_div(window.pad - low, step))
    if high + (r.count - 1) * step >= real_end:
        r.end = min(r.end, floor_div(real_end - 1 - high, step) + 1)
    r.first = min(max(r.first, 0), r.count)
    r.end = max(r.end, r.first)
    return r


cdef inline State shifted(const State* s, const Run* run, i64 times) noexcept nogil:
    cdef State out = s[0]
    cdef int c
    for c in range(CODES):
        out.lo[c] += times * run.shift[c]
        out.hi[c] += times * run.shift[c]
    return out


cdef void add_breaks(const WindowSpec* specs, const Group* g, int level, const State* s, const i64* idx,
                     i64 units, vector[i64]& breaks, vector[Zone]& singles, i64* existing) noexcept nogil:
    """Where, among the units of a level, behaviour changes for one side of a transition."""
    cdef const LevelSpec* spec = &g.levels[level]
    cdef Regular r
    cdef size_t i
    cdef i64 base, first, end, count, alive = units
    cdef Zone z
    if not s.alive:
        return
    for i in range(spec.maps.size()):
        if spec.maps[i].spatial:
            r = regular_positions(specs, g, level, &spec.maps[i], s)
            base = (idx[spec.maps[i].slot] if spec.maps[i].slot >= 0 else 0) * units
            first = min(max(r.first - base, 0), units)
            end = min(max(r.end - base, 0), units)
            count = min(max(r.count - base, 0), units)
            breaks.push_back(first)
            breaks.push_back(end)
            breaks.push_back(count)
            alive = min(alive, count)
            if first > 0:
                z.start = 0
                z.count = first
                singles.push_back(z)
            if count > end:
                z.start = end
                z.count = count - end
                singles.push_back(z)
    existing[0] = max(existing[0], alive)


cdef void walk(const WindowSpec* specs, const Group* g, int level, int stop, const State* a, const State* b,
               const i64* ia, const i64* ib, vector[Run]& runs, vector[Entry]& out) noexcept nogil:
    """Collect the group's units with their states before (a) and after (b) a transition.

    Runs of units whose states are translations of each other make one entry.
    """
    cdef Entry entry
    cdef State ca, cb, na, nb
    cdef vector[i64] breaks
    cdef vector[Zone] singles
    cdef i64 units, existing = 0, u, end, x
    cdef size_t i, j
    cdef bint single
    cdef Run run
    cdef int c
    if not a.alive and not b.alive:
        return
    if level == stop:
        entry.a = a[0]
        entry.b = b[0]
        entry.runs = runs
        out.push_back(entry)
        return
    if not g.levels[level].spatial:
        child_state(specs, g, level, a, ia, 0, &ca)
        child_state(specs, g, level, b, ib, 0, &cb)
        walk(specs, g, level + 1, stop, &ca, &cb, ia, ib, runs, out)
        return
    units = g.levels[level].units
    breaks.push_back(0)
    add_breaks(specs, g, level, a, ia, units, breaks, singles, &existing)
    add_breaks(specs, g, level, b, ib, units, breaks, singles, &existing)
    breaks.push_back(existing)
    sort(breaks.begin(), breaks.end())
    for i in range(breaks.size() - 1):
        u = breaks[i]
        end = min(breaks[i + 1], existing)
        if u >= end:
            continue
        single = False
        for j in range(singles.size()):
            if singles[j].start <= u < singles[j].start + singles[j].count:
                single = True
        while u < end:
            child_state(specs, g, level, a, ia, u, &ca)
            child_state(specs, g, level, b, ib, u, &cb)
            if single or end - u == 1:
                walk(specs, g, level + 1, stop, &ca, &cb, ia, ib, runs, out)
                u += 1
                continue
            child_state(specs, g, level, a, ia, u + 1, &na)
            child_state(specs, g, level, b, ib, u + 1, &nb)
            run.count = end - u
            for c in range(CODES):
                run.shift[c] = na.lo[c] - ca.lo[c] if ca.alive else nb.lo[c] - cb.lo[c]
            runs.push_back(run)
            walk(specs, g, level + 1, stop, &ca, &cb, ia, ib, runs, out)
            runs.pop_back()
            u = end


cdef bint zones(const WindowSpec* specs, const Group* g, int depth, const i64* idx, vector[Zone]& out,
                i64* total) noexcept nogil:
    """Split the iterations of loop `depth` into runs of equal behaviour; False where every unit is dead."""
    cdef int level = g.loop_level[depth]
    cdef const LevelSpec* spec = &g.levels[level]
    cdef vector[Entry] entries
    cdef vector[Run] runs
    cdef vector[Regular] parts
    cdef vector[i64] breaks
    cdef State nothing, s
    cdef Regular r
    cdef Zone z
    cdef size_t e, i, k
    cdef int corner
    cdef i64 x, y, n = 0
    cdef bint single
    out.clear()
    nothing.alive = False
    walk(specs, g, 0, level, &g.whole, &nothing, idx, idx, runs, entries)
    for e in range(entries.size()):
        if not entries[e].a.alive:
            continue
        s = entries[e].a
        for corner in range(2):
            if corner == 1:
                if entries[e].runs.size() == 0:
                    break
                for k in range(entries[e].runs.size()):
                    s = shifted(&s, &entries[e].runs[k], entries[e].runs[k].count - 1)
            for i in range(spec.maps.size()):
                if spec.maps[i].slot != depth:
                    continue
                r = regular_positions(specs, g, level, &spec.maps[i], &s)
                if spec.maps[i].spatial:
                    r.first = ceil_div(r.first, spec.units)
                    r.end = max(r.first, r.end // spec.units)
                    r.count = ceil_div(r.count, spec.units)
                parts.push_back(r)
                n = max(n, r.count)
    if n == 0:
        z.start = 0
        z.count = 1
        out.push_back(z)
        total[0] = 1
        return False
    total[0] = n
    breaks.push_back(0)
    breaks.push_back(n)
    for i in range(parts.size()):
        breaks.push_back(min(parts[i].first, n))
        breaks.push_back(min(parts[i].end, n))
        breaks.push_back(min(parts[i].count, n))
    sort(breaks.begin(), breaks.end())
    for i in range(breaks.size() - 1):
        x = breaks[i]
        y = breaks[i + 1]
        if x >= y:
            continue
        single = False
        for k in range(parts.size()):
            if x < parts[k].first or parts[k].end <= x < parts[k].count:
                single = True
                break
        z.count = 1 if single else y - x
        z.start = x
        while z.start < y:
            out.push_back(z)
            z.start += z.count
    return True


cdef void input_set(const WindowSpec* window, const State* s, IntervalSet& out) noexcept nogil:
    """Real input elements that the outputs and taps of a box touch (SEMANTICS 1 and 3)."""
    cdef i64 p0 = s.lo[window.output], p1 = s.hi[window.output], r0 = s.lo[window.filter], r1 = s.hi[window.filter]
    cdef i64 p, r, a, b, low, high
    cdef i64 taps = window.dilation * (r1 - 1 - r0) + 1
    cdef size_t i, n
    out.clear()
    if p0 >= p1 or r0 >= r1:
        return
    a = window.stride * p0 + window.dilation * r0 - window.pad
    b = window.stride * (p1 - 1) + window.dilation * (r1 - 1) + 1 - window.pad
    if (window.dilation == 1 or r1 - r0 == 1) and (p1 - p0 == 1 or window.stride <= taps):
        push(out, a, b)
    elif window.stride == 1 and p1 - p0 >= window.dilation:
        push(out, a, b)
    elif window.dilation == 1 or r1 - r0 == 1:
        for p in range(p0, p1):
            a = window.stride * p + window.dilation * r0 - window.pad
            push(out, a, a + taps)
    elif window.stride == 1:
        for r in range(r0, r1):
            a = p0 + window.dilation * r - window.pad
            push(out, a, a + p1 - p0)
    else:
        for p in range(p0, p1):
            for r in range(r0, r1):
                a = window.stride * p + window.dilation * r - window.pad
                push(out, a, a + 1)
    normalise(out)
    n = 0
    for i in range(out.size()):
        low = max(ceil_div(out[i].a, window.insertion), 0)
        high = min(floor_div(out[i].b - 1, window.insertion) + 1, window.real_size)
        if low < high:
            out[n].a = low
            out[n].b = high
            n += 1
    out.resize(n)
    if window.insertion > 1:
        normalise(out)


cdef inline void axis_set(const WindowSpec* specs, int code, const State* s, IntervalSet& out) noexcept nogil:
    if code >= INPUT:
        input_set(&specs[code - INPUT], s, out)
    else:
        out.clear()
        push(out, s.lo[code], s.hi[code])


cdef inline i64 axis_shift(const WindowSpec* specs, int code, const Run* run) noexcept nogil:
    """How far a run of units moves an axis set, in real elements."""
    cdef const WindowSpec* window
    if code < INPUT:
        return run.shift[code]
    window = &specs[code - INPUT]
    return (window.stride * run.shift[window.output] + window.dilation * run.shift[window.filter]) // window.insertion

# Traffic: what moves at a transition, combined from the groups' summaries, and the beats that it takes.
# Included by _core.pyx.

cdef enum:
    ALL_SAME = 1        # outcomes of choosing a class in every other group
    ONE_FRESH = 2
    ONE_CHANGED = 4
    FULL = 8

cdef struct LineSet:
    i64 coefficient
    IntervalSet line

cdef struct Traffic:
    i64 moved                   # sum over PEs of new (leaving) elements
    i64 carried                 # union with multicast (reduction), else the same sum
    vector[LineSet] lines       # layout packing: lines along the innermost axis with their number (may be negative)


cdef int next_outcomes(int outcomes, int atom) noexcept nogil:
    """Outcomes after one more group offers the classes of `atom` (see Traffic)."""
    cdef int out = 0
    cdef bint full = (atom & (1 << NEW | 1 << MANY)) != 0
    cdef bint one = (atom & 1 << ONE) != 0, same = (atom & 1 << SAME) != 0, fresh = (atom & 1 << FRESH) != 0
    if outcomes & ALL_SAME:
        out |= (FULL if full else 0) | (ONE_CHANGED if one else 0) | (ONE_FRESH if fresh else 0) | (ALL_SAME if same else 0)
    if outcomes & ONE_FRESH:
        out |= (ONE_FRESH if same else 0) | (FULL if full or one else 0)
    if outcomes & ONE_CHANGED:
        out |= (ONE_CHANGED if same else 0) | (FULL if full or one else 0)
    if outcomes & FULL:
        out |= FULL
    return out


cdef void add_line(Traffic* t, i64 coefficient, const IntervalSet& line) noexcept nogil:
    cdef LineSet s
    cdef size_t i
    if coefficient == 0 or line.size() == 0:
        return
    for i in range(t.lines.size()):
        if equal_sets(t.lines[i].line, line):
            t.lines[i].coefficient += coefficient
            return
    s.coefficient = coefficient
    s.line = line
    t.lines.push_back(s)


cdef void shared_traffic(const vector[const Summary*]& parts, int line_group, Traffic* t, int* overflow) noexcept nogil:
    """Union over PEs of what moves, as lines of one group times numbers from the others.

    A PE moves its whole tile unless all groups are SAME (nothing) or exactly one is ONE (its fresh part).
    The union over PEs is found per combination of positions: for each, which choices of a PE exist.
    """
    cdef i64 volumes[16]
    cdef i64 following[16]
    cdef int outcomes, k, after, selection
    cdef size_t g, i, c
    cdef IntervalSet line
    cdef const Summary* s
    for k in range(16):
        volumes[k] = 0
    volumes[ALL_SAME] = 1
    for g in range(parts.size()):
        if <int>g == line_group:
            continue
        for k in range(16):
            following[k] = 0
        for k in range(1, 16):
            if volumes[k]:
                for i in range(parts[g].atoms.size()):
                    after = next_outcomes(k, parts[g].atoms[i].mask)
                    following[after] = checked_add(following[after], checked_multiply(
                        volumes[k], parts[g].atoms[i].volume, overflow), overflow)
        for k in range(16):
            volumes[k] = following[k]
    s = parts[line_group]
    t.carried = 0
    for outcomes in range(1, 16):
        if volumes[outcomes] == 0:
            continue
        for c in range(s.columns.size()):
            line.clear()
            extend(line, s.columns[c].sets[NEW])
            extend(line, s.columns[c].sets[MANY])
            if outcomes & (ONE_FRESH | ONE_CHANGED | FULL):
                extend(line, s.columns[c].sets[ONE])
            if outcomes & ALL_SAME:
                extend(line, s.columns[c].sets[FRESH])
            if outcomes & (FULL | ONE_FRESH):
                extend(line, s.columns[c].sets[SAME])
            normalise(line)
            add_line(t, checked_multiply(volumes[outcomes], s.columns[c].multiplicity, overflow), line)
    for i in range(t.lines.size()):
        t.carried = checked_add(t.carried, checked_multiply(t.lines[i].coefficient, measure(t.lines[i].line), overflow),
                                overflow)


cdef void summed_traffic(const vector[const Summary*]& parts, Traffic* t, int* overflow) noexcept nogil:
    """Sum over PEs of what moves: all, less what is kept, which the classes of the groups factor."""
    cdef i64 total = 1, same = 1, others
    cdef size_t g, h
    for g in range(parts.size()):
        total = checked_multiply(total, parts[g].total, overflow)
        same = checked_multiply(same, parts[g].same, overflow)
    t.moved = total - same
    for g in range(parts.size()):
        others = parts[g].one - parts[g].fresh
        if others == 0:
            continue
        for h in range(parts.size()):
            if h != g:
                others = checked_multiply(others, parts[h].same, overflow)
        t.moved -= others


cdef void own_lines(const vector[const Summary*]& parts, int line_group, Traffic* t, int* overflow) noexcept nogil:
    """Every PE's own lines along the innermost axis, added up (no multicast or reduction)."""
    cdef i64 total = 1, same = 1, kept = 0, term
    cdef size_t g, h, i
    cdef const Summary* s = parts[line_group]
    for g in range(parts.size()):
        if <int>g != line_group:
            total = checked_multiply(total, parts[g].total, overflow)
            same = checked_multiply(same, parts[g].same, overflow)
    for g in range(parts.size()):
        if <int>g == line_group or parts[g].one == parts[g].fresh:
            continue
        term = parts[g].one - parts[g].fresh
        for h in range(parts.size()):
            if h != g and <int>h != line_group:
                term = checked_multiply(term, parts[h].same, overflow)
        kept += term
    for i in range(s.profiles[0].lines.size()):
        add_line(t, checked_multiply(total, s.profiles[0].lines[i].weight, overflow), s.profiles[0].lines[i].line)
    for i in range(s.profiles[1].lines.size()):
        add_line(t, -checked_multiply(kept + same, s.profiles[1].lines[i].weight, overflow), s.profiles[1].lines[i].line)
    for i in range(s.profiles[2].lines.size()):
        add_line(t, -checked_multiply(same, s.profiles[2].lines[i].weight, overflow), s.profiles[2].lines[i].line)
    for i in range(s.profiles[3].lines.size()):
        add_line(t, checked_multiply(same, s.profiles[3].lines[i].weight, overflow), s.profiles[3].lines[i].line)


cdef void whole_lines(Traffic* t, i64 size, int* overflow) noexcept nogil:
    """The innermost axis is constant: every element of the groups' axes stands for a whole line."""
    cdef IntervalSet line
    push(line, 0, size)
    t.lines.clear()
    add_line(t, t.carried, line)
    t.moved = checked_multiply(t.moved, size, overflow)
    t.carried = checked_multiply(t.carried, size, overflow)


cdef void scale(Traffic* t, i64 factor, int* overflow) noexcept nogil:
    """Multiply traffic by what constant axes contribute."""
    cdef size_t i
    t.moved = checked_multiply(t.moved, factor, overflow)
    t.carried = checked_multiply(t.carried, factor, overflow)
    for i in range(t.lines.size()):
        t.lines[i].coefficient = checked_multiply(t.lines[i].coefficient, factor, overflow)


cdef i64 beats_of(const Traffic* t, bint layout, i64 bits, i64 bandwidth, int* overflow) noexcept nogil:
    """Beats of one tensor's traffic in a step or L2 tile (SEMANTICS 4, packing)."""
    cdef i64 width, total = 0
    cdef size_t i
    if t.carried == 0:
        return 0
    if not layout:
        return ceil_div(checked_multiply(t.carried, bits, overflow), 8 * bandwidth)
    width = 8 * bandwidth // bits
    if width == 0:
        return checked_multiply(t.carried, ceil_div(bits, 8 * bandwidth), overflow)
    for i in range(t.lines.size()):
        total = checked_add(total, checked_multiply(t.lines[i].coefficient, windows(t.lines[i].line, width), overflow),
                            overflow)
    return total

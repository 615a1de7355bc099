# Summaries: what a transition means for one tensor in one group. Included by _core.pyx.
#
# PEs fall into classes by the reuse rule (SEMANTICS 3): NEW (held nothing), SAME, ONE, MANY by how many
# axes changed. A summary keeps the sums over PEs that give per-PE traffic, and the unions of every class
# that give multicast (reduction) traffic, as columns along one axis.

cdef inline void class_sums(Summary* s, i64 count, int kind, i64 size, i64 fresh) noexcept nogil:
    s.total += count * size
    if kind == SAME:
        s.same += count * size
    elif kind == ONE:
        s.one += count * size
        s.fresh += count * fresh


cdef void add_lines(Summary* s, i64 count, Piece* piece, int inner) noexcept nogil:
    """Remember every PE's own lines along the innermost axis (traffic without multicast or reduction)."""
    cdef Weighted w
    cdef i64 others = 1
    cdef size_t i
    for i in range(piece.held.size()):
        if <int>i != inner:
            others *= measure(piece.held[i])
    w.weight = count * others
    w.line = piece.held[inner]
    s.profiles[0].lines.push_back(w)
    if piece.kind == SAME:
        s.profiles[1].lines.push_back(w)
    elif piece.kind == ONE:
        s.profiles[2].lines.push_back(w)
        if piece.fresh:
            w.weight = count
            for i in range(piece.moved.size()):
                if <int>i != inner:
                    w.weight *= measure(piece.moved[i])
            w.line = piece.moved[inner]
            s.profiles[3].lines.push_back(w)


cdef void merge_profile(Profile* p) noexcept nogil:
    """Move every line to 0 and add up equal ones."""
    cdef vector[Weighted] out
    cdef size_t i, j, k
    cdef i64 base
    cdef bint found
    for i in range(p.lines.size()):
        if p.lines[i].line.size():
            base = p.lines[i].line[0].a
            for k in range(p.lines[i].line.size()):
                p.lines[i].line[k].a -= base
                p.lines[i].line[k].b -= base
        found = False
        for j in range(out.size()):
            if equal_sets(out[j].line, p.lines[i].line):
                out[j].weight += p.lines[i].weight
                found = True
                break
        if not found:
            out.push_back(p.lines[i])
    p.lines.swap(out)


cdef void add_atoms(Summary* s, const Column* c) noexcept nogil:
    """Split a column by which of its five sets hold a position."""
    cdef vector[i64] ends
    cdef size_t i, k, n
    cdef int mask, j
    cdef Atom atom
    cdef bint found
    for j in range(5):
        for i in range(c.sets[j].size()):
            ends.push_back(c.sets[j][i].a)
            ends.push_back(c.sets[j][i].b)
    sort(ends.begin(), ends.end())
    for i in range(1, ends.size()):
        if ends[i - 1] == ends[i]:
            continue
        mask = 0
        for j in range(5):
            for k in range(c.sets[j].size()):
                if c.sets[j][k].a <= ends[i - 1] < c.sets[j][k].b:
                    mask |= 1 << j
                    break
        if mask == 0:
            continue
        atom.mask = mask
        atom.volume = (ends[i] - ends[i - 1]) * c.multiplicity
        found = False
        for k in range(s.atoms.size()):
            if s.atoms[k].mask == mask:
                s.atoms[k].volume += atom.volume
                found = True
                break
        if not found:
            s.atoms.push_back(atom)


cdef void add_column(Summary* s, Column* c) noexcept nogil:
    """Move a column to 0 and keep it, adding up equal ones."""
    cdef i64 base = 0
    cdef bint any_piece = False, equal
    cdef int j
    cdef size_t i, k
    for j in range(5):
        normalise(c.sets[j])
        if c.sets[j].size() and (not any_piece or c.sets[j][0].a < base):
            base = c.sets[j][0].a
            any_piece = True
    if not any_piece:
        return
    for j in range(5):
        for i in range(c.sets[j].size()):
            c.sets[j][i].a -= base
            c.sets[j][i].b -= base
    add_atoms(s, c)
    for k in range(s.columns.size()):
        equal = True
        for j in range(5):
            if not equal_sets(s.columns[k].sets[j], c.sets[j]):
                equal = False
                break
        if equal:
            s.columns[k].multiplicity += c.multiplicity
            return
    s.columns.push_back(c[0])


cdef void columns_of_boxes(Summary* s, vector[Piece]& pieces, int n_axes, int inner) noexcept nogil:
    """Unions of multi-axis boxes: compress the coordinates of all axes but `inner`, a column per cell."""
    cdef vector[vector[i64]] cuts
    cdef vector[i64] ends
    cdef vector[size_t] cell
    cdef size_t p, i, j, k
    cdef int axis
    cdef bint covered, covered_fresh, inside
    cdef Column column
    cuts.resize(n_axes)
    for axis in range(n_axes):
        if axis == inner:
            continue
        for p in range(pieces.size()):
            for i in range(pieces[p].held[axis].size()):
                cuts[axis].push_back(pieces[p].held[axis][i].a)
                cuts[axis].push_back(pieces[p].held[axis][i].b)
            if pieces[p].fresh:
                for i in range(pieces[p].moved[axis].size()):
                    cuts[axis].push_back(pieces[p].moved[axis][i].a)
                    cuts[axis].push_back(pieces[p].moved[axis][i].b)
        sort(cuts[axis].begin(), cuts[axis].end())
        ends.clear()
        for i in range(cuts[axis].size()):
            if ends.size() == 0 or ends.back() != cuts[axis][i]:
                ends.push_back(cuts[axis][i])
        cuts[axis] = ends
        if ends.size() < 2:
            return
    cell.resize(n_axes)
    while True:
        column.multiplicity = 1
        for j in range(5):
            column.sets[j].clear()
        for axis in range(n_axes):
            if axis != inner:
                column.multiplicity *= cuts[axis][cell[axis] + 1] - cuts[axis][cell[axis]]
        for p in range(pieces.size()):
            covered = True
            covered_fresh = pieces[p].fresh
            for axis in range(n_axes):
                if axis == inner:
                    continue
                if covered and not holds(pieces[p].held[axis], cuts[axis][cell[axis]]):
                    covered = False
                if covered_fresh and not holds(pieces[p].moved[axis], cuts[axis][cell[axis]]):
                    covered_fresh = False
            if covered:
                extend(column.sets[pieces[p].kind], pieces[p].held[inner])
            if covered_fresh:
                extend(column.sets[FRESH], pieces[p].moved[inner])
        add_column(s, &column)
        axis = 0
        while axis < n_axes:
            if axis != inner:
                cell[axis] += 1
                if cell[axis] + 1 < cuts[axis].size():
                    break
                cell[axis] = 0
            axis += 1
        if axis == n_axes:
            return


cdef inline bint holds(const IntervalSet& s, i64 x) noexcept nogil:
    cdef size_t i
    for i in range(s.size()):
        if s[i].a <= x < s[i].b:
            return True
    return False


cdef inline void extend(IntervalSet& to, const IntervalSet& what) noexcept nogil:
    cdef size_t i
    for i in range(what.size()):
        to.push_back(what[i])


cdef void expand(const WindowSpec* specs, const Group* g, int tensor, const Piece* piece, const vector[Run]& runs,
                 size_t level, vector[Piece]& out) noexcept nogil:
    """Write out every unit of nested runs as a piece of its own."""
    cdef Piece copy
    cdef i64 c, shift
    cdef int axis
    cdef size_t i
    if level == runs.size():
        out.push_back(piece[0])
        return
    for c in range(runs[level].count):
        copy = piece[0]
        for axis in range(g.n_axes[tensor]):
            shift = c * axis_shift(specs, g.axes[tensor][axis], &runs[level])
            for i in range(copy.held[axis].size()):
                copy.held[axis][i].a += shift
                copy.held[axis][i].b += shift
            if copy.fresh:
                for i in range(copy.moved[axis].size()):
                    copy.moved[axis][i].a += shift
                    copy.moved[axis][i].b += shift
        expand(specs, g, tensor, &copy, runs, level + 1, out)


cdef bint make_piece(const Group* g, int tensor, bint current, const vector[IntervalSet]& now, bint other,
                     const vector[IntervalSet]& then, Piece* piece) noexcept nogil:
    """Classify one PE (or the L2) by the reuse rule; False if it holds nothing now."""
    cdef int axis, changed = 0, which = -1
    if not current:
        return False
    piece.held = now
    piece.fresh = False
    if not other:
        piece.kind = NEW
        return True
    for axis in range(g.n_axes[tensor]):
        if not equal_sets(now[axis], then[axis]):
            changed += 1
            which = axis
    piece.kind = SAME if changed == 0 else ONE if changed == 1 else MANY
    if changed == 1:
        piece.moved = now
        subtract(now[which], then[which], piece.moved[which])
        piece.fresh = piece.moved[which].size() > 0
    return True


cdef i64 box_size(const vector[IntervalSet]& axes) noexcept nogil:
    cdef i64 size = 1
    cdef size_t i
    for i in range(axes.size()):
        size *= measure(axes[i])
    return size


cdef void add_swept(const WindowSpec* specs, const Group* g, int tensor, const IntervalSet& line,
                    const vector[Run]& runs, IntervalSet& into) noexcept nogil:
    """Add the union of a line over runs of units, innermost run first."""
    cdef IntervalSet swept
    cdef size_t k = runs.size()
    if k == 0:
        extend(into, line)
        return
    swept = line
    while k > 0:
        k -= 1
        repeat(swept, runs[k].count, axis_shift(specs, g.axes[tensor][0], &runs[k]))
    extend(into, swept)


cdef void gather(const WindowSpec* specs, const Group* g, int tensor, Piece* piece, const vector[Run]& runs,
                 bint shared, Gathered* into) noexcept nogil:
    """Add one entry (a PE or a run of PEs) to a summary."""
    cdef i64 count = 1
    cdef size_t k
    cdef Interval point
    for k in range(runs.size()):
        count *= runs[k].count
    class_sums(&into.summary, count, piece.kind, box_size(piece.held), box_size(piece.moved) if piece.fresh else 0)
    if g.inner[tensor] >= 0 and not shared:
        add_lines(&into.summary, count, piece, g.inner[tensor])
    if g.n_axes[tensor] == 0:
        point.a = 0
        point.b = 1
        into.single.sets[piece.kind].push_back(point)
    elif g.n_axes[tensor] == 1:
        add_swept(specs, g, tensor, piece.held[0], runs, into.single.sets[piece.kind])
        if piece.fresh:
            add_swept(specs, g, tensor, piece.moved[0], runs, into.single.sets[FRESH])
    else:
        expand(specs, g, tensor, piece, runs, 0, into.boxes)


cdef void write_set(string& key, const IntervalSet& s) noexcept nogil:
    cdef size_t i
    append_key(key, s.size())
    for i in range(s.size()):
        append_key(key, s[i].a)
        append_key(key, s[i].b)


cdef bint simple_key(Gathered* gathered, Key* key) noexcept nogil:
    """Fill `key` if the summary has one column of at most one interval per set and no profile."""
    cdef Summary* s = &gathered.summary
    cdef int j
    cdef i64 base = 0
    cdef bint started = False
    for j in range(4):
        if s.profiles[j].lines.size():
            return False
    key.numbers[0] = s.total
    key.numbers[1] = s.same
    key.numbers[2] = s.one
    key.numbers[3] = s.fresh
    for j in range(5):
        normalise(gathered.single.sets[j])
        if gathered.single.sets[j].size() > 1:
            return False
        if gathered.single.sets[j].size() and (not started or gathered.single.sets[j][0].a < base):
            base = gathered.single.sets[j][0].a
            started = True
    for j in range(5):
        if gathered.single.sets[j].size():
            key.numbers[4 + 2 * j] = gathered.single.sets[j][0].a - base
            key.numbers[5 + 2 * j] = gathered.single.sets[j][0].b - base
        else:
            key.numbers[4 + 2 * j] = key.numbers[5 + 2 * j] = -1
    return True


cdef int keep_summary(Group* g, int tensor, Gathered* gathered) noexcept nogil:
    """Finish a summary and return its number; equal summaries share one."""
    cdef Summary* s = &gathered.summary
    cdef string key
    cdef Key simple
    cdef size_t i
    cdef int j, inner
    cdef bint is_simple = False
    cdef unordered_map[string, int].iterator found
    if g.n_axes[tensor] <= 1:
        is_simple = simple_key(gathered, &simple)
        if is_simple:
            for i in range(g.keys.size()):
                if memcmp(g.keys[i].numbers, simple.numbers, sizeof(simple.numbers)) == 0:
                    return g.keys[i].summary
        gathered.single.multiplicity = 1
        add_column(s, &gathered.single)
    elif gathered.boxes.size():
        inner = g.inner[tensor] if g.inner[tensor] >= 0 else g.n_axes[tensor] - 1
        columns_of_boxes(s, gathered.boxes, g.n_axes[tensor], inner)
    if not is_simple:
        for j in range(4):
            merge_profile(&s.profiles[j])
        write_summary(s, key)
        found = g.summary_ids.find(key)
        if found != g.summary_ids.end():
            return dereference(found).second
    j = <int>g.summaries.size()
    g.summaries.resize(j + 1)
    move_summary(s, &g.summaries[j])
    if is_simple:
        simple.summary = j
        g.keys.push_back(simple)
    else:
        g.summary_ids[key] = j
    return j


cdef inline void move_summary(Summary* s, Summary* to) noexcept nogil:
    cdef int j
    to.total = s.total
    to.same = s.same
    to.one = s.one
    to.fresh = s.fresh
    to.columns.swap(s.columns)
    to.atoms.swap(s.atoms)
    for j in range(4):
        to.profiles[j].lines.swap(s.profiles[j].lines)


cdef void write_summary(const Summary* s, string& key) noexcept nogil:
    """Everything that tells two summaries apart."""
    cdef size_t i
    cdef int j
    append_key(key, s.total)
    append_key(key, s.same)
    append_key(key, s.one)
    append_key(key, s.fresh)
    append_key(key, s.columns.size())
    for i in range(s.columns.size()):
        append_key(key, s.columns[i].multiplicity)
        for j in range(5):
            write_set(key, s.columns[i].sets[j])
    for j in range(4):
        append_key(key, s.profiles[j].lines.size())
        for i in range(s.profiles[j].lines.size()):
            append_key(key, s.profiles[j].lines[i].weight)
            write_set(key, s.profiles[j].lines[i].line)

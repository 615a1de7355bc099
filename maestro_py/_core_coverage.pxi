# Legality: how often every point of a group's loop space is computed. Included by _core.pyx.

cdef enum:
    LARGEST_GRID = 1 << 26       # cells of 4 bytes

cdef struct Coverage:
    bint too_large
    i64 total
    i64 covered
    i64 executed
    bint any_missing
    bint any_repeated
    i64 missing[8]
    i64 repeated[8]


cdef bint obviously_once(const Group* g) noexcept nogil:
    """A single dimension whose maps all tile without gap or overlap."""
    cdef size_t level, i
    if g.n_dims != 1 or g.n_windows:
        return False
    for level in range(g.levels.size()):
        if g.levels[level].maps.size() > 1:
            return False
        for i in range(g.levels[level].maps.size()):
            if g.levels[level].maps[i].size != g.levels[level].maps[i].offset:
                return False
    return True


cdef void cover(const WindowSpec* specs, Group* g, Coverage* out) noexcept nogil:
    """Count executions by adding every box of every unit and iteration to a grid of differences."""
    cdef vector[int] grid
    cdef i64 strides[8]
    cdef i64 idx[DEPTH]
    cdef i64 cells = 1, point, rest
    cdef int d
    cdef size_t i
    out.too_large = out.any_missing = out.any_repeated = False
    out.total = 1
    for d in range(g.n_dims):
        out.total *= g.whole.hi[g.dims[d]]
        strides[d] = cells
        cells *= g.whole.hi[g.dims[d]] + 1
        if cells > LARGEST_GRID and not obviously_once(g):
            out.too_large = True
            return
    out.covered = out.executed = out.total
    if obviously_once(g):
        return
    grid.assign(cells, 0)
    add_boxes(specs, g, 0, idx, grid, strides)
    for d in range(g.n_dims):
        for i in range(<size_t>cells):
            if (<i64>i // strides[d]) % (g.whole.hi[g.dims[d]] + 1):
                grid[i] += grid[i - strides[d]]
    out.covered = out.executed = 0
    for i in range(<size_t>cells):
        rest = <i64>i
        for d in range(g.n_dims - 1, -1, -1):
            if rest // strides[d] == g.whole.hi[g.dims[d]]:
                break
            rest %= strides[d]
        else:
            out.executed += grid[i]
            if grid[i]:
                out.covered += 1
            if grid[i] == 0 and not out.any_missing:
                out.any_missing = True
                locate(g, <i64>i, strides, out.missing)
            if grid[i] > 1 and not out.any_repeated:
                out.any_repeated = True
                locate(g, <i64>i, strides, out.repeated)


cdef void locate(const Group* g, i64 cell, const i64* strides, i64* out) noexcept nogil:
    cdef int d
    for d in range(g.n_dims - 1, -1, -1):
        out[d] = cell // strides[d]
        cell %= strides[d]


cdef void add_boxes(const WindowSpec* specs, Group* g, int depth, i64* idx, vector[int]& grid,
                    const i64* strides) noexcept nogil:
    """Add the boxes of all units for all iterations of the loops from `depth` on."""
    cdef vector[Zone] parts
    cdef i64 total, i
    cdef vector[Entry] entries
    cdef vector[Run] runs
    cdef State nothing, s
    cdef size_t e
    if depth < g.n_loops:
        zones(specs, g, depth, idx, parts, &total)
        for i in range(total):
            idx[depth] = i
            add_boxes(specs, g, depth + 1, idx, grid, strides)
        return
    nothing.alive = False
    walk(specs, g, 0, <int>g.levels.size(), &g.whole, &nothing, idx, idx, runs, entries)
    for e in range(entries.size()):
        if is_active(g, &entries[e].a):
            add_run(g, &entries[e].a, entries[e].runs, 0, grid, strides)


cdef void add_run(const Group* g, const State* s, const vector[Run]& runs, size_t level, vector[int]& grid,
                  const i64* strides) noexcept nogil:
    cdef i64 c, cell
    cdef State moved
    cdef int corner, d, sign
    if level < runs.size():
        for c in range(runs[level].count):
            moved = shifted(s, &runs[level], c)
            add_run(g, &moved, runs, level + 1, grid, strides)
        return
    for corner in range(1 << g.n_dims):
        cell = 0
        sign = 1
        for d in range(g.n_dims):
            if corner >> d & 1:
                cell += strides[d] * s.hi[g.dims[d]]
                sign = -sign
            else:
                cell += strides[d] * s.lo[g.dims[d]]
        grid[cell] += sign

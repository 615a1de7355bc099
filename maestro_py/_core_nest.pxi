# The nest: packed integers read into sizes, windows, tensors, maps and loops, divided into groups.
# Included by _core.pyx.

cdef i64 FAR = <i64>1 << 40     # behind the end of any layer that can be counted

cdef struct Nest:
    int n_dims
    int n_windows
    int n_levels
    int n_loops
    i64 sizes[8]
    WindowSpec window_specs[2]
    int n_axes[3]
    int axes[3][8]
    int inner[3]
    bint present[3]
    bint shared[3]              # the NoC carries an element once for all PEs, sums outputs on their way
    bint constant[8]            # the dimension belongs to no group: its range is whole everywhere
    i64 constant_macs
    i64 factor[3]               # elements per element of the groups' axes, besides a constant innermost axis
    i64 constant_line[3]        # size of the innermost axis if it is constant, else 0
    vector[i64] units
    vector[vector[MapSpec]] maps
    vector[int] loop_level
    vector[int] loop_group
    vector[int] loop_slot
    vector[Group] groups
    int overflow

cdef struct Bases:              # dimensions and windows that belong together
    int of[CODES]               # the same number for those that do
    int group[CODES]            # by that number: their group, -1 for a constant factor


cdef i64 extent_of(const Nest* nest, int code) noexcept nogil:
    return nest.window_specs[code - INPUT].extent if code >= INPUT else nest.sizes[code]


cdef void clear_nest(Nest* nest) noexcept nogil:
    """Forget the nest before."""
    nest.overflow = 0
    nest.units.clear()
    nest.maps.clear()
    nest.loop_level.clear()
    nest.loop_group.clear()
    nest.loop_slot.clear()
    nest.groups.clear()


cdef const int64_t* read_layer(Nest* nest, const int64_t* packed) noexcept nogil:
    """Read sizes, windows and tensors; returns where the levels begin."""
    cdef int i, t, n
    nest.n_dims = <int>packed[0]
    packed += 1
    for i in range(nest.n_dims):
        nest.sizes[i] = packed[i]
    packed += nest.n_dims
    nest.n_windows = <int>packed[0]
    packed += 1
    for i in range(nest.n_windows):
        nest.window_specs[i].output = <int>packed[0]
        nest.window_specs[i].filter = <int>packed[1]
        nest.window_specs[i].stride = packed[2]
        nest.window_specs[i].dilation = packed[3]
        nest.window_specs[i].pad = packed[4]
        nest.window_specs[i].insertion = packed[5]
        nest.window_specs[i].real_size = packed[6]
        nest.window_specs[i].extent = packed[7]
        packed += 8
    for t in range(3):
        n = <int>packed[0]
        nest.present[t] = n > 0
        nest.n_axes[t] = n
        for i in range(n):
            nest.axes[t][i] = <int>packed[1 + i]
        nest.inner[t] = <int>packed[1 + n]
        packed += 2 + n
    return packed


cdef const int64_t* read_levels(Nest* nest, const int64_t* packed) noexcept nogil:
    """Read units and maps of every level; returns where the loops begin."""
    cdef int i, level, n
    cdef MapSpec m
    cdef vector[MapSpec] level_maps
    nest.n_levels = <int>packed[0]
    packed += 1
    for level in range(nest.n_levels):
        nest.units.push_back(packed[0])
        n = <int>packed[1]
        packed += 2
        level_maps.clear()
        for i in range(n):
            m.spatial = packed[0] != 0
            m.code = <int>packed[1]
            m.size = min(packed[2], <i64>FAR)           # more means the same and might overflow
            m.offset = min(packed[3], <i64>FAR)
            m.slot = -1
            packed += 4
            level_maps.push_back(m)
        nest.maps.push_back(level_maps)
    return packed


cdef void number_bases(const Nest* nest, int* base_of) noexcept nogil:
    """Number the groups by one of their dimensions: those of a window, and those that share a unit index."""
    cdef int i, k, n, level, g
    for i in range(CODES):
        base_of[i] = i
    for i in range(nest.n_windows):
        base_of[nest.window_specs[i].output] = base_of[nest.window_specs[i].filter] = base_of[INPUT + i] = INPUT + i
    for level in range(nest.n_levels):
        g = -1
        for i in range(<int>nest.maps[level].size()):
            if nest.maps[level][i].spatial:
                if g < 0:
                    g = base_of[nest.maps[level][i].code]
                elif base_of[nest.maps[level][i].code] != g:
                    n = base_of[nest.maps[level][i].code]
                    for k in range(CODES):
                        if base_of[k] == n:
                            base_of[k] = g


cdef int number_groups(const Nest* nest, Bases* bases) noexcept nogil:
    """Number the groups; returns how many. One whose ranges never change and are not spread is a constant factor."""
    cdef bint moving[CODES]
    cdef int i, level, dim, n_groups = 0
    cdef const MapSpec* m
    number_bases(nest, bases.of)
    for i in range(CODES):
        bases.group[i] = -1
        moving[i] = False
    for i in range(nest.n_windows):
        moving[bases.of[INPUT + i]] = True
    for level in range(nest.n_levels):
        for i in range(<int>nest.maps[level].size()):
            m = &nest.maps[level][i]
            if (m.spatial and nest.units[level] > 1) or m.size < extent_of(nest, m.code):
                moving[bases.of[m.code]] = True
    for dim in range(nest.n_dims):
        if moving[bases.of[dim]] and bases.group[bases.of[dim]] < 0:
            bases.group[bases.of[dim]] = n_groups
            n_groups += 1
    if n_groups == 0:
        bases.group[bases.of[0]] = 0
        n_groups = 1
    return n_groups


cdef void add_dims(Nest* nest, const Bases* bases) noexcept nogil:
    """Give every group its dimensions and windows."""
    cdef int i, dim, g
    for dim in range(nest.n_dims):
        g = bases.group[bases.of[dim]]
        nest.constant[dim] = g < 0
        if g < 0:
            continue
        nest.groups[g].dims[nest.groups[g].n_dims] = dim
        nest.groups[g].n_dims += 1
        nest.groups[g].whole.lo[dim] = 0
        nest.groups[g].whole.hi[dim] = nest.sizes[dim]
    for i in range(nest.n_windows):
        g = bases.group[bases.of[INPUT + i]]
        nest.groups[g].windows[nest.groups[g].n_windows] = i
        nest.groups[g].n_windows += 1
        nest.groups[g].whole.lo[INPUT + i] = 0
        nest.groups[g].whole.hi[INPUT + i] = nest.window_specs[i].extent


cdef void multiply_constants(Nest* nest) noexcept nogil:
    """What the constant dimensions contribute to MACs and tensors."""
    cdef int i, t, dim
    nest.constant_macs = 1
    for dim in range(nest.n_dims):
        if nest.constant[dim]:
            nest.constant_macs = checked_multiply(nest.constant_macs, nest.sizes[dim], &nest.overflow)
    for t in range(3):
        nest.factor[t] = 1
        nest.constant_line[t] = 0
        for i in range(nest.n_axes[t]):
            dim = nest.axes[t][i]
            if dim < INPUT and nest.constant[dim]:
                if i == nest.inner[t]:
                    nest.constant_line[t] = nest.sizes[dim]
                else:
                    nest.factor[t] = checked_multiply(nest.factor[t], nest.sizes[dim], &nest.overflow)


cdef void read_loops(Nest* nest, const int64_t* packed, const Bases* bases) noexcept nogil:
    """Read the loops with more than one iteration."""
    cdef int i, k, n, level, g
    cdef i64 n_loops = packed[0]
    nest.n_loops = 0
    packed += 1
    for i in range(<int>n_loops):
        level = <int>packed[0]
        n = <int>packed[3]
        g = bases.group[bases.of[nest.maps[level][packed[4]].code]]
        if packed[2] > 1 and g >= 0:
            for k in range(n):
                nest.maps[level][packed[4 + k]].slot = nest.groups[g].n_loops
            nest.groups[g].loop_level[nest.groups[g].n_loops] = level
            nest.loop_level.push_back(level)
            nest.loop_group.push_back(g)
            nest.loop_slot.push_back(nest.groups[g].n_loops)
            nest.groups[g].n_loops += 1
            nest.n_loops += 1
        packed += 4 + n


cdef void add_levels(Nest* nest, const Bases* bases, int number) noexcept nogil:
    """Give a group its maps of every level."""
    cdef Group* group = &nest.groups[number]
    cdef LevelSpec spec
    cdef int i, k, level
    cdef MapSpec m
    group.whole.alive = True
    group.spatial = False
    for level in range(nest.n_levels):
        spec.maps.clear()
        spec.units = nest.units[level]
        spec.spatial = False
        spec.input_mapped = 0
        for i in range(<int>nest.maps[level].size()):
            m = nest.maps[level][i]
            if bases.group[bases.of[m.code]] == number:
                spec.maps.push_back(m)
                spec.spatial = spec.spatial or m.spatial
                for k in range(nest.n_windows):
                    if m.code == nest.window_specs[k].output:
                        spec.input_mapped |= 1 << k
        group.levels.push_back(spec)
        group.spatial = group.spatial or spec.spatial


cdef void add_axes(Nest* nest, const Bases* bases, int number) noexcept nogil:
    """Give a group its axes of every tensor."""
    cdef Group* group = &nest.groups[number]
    cdef int i, t
    for t in range(3):
        group.n_axes[t] = 0
        group.inner[t] = -1
        for i in range(nest.n_axes[t]):
            if bases.group[bases.of[nest.axes[t][i]]] == number:
                if nest.inner[t] == i:
                    group.inner[t] = group.n_axes[t]
                group.axes[t][group.n_axes[t]] = nest.axes[t][i]
                group.n_axes[t] += 1


cdef void read_nest(Nest* nest, const int64_t* packed) noexcept nogil:
    """Take over a packed nest, its groups not yet analysed."""
    cdef Bases bases
    cdef int g
    clear_nest(nest)
    packed = read_layer(nest, packed)
    packed = read_levels(nest, packed)
    nest.groups.resize(number_groups(nest, &bases))
    add_dims(nest, &bases)
    multiply_constants(nest)
    read_loops(nest, packed, &bases)
    for g in range(<int>nest.groups.size()):
        add_levels(nest, &bases, g)
        add_axes(nest, &bases, g)
